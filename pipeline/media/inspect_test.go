package media_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// Scenes are drawn at 320×180.
const sceneWidth, sceneHeight = 320, 180

// scene draws the picture of a number.
type scene func(n int, noise *rand.Rand) []byte

// drawn fills a picture, with camera noise.
func drawn(noise *rand.Rand, most int, luma func(x, y int) int) []byte {
	p := make([]byte, 0, sceneWidth*sceneHeight)
	for y := range sceneHeight {
		for x := range sceneWidth {
			p = append(p, byte(max(luma(x, y)+noise.IntN(2*most+1)-most, 0)))
		}
	}
	return p
}

// speakerScene stands far away in a still hall; only the mouth moves, on a few pixels in ten thousand.
func speakerScene(n int, noise *rand.Rand) []byte {
	open := n / 4 % 3
	return drawn(noise, 6, func(x, y int) int {
		switch {
		case x >= 150 && x < 158 && y >= 90 && y < 90+2*open:
			return 30
		case x >= 135 && x < 175 && y >= 60 && y < 110:
			return 170
		}
		return 60 + x/4
	})
}

func slideScene(_ int, noise *rand.Rand) []byte {
	return drawn(noise, 3, func(x, y int) int {
		if y%20 < 8 && x%32 < 20 && x > 30 {
			return 20
		}
		return 220
	})
}

func blackScene(_ int, noise *rand.Rand) []byte {
	return drawn(noise, 4, func(int, int) int { return 4 })
}

func TestInspectPicture(t *testing.T) {
	t.Parallel()
	type part struct {
		show     scene
		pictures int
	}
	for _, c := range []struct {
		name          string
		parts         []part
		half          bool
		black, frozen []rostrum.Span
	}{
		{name: "a distant speaker under camera noise", parts: []part{{speakerScene, 200}}},
		{name: "a slide for 5 s", parts: []part{{speakerScene, 10}, {slideScene, 125}, {speakerScene, 10}}},
		{name: "a slide for longer", parts: []part{{speakerScene, 10}, {slideScene, 126}, {speakerScene, 10}}, frozen: []rostrum.Span{{In: 10, Out: 136}}},
		{name: "a slide to the end", parts: []part{{speakerScene, 10}, {slideScene, 130}}, frozen: []rostrum.Span{{In: 10, Out: 140}}},
		{name: "black for 2 s", parts: []part{{speakerScene, 10}, {blackScene, 50}, {speakerScene, 10}}},
		{name: "black for longer", parts: []part{{speakerScene, 10}, {blackScene, 51}, {speakerScene, 10}}, black: []rostrum.Span{{In: 10, Out: 61}}},
		{name: "black is not frozen", parts: []part{{speakerScene, 10}, {blackScene, 140}}, black: []rostrum.Span{{In: 10, Out: 150}}},
		{name: "a short black beginning", parts: []part{{blackScene, 20}, {speakerScene, 10}}},
		{name: "nothing but black", parts: []part{{blackScene, 20}}, black: []rostrum.Span{{In: 0, Out: 20}}},
		{name: "half the rate", parts: []part{{speakerScene, 5}, {slideScene, 63}, {blackScene, 26}}, half: true,
			frozen: []rostrum.Span{{In: 10, Out: 136}}, black: []rostrum.Span{{In: 136, Out: 188}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			noise := rand.New(rand.NewPCG(1, 2))
			var raw []byte
			n := 0
			for _, p := range c.parts {
				for range p.pictures {
					raw = append(raw, p.show(n, noise)...)
					n++
				}
			}
			rung := rostrum.Rung{Width: sceneWidth, Height: sceneHeight, HalfRate: c.half}
			rate := []string{"25", "25/2"}[rung.Step()-1]
			path := filmOf(t, raw, sceneWidth, sceneHeight, rate, "a.mp4", "-c:v", "libx264", "-preset", "superfast", "-crf", "25",
				"-g", "50", "-sc_threshold", "0", "-pix_fmt", "yuv420p")
			got, err := tools(t).InspectPicture(t.Context(), path, rung, rostrum.Rate25)
			if err != nil || got.Pictures != n || !slices.Equal(got.Black, c.black) || !slices.Equal(got.Frozen, c.frozen) {
				t.Errorf("got %+v, %v; want %d pictures, black %v, frozen %v", got, err, n, c.black, c.frozen)
			}
		})
	}
}

// segmentFile writes a segment as a file of its own.
func segmentFile(t *testing.T, e encoded, i int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "segment.mp4")
	if err := os.WriteFile(path, slices.Concat(e.init, e.segments[i].Data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// likenessGrade is how the report judges a sample.
func likenessGrade(x float64) rostrum.Grade {
	q := rostrum.Judge(rostrum.Measured{Likeness: []float64{x}})
	for _, f := range q.Findings {
		if f.Check == "likeness" {
			return f.Grade
		}
	}
	return ""
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	path := filepath.Join(t.TempDir(), "a.mp4")
	// A lectern under camera noise; from picture 50 on, seen from elsewhere.
	draw := "smptehdbars=size=1280x720:rate=25[hall];testsrc2=size=400x440:rate=25,gblur=sigma=2[speaker];" +
		"[hall][speaker]overlay='440+16*sin(2*t)':280,hflip=enable='gte(n,50)',negate=enable='gte(n,50)',noise=alls=6:allf=t,trim=end_frame=110[v]"
	err := tools.Run(t.Context(), media.Job{Args: append([]string{"-filter_complex", draw, "-map", "[v]"}, append(x264("-pix_fmt", "yuv420p"), "file:"+path)...), Write: filepath.Dir(path)})
	if err != nil {
		t.Fatal(err)
	}
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Span: rostrum.Span{In: 0, Out: 100}, SegmentFrames: 50, Rungs: []rostrum.Rung{
		{Name: "720", Width: 1280, Height: 720, CRF: 24, MaxKbit: 2000},
		{Name: "480", Width: 854, Height: 480, CRF: 24, MaxKbit: 900},
		{Name: "240", Width: 426, Height: 240, CRF: 25, MaxKbit: 150, HalfRate: true},
	}}
	made, err := encode(t.Context(), tools, path, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		segment int
		in      rostrum.Frame // where it is said to lie
		want    rostrum.Grade
	}{
		{"the first segment", 0, 0, rostrum.Green},
		{"the second segment", 1, 50, rostrum.Green},
		{"two frames late", 0, 2, rostrum.Red},
		{"two frames early", 1, 48, rostrum.Red},
		{"swapped", 1, 0, rostrum.Red},
	} {
		for _, i := range []int{0, 2} {
			t.Run(fmt.Sprint(c.name, " at ", plan.Rungs[i].Name), func(t *testing.T) {
				p := plan
				p.Span = rostrum.Span{In: c.in, Out: c.in + 50}
				got, err := tools.Likeness(t.Context(), path, p, i, segmentFile(t, made[i], c.segment))
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%.3f", got)
				if likenessGrade(got) != c.want {
					t.Errorf("%.3f is %s, want %s", got, likenessGrade(got), c.want)
				}
			})
		}
	}
}

// Where the source ends early, the last picture is held without end: comparing must end nevertheless.
func TestLikenessOfHeldPictures(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tools := tools(t)
	path := film(t, "25", 60, "a.mp4", x264()...)
	facts, err := tools.Probe(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Span: rostrum.Span{In: 50, Out: 70}, SegmentFrames: 100, Pad: true, Rungs: []rostrum.Rung{
		{Name: "192", Width: 320, Height: 192, CRF: 24, MaxKbit: 900},
		{Name: "96", Width: 160, Height: 96, CRF: 24, MaxKbit: 400, HalfRate: true},
	}}
	made, err := encode(ctx, tools, path, plan)
	if err != nil {
		t.Fatal(err)
	}
	for i := range plan.Rungs {
		if got, err := tools.Likeness(ctx, path, plan, i, segmentFile(t, made[i], 0)); err != nil || likenessGrade(got) != rostrum.Green {
			t.Errorf("%s: %.3f, %v", plan.Rungs[i].Name, got, err)
		}
	}
	// A single picture has no neighbours.
	plan.Span = rostrum.Span{In: 20, Out: 21}
	if made, err = encode(ctx, tools, path, plan); err != nil {
		t.Fatal(err)
	}
	if got, err := tools.Likeness(ctx, path, plan, 0, segmentFile(t, made[0], 0)); err != nil || likenessGrade(got) != rostrum.Green {
		t.Errorf("a single picture: %.3f, %v", got, err)
	}
}

// What is in a finished file is read off its tables: how much, and how far sound and picture are apart.
func TestCountsOfAFinishedFile(t *testing.T) {
	t.Parallel()
	picture := []string{"-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=1"}
	sound := []string{"-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.96"}
	late := []string{"-itsoffset", "0.12"}
	for _, c := range []struct {
		name   string
		inputs []string
		file   string
		want   fmp4.Counts
	}{
		{"priming is left out", slices.Concat(picture, sound), "a.mp4", fmp4.Counts{Pictures: 25, Packets: 46}},
		// ffmpeg takes the priming, 1,024 samples, off the delay of what begins late.
		{"sound late", slices.Concat(picture, late, sound), "a.mp4", fmp4.Counts{Pictures: 25, Packets: 46, Late: 120*time.Millisecond - time.Second*1024/48000}},
		{"picture late", slices.Concat(late, picture, sound), "a.mp4", fmp4.Counts{Pictures: 25, Packets: 46, Late: -120 * time.Millisecond}},
		{"no sound", picture, "a.mp4", fmp4.Counts{Pictures: 25}},
		{"no picture", sound, "a.mp4", fmp4.Counts{Packets: 46}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), c.file)
			args := slices.Concat([]string{"-y"}, c.inputs, x264("-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-c:a", "aac", "file:"+path))
			if err := tools(t).Run(t.Context(), media.Job{Args: args, Write: filepath.Dir(path)}); err != nil {
				t.Fatal(err)
			}
			got, err := fmp4.Count(path)
			if off := got.Late - c.want.Late; err != nil || got.Pictures != c.want.Pictures || got.Packets != c.want.Packets || off.Abs() > time.Millisecond {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}
