package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

type ingestCommand struct {
	Files    []string          `arg:"" name:"file" help:"Recordings."`
	Meeting  string            `required:"" placeholder:"SLUG" help:"The meeting that the recordings belong to."`
	Create   bool              `help:"Make the meeting if there is none of that slug."`
	Sheet    string            `placeholder:"CUTS" help:"Cut list: CSV or CMX3600 EDL. Without one the whole recording is one intervention."`
	Captions map[string]string `placeholder:"LANG=FILE" help:"SRT or WebVTT captions of the whole recording; may be repeated."`
	Join     bool              `help:"The files are parts of one recording, in order, as the recorder split it."`
	Channels []string          `placeholder:"floor,en,…" help:"What the sound carries, in the order of the tracks (of one track with many channels, of these); or with its place, NAME=TRACK.CHANNEL, counted from 1; - for what is not taken."`
	Room     string            `placeholder:"NAME" help:"Take the channels from a saved room."`
	Sound    map[string]string `placeholder:"LANG=FILE" help:"A file that holds the sound of one language; may be repeated."`
	Offset   map[string]int    `placeholder:"LANG=MS" help:"How many milliseconds after the recording that file begins; without it, it is found by the floor in it, or by the times in both files."`
	Consent  string            `placeholder:"KIND" help:"The speakers' consent for all rows that state none, and the interpreters' for all booths: public, partners, embargo, pending or refused. Without it booths are withheld."`
	Until    string            `placeholder:"DATE" help:"End of the embargo, YYYY-MM-DD (UTC)."`
	Publish  bool              `help:"Publish each intervention as soon as it is ready."`
	Wait     bool              `help:"Wait until all is ready, and do the work if no worker runs."`
	JSON     bool              `name:"json" help:"Print one JSON document."`
}

func (c *ingestCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) (err error) {
	s.json = c.JSON
	incoming, err := c.incoming()
	if err != nil {
		return err
	}
	recordings := [][]string{c.Files}
	if !c.Join {
		recordings = slices.Collect(slices.Chunk(c.Files, 1))
	}
	if len(recordings) > 1 && (c.Sheet != "" || len(c.Captions) > 0 || len(c.Sound) > 0 || c.JSON) {
		return rostrum.Errorf(rostrum.Invalid, "A cut list, captions, sounds and --json belong to one recording; take the recordings in one by one, or say --join when they are its parts.")
	}
	for _, name := range c.Files {
		if err := readable(name); err != nil {
			return err
		}
	}
	p, err := set.open(ctx, log, c.Wait)
	if err != nil {
		return err
	}
	started := false
	defer func() {
		if e := p.close(started); err == nil {
			err = e
		}
	}()
	if c.Wait {
		if started, err = p.startIfAlone(ctx); err != nil {
			return err
		}
	}
	if c.Room != "" {
		room, err := p.Catalogue.Room(ctx, c.Room)
		if err != nil {
			return err
		}
		if len(c.Channels) > 0 {
			return rostrum.Errorf(rostrum.Invalid, "Both a room and channels are named; name one of them.")
		}
		incoming.Channels = room.Channels
	}
	for _, names := range recordings {
		if err := c.one(ctx, s, p, incoming, names); err != nil {
			return err
		}
	}
	return nil
}

// one takes in one recording, of one file or of several parts.
func (c *ingestCommand) one(ctx context.Context, s *streams, p *program, in pipeline.Incoming, names []string) error {
	var files openFiles
	defer files.close()
	for _, name := range names {
		f, recorded, err := files.open(name)
		if err != nil {
			return err
		}
		if in.Content == nil {
			in.File, in.Recorded = f, recorded
			continue
		}
		in.More = append(in.More, f)
	}
	for language, name := range c.Sound {
		f, _, err := files.open(name)
		if err != nil {
			return err
		}
		beside, err := c.beside(language, f)
		if err != nil {
			return err
		}
		in.Beside = append(in.Beside, beside)
	}
	bar := newProgress(s.err, "Copying "+in.Name, bytesASecond(files.bytes))
	in.Progress = func(done int64) { bar.set(float64(done) / float64(max(1, files.bytes))) }
	copied := false
	in.Step = func(what string) {
		if !copied {
			bar.done(true)
		}
		copied = true
		fmt.Fprintln(s.err, what)
	}
	receipt, err := p.Receive(ctx, in)
	if !copied {
		bar.done(err == nil)
	}
	if err != nil {
		return err
	}
	for _, line := range receipt.Understood {
		fmt.Fprintln(s.err, line)
	}
	for _, problem := range receipt.Problems {
		fmt.Fprintln(s.err, "Note:", pipeline.Words(problem))
	}
	for _, notice := range receipt.Recording.Notices {
		fmt.Fprintln(s.err, "Note:", notice)
	}
	if receipt.Known {
		fmt.Fprintln(s.err, "Note: these bytes were taken in before; nothing is encoded again.")
	}
	var failed error
	if c.Wait {
		failed = p.await(ctx, s, receipt.Recording.ID)
		if failed != nil && rostrum.ErrorCode(failed) == rostrum.Internal {
			return failed
		}
	}
	report, err := p.report(ctx, receipt.Recording.ID)
	if err != nil {
		return err
	}
	for _, problem := range receipt.Problems {
		report.Recording.Notices = append(report.Recording.Notices, pipeline.Words(problem))
	}
	if failed != nil {
		report.Error = &reportError{rostrum.ErrorCode(failed), rostrum.ErrorMessage(failed)}
	}
	if c.JSON {
		if err := s.print(report); err != nil {
			return err
		}
	} else {
		report.write(s.out, false)
	}
	return failed
}

// await shows progress until every intervention of the recording is ready or failed.
func (p *program) await(ctx context.Context, s *streams, id rostrum.RecordingID) error {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return err
	}
	bar := newProgress(s.err, "Making the interventions", timesReal(r.Rate.Duration(r.Frames)))
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		share, over, err := p.Progress(ctx, id)
		if err != nil {
			return err
		}
		bar.set(share)
		if over {
			bar.done(true)
			break
		}
		select {
		case <-ctx.Done():
			bar.done(false)
			return context.Canceled
		case <-tick.C:
		}
	}
	if r, err = p.Catalogue.Recording(ctx, id); err != nil {
		return err
	}
	if r.State == rostrum.RecordingFailed {
		return rostrum.Errorf(rostrum.Unavailable, "%s", r.Failure)
	}
	all, err := p.Catalogue.InterventionsOfRecording(ctx, id)
	var failed []string
	for _, x := range all {
		if x.Failure != "" {
			failed = append(failed, fmt.Sprintf("%q: %s", x.Title, x.Failure))
		}
	}
	if err == nil && len(failed) > 0 {
		err = rostrum.Errorf(rostrum.Unavailable, "%s", strings.Join(failed, " "))
	}
	return err
}
