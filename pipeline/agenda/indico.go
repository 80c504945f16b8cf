package agenda

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// readIndico reads the events of Indico's HTTP export, with the contributions alone or grouped by sessions.
func (r *reader) readIndico(raw json.RawMessage) error {
	var events []json.RawMessage
	if json.Unmarshal(raw, &events) != nil {
		return rostrum.Errorf(rostrum.Invalid, "This is another export of Indico, perhaps a timetable; export the event with its contributions or sessions instead.")
	}
	if len(events) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "The Indico export holds no event; perhaps it was exported without the right to see it.")
	}
	row := 0
	for i, event := range events {
		if err := r.readIndicoEvent(newObject(event), i, &row); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readIndicoEvent(o object, i int, row *int) error {
	p := programme{source: "the Indico event", name: o.words("title"), title: someTexts("en", oneLine(o.words("title"))), sections: "sessions",
		place: oneLine(o.words("location"))}
	if p.name == "" && i > 0 {
		p.name = fmt.Sprintf("event-%d", i+1)
	}
	if zone := o.words("timezone"); zone != "" {
		if _, ok := loadZone(zone); ok {
			p.zone = zone
		}
	}
	day := func(name string) rostrum.Date {
		d, _ := rostrum.ParseDate(newObject(o.all[name]).words("date"))
		return d
	}
	p.starts, p.ends = day("startDate"), day("endDate")
	_, whole := o.all["contributions"]
	_, grouped := o.all["sessions"]
	if !whole && !grouped {
		r.note(0, "“%s” was exported without its contributions; only the event itself was read.", shortened(p.name))
	}
	add := func(raw json.RawMessage, section string) error {
		if *row++; *row > MaxSlots {
			return tooManySlots()
		}
		return r.readContribution(&p, newObject(raw), section, row)
	}
	for _, raw := range o.list("contributions") {
		if err := add(raw, ""); err != nil {
			return err
		}
	}
	for _, session := range o.list("sessions") {
		s := newObject(session)
		for _, raw := range s.list("contributions") {
			if err := add(raw, s.words("title")); err != nil {
				return err
			}
		}
	}
	return r.file(p)
}

// readContribution adds a contribution, or its parts in the place of one that nobody speaks to as a whole.
func (r *reader) readContribution(p *programme, x object, section string, row *int) error {
	if own := x.words("session"); own != "" {
		section = own
	}
	t := talk{row: *row, section: oneLine(section), room: oneLine(x.words("room")), slot: Slot{
		Key: indicoKey(x), Title: someTexts("en", oneLine(x.words("title"))), Abstract: someTexts("en", plain(x.words("description"))),
		Topics: distinct(append(x.wordList("keywords"), x.words("track"))),
	}}
	t.slot.Speaker, t.slot.Organisation = indicoPeople(x)
	start := newObject(x.all["startDate"])
	if date := start.words("date"); date != "" {
		zone, _ := loadZone(start.words("tz"))
		t.slot.Starts, _ = r.moment(date+"T"+start.words("time"), zone)
	}
	t.sortAt = t.slot.Starts
	t.slot.Length = indicoLength(x)
	parts := x.list("subContributions")
	if t.slot.Speaker != "" || len(parts) == 0 {
		p.talks = append(p.talks, t)
	} else {
		r.note(t.row, "“%s” has no speaker of its own; its %s took its place.", shortened(x.words("title")), count(len(parts), "part"))
	}
	for _, raw := range parts {
		if *row++; *row > MaxSlots {
			return tooManySlots()
		}
		sub := newObject(raw)
		part := talk{row: *row, section: t.section, room: t.room, sortAt: t.sortAt, slot: Slot{Title: someTexts("en", oneLine(sub.words("title"))),
			Abstract: someTexts("en", plain(sub.words("description"))), Length: indicoLength(sub), Topics: t.slot.Topics}}
		if key := indicoKey(sub); key != "" {
			part.slot.Key = t.slot.Key + "/" + key
		}
		part.slot.Speaker, part.slot.Organisation = indicoPeople(sub)
		p.talks = append(p.talks, part)
	}
	return nil
}

// indicoKey gives the number under which the whole installation knows a contribution, or, of an old one, its event.
func indicoKey(x object) string {
	if id := x.words("db_id", "id"); id != "" {
		return "indico:" + id
	}
	return ""
}

// indicoLength is in minutes, in the export.
func indicoLength(x object) (d time.Duration) {
	if n, err := strconv.ParseFloat(x.words("duration"), 64); err == nil && n > 0 && n <= longest.Minutes() {
		d = seconds(int(n * 60))
	}
	return d
}

func indicoPeople(x object) (speakers, organisations string) {
	var names, from []string
	for _, raw := range x.list("speakers") {
		person := newObject(raw)
		full := oneLine(person.words("first_name") + " " + person.words("last_name"))
		if full == "" {
			full = person.words("fullName", "full_name", "name")
		}
		names = append(names, full)
		from = append(from, person.words("affiliation"))
	}
	return speakerWords(names), strings.Join(distinct(from), ", ")
}
