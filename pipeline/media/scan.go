package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// The look at pictures that tells how their lines were taken.
const (
	lookWidth   = 480 // pixels to which a picture is narrowed; its lines are left alone
	lookPlaces  = 5
	lookFrames  = 9 // at a place: a telecine's round of five, and a neighbour at either end
	lookWall    = time.Minute
	blockWidth  = 16
	blockHeight = 32
)

// interlaceable says whether pictures of so many lines can be interlaced: those of 525 and 625 lines (Recommendation ITU-R
// BT.601) and of 1125 (BT.709), and as codecs and recorders round them.
func interlaceable(lines int) bool {
	switch lines {
	case 480, 486, 512, 576, 1080, 1088:
		return true
	}
	return false
}

// look decodes a few pictures at several places and says how their lines were taken, whatever the file says of it: recorders
// mark what a camera sent as whole pictures in two fields as interlaced, and editing programs lose the mark of what is
// interlaced. What stands still in all places tells nothing; then the file is believed. A few tenths of a second.
//
// A person at a desk moves less than a hundredth of the picture, and in a sum over the whole picture, as the filter idet makes it, that is lost
// in noise; so blocks are judged, and only those in which something moves.
func (t Tools) look(ctx context.Context, path string, v *rostrum.VideoSource, lines int, duration time.Duration) (rostrum.Scan, error) {
	places, frames := lookPlaces, lookFrames
	if duration < 10*time.Second {
		places, frames = 1, 3*lookFrames
	}
	var args, graph, maps []string
	sum := make([]combing, places)
	var outputs []Consumer
	for i := range places {
		if at := duration * time.Duration(i) / time.Duration(places); at > 0 {
			args = append(args, "-noaccurate_seek", "-ss", strconv.FormatFloat(at.Seconds(), 'f', 3, 64))
		}
		args = append(append(args, "-noautorotate"), Input(path)...)
		graph = append(graph, fmt.Sprintf("[%d:%d]scale=%d:%d:flags=area,format=gray[l%d]", i, v.Stream, lookWidth, lines, i))
		maps = append(maps, "-map", fmt.Sprintf("[l%d]", i), "-fps_mode", "passthrough", "-frames:v", strconv.Itoa(frames),
			"-c:v", "rawvideo", "-f", "rawvideo", Pipe(i))
		outputs = append(outputs, func(r io.Reader) error { return sum[i].read(r, lookWidth, lines) })
	}
	args = append(args, "-filter_complex", strings.Join(graph, ";"))
	if err := t.Run(ctx, Job{Args: append(args, maps...), Read: []string{path}, Outputs: outputs, Wall: lookWall}); err != nil {
		return v.Scan, err
	}
	var all combing
	for _, c := range sum {
		all.top, all.bottom, all.whole = all.top+c.top, all.bottom+c.bottom, all.whole+c.whole
	}
	return all.scan(v.Scan), nil
}

// combing counts pictures in which something moves, by how their lines were taken.
type combing struct{ top, bottom, whole int }

// scan decides. A few pictures out of line are cuts, and patterns that speak for either order by turns.
func (c combing) scan(flag rostrum.Scan) rostrum.Scan {
	interlaced, all := abs(c.top-c.bottom), c.top+c.bottom+c.whole
	switch {
	case all < 3:
		return flag
	case 8*interlaced <= all:
		return rostrum.Progressive
	case 8*interlaced < 7*all:
		return rostrum.MixedScan
	case c.bottom > c.top:
		return rostrum.BottomFirst
	}
	return rostrum.TopFirst
}

// read takes gray pictures in a row and judges each by its neighbours.
func (c *combing) read(r io.Reader, width, lines int) error {
	var last [3][]byte
	for n := 0; ; n++ {
		picture := last[0]
		if picture == nil {
			picture = make([]byte, width*lines)
		}
		if _, err := io.ReadFull(r, picture); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		} else if err != nil {
			return err
		}
		last[0], last[1], last[2] = last[1], last[2], picture
		if n >= 2 {
			c.add(last[0], last[1], last[2], width, lines)
		}
	}
}

// add judges one picture by its blocks. The lines of a field lie between those of the other; they fit best to
// what was taken at a time next to theirs, be it in the same picture or in a neighbour. The field that fits the picture before
// is the older one. In a whole picture its own lines fit best. Where the fields by themselves are not smoother than the picture, nothing is
// combed: it is lettering that scrolls.
func (c *combing) add(before, picture, after []byte, width, lines int) {
	top, bottom, whole := 0, 0, 0
	for y := 2; y+blockHeight+1 < lines; y += blockHeight {
		for x := 0; x+blockWidth <= width; x += blockWidth {
			var own, apart, topFirst, bottomFirst int
			for dy := range blockHeight {
				row := (y+dy)*width + x
				older, younger := 0, 0
				for at := row; at < row+blockWidth; at++ {
					between := int(picture[at-width]) + int(picture[at+width])
					own += abs(between - 2*int(picture[at]))
					apart += abs(int(picture[at-2*width]) + int(picture[at+2*width]) - 2*int(picture[at]))
					older += abs(between - 2*int(before[at]))
					younger += abs(between - 2*int(after[at]))
				}
				if dy%2 == 0 {
					topFirst, bottomFirst = topFirst+younger, bottomFirst+older
				} else {
					topFirst, bottomFirst = topFirst+older, bottomFirst+younger
				}
			}
			const least = 6 * blockWidth * blockHeight // three steps of luma on average: more than noise makes
			switch fit := min(topFirst, bottomFirst); {
			case fit-own > max(least, own/2):
				whole++
			case max(topFirst, bottomFirst)-fit <= max(least, fit/4), 4*own <= 5*apart:
			case topFirst < bottomFirst:
				top++
			default:
				bottom++
			}
		}
	}
	// One part of a picture may be whole, as slides and films that are played in are, where another is combed. Blocks that speak for
	// either order are patterns that repeat themselves.
	switch fields := abs(top - bottom); {
	case fields >= 2 && 5*fields > whole && top > bottom:
		c.top++
	case fields >= 2 && 5*fields > whole:
		c.bottom++
	case whole >= 2:
		c.whole++
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// wholePictures are the filters that make whole pictures of interlaced ones, one of each: all are told the order of the
// fields, because the file may be wrong about it. Of mixed ones, first the fields that belong together are
// brought together, which undoes a telecine, and then only those pictures are deinterlaced that are still combed. Both look at
// the neighbours of a picture and no further, so that it comes out the same wherever decoding began; idet would mark by its past.
func wholePictures(scan rostrum.Scan) []string {
	switch scan {
	case rostrum.TopFirst, rostrum.BottomFirst:
		return []string{"bwdif=mode=send_frame:parity=" + string(scan) + ":deint=all"}
	case rostrum.MixedScan:
		return []string{"fieldmatch=mode=pc_n:combmatch=full", "bwdif=mode=send_frame:deint=interlaced"}
	}
	return nil
}
