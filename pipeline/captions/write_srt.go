package captions

import (
	"fmt"
	"html"
	"strings"
)

// WriteSRT writes a SubRip file, in UTF-8 without a byte order mark, with bold, italics and
// underline. SubRip has no speakers: a name stands before the text where the speaker changes.
// It has no positions and no escapes either: an arrow within text is written "-- >", and an
// invisible word joiner (U+2060) breaks what only looks like markup.
func WriteSRT(t Track) []byte {
	var b strings.Builder
	speaker := ""
	n := 0
	for _, c := range t.Cues {
		start, end := milliseconds(c.Start), milliseconds(c.End)
		text := tidy(copyClean(c.Text))
		if end <= start || len(text) == 0 {
			continue
		}
		n++
		var body strings.Builder
		writeSRTNodes(&body, text, &speaker)
		lines := strings.Split(strings.ReplaceAll(body.String(), arrow, "-- >"), "\n")
		for i, line := range lines {
			if _, ok := readTimes(line, strictSRT()); ok { // text that a gentle reader takes for times
				lines[i] = strings.ReplaceAll(line, ">", " >")
			}
		}
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", n, clock(start, ","), clock(end, ","), strings.Join(lines, "\n"))
	}
	return []byte(b.String())
}

func writeSRTNodes(b *strings.Builder, nodes []Node, speaker *string) {
	for _, n := range nodes {
		switch n.Kind {
		case Text:
			b.WriteString(srtText(n.Text))
		case Bold, Italic, Underline:
			b.WriteString("<" + string(n.Kind) + ">")
			writeSRTNodes(b, n.Children, speaker)
			b.WriteString("</" + string(n.Kind) + ">")
		case RubyText:
			b.WriteString("(")
			writeSRTNodes(b, n.Children, speaker)
			b.WriteString(")")
		case Voice:
			if n.Name != *speaker {
				*speaker = n.Name
				b.WriteString(srtText(n.Name) + ": ")
			}
			writeSRTNodes(b, n.Children, speaker)
		default:
			writeSRTNodes(b, n.Children, speaker)
		}
	}
}

var looksLikeMarkup = pattern(`<[A-Za-z0-9/]|\{\\`)

func srtText(s string) string {
	s = looksLikeMarkup().ReplaceAllStringFunc(s, func(m string) string { return m[:1] + "\u2060" + m[1:] })
	if html.UnescapeString(s) != s {
		s = strings.ReplaceAll(s, "&", "&\u2060")
	}
	return s
}
