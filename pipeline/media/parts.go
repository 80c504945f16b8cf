package media

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"rostrum"
)

// Part is one of the files into which a recorder has split a recording.
type Part struct {
	Path  string
	Facts Facts         // as Probe found them
	Gap   time.Duration // what is missing before it
}

// longestGap is the longest time that may be missing between two parts. A recorder that splits leaves nothing out, or some
// seconds; what lies further apart was stopped and started, and is better two recordings than one with a still picture.
const longestGap = 5 * time.Minute

// OrderParts gives the order in which the files of one recording were made, as indices into facts, by their start timecodes. The
// order given stays when not every file has a timecode, when all have the same, or when it fits the timecodes, midnight
// included. Otherwise the notice, a sentence for AV staff, says what was done; it is "" when nothing was changed.
func OrderParts(facts []Facts) (order []int, notice string) {
	order = make([]int, len(facts))
	for i := range order {
		order[i] = i
	}
	c := clockOf(facts)
	if c == nil || c.fits(order) {
		return order, ""
	}
	sorted := slices.Clone(order)
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(c.starts[a], c.starts[b]) })
	// The first file is the one after the longest time without any: that is the night, or what is left of the day.
	first, away := 0, rostrum.Frame(-1)
	for k, i := range sorted {
		if d := c.since(sorted[(k+len(sorted)-1)%len(sorted)], i); d > away {
			first, away = k, d
		}
	}
	sorted = slices.Concat(sorted[first:], sorted[:first])
	if !c.fits(sorted) {
		return order, ""
	}
	return sorted, "The files were put in the order of their timecodes, which is not the order in which they were given."
}

// CheckParts says whether the files, in the order given, are parts of one recording, and what is missing between them: gaps[i] is
// the time without a recording before file i, as the timecodes tell, 0 for the first and where they don't tell. The notices are
// sentences for AV staff. Files that differ in how they were recorded, overlap or lie too far apart are refused with Invalid.
func CheckParts(facts []Facts) (gaps []time.Duration, notices []string, err error) {
	gaps = make([]time.Duration, len(facts))
	for i := 1; i < len(facts); i++ {
		if what := differs(facts[0], facts[i]); what != "" {
			return nil, nil, rostrum.Errorf(rostrum.Invalid,
				"File %d is not a part of the same recording as file 1: %s. Take it in as a recording of its own.", i+1, what)
		}
	}
	c := clockOf(facts)
	if c == nil {
		if len(facts) > 1 && slices.ContainsFunc(facts, func(f Facts) bool { return f.Source.Start != "" }) {
			notices = append(notices, "The timecodes don't tell how the files follow each other; they were joined in the order given, without a gap.")
		}
		return gaps, notices, nil
	}
	for i := 1; i < len(facts); i++ {
		gap := c.gap(i-1, i)
		gaps[i] = c.rate.Duration(gap)
		if gap < 0 {
			return nil, nil, rostrum.Errorf(rostrum.Invalid,
				"File %d begins at %s, %s before file %d ends; give each part once, and only parts of one recording.", i+1, facts[i].Source.Start, inWords(-gaps[i]), i)
		}
		if gaps[i] > longestGap {
			return nil, nil, rostrum.Errorf(rostrum.Invalid,
				"By their timecodes file %d begins %s after file %d ends; take it in as a recording of its own.", i+1, inWords(gaps[i]), i)
		}
		if gap > 0 {
			notices = append(notices, fmt.Sprintf("Between file %d and file %d, %s are missing by their timecodes: there the last picture stands and there is no sound.", i, i+1, inWords(gaps[i])))
		}
	}
	return gaps, notices, nil
}

// Joined corrects what a probe says of the file that Join made of the parts: a gap spoils the average from which a
// probe takes the rate, and the copy names fewer languages and no tracks.
func Joined(parts []Part, probed Facts) Facts {
	first := parts[0].Facts
	f := probed
	f.Rate, f.Source.Start = first.Rate, first.Source.Start
	f.Notices = slices.Clone(first.Notices)
	f.Source.Sound = slices.Clone(probed.Source.Sound)
	for i := range min(len(f.Source.Sound), len(first.Source.Sound)) {
		f.Source.Sound[i].Language, f.Source.Sound[i].Title = first.Source.Sound[i].Language, first.Source.Sound[i].Title
	}
	if v := probed.Source.Video; v != nil && first.Source.Video != nil {
		video := *v
		video.Halved, video.Irregular, video.Scan, video.Color = first.Source.Video.Halved, first.Source.Video.Irregular, first.Source.Video.Scan, first.Source.Video.Color
		for _, p := range parts {
			video.Irregular = video.Irregular || p.Gap > 0
		}
		f.Source.Video = &video
	}
	f.Frames = f.Rate.FrameAt(f.Source.Duration)
	f.Source.Chapters = joinedChapters(parts)
	return f
}

// differs says in what f was not recorded as the first file was; "" when it was.
func differs(first, f Facts) string {
	a, b := first.Source.Video, f.Source.Video
	switch {
	case (a == nil) != (b == nil):
		return "only one of them has a picture"
	case a == nil:
	case a.Codec != b.Codec:
		return fmt.Sprintf("its picture is coded as %s, not as %s", b.Codec, a.Codec)
	case a.Width != b.Width || a.Height != b.Height:
		return fmt.Sprintf("its picture is %d×%d, not %d×%d", b.Width, b.Height, a.Width, a.Height)
	case sourceRate(first) != sourceRate(f):
		return fmt.Sprintf("it has %s pictures a second, not %s", sourceRate(f).Human(), sourceRate(first).Human())
	case a.Scan != b.Scan && (a.Scan == rostrum.TopFirst || a.Scan == rostrum.BottomFirst) && (b.Scan == rostrum.TopFirst || b.Scan == rostrum.BottomFirst):
		return "its pictures are interlaced in the other order"
	}
	if len(first.Source.Sound) != len(f.Source.Sound) {
		return fmt.Sprintf("it has %s, not %s", tracks(len(f.Source.Sound)), tracks(len(first.Source.Sound)))
	}
	for i, x := range first.Source.Sound {
		y := f.Source.Sound[i]
		switch {
		case x.Codec != y.Codec:
			return fmt.Sprintf("sound track %d is coded as %s, not as %s", i+1, y.Codec, x.Codec)
		case x.Rate != y.Rate:
			return fmt.Sprintf("sound track %d has %d samples a second, not %d", i+1, y.Rate, x.Rate)
		case x.Channels != y.Channels:
			return fmt.Sprintf("sound track %d has %s, not %s", i+1, channels(y.Channels), channels(x.Channels))
		}
	}
	return ""
}

func tracks(n int) string {
	if n == 1 {
		return "1 sound track"
	}
	return fmt.Sprintf("%d sound tracks", n)
}

func channels(n int) string {
	if n == 1 {
		return "1 channel"
	}
	return fmt.Sprintf("%d channels", n)
}

// sourceRate is the rate of the pictures in the file, which is twice that of the timeline where that was halved.
func sourceRate(f Facts) rostrum.Rate {
	r := f.Rate
	if v := f.Source.Video; v != nil && v.Halved {
		r.Num *= 2
	}
	return r
}

// clock is the files of one recording on the clock of their timecodes, all counted in its frames.
type clock struct {
	rate    rostrum.Rate
	day     rostrum.Frame // after so many it begins again
	starts  []rostrum.Frame
	lengths []rostrum.Frame
	exact   bool // the lengths are those of the pictures; else they may be off by some frames
}

// clockOf puts the files on their clock. It gives nil for less than two files, unless all have a timecode, when they count in
// different ways, and when all have the same: then the clock began again in each.
func clockOf(facts []Facts) *clock {
	if len(facts) < 2 {
		return nil
	}
	// Above 30 pictures a second some recorders count every picture and others every second one (SMPTE ST 12-1, clause 12). Where
	// only one of the two lets the files follow each other closely, it is that one.
	best, closed := (*clock)(nil), -1
	for _, rate := range []rostrum.Rate{sourceRate(facts[0]), facts[0].Rate} {
		c := newClock(facts, rate)
		if c == nil {
			continue
		}
		n := 0
		for i := 1; i < len(facts); i++ {
			if c.gap(i-1, i) == 0 {
				n++
			}
		}
		if n > closed {
			best, closed = c, n
		}
	}
	return best
}

func newClock(facts []Facts, rate rostrum.Rate) *clock {
	c := &clock{rate: rate, exact: true}
	drop, same := false, true
	for i, f := range facts {
		t, err := rostrum.ParseTimecode(f.Source.Start)
		if err != nil {
			return nil
		}
		n, err := rate.FrameOf(t)
		if err != nil || i > 0 && t.Drop != drop {
			return nil
		}
		drop = t.Drop
		c.starts, c.lengths = append(c.starts, n), append(c.lengths, rate.FrameAt(f.Source.Duration))
		same = same && n == c.starts[0]
		// MP4 and MOV give the length of the picture to the tick, others that of the longest stream, or an estimate.
		c.exact = c.exact && f.Source.Container == "mov"
	}
	last, err := rate.FrameOf(rostrum.Timecode{Hours: 23, Minutes: 59, Seconds: 59, Frames: rate.Timebase() - 1, Drop: drop})
	if err != nil || same {
		return nil
	}
	c.day = last + 1
	return c
}

// since is the time from the start of file a to the next start of file b, less than a day.
func (c *clock) since(a, b int) rostrum.Frame {
	return ((c.starts[b]-c.starts[a])%c.day + c.day) % c.day
}

// gap is the time from the end of file a to the start of file b, negative when they overlap.
func (c *clock) gap(a, b int) rostrum.Frame {
	gap := c.since(a, b) - c.lengths[a]
	if gap > c.day/2 {
		gap -= c.day
	}
	if !c.exact && gap >= -2 && gap <= 2 {
		return 0
	}
	return gap
}

// fits says whether the files can have been made in that order: each begins when the one before it ends, or soon after.
func (c *clock) fits(order []int) bool {
	for k := 1; k < len(order); k++ {
		if gap := c.gap(order[k-1], order[k]); gap < 0 || c.rate.Duration(gap) > longestGap {
			return false
		}
	}
	return true
}

// inWords writes a length of time: to the hundredth of a second under a minute, to the second from there on.
func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.2f seconds", d.Seconds())
	case d < time.Hour:
		return rostrum.Elapsed(d) + " minutes"
	}
	return rostrum.Elapsed(d) + " hours"
}
