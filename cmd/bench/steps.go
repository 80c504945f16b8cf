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
	steps     []step
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
	levels := make([]media.Level, len(r.Source.Channels))
	sounds := make([]media.Sound, len(levels))
	for i, ch := range r.Source.Channels {
		sounds[i] = media.Sound{Source: r.Source, Stream: *r.Source.SoundOf(ch), Pick: ch.Pick, Rate: r.Rate, Span: m.Sounds[3*i].Span}
	}
	each := func(do func(i int, s media.Sound) error) func() error {
		return func() error {
			for i, s := range sounds {
				if err := do(i, s); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for _, s := range []struct {
		what string
		do   func() error
	}{
		{"sound: measuring, and finding the gain", each(func(i int, s media.Sound) (err error) {
			levels[i], err = findLevel(ctx, w.Tools, original, s)
			return err
		})},
		{"sound: decoding, levelling, encoding three qualities", each(func(i int, s media.Sound) error { return c.encode(ctx, s, levels[i], c.sound(i), true) })},
		{"sound: measuring what was encoded", each(func(i int, _ media.Sound) error {
			_, err := w.Tools.MeasureFile(ctx, c.sound(i))
			return err
		})},
		{"downloads", func() error { return c.downloads(ctx) }},
		{"report: looking at every picture, comparing samples", func() error { return c.report(ctx) }},
	} {
		if err := c.clock(s.what, s.do); err != nil {
			return nil, err
		}
	}
	return c.steps, c.clockOpus(each(func(i int, s media.Sound) error { return c.encode(ctx, s, levels[i], c.sound(i), false) }))
}

func (c *cutting) clock(what string, do func() error) error {
	begin, err := now()
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	took, err := since(begin)
	c.steps = append(c.steps, step{what: what, cpu: took.cpu()})
	return err
}

// clockOpus puts in, after the encoding, what of it Opus takes: what is saved without it.
func (c *cutting) clockOpus(without func() error) error {
	if err := c.clock("", without); err != nil {
		return err
	}
	last := len(c.steps) - 1
	opus := step{"  of that Opus", c.steps[1].cpu - c.steps[last].cpu, true}
	c.steps = slices.Insert(c.steps[:last], 2, opus)
	return nil
}

func (c *cutting) sound(channel int) string {
	return filepath.Join(c.folder, fmt.Sprintf("step-sound-%d.mp4", channel))
}

// encode encodes a sound and keeps the full quality; Opus comes last, and can be left out.
func (c *cutting) encode(ctx context.Context, s media.Sound, level media.Level, path string, opus bool) error {
	args, err := s.EncodeArgs(c.original, level)
	if err != nil {
		return err
	}
	full, err := os.Create(path)
	if err != nil {
		return err
	}
	defer full.Close()
	job := media.Job{Args: args, Read: []string{c.original}, Outputs: []media.Consumer{media.To(full), media.To(io.Discard), media.To(io.Discard)}}
	if !opus {
		last := slices.Index(args, "[a2]") + 1
		job.Args, job.Outputs = append(args[:last:last], "-f", "null", "-"), job.Outputs[:2]
	}
	return c.Tools.Run(ctx, job)
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
