// Command bench measures Rostrum against one bare ffmpeg command that makes the same outputs, on a film that it makes
// itself. Its figures are ratios: on another machine the times differ, the ratios hardly. Run it by scripts/bench.
//
// Each run takes the film in, cuts it and moves a cut point in a fresh data folder, and then lets the bare command do its work;
// so both meet the same weather on a machine that does other things too.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// shortest film: cuts need room in it, and the first chunk must not be the last.
const shortest = 70 * time.Second

// fullFilm holds an intervention of ten minutes and something around it.
const fullFilm = 10*time.Minute + 12*time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", rostrum.ErrorMessage(err))
		fmt.Fprintln(os.Stderr, "bench: because:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context) error {
	length := flag.Duration("n", 2*time.Minute, "length of the film")
	runs := flag.Int("runs", 2, "runs of each side, taken in turn")
	cuts := flag.Int("cuts", 6, "interventions to cut, each three quarters of the film long")
	full := flag.Bool("full", false, "a film with an intervention of ten minutes; takes about a quarter of an hour")
	flag.Parse()
	if *full {
		*length = fullFilm
	}
	if *length < shortest || *runs < 1 || *cuts < 1 || flag.NArg() > 0 {
		return rostrum.Errorf(rostrum.Invalid, "Use -n of at least %s, and -runs and -cuts of at least 1.", shortest)
	}
	tools, err := media.Find()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rostrum-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)

	place := machineFacts(ctx, tools)
	say("making a film of %s", *length)
	film, err := makeFilm(ctx, tools, folder, *length)
	if err != nil {
		return err
	}
	var all results
	for i := range *runs {
		say("run %d of %d", i+1, *runs)
		err := all.run(ctx, tools, folder, film, *cuts)
		if ctx.Err() != nil && len(all.ours) > 0 {
			say("stopped; these are the runs that were finished")
			break
		}
		if err != nil {
			return err
		}
	}
	place.LoadAfter = load()
	return all.report(os.Stdout, place, film)
}

// run adds one run of each side.
func (r *results) run(ctx context.Context, tools media.Tools, folder string, f film, cuts int) error {
	ours, err := runOurs(ctx, tools, filepath.Join(folder, "ours"), f, cuts)
	if err != nil {
		return err
	}
	bare, err := runBare(ctx, tools, filepath.Join(folder, "bare"), f, ours.recording)
	if err != nil {
		return err
	}
	r.ours, r.bare = append(r.ours, ours), append(r.bare, bare)
	return nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
