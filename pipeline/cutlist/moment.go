package cutlist

import (
	"math"
	"math/big"
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
	d     time.Duration    // of hours, minutes and seconds
	value *big.Rat         // seconds, of exact and settled
}

type form int

const (
	none    form = iota
	frames       // HH:MM:SS:FF: time of day or elapsed
	hours        // HH:MM:SS or HH:MM:SS.mmm: time of day or elapsed
	minutes      // MM:SS or MM:SS.mmm: elapsed
	seconds      // 12 or 12.5: elapsed
	exact        // a time of the media in a format that counts rationally: as open as a timecode
	settled      // the same, known to be elapsed
)

// open says whether m could be time of day as well as elapsed.
func (m moment) open() bool { return m.form == frames || m.form == hours || m.form == exact }

// elapsedTime makes a time of a format that only knows elapsed times.
func elapsedTime(text string, seconds *big.Rat) moment {
	return moment{text: text, form: settled, value: seconds}
}

// settle makes a written time count from the start of the recording whatever it looks like.
func (m moment) settle() moment {
	if m.form == hours || m.form == minutes || m.form == seconds {
		return elapsedTime(m.text, big.NewRat(int64(m.d), int64(time.Second)))
	}
	return m
}

// longest is the latest time that any list may state, in seconds: more than a week of meetings. It keeps arithmetic
// on foreign numbers small.
const longest = 1_000_000

// readDecimal reads a decimal number of seconds, with a point or a comma, exactly; ok is false for what is no
// number or lies outside ±longest.
func readDecimal(s string) (*big.Rat, bool) {
	s = strings.Replace(strings.TrimSpace(s), ",", ".", 1)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f > longest || f < -longest || len(s) > 40 || strings.ContainsAny(s, "xXpP_") {
		return nil, false
	}
	if f < 1e-9 && f > -1e-9 { // 1e-999999999 would fill the memory
		return new(big.Rat), true
	}
	return new(big.Rat).SetString(s)
}

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

// sexagesimal adds hours and minutes, or minutes alone, to seconds.
func sexagesimal(text string, above []string, total *big.Rat) (moment, bool) {
	unit := int64(60)
	for i := len(above) - 1; i >= 0; i-- {
		n, err := strconv.ParseInt(above[i], 10, 32)
		if err != nil || n < 0 {
			return moment{}, false
		}
		total.Add(total, big.NewRat(n*unit, 1))
		unit *= 60
	}
	return elapsedTime(text, total), total.Cmp(big.NewRat(longest, 1)) <= 0
}
