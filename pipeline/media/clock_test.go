package media_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

// tone adds a stream of sound to a film.
func tone(more ...string) []string {
	return append([]string{"-f", "lavfi", "-i", "sine=r=48000", "-shortest", "-c:a", "aac"}, more...)
}

func TestClocks(t *testing.T) {
	t.Parallel()
	later := func(n int) func(int) int { return func(frame int) int { return frame + n } }
	for _, c := range []struct {
		name, file string
		args       []string
		again      string   // file that a copy of the streams goes to, "" for none
		in, out    []string // arguments of the copy
		frames     rostrum.Frame
		shows      func(int) int
	}{
		{"edit list that begins between key pictures", "a.mp4", tone(x264()...), "b.mp4", []string{"-ss", "2.52"}, nil, 267, later(63)},
		{"edit list of a MOV", "a.mov", tone(x264()...), "b.mov", []string{"-ss", "5.08"}, nil, 203, later(127)},
		{"no edit list", "a.mp4", tone(x264("-use_editlist", "0")...), "", nil, nil, 330, same},
		{"pictures later than sound", "a.mp4", tone(x264("-vf", "setpts=PTS+0.48/TB", "-fps_mode", "passthrough")...), "", nil, nil, 330, same},
		{"pictures later than sound in Matroska", "a.mkv", tone(x264("-vf", "setpts=PTS+0.48/TB", "-fps_mode", "passthrough")...), "", nil, nil, 330, same},
		{"sound later than pictures in a transport stream", "a.ts", tone(x264("-af", "asetpts=PTS+0.73/TB")...), "", nil, nil, 330, same},
		{"before zero, which an edit list hides", "a.mov", tone(x264("-vf", "setpts=PTS-1.2/TB", "-fps_mode", "passthrough", "-avoid_negative_ts", "disabled")...), "", nil, nil, 300, later(30)},
		{"time of day", "a.mkv", tone(x264("-output_ts_offset", "36000.2")...), "", nil, nil, 330, same},
		{"clock of a transport stream that turns over", "a.ts", tone(x264()...), "b.ts", nil, []string{"-output_ts_offset", "95438"}, 330, same},
		{"clock of a transport stream that turns over, key pictures 10 s apart", "a.ts", x264("-g", "250"), "b.ts", nil, []string{"-output_ts_offset", "95435"}, 330, same},
		{"transport stream of a whole day", "a.ts", x264(), "b.ts", nil, []string{"-output_ts_offset", "86000"}, 330, same},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := film(t, "25", 330, c.file, c.args...)
			if c.again != "" {
				path = copied(t, path, c.again, c.in, c.out...)
			}
			facts := surveyed(t, path)
			if facts.Frames != c.frames || facts.Rate != rostrum.Rate25 {
				t.Errorf("%d frames at %s, want %d: %+v", facts.Frames, facts.Rate, c.frames, facts.Source.Video)
			}
			checkCuts(t, path, facts, c.shows)
		})
	}
}

func TestHoles(t *testing.T) {
	t.Parallel()
	hole := func(in, out int) (string, func(int) int) {
		filter := "select='not(between(n," + itoa(in) + "," + itoa(out-1) + "))'"
		return filter, func(frame int) int {
			if frame >= in && frame < out {
				return in - 1
			}
			return frame
		}
	}
	for _, c := range []struct {
		name, file string
		in, out    int
		surveyed   bool // before any chunk is encoded
	}{
		{"6 s in MP4", "a.mp4", 100, 250, true},
		{"6 s in Matroska", "a.mkv", 100, 250, false},
		{"6 s in a transport stream", "a.ts", 100, 250, true},
		{"a few pictures", "a.mp4", 247, 250, false},
		{"a few pictures before a key picture", "a.mkv", 162, 165, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			filter, shows := hole(c.in, c.out)
			path := film(t, "25", 330, c.file, x264("-vf", filter, "-fps_mode", "passthrough")...)
			facts := surveyed(t, path)
			if facts.Frames != 330 || facts.Rate != rostrum.Rate25 || facts.Source.Video.Gap < rostrum.Frame(c.out-c.in) {
				t.Errorf("%d frames at %s: %+v", facts.Frames, facts.Rate, facts.Source.Video)
			}
			if v := facts.Source.Video; c.surveyed != (v.Irregular || v.Unindexed) {
				t.Errorf("irregular %v, unindexed %v", v.Irregular, v.Unindexed)
			}
			if !c.surveyed { // chunks may be encoded before the survey has found the hole
				facts.Source.Video.Gap, facts.Source.Video.KeyGap = 0, 0
			}
			checkCuts(t, path, facts, shows)
		})
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rate, file string
		pictures         int
		args             []string
		timeline         rostrum.Rate
		frames           rostrum.Frame
		shows            func(int) int
	}{
		{"one a second, as screens are captured", "1", "a.mp4", 12, x264("-bf", "0"), rostrum.Rate25, 300, func(n int) int { return n / 25 }},
		{"one in two seconds", "1/2", "a.mkv", 6, x264("-bf", "0"), rostrum.Rate25, 300, func(n int) int { return n / 50 }},
		{"30 with pictures left out", "30", "a.mkv", 330, x264("-vf", "select='lt(mod(n,10),6)'", "-fps_mode", "passthrough"), rostrum.Rate30, 326, func(n int) int { return n/10*10 + min(n%10, 5) }},
		{"60 with pictures left out", "60", "a.mp4", 600, x264("-vf", "select='lt(mod(n,20),14)'", "-fps_mode", "passthrough"), rostrum.Rate30, 297, func(n int) int { return 2*n/20*20 + min(2*n%20, 13) }},
		{"15 of a web camera", "15", "a.mkv", 150, x264(), rostrum.Rate30, 300, func(n int) int { return n / 2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := film(t, c.rate, c.pictures, c.file, c.args...)
			facts := surveyed(t, path)
			if facts.Rate != c.timeline || facts.Frames != c.frames {
				t.Errorf("%d frames at %s, want %d: %+v", facts.Frames, facts.Rate, c.frames, facts.Source.Video)
			}
			facts.Frames = min(facts.Frames, c.frames)
			checkCuts(t, path, facts, c.shows)
		})
	}
}

// A stream may carry several programmes; a speaker of one must not be heard over the picture of another.
func TestProgrammes(t *testing.T) {
	t.Parallel()
	path := film(t, "25", 330, "a.ts", "-f", "lavfi", "-i", "sine=300", "-f", "lavfi", "-i", "sine=600", "-shortest",
		"-filter_complex", "[0:v]split[l][s];[s]scale=160:96[t]", "-map", "[t]", "-map", "1", "-map", "2", "-map", "[l]", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "14", "-g", "50",
		"-program", "program_num=1:st=0:st=1", "-program", "program_num=2:st=2:st=3")
	facts := surveyed(t, path)
	if v := facts.Source.Video; v.Stream != 3 || v.Width != filmWidth {
		t.Errorf("picture %+v", v)
	}
	if s := facts.Source.Sound; len(s) != 1 || s[0].Stream != 2 {
		t.Errorf("sound %+v", s)
	}
	if len(facts.Notices) != 1 {
		t.Errorf("notices %q", facts.Notices)
	}
	checkCuts(t, path, facts, same)
}

func TestWhatRidesAlong(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cover, captions := filepath.Join(folder, "cover.png"), filepath.Join(folder, "a.srt")
	tools := tools(t)
	if err := tools.Run(t.Context(), media.Job{Args: []string{"-y", "-f", "lavfi", "-i", "color=red:s=640x640", "-frames:v", "1", "file:" + cover}, Write: folder}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(captions, []byte("1\n00:00:01,000 --> 00:00:02,000\nHello.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		args  []string
		again string
		out   []string
	}{
		{"a.mkv", tone(x264()...), "b.mkv", []string{"-attach", cover, "-metadata:s:t:0", "mimetype=image/png", "-attach", captions, "-metadata:s:t:1", "mimetype=application/x-truetype-font", "-metadata:s:t:1", "filename=a.ttf"}},
		{"a.mp4", tone(x264()...), "b.mp4", []string{"-i", cover, "-i", captions, "-map", "1", "-map", "2", "-c:s", "mov_text", "-disposition:v:1", "attached_pic"}},
		{"a.mov", tone(x264("-timecode", "10:00:00:00")...), "b.mov", []string{"-i", captions, "-map", "1", "-c:s", "mov_text"}},
	} {
		t.Run(c.again, func(t *testing.T) {
			t.Parallel()
			first := film(t, "25", 330, c.name, c.args...)
			path := filepath.Join(t.TempDir(), c.again)
			args := []string{"-y", "-i", "file:" + first}
			inputs := c.out
			for len(inputs) > 1 && inputs[0] == "-i" {
				args, inputs = append(args, inputs[:2]...), inputs[2:]
			}
			args = append(append(append(args, "-map", "0", "-c", "copy"), inputs...), "file:"+path)
			if err := tools.Run(t.Context(), media.Job{Args: args, Read: []string{first, folder}, Write: filepath.Dir(path)}); err != nil {
				t.Fatal(err)
			}
			facts := surveyed(t, path)
			if v := facts.Source.Video; v.Width != filmWidth || len(facts.Source.Sound) != 1 || facts.Frames != 330 {
				t.Errorf("%+v %+v", facts, v)
			}
			checkCuts(t, path, facts, same)
		})
	}
}

func TestStartTimecode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rate, file, timecode, want, second string }{
		{"25", "a.mov", "10:04:23:07", "10:04:23:07", "10:04:23:08"},
		{"30000/1001", "a.mov", "00:59:59;28", "00:59:59;28", "00:59:59;29"},
		{"50", "a.mov", "10:00:00:40", "10:00:00:20", "10:00:00:21"},
		{"60000/1001", "a.mov", "01:00:59;58", "01:00:59;29", "01:01:00;02"},
		{"25", "a.mxf", "10:04:23:07", "10:04:23:07", "10:04:23:08"},
	} {
		t.Run(c.rate+c.file, func(t *testing.T) {
			t.Parallel()
			args := x264("-timecode", c.timecode)
			if filepath.Ext(c.file) == ".mxf" {
				args = mpeg2("-timecode", c.timecode, "-vf", "scale=720:576")
			}
			facts := surveyed(t, film(t, c.rate, 20, c.file, args...))
			r := rostrum.Recording{Rate: facts.Rate, Source: facts.Source}
			if facts.Source.Start != c.want || r.Timecode(1) != c.second {
				t.Errorf("begins at %q, then %q", facts.Source.Start, r.Timecode(1))
			}
		})
	}
}

// Phones write the picture as the sensor lies, and how to turn it.
func TestTurnedPictures(t *testing.T) {
	t.Parallel()
	// Corners clockwise from the upper left: brightness.
	raw := corners(20, 70, 140, 220)
	plain := filmOf(t, bytes.Repeat(raw, 50), 160, 96, "25", "a.mp4", x264("-pix_fmt", "yuv420p")...)
	data, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		a, b, c, d int32 // of the matrix (ISO/IEC 14496-12, 8.3.2)
		want       []int // corners clockwise from the upper left
		portrait   bool
	}{
		{"as it is", 1, 0, 0, 1, []int{20, 70, 140, 220}, false},
		{"90", 0, 1, -1, 0, []int{220, 20, 70, 140}, true},
		{"180", -1, 0, 0, -1, []int{140, 220, 20, 70}, false},
		{"270", 0, -1, 1, 0, []int{70, 140, 220, 20}, true},
		{"mirrored", -1, 0, 0, 1, []int{70, 20, 220, 140}, false},
		{"upside down", 1, 0, 0, -1, []int{220, 140, 70, 20}, false},
		{"mirrored and turned", 0, 1, 1, 0, []int{20, 220, 140, 70}, true},
		{"mirrored and turned back", 0, -1, -1, 0, []int{140, 70, 20, 220}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			turned := slices.Clone(data)
			at := bytes.Index(turned, []byte("tkhd")) + 4 + 40
			for i, x := range []int32{c.a, c.b, 0, c.c, c.d} {
				binary.BigEndian.PutUint32(turned[at+4*i:], uint32(x<<16))
			}
			path := filepath.Join(t.TempDir(), "a.mp4")
			if err := os.WriteFile(path, turned, 0o600); err != nil {
				t.Fatal(err)
			}
			facts := surveyed(t, path)
			w, h := 160, 96
			if c.portrait {
				w, h = h, w
			}
			if v := facts.Source.Video; v.Width != w || v.Height != h {
				t.Errorf("%d × %d, want %d × %d", v.Width, v.Height, w, h)
			}
			picture := grays(t, cut(t, path, facts, rostrum.Span{In: 7, Out: 9}, w, h))[:w*h]
			for i, p := range [][2]int{{w / 4, h / 4}, {w * 3 / 4, h / 4}, {w * 3 / 4, h * 3 / 4}, {w / 4, h * 3 / 4}} {
				want := 16 + c.want[i]*219/255 // in the range of television
				if got := int(picture[p[1]*w+p[0]]); got < want-4 || got > want+4 {
					t.Errorf("corner %d is %d, want %d", i, got, want)
				}
			}
		})
	}
}

// corners draws a picture of 160×96 in four quarters, clockwise from the upper left.
func corners(a, b, c, d byte) []byte {
	var raw []byte
	for y := range 96 {
		left, right := a, b
		if y >= 48 {
			left, right = d, c
		}
		raw = append(append(raw, bytes.Repeat([]byte{left}, 80)...), bytes.Repeat([]byte{right}, 80)...)
	}
	return raw
}

func TestShapes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		width, height int // stored
		sar           string
		wantW, wantH  int
		rungW, rungH  int // of the first rung
	}{
		{"4:3 of 625 lines", 720, 576, "16/15", 768, 576, 640, 480},
		{"16:9 of 625 lines", 720, 576, "64/45", 1024, 576, 854, 480},
		{"HDV", 1440, 1080, "4/3", 1920, 1080, 1920, 1080},
		{"odd", 853, 479, "1", 853, 479, 852, 478},
		{"tiny", 34, 18, "1", 34, 18, 34, 18},
		{"very wide", 2400, 100, "1", 2400, 100, 2400, 100},
		{"portrait", 360, 640, "1", 360, 640, 360, 640},
		{"shape that can't be", 320, 192, "1/100", 320, 192, 320, 192},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			format := "yuv420p"
			if c.width%2 == 1 {
				format = "yuv444p"
			}
			path := film(t, "25", 30, "a.mkv", x264("-vf", "scale="+itoa(c.width)+":"+itoa(c.height)+":flags=neighbor,setsar="+c.sar, "-pix_fmt", format)...)
			facts := surveyed(t, path)
			if v := facts.Source.Video; v.Width != c.wantW || v.Height != c.wantH {
				t.Errorf("%d × %d, want %d × %d", v.Width, v.Height, c.wantW, c.wantH)
			}
			rung := rostrum.Ladder(facts.Source.Video.Width, facts.Source.Video.Height)[0]
			if rung.Width != c.rungW || rung.Height != c.rungH {
				t.Errorf("first rung %d × %d, want %d × %d", rung.Width, rung.Height, c.rungW, c.rungH)
			}
			out := cut(t, path, facts, rostrum.Span{In: 3, Out: 9}, rung.Width, rung.Height)
			made, err := tools(t).Probe(t.Context(), out)
			if err != nil || made.Source.Video.Width != rung.Width || made.Source.Video.Height != rung.Height {
				t.Fatalf("made %+v, %v", made.Source.Video, err)
			}
			if c.width >= 320 {
				if got := numbers(t, out); !slices.Equal(got, count(3, 9, 1, same)) {
					t.Errorf("shows %v", got)
				}
			}
		})
	}
}
