package media_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// made runs ffmpeg to make a sound file, and probes it. The arguments stand before its name.
func made(t *testing.T, name string, args ...string) (string, rostrum.Source) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	job := media.Job{Args: append(append([]string{"-y"}, args...), "file:"+path), Write: filepath.Dir(path)}
	if err := tools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	facts, err := tools(t).Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return path, facts.Source
}

// heard gives the samples that a command line writes to its first pipe, by channel.
func heard(t *testing.T, path string, s media.Sound) [][]float64 {
	t.Helper()
	args, err := s.SurveyArgs(path, "")
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, s.Channels())
	for i := range raw.Len() / 4 {
		x := float64(math.Float32frombits(binary.LittleEndian.Uint32(raw.Bytes()[4*i:])))
		out[i%len(out)] = append(out[i%len(out)], x)
	}
	return out
}

// begins is the time of the first loud sample, in seconds; −1 when there is none.
func begins(samples []float64) float64 {
	for i, x := range samples {
		if math.Abs(x) > 0.05 {
			return float64(i) / media.SampleRate
		}
	}
	return -1
}

// pitch is the frequency that most of the sound has, in Hz, to the nearest 10.
func pitch(samples []float64) float64 {
	crossings := 0
	for i := range samples[1:] {
		if samples[i] < 0 && samples[i+1] >= 0 {
			crossings++
		}
	}
	return math.Round(float64(crossings)*media.SampleRate/float64(len(samples))/10) * 10
}

func TestSoundOfAnyKind(t *testing.T) {
	t.Parallel()
	// A tone that begins at 3 s, in all channels.
	const priming = 1024.0 / 48000 // of AAC in a container that does not tell of it
	const source = "aevalsrc='0.5*sin(2*PI*440*t)*gte(t,3)':s=%d:c=%s:d=5"
	for _, c := range []struct {
		name, layout string
		rate         int
		args         []string
		moved        float64 // how much later the file itself has the tone
	}{
		{"48.wav", "mono", 48000, nil, 0},
		{"96.wav", "stereo", 96000, []string{"-c:a", "pcm_s24le"}, 0},
		{"44.wav", "stereo", 44100, nil, 0},
		{"8.wav", "mono", 8000, []string{"-c:a", "pcm_mulaw"}, 0},
		{"eight.wav", "7.1", 48000, nil, 0},
		{"44.mp3", "mono", 44100, []string{"-b:a", "64k"}, 0},
		{"vbr.mp3", "stereo", 44100, []string{"-q:a", "5"}, 0},
		{"44.flac", "mono", 44100, nil, 0},
		{"48.ogg", "mono", 48000, []string{"-c:a", "libopus"}, 0},
		{"48.webm", "stereo", 48000, []string{"-c:a", "libopus"}, 0},
		{"44.m4a", "mono", 44100, nil, 0},
		{"48.aac", "stereo", 48000, nil, priming},
		{"late.ts", "mono", 48000, []string{"-c:a", "aac", "-output_ts_offset", "30"}, priming},
		{"late.mka", "mono", 48000, []string{"-c:a", "flac", "-output_ts_offset", "7"}, 0},
		{"negative.m4a", "mono", 48000, []string{"-c:a", "alac", "-output_ts_offset", "-0.5"}, -0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-f", "lavfi", "-i", fmt.Sprintf(source, c.rate, c.layout)}, c.args...)
			path, from := made(t, c.name, args...)
			for _, at := range []struct {
				span   rostrum.Span
				offset time.Duration
				begins float64
			}{
				{rostrum.Span{In: 0, Out: 100}, 0, 3},
				{rostrum.Span{In: 61, Out: 111}, 0, 3 - 61.0/25},
				{rostrum.Span{In: 0, Out: 250}, 1234 * time.Millisecond, 4.234},
				{rostrum.Span{In: 50, Out: 100}, -617 * time.Millisecond, 0.383},
				{rostrum.Span{In: 0, Out: 50}, 1500 * time.Millisecond, -1},
				{rostrum.Span{In: 500, Out: 550}, 0, -1},
				{rostrum.Span{In: 0, Out: 50}, time.Hour, -1},
			} {
				s := media.Sound{Source: from, Stream: from.Sound[0], Offset: at.offset, Rate: rostrum.Rate25, Span: at.span}
				sound := heard(t, path, s)
				for _, samples := range sound {
					if int64(len(samples)) != s.Samples() {
						t.Errorf("%v at %v: %d samples of %d", at.span, at.offset, len(samples), s.Samples())
					}
					want := at.begins
					if want >= 0 {
						want = max(want+c.moved, 0)
					}
					if got := begins(samples); math.Abs(got-want) > 0.010 {
						t.Errorf("%v at %v: begins at %.4f s, not %.4f", at.span, at.offset, got, want)
					}
				}
			}
		})
	}
}

func TestPickGivesItsOwnChannels(t *testing.T) {
	t.Parallel()
	// Channel n of eight has a tone of 300·(n+1) Hz.
	source := "aevalsrc='"
	for n := range 8 {
		if n > 0 {
			source += "|"
		}
		source += fmt.Sprintf("0.3*sin(2*PI*%d*t)", 300*(n+1))
	}
	eight, from := made(t, "eight.wav", "-f", "lavfi", "-i", source+"':s=48000:c=7.1:d=2", "-c:a", "pcm_s24le")
	two, stereo := made(t, "two.m4a", "-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*300*t)|0.3*sin(2*PI*600*t)':s=44100:c=stereo:d=2", "-c:a", "alac")
	for _, c := range []struct {
		path   string
		source rostrum.Source
		pick   []int
		tones  []float64
	}{
		{eight, from, nil, []float64{300}},
		{eight, from, []int{0}, []float64{300}},
		{eight, from, []int{3}, []float64{1200}},
		{eight, from, []int{7}, []float64{2400}},
		{eight, from, []int{4, 5}, []float64{1500, 1800}},
		{eight, from, []int{6, 1}, []float64{2100, 600}},
		{two, stereo, nil, []float64{300, 600}},
		{two, stereo, []int{1}, []float64{600}},
		{two, stereo, []int{1, 0}, []float64{600, 300}},
	} {
		s := media.Sound{Source: c.source, Stream: c.source.Sound[0], Pick: c.pick, Rate: rostrum.Rate25, Span: rostrum.Span{In: 0, Out: 50}}
		if s.Channels() != len(c.tones) {
			t.Errorf("%v: %d channels", c.pick, s.Channels())
		}
		var tones []float64
		for _, samples := range heard(t, c.path, s) {
			tones = append(tones, pitch(samples))
		}
		if !slices.Equal(tones, c.tones) {
			t.Errorf("%v of %d: tones of %v Hz, not %v", c.pick, c.source.Sound[0].Channels, tones, c.tones)
		}
	}
	beyond := media.Sound{Source: from, Stream: from.Sound[0], Pick: []int{8}, Rate: rostrum.Rate25, Span: rostrum.Span{In: 0, Out: 50}}
	if _, err := beyond.SurveyArgs(eight, ""); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("channel 9 of 8: %v", err)
	}
}

func TestOffsetOfSoundWithPicture(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"a.mp4", "a.ts"} {
		path := stretch(t, "25", 0, 100, file, "aevalsrc='0.5*sin(2*PI*440*t)*gte(t,2)':s=48000:c=mono", 4, append([]string{"-map", "0:v", "-map", "1:a"}, x264("-c:a", "aac")...)...)
		facts, err := tools(t).Probe(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			span   rostrum.Span
			offset time.Duration
			begins float64
		}{
			{rostrum.Span{In: 0, Out: 100}, 0, 2},
			{rostrum.Span{In: 30, Out: 100}, 300 * time.Millisecond, 1.1},
			{rostrum.Span{In: 0, Out: 75}, -250 * time.Millisecond, 1.75},
			{rostrum.Span{In: 90, Out: 200}, 2 * time.Second, 0.4}, // goes on after the picture
			{rostrum.Span{In: 0, Out: 25}, 10 * time.Second, -1},
		} {
			s := media.Sound{Source: facts.Source, Stream: facts.Source.Sound[0], Offset: c.offset, Rate: rostrum.Rate25, Span: c.span}
			samples := heard(t, path, s)[0]
			if got := begins(samples); int64(len(samples)) != s.Samples() || math.Abs(got-c.begins) > 0.010 {
				t.Errorf("%s, %v at %v: %d samples of %d, begins at %.4f s, not %.4f", file, c.span, c.offset, len(samples), s.Samples(), got, c.begins)
			}
		}
	}
}
