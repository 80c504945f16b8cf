package sending_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

var (
	places = regexp.MustCompile(`\{\w+\}`)
	used   = regexp.MustCompile("\\b(?:t|count)\\(\"([a-z.-]+)\"")
)

func words(t *testing.T, file string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// Both languages have the same entries with the same places, and scripts use no entry that is not there.
func TestWords(t *testing.T) {
	en, fr := words(t, "words/en.json"), words(t, "words/fr.json")
	if a, b := slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(fr)); !slices.Equal(a, b) {
		t.Errorf("English has %q\nFrench has %q", a, b)
	}
	for key, text := range en {
		a, b := places.FindAllString(text, -1), places.FindAllString(fr[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) || fr[key] == "" {
			t.Errorf("%s has the places %q and %q", key, a, b)
		}
	}
	scripts, err := filepath.Glob("assets/*.ts")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range scripts {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			_, here := en["js."+m[1]]
			_, plural := en["js."+m[1]+".other"]
			if !here && !plural {
				t.Errorf("%s uses %s, for which there are no words", name, m[1])
			}
		}
	}
}
