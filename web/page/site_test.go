package page

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum"
)

// A site serves the sample pages and a sample of ten seconds: two pictures in H.264 and one in AV1, the
// floor and a French booth that goes on for four seconds more, and a Russian one that is silent.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	script  string   // runs in every page before all others
	fetched []string // paths under /media/, but the poster's
}

func (s *site) media() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.fetched...)
}

func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetched = nil
}

func serveSample(t *testing.T, folder string) *site {
	s := &site{}
	show := func(make func(Chrome) renderer) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			c := sampleChrome(rostrum.Language(r.URL.Query().Get("ui")), strings.TrimPrefix(r.URL.RequestURI(), "/video"))
			w.Header().Set("Content-Security-Policy", c.Policy("*"))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			page := renderText(t, make(c))
			if s.script != "" {
				page = strings.Replace(page, "<head>", `<head><script nonce="n0nce">`+s.script+`</script>`, 1)
			}
			io.WriteString(w, page)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/video/assets/", http.StripPrefix("/video", Assets()))
	files := http.StripPrefix("/video/media/k3/", http.FileServer(http.Dir(folder)))
	mux.HandleFunc("/video/media/k3/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if path := strings.TrimPrefix(r.URL.Path, "/video/media/k3/"); path != "poster.jpg" {
			s.fetched = append(s.fetched, path)
		}
		s.mu.Unlock()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("/video/{$}", show(func(c Chrome) renderer { return sampleHome(c) }))
	mux.HandleFunc("/video/meeting", show(func(c Chrome) renderer { return sampleMeeting(c) }))
	mux.HandleFunc("/video/gone", show(func(c Chrome) renderer { return ErrorPage{Chrome: c, Status: 410} }))
	mux.HandleFunc("/video/watch", show(func(c Chrome) renderer { p := sampleWatch(c); shorten(&p.Media); return p }))
	mux.HandleFunc("/video/embed", show(func(c Chrome) renderer { p := sampleEmbed(c); shorten(&p.Media); return p }))
	mux.HandleFunc("/video/older", show(func(c Chrome) renderer { // before there were small sounds
		p := sampleWatch(c)
		shorten(&p.Media)
		p.AudioMaster, p.Sounds = "", p.Sounds[:1]
		p.Sounds[0].Small, p.Sounds[0].Opus = 0, 0
		return p
	}))
	mux.HandleFunc("/video/broken", show(func(c Chrome) renderer {
		p := sampleWatch(c)
		shorten(&p.Media)
		p.Master = "/video/media/k3/none.m3u8"
		return p
	}))
	mux.HandleFunc("/video/heard", show(func(c Chrome) renderer { p := sampleWatch(c); p.Media = sampleHeard(); shorten(&p.Media); return p }))
	mux.HandleFunc("/video/heard-embed", show(func(c Chrome) renderer { p := sampleEmbed(c); p.Media = sampleHeard(); shorten(&p.Media); return p }))
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
	sounds := m.Sounds
	sounds[0].Duration, sounds[1].Duration = m.Duration, m.Duration+tail
	m.Sounds = []Sound{sounds[0], sounds[1], {Channel: "ru", Silent: true}}
	m.Captions = m.Captions[:1]
	m.Poster, m.Storyboard = "/video/media/k3/poster.jpg", ""
	if len(m.Pictures) > 0 {
		m.Pictures = []Picture{{640, 360, 25, 1_000_000, "avc1.42c01e"}, {320, 180, 25, 300_000, "avc1.42c00d"}, {320, 180, 25, 200_000, "av01.0.00M.08"}}
	} else {
		m.Master = m.AudioMaster
	}
}

const (
	tail       = 4 * time.Second
	floorPitch = 300 // Hz, so that a page can hear which sound plays
	boothPitch = 900
)

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
	ffmpeg(append([]string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=10", "-c:v", "libsvtav1", "-preset", "12", "-g", "50", "-pix_fmt", "yuv420p"}, hls("a180")...)...)
	ffmpeg("-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=10", floorPitch), "-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart", "audio.m4a")
	ffmpeg("-f", "lavfi", "-i", "color=0x123f5c:s=640x360", "-frames:v", "1", "poster.jpg")
	for name, s := range map[string]struct {
		pitch int
		long  time.Duration
	}{"floor": {floorPitch, 10 * time.Second}, "fr": {boothPitch, 10*time.Second + tail}} {
		sine := []string{"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:sample_rate=48000:duration=%g", s.pitch, s.long.Seconds())}
		ffmpeg(append(append(sine, "-c:a", "aac", "-b:a", "48k"), hls(name)...)...)
		ffmpeg(append(append(sine, "-c:a", "aac", "-b:a", "32k", "-ar", "24000"), hls(name+"-small")...)...)
		ffmpeg(append(sine, "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=10", "-c:a", "aac", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "video-small"+strings.TrimPrefix("-"+name, "-floor")+".mp4")...)
		ffmpeg(append(append(sine, "-c:a", "libopus", "-b:a", "24k"), hls(name+"-opus")...)...)
	}
	media := func(group, suffix string) string {
		return fmt.Sprintf(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=%[1]q,NAME="Original",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="floor%[2]s.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=%[1]q,NAME="fr",LANGUAGE="fr",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="fr%[2]s.m3u8"
`, group, suffix)
	}
	master := "#EXTM3U\n#EXT-X-VERSION:7\n" + media("sound", "") + `#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,FRAME-RATE=25,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="sound"
v360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=320x180,FRAME-RATE=25,CODECS="avc1.42c00d,mp4a.40.2",AUDIO="sound"
v180.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,FRAME-RATE=25,CODECS="av01.0.00M.08,mp4a.40.2",AUDIO="sound"
a180.m3u8
`
	heard := "#EXTM3U\n#EXT-X-VERSION:7\n" + media("aac", "-small") + media("opus", "-opus") + `#EXT-X-STREAM-INF:BANDWIDTH=34000,CODECS="mp4a.40.2",AUDIO="aac"
floor-small.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=25000,CODECS="opus",AUDIO="opus"
floor-opus.m3u8
`
	for name, text := range map[string]string{"master.m3u8": master, "audio.m3u8": heard, "en.vtt": "WEBVTT\n\n00:00.000 --> 00:09.000\nThank you, Chair.\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
