package main

import (
	"context"
	"fmt"
	"path/filepath"
)

const wholeAbout = "a film of 1280×720 at 25 with one sound. Bare is one ffmpeg command with the same rungs and settings, storyboard, loudness, waveform " +
	"and AAC. Rostrum makes its AAC in the cut. Cutting is compared with that command's cost for as many seconds of film."

// results are the runs of both sides, in turn.
type results struct {
	ours []ours
	bare []bare
}

// wholeSection takes a film in, cuts it and moves a cut point in a fresh data folder, and then lets the bare command do its work.
func wholeSection(ctx context.Context, b *bench) ([]line, error) {
	f, err := b.makeFilm(ctx, "whole", b.length, []string{steadyVoice})
	if err != nil {
		return nil, err
	}
	var all results
	for i := range b.runs {
		say("run %d of %d", i+1, b.runs)
		err := all.run(ctx, b, f)
		if ctx.Err() != nil && len(all.ours) > 0 {
			say("stopped; these are the runs that were finished")
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return all.lines(f), nil
}

// run adds one run of each side.
func (r *results) run(ctx context.Context, b *bench, f film) error {
	ours, err := runOurs(ctx, b.tools, filepath.Join(b.folder, "ours"), f, b.cuts)
	if err != nil {
		return err
	}
	bare, err := runBare(ctx, b.tools, filepath.Join(b.folder, "bare"), f, ours.recording)
	if err != nil {
		return err
	}
	r.ours, r.bare = append(r.ours, ours), append(r.bare, bare)
	return nil
}

func (r *results) compare(what string, of func(ours) float64, with func(ours, bare) float64) line {
	var a, b []float64
	for i, o := range r.ours {
		a, b = append(a, of(o)), append(b, with(o, r.bare[i]))
	}
	return compared(what, "s", a, b)
}

func (r *results) figure(what, unit string, of func(ours) float64) line {
	var a []float64
	for _, o := range r.ours {
		a = append(a, of(o))
	}
	return figure(what, unit, a)
}

func (r *results) lines(f film) []line {
	o := r.ours[0]
	bareWall, bareCPU := func(_ ours, b bare) float64 { return b.wall }, func(_ ours, b bare) float64 { return b.cpu() }
	cut := fmt.Sprintf("%.0f s of interventions cut", o.cutLength)
	return []line{
		r.compare("recording surveyed and encoded, wall", func(o ours) float64 { return o.encoded.wall }, bareWall).atMost(1.05),
		r.compare("recording surveyed and encoded, CPU", func(o ours) float64 { return o.encoded.cpu() }, bareCPU).atMost(1.03),
		r.compare("the same and cut as one, with sound and downloads, wall", func(o ours) float64 { return o.watchable.wall }, bareWall),
		r.compare("the same and cut as one, with sound and downloads, CPU", func(o ours) float64 { return o.watchable.cpu() }, bareCPU),
		r.compare("first segments of all rungs", func(o ours) float64 { return o.first }, func(_ ours, b bare) float64 { return b.first }).atMost(1.3),
		r.compare(cut+", CPU", func(o ours) float64 { return o.cut.cpu() },
			func(o ours, b bare) float64 { return b.cpu() / f.length.Seconds() * o.cutLength }).atMost(0.10),
		r.compare(cut+", wall", func(o ours) float64 { return o.cut.wall },
			func(o ours, b bare) float64 { return b.wall / f.length.Seconds() * o.cutLength }),
		r.figure("of these encoded anew, at the edges", "s of film", func(o ours) float64 { return o.cutEdges }),
		r.figure("cut point moved: edges in the store", "s", func(o ours) float64 { return o.edge }).atMost(3),
		r.figure("cut point moved: all ready, with sound and downloads", "s", func(o ours) float64 { return o.moved.wall }),
		r.figure("Go's share of the CPU until encoded", "%", func(o ours) float64 { return 100 * o.encoded.self / o.encoded.cpu() }).atMost(1),
		r.figure("Go's share of the CPU, everything", "%", func(o ours) float64 { return 100 * o.all.self / o.all.cpu() }),
		r.figure("Go's peak memory", "MB", func(o ours) float64 { return o.memory }).atMost(60),
	}
}
