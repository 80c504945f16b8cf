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

// ladderAV1 is the ladder in AV1, for slow lines. At these rate factors it is as good as the rungs above of the same size by
// SSIM against talking heads with camera noise: at most 0.0015 worse on the hardest of three films and better on the others,
// in 34 to 46 % of the bytes at 480 lines, 41 to 62 % at 360 and 57 to 81 % at 240.
var ladderAV1 = [...]Rung{
	{Name: "480-av1", Codec: AV1, Height: 480, CRF: 40, MaxKbit: 600},
	{Name: "360-av1", Codec: AV1, Height: 360, CRF: 40, MaxKbit: 350},
	{Name: "240-av1", Codec: AV1, Height: 240, CRF: 36, MaxKbit: 110, HalfRate: true},
}

// Ladder gives the rungs for a source of width by height square pixels, largest first, never
// larger than the source. A rung is named by the shorter side, so that portrait pictures get the
// same ladder; a source up to 5 % short of a rung keeps its own size there. A source smaller
// than the smallest rung gets one rung of its own size.
func Ladder(width, height int) []Rung {
	short := min(width, height)
	rungs := fit(ladder[:], width, height)
	if len(rungs) == 0 {
		r := ladder[len(ladder)-1]
		r.Name, r.Width, r.Height, r.HalfRate = fmt.Sprint(short), max(width&^1, 2), max(height&^1, 2), false
		rungs = append(rungs, r)
	}
	return rungs
}

// LadderAV1 gives the rungs in AV1 that stand beside those of Ladder, by the same rules; none for a source smaller than the smallest.
func LadderAV1(width, height int) []Rung { return fit(ladderAV1[:], width, height) }

// fit gives the rungs of a ladder that a source of width by height has, in its shape.
func fit(ladder []Rung, width, height int) []Rung {
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
	return rungs
}
