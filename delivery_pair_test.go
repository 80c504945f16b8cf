package rostrum_test

import (
	"fmt"
	"strings"
	"testing"

	"rostrum"
)

func TestBundles(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"x.mp4 x.csv x.en.srt x.fr.m4a", "x: recording 0, sheet 1, captions 2 en, sound 3 fr"},
		{"x.csv x.mp4", "x: recording 1, sheet 0"},
		{"a.mov b.mov a.fr.srt b.EDL", "a: recording 0, captions 2 fr | b: recording 1, sheet 3"},
		{"Session 1.MOV session 1.csv", "Session 1: recording 0, sheet 1"},
		{"x.mp4 x.mov", "x: recording 0 | x.mov: recording 1"},
		{"speech.wav", "speech: recording 0"},
		{"speech.wav speech.fr.wav", "speech: recording 0, sound 1 fr"},
		{"x.mp4 x.floor.wav x.zh-Hans.vtt", "x: recording 0, sound 1 floor, captions 2 zh-Hans"},
		{"notes.csv", "notes: sheet 0"},
		{"a.b.mp4 a.b.en.vtt a.b.csv", "a.b: recording 0, captions 1 en, sheet 2"},
		{"day.one.mp4 day.en.srt", "day.one: recording 0 | day: captions 1 en"},
		{"x.mp4 x.srt", "x: recording 0, captions 1"},
		{"strange", "strange: recording 0"},
	} {
		var bundles []string
		for _, b := range rostrum.Bundles(splitNames(c.names)) {
			var files []string
			for _, f := range b.Files {
				files = append(files, strings.TrimSpace(fmt.Sprintf("%s %d %s", f.Kind, f.Index, f.Language)))
			}
			bundles = append(bundles, b.Stem+": "+strings.Join(files, ", "))
		}
		if got := strings.Join(bundles, " | "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.names, got, c.want)
		}
	}
}

// splitNames parts at spaces before a name, so that a name may have a space and a digit in it.
func splitNames(s string) []string {
	var names []string
	for _, word := range strings.Fields(s) {
		if n := len(names); n > 0 && !strings.Contains(names[n-1], ".") && strings.HasPrefix(word, "1.") {
			names[n-1] += " " + word
			continue
		}
		names = append(names, word)
	}
	return names
}
