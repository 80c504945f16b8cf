package captions

import (
	"html"
	"slices"
	"strings"
	"unicode"

	"rostrum"
)

// maxTag bounds the search for the end of a tag, which starts anew at each "<".
const maxTag = 2048

// maxDepth bounds nested markup, which is walked recursively. Real captions nest three deep.
const maxDepth = 32

// tag is what parseTag found: markup to keep, text to insert, or, when all is zero, nothing.
type tag struct {
	kind    Kind
	end     bool
	classes []string
	name    string
	text    string
}

var (
	tagShape  = pattern(`^(/?)([A-Za-z][A-Za-z0-9]*)((?:\.[^\s.]*)*)(?:\s+((?s:.*?)))?\s*(/?)$`)
	timestamp = pattern(`^(\d{2,}:)?\d\d:\d\d\.\d{3}$`)
	className = pattern(`^[A-Za-z0-9_-]{1,64}$`)
)

// parseTag reads the markup at the start of s, which begins with "<", and gives its length; a
// length of 0 says that the "<" is text. WebVTT would swallow everything up to the next ">": words
// in angle brackets such as <inaudible> are kept as text instead.
func parseTag(s string) (tag, int) {
	end := strings.IndexByte(s[:min(len(s), maxTag)], '>')
	if end < 0 || strings.IndexByte(s[1:end], '<') >= 0 {
		return tag{}, 0
	}
	inner, length := s[1:end], end+1
	if timestamp().MatchString(inner) {
		return tag{}, length
	}
	m := tagShape().FindStringSubmatch(inner)
	if m == nil {
		return tag{}, 0
	}
	t := tag{end: m[1] != ""}
	for class := range strings.SplitSeq(m[3], ".") {
		if className().MatchString(class) {
			t.classes = append(t.classes, class)
		}
	}
	switch name := strings.ToLower(m[2]); name {
	case "b", "i", "u", "c", "ruby", "rt":
		t.kind = Kind(name)
	case "strong", "bold":
		t.kind = Bold
	case "em", "italic":
		t.kind = Italic
	case "underline":
		t.kind = Underline
	case "v", "lang":
		t.kind, t.name = Kind(name), oneLine(m[4]+m[5])
	case "br":
		return tag{text: "\n"}, length
	case "font", "span", "div", "p", "s", "strike", "small", "big", "sub", "sup", "a", "script", "style":
		return tag{}, length
	default:
		if t.end || m[5] != "" || strings.Contains(m[4], "=") {
			return tag{}, length
		}
		return tag{}, 0
	}
	return t, length
}

// readMarkup reads WebVTT cue text (WebVTT, section 6.4) into a tree that holds only the kinds of
// markup above. Markup that is not closed reaches to the end.
func readMarkup(s string) []Node {
	stack := []Node{{}}
	closeTop := func() {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		stack[len(stack)-1].Children = append(stack[len(stack)-1].Children, top)
	}
	text := func(raw string) {
		if raw != "" {
			top := &stack[len(stack)-1]
			top.Children = append(top.Children, Node{Text: clean(html.UnescapeString(raw))})
		}
	}
	from, at := 0, 0
	for at < len(s) {
		if s[at] != '<' {
			at++
			continue
		}
		t, length := parseTag(s[at:])
		if length == 0 {
			at++
			continue
		}
		text(s[from:at])
		at += length
		from = at
		current := stack[len(stack)-1].Kind
		switch {
		case t.text != "":
			text(t.text)
		case t.kind == "":
		case !t.end:
			if len(stack) <= maxDepth && (t.kind != RubyText || current == Ruby) {
				stack = append(stack, Node{Kind: t.kind, Name: t.name, Classes: t.classes})
			}
		case t.kind == current:
			closeTop()
		case t.kind == Ruby && current == RubyText:
			closeTop()
			closeTop()
		}
	}
	text(s[from:])
	for len(stack) > 1 {
		closeTop()
	}
	return tidy(stack[0].Children)
}

// tidy brings a tree into the one form that writing and reading again gives: no empty or
// meaningless markup, neighbouring text in one node, no blank lines (they would end the caption).
func tidy(nodes []Node) []Node {
	nodes = join(nodes)
	if len(nodes) > 0 && nodes[0].Kind == Text {
		head, rest, found := strings.Cut(nodes[0].Text, "\n")
		for found && blank(head) {
			nodes[0].Text = rest
			head, rest, found = strings.Cut(rest, "\n")
		}
	}
	if len(nodes) > 0 && nodes[len(nodes)-1].Kind == Text {
		last := &nodes[len(nodes)-1]
		for i := strings.LastIndexByte(last.Text, '\n'); i >= 0 && blank(last.Text[i:]); i = strings.LastIndexByte(last.Text, '\n') {
			last.Text = last.Text[:i]
		}
	}
	nodes = slices.DeleteFunc(nodes, func(n Node) bool { return n.Kind == Text && n.Text == "" })
	if blank(plain(nodes)) {
		return nil
	}
	return nodes
}

func join(nodes []Node) []Node {
	var out []Node
	var run []string // text that stands together
	flush := func() {
		if text := strings.Join(run, ""); text != "" {
			out = append(out, Node{Text: text})
		}
		run = run[:0]
	}
	for _, n := range nodes {
		pieces := []Node{n}
		if n.Kind != Text {
			n.Children = join(n.Children)
			if n.Kind == Lang {
				tag, err := rostrum.ParseLanguage(n.Name)
				n.Name = string(tag)
				if err != nil {
					n.Name = ""
				}
			}
			pieces[0] = n
			bare := (n.Kind == Voice || n.Kind == Lang) && n.Name == "" || n.Kind == Class && len(n.Classes) == 0
			if bare || len(n.Children) == 0 {
				pieces = n.Children
			}
		}
		for _, p := range pieces {
			if p.Kind == Text {
				run = append(run, p.Text)
				continue
			}
			flush()
			out = append(out, p)
		}
	}
	flush()
	for i := range out {
		if out[i].Kind == Text && strings.Count(out[i].Text, "\n") > 1 {
			lines := strings.Split(out[i].Text, "\n")
			inner := slices.DeleteFunc(lines[1:len(lines)-1], blank)
			out[i].Text = strings.Join(append(append([]string{lines[0]}, inner...), lines[len(lines)-1]), "\n")
		}
	}
	return out
}

// clean removes what has no place in caption text: control characters other than the line feed,
// byte order marks and noncharacters. Direction marks are not controls and stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\uFEFF', r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, s)
}

// oneLine reads the annotation of a tag: a name on one line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(html.UnescapeString(s))), " ")
}

// plain is the bare text of nodes; a ruby gloss stands in brackets behind its word.
func plain(nodes []Node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch n.Kind {
		case Text:
			b.WriteString(n.Text)
		case RubyText:
			b.WriteString("(" + plain(n.Children) + ")")
		default:
			b.WriteString(plain(n.Children))
		}
	}
	return b.String()
}
