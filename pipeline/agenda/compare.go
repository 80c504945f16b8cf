package agenda

import (
	"cmp"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// Difference is what storing a document would do to what is known.
type Difference struct {
	Series        Part[rostrum.Series]
	StudyPeriods  Part[rostrum.StudyPeriod]
	Topics        Part[rostrum.Topic]
	Organisations Part[rostrum.Organisation]
	Persons       Part[rostrum.Person]
	Partners      Part[rostrum.Partner]
	Meetings      Part[rostrum.Meeting] // the agenda included, as the field "agenda"
	AgendaItems   Part[AgendaItem]      // the same change in detail
	Slots         Part[MeetingSlot]
	// Unknown are meetings that the document speaks of, but that are neither known nor described in it. Their agenda items and
	// slots stand under New, and can't be stored before the meeting.
	Unknown []string
}

// Part is the difference in one kind of record. New and Changed are in the order of the incoming document, Gone in that of what
// is known.
type Part[T any] struct {
	New     []T
	Changed []Change[T]
	Same    int // those of Quiet included
	// Gone are known, of a meeting whose agenda or slots the document states, and not in it. Only agenda items and slots can be:
	// all other records are shared between documents.
	Gone []T
	// Quiet are the same for a person, but have something to be stored: another number in the same order of speaking, because
	// others came or went, or the key under which the source knows a slot.
	Quiet []Change[T]
}

// Change is a record before and after.
type Change[T any] struct {
	Before T
	After  T // as it is to be stored: Before with all that the document states
	Fields []Field
}

// Field is a fact that changes. The name is fixed: series, kind, title, intro, place, country, starts, ends, time_zone, agenda,
// name, aliases, regions, website, function, organisation, languages, origins, contact, number, position, agenda_item, speaker,
// abstract, language, topics, length, consent, notes.
type Field struct {
	Name     string
	Language rostrum.Language // of a text that there is in several; else ""
	Before   string           // as people write it, "" for none; times in the zone of the meeting
	After    string
}

// AgendaItem is an item with its meeting.
type AgendaItem struct {
	Meeting string // slug
	rostrum.AgendaItem
}

// MeetingSlot is a slot with its meeting.
type MeetingSlot struct {
	Meeting string // slug
	Slot
}

// Empty says that storing would change nothing that a person sees.
func (d Difference) Empty() bool {
	return d.Series.empty() && d.StudyPeriods.empty() && d.Topics.empty() && d.Organisations.empty() && d.Persons.empty() && d.Partners.empty() &&
		d.Meetings.empty() && d.AgendaItems.empty() && d.Slots.empty()
}

func (p Part[T]) empty() bool { return len(p.New)+len(p.Changed)+len(p.Gone) == 0 }

// Compare tells what is new, changed and gone in an incoming document. Facts that it leaves empty are not stated and stay.
// Records are told by their slug, study periods by their name, agenda items by number or title. Slots are told by key, else by
// the likeness of speaker and title, else by their place in an agenda item; one that moves is changed, not gone and new. A slot
// that passes to another person keeps neither function, organisation nor consent of the one before.
func Compare(now, incoming Document) Difference {
	var d Difference
	d.Series = compareShared(now.Series, incoming.Series, func(x rostrum.Series) string { return x.Slug }, weighSeries)
	d.StudyPeriods = compareShared(now.StudyPeriods, incoming.StudyPeriods, func(x rostrum.StudyPeriod) string { return x.Name }, weighStudyPeriod)
	d.Topics = compareShared(now.Topics, incoming.Topics, func(x rostrum.Topic) string { return x.Slug }, weighTopic)
	d.Organisations = compareShared(now.Organisations, incoming.Organisations, func(x rostrum.Organisation) string { return x.Slug }, weighOrganisation)
	d.Persons = compareShared(now.Persons, incoming.Persons, func(x rostrum.Person) string { return x.Slug }, weighPerson)
	d.Partners = compareShared(now.Partners, incoming.Partners, func(x rostrum.Partner) string { return x.Slug }, weighPartner)
	known := map[string]Meeting{}
	for _, m := range now.Meetings {
		known[m.Slug] = m
	}
	for _, m := range incoming.Meetings {
		d.meeting(known, m)
	}
	return d
}

// compareShared compares records that several documents share. Of a record that a document has twice, the later completes the
// earlier.
func compareShared[T any](now, incoming []T, key func(T) string, weigh func(w *weigher, before T, after *T)) (p Part[T]) {
	known, at := map[string]T{}, map[string]int{}
	for _, x := range now {
		known[key(x)] = x
	}
	var once []T
	for _, x := range incoming {
		if i, ok := at[key(x)]; ok {
			weigh(&weigher{}, once[i], &x)
			once[i] = x
			continue
		}
		at[key(x)] = len(once)
		once = append(once, x)
	}
	for _, x := range once {
		before, ok := known[key(x)]
		if !ok {
			p.New = append(p.New, x)
			continue
		}
		w := weigher{}
		weigh(&w, before, &x)
		if len(w.fields) == 0 {
			p.Same++
		} else {
			p.Changed = append(p.Changed, Change[T]{before, x, w.fields})
		}
	}
	return p
}

// meeting compares one meeting, its agenda and its slots.
func (d *Difference) meeting(known map[string]Meeting, m Meeting) {
	was, ok := known[m.Slug]
	after := m.Meeting
	if ok {
		after.ID = was.ID
	}
	if len(m.Agenda) > 0 {
		after.Agenda = compareItems(&d.AgendaItems, m.Slug, was.Agenda, m.Agenda)
	}
	switch {
	case ok:
		w := weigher{}
		weighMeeting(&w, was.Meeting, &after)
		if len(w.fields) == 0 {
			d.Meetings.Same++
		} else {
			d.Meetings.Changed = append(d.Meetings.Changed, Change[rostrum.Meeting]{was.Meeting, after, w.fields})
		}
	case m.Bare():
		d.Unknown = append(d.Unknown, m.Slug)
	default:
		d.Meetings.New = append(d.Meetings.New, after)
	}
	if len(m.Slots) > 0 {
		zone, found := loadZone(after.TimeZone)
		if !found {
			zone = time.UTC
		}
		compareSlots(&d.Slots, m.Slug, zone, was.Slots, m.Slots)
	}
}

// compareItems compares the agenda items of a meeting, and gives them as they are to be stored, in the incoming order. The number
// tells an item, unless its title has gone to another number.
func compareItems(p *Part[AgendaItem], slug string, now, incoming []rostrum.AgendaItem) (stored []rostrum.AgendaItem) {
	titled := func(a rostrum.AgendaItem) string { title, _ := a.Title.In(); return spelling.Fold(title) }
	was := make([]int, len(incoming))
	kept := make([]bool, len(now))
	pass := func(same func(a, b rostrum.AgendaItem) bool) {
		for i, x := range incoming {
			for n := 0; was[i] < 0 && n < len(now); n++ {
				if !kept[n] && same(now[n], x) {
					was[i], kept[n] = n, true
				}
			}
		}
	}
	for i := range was {
		was[i] = -1
	}
	pass(func(a, b rostrum.AgendaItem) bool {
		return a.Number == b.Number && (titled(a) == titled(b) || titled(b) == "")
	})
	pass(func(a, b rostrum.AgendaItem) bool { return titled(a) != "" && titled(a) == titled(b) })
	pass(func(a, b rostrum.AgendaItem) bool { return a.Number == b.Number })
	for i, after := range incoming {
		if was[i] >= 0 {
			before, w := now[was[i]], weigher{}
			w.word("number", before.Number, &after.Number)
			w.texts("title", before.Title, &after.Title)
			if len(w.fields) == 0 {
				p.Same++
			} else {
				p.Changed = append(p.Changed, Change[AgendaItem]{AgendaItem{slug, before}, AgendaItem{slug, after}, w.fields})
			}
		} else {
			p.New = append(p.New, AgendaItem{slug, after})
		}
		stored = append(stored, after)
	}
	for n, a := range now {
		if !kept[n] {
			p.Gone = append(p.Gone, AgendaItem{slug, a})
		}
	}
	return stored
}

// compareSlots compares the slots of a meeting.
func compareSlots(p *Part[MeetingSlot], slug string, zone *time.Location, now, incoming []Slot) {
	byPosition := func(a, b Slot) int { return cmp.Compare(a.Position, b.Position) }
	now = slices.Clone(now)
	slices.SortStableFunc(now, byPosition)
	incoming = slices.Clone(incoming)
	slices.SortStableFunc(incoming, byPosition)
	was := match(now, incoming)
	var order []int
	for _, n := range was {
		if n >= 0 {
			order = append(order, n)
		}
	}
	wanders := moved(order)
	kept := make([]bool, len(now))
	matched := 0
	for i, after := range incoming {
		if was[i] < 0 {
			p.New = append(p.New, MeetingSlot{slug, after})
			continue
		}
		before := now[was[i]]
		kept[was[i]] = true
		w := weigher{zone: zone}
		weighSlot(&w, before, &after, wanders[matched])
		matched++
		change := Change[MeetingSlot]{MeetingSlot{slug, before}, MeetingSlot{slug, after}, w.fields}
		switch {
		case len(w.fields) > 0:
			p.Changed = append(p.Changed, change)
			continue
		case before.Key != after.Key || before.Position != after.Position:
			p.Quiet = append(p.Quiet, change)
		}
		p.Same++
	}
	for n, s := range now {
		if !kept[n] {
			p.Gone = append(p.Gone, MeetingSlot{slug, s})
		}
	}
}
