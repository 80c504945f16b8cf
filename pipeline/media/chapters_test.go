package media_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// chaptered makes a file with chapters; the arguments come after that of the chapters, which are input 0.
func chaptered(t *testing.T, name, chapters string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	args = append([]string{"-y", "-f", "ffmetadata", "-i", "pipe:0"}, args...)
	args = append(args, "-map_chapters", "0", "file:"+path)
	job := media.Job{Args: args, Stdin: strings.NewReader(";FFMETADATA1\n" + chapters), Write: filepath.Dir(path)}
	if err := tools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	return path
}

// chapter is one from a millisecond to another.
func chapter(from, to int, title string) string {
	return fmt.Sprintf("[CHAPTER]\nTIMEBASE=1/1000\nSTART=%d\nEND=%d\ntitle=%s\n", from, to, title)
}

func TestChapters(t *testing.T) {
	t.Parallel()
	picture := []string{"-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=3"}
	sound := []string{"-f", "lavfi", "-i", "sine=d=4:r=48000"}
	coded := []string{"-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"}
	three := chapter(0, 200, "Opening") + chapter(200, 1000, "Ann Example") + chapter(1000, 3000, "")
	want := []rostrum.Chapter{{At: 0, End: 5, Title: "Opening"}, {At: 5, End: 25, Title: "Ann Example"}, {At: 25, End: 75}}
	for _, c := range []struct {
		name, file, chapters string
		args                 []string
		want                 []rostrum.Chapter
	}{
		{"MP4", "a.mp4", three, slices.Concat(picture, coded, []string{"-map", "1:v"}), want},
		{"MOV", "a.mov", three, slices.Concat(picture, coded, []string{"-map", "1:v"}), want},
		{"Matroska", "a.mkv", three, slices.Concat(picture, coded, []string{"-map", "1:v"}), want},
		{"the picture begins after the sound", "a.mkv", chapter(0, 900, "Before") + chapter(900, 1200, "Over") + chapter(1200, 3000, "After"),
			slices.Concat(sound, []string{"-itsoffset", "1"}, picture, coded, []string{"-c:a", "pcm_s16le", "-map", "2:v", "-map", "1:a"}),
			[]rostrum.Chapter{{At: 0, End: 5, Title: "Over"}, {At: 5, End: 50, Title: "After"}}},
		{"sound alone", "a.m4a", three, slices.Concat(sound, []string{"-map", "1:a", "-c:a", "aac"}), want},
		{"marks without an end", "a.mkv", chapter(400, 400, "A") + chapter(1000, 1000, "B") + chapter(2000, 2500, "C"),
			slices.Concat(picture, coded, []string{"-map", "1:v"}), []rostrum.Chapter{{At: 10, End: 25, Title: "A"}, {At: 25, End: 50, Title: "B"}, {At: 50, End: 63, Title: "C"}}},
		{"a title of many lines", "a.mkv", chapter(0, 1000, " one\\\ntwo"+strings.Repeat("é", 300)),
			slices.Concat(picture, coded, []string{"-map", "1:v"}), []rostrum.Chapter{{At: 0, End: 25, Title: "one two" + strings.Repeat("é", 193)}}},
		{"none", "a.mp4", "", slices.Concat(picture, coded, []string{"-map", "1:v"}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			facts, err := tools(t).Probe(t.Context(), chaptered(t, c.file, c.chapters, c.args...))
			if err != nil {
				t.Fatal(err)
			}
			if got := facts.Source.Chapters; !slices.Equal(got, c.want) {
				t.Errorf("chapters %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestChaptersOfParts(t *testing.T) {
	t.Parallel()
	part := func(gap time.Duration, chapters ...rostrum.Chapter) media.Part {
		return media.Part{Gap: gap, Facts: media.Facts{Rate: rostrum.Rate25, Source: rostrum.Source{Duration: 10 * time.Second, Chapters: chapters}}}
	}
	parts := []media.Part{part(0, rostrum.Chapter{At: 0, End: 250, Title: "A"}), part(2*time.Second, rostrum.Chapter{At: 50, End: 100, Title: "B"})}
	got := media.Joined(parts, media.Facts{}).Source.Chapters
	if want := []rostrum.Chapter{{At: 0, End: 250, Title: "A"}, {At: 350, End: 400, Title: "B"}}; !slices.Equal(got, want) {
		t.Errorf("chapters %+v, want %+v", got, want)
	}
}
