package pipeline_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
)

// tone is a steady sound of one pitch, from a second on; before it there is silence.
func tone(hertz, from float64, seconds int) string {
	return fmt.Sprintf("aevalsrc=0.1*sin(2*PI*%g*t)*gte(t\\,%g):s=48000:d=%d", hertz, from, seconds)
}

// pitch decodes the sound of a file from a second on, for a second, and counts how often it swings.
func pitch(t testing.TB, data []byte, from float64) float64 {
	t.Helper()
	path := keep(t, data)
	var raw bytes.Buffer
	args := append([]string{"-ss", fmt.Sprint(from), "-t", "1"}, media.Input(path)...)
	args = append(args, "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", media.Pipe(0))
	if err := findTools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	samples := make([]int16, raw.Len()/2)
	if _, err := binary.Decode(raw.Bytes(), binary.LittleEndian, samples); err != nil {
		t.Fatal(err)
	}
	swings := 0
	for i := 1; i < len(samples); i++ {
		if samples[i-1] < 0 && samples[i] >= 0 {
			swings++
		}
	}
	return float64(swings) * 48000 / float64(max(1, len(samples)))
}

// within says whether a pitch is the one that is wanted.
func within(got, want float64) bool { return got > want*0.97 && got < want*1.03 }

// conference takes in a recording of 12 s with the floor (440 Hz), French (880 Hz) and Arabic (1320 Hz, from second 6 on), and two
// interventions on it: 0 to 4 s and 6 to 9 s.
func conference(t testing.TB, w *world) *pipeline.Receipt {
	t.Helper()
	data := film{rate: "25", pictures: 300, name: "room.mov", sound: tone(440, 0, 12), tracks: []string{tone(880, 0, 12), tone(1320, 6, 12)}}.make(t)
	in := incoming("room.mov", data, "in;out;title;language\n0;4;A;ar\n6;9;B;fr\n")
	var err error
	if in.Channels, err = rostrum.ParseChannels([]string{"floor", "fr", "ar"}); err != nil {
		t.Fatal(err)
	}
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	return receipt
}

func sound(m *rostrum.Manifest, channel string, q rostrum.SoundQuality) *rostrum.Sound {
	for i := range m.Sounds {
		if s := &m.Sounds[i]; s.Channel == channel && s.Quality == q {
			return s
		}
	}
	return nil
}

// TestInterpretation plays every channel at every quality, and hears its own pitch and no other's.
func TestInterpretation(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt := conference(t, w)
	a, b := w.published(receipt.Interventions[0].ID), w.published(receipt.Interventions[1].ID)
	for _, c := range []struct {
		m       *rostrum.Manifest
		channel string
		hertz   float64
		out     rostrum.Frame
	}{
		{a, rostrum.Floor, 440, 100},
		{a, "fr", 880, 150}, // its tail of 4 s ends where B begins
		{b, rostrum.Floor, 440, 225},
		{b, "fr", 880, 300}, // and here where the recording ends
		{b, "ar", 1320, 300},
	} {
		for _, q := range []rostrum.SoundQuality{rostrum.FullSound, rostrum.SmallSound, rostrum.OpusSound} {
			s := sound(c.m, c.channel, q)
			if s == nil {
				t.Errorf("%s has no %s sound of %s", c.m.Intervention, q, c.channel)
				continue
			}
			if s.Span != (rostrum.Span{In: c.m.Span.In, Out: c.out}) {
				t.Errorf("%s sound of %s covers %+v", q, c.channel, s.Span)
			}
			if got := pitch(t, w.play(c.m, s.Playlist), 1); !within(got, c.hertz) {
				t.Errorf("%s sound of %s has %.0f Hz, not %.0f", q, c.channel, got, c.hertz)
			}
			if q != rostrum.FullSound {
				if got := pitch(t, w.file(c.m, s.File), 1); !within(got, c.hertz) {
					t.Errorf("%s has %.0f Hz, not %.0f", s.File, got, c.hertz)
				}
			}
		}
		name := rostrum.NameIn(rostrum.MP4Name, c.channel)
		if got := pitch(t, w.file(c.m, name), 1); !within(got, c.hertz) {
			t.Errorf("%s has %.0f Hz, not %.0f", name, got, c.hertz)
		}
	}
	if !slices.Equal(a.Silent, []rostrum.Language{"ar"}) || len(b.Silent) != 0 {
		t.Errorf("silent are %q and %q", a.Silent, b.Silent)
	}
	master := string(w.file(b, rostrum.MasterName))
	for _, want := range []string{`LANGUAGE="fr"`, `LANGUAGE="ar"`, `URI="sound-ar.m3u8"`} {
		if !strings.Contains(master, want) {
			t.Errorf("the master playlist lacks %s:\n%s", want, master)
		}
	}
	if strings.Contains(string(w.file(a, rostrum.MasterName)), "sound-ar") {
		t.Error("a dead track is offered")
	}
}

// TestOneSoundIsReplaced: an offset for one booth makes that sound anew, and nothing else.
func TestOneSoundIsReplaced(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt := conference(t, w)
	id, x := receipt.Recording.ID, receipt.Interventions[1].ID
	before := w.published(x)
	offset := 300 * time.Millisecond
	if _, err := w.ChangeChannel(t.Context(), id, pipeline.ChannelChange{Name: "fr", Offset: &offset}, "test"); err != nil {
		t.Fatal(err)
	}
	w.finished(id)
	after := w.published(x)
	if after.Revision != before.Revision+1 {
		t.Fatalf("revision %d after %d", after.Revision, before.Revision)
	}
	if n := w.revision(x, after.Revision).EncodedFrames; n != 0 {
		t.Errorf("%d frames were encoded", n)
	}
	for name, f := range after.Files {
		old, had := before.Files[name]
		_, err := w.Store.Stat(context.Background(), f.Key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		made := f.Key != old.Key
		want := !had || strings.HasSuffix(name, ".m3u8") || strings.HasSuffix(name, ".vtt") || strings.HasSuffix(name, ".srt") ||
			slices.Contains([]string{"video-fr.mp4", "video-small-fr.mp4", "audio-fr.m4a", "audio-fr.opus"}, name)
		if strings.HasPrefix(name, "init-") || strings.HasPrefix(name, "storyboard") {
			continue // sounds share their initialisation segments
		}
		if made != want {
			t.Errorf("%s made anew: %t, not %t", name, made, want)
		}
	}
	if a, b := sound(before, rostrum.Floor, rostrum.FullSound), sound(after, rostrum.Floor, rostrum.FullSound); a.Segments[0] != b.Segments[0] {
		t.Error("the floor was made anew")
	}
	if a, b := sound(before, "fr", rostrum.FullSound), sound(after, "fr", rostrum.FullSound); a.Segments[0].Name == b.Segments[0].Name {
		t.Error("the French sound was not made anew")
	}
	// They go when the new revision has been recorded.
	for _, f := range before.Files {
		if f.Shared || slices.Contains(after.Keys(), f.Key) {
			continue
		}
		w.until("the end of "+f.Key+", of the older revision", func() bool {
			_, err := w.Store.Stat(context.Background(), f.Key)
			return rostrum.ErrorCode(err) == rostrum.NotFound
		})
	}
}

// TestTailFollowsTheNextIntervention: when B begins earlier, the French tail of A ends earlier.
func TestTailFollowsTheNextIntervention(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt := conference(t, w)
	a, b := receipt.Interventions[0].ID, receipt.Interventions[1].ID
	if _, err := w.Recut(t.Context(), b, rostrum.Span{In: 125, Out: 225}, "test"); err != nil {
		t.Fatal(err)
	}
	w.finished(receipt.Recording.ID)
	if s := sound(w.published(a), "fr", rostrum.FullSound); s.Span.Out != 125 {
		t.Errorf("the French sound of A ends at %d", s.Span.Out)
	}
	over := true
	if _, err := w.ChangeChannel(t.Context(), receipt.Recording.ID, pipeline.ChannelChange{Name: "fr", Over: &over}, "test"); err != nil {
		t.Fatal(err)
	}
	w.finished(receipt.Recording.ID)
	if s := sound(w.published(a), "fr", rostrum.FullSound); s.Span.Out != 200 {
		t.Errorf("asked to go on, the French sound of A ends at %d", s.Span.Out)
	}
}

// TestChannelChangesThatAreRefused: each in one sentence, and nothing is changed.
func TestChannelChangesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 50, name: "a.mp4", sound: tone(440, 0, 2)}.make(t)
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", data, ""))
	if err != nil {
		t.Fatal(err)
	}
	long, place := 2*time.Minute, rostrum.ChannelSaid{Name: "fr", Track: 3}
	text := pipeline.SoundBeside{File: pipeline.File{Name: "fr.m4a", Content: strings.NewReader("not media"), Bytes: 9}, Channel: "fr"}
	for _, c := range []struct {
		change pipeline.ChannelChange
		code   rostrum.Code
		says   string
	}{
		{pipeline.ChannelChange{Name: "es", Offset: &long}, rostrum.NotFound, `no channel "es"; it has floor`},
		{pipeline.ChannelChange{Name: rostrum.Floor, Remove: true}, rostrum.Refused, "The floor can't be removed"},
		{pipeline.ChannelChange{Name: rostrum.Floor, Tail: &long}, rostrum.Invalid, "out of range"},
		{pipeline.ChannelChange{Name: "fr", Place: &place}, rostrum.Invalid, "lies on track 3"},
		{pipeline.ChannelChange{Name: "fr", File: &text}, rostrum.Invalid, "fr.m4a: The file is not a recording"},
	} {
		_, err := w.ChangeChannel(t.Context(), receipt.Recording.ID, c.change, "test")
		if rostrum.ErrorCode(err) != c.code || !strings.Contains(rostrum.ErrorMessage(err), c.says) {
			t.Errorf("%s: %v", c.change, err)
		}
	}
	r, err := w.Catalogue.Recording(t.Context(), receipt.Recording.ID)
	if err != nil || len(r.Source.Channels) != 1 || len(r.Source.Files) != 0 {
		t.Errorf("%+v, %v", r.Source, err)
	}
	for _, key := range w.kept() {
		if strings.HasPrefix(key, "originals/"+string(r.ID)+".") {
			t.Errorf("%s is left", key)
		}
	}
}
