package media

import (
	"context"
	"math"
	"path/filepath"
	"time"

	"rostrum"
)

// Survey is what a sound looks like over the whole timeline.
type Survey struct {
	// Loudness is the highest momentary loudness of each second, in LUFS; −70 and under is silence.
	Loudness []float64 `json:"loudness"`
	Silences []Silence `json:"silences"`
	// Peaks are pairs, lowest and highest, 50 a second, of the sound as one channel; ±127 is full
	// scale.
	Peaks []int8 `json:"peaks"`
}

// Silence is a stretch without speech, in frames.
type Silence struct {
	rostrum.Span
}

// Measure of the survey.
const (
	PeaksPerSecond = 50
	peakSamples    = SampleRate / PeaksPerSecond
	quiet          = 0.0056 // −45 dB of full scale, root mean square over 20 ms
	quietWindows   = PeaksPerSecond * 4 / 10
)

// SurveySound listens to one sound over the given span, which usually is the whole timeline: at over
// a thousand times real time, decoding included. With listen, a local path, it also writes what people listen to from the
// same decode, at about 300 times real time: see listenArgs.
func (t Tools) SurveySound(ctx context.Context, path string, s Sound, listen string) (Survey, error) {
	args, err := s.SurveyArgs(path, listen)
	if err != nil {
		return Survey{}, err
	}
	var survey Survey
	w := waveform{survey: &survey, sound: s}
	m := newMeter(s.Channels(), false)
	m.hear = w.hear
	job := Job{Args: args, Read: []string{path}, Outputs: []Consumer{m.read}, Aside: true, Wall: 2 * time.Hour,
		Most: 4*int64(s.Channels())*s.Samples() + 1<<20} // four hours of stereo are more than the usual limit
	if listen != "" {
		job.Write = filepath.Dir(listen)
	}
	err = t.Run(ctx, job)
	if err != nil {
		return Survey{}, err
	}
	w.end()
	for _, l := range m.blocks.seconds() {
		survey.Loudness = append(survey.Loudness, math.Round(l*10)/10)
	}
	return survey, nil
}

// SurveyArgs is SurveySound's command line: samples to Pipe(0), and what people listen to into a file, unless listen is "".
func (s Sound) SurveyArgs(path, listen string) ([]string, error) {
	o, err := s.open(path)
	if err != nil {
		return nil, err
	}
	end := []string{"aformat=sample_fmts=flt[a]"}
	if listen != "" {
		end = []string{"asplit=2[s][l];[s]" + end[0] + ";[l]" + listenFilters + "[b]"}
	}
	args := append(o.args, s.graph(o.raw, o.span, end)...)
	args = append(args, "-map", "[a]", "-c:a", "pcm_f32le", "-f", "f32le", Pipe(0))
	if listen != "" {
		args = append(args, listenArgs(listen)...)
	}
	return args, nil
}

// waveform takes samples and finds peaks and silences.
type waveform struct {
	survey *Survey
	sound  Sound
	n      int // windows of 20 ms so far
	since  int // first quiet window of the running silence
	mix    []float32
}

// hear takes whole windows, but for the last one.
func (w *waveform) hear(channels [][]float32) {
	samples := channels[0]
	if len(channels) == 2 {
		w.mix = append(w.mix[:0], samples...)
		for i, x := range channels[1] {
			w.mix[i] = (w.mix[i] + x) / 2
		}
		samples = w.mix
	}
	for len(samples) > 0 {
		n := min(len(samples), peakSamples)
		w.window(samples[:n])
		samples = samples[n:]
	}
}

func (w *waveform) window(samples []float32) {
	low, high, power := float32(0), float32(0), 0.0
	for _, x := range samples {
		low, high = min(low, x), max(high, x)
		power += float64(x) * float64(x)
	}
	w.survey.Peaks = append(w.survey.Peaks, int8(max(low*128, -127)), int8(min(high*128, 127)))
	if math.Sqrt(power/float64(len(samples))) >= quiet {
		w.end()
		w.since = w.n + 1
	}
	w.n++
}

// end closes the running silence when it is long enough to be one: 0.4 s.
func (w *waveform) end() {
	if w.n-w.since < quietWindows {
		return
	}
	at := func(window int) rostrum.Frame {
		f := w.sound.Span.In + w.sound.Rate.FrameAt(time.Duration(window)*time.Second/PeaksPerSecond)
		return min(f, w.sound.Span.Out)
	}
	w.survey.Silences = append(w.survey.Silences, Silence{rostrum.Span{In: at(w.since), Out: at(w.n)}})
}
