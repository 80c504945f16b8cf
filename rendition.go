package rostrum

import "fmt"

// Rung is one step of the ladder of picture sizes.
type Rung struct {
	Name     string `json:"name"`            // its nominal height: "720"; with the codec where it is not H.264: "480-av1"
	Codec    Codec  `json:"codec,omitempty"` // H264 unless said
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	HalfRate bool   `json:"half_rate,omitempty"` // every second frame of the timeline
	CRF      int    `json:"crf"`
	MaxKbit  int    `json:"max_kbit"` // ceiling of the rate over the buffer, kbit/s; the buffer is twice that
}

// Codec is how a rung's pictures are coded.
type Codec string

// The codecs. H.264 plays everywhere; AV1 saves about four bytes in ten at the same quality, for lines that need it and players that
// can.
const (
	H264 Codec = ""
	AV1  Codec = "av1"
)

// Step is how many frames of the timeline one picture of the rung lasts.
func (r Rung) Step() Frame {
	if r.HalfRate {
		return 2
	}
	return 1
}

// Pictures is how many pictures of the rung cover n frames of the timeline.
func (r Rung) Pictures(n Frame) int { return int((n + r.Step() - 1) / r.Step()) }

// ladder is the full ladder, largest first. The sizes, ceilings and rate factors were chosen by
// VMAF on talking heads with camera noise: superfast at CRF 24 with the settings in
// the encoder's plan beats veryfast at CRF 23 in quality, bytes and time.
var ladder = [...]Rung{
	{Name: "1080", Height: 1080, CRF: 24, MaxKbit: 4500},
	{Name: "720", Height: 720, CRF: 24, MaxKbit: 2000},
	{Name: "480", Height: 480, CRF: 24, MaxKbit: 900},
	{Name: "360", Height: 360, CRF: 24, MaxKbit: 500},
	{Name: "240", Height: 240, CRF: 25, MaxKbit: 150, HalfRate: true},
}

// Ladder gives the rungs for a source of width by height square pixels, largest first, never
// larger than the source. A rung is named by the shorter side, so that portrait pictures get the
// same ladder; a source up to 5 % short of a rung keeps its own size there. A source smaller
// than the smallest rung gets one rung of its own size.
func Ladder(width, height int) []Rung {
	short, long := min(width, height), max(width, height)
	var rungs []Rung
	for _, r := range ladder {
		if short*100 < r.Height*95 {
			continue
		}
		s := min(r.Height, short) &^ 1
		l := (long*s + short) / (2 * short) * 2 // nearest even
		r.Width, r.Height = l, s
		if width < height {
			r.Width, r.Height = s, l
		}
		rungs = append(rungs, r)
	}
	if len(rungs) == 1 && rungs[0].HalfRate { // it is all there is: let it move as the source does
		rungs[0].HalfRate, rungs[0].MaxKbit = false, 2*rungs[0].MaxKbit
	}
	if len(rungs) == 0 {
		r := ladder[len(ladder)-1]
		r.Name, r.Width, r.Height, r.HalfRate = fmt.Sprint(short), max(width&^1, 2), max(height&^1, 2), false
		rungs = append(rungs, r)
	}
	return rungs
}
