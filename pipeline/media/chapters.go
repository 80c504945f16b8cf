package media

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"

	"rostrum"
)

// Bounds of the chapters in a file; one was found with a hundred thousand.
const (
	mostChapters   = 5000
	longestTitle   = 200     // runes
	chaptersAnswer = 8 << 20 // bytes
)

// chapters asks for the chapters of a file whose clock begins at start. What can't be read is left out: nobody misses a
// recording's chapters as he would miss the recording.
func (t Tools) chapters(ctx context.Context, path string, f Facts, start *big.Rat) ([]rostrum.Chapter, error) {
	if f.Source.Container != "mov" && f.Source.Container != "matroska" {
		return nil, nil
	}
	if v := f.Source.Video; v != nil {
		begin, err := parseSeconds(v.Begin)
		if err != nil {
			return nil, err
		}
		start = begin
	}
	var found []ffprobeChapter
	_, err := t.ffprobe(ctx, path, func(r io.Reader) error {
		found = readChapters(io.LimitReader(r, chaptersAnswer))
		return nil
	}, probeWall, "-print_format", "json", "-show_entries", "chapter=start_time,end_time:chapter_tags=title")
	if err != nil && (ctx.Err() != nil || rostrum.ErrorCode(err) != rostrum.Invalid) {
		return nil, err
	}
	return placeChapters(found, start, f.Rate), nil
}

type ffprobeChapter struct {
	Start string            `json:"start_time"`
	End   string            `json:"end_time"`
	Tags  map[string]string `json:"tags"`
}

// readChapters reads the first of them, as far as the answer goes.
func readChapters(r io.Reader) []ffprobeChapter {
	in := json.NewDecoder(r)
	for {
		token, err := in.Token()
		if err != nil {
			return nil
		}
		if token == "chapters" {
			break
		}
	}
	if token, err := in.Token(); err != nil || token != json.Delim('[') {
		return nil
	}
	var all []ffprobeChapter
	for len(all) < mostChapters && in.More() {
		var c ffprobeChapter
		if in.Decode(&c) != nil {
			break
		}
		all = append(all, c)
	}
	return all
}

// placeChapters brings chapters from the clock of a file, which is at begin with the timeline's first frame, to the timeline. A mark
// without an end goes on to the next one; one that is shorter than a frame, or lies before the timeline, is none.
func placeChapters(found []ffprobeChapter, begin *big.Rat, rate rostrum.Rate) []rostrum.Chapter {
	at := func(seconds string) rostrum.Frame {
		x := new(big.Rat).Sub(decimal(seconds), begin)
		x.Mul(x, big.NewRat(int64(time.Second), 1))
		n, _ := x.Float64()
		return max(rate.FrameAt(time.Duration(min(max(n, 0), 1e18))), 0)
	}
	var all []rostrum.Chapter
	for _, c := range found {
		all = append(all, rostrum.Chapter{At: at(c.Start), End: at(c.End), Title: title(c.Tags["title"])})
	}
	slices.SortStableFunc(all, func(a, b rostrum.Chapter) int { return cmp.Compare(a.At, b.At) })
	for i := range all[:max(len(all)-1, 0)] {
		if all[i].End <= all[i].At {
			all[i].End = all[i+1].At
		}
	}
	all = slices.DeleteFunc(all, func(c rostrum.Chapter) bool { return c.End <= c.At })
	if len(all) == 0 {
		return nil
	}
	return all
}

// title brings a title that anybody may have written into one line of at most 200 characters.
func title(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	runes := []rune(strings.TrimSpace(s)) // which also replaces what is no UTF-8
	return strings.TrimSpace(string(runes[:min(len(runes), longestTitle)]))
}

// joinedChapters are the chapters of parts that were joined, each as much later as its part begins.
func joinedChapters(parts []Part) []rostrum.Chapter {
	var all []rostrum.Chapter
	rate, at := parts[0].Facts.Rate, time.Duration(0)
	for _, p := range parts {
		at += p.Gap
		for _, c := range p.Facts.Source.Chapters {
			if len(all) < mostChapters {
				first := rate.FrameAt(at)
				all = append(all, rostrum.Chapter{At: first + c.At, End: first + c.End, Title: c.Title})
			}
		}
		at += p.Facts.Source.Duration
	}
	return all
}
