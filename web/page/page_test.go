package page

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rostrum"
)

type renderer interface{ Render(io.Writer) error }

func renderText(t *testing.T, p renderer) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Render(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A document is a parsed page with the questions that tests ask.
type document struct {
	t     *testing.T
	nodes []*html.Node
}

func parse(t *testing.T, p renderer) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(renderText(t, p)))
	if err != nil {
		t.Fatal(err)
	}
	d := document{t: t}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			d.nodes = append(d.nodes, n)
		}
	}
	return d
}

func (d document) all(tag string) []*html.Node {
	return slices.DeleteFunc(slices.Clone(d.nodes), func(n *html.Node) bool { return n.Data != tag })
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func samplePages(ui rostrum.Language) map[string]renderer {
	return map[string]renderer{
		"home":          sampleHome(sampleChrome(ui, "/")),
		"home, empty":   Home{Chrome: sampleChrome(ui, "/")},
		"meeting":       sampleMeeting(sampleChrome(ui, "/m/cxo-2025-nairobi?ui="+string(ui))),
		"meeting empty": MeetingPage{Chrome: sampleChrome(ui, "/m/x"), Title: Text{"CTO meeting", "en"}, Starts: "2026-02-01"},
		"watch":         sampleWatch(sampleChrome(ui, "/m/cxo-2025-nairobi/last-communique?t=5")),
		"watch, bare":   WatchPage{Chrome: sampleChrome(ui, "/m/x/y"), ID: "y", Title: Text{"Closing words", "en"}},
		"sound alone":   heard(sampleWatch(sampleChrome(ui, "/m/cxo-2025-nairobi/last-communique"))),
		"embed":         sampleEmbed(sampleChrome(ui, "/embed/k3")),
		"not found":     ErrorPage{Chrome: sampleChrome(ui, "/nowhere"), Status: 404},
		"withdrawn":     ErrorPage{Chrome: sampleChrome(ui, "/m/x/z"), Status: 410},
		"framed error":  ErrorPage{Chrome: sampleChrome(ui, "/embed/z"), Status: 410, Embedded: true},
	}
}

func heard(p WatchPage) WatchPage { p.Media = sampleHeard(); return p }

// Structure that every page must have, in every language: what a screen reader and the policy rely on.
func TestStructure(t *testing.T) {
	for _, ui := range Languages() {
		for name, p := range samplePages(ui) {
			t.Run(string(ui)+"/"+name, func(t *testing.T) { checkStructure(t, parse(t, p), ui) })
		}
	}
}

func checkStructure(t *testing.T, d document, ui rostrum.Language) {
	root := d.all("html")[0]
	dir := "ltr"
	if ui == "ar" {
		dir = "rtl"
	}
	if attr(root, "lang") != string(ui) || attr(root, "dir") != dir {
		t.Errorf("html has lang %q and dir %q", attr(root, "lang"), attr(root, "dir"))
	}
	for tag, want := range map[string]int{"h1": 1, "main": 1, "title": 1} {
		if n := len(d.all(tag)); n != want {
			t.Errorf("%d <%s>, want %d", n, tag, want)
		}
	}
	ids := map[string]bool{}
	level := 0
	for _, n := range d.nodes {
		if id, ok := lookup(n, "id"); ok {
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("<%s> has %s, which the policy forbids", n.Data, a.Key)
			}
			if strings.Contains(a.Val, "ZgotmplZ") {
				t.Errorf("<%s %s> was refused by the template engine", n.Data, a.Key)
			}
		}
		switch n.Data {
		case "script", "style":
			if attr(n, "nonce") != "n0nce" {
				t.Errorf("<%s> without nonce", n.Data)
			}
		case "img":
			if _, ok := lookup(n, "alt"); !ok {
				t.Error("img without alt")
			}
		case "a", "button":
			if words(n) == "" && attr(n, "aria-label") == "" {
				t.Errorf("<%s> says nothing", n.Data)
			}
			if h, ok := lookup(n, "href"); n.Data == "a" && (!ok || h == "") {
				t.Error("a without href")
			}
		case "textarea", "video", "nav":
			if attr(n, "aria-label") == "" {
				t.Errorf("<%s> without label", n.Data)
			}
		case "track":
			if attr(n, "kind") == "captions" && (attr(n, "srclang") == "" || attr(n, "label") == "") {
				t.Error("captions without language or label")
			}
		case "h1", "h2", "h3", "h4":
			here := int(n.Data[1] - '0')
			if level > 0 && here > level+1 {
				t.Errorf("heading %q jumps from h%d to h%d", words(n), level, here)
			}
			level = here
		}
	}
	for _, n := range d.nodes {
		if id := attr(n, "aria-labelledby"); id != "" && !ids[id] {
			t.Errorf("<%s> is labelled by %q, which is not there", n.Data, id)
		}
	}
}

// Nothing that is fetched by itself may come from another host, and all of it lies under the base path.
func TestAddresses(t *testing.T) {
	for name, p := range samplePages("en") {
		d := parse(t, p)
		for _, n := range d.nodes {
			for _, key := range []string{"src", "poster"} {
				if v, ok := lookup(n, key); ok && !strings.HasPrefix(v, "/video/") {
					t.Errorf("%s: <%s %s=%q> is not under the base path", name, n.Data, key, v)
				}
			}
			if n.Data == "meta" {
				if prop := attr(n, "property"); prop == "og:image" || prop == "og:url" || prop == "og:video" {
					if !strings.HasPrefix(attr(n, "content"), "https://rostrum.example/video/") {
						t.Errorf("%s: %s is %q, not absolute", name, prop, attr(n, "content"))
					}
				}
			}
		}
	}
}

func TestWatchWithoutScripts(t *testing.T) {
	d := parse(t, sampleWatch(sampleChrome("fr", "/m/cxo-2025-nairobi/last-communique?ui=fr")))
	video := d.all("video")[0]
	if _, ok := lookup(video, "controls"); !ok || attr(video, "preload") != "none" || attr(video, "crossorigin") != "anonymous" {
		t.Errorf("video is %v", video.Attr)
	}
	if src := attr(d.all("source")[0], "src"); src != "/video/media/k3/video.mp4" {
		t.Errorf("source is %q", src)
	}
	text := renderText(t, sampleWatch(sampleChrome("fr", "/m/cxo-2025-nairobi/last-communique?ui=fr")))
	for _, want := range []string{
		`<p dir="auto" lang="en"><span data-at="0">Thank you, Chair.`, // a foreign transcript says its language
		`href="/video/m/cxo-2025-nairobi/last-communique?t=0&amp;ui=fr"`,
		`&lt;iframe src=&#34;https://rostrum.example/video/embed/k3&#34;`,
		`"duration":"PT6M12S"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("page lacks %s", want)
		}
	}
}

func TestStartAndEndWithoutScripts(t *testing.T) {
	p := sampleEmbed(sampleChrome("en", "/embed/k3"))
	p.Start, p.End = 83e9, 90_500e6
	if src := attr(parse(t, p).all("source")[0], "src"); src != "/video/media/k3/video.mp4#t=83,90.5" {
		t.Errorf("source is %q", src)
	}
}

// What people write must never become markup or script.
func TestHostileWords(t *testing.T) {
	const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	p := sampleWatch(sampleChrome("en", "/m/x/y?"+evil))
	p.Title, p.Speaker, p.Organisation = Text{evil, "en"}, evil, Text{evil, evil}
	p.Transcript.Lines = []Line{{Text: evil, Speaker: evil}}
	p.Topics = []Link{{Text{evil, ""}, "javascript:alert(1)"}}
	p.Captions = []Captions{{Language: "en", Label: evil, VTT: evil}}
	p.Sounds = []Sound{{Channel: evil, Name: evil}}
	d := parse(t, p)
	for _, n := range d.nodes {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("<%s %s=%q> got through", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "script" && attr(n, "nonce") == "" {
			t.Error("a script got through")
		}
	}
}

func TestLanguageLinks(t *testing.T) {
	c := sampleChrome("ar", "/m/x?t=5&ui=ar")
	links := c.Languages()
	if len(links) != 6 || links[1].Href != "/video/m/x?t=5&ui=fr" || links[1].Absolute != "https://rostrum.example/video/m/x?ui=fr" || links[1].Name != "Français" {
		t.Errorf("links are %+v", links)
	}
	if !links[2].Current || links[0].Current {
		t.Error("Arabic is not the current language")
	}
	if c.Home() != "/video/?ui=ar" || c.Canonical() != "https://rostrum.example/video/m/x" || c.Absolute("/video/media/a") != "https://rostrum.example/video/media/a" {
		t.Errorf("addresses are %q, %q, %q", c.Home(), c.Canonical(), c.Absolute("/video/media/a"))
	}
}

func TestUnknownLanguageFallsBackToEnglish(t *testing.T) {
	d := parse(t, sampleHome(sampleChrome("pt-BR", "/")))
	if l := attr(d.all("html")[0], "lang"); l != "en" {
		t.Errorf("the words are English, html says %q", l)
	}
}
