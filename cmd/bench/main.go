// Command bench measures Rostrum against bare ffmpeg that does the same, on films and sounds that it makes itself. Its figures
// are mostly ratios: on another machine the times differ, the ratios hardly. Run it by scripts/bench.
//
// Both sides of a comparison take turns in the same run, so that they meet the same weather on a machine that does other
// things too. All files lie in one temporary folder, which is removed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// fullFilm holds an intervention of ten minutes and something around it.
const fullFilm = 10*time.Minute + 12*time.Second

// bench is what was asked for, and where it is done.
type bench struct {
	tools   media.Tools
	folder  string
	length  time.Duration
	runs    int
	cuts    int
	gb      float64 // size of the large file of the section on memory
	level   string  // what bare ffmpeg does to the loudness of the channels
	mb      int     // size of the file of the section on uploads in MB
	program string  // the compiled rostrum
}

// section is one group of figures, which can be chosen by name.
type section struct {
	name     string
	about    string        // what is compared with what
	shortest time.Duration // film that it needs
	run      func(context.Context, *bench) ([]line, error)
}

func sections() []section {
	return []section{
		{"whole", wholeAbout, 70 * time.Second, wholeSection}, // cuts need room in it, and the first chunk must not be the last
		{"channels", channelsAbout, 10 * time.Second, channelsSection},
		{"loudness", loudnessAbout, 0, loudnessSection},
		{"sandbox", sandboxAbout, 0, sandboxSection},
		{"upload", uploadAbout, 0, uploadSection},
		{"memory", memoryAbout, 0, memorySection},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", rostrum.ErrorMessage(err))
		fmt.Fprintln(os.Stderr, "bench: because:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if len(os.Args) == 3 && os.Args[1] == uploadServer {
		return serveUploads(ctx, os.Args[2], os.Stdout)
	}
	b, chosen, err := asked()
	if err != nil {
		return err
	}
	if b.tools, err = media.Find(ctx, ""); err != nil {
		return err
	}
	if b.folder, err = os.MkdirTemp("", "rostrum-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)

	r := report{out: os.Stdout, machine: machineFacts(ctx, b.tools)}
	r.begin()
	for _, s := range chosen {
		say("section %s", s.name)
		lines, err := s.run(ctx, b)
		if err != nil {
			r.end()
			return fmt.Errorf("section %s: %w", s.name, err)
		}
		if err := r.section(s, lines); err != nil {
			return err
		}
	}
	return r.end()
}

// asked reads the command line.
func asked() (*bench, []section, error) {
	b := new(bench)
	var names []string
	for _, s := range sections() {
		names = append(names, s.name)
	}
	only := flag.String("only", strings.Join(names, ","), "sections to run")
	flag.DurationVar(&b.length, "n", 2*time.Minute, "length of the films and sounds")
	flag.IntVar(&b.runs, "runs", 2, "runs of each side, taken in turn")
	flag.IntVar(&b.cuts, "cuts", 6, "whole: interventions to cut, each three quarters of the film long")
	flag.Float64Var(&b.gb, "gb", 20, "memory: size of the large file in GB; as much room and a little more is needed")
	flag.IntVar(&b.mb, "mb", 512, "upload: size of the file in MB, more than 64")
	flag.StringVar(&b.level, "level", "loudnorm", "channels: what bare ffmpeg does to the loudness, loudnorm (one pass) or volume")
	flag.StringVar(&b.program, "rostrum", beside("bench-rostrum"), "memory: the compiled program")
	full := flag.Bool("full", false, "films with an intervention of ten minutes")
	flag.Parse()
	if *full {
		b.length = fullFilm
	}
	if b.runs < 1 || b.cuts < 1 || b.gb <= 0 || b.mb <= smallUpload || bareLevels[b.level] == "" || flag.NArg() > 0 {
		return nil, nil, rostrum.Errorf(rostrum.Invalid, "Use -runs and -cuts of at least 1, -gb of more than 0, -mb of more than 64, -level loudnorm or volume, and nothing else.")
	}
	var chosen []section
	for name := range strings.SplitSeq(*only, ",") {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, nil, rostrum.Errorf(rostrum.Invalid, "There is no section %q; there are %s.", name, strings.Join(names, ", "))
		}
		s := sections()[i]
		if b.length < s.shortest {
			return nil, nil, rostrum.Errorf(rostrum.Invalid, "The section %s needs a film of %s; say -n %[2]s or more.", name, s.shortest)
		}
		chosen = append(chosen, s)
	}
	return b, chosen, nil
}

// beside is the path of a program in this one's folder.
func beside(name string) string {
	own, err := os.Executable()
	if err != nil {
		return name
	}
	return filepath.Join(filepath.Dir(own), name)
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
