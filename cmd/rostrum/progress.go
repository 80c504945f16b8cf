package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"rostrum"
)

// progress shows how far a long work is: a bar with percent, speed and time left on a terminal, plain lines
// elsewhere.
type progress struct {
	w       io.Writer
	what    string
	speed   func(share float64, elapsed time.Duration) string
	bar     *progressbar.ProgressBar
	began   time.Time
	said    time.Time
	percent int
}

const barSteps = 1000

// bytesASecond is the speed of copying so many bytes.
func bytesASecond(total int64) func(float64, time.Duration) string {
	return func(share float64, elapsed time.Duration) string {
		return fmt.Sprintf("%.0f MB/s", share*float64(total)/elapsed.Seconds()/1e6)
	}
}

// timesReal is the speed of making so long a recording, against watching it.
func timesReal(length time.Duration) func(float64, time.Duration) string {
	return func(share float64, elapsed time.Duration) string {
		return fmt.Sprintf("%.1f× real time", share*length.Seconds()/elapsed.Seconds())
	}
}

func newProgress(w io.Writer, what string, speed func(share float64, elapsed time.Duration) string) *progress {
	p := &progress{w: w, what: what, speed: speed, began: time.Now(), percent: -1}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(barSteps, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
			progressbar.OptionSetPredictTime(true), progressbar.OptionShowElapsedTimeOnFinish(), progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return p
}

// set takes the share that is done, 0 to 1.
func (p *progress) set(share float64) {
	share = min(max(share, 0), 1)
	now := time.Now()
	elapsed := now.Sub(p.began)
	speed := ""
	if share > 0 && elapsed > 500*time.Millisecond {
		speed = ", " + p.speed(share, elapsed)
	}
	if p.bar != nil {
		p.bar.Describe(p.what + speed)
		p.bar.Set(int(share * barSteps))
		return
	}
	percent := int(share * 100)
	if percent == p.percent || percent < 100 && now.Sub(p.said) < 2*time.Second {
		return
	}
	p.percent, p.said = percent, now
	left := ""
	if share > 0.02 && share < 1 && elapsed > 2*time.Second {
		left = ", about " + rostrum.Elapsed(time.Duration(float64(elapsed)*(1-share)/share)) + " left"
	}
	fmt.Fprintf(p.w, "%s: %d %%%s%s\n", p.what, percent, speed, left)
}

func (p *progress) done(well bool) {
	if p.bar != nil {
		p.bar.Finish()
		fmt.Fprintln(p.w)
	}
	if well && p.bar != nil {
		fmt.Fprintf(p.w, "%s: done in %s\n", p.what, rostrum.Elapsed(time.Since(p.began)))
	}
}
