package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// Loudness of every intervention: EBU R 128 s2 leaves streaming between −20 and −16 LUFS; −16 suits phones. The ceiling
// keeps decoders from clipping (ITU-R BS.1770-4, annex 2).
const (
	targetLUFS    = -16.0
	toleranceLU   = 0.5
	ceilingDBTP   = -1.0
	levelAttempts = 5
)

// soundRun is one encoding of a sound: its segments in the run's folder.
type soundRun struct {
	stream rostrum.Stream
	init   []byte
	path   string // segments joined, for measuring
}

// makeSound encodes the floor once, level with every other intervention: measured, brought to the target by one gain,
// limited, and measured again as encoded.
func (w *rendering) makeSound(ctx context.Context) error {
	r := w.recording
	floor := r.Source.Floor()
	if floor == nil {
		w.notice("The recording has no sound.")
		return nil
	}
	sound := media.Sound{Source: r.Source, Stream: *r.Source.SoundOf(*floor), Pick: floor.Pick, Rate: r.Rate, Span: w.revision.Span}
	before, err := w.Tools.Measure(ctx, w.source, sound, nil)
	if err != nil {
		return err
	}
	level, err := w.findLevel(ctx, sound, before)
	if err != nil {
		return err
	}
	var runs []*soundRun
	var after rostrum.Loudness
	for attempt := 1; ; attempt++ {
		if runs, err = w.encodeSound(ctx, sound, level); err != nil {
			return err
		}
		if after, err = w.Tools.MeasureFile(ctx, runs[0].path); err != nil {
			return err
		}
		over := after.TruePeak - ceilingDBTP
		if attempt == levelAttempts || over <= 0 {
			break
		}
		level.Ceiling, level.Free = level.Ceiling-over-0.1, false
	}
	if math.Abs(targetLUFS-after.Integrated) > toleranceLU {
		w.notice("The sound came out at %.1f LUFS instead of %.1f; its peaks, or its silence, did not allow more.", after.Integrated, targetLUFS)
	}
	channels := []int{sound.Channels(), 1}
	for i, run := range runs {
		s := rostrum.Sound{Channel: rostrum.Floor, Language: w.intervention.Language, Quality: []rostrum.SoundQuality{rostrum.FullSound, rostrum.SmallSound}[i], Channels: channels[i], Span: w.revision.Span,
			Stream: run.stream, Playlist: "sound-floor.m3u8", Before: before, After: after}
		if s.Quality == rostrum.SmallSound {
			s.Playlist = rostrum.AudioOnlyName
		}
		if err := w.storeSound(ctx, i, run, &s.Stream); err != nil {
			return err
		}
		w.manifest.Sounds = append(w.manifest.Sounds, s)
		w.sounds = append(w.sounds, run.path)
	}
	return nil
}

// findLevel finds the gain that meets the target. A gain alone does; where the limiter takes peaks away, and loudness with
// them, the gain is raised by what is missing, which measuring finds at a fraction of what encoding costs.
func (w *rendering) findLevel(ctx context.Context, sound media.Sound, before rostrum.Loudness) (media.Level, error) {
	level := media.LevelFor(before, targetLUFS, ceilingDBTP)
	for attempt := 1; attempt < levelAttempts && !level.Free; attempt++ {
		found, err := w.Tools.Measure(ctx, w.source, sound, &level)
		if err != nil {
			return level, err
		}
		off := targetLUFS - found.Integrated
		if math.Abs(off) <= toleranceLU/5 {
			break
		}
		level.Gain += off
	}
	return level, nil
}

// encodeSound encodes the sound at both qualities from one decode, into the run's folder.
func (w *rendering) encodeSound(ctx context.Context, sound media.Sound, level media.Level) ([]*soundRun, error) {
	args, err := sound.EncodeArgs(w.source, level, true)
	if err != nil {
		return nil, err
	}
	runs := []*soundRun{{}, {}}
	job := media.Job{Args: args, Read: []string{w.source}}
	for i, rate := range []int64{media.SampleRate, media.SmallSampleRate} {
		run := runs[i]
		in := w.recording.Rate.Samples(w.revision.Span.In, rate)
		plan := fmp4.Sound{Rate: rate, Start: in, Samples: w.recording.Rate.Samples(w.revision.Span.Out, rate) - in}
		job.Outputs = append(job.Outputs, func(out io.Reader) error {
			run.path = w.local(fmt.Sprintf("measure-%d.mp4", i))
			joined, err := os.Create(run.path)
			if err != nil {
				return err
			}
			defer joined.Close()
			var join *fmp4.Join
			return plan.Split(out, func(init []byte) (err error) {
				run.init = init
				join, err = fmp4.NewJoin(joined, init, 0)
				return err
			}, func(s fmp4.Segment) error {
				run.stream.Segments = append(run.stream.Segments, rostrum.Segment{Name: w.soundName(i, s.Index), Time: s.Ticks, Bytes: int64(len(s.Data))})
				if err := os.WriteFile(w.local(w.soundName(i, s.Index)), s.Data, 0o600); err != nil {
					return err
				}
				return join.Add(bytes.NewReader(s.Data))
			})
		})
	}
	if err := w.Tools.Run(ctx, job); err != nil {
		return nil, err
	}
	for i, rate := range []int64{media.SampleRate, media.SmallSampleRate} {
		runs[i].stream.Clock = rate
		if runs[i].stream.Codecs, err = fmp4.Codecs(runs[i].init); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func (w *rendering) soundName(quality, segment int) string {
	return secretName(w.recording.Secret, "sound", w.intervention.ID, w.revision.Number, rostrum.Floor, quality, segment)
}

// storeSound stores the initialisation segment and the segments of a finished encoding.
func (w *rendering) storeSound(ctx context.Context, quality int, run *soundRun, s *rostrum.Stream) error {
	s.Init = "init-" + string(digestOf(run.init)[:16]) + ".mp4"
	if err := w.add(ctx, s.Init, "audio/mp4", run.init); err != nil {
		return err
	}
	for _, g := range s.Segments {
		data, err := os.ReadFile(w.local(g.Name))
		if err != nil {
			return err
		}
		if err := w.add(ctx, g.Name, segmentType, data); err != nil {
			return err
		}
	}
	return nil
}

func digestFile(path string) (rostrum.Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return rostrum.Digest(hex.EncodeToString(h.Sum(nil))), nil
}
