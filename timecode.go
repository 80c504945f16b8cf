package rostrum

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Frame is a position on a recording's timeline, counted in whole frames from 0. All positions
// inside the program are frames: seconds and floats are for the edges, where people and ffmpeg
// are.
type Frame int64

// Rate is the constant frame rate of a timeline, in frames per second, as a fraction in lowest
// terms: 25/1, 30000/1001. The zero value is no rate.
type Rate struct{ Num, Den int64 }

// The rates a timeline can have. Sources at twice one of them are halved.
var (
	Rate23976 = Rate{24000, 1001}
	Rate24    = Rate{24, 1}
	Rate25    = Rate{25, 1}
	Rate2997  = Rate{30000, 1001}
	Rate30    = Rate{30, 1}
)

// TimelineRates lists the rates a timeline can have, slowest first.
func TimelineRates() []Rate { return []Rate{Rate23976, Rate24, Rate25, Rate2997, Rate30} }

// ParseRate reads "25", "25/1", "30000/1001" and the trade's decimals "23.976", "29.97", "59.94".
func ParseRate(s string) (Rate, error) {
	bad := Errorf(Invalid, "%q is not a frame rate; write it like 25 or 30000/1001.", s)
	switch s {
	case "23.976", "23.98":
		return Rate23976, nil
	case "29.97":
		return Rate2997, nil
	case "59.94":
		return Rate{60000, 1001}, nil
	}
	num, den, found := strings.Cut(s, "/")
	if !found {
		den = "1"
	}
	n, err := strconv.ParseInt(num, 10, 32)
	if err != nil || n <= 0 {
		return Rate{}, bad
	}
	d, err := strconv.ParseInt(den, 10, 32)
	if err != nil || d <= 0 {
		return Rate{}, bad
	}
	r := big.NewRat(n, d)
	return Rate{r.Num().Int64(), r.Denom().Int64()}, nil
}

// String gives the rate as "25/1" or "30000/1001".
func (r Rate) String() string { return fmt.Sprintf("%d/%d", r.Num, r.Den) }

// Float is the rate in frames per second, for display and for manifests that want a decimal.
func (r Rate) Float() float64 { return float64(r.Num) / float64(r.Den) }

// Timebase is the whole number of frames that timecode counts in a second: 30 for 30000/1001
// (SMPTE ST 12-1, clause 5).
func (r Rate) Timebase() int64 { return (r.Num + r.Den/2) / r.Den }

// Duration is the length of n frames, rounded to the nearest nanosecond.
func (r Rate) Duration(n Frame) time.Duration {
	return time.Duration(mulDivRound(int64(n), int64(time.Second)*r.Den, r.Num))
}

// FrameAt is the frame whose start lies nearest to d.
func (r Rate) FrameAt(d time.Duration) Frame {
	return Frame(mulDivRound(int64(d), r.Num, int64(time.Second)*r.Den))
}

// Samples is the number of sound samples, at the given samples per second, that begin before
// frame n begins, rounded to the nearest: the position of frame n on a sound track.
func (r Rate) Samples(n Frame, perSecond int64) int64 {
	return mulDivRound(int64(n), perSecond*r.Den, r.Num)
}

// Seconds writes the start of frame n plus num/den frames as decimal seconds with nine digits:
// the form in which ffmpeg takes times. num/den lets a seek aim between two frames.
func (r Rate) Seconds(n Frame, num, den int64) string {
	x := big.NewRat(int64(n)*den+num, den)
	x.Mul(x, big.NewRat(r.Den, r.Num))
	return x.FloatString(9)
}

// mulDivRound is a*b/c rounded to the nearest, halves away from zero, without overflow in the
// middle.
func mulDivRound(a, b, c int64) int64 {
	x := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	neg := x.Sign() < 0
	x.Abs(x)
	x.Mul(x, big.NewInt(2)).Add(x, big.NewInt(c))
	x.Quo(x, big.NewInt(2*c))
	if neg {
		x.Neg(x)
	}
	return x.Int64()
}

// Timecode is a time-of-day frame label as recorders write it.
type Timecode struct {
	Hours, Minutes, Seconds, Frames int64
	// Drop marks drop-frame counting: at 29.97 (59.94) labels ;00 and ;01 (to ;03) are skipped at
	// each minute that is not a tenth (SMPTE ST 12-1, clause 5.2.2). Written with a semicolon.
	Drop bool
}

// ParseTimecode reads HH:MM:SS:FF, with ";" or "." before the frames for drop frame. Only the form is checked;
// whether the label exists at a rate is checked by FrameOf.
func ParseTimecode(s string) (Timecode, error) {
	bad := Errorf(Invalid, "%q is not a timecode; write it like 10:04:23:07.", s)
	t := Timecode{}
	i := strings.LastIndexAny(s, ":;.")
	if i < 0 {
		return t, bad
	}
	t.Drop = s[i] != ':'
	parts := strings.FieldsFunc(s[:i], func(r rune) bool { return r == ':' || r == ';' })
	if len(parts) != 3 || strings.Count(s[:i], ":")+strings.Count(s[:i], ";") != 2 {
		return t, bad
	}
	for k, part := range append(parts, s[i+1:]) {
		if len(part) < 1 || len(part) > 3 {
			return t, bad
		}
		v, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return t, bad
		}
		*[]*int64{&t.Hours, &t.Minutes, &t.Seconds, &t.Frames}[k] = int64(v)
	}
	if t.Hours > 47 || t.Minutes > 59 || t.Seconds > 59 {
		return t, bad
	}
	return t, nil
}

// String writes HH:MM:SS:FF, with ";" before the frames for drop frame.
func (t Timecode) String() string {
	sep := ":"
	if t.Drop {
		sep = ";"
	}
	return fmt.Sprintf("%02d:%02d:%02d%s%02d", t.Hours, t.Minutes, t.Seconds, sep, t.Frames)
}

// dropPerMinute is how many labels drop frame skips in a minute at rate r, or 0 where it does
// not exist.
func (r Rate) dropPerMinute() int64 {
	switch r {
	case Rate2997:
		return 2
	case Rate{60000, 1001}:
		return 4
	}
	return 0
}

// FrameOf counts the frames from 00:00:00:00 to t at rate r. It refuses labels that do not
// exist: a frame number at or over the rate, one that drop frame skips, drop frame at a rate
// that has none.
func (r Rate) FrameOf(t Timecode) (Frame, error) {
	base := r.Timebase()
	if t.Frames >= base {
		return 0, Errorf(Invalid, "%s does not exist at %s frames a second: frames go from 00 to %02d.", t, r.Human(), base-1)
	}
	n := ((t.Hours*60+t.Minutes)*60+t.Seconds)*base + t.Frames
	if !t.Drop {
		return Frame(n), nil
	}
	drop := r.dropPerMinute()
	if drop == 0 {
		return 0, Errorf(Invalid, "%s is a drop-frame timecode, and drop frame does not exist at %s frames a second.", t, r.Human())
	}
	if t.Minutes%10 != 0 && t.Seconds == 0 && t.Frames < drop {
		return 0, Errorf(Invalid, "%s does not exist: drop frame skips this label.", t)
	}
	minutes := t.Hours*60 + t.Minutes
	return Frame(n - drop*(minutes-minutes/10)), nil
}

// TimecodeOf is the label of the frame that lies n frames after 00:00:00:00, wrapping at 24 hours.
func (r Rate) TimecodeOf(n Frame, drop bool) Timecode {
	base, x := r.Timebase(), int64(n)
	d := r.dropPerMinute()
	drop = drop && d > 0
	if drop {
		perTen := base*600 - 9*d
		perMinute := base*60 - d
		tens, rest := x/perTen, x%perTen
		x += tens * 9 * d
		if rest >= base*60 {
			x += d * ((rest-base*60)/perMinute + 1)
		}
	}
	t := Timecode{Frames: x % base, Drop: drop}
	x /= base
	t.Seconds, x = x%60, x/60
	t.Minutes, x = x%60, x/60
	t.Hours = x % 24
	return t
}

// Human writes the rate as people say it: 25, 29.97, 23.976.
func (r Rate) Human() string {
	if r.Den == 1 {
		return strconv.FormatInt(r.Num, 10)
	}
	s := strconv.FormatFloat(r.Float(), 'f', 3, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
