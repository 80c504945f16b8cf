package media_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"rostrum"
)

// speaker draws n numbered pictures of a person at a desk, taken one after the other: a small thing with stripes moves
// before a ground that stands still, and everything is covered with noise. The number is that of the picture.
func speaker(n, width, height int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	ground := make([]byte, width*height)
	stripes := make([]byte, 96)
	for y := range height {
		for x := range width {
			if y%8 > 0 {
				ground[y*width+x] = ground[(y-1)*width+x]
			} else if x%8 > 0 {
				ground[y*width+x] = ground[y*width+x-1]
			} else {
				ground[y*width+x] = byte(90 + random.IntN(60))
			}
		}
	}
	for x := range stripes {
		if stripes[x] = byte(40 + random.IntN(170)); x%6 > 0 {
			stripes[x] = stripes[x-1]
		}
	}
	noise := make([]int, 4*width+7)
	for i := range noise {
		noise[i] = random.IntN(7) - 3
	}
	raw := make([]byte, 0, n*width*height)
	for i := range n {
		picture := slices.Clone(ground)
		for y := range height / 4 {
			for x := range width {
				picture[y*width+x] = byte(16 + 219*(i>>(x*bits/width)&1))
			}
		}
		left := width/4 + 3*i%(width/2)
		for y := height / 2; y < height/2+96; y++ {
			copy(picture[y*width+left:], stripes)
		}
		for y := range height {
			for x, from := 0, random.IntN(3*width); x < width; x++ {
				picture[y*width+x] = byte(min(max(int(picture[y*width+x])+noise[from+x], 0), 255))
			}
		}
		raw = append(raw, picture...)
	}
	return raw
}

// combed is how many pixels in a thousand stand out from the lines above and below, which are alike, where the speaker moves.
func combed(pictures []byte, width, height int) int {
	found, all := 0, 0
	for picture := range slices.Chunk(pictures, width*height) {
		for y := height / 2; y < height/2+96; y++ {
			for x := width / 4; x < width*3/4; x++ {
				at := y*width + x
				above, here, below := int(picture[at-width]), int(picture[at]), int(picture[at+width])
				all++
				if (here-above)*(here-below) > 40*40 && max(above, below)-min(above, below) < 40 {
					found++
				}
			}
		}
	}
	return found * 1000 / all
}

// difference is how many steps of luma two pictures differ by on average.
func difference(a, b []byte) float64 {
	sum := 0.0
	for i := range b {
		sum += math.Abs(float64(a[i]) - float64(b[i]))
	}
	return sum / float64(max(len(b), 1))
}

func TestInterlacedPictures(t *testing.T) {
	t.Parallel()
	h264 := func(filter string, more ...string) []string {
		return append([]string{"-vf", filter, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "14", "-g", "25", "-pix_fmt", "yuv420p"}, more...)
	}
	const up, down, unmarked = "tinterlace=mode=interleave_top", "tinterlace=mode=interleave_bottom", ",setfield=prog"
	marked := []string{"-flags", "+ildct+ilme", "-x264-params", "tff=1"}
	mp2 := func(filter string, more ...string) []string {
		return append([]string{"-vf", filter, "-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-pix_fmt", "yuv420p"}, more...)
	}
	for _, c := range []struct {
		name, rate    string // of what is drawn
		width, height int
		file          string
		args          []string
		scan          rostrum.Scan
		timeline      rostrum.Rate
		shows         func(int) int // nil where the combing alone is looked at
	}{
		{"1080i50, marked", "50", 320, 1080, "a.mp4", h264(up, marked...), rostrum.TopFirst, rostrum.Rate25, double},
		{"1080i50, marked as progressive", "50", 320, 1080, "a.mp4", h264(up + unmarked), rostrum.TopFirst, rostrum.Rate25, double},
		{"1080i50 in a transport stream", "50", 320, 1080, "a.ts", h264(up, marked...), rostrum.TopFirst, rostrum.Rate25, double},
		{"1080i59.94, marked", "60000/1001", 320, 1080, "a.mov", h264(up, marked...), rostrum.TopFirst, rostrum.Rate2997, double},
		{"1080i59.94, marked as progressive", "60000/1001", 320, 1080, "a.mkv", h264(up + unmarked), rostrum.TopFirst, rostrum.Rate2997, double},
		{"576i50 of MPEG-2", "50", 720, 576, "a.ts", mp2(up, "-flags", "+ildct+ilme"), rostrum.TopFirst, rostrum.Rate25, double},
		{"576i50 of MPEG-2, marked as progressive", "50", 720, 576, "a.mpg", mp2(up+unmarked, "-f", "vob"), rostrum.TopFirst, rostrum.Rate25, double},
		{"576i50 of DV", "50", 720, 576, "a.avi", []string{"-vf", down, "-c:v", "dvvideo", "-pix_fmt", "yuv420p"}, rostrum.BottomFirst, rostrum.Rate25, double},
		{"576i50, lower field first, marked as upper", "50", 720, 576, "a.mp4", h264(down+",setfield=tff", marked...), rostrum.BottomFirst, rostrum.Rate25, double},
		{"1080p25, marked as interlaced", "25", 320, 1080, "a.mp4", h264("setfield=tff", marked...), rostrum.Progressive, rostrum.Rate25, same},
		{"1080p25", "25", 320, 1080, "a.mp4", h264("null"), rostrum.Progressive, rostrum.Rate25, same},
		{"film in 29.97i", "24000/1001", 720, 480, "a.mp4", h264("telecine=pattern=23", marked...), rostrum.MixedScan, rostrum.Rate2997, nil},
		{"film in 29.97i, marked as progressive", "24000/1001", 720, 480, "a.ts", h264("telecine=pattern=23" + unmarked), rostrum.MixedScan, rostrum.Rate2997, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filmOf(t, speaker(66, c.width, c.height), c.width, c.height, c.rate, c.file, c.args...)
			facts := surveyed(t, path)
			v := facts.Source.Video
			if v.Scan != c.scan || facts.Rate != c.timeline || v.Irregular {
				t.Errorf("scan %q, want %q; %s; irregular %v", v.Scan, c.scan, facts.Rate, v.Irregular)
			}
			var before []byte // picture 21 of a span that begins long before it
			for _, span := range []rostrum.Span{{In: 0, Out: 12}, {In: 10, Out: 22}, {In: 21, Out: 33}} {
				out := cut(t, path, facts, span, c.width, c.height)
				gray := grays(t, out)
				if n := combed(gray, c.width, c.height); n > 1 {
					t.Errorf("%v: %d ‰ of the pixels are combed", span, n)
				}
				if d := difference(gray[:c.width*c.height], before); span.In == 21 && d > 3 {
					t.Errorf("picture 21 differs by %.1f steps of luma with the place where decoding began", d)
				}
				before = gray[11*c.width*c.height:]
				got := numbers(t, out)
				if c.shows == nil {
					if !slices.IsSorted(got) || got[11]-got[0] < 8 || got[11]-got[0] > 10 {
						t.Errorf("%v shows %v", span, got)
					}
				} else if !slices.Equal(got, count(int(span.In), int(span.Out), 1, c.shows)) {
					t.Errorf("%v shows %v", span, got)
				}
			}
			if c.scan != rostrum.Progressive { // else the measure finds nothing
				v.Scan = rostrum.Progressive
				out := cut(t, path, facts, rostrum.Span{In: 21, Out: 33}, c.width, c.height)
				if n := combed(grays(t, out), c.width, c.height); n < 20 {
					t.Errorf("only %d ‰ combed in what is left as it was", n)
				}
			}
		})
	}
}

// Lines of text that roll up look alike every few lines, which must not be taken for fields.
func TestRollingTextIsWhole(t *testing.T) {
	t.Parallel()
	const width, height, pictures = 320, 480, 40
	random := rand.New(rand.NewPCG(3, 4))
	page := make([]byte, 0, width*(height+4*pictures))
	for y := range height + 4*pictures {
		for x := range width {
			switch {
			case y%12 > 7: // between the lines of text
				page = append(page, 230)
			case x%5 > 0:
				page = append(page, page[len(page)-1])
			default:
				page = append(page, byte(30+200*random.IntN(2)))
			}
		}
	}
	raw := make([]byte, 0, width*height*pictures)
	for i := range pictures {
		raw = append(raw, page[4*i*width:][:width*height]...)
	}
	path := filmOf(t, raw, width, height, "25", "a.mp4", x264("-pix_fmt", "yuv420p", "-flags", "+ildct+ilme", "-x264-params", "tff=1")...)
	if scan := surveyed(t, path).Source.Video.Scan; scan != rostrum.Progressive {
		t.Errorf("scan %q", scan)
	}
}
