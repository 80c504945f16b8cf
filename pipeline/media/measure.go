package media

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"rostrum"
)

// SoundFacts is what was measured of a sound over its span.
type SoundFacts struct {
	Loudness rostrum.Loudness
	Clipped  int64 // samples of the source at full scale, in runs of three and more, over all channels
	// Silences are stretches of the recording longer than 10 s that never come over −50 LUFS, measured over 100 ms.
	Silences []rostrum.Span
	Active   float64       // share of the seconds whose momentary loudness (EBU Tech 3341) comes over −50 LUFS
	Length   time.Duration // of the span
}

// What counts as silence, as sound and as clipped.
const (
	activeLUFS   = -50
	longSilence  = 10 * time.Second
	fewSeconds   = 2                // of sound, in which nothing is said
	steadyLUFS   = -40              // under which a sound that does not move is the noise of a line
	steadyRange  = 2                // LU; speech moves by three at the very least
	steadyLength = 10 * time.Second // under which the range says nothing
	clipLevel    = 0.999            // −0.01 dB of full scale
	clipRun      = 3
)

// Silent says that nothing is said here, as in a booth that is closed: it is active for less than
// two seconds in all (a cough, a switch, crosstalk), where that is less than half of it; or it is
// the even noise of a line, quieter than −40 LUFS with a range under 2 LU. A single quiet sentence
// lasts longer than that and moves.
func (f SoundFacts) Silent() bool {
	active := f.Active * f.Length.Seconds()
	if f.Active == 0 || active < fewSeconds && f.Active < 0.5 {
		return true
	}
	return f.Length >= steadyLength && f.Loudness.Integrated < steadyLUFS && f.Loudness.Range < steadyRange
}

// MeasureArgs is the command line that gives the sound as samples for measuring to Pipe(0): as it
// is, or at a level that is not nil. When taps, the samples as the file has them go to Pipe(1):
// bringing them to another rate or cleaning them hides which were clipped.
func (s Sound) MeasureArgs(path string, level *Level) (args []string, taps bool, err error) {
	o, err := s.open(path)
	if err != nil {
		return nil, false, err
	}
	measured := o.span
	if level != nil {
		measured = append(measured, s.levelled(*level)...)
	}
	measured = append(measured, "aformat=sample_fmts=flt[a0]")
	taps = level == nil && (s.Stream.Rate != SampleRate || s.Clean != (rostrum.Clean{}))
	if taps {
		seconds := float64(s.Samples()) / SampleRate
		tap := fmt.Sprintf("asplit=2[t0][t1];[t1]atrim=start=0:end=%.6f,aformat=sample_fmts=flt:channel_layouts=%s[a1];[t0]%s", seconds, channelLayout(s.Channels()), measured[0])
		measured = append([]string{tap}, measured[1:]...)
	}
	args = append(o.args, s.graph(o.raw, measured)...)
	args = append(args, "-map", "[a0]", "-c:a", "pcm_f32le", "-f", "f32le", Pipe(0))
	if taps {
		args = append(args, "-map", "[a1]", "-c:a", "pcm_f32le", "-f", "f32le", Pipe(1))
	}
	return args, taps, nil
}

// Measure listens to the span as it is in the source, or as a level that is not nil would make it:
// at over a thousand times real time, a tenth of what encoding costs. Silence gives −70 LUFS and
// −70 dBTP. Clipped is counted in the source, so only without a level.
func (t Tools) Measure(ctx context.Context, path string, s Sound, level *Level) (SoundFacts, error) {
	args, taps, err := s.MeasureArgs(path, level)
	if err != nil {
		return SoundFacts{}, err
	}
	clips := make(clipping, s.Channels())
	m := newMeter(s.Channels(), true)
	job := Job{Args: args, Read: []string{path}, Outputs: []Consumer{m.read}, Wall: time.Hour}
	switch {
	case taps:
		job.Outputs = append(job.Outputs, func(r io.Reader) error {
			return readSamples(r, s.Channels(), blockSamples, func(channels [][]float32) error { clips.count(channels); return nil })
		})
	case level == nil:
		m.hear = clips.count
	}
	if err := t.Run(ctx, job); err != nil {
		return SoundFacts{}, err
	}
	f := SoundFacts{Loudness: m.blocks.loudness(m.truePeak()), Clipped: clips.total(), Length: time.Duration(m.length) * time.Second / SampleRate}
	f.Silences = s.silences(m.blocks)
	seconds := m.blocks.seconds()
	active := 0
	for _, l := range seconds {
		if l > activeLUFS {
			active++
		}
	}
	f.Active = float64(active) / float64(max(len(seconds), 1))
	return f, nil
}

// silences finds the long ones.
func (s Sound) silences(b blocks) []rostrum.Span {
	var found []rostrum.Span
	least := powerOf(activeLUFS)
	at := func(block int) rostrum.Frame {
		return min(s.Span.In+s.Rate.FrameAt(time.Duration(block)*time.Second*blockSamples/SampleRate), s.Span.Out)
	}
	since := 0
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] <= least {
			continue
		}
		if time.Duration(i-since)*time.Second*blockSamples/SampleRate > longSilence {
			found = append(found, rostrum.Span{In: at(since), Out: at(i)})
		}
		since = i + 1
	}
	return found
}

// clipping counts the samples of each channel that stand at full scale.
type clipping []struct {
	run   int64
	found int64
}

func (c clipping) count(channels [][]float32) {
	for i, samples := range channels {
		for _, x := range samples {
			if x < clipLevel && x > -clipLevel {
				if c[i].run >= clipRun {
					c[i].found += c[i].run
				}
				c[i].run = 0
				continue
			}
			c[i].run++
		}
	}
}

func (c clipping) total() int64 {
	n := int64(0)
	for _, channel := range c {
		n += channel.found
		if channel.run >= clipRun {
			n += channel.run
		}
	}
	return n
}

// MeasureFile measures a file that Rostrum made.
func (t Tools) MeasureFile(ctx context.Context, path string) (rostrum.Loudness, error) {
	args := append(Input(path), "-map", "0:a:0", "-af", fmt.Sprintf("aresample=%d,aformat=sample_fmts=flt:channel_layouts=mono|stereo", SampleRate),
		"-c:a", "pcm_f32le", "-fflags", "+bitexact", "-flags", "+bitexact", "-f", "wav", Pipe(0))
	var m *meter
	err := t.Run(ctx, Job{Args: args, Read: []string{path}, Wall: time.Hour, Outputs: []Consumer{func(r io.Reader) error {
		channels, err := waveHead(r)
		if err != nil {
			return err
		}
		m = newMeter(channels, true)
		return m.read(r)
	}}})
	if err != nil {
		return rostrum.Loudness{}, err
	}
	return m.blocks.loudness(m.truePeak()), nil
}

// waveHead reads up to the samples of a WAVE file and tells how many channels they are of.
func waveHead(r io.Reader) (channels int, err error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, fmt.Errorf("read samples: %w", err)
	}
	for {
		if _, err := io.ReadFull(r, head[:8]); err != nil {
			return 0, fmt.Errorf("read samples: %w", err)
		}
		if string(head[:4]) == "data" {
			break
		}
		body := make([]byte, min(binary.LittleEndian.Uint32(head[4:]), 1<<16))
		if _, err := io.ReadFull(r, body); err != nil {
			return 0, fmt.Errorf("read samples: %w", err)
		}
		if string(head[:4]) == "fmt " && len(body) >= 4 {
			channels = int(binary.LittleEndian.Uint16(body[2:]))
		}
	}
	if channels != 1 && channels != 2 {
		return 0, errors.New("samples of neither one channel nor two")
	}
	return channels, nil
}
