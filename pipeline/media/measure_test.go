package media_test

import (
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// ebur128 is what ffmpeg's own filter measures.
func ebur128(t *testing.T, path string) rostrum.Loudness {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), ffmpeg, "-nostdin", "-nostats", "-i", path, "-vn", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
	cmd.Stderr = &log
	if err := cmd.Run(); err != nil {
		t.Fatal(err, log.String())
	}
	_, summary, _ := strings.Cut(log.String(), "Integrated loudness:")
	found := map[string]float64{}
	for line := range strings.Lines(summary) {
		if fields := strings.Fields(line); len(fields) == 3 {
			found[fields[0]], _ = strconv.ParseFloat(fields[1], 64)
		}
	}
	return rostrum.Loudness{Integrated: found["I:"], Range: found["LRA:"], TruePeak: found["Peak:"]}
}

func whole(from rostrum.Source, seconds int) media.Sound {
	return media.Sound{Source: from, Stream: from.Sound[0], Rate: rostrum.Rate25, Span: rostrum.Span{Out: rostrum.Frame(25 * seconds)}}
}

func TestMeasureAgreesWithEBUR128(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		// The tone of 997 Hz at −23 dB of full scale in both channels is −23 LUFS (EBU Tech 3341, test 1).
		"tone":                 "aevalsrc='0.0708*sin(2*PI*997*t)':s=48000:c=stereo:d=6",
		"between the samples":  "aevalsrc='0.9*sin(2*PI*12000*t+PI/4)*sin(PI*t/4)':s=48000:c=mono:d=4",
		"loud, quiet and none": "aevalsrc='sin(2*PI*700*t)*sin(2*PI*3*t)*(0.5*lt(t,5)+0.05*between(t,5,10))':s=48000:c=mono:d=13",
		"noise, two channels":  "anoisesrc=r=48000:a=0.3:c=pink:seed=7:d=8,asplit[a][b];[b]adelay=5,volume=0.4[c];[a][c]join=inputs=2:channel_layout=stereo",
		"steps":                "aevalsrc='0.7*sgn(sin(2*PI*313*t))':s=48000:c=mono:d=4",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, from := made(t, "a.wav", "-f", "lavfi", "-i", source, "-c:a", "pcm_f32le")
			facts, err := tools(t).Measure(t.Context(), path, whole(from, int(from.Duration/time.Second)), nil)
			if err != nil {
				t.Fatal(err)
			}
			file, err := tools(t).MeasureFile(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			want := ebur128(t, path)
			for _, got := range []rostrum.Loudness{facts.Loudness, file} {
				if math.Abs(got.Integrated-want.Integrated) > 0.1 || math.Abs(got.Range-want.Range) > 0.3 || got.TruePeak < want.TruePeak-0.1 || got.TruePeak > want.TruePeak+0.3 {
					t.Errorf("%+v, but ffmpeg has %+v", got, want)
				}
			}
		})
	}
}

func TestSoundFacts(t *testing.T) {
	t.Parallel()
	const speech = "0.02*sin(2*PI*400*t)*abs(sin(2*PI*2*t))" // about −42 LUFS
	for _, c := range []struct {
		name, expression string
		seconds          int
		silent           bool
		active           [2]float64 // least and most
		silences         []rostrum.Span
	}{
		{"digital silence", "0", 20, true, [2]float64{0, 0}, []rostrum.Span{{In: 0, Out: 500}}},
		{"hiss at -60 LUFS", "0.0013*(2*random(0)-1)", 20, true, [2]float64{0, 0}, []rostrum.Span{{In: 0, Out: 500}}},
		{"loud hiss", "0.008*(2*random(0)-1)", 20, true, [2]float64{1, 1}, nil},
		{"a switch in a closed booth", "0.3*sin(2*PI*90*t)*between(t,5,5.1)", 20, true, [2]float64{0.05, 0.1}, []rostrum.Span{{In: 128, Out: 500}}},
		{"a few quiet sentences", "0.0006*(2*random(0)-1)+" + speech + "*(between(t,14,16)+between(t,20,22))", 40, false, [2]float64{0.09, 0.2}, []rostrum.Span{{In: 0, Out: 350}, {In: 550, Out: 1000}}},
		{"quiet speech", speech, 4, false, [2]float64{1, 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path, from := made(t, "a.wav", "-f", "lavfi", "-i", fmt.Sprintf("aevalsrc='%s':s=48000:c=mono:d=%d", c.expression, c.seconds), "-c:a", "pcm_s24le")
			f, err := tools(t).Measure(t.Context(), path, whole(from, c.seconds), nil)
			if err != nil {
				t.Fatal(err)
			}
			if f.Silent() != c.silent || f.Active < c.active[0] || f.Active > c.active[1] || f.Length != time.Duration(c.seconds)*time.Second {
				t.Errorf("silent %v: %+v", f.Silent(), f)
			}
			near := func(a, b rostrum.Span) bool {
				return max(a.In-b.In, b.In-a.In) <= 5 && max(a.Out-b.Out, b.Out-a.Out) <= 5
			}
			if !slices.EqualFunc(f.Silences, c.silences, near) {
				t.Errorf("silences %v, not %v", f.Silences, c.silences)
			}
		})
	}
}

func TestClippedIsCountedInTheSource(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rate  int
		gain  float64
		clean rostrum.Clean
		some  bool
	}{
		"full scale":            {48000, 0.99, rostrum.Clean{}, false},
		"over it":               {48000, 1.5, rostrum.Clean{}, true},
		"over it at 44.1 kHz":   {44100, 1.5, rostrum.Clean{}, true},
		"over it, then cleaned": {48000, 1.5, rostrum.Clean{Hum: 50}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, from := made(t, "a.wav", "-f", "lavfi", "-i", fmt.Sprintf("aevalsrc='%g*sin(2*PI*200*t)':s=%d:c=mono:d=2", c.gain, c.rate))
			s := whole(from, 2)
			s.Clean = c.clean
			f, err := tools(t).Measure(t.Context(), path, s, nil)
			if err != nil {
				t.Fatal(err)
			}
			// A sine with a gain of 1.5 is over full scale for 53.5 % of its time.
			want := int64(0)
			if c.some {
				want = int64(0.535 * 2 * float64(c.rate))
			}
			if off := f.Clipped - want; max(off, -off) > want/50 {
				t.Errorf("%d samples, not %d", f.Clipped, want)
			}
		})
	}
}

func TestCleanTakesHumAndLeavesTheTone(t *testing.T) {
	t.Parallel()
	for _, mains := range []int{50, 60} {
		hum := "0"
		for n := 1; n <= 10; n++ {
			hum += fmt.Sprintf("+0.02*sin(2*PI*%d*t)", n*mains)
		}
		path, from := made(t, "hum.wav", "-f", "lavfi", "-i", "aevalsrc='"+hum+"':s=44100:c=mono:d=4", "-c:a", "pcm_f32le")
		tonePath, toneFrom := made(t, "tone.wav", "-f", "lavfi", "-i", "aevalsrc='0.1*sin(2*PI*1000*t)':s=44100:c=mono:d=4", "-c:a", "pcm_f32le")
		for _, c := range []struct {
			path        string
			from        rostrum.Source
			least, most float64
		}{{path, from, -200, -20}, {tonePath, toneFrom, -1, 1}} {
			s := whole(c.from, 3)
			s.Span.In = 25
			before := decibel(heard(t, c.path, s)[0])
			s.Clean = rostrum.Clean{Hum: mains}
			after := decibel(heard(t, c.path, s)[0])
			if d := after - before; d < c.least || d > c.most {
				t.Errorf("%d Hz: %s goes from %.1f dB to %.1f dB", mains, filepath.Base(c.path), before, after)
			}
		}
	}
}

func TestCleanTakesNoise(t *testing.T) {
	t.Parallel()
	// Noise at −52 dB of full scale; a tone from 3 s on.
	path, from := made(t, "noise.wav", "-f", "lavfi", "-i", "aevalsrc='0.0043*(2*random(0)-1)+0.2*sin(2*PI*1000*t)*gte(t,3)':s=48000:c=mono:d=6", "-c:a", "pcm_f32le")
	s := whole(from, 6)
	s.Span.In = 25
	before := heard(t, path, s)[0]
	s.Clean = rostrum.Clean{Noise: true}
	after := heard(t, path, s)[0]
	if len(after) != len(before) || math.Abs(begins(after)-2) > 0.010 {
		t.Errorf("%d samples of %d, the tone begins at %.4f s", len(after), len(before), begins(after))
	}
	if d := decibel(after[:90000]) - decibel(before[:90000]); d > -6 {
		t.Errorf("the noise changes by %.1f dB", d)
	}
	if d := decibel(after[120000:]) - decibel(before[120000:]); math.Abs(d) > 1 {
		t.Errorf("the tone changes by %.1f dB", d)
	}
}

// decibel is the root mean square, in dB of full scale.
func decibel(samples []float64) float64 {
	sum := 0.0
	for _, x := range samples {
		sum += x * x
	}
	return 10 * math.Log10(sum/float64(len(samples))+1e-12)
}

func TestLevel(t *testing.T) {
	t.Parallel()
	// Peaks 16 dB over the loudness, which no gain alone can bring to the target.
	path, from := made(t, "a.wav", "-f", "lavfi", "-i", "anoisesrc=c=pink:a=0.3:seed=1:r=48000:d=6,highpass=f=200,lowpass=f=3000,volume='0.1*(1+3*pow(sin(PI*t/0.5),10))':eval=frame")
	s := whole(from, 6)
	before, err := tools(t).Measure(t.Context(), path, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	level := media.LevelFor(before.Loudness, -16, -1)
	if level.Free {
		t.Fatalf("%+v needs no limiter for %+v", level, before)
	}
	for range 4 {
		found, err := tools(t).Measure(t.Context(), path, s, &level)
		if err != nil {
			t.Fatal(err)
		}
		level.Gain += -16 - found.Loudness.Integrated
	}
	var after []rostrum.Loudness
	for range 5 {
		after = nil
		for _, file := range encodeSound(t, path, s, level) {
			after = append(after, ebur128(t, file))
		}
		next, again := level.Corrected(after, -1)
		if len(again) == 0 {
			break
		}
		level = next
	}
	for i, l := range after {
		// The smaller ones give up some loudness for their peaks.
		if i == 0 && math.Abs(l.Integrated+16) > 0.5 || l.TruePeak > -1 {
			t.Errorf("quality %d: from %+v by %+v to %+v", i, before.Loudness, level, l)
		}
	}
	next, again := media.Level{Gain: 3, Ceiling: -1, Free: true}.Corrected([]rostrum.Loudness{{TruePeak: -0.5}, {TruePeak: 0.5}, {TruePeak: -3}}, -1)
	if want := (media.Level{Gain: 3, Ceiling: -1.8, Small: 1}); !slices.Equal(again, []int{0, 1}) || math.Abs(next.Ceiling-want.Ceiling) > 1e-9 || math.Abs(next.Small-want.Small) > 1e-9 || next.Free {
		t.Errorf("corrected to %+v, not %+v", next, want)
	}
	if same, again := next.Corrected([]rostrum.Loudness{{TruePeak: -1}, {TruePeak: -1.2}, {TruePeak: -3}}, -1); len(again) > 0 || same != next {
		t.Errorf("what fits is corrected to %+v", same)
	}
	for _, c := range []struct {
		measured rostrum.Loudness
		want     media.Level
	}{
		{rostrum.Loudness{Integrated: -70, TruePeak: -70}, media.Level{Ceiling: -1, Free: true}},
		{rostrum.Loudness{Integrated: -60, TruePeak: -40}, media.Level{Gain: 30, Ceiling: -1, Free: true}},
		{rostrum.Loudness{Integrated: -20, TruePeak: -6.5}, media.Level{Gain: 4, Ceiling: -1, Free: true}},
		{rostrum.Loudness{Integrated: -20, TruePeak: -6}, media.Level{Gain: 4, Ceiling: -1}},
		{rostrum.Loudness{Integrated: -10, TruePeak: 0}, media.Level{Gain: -6, Ceiling: -1, Free: true}},
	} {
		if got := media.LevelFor(c.measured, -16, -1); got != c.want {
			t.Errorf("%+v: %+v, not %+v", c.measured, got, c.want)
		}
	}
}

func TestMuxOgg(t *testing.T) {
	t.Parallel()
	path, from := made(t, "a.wav", "-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*440*t)*gte(t,1)':s=48000:c=stereo:d=4")
	files := encodeSound(t, path, whole(from, 4), media.Level{Ceiling: -1, Free: true})
	out := filepath.Join(t.TempDir(), "out.opus")
	meta := media.Meta{Title: "Opening remarks", Artist: "A. Speaker", Language: "zh-Hans", Comment: "Only the original is authentic."}
	if err := tools(t).Mux(t.Context(), media.Take{Sound: files[2], Out: out, Ogg: true, Meta: meta}); err != nil {
		t.Fatal(err)
	}
	facts, err := tools(t).Probe(t.Context(), out)
	if err != nil || facts.Source.Container != "ogg" || len(facts.Source.Sound) != 1 {
		t.Fatalf("%+v, %v", facts.Source, err)
	}
	if s := facts.Source.Sound[0]; s.Codec != "opus" || s.Channels != 1 || s.Language != "zh-Hans" || s.Title != "Opening remarks" {
		t.Errorf("%+v", s)
	}
	if d := facts.Source.Duration - 4*time.Second; d.Abs() > 10*time.Millisecond {
		t.Errorf("lasts %v", facts.Source.Duration)
	}
	if got := onset(t, out); math.Abs(got-1) > 0.010 {
		t.Errorf("the tone begins at %.4f s", got)
	}
}
