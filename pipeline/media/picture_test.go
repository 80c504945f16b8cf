package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// Film is 320×192; in its upper quarter twelve squares show the number of the picture, least
// significant bit first.
const (
	filmWidth, filmHeight = 320, 192
	bits                  = 12
)

func tools(t *testing.T) media.Tools {
	t.Helper()
	tools, err := media.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// film makes a film of n pictures with the given extra arguments, and gives its path.
func film(t *testing.T, rate string, n int, name string, args ...string) string {
	t.Helper()
	if !slices.Contains(args, "-pix_fmt") {
		args = append(args[:len(args):len(args)], "-pix_fmt", "yuv420p")
	}
	return filmOf(t, pictures(n), filmWidth, filmHeight, rate, name, args...)
}

// filmOf makes a film of raw gray pictures.
func filmOf(t *testing.T, raw []byte, width, height int, rate, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{"-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", fmt.Sprintf("%dx%d", width, height), "-r", rate, "-i", "pipe:0"}, args...)
	if err := tools(t).Run(t.Context(), media.Job{Args: append(all, "file:"+path), Write: filepath.Dir(path), Stdin: bytes.NewReader(raw)}); err != nil {
		t.Fatal(err)
	}
	return path
}

// copied writes a file anew without encoding it; args stand before the input, more after it.
func copied(t *testing.T, path, name string, args []string, more ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	all := append(append([]string{"-y"}, args...), "-i", "file:"+path)
	all = append(append(append(all, "-map", "0", "-c", "copy"), more...), "file:"+out)
	if err := tools(t).Run(t.Context(), media.Job{Args: all, Read: []string{path}, Write: filepath.Dir(out)}); err != nil {
		t.Fatal(err)
	}
	return out
}

// pictures gives n numbered pictures as raw gray.
func pictures(n int) []byte {
	raw := make([]byte, 0, n*filmWidth*filmHeight)
	for i := range n {
		row := make([]byte, filmWidth)
		for x := range row {
			row[x] = byte(16 + 219*(i>>(x*bits/filmWidth)&1))
		}
		ground := bytes.Repeat([]byte{byte(96 + i%64)}, filmWidth)
		for y := range filmHeight {
			if y < filmHeight/4 {
				raw = append(raw, row...)
			} else {
				raw = append(raw, ground...)
			}
		}
	}
	return raw
}

func x264(more ...string) []string {
	return append([]string{"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-qp", "14", "-g", "50"}, more...)
}

// numbers decodes a file and reads the numbers off its pictures.
func numbers(t *testing.T, path string) []int {
	t.Helper()
	var raw bytes.Buffer
	args := append(media.Input(path), "-fps_mode", "passthrough", "-vf", fmt.Sprintf("scale=%d:%d", filmWidth, filmHeight), "-pix_fmt", "gray", "-f", "rawvideo", media.Pipe(0))
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	var out []int
	for picture := range slices.Chunk(raw.Bytes(), filmWidth*filmHeight) {
		n := 0
		for b := range bits {
			if picture[24*filmWidth+(2*b+1)*filmWidth/(2*bits)] > 128 {
				n |= 1 << b
			}
		}
		out = append(out, n)
	}
	return out
}

// encoded is what one run gave for each rung.
type encoded struct {
	init     []byte
	segments []fmp4.Segment
}

func encode(ctx context.Context, tools media.Tools, path string, p media.Pictures) ([]encoded, error) {
	args, err := p.Args(path)
	if err != nil {
		return nil, err
	}
	var spans []rostrum.Span
	for in := p.Span.In; in < p.Span.Out; in += p.SegmentFrames {
		spans = append(spans, rostrum.Span{In: in, Out: min(in+p.SegmentFrames, p.Span.Out)})
	}
	out := make([]encoded, len(p.Rungs))
	var outputs []media.Consumer
	for i, rung := range p.Rungs {
		split := fmp4.Pictures{Timescale: media.Timescale(p.Rate), Ticks: media.Ticks(p.Rate), Step: rung.Step(), Spans: spans}
		outputs = append(outputs, func(r io.Reader) error {
			return split.Split(r, func(b []byte) error { out[i].init = b; return nil }, func(s fmp4.Segment) error {
				out[i].segments = append(out[i].segments, s)
				return nil
			})
		})
	}
	return out, tools.Run(ctx, media.Job{Args: args, Read: []string{path}, Outputs: outputs})
}

// join writes segments of several runs into one file.
func join(t *testing.T, step int64, init []byte, segments ...[]fmp4.Segment) string {
	t.Helper()
	var buf bytes.Buffer
	j, err := fmp4.NewJoin(&buf, init, step)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slices.Concat(segments...) {
		if err := j.Add(bytes.NewReader(s.Data)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "joined.mp4")
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// count gives from, from+step, … under to, each through f.
func count(from, to, step int, f func(int) int) []int {
	var out []int
	for n := from; n < to; n += step {
		out = append(out, f(n))
	}
	return out
}

func same(n int) int   { return n }
func double(n int) int { return 2 * n }
func third(n int) int  { return n / 3 }

func TestCutsAreExactToTheFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rate, file string
		pictures         int
		args             []string
		timeline         rostrum.Rate
		shows            func(frame int) int
		irregular        bool
	}{
		{"25 MP4", "25", "a.mp4", 330, x264(), rostrum.Rate25, same, false},
		{"25 transport stream", "25", "a.ts", 330, x264("-f", "mpegts"), rostrum.Rate25, same, false},
		{"25 Matroska in milliseconds", "25", "a.mkv", 330, x264(), rostrum.Rate25, same, false},
		{"29.97", "30000/1001", "a.mp4", 330, x264(), rostrum.Rate2997, same, false},
		{"50 halved", "50", "a.mp4", 660, x264(), rostrum.Rate25, double, false},
		{"59.94 halved Matroska", "60000/1001", "a.mkv", 660, x264(), rostrum.Rate2997, double, false},
		{"10 on a timeline of 30", "10", "a.mkv", 110, x264(), rostrum.Rate30, third, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tools := tools(t)
			path := film(t, c.rate, c.pictures, c.file, c.args...)
			facts, err := tools.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if facts.Rate != c.timeline || facts.Source.Video.Irregular != c.irregular {
				t.Fatalf("probe: %v %+v", facts.Rate, facts.Source.Video)
			}
			counted, err := tools.Packets(t.Context(), path, facts.Source.Video, facts.Rate)
			if err != nil || counted.Frames != 330 {
				t.Fatalf("counted %+v, %v; want 330 frames", counted, err)
			}
			facts.Source.Video.Gap, facts.Source.Video.KeyGap = counted.Gap, counted.KeyGap
			grid := rostrum.Grid{Rate: facts.Rate, Frames: 330}
			rungs := []rostrum.Rung{
				{Name: "192", Width: 320, Height: 192, CRF: 24, MaxKbit: 900},
				{Name: "96", Width: 160, Height: 96, CRF: 24, MaxKbit: 400, HalfRate: true},
			}
			plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Rungs: rungs, SegmentFrames: grid.SegmentFrames()}
			make := func(span rostrum.Span) []encoded {
				t.Helper()
				plan.Span = span
				out, err := encode(t.Context(), tools, path, plan)
				if err != nil {
					t.Fatal(span, err)
				}
				return out
			}
			whole := make(rostrum.Span{In: 0, Out: 330})
			n := grid.SegmentFrames()
			head, tail := make(rostrum.Span{In: 37, Out: n}), make(rostrum.Span{In: 2 * n, Out: 2*n + 53})
			single := make(rostrum.Span{In: 329, Out: 330})
			for i, rung := range rungs {
				step := int(rung.Step())
				all := join(t, int64(step)*media.Ticks(facts.Rate), whole[i].init, whole[i].segments)
				if got, want := numbers(t, all), count(0, 330, step, c.shows); !slices.Equal(got, want) {
					t.Errorf("%s: whole shows %v, want %v", rung.Name, got, want)
				}
				if !bytes.Equal(head[i].init, whole[i].init) || !bytes.Equal(tail[i].init, whole[i].init) || !bytes.Equal(single[i].init, whole[i].init) {
					t.Errorf("%s: initialisation segments differ", rung.Name)
				}
				cut := join(t, int64(step)*media.Ticks(facts.Rate), whole[i].init, head[i].segments, whole[i].segments[1:2], tail[i].segments)
				want := slices.Concat(count(37, int(n), step, c.shows), count(int(n), int(2*n), step, c.shows), count(int(2*n), int(2*n)+53, step, c.shows))
				if got := numbers(t, cut); !slices.Equal(got, want) {
					t.Errorf("%s: cut shows %v, want %v", rung.Name, got, want)
				}
				if got, want := tail[i].segments[0].Ticks, 53*media.Ticks(facts.Rate); got != want {
					t.Errorf("%s: tail lasts %d ticks, want %d", rung.Name, got, want)
				}
				if codecs, err := fmp4.Codecs(whole[i].init); err != nil || !strings.HasPrefix(codecs, "avc1.6400") {
					t.Errorf("codecs %q, %v", codecs, err)
				}
			}
		})
	}
}

// Recorders and editing programs join takes whose streams place the chroma differently. The encoder would take the place
// from the first picture that it gets, and write it into the header.
func TestHeaderIsTheSameAtAnySeek(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	var takes bytes.Buffer
	for _, place := range []string{"0", "1"} {
		take, err := os.ReadFile(film(t, "25", 110, "take.h264", x264("-bf", "0", "-x264-params", "chromaloc="+place)...))
		if err != nil {
			t.Fatal(err)
		}
		takes.Write(take)
	}
	path := filepath.Join(t.TempDir(), "a.mov")
	args := []string{"-y", "-f", "h264", "-framerate", "25", "-i", "pipe:0", "-c", "copy", "file:" + path}
	if err := tools.Run(t.Context(), media.Job{Args: args, Write: filepath.Dir(path), Stdin: &takes}); err != nil {
		t.Fatal(err)
	}
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, SegmentFrames: 100, Rungs: []rostrum.Rung{
		{Name: "192", Width: 320, Height: 192, CRF: 24, MaxKbit: 900},
		{Name: "96", Width: 160, Height: 96, CRF: 24, MaxKbit: 400, HalfRate: true},
	}}
	var first []encoded
	for _, span := range []rostrum.Span{{In: 0, Out: 100}, {In: 1, Out: 100}, {In: 100, Out: 200}, {In: 173, Out: 220}} {
		plan.Span = span
		made, err := encode(t.Context(), tools, path, plan)
		if err != nil {
			t.Fatal(span, err)
		}
		if first == nil {
			first = made
		}
		for i, rung := range plan.Rungs {
			if !bytes.Equal(made[i].init, first[i].init) {
				t.Errorf("rung %s: the header at %v differs from the one at the beginning", rung.Name, span)
			}
		}
	}
}

func TestSourceWithTooFewPictures(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	path := film(t, "25", 60, "a.mp4", x264()...)
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	plan := media.Pictures{
		Source: facts.Source, Rate: facts.Rate, Span: rostrum.Span{In: 0, Out: 70}, SegmentFrames: 100,
		Rungs: []rostrum.Rung{{Name: "192", Width: 320, Height: 192, CRF: 24, MaxKbit: 900}},
	}
	if _, err := encode(t.Context(), tools, path, plan); !errors.Is(err, fmp4.ErrShort) {
		t.Errorf("got %v, want ErrShort", err)
	}
	plan.Pad = true
	out, err := encode(t.Context(), tools, path, plan)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, join(t, media.Ticks(facts.Rate), out[0].init, out[0].segments)); len(got) != 70 || got[59] != 59 || got[69] != 59 {
		t.Errorf("padded shows %v", got)
	}
}

func TestPicturesArgs(t *testing.T) {
	t.Parallel()
	plan := media.Pictures{
		Source: rostrum.Source{Container: "mov", Video: &rostrum.VideoSource{Stream: 1, Begin: "1.400000000", Offset: "0.080000000", Halved: true}},
		Rate:   rostrum.Rate25, Span: rostrum.Span{In: 101, Out: 200}, SegmentFrames: 100,
		Rungs: []rostrum.Rung{
			{Name: "360", Width: 640, Height: 360, CRF: 24, MaxKbit: 500},
			{Name: "240", Width: 426, Height: 240, CRF: 25, MaxKbit: 150, HalfRate: true},
		},
	}
	output := func(label, frames, group, crf, rate, buffer, to string) []string {
		return []string{
			"-map", label, "-fps_mode", "passthrough", "-frames:v", frames,
			"-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-pix_fmt", "yuv420p",
			"-sc_threshold", "0", "-g", group, "-keyint_min", group, "-force_key_frames", "expr:not(mod(n," + group + "))",
			"-x264-params", "mbtree=1:rc-lookahead=25:subme=2:trellis=1:threads=3",
			"-crf", crf, "-maxrate", rate, "-bufsize", buffer,
			"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-chroma_sample_location", "left", "-color_range", "tv",
			"-flags", "+bitexact", "-fflags", "+bitexact", "-video_track_timescale", "25000",
			"-movflags", "+cmaf+frag_keyframe", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", to,
		}
	}
	want := slices.Concat(
		[]string{"-copyts", "-noaccurate_seek", "-ss", "3.780000000"}, media.Input("/data/original"),
		[]string{"-filter_complex", "[0:1]setpts=round(PTS-(5.430000000)/TB),fps=25/1:start_time=0,scale=640:360:flags=lanczos,format=yuv420p,setsar=1,split=2[v0][s0];" +
			"[s0]scale=426:240:flags=lanczos,select='not(mod(n,2))'[v1]"},
		output("[v0]", "99", "100", "24", "500k", "1000k", "pipe:3"),
		output("[v1]", "50", "50", "25", "150k", "300k", "pipe:4"),
	)
	got, err := plan.Args("/data/original")
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q, %v", got, want, err)
	}
}
