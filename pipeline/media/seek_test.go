package media_test

import (
	"slices"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

// surveyed probes a file and adds what the survey would find.
func surveyed(t *testing.T, path string) media.Facts {
	t.Helper()
	tools := tools(t)
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	count, err := tools.Packets(t.Context(), path, facts.Source.Video, facts.Rate)
	if err != nil {
		t.Fatal(err)
	}
	facts.Frames, facts.Source.Video.Gap, facts.Source.Video.KeyGap = count.Frames, count.Gap, count.KeyGap
	return facts
}

// cut encodes a span of a file at the given size, and gives a file with its pictures.
func cut(t *testing.T, path string, facts media.Facts, span rostrum.Span, width, height int) string {
	t.Helper()
	rung := rostrum.Rung{Name: "film", Width: width, Height: height, CRF: 16, MaxKbit: 9000}
	plan := media.Pictures{Source: facts.Source, Rate: facts.Rate, Span: span, SegmentFrames: 100, Rungs: []rostrum.Rung{rung}}
	out, err := encode(t.Context(), tools(t), path, plan)
	if err != nil {
		t.Fatal(span, err)
	}
	return join(t, media.Ticks(facts.Rate), out[0].init, out[0].segments)
}

// checkCuts cuts at several spans and compares the numbers on the pictures.
func checkCuts(t *testing.T, path string, facts media.Facts, shows func(int) int) {
	t.Helper()
	n := int(facts.Frames)
	for _, span := range [][2]int{{0, 5}, {49, 58}, {n/2 - 3, n/2 + 2}, {n - 5, n}} {
		got := numbers(t, cut(t, path, facts, rostrum.Span{In: rostrum.Frame(span[0]), Out: rostrum.Frame(span[1])}, filmWidth, filmHeight))
		if want := count(span[0], span[1], 1, shows); !slices.Equal(got, want) {
			t.Errorf("%v shows %v, want %v", span, got, want)
		}
	}
}

func mpeg2(more ...string) []string {
	return append([]string{"-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-g", "12"}, more...)
}

func TestEveryContainerIsCutExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		args       []string
		unindexed  bool
	}{
		{"transport stream, key pictures 10 s apart", "a.ts", x264("-g", "250"), true},
		{"transport stream, open groups", "a.ts", x264("-g", "250", "-x264-params", "open-gop=1:keyint=60:min-keyint=60"), true},
		{"transport stream of MPEG-2", "a.ts", mpeg2(), true},
		{"programme stream", "a.mpg", mpeg2("-f", "vob"), true},
		{"programme stream, key pictures 10 s apart", "a.mpg", x264("-g", "250", "-f", "vob"), true},
		{"AVI", "a.avi", []string{"-c:v", "mpeg4", "-q:v", "2", "-g", "100"}, false},
		{"FLV", "a.flv", x264(), false},
		{"ASF", "a.wmv", []string{"-c:v", "wmv2", "-q:v", "2", "-g", "100"}, false},
		{"MXF", "a.mxf", mpeg2("-vf", "scale=720:576:flags=neighbor"), false},
		{"live Matroska", "a.mkv", x264("-f", "matroska", "-live", "1"), true},
		{"WebM of a browser", "a.webm", []string{"-c:v", "libvpx", "-deadline", "realtime", "-b:v", "2M", "-g", "100", "-live", "1"}, true},
		{"fragmented MP4", "a.mp4", x264("-movflags", "+empty_moov+frag_keyframe+default_base_moof"), false},
		{"MP4 that begins before its edit list", "a.mp4", x264("-bf", "3"), false},
		{"Ogg", "a.ogv", []string{"-c:v", "libtheora", "-q:v", "9", "-g", "64"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := film(t, "25", 330, c.file, c.args...)
			facts := surveyed(t, path)
			if facts.Frames != 330 || facts.Rate != rostrum.Rate25 || facts.Source.Video.Unindexed != c.unindexed {
				t.Errorf("%d frames at %s: %+v", facts.Frames, facts.Rate, facts.Source.Video)
			}
			checkCuts(t, path, facts, same)
		})
	}
}

func TestKeyGap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		group string
		want  rostrum.Frame
	}{{"250", 250}, {"40", 40}} {
		facts := surveyed(t, film(t, "25", 330, "a.ts", x264("-g", c.group)...))
		if got := facts.Source.Video.KeyGap; got != c.want {
			t.Errorf("groups of %s pictures: %d", c.group, got)
		}
	}
}
