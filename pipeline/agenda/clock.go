package agenda

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// loadZone gives a time zone by its IANA name. Calendars put an address before it, and Outlook has names of its own.
func loadZone(name string) (*time.Location, bool) {
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if iana, ok := windowsZone(name); ok {
		name = iana
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for i := max(0, len(parts)-3); i < len(parts); i++ {
		short := strings.Join(parts[i:], "/")
		if short == "" || short == "Local" { // the zone of the server is nobody's zone
			continue
		}
		if zone, err := time.LoadLocation(short); err == nil {
			return zone, true
		}
	}
	return nil, false
}

// windowsZone gives the IANA name for a zone of Windows (CLDR supplemental data, windowsZones, territory 001).
func windowsZone(name string) (string, bool) {
	zones := map[string]string{
		"GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik", "W. Europe Standard Time": "Europe/Berlin",
		"Central Europe Standard Time": "Europe/Budapest", "Romance Standard Time": "Europe/Paris", "Central European Standard Time": "Europe/Warsaw",
		"W. Central Africa Standard Time": "Africa/Lagos", "E. Europe Standard Time": "Europe/Chisinau", "GTB Standard Time": "Europe/Bucharest",
		"FLE Standard Time": "Europe/Kiev", "Egypt Standard Time": "Africa/Cairo", "South Africa Standard Time": "Africa/Johannesburg",
		"Israel Standard Time": "Asia/Jerusalem", "Jordan Standard Time": "Asia/Amman", "Middle East Standard Time": "Asia/Beirut",
		"Turkey Standard Time": "Europe/Istanbul", "Russian Standard Time": "Europe/Moscow", "Arab Standard Time": "Asia/Riyadh",
		"Arabic Standard Time": "Asia/Baghdad", "E. Africa Standard Time": "Africa/Nairobi", "Iran Standard Time": "Asia/Tehran",
		"Arabian Standard Time": "Asia/Dubai", "Pakistan Standard Time": "Asia/Karachi", "India Standard Time": "Asia/Kolkata",
		"Central Asia Standard Time": "Asia/Bishkek", "Bangladesh Standard Time": "Asia/Dhaka", "SE Asia Standard Time": "Asia/Bangkok",
		"China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore", "Tokyo Standard Time": "Asia/Tokyo",
		"Korea Standard Time": "Asia/Seoul", "AUS Eastern Standard Time": "Australia/Sydney", "New Zealand Standard Time": "Pacific/Auckland",
		"Morocco Standard Time": "Africa/Casablanca", "E. South America Standard Time": "America/Sao_Paulo", "Argentina Standard Time": "America/Buenos_Aires",
		"Atlantic Standard Time": "America/Halifax", "Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago",
		"Central America Standard Time": "America/Guatemala", "Mountain Standard Time": "America/Denver", "Pacific Standard Time": "America/Los_Angeles",
		"SA Pacific Standard Time": "America/Bogota", "Central Standard Time (Mexico)": "America/Mexico_City",
	}
	iana, ok := zones[name]
	return iana, ok
}

// assumed gives the zone of a time that names none, and says once when nobody has named one.
func (r *reader) assumed() *time.Location {
	if r.o.TimeZone == "" && !r.noZone {
		r.noZone = true
		r.note(0, "No time zone is named; the times were taken as UTC.")
	}
	return r.zone
}

// on gives the moment of a time of day on a day in a zone.
func on(day rostrum.Date, clock time.Duration, zone *time.Location) time.Time {
	d, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	s := int(clock / time.Second)
	return time.Date(d.Year(), d.Month(), d.Day(), s/3600, s/60%60, s%60, 0, zone).UTC()
}

var (
	clockForm = pattern(`^(\d{1,2})\s*(?:[:.hH]\s*(\d{2})(?:\s*[:.]\s*(\d{2})(?:[:;.,]\d{1,3})?)?|[hH])?\s*([aApP]\.?[mM]\.?)?$`)
	dayFirst  = pattern(`^(\d{1,2})[./](\d{1,2})[./](\d{4})$`)
	isoDay    = pattern(`^(\d{4}-\d{2}-\d{2})(?:[T\s]+(.*))?$`)
)

// readClock reads a time of day: 9:05, 09:05:30, 9h05, 9.05, 9 am; a timecode gives its whole seconds. A lone number is none.
func readClock(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	p := clockForm().FindStringSubmatch(s)
	if p == nil || len(s) <= 2 {
		return 0, false
	}
	n := [3]int{}
	for i := range n {
		n[i], _ = strconv.Atoi("0" + p[i+1]) // two digits at most
	}
	if half := strings.ToLower(p[4]); half != "" {
		if n[0] < 1 || n[0] > 12 {
			return 0, false
		}
		n[0] %= 12
		if half[0] == 'p' {
			n[0] += 12
		}
	}
	if n[0] > 23 || n[1] > 59 || n[2] > 59 {
		return 0, false
	}
	return time.Duration(n[0])*time.Hour + time.Duration(n[1])*time.Minute + time.Duration(n[2])*time.Second, true
}

// readClocks reads a time of day or two, from and to.
func readClocks(s string) (from, to time.Duration, isRange, ok bool) {
	for _, sep := range []string{"–", "—", "-", " to ", " à ", "→"} {
		if a, b, found := strings.Cut(s, sep); found {
			from, first := readClock(a)
			to, second := readClock(b)
			return from, to, true, first && second
		}
	}
	from, ok = readClock(s)
	return from, 0, false, ok
}

// readDay reads a day, with the rest of a text that goes on with a time. doubtful says that day and month could be the other
// way round.
func readDay(s string) (day rostrum.Date, rest string, doubtful, ok bool) {
	s = strings.TrimSpace(s)
	if p := isoDay().FindStringSubmatch(s); p != nil {
		day, err := rostrum.ParseDate(p[1])
		return day, strings.TrimSpace(p[2]), false, err == nil
	}
	first, rest, _ := strings.Cut(s, " ")
	if p := dayFirst().FindStringSubmatch(first); p != nil {
		d, _ := strconv.Atoi(p[1])
		m, _ := strconv.Atoi(p[2])
		day, err := rostrum.ParseDate(fmt.Sprintf("%s-%02d-%02d", p[3], m, d))
		return day, strings.TrimSpace(rest), d <= 12 && d != m, err == nil
	}
	return "", "", false, false
}

var (
	minutesForm = pattern(`^(\d{1,4})(?:[.,](\d))?\s*(?:min\.?|mins|minutes?|mn|m|['’′])?$`)
	unitsForm   = pattern(`^(?:(\d{1,2})\s*(?:h|hours?|heures?))?\s*(?:(\d{1,3})\s*(?:min\.?|minutes?|mn|m|['’′])?)?\s*(?:(\d{1,2})\s*(?:s|sec\.?|["”″]))?$`)
	colonForm   = pattern(`^(\d{1,3}):(\d{2})(?::(\d{2}))?$`)
)

// longest is the longest planned speech: a working day.
const longest = 24 * time.Hour

// readLength reads how long a speech is to be: 6, 6 min, 1 h 5, 0:06:30, 00:06. A text of two parts is hours and minutes, as
// schedules write it, unless the hours are more than three: then it is minutes and seconds, and doubtful like all that could be
// read either way.
func readLength(s string) (d time.Duration, doubtful, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	at := func(text string, unit time.Duration) time.Duration {
		n, _ := strconv.Atoi("0" + text) // four digits at most
		return time.Duration(n) * unit
	}
	if p := minutesForm().FindStringSubmatch(s); p != nil {
		d = at(p[1], time.Minute) + at(p[2], 6*time.Second)
	} else if p := colonForm().FindStringSubmatch(s); p != nil && p[3] != "" {
		d = at(p[1], time.Hour) + at(p[2], time.Minute) + at(p[3], time.Second)
	} else if p != nil {
		d = at(p[1], time.Hour) + at(p[2], time.Minute)
		if doubtful = d >= time.Hour; d >= 4*time.Hour {
			d /= 60
		}
	} else if p := unitsForm().FindStringSubmatch(s); p != nil && s != "" {
		d = at(p[1], time.Hour) + at(p[2], time.Minute) + at(p[3], time.Second)
	}
	return d, doubtful, d > 0 && d <= longest
}

// lengthWords writes a length as people say it: 6 min, 1 h 5 min, 45 s.
func lengthWords(d time.Duration) string {
	if d == 0 {
		return ""
	}
	d = d.Round(time.Second)
	var parts []string
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.unit; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d -= n * u.unit
		}
	}
	return strings.Join(parts, " ")
}
