package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/storage/catalogue"
)

// ChannelChange is what is to be different about one channel of a recording. What is nil stays as it is.
type ChannelChange struct {
	Name   string               // rostrum.Floor or a language
	File   *SoundBeside         // another file for it
	Place  *rostrum.ChannelSaid // another place for it in the recording's own file
	Offset *time.Duration
	Tail   *time.Duration
	Over   *bool
	Hum    *int  // as rostrum.Clean
	Noise  *bool // as rostrum.Clean
	Remove bool
}

// ChangeChannel changes one channel of a recording. Every intervention gets a new revision, in which only that sound is made anew;
// what is published stays until its new revision is ready.
func (p *Pipeline) ChangeChannel(ctx context.Context, id rostrum.RecordingID, c ChannelChange, who string) (notice string, err error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return "", err
	}
	var file *rostrum.SoundFile
	if c.File != nil {
		t := &taking{Pipeline: p, id: id}
		defer t.close()
		part := catalogue.NewID()
		o, err := t.take(ctx, intake.PartKey(id, part), c.File.File)
		if err == nil {
			var path string
			if path, err = t.local(ctx, o.Key); err == nil {
				file, notice, err = p.readBeside(ctx, r, *c.File, part, path, o)
			}
		}
		if err != nil {
			for _, key := range t.stored {
				p.Store.Delete(context.WithoutCancel(ctx), key)
			}
			return "", about(c.File.Name, err)
		}
	}
	return notice, p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		r, err := tx.LockRecording(ctx, id)
		if err != nil {
			return err
		}
		heard, before := slices.Clone(r.Source.Channels), fmt.Sprint(r.Source.Channels)
		if err := c.apply(r, file); err != nil {
			return err
		}
		if fmt.Sprint(r.Source.Channels) == before {
			return nil
		}
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		if r.State != rostrum.Received && r.State != rostrum.RecordingFailed { // else the survey is still to come
			if err := p.hearAgain(ctx, tx, r, heard); err != nil {
				return err
			}
		}
		if err := tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "sound", Subject: string(id), Detail: c.String()}); err != nil {
			return err
		}
		if err := p.renderAgain(ctx, tx, id); err != nil {
			return err
		}
		return p.advance(ctx, tx, id)
	})
}

// apply makes the change to the recording's map.
func (c ChannelChange) apply(r *rostrum.Recording, file *rostrum.SoundFile) error {
	at := slices.IndexFunc(r.Source.Channels, func(x rostrum.Channel) bool { return x.Name == c.Name })
	if at < 0 && file == nil && c.Place == nil {
		return rostrum.Errorf(rostrum.NotFound, "The recording has no channel %q; it has %s.", c.Name, channelNames(r.Source.Channels))
	}
	if c.Remove {
		if c.Name == rostrum.Floor {
			return rostrum.Errorf(rostrum.Refused, "The floor can't be removed: it is the only authentic sound; give it another place instead.")
		}
		r.Source.Channels = slices.Delete(r.Source.Channels, at, at+1)
		return nil
	}
	var x rostrum.Channel
	if at >= 0 {
		x = r.Source.Channels[at]
	}
	switch {
	case file != nil:
		r.Source.Files = append(r.Source.Files, *file)
		x = keepTreatment(channelOf(file, c.Name), x, at >= 0)
	case c.Place != nil:
		placed, err := rostrum.MapChannels([]rostrum.ChannelSaid{*c.Place}, r.Source.Sound)
		if err != nil {
			return err
		}
		if len(placed) == 0 {
			return rostrum.Errorf(rostrum.Invalid, "No place is named for the channel %q.", c.Name)
		}
		x = keepTreatment(placed[0], x, at >= 0)
	}
	if c.Offset != nil {
		x.Offset = *c.Offset
	}
	if c.Tail != nil {
		if *c.Tail < 0 || *c.Tail > longestTail {
			return rostrum.Errorf(rostrum.Invalid, "A tail of %s is out of range; it lasts from 0 to %s.", *c.Tail, longestTail)
		}
		x.Tail = *c.Tail
	}
	if c.Over != nil {
		x.Over = *c.Over
	}
	if c.Hum != nil {
		if *c.Hum != 0 && *c.Hum != 50 && *c.Hum != 60 {
			return rostrum.Errorf(rostrum.Invalid, "The mains hum at 50 or 60 Hz, not at %d; say 50, 60, or 0 for none.", *c.Hum)
		}
		x.Clean.Hum = *c.Hum
	}
	if c.Noise != nil {
		x.Clean.Noise = *c.Noise
	}
	setChannel(&r.Source, x)
	return nil
}

const longestTail = time.Minute

// keepTreatment carries over what was set by hand for a channel that gets another place.
func keepTreatment(x, before rostrum.Channel, had bool) rostrum.Channel {
	if had {
		x.Tail, x.Over, x.Clean = before.Tail, before.Over, before.Clean
	}
	return x
}

func channelNames(all []rostrum.Channel) string {
	if len(all) == 0 {
		return "none"
	}
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// String says the change in a few words, for the audit log.
func (c ChannelChange) String() string {
	words := []string{c.Name}
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	if c.Remove {
		add("removed")
	}
	if c.File != nil {
		add("file %s", c.File.Name)
	}
	if c.Place != nil {
		add("place %s", c.Place)
	}
	if c.Offset != nil {
		add("offset %d ms", c.Offset.Milliseconds())
	}
	if c.Tail != nil {
		add("tail %s", *c.Tail)
	}
	if c.Over != nil {
		add("into the next %t", *c.Over)
	}
	if c.Hum != nil {
		add("hum %d Hz", *c.Hum)
	}
	if c.Noise != nil {
		add("noise taken out %t", *c.Noise)
	}
	return strings.Join(words, ", ")
}

// mendTails gives a new revision to each other intervention in which a booth now should end at another time than it does, because a
// cut point nearby has moved. Only those sounds are made anew.
func (p *Pipeline) mendTails(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, moved rostrum.InterventionID) error {
	all, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return err
	}
	return p.renderSome(ctx, tx, all, func(x *rostrum.Intervention, newest *rostrum.Revision) bool {
		return x.ID != moved && newest.Manifest != nil && tailsDiffer(r, newest.Manifest, nextIn(r, all, x.Span))
	})
}

// tailsDiffer says whether a sound on the manifest covers another span than it should when the next intervention begins at next.
func tailsDiffer(r *rostrum.Recording, m *rostrum.Manifest, next rostrum.Frame) bool {
	return slices.ContainsFunc(m.Sounds, func(s rostrum.Sound) bool {
		return slices.ContainsFunc(r.Source.Channels, func(c rostrum.Channel) bool {
			return c.Name == s.Channel && soundSpan(r, c, m.Span, next) != s.Span
		})
	})
}
