package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rostrum"
)

// The browser tests run where ROSTRUM_TEST_BROWSER names a Chromium; scripts/test sets it. They need
// ffmpeg, the built assets and node_modules.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := os.Getenv("ROSTRUM_TEST_BROWSER")
	if program == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_BROWSER names no Chromium")
		}
		t.Skip("set ROSTRUM_TEST_BROWSER to a Chromium to try the pages in a browser")
	}
	if !AssetsBuilt() {
		t.Fatal("the assets are not built; run scripts/build first")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir())))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// A site serves the sample pages and a sample of ten seconds: two pictures, floor and French.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	fetched []string // paths under /media/
}

func (s *site) media() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.fetched...)
}

func serveSample(t *testing.T, folder string) *site {
	s := &site{}
	show := func(make func(Chrome) renderer) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			c := sampleChrome(rostrum.Language(r.URL.Query().Get("ui")), strings.TrimPrefix(r.URL.RequestURI(), "/video"))
			w.Header().Set("Content-Security-Policy", c.Policy("*"))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := make(c).Render(w); err != nil {
				t.Error(err)
			}
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/video/assets/", http.StripPrefix("/video", Assets()))
	files := http.StripPrefix("/video/media/k3/", http.FileServer(http.Dir(folder)))
	mux.HandleFunc("/video/media/k3/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.fetched = append(s.fetched, strings.TrimPrefix(r.URL.Path, "/video/media/k3/"))
		s.mu.Unlock()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("/video/{$}", show(func(c Chrome) renderer { return sampleHome(c) }))
	mux.HandleFunc("/video/meeting", show(func(c Chrome) renderer { return sampleMeeting(c) }))
	mux.HandleFunc("/video/gone", show(func(c Chrome) renderer { return ErrorPage{Chrome: c, Status: 410} }))
	mux.HandleFunc("/video/watch", show(func(c Chrome) renderer { p := sampleWatch(c); shorten(&p.Media); return p }))
	mux.HandleFunc("/video/embed", show(func(c Chrome) renderer { p := sampleEmbed(c); shorten(&p.Media); return p }))
	mux.HandleFunc("/partner", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>Partner</title><script>var heard = []; addEventListener("message", e => heard.push(e.data.message || e.data.event))</script>
			<iframe sandbox="allow-scripts" width="640" height="360" src="/video/embed#?secret=abcdefghij"></iframe>`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func shorten(m *Media) {
	m.Duration = 10 * time.Second
	m.Sounds = []Sound{{Channel: rostrum.Floor, Language: "en"}, {Channel: "fr", Language: "fr"}}
	m.Captions = m.Captions[:1]
	m.Poster, m.Storyboard = "", ""
}

func makeSample(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	ffmpeg := func(args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), "ffmpeg", append([]string{"-hide_banner", "-loglevel", "error", "-y"}, args...)...)
		c.Dir = folder
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("ffmpeg %v: %v\n%s", args, err, out)
		}
	}
	hls := func(name string) []string {
		return []string{"-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
			"-hls_fmp4_init_filename", name + ".init.mp4", "-hls_segment_filename", name + "%d.m4s", name + ".m3u8"}
	}
	for _, size := range []string{"180", "360"} {
		ffmpeg(append([]string{"-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=10", "-vf", "scale=-2:" + size, "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p"}, hls("v"+size)...)...)
	}
	for name, pitch := range map[string]string{"floor": "300", "fr": "900"} {
		ffmpeg(append([]string{"-f", "lavfi", "-i", "sine=frequency=" + pitch + ":duration=10", "-c:a", "aac", "-b:a", "48k"}, hls(name)...)...)
	}
	master := `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Original",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="floor.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="fr",LANGUAGE="fr",AUTOSELECT=YES,URI="fr.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="a"
v360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=320x180,CODECS="avc1.42c00d,mp4a.40.2",AUDIO="a"
v180.m3u8
`
	for name, text := range map[string]string{"master.m3u8": master, "en.vtt": "WEBVTT\n\n00:00.000 --> 00:09.000\nThank you, Chair.\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

type step = chromedp.Action[chromedp.Void]

// eventually waits in the page until an expression is true.
func eventually(expression string) step {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(20*time.Second))
}

func check(t *testing.T, what, expression string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		ok, err := chromedp.Evaluate[bool](expression)(ctx, target)
		if err == nil && !ok {
			t.Errorf("%s: %s is false", what, expression)
		}
		return chromedp.Void{}, err
	}
}

func run(expression string) step { return chromedp.Evaluate[chromedp.Void](expression) }

func press(key string) step { return chromedp.KeyEvent(key) }

func TestAccessible(t *testing.T) {
	ctx := browser(t)
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	s := serveSample(t, t.TempDir())
	for _, path := range []string{"/", "/meeting", "/watch", "/embed", "/gone"} {
		for _, ui := range []string{"en", "ar"} {
			for _, width := range []int64{320, 1280} {
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(s.URL+"/video"+path+"?ui="+ui), run(string(axe))); err != nil {
					t.Fatalf("%s %s %d px: %v", path, ui, width, err)
				}
				sideways, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
				if err != nil {
					t.Fatal(err)
				}
				found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
					.then(r => r.violations.map(v => v.id + " " + v.nodes.map(n => n.target.join(" ")).join(", ")))`, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				if len(found) > 0 || sideways > 0 {
					t.Errorf("%s %s %d px: scrolls sideways by %d, axe says %q", path, ui, width, sideways, found)
				}
			}
		}
	}
}

func TestPlays(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	const video = `document.querySelector("video")`
	none := chromedp.Func(func(context.Context, *chromedp.Target) error {
		if m := s.media(); len(m) > 0 {
			t.Errorf("before play, %q was fetched", m)
		}
		return nil
	})
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(s.URL+"/video/watch?ui=en"),
		chromedp.WaitVisible(chromedp.CSS("media-play-button.big")), none,
		chromedp.Click(chromedp.CSS("media-play-button.big")),
		eventually(video+`.currentTime > 0.5`),
		check(t, "through Media Source", video+`.currentSrc.startsWith("blob:")`),
		check(t, "with sound", video+`.webkitAudioDecodedByteCount > 0`),
		check(t, "the quality menu is there", `document.querySelector("media-rendition-menu-button").offsetWidth > 0`),
		check(t, "a line is marked", `document.querySelectorAll("span[aria-current]").length === 1`),
		run(video+`.audioTracks.tracks[1].enabled = true`),
		press("k"), eventually(video+`.paused`),
		press("5"), eventually(`Math.abs(`+video+`.currentTime - 5) < 0.1`),
		press("."), eventually(`Math.abs(`+video+`.currentTime - 5.04) < 0.1`),
		press("c"), eventually(video+`.textTracks[0].mode === "showing" && `+video+`.textTracks[0].cues?.length === 1`),
		press("?"), eventually(`document.querySelector("dialog").open`),
	); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(s.media(), " "); !strings.Contains(all, "fr2.m4s") {
		t.Errorf("French was chosen, and these were fetched: %s", all)
	}
	// The address decides where it begins and ends, and in which language.
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/video/watch?t=4&end=5&lang=fr"),
		chromedp.WaitVisible(chromedp.CSS("media-play-button.big")),
		check(t, "French", video+`.audioTracks.current.language === "fr"`),
		press("k"), eventually(video+`.currentTime > 4.2`), eventually(video+`.paused && `+video+`.currentTime < 5.5`),
	); err != nil {
		t.Fatal(err)
	}
}

// In WordPress the frame has the origin null: no storage, no full screen, every fetch from elsewhere.
func TestPlaysInASandbox(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	tell := func(method, value string) step {
		return run(`frames[0].postMessage({rostrum: 1, method: "` + method + `", value: ` + value + `}, "*")`)
	}
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/partner"),
		eventually(`heard.includes("ready") && heard.includes("height")`),
		chromedp.MouseClickXY(330, 200), // the big button in the middle of the frame
		eventually(`heard.includes("play") && heard.includes("time")`),
		tell("seek", "6"), eventually(`heard.includes("seek")`),
		tell("pause", "0"), eventually(`heard.includes("pause")`),
	); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(s.media(), " "); !strings.Contains(all, "floor0.m4s") || strings.Contains(all, "video.mp4") {
		t.Errorf("these were fetched: %s", all)
	}
}
