package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/pipeline/media/sandbox"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Help says what is looked at.
func (doctorCommand) Help() string {
	return "Looks at ffmpeg, the sandbox, the database, the storage, the free space, the clock and the workers, and says what is in force and what to do. " +
		"It makes no database and moves none to a newer version. Exit code 0: the program can work; 1: something must be put right first."
}

// outlook is what a look at one thing gave.
type outlook string

// The outlooks. A warning lets the program work.
const (
	good    outlook = "ok"
	warning outlook = "warning"
	bad     outlook = "failed"
)

func (o outlook) mark() string { return map[outlook]string{good: "✓", warning: "!", bad: "✗"}[o] }

// finding is what the doctor says of one thing.
type finding struct {
	Name  string  `json:"name"`
	State outlook `json:"state"`
	Text  string  `json:"text"` // what is in force, and, unless all is well, what to do
	// Details are sentences for whoever wants to know more.
	Details []string `json:"details,omitempty"`
}

func found(name string, o outlook, format string, args ...any) finding {
	return finding{Name: name, State: o, Text: fmt.Sprintf(format, args...)}
}

// fault makes a finding of an error.
func fault(name string, err error) finding { return found(name, bad, "%s", rostrum.ErrorMessage(err)) }

// patience is how long the doctor waits for one thing to answer.
const patience = 15 * time.Second

func (c *doctorCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	s.json = c.JSON
	findings, err := set.examine(ctx, log)
	if err != nil {
		return err
	}
	failed := 0
	for _, f := range findings {
		if f.State == bad {
			failed++
		}
	}
	if c.JSON {
		if err := s.print(map[string]any{"ok": failed == 0, "findings": findings}); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintf(s.out, "%s %-10s %s\n", f.State.mark(), f.Name, f.Text)
			for _, detail := range f.Details {
				fmt.Fprintf(s.out, "%13s%s\n", "", detail)
			}
		}
	}
	if failed > 0 {
		return rostrum.Errorf(rostrum.Unavailable, "Rostrum can't work like this yet; put right what is marked with %s, then ask again.", bad.mark())
	}
	return nil
}

// examine looks at one thing after the other. What one of them lacks does not keep it from the others.
func (c *settings) examine(ctx context.Context, log *slog.Logger) ([]finding, error) {
	folder, err := filepath.Abs(c.Data)
	if err != nil {
		return nil, err
	}
	var all []finding
	if err := c.check(); err != nil {
		all = append(all, fault("settings", err))
	}
	tools, err := media.Find(ctx, c.Sandbox)
	if err != nil { // if the sandbox is the reason, its own finding says so; these questions read no file
		tools, err = media.Find(ctx, string(sandbox.Off))
	}
	if err != nil {
		all = append(all, fault("ffmpeg", err))
	} else {
		all = append(all, examineTools(ctx, tools, c.AV1)...)
	}
	all = append(all, examineSandbox(ctx, c.Sandbox))
	all = append(all, c.examineDatabase(ctx, folder)...)
	all = append(all, c.examineStorage(ctx, folder), examineSpace(folder))
	for _, f := range all {
		log.Debug("examined", "name", f.Name, "state", f.State, "text", f.Text)
	}
	return all, ctx.Err()
}

// examineSandbox says what keeps a damaged or hostile recording from reaching anything but itself.
func examineSandbox(ctx context.Context, want string) finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	box, err := sandbox.Find(ctx, want)
	if err != nil {
		return fault("sandbox", err)
	}
	said := box.Describe()
	f := finding{Name: "sandbox", State: good, Text: said[0], Details: said[1:]}
	if box.Mode() == sandbox.Off {
		f.State = warning
	}
	return f
}
