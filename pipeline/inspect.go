package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// inspect measures what was made and judges it. The report is part of the revision; what a red finding means is publish's.
func (w *rendering) inspect(ctx context.Context) error {
	m, known := w.manifest, &w.measured
	known.Asked, known.Found, known.Silent = m.Duration, w.lasts(), m.Silent
	for _, p := range m.Pictures {
		found := int64(0)
		for _, g := range p.Segments {
			found += int64(p.Pictures(rostrum.Frame(g.Time / media.Ticks(w.recording.Rate))))
		}
		known.Frames = append(known.Frames, rostrum.MeasuredRung{Name: p.Name, Expected: w.pictures(p.Rung), Found: found})
	}
	if len(m.Pictures) > 0 {
		if err := w.inspectPicture(ctx); err != nil {
			return err
		}
	}
	for _, c := range m.Captions {
		known.Captions = append(known.Captions, c.Language)
	}
	tracks, err := w.Catalogue.CaptionTracks(ctx, w.recording.ID)
	if err != nil {
		return err
	}
	for _, t := range tracks {
		known.Wanted = append(known.Wanted, t.Language)
	}
	quality := rostrum.Judge(*known)
	m.Measured, m.Quality = known, &quality
	return nil
}

// pictures is how many pictures of a rung the cut has: at half the rate, an edge of an odd number of frames has one for its last.
func (w *rendering) pictures(rung rostrum.Rung) int64 {
	grid := w.recording.Grid()
	cut := grid.Cut(w.manifest.Span)
	n := rung.Pictures(cut.Head.Len()) + rung.Pictures(cut.Tail.Len())
	for i := cut.First; i < cut.End; i++ {
		n += rung.Pictures(grid.Segment(i).Len())
	}
	return int64(n)
}

// lasts is how long what was made plays: the picture, or without one the sound that begins the list.
func (w *rendering) lasts() time.Duration {
	s := &rostrum.Stream{Clock: 1}
	switch m := w.manifest; {
	case len(m.Pictures) > 0:
		s = &m.Pictures[0].Stream
	case len(m.Sounds) > 0:
		s = &m.Sounds[0].Stream
	}
	return time.Duration(float64(s.Ticks()) / float64(s.Clock) * float64(time.Second))
}

// inspectPicture looks at the smallest picture from its first to its last, and compares samples of what was encoded with the original. Where the
// picture is that of the revision before, so are its figures.
func (w *rendering) inspectPicture(ctx context.Context) error {
	known, r := &w.measured, w.recording
	if b := w.before; b != nil && b.Measured != nil && b.Recipes[picturePart(rostrum.H264)] == w.manifest.Recipes[picturePart(rostrum.H264)] {
		known.Black, known.Frozen, known.Likeness, known.Sync = b.Measured.Black, b.Measured.Frozen, b.Measured.Likeness, b.Measured.Sync
		return nil
	}
	smallest := w.smallest()
	path, err := w.oneFile(ctx, &smallest.Stream, smallest.Playlist, int64(smallest.Step())*media.Ticks(r.Rate))
	if err != nil {
		return err
	}
	seen, err := w.Tools.InspectPicture(ctx, path, smallest.Rung, r.Rate)
	if err != nil {
		return err
	}
	known.Black, known.Frozen = seen.Black, seen.Frozen
	known.Frames = append(known.Frames, rostrum.MeasuredRung{Name: smallest.Name + " decoded", Expected: w.pictures(smallest.Rung), Found: int64(seen.Pictures)})
	for _, n := range samples(len(smallest.Segments)) {
		like, err := w.likeness(ctx, n)
		if errors.Is(err, media.ErrNothingToCompare) {
			continue // the last good picture is held there, and a notice says so
		}
		if err != nil {
			return err
		}
		known.Likeness = append(known.Likeness, like)
	}
	return nil
}

// samples are the segments that are compared with the original: the first, one in the middle, and the last, which at either end are the
// edges that were encoded for this cut.
func samples(segments int) []int {
	return slices.Compact([]int{0, segments / 2, segments - 1})
}

// likeness compares the start of one segment with the original, at the smallest size that moves at the full rate.
func (w *rendering) likeness(ctx context.Context, n int) (float64, error) {
	r := w.recording
	rungs := r.Ladder(rostrum.H264)
	rung := len(rungs) - 1
	for rung > 0 && rungs[rung].HalfRate {
		rung--
	}
	p := &w.manifest.Pictures[slices.IndexFunc(w.manifest.Pictures, func(p rostrum.Picture) bool { return p.Name == rungs[rung].Name })]
	one := p.Stream
	one.Segments = p.Segments[n : n+1]
	path, err := w.join(ctx, &one, int64(p.Step())*media.Ticks(r.Rate), fmt.Sprintf("sample-%d.mp4", n))
	if err != nil {
		return 0, err
	}
	in := w.manifest.Span.In
	for _, g := range p.Segments[:n] {
		in += rostrum.Frame(g.Time / media.Ticks(r.Rate))
	}
	span := rostrum.Span{In: in, Out: in + rostrum.Frame(one.Segments[0].Time/media.Ticks(r.Rate))}
	return w.Tools.Likeness(ctx, w.source, media.Pictures{Source: r.Source, Rate: r.Rate, Span: span, Rungs: rungs, SegmentFrames: r.Grid().SegmentFrames(), Pad: true}, rung, path)
}
