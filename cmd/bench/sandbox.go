package main

import (
	"context"
	"time"

	"rostrum/pipeline/media"
	"rostrum/pipeline/media/sandbox"

	// The child is this program, and begins as every Go program does, with the packages that it is linked with: it must have those of
	// rostrum, or it would begin sooner.
	_ "rostrum/web"
)

const sandboxAbout = "programs that end at once, each started in the sandbox and, in turn, plainly (bare). This program starts itself for the sandbox, as " +
	"rostrum does."

// starts is how often each program is started in either way.
const starts = 80

func sandboxSection(ctx context.Context, b *bench) ([]line, error) {
	plain, err := sandbox.Find(ctx, string(sandbox.Off))
	if err != nil {
		return nil, err
	}
	nothing, err := sandbox.Look("true")
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, c := range []struct {
		name    string
		program string
		args    []string
	}{
		{"ffprobe -version", b.tools.FFprobe.Path, []string{"-version"}},
		{"a program that does nothing", nothing, nil},
	} {
		var held, free, heldCPU, freeCPU []float64
		for range starts {
			for _, side := range []struct {
				box       sandbox.Box
				wall, cpu *[]float64
			}{{b.tools.FFprobe.Box, &held, &heldCPU}, {plain, &free, &freeCPU}} {
				took, err := child(ctx, media.Program{Path: c.program, Box: side.box}, c.args)
				if err != nil {
					return nil, err
				}
				*side.wall, *side.cpu = append(*side.wall, 1000*took.wall), append(*side.cpu, 1000*took.cpu())
			}
		}
		lines = append(lines,
			compared(c.name+", wall", "ms", held, free),
			figure("  the sandbox adds to the median", "ms", []float64{median(held) - median(free)}).atMost(10),
			figure("  and to its CPU", "ms", []float64{median(heldCPU) - median(freeCPU)}))
	}
	return lines, nil
}

// child runs a program to its end and says what it took.
func child(ctx context.Context, p media.Program, args []string) (cost, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	begin, err := now()
	if err != nil {
		return cost{}, err
	}
	if err := start(ctx, p.Box, sandbox.Spec{Program: p.Path, Args: args, Env: []string{"LC_ALL=C"}}, nil); err != nil {
		return cost{}, err
	}
	return since(begin)
}
