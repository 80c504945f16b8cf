package media_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// damaged gives a copy of a file in which noise stands between two parts of its length, in thousandths.
func damaged(t *testing.T, path string, from, to int) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for i := len(data) * from / 1000; i < len(data)*to/1000; i++ {
		data[i] = byte(random.Uint32())
	}
	out := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(out, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProbeNamesTheLimit(t *testing.T) {
	t.Parallel()
	hours, seconds := tools(t), tools(t)
	hours.Longest, seconds.Longest = time.Hour, 10*time.Second
	long := film(t, "1/3600", 2, "a.mkv", x264("-bf", "0")...)
	many := []string{"-f", "lavfi", "-i", "anullsrc", "-t", "0.2", "-map", "0", "-c:v", "mpeg4", "-c:a", "pcm_s16le"}
	for range 70 {
		many = append(many, "-map", "1")
	}
	for _, c := range []struct {
		name, path string
		tools      media.Tools
		says       string
	}{
		{"long", long, hours, "longer than 1 hour;"},
		{"longer than some seconds", film(t, "25", 330, "a.mp4", x264()...), seconds, "longer than 0:10;"},
		{"many streams", film(t, "25", 5, "a.mkv", many...), hours, "more than 64 streams"},
		{"large pictures", film(t, "25", 1, "a.mkv", "-vf", "scale=8000:5002:flags=neighbor", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), hours, "8000 × 5002, more than 40 megapixels"},
		{"nothing but noise", damaged(t, film(t, "25", 50, "a.mp4", x264("-movflags", "+faststart")...), 150, 1000), hours, "cannot be decoded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.tools.Probe(t.Context(), c.path)
			message := rostrum.ErrorMessage(err)
			if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(message, c.says) || strings.Contains(message, "/a.") {
				t.Errorf("got %q (%v), want one that says %q", message, err, c.says)
			}
		})
	}
}

// A length that no header tells is found by the survey, and the limit holds for it too.
func TestLengthThatNobodyWrote(t *testing.T) {
	t.Parallel()
	path := film(t, "25", 330, "a.mkv", x264("-f", "matroska", "-live", "1")...)
	tools := tools(t)
	tools.Longest = 10 * time.Second
	facts, err := tools.Probe(t.Context(), path)
	if err != nil || facts.Frames != 0 {
		t.Fatal(facts, err)
	}
	if _, err := tools.Packets(t.Context(), path, facts.Source.Video, facts.Rate); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestDamageInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.mp4", "a.ts", "a.mkv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := damaged(t, film(t, "25", 330, name, x264()...), 480, 520)
			facts := surveyed(t, path)
			if facts.Frames != 330 {
				t.Errorf("%d frames", facts.Frames)
			}
			for _, span := range []rostrum.Span{{In: 20, Out: 40}, {In: 280, Out: 300}} {
				if got := numbers(t, cut(t, path, facts, span, filmWidth, filmHeight)); len(got) != 20 || got[0] != int(span.In) || got[19] != int(span.Out)-1 {
					t.Errorf("%v shows %v", span, got)
				}
			}
			over := numbers(t, cut(t, path, facts, rostrum.Span{In: 120, Out: 220}, filmWidth, filmHeight))
			if len(over) != 100 || over[0] != 120 || over[99] != 219 {
				t.Errorf("over the damage: %v", over)
			}
		})
	}
}

func TestHeaderOfPicturesMarkedAsInterlaced(t *testing.T) {
	t.Parallel()
	path := filmOf(t, bytes.Repeat(speaker(2, 320, 480), 40), 320, 480, "25", "a.ts",
		x264("-pix_fmt", "yuv420p", "-flags", "+ildct+ilme", "-x264-params", "tff=1")...)
	facts := surveyed(t, path)
	for _, scan := range []rostrum.Scan{rostrum.Progressive, rostrum.TopFirst, rostrum.MixedScan} {
		facts.Source.Video.Scan = scan
		out, err := os.ReadFile(cut(t, path, facts, rostrum.Span{In: 30, Out: 33}, 320, 480))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out, []byte("fiel")) {
			t.Errorf("%q: the header tells the order of fields, which the first picture alone decides", scan)
		}
	}
}
