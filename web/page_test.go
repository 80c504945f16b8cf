package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/answer"
)

func TestWatchPage(t *testing.T) {
	w := newWorld(t, "https://example.org")
	w.add("first", rostrum.Published, public)
	i := w.add("second", rostrum.Published, public)
	w.add("hidden", rostrum.Ready, public)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		_, err := tx.PutMeeting(ctx, &rostrum.Meeting{Slug: "next", Title: rostrum.Texts{"en": "Next meeting"}, Starts: "2026-09-01", Ends: "2026-09-02"})
		return err
	})
	a := w.get(i.Page() + "?t=1:05&end=90&lang=en&cc=fr")
	status(t, "page", a, 200)
	contains(t, "page", a, "On second", "Ĝrace Mfano", "CxO meeting", "IMT-2020", "Schools", "Next meeting",
		`srclang="fr"`, `srclang="en"`, "Bonjour à tous.", "Thank you.", `lang="en"`, "#t=65,90",
		`application/json+oembed`, `text/xml+oembed`, "/oembed?format=xml", "/m/cxo-2026/first", `"sound":"en"`, `"captions":"fr"`, "/embed/"+string(i.ID))
	if strings.Contains(a.Body.String(), "On hidden") {
		t.Error("the page names what is not published")
	}
	contains(t, "text in English", w.get(i.Page()+"?text=en"), "Good morning.")
	contains(t, "in French", w.get(i.Page()+"?ui=fr"), `<html lang="fr"`, "Réunion CxO")
}

func TestSounds(t *testing.T) {
	w := newWorld(t, "https://example.org")
	i := w.add("a", rostrum.Published, public)
	at := "/media/" + string(i.ID) + "/"
	a := w.get(i.Page() + "?lang=EN")
	contains(t, "page", a, `"sound":"en"`, at+"video-en.mp4", at+"video-small-en.mp4", at+"audio-en.opus", at+"audio.m4a", "English (interpretation)",
		"Only the original speech is authentic.", "Russian (original, no interpretation)", `"silent":true`)
	contains(t, "silent", w.get(i.Page()+"?lang=ru"), `"sound":"ru"`)
	contains(t, "embed", w.get("/embed/"+string(i.ID)+"?lang=en"), `"sound":"en"`, `src="`+at+`video-en.mp4"`)
	if strings.Contains(a.Body.String(), "audio-fr") {
		t.Error("a file that there is not is offered")
	}
}

func TestSoundWithoutPicture(t *testing.T) {
	w := newWorld(t, "https://example.org")
	i := w.add("a", rostrum.Ready, public)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		if err := tx.AddRevision(ctx, i.ID, 2, rostrum.Span{In: 0, Out: 9}, noon); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, i.ID, 2)
		if err != nil {
			return err
		}
		m := w.manifest(i)
		m.Revision, m.Pictures = 2, nil
		for name := range m.Files {
			if strings.HasPrefix(name, "video") {
				delete(m.Files, name)
			}
		}
		i.Revision, i.PublishedRevision, i.State, i.Published = 2, 2, rostrum.Published, noon
		if err := tx.PutIntervention(ctx, i); err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, m, 0)
	})
	contains(t, "page", w.get(i.Page()), `"soundOnly":true`, `poster="/media/`, "Audio player", `type="audio/mp4"`, "AudioObject")
	contains(t, "embed", w.get("/embed/"+string(i.ID)), `"soundOnly":true`, "Audio player")
	var got oembed
	if err := json.Unmarshal(w.get("/oembed?url=https://example.org"+i.Page()).Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "rich" || got.Width != 640 || got.Height != 360 || !strings.Contains(got.HTML, "<iframe") || got.ThumbnailURL == "" {
		t.Errorf("oEmbed: %+v", got)
	}
}

func TestLists(t *testing.T) {
	w := newWorld(t, "https://example.org")
	contains(t, "nothing yet", w.get("/"), `class="empty"`)
	contains(t, "meeting without interventions", w.get("/m/cxo-2026"), `class="empty"`)
	i := w.add("a", rostrum.Published, public)
	contains(t, "home", w.get("/"), "CxO meeting", `href="/m/cxo-2026"`)
	contains(t, "meeting", w.get("/m/cxo-2026"), "On a", "Schools", `href="`+i.Page()+`"`, "poster-small.jpg")
}

func TestInterfaceLanguage(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "en"}, {"", "fr-CH, en;q=0.5", "fr"}, {"", "de, ar;q=0.3", "ar"}, {"", "zh-TW", "zh"}, {"", "sw", "en"}, {"", ";;;", "en"},
		{"?ui=ru", "fr", "ru"}, {"?ui=de", "fr", "en"}, {"?ui=%3Cscript%3E", "fr", "fr"},
	} {
		a := w.get("/"+c.query, "Accept-Language", c.accept)
		contains(t, c.query+" "+c.accept, a, `<html lang="`+c.want+`"`)
		header(t, "vary", a, "Vary", "Accept-Language")
		header(t, "language", a, "Content-Language", c.want)
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := newWorld(t, "https://example.org")
	i := w.add("a", rostrum.Published, public)
	nonce := regexp.MustCompile(`'nonce-([A-Z0-9]{20,})'`)
	seen := map[string]bool{}
	for address, ancestors := range map[string]string{"/": "'none'", "/m/cxo-2026": "'none'", i.Page(): "'none'", "/nothing": "'none'", "/embed/" + string(i.ID): "*", "/embed/nothing": "*"} {
		a := w.get(address)
		policy := a.Header().Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, "frame-ancestors "+ancestors) || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %s", address, policy)
		}
		n := nonce.FindStringSubmatch(policy)
		if n == nil || seen[n[1]] {
			t.Errorf("%s: the nonce is absent or not new: %s", address, policy)
		} else {
			seen[n[1]] = true
		}
		frame := "DENY"
		if ancestors == "*" {
			frame = ""
		}
		for key, want := range map[string]string{"X-Frame-Options": frame, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
			"Permissions-Policy": "camera=()", "Set-Cookie": "", "Cache-Control": "no-"} {
			header(t, address, a, key, want)
		}
	}
}

func TestErrorsTakeTheShapeOfTheirAddress(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []struct {
		method, address string
		status          int
		kind            string
	}{
		{"GET", "/nothing", 404, "text/html"}, {"GET", "/m/none", 404, "text/html"}, {"GET", "/m/none/none", 404, "text/html"}, {"GET", "//", 404, "text/html"},
		{"GET", "/api/v1/none", 404, "application/problem+json"}, {"GET", "/media/x", 404, "text/plain"}, {"GET", "/media/x/y", 404, "text/plain"},
		{"POST", "/", 405, "text/html"}, {"POST", "/oembed", 405, "application/problem+json"}, {"DELETE", "/healthz", 405, "text/plain"},
		{"GET", "/assets/none.js", 404, "text/plain"}, {"GET", "/embed/none", 404, "text/html"},
	} {
		a := w.ask(c.method, c.address)
		status(t, c.address, a, c.status)
		header(t, c.address, a, "Content-Type", c.kind)
	}
	a := w.get("/m/none", "Accept-Language", "fr")
	contains(t, "in French", a, `<html lang="fr"`)
	if strings.Contains(a.Body.String(), "There is no such meeting") {
		t.Error("an English sentence stands on a French page")
	}
}

func TestStatusOfEveryCode(t *testing.T) {
	for code, want := range map[rostrum.Code]int{rostrum.Invalid: 400, rostrum.NotFound: 404, rostrum.Refused: 403, rostrum.Conflict: 409,
		rostrum.Withdrawn: 410, rostrum.TooLarge: 413, rostrum.Unavailable: 503, rostrum.Internal: 500} {
		if got := answer.Status(rostrum.Errorf(code, "x")); got != want {
			t.Errorf("%s is %d", code, got)
		}
	}
	if got := answer.Status(errors.New("x")); got != 500 {
		t.Errorf("others are %d", got)
	}
}

func TestBasePathAndHead(t *testing.T) {
	w := newWorld(t, "https://example.org/video/")
	i := w.add("a", rostrum.Published, public)
	own := regexp.MustCompile(`(?:href|src|poster)="(/[^"]*)"`)
	for _, address := range []string{"/video/", "/video/m/cxo-2026", "/video" + i.Page(), "/video/embed/" + string(i.ID), "/video/none"} {
		a := w.get(address)
		for _, m := range own.FindAllStringSubmatch(a.Body.String(), -1) {
			if !strings.HasPrefix(m[1], "/video/") {
				t.Errorf("%s: %s lacks the base path", address, m[1])
			} else if strings.Contains(m[1], "/media/") || strings.Contains(m[1], "/assets/") {
				status(t, m[1], w.get(strings.ReplaceAll(m[1], "&amp;", "&")), 200)
			}
		}
		head := w.ask("HEAD", address)
		if head.Code != a.Code || head.Body.Len() > 0 || head.Header().Get("Content-Length") == "" {
			t.Errorf("HEAD %s: %d, %d bytes", address, head.Code, head.Body.Len())
		}
	}
	contains(t, "canonical", w.get("/video"+i.Page()), `href="https://example.org/video`+i.Page()+`"`)
	a := w.get("/video?ui=fr")
	status(t, "without the slash", a, 301)
	header(t, "without the slash", a, "Location", "/video/?ui=fr")
	status(t, "another path", w.get("/videos/"), 404)
	status(t, "probe without the base path", w.get("/healthz"), 200)
	contains(t, "robots", w.get("/video/robots.txt"), "Disallow: /video/oembed")
}

func TestOEmbed(t *testing.T) {
	w := newWorld(t, "https://example.org/video")
	i := w.add("a", rostrum.Published, public)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.Title = `Quotes "&" <b>`
		return tx.PutIntervention(ctx, i)
	})
	ask := func(address string, more ...string) string {
		q := url.Values{"url": {address}}
		for n := 0; n < len(more); n += 2 {
			q.Set(more[n], more[n+1])
		}
		return "/video/oembed?" + q.Encode()
	}
	page := "https://example.org/video" + i.Page()
	a := w.get(ask(page+"?t=30&utm=x", "maxwidth", "400"))
	status(t, "json", a, 200)
	header(t, "json", a, "Content-Type", "application/json")
	header(t, "json", a, "Access-Control-Allow-Origin", "*")
	var got, gotXML oembed
	if err := json.Unmarshal(a.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != "1.0" || got.Type != "video" || got.Title != i.Title || got.AuthorName != i.Speaker || got.Width != 400 || got.Height != 225 ||
		got.ThumbnailWidth != 320 || got.ThumbnailURL != "https://example.org/video/media/"+string(i.ID)+"/poster.jpg" {
		t.Errorf("json: %+v", got)
	}
	if want := `src="https://example.org/video/embed/` + string(i.ID) + `?t=30"`; !strings.Contains(got.HTML, want) || strings.Contains(got.HTML, "<b>") {
		t.Errorf("html: %s", got.HTML)
	}
	a = w.get(ask("http://EXAMPLE.org/video/embed/"+string(i.ID), "format", "xml", "maxheight", "90"))
	status(t, "xml", a, 200)
	header(t, "xml", a, "Content-Type", "text/xml")
	if err := xml.Unmarshal(a.Body.Bytes(), &gotXML); err != nil {
		t.Fatal(err)
	}
	if gotXML.Title != i.Title || gotXML.Width != 160 || gotXML.Height != 90 || gotXML.ThumbnailURL != "" {
		t.Errorf("xml: %+v", gotXML)
	}
	for address, want := range map[string]int{
		"/video/oembed": 400, ask(page, "format", "yaml"): 501, ask(page, "maxwidth", "wide"): 400, ask(page, "maxheight", "0"): 400,
		ask("https://other.example/video" + i.Page()): 404, ask("https://example.org" + i.Page()): 404, ask("https://example.org/video/"): 404,
		ask("javascript:alert(1)"): 404, ask(page + "/x"): 404, ask(page + "-x"): 404, ask("https://example.org/video/embed/none"): 404, ask("::"): 400,
	} {
		a := w.get(address)
		status(t, address, a, want)
		header(t, address, a, "Content-Type", "application/problem+json")
		var problem struct {
			Status int
			Detail string
		}
		if err := json.Unmarshal(a.Body.Bytes(), &problem); err != nil || problem.Status != want || problem.Detail == "" {
			t.Errorf("%s: problem %s", address, a.Body)
		}
	}
}

func TestWithoutPublicURLTheHostIsTaken(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("a", rostrum.Published, public)
	contains(t, "canonical", w.get("http://127.0.0.1:8080"+i.Page()), `href="http://127.0.0.1:8080`+i.Page()+`"`)
	status(t, "oEmbed", w.get("http://127.0.0.1:8080/oembed?url=http://127.0.0.1:8080"+i.Page()), 200)
}

func TestHealth(t *testing.T) {
	w := newWorld(t, "")
	contains(t, "health", w.get("/healthz"), `"status":"ok"`, "1.2.3")
	contains(t, "ready", w.get("/readyz"), `"status":"ready"`)
	w.c.Close()
	status(t, "a moment later", w.get("/readyz"), 200)
	w.now = w.now.Add(time.Minute)
	a := w.get("/readyz")
	status(t, "database closed", a, 503)
	header(t, "database closed", a, "Retry-After", "30")
	status(t, "still alive", w.get("/healthz"), 200)
}

func TestCompression(t *testing.T) {
	w := newWorld(t, "")
	for accept, want := range map[string]string{"": "", "gzip, br": "gzip", "gzip;q=0": "", "br": "", "deflate, GZIP; q=0.5": "gzip"} {
		a := w.get("/", "Accept-Encoding", accept)
		if got := a.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q gives %q", accept, got)
		}
		if want != "" {
			z, err := gzip.NewReader(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(z); err != nil || !strings.Contains(string(body), "</html>") {
				t.Errorf("%q: %v", accept, err)
			}
		}
	}
}

func TestPosition(t *testing.T) {
	for s, want := range map[string]time.Duration{"": 0, "83": 83 * time.Second, "83.5": 83500 * time.Millisecond, "83s": 83 * time.Second, "1m2s": 62 * time.Second,
		"1h2m3s": 3723 * time.Second, "1:23": 83 * time.Second, "1:02:03": 3723 * time.Second, "-5": 0, "x": 0, "1e9": 0, "99999999999999999999": 0, "NaN": 0} {
		if got := position(s); got != want {
			t.Errorf("%q is %v, want %v", s, got, want)
		}
	}
}

func TestDamagedCaptionsCostOnlyTheTranscript(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("a", rostrum.Published, public)
	if err := w.store.Delete(t.Context(), "i/"+string(i.ID)+"/fr.vtt"); err != nil {
		t.Fatal(err)
	}
	a := w.get(i.Page())
	status(t, "page", a, 200)
	contains(t, "page", a, "On a")
	if !strings.Contains(w.log.String(), "transcript left out") {
		t.Errorf("log: %s", w.log)
	}
}
