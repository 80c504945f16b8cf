package captions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/captions/charset"
)

// patience is how long reading one file may take. A file at the limits takes a second or two.
const patience = 20 * time.Second

// Parse reads a SubRip or WebVTT file; which of the two is told by the content. The language is
// that of the captions and helps to guess an encoding that the file does not state; it may be
// empty. The notices say in words what was wrong and what was done about it. Errors have the code
// TooLarge or Invalid and are final: the same bytes give the same error.
func Parse(data []byte, lang rostrum.Language) (Track, []Notice, error) {
	if len(data) > MaxBytes {
		return Track{}, nil, rostrum.Errorf(rostrum.TooLarge, "The caption file is larger than %d MB; a caption file holds only text, so please check that it is the right file.", MaxBytes>>20)
	}
	r, err := within(patience, func(ctx context.Context) (*reading, error) { return read(ctx, data, lang) })
	if err != nil {
		return Track{}, nil, err
	}
	return Track{Language: lang, Cues: r.cues}, r.notices, nil
}

// within runs f and turns a panic or the passing of the limit into a sentence. f should end soon
// after its context does; what does not is left behind.
func within[T any](limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				o.err = rostrum.Errorf(rostrum.Invalid, "The caption file is damaged in a way that Rostrum cannot read; please save it anew as WebVTT or SubRip.").Because(fmt.Errorf("panic: %v", p))
			}
			done <- o
		}()
		o.value, o.err = f(ctx)
	}()
	select {
	case o := <-done:
		if o.err == nil || ctx.Err() == nil {
			return o.value, o.err
		}
	case <-ctx.Done():
	}
	var none T
	return none, rostrum.Errorf(rostrum.Invalid, "Reading the caption file took too long and was stopped; please save it anew as WebVTT or SubRip.").Because(ctx.Err())
}

func read(ctx context.Context, data []byte, lang rostrum.Language) (*reading, error) {
	text, guess := charset.Decode(data, lang)
	r := &reading{}
	if guess != "" {
		r.note(0, guess)
	}
	lines := strings.Split(text, "\n")
	first := 0
	for first < len(lines)-1 && blank(lines[first]) {
		first++
	}
	var err error
	switch {
	case isSignature(lines[first]):
		err = r.readVTT(ctx, lines, first)
	default:
		err = r.readSRT(ctx, lines)
		if err == nil && r.arrows == 0 {
			err = rostrum.Errorf(rostrum.Invalid, "The file holds no captions that Rostrum can read; it reads SubRip (.srt) and WebVTT (.vtt).")
		}
	}
	if err != nil {
		return nil, err
	}
	return r, r.finish()
}

// isSignature tests the first line of a WebVTT file (WebVTT, section 4.1).
func isSignature(line string) bool {
	rest, found := strings.CutPrefix(line, "WEBVTT")
	return found && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// shown is how long a caption stays whose end is missing: long enough to read a line.
const shown = 2 * time.Second

// finish sorts the cues, mends their ends and compares their number with what the file announced.
func (r *reading) finish() error {
	if len(r.cues) == 0 && r.arrows > 0 {
		return rostrum.Errorf(rostrum.Invalid, "None of the %d captions of the file could be read. %s", r.arrows, r.firstComplaint())
	}
	byStart := func(a, b Cue) int { return cmp.Compare(a.Start, b.Start) }
	if !slices.IsSortedFunc(r.cues, byStart) {
		r.note(0, "The captions were not in order of time; they were sorted.")
		slices.SortStableFunc(r.cues, byStart)
	}
	for i := range r.cues {
		c := &r.cues[i]
		if c.End > c.Start {
			continue
		}
		c.End = c.Start + shown
		if i+1 < len(r.cues) && r.cues[i+1].Start > c.Start {
			c.End = min(c.End, r.cues[i+1].Start)
		}
	}
	if r.unusual > 1 {
		r.note(0, fmt.Sprintf("%d captions have times that are written in an unusual way.", r.unusual))
	}
	if r.arrows == 0 {
		r.note(0, "The file holds no captions.")
	}
	if r.unsaid > 0 {
		r.notices = append(r.notices, Notice{0, fmt.Sprintf("%d more notices are not shown.", r.unsaid)})
	}
	if n := len(r.cues); n < r.arrows {
		r.notices = append(r.notices, Notice{0, fmt.Sprintf("%d of %d captions were kept.", n, r.arrows)})
	}
	return nil
}

func (r *reading) firstComplaint() string {
	for _, n := range r.notices {
		if n.Line > 0 {
			return fmt.Sprintf("Line %d: %s", n.Line, n.Text)
		}
	}
	return "They have no text."
}

// add keeps a cue whose times were read, unless it has no text.
func (r *reading) add(line int, t times, text []Node, s Settings) {
	if len(text) == 0 {
		r.note(line, "The caption has no text; it was left out.")
		return
	}
	if t.unusual {
		r.unusual++
	}
	if t.unusual && r.unusual == 1 { // a whole file is written that way, more often than not
		r.note(line, fmt.Sprintf("The times are written in an unusual way; they were read as %s to %s.", clock(t.start, "."), clock(t.end, ".")))
	}
	if t.end <= t.start {
		r.note(line, "The caption does not end after it starts; it is shown until the next one, at most 2 seconds.")
	}
	r.cues = append(r.cues, Cue{Start: t.start, End: t.end, Text: text, Settings: s})
}

// announce counts a line with an arrow against the limit.
func (r *reading) announce(ctx context.Context) error {
	r.arrows++
	if r.arrows > MaxCues {
		return rostrum.Errorf(rostrum.TooLarge, "The file holds more than %d captions; please split it by session.", MaxCues)
	}
	return ctx.Err()
}
