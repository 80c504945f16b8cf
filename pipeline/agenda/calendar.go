package agenda

import (
	"bytes"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// unfold joins the folded lines of iCalendar (RFC 5545, section 3.1).
func unfold(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\n "), nil)
	return bytes.ReplaceAll(data, []byte("\n\t"), nil)
}

// calendarEvent is one VEVENT: its properties by name, in the order of the file.
type calendarEvent struct {
	row  int
	all  map[string][]*ical.BaseProperty
	torn bool // a line of it could not be read
}

func (e calendarEvent) words(name string) string {
	if p := e.first(name); p != nil {
		return p.Value
	}
	return ""
}

func (e calendarEvent) first(name string) *ical.BaseProperty {
	if list := e.all[name]; len(list) > 0 {
		return list[0]
	}
	return nil
}

func parameter(p *ical.BaseProperty, name string) string {
	if p != nil {
		if v := p.ICalParameters[name]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// contentLine reads one line by the library. Lines are given to it one by one, so that a damaged one costs itself only and
// nothing is nested deeper than the file needs; what it cannot read is nil, whatever the library does about it.
func contentLine(line string) (p *ical.BaseProperty) {
	defer func() {
		if recover() != nil {
			p = nil
		}
	}()
	p, err := ical.ParseProperty(ical.ContentLine(line))
	if err != nil || p == nil {
		return nil
	}
	p.IANAToken = strings.ToUpper(p.IANAToken)
	return p
}

// maxAttendees bounds the properties of one name in an event; a list of more is no list of speakers.
const maxAttendees = 500

// isRead says whether a property of an event says anything here.
func isRead(property string) bool {
	switch property {
	case "BEGIN", "END", "UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "STATUS", "RRULE", "RDATE", "ATTENDEE", "ORGANIZER":
		return true
	}
	return false
}

// longestLine is of a description of ten pages with some markup; a longer one is an attached picture.
const longestLine = 100_000

// readCalendar reads iCalendar (RFC 5545): each VEVENT is a planned intervention.
func (r *reader) readCalendar(text string) error {
	p := programme{source: "the calendar"}
	calendarZone := ""
	var e *calendarEvent
	inner := 0 // components within the event, alarms for example
	row := 0
	for line := range strings.SplitSeq(string(unfold([]byte(text))), "\n") {
		if line = strings.TrimRight(line, "\r"); strings.TrimSpace(line) == "" {
			continue
		}
		if at := strings.IndexAny(line, ":;"); at > 0 && e != nil && !isRead(strings.ToUpper(line[:at])) {
			continue
		}
		var x *ical.BaseProperty
		if len(line) <= longestLine {
			x = contentLine(line)
		}
		if x == nil {
			if e != nil {
				e.torn = true
			}
			continue
		}
		value := strings.TrimSpace(x.Value)
		switch {
		case x.IANAToken == "BEGIN" && e == nil && strings.EqualFold(value, "VEVENT"):
			if row++; row > MaxSlots {
				return tooManySlots()
			}
			e, inner = &calendarEvent{row: row, all: map[string][]*ical.BaseProperty{}}, 0
		case x.IANAToken == "BEGIN" && e != nil:
			inner++
		case x.IANAToken == "END" && e != nil && inner > 0:
			inner--
		case x.IANAToken == "END" && e != nil:
			r.readCalendarEvent(&p, *e, calendarZone)
			e = nil
		case e != nil && inner == 0 && len(e.all[x.IANAToken]) < maxAttendees:
			e.all[x.IANAToken] = append(e.all[x.IANAToken], x)
		case e == nil && x.IANAToken == "X-WR-CALNAME":
			p.name, p.title = value, someTexts("en", oneLine(value))
		case e == nil && x.IANAToken == "X-WR-TIMEZONE":
			if _, ok := loadZone(value); ok {
				calendarZone, p.zone = value, value
			}
		}
	}
	if e != nil {
		r.note(e.row, "The calendar breaks off within this event; the event was left out.")
	}
	if row == 0 {
		return rostrum.Errorf(rostrum.Invalid, "The calendar holds no events; export it again.")
	}
	return r.file(p)
}

func (r *reader) readCalendarEvent(p *programme, e calendarEvent, calendarZone string) {
	summary := e.first("SUMMARY")
	title := oneLine(e.words("SUMMARY"))
	if e.torn {
		r.note(e.row, "A line of the event “%s” is damaged; it was left out.", shortened(title))
	}
	if strings.EqualFold(strings.TrimSpace(e.words("STATUS")), "CANCELLED") {
		r.note(e.row, "“%s” is cancelled; it was left out.", shortened(title))
		return
	}
	start := e.first("DTSTART")
	if start != nil && len(strings.TrimSpace(start.Value)) == len("20060102") {
		r.note(e.row, "“%s” lasts whole days and is no speech; it was left out.", shortened(title))
		return
	}
	if e.first("RRULE") != nil || e.first("RDATE") != nil {
		r.note(e.row, "“%s” is repeated; only its first time was read.", shortened(title))
	}
	words := rostrum.Language("en")
	if l, ok := spelling.Language(parameter(summary, "LANGUAGE")); ok && l != "" {
		words = l
	}
	description := plain(e.words("DESCRIPTION"))
	t := talk{row: e.row, room: oneLine(e.words("LOCATION")), slot: Slot{Key: strings.TrimSpace(e.words("UID")), Starts: r.calendarTime(e.row, start, calendarZone)}}
	if again := strings.TrimSpace(e.words("RECURRENCE-ID")); again != "" && t.slot.Key != "" {
		t.slot.Key += "/" + again
	}
	for _, c := range e.all["CATEGORIES"] {
		t.slot.Topics = append(t.slot.Topics, splitTopics(c.Value)...)
	}
	t.slot.Topics = distinct(t.slot.Topics)
	t.slot.Speaker, t.slot.Organisation, title, description = r.calendarSpeaker(e, title, description)
	t.slot.Title, t.slot.Abstract = someTexts(words, title), someTexts(words, description)
	if end := e.first("DTEND"); end != nil && !t.slot.Starts.IsZero() {
		if d := r.calendarTime(e.row, end, calendarZone).Sub(t.slot.Starts); d > 0 && d <= longest {
			t.slot.Length = d
		}
	} else if d, ok := isoLength(e.words("DURATION")); ok {
		t.slot.Length = d
	}
	t.sortAt = t.slot.Starts
	p.talks = append(p.talks, t)
}

var speakersLine = pattern(`^(?i:speakers?|orateurs?|oratrices?|intervenants?)\s*:\s*([^\n(]{2,200}?)\s*(?:\(([^()\n]{1,200})\))?(?:\n|$)`)

// calendarSpeaker finds who speaks. "Name: Title" is a title, since the words before a colon are as often a subject, unless the
// name is that of a person whom the event names; one person alone who attends is the speaker; and conference systems begin the
// description with the speakers.
func (r *reader) calendarSpeaker(e calendarEvent, title, description string) (speaker, organisation, newTitle, newDescription string) {
	if p := speakersLine().FindStringSubmatchIndex(description); p != nil {
		speaker = speakerWords([]string{description[p[2]:p[3]]})
		if p[4] >= 0 {
			organisation = oneLine(description[p[4]:p[5]])
		}
		description = strings.TrimSpace(description[p[1]:])
	}
	var present []string
	for _, a := range e.all["ATTENDEE"] {
		kind := strings.ToUpper(parameter(a, "CUTYPE"))
		if name := personName(parameter(a, "CN")); name != "" && kind != "ROOM" && kind != "RESOURCE" && kind != "GROUP" {
			present = append(present, name)
		}
	}
	named := append([]string{personName(parameter(e.first("ORGANIZER"), "CN"))}, present...)
	if before, after, found := strings.Cut(title, ":"); found && strings.TrimSpace(after) != "" {
		for _, name := range named {
			if name != "" && sameName(name, before) {
				if speaker == "" {
					speaker = oneLine(before)
				}
				return speaker, organisation, oneLine(after), description
			}
		}
	}
	if speaker == "" && len(present) == 1 {
		speaker = present[0]
	} else if speaker == "" && len(present) > 1 {
		r.note(e.row, "“%s” has %d people invited and does not say who speaks; the speaker was left open.", shortened(title), len(present))
	}
	return speaker, organisation, title, description
}

// personName drops what is an address and no name.
func personName(cn string) string {
	if cn = oneLine(cn); strings.Contains(cn, "@") {
		return ""
	}
	return cn
}

// calendarTime reads DTSTART and DTEND (RFC 5545, section 3.3.5).
func (r *reader) calendarTime(row int, p *ical.BaseProperty, calendarZone string) time.Time {
	if p == nil {
		return time.Time{}
	}
	value := strings.ToUpper(strings.TrimSpace(p.Value))
	if t, err := time.Parse("20060102T150405Z", value); err == nil {
		return t
	}
	name := parameter(p, "TZID")
	if name == "" {
		name = calendarZone
	}
	zone, ok := loadZone(name)
	if !ok {
		if name != "" {
			r.note(row, "The time zone “%s” is not known; the time was taken in the meeting's own.", shortened(name))
		}
		zone = r.assumed()
	}
	t, err := time.ParseInLocation("20060102T150405", value, zone)
	if err != nil {
		r.note(row, "The time “%s” can't be read; it was left out.", shortened(value))
		return time.Time{}
	}
	return t.UTC()
}

var isoLengthForm = pattern(`^\+?P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?$`)

// isoLength reads a length (RFC 5545, section 3.3.6), except weeks.
func isoLength(s string) (time.Duration, bool) {
	p := isoLengthForm().FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if p == nil {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n := 0
		for _, digit := range p[i+1] {
			n = n*10 + int(digit-'0')
		}
		d += time.Duration(n) * unit
	}
	return d, d > 0 && d <= longest
}
