package page

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"rostrum"
)

// Every language has every word, every plural form it needs, and the same places to fill.
func TestWords(t *testing.T) {
	places := regexp.MustCompile(`\{\w+\}`)
	find := func(s string) []string {
		p := places.FindAllString(s, -1)
		slices.Sort(p)
		return p
	}
	english := LocaleFor("en")
	for _, tag := range Languages() {
		l := LocaleFor(tag)
		if l.Tag != tag {
			t.Fatalf("no words in %s", tag)
		}
		for key := range english.words {
			if len(l.words[key]) == 0 {
				t.Errorf("%s lacks %q", tag, key)
			}
		}
		for key, w := range l.words {
			e, ok := english.words[key]
			if !ok {
				t.Errorf("%s has %q, which English has not", tag, key)
				continue
			}
			for form, s := range w {
				if s == "" {
					t.Errorf("%s: %q is empty", tag, key)
				}
				if form == "other" && !slices.Equal(find(s), find(e["other"])) {
					t.Errorf("%s: %q fills %v, English fills %v", tag, key, find(s), find(e["other"]))
				}
			}
			if len(w) == 1 {
				continue
			}
			for n := range 201 {
				if form := l.form(n); w[form] == "" {
					t.Errorf("%s: %q lacks the form %q, needed for %d", tag, key, form, n)
					break
				}
			}
		}
	}
}

// Every word that a template or a Go file names is there, and every word there is named.
func TestWordsAreUsed(t *testing.T) {
	var source []byte
	for _, pattern := range []string{"templates/*.html", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source = append(source, b...)
		}
	}
	known := LocaleFor("en").words
	for _, m := range regexp.MustCompile(`(?:\.T|\.Count|Word)\(? ?"([a-z.0-9]+)"`).FindAllSubmatch(source, -1) {
		if _, ok := known[string(m[1])]; !ok {
			t.Errorf("%q is asked for and is not a word", m[1])
		}
	}
	for key := range known {
		if regexp.MustCompile(`^(player|error|month)\.`).MatchString(key) { // asked for by built keys
			continue
		}
		if !regexp.MustCompile(`"` + regexp.QuoteMeta(key) + `"`).Match(source) {
			t.Errorf("%q is never asked for", key)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		l    rostrum.Language
		n    int
		want string
	}{
		{"en", 1, "1 intervention"}, {"en", 1200, "1,200 interventions"}, {"fr", 0, "0 intervention"}, {"ru", 1, "1 выступление"}, {"ru", 3, "3 выступления"},
		{"ru", 12, "12 выступлений"}, {"ru", 21, "21 выступление"}, {"ar", 1, "مداخلة واحدة"}, {"ar", 2, "مداخلتان"}, {"ar", 5, "5 مداخلات"}, {"ar", 39, "39 مداخلة"}, {"zh", 12, "12 篇发言"}, {"pt", 2, "2 interventions"},
	} {
		if got := LocaleFor(c.l).Count("count.interventions", c.n); got != c.want {
			t.Errorf("%s, %d: %q, want %q", c.l, c.n, got, c.want)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		l     rostrum.Language
		bytes int64
		want  string
	}{
		{"en", 1_420_000, "1.4\u00a0MB"}, {"fr", 1_420_000, "1,4\u00a0Mo"}, {"es", 1_420_000, "1,4\u00a0MB"}, {"ru", 1_420_000, "1,4\u00a0МБ"}, {"zh", 1_420_000, "1.4\u00a0MB"}, {"ar", 1_420_000, "1.4\u00a0ميغابايت"},
		{"en", 0, "0\u00a0kB"}, {"en", 1, "1\u00a0kB"}, {"en", 99_001, "100\u00a0kB"}, {"en", 136_200, "140\u00a0kB"}, {"en", 990_000, "990\u00a0kB"}, {"en", 990_001, "1.0\u00a0MB"}, {"en", 9_940_000, "9.9\u00a0MB"}, {"en", 9_960_000, "10\u00a0MB"}, {"en", 67_900_000, "68\u00a0MB"}, {"en", 1_350_000_000, "1.4\u00a0GB"},
	} {
		if got := LocaleFor(c.l).Size(c.bytes); got != c.want {
			t.Errorf("%s, %d bytes: %q, want %q", c.l, c.bytes, got, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		l    rostrum.Language
		d    time.Duration
		want string
	}{
		{"en", 45 * time.Second, "45 s"}, {"en", 59*time.Second + 600*time.Millisecond, "1 min"}, {"en", 37 * time.Minute, "37 min"}, {"en", time.Hour, "1 h"}, {"en", 3*time.Hour + 24*time.Minute, "3 h 24 min"},
		{"ru", 37 * time.Minute, "37 мин"}, {"ar", 2*time.Hour + 5*time.Minute, "ساعتان و5 دقائق"}, {"zh", 65 * time.Minute, "1 小时 5 分钟"},
	} {
		if got := LocaleFor(c.l).Duration(c.d); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.l, c.d, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0:00", 372*time.Second + 900*time.Millisecond: "6:12", 3723 * time.Second: "1:02:03"} {
		if got := Clock(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		l        rostrum.Language
		from, to rostrum.Date
		want     string
	}{
		{"en", "2015-10-11", "", "11 October 2015"}, {"en", "2019-12-09", "2019-12-10", "9–10 December 2019"}, {"en", "2026-09-30", "2026-10-01", "30 September 2026 – 1 October 2026"},
		{"fr", "2026-10-01", "2026-10-01", "1er octobre 2026"}, {"fr", "2026-10-11", "2026-10-12", "11-12 octobre 2026"}, {"es", "2015-10-11", "", "11 de octubre de 2015"}, {"es", "2019-12-09", "2019-12-10", "9 a 10 de diciembre de 2019"},
		{"ru", "2015-10-11", "", "11 октября 2015 г."}, {"zh", "2019-12-09", "2019-12-10", "2019年12月9日至10日"}, {"ar", "2015-10-11", "", "11 أكتوبر 2015"}, {"en", "soon", "", "soon"}, {"en", "", "", ""},
	} {
		if got := LocaleFor(c.l).Days(c.from, c.to); got != c.want {
			t.Errorf("%s, %s to %s: %q, want %q", c.l, c.from, c.to, got, c.want)
		}
	}
}

func TestLanguageName(t *testing.T) {
	for _, c := range []struct{ ui, of, want string }{{"fr", "en", "Anglais"}, {"en", "pt", "Portuguese"}, {"ar", "fr", "الفرنسية"}, {"zh", "ru", "俄语"}, {"en", "zh-Hans", "Simplified Chinese"}, {"en", "not a tag", "not a tag"}} {
		if got := LocaleFor(rostrum.Language(c.ui)).LanguageName(rostrum.Language(c.of)); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.of, c.ui, got, c.want)
		}
	}
}

func TestAboutALanguage(t *testing.T) {
	for _, c := range []struct{ ui, key, of, want string }{
		{"fr", "spoken", "en", "Prononcée en anglais"}, {"es", "spoken", "fr", "Pronunciada en francés"}, {"en", "spoken", "fr", "Spoken in French"},
		{"ru", "sound.floor.in", "en", "Оригинал (английский)"}, {"ru", "sound.booth", "en", "Английский (устный перевод)"}, {"fr", "sound.booth", "qqq", "qqq (interprétation)"},
	} {
		if got := LocaleFor(rostrum.Language(c.ui)).About(c.key, rostrum.Language(c.of)); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.of, c.ui, got, c.want)
		}
	}
}
