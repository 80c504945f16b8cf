package sentences

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// form is an English format and the same in another language.
type form struct {
	english string
	letters int    // of the English that are no verbs
	longest string // run of text in it, by which it is found quickly
	verbs   []byte // of the English, in order
	pattern func() *regexp.Regexp
	parts   []part // of the other language
}

// part is text, or what one of the English verbs stands for.
type part struct {
	text string
	verb int // from 1; 0 for text
}

// piece is a stretch of a format: text, or a verb.
type piece struct {
	text  string
	verb  byte // 0 for text
	index int  // explicit, from 1; 0 for the next one
}

// pieces takes a format apart (package fmt). What is no verb stays text.
func pieces(format string) []piece {
	var all []piece
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			all = append(all, piece{text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			text.WriteByte(format[i])
			continue
		}
		if strings.HasPrefix(format[i:], "%%") {
			text.WriteByte('%')
			i++
			continue
		}
		j, index := i+1, 0
		for j < len(format) && strings.IndexByte("+-# 0123456789.[]", format[j]) >= 0 {
			if format[j] == '[' {
				if end := strings.IndexByte(format[j:], ']'); end > 0 {
					index, _ = strconv.Atoi(format[j+1 : j+end])
				}
			}
			j++
		}
		if j == len(format) || !unicode.IsLetter(rune(format[j])) {
			text.WriteByte('%') // a per cent sign of a plain sentence
			continue
		}
		flush()
		all = append(all, piece{verb: format[j], index: index})
		i = j
	}
	flush()
	return all
}

// parse makes a form of two formats; nil when there is nothing to fill in.
func parse(english, other string) *form {
	f := &form{english: english}
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	for _, p := range pieces(english) {
		if p.verb == 0 {
			pattern.WriteString(regexp.QuoteMeta(p.text))
			for _, r := range p.text {
				if unicode.IsLetter(r) {
					f.letters++
				}
			}
			if len(p.text) > len(f.longest) {
				f.longest = p.text
			}
			continue
		}
		f.verbs = append(f.verbs, p.verb)
		switch p.verb {
		case 'd':
			pattern.WriteString(`([+-]?\d+)`)
		case 'f', 'g', 'e':
			pattern.WriteString(`(-?[\d.]+(?:e[+-]?\d+)?)`)
		case 'q':
			pattern.WriteString(`"((?:[^"\\]|\\.)*)"`)
		default:
			pattern.WriteString(`(.*?)`)
		}
	}
	if len(f.verbs) == 0 {
		return nil
	}
	pattern.WriteString(`$`)
	f.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern.String()) })
	next := 1
	for _, p := range pieces(other) {
		if p.verb == 0 {
			f.parts = append(f.parts, part{text: p.text})
			continue
		}
		if p.index > 0 {
			next = p.index
		}
		f.parts = append(f.parts, part{verb: next})
		next++
	}
	return f
}

// fewLetters is how many letters a format must have to be trusted by itself: "%s: %s" fits almost everything, and counts only when what
// it holds is known.
const fewLetters = 6

// fill writes the form in the other language with what was found. Sentences in it are said in that language too.
func (f *form) fill(b *book, found []string, depth int) (string, bool) {
	values, known := make([]string, len(found)), f.letters >= fewLetters
	for i, s := range found {
		switch f.verbs[i] {
		case 'q':
			values[i] = unquoted(s)
		case 'f', 'g', 'e':
			values[i] = strings.Replace(s, ".", ",", 1)
		case 'w', 's', 'v':
			said, ok := b.say(s, depth+1)
			if !ok && f.verbs[i] == 'w' {
				return "", false
			}
			if ok {
				s, known = said, true
			}
			values[i] = s
		default:
			values[i] = s
		}
	}
	var out strings.Builder
	for _, p := range f.parts {
		switch {
		case p.verb == 0:
			out.WriteString(p.text)
		case p.verb <= len(values):
			out.WriteString(values[p.verb-1])
		}
	}
	return out.String(), known
}
