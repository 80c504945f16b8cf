package rostrum

import "strings"

// Language is a BCP 47 language tag, in its canonical case: "en", "zh-Hans", "pt-BR". The list is
// open: partners read Portuguese and German as well as the six languages of the United Nations.
type Language string

// Floor names the original sound in channel maps: the speaker's own voice, whatever the language.
const Floor = "floor"

// ParseLanguage checks the form of a BCP 47 tag (RFC 5646, section 2.1: subtags of 1 to 8 letters
// or digits, the first of 2 or 3 letters) and puts it into canonical case (section 2.1.1).
func ParseLanguage(s string) (Language, error) {
	bad := Errorf(Invalid, "%q is not a language; use a code such as en, fr, ar or zh-Hans.", s)
	parts := strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), "-")
	for i, p := range parts {
		if len(p) < 1 || len(p) > 8 || (i == 0 && (len(p) < 2 || len(p) > 3)) {
			return "", bad
		}
		for _, r := range p {
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
			if !letter && (i == 0 || r < '0' || r > '9') {
				return "", bad
			}
		}
		switch {
		case i == 0, len(p) != 2 && len(p) != 4:
			parts[i] = strings.ToLower(p)
		case len(p) == 2:
			parts[i] = strings.ToUpper(p)
		default:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		}
	}
	return Language(strings.Join(parts, "-")), nil
}

// Base is the first subtag: "zh" of "zh-Hans".
func (l Language) Base() Language {
	base, _, _ := strings.Cut(string(l), "-")
	return Language(base)
}

// RightToLeft says whether the language is usually written from right to left.
func (l Language) RightToLeft() bool {
	switch l.Base() {
	case "ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb":
		return !strings.Contains(string(l), "-Latn")
	}
	return false
}

// Texts is one text in several languages.
type Texts map[Language]string

// In gives the text in the first of the wanted languages that there is, by exact tag or by base,
// then in English, then in any language in a stable order; and the language it gives.
func (t Texts) In(want ...Language) (string, Language) {
	for _, w := range append(want, "en") {
		for _, tag := range []Language{w, w.Base()} {
			if s := t[tag]; s != "" {
				return s, tag
			}
		}
	}
	best := Language("")
	for l, s := range t {
		if s != "" && (best == "" || l < best) {
			best = l
		}
	}
	return t[best], best
}
