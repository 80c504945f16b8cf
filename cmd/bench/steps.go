package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/intake"
	"rostrum/pipeline/media"
)

// step is a part of the cutting, done once more by itself.
type step struct {
	what   string
	cpu    float64 // s
	within bool    // it is part of the step before
}

// cutting is an intervention that was made, for the doing again of what it was made by.
type cutting struct {
	*work
	recording *rostrum.Recording
	manifest  *rostrum.Manifest
	original  string
	folder    string
	sounds    []levelled
	steps     []step
}

// levelled is the sound of a channel, on its way.
type levelled struct {
	media.Sound
	level media.Level
	paths []string           // where each quality is
	made  []rostrum.Loudness // of each quality
}

// stepByStep does the parts of the cutting again as the pipeline does them, one after the other.
func (w *work) stepByStep(ctx context.Context, f film, r *rostrum.Recording, m *rostrum.Manifest, folder string) ([]step, error) {
	original, release, err := w.Store.Local(ctx, intake.Key(r.ID))
	if err != nil {
		return nil, err
	}
	defer release()
	say("the cutting of %s step by step", f.length)
	c := &cutting{work: w, recording: r, manifest: m, original: original, folder: folder}
	for i, ch := range r.Source.Channels {
		s := levelled{Sound: media.Sound{Source: r.Source, Stream: *r.Source.SoundOf(ch), Pick: ch.Pick, Rate: r.Rate, Span: m.Sounds[3*i].Span}}
		for q := range media.Qualities() {
			s.paths = append(s.paths, filepath.Join(folder, fmt.Sprintf("step-sound-%d-%d.mp4", i, q)))
		}
		c.sounds = append(c.sounds, s)
	}
	for _, s := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"sound: measuring, and finding the gain", c.each(c.findLevel)},
		{"sound: decoding, levelling, encoding three qualities", c.each(c.encode)},
		{"sound: measuring these", c.each(c.measure)},
		{"sound: encoding and measuring again where peaks came out too high", c.each(c.correct)},
		{"downloads", c.downloads},
		{"report: looking at every picture, comparing samples", c.report},
	} {
		if err := c.clock(ctx, s.what, s.do); err != nil {
			return nil, err
		}
	}
	return c.steps, c.clockOpus(ctx)
}

func (c *cutting) clock(ctx context.Context, what string, do func(context.Context) error) error {
	begin, err := now()
	if err != nil {
		return err
	}
	if err := do(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	took, err := since(begin)
	c.steps = append(c.steps, step{what: what, cpu: took.cpu()})
	return err
}

// clockOpus puts in, after the encoding, what of it Opus takes: what is saved without it.
func (c *cutting) clockOpus(ctx context.Context) error {
	if err := c.clock(ctx, "sound without Opus", c.each(c.encodeAAC)); err != nil {
		return err
	}
	last := len(c.steps) - 1
	opus := step{"  of that Opus", c.steps[1].cpu - c.steps[last].cpu, true}
	c.steps = slices.Insert(c.steps[:last], 2, opus)
	return nil
}

// each does the same to every sound.
func (c *cutting) each(do func(context.Context, *levelled) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for i := range c.sounds {
			if err := do(ctx, &c.sounds[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *cutting) findLevel(ctx context.Context, s *levelled) (err error) {
	s.level, err = findLevel(ctx, c.Tools, c.original, s.Sound)
	return err
}

func (c *cutting) encode(ctx context.Context, s *levelled) error {
	return c.encodeSome(ctx, s, []int{0, 1, 2})
}

// encodeSome encodes some of the qualities, by their places.
func (c *cutting) encodeSome(ctx context.Context, s *levelled, which []int) error {
	var qualities []media.Quality
	for _, i := range which {
		qualities = append(qualities, media.Qualities()[i])
	}
	args, err := s.EncodeArgs(c.original, s.level, qualities)
	if err != nil {
		return err
	}
	job := media.Job{Args: args, Read: []string{c.original}}
	for _, i := range which {
		path := s.paths[i]
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		defer file.Close()
		job.Outputs = append(job.Outputs, media.To(file))
	}
	return c.Tools.Run(ctx, job)
}

// encodeAAC is the same with the last of the encoders left out.
func (c *cutting) encodeAAC(ctx context.Context, s *levelled) error {
	args, err := s.EncodeArgs(c.original, s.level, media.Qualities()[:2])
	if err != nil {
		return err
	}
	return c.Tools.Run(ctx, media.Job{Args: args, Read: []string{c.original},
		Outputs: []media.Consumer{media.To(io.Discard), media.To(io.Discard)}})
}

func (c *cutting) measure(ctx context.Context, s *levelled) error {
	s.made = make([]rostrum.Loudness, len(s.paths))
	return c.measureSome(ctx, s, []int{0, 1, 2})
}

func (c *cutting) measureSome(ctx context.Context, s *levelled, which []int) (err error) {
	for _, i := range which {
		if s.made[i], err = c.Tools.MeasureFile(ctx, s.paths[i]); err != nil {
			return err
		}
	}
	return nil
}

// correct goes on as the pipeline does until no peak is too high.
func (c *cutting) correct(ctx context.Context, s *levelled) error {
	for attempt := 1; attempt < levelAttempts; attempt++ {
		next, again := s.level.Corrected(s.made, ceilingDBTP)
		if len(again) == 0 {
			return nil
		}
		s.level = next
		if err := c.encodeSome(ctx, s, again); err != nil {
			return err
		}
		if err := c.measureSome(ctx, s, again); err != nil {
			return err
		}
	}
	return nil
}

// downloads puts the files to take away together again, out of each other, and checks and digests them.
func (c *cutting) downloads(ctx context.Context) error {
	folder := filepath.Join(c.folder, "step-downloads")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	var takes []media.Take
	for _, ch := range c.recording.Source.Channels {
		for _, base := range []string{rostrum.MP4Name, rostrum.SmallMP4Name, rostrum.AudioName, rostrum.OpusName} {
			name := rostrum.NameIn(base, ch.Name)
			if _, ok := c.manifest.Files[name]; !ok { // a small picture has one size
				continue
			}
			take := media.Take{Out: filepath.Join(folder, name), Ogg: base == rostrum.OpusName}
			sound := name
			var err error
			if base == rostrum.MP4Name || base == rostrum.SmallMP4Name {
				sound = rostrum.NameIn(rostrum.MP4Name, ch.Name)
				if take.Picture, err = c.local(ctx, base); err != nil {
					return err
				}
			}
			if take.Sound, err = c.local(ctx, sound); err != nil {
				return err
			}
			takes = append(takes, take)
		}
	}
	if err := c.Tools.Mux(ctx, takes...); err != nil {
		return err
	}
	for _, take := range takes {
		if err := check(take); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(take.Out), err)
		}
	}
	return nil
}

// local is the path of a stored file, which the folder of a bench holds itself.
func (c *cutting) local(ctx context.Context, name string) (string, error) {
	path, release, err := c.Store.Local(ctx, c.manifest.Files[name].Key)
	if err == nil {
		release()
	}
	return path, err
}

func check(take media.Take) error {
	if !take.Ogg {
		if _, err := fmp4.Count(take.Out); err != nil {
			return err
		}
	}
	file, err := os.Open(take.Out)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(sha256.New(), file)
	return err
}

// report looks at the picture again.
func (c *cutting) report(ctx context.Context) error {
	r, pictures := c.recording, c.manifest.Pictures
	smallest := &pictures[len(pictures)-1]
	path, err := c.joined(ctx, smallest, 0, len(smallest.Segments))
	if err != nil {
		return err
	}
	if _, err := c.Tools.InspectPicture(ctx, path, smallest.Rung, r.Rate); err != nil {
		return err
	}
	rung := len(pictures) - 1
	for rung > 0 && pictures[rung].HalfRate {
		rung--
	}
	p := &pictures[rung]
	for _, n := range slices.Compact([]int{0, len(p.Segments) / 2, len(p.Segments) - 1}) {
		path, err := c.joined(ctx, p, n, n+1)
		if err != nil {
			return err
		}
		all := media.Pictures{Source: r.Source, Rate: r.Rate, Span: r.Grid().Segment(n), Rungs: r.Rungs, SegmentFrames: r.Grid().SegmentFrames(), Pad: true}
		if _, err := c.Tools.Likeness(ctx, c.original, all, rung, path); err != nil {
			return err
		}
	}
	return nil
}

// joined writes segments of a picture, from first to end, into one file.
func (c *cutting) joined(ctx context.Context, p *rostrum.Picture, first, end int) (string, error) {
	path := filepath.Join(c.folder, "step-picture.mp4")
	out, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer out.Close()
	init, err := c.open(ctx, p.Init)
	if err != nil {
		return "", err
	}
	head, err := io.ReadAll(init)
	init.Close()
	if err != nil {
		return "", err
	}
	join, err := fmp4.NewJoin(out, head, int64(p.Step())*media.Ticks(c.recording.Rate))
	if err != nil {
		return "", err
	}
	for _, s := range p.Segments[first:end] {
		segment, err := c.open(ctx, s.Name)
		if err != nil {
			return "", err
		}
		err = join.Add(segment)
		segment.Close()
		if err != nil {
			return "", err
		}
	}
	return path, nil
}

func (c *cutting) open(ctx context.Context, name string) (io.ReadCloser, error) {
	return c.Store.Open(ctx, c.manifest.Files[name].Key)
}
