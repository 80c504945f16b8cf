package media

import (
	"context"
	"time"

	"rostrum"
)

// What Align listens to.
const (
	alignLength = 30 * time.Minute // of either sound, from its beginning
	alignReach  = 10 * time.Minute // how much earlier or later the second may stand
)

// SureAlignment is the confidence from which an alignment may be trusted. Sounds that had nothing to do
// with each other came out at 1.1, and at 1.6 at worst when only half a minute long, 1.4 at a minute
// and a half; an interpreter over the floor at −20 dB came out at 2.2 and 3.5, at 7 after five minutes.
const SureAlignment = 2.0

// Align finds how much later the sound s must stand than its own file says, to go with the floor: by
// the likeness of their loudness over time, in bands, of which an interpretation channel that
// carries the floor under the interpreter has enough. The spans and the offset of s do not matter.
// It listens to the first half hour of either and looks ten minutes both ways; the answer is right
// to 5 ms when its Confidence reaches SureAlignment, and means nothing when it does not.
func (t Tools) Align(ctx context.Context, floorPath string, floor Sound, path string, s Sound) (rostrum.Alignment, error) {
	s.Offset = 0
	var heard [2]*envelope
	for i, of := range []struct {
		path  string
		sound Sound
	}{{floorPath, floor}, {path, s}} {
		args, err := of.sound.alignArgs(of.path)
		if err != nil {
			return rostrum.Alignment{}, err
		}
		heard[i] = newEnvelope()
		job := Job{Args: args, Read: []string{of.path}, Outputs: []Consumer{heard[i].read}, Aside: true, Wall: time.Hour}
		if err := t.Run(ctx, job); err != nil {
			return rostrum.Alignment{}, err
		}
	}
	offset, confidence := heard[0].correlate(heard[1], int(alignReach/envelopeStep))
	return rostrum.Alignment{By: "correlation", Offset: offset, Confidence: hundredth(confidence)}, nil
}

// alignArgs is the command line that gives the beginning of a sound, as one channel at 8 kHz, to Pipe(0).
func (s Sound) alignArgs(path string) ([]string, error) {
	length := alignLength
	if d := s.Source.Duration + max(s.Offset, 0); s.Source.Duration > 0 {
		length = min(length, d)
	}
	s.Span = rostrum.Span{Out: max(s.Rate.FrameAt(length), 1)}
	s.Clean = rostrum.Clean{}
	o, err := s.open(path)
	if err != nil {
		return nil, err
	}
	args := append(o.args, s.graph(o.raw, o.span, []string{"aformat=channel_layouts=mono", "aresample=8000", "aformat=sample_fmts=flt[a]"})...)
	return append(args, "-map", "[a]", "-c:a", "pcm_f32le", "-f", "f32le", Pipe(0)), nil
}
