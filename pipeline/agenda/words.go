package agenda

import (
	"strings"

	"golang.org/x/net/html"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// spoken reads a language, and says when it is not known.
func (r *reader) spoken(row int, s string) rostrum.Language {
	l, ok := spelling.Language(s)
	if !ok {
		r.note(row, "The language “%s” is not known; it was left open.", shortened(s))
	}
	return l
}

// consent reads what words say about publishing a speech. Consent is recognised by the whole of the words only, refusal already
// by the first; what is not understood is pending, since nothing is published on a guess.
func (r *reader) consent(row int, words string) rostrum.ConsentKind {
	folded := spelling.Fold(words)
	switch folded {
	case "":
		switch strings.TrimSpace(words) {
		case "":
			return rostrum.ConsentNone
		case "?", "-", "–", "—":
			return rostrum.ConsentPending
		}
	case "yes", "y", "oui", "o", "public", "publique", "true", "vrai", "oui public", "yes public", "granted", "accorde", "accordee":
		return rostrum.ConsentPublic
	case "partners", "partners only", "partner", "partner only", "only partners", "partenaires", "partenaires seulement",
		"partenaires uniquement", "seulement partenaires", "uniquement partenaires", "oui partenaires seulement", "yes partners only":
		return rostrum.ConsentPartners
	case "embargo", "sous embargo", "under embargo", "public after communique", "public after the communique", "after communique",
		"after the communique", "apres le communique", "public apres le communique":
		return rostrum.ConsentEmbargo
	case "pending", "en attente", "attente", "tbc", "tbd", "a confirmer", "to be confirmed", "not yet", "pas encore", "unknown", "inconnu":
		return rostrum.ConsentPending
	case "no", "n", "non", "refused", "refuse", "refusee", "refus", "false", "faux", "denied":
		return rostrum.ConsentRefused
	}
	first, _, _ := strings.Cut(folded, " ")
	switch first {
	case "no", "non", "refused", "refuse", "refusee", "refus", "denied":
		r.note(row, "The consent “%s” was taken as a refusal for the whole intervention.", shortened(words))
		return rostrum.ConsentRefused
	case "embargo":
		r.note(row, "The consent “%s” was taken as an embargo whose end is still to be set.", shortened(words))
		return rostrum.ConsentEmbargo
	}
	r.note(row, "The consent “%s” was not understood and taken as pending.", shortened(words))
	return rostrum.ConsentPending
}

// isBreak recognises what stands in a programme and is no speech.
func isBreak(title string) bool {
	switch spelling.Fold(title) {
	case "break", "coffee break", "tea break", "coffee", "lunch", "lunch break", "dinner", "health break", "end", "end of session", "close of meeting",
		"pause", "pause cafe", "pause dejeuner", "dejeuner", "diner", "fin", "fin de seance", "fin de la seance", "registration", "inscription":
		return true
	}
	return false
}

// speakerWords join several names.
func speakerWords(names []string) string {
	var all []string
	for _, n := range names {
		if n = oneLine(n); n != "" {
			all = append(all, n)
		}
	}
	return strings.Join(all, ", ")
}

// splitTopics parts a text with several topics; which signs part them is every sheet's own.
func splitTopics(s string) []string {
	return distinct(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";,|\n", r) }))
}

// distinct drops empty and repeated words.
func distinct(words []string) []string {
	var all []string
	seen := map[string]bool{}
	for _, w := range words {
		if w = oneLine(w); w != "" && !seen[w] {
			seen[w] = true
			all = append(all, w)
		}
	}
	return all
}

// plain gives the words of a text that may be HTML, as paragraphs.
func plain(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = withoutTags(s)
	}
	var paragraphs []string
	for p := range strings.SplitSeq(s, "\n") {
		if p = oneLine(p); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	return strings.Join(paragraphs, "\n")
}

func withoutTags(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := false // within a script or a style, whose words are no text
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if !hidden {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "script", "style":
				hidden = t.Type == html.StartTagToken
			case "p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "blockquote":
				b.WriteByte('\n')
			default:
			}
		}
	}
}
