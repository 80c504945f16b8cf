package fmp4

import (
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"

	"rostrum"
)

// Pictures says what a run of the encoder must have written for one rung.
type Pictures struct {
	Timescale int64          // ticks a second
	Ticks     int64          // ticks of one frame of the timeline
	Step      rostrum.Frame  // frames that one picture lasts (Rung.Step)
	Spans     []rostrum.Span // one fragment each, in order
}

// ErrShort says that the source gave fewer pictures than the timeline has: a recording with
// missing pictures. The caller may run the same chunk again with padding.
var ErrShort = errors.New("fewer pictures than the timeline has")

// Split reads the encoder's output for one rung as it comes, holding one fragment at a time. It
// calls init once, then segment for each span. Each segment begins at its span's time with the
// picture shown first, and lasts exactly as long as its span. Output that does not match the plan
// is an error, after which what was handed over must not be used.
func (p Pictures) Split(r io.Reader, init func([]byte) error, segment func(Segment) error) error {
	f := &fragments{r: r}
	head, err := f.start()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrShort, err)
	}
	if err != nil {
		return err
	}
	if got := int64(f.init.Moov.Trak.Mdia.Mdhd.Timescale); got != p.Timescale {
		return fmt.Errorf("the encoder's clock has %d ticks a second, not %d", got, p.Timescale)
	}
	if err := init(head); err != nil {
		return err
	}
	for i, span := range p.Spans {
		samples, err := f.next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: %d of %d segments", ErrShort, i, len(p.Spans))
		}
		if err != nil {
			return fmt.Errorf("segment %d: %w", i, err)
		}
		if err := p.time(samples, span); err != nil {
			return fmt.Errorf("segment %d: %w", i, err)
		}
		data, err := write(uint32(span.In)+1, f.init.Moov.Trak.Tkhd.TrackID, samples)
		if err != nil {
			return fmt.Errorf("write segment %d: %w", i, err)
		}
		if err := segment(Segment{i, data, len(samples), int64(span.Len()) * p.Ticks}); err != nil {
			return err
		}
	}
	if _, err := f.next(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the encoder wrote more than %d segments (%v)", len(p.Spans), err)
	}
	return nil
}

// time checks the samples of one segment and gives them the recording's time.
func (p Pictures) time(samples []mp4.FullSample, span rostrum.Span) error {
	want := int((span.Len() + p.Step - 1) / p.Step)
	switch {
	case len(samples) < want:
		return fmt.Errorf("%w: %d of %d", ErrShort, len(samples), want)
	case len(samples) > want:
		return fmt.Errorf("%d pictures, not %d", len(samples), want)
	case !mp4.IsSyncSampleFlags(samples[0].Flags):
		return errors.New("does not begin with a key frame")
	}
	step := int64(p.Step) * p.Ticks
	// The muxer leaves the decoder's delay in the presentation times: the picture shown first
	// would come that much after the segment's start.
	first := samples[0].CompositionTimeOffset
	start := int64(span.In) * p.Ticks
	seen := make([]bool, want)
	for i := range samples {
		s := &samples[i]
		s.CompositionTimeOffset -= first
		s.DecodeTime = uint64(start + int64(i)*step)
		s.Dur = uint32(step)
		at := int64(i)*step + int64(s.CompositionTimeOffset)
		if at%step != 0 || at < 0 || at/step >= int64(want) || seen[at/step] {
			return fmt.Errorf("picture %d is shown off the timeline's frames, by %d ticks", i, at)
		}
		seen[at/step] = true
		if int64(s.CompositionTimeOffset) < -reorder*step {
			return fmt.Errorf("picture %d is decoded more than %d pictures late", i, reorder)
		}
	}
	samples[want-1].Dur = uint32(int64(span.Len())*p.Ticks - int64(want-1)*step)
	return nil
}

// reorder is the most pictures by which the encoder delays decoding: three B-pictures with one of
// them as a reference need two.
const reorder = 2
