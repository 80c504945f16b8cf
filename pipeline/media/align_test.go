package media_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

const voiceRate = 16000

// voice is noise as uneven as speech: syllables of 80 to 300 ms of changing loudness and colour, and pauses
// after phrases.
func voice(seed uint64, seconds int) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, seconds*voiceRate)
	for at := 0; at < len(out); {
		for range 3 + r.IntN(12) {
			n := voiceRate * (80 + r.IntN(220)) / 1000
			loud, dark := 0.05+0.25*r.Float64(), 0.9*r.Float64()
			x := 0.0
			for i := range n {
				x = dark*x + (1-dark)*r.NormFloat64()
				if at+i < len(out) {
					out[at+i] = loud * x * math.Sin(math.Pi*float64(i)/float64(n))
				}
			}
			at += n + voiceRate*r.IntN(60)/1000
		}
		at += voiceRate * (300 + r.IntN(1500)) / 1000
	}
	return out
}

// voiceFile writes samples to a file and probes it.
func voiceFile(t *testing.T, name string, samples []float64) (string, media.Sound) {
	t.Helper()
	raw := make([]byte, 0, 2*len(samples))
	for _, x := range samples {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(int16(max(min(x*32768, 32767), -32768))))
	}
	path := filepath.Join(t.TempDir(), name)
	job := media.Job{Args: []string{"-y", "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "pipe:0", "file:" + path}, Stdin: bytes.NewReader(raw), Write: filepath.Dir(path)}
	if err := tools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	facts, err := tools(t).Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return path, media.Sound{Source: facts.Source, Stream: facts.Source.Sound[0], Rate: rostrum.Rate25}
}

func TestAlign(t *testing.T) {
	t.Parallel()
	const seconds = 90
	floor := voice(1, seconds)
	floorPath, floorSound := voiceFile(t, "floor.flac", floor)
	// shifted gives the floor at a level, beginning so many milliseconds into it, or with so much silence before it.
	shifted := func(level float64, ms int) []float64 {
		out := make([]float64, len(floor))
		for i := range out {
			if from := i + ms*voiceRate/1000; from >= 0 && from < len(floor) {
				out[i] = level * floor[from]
			}
		}
		return out
	}
	over := func(a, b []float64) []float64 {
		for i := range a {
			a[i] += b[i]
		}
		return a
	}
	for _, c := range []struct {
		name, file string
		sound      []float64
		offset     time.Duration
		sure       bool
	}{
		{"the floor itself", "a.mp3", shifted(0.5, 0), 0, true},
		{"the floor, later", "a.wav", shifted(0.5, 1237), 1237 * time.Millisecond, true},
		{"an interpreter over the floor", "a.flac", over(voice(2, seconds), shifted(0.1, 1234)), 1234 * time.Millisecond, true},
		{"an interpreter over the floor, that began before", "a.flac", over(voice(3, seconds), shifted(0.1, -7718)), -7718 * time.Millisecond, true},
		{"another meeting", "a.wav", voice(4, seconds), 0, false},
		{"a third meeting", "a.wav", voice(5, seconds), 0, false},
		{"hiss", "a.wav", hiss(seconds), 0, false},
		{"nothing", "a.wav", make([]float64, seconds*voiceRate), 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path, sound := voiceFile(t, c.file, c.sound)
			got, err := tools(t).Align(t.Context(), floorPath, floorSound, path, sound)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", got)
			if sure := got.Confidence >= media.SureAlignment; sure != c.sure {
				t.Errorf("confidence %.2f", got.Confidence)
			}
			if off := got.Offset - c.offset; c.sure && off.Abs() > 5*time.Millisecond {
				t.Errorf("stands %v later, not %v", got.Offset, c.offset)
			}
			if got.By != "correlation" {
				t.Errorf("found by %q", got.By)
			}
		})
	}
}

func hiss(seconds int) []float64 {
	r := rand.New(rand.NewPCG(9, 9))
	out := make([]float64, seconds*voiceRate)
	for i := range out {
		out[i] = 0.003 * r.NormFloat64()
	}
	return out
}
