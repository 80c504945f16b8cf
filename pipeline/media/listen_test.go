package media_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// A beep stands in what people listen to where it stands on the timeline, whatever the container and the channel say.
func TestListen(t *testing.T) {
	t.Parallel()
	picture := []string{"-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=3"}
	beep := func(expression string) []string {
		return []string{"-f", "lavfi", "-i", "aevalsrc=" + expression + ":s=48000:d=3"}
	}
	const at1 = "0.5*sin(2*PI*1000*t)*gte(t\\,1)"
	for _, c := range []struct {
		name, file string
		args       []string
		pick       []int
		offset     time.Duration
		clean      rostrum.Clean
		at         float64
	}{
		{name: "MP4", file: "a.mp4", args: append(picture, beep(at1)...), at: 1},
		{name: "Matroska of stereo", file: "a.mkv", args: append(append(picture, beep(at1+"|"+at1)...), "-c:a", "aac"), at: 1},
		{name: "the second of three channels, later", file: "a.mov", args: append(append(picture, beep("0|"+at1+"|0")...), "-c:a", "pcm_s16le"), pick: []int{1}, offset: 400 * time.Millisecond, at: 1.4},
		{name: "earlier, cleaned", file: "a.wav", args: beep(at1), offset: -300 * time.Millisecond, clean: rostrum.Clean{Hum: 50}, at: 0.7},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path, source := made(t, c.file, append(c.args, "-preset", "ultrafast")...)
			s := media.Sound{Source: source, Stream: source.Sound[0], Pick: c.pick, Offset: c.offset, Clean: c.clean, Rate: rostrum.Rate25, Span: rostrum.Span{Out: 75}}
			listen := filepath.Join(t.TempDir(), "listen.m4a")
			survey, err := tools(t).SurveySound(t.Context(), path, s, listen)
			if err != nil {
				t.Fatal(err)
			}
			if got := onset(t, listen); math.Abs(got-c.at) > 0.01 {
				t.Errorf("it begins at %.4f s, not at %g", got, c.at)
			}
			loud := 0
			for ; loud < len(survey.Peaks)/2 && survey.Peaks[2*loud+1] < 20; loud++ {
			}
			if got := float64(loud) / media.PeaksPerSecond; math.Abs(got-c.at) > 0.021 {
				t.Errorf("the waveform of the same decode begins at %.3f s", got)
			}
			facts, err := tools(t).Probe(t.Context(), listen)
			if err != nil {
				t.Fatal(err)
			}
			if sound := facts.Source.Sound[0]; sound.Codec != "aac" || sound.Channels != 1 || facts.Source.Duration < 2990*time.Millisecond || facts.Source.Duration > 3100*time.Millisecond {
				t.Errorf("%+v of %s", sound, facts.Source.Duration)
			}
			data, err := os.ReadFile(listen)
			if index, samples := bytes.Index(data, []byte("moov")), bytes.Index(data, []byte("mdat")); err != nil || index < 0 || index > samples {
				t.Errorf("the index is at %d, the sound at %d: %v", index, samples, err)
			}
		})
	}
}
