// Package media runs ffmpeg and ffprobe. What it
// asks of them is planned by pure functions that give argument lists; no shell is involved, and no
// name that a user chose is ever an argument.
//
// A file that came from outside is opened only through Input, which allows known containers and
// decoders: without that, ffmpeg follows playlists to other local files. Each run is held by
// package sandbox, so that a file that takes ffmpeg over reaches nothing but what its job names. It
// is killed whole when its context ends, when its time is up, or when this program dies.
package media

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rostrum"
	"rostrum/pipeline/media/sandbox"
)

// Tools are the two programs, and how long a recording may be. The zero value runs nothing.
type Tools struct {
	FFmpeg, FFprobe Program
	Longest         time.Duration // of a recording; 0 for 12 hours
}

// Program is one of them, and what holds it.
type Program struct {
	Path string // absolute
	Box  sandbox.Box
	find func() (Program, error) // not nil: it is to be found first
}

// Find looks both programs up in PATH, and finds the sandbox that works on this machine, or the wanted
// one: see sandbox.Find, whose errors it gives. It gives Unavailable where a program is missing.
func Find(ctx context.Context, want string) (Tools, error) {
	t := Tools{}
	for name, at := range map[string]*Program{"ffmpeg": &t.FFmpeg, "ffprobe": &t.FFprobe} {
		path, err := sandbox.Look(name)
		if err != nil {
			return Tools{}, rostrum.Errorf(rostrum.Unavailable,
				"%s is not installed; install it, for example with apt-get install ffmpeg", name).Because(err)
		}
		at.Path = path
	}
	box, err := sandbox.Find(ctx, want)
	if err != nil {
		return Tools{}, fmt.Errorf("finding the sandbox: %w", err)
	}
	t.FFmpeg.Box, t.FFprobe.Box = box, box
	return t, nil
}

// Later gives tools that are found, as by Find, when the first of them is to run: for commands that seldom
// run one. What Find fails with, each run then fails with.
func Later(want string) Tools {
	found := sync.OnceValues(func() (Tools, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		return Find(ctx, want)
	})
	return Tools{
		FFmpeg:  Program{find: func() (Program, error) { t, err := found(); return t.FFmpeg, err }},
		FFprobe: Program{find: func() (Program, error) { t, err := found(); return t.FFprobe, err }},
	}
}
