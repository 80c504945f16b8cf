package cutlist

import (
	"fmt"
	"math/big"
	"strconv"
	"time"

	"rostrum"
)

// Clock says what the times of a list count from.
type Clock string

// The clocks.
const (
	ClockUnknown Clock = ""        // find out
	ClockElapsed Clock = "elapsed" // the start of the recording
	ClockDay     Clock = "day"     // time of day, as the recording's timecode counts it
	ClockHour    Clock = "hour"    // 01:00:00:00, where editing programs begin by habit
	ClockWall    Clock = "wall"    // time of day by the clock on the wall, in the meeting's zone
	ClockOffset  Clock = "offset"  // an explicit number of frames before the start of the recording
)

// positions turns moments into frames of the recording.
type positions struct {
	media    Media
	rate     rostrum.Rate // that labels are counted at
	drop     bool         // labels count in drop frame, however they are written
	nonDrop  bool         // labels count in non-drop, however they are written
	chosen   bool         // a person said what times count from
	others   bool         // and it holds for forms that are elapsed else
	hourly   bool         // 10:05 is five past ten, not ten minutes and five seconds
	straight bool         // times are not wrapped at midnight
	offset   rostrum.Frame
}

// label counts the frames at the list's rate from 00:00:00:00.
func (p positions) label(t rostrum.Timecode) (rostrum.Frame, error) {
	t.Drop = (t.Drop || p.drop) && !p.nonDrop
	return p.rate.FrameOf(t)
}

// start counts the frames at the list's rate from 00:00:00:00 to the recording's first.
func (p positions) start() (rostrum.Frame, error) {
	t := p.media.Start
	if from, to := p.media.Rate.Timebase(), p.rate.Timebase(); from != to {
		t.Frames = t.Frames * to / from
		t.Drop = t.Drop && p.drop
	}
	return p.label(t)
}

// clock counts the frames from 00:00:00:00 to a time of day that is read off the timecode: at
// 29.97 frames a second its seconds are not quite seconds.
func (p positions) clock(d time.Duration) (rostrum.Frame, error) {
	whole := int64(d / time.Second)
	t := rostrum.Timecode{Hours: whole / 3600, Minutes: whole / 60 % 60, Seconds: whole % 60, Drop: p.drop}
	n, err := p.label(t)
	if err != nil && p.drop { // the second begins with labels that drop frame skips
		t.Frames = p.rate.Timebase() / 15
		n, err = p.label(t)
	}
	return n + p.rate.FrameAt(d%time.Second), err
}

// scale turns a count at the list's rate into one at the timeline's, rounded to the nearest.
func (p positions) scale(n rostrum.Frame) rostrum.Frame {
	if p.rate == p.media.Rate {
		return n
	}
	return frameOf(big.NewRat(int64(n)*p.rate.Den, p.rate.Num), p.media.Rate)
}

// frameOf is the frame whose start lies nearest to a time in seconds.
func frameOf(seconds *big.Rat, rate rostrum.Rate) rostrum.Frame {
	x := new(big.Rat).Mul(seconds, big.NewRat(2*rate.Num, rate.Den))
	n := new(big.Int).Add(x.Num(), x.Denom())
	n.Div(n, new(big.Int).Mul(big.NewInt(2), x.Denom())) // rounds down: halves go up
	return rostrum.Frame(n.Int64())
}

// time is a moment as real seconds, for clocks that do not count frames.
func (p positions) time(m moment) *big.Rat {
	switch {
	case m.form == frames:
		whole := (m.label.Hours*60+m.label.Minutes)*60 + m.label.Seconds
		x := big.NewRat(m.label.Frames*p.rate.Den, p.rate.Num)
		return x.Add(x, big.NewRat(whole, 1))
	case m.value != nil:
		return m.value
	case m.form == minutes && p.hourly:
		return big.NewRat(int64(m.d)*60, int64(time.Second))
	}
	return big.NewRat(int64(m.d), int64(time.Second))
}

// at gives the frame of m, which may lie outside the recording. The error is a sentence for a
// person: the label does not exist.
func (p positions) at(m moment, c Clock) (rostrum.Frame, error) {
	if !m.open() && !p.others && !(p.hourly && m.form == minutes) {
		c = ClockElapsed
	}
	if m.form == frames && c == ClockDay && m.label.Drop && !p.drop && !p.nonDrop {
		return 0, rostrum.Errorf(rostrum.Invalid, "%s is a drop-frame timecode, but the recording counts non-drop; export the list again with the recording's own timecode.", m.text)
	}
	n, err := p.since(m, c)
	if err != nil {
		return 0, err
	}
	switch c {
	case ClockOffset:
		n -= p.offset
	case ClockDay, ClockWall:
		day, err := p.day(c)
		if err != nil {
			return 0, err
		}
		if p.straight {
			return n, nil
		}
		n = (n%day + day) % day // a recording may run past midnight
		if before := day - n; n > p.media.Frames && before < n-p.media.Frames {
			n -= day // nearer to the start than to the end: it lies before the recording
		}
	}
	return n, nil
}

// day is the length of a day in frames of the timeline.
func (p positions) day(c Clock) (rostrum.Frame, error) {
	if c == ClockWall {
		return p.media.Rate.FrameAt(24 * time.Hour), nil
	}
	n, err := p.label(rostrum.Timecode{Hours: 24})
	return p.scale(n), err
}

// since counts the frames of the timeline from the clock's zero to m.
func (p positions) since(m moment, c Clock) (rostrum.Frame, error) {
	byLabel := m.form == frames && c != ClockWall
	var n rostrum.Frame
	var err error
	switch {
	case byLabel:
		n, err = p.label(m.label)
	case c == ClockDay && (m.form == hours || m.form == minutes || m.form == seconds):
		byLabel = true
		d := m.d
		if m.form == minutes && p.hourly {
			d *= 60
		}
		n, err = p.clock(d)
	default:
		n = frameOf(p.time(m), p.media.Rate)
	}
	if err != nil {
		return 0, err
	}
	base := rostrum.Frame(0)
	switch c {
	case ClockHour:
		if base = p.media.Rate.FrameAt(time.Hour); byLabel {
			base, err = p.label(rostrum.Timecode{Hours: 1, Drop: m.label.Drop})
		}
	case ClockDay:
		if base, err = p.start(); !byLabel {
			base = p.scale(base)
		}
	case ClockWall:
		base = p.media.Rate.FrameAt(timeOfDay(p.media.Wall))
	}
	if err != nil {
		return 0, err
	}
	if byLabel {
		return p.scale(n - base), nil
	}
	return n - base, nil
}

func timeOfDay(t time.Time) time.Duration {
	h, m, s := t.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}

// span gives the frames of a duration.
func (p positions) span(m moment) (rostrum.Frame, error) {
	if m.form == frames {
		n, err := p.label(m.label)
		return p.scale(n), err
	}
	if m.value != nil {
		return frameOf(m.value, p.media.Rate), nil
	}
	return p.media.Rate.FrameAt(m.d), nil
}

// inWords writes a length as people say it: 2.4 s, 3 min 24 s, 1 h 2 min 3 s.
func (p positions) inWords(n rostrum.Frame) string {
	if n < 0 {
		n = -n
	}
	d := p.media.Rate.Duration(n)
	if d < 10*time.Second {
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	}
	s := int64(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	return fmt.Sprintf("%d h %d min %d s", s/3600, s/60%60, s%60)
}
