package media

import (
	"fmt"
	"slices"
	"strconv"

	"rostrum"
)

// The settings of H.264. Superfast with these beats veryfast at its own in quality, bytes and
// time on talking heads. The number of threads is fixed so that all machines encode alike; with
// several of them the rate control does not repeat its bytes exactly, so nothing may count on that.
const (
	preset     = "superfast"
	profile    = "high"
	x264Params = "mbtree=1:rc-lookahead=25:subme=2:trellis=1:threads=3"
)

// The settings of AV1. Every group of pictures begins with a key frame and is closed, and no other
// key frame is made where the scene changes. The number of threads is fixed as for H.264: without
// bearing on the bytes, but for where the ceiling is reached.
const (
	av1Preset = "10"
	av1Params = "irefresh-type=2:scd=0:lp=2"
)

// plan is raised when anything in this package changes the pictures that are encoded, in any codec.
const plan = "2"

// EncoderID names all settings that must be the same for pictures in H.264 to be joined. It is stored
// with the recording; an edge must not be encoded for a recording that names another.
func EncoderID() string {
	return "libx264 preset=" + preset + " profile=" + profile + " " + x264Params + " lanczos plan=" + plan
}

// EncoderAV1ID is the same for pictures in AV1.
func EncoderAV1ID() string {
	return "libsvtav1 preset=" + av1Preset + " " + av1Params + " lanczos plan=" + plan
}

// Timescale is the clock of a rung's track, in ticks a second: a multiple of the rate of at least
// 10,000, on which a frame is a whole number of ticks.
func Timescale(rate rostrum.Rate) int64 { return rate.Num * (Ticks(rate) / rate.Den) }

// Ticks is how many ticks of that clock a frame lasts.
func Ticks(rate rostrum.Rate) int64 {
	if rate.Num >= 10000 {
		return rate.Den
	}
	return rate.Den * 1000
}

// output is one rung's encoder and file.
func (p Pictures) output(i int, r rostrum.Rung) []string {
	encoder := p.h264(r)
	if r.Codec == rostrum.AV1 {
		encoder = p.av1(r)
	}
	return slices.Concat([]string{
		"-map", fmt.Sprintf("[v%d]", i), "-fps_mode", "passthrough",
		"-frames:v", strconv.Itoa(r.Pictures(p.Span.Len())),
	}, encoder, []string{
		"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-chroma_sample_location", "left", "-color_range", "tv",
		"-flags", "+bitexact", "-fflags", "+bitexact",
		"-video_track_timescale", strconv.FormatInt(Timescale(p.Rate), 10),
		"-movflags", "+cmaf+frag_keyframe", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
		"-f", "mp4", Pipe(i),
	})
}

// group is how many pictures of the rung a segment has.
func (p Pictures) group(r rostrum.Rung) string {
	return strconv.FormatInt(int64(p.SegmentFrames/r.Step()), 10)
}

func (p Pictures) h264(r rostrum.Rung) []string {
	group := p.group(r)
	kbit := func(n int) string { return strconv.Itoa(n) + "k" }
	return []string{
		"-c:v", "libx264", "-preset", preset, "-profile:v", profile, "-pix_fmt", "yuv420p",
		"-sc_threshold", "0", "-g", group, "-keyint_min", group, "-force_key_frames", "expr:not(mod(n," + group + "))",
		"-x264-params", x264Params,
		"-crf", strconv.Itoa(r.CRF), "-maxrate", kbit(r.MaxKbit), "-bufsize", kbit(2 * r.MaxKbit),
	}
}

func (p Pictures) av1(r rostrum.Rung) []string {
	// The encoder shares its ceiling out among the pictures of the timeline's rate, of which a rung
	// at half the rate has every second one only.
	ceiling := r.MaxKbit * int(r.Step())
	return []string{
		"-c:v", "libsvtav1", "-preset", av1Preset, "-pix_fmt", "yuv420p", "-g", p.group(r),
		"-crf", strconv.Itoa(r.CRF), "-svtav1-params", av1Params + ":mbr=" + strconv.Itoa(ceiling),
	}
}
