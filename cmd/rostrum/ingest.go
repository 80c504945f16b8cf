package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
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
	Channels []string          `placeholder:"floor,en,…" help:"What each sound track carries, in order."`
	Consent  string            `placeholder:"KIND" help:"The speakers' consent for all rows: public, partners, embargo, pending or refused."`
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
	if len(c.Files) > 1 && (c.Sheet != "" || len(c.Captions) > 0 || c.JSON) {
		return rostrum.Errorf(rostrum.Invalid, "A cut list, captions and --json belong to one recording; take the recordings in one by one.")
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
	for _, name := range c.Files {
		if err := c.one(ctx, s, p, incoming, name); err != nil {
			return err
		}
	}
	return nil
}

// incoming reads everything that comes with the recordings, before a byte of them is copied.
func (c *ingestCommand) incoming() (in pipeline.Incoming, err error) {
	in = pipeline.Incoming{Meeting: c.Meeting, Create: c.Create, Publish: c.Publish, Who: who(), Captions: map[rostrum.Language]pipeline.SideFile{}}
	if c.Consent != "" {
		if in.Consent, err = rostrum.ParseConsent(c.Consent); err != nil {
			return in, err
		}
	}
	if c.Until != "" {
		if in.Until, err = time.Parse(time.DateOnly, c.Until); err != nil {
			return in, rostrum.Errorf(rostrum.Invalid, "%q is not a date; write it as YYYY-MM-DD.", c.Until)
		}
	}
	if in.Channels, err = rostrum.ParseChannels(c.Channels); err != nil {
		return in, err
	}
	if c.Sheet != "" {
		file, err := sideFile(c.Sheet)
		if err != nil {
			return in, err
		}
		in.Sheet = &file
	}
	for language, name := range c.Captions {
		l, err := rostrum.ParseLanguage(language)
		if err != nil {
			return in, err
		}
		if in.Captions[l], err = sideFile(name); err != nil {
			return in, err
		}
	}
	return in, nil
}

const largestSideFile = 32 << 20

func sideFile(name string) (pipeline.SideFile, error) {
	if err := readable(name); err != nil {
		return pipeline.SideFile{}, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return pipeline.SideFile{}, err
	}
	if info.Size() > largestSideFile {
		return pipeline.SideFile{}, rostrum.Errorf(rostrum.TooLarge, "%s is too large for a cut list or captions; check that it is the right file.", filepath.Base(name))
	}
	data, err := os.ReadFile(name)
	return pipeline.SideFile{Name: filepath.Base(name), Data: data}, err
}

// readable says in words why a file can't be read.
func readable(name string) error {
	info, err := os.Stat(name)
	base := filepath.Base(name)
	switch {
	case os.IsNotExist(err):
		return rostrum.Errorf(rostrum.Invalid, "There is no file %s; check the name.", base)
	case os.IsPermission(err):
		return rostrum.Errorf(rostrum.Invalid, "%s can't be read; check its rights.", base)
	case err != nil:
		return rostrum.Errorf(rostrum.Invalid, "%s can't be read.", base).Because(err)
	case info.IsDir():
		return rostrum.Errorf(rostrum.Invalid, "%s is a folder; name the recording in it.", base)
	}
	return nil
}

func (c *ingestCommand) one(ctx context.Context, s *streams, p *program, in pipeline.Incoming, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return rostrum.Errorf(rostrum.Invalid, "%s can't be read; check its rights.", filepath.Base(name)).Because(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	bar := newProgress(s.err, "Copying "+filepath.Base(name), bytesASecond(info.Size()))
	in.Name, in.Content, in.Bytes, in.Recorded = filepath.Base(name), file, info.Size(), info.ModTime()
	in.Progress = func(done int64) { bar.set(float64(done) / float64(max(1, info.Size()))) }
	receipt, err := p.Receive(ctx, in)
	bar.done(err == nil)
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
		report.write(s.out)
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
