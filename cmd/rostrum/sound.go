package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

type soundCommand struct {
	Recording string         `arg:"" help:"Recording."`
	Channel   string         `arg:"" optional:"" help:"floor or a language; without one, the channels are listed."`
	File      string         `placeholder:"FILE" help:"Take the channel's sound from this file."`
	Place     string         `placeholder:"TRACK[.CHANNEL]" help:"Take it from another place in the recording: track, or track and channel, counted from 1."`
	Offset    *int           `placeholder:"MS" help:"How many milliseconds later than its file says it stands on the recording; may be negative."`
	Tail      *time.Duration `placeholder:"4s" help:"How long it goes on after the out point, because interpreters lag."`
	Over      *bool          `negatable:"" help:"The tail may run into the next intervention."`
	Hum       *int           `placeholder:"50|60" help:"Take out the hum of the mains at this frequency in Hz; 0 leaves it in."`
	Noise     *bool          `negatable:"" help:"Take out steady noise."`
	Remove    bool           `help:"Take the channel away."`
	Wait      bool           `help:"Wait until all is ready, and do the work if no worker runs."`
	JSON      bool           `name:"json" help:"Print one JSON document."`
}

func (c *soundCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) (err error) {
	s.json = c.JSON
	change, err := c.change()
	if err != nil {
		return err
	}
	p, err := set.open(ctx, log, c.Wait || c.File != "")
	if err != nil {
		return err
	}
	started := false
	defer func() {
		if e := p.close(started); err == nil {
			err = e
		}
	}()
	id := rostrum.RecordingID(c.Recording)
	if change != nil {
		if change.File != nil {
			file, err := os.Open(c.File)
			if err != nil {
				return rostrum.Errorf(rostrum.Invalid, "%s can't be read; check its rights.", filepath.Base(c.File)).Because(err)
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				return err
			}
			change.File.Content, change.File.Bytes = file, info.Size()
		}
		if c.Wait {
			if started, err = p.startIfAlone(ctx); err != nil {
				return err
			}
		}
		notice, err := p.ChangeChannel(ctx, id, *change, who())
		if err != nil {
			return err
		}
		if notice != "" {
			fmt.Fprintln(s.err, notice)
		}
		if c.Wait {
			if err := p.await(ctx, s, id); err != nil {
				return err
			}
		}
	}
	return p.tell(ctx, s, id)
}

// change reads what is to be different; nil when nothing is said.
func (c *soundCommand) change() (*pipeline.ChannelChange, error) {
	change := pipeline.ChannelChange{Tail: c.Tail, Over: c.Over, Hum: c.Hum, Noise: c.Noise, Remove: c.Remove}
	if c.Offset != nil {
		ms := time.Duration(*c.Offset) * time.Millisecond
		change.Offset = &ms
	}
	said := c.File != "" || c.Place != "" || c.Remove || c.Offset != nil || c.Tail != nil || c.Over != nil || c.Hum != nil || c.Noise != nil
	if c.Channel == "" {
		if said {
			return nil, rostrum.Errorf(rostrum.Invalid, "Say which channel is meant: floor, or a language such as fr.")
		}
		return nil, nil
	}
	entry := c.Channel
	if c.Place != "" {
		entry += "=" + c.Place
	}
	parsed, err := rostrum.ParseChannels([]string{entry})
	if err != nil {
		return nil, err
	}
	if !said {
		return nil, rostrum.Errorf(rostrum.Invalid, "Say what is to change about the channel %s, for example --offset 120 or --file sound.m4a.", parsed[0].Name)
	}
	change.Name = parsed[0].Name
	if c.Place != "" {
		change.Place = &parsed[0]
	}
	if c.File != "" {
		if err := readable(c.File); err != nil {
			return nil, err
		}
		change.File = &pipeline.SoundBeside{File: pipeline.File{Name: filepath.Base(c.File)}, Channel: change.Name, Offset: change.Offset}
	}
	return &change, nil
}
