package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// results are the runs of both sides, in turn.
type results struct {
	ours []ours
	bare []bare
}

// line is one figure: a median over the runs. Bare and Ratio are 0 where nothing is compared, Goal where none is set; the
// goal is an upper limit of the ratio, or without one of ours.
type line struct {
	What  string  `json:"what"`
	Unit  string  `json:"unit"`
	Ours  float64 `json:"ours"`
	Bare  float64 `json:"bare,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	Goal  float64 `json:"goal,omitempty"`
	Met   *bool   `json:"met,omitempty"`
}

// compare takes the ratio within each run, whose two sides met the same weather, and then the median.
func (r *results) compare(what string, goal float64, of func(ours) float64, with func(ours, bare) float64) line {
	var a, b, ratio []float64
	for i, o := range r.ours {
		x, y := of(o), with(o, r.bare[i])
		a, b, ratio = append(a, x), append(b, y), append(ratio, x/y)
	}
	return judged(line{What: what, Unit: "s", Ours: median(a), Bare: median(b), Ratio: median(ratio), Goal: goal}, median(ratio))
}

func (r *results) figure(what, unit string, goal float64, of func(ours) float64) line {
	var a []float64
	for _, o := range r.ours {
		a = append(a, of(o))
	}
	return judged(line{What: what, Unit: unit, Ours: median(a), Goal: goal}, median(a))
}

func judged(l line, x float64) line {
	if l.Goal > 0 {
		met := x <= l.Goal
		l.Met = &met
	}
	return l
}

func (r *results) lines(f film) []line {
	o := r.ours[0]
	bareWall, bareCPU := func(_ ours, b bare) float64 { return b.wall }, func(_ ours, b bare) float64 { return b.cpu() }
	cut := fmt.Sprintf("%.0f s of interventions cut", o.cutLength)
	return []line{
		r.compare("recording surveyed and encoded, wall", 1.05, func(o ours) float64 { return o.encoded.wall }, bareWall),
		r.compare("recording surveyed and encoded, CPU", 1.03, func(o ours) float64 { return o.encoded.cpu() }, bareCPU),
		r.compare("the same and cut as one, with sound and downloads, wall", 0, func(o ours) float64 { return o.watchable.wall }, bareWall),
		r.compare("the same and cut as one, with sound and downloads, CPU", 0, func(o ours) float64 { return o.watchable.cpu() }, bareCPU),
		r.compare("first segments of all rungs", 1.3, func(o ours) float64 { return o.first }, func(_ ours, b bare) float64 { return b.first }),
		r.compare(cut+", CPU", 0.10, func(o ours) float64 { return o.cut.cpu() },
			func(o ours, b bare) float64 { return b.cpu() / f.length.Seconds() * o.cutLength }),
		r.compare(cut+", wall", 0, func(o ours) float64 { return o.cut.wall },
			func(o ours, b bare) float64 { return b.wall / f.length.Seconds() * o.cutLength }),
		r.figure("of these encoded anew, at the edges", "s of film", 0, func(o ours) float64 { return o.cutEdges }),
		r.figure("cut point moved: edges in the store", "s", 3, func(o ours) float64 { return o.edge }),
		r.figure("cut point moved: all ready, with sound and downloads", "s", 0, func(o ours) float64 { return o.moved.wall }),
		r.figure("Go's share of the CPU until encoded", "%", 1, func(o ours) float64 { return 100 * o.encoded.self / o.encoded.cpu() }),
		r.figure("Go's share of the CPU, everything", "%", 0, func(o ours) float64 { return 100 * o.all.self / o.all.cpu() }),
		r.figure("Go's peak memory", "MB", 60, func(o ours) float64 { return o.memory }),
	}
}

// report writes the machine, a table, and each figure as a line of JSON.
func (r *results) report(out io.Writer, m machine, f film) error {
	runs := len(r.ours)
	fmt.Fprintf(out, "%d cores (%s), ffmpeg %s, %s, load %s before and %s after; film of %s, 1280×720 at 25; medians over %d runs of each side, in turn.\n",
		m.Cores, m.Processor, m.FFmpeg, m.Go, m.LoadBefore, m.LoadAfter, f.length, runs)
	fmt.Fprintln(out, "Bare is one ffmpeg command with the same rungs and settings, storyboard, loudness, waveform and AAC. Rostrum makes its AAC in the cut.")
	fmt.Fprint(out, "Cutting is compared with that command's cost for as many seconds of film. Times on a busy machine mean little; ratios mean more.\n\n")
	lines := r.lines(f)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ours\tbare\tratio\tgoal\t\twhat")
	for _, l := range lines {
		cell := func(format string, x float64) string {
			if x == 0 {
				return "–"
			}
			return fmt.Sprintf(format, x)
		}
		verdict := ""
		if l.Met != nil {
			verdict = map[bool]string{true: "met", false: "missed"}[*l.Met]
		}
		goal := cell("≤ %g", l.Goal)
		fmt.Fprintf(table, "%.2f %s\t%s\t%s\t%s\t%s\t%s\n", l.Ours, l.Unit, cell("%.2f s", l.Bare), cell("%.3f", l.Ratio), goal, verdict, l.What)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	e := json.NewEncoder(out)
	if err := e.Encode(map[string]any{"machine": m, "film_seconds": f.length.Seconds(), "runs": runs}); err != nil {
		return err
	}
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
