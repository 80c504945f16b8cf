// Package agenda reads the programme of meetings, with the speeches that are planned, and compares it with what is known.
//
// It is pure: bytes in, values out. What a document says is seen by a person before anything is stored: what was assumed and
// what was left out becomes a Note, and Compare tells what would be new, changed and gone. What a document leaves empty is not
// stated, and never takes a fact away that is known.
package agenda

import (
	"fmt"
	"strings"
	"time"

	"rostrum"
)

// Limits of a document. The whole programme of a conference of a week has a thousand speeches in 3 MB.
const (
	MaxBytes = 10 << 20
	MaxSlots = 5_000
	maxWords = 1_000  // bytes of a name or a title; whatever is longer stands in the wrong column
	maxText  = 20_000 // bytes of an abstract or of notes: six pages
	maxNotes = 200    // more than a person reads; the last one says how many are not shown
)

// Document is what is known, or what a file says, of meetings and of the records around them. It has each meeting once.
type Document struct {
	Series        []rostrum.Series
	StudyPeriods  []rostrum.StudyPeriod
	Topics        []rostrum.Topic
	Organisations []rostrum.Organisation
	Persons       []rostrum.Person
	Partners      []rostrum.Partner
	Meetings      []Meeting
}

// Meeting is a meeting with its planned interventions. Read leaves the ID empty.
type Meeting struct {
	rostrum.Meeting
	Slots []Slot
}

// Bare says that only the slug of the meeting is stated: its agenda or its slots belong to a meeting that is there already.
func (m Meeting) Bare() bool {
	return m.Series == "" && m.Kind == "" && len(m.Title) == 0 && len(m.Intro) == 0 && m.Place == "" && m.Country == "" &&
		m.Starts == "" && m.Ends == "" && m.TimeZone == ""
}

// Slot is a planned intervention: an entry of a speakers' list.
type Slot struct {
	ID           rostrum.InterventionID // the stored intervention that it stands for; Read leaves it empty, and Compare does not look at it
	Key          string                 // of the source, the same each time it is exported; "" when the source has none
	Position     int                    // from 1, in the order of speaking
	AgendaItem   string                 // number of the item
	Title        rostrum.Texts
	Speaker      string // several are parted by ", "
	Function     rostrum.Texts
	Organisation string // as it is written, not a slug
	Abstract     rostrum.Texts
	Language     rostrum.Language // spoken
	Topics       []string         // as they are written: slugs or titles
	Starts       time.Time        // UTC; zero when unknown
	Length       time.Duration    // whole milliseconds; 0 when unknown
	Consent      rostrum.ConsentKind
	Notes        string
}

// Options say what a file may leave out.
type Options struct {
	Meeting  string       // slug of the meeting that is meant when the file names none, or names it in a way of its own; may be ""
	Date     rostrum.Date // its first day, for tables with times of day only; may be ""
	TimeZone string       // IANA name, for times that name no zone; "" is UTC, which is said in a note
}

// Note is a sentence about what was understood, assumed or left out.
type Note struct {
	Row  int // of the table from 1, or the number of the event in the file from 1; 0 for the document as a whole
	Text string
}

// reader collects what is found on the way.
type reader struct {
	o      Options
	zone   *time.Location // of times that name none
	doc    Document
	at     map[string]int // slug to index in doc.Meetings
	slots  int
	notes  []Note
	unsaid int  // notes over the limit
	noZone bool // that UTC was assumed is said once
}

func (r *reader) note(row int, format string, args ...any) {
	if len(r.notes) >= maxNotes {
		r.unsaid++
		return
	}
	r.notes = append(r.notes, Note{row, fmt.Sprintf(format, args...)})
}

// meeting gives the meeting of that slug, a bare one when it was not spoken of yet. The pointer is good until the next call.
func (r *reader) meeting(slug string) *Meeting {
	i, ok := r.at[slug]
	if !ok {
		i = len(r.doc.Meetings)
		r.at[slug] = i
		r.doc.Meetings = append(r.doc.Meetings, Meeting{Meeting: rostrum.Meeting{Slug: slug}})
	}
	return &r.doc.Meetings[i]
}

// slot adds a slot to a meeting.
func (r *reader) slot(meeting string, s Slot) error {
	if r.slots++; r.slots > MaxSlots {
		return tooManySlots()
	}
	m := r.meeting(meeting)
	m.Slots = append(m.Slots, r.clip(s))
	return nil
}

// clip bounds the texts of a slot. What it gives stays the same when it is read again.
func (r *reader) clip(s Slot) Slot {
	cut := false
	short := func(words string, most int) string {
		if len(words) <= most {
			return words
		}
		cut = true
		return strings.ToValidUTF8(words[:most-len("…")], "") + "…"
	}
	texts := func(t rostrum.Texts, most int) {
		for l, words := range t {
			t[l] = short(words, most)
		}
	}
	s.Key, s.AgendaItem, s.Speaker, s.Organisation = short(s.Key, maxWords), short(s.AgendaItem, maxWords), short(s.Speaker, maxWords), short(s.Organisation, maxWords)
	s.Notes = short(s.Notes, maxText)
	texts(s.Title, maxWords)
	texts(s.Function, maxWords)
	texts(s.Abstract, maxText)
	for i, topic := range s.Topics {
		s.Topics[i] = short(topic, maxWords)
	}
	if cut {
		r.note(0, "A text of the intervention of “%s” is too long; it was cut.", shortened(s.Speaker))
	}
	return s
}

func tooManySlots() error {
	return rostrum.Errorf(rostrum.TooLarge, "The programme has more than %d interventions; please split it by meeting.", MaxSlots)
}

// Read reads a programme; the format is told by the content. It knows our own JSON, the JSON of a meeting with its
// interventions as recording teams keep it, tables of records, agendas and speakers' lists (CSV and the like), iCalendar
// (RFC 5545), the JSON of an Indico event, and the schedules of frab, pretalx and voctomix in XML and JSON. The notes are in the
// order in which they were found. The error, of code Invalid or TooLarge, says why nothing of the file can be used. The name of
// the file is for that sentence only.
func Read(name string, data []byte, o Options) (Document, []Note, error) {
	if len(data) > MaxBytes {
		return Document{}, nil, rostrum.Errorf(rostrum.TooLarge, "The file is larger than %d MB; a programme holds only text, so please check that it is the right file.", MaxBytes>>20)
	}
	r := &reader{o: o, zone: time.UTC, at: map[string]int{}}
	if o.TimeZone != "" {
		zone, ok := loadZone(o.TimeZone)
		if !ok {
			return Document{}, nil, rostrum.Errorf(rostrum.Invalid, "%q is not a time zone; use a name such as Europe/Zurich.", shortened(o.TimeZone))
		}
		r.zone = zone
	}
	if o.Meeting != "" {
		if err := rostrum.CheckSlug(o.Meeting); err != nil {
			return Document{}, nil, err
		}
	}
	if err := r.read(name, data); err != nil {
		return Document{}, nil, err
	}
	r.check()
	if r.unsaid > 0 {
		r.notes = append(r.notes, Note{0, fmt.Sprintf("There are %d more notes of this kind, which are not shown.", r.unsaid)})
	}
	return r.doc, r.notes, nil
}

// check numbers slots that have no position, and says what a person should look at.
func (r *reader) check() {
	for i := range r.doc.Meetings {
		m := &r.doc.Meetings[i]
		numbered := true
		for _, s := range m.Slots {
			numbered = numbered && s.Position > 0
		}
		seen := map[string]bool{}
		for j := range m.Slots {
			s := &m.Slots[j]
			if !numbered {
				s.Position = j + 1
			}
			if s.Key != "" && seen[s.Key] {
				r.note(0, "Two interventions of the meeting %s have the key “%s”; the later one is told by speaker and title.", m.Slug, shortened(s.Key))
				s.Key = ""
			}
			seen[s.Key] = true
		}
		switch {
		case len(m.Slots) > 0 && len(m.Agenda) > 0:
			r.note(0, "Meeting %s: %s and %s were read.", m.Slug, count(len(m.Slots), "intervention"), count(len(m.Agenda), "agenda item"))
		case len(m.Slots) > 0:
			r.note(0, "Meeting %s: %s read.", m.Slug, count(len(m.Slots), "intervention")+were(len(m.Slots)))
		case len(m.Agenda) > 0:
			r.note(0, "Meeting %s: %s read.", m.Slug, count(len(m.Agenda), "agenda item")+were(len(m.Agenda)))
		}
	}
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func were(n int) string {
	if n == 1 {
		return " was"
	}
	return " were"
}

// someTexts makes a text in one language, nil of no text.
func someTexts(l rostrum.Language, s string) rostrum.Texts {
	if s == "" {
		return nil
	}
	return rostrum.Texts{l: s}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shortened keeps foreign words from filling a sentence.
func shortened(s string) string {
	runes := []rune(oneLine(s))
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return string(runes)
}
