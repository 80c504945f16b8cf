package releasing_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// Both languages have the same entries with the same places, and those that templates and scripts name are there.
func TestWords(t *testing.T) {
	for _, area := range []struct {
		folder    string
		languages []string
	}{{".", []string{"en", "fr"}}, {"../reviewing", []string{"en", "fr", "ar", "es", "ru", "zh"}}} {
		places := regexp.MustCompile(`\{\w+\}`)
		read := func(l string) map[string]any {
			b, err := os.ReadFile(filepath.Join(area.folder, "words", l+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var words map[string]any
			if err := json.Unmarshal(b, &words); err != nil {
				t.Fatal(l, err)
			}
			return words
		}
		find := func(v any) []string {
			if forms, ok := v.(map[string]any); ok {
				v = forms["other"]
			}
			p := places.FindAllString(v.(string), -1)
			slices.Sort(p)
			return p
		}
		english := read("en")
		for _, l := range area.languages {
			words := read(l)
			for key, v := range english {
				if words[key] == nil || words[key] == "" || !slices.Equal(find(words[key]), find(v)) {
					t.Errorf("%s, %s: %q is %v", area.folder, l, key, words[key])
				}
			}
			if len(words) != len(english) {
				t.Errorf("%s: %s has %d entries, English %d", area.folder, l, len(words), len(english))
			}
		}
		shared := map[string]bool{"skip": true}
		for _, folder := range []string{"../../page/words", "../desk/words"} {
			b, err := os.ReadFile(filepath.Join(folder, "en.json"))
			if err != nil {
				t.Fatal(err)
			}
			var words map[string]any
			if err := json.Unmarshal(b, &words); err != nil {
				t.Fatal(err)
			}
			for key := range words {
				shared[key] = true
			}
		}
		named := regexp.MustCompile(`(?:\.T|\.Count|Word) "([a-z.]+)"|Word\("([a-z.]+)"|About\("([a-z.]+)"|return "((?:waits|consent|bad|closed)\.[a-z]+)"|key := "([a-z.]+)"|key = "([a-z.]+)"`)
		for _, pattern := range []string{"templates/*.html", "*.go"} {
			files, _ := filepath.Glob(filepath.Join(area.folder, pattern))
			if len(files) == 0 {
				t.Fatal("no files", pattern)
			}
			for _, f := range files {
				b, _ := os.ReadFile(f)
				for _, m := range named.FindAllStringSubmatch(string(b), -1) {
					for _, key := range m[1:] {
						if key != "" && english[key] == nil && !shared[key] && key[len(key)-1] != '.' {
							t.Errorf("%s names %q, which is no entry", f, key)
						}
					}
				}
			}
		}
		scripts, _ := filepath.Glob(filepath.Join(area.folder, "assets/*.ts"))
		for _, f := range scripts {
			b, _ := os.ReadFile(f)
			for _, m := range regexp.MustCompile(`\bt\("([a-z.]+)"`).FindAllStringSubmatch(string(b), -1) {
				if english["js."+m[1]] == nil && !shared["js."+m[1]] {
					t.Errorf("%s names %q, which is no entry", f, m[1])
				}
			}
		}
	}
}
