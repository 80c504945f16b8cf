package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/objects"
)

// all reads an object to its end.
func all(t testing.TB, o *objects.Object, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWhatIsThereToCut: while nothing is surveyed each thing says so; afterwards each channel is there, and anew when it was changed.
func TestWhatIsThereToCut(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 300, name: "room.mov", sound: tone(440, 2, 12), tracks: []string{tone(880, 0, 12), tone(1320, 6, 12)},
		more: []string{"-timecode", "10:00:00:00", "-g", "25"}}.make(t)
	in := incoming("room.mov", data, "in;out;title\n0;4;A\n")
	in.Channels = []rostrum.ChannelSaid{{Name: rostrum.Floor}, {Name: "fr"}}
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	id := receipt.Recording.ID
	asks := map[string]func(channel string) error{
		"Waveform": func(c string) error { _, _, _, err := w.Waveform(t.Context(), id, c); return err },
		"Listen": func(c string) error {
			o, err := w.Listen(t.Context(), id, c)
			if err == nil {
				o.Close()
			}
			return err
		},
		"StillsOf": func(string) error { _, err := w.StillsOf(t.Context(), id); return err },
		"Sheet":    func(string) error { _, err := w.Sheet(t.Context(), id, 0); return err },
		"Suggest":  func(string) error { _, err := w.Suggest(t.Context(), id, nil, nil); return err },
		"Preview":  func(string) error { _, _, err := w.PreviewPlaylist(t.Context(), id); return err },
	}
	for name, ask := range asks {
		if err := ask("fr"); rostrum.ErrorCode(err) != rostrum.Conflict || !strings.Contains(rostrum.ErrorMessage(err), "try again in a minute") {
			t.Errorf("%s before the survey: %v", name, err)
		}
	}
	w.work()
	w.finished(id)
	if err := asks["Waveform"]("es"); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("a channel that is not there: %v", err)
	}

	peaks, perSecond, silences, err := w.Waveform(t.Context(), id, rostrum.Floor)
	if err != nil || perSecond != 50 || math.Abs(float64(len(peaks)-2*50*12)) > 4 {
		t.Fatalf("%d bytes at %d a second, %v", len(peaks), perSecond, err)
	}
	loud := slices.IndexFunc(peaks, func(b byte) bool { return int8(b) > 8 })
	if at := float64(loud/2) / 50; math.Abs(at-2) > 0.041 {
		t.Errorf("the floor begins at %.2f s", at)
	}
	if len(silences) != 1 || silences[0].In != 0 || silences[0].Out < 49 || silences[0].Out > 51 {
		t.Errorf("silences %+v", silences)
	}
	o, err := w.Listen(t.Context(), id, "fr")
	if got := pitch(t, all(t, o, err), 1); !within(got, 880) {
		t.Errorf("French has %.0f Hz", got)
	}
	stills, err := w.StillsOf(t.Context(), id)
	if err != nil || len(stills.Stills) < 2 || stills.Height != 90 {
		t.Errorf("%+v, %v", stills, err)
	}
	o, err = w.Sheet(t.Context(), id, 0)
	if sheet := all(t, o, err); !bytes.HasPrefix(sheet, []byte{0xff, 0xd8}) {
		t.Errorf("no JPEG: % x", sheet[:4])
	}
	for _, n := range []int{-1, 1} {
		if _, err := w.Sheet(t.Context(), id, n); rostrum.ErrorCode(err) != rostrum.NotFound {
			t.Errorf("sheet %d: %v", n, err)
		}
	}
	planned := []pipeline.Planned{{ID: "p", Starts: time.Date(2026, 5, 3, 8, 0, 1, 0, time.UTC), Length: 10 * time.Second, Title: "A"}}
	suggested, err := w.Suggest(t.Context(), id, planned, time.FixedZone("", 2*3600))
	if err != nil || len(suggested) != 2 || suggested[1].PlannedID != "p" || suggested[1].Span.In < 40 || suggested[1].Span.In > 44 || suggested[0].Span != suggested[1].Span {
		t.Errorf("%+v, %v", suggested, err)
	}

	place := rostrum.ChannelSaid{Name: "fr", Track: 3}
	if _, err := w.ChangeChannel(t.Context(), id, pipeline.ChannelChange{Name: "fr", Place: &place}, "test"); err != nil {
		t.Fatal(err)
	}
	heard := func(channel string) func() bool {
		return func() bool {
			_, _, _, err := w.Waveform(context.Background(), id, channel)
			if err != nil && rostrum.ErrorCode(err) != rostrum.Conflict {
				t.Fatal(err)
			}
			return err == nil
		}
	}
	w.until("the changed channel", heard("fr"))
	o, err = w.Listen(t.Context(), id, "fr")
	if got := pitch(t, all(t, o, err), 8); !within(got, 1320) {
		t.Errorf("French, from another track, has %.0f Hz", got)
	}
	place.Name = "ar"
	if _, err := w.ChangeChannel(t.Context(), id, pipeline.ChannelChange{Name: "ar", Place: &place}, "test"); err != nil {
		t.Fatal(err)
	}
	w.until("the new channel", heard("ar"))
	w.finished(id)
}

// TestHearsOnlyWhatSoundsAnew: a tail changes no sound, so nothing is listened through.
func TestHearsOnlyWhatSoundsAnew(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt := conference(t, w)
	tail := 2 * time.Second
	if _, err := w.ChangeChannel(t.Context(), receipt.Recording.ID, pipeline.ChannelChange{Name: "fr", Tail: &tail}, "test"); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := w.Waveform(t.Context(), receipt.Recording.ID, "fr"); err != nil {
		t.Error(err)
	}
	offset := time.Second
	if _, err := w.ChangeChannel(t.Context(), receipt.Recording.ID, pipeline.ChannelChange{Name: "fr", Offset: &offset}, "test"); err != nil {
		t.Fatal(err)
	}
	w.until("silence of a second", func() bool {
		peaks, _, _, err := w.Waveform(context.Background(), receipt.Recording.ID, "fr")
		return err == nil && int8(peaks[2*45+1]) == 0 && int8(peaks[2*55+1]) > 8
	})
	w.finished(receipt.Recording.ID)
}

// TestHumAndNoiseAreApart: what is said of one leaves the other as it was.
func TestHumAndNoiseAreApart(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", film{rate: "25", pictures: 50, name: "a.mp4", sound: tone(440, 0, 2)}.make(t), ""))
	if err != nil {
		t.Fatal(err)
	}
	hum, none, wrong, yes, no := 50, 0, 55, true, false
	for _, c := range []struct {
		change pipeline.ChannelChange
		want   rostrum.Clean
		code   rostrum.Code
	}{
		{pipeline.ChannelChange{Hum: &hum}, rostrum.Clean{Hum: 50}, ""},
		{pipeline.ChannelChange{Noise: &yes}, rostrum.Clean{Hum: 50, Noise: true}, ""},
		{pipeline.ChannelChange{Hum: &wrong}, rostrum.Clean{Hum: 50, Noise: true}, rostrum.Invalid},
		{pipeline.ChannelChange{Hum: &none}, rostrum.Clean{Noise: true}, ""},
		{pipeline.ChannelChange{Hum: &hum}, rostrum.Clean{Hum: 50, Noise: true}, ""},
		{pipeline.ChannelChange{Noise: &no}, rostrum.Clean{Hum: 50}, ""},
	} {
		c.change.Name = rostrum.Floor
		if _, err := w.ChangeChannel(t.Context(), receipt.Recording.ID, c.change, "test"); rostrum.ErrorCode(err) != c.code {
			t.Errorf("%s: %v", c.change, err)
		}
		r, err := w.Catalogue.Recording(t.Context(), receipt.Recording.ID)
		if err != nil || r.Source.Channels[0].Clean != c.want {
			t.Errorf("%s: %+v, %v", c.change, r.Source.Channels[0].Clean, err)
		}
	}
}

// TestChaptersAreKept: what the file marks is there again when the recording is read back, and is proposed.
func TestChaptersAreKept(t *testing.T) {
	t.Parallel()
	w := open(t)
	marks := keep(t, []byte(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/25\nSTART=10\nEND=200\ntitle=Ann\n"))
	plain := keep(t, film{rate: "25", pictures: 200, name: "a.mp4"}.make(t))
	marked := plain + ".mkv"
	job := media.Job{Args: []string{"-i", "file:" + plain, "-f", "ffmetadata", "-i", "file:" + marks, "-map", "0", "-map_chapters", "1", "-c", "copy", "file:" + marked},
		Read: []string{plain, marks}, Write: strings.TrimSuffix(plain, "/file.mp4")}
	if err := w.Tools.Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := w.Receive(t.Context(), incoming("a.mkv", data, ""))
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	suggested, err := w.Suggest(t.Context(), receipt.Recording.ID, nil, nil)
	if err != nil || len(suggested) != 1 || suggested[0].Source != pipeline.FromChapters || suggested[0].Title != "Ann" || suggested[0].Span != (rostrum.Span{In: 10, Out: 200}) {
		said, _ := json.Marshal(suggested)
		t.Errorf("%s, %v", said, err)
	}
}
