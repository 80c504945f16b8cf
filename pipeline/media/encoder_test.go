package media_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/fmp4/fmp4test"
	"rostrum/pipeline/media"
)

func rungsAV1() []rostrum.Rung {
	return []rostrum.Rung{
		{Name: "192-av1", Codec: rostrum.AV1, Width: 320, Height: 192, CRF: 40, MaxKbit: 600},
		{Name: "96-av1", Codec: rostrum.AV1, Width: 160, Height: 96, CRF: 36, MaxKbit: 200, HalfRate: true},
	}
}

func TestCutsInAV1AreExactToTheFrame(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	path := film(t, "30000/1001", 300, "a.mkv", x264()...)
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	n := rostrum.Grid{Rate: facts.Rate, Frames: 300}.SegmentFrames()
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Rungs: rungsAV1(), SegmentFrames: n}
	make := func(in, out rostrum.Frame) []encoded {
		t.Helper()
		plan.Span = rostrum.Span{In: in, Out: out}
		made, err := encode(t.Context(), tools, path, plan)
		if err != nil {
			t.Fatal(plan.Span, err)
		}
		return made
	}
	whole := make(0, 2*n+20)
	edges := []struct {
		in, out rostrum.Frame
		joins   bool // to the second segment
		made    []encoded
	}{
		{in: 1, out: n, joins: true}, {in: 37, out: n, joins: true}, {in: n - 1, out: n, joins: true},
		{in: 2 * n, out: 2*n + 53, joins: true}, {in: 2*n + 59, out: 2*n + 60},
	}
	for i := range edges {
		edges[i].made = make(edges[i].in, edges[i].out)
	}
	for i, rung := range plan.Rungs {
		step, ticks := int(rung.Step()), media.Ticks(facts.Rate)
		shown := func(segments ...[]fmp4.Segment) []int {
			return numbers(t, join(t, int64(step)*ticks, whole[i].init, segments...))
		}
		if got, want := shown(whole[i].segments), count(0, int(2*n)+20, step, same); !slices.Equal(got, want) {
			t.Errorf("%s: whole shows %v, want %v", rung.Name, got, want)
		}
		// A segment stands alone, and does not need the one before it.
		if got, want := shown(whole[i].segments[1:2]), count(int(n), int(2*n), step, same); !slices.Equal(got, want) {
			t.Errorf("%s: the second segment alone shows %v, want %v", rung.Name, got, want)
		}
		for _, e := range edges {
			if !bytes.Equal(e.made[i].init, whole[i].init) {
				t.Errorf("%s: the initialisation segment of %d-%d differs", rung.Name, e.in, e.out)
			}
			pieces := [][]fmp4.Segment{e.made[i].segments}
			want := count(int(e.in), int(e.out), step, same)
			if e.joins {
				pieces = append(pieces, whole[i].segments[1:2])
				want = append(want, count(int(n), int(2*n), step, same)...)
			}
			if e.joins && e.in > n {
				slices.Reverse(pieces)
				slices.Sort(want)
			}
			if got := shown(pieces...); !slices.Equal(got, want) {
				t.Errorf("%s: cut at %d-%d shows %v, want %v", rung.Name, e.in, e.out, got, want)
			}
		}
		checkTimes(t, rung, whole[i], n, ticks)
		joined, err := os.ReadFile(join(t, int64(step)*ticks, whole[i].init, whole[i].segments[1:]))
		if err != nil {
			t.Fatal(err)
		}
		if at := fmp4test.Read(t, joined)[0].Begin; at != int64(n)*ticks { // pictures in AV1 are not reordered, so nothing is shifted
			t.Errorf("%s: joined from %d ticks, not %d", rung.Name, at, int64(n)*ticks)
		}
		if codecs, err := fmp4.Codecs(whole[i].init); err != nil || codecs != "av01.0.00M.08" {
			t.Errorf("%s: codecs %q, %v", rung.Name, codecs, err)
		}
	}
}

// checkTimes sees that every segment begins at its place on the recording with the only key frame that it has, and that the
// pictures follow each other without a gap.
func checkTimes(t *testing.T, rung rostrum.Rung, made encoded, n rostrum.Frame, ticks int64) {
	t.Helper()
	var raw bytes.Buffer
	raw.Write(made.init)
	for _, s := range made.segments {
		raw.Write(s.Data)
	}
	at := int64(0)
	for k, s := range fmp4test.Read(t, raw.Bytes()) {
		if s.Begin != at {
			t.Fatalf("%s: picture %d is at %d ticks, not %d", rung.Name, k, s.Begin, at)
		}
		if key := at%(int64(n)*ticks) == 0; s.Key != key {
			t.Errorf("%s: picture %d is a key frame: %v, want %v", rung.Name, k, s.Key, key)
		}
		at = s.End
	}
	if want := int64(2*n+20) * ticks; at != want {
		t.Errorf("%s: ends at %d ticks, not %d", rung.Name, at, want)
	}
}

// The ceiling holds where a picture is all noise, and the bytes at half the rate are those of half the pictures.
func TestCeilingInAV1(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	path := filepath.Join(t.TempDir(), "noise.mkv")
	args := []string{"-y", "-f", "lavfi", "-i", "color=gray:s=320x192:r=25:d=12,noise=alls=70:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "20", "-g", "50", "file:" + path}
	if err := tools.Run(t.Context(), media.Job{Args: args, Write: filepath.Dir(path)}); err != nil {
		t.Fatal(err)
	}
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Rungs: rungsAV1(), SegmentFrames: 100, Span: rostrum.Span{In: 0, Out: 300}}
	made, err := encode(t.Context(), tools, path, plan)
	if err != nil {
		t.Fatal(err)
	}
	for i, rung := range plan.Rungs {
		bytes := 0
		for _, s := range made[i].segments {
			bytes += len(s.Data)
		}
		if kbit := bytes * 8 / 12 / 1000; kbit > rung.MaxKbit*3/2 || kbit < rung.MaxKbit/4 {
			t.Errorf("%s: %d kbit/s of noise under a ceiling of %d", rung.Name, kbit, rung.MaxKbit)
		}
	}
}

// Every size of the ladder announces the level that it needs (AV1 specification, A.3), and the same header wherever the run begins,
// also where the takes of a recording place the chroma differently.
func TestHeaderInAV1(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	var takes bytes.Buffer
	for _, place := range []string{"0", "1"} {
		take, err := os.ReadFile(film(t, "25", 30, "take.h264", x264("-g", "25", "-bf", "0", "-x264-params", "chromaloc="+place)...))
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
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, SegmentFrames: 100, Rungs: rostrum.LadderAV1(854, 480)}
	var first []encoded
	for _, span := range []rostrum.Span{{In: 0, Out: 8}, {In: 1, Out: 2}, {In: 30, Out: 38}, {In: 47, Out: 50}} {
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
	var got []string
	for i := range plan.Rungs {
		codecs, err := fmp4.Codecs(first[i].init)
		got = append(got, fmt.Sprint(codecs, err))
	}
	if want := "av01.0.04M.08<nil> av01.0.01M.08<nil> av01.0.00M.08<nil>"; strings.Join(got, " ") != want {
		t.Errorf("codecs %q, want %q", got, want)
	}
}

func TestPicturesArgsInAV1(t *testing.T) {
	t.Parallel()
	plan := media.Pictures{
		Source: rostrum.Source{Video: &rostrum.VideoSource{Begin: "0", Offset: "0"}},
		Rate:   rostrum.Rate25, Span: rostrum.Span{In: 0, Out: 99}, SegmentFrames: 100, Rungs: rungsAV1(),
	}
	output := func(label, frames, group, crf, ceiling, to string) []string {
		return []string{
			"-map", label, "-fps_mode", "passthrough", "-frames:v", frames,
			"-c:v", "libsvtav1", "-preset", "10", "-pix_fmt", "yuv420p", "-g", group, "-crf", crf, "-svtav1-params", "irefresh-type=2:scd=0:lp=2:mbr=" + ceiling,
			"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-chroma_sample_location", "left", "-color_range", "tv",
			"-flags", "+bitexact", "-fflags", "+bitexact", "-video_track_timescale", "25000",
			"-movflags", "+cmaf+frag_keyframe", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", to,
		}
	}
	got, err := plan.Args("/data/original")
	want := slices.Concat(output("[v0]", "99", "100", "40", "600", "pipe:3"), output("[v1]", "50", "50", "36", "400", "pipe:4"))
	if err != nil || len(got) < len(want) || !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("got  %q\nwant %q, %v", got, want, err)
	}
}
