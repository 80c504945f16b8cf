package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/storage/catalogue"
)

// previewed is a recording of 64 s whose second chunk, from 60 s on, is not encoded.
func previewed(t testing.TB, w *world) rostrum.RecordingID {
	t.Helper()
	receipt, err := w.Receive(t.Context(), incoming("long.mp4", film{rate: "25", pictures: 1600, name: "long.mp4"}.make(t), ""))
	if err != nil {
		t.Fatal(err)
	}
	stop := w.work()
	w.finished(receipt.Recording.ID)
	stop()
	w.setChunk(receipt.Recording.ID, 1, rostrum.Span{In: 1500, Out: 1600 - 1}) // another span: what was made of it counts no more
	return receipt.Recording.ID
}

func (w *world) setChunk(id rostrum.RecordingID, number int, span rostrum.Span) {
	w.t.Helper()
	if err := w.Catalogue.Write(w.t.Context(), func(tx *catalogue.Tx) error {
		return tx.PutChunk(w.t.Context(), id, rostrum.H264, number, span)
	}); err != nil {
		w.t.Fatal(err)
	}
}

// TestPreview joins what the playlist offers, and sees every picture of what is encoded, in one size and at its rate.
func TestPreview(t *testing.T) {
	t.Parallel()
	w := open(t)
	id := previewed(t, w)
	text, done, err := w.PreviewPlaylist(t.Context(), id)
	if err != nil || done != 1500.0/1600 {
		t.Fatalf("%.3f is there, %v", done, err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if n := strings.Count(string(text), "#EXTINF:4.000000,"); n != 16 || lines[len(lines)-1] != "#EXT-X-ENDLIST" {
		t.Errorf("%d segments in\n%s", n, text)
	}
	read := func(name, want string) []byte {
		key, mediaType, err := w.PreviewFile(t.Context(), id, name)
		if err != nil || mediaType != want {
			t.Fatalf("%s is %s, %v", name, mediaType, err)
		}
		o, err := w.Store.Open(t.Context(), key)
		return all(t, o, err)
	}
	film := read("init.mp4", "video/mp4")
	gap := false
	for i, line := range lines {
		if line == "#EXT-X-GAP" {
			gap = true
		}
		if strings.HasPrefix(line, "seg-") {
			if missing := line == "seg-15.m4s"; gap != missing {
				t.Errorf("line %d, %s: gap %v", i, line, gap)
			}
			if !gap {
				film = append(film, read(line, "video/iso.segment")...)
			}
			gap = false
		}
	}
	var want []int
	for i := range 1500 {
		want = append(want, i)
	}
	if got := numbers(t, film); !slices.Equal(got, want) {
		t.Errorf("%d pictures, not 1500 in order", len(got))
	}
	for _, name := range []string{"seg-15.m4s", "seg-16.m4s", "seg--1.m4s", "seg-1.m4s/", "seg-x.m4s", "seg-1", "master.m3u8", "", "../init.mp4"} {
		if _, _, err := w.PreviewFile(t.Context(), id, name); rostrum.ErrorCode(err) != rostrum.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
	w.setChunk(id, 0, rostrum.Span{Out: 1499})
	if _, _, err := w.PreviewPlaylist(t.Context(), id); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("with nothing encoded: %v", err)
	}
}
