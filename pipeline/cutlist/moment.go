package cutlist

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// moment is a time as it is written, before it is known what it counts from.
type moment struct {
	text  string
	form  form
	label rostrum.Timecode // of form frames
	d     time.Duration    // of the other forms
}

type form int

const (
	none    form = iota
	frames       // HH:MM:SS:FF: time of day or elapsed
	hours        // HH:MM:SS or HH:MM:SS.mmm: time of day or elapsed
	minutes      // MM:SS or MM:SS.mmm: elapsed
	seconds      // 12 or 12.5: elapsed
)

var (
	framesForm  = pattern(`^\d{1,2}[:;]\d{1,2}[:;]\d{1,2}[:;]\d{1,3}$`)
	hoursForm   = pattern(`^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?$`)
	minutesForm = pattern(`^(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?$`)
	secondsForm = pattern(`^(\d{1,6})(?:[.,](\d{1,9}))?$`)
)

// readMoment reads a time in any of the forms. Whether a frame label exists at the recording's rate
// is found out when it is placed.
func readMoment(s string) (moment, bool) {
	s = strings.TrimSpace(s)
	m := moment{text: s}
	part := func(digits string, limit int64, unit time.Duration) bool {
		v, err := strconv.ParseInt("0"+digits, 10, 64)
		m.d += time.Duration(v) * unit
		return err == nil && v < limit
	}
	decimals := func(digits string) bool { return part((digits + "000000000")[:9], 1e9, time.Nanosecond) }
	if framesForm().MatchString(s) {
		label, err := rostrum.ParseTimecode(s)
		label.Drop = strings.Contains(s, ";")
		m.form, m.label = frames, label
		return m, err == nil
	}
	if p := hoursForm().FindStringSubmatch(s); p != nil {
		m.form = hours
		return m, part(p[1], 48, time.Hour) && part(p[2], 60, time.Minute) && part(p[3], 60, time.Second) && decimals(p[4])
	}
	if p := minutesForm().FindStringSubmatch(s); p != nil {
		m.form = minutes
		return m, part(p[1], 1000, time.Minute) && part(p[2], 60, time.Second) && decimals(p[3])
	}
	if p := secondsForm().FindStringSubmatch(s); p != nil {
		m.form = seconds
		return m, part(p[1], 1e6, time.Second) && decimals(p[2])
	}
	return m, false
}

// origin says what the times of a list count from.
type origin int

const (
	elapsed   origin = iota // the start of the recording
	timeOfDay               // the recording's timecode
	falseHour               // 01:00:00:00, where editing programs begin by habit
)

// positions turns moments into frames of the recording.
type positions struct {
	media Media
	drop  bool // labels count in drop frame, however they are written
}

// label counts the frames from 00:00:00:00.
func (p positions) label(t rostrum.Timecode) (rostrum.Frame, error) {
	t.Drop = t.Drop || p.drop
	return p.media.Rate.FrameOf(t)
}

// clock counts the frames from 00:00:00:00 to a time of day that is read off the timecode: at
// 29.97 frames a second its seconds are not quite seconds.
func (p positions) clock(d time.Duration) (rostrum.Frame, error) {
	whole := int64(d / time.Second)
	t := rostrum.Timecode{Hours: whole / 3600, Minutes: whole / 60 % 60, Seconds: whole % 60, Drop: p.drop}
	n, err := p.media.Rate.FrameOf(t)
	if err != nil && p.drop { // the second begins with labels that drop frame skips
		t.Frames = 2
		n, err = p.media.Rate.FrameOf(t)
	}
	return n + p.media.Rate.FrameAt(d%time.Second), err
}

// at gives the frame of m, which may lie outside the recording. The error is a sentence for a
// person: the label does not exist.
func (p positions) at(m moment, o origin) (rostrum.Frame, error) {
	if m.form == minutes || m.form == seconds {
		return p.media.Rate.FrameAt(m.d), nil
	}
	var n rostrum.Frame
	var err error
	switch {
	case m.form == frames && o == timeOfDay && m.label.Drop && !p.drop:
		return 0, rostrum.Errorf(rostrum.Invalid, "%s is a drop-frame timecode, but the recording counts non-drop; export the list again with the recording's own timecode.", m.text)
	case m.form == frames:
		n, err = p.label(m.label)
	case o == timeOfDay:
		n, err = p.clock(m.d)
	default:
		n = p.media.Rate.FrameAt(m.d)
	}
	if err != nil {
		return 0, err
	}
	switch o {
	case falseHour:
		hour := p.media.Rate.FrameAt(time.Hour)
		if m.form == frames {
			if hour, err = p.label(rostrum.Timecode{Hours: 1, Drop: m.label.Drop}); err != nil {
				return 0, err
			}
		}
		return n - hour, nil
	case timeOfDay:
		start, err := p.label(p.media.Start)
		if err != nil {
			return 0, err
		}
		day, err := p.label(rostrum.Timecode{Hours: 24})
		if err != nil {
			return 0, err
		}
		n = ((n-start)%day + day) % day // a recording may run past midnight
		if before := day - n; n > p.media.Frames && before < n-p.media.Frames {
			n -= day // nearer to the start than to the end: it lies before the recording
		}
	}
	return n, nil
}

// span gives the frames of a duration.
func (p positions) span(m moment) (rostrum.Frame, error) {
	if m.form == frames {
		return p.label(m.label)
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
