package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

// ffmpeg runs steps as the program does; the test is skipped where there is none.
func ffmpeg(t *testing.T) func(context.Context, Step) error {
	t.Helper()
	for _, program := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
				t.Fatalf("%s is missing, and all tests were asked for", program)
			}
			t.Skipf("%s is missing; install ffmpeg to run this test", program)
		}
	}
	tools, err := media.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context, s Step) error {
		err := tools.Run(ctx, media.Job{Args: s.Args, Write: s.Folder, Fonts: s.Fonts})
		if err != nil {
			t.Errorf("ffmpeg %q: %v", s.Args, err)
		}
		return err
	}
}

// shortScript is two speakers with one sentence each: the first loud and without Arabic
// interpretation, the second quiet.
func shortScript() []speech {
	all := script()
	quiet, loud := all[1], all[2]
	quiet.said, loud.said = quiet.said[:1], loud.said[:1]
	return []speech{loud, quiet}
}

func TestMakeShort(t *testing.T) {
	run := ffmpeg(t)
	// A folder whose name is full of what filter graphs and lists give a meaning to.
	dir := filepath.Join(t.TempDir(), `it's [a], b:c; d=\e`)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	set, err := produce(t.Context(), dir, shortScript(), pace{opening: 10, between: 12}, run)
	if err != nil {
		t.Fatal(err)
	}

	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{set.Recording, set.Sheet, set.Meeting, set.Captions["en"], set.Captions["ar"]}
	for _, e := range entries {
		if !slices.Contains(want, filepath.Join(dir, e.Name())) {
			t.Errorf("%s is left over", e.Name())
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files in the folder, want %d", len(entries), len(want))
	}

	var probe struct {
		Streams []struct {
			Kind     string            `json:"codec_type"`
			Codec    string            `json:"codec_name"`
			Width    int               `json:"width"`
			Height   int               `json:"height"`
			Rate     string            `json:"r_frame_rate"`
			Frames   string            `json:"nb_frames"`
			Channels int               `json:"channels"`
			Start    string            `json:"start_time"`
			Duration string            `json:"duration"`
			Space    string            `json:"color_space"`
			Tags     map[string]string `json:"tags"`
		} `json:"streams"`
	}
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "json", "-show_streams", set.Recording).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &probe); err != nil {
		t.Fatal(err)
	}
	if len(probe.Streams) != 5 {
		t.Fatalf("%d streams, want a picture, three of sound, a timecode", len(probe.Streams))
	}
	v := probe.Streams[0]
	if v.Kind != "video" || v.Codec != "h264" || v.Width != 1280 || v.Height != 720 || v.Rate != "25/1" || v.Space != "bt709" {
		t.Errorf("picture: %+v", v)
	}
	if v.Tags["timecode"] != "10:00:00:00" {
		t.Errorf("timecode %q", v.Tags["timecode"])
	}
	frames, err := strconv.ParseInt(v.Frames, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Channels, []string{"floor", "fr", "ar"}) {
		t.Errorf("channels %q", set.Channels)
	}
	for i, language := range []string{"eng", "fra", "ara"} {
		a := probe.Streams[1+i]
		if a.Kind != "audio" || a.Channels != 1 || a.Tags["language"] != language || a.Start != "0.000000" {
			t.Errorf("sound %d: %+v", i, a)
		}
		length, err := strconv.ParseFloat(a.Duration, 64)
		if err != nil || math.Abs(length-float64(frames)/25) > 0.001 {
			t.Errorf("sound %d lasts %s s, the picture %d frames", i, a.Duration, frames)
		}
	}
	if probe.Streams[4].Tags["timecode"] != "10:00:00:00" || probe.Streams[4].Kind != "data" {
		t.Errorf("timecode track: %+v", probe.Streams[4])
	}

	spans := checkSheet(t, set.Sheet, frames)
	checkLevels(t, set.Recording, spans)
	for language, file := range set.Captions {
		checkCaptions(t, language, file, spans)
	}
}

// checkSheet gives the cuts of the sheet's rows, which must lie one after another inside the recording.
func checkSheet(t *testing.T, file string, frames int64) []rostrum.Span {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "in,out,title,speaker,function,organisation,language,topics,agenda item,consent" {
		t.Errorf("head %q", got)
	}
	var spans []rostrum.Span
	last := rostrum.Frame(0)
	for _, row := range rows[1:] {
		var s rostrum.Span
		for k, to := range []*rostrum.Frame{&s.In, &s.Out} {
			code, err := rostrum.ParseTimecode(row[k])
			if err != nil {
				t.Fatal(err)
			}
			f, err := rostrum.Rate25.FrameOf(code)
			if err != nil {
				t.Fatal(err)
			}
			*to = f - 10*3600*25
		}
		if s.In <= last || s.Out <= s.In || int64(s.Out) >= frames || row[9] != "public" {
			t.Errorf("row %q of a recording of %d frames", row, frames)
		}
		last = s.Out
		spans = append(spans, s)
	}
	if len(spans) != 2 {
		t.Fatalf("%d rows, want 2", len(spans))
	}
	return spans
}

// checkLevels reads the sound tracks back: the first speaker is 16 dB louder than the second,
// the room is never quite silent, interpreters come 2 s late, and nobody speaks Arabic for the
// first speaker.
func checkLevels(t *testing.T, recording string, spans []rostrum.Span) {
	t.Helper()
	var tracks [3][]byte
	for i := range tracks {
		out, err := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-v", "error", "-i", recording, "-map", "0:a:"+strconv.Itoa(i), "-f", "s16le", "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		tracks[i] = out
	}
	level := func(track int, s rostrum.Span) float64 {
		wav := append(wavHead(sampleRate, uint32(s.Len())*samplesPerFrame*2), tracks[track][s.In*samplesPerFrame*2:s.Out*samplesPerFrame*2]...)
		file := filepath.Join(t.TempDir(), "part.wav")
		if err := os.WriteFile(file, wav, 0o644); err != nil {
			t.Fatal(err)
		}
		u, err := hear(file)
		if err != nil {
			return math.Inf(-1)
		}
		return loudness([]utterance{u})
	}
	if d := level(0, spans[0]) - level(0, spans[1]); d < 14 || d > 18 {
		t.Errorf("the first speaker is %.1f dB louder, want about 16", d)
	}
	pause := tracks[0][:spans[0].In*samplesPerFrame*2]
	if bytes.Count(pause, []byte{0}) == len(pause) {
		t.Error("the room has no tone")
	}
	if l := level(1, rostrum.Span{In: spans[0].In, Out: spans[0].In + lead + lag}); !math.IsInf(l, -1) {
		t.Errorf("the interpreter speaks at %.0f dB before 2 s have passed", l)
	}
	for i, s := range spans {
		if math.IsInf(level(1, rostrum.Span{In: s.In, Out: s.Out}), -1) {
			t.Errorf("French is silent for speaker %d", i)
		}
	}
	if l := level(2, rostrum.Span{In: spans[0].In, Out: spans[0].Out}); !math.IsInf(l, -1) {
		t.Errorf("Arabic has %.0f dB for the first speaker, want silence", l)
	}
}

func checkCaptions(t *testing.T, language rostrum.Language, file string, spans []rostrum.Span) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	times := regexp.MustCompile(`(?m)^(\d\d):(\d\d):(\d\d)[.,](\d{3}) --> (\d\d):(\d\d):(\d\d)[.,](\d{3})$`).FindAllStringSubmatch(string(data), -1)
	if len(times) < 2 {
		t.Fatalf("%s: %d captions", language, len(times))
	}
	last := int64(0)
	for _, m := range times {
		n := make([]int64, 8)
		for i := range n {
			n[i], _ = strconv.ParseInt(m[i+1], 10, 64)
		}
		from, to := ((n[0]*60+n[1])*60+n[2])*1000+n[3], ((n[4]*60+n[5])*60+n[6])*1000+n[7]
		inside := slices.ContainsFunc(spans, func(s rostrum.Span) bool {
			return from >= int64(s.In)*40 && to <= int64(s.Out)*40
		})
		if from < last || to <= from || !inside {
			t.Errorf("%s: %q after %d ms, cuts %v", language, m[0], last, spans)
		}
		last = to
	}
}

func TestMakeStopsAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	broken := errors.New("broken")
	var calls atomic.Int32
	_, err := Make(t.Context(), dir, func(context.Context, Step) error {
		calls.Add(1)
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the one of run", err)
	}
	if calls.Load() > 2 {
		t.Errorf("run was called %d times after the first error", calls.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = Make(ctx, dir, func(ctx context.Context, _ Step) error {
		cancel()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was cancelled", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// wavHead is the head of a WAV file of 16 bits, mono.
func wavHead(rate, size uint32) []byte {
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), 36+size)
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*2)
	b = append(b, "\x02\x00\x10\x00data"...)
	return binary.LittleEndian.AppendUint32(b, size)
}
