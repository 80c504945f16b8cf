package page

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rostrum"
)

// takeOf are the rows of the files to take away in one language, and the notice under them.
func takeOf(t *testing.T, d document, channel string) (rows, addresses []string, shown bool, said *html.Node) {
	t.Helper()
	for _, n := range d.all("div") {
		if attr(n, "data-take") != channel {
			continue
		}
		_, hidden := lookup(n, "hidden")
		for c := range n.Descendants() {
			switch {
			case c.Data == "a":
				if _, ok := lookup(c, "download"); !ok {
					t.Errorf("%s is no download", attr(c, "href"))
				}
				rows, addresses = append(rows, words(c)), append(addresses, attr(c, "href"))
			case attr(c, "class") == "notice":
				said = c
			}
		}
		return rows, addresses, !hidden, said
	}
	t.Fatalf("nothing to take away in %s", channel)
	return nil, nil, false, nil
}

func TestDownloadsByLanguage(t *testing.T) {
	p := sampleWatch(sampleChrome("fr", "/m/x/y?ui=fr&lang=ar"))
	p.Sound = "ar"
	d := parse(t, p)
	original, _, shown, said := takeOf(t, d, rostrum.Floor)
	if want := []string{"Audio seul M4A 1,4 Mo", "Audio seul, le plus léger Opus 1,1 Mo", "Petite image MP4 12 Mo", "Grande image MP4 68 Mo"}; !slices.Equal(original, want) {
		t.Errorf("downloads are %q, want %q", original, want)
	}
	if shown || said != nil {
		t.Errorf("the original is shown: %v, with a notice: %v", shown, said != nil)
	}
	rows, addresses, shown, said := takeOf(t, d, "ar")
	if len(rows) != 4 || rows[0] != "Audio seul M4A 1,5 Mo" || addresses[0] != "/video/media/k3/audio-ar.m4a" || !shown {
		t.Errorf("Arabic downloads are %q at %q, shown: %v", rows, addresses, shown)
	}
	if said == nil || attr(said, "lang") != "ar" || attr(said, "dir") != "rtl" || words(said) != rostrum.InterpretationNotice("ar") {
		t.Error("the Arabic files lack the notice in Arabic")
	}
	var links []string
	for _, a := range d.all("a") {
		if c := attr(a, "data-channel"); c != "" {
			_, current := lookup(a, "aria-current")
			if current != (c == "ar") || attr(a, "href") != "/video/m/x/y?lang="+c+"&ui=fr#downloads" {
				t.Errorf("%s leads to %s, current: %v", c, attr(a, "href"), current)
			}
			links = append(links, words(a))
		}
	}
	if want := []string{"Original (anglais)", "Français", "Arabe", "Espagnol", "Russe", "Chinois"}; !slices.Equal(links, want) {
		t.Errorf("languages are %q, want %q", links, want)
	}
	if src := attr(d.all("source")[0], "src"); src != "/video/media/k3/video-ar.mp4" {
		t.Errorf("without scripts %s is played", src)
	}
}

func TestNoticeIsInTheListenersLanguage(t *testing.T) {
	for _, c := range []struct {
		sound    Sound
		ui, want rostrum.Language
	}{
		{Sound{Channel: rostrum.Floor, Language: "fr"}, "en", ""}, {Sound{Channel: "fr", Silent: true}, "en", ""}, {Sound{Channel: "fr"}, "en", "fr"},
		{Sound{Channel: "zh-Hans"}, "en", "zh"}, {Sound{Channel: "en"}, "ar", "en"}, {Sound{Channel: "pt"}, "es", "es"}, {Sound{Channel: "de"}, "sw", "en"},
	} {
		got := c.sound.notice(LocaleFor(c.ui))
		if got == nil {
			got = &notice{}
		}
		if got.Language != c.want || c.want != "" && got.Text != rostrum.InterpretationNotice(c.want) {
			t.Errorf("%+v on a page in %s: %+v", c.sound, c.ui, got)
		}
	}
}

func TestSilentBoothPlaysTheOriginal(t *testing.T) {
	d := sampleWatch(sampleChrome("en", "/m/x/y")).PlayerData()
	silent, floor := d.Sounds[len(d.Sounds)-1], d.Sounds[0]
	if !silent.Silent || silent.Label != "Portuguese (original, no interpretation)" || silent.Channel != "pt" || silent.Notice != nil {
		t.Errorf("the silent booth is %+v", silent)
	}
	if silent.Language != floor.Language || silent.Opus != floor.Opus || silent.Simple != floor.Simple || silent.Audio != floor.Audio {
		t.Errorf("the silent booth plays %+v, the floor %+v", silent, floor)
	}
	if fr := d.Sounds[1]; fr.Label != "French (interpretation)" || fr.Notice == nil || fr.Simple.Path != "/video/media/k3/video-small-fr.mp4" || fr.Duration != 376 || floor.Notice != nil {
		t.Errorf("French is %+v", fr)
	}
}

// What playing costs is said before it, in the reader's own numbers; without scripts whole files are played.
func TestCostWithoutScripts(t *testing.T) {
	cost := func(p renderer) string {
		for _, n := range parse(t, p).all("div") {
			if _, ok := lookup(n, "data-cost"); ok {
				return words(n)
			}
		}
		return ""
	}
	for ui, want := range map[rostrum.Language]string{"en": "Picture and sound 68 MB Sound only 1.4 MB", "fr": "Image et son 68 Mo Audio seul 1,4 Mo"} {
		if got := cost(sampleWatch(sampleChrome(ui, "/m/x/y"))); got != want {
			t.Errorf("%s: %q, want %q", ui, got, want)
		}
		if got := cost(sampleEmbed(sampleChrome(ui, "/embed/k3"))); got != want {
			t.Errorf("embed, %s: %q, want %q", ui, got, want)
		}
	}
	if got := cost(heard(sampleWatch(sampleChrome("en", "/m/x/y")))); got != "Sound only 1.4 MB" {
		t.Errorf("without picture: %q", got)
	}
	if got := cost(WatchPage{Chrome: sampleChrome("en", "/m/x/y")}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

func TestSoundAlone(t *testing.T) {
	p := heard(sampleWatch(sampleChrome("en", "/m/x/y")))
	d := parse(t, p)
	source := d.all("source")[0]
	if attr(source, "src") != "/video/media/k3/audio.m4a" || attr(source, "type") != "audio/mp4" || attr(d.all("video")[0], "aria-label") != "Audio player" {
		t.Errorf("source is %v", source.Attr)
	}
	if s := p.StructuredData(); s["@type"] != "AudioObject" || s["contentUrl"] != "https://rostrum.example/video/media/k3/audio.m4a" {
		t.Errorf("structured data say %v, %v", s["@type"], s["contentUrl"])
	}
	if rows, _, _, _ := takeOf(t, d, "ru"); len(rows) != 2 {
		t.Errorf("Russian downloads are %q", rows)
	}
	text := renderText(t, p)
	if !strings.Contains(text, `property="og:audio"`) || strings.Contains(text, "og:video") || !strings.Contains(text, `"soundOnly":true`) {
		t.Error("the page does not say that it is sound")
	}
}

func TestBoothsAlone(t *testing.T) {
	m := Media{Duration: time.Minute, Sounds: []Sound{{Channel: "fr", Language: "fr", Files: sampleFiles("fr", 0)}, {Channel: "en", Silent: true}}}
	if m.original() != &m.Sounds[0] || m.heard() != &m.Sounds[0] {
		t.Error("without the floor the first booth is heard")
	}
	if m.Sound = "en"; m.heard() != &m.Sounds[0] {
		t.Error("a silent booth is heard")
	}
}
