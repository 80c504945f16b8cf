package media

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"rostrum"
)

// The encoder's settings. Superfast with these beats veryfast at its own in quality, bytes and
// time on talking heads. The number of threads is fixed so that all machines encode alike; with
// several of them the rate control does not repeat its bytes exactly, so nothing may count on that.
const (
	preset     = "superfast"
	profile    = "high"
	x264Params = "mbtree=1:rc-lookahead=25:subme=2:trellis=1:threads=3"
	plan       = "1" // raise when anything in this file changes the bytes that come out
)

// EncoderID names all settings that must be the same for pictures to be joined. It is stored with
// the recording; an edge must not be encoded for a recording that names another.
func EncoderID() string {
	return "libx264 preset=" + preset + " profile=" + profile + " " + x264Params + " lanczos plan=" + plan
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

// Pictures is one encoding of a span of the timeline: a chunk, or an edge. Both are the same
// encoding, so that they can be joined.
type Pictures struct {
	Source        rostrum.Source
	Rate          rostrum.Rate
	Span          rostrum.Span
	Rungs         []rostrum.Rung // largest first
	SegmentFrames rostrum.Frame  // Grid.SegmentFrames: a fragment begins every so many frames of the span
	// Pad holds the last picture where the source has no more. Only for a second attempt: it would
	// hide a source that has shrunk.
	Pad bool
}

// Args is the command line: fragmented MP4 of Rungs[i] to Pipe(i), from one decode.
func (p Pictures) Args(path string) ([]string, error) {
	v := p.Source.Video
	seek, shift, err := position(v, p.Rate, p.Span.In, p.preroll())
	if err != nil {
		return nil, err
	}
	args := append([]string{"-copyts"}, seek...)
	args = append(args, Input(path)...)
	args = append(args, "-filter_complex", p.filter(shift))
	for i, rung := range p.Rungs {
		args = append(args, p.output(i, rung)...)
	}
	return args, nil
}

// preroll is how many frames before the span decoding must begin so that the first picture is
// right. Deinterlacing needs neighbours; a source without a constant rate may have shown its
// picture long before; a stream without an index is entered anywhere, perhaps after a key frame.
func (p Pictures) preroll() rostrum.Frame {
	v, second := p.Source.Video, rostrum.Frame(p.Rate.Timebase())
	n := rostrum.Frame(0)
	if v.Scan != rostrum.Progressive {
		n = 4
	}
	if v.Irregular {
		n = max(v.Gap+1, 2*second)
	}
	switch p.Source.Container {
	case "mpegts", "mpeg":
		n = max(n, 6*second)
	}
	return n
}

// position says where to seek for frame n, and what to take off the file's own times so that
// frame n is at 0. The seek aims half a frame early, so that rounding cannot lose the frame.
func position(v *rostrum.VideoSource, rate rostrum.Rate, n, preroll rostrum.Frame) (seek []string, shift string, err error) {
	begin, err := parseSeconds(v.Begin)
	if err != nil {
		return nil, "", err
	}
	offset, err := parseSeconds(v.Offset)
	if err != nil {
		return nil, "", err
	}
	frame := big.NewRat(rate.Den, rate.Num)
	at := func(halves int64) *big.Rat { return new(big.Rat).Mul(big.NewRat(halves, 2), frame) }
	if t := new(big.Rat).Add(at(2*int64(n-preroll)-1), offset); n > preroll && t.Sign() > 0 {
		seek = []string{"-ss", t.FloatString(9)}
	}
	begin.Add(begin, at(2*int64(n)))
	if v.Halved {
		// Every second picture of the source lies exactly between two frames; a quarter later, both
		// of a pair round to the same side.
		begin.Sub(begin, new(big.Rat).Quo(frame, big.NewRat(4, 1)))
	}
	return seek, begin.FloatString(9), nil
}

// filter is the graph that makes [v0], [v1], … of the source's pictures.
func (p Pictures) filter(shift string) string {
	v := p.Source.Video
	var chain []string
	if v.Scan != rostrum.Progressive {
		chain = append(chain, "bwdif=mode=send_frame")
	}
	chain = append(chain, "setpts=round(PTS-("+shift+")/TB)", "fps="+p.Rate.String()+":start_time=0")
	if p.Pad {
		chain = append(chain, "tpad=stop=-1:stop_mode=clone")
	}
	from, graph := fmt.Sprintf("[0:%d]", v.Stream), []string(nil)
	for i, r := range p.Rungs {
		chain = append(chain, fmt.Sprintf("scale=%d:%d:flags=lanczos", r.Width, r.Height))
		if i == 0 {
			chain = append(chain, "format=yuv420p", "setsar=1")
		}
		half := ""
		if r.HalfRate {
			half = "select='not(mod(n,2))'"
		}
		name := fmt.Sprintf("[v%d]", i)
		last := i == len(p.Rungs)-1
		switch {
		case last && half == "":
			graph = append(graph, from+strings.Join(chain, ",")+name)
		case last:
			graph = append(graph, from+strings.Join(append(chain, half), ",")+name)
		case half == "":
			graph = append(graph, fmt.Sprintf("%s%s,split=2%s[s%d]", from, strings.Join(chain, ","), name, i))
		default:
			graph = append(graph, fmt.Sprintf("%s%s,split=2[h%d][s%d]", from, strings.Join(chain, ","), i, i), fmt.Sprintf("[h%d]%s%s", i, half, name))
		}
		from, chain = fmt.Sprintf("[s%d]", i), nil
	}
	return strings.Join(graph, ";")
}

// output is one rung's encoder and file.
func (p Pictures) output(i int, r rostrum.Rung) []string {
	group := strconv.FormatInt(int64(p.SegmentFrames/r.Step()), 10)
	kbit := func(n int) string { return strconv.Itoa(n) + "k" }
	return []string{
		"-map", fmt.Sprintf("[v%d]", i), "-fps_mode", "passthrough",
		"-frames:v", strconv.Itoa(r.Pictures(p.Span.Len())),
		"-c:v", "libx264", "-preset", preset, "-profile:v", profile, "-pix_fmt", "yuv420p",
		"-sc_threshold", "0", "-g", group, "-keyint_min", group, "-force_key_frames", "expr:not(mod(n," + group + "))",
		"-x264-params", x264Params,
		"-crf", strconv.Itoa(r.CRF), "-maxrate", kbit(r.MaxKbit), "-bufsize", kbit(2 * r.MaxKbit),
		"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-chroma_sample_location", "left", "-color_range", "tv",
		"-flags", "+bitexact", "-fflags", "+bitexact",
		"-video_track_timescale", strconv.FormatInt(Timescale(p.Rate), 10),
		"-movflags", "+cmaf+frag_keyframe", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
		"-f", "mp4", Pipe(i),
	}
}
