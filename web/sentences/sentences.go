// Package sentences says in other languages what the program has said in English. Errors, notices, findings and reasons are made deep
// inside, as whole English sentences, and many are stored before anybody reads them; so they are recognised by their form when they are
// shown, and said anew with the same names, numbers and times in them.
//
// The files LANGUAGE/*.json hold for each English format, exactly as it stands in the code, the one in that language. Where the order
// of what is filled in differs, indices say it: %[2]s.
package sentences

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rostrum"
)

//go:embed fr/*.json
var files embed.FS

// books are read at their first use and not changed afterwards.
var books = map[rostrum.Language]func() *book{"fr": sync.OnceValue(func() *book { return read("fr") })}

// In gives an English sentence, or several after each other, in a language. What is not known stays as it is, and ok is false; so is it
// for a language that the program has no sentences in. English is always known.
func In(l rostrum.Language, s string) (said string, ok bool) {
	if l.Base() == "en" || s == "" {
		return s, true
	}
	open := books[l.Base()]
	if open == nil {
		return s, false
	}
	if said, ok := open().say(s, 0); ok {
		return said, true
	}
	return s, false
}

// Formats gives the English formats that there are in a language, each with its own.
func Formats(l rostrum.Language) map[string]string { return load(l) }

func load(l rostrum.Language) map[string]string {
	all := map[string]string{}
	names, err := fs.Glob(files, path.Join(string(l), "*.json"))
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		some := map[string]string{}
		if err := json.Unmarshal(data, &some); err != nil {
			panic("sentences: " + name + ": " + err.Error())
		}
		for english, other := range some {
			all[english] = other
		}
	}
	return all
}

// book is the sentences in one language.
type book struct {
	whole map[string]string // without anything to fill in
	forms []*form           // those that say most by themselves first
}

func read(l rostrum.Language) *book {
	b := &book{whole: map[string]string{}}
	for english, other := range load(l) {
		f := parse(english, other)
		if f == nil {
			b.whole[english] = other
			continue
		}
		b.forms = append(b.forms, f)
	}
	slices.SortFunc(b.forms, func(x, y *form) int {
		if x.letters != y.letters {
			return y.letters - x.letters
		}
		return strings.Compare(x.english, y.english)
	})
	return b
}

// deepest is how many sentences may stand in each other.
const deepest = 4

// say says one sentence, or several.
func (b *book) say(s string, depth int) (string, bool) {
	if said, ok := b.one(s, depth); ok {
		return said, true
	}
	if depth > deepest {
		return "", false
	}
	ends := boundaries(s)
	for i := len(ends) - 1; i >= 0; i-- { // as much as possible at once
		first, ok := b.one(s[:ends[i]], depth)
		if !ok {
			continue
		}
		if rest, ok := b.say(s[ends[i]+1:], depth); ok {
			return first + " " + rest, true
		}
	}
	return "", false
}

// mostSentences is how many sentences after each other are looked at.
const mostSentences = 24

// boundaries are the places at which a sentence ends and another begins.
func boundaries(s string) []int {
	var ends []int
	for i := 1; i+1 < len(s) && len(ends) < mostSentences; i++ {
		if s[i] == ' ' && strings.ContainsRune(".!?:", rune(s[i-1])) {
			ends = append(ends, i)
		}
	}
	return ends
}

// one says one sentence.
func (b *book) one(s string, depth int) (string, bool) {
	if said, ok := b.whole[s]; ok {
		return said, true
	}
	if depth > deepest {
		return "", false
	}
	for _, f := range b.forms {
		if !strings.Contains(s, f.longest) {
			continue
		}
		found := f.pattern().FindStringSubmatch(s)
		if found == nil {
			continue
		}
		if said, ok := f.fill(b, found[1:], depth); ok {
			return said, true
		}
	}
	return "", false
}

// unquoted is what stands in a %q, without the quotes.
func unquoted(s string) string {
	if plain, err := strconv.Unquote(`"` + s + `"`); err == nil {
		return plain
	}
	return s
}
