package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"rostrum"
)

func TestMediaHeaders(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("a", rostrum.Published, public)
	for _, c := range []struct{ name, kind, cache, disposition string }{
		{rostrum.MasterName, "application/vnd.apple.mpegurl", "no-cache", ""},
		{rostrum.MP4Name, "video/mp4", "no-cache", "inline"},
		{rostrum.PosterName, "image/jpeg", "no-cache", ""},
		{"fr.vtt", "text/vtt; charset=utf-8", "no-cache", "inline"},
		{segmentName, "video/mp4", "public, max-age=31536000, s-maxage=0, proxy-revalidate", ""},
		{initName, "video/mp4", "public, max-age=31536000, s-maxage=0, proxy-revalidate", ""},
	} {
		a := w.get("/media/" + string(i.ID) + "/" + c.name)
		status(t, c.name, a, 200)
		header(t, c.name, a, "Content-Disposition", c.disposition)
		for key, want := range map[string]string{
			"Content-Type": c.kind, "Cache-Control": c.cache, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Access-Control-Allow-Origin": "*", "Accept-Ranges": "bytes",
		} {
			if got := a.Header().Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, key, got, want)
			}
		}
		header(t, c.name, a, "Access-Control-Expose-Headers", "Content-Range")
		tag := a.Header().Get("ETag")
		if len(tag) < 20 || strings.Contains(tag, "/") {
			t.Errorf("%s: ETag is %q", c.name, tag)
		}
		again := w.get("/media/"+string(i.ID)+"/"+c.name, "If-None-Match", tag)
		status(t, c.name+" again", again, 304)
		if again.Body.Len() > 0 {
			t.Errorf("%s: a body with 304", c.name)
		}
		a = w.ask("HEAD", "/media/"+string(i.ID)+"/"+c.name)
		status(t, c.name+" HEAD", a, 200)
		if a.Body.Len() > 0 || a.Header().Get("Content-Length") == "" {
			t.Errorf("%s: HEAD gives %d bytes, length %q", c.name, a.Body.Len(), a.Header().Get("Content-Length"))
		}
	}
}

func TestRanges(t *testing.T) {
	w := newWorld(t, "")
	at := "/media/" + string(w.add("a", rostrum.Published, public).ID) + "/" + rostrum.MP4Name
	a := w.get(at, "Range", "bytes=5-14")
	status(t, "range", a, 206)
	header(t, "range", a, "Content-Range", "bytes 5-14/1000")
	if a.Body.String() != "5678901234" {
		t.Errorf("range is %q", a.Body)
	}
	status(t, "outside", w.get(at, "Range", "bytes=1000-"), 416)
	a = w.get(at, "Range", "bytes=0-0", "If-Range", `"other"`)
	status(t, "another version", a, 200)
	a = w.ask("OPTIONS", at, "Origin", "https://partner.example", "Access-Control-Request-Headers", "range")
	status(t, "preflight", a, 204)
	header(t, "preflight", a, "Access-Control-Allow-Headers", "Range")
	status(t, "post", w.ask("POST", at), 405)
}

func TestDownloadsHaveNamesForPeople(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("a", rostrum.Published, public)
	for name, want := range map[string]string{
		rostrum.MP4Name:   `attachment; filename="cxo-2026-grace-mfano-fr.mp4"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-fr.mp4`,
		rostrum.AudioName: `attachment; filename="cxo-2026-grace-mfano-fr.m4a"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-fr.m4a`,
		"en.vtt":          `attachment; filename="cxo-2026-grace-mfano-en.vtt"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-en.vtt`,
		"fr.srt":          `attachment; filename="cxo-2026-grace-mfano-fr.srt"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-fr.srt`,
		segmentName:       "",
		// Of an interpretation the name tells the language that is heard.
		"video-en.mp4":       `attachment; filename="cxo-2026-grace-mfano-en.mp4"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-en.mp4`,
		"video-small-en.mp4": `attachment; filename="cxo-2026-grace-mfano-en-small.mp4"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-en-small.mp4`,
		"audio-en.opus":      `attachment; filename="cxo-2026-grace-mfano-en.opus"; filename*=UTF-8''cxo-2026-%C4%9Crace-Mfano-en.opus`,
	} {
		if got := w.get("/media/" + string(i.ID) + "/" + name + "?download").Header().Get("Content-Disposition"); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	i.Speaker, i.MeetingSlug, i.Language = "خالد \"../x\"\r\n", "m", "zh-Hans"
	if got, want := disposition("x.m4a", i, &rostrum.Manifest{}, false), `inline; filename="m-x-zh-Hans.m4a"; filename*=UTF-8''m-%D8%AE%D8%A7%D9%84%D8%AF-x-zh-Hans.m4a`; got != want {
		t.Errorf("hostile name: %s", got)
	}
	i.Speaker = "李"
	if got := disposition("x.m4a", i, &rostrum.Manifest{}, false); !strings.Contains(got, `filename="m-a-zh-Hans.m4a"`) {
		t.Errorf("name in another script: %s", got)
	}
}

func TestFilesReachTheWriterForSendfile(t *testing.T) {
	w := newWorld(t, "https://example.org/video")
	i := w.add("a", rostrum.Published, public)
	for _, name := range []string{segmentName, rostrum.MP4Name} {
		p := &plainWriter{header: http.Header{}}
		w.handler.ServeHTTP(p, httptest.NewRequest("GET", "/video/media/"+string(i.ID)+"/"+name, nil))
		limited, ok := p.source.(*io.LimitedReader)
		if !ok {
			t.Fatalf("%s: the body came from %T", name, p.source)
		}
		if _, ok := limited.R.(*os.File); !ok {
			t.Errorf("%s: the body came from %T, not from a file", name, limited.R)
		}
	}
}

func TestLostFileIsOurFault(t *testing.T) {
	w := newWorld(t, "")
	a := w.get("/media/" + string(w.add("a", rostrum.Published, public).ID) + "/lost.m4a")
	status(t, "lost", a, 500)
	header(t, "lost", a, "Content-Type", "text/plain")
	header(t, "lost", a, "Content-Disposition", "")
	if !strings.Contains(w.log.String(), "lost.m4a") || strings.Contains(a.Body.String(), "lost.m4a") {
		t.Errorf("log %q, answer %q", w.log, a.Body)
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	c := newRecent[int, string](2)
	c.put(1, "a")
	c.put(2, "b")
	c.get(1)
	c.put(3, "c")
	c.put(3, "d")
	for key, want := range map[int]string{1: "a", 2: "", 3: "d"} {
		if got, ok := c.get(key); got != want || ok != (want != "") {
			t.Errorf("%d is %q, %v", key, got, ok)
		}
	}
}

func TestPlaylistsAreKept(t *testing.T) {
	w := newWorld(t, "")
	at := "/media/" + string(w.add("a", rostrum.Published, public).ID) + "/" + rostrum.MasterName
	first := w.get(at).Body.Bytes()
	if second := w.get(at).Body.Bytes(); !bytes.Equal(first, second) || len(first) == 0 {
		t.Errorf("first %q, then %q", first, second)
	}
}
