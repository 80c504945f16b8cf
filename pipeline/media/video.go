package media

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"rostrum"
)

// video describes the picture stream, all but what only a look at its pictures can tell, and chooses the rate of its
// timeline.
func (s *ffprobeStream) video(container string, formatStart *big.Rat) (*rostrum.VideoSource, rostrum.Rate, error) {
	begin := decimal(s.Start)
	v := &rostrum.VideoSource{
		Stream: s.Index, Codec: s.Codec, Width: s.Width, Height: s.Height, Color: s.color(),
		Begin: begin.FloatString(9), Offset: new(big.Rat).Sub(begin, formatStart).FloatString(9),
		Unindexed: unindexed(container), Pixels: s.PixelFormat, Turned: s.turn()%360 != 0,
	}
	if n := ratio(s.Aspect, ":"); n != nil && plausible(n) {
		w, _ := new(big.Rat).Mul(big.NewRat(int64(s.Width), 1), n).Float64()
		v.Width = int(w + 0.5)
	}
	if s.turn()%180 != 0 {
		v.Width, v.Height = v.Height, v.Width
	}
	average, real := ratio(s.Average, "/"), ratio(s.Real, "/")
	if average == nil {
		average = real
	}
	if average == nil {
		average, v.Irregular = big.NewRat(25, 1), true
	}
	// A container may give the rate of fields as the real one.
	if real == nil || !near(average, real) && !near(new(big.Rat).Mul(average, big.NewRat(2, 1)), real) {
		v.Irregular = true
	}
	rate, halved, exact := timelineRate(average)
	if !exact && real != nil && real.Cmp(average) > 0 {
		// Pictures are left out where nothing moves: those that are there lie on the grid of the real rate.
		if r, h, ok := timelineRate(real); ok {
			rate, halved = r, h
		}
	}
	v.Halved, v.Irregular = halved, v.Irregular || !exact
	switch {
	case s.PixelFormat == "" || s.PixelFormat == "unknown":
		return nil, rate, rostrum.Errorf(rostrum.Invalid, noPictures)
	case v.Width < 2 || v.Height < 2 || s.Width < 2 || s.Height < 2:
		return nil, rate, rostrum.Errorf(rostrum.Invalid, tooSmall)
	case int64(s.Width)*int64(s.Height) > mostPixels:
		return nil, rate, rostrum.Errorf(rostrum.Invalid, tooLarge, v.Width, v.Height)
	}
	switch s.Field {
	case "tt", "bt":
		v.Scan = rostrum.TopFirst
	case "bb", "tb":
		v.Scan = rostrum.BottomFirst
	}
	return v, rate, nil
}

// plausible says whether pixels may have that shape. The widest in use are 2:1 of anamorphic lenses; a shape beyond twice
// that is a damaged header.
func plausible(shape *big.Rat) bool {
	return shape.Cmp(big.NewRat(1, 4)) >= 0 && shape.Cmp(big.NewRat(4, 1)) <= 0
}

// turn is by how many degrees players turn the picture, a multiple of 90.
func (s *ffprobeStream) turn() int {
	turn, _ := strconv.ParseFloat(s.Tags["rotate"], 64)
	for _, d := range s.SideDataList {
		if d.Rotation != 0 {
			turn = d.Rotation
		}
	}
	if math.IsNaN(turn) || math.Abs(turn) > 360 {
		return 0
	}
	return int(math.Round(turn/90)) * 90
}

// unindexed says whether ffmpeg seeks in the container by guessing a place in the file: it then enters anywhere in a group
// of pictures, and not at its key picture.
func unindexed(container string) bool {
	switch container {
	case "mpegts", "mpeg":
		return true
	}
	return false
}

// label is the timecode of the first frame on a timeline that has half the pictures of the source. Recorders count at 50 and
// 60 a second either single pictures or, as SMPTE ST 12-1 knows no other numbers, pairs of them; a timecode track says which.
func label(timecode string, rate rostrum.Rate, track *big.Rat) string {
	t, err := rostrum.ParseTimecode(timecode)
	if err != nil || track != nil && near(track, big.NewRat(rate.Num, rate.Den)) {
		return timecode
	}
	t.Frames /= 2
	return t.String()
}

// picture chooses the picture stream: the largest, for programmes in several sizes and for thumbnails beside the film. Of equals the one
// that the file marks, then the first. Covers are no pictures of the recording. nil when there is none.
func (a *ffprobeAnswer) picture() *ffprobeStream {
	var best *ffprobeStream
	for i := range a.Streams {
		s := &a.Streams[i]
		if s.Type != "video" || !s.decodable() || s.Width <= 0 || s.Disposition["attached_pic"] == 1 || s.Disposition["timed_thumbnails"] == 1 {
			continue
		}
		if best == nil || s.pixels() > best.pixels() || s.pixels() == best.pixels() && s.Disposition["default"] > best.Disposition["default"] {
			best = s
		}
	}
	return best
}

func (s *ffprobeStream) pixels() int64 { return int64(s.Width) * int64(s.Height) }

func (s *ffprobeStream) decodable() bool { return s.Codec != "" && s.Codec != "unknown" }

// beside gives the streams of the programmes that the picture belongs to: those that may go with it. nil means all.
func (a *ffprobeAnswer) beside(picture *ffprobeStream) map[int]bool {
	if picture == nil {
		return nil
	}
	var all map[int]bool
	for _, p := range a.Programs {
		has := false
		for _, s := range p.Streams {
			has = has || s.Index == picture.Index
		}
		for _, s := range p.Streams {
			if has {
				if all == nil {
					all = map[int]bool{}
				}
				all[s.Index] = true
			}
		}
	}
	return all
}

// timecode is that of the first frame as the recorder wrote it: of the file, or of the first stream that has one.
func (a *ffprobeAnswer) timecode() (at string, track *big.Rat) {
	at = a.Format.Tags["timecode"]
	for i := range a.Streams {
		s := &a.Streams[i]
		if at == "" {
			at = s.Tags["timecode"]
		}
		if s.Type == "data" && s.Tags["timecode"] != "" && track == nil {
			track = ratio(s.Average, "/")
		}
	}
	return strings.TrimSpace(at), track
}
