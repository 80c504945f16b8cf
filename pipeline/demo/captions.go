package demo

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"rostrum"
)

const (
	lineLength = 42 // characters: what broadcasters and streaming services agree on
	linesACue  = 2
)

// cue is one caption on the timeline.
type cue struct {
	rostrum.Span
	lines []string
}

// captionsOf makes the captions of the whole meeting from the text that say picks.
func captionsOf(t timeline, say func(sentence) string) []cue {
	var cues []cue
	for _, u := range t.turns {
		for i, p := range u.spoken {
			s := rostrum.Span{In: p.at + p.begin, Out: p.at + p.end}
			cues = append(cues, split(say(u.said[i]), s)...)
		}
	}
	// A caption stays a moment after the voice, until the next one comes.
	for i := range cues {
		last := cues[i].Out + 12
		if i+1 < len(cues) {
			last = min(last, cues[i+1].In)
		}
		cues[i].Out = max(cues[i].Out, last)
	}
	return cues
}

// split breaks a sentence into cues, each shown for a part of the span in proportion to its length.
func split(text string, s rostrum.Span) []cue {
	lines := wrap(text, lineLength)
	if n := len(lines); n > linesACue && n%linesACue != 0 {
		lines = balance(text, n+1)
	} else {
		lines = balance(text, n)
	}
	total, done := 0, 0
	for _, l := range lines {
		total += utf8.RuneCountInString(l)
	}
	var cues []cue
	from := s.In
	for len(lines) > 0 {
		n := min(linesACue, len(lines))
		for _, l := range lines[:n] {
			done += utf8.RuneCountInString(l)
		}
		to := s.In + (s.Out-s.In)*rostrum.Frame(done)/rostrum.Frame(total)
		cues = append(cues, cue{rostrum.Span{In: from, Out: to}, lines[:n]})
		from, lines = to, lines[n:]
	}
	return cues
}

// wrap breaks text at spaces into the fewest lines of at most the given number of characters.
func wrap(text string, most int) []string {
	var lines []string
	for _, w := range strings.Fields(text) {
		if n := len(lines); n > 0 && utf8.RuneCountInString(lines[n-1])+1+utf8.RuneCountInString(w) <= most {
			lines[n-1] += " " + w
		} else {
			lines = append(lines, w)
		}
	}
	return lines
}

// balance breaks text into at most n lines that are as equally long as words allow.
func balance(text string, n int) []string {
	for most := 1; most < lineLength; most++ {
		lines := wrap(text, most)
		if len(lines) <= n && longest(lines) <= lineLength {
			return lines
		}
	}
	return wrap(text, lineLength)
}

func longest(lines []string) int {
	n := 0
	for _, l := range lines {
		n = max(n, utf8.RuneCountInString(l))
	}
	return n
}

// srt writes captions as SubRip.
func srt(cues []cue) string {
	var b strings.Builder
	for i, c := range cues {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", i+1, moment(c.In, ","), moment(c.Out, ","), strings.Join(c.lines, "\n"))
	}
	return b.String()
}

// vtt writes captions as WebVTT.
func vtt(cues []cue) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n\n")
	for _, c := range cues {
		fmt.Fprintf(&b, "%s --> %s\n%s\n\n", moment(c.In, "."), moment(c.Out, "."), strings.Join(c.lines, "\n"))
	}
	return b.String()
}

// moment writes the start of a frame in hours, minutes, seconds and milliseconds; a frame is
// exactly 40 of these.
func moment(f rostrum.Frame, comma string) string {
	ms := int64(f) * 40
	return fmt.Sprintf("%02d:%02d:%02d%s%03d", ms/3600000, ms/60000%60, ms/1000%60, comma, ms%1000)
}
