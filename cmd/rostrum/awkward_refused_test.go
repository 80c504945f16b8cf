package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A path is what no sentence to a person may hold.
var pathLike = regexp.MustCompile(`(^|[\s"'(:])(/[a-z]|file:|pipe:)`)

func TestAwkwardRefusals(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	film := awkward{file: "a.mp4", make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"a.mp4"})}}
	shrunk := func(share float64) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			info, err := os.Stat(path)
			if err == nil {
				err = os.Truncate(path, int64(share*float64(info.Size())))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	filled := func(content []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	noise := make([]byte, 100_000)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	t.Run("all", func(t *testing.T) {
		for i, c := range []struct {
			a    awkward
			says string
		}{
			{awkward{name: "noise", file: "a.mp4", change: filled(noise)}, "not a recording"},
			{awkward{name: "text", file: "a.mov", change: filled([]byte(strings.Repeat("Madam Chair, distinguished delegates.\n", 500)))}, "not a recording"},
			{awkward{name: "a playlist", file: "a.mp4", change: filled([]byte("#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n/etc/hostname\n#EXT-X-ENDLIST\n"))}, "not a recording"},
			{awkward{name: "empty", file: "a.mp4", change: filled(nil)}, "empty"},
			{awkward{name: "cut off before its index", file: "a.mp4", make: film.make, change: shrunk(0.7)}, "breaks off"},
			{awkward{name: "index without pictures", file: "a.mp4", change: shrunk(0.13), make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"-movflags", "+faststart", "a.mp4"})}}, ""},
			{awkward{name: "huge pictures", file: "a.mov", make: [][]string{{"-f", "lavfi", "-i", "color=gray:s=8000x5504:r=25", "-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "a.mov"}}}, "megapixels"},
			{awkward{name: "13 hours by its header", file: "a.mp4", make: [][]string{{"-f", "lavfi", "-i", "color=gray:s=64x64:r=1/11700", "-frames:v", "4", "-c:v", "libx264", "-preset", "ultrafast", "a.mp4"}}}, "longer than 12 hours"},
		} {
			t.Run(c.a.name, func(t *testing.T) {
				t.Parallel()
				o := execute(t, data, "ingest", c.a.record(t), "--meeting", fmt.Sprintf("refused-%d", i), "--create", "--wait", "--publish", "--consent", "public", "--json")
				p := document(t, o.out)
				if failed := p.Recording.State == "failed" && o.code == 1; o.code != exitRefused && !failed {
					t.Errorf("it ended with %d, %q", o.code, p.Recording.State)
				}
				if p.Error == nil {
					t.Fatalf("it gives no error:\n%s", o.out)
				}
				m := p.Error.Message
				if !strings.Contains(m, c.says) || m == "" || strings.Contains(m, "\n") || !strings.HasSuffix(m, ".") {
					t.Errorf("it says %q, want a sentence with %q", m, c.says)
				}
				for _, x := range p.Interventions {
					if x.State == "published" || x.State == "ready" {
						t.Errorf("an intervention is %s", x.State)
					}
				}
				for _, said := range []string{o.out, o.err} {
					if bad := pathLike.FindString(strings.ReplaceAll(said, `"page": "/m/`, "")); bad != "" || strings.Contains(said, "/tmp") {
						t.Errorf("it shows a path (%q):\n%s", bad, said)
					}
				}
			})
		}
	})
	s.wantStatus(200, "/healthz")
}
