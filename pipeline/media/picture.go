package media

import (
	"fmt"
	"math/big"
	"strings"

	"rostrum"
)

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

// Where decoding begins.
const (
	neighbours    = 4  // pictures that deinterlacing may look back at
	unknownKeyGap = 12 // seconds, before the survey has found the longest group of pictures
	reordered     = 8  // pictures: many indexes have the order of decoding, and a key picture may stand there before others that are shown before it
)

// preroll is how many frames before the span decoding must begin so that the first picture is right. A source may have shown
// its picture long before; a stream without an index is entered anywhere, perhaps just after a key picture.
func (p Pictures) preroll() rostrum.Frame {
	v, second := p.Source.Video, rostrum.Frame(p.Rate.Timebase())
	n := rostrum.Frame(reordered)
	if v.Scan != rostrum.Progressive {
		n = max(n, neighbours+v.Gap)
	}
	if v.Irregular || v.Gap > 2 {
		n = max(n, v.Gap+1, 2*second)
	}
	switch {
	case v.Unindexed && v.KeyGap > 0:
		n += v.KeyGap + second
	case v.Unindexed:
		n += unknownKeyGap * second
	}
	return n
}

// position says where to seek for frame n, and what to take off the file's own times so that
// frame n is at 0. The seek aims half a frame early, so that rounding cannot lose the frame. All that is decoded from the key
// picture on is let through: the picture that stands at frame n may have come long before it.
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
		seek = []string{"-noaccurate_seek", "-ss", t.FloatString(9)}
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
	chain := []string{"setpts=round(PTS-(" + shift + ")/TB)"}
	if whole := wholePictures(v.Scan); whole != nil {
		lead := p.Rate.Duration(neighbours + v.Gap).Seconds()
		chain = append(append(chain, fmt.Sprintf("trim=start=%.3f", -lead)), whole...)
	}
	chain = append(chain, "fps="+p.Rate.String()+":start_time=0")
	if p.Pad {
		chain = append(chain, "tpad=stop=-1:stop_mode=clone")
	}
	from, graph := fmt.Sprintf("[0:%d]", v.Stream), []string(nil)
	for i, r := range p.Rungs {
		if i == 0 {
			chain = append(chain, toScreen(v.Color, r.Width, r.Height)...)
		} else {
			chain = append(chain, fmt.Sprintf("scale=%d:%d:flags=lanczos", r.Width, r.Height))
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
