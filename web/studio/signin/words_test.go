package signin

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"testing"

	"rostrum"
)

// TestWords compares the languages with each other, and with what the pages and the program ask for.
func TestWords(t *testing.T) {
	read := func(name string) map[string]string {
		raw := map[string]any{}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &raw); err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		for key, value := range raw {
			switch v := value.(type) {
			case string:
				words[key] = v
			case map[string]any:
				words[key] = v["other"].(string)
			}
		}
		return words
	}
	en, fr := read("words/en.json"), read("words/fr.json")
	places := regexp.MustCompile(`\{\w+\}`)
	for key, text := range en {
		if fr[key] == "" {
			t.Errorf("French lacks %q", key)
		}
		a, b := places.FindAllString(text, -1), places.FindAllString(fr[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%q has the places %v in English and %v in French", key, a, b)
		}
	}
	for key := range fr {
		if en[key] == "" {
			t.Errorf("English lacks %q", key)
		}
	}

	var wanted []string
	templates, err := fs.Glob(files, "templates/*.html")
	if err != nil || len(templates) == 0 {
		t.Fatal(templates, err)
	}
	for _, name := range templates {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.(?:T|Count) "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			wanted = append(wanted, m[1])
		}
	}
	for _, r := range rostrum.Roles() {
		wanted = append(wanted, "role."+string(r), "role."+string(r)+".what")
	}
	for _, a := range rostrum.Acts() {
		wanted = append(wanted, "act."+string(a))
	}
	keys := pages().Locale("en").Keys()
	for _, key := range wanted {
		if !slices.Contains(keys, key) {
			t.Errorf("a page asks for %q, which there is not", key)
		}
	}
}
