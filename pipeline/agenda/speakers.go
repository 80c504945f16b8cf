package agenda

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// sheet reads the rows of an agenda or a speakers' list.
type sheet struct {
	table
	at map[field][]int // columns of a field, in order
}

// readSheet says what was understood of the headings. Several columns of one field are several languages of a text.
func (r *reader) readSheet(t table) sheet {
	s := sheet{t, map[field][]int{}}
	taken := map[word]bool{}
	names := map[rune]string{';': "semicolons", '\t': "tabs", ',': "commas"}
	by := names[t.separator]
	if by == "" {
		by = "“" + string(t.separator) + "”"
	}
	r.note(0, "The table is parted by %s; its headings stand in row %d.", by, t.lines[t.heading].number)
	for i := range s.columns {
		c := &s.columns[i]
		switch c.field {
		case person:
			c.field = speaker
		case title, function, abstract, agendaItem:
		default:
			c.language = ""
		}
		w := word{c.field, c.language}
		switch {
		case c.field == unused && c.heading != "":
			r.note(0, "The column “%s” was not used.", shortened(c.heading))
		case c.field != unused && taken[w]:
			r.note(0, "The column “%s” was not used, because another one before it says the same.", shortened(c.heading))
			c.field = unused
		}
		if c.field != unused {
			taken[w] = true
			s.at[c.field] = append(s.at[c.field], i)
		}
	}
	return s
}

func (s sheet) cell(l line, f field) string {
	if at := s.at[f]; len(at) > 0 && at[0] < len(l.cells) {
		return l.cells[at[0]]
	}
	return ""
}

func (s sheet) texts(l line, f field) rostrum.Texts {
	t := rostrum.Texts{}
	for _, i := range s.at[f] {
		if i < len(l.cells) && l.cells[i] != "" {
			t[s.columns[i].language] = l.cells[i]
		}
	}
	return someOf(t)
}

func oneLines(t rostrum.Texts) rostrum.Texts {
	for l, s := range t {
		t[l] = oneLine(s)
	}
	return t
}

// meetingOf gives the meeting of a row.
func (r *reader) meetingOf(s sheet, l line) (string, error) {
	slug := s.cell(l, meeting)
	switch {
	case slug != "":
		if err := rostrum.CheckSlug(slug); err != nil {
			return "", rostrum.Errorf(rostrum.Invalid, "Row %d: %w", l.number, err)
		}
		return slug, nil
	case r.o.Meeting != "":
		return r.o.Meeting, nil
	}
	return "", rostrum.Errorf(rostrum.Invalid, "Row %d names no meeting; choose the meeting that the table belongs to, or fill a column meeting.", l.number)
}

// readItems reads a table of agenda items.
func (r *reader) readItems(t table) error {
	s := r.readSheet(t)
	if len(s.at[clock]) > 0 {
		r.note(0, "There is no column for speakers, so the rows are agenda items; their times were left out.")
	}
	for _, l := range t.lines[t.heading+1:] {
		slug, err := r.meetingOf(s, l)
		if err != nil {
			return err
		}
		m := r.meeting(slug)
		item := rostrum.AgendaItem{Number: oneLine(s.cell(l, number)), Title: oneLines(s.texts(l, title))}
		if item.Number == "" {
			item.Number = strconv.Itoa(len(m.Agenda) + 1)
		}
		m.Agenda = append(m.Agenda, item)
	}
	return nil
}

// lastTime is how far a table has come, to notice a row that steps back.
type lastTime struct {
	at  time.Time
	day string
}

// readSpeakers reads a speakers' list: each row is a planned intervention.
func (r *reader) readSpeakers(t table) error {
	s := r.readSheet(t)
	numbers := map[string]map[int]bool{} // of each meeting; nil when they do not tell the order
	last := map[string]lastTime{}
	for _, l := range t.lines[t.heading+1:] {
		slot := Slot{Key: oneLine(s.cell(l, key)), Title: oneLines(s.texts(l, title)), Speaker: speakerWords([]string{s.cell(l, speaker)}),
			Function: oneLines(s.texts(l, function)), Organisation: oneLine(s.cell(l, organisation)), Abstract: s.texts(l, abstract),
			Topics: splitTopics(s.cell(l, topics)), Notes: s.cell(l, notes)}
		name, _ := slot.Title.In()
		switch {
		case slot.Speaker == "" && name == "":
			r.note(l.number, "The row has neither a speaker nor a title; it was left out.")
			continue
		case slot.Speaker == "" && isBreak(name), name == "" && isBreak(slot.Speaker):
			r.note(l.number, "“%s” is no speech; it was left out.", shortened(name+slot.Speaker))
			continue
		case slot.Speaker == "":
			r.note(l.number, "The intervention names no speaker.")
		}
		slug, err := r.meetingOf(s, l)
		if err != nil {
			return err
		}
		slot.Language = r.spoken(l.number, s.cell(l, spoken))
		slot.Consent = r.consent(l.number, s.cell(l, consent))
		r.readItem(r.meeting(slug), &slot, s, l)
		now := last[slug]
		r.readTimes(&slot, &now, s, l)
		last[slug] = now
		n, err := strconv.Atoi(strings.TrimSuffix(s.cell(l, number), "."))
		if _, started := numbers[slug]; !started {
			numbers[slug] = map[int]bool{}
		}
		if err != nil || n < 1 || n > 1e6 || numbers[slug][n] {
			numbers[slug] = nil
		}
		if numbers[slug] != nil {
			numbers[slug][n] = true
			slot.Position = n
		}
		if len(l.cells) > len(s.columns) && slices.ContainsFunc(l.cells[len(s.columns):], func(c string) bool { return c != "" }) {
			r.note(l.number, "The row has more cells than there are headings; please check that its cells stand in the right columns.")
		}
		if err := r.slot(slug, slot); err != nil {
			return err
		}
	}
	for slug, seen := range numbers {
		m := r.meeting(slug)
		if seen != nil {
			slices.SortStableFunc(m.Slots, func(a, b Slot) int { return a.Position - b.Position })
			continue
		}
		for i := range m.Slots { // numbers that start anew at each item tell no order; the rows do
			m.Slots[i].Position = i + 1
		}
	}
	return nil
}

// readItem reads the agenda item of a row; one that is given with its title joins the meeting's agenda.
func (r *reader) readItem(m *Meeting, slot *Slot, s sheet, l line) {
	words := s.cell(l, agendaItem)
	if words == "" {
		return
	}
	n, heading := splitItem(itemForm, words)
	slot.AgendaItem = n
	if heading != "" && !slices.ContainsFunc(m.Agenda, func(a rostrum.AgendaItem) bool { return a.Number == n }) {
		m.Agenda = append(m.Agenda, rostrum.AgendaItem{Number: n, Title: rostrum.Texts{s.columns[s.at[agendaItem][0]].language: heading}})
	}
}

// readTimes reads when a speech starts and how long it is to be.
func (r *reader) readTimes(slot *Slot, last *lastTime, s sheet, l line) {
	words := s.cell(l, clock)
	day, rest, doubtful, dated := readDay(words)
	if dated {
		words = rest
	}
	if said := s.cell(l, date); said != "" {
		d, _, unclear, ok := readDay(said)
		if day, doubtful, dated = d, unclear, ok; !ok {
			r.note(l.number, "The date “%s” can't be read; write it as YYYY-MM-DD.", shortened(said))
		}
	}
	if doubtful {
		r.note(l.number, "The date was taken as %s; please check day and month.", day)
	}
	if !dated {
		day = r.o.Date
	}
	from, to, isRange, ok := readClocks(words)
	if words != "" && !ok {
		r.note(l.number, "The time “%s” can't be read; write it like 10:05.", shortened(words))
	}
	if said := s.cell(l, end); said != "" && ok {
		if to, isRange = readClock(said); !isRange {
			r.note(l.number, "The end “%s” can't be read; write it like 10:05.", shortened(said))
		}
	}
	if ok && isRange && to > from {
		slot.Length = to - from
	}
	if said := s.cell(l, length); said != "" {
		d, unsure, read := readLength(said)
		switch {
		case !read:
			r.note(l.number, "The length “%s” can't be read; write it like 6 min.", shortened(said))
		case unsure:
			r.note(l.number, "The length “%s” was taken as %s.", shortened(said), lengthWords(d))
			slot.Length = d
		default:
			slot.Length = d
		}
	}
	switch {
	case !ok:
	case day == "" && !strings.HasPrefix(last.day, "?"):
		r.note(0, "No date is named, so the times of day were left out; add a column date, or choose the meeting first.")
		last.day = "?"
	case day != "":
		slot.Starts = on(day, from, r.assumed())
		if last.at.Sub(slot.Starts) > time.Hour {
			r.note(l.number, "The speech would be on %s at %s, long before that of the row above; if the meeting lasts several days, add a column date.", day, fmt.Sprintf("%02d:%02d", int(from.Hours()), int(from.Minutes())%60))
		}
		last.at = slot.Starts
	}
}
