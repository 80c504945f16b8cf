package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"rostrum"
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
	ID      []string `arg:"" help:"Interventions."`
	Consent string   `placeholder:"KIND" help:"Record the speakers' consent first: public, partners …"`
	Reason  string   `placeholder:"TEXT" help:"Publish in spite of red findings of the quality, for this reason; it goes into the audit log."`
}

func (c *publishCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	var failed []string
	code := rostrum.Internal
	for _, id := range c.ID {
		id := rostrum.InterventionID(id)
		if c.Consent != "" {
			kind, err := rostrum.ParseConsent(c.Consent)
			if err != nil {
				return err
			}
			if err := p.RecordConsent(ctx, id, rostrum.Consent{Kind: kind, By: who(), How: "stated at the command line"}); err != nil {
				return err
			}
		}
		if err := p.Publish(ctx, id, who(), c.Reason); err != nil {
			code, failed = rostrum.ErrorCode(err), append(failed, rostrum.ErrorMessage(err))
			continue
		}
		fmt.Fprintf(s.out, "%s is published.\n", id)
	}
	if len(failed) > 0 {
		return rostrum.Errorf(code, "%s", strings.Join(failed, " "))
	}
	return nil
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
