package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"

	"rostrum"
)

//go:embed words/*.json
var wordFiles embed.FS

// locales is filled at its first use and only read afterwards: the program is also started where no page is ever shown.
var locales = sync.OnceValue(readLocales)

// Locale has the words of the interface in one language, and writes numbers, sizes, lengths and
// dates as that language does. It may be used by many goroutines at once.
type Locale struct {
	Tag     rostrum.Language
	words   map[string]word
	tag     language.Tag
	printer *message.Printer
	names   display.Namer
}

// word is one entry, by plural form (CLDR names); an entry without plurals has "other" only.
type word map[string]string

func (w *word) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = word{"other": s}
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(w))
}

// Languages lists the languages that the interface has words for: the six of the United Nations,
// in the order in which the switcher shows them.
func Languages() []rostrum.Language {
	return []rostrum.Language{"en", "fr", "ar", "es", "ru", "zh"}
}

func readLocales() map[rostrum.Language]*Locale {
	all := map[rostrum.Language]*Locale{}
	for _, l := range Languages() {
		words, err := readWords(wordFiles, l)
		if err != nil {
			panic(err)
		}
		tag := language.MustParse(string(l))
		// Arabic papers of the institution write 1 2 3, as clocks and file sizes here do.
		digits := language.MustParse(string(l) + "-u-nu-latn")
		all[l] = &Locale{
			Tag: l, words: words, tag: tag,
			printer: message.NewPrinter(digits), names: display.Languages(tag),
		}
	}
	return all
}

func readWords(files fs.FS, l rostrum.Language) (map[string]word, error) {
	b, err := fs.ReadFile(files, path.Join("words", string(l)+".json"))
	if err != nil {
		return nil, err
	}
	words := map[string]word{}
	if err := json.Unmarshal(b, &words); err != nil {
		return nil, fmt.Errorf("words in %s: %w", l, err)
	}
	return words, nil
}

// With gives a Locale that has the words of the files words/LANGUAGE.json too, each over those before it.
func (l *Locale) With(files ...fs.FS) (*Locale, error) {
	more := *l
	more.words = maps.Clone(l.words)
	for _, f := range files {
		words, err := readWords(f, l.Tag)
		if err != nil {
			return nil, err
		}
		maps.Copy(more.words, words)
	}
	return &more, nil
}

// Words gives the entries whose keys begin with prefix, without it: for scripts. Entries with plural forms give the form "other".
func (l *Locale) Words(prefix string) map[string]string {
	m := map[string]string{}
	for key, w := range l.words {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			m[name] = w["other"]
		}
	}
	return m
}

// Keys lists the entries, sorted.
func (l *Locale) Keys() []string { return slices.Sorted(maps.Keys(l.words)) }

// LocaleFor gives the words in language l, by its exact tag or its base, or else in English.
func LocaleFor(l rostrum.Language) *Locale {
	for _, tag := range []rostrum.Language{l, l.Base()} {
		if loc := locales()[tag]; loc != nil {
			return loc
		}
	}
	return locales()["en"]
}

// Dir is the direction of the language: "ltr" or "rtl".
func (l *Locale) Dir() string {
	if l.Tag.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// Word gives an entry. Pairs of a name and a value fill the places in braces: Word("spoken",
// "language", "English"). An entry that is missing gives its key: the test of the words keeps that
// from happening.
func (l *Locale) Word(key string, pairs ...string) string {
	w, ok := l.words[key]
	if !ok {
		return key
	}
	return fill(w["other"], pairs...)
}

// Count gives an entry in the plural form for n, with {n} filled.
func (l *Locale) Count(key string, n int) string {
	w := l.words[key]
	s := w[l.form(n)]
	if s == "" {
		s = w["other"]
	}
	return fill(s, "n", l.Number(n))
}

func (l *Locale) form(n int) string {
	switch plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}

func fill(s string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+pairs[i]+"}", pairs[i+1])
	}
	return s
}

// LanguageName is the name of a language in this language, with a capital: "Anglais". A language
// without a known name gives its code.
func (l *Locale) LanguageName(of rostrum.Language) string {
	if s := l.nameWithin(of); s != string(of) {
		return capital(s)
	}
	return string(of)
}

// nameWithin is the same as it is written within a sentence: "anglais".
func (l *Locale) nameWithin(of rostrum.Language) string {
	t, err := language.Parse(string(of))
	if err != nil {
		return string(of)
	}
	if s := l.names.Name(t); s != "" {
		return s
	}
	return string(of)
}

// About gives an entry that speaks of a language: "Original (anglais)".
func (l *Locale) About(key string, of rostrum.Language) string {
	name := l.nameWithin(of)
	if strings.HasPrefix(l.words[key]["other"], "{language}") {
		name = l.LanguageName(of)
	}
	return l.Word(key, "language", name)
}

// ownName is the name of a language in itself: "Français".
func ownName(of rostrum.Language) string {
	t, err := language.Parse(string(of))
	if err != nil {
		return string(of)
	}
	if s := display.Self.Name(t); s != "" {
		return capital(s)
	}
	return string(of)
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// playerWords are the entries that the scripts need.
func (l *Locale) playerWords() map[string]string {
	m := l.Words("player.")
	m["copied"], m["manual"] = l.Word("share.copied"), l.Word("share.manual")
	for _, unit := range []string{"size.kb", "size.mb", "size.gb"} {
		m[unit] = l.Word(unit)
	}
	return m
}
