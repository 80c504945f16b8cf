package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// Loudness of every intervention, unless the operator sets another: EBU R 128 s2 leaves streaming between −20 and −16 LUFS; −16
// suits phones. The ceiling keeps decoders from clipping (ITU-R BS.1770-4, annex 2).
const (
	usualLUFS     = -16.0
	toleranceLU   = 0.5
	ceilingDBTP   = -1.0
	levelAttempts = 5
)

func (p *Pipeline) target() float64 {
	if p.Target == 0 {
		return usualLUFS
	}
	return p.Target
}

// soundsAtOnce is how many channels are made at the same time.
const soundsAtOnce = 2

// soundPlan is part of every sound's recipe; raise it when anything changes the sounds that come out.
const soundPlan = "2"

// makeSounds makes the sound of every channel. A booth that says nothing here gets none: the original is offered for it.
func (w *rendering) makeSounds(ctx context.Context) error {
	channels := w.recording.Source.Channels
	if len(channels) == 0 {
		w.notice("The recording has no sound.")
		return nil
	}
	made := make([]channelSound, len(channels))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(soundsAtOnce)
	for i, c := range channels {
		g.Go(func() (err error) {
			made[i], err = w.makeSound(ctx, c)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, c := range channels {
		if made[i].silent {
			w.manifest.Silent = append(w.manifest.Silent, rostrum.Language(c.Name))
			continue
		}
		w.manifest.Sounds = append(w.manifest.Sounds, made[i].sounds...)
		w.measured.Sounds = append(w.measured.Sounds, made[i].measured)
	}
	return nil
}

// channelSound is what became of one channel.
type channelSound struct {
	silent   bool
	sounds   []rostrum.Sound // one for each quality
	measured rostrum.MeasuredSound
}

func soundPart(channel string) string { return "sound/" + channel }

// makeSound encodes one channel at every quality, level with every other intervention: measured, brought to the target by one gain,
// limited, and measured again as encoded.
func (w *rendering) makeSound(ctx context.Context, c rostrum.Channel) (channelSound, error) {
	r := w.recording
	span := w.soundSpan(c)
	digest := r.SHA256
	if f := r.Source.File(c.File); f != nil {
		digest = f.SHA256
	}
	language := rostrum.Language(c.Name)
	if c.Name == rostrum.Floor {
		language = w.intervention.Language
	}
	if w.same(soundPart(c.Name), soundPlan, c, span, digest, language, w.target()) {
		return w.takeSound(c), nil
	}
	from, release, err := w.openSound(ctx, r, c)
	if err != nil {
		return channelSound{}, err
	}
	defer release()
	from.sound.Span = span
	before, err := w.Tools.Measure(ctx, from.path, from.sound, nil)
	if err != nil {
		return channelSound{}, err
	}
	if c.Name != rostrum.Floor && before.Silent() {
		return channelSound{silent: true}, nil
	}
	runs, after, err := w.levelSound(ctx, c, from, before.Loudness)
	if err != nil {
		return channelSound{}, err
	}
	worst := after[0] // the level is that of the best quality, the peak the highest of all
	for _, l := range after {
		worst.TruePeak = max(worst.TruePeak, l.TruePeak)
	}
	out := channelSound{measured: rostrum.MeasuredSound{Channel: c.Name, Before: before.Loudness, After: worst, Target: w.target(), Ceiling: ceilingDBTP,
		Clipped: before.Clipped, Silences: before.Silences, Silent: before.Silent(), Length: r.Rate.Duration(span.Len())}}
	for i, q := range media.Qualities() {
		s := rostrum.Sound{Channel: c.Name, Language: language, Quality: q.Quality, Channels: q.Channels(from.sound), Span: span, Stream: runs[i].stream,
			Playlist: soundPlaylist(c.Name, q.Quality), Before: before.Loudness, After: after[i]}
		if err := w.storeSound(ctx, runs[i], &s.Stream); err != nil {
			return channelSound{}, err
		}
		w.keepLocal(s.Playlist, runs[i].path)
		out.sounds = append(out.sounds, s)
	}
	return out, nil
}

func soundPlaylist(channel string, q rostrum.SoundQuality) string {
	name := "sound-" + strings.ToLower(channel)
	if q != rostrum.FullSound {
		name += "-" + string(q)
	}
	return name + ".m3u8"
}

// takeSound takes a channel over from the revision before.
func (w *rendering) takeSound(c rostrum.Channel) channelSound {
	var out channelSound
	for _, s := range w.before.Sounds {
		if s.Channel == c.Name {
			s.File = ""
			out.sounds = append(out.sounds, s)
			w.takeStream(&s.Stream)
		}
	}
	if m := w.before.Measured; m != nil {
		for _, s := range m.Sounds {
			if s.Channel == c.Name {
				out.measured = s
			}
		}
	}
	out.silent = len(out.sounds) == 0
	return out
}

// soundSpan is what a channel's sound covers: the cut, and for a booth its tail, which ends where the next intervention begins
// unless it may go on, and always where the recording does.
func (w *rendering) soundSpan(c rostrum.Channel) rostrum.Span {
	return soundSpan(w.recording, c, w.revision.Span, w.next)
}

func soundSpan(r *rostrum.Recording, c rostrum.Channel, cut rostrum.Span, next rostrum.Frame) rostrum.Span {
	out := cut.Out + r.Rate.FrameAt(c.Tail)
	if !c.Over {
		out = min(out, max(next, cut.Out))
	}
	return rostrum.Span{In: cut.In, Out: min(out, r.Frames)}
}

// nextIn is where the first intervention after a cut begins; the recording's end when there is none.
func nextIn(r *rostrum.Recording, all []*rostrum.Intervention, cut rostrum.Span) rostrum.Frame {
	next := r.Frames
	for _, x := range all {
		if x.Span.In >= cut.Out {
			next = min(next, x.Span.In)
		}
	}
	return next
}

// soundRun is one encoding of a sound: its segments in the run's folder.
type soundRun struct {
	stream rostrum.Stream
	init   []byte
	path   string // segments joined, for measuring
}

// levelSound encodes a sound at the level that meets the target, and again where an encoder has raised the peaks over the ceiling. It gives
// the loudness of each encoding as well.
func (w *rendering) levelSound(ctx context.Context, c rostrum.Channel, from opened, before rostrum.Loudness) ([]*soundRun, []rostrum.Loudness, error) {
	level, err := w.findLevel(ctx, from, before)
	if err != nil {
		return nil, nil, err
	}
	all := media.Qualities()
	runs, made := make([]*soundRun, len(all)), make([]rostrum.Loudness, len(all))
	var which []int
	for i := range all {
		which = append(which, i)
	}
	for attempt := 1; len(which) > 0 && attempt <= levelAttempts; attempt++ {
		var wanted []media.Quality
		for _, i := range which {
			wanted = append(wanted, all[i])
		}
		some, err := w.encodeSound(ctx, c, from, level, wanted)
		if err != nil {
			return nil, nil, err
		}
		for n, i := range which {
			runs[i] = some[n]
			if made[i], err = w.Tools.MeasureFile(ctx, runs[i].path); err != nil {
				return nil, nil, err
			}
		}
		level, which = level.Corrected(made, ceilingDBTP)
	}
	return runs, made, nil
}

// findLevel finds the gain that meets the target. A gain alone does; where the limiter takes peaks away, and loudness with
// them, the gain is raised by what is missing, which measuring finds at a fraction of what encoding costs.
func (w *rendering) findLevel(ctx context.Context, from opened, before rostrum.Loudness) (media.Level, error) {
	level := media.LevelFor(before, w.target(), ceilingDBTP)
	for attempt := 1; attempt < levelAttempts && !level.Free; attempt++ {
		found, err := w.Tools.Measure(ctx, from.path, from.sound, &level)
		if err != nil {
			return level, err
		}
		off := w.target() - found.Loudness.Integrated
		if math.Abs(off) <= toleranceLU*2/5 {
			break
		}
		level.Gain += off
	}
	return level, nil
}

// encodeSound encodes the sound at some qualities from one decode, into the run's folder.
func (w *rendering) encodeSound(ctx context.Context, c rostrum.Channel, from opened, level media.Level, qualities []media.Quality) ([]*soundRun, error) {
	args, err := from.sound.EncodeArgs(from.path, level, qualities)
	if err != nil {
		return nil, err
	}
	job := media.Job{Args: args, Read: []string{from.path}}
	var runs []*soundRun
	for _, q := range qualities {
		run := &soundRun{path: w.local(fmt.Sprintf("sound-%s-%s.mp4", strings.ToLower(c.Name), q.Quality))}
		runs = append(runs, run)
		in := w.recording.Rate.Samples(from.sound.Span.In, q.Rate)
		plan := fmp4.Sound{Rate: q.Rate, Packet: q.Packet, Priming: q.Priming, Start: in, Samples: w.recording.Rate.Samples(from.sound.Span.Out, q.Rate) - in}
		job.Outputs = append(job.Outputs, func(out io.Reader) error {
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
				name := w.soundName(c.Name, q.Quality, s.Index)
				run.stream.Segments = append(run.stream.Segments, rostrum.Segment{Name: name, Time: s.Ticks, Bytes: int64(len(s.Data))})
				if err := os.WriteFile(w.local(name), s.Data, 0o600); err != nil {
					return err
				}
				return join.Add(bytes.NewReader(s.Data))
			})
		})
	}
	if err := w.Tools.Run(ctx, job); err != nil {
		return nil, err
	}
	for i, q := range qualities {
		runs[i].stream.Clock = q.Rate
		if runs[i].stream.Codecs, err = fmp4.Codecs(runs[i].init); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func (w *rendering) soundName(channel string, q rostrum.SoundQuality, segment int) string {
	return secretName(w.recording.Secret, "sound", w.intervention.ID, w.revision.Number, channel, q, segment)
}

// storeSound stores the initialisation segment and the segments of a finished encoding.
func (w *rendering) storeSound(ctx context.Context, run *soundRun, s *rostrum.Stream) error {
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
		os.Remove(w.local(g.Name))
	}
	return nil
}
