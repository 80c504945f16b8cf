package board

import (
	"testing"
	"time"
)

// TestLeft watches work go on: seconds, share, and what is said to be left.
func TestLeft(t *testing.T) {
	type look struct {
		at    float64 // seconds
		share float64
		want  time.Duration
	}
	for name, looks := range map[string][]look{
		"steady":                {{0, 0, 0}, {5, .05, 0}, {10, .1, 2 * time.Minute}, {40, .4, time.Minute}, {90, .9, 30 * time.Second}, {99, .99, 30 * time.Second}},
		"nothing is known yet":  {{0, .5, 0}, {20, .5, 0}, {80, .5, 0}},
		"slower never grows":    {{0, 0, 0}, {10, .1, 2 * time.Minute}, {25, .2, 2 * time.Minute}, {45, .3, 2 * time.Minute}},
		"far slower is unknown": {{0, 0, 0}, {10, .5, 30 * time.Second}, {100, .52, 0}, {110, .53, 8 * time.Minute}},
		"stalled is unknown":    {{0, 0, 0}, {10, .5, 30 * time.Second}, {70, .5, 30 * time.Second}, {200, .5, 0}, {210, .6, 30 * time.Second}},
		"begun again":           {{0, .8, 0}, {10, .9, 30 * time.Second}, {20, .1, 0}, {30, .2, 2 * time.Minute}},
		"hours":                 {{0, 0, 0}, {60, .01, 105 * time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			x := &course{}
			begin := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
			for _, l := range looks {
				if got := rough(x.left(l.share, begin.Add(time.Duration(l.at*float64(time.Second))))); got != l.want {
					t.Errorf("at %v s, with %v: %v left, want %v", l.at, l.share, got, l.want)
				}
			}
		})
	}
}

// TestLeftForgetsTheBeginning goes by the last minutes: a slow beginning does not count for ever.
func TestLeftForgetsTheBeginning(t *testing.T) {
	x := &course{}
	at := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	share, left := 0.0, time.Duration(0)
	for i := range 2000 {
		step := .0001
		if i > 600 {
			step = .001
		}
		share, at = share+step, at.Add(time.Second)
		before := left
		if left = x.left(share, at); before > 0 && left > before {
			t.Fatalf("after %d s it grew from %v to %v", i, before, left)
		}
		if share > .9 {
			break
		}
	}
	if left > 2*time.Minute || left == 0 {
		t.Errorf("%v left at the end", left)
	}
}
