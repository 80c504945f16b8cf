package media

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"rostrum"
)

// Survey is what a sound stream looks like over the whole timeline.
type Survey struct {
	// Loudness is the highest momentary loudness of each second, in LUFS; −70 and under is silence.
	Loudness []float64 `json:"loudness"`
	Silences []Silence `json:"silences"`
	// Peaks are pairs, lowest and highest, 50 a second, of the sound as one channel at 8 kHz;
	// ±127 is full scale.
	Peaks []int8 `json:"peaks"`
}

// Silence is a stretch without speech, in frames.
type Silence struct {
	rostrum.Span
}

// Measure of the survey.
const (
	PeaksPerSecond = 50
	surveyRate     = 8000
	peakSamples    = surveyRate / PeaksPerSecond
	quiet          = 0.0056 // −45 dB of full scale, root mean square over 20 ms
	quietWindows   = PeaksPerSecond * 4 / 10
)

// SurveySound listens to one stream over the given span, which usually is the whole timeline: at
// some hundred times real time.
func (t Tools) SurveySound(ctx context.Context, path string, s Sound) (Survey, error) {
	args, err := s.SurveyArgs(path)
	if err != nil {
		return Survey{}, err
	}
	var survey Survey
	loudness := func(r io.Reader) error {
		at := -1
		return readMetadata(r, func(seconds float64) {
			if at = max(int(seconds), 0); at > int(longest/time.Second) {
				at = -1
			}
			for at >= len(survey.Loudness) {
				survey.Loudness = append(survey.Loudness, silence)
			}
		}, func(key string, value float64) {
			if key == "lavfi.r128.M" && at >= 0 && !math.IsNaN(value) {
				survey.Loudness[at] = max(survey.Loudness[at], math.Round(value*10)/10)
			}
		})
	}
	waveform := func(r io.Reader) error {
		w := waveform{survey: &survey, sound: s}
		return w.read(r)
	}
	err = t.Run(ctx, Job{Args: args, Read: []string{path}, Outputs: []Consumer{loudness, waveform}, Aside: true, Wall: 2 * time.Hour})
	return survey, err
}

// SurveyArgs is SurveySound's command line: loudness as text to Pipe(0), samples to Pipe(1).
func (s Sound) SurveyArgs(path string) ([]string, error) {
	args, chain, err := s.input(path)
	if err != nil {
		return nil, err
	}
	graph := fmt.Sprintf("[0:%d]%s,asplit=2[l][w];[l]ebur128=metadata=1:framelog=verbose,ametadata=mode=print:key=lavfi.r128.M:file='pipe\\:3',anullsink;[w]aresample=%d,aformat=sample_fmts=s16:channel_layouts=mono[p]",
		s.Stream.Stream, strings.Join(chain, ","), surveyRate)
	args = append(args, "-filter_complex", graph)
	return append(args, "-map", "[p]", "-c:a", "pcm_s16le", "-f", "s16le", Pipe(1)), nil
}

// waveform takes samples at 8 kHz and finds peaks and silences.
type waveform struct {
	survey *Survey
	sound  Sound
	n      int // windows of 20 ms so far
	since  int // first quiet window of the running silence
}

func (w *waveform) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var window [2 * peakSamples]byte
	for {
		n, err := io.ReadFull(in, window[:])
		if n >= 2 {
			w.window(window[:n&^1])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			w.end()
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (w *waveform) window(b []byte) {
	low, high, power := 0, 0, 0.0
	for i := 0; i < len(b); i += 2 {
		x := int(int16(binary.LittleEndian.Uint16(b[i:])))
		low, high = min(low, x), max(high, x)
		power += float64(x) * float64(x)
	}
	w.survey.Peaks = append(w.survey.Peaks, int8(max(low/256, -127)), int8(high/256))
	if math.Sqrt(power/float64(len(b)/2))/32768 >= quiet {
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
