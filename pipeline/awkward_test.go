package pipeline_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
)

// lavfi makes a small file with ffmpeg and gives its bytes.
func lavfi(t testing.TB, format string, args ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	job := media.Job{Args: append(args, "-f", format, media.Pipe(0)), Outputs: []media.Consumer{media.To(&out)}}
	if err := findTools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A recording without a picture becomes interventions to listen to, with a drawn poster.
func TestSoundAlone(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := lavfi(t, "wav", "-f", "lavfi", "-i", tone(440, 0, 8))
	in := incoming("talk.wav", data, "in;out;title\n1;5;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	m := w.published(receipt.Interventions[0].ID)
	if len(m.Pictures) != 0 || len(m.Sounds) != 3 {
		t.Fatalf("%d pictures and %d sounds", len(m.Pictures), len(m.Sounds))
	}
	for _, s := range m.Sounds {
		if got := pitch(t, w.play(m, s.Playlist), 1); !within(got, 440) {
			t.Errorf("%s sound has %.0f Hz", s.Quality, got)
		}
	}
	for _, name := range []string{rostrum.AudioName, rostrum.OpusName, rostrum.PosterName, rostrum.SmallPosterName, rostrum.MasterName, rostrum.AudioOnlyName} {
		if len(w.file(m, name)) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	if _, has := m.Files[rostrum.MP4Name]; has {
		t.Error("a film of nothing is offered")
	}
	if master := string(w.file(m, rostrum.MasterName)); !strings.Contains(master, "#EXT-X-STREAM-INF") || strings.Contains(master, "RESOLUTION") {
		t.Errorf("master playlist:\n%s", master)
	}
}

// A recording that the recorder has split is one recording: every picture once, in order.
func TestSplitRecording(t *testing.T) {
	t.Parallel()
	w := open(t)
	part := func(name string, from, pictures int, start string) pipeline.File {
		data := film{rate: "25", pictures: pictures, from: from, name: name, sound: tone(440, 0, 4), more: []string{"-timecode", start}}.make(t)
		return pipeline.File{Name: name, Content: bytes.NewReader(data), Bytes: int64(len(data))}
	}
	in := pipeline.Incoming{Meeting: meeting, File: part("a.mov", 0, 75, "10:00:00:00"), More: []pipeline.File{part("b.mov", 75, 60, "10:00:03:00"), part("c.mov", 135, 50, "10:00:05:20")},
		Who: "test", Consent: rostrum.ConsentPublic, Publish: true, Sheet: &pipeline.SideFile{Name: "cuts.csv", Data: []byte("in;out;title\n10:00:02:10;10:00:06:20;A\n")}}
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	r := receipt.Recording
	if len(r.Source.Parts) != 3 || r.Source.Parts[2].Gap != 400*time.Millisecond {
		t.Errorf("parts %+v", r.Source.Parts)
	}
	if !slices.ContainsFunc(r.Notices, func(n string) bool { return strings.Contains(n, "missing") }) {
		t.Errorf("notices %q", r.Notices)
	}
	w.work()
	w.finished(r.ID)
	m := w.published(receipt.Interventions[0].ID)
	got := numbers(t, w.file(m, rostrum.MP4Name))
	var want []int
	for f := 60; f < 170; f++ {
		switch {
		case f < 135:
			want = append(want, f)
		case f < 145: // the gap of 10 frames: the last picture stands
			want = append(want, 134)
		default:
			want = append(want, f-10)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pictures\n%v, not\n%v", got, want)
	}
	for _, p := range r.Source.Parts {
		if _, err := w.Store.Stat(context.Background(), "originals/"+string(r.ID)+"."+p.ID); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	again := pipeline.Incoming{Meeting: meeting, File: part("a.mov", 0, 75, "10:00:00:00"), More: []pipeline.File{part("b.mov", 75, 60, "10:00:03:00"), part("c.mov", 135, 50, "10:00:05:20")}, Who: "test"}
	if receipt, err := w.Receive(t.Context(), again); err != nil || !receipt.Known || receipt.Recording.ID != r.ID {
		t.Errorf("sent again: %+v, %v", receipt, err)
	}
	other := pipeline.Incoming{Meeting: meeting, File: part("a.mov", 0, 75, "10:00:00:00"), Who: "test",
		More: []pipeline.File{{Name: "b.txt", Content: strings.NewReader("nothing"), Bytes: 7}}}
	before := len(w.kept())
	if _, err := w.Receive(t.Context(), other); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.HasPrefix(rostrum.ErrorMessage(err), "b.txt: ") {
		t.Errorf("a part that is not media: %v", err)
	}
	if n := len(w.kept()); n != before {
		t.Errorf("%d objects after a refusal, not %d", n, before)
	}
}

// Sound in a file of its own comes to its place: as it is said, or as its likeness to the floor says.
func TestSoundBesideTheRecording(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 200, name: "zoom.mp4", sound: tone(440, 0, 8)}.make(t)
	in := incoming("zoom.mp4", data, "in;out;title\n2;6;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	offset := 1500 * time.Millisecond
	french := lavfi(t, "ogg", "-f", "lavfi", "-i", tone(880, 2, 8), "-c:a", "libopus")
	in.Beside = []pipeline.SoundBeside{{File: pipeline.File{Name: "fr.ogg", Content: bytes.NewReader(french), Bytes: int64(len(french))}, Channel: "fr", Offset: &offset}}
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	m := w.published(receipt.Interventions[0].ID)
	fr := sound(m, "fr", rostrum.FullSound)
	if fr == nil {
		t.Fatalf("no French sound: silent %q, %q", m.Silent, m.Notices)
	}
	// It sounds from its second 2 on, which is 3.5 on the recording and 1.5 in the cut.
	whole := w.play(m, fr.Playlist)
	if got := pitch(t, whole, 0.4); got > 20 {
		t.Errorf("%.0f Hz before it begins", got)
	}
	if got := pitch(t, whole, 1.55); !within(got, 880) {
		t.Errorf("%.0f Hz once it has begun", got)
	}
	if f := receipt.Recording.Source.Files[0]; f.Aligned.By != "said" || f.Aligned.Offset != offset {
		t.Errorf("aligned %+v", f.Aligned)
	}
	again := incoming("zoom.mp4", data, "")
	if again.Channels, err = rostrum.ParseChannels([]string{"es"}); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Receive(t.Context(), again); err != nil || !r.Known || !strings.Contains(strings.Join(r.Understood, " "), "rostrum sound") {
		t.Errorf("other channels for a recording that is here: %+v, %v", r, err)
	}
}

// Where neither file knows of the other's sound, the times in them tell.
func TestSoundBesideIsPlacedByItsTime(t *testing.T) {
	t.Parallel()
	w := open(t)
	at := func(clock string) []string { return []string{"-metadata", "creation_time=2026-05-03T" + clock + "Z"} }
	data := film{rate: "25", pictures: 200, name: "zoom.mp4", sound: "anoisesrc=c=pink:a=0.1:seed=1:d=8", more: at("10:00:00")}.make(t)
	french := film{rate: "25", pictures: 100, name: "fr.mp4", sound: "anoisesrc=c=pink:a=0.1:seed=2:d=4", more: at("10:00:02")}.make(t)
	in := incoming("zoom.mp4", data, "")
	in.Beside = []pipeline.SoundBeside{{File: pipeline.File{Name: "fr.mp4", Content: bytes.NewReader(french), Bytes: int64(len(french))}, Channel: "fr"}}
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if f := receipt.Recording.Source.Files[0]; f.Aligned.By != "start" || f.Aligned.Offset != 2*time.Second {
		t.Errorf("aligned %+v", f.Aligned)
	}
	if n := strings.Join(receipt.Recording.Notices, " "); !strings.Contains(n, "+2000 ms") || !strings.Contains(n, "by the times") {
		t.Errorf("notices %q", n)
	}
}

// What is larger or longer than the limits is refused before it costs anything.
func TestLimits(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := lavfi(t, "wav", "-f", "lavfi", "-i", tone(440, 0, 3))
	w.Largest = int64(len(data)) - 1
	for _, size := range []int64{int64(len(data)), -1} {
		in := incoming("a.wav", data, "")
		in.Bytes = size
		if _, err := w.Receive(t.Context(), in); rostrum.ErrorCode(err) != rostrum.TooLarge {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	w.Largest, w.Tools.Longest = 0, 2*time.Second
	if _, err := w.Receive(t.Context(), incoming("a.wav", data, "")); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), "longer than") {
		t.Errorf("too long: %v", err)
	}
	if kept := w.kept(); len(kept) != 0 {
		t.Errorf("left %q", kept)
	}
}

// A recording of which most is damaged does not stop the one behind it in the queue, and is told of in a sentence: what can be decoded is
// there, and where nothing can, the last good picture is held.
func TestBadRecordingBlocksNobody(t *testing.T) {
	t.Parallel()
	w := open(t)
	bad := film{rate: "25", pictures: 200, name: "bad.mp4", sound: quiet, more: []string{"-movflags", "+faststart"}}.make(t)
	mdat := bytes.Index(bad, []byte("mdat")) + 4
	for i := mdat + (len(bad)-mdat)/3; i < len(bad); i++ {
		bad[i] = byte(i * 7)
	}
	var receipts []*pipeline.Receipt
	for name, data := range map[string][]byte{"bad.mp4": bad, "good.mp4": film{rate: "25", pictures: 100, name: "good.mp4", sound: quiet}.make(t)} {
		in := incoming(name, data, "")
		in.Consent, in.Publish = rostrum.ConsentPublic, true
		receipt, err := w.Receive(t.Context(), in)
		if err != nil {
			t.Fatal(name, err)
		}
		receipts = append(receipts, receipt)
	}
	w.work()
	for _, r := range receipts {
		w.finished(r.Recording.ID)
		if r.Recording.Name == "good.mp4" {
			w.published(r.Interventions[0].ID)
			continue
		}
		found, err := w.Catalogue.Recording(t.Context(), r.Recording.ID)
		if n := strings.Join(found.Notices, " "); err != nil || !strings.Contains(n, "could not be decoded") || strings.Contains(n, w.folder) {
			t.Errorf("notices %q, %v", n, err)
		}
	}
}

// When nobody says what the channels carry, the tags are told and not believed.
func TestTagsAreOnlyASuggestion(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 50, name: "a.mkv", sound: tone(440, 0, 2), tracks: []string{tone(880, 0, 2), tone(1320, 0, 2)},
		more: []string{"-metadata:s:a:1", "language=fre", "-metadata:s:a:2", "language=ara"}}.make(t)
	receipt, err := w.Receive(t.Context(), incoming("a.mkv", data, ""))
	if err != nil {
		t.Fatal(err)
	}
	if c := receipt.Recording.Source.Channels; len(c) != 1 || c[0].Name != rostrum.Floor {
		t.Errorf("channels %+v", c)
	}
	if n := strings.Join(receipt.Recording.Notices, " "); !strings.Contains(n, "3 sound channels") || !strings.Contains(n, "floor,fr,ar") {
		t.Errorf("notices %q", n)
	}
}
