// Package spelling reads what people write by hand in lists of all kinds: words however they are spelt, and the names of languages.
package spelling

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"rostrum"
)

// Fold makes words comparable: lower case, without accents, with single spaces for all that is
// neither letter nor digit. "N°" and "TC entrée" give "n" and "tc entree".
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Language reads a language code or a language's name in English, French or itself. An empty
// cell is no language and no mistake.
func Language(s string) (rostrum.Language, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", true
	}
	switch Fold(s) {
	case "english", "anglais":
		return "en", true
	case "french", "francais":
		return "fr", true
	case "spanish", "espagnol", "espanol":
		return "es", true
	case "arabic", "arabe", "العربية":
		return "ar", true
	case "chinese", "chinois", "mandarin", "中文":
		return "zh", true
	case "russian", "russe", "русскии": // й without its breve, as Fold leaves it
		return "ru", true
	case "portuguese", "portugais", "portugues":
		return "pt", true
	case "german", "allemand", "deutsch":
		return "de", true
	case "italian", "italien", "italiano":
		return "it", true
	case "japanese", "japonais":
		return "ja", true
	case "korean", "coreen":
		return "ko", true
	}
	tag, err := rostrum.ParseLanguage(s)
	if err != nil {
		return "", false
	}
	base, err := language.ParseBase(string(tag.Base())) // knows which codes exist, and that fra is fr
	if err != nil || base.String() == "und" {
		return "", false
	}
	return rostrum.Language(base.String() + strings.TrimPrefix(string(tag), string(tag.Base()))), true
}
