package agenda

import (
	"regexp"
	"strings"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// field is a column of an agenda or a speakers' list that means something.
type field int

const (
	unused field = iota
	number
	meeting
	date
	clock
	end
	length
	title
	speaker
	person // a name, which in a table of persons is no speaker's
	function
	organisation
	abstract
	spoken
	topics
	agendaItem
	consent
	notes
	key
)

// column is what a heading means, and the language of the cells below where that matters.
type column struct {
	field    field
	language rostrum.Language
	heading  string
}

// word is a heading with the language it is written in, which is that of the texts below it.
type word struct {
	field    field
	language rostrum.Language
}

// headings lists the words for each field, folded, in English and French, as secretaries of meetings write them.
func headings() map[string]word {
	all := map[string]word{}
	for _, l := range []struct {
		language rostrum.Language
		words    map[field][]string
	}{
		{"en", map[field][]string{
			number:  {"no", "n", "nr", "num", "number", "order", "position", "rank"},
			meeting: {"meeting"}, date: {"date", "day"},
			clock: {"time", "start", "start time", "local time", "begin", "from", "begins", "starts at", "time slot", "slot", "schedule"},
			end:   {"end", "end time", "until", "to", "ends at"}, length: {"length", "duration", "minutes", "min", "time allotted", "speaking time"},
			title:    {"title", "subject", "intervention", "title of intervention", "intervention title", "talk", "presentation", "presentation title"},
			speaker:  {"speaker", "speakers", "speaker name", "name of speaker", "presenter", "presenters", "delegate", "panellist"},
			person:   {"name", "names", "full name"},
			function: {"function", "role", "job title", "speaker title", "post"},
			organisation: {"organisation", "organization", "org", "company", "entity", "affiliation", "delegation", "institution",
				"member state", "sector member"},
			abstract: {"abstract", "summary", "description"}, spoken: {"language", "lang", "floor language", "spoken language"},
			topics: {"topics", "topic", "themes", "theme", "tags", "keywords"}, agendaItem: {"agenda item", "agenda", "item", "agenda no", "item no", "session"},
			consent: {"consent", "authorisation", "authorization", "permission", "release", "consent given"},
			notes:   {"notes", "note", "remarks", "remark", "comments", "comment"}, key: {"id", "key", "uid", "guid", "identifier", "ref", "reference"},
		}},
		{"fr", map[field][]string{
			number:  {"numero", "ordre", "no d ordre", "rang"},
			meeting: {"reunion"}, date: {"jour"},
			clock: {"heure", "horaire", "heure locale", "debut", "heure debut", "heure de debut", "de"},
			end:   {"fin", "heure fin", "heure de fin", "a"}, length: {"duree", "temps de parole"},
			title:   {"titre", "sujet", "objet", "intitule", "titre de l intervention", "expose"},
			speaker: {"orateur", "oratrice", "orateurs", "orateur oratrice", "orateur trice", "intervenant", "intervenante", "intervenants", "nom de l orateur", "delegue"},
			person:  {"nom", "noms", "nom complet", "nom et prenom", "prenom et nom"}, function: {"fonction", "poste", "qualite", "titre et fonction"},
			organisation: {"organisme", "entite", "societe", "entreprise", "etat membre", "membre de secteur"},
			abstract:     {"resume"}, spoken: {"langue", "langue parlee", "langue de l orateur"},
			topics: {"thematique", "thematiques", "mots cles", "sujets"}, agendaItem: {"odj", "point odj", "point", "point de l odj", "point de l ordre du jour", "ordre du jour", "seance"},
			consent: {"consentement", "autorisation", "accord", "diffusion", "autorisation de diffusion"},
			notes:   {"remarques", "remarque", "commentaires", "commentaire", "observations"}, key: {"identifiant"},
		}},
	} {
		for f, list := range l.words {
			for _, w := range list {
				all[w] = word{f, l.language}
			}
		}
	}
	return all
}

// readHeadings says what each cell of a heading row means.
func readHeadings(cells []string, words map[string]word) []column {
	columns := make([]column, len(cells))
	for i, cell := range cells {
		columns[i].heading = cell
		if len(cell) > 80 {
			continue
		}
		folded := spelling.Fold(cell)
		w, ok := words[folded]
		if !ok { // title_fr, Title (FR), Titre anglais
			if at := strings.LastIndexByte(folded, ' '); at > 0 {
				l, known := spelling.Language(folded[at+1:])
				if w, ok = words[folded[:at]]; ok && known && l != "" {
					w.language = l
				} else {
					ok = false
				}
			}
		}
		if ok {
			columns[i].field, columns[i].language = w.field, w.language
		}
	}
	return columns
}

// known counts the headings that mean something, each field and language once.
func known(columns []column) int {
	seen := map[word]bool{}
	for _, c := range columns {
		if c.field != unused {
			seen[word{c.field, c.language}] = true
		}
	}
	if len(seen) < 2 { // one word may stand anywhere
		return 0
	}
	return len(seen)
}

// itemForm is an agenda item with its number: "2", "2.1", "3 bis", "2. 5G and the core network", "Item 4: Trust".
var itemForm = pattern(`^(?i:(?:agenda\s+)?item\s+|point\s+)?(\d{1,3}(?:\.\d{1,3})*(?:\s?(?:bis|ter|[a-z]))?)(?:\s*[.:)–—-]\s*|\s+|$)(.*)$`)

// splitItem parts the number of an agenda item from its title. A text without a number is its own.
func splitItem(form func() *regexp.Regexp, s string) (number, title string) {
	s = oneLine(s)
	if p := form().FindStringSubmatch(s); p != nil {
		return strings.TrimSpace(p[1]), strings.TrimSpace(p[2])
	}
	return s, ""
}
