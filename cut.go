package rostrum

// Span is a stretch of a timeline: frames In, In+1, … Out-1. Out is exclusive.
type Span struct {
	In  Frame `json:"in"`
	Out Frame `json:"out"`
}

// Len is the number of frames in s.
func (s Span) Len() Frame { return s.Out - s.In }

// Overlaps says whether s and t share a frame.
func (s Span) Overlaps(t Span) bool { return s.In < t.Out && t.In < s.Out }

// Check refuses a span that is empty, swapped, or outside a recording of the given length.
func (s Span) Check(rate Rate, frames Frame) error {
	at := func(f Frame) string { return Elapsed(rate.Duration(f)) }
	switch {
	case s.In < 0:
		return Errorf(Invalid, "The cut begins before the recording does; the in point must be 0 or later.")
	case s.In > s.Out:
		return Errorf(Invalid, "The in point (%s) lies after the out point (%s); they may be swapped.", at(s.In), at(s.Out))
	case s.In == s.Out:
		return Errorf(Invalid, "The in point and the out point are the same (%s); nothing would be left.", at(s.In))
	case s.Out > frames:
		return Errorf(Invalid, "The cut ends at %s, after the end of the recording (%s).", at(s.Out), at(frames))
	}
	return nil
}

// Lengths of the encoding, in seconds of nominal time. A closed group of pictures of 4 s costs 9 %
// fewer bytes than one of 2 s, and 6 s would save only 4 % more while edges grow; a chunk of 60 s
// makes the start of a process cheap and its loss bearable.
const (
	segmentSeconds = 4
	chunkSegments  = 15
)

// Grid divides a recording's timeline: into segments, each one closed group of pictures, and into
// chunks, each one task. Only the last segment and the last chunk may be shorter.
type Grid struct {
	Rate   Rate
	Frames Frame // length of the timeline
}

// SegmentFrames is the length of a whole segment: about 4 s, always an even number of frames,
// so that a rung at half the rate has whole frames too.
func (g Grid) SegmentFrames() Frame { return Frame(segmentSeconds * g.Rate.Timebase()) }

// ChunkFrames is the length of a whole chunk.
func (g Grid) ChunkFrames() Frame { return chunkSegments * g.SegmentFrames() }

// Segments is the number of segments.
func (g Grid) Segments() int { return int((g.Frames + g.SegmentFrames() - 1) / g.SegmentFrames()) }

// Segment is the span of segment i, from 0.
func (g Grid) Segment(i int) Span {
	n := g.SegmentFrames()
	return Span{Frame(i) * n, min(Frame(i+1)*n, g.Frames)}
}

// Chunks is the number of chunks.
func (g Grid) Chunks() int { return int((g.Frames + g.ChunkFrames() - 1) / g.ChunkFrames()) }

// Chunk is the span of chunk i, from 0.
func (g Grid) Chunk(i int) Span {
	n := g.ChunkFrames()
	return Span{Frame(i) * n, min(Frame(i+1)*n, g.Frames)}
}

// ChunkSegments are the segments of chunk i: first, and one past the last.
func (g Grid) ChunkSegments(i int) (first, end int) {
	return i * chunkSegments, min((i+1)*chunkSegments, g.Segments())
}

// ChunksUnder are the chunks that hold a frame of s: first, and one past the last.
func (g Grid) ChunksUnder(s Span) (first, end int) {
	n := g.ChunkFrames()
	return int(s.In / n), int((s.Out-1)/n) + 1
}

// Cut is an intervention's picture by reference: the shared segments that lie wholly inside it,
// and what must be encoded anew at its ends.
type Cut struct {
	Head  Span // encoded anew before the shared segments; empty where the cut falls on a boundary
	First int  // first shared segment
	End   int  // one past the last shared segment; First == End when there is none
	Tail  Span // encoded anew after the shared segments; empty where the cut falls on a boundary
}

// Edges are the spans that must be encoded anew, in order: none, one or two, none longer than
// a segment.
func (c Cut) Edges() []Span {
	var edges []Span
	for _, s := range []Span{c.Head, c.Tail} {
		if s.Len() > 0 {
			edges = append(edges, s)
		}
	}
	return edges
}

// Cut says how to make the picture of span s without encoding any whole segment again.
// s must lie on the timeline (Span.Check).
func (g Grid) Cut(s Span) Cut {
	n := g.SegmentFrames()
	first := int((s.In + n - 1) / n)
	end := int(s.Out / n)
	if s.Out == g.Frames {
		end = g.Segments()
	}
	if first >= end && s.Len() <= n {
		return Cut{Head: s, First: first, End: first, Tail: Span{s.Out, s.Out}}
	}
	head := Span{s.In, Frame(first) * n}
	last := head.Out
	if end > first {
		last = g.Segment(end - 1).Out
	}
	return Cut{Head: head, First: first, End: end, Tail: Span{last, s.Out}}
}
