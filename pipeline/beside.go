package pipeline

import (
	"context"
	"fmt"
	"time"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
)

// SoundBeside is sound that came in a file of its own: the language of a booth, as conference platforms write it, or the floor.
type SoundBeside struct {
	File
	Channel string         // rostrum.Floor or a language
	Offset  *time.Duration // how much later than the recording the file begins; nil finds it
}

// takeBeside stores the sound files that came with a recording, finds their places on its timeline, and adds their channels.
func (t *taking) takeBeside(ctx context.Context, r *rostrum.Recording) error {
	for _, s := range t.in.Beside {
		id := catalogue.NewID()
		o, err := t.take(ctx, intake.PartKey(t.id, id), s.File)
		if err != nil {
			return about(s.Name, err)
		}
		path, err := t.local(ctx, o.Key)
		if err != nil {
			return err
		}
		if s.Offset == nil {
			t.step("Finding the place of " + s.Name + ".")
		}
		f, notice, err := t.readBeside(ctx, r, s, id, path, o)
		if err != nil {
			return about(s.Name, err)
		}
		if notice != "" {
			r.Notices = append(r.Notices, notice)
		}
		r.Source.Files = append(r.Source.Files, *f)
		setChannel(&r.Source, channelOf(f, s.Channel))
	}
	return nil
}

// channelOf is the channel that a sound file carries: its first stream, both channels when it is stereo.
func channelOf(f *rostrum.SoundFile, name string) rostrum.Channel {
	c := rostrum.Channel{Name: name, File: f.ID, Stream: f.Sound[0].Stream, Offset: f.Aligned.Offset}
	if f.Sound[0].Channels > 2 {
		c.Pick = []int{0}
	}
	if name != rostrum.Floor {
		c.Tail = rostrum.InterpretationTail
	}
	return c
}

// setChannel puts a channel into the map, in place of the one of that name; the floor comes first.
func setChannel(s *rostrum.Source, c rostrum.Channel) {
	for i := range s.Channels {
		if s.Channels[i].Name == c.Name {
			s.Channels[i] = c
			return
		}
	}
	if c.Name == rostrum.Floor {
		s.Channels = append([]rostrum.Channel{c}, s.Channels...)
		return
	}
	s.Channels = append(s.Channels, c)
}

// readBeside probes a sound file and finds its place on the recording's timeline: as it was said, else by correlation with the
// floor, else by the times at which both began, else both together. The notice says what was found.
func (p *Pipeline) readBeside(ctx context.Context, r *rostrum.Recording, s SoundBeside, id, path string, o intake.Original) (*rostrum.SoundFile, string, error) {
	facts, err := p.Tools.Probe(ctx, path)
	if err != nil {
		return nil, "", err
	}
	if len(facts.Source.Sound) == 0 {
		return nil, "", rostrum.Errorf(rostrum.Invalid, "It has no sound; name the file that holds the %s sound.", s.Channel)
	}
	f := &rostrum.SoundFile{ID: id, Name: s.Name, SHA256: o.SHA256, Bytes: o.Bytes, Container: facts.Source.Container, Sound: facts.Source.Sound}
	what := fmt.Sprintf("The %s sound of %s", s.Channel, s.Name)
	if s.Offset != nil {
		f.Aligned = rostrum.Alignment{By: "said", Offset: *s.Offset}
		return f, "", nil
	}
	if floor := r.Source.Floor(); floor != nil && s.Channel != rostrum.Floor {
		found, err := p.correlate(ctx, r, *floor, path, facts)
		if err != nil {
			return nil, "", err
		}
		if found.Confidence >= media.SureAlignment {
			f.Aligned = found
			return f, fmt.Sprintf("%s was placed %+d ms from the recording's beginning by its likeness to the floor; rostrum sound moves it.", what, found.Offset.Milliseconds()), nil
		}
	}
	f.Aligned = rostrum.Alignment{By: "start"}
	why := "since the files don't both say when they began"
	if !facts.Source.Created.IsZero() && !r.Source.Created.IsZero() {
		if d := facts.Source.Created.Sub(r.Source.Created); d.Abs() < r.Source.Duration {
			f.Aligned.Offset, why = d, "by the times at which both files say that they began"
		}
	}
	return f, fmt.Sprintf("%s was placed %+d ms from the recording's beginning, %s; listen to it, and move it with rostrum sound if it is early or late.",
		what, f.Aligned.Offset.Milliseconds(), why), nil
}

func (p *Pipeline) correlate(ctx context.Context, r *rostrum.Recording, floor rostrum.Channel, path string, facts media.Facts) (rostrum.Alignment, error) {
	from, release, err := p.openSound(ctx, r, floor)
	if err != nil {
		return rostrum.Alignment{}, err
	}
	defer release()
	from.sound.Span = rostrum.Span{Out: r.Frames}
	other := media.Sound{Source: facts.Source, Stream: facts.Source.Sound[0], Rate: r.Rate, Span: rostrum.Span{Out: r.Rate.FrameAt(facts.Source.Duration)}}
	return p.Tools.Align(ctx, from.path, from.sound, path, other)
}

// opened is a channel's sound, ready to be read.
type opened struct {
	path  string
	sound media.Sound // without a span
}

// openSound makes the file of a channel local. Call release when it is no longer read.
func (p *Pipeline) openSound(ctx context.Context, r *rostrum.Recording, c rostrum.Channel) (opened, func(), error) {
	stream := r.Source.SoundOf(c)
	if stream == nil {
		return opened{}, nil, rostrum.Errorf(rostrum.NotFound, "The recording no longer has the sound of the channel %q; map its channels anew.", c.Name)
	}
	key, source := mediaKey(r), r.Source
	if c.File != "" {
		f := r.Source.File(c.File)
		key = intake.PartKey(r.ID, f.ID)
		source = rostrum.Source{Container: f.Container, Sound: f.Sound}
	}
	path, release, err := p.Store.Local(ctx, key)
	return opened{path, media.Sound{Source: source, Stream: *stream, Pick: c.Pick, Offset: c.Offset, Clean: c.Clean, Rate: r.Rate}}, release, err
}
