package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/demo"
	"rostrum/pipeline/media"
)

type demoCommand struct {
	Files string `placeholder:"FOLDER" help:"Only make the files, in this folder."`
}

func (c *demoCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	if c.Files == "" {
		p, err := set.open(ctx, log, false)
		if err != nil {
			return err
		}
		defer p.close(false)
		if err := p.ingestDemo(ctx, log); err != nil {
			return err
		}
		fmt.Fprintln(s.out, "The demo meeting is taken in; a worker (rostrum serve) makes its interventions.")
		return nil
	}
	tools, err := media.Find(ctx, set.Sandbox)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Files, 0o755); err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The folder can't be made; check its name and rights.").Because(err)
	}
	folder, err := filepath.Abs(c.Files)
	if err != nil {
		return err
	}
	made, err := makeDemo(ctx, tools, folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Made %s, %s and %d caption files.\n", filepath.Base(made.Recording), filepath.Base(made.Sheet), len(made.Captions))
	return nil
}

func makeDemo(ctx context.Context, tools media.Tools, folder string) (demo.Set, error) {
	return demo.Make(ctx, folder, func(ctx context.Context, step demo.Step) error {
		return tools.Run(ctx, media.Job{Args: step.Args, Write: step.Folder, Fonts: step.Fonts})
	})
}

// ingestDemo makes the demo meeting and takes it in, unless it is there.
func (p *program) ingestDemo(ctx context.Context, log *slog.Logger) error {
	folder, err := os.MkdirTemp(p.Work, "demo-")
	if err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The data folder can't be written; check its rights and its free space.").Because(err)
	}
	defer os.RemoveAll(folder)
	log.Info("making the demo meeting, which takes about a minute")
	made, err := makeDemo(ctx, p.Tools, folder)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(made.Meeting)
	if err != nil {
		return err
	}
	imported, err := p.Import(ctx, data, "rostrum")
	if err != nil {
		return err
	}
	sheet, err := sideFile(made.Sheet)
	if err != nil {
		return err
	}
	said, err := rostrum.ParseChannels(made.Channels)
	if err != nil {
		return err
	}
	in := pipeline.Incoming{Meeting: imported.Meetings[0], Sheet: &sheet, Channels: said,
		Captions: map[rostrum.Language]pipeline.SideFile{}, Booths: rostrum.ConsentPublic, Publish: true, Who: "rostrum"}
	for l, name := range made.Captions {
		if in.Captions[l], err = sideFile(name); err != nil {
			return err
		}
	}
	file, err := os.Open(made.Recording)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	in.File = pipeline.File{Name: filepath.Base(made.Recording), Content: file, Bytes: info.Size()}
	if _, err := p.Receive(ctx, in); err != nil {
		return err
	}
	log.Info("the demo meeting is being encoded")
	return nil
}
