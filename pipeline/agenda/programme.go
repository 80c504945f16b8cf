package agenda

import (
	"slices"
	"strconv"
	"time"

	"rostrum"
)

// programme is what a conference system or a calendar says of one event, before it is filed under a meeting.
type programme struct {
	source   string // in a sentence: "the schedule"
	name     string // to make a slug of
	title    rostrum.Texts
	starts   rostrum.Date
	ends     rostrum.Date
	zone     string // IANA
	place    string
	country  string
	talks    []talk
	sections string // what stands behind talk.section, in the plural: "sessions"
}

// talk is a slot with what decides where it goes.
type talk struct {
	row     int // number in the file from 1
	slot    Slot
	sortAt  time.Time // when Starts is unknown but the order is not
	section string    // title of the part of the meeting, which becomes an agenda item
	room    string
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// file puts a programme under the meeting that was chosen, or else under its own name. A chosen meeting keeps its own title,
// dates and place: a conference system calls it otherwise.
func (r *reader) file(p programme) error {
	slug := r.o.Meeting
	if slug == "" {
		if slug = rostrum.Slug(p.name); slug == "" {
			if title, _ := p.title.In(); title != "" {
				slug = rostrum.Slug(title)
			}
		}
		if slug == "" {
			return rostrum.Errorf(rostrum.Invalid, "The file does not name its meeting; choose the meeting that it belongs to.")
		}
	}
	p.talks = slices.DeleteFunc(p.talks, func(t talk) bool {
		title, _ := t.slot.Title.In()
		if t.slot.Speaker == "" && isBreak(title) {
			r.note(t.row, "“%s” is no speech; it was left out.", shortened(title))
			return true
		}
		return false
	})
	slices.SortStableFunc(p.talks, func(a, b talk) int {
		if a.sortAt.IsZero() != b.sortAt.IsZero() { // what has no time yet comes last
			if a.sortAt.IsZero() {
				return 1
			}
			return -1
		}
		return a.sortAt.Compare(b.sortAt)
	})
	m := rostrum.Meeting{Slug: slug}
	if r.o.Meeting == "" {
		m.Title, m.Place, m.Country, m.TimeZone, m.Starts, m.Ends = p.title, p.place, p.country, p.zone, p.starts, p.ends
		if m.Starts == "" {
			m.Starts, m.Ends = p.days()
		}
		if m.Ends == "" {
			m.Ends = m.Starts
		}
	} else if len(p.title) > 0 {
		title, _ := p.title.In()
		r.note(0, "“%s” was filed under the meeting %s; its title, dates and place were left out.", shortened(title), slug)
	}
	kept := r.meeting(slug)
	m.Agenda = append(kept.Agenda, p.items(r, len(kept.Agenda))...)
	for _, t := range p.talks {
		if t.slot.Speaker == "" {
			r.note(t.row, "The intervention names no speaker.")
		}
	}
	if len(kept.Slots) > 0 || !kept.Bare() {
		r.note(0, "Several events of the file were filed under the meeting %s.", slug)
	}
	if kept.Bare() {
		kept.Meeting = m
	}
	kept.Agenda = m.Agenda
	before := len(kept.Slots)
	for i, t := range p.talks {
		t.slot.Position = before + i + 1
		if err := r.slot(slug, t.slot); err != nil {
			return err
		}
	}
	if len(p.talks) == 0 {
		r.note(0, "No interventions were found in %s.", p.source)
	}
	return nil
}

// days gives the first and the last day on which somebody speaks, where the programme has its zone.
func (p programme) days() (first, last rostrum.Date) {
	zone, ok := loadZone(p.zone)
	if !ok {
		zone = time.UTC
	}
	for _, t := range p.talks {
		if t.slot.Starts.IsZero() {
			continue
		}
		day := rostrum.Date(t.slot.Starts.In(zone).Format(time.DateOnly))
		if first == "" || day < first {
			first = day
		}
		last = max(last, day)
	}
	return first, last
}

// items makes agenda items of the sections, numbered in the order of speaking, and notes the rooms where there are several.
func (p programme) items(r *reader, before int) (items []rostrum.AgendaItem) {
	number := map[string]string{}
	rooms := map[string]bool{}
	for _, t := range p.talks {
		rooms[t.room] = true
	}
	for i := range p.talks {
		t := &p.talks[i]
		if len(rooms) > 1 && t.room != "" {
			t.slot.Notes = t.room
		}
		if t.section == "" {
			continue
		}
		if number[t.section] == "" {
			number[t.section] = strconv.Itoa(before + len(items) + 1)
			items = append(items, rostrum.AgendaItem{Number: number[t.section], Title: rostrum.Texts{"en": t.section}})
		}
		t.slot.AgendaItem = number[t.section]
	}
	if len(items) > 0 {
		r.note(0, "The %s became the agenda items %d to %d.", p.sections, before+1, before+len(items))
	}
	if len(rooms) > 1 {
		r.note(0, "The speeches are in %d rooms; the room stands in the notes of each.", len(rooms))
	}
	return items
}

// moment reads a time as conference systems write it (RFC 3339, with or without seconds and zone).
func (r *reader) moment(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			if zone == nil {
				zone = r.assumed()
			}
			t, _ := time.ParseInLocation(layout, s, zone)
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
