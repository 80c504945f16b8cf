package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"rostrum"
)

// Recorders, phones and conference platforms write files that are right and still awkward. Each of these is taken in as a person would,
// and what a visitor then downloads is looked at and listened to.

// An awkward recording shows a red, a green, a blue and a white corner, from the upper left on in reading order. At a second in its
// middle flashes a white field, for 0.2 s, and a beep sounds.
type awkward struct {
	name     string
	file     string
	make     [][]string                         // runs of ffmpeg in a folder of its own, where there is also a font.ttf; the last writes the file
	change   func(t *testing.T, path string)    // what ffmpeg can't do; nil for nothing
	channels string                             // "" for the default
	rate     string                             // of the timeline
	frames   int                                // of the timeline
	width    int                                // upright, in square pixels; 0 without a picture
	height   int                                //
	at       float64                            // second of the flash and of the beep
	silent   bool                               // there is no sound
	timecode string                             // of the first frame, "" for any
	more     func(*testing.T, string, *printed) // what else is to be seen under the address of the service; nil for nothing
}

// beep is a source of sound that hums all the time, as loud as a voice from afar, and beeps once on each channel.
func beep(at ...float64) []string {
	var channels []string
	for _, s := range at {
		channels = append(channels, fmt.Sprintf("0.03*sin(2*PI*220*t)+0.4*sin(2*PI*1000*t)*gte(t\\,%g)*lt(t\\,%g)", s, s+0.2))
	}
	layout := map[int]string{1: "mono", 2: "stereo", 8: "7.1"}[len(at)]
	return []string{"-f", "lavfi", "-t", "3", "-i", "aevalsrc=" + strings.Join(channels, "|") + ":s=48000:c=" + layout}
}

// scene is the filters that draw the corners and the flash onto a picture of that size.
func scene(width, height int, flash, until float64) string {
	w, h := width/4, height/4
	box := func(x, y, w, h int, colour, more string) string {
		return fmt.Sprintf("drawbox=%d:%d:%d:%d:%s:fill%s", x, y, w, h, colour, more)
	}
	return strings.Join([]string{
		box(0, 0, w, h, "red", ""), box(width-w, 0, w, h, "lime", ""), box(0, height-h, w, h, "blue", ""), box(width-w, height-h, w, h, "white", ""),
		box(width*2/5, height*7/20, width/5, height/5, "white", fmt.Sprintf(":enable='gte(t,%g)*lt(t,%g)'", flash, until)),
	}, ",")
}

// picture is a source of pictures with the scene.
func picture(width, height int, rate string, seconds, flash float64, more ...string) []string {
	graph := fmt.Sprintf("color=0x404040:s=%dx%d:r=%s:d=%g,format=rgb24,%s", width, height, rate, seconds, scene(width, height, flash, flash+0.2))
	return []string{"-f", "lavfi", "-i", strings.Join(append([]string{graph}, more...), ",")}
}

func with(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// The encoders of most fixtures: small and quick.
var (
	h264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac"}
	flip = [9]float64{-1, 0, 0, 0, 1, 0, 320, 0, 1}
	turn = [9]float64{0, 1, 0, -1, 0, 0, 180, 0, 1} // by 90 degrees clockwise
)

// interlaced is 25 pictures a second of two fields, in which a bar moves across.
const interlaced = "color=0x404040:s=720x576:r=50:d=3,format=rgb24[g];color=white:s=60x80:r=50:d=3[b];[g][b]overlay=x='mod(n*23,660)':y=336,"

var awkwards = []awkward{
	{name: "interlaced, flagged progressive", file: "a.mov", rate: "25/1", frames: 75, width: 720, height: 576, at: 1, more: notCombed,
		make: [][]string{with([]string{"-f", "lavfi", "-i", interlaced + scene(720, 576, 1, 1.2) + ",tinterlace=interleave_top,setfield=prog,setsar=1"}, beep(1), h264, []string{"a.mov"})}},
	{name: "turned", file: "a.mov", rate: "25/1", frames: 75, width: 180, height: 320, at: 1, change: matrix(turn),
		make: [][]string{with(picture(180, 320, "25", 3, 1, "transpose=cclock"), beep(1), h264, []string{"a.mov"})}},
	{name: "mirrored", file: "a.mov", rate: "25/1", frames: 75, width: 320, height: 180, at: 1, change: matrix(flip),
		make: [][]string{with(picture(320, 180, "25", 3, 1, "hflip"), beep(1), h264, []string{"a.mov"})}},
	{name: "variable rate with a hole", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1, "select='lt(t,1.4)+gte(t,2.2)'"), beep(1), h264, []string{"-fps_mode", "vfr", "a.mp4"})}},
	{name: "one picture a second", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with([]string{"-f", "lavfi", "-i", "color=0x404040:s=320x180:r=1:d=3,format=rgb24," + scene(320, 180, 1, 2)}, beep(1), h264, []string{"a.mp4"})}},
	{name: "853 × 479", file: "a.mp4", rate: "25/1", frames: 75, width: 853, height: 479, at: 1,
		make: [][]string{with(picture(853, 479, "25", 3, 1), beep(1), h264, []string{"-pix_fmt", "yuv444p", "a.mp4"})}},
	{name: "PAL 4:3", file: "a.mpg", rate: "25/1", frames: 75, width: 768, height: 576, at: 1,
		make: [][]string{with(picture(720, 576, "25", 3, 1, "setsar=16/15"), beep(1), []string{"-c:v", "mpeg2video", "-q:v", "4", "-pix_fmt", "yuv420p", "-c:a", "mp2", "a.mpg"})}},
	{name: "10 bit 4:2:2", file: "a.mov", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), []string{"-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le", "a.mov"})}},
	{name: "HDR, PQ", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1, "zscale=tin=bt709:pin=bt709:min=gbr:rin=full:t=smpte2084:p=bt2020:m=bt2020nc:r=limited:npl=203,format=yuv420p10le"), beep(1),
			[]string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-tag:v", "hvc1", "-c:a", "aac", "a.mp4"})}},
	{name: "edit list", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{
			with(picture(320, 180, "25", 4, 2), beep(2), []string{"-af", "apad=whole_dur=4"}, h264, []string{"-g", "250", "whole.mp4"}),
			{"-ss", "1", "-i", "whole.mp4", "-c", "copy", "a.mp4"}}},
	{name: "starts at a negative time", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"-output_ts_offset", "-0.5", "-avoid_negative_ts", "disabled", "-use_editlist", "0", "-movflags", "+negative_cts_offsets", "a.mp4"})}},
	{name: "transport stream whose clock wraps", file: "a.ts", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"-output_ts_offset", "95442", "a.ts"})}},
	{name: "several programmes", file: "a.ts", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(160, 90, "25", 3, 2), beep(2), picture(320, 180, "25", 3, 1), beep(1), []string{"-map", "0", "-map", "1", "-map", "2", "-map", "3"}, h264,
			[]string{"-program", "title=small:st=0:st=1", "-program", "title=large:st=2:st=3", "a.ts"})}},
	{name: "open groups of pictures", file: "a.ts", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), []string{"-c:v", "libx264", "-preset", "veryfast", "-x264-params", "open-gop=1:keyint=20:bframes=3:scenecut=0", "-pix_fmt", "yuv420p", "-c:a", "aac", "a.ts"})}},
	{name: "last pictures missing", file: "a.mp4", rate: "25/1", frames: 60, width: 320, height: 180, at: 1, change: cutAtPicture(60),
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"-bf", "0", "-movflags", "+faststart", "a.mp4"})}},
	{name: "timecode that drops frames", file: "a.mov", rate: "30000/1001", frames: 90, width: 320, height: 180, at: 1.001, timecode: "10:00:59;20",
		make: [][]string{with(picture(320, 180, "30000/1001", 3, 1), beep(1.001), h264, []string{"-timecode", "10:00:59;20", "a.mov"})}},
	{name: "Matroska with an attachment", file: "a.mkv", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"-attach", "font.ttf", "-metadata:s:t", "mimetype=application/x-truetype-font", "a.mkv"})}},
	{name: "cover", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{
			{"-f", "lavfi", "-i", "color=yellow:s=600x600", "-frames:v", "1", "cover.png"},
			with(picture(320, 180, "25", 3, 1), beep(1), h264, []string{"plain.mp4"}),
			{"-i", "cover.png", "-i", "plain.mp4", "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic", "a.mp4"}}},
	{name: "sound alone", file: "a.m4a", rate: "25/1", frames: 75, at: 1,
		make: [][]string{with(beep(1), []string{"-c:a", "aac", "a.m4a"})}},
	{name: "no sound", file: "a.mp4", rate: "25/1", frames: 75, width: 320, height: 180, at: 1, silent: true,
		make: [][]string{with(picture(320, 180, "25", 3, 1), h264, []string{"a.mp4"})}},
	{name: "a track of eight channels", file: "a.mov", rate: "25/1", frames: 75, width: 320, height: 180, at: 1,
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1, 2, 2, 2, 2, 2, 2, 2), h264, []string{"-c:a", "pcm_s24le", "a.mov"})}},
	{name: "two languages in a stereo track", file: "a.mov", rate: "25/1", frames: 75, width: 320, height: 180, at: 1, channels: "floor=1.1,fr=1.2", more: frenchAt(2),
		make: [][]string{with(picture(320, 180, "25", 3, 1), beep(1, 2), h264, []string{"-c:a", "pcm_s16le", "a.mov"})}},
}

// record makes the fixture and gives its path.
func (a awkward) record(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "font.ttf"), bytes.Repeat([]byte("\x00\x01\x00\x00"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range a.make {
		c := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin"}, args...)...)
		c.Dir = folder
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("making the recording: %v\n%s", err, out)
		}
	}
	path := filepath.Join(folder, a.file)
	if a.change != nil {
		a.change(t, path)
	}
	return path
}

func TestAwkwardRecordings(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	t.Run("all", func(t *testing.T) {
		for i, a := range awkwards {
			t.Run(a.name, func(t *testing.T) {
				t.Parallel()
				args := []string{"ingest", a.record(t), "--meeting", fmt.Sprintf("awkward-%d", i), "--create", "--wait", "--publish", "--consent", "public", "--json"}
				if a.channels != "" {
					args = append(args, "--channels", a.channels)
				}
				o := execute(t, data, args...)
				if o.code != 0 {
					t.Fatalf("it ended with %d:\n%s\n%s", o.code, o.err, o.out)
				}
				p := document(t, o.out)
				if len(p.Interventions) != 1 || p.Recording.Rate != a.rate || p.Recording.Frames != a.frames {
					t.Fatalf("%d interventions, %d frames at %s, want 1, %d at %s", len(p.Interventions), p.Recording.Frames, p.Recording.Rate, a.frames, a.rate)
				}
				x := p.Interventions[0]
				if x.State != "published" || x.Outputs == nil {
					t.Fatalf("it is %s: %s\n%s", x.State, x.Failure, o.out)
				}
				if a.timecode != "" && x.Timecode[0] != a.timecode {
					t.Errorf("it begins at %s, want %s", x.Timecode[0], a.timecode)
				}
				a.check(t, s.url, &p)
				if a.more != nil {
					a.more(t, s.url, &p)
				}
			})
		}
	})
}

// check looks at and listens to what a visitor downloads.
func (a awkward) check(t *testing.T, url string, p *printed) {
	t.Helper()
	out := p.Interventions[0].Outputs
	if a.width == 0 {
		if out.MP4 != "" {
			t.Errorf("there is an MP4 of nothing: %s", out.MP4)
		}
		if at := beepAt(t, taken(t, url+out.Audio)); math.Abs(at-a.at) > 0.040 {
			t.Errorf("the beep is at %.3f s, want %.3f s", at, a.at)
		}
		return
	}
	file := taken(t, url+out.MP4)
	if n := packets(t, "v", file); n != a.frames {
		t.Errorf("%d pictures, want %d", n, a.frames)
	}
	size := probeLine(t, file, "v:0", "stream=width,height")
	rung := rostrum.Ladder(a.width, a.height)[0]
	if want := fmt.Sprintf("%d,%d", rung.Width, rung.Height); size != want {
		t.Errorf("the pictures are %s, want %s", size, want)
	}
	seen := watched(t, file)
	seen.corners(t)
	rate, err := rostrum.ParseRate(p.Recording.Rate)
	if err != nil {
		t.Fatal(err)
	}
	flash := float64(seen.flash(t)) / rate.Float()
	if math.Abs(flash-a.at) > 0.040 {
		t.Errorf("the flash is at %.3f s, want %.3f s", flash, a.at)
	}
	if a.silent {
		if n := probeLine(t, file, "a", "stream=index"); n != "" {
			t.Errorf("there is sound: %s", n)
		}
		return
	}
	if at := beepAt(t, file); math.Abs(at-flash) > 0.040 {
		t.Errorf("the beep is at %.3f s, the flash at %.3f s", at, flash)
	}
}

// taken downloads a file.
func taken(t *testing.T, address string) string {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	r, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		t.Fatalf("%s answers %d, %v", address, r.StatusCode, err)
	}
	path := filepath.Join(t.TempDir(), "taken.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func probeLine(t *testing.T, file, stream, entries string) string {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0", file).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe: %v\n%s", err, out)
	}
	return strings.Trim(strings.TrimSpace(string(out)), ",")
}

func decoded(t *testing.T, args ...string) []byte {
	t.Helper()
	var errs bytes.Buffer
	c := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin"}, append(args, "-")...)...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("decoding: %v\n%s", err, errs.String())
	}
	return out
}

// pictures are those of a file, each brought to 40 by 40 in RGB.
type pictures [][]byte

const across = 40

func watched(t *testing.T, file string) (p pictures) {
	t.Helper()
	raw := decoded(t, "-i", file, "-map", "0:v:0", "-vf", fmt.Sprintf("scale=%d:%d:flags=area", across, across), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24")
	for n := across * across * 3; len(raw) >= n; raw = raw[n:] {
		p = append(p, raw[:n])
	}
	if len(p) == 0 {
		t.Fatal("no picture can be decoded")
	}
	return p
}

// corners expects red, green, blue and white in the first and in the last picture.
func (p pictures) corners(t *testing.T) {
	t.Helper()
	for i, want := range [][3]bool{{true, false, false}, {false, true, false}, {false, false, true}, {true, true, true}} {
		x, y := 4+i%2*(across-9), 4+i/2*(across-9)
		for _, n := range []int{0, len(p) - 1} {
			at := p[n][3*(y*across+x):][:3]
			for c := range at {
				if want[c] && at[c] < 150 || !want[c] && at[c] > 100 { // what PQ looks like when it is taken for BT.709 is neither
					t.Errorf("corner %d of picture %d is %v, want bright in %v", i+1, n, at, want)
					break
				}
			}
		}
	}
}

// flash is the first picture whose middle is bright.
func (p pictures) flash(t *testing.T) int {
	t.Helper()
	middle := func(n int) int { return int(p[n][3*(18*across+across/2)+1]) }
	darkest, brightest := 255, 0
	for n := range p {
		darkest, brightest = min(darkest, middle(n)), max(brightest, middle(n))
	}
	if brightest-darkest < 60 {
		t.Fatalf("no flash: the middle goes from %d to %d", darkest, brightest)
	}
	n := 0
	for middle(n) < (darkest+brightest)/2 {
		n++
	}
	return n
}

// beepAt is the second at which the sound becomes loud.
func beepAt(t *testing.T, file string) float64 {
	t.Helper()
	raw := decoded(t, "-i", file, "-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le")
	sample := func(i int) float64 { return math.Abs(float64(int16(binary.LittleEndian.Uint16(raw[2*i:])))) }
	loudest := 0.0
	for i := range len(raw) / 2 {
		loudest = max(loudest, sample(i))
	}
	if loudest < 1000 {
		t.Fatalf("no beep: the loudest sample is %g", loudest)
	}
	n := 0
	for sample(n) < loudest/3 {
		n++
	}
	return float64(n) / 48000
}

// notCombed looks for lines that stand out from both neighbours where the bar moves: less than one pixel in a hundred may.
func notCombed(t *testing.T, url string, p *printed) {
	t.Helper()
	const width, height = 480, 60 // of the band in which the bar is
	raw := decoded(t, "-i", taken(t, url+p.Interventions[0].Outputs.MP4), "-map", "0:v:0",
		"-vf", fmt.Sprintf("crop=iw:ih/10:0:ih*0.6,scale=%d:ih:flags=neighbor", width), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray")
	lines, combed := len(raw)/width, 0
	for y := 1; y < lines-1; y++ {
		for x := range width {
			a, b, c := int(raw[(y-1)*width+x]), int(raw[y*width+x]), int(raw[(y+1)*width+x])
			if (b-a)*(b-c) > 400 {
				combed++
			}
		}
	}
	if combed*100 > lines*width {
		t.Errorf("%d of %d pixels are combed", combed, lines*width)
	}
}

// frenchAt expects the French download to beep at another second, and to say that it is French.
func frenchAt(at float64) func(*testing.T, string, *printed) {
	return func(t *testing.T, url string, p *printed) {
		t.Helper()
		floor := p.Interventions[0].Outputs.MP4
		file := taken(t, url+strings.Replace(floor, rostrum.MP4Name, rostrum.NameIn(rostrum.MP4Name, "fr"), 1))
		if got := beepAt(t, file); math.Abs(got-at) > 0.040 {
			t.Errorf("the French beep is at %.3f s, want %.3f s", got, at)
		}
		if l := probeLine(t, file, "a:0", "stream_tags=language"); l != "fra" {
			t.Errorf("the French sound says that it is %q", l)
		}
	}
}

// matrix sets how players turn the first track of an MP4 or MOV (ISO/IEC 14496-12, 8.3.2): a b u c d v x y w.
func matrix(m [9]float64) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(data, []byte("tkhd"))
		if at < 0 || data[at+4] != 0 {
			t.Fatal("no track header of version 0")
		}
		for i, x := range m {
			one := 65536.0
			if i%3 == 2 {
				one = 1 << 30
			}
			binary.BigEndian.PutUint32(data[at+44+4*i:], uint32(int32(x*one)))
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// cutAtPicture cuts a file off before picture n, in the order in which they are coded.
func cutAtPicture(n int) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		lines := strings.Fields(probeLine(t, path, "v:0", "packet=pos"))
		if len(lines) <= n {
			t.Fatalf("%d pictures", len(lines))
		}
		at, err := strconv.ParseInt(strings.Trim(lines[n], ","), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, at); err != nil {
			t.Fatal(err)
		}
	}
}
