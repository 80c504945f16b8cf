package page

import (
	"strings"
	"time"
	"unicode/utf8"

	"rostrum"
)

// Transcript is what was said, in one language.
type Transcript struct {
	Language rostrum.Language
	Lines    []Line // in order
	// Others are the languages in which there is a transcript too; the page links to itself with
	// ?text=<language>, and the handler fills Lines accordingly.
	Others []rostrum.Language
}

// Line is one line of a transcript, usually one cue of the captions.
type Line struct {
	Start    time.Duration // from the beginning of the intervention
	Speaker  string        // "" when it did not change
	Text     string
	Language rostrum.Language // "" is the language of the transcript
}

// A paragraph is lines that are read together.
type paragraph struct {
	Start    time.Duration
	Speaker  string // only where it changes
	Language rostrum.Language
	Lines    []Line
	Joiner   string // between lines: a space, nothing in Chinese and Japanese
}

// paragraphLength is the length in letters after which a paragraph ends with its sentence: five
// or six lines on a phone.
const paragraphLength = 320

// Paragraphs puts the lines together: captions are cut to the width of a screen, and nobody can
// read a speech that way. A paragraph ends where the speaker or the language changes, or with a
// sentence once it is long enough.
func (t Transcript) Paragraphs() []paragraph {
	var list []paragraph
	length, speaker := 0, ""
	for _, line := range t.Lines {
		line.Text = strings.Join(strings.Fields(line.Text), " ")
		if line.Text == "" {
			continue
		}
		language := line.Language
		if language == "" {
			language = t.Language
		}
		if language.Base() == "fr" {
			line.Text = frenchSpaces.Replace(line.Text)
		}
		changed := line.Speaker != "" && line.Speaker != speaker
		if len(list) == 0 || changed || list[len(list)-1].Language != language ||
			length > paragraphLength && endsSentence(list[len(list)-1].last()) || length > 4*paragraphLength {
			p := paragraph{Start: line.Start, Language: language, Joiner: " "}
			if changed {
				p.Speaker, speaker = line.Speaker, line.Speaker
			}
			if b := language.Base(); b == "zh" || b == "ja" {
				p.Joiner = ""
			}
			list, length = append(list, p), 0
		}
		p := &list[len(list)-1]
		p.Lines = append(p.Lines, line)
		length += utf8.RuneCountInString(line.Text)
		if p.Joiner == "" {
			length += utf8.RuneCountInString(line.Text) // a Chinese character carries about two letters
		}
	}
	return list
}

// frenchSpaces keeps the signs that French sets off by a space on the line of their word.
var frenchSpaces = strings.NewReplacer(" ?", "\u00a0?", " !", "\u00a0!", " ;", "\u00a0;", " :", "\u00a0:", "« ", "«\u00a0", " »", "\u00a0»")

func (p paragraph) last() string { return p.Lines[len(p.Lines)-1].Text }

func endsSentence(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»)」』 "))
	return strings.ContainsRune(".?!…。？！؟", r)
}
