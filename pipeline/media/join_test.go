package media_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

// beeps is a sound with one beep in each second: it begins 0.4 s after the second does, and lasts 0.2 s.
const beeps = "aevalsrc=0.5*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.4\\,0.6):s=48000"

// stretch makes a file with the pictures from, from+1, … under to, and sound of the given length that begins with them.
func stretch(t *testing.T, rate string, from, to int, name, sound string, seconds float64, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := []string{"-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", fmt.Sprintf("%dx%d", filmWidth, filmHeight), "-r", rate, "-i", "pipe:0"}
	if sound != "" {
		all = append(all, "-f", "lavfi", "-t", strconv.FormatFloat(seconds, 'f', 6, 64), "-i", sound)
	}
	all = append(append(all, "-pix_fmt", "yuv420p"), args...)
	raw := pictures(to)[from*filmWidth*filmHeight:]
	if err := tools(t).Run(t.Context(), media.Job{Args: append(all, "file:"+path), Stdin: bytes.NewReader(raw), Write: filepath.Dir(path)}); err != nil {
		t.Fatal(err)
	}
	return path
}

// onsets gives the seconds at which the sound of a file becomes loud, as a reader that only counts samples hears it.
func onsets(t *testing.T, path string) []float64 {
	t.Helper()
	var raw bytes.Buffer
	args := append(media.Input(path), "-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le", media.Pipe(0))
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Outputs: []media.Consumer{media.To(&raw)}, Read: []string{path}}); err != nil {
		t.Fatal(err)
	}
	var at []float64
	last := -48000
	for i := range raw.Len() / 2 {
		if x := int16(binary.LittleEndian.Uint16(raw.Bytes()[2*i:])); x > 3000 || x < -3000 {
			if i-last > 2400 {
				at = append(at, float64(i)/48000)
			}
			last = i
		}
	}
	return at
}

// pictureTimes gives the time of each picture, as the clock of the container has it, in order.
func pictureTimes(t *testing.T, path string) []*big.Rat {
	t.Helper()
	out, err := exec.Command(tools(t).FFprobe.Path, "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts:stream=time_base", "-of", "csv", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var ticks []int64
	base := new(big.Rat)
	for line := range strings.FieldsSeq(string(out)) {
		kind, rest, _ := strings.Cut(line, ",")
		if kind == "stream" {
			base.SetString(strings.Trim(rest, ","))
		} else if n, err := strconv.ParseInt(strings.Trim(rest, ","), 10, 64); err == nil {
			ticks = append(ticks, n)
		}
	}
	slices.Sort(ticks)
	var times []*big.Rat
	for _, n := range ticks {
		times = append(times, new(big.Rat).Mul(base, big.NewRat(n, 1)))
	}
	return times
}

func probed(t *testing.T, paths ...string) []media.Part {
	t.Helper()
	var parts []media.Part
	for _, path := range paths {
		facts, err := tools(t).Probe(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, media.Part{Path: path, Facts: facts})
	}
	return parts
}

func TestPartsAreJoinedToTheFrame(t *testing.T) {
	t.Parallel()
	mpeg2 := []string{"-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-bf", "2"}
	for _, c := range []struct {
		name, rate, file string
		parts            []int // pictures of each
		sound            float64
		gap              rostrum.Frame // of the source's pictures, before the second part
		args             []string
		second           []string // for the second part
		exact            bool     // the times of pictures are whole ones to the tick
	}{
		{"25 MOV with PCM", "25", "a.mov", []int{53, 61, 40}, 0, 0, x264("-c:a", "pcm_s16le"), nil, true},
		{"29.97 MP4 with AAC", "30000/1001", "a.mp4", []int{61, 73, 50}, 0, 0, x264("-c:a", "aac"), nil, true},
		{"50 MP4, an odd number of pictures", "50", "a.mp4", []int{101, 77, 60}, 0, 0, x264("-c:a", "aac"), nil, true},
		{"sound goes on after the picture", "25", "a.mov", []int{53, 61, 40}, 0.31, 0, x264("-c:a", "pcm_s16le"), nil, true},
		{"sound ends before the picture", "30000/1001", "a.mp4", []int{61, 73, 50}, -0.27, 0, x264("-c:a", "aac"), nil, true},
		{"a gap", "30000/1001", "a.mov", []int{61, 73, 50}, 0.1, 77, x264("-c:a", "pcm_s24le"), nil, true},
		{"a long gap in eight channels", "25", "a.mov", []int{53, 61, 40}, 0, 25 * 200, x264("-af", "pan=7.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0|c6=c0|c7=c0", "-c:a", "pcm_s24le"), nil, true},
		{"29.97 MXF", "30000/1001", "a.mxf", []int{61, 73, 50}, 0, 0, append(mpeg2, "-c:a", "pcm_s16le"), nil, true},
		{"25 transport stream", "25", "a.ts", []int{53, 61, 40}, 0, 0, x264("-c:a", "aac"), nil, true},
		{"29.97 Matroska", "30000/1001", "a.mkv", []int{61, 73, 50}, 0, 0, x264("-c:a", "aac"), nil, false},
		{"clocks differ", "25", "a.mp4", []int{53, 61, 40}, 0.2, 5, x264("-c:a", "aac"), []string{"-video_track_timescale", "90000"}, true},
		{"streams lie in another order", "25", "a.mov", []int{53, 61, 40}, 0, 0, x264("-c:a", "pcm_s16le"), []string{"-map", "1", "-map", "0"}, true},
		{"sound begins late", "25", "a.mov", []int{53, 61, 40}, 0, 0, x264("-c:a", "pcm_s16le"), []string{"-af", "atrim=start=0.2"}, true},
		{"VP9", "25", "a.mkv", []int{53, 61, 40}, 0, 0, []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "20", "-b:v", "0", "-c:a", "libopus"}, nil, false},
		{"no sound", "30000/1001", "a.mp4", []int{61, 73, 50}, math.NaN(), 0, x264(), nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rate, err := rostrum.ParseRate(c.rate)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			var wantNumbers []int
			var wantTimes []*big.Rat
			var wantBeeps []float64
			from, at := 0, rostrum.Frame(0)
			for i, n := range c.parts {
				args := c.args
				if i == 1 {
					args = append(args[:len(args):len(args)], c.second...)
					at += c.gap
				}
				sound, length := beeps, rate.Duration(rostrum.Frame(n)).Seconds()+c.sound
				if math.IsNaN(c.sound) {
					sound = ""
				}
				paths = append(paths, stretch(t, c.rate, from, from+n, c.file, sound, length, args...))
				for k := range n {
					wantNumbers = append(wantNumbers, from+k)
					wantTimes = append(wantTimes, big.NewRat((int64(at)+int64(k))*rate.Den, rate.Num))
				}
				for s := 0.4; sound != "" && s < length; s++ {
					wantBeeps = append(wantBeeps, rate.Duration(at).Seconds()+s)
				}
				from, at = from+n, at+rostrum.Frame(n)
			}
			parts := probed(t, paths...)
			parts[1].Gap = rate.Duration(c.gap)
			out := filepath.Join(t.TempDir(), "media")
			if err := tools(t).Join(t.Context(), parts, out); err != nil {
				t.Fatal(err)
			}
			if got := numbers(t, out); !slices.Equal(got, wantNumbers) {
				t.Errorf("shows %v", got)
			}
			got := pictureTimes(t, out)
			if len(got) != len(wantTimes) {
				t.Fatalf("%d pictures have times, want %d", len(got), len(wantTimes))
			}
			for i := range got {
				off, _ := new(big.Rat).Sub(got[i], wantTimes[i]).Float64()
				if c.exact && off != 0 || math.Abs(off) > 0.002 {
					t.Fatalf("picture %d is at %s, want %s", i, got[i].FloatString(6), wantTimes[i].FloatString(6))
				}
			}
			if len(wantBeeps) > 0 {
				heard := onsets(t, out)
				if len(heard) != len(wantBeeps) {
					t.Fatalf("beeps at %.3f, want %.3f", heard, wantBeeps)
				}
				for i := range heard {
					if math.Abs(heard[i]-wantBeeps[i]) > 0.010 {
						t.Errorf("beeps at %.4f, want %.4f", heard, wantBeeps)
						break
					}
				}
			}
			facts, err := tools(t).Probe(t.Context(), out)
			if err != nil {
				t.Fatal(err)
			}
			facts = media.Joined(parts, facts)
			if facts.Rate != parts[0].Facts.Rate || facts.Source.Video.Begin != "0.000000000" || facts.Source.Video.Halved != (c.rate == "50") {
				t.Errorf("the file is %v, %+v", facts.Rate, facts.Source.Video)
			}
			if facts.Source.Video.Irregular != (c.gap > 0) {
				t.Errorf("irregular: %v", facts.Source.Video.Irregular)
			}
		})
	}
}

// PCM is the same after the copy to the bit, and a channel stays where it was.
func TestPartsKeepTheirSamples(t *testing.T) {
	t.Parallel()
	for _, codec := range []string{"pcm_s16le", "pcm_s24le", "pcm_f32le"} {
		t.Run(codec, func(t *testing.T) {
			t.Parallel()
			noise := "anoisesrc=r=48000:seed=%d,aformat=channel_layouts=mono"
			var paths []string
			want := make([][]byte, 2)
			for i := range 2 {
				sound := fmt.Sprintf(noise, i+1)
				path := stretch(t, "25", 0, 30, "a.mov", sound, 1.2, x264("-filter_complex", "[1]asplit=5[a][b][c][d][e];[b]volume=0.5[f];[c]volume=0.25[g];[d]volume=0.125[h];[a][f][g][h]join=inputs=4:channel_layout=4.0[m]",
					"-map", "0:v", "-map", "[m]", "-map", "[e]", "-c:a", codec, "-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=zho")...)
				paths = append(paths, path)
				for k := range want {
					want[k] = append(want[k], samples(t, path, k)...)
				}
			}
			out := filepath.Join(t.TempDir(), "media")
			parts := probed(t, paths...)
			if err := tools(t).Join(t.Context(), parts, out); err != nil {
				t.Fatal(err)
			}
			for k := range want {
				if got := samples(t, out, k); len(want[k]) == 0 || !bytes.Equal(got, want[k]) {
					t.Errorf("track %d has %d bytes of samples, want those %d", k, len(got), len(want[k]))
				}
			}
		})
	}
}

// samples gives the samples of sound stream k as 32 bit floats, in which each of the encodings above fits.
func samples(t *testing.T, path string, k int) []byte {
	t.Helper()
	var raw bytes.Buffer
	args := append(media.Input(path), "-map", fmt.Sprintf("0:a:%d", k), "-f", "f64le", "-c:a", "pcm_f64le", media.Pipe(0))
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Outputs: []media.Consumer{media.To(&raw)}, Read: []string{path}}); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

// What a player is told about the picture comes along: its shape, its colours, how it is turned, and the time of day.
func TestPartsKeepTheirLook(t *testing.T) {
	t.Parallel()
	look := []string{"-vf", "setsar=16/15", "-color_primaries", "bt470bg", "-color_trc", "gamma28", "-colorspace", "bt470bg", "-timecode", "23:59:59;20", "-c:a", "aac"}
	for _, turn := range []string{"90", "180", "270"} {
		var paths []string
		for i := range 2 {
			upright := stretch(t, "30000/1001", 30*i, 30*i+30, "a.mov", beeps, 1, x264(look...)...)
			paths = append(paths, filepath.Join(t.TempDir(), "turned.mov"))
			args := append(media.Input(upright), "-c", "copy", "-metadata:s:v:0", "rotate="+turn, "file:"+paths[i])
			if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{upright}, Write: filepath.Dir(paths[i])}); err != nil {
				t.Fatal(err)
			}
		}
		parts := probed(t, paths...)
		out := filepath.Join(t.TempDir(), "media")
		for name, write := range map[string]func() error{
			"both": func() error { return tools(t).Join(t.Context(), parts, out) },
			"one":  func() error { return tools(t).Join(t.Context(), parts[:1], out) },
		} {
			if err := write(); err != nil {
				t.Fatal(name, err)
			}
			if got, want := lookOf(t, out), lookOf(t, paths[0]); got != want || !strings.Contains(want, "rotation=") || !strings.Contains(want, "bt470bg") {
				t.Errorf("%s gives %q, want %q", name, got, want)
			}
			got, want := probed(t, out)[0].Facts, parts[0].Facts
			if a, b := got.Source.Video, want.Source.Video; a.Width != b.Width || a.Height != b.Height || max(a.Width, a.Height) != 341 || got.Source.Start != "23:59:59;20" {
				t.Errorf("%s gives %+v from %s, want %+v", name, a, got.Source.Start, b)
			}
		}
	}
}

// lookOf is what the container tells about the picture.
func lookOf(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command(tools(t).FFprobe.Path, "-v", "error", "-select_streams", "v:0", "-show_entries",
		"stream_side_data=rotation:stream=sample_aspect_ratio,color_primaries,color_transfer,color_space", "-of", "compact", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A file that passed for a recording when it was probed and is a script now opens nothing else.
func TestPartsAreNoScripts(t *testing.T) {
	t.Parallel()
	good := stretch(t, "25", 0, 30, "a.mp4", "", 0, x264()...)
	bad := stretch(t, "25", 30, 60, "a.mp4", "", 0, x264()...)
	parts := probed(t, good, bad)
	for name, script := range map[string]string{
		"concat": "ffconcat version 1.0\nfile '" + good + "'\n",
		"HLS":    "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.2,\n" + good + "\n#EXT-X-ENDLIST\n",
	} {
		for place, paths := range map[string][]string{"first": {bad, good}, "second": {good, bad}} {
			if err := os.WriteFile(bad, []byte(script), 0o600); err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "media")
			turned := []media.Part{{Path: paths[0], Facts: parts[0].Facts}, {Path: paths[1], Facts: parts[1].Facts}}
			if err := tools(t).Join(t.Context(), turned, out); rostrum.ErrorCode(err) != rostrum.Invalid {
				t.Errorf("%s as the %s file: %v", name, place, err)
			}
		}
	}
}

func TestPartsOfSoundAlone(t *testing.T) {
	t.Parallel()
	var paths []string
	for i, length := range []string{"1.5", "2.25"} {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.wav", i))
		if err := tools(t).Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-t", length, "-i", beeps, "-c:a", "pcm_s24le", path}, Write: filepath.Dir(path)}); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	parts := probed(t, paths...)
	out := filepath.Join(t.TempDir(), "media")
	if err := tools(t).Join(t.Context(), parts, out); err != nil {
		t.Fatal(err)
	}
	if got := samples(t, out, 0); !bytes.Equal(got, append(samples(t, paths[0], 0), samples(t, paths[1], 0)...)) {
		t.Errorf("%d bytes of samples are not those of both", len(got))
	}
}

// The clock of a transport stream has 33 bits at 90 kHz: it passes its end after 26.5 hours.
func TestJoinStraightensTheClock(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"wraps":             {"-output_ts_offset", "95440.5"},
		"starts at a point": {"-output_ts_offset", "3600"},
	} {
		path := stretch(t, "25", 0, 200, "a.ts", beeps, 8, x264(append([]string{"-c:a", "mp2", "-muxdelay", "0"}, args...)...)...)
		out := filepath.Join(t.TempDir(), "media")
		if err := tools(t).Join(t.Context(), probed(t, path), out); err != nil {
			t.Fatal(name, err)
		}
		if got, want := numbers(t, out), count(0, 200, 1, same); !slices.Equal(got, want) {
			t.Errorf("%s: shows %v", name, got)
		}
		for i, at := range pictureTimes(t, out) {
			if at.Cmp(big.NewRat(int64(i), 25)) != 0 {
				t.Fatalf("%s: picture %d is at %s", name, i, at)
			}
		}
		heard := onsets(t, out)
		if len(heard) != 8 {
			t.Fatalf("%s: beeps at %v", name, heard)
		}
		for i := range heard {
			if math.Abs(heard[i]-float64(i)-0.4) > 0.010 {
				t.Errorf("%s: beeps at %.4f", name, heard)
			}
		}
		parts := probed(t, out)
		count, err := tools(t).Packets(t.Context(), out, parts[0].Facts.Source.Video, parts[0].Facts.Rate)
		if err != nil || count.Frames != 200 || parts[0].Facts.Source.Video.Irregular {
			t.Errorf("%s: %+v, %v", name, count, err)
		}
	}
}
