package media_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

func TestDownloadsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	const notice = "口译仅供参考，只有原声是真实的。 L'interprétation n'est pas un compte rendu authentique."
	picture := stretch(t, "25", 0, 25, "picture.mp4", "", 0, x264()...)
	// An interpreter goes on after the picture.
	sound := stretch(t, "25", 0, 25, "sound.mp4", beeps, 3, "-vn", "-c:a", "aac")
	for _, c := range []struct {
		language rostrum.Language
		picture  string
		code     string // ISO 639-2/T
	}{
		{"zh", picture, "zho"}, {"zh-Hans", picture, "zho"}, {"en", picture, "eng"}, {"fr", picture, "fra"}, {"ar", "", "ara"}, {"ru", picture, "rus"},
		{"es", picture, "spa"}, {"pt-BR", "", "por"}, {"de", picture, "deu"}, {"swh", picture, "swh"}, {"", picture, "und"},
	} {
		out := filepath.Join(t.TempDir(), "out.mp4")
		meta := media.Meta{Title: "水表", Artist: "Grace Mfano", Language: c.language, Comment: notice}
		if err := tools(t).Mux(t.Context(), media.Take{Picture: c.picture, Sound: sound, Out: out, Meta: meta}); err != nil {
			t.Fatal(err)
		}
		data, err := exec.Command(tools(t).FFprobe.Path, "-v", "error", "-print_format", "json", "-show_entries", "format_tags:stream=codec_type,duration:stream_tags", out).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Streams []struct {
				Type string            `json:"codec_type"`
				Tags map[string]string `json:"tags"`
			}
			Format struct{ Tags map[string]string }
		}
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"title": meta.Title, "artist": meta.Artist, "comment": notice, "description": notice} {
			if got.Format.Tags[name] != want {
				t.Errorf("%s: %s is %q, want %q", c.language, name, got.Format.Tags[name], want)
			}
		}
		last := got.Streams[len(got.Streams)-1]
		if last.Type != "audio" || last.Tags["language"] != c.code {
			t.Errorf("%s: the last stream is %s in %q, want the sound in %q", c.language, last.Type, last.Tags["language"], c.code)
		}
		if heard := onsets(t, out); len(heard) != 3 {
			t.Errorf("%s: beeps at %v, want those of 3 s", c.language, heard)
		}
		if v, err := fmp4.Count(out); err != nil || c.picture != "" && v.Pictures != 25 {
			t.Errorf("%s: %+v, %v", c.language, v, err)
		}
	}
}
