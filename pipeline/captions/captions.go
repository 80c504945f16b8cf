// Package captions reads caption files, slices them to interventions and writes them again.
//
// It is pure: bytes in, values out. It is the only package that names go-astisub, which reads the
// markup of SubRip captions, one caption at a time; the frame of the files (encoding, blocks,
// times) and all writing are done here, so that one damaged caption never costs another, and
// nothing but an allow-list of markup ever reaches a viewer's browser.
//
// Captions are never dropped silently: each line with an arrow in the file becomes a caption or a
// notice (EN 301 549, clause 7.1.3: captions are preserved).
package captions

import (
	"time"

	"rostrum"
)

// Limits of a caption file. A day of talk has some 30,000 captions in 3 MB.
const (
	MaxBytes = 10 << 20
	MaxCues  = 50_000
)

// Track is the captions of one recording or intervention in one language, in order of start.
type Track struct {
	Language rostrum.Language
	Cues     []Cue
}

// Cue is one caption. Start and End are counted from the start of the recording or intervention,
// in whole milliseconds, and End lies after Start.
type Cue struct {
	Start, End time.Duration
	Text       []Node // never empty; shared between slices, so treat it as read-only
	Settings   Settings
}

// Settings say where a caption stands, in the words of WebVTT (section 4.4). Each is empty or one
// of the values that the standard allows; regions are not kept.
type Settings struct{ Vertical, Line, Position, Size, Align string }

// Notice is something a person should know about a file: what was wrong and what was done.
type Notice struct {
	Line int // of the file, from 1; 0 for the file as a whole
	Text string
}

// Kind says what a Node is; the value is its WebVTT tag.
type Kind string

// The kinds of markup that are kept.
const (
	Text      Kind = ""
	Bold      Kind = "b"
	Italic    Kind = "i"
	Underline Kind = "u"
	Class     Kind = "c"
	Voice     Kind = "v"
	Lang      Kind = "lang"
	Ruby      Kind = "ruby"
	RubyText  Kind = "rt"
)

// Node is a piece of caption text: text itself, or markup around other nodes.
type Node struct {
	Kind     Kind
	Text     string   // of Kind Text only; lines are parted by "\n"
	Name     string   // the speaker of a Voice, the language tag of a Lang
	Classes  []string // of any kind but Text: letters, digits, "-" and "_"
	Children []Node   // of any kind but Text; never empty
}

// maxNotices keeps a thoroughly broken file from burying its reader.
const maxNotices = 200

// reading collects what a reader finds in a file.
type reading struct {
	cues    []Cue
	notices []Notice
	unsaid  int
	unusual int // captions whose times are written in an unusual way
	arrows  int // captions announced by the file: lines with an arrow
}

func (r *reading) note(line int, text string) {
	if len(r.notices) < maxNotices {
		r.notices = append(r.notices, Notice{line, text})
		return
	}
	r.unsaid++
}
