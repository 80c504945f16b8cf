package cutting_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// Every word that the editor's template and scripts ask for is there, in both languages.
func TestEditorWords(t *testing.T) {
	t.Parallel()
	words := map[string]any{} // an entry with plural forms is an object
	for _, folder := range []string{".", "../desk"} {
		read := func(language string) map[string]any {
			data, err := os.ReadFile(filepath.Join(folder, "words", language+".json"))
			m := map[string]any{}
			if err != nil || json.Unmarshal(data, &m) != nil {
				t.Fatalf("%s/%s: %v", folder, language, err)
			}
			return m
		}
		en, fr := read("en"), read("fr")
		if a, b := slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(fr)); !slices.Equal(a, b) {
			t.Errorf("%s: the languages have different entries: %q and %q", folder, a, b)
		}
		maps.Copy(words, en)
	}
	asked := func(pattern, prefix string, asks *regexp.Regexp) (n int) {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range asks.FindAllStringSubmatch(string(text), -1) {
				n++
				if words[prefix+m[1]] == nil {
					t.Errorf("%s asks for %q, which is missing", file, prefix+m[1])
				}
			}
		}
		return n
	}
	if n := asked("templates/editor.html", "", regexp.MustCompile(`\.T "([^"]+)"`)); n < 100 {
		t.Errorf("only %d words in the template", n)
	}
	if n := asked("assets/*.ts", "js.", regexp.MustCompile(`\bt\("([^"]+)"`)); n < 100 {
		t.Errorf("only %d words in the scripts", n)
	}
	commands, err := os.ReadFile("assets/commands.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^    \["([\w-]+)", \[`).FindAllSubmatch(commands, -1) {
		if words["js.do."+string(m[1])] == nil {
			t.Errorf("the command %s has no label", m[1])
		}
	}
}
