package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

func find(t *testing.T) *bench {
	t.Helper()
	tools, err := media.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return &bench{tools: tools, folder: t.TempDir(), level: "loudnorm", runs: 1}
}

// TestBareChannels makes sure that the bare command makes what it is said to make.
func TestBareChannels(t *testing.T) {
	b := find(t)
	path := filepath.Join(b.folder, "film.mp4")
	err := b.tools.Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "testsrc2=s=854x480:r=25", "-f", "lavfi", "-i", noisyVoice(0), "-f", "lavfi", "-i", noisyVoice(1),
		"-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ac", "1", "-t", "2", path}, Write: b.folder})
	if err != nil {
		t.Fatal(err)
	}
	facts, err := b.tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r := &rostrum.Recording{Rate: facts.Rate, Frames: facts.Frames, Source: facts.Source, Rungs: rostrum.Ladder(854, 480)}
	r.Source.Channels = []rostrum.Channel{{Name: rostrum.Floor, Stream: 1}, {Name: "fr", Stream: 2}}
	if _, err := b.bareChannels(t.Context(), film{path: path, length: 2 * time.Second}, r); err != nil {
		t.Fatal(err)
	}

	out := t.TempDir()
	args, err := bareChannelArgs(path, out, r, bareLevels["volume"])
	if err != nil {
		t.Fatal(err)
	}
	if err := b.tools.Run(t.Context(), media.Job{Args: args, Read: []string{path}, Write: out}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fmp4.Counts{
		"file-floor.mp4":    {Pictures: 50, Packets: 95}, // of 1,024 samples at 48 kHz, and one of priming
		"file-small-fr.mp4": {Pictures: 50, Packets: 95},
		"file-fr.m4a":       {Packets: 48},
	} {
		got, err := fmp4.Count(filepath.Join(out, name))
		if got.Late = 0; err != nil || got != want {
			t.Errorf("%s has %+v (%v), want %+v", name, got, err, want)
		}
	}
	opus, err := b.tools.Probe(t.Context(), filepath.Join(out, "file-fr.opus"))
	if err != nil || opus.Source.Video != nil || opus.Source.Sound[0].Codec != "opus" || (opus.Source.Duration-2*time.Second).Abs() > 30*time.Millisecond {
		t.Errorf("the probe of the Opus file found %+v (%v)", opus, err)
	}
	for _, name := range []string{"360-0.m4s", "240-0.m4s", "fr-opus-0.m4s", "floor-full-0.m4s"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestLoudnorm(t *testing.T) {
	b := find(t)
	path := filepath.Join(b.folder, "sound.m4a")
	err := b.tools.Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "sine=f=440:r=48000,volume=-6dB", "-c:a", "aac", "-t", "4", path}, Write: b.folder})
	if err != nil {
		t.Fatal(err)
	}
	if kind, err := loudnorm(t.Context(), b.tools, path); err != nil || kind != "linear" {
		t.Errorf("the second pass over a steady tone was %q (%v), want linear", kind, err)
	}
	text, err := heard(t.Context(), b.tools, path, append(media.Input(path), "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")...)
	if err != nil {
		t.Fatal(err)
	}
	// The sine stands at 1/8 of full scale, 6 dB less by the volume; a sine at full scale has −3.01 LUFS at 1 kHz, and a little less at 440 Hz.
	got, err := summary(text)
	if err != nil || got.Integrated < -28.5 || got.Integrated > -26.5 || got.TruePeak < -24.6 || got.TruePeak > -22.5 {
		t.Errorf("ebur128 found %+v (%v), want about −27.8 LUFS and −24 dBTP, or a little more by the coder", got, err)
	}
}

func TestAnswerAndSummaryRefuseOtherWords(t *testing.T) {
	if _, err := answer("Conversion failed!"); err == nil {
		t.Error("a log without an answer was read")
	}
	if _, err := summary("Conversion failed!"); err == nil {
		t.Error("a log without a summary was read")
	}
}

func TestOfStream(t *testing.T) {
	got := ofStream([]string{"-map", "[v1]", "-c:v", "libx264", "-frames:v", "50", "-g", "100", "-an", "-sn", "-map_metadata", "-1", "-f", "mp4", "pipe:4"}, 1)
	want := []string{"-map", "[v1]", "-c:v:1", "libx264", "-frames:v:1", "50", "-g:v:1", "100"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSwell makes sure that the large file is one that a recorder could have written, and as large as it should be.
func TestSwell(t *testing.T) {
	b := find(t)
	path := filepath.Join(b.folder, "film.mp4")
	err := b.tools.Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "testsrc2=s=160x120:r=25", "-c:v", "libx264", "-preset", "ultrafast", "-t", "2", "-movflags", "+faststart", path}, Write: b.folder})
	if err != nil {
		t.Fatal(err)
	}
	before, err := b.tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	const large = 6e9 // more than 32 bits say
	if err := swell(path, large); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() != large {
		t.Fatalf("it has %d bytes (%v), want %.0f", info.Size(), err, float64(large))
	}
	after, err := b.tools.Probe(t.Context(), path)
	if after.Source.Video != nil {
		after.Source.Video.Kbit = before.Source.Video.Kbit // the mean rate follows the size
	}
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("the probe found %+v (%v), and before %+v", after, err, before)
	}
}

func TestRoom(t *testing.T) {
	if err := room(t.TempDir(), 1); err != nil {
		t.Error(err)
	}
	if err := room(t.TempDir(), 1<<60); rostrum.ErrorCode(err) != rostrum.Unavailable {
		t.Errorf("an exabyte was promised: %v", err)
	}
}

// TestProcessThatFails makes sure that a program that ends with an error is not taken for one that has done its work.
func TestProcessThatFails(t *testing.T) {
	b := find(t)
	b.program = "/bin/false"
	p, err := b.startRostrum(t.Context(), b.folder, "ingest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.end(); err == nil {
		t.Error("no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.startRostrum(ctx, b.folder, "ingest"); err == nil {
		t.Error("it was started although nobody waits for it")
	}
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name string
		line line
		goal float64
		met  bool
	}{
		{"a ratio under its goal", compared("x", "s", []float64{1, 2, 30}, []float64{2, 4, 10}), 0.5, true},
		{"a ratio over its goal", compared("x", "s", []float64{3}, []float64{2}), 1.4, false},
		{"ours, negative", figure("x", "dBTP", []float64{-1.2}), -1, true},
		{"ours, negative, over", figure("x", "dBTP", []float64{-0.8}), -1, false},
		{"ours, nothing", figure("x", "LU", []float64{0}), 0.5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.line.atMost(c.goal)
			if *l.Met != c.met {
				data, _ := json.Marshal(l)
				t.Errorf("met is %t: %s", *l.Met, data)
			}
		})
	}
}
