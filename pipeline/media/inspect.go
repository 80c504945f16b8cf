package media

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rostrum"
)

// PictureFacts is what looking at every picture of a finished rung found. Frames count from its first picture.
type PictureFacts struct {
	Pictures int            // that could be decoded
	Black    []rostrum.Span // stretches longer than 2 s, or all there is
	Frozen   []rostrum.Span // stretches longer than 5 s in which nothing moves, black ones left out
}

// What is black and what stands still, on luma of the range of television, 16 to 235 (Recommendation ITU-R BT.709), of a
// picture brought to stillWidth pixels across. Black are 98 pixels in 100 within a tenth of the range, as ffmpeg's blackdetect has it.
//
// Its freezedetect is of no use here. It takes the mean over the picture, in which the mouth of a distant speaker
// weighs as little as the step in quality at every key picture, so that a held slide seems to move every 4 s and the speaker does not. The
// largest change of any pixel tells them apart: held slides, clean, under camera noise and shown in the middle of a group of pictures, stayed
// within 16 steps at 240 lines and CRF 25; a speaker whose face was a fiftieth of the picture never did for 2 s.
const (
	inspectWidth  = StillWidth
	blackLuma     = 16 + 22
	blackHundreds = 98
	stillLuma     = 16
	longBlack     = 2 * time.Second
	longFrozen    = 5 * time.Second
)

// InspectPicture looks at every picture of a local file that Rostrum made (fmp4.Join of one rung; the smallest is enough): it counts
// them, and finds where they are black or stand still. It decodes once: for a minute about half a second of a processor at 240 lines and half the rate,
// 1.3 s at 360 lines. The caller retries.
func (t Tools) InspectPicture(ctx context.Context, path string, rung rostrum.Rung, rate rostrum.Rate) (PictureFacts, error) {
	height := stillHeight(rung.Width, rung.Height)
	args := append(Input(path), "-map", "0:v:0", "-vf", fmt.Sprintf("scale=%d:%d:flags=area,format=yuv420p,extractplanes=y", inspectWidth, height),
		"-fps_mode", "passthrough", "-fflags", "+bitexact", "-flags", "+bitexact", "-c:v", "rawvideo", "-pix_fmt", "gray", "-f", "rawvideo", Pipe(0))
	look := watch{step: rung.Step(), rate: rate, luma: make([]byte, inspectWidth*height)}
	err := t.Run(ctx, Job{Args: args, Read: []string{path}, Outputs: []Consumer{look.read}, Aside: true, Wall: 2 * time.Hour})
	return look.facts, err
}

// watch looks at pictures one after the other, in constant memory.
type watch struct {
	facts  PictureFacts
	step   rostrum.Frame
	rate   rostrum.Rate
	luma   []byte // of the picture at hand
	held   []byte // the first of those that look alike; empty while there is none
	since  int    // its number
	black  bool   // the running stretch is black
	blacks int    // number of the first black picture of the stretch
}

func (w *watch) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		_, err := io.ReadFull(in, w.luma)
		if errors.Is(err, io.EOF) {
			w.endBlack(w.blacks == 0)
			w.endFrozen()
			return nil
		}
		if err != nil {
			return err
		}
		w.look()
		w.facts.Pictures++
	}
}

func (w *watch) look() {
	if isBlack(w.luma) {
		if !w.black {
			w.endFrozen()
			w.black, w.blacks = true, w.facts.Pictures
		}
		return
	}
	w.endBlack(false)
	if len(w.held) > 0 && alike(w.held, w.luma) {
		return
	}
	w.endFrozen()
	w.held, w.since = append(w.held[:0], w.luma...), w.facts.Pictures
}

// endBlack closes the running stretch, which is kept when it is long or all there is.
func (w *watch) endBlack(all bool) {
	if s := w.span(w.blacks); w.black && (all || w.rate.Duration(s.Len()) > longBlack) {
		w.facts.Black = append(w.facts.Black, s)
	}
	w.black = false
}

func (w *watch) endFrozen() {
	if s := w.span(w.since); len(w.held) > 0 && w.rate.Duration(s.Len()) > longFrozen {
		w.facts.Frozen = append(w.facts.Frozen, s)
	}
	w.held = w.held[:0]
}

// span is from the picture of a number to the one at hand.
func (w *watch) span(from int) rostrum.Span {
	return rostrum.Span{In: rostrum.Frame(from) * w.step, Out: rostrum.Frame(w.facts.Pictures) * w.step}
}

func isBlack(luma []byte) bool {
	dark := 0
	for _, y := range luma {
		if y <= blackLuma {
			dark++
		}
	}
	return dark*100 >= blackHundreds*len(luma)
}

func alike(a, b []byte) bool {
	for i := range a {
		if d := int(a[i]) - int(b[i]); d > stillLuma || d < -stillLuma {
			return false
		}
	}
	return true
}

// likenessFrames is how much of a segment is compared, so that little of the original must be decoded.
const likenessFrames = 25

// ssimLines is the size for which structural similarity was made: a larger picture is brought near it by a whole factor, as the authors advise. At the
// size of a large rung it would tell of camera noise, and of nothing else.
const ssimLines = 256

// LikenessArgs is Likeness's command line: to Pipe(0) the likeness of each picture to its original, to Pipe(1) that of each but the
// first to the original one picture earlier, to Pipe(2) that of each but the last to the original one picture later.
func (p Pictures) LikenessArgs(original string, rung int, segment string) ([]string, error) {
	p.Rungs = p.Rungs[:rung+1] // smaller ones are made of larger ones
	r := p.Rungs[rung]
	seek, shift, err := position(p.Source.Video, p.Rate, p.Span.In, p.preroll())
	if err != nil {
		return nil, err
	}
	args := append([]string{"-copyts"}, seek...)
	args = append(args, Input(original)...)
	args = append(args, Input(segment)...)
	n := r.Pictures(min(likenessFrames, p.Span.Len()))
	graph := []string{p.filter(shift)}
	for i, larger := range p.Rungs[:rung] {
		// What is held without end at the source's end (Pad) must end here as well.
		graph = append(graph, fmt.Sprintf("[v%d]trim=end_frame=%d,nullsink", i, larger.Pictures(rostrum.Frame(n)*r.Step())))
	}
	number := fmt.Sprintf("trim=end_frame=%d,settb=1/25,setpts=N,", n) // pictures are paired by their number
	if less := (min(r.Width, r.Height) + ssimLines/2) / ssimLines; less > 1 {
		number += fmt.Sprintf("scale=%d:%d:flags=area,", r.Width/less, r.Height/less)
	}
	number += "split=3"
	graph = append(graph,
		fmt.Sprintf("[v%d]%s[o0][o1][later]", rung, number),
		"[1:v:0]"+number+"[e0][after][e2]",
		"[after]trim=start_frame=1,setpts=N[e1]", "[later]trim=start_frame=1,setpts=N[o2]")
	var maps []string
	for i := range 3 {
		graph = append(graph, fmt.Sprintf("[e%d][o%d]ssim=shortest=1,metadata=mode=print:key=lavfi.ssim.Y:file='pipe\\:%d'[l%d]", i, i, 3+i, i))
		maps = append(maps, "-map", fmt.Sprintf("[l%d]", i), "-fps_mode", "passthrough", "-f", "null", "-")
	}
	return append(append(args, "-filter_complex", strings.Join(graph, ";")), maps...), nil
}

// ErrNothingToCompare says that the original has no picture where a segment is to be compared with it.
var ErrNothingToCompare = errors.New("the original has no picture here")

// Likeness says how like the original an encoded segment is, from 0 to 1, by the pictures of its first 25 frames, against the same
// of the original, both at the size of p.Rungs[rung] and the original brought there as for encoding. It is the structural similarity of the
// luma (Wang, Bovik, Sheikh and Simoncelli, IEEE Transactions on Image Processing 13(4), 2004) in the mean of the
// pictures, less a hundred times what it would gain with the picture before or after each: a speaker's pictures are nearly as like each other as
// the right ones are, but where anything moves, none fits as well as the right one. At half the rate a picture is two frames, and a
// single frame off is not seen; where nothing moves, nothing is.
//
// segment is a local file that begins with its initialisation segment. p is the plan that it was encoded by, with the segment's own Span. It takes about a quarter of
// a second of a processor where the original's key pictures are a second or two apart. Where the original has no picture
// that can be decoded, it is ErrNothingToCompare. The caller retries other errors.
func (t Tools) Likeness(ctx context.Context, original string, p Pictures, rung int, segment string) (float64, error) {
	args, err := p.LikenessArgs(original, rung, segment)
	if err != nil {
		return 0, err
	}
	var ssim [3][]float64
	var outputs []Consumer
	for i := range ssim {
		outputs = append(outputs, func(r io.Reader) error {
			return readMetadata(r, func(float64) {}, func(_ string, y float64) { ssim[i] = append(ssim[i], y) })
		})
	}
	if err := t.Run(ctx, Job{Args: args, Read: []string{original, segment}, Outputs: outputs, Aside: true, Wall: 10 * time.Minute}); err != nil {
		return 0, err
	}
	right, n := ssim[0], len(ssim[0])-1
	if n < 0 {
		return 0, ErrNothingToCompare
	}
	if len(ssim[1]) != n || len(ssim[2]) != n {
		return 0, fmt.Errorf("compared %d, %d and %d pictures of a segment with the original", len(ssim[0]), len(ssim[1]), len(ssim[2]))
	}
	like := mean(right)
	if n > 0 {
		like -= misplaced * max(lead(ssim[1], right[1:]), lead(ssim[2], right[:n]), 0)
	}
	return max(like, 0), nil
}

// misplaced weighs how much better a neighbour fits: the right pictures gained 0.0002 at most, those one picture off 0.001 at least, in a close-up that
// hardly moved, and 0.01 to 0.08 elsewhere.
const misplaced = 100

// lead is by how much a is larger than b in the mean of all but the highest and the lowest tenth: a recorder's key
// pictures may be so much better, or worse, than those beside them that one alone would decide.
func lead(a, b []float64) float64 {
	more := make([]float64, len(a))
	for i := range a {
		more[i] = a[i] - b[i]
	}
	slices.Sort(more)
	tenth := len(more) / 10
	return mean(more[tenth : len(more)-tenth])
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
