package captions

import (
	"cmp"
	"slices"
	"time"
)

// SliceOptions are the choices in cutting captions; the zero value is right for WebVTT players.
type SliceOptions struct {
	// OneAtATime ends each caption where the next one begins, for players that show only one.
	// Without it captions that overlap by more than a tenth of a second stay as they are: two
	// people speak, and WebVTT shows both.
	OneAtATime bool
}

const (
	// shortest is the length under which the rest of a caption that a cut has clipped only flashes.
	shortest = 300 * time.Millisecond
	// residue is the overlap of neighbours that comes from rounding, not from two people speaking;
	// removing it keeps within the 100 ms of EN 301 549, clause 7.1.2.
	residue = 100 * time.Millisecond
)

// Slice gives the captions of the part from..to of a recording, counted from the start of that
// part to the exact millisecond. A caption that reaches over an edge is clipped there, and left out
// only if no more than 0.3 s of it remain; nothing else is left out.
func Slice(t Track, from, to time.Duration, o SliceOptions) Track {
	out := Track{Language: t.Language}
	for _, c := range t.Cues {
		if c.End <= from || c.Start >= to || c.End <= c.Start {
			continue
		}
		clipped := c.Start < from || c.End > to
		c.Start = milliseconds(max(c.Start, from) - from)
		c.End = milliseconds(min(c.End, to) - from)
		if clipped && c.End-c.Start <= shortest {
			continue
		}
		c.End = max(c.End, c.Start+time.Millisecond)
		out.Cues = append(out.Cues, c)
	}
	slices.SortStableFunc(out.Cues, func(a, b Cue) int { return cmp.Compare(a.Start, b.Start) })
	for i := range out.Cues {
		for j := i + 1; j < len(out.Cues); j++ {
			c, next := &out.Cues[i], out.Cues[j]
			if next.Start == c.Start {
				continue // both begin together: neither can make way
			}
			if over := c.End - next.Start; over > 0 && (o.OneAtATime || over <= residue) {
				c.End = next.Start
			}
			break
		}
	}
	return out
}
