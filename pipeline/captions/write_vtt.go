package captions

import (
	"fmt"
	"strings"
	"time"
)

// VTTOptions are the choices in writing WebVTT; the zero value gives a plain file.
type VTTOptions struct {
	// Shift is added to all times. What would lie before 0 is cut off there.
	Shift time.Duration
	// TimestampMap writes the header that ties the file's time 0 to MPEGTS in a streamed
	// presentation (RFC 8216, section 3.5).
	TimestampMap bool
	MPEGTS       int64 // in ticks of 90 kHz, taken modulo 2^33
}

var (
	vttText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;",
		"\u200E", "&lrm;", "\u200F", "&rlm;", "\u00A0", "&nbsp;")
	vttName = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ",
		"\u200E", "&lrm;", "\u200F", "&rlm;")
)

// WriteVTT writes a WebVTT file. Only the kinds of markup that Node knows are written, text and
// names are escaped, and control characters are left out, whatever the track holds.
func WriteVTT(t Track, o VTTOptions) []byte {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	if o.TimestampMap {
		const wrap = 1 << 33 // MPEG-2 time stamps have 33 bits
		fmt.Fprintf(&b, "X-TIMESTAMP-MAP=MPEGTS:%d,LOCAL:00:00:00.000\n", (o.MPEGTS%wrap+wrap)%wrap)
	}
	for _, c := range t.Cues {
		text := tidy(copyClean(c.Text))
		start, end := max(milliseconds(c.Start+o.Shift), 0), milliseconds(c.End+o.Shift)
		if end <= start || len(text) == 0 {
			continue
		}
		b.WriteString("\n" + clock(start, ".") + " --> " + clock(end, ".") + c.Settings.String() + "\n")
		writeNodes(&b, text)
		b.WriteString("\n")
	}
	return []byte(b.String())
}

// String gives the settings as they stand on a timing line, with a leading space, or "". Values
// that the standard does not allow are left out.
func (s Settings) String() string {
	var b strings.Builder
	for _, pair := range [][2]string{{"vertical", s.Vertical}, {"line", s.Line}, {"position", s.Position}, {"size", s.Size}, {"align", s.Align}} {
		word := pair[0] + ":" + pair[1]
		if _, understood := readSettings(word); pair[1] != "" && understood && len(strings.Fields(word)) == 1 {
			b.WriteString(" " + word)
		}
	}
	return b.String()
}

func writeNodes(b *strings.Builder, nodes []Node) {
	for _, n := range nodes {
		if n.Kind == Text {
			b.WriteString(vttText.Replace(n.Text))
			continue
		}
		b.WriteString("<" + string(n.Kind))
		for _, class := range n.Classes {
			b.WriteString("." + class)
		}
		if n.Name != "" {
			b.WriteString(" " + vttName.Replace(n.Name))
		}
		b.WriteString(">")
		writeNodes(b, n.Children)
		b.WriteString("</" + string(n.Kind) + ">")
	}
}

// copyClean copies a tree that may come from anywhere, with unknown kinds opened, foreign classes
// dropped and text cleaned.
func copyClean(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		switch n.Kind {
		case Text:
			out = append(out, Node{Text: clean(n.Text)})
		case Bold, Italic, Underline, Class, Voice, Lang, Ruby, RubyText:
			c := Node{Kind: n.Kind, Children: copyClean(n.Children)}
			if n.Kind == Voice || n.Kind == Lang {
				c.Name = strings.Join(strings.Fields(clean(n.Name)), " ")
			}
			for _, class := range n.Classes {
				if className().MatchString(class) {
					c.Classes = append(c.Classes, class)
				}
			}
			out = append(out, c)
		default:
			out = append(out, copyClean(n.Children)...)
		}
	}
	return out
}
