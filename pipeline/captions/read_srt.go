package captions

import (
	"context"
	"html"
	"strconv"
	"strings"

	"github.com/asticode/go-astisub"
)

var number = pattern(`^\s*\d{1,9}\s*$`)

// readSRT reads a SubRip file. There is no standard: a caption is its timing line and all lines
// down to the number of the next one. Blank lines within are common, and players differ on them,
// so they do not end a caption here.
func (r *reading) readSRT(ctx context.Context, lines []string) error {
	start, open := 0, -1 // where the text of the open caption starts; its timing line, -1 for none
	var t times
	var readable bool
	flush := func(end int) {
		switch {
		case open >= 0 && readable:
			s, _ := readSettings(t.rest)
			text, position := readSRTText(lines[start:end])
			if s == (Settings{}) {
				s = position
			}
			r.add(open+1, t, text, s)
		case open < 0 && !blank(strings.Join(lines[start:end], "")):
			r.note(start+1, "The text before the first caption has no times; it was left out.")
		}
	}
	previous := 0
	for i, line := range lines {
		found, ok := readTimes(line, strictSRT())
		if !ok && !strings.Contains(line, arrow) {
			continue
		}
		if !ok && !someTime().MatchString(plainDigits.Replace(line)) && readable && !blank(lines[i-1]) {
			r.note(i+1, "This line has an arrow but no times; it was kept as text.")
			continue
		}
		if err := r.announce(ctx); err != nil {
			return err
		}
		end := i
		if i > start && number().MatchString(plainDigits.Replace(lines[i-1])) {
			n, _ := strconv.Atoi(strings.TrimSpace(plainDigits.Replace(lines[i-1])))
			// A number directly under text may be its last line.
			if i-1 == start || blank(lines[i-2]) || n == previous+1 {
				end, previous = i-1, n
			}
		}
		flush(end)
		start, open, t, readable = i+1, i, found, ok
		if !ok {
			r.note(i+1, "The times of this caption cannot be read; it was left out. Write them like 00:01:02,500 --> 00:01:05,000.")
		}
	}
	flush(len(lines))
	return nil
}

// Stand-ins for characters that go-astisub would lose or misread. They are noncharacters, which
// clean has removed from all text.
const (
	standInSpace   = "\uFDD0"
	standInGreater = "\uFDD1"
)

var (
	toStandIns   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", standInGreater)
	fromStandIns = strings.NewReplacer(standInSpace, " ", standInGreater, ">")
	override     = pattern(`\{\\[^}]*\}`)
)

// longLine is the length up to which go-astisub reads a line: beyond 64 kB it drops the rest of
// the file without an error. The margin is for escapes.
const longLine = 8 << 10

// readSRTText reads the text of one caption through go-astisub. When that fails, or does not give
// all of the text back, or meets WebVTT's own markup, the text is read as WebVTT.
func readSRTText(lines []string) ([]Node, Settings) {
	var block, bare strings.Builder
	block.WriteString("00:00:00,000 --> 00:00:01,000\n")
	suits := true
	for _, line := range lines {
		if blank(line) {
			continue
		}
		for j, part := range strings.Split(srtLine(line, &suits), "\n") { // <br> gives two lines
			suits = suits && len(part) <= longLine
			if j > 0 {
				block.WriteByte('\n')
			}
			block.WriteString(part)
			bare.WriteString(part)
		}
		block.WriteByte('\n')
	}
	if suits {
		nodes, settings, ok := throughAstisub(block.String())
		if ok && letters(plain(nodes)) == letters(expected(bare.String())) {
			return tidy(nodes), settings
		}
	}
	return readMarkup(strings.TrimSpace(strings.Join(lines, "\n"))), Settings{}
}

// srtLine rewrites one line so that only what go-astisub reads well is left as markup.
func srtLine(line string, suits *bool) string {
	var b strings.Builder
	text := func(raw string) {
		s := clean(html.UnescapeString(raw))
		if s != "" && strings.Trim(s, " ") == "" {
			s = strings.Repeat(standInSpace, len(s)) // dropped between two tags otherwise
		}
		b.WriteString(toStandIns.Replace(s))
	}
	from, at := 0, 0
	for at < len(line) {
		if line[at] != '<' {
			at++
			continue
		}
		t, length := parseTag(line[at:])
		if length == 0 {
			at++
			continue
		}
		text(line[from:at])
		at += length
		from = at
		switch t.kind {
		case Text:
			b.WriteString(t.text)
		case Bold, Italic, Underline:
			if t.end {
				b.WriteString("</" + string(t.kind) + ">")
			} else {
				b.WriteString("<" + string(t.kind) + ">")
			}
		default:
			*suits = false
		}
	}
	text(line[from:])
	return b.String()
}

// throughAstisub reads a block of one caption; a panic costs that caption's markup only.
func throughAstisub(block string) (nodes []Node, settings Settings, ok bool) {
	defer func() {
		if recover() != nil {
			nodes, settings, ok = nil, Settings{}, false
		}
	}()
	subs, err := astisub.ReadFromSRT(strings.NewReader(block))
	if err != nil || len(subs.Items) != 1 {
		return nil, Settings{}, false
	}
	item := subs.Items[0]
	for i, line := range item.Lines {
		if i > 0 {
			nodes = append(nodes, Node{Text: "\n"})
		}
		for _, piece := range line.Items {
			n := Node{Text: fromStandIns.Replace(piece.Text)}
			if style := piece.InlineStyle; style != nil {
				for _, wrap := range []struct {
					on   bool
					kind Kind
				}{{style.SRTUnderline, Underline}, {style.SRTItalics, Italic}, {style.SRTBold, Bold}} {
					if wrap.on {
						n = Node{Kind: wrap.kind, Children: []Node{n}}
					}
				}
			}
			nodes = append(nodes, n)
		}
	}
	if style := item.InlineStyle; style != nil {
		settings, _ = readSettings("line:" + style.WebVTTLine + " align:" + style.WebVTTAlign)
	}
	return nodes, settings, true
}

// expected is the text that a rewritten block should give: without tags and override codes.
func expected(block string) string {
	var b strings.Builder
	for block != "" {
		i := strings.IndexByte(block, '<')
		if i < 0 {
			b.WriteString(block)
			break
		}
		b.WriteString(block[:i])
		_, after, _ := strings.Cut(block[i:], ">")
		block = after
	}
	return fromStandIns.Replace(strings.NewReplacer("&amp;", "&", "&lt;", "<").Replace(override().ReplaceAllString(b.String(), "")))
}

// letters is s without white space, for comparing text whatever its spacing.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }
