package media_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

// patches are the colours that a chart shows from left to right, as a screen shows them: RGB of BT.709.
var patches = [][3]int{{255, 255, 255}, {128, 128, 128}, {16, 16, 16}, {135, 100, 85}, {138, 30, 30}, {30, 130, 30}, {30, 30, 135}, {120, 120, 20}}

const chartWidth, chartHeight = 320, 64

// chart makes a film of the patches: two seconds of the given pictures' format.
func chart(t *testing.T, filter, name string, args ...string) string {
	t.Helper()
	var row []byte
	for x := range chartWidth {
		p := patches[x*len(patches)/chartWidth]
		row = append(row, byte(p[0]), byte(p[1]), byte(p[2]))
	}
	raw := bytes.Repeat(row, chartHeight*50)
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{"-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", fmt.Sprintf("%dx%d", chartWidth, chartHeight), "-r", "25", "-i", "pipe:0", "-vf", filter}, args...)
	if err := tools(t).Run(t.Context(), media.Job{Args: append(all, "file:"+path), Write: filepath.Dir(path), Stdin: bytes.NewReader(raw)}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestColours(t *testing.T) {
	t.Parallel()
	yuv := func(matrix, span, format string) string {
		return "zscale=matrix=" + matrix + ":range=" + span + ",format=" + format
	}
	h264 := func(args ...string) []string {
		return append([]string{"-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-g", "25"}, args...)
	}
	tags := func(matrix, transfer, primaries string) []string {
		return h264("-colorspace", matrix, "-color_trc", transfer, "-color_primaries", primaries, "-color_range", "tv")
	}
	// A wide colour space or a high dynamic range in which white is at 203 cd/m².
	light := func(transfer, primaries, format string) string {
		return "format=gbrpf32,zscale=matrixin=gbr:transferin=709:primariesin=709:matrix=gbr:transfer=linear:primaries=709:npl=203,zscale=primaries=" + primaries +
			",zscale=transfer=" + transfer + ":npl=203:matrix=" + map[string]string{"2020": "2020_ncl", "smpte432": "709"}[primaries] + ":range=limited,format=" + format
	}
	const white, toned = 255, 210 // a white sheet of paper after tone mapping leaves room for what is brighter
	for _, c := range []struct {
		name, filter, file string
		args               []string
		hdr                bool
		white              int
	}{
		{"BT.709", yuv("709", "limited", "yuv420p"), "a.mp4", tags("bt709", "bt709", "bt709"), false, white},
		{"BT.709, 10 bits of 4:2:2", yuv("709", "limited", "yuv422p10"), "a.mov", tags("bt709", "bt709", "bt709"), false, white},
		{"ProRes", yuv("709", "limited", "yuv422p10"), "a.mov", []string{"-c:v", "prores_ks", "-colorspace", "bt709"}, false, white},
		{"BT.709 of 4:4:4", yuv("709", "limited", "yuv444p"), "a.mp4", tags("bt709", "bt709", "bt709"), false, white},
		{"BT.709 of full range", yuv("709", "full", "yuv420p"), "a.mp4", h264("-color_range", "pc", "-colorspace", "bt709"), false, white},
		{"10 bits of full range", yuv("709", "full", "yuv420p10"), "a.mkv", h264("-color_range", "pc", "-colorspace", "bt709"), false, white},
		{"BT.601", yuv("170m", "limited", "yuv420p"), "a.mp4", tags("smpte170m", "smpte170m", "smpte170m"), false, white},
		{"BT.601 of 625 lines, 4:2:2", yuv("470bg", "limited", "yuv422p"), "a.mp4", tags("bt470bg", "bt709", "bt470bg"), false, white},
		{"small and unmarked", yuv("170m", "limited", "yuv420p"), "a.avi", []string{"-c:v", "mpeg4", "-q:v", "1"}, false, white},
		{"large and unmarked", "scale=1280:720:flags=neighbor," + yuv("709", "limited", "yuv420p"), "a.avi", []string{"-c:v", "mpeg4", "-q:v", "1"}, false, white},
		{"JPEG", yuv("470bg", "full", "yuvj420p"), "a.avi", []string{"-c:v", "mjpeg", "-q:v", "1"}, false, white},
		{"RGB", "format=gbrp", "a.mkv", []string{"-c:v", "libx264rgb", "-preset", "ultrafast", "-qp", "4", "-pix_fmt", "rgb24"}, false, white},
		{"QuickTime animation", "format=rgb24", "a.mov", []string{"-c:v", "qtrle"}, false, white},
		{"BT.2020", light("709", "2020", "yuv420p10"), "a.mp4", tags("bt2020nc", "bt2020-10", "bt2020"), false, white},
		{"P3 of a phone", light("709", "smpte432", "yuv420p"), "a.mov", tags("bt709", "bt709", "smpte432"), false, white},
		{"PQ, the rest unmarked", light("smpte2084", "2020", "yuv420p10"), "a.mkv", h264("-color_trc", "smpte2084", "-color_range", "tv"), true, toned},
		{"PQ", light("smpte2084", "2020", "yuv420p10"), "a.mp4", tags("bt2020nc", "smpte2084", "bt2020"), true, toned},
		{"HLG", light("arib-std-b67", "2020", "yuv422p10"), "a.mov", tags("bt2020nc", "arib-std-b67", "bt2020"), true, toned},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := chart(t, c.filter, c.file, c.args...)
			facts := surveyed(t, path)
			if facts.Source.Video.Color.HDR() != c.hdr {
				t.Errorf("colours %+v", facts.Source.Video.Color)
			}
			out := cut(t, path, facts, rostrum.Span{In: 30, Out: 32}, chartWidth, chartHeight)
			got := decoded(t, out, "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int+full_chroma_inp", "rgb24")
			for i, p := range patches {
				at := (chartHeight/2*chartWidth + (2*i+1)*chartWidth/(2*len(patches))) * 3
				if p == patches[0] {
					p = [3]int{c.white, c.white, c.white}
				}
				for k, want := range p {
					if d := int(got[at+k]) - want; d < -9 || d > 9 {
						t.Errorf("patch %v comes out as %v", p, got[at:at+3])
						break
					}
				}
			}
		})
	}
}

// A monochrome picture is of full range in some codecs and not in others.
func TestGrey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, filter, file string
		args               []string
	}{
		{"H.264", "format=gray", "a.mp4", []string{"-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-color_range", "pc"}},
		{"H.264 of television", "zscale=matrix=709:range=limited,format=yuv420p,extractplanes=y", "a.mp4", []string{"-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-color_range", "tv"}},
		{"FFV1", "format=gray", "a.mkv", []string{"-c:v", "ffv1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := chart(t, c.filter, c.file, c.args...)
			facts := surveyed(t, path)
			got := grays(t, cut(t, path, facts, rostrum.Span{In: 30, Out: 32}, chartWidth, chartHeight))
			for i, p := range patches[:3] {
				want := 16 + p[0]*219/255
				at := chartHeight/2*chartWidth + (2*i+1)*chartWidth/(2*len(patches))
				if d := int(got[at]) - want; d < -5 || d > 5 {
					t.Errorf("%d comes out as %d, want %d", p[0], got[at], want)
				}
			}
		})
	}
}
