package main

import (
	"context"
	"fmt"
	"log/slog"
)

type importCommand struct {
	File string `arg:"" help:"Meetings with their agendas and speakers' lists, topics, organisations, persons, partners: our JSON, CSV, ICS, Indico, pretalx or frab."`
}

func (c *importCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	file, err := sideFile(c.File)
	if err != nil {
		return err
	}
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	done, err := p.Import(ctx, file.Data, who())
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Imported %d meetings, %d entries of speakers' lists and %d other records.\n", len(done.Meetings), done.Interventions, done.Others)
	return nil
}
