package main

import (
	"context"
	"fmt"
	"log/slog"

	"rostrum"
)

type verifyCommand struct {
	Recordings []string `arg:"" optional:"" name:"recording" help:"Only these; all without any."`
	JSON       bool     `name:"json" help:"Print one JSON document."`
}

// Help says what is looked at.
func (verifyCommand) Help() string {
	return "Reads every stored byte again that the catalogue knows: the recordings as they came, the encoded pieces, and the files of every intervention. " +
		"Says what is missing, changed or unknown, and changes nothing. It gives way to other work, so it may run beside a server. " +
		"Exit code 0: all is as it was stored; 1: something is not."
}

func (c *verifyCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	s.json = c.JSON
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	var only []rostrum.RecordingID
	for _, id := range c.Recordings {
		only = append(only, rostrum.RecordingID(id))
	}
	var bar *progress
	report, err := p.Verify(ctx, only, func(done, total int64) {
		if bar == nil {
			bar = newProgress(s.err, "Checking", bytesASecond(total))
		}
		bar.set(float64(done) / float64(max(1, total)))
	})
	if bar != nil {
		bar.done(err == nil)
	}
	if ctx.Err() != nil {
		return rostrum.Errorf(rostrum.Unavailable, "Stopped before all was checked; nothing was changed, so begin again at any time.")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		if err := s.print(report); err != nil {
			return err
		}
	} else {
		for _, one := range report.Problems {
			fmt.Fprintf(s.out, "%-10s  %s\n", one.What, one.Text)
			if name := one.Name; one.Recording != "" || one.Intervention != "" {
				fmt.Fprintf(s.out, "            recording %s, %s%s\n", one.Recording, intervention(one.Intervention), name)
			} else {
				fmt.Fprintf(s.out, "            %s\n", name)
			}
		}
		fmt.Fprintf(s.out, "%d objects, %.1f MB read.\n", report.Checked, float64(report.Bytes)/1e6)
	}
	if found := len(report.Problems) + report.More; found > 0 {
		return rostrum.Errorf(rostrum.Unavailable, "Not all is as it was stored; objects that are missing, changed or unknown: %d.", found)
	}
	if !c.JSON {
		fmt.Fprintln(s.out, "All is as it was stored.")
	}
	return nil
}

func intervention(id rostrum.InterventionID) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("intervention %s, ", id)
}
