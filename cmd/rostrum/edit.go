package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

type cutCommand struct {
	ID   string `arg:"" help:"Intervention."`
	In   string `arg:"" help:"In point: timecode of the recording (HH:MM:SS:FF), HH:MM:SS.mmm, or seconds."`
	Out  string `arg:"" help:"Out point, exclusive, in the same form."`
	Wait bool   `help:"Wait until the new revision is ready, and do the work if no worker runs."`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

func (c *cutCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) (err error) {
	s.json = c.JSON
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
	x, err := p.Catalogue.Intervention(ctx, rostrum.InterventionID(c.ID))
	if err != nil {
		return err
	}
	span, err := p.Span(ctx, x.Recording, c.In, c.Out)
	if err != nil {
		return err
	}
	if _, err := p.Recut(ctx, x.ID, span, who()); err != nil {
		return err
	}
	if c.Wait {
		if started, err = p.startIfAlone(ctx); err != nil {
			return err
		}
		if err := p.await(ctx, s, x.Recording); err != nil {
			return err
		}
	}
	return p.tell(ctx, s, x.Recording)
}

type publishCommand struct {
	ID      []string  `arg:"" help:"Interventions."`
	Consent string    `placeholder:"KIND" help:"Record the speakers' consent first: public, partners, embargo …"`
	Booths  string    `placeholder:"KIND" help:"Record the interpreters' consent first, for all booths."`
	Until   string    `placeholder:"TIME" help:"End of an embargo that is recorded, YYYY-MM-DD (UTC) or RFC 3339."`
	At      string    `placeholder:"TIME" help:"Publish them then instead of now, YYYY-MM-DD (UTC) or RFC 3339."`
	Reason  string    `placeholder:"TEXT" help:"Publish in spite of red findings of the quality, for this reason; it goes into the audit log."`
	until   time.Time // as Until says
	at      time.Time
}

func (c *publishCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) (err error) {
	if c.until, err = moment(c.Until); err != nil {
		return err
	}
	if c.at, err = moment(c.At); err != nil {
		return err
	}
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	var failed []string
	code := rostrum.Internal
	for _, id := range c.ID {
		done, err := c.one(ctx, p, rostrum.InterventionID(id))
		if err != nil {
			code, failed = rostrum.ErrorCode(err), append(failed, rostrum.ErrorMessage(err))
			continue
		}
		fmt.Fprintf(s.out, "%s %s.\n", id, done)
	}
	if len(failed) > 0 {
		return rostrum.Errorf(code, "%s", strings.Join(failed, " "))
	}
	return nil
}

// one publishes one intervention, and says what was done.
func (c *publishCommand) one(ctx context.Context, p *program, id rostrum.InterventionID) (string, error) {
	if err := c.consents(ctx, p, id); err != nil {
		return "", err
	}
	if c.at.IsZero() {
		return "is published", p.Publish(ctx, id, who(), c.Reason)
	}
	return "will be published on " + c.at.UTC().Format("2 January 2006, 15:04 UTC"), p.Schedule(ctx, id, c.at, who())
}

// consents records what the command line says of consents.
func (c *publishCommand) consents(ctx context.Context, p *program, id rostrum.InterventionID) error {
	say := func(word string, channels []string) error {
		kind, err := rostrum.ParseConsent(word)
		if err != nil {
			return err
		}
		said := pipeline.ConsentSaid{Kind: kind, How: "stated at the command line", Channels: channels}
		if kind == rostrum.ConsentEmbargo {
			said.Until = c.until
		}
		return p.RecordConsents(ctx, []rostrum.InterventionID{id}, said, who())
	}
	if c.Consent != "" {
		if err := say(c.Consent, nil); err != nil {
			return err
		}
	}
	if c.Booths == "" {
		return nil
	}
	x, err := p.Catalogue.Intervention(ctx, id)
	if err != nil {
		return err
	}
	r, err := p.Catalogue.Recording(ctx, x.Recording)
	if err != nil {
		return err
	}
	var booths []string
	for _, channel := range r.Source.Channels {
		if channel.Name != rostrum.Floor {
			booths = append(booths, channel.Name)
		}
	}
	if len(booths) == 0 {
		return nil
	}
	return say(c.Booths, booths)
}

// moment reads a day in UTC or an instant; "" is the zero time.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, rostrum.Errorf(rostrum.Invalid, "%q is not a time; write it as YYYY-MM-DD, or with the hour as 2026-05-03T15:00:00Z.", s)
}

type withdrawCommand struct {
	ID  []string `arg:"" help:"Interventions."`
	Why string   `required:"" help:"The reason, for the audit log; viewers don't see it."`
}

func (c *withdrawCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	for _, id := range c.ID {
		if err := p.Withdraw(ctx, rostrum.InterventionID(id), who(), c.Why); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s is withdrawn; rostrum publish brings it back.\n", id)
	}
	return nil
}
