package rostrum_test

import (
	"math/rand/v2"
	"testing"

	"rostrum"
)

// TestCutCoversItsSpan cuts many spans of many timelines: shared segments and edges together are the span, frame by
// frame, and no edge is longer than a segment.
func TestCutCoversItsSpan(t *testing.T) {
	t.Parallel()
	const seed = 68
	random := rand.New(rand.NewPCG(seed, seed))
	for range 20_000 {
		rates := rostrum.TimelineRates()
		g := rostrum.Grid{Rate: rates[random.IntN(len(rates))], Frames: 1 + rostrum.Frame(random.Int64N(3000))}
		n := g.SegmentFrames()
		edge := func() rostrum.Frame { // half of the points lie at or beside a boundary
			f := rostrum.Frame(random.Int64N(int64(g.Frames) + 1))
			if random.IntN(2) == 0 {
				f = f/n*n + rostrum.Frame(random.IntN(3)-1)
			}
			return min(max(f, 0), g.Frames)
		}
		s := rostrum.Span{In: edge(), Out: edge()}
		if s.In > s.Out {
			s.In, s.Out = s.Out, s.In
		}
		if s.Check(g.Rate, g.Frames) != nil {
			continue
		}
		c := g.Cut(s)
		at := s.In
		step := func(piece rostrum.Span) {
			if piece.Len() > 0 {
				if piece.In != at {
					t.Fatalf("seed %d: %+v of %+v: %+v has a gap or an overlap at %d", seed, s, g, c, at)
				}
				at = piece.Out
			}
		}
		step(c.Head)
		for i := c.First; i < c.End; i++ {
			step(g.Segment(i))
		}
		step(c.Tail)
		if at != s.Out {
			t.Fatalf("seed %d: %+v of %+v: %+v ends at %d", seed, s, g, c, at)
		}
		if c.Head.Len() < 0 || c.Tail.Len() < 0 || len(c.Edges()) > 2 {
			t.Fatalf("seed %d: %+v of %+v: %+v", seed, s, g, c)
		}
		for _, e := range c.Edges() {
			if e.Len() > n {
				t.Fatalf("seed %d: %+v of %+v: edge %+v is longer than a segment", seed, s, g, e)
			}
		}
		// A whole segment is never encoded again, unless the cut is no longer than that.
		for i := range g.Segments() {
			whole := g.Segment(i)
			inside := s.In <= whole.In && whole.Out <= s.Out
			if inside && (i < c.First || i >= c.End) {
				t.Fatalf("seed %d: %+v of %+v: %+v encodes segment %d again", seed, s, g, c, i)
			}
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	g := rostrum.Grid{Rate: rostrum.Rate25, Frames: 930} // segments of 100, the last of 30
	for _, c := range []struct {
		span       rostrum.Span
		head       rostrum.Span
		first, end int
		tail       rostrum.Span
	}{
		{rostrum.Span{In: 37, Out: 430}, rostrum.Span{In: 37, Out: 100}, 1, 4, rostrum.Span{In: 400, Out: 430}},
		{rostrum.Span{In: 100, Out: 400}, rostrum.Span{In: 100, Out: 100}, 1, 4, rostrum.Span{In: 400, Out: 400}},
		{rostrum.Span{In: 0, Out: 930}, rostrum.Span{}, 0, 10, rostrum.Span{In: 930, Out: 930}},
		{rostrum.Span{In: 110, Out: 120}, rostrum.Span{In: 110, Out: 120}, 2, 2, rostrum.Span{In: 120, Out: 120}},
		{rostrum.Span{In: 199, Out: 201}, rostrum.Span{In: 199, Out: 201}, 2, 2, rostrum.Span{In: 201, Out: 201}},
		{rostrum.Span{In: 101, Out: 299}, rostrum.Span{In: 101, Out: 200}, 2, 2, rostrum.Span{In: 200, Out: 299}},
		{rostrum.Span{In: 900, Out: 930}, rostrum.Span{In: 900, Out: 900}, 9, 10, rostrum.Span{In: 930, Out: 930}},
		{rostrum.Span{In: 910, Out: 930}, rostrum.Span{In: 910, Out: 930}, 10, 10, rostrum.Span{In: 930, Out: 930}},
	} {
		got := g.Cut(c.span)
		if got != (rostrum.Cut{Head: c.head, First: c.first, End: c.end, Tail: c.tail}) {
			t.Errorf("%+v: %+v", c.span, got)
		}
	}
}

func TestSpanCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		span rostrum.Span
		want string
	}{
		{rostrum.Span{In: 0, Out: 500}, ""},
		{rostrum.Span{In: -1, Out: 500}, "The cut begins before the recording does; the in point must be 0 or later."},
		{rostrum.Span{In: 250, Out: 125}, "The in point (0:10) lies after the out point (0:05); they may be swapped."},
		{rostrum.Span{In: 125, Out: 125}, "The in point and the out point are the same (0:05); nothing would be left."},
		{rostrum.Span{In: 125, Out: 550}, "The cut ends at 0:22, after the end of the recording (0:20)."},
	} {
		err := c.span.Check(rostrum.Rate25, 500)
		if rostrum.ErrorMessage(err) != c.want {
			t.Errorf("%+v: %v", c.span, err)
		}
	}
}
