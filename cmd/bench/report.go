package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// line is one figure: a median over the runs. Bare and Ratio are 0 where nothing is compared, Goal is nil where none is set; the
// goal is an upper limit of the ratio, or without one of ours.
type line struct {
	Section string   `json:"section"`
	What    string   `json:"what"`
	Unit    string   `json:"unit"`
	Ours    float64  `json:"ours"`
	Bare    float64  `json:"bare,omitempty"`
	Ratio   float64  `json:"ratio,omitempty"`
	Goal    *float64 `json:"goal,omitempty"`
	Met     *bool    `json:"met,omitempty"`
}

// atMost sets the goal.
func (l line) atMost(goal float64) line {
	x := l.Ours
	if l.Ratio != 0 {
		x = l.Ratio
	}
	met := x <= goal
	l.Goal, l.Met = &goal, &met
	return l
}

// figure is a median of ours.
func figure(what, unit string, ours []float64) line {
	return line{What: what, Unit: unit, Ours: median(ours)}
}

// compared takes the ratio within each run, whose two sides met the same weather, and then the median.
func compared(what, unit string, ours, bare []float64) line {
	var ratio []float64
	for i := range ours {
		ratio = append(ratio, ours[i]/bare[i])
	}
	return line{What: what, Unit: unit, Ours: median(ours), Bare: median(bare), Ratio: median(ratio)}
}

// report writes a table for each section, and at the end each figure as a line of JSON.
type report struct {
	out     io.Writer
	machine machine
	lines   []line
}

func (r *report) begin() {
	m := r.machine
	fmt.Fprintf(r.out, "%d cores (%s), ffmpeg %s, sandbox %s, %s, load %s before. Times on a busy machine mean little; ratios mean more.\n",
		m.Cores, m.Processor, m.FFmpeg, m.Sandbox, m.Go, m.LoadBefore)
}

func (r *report) section(s section, lines []line) error {
	fmt.Fprintf(r.out, "\n%s: %s\n\n", s.name, s.about)
	table := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ours\tbare\tratio\tgoal\t\twhat")
	for _, l := range lines {
		l.Section = s.name
		r.lines = append(r.lines, l)
		bare, ratio, goal, verdict := "–", "–", "–", ""
		if l.Ratio != 0 {
			bare, ratio = fmt.Sprintf("%.2f %s", l.Bare, l.Unit), fmt.Sprintf("%.3f", l.Ratio)
		}
		if l.Goal != nil {
			goal, verdict = fmt.Sprintf("≤ %g", *l.Goal), map[bool]string{true: "met", false: "missed"}[*l.Met]
		}
		fmt.Fprintf(table, "%.2f %s\t%s\t%s\t%s\t%s\t%s\n", l.Ours, l.Unit, bare, ratio, goal, verdict, l.What)
	}
	return table.Flush()
}

func (r *report) end() error {
	r.machine.LoadAfter = load()
	fmt.Fprintln(r.out)
	e := json.NewEncoder(r.out)
	if err := e.Encode(map[string]any{"machine": r.machine}); err != nil {
		return err
	}
	for _, l := range r.lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
