package agenda

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"rostrum"
)

// ownDocument is our own JSON.
type ownDocument struct {
	Series        []rostrum.Series       `json:"series,omitempty"`
	StudyPeriods  []rostrum.StudyPeriod  `json:"study_periods,omitempty"`
	Topics        []rostrum.Topic        `json:"topics,omitempty"`
	Organisations []rostrum.Organisation `json:"organisations,omitempty"`
	Persons       []rostrum.Person       `json:"persons,omitempty"`
	Partners      []rostrum.Partner      `json:"partners,omitempty"`
	Meetings      []ownMeeting           `json:"meetings,omitempty"`
	Agendas       []ownAgenda            `json:"agendas,omitempty"` // of meetings that are there already
}

type ownAgenda struct {
	Meeting string               `json:"meeting"`
	Items   []rostrum.AgendaItem `json:"items"`
}

type ownMeeting struct {
	Slug          string               `json:"slug"`
	Series        string               `json:"series,omitempty"`
	Kind          string               `json:"kind,omitempty"`
	Title         rostrum.Texts        `json:"title,omitempty"`
	Intro         rostrum.Texts        `json:"intro,omitempty"`
	Place         string               `json:"place,omitempty"`
	Country       string               `json:"country,omitempty"`
	Date          rostrum.Date         `json:"date,omitempty"` // of a meeting of one day
	Starts        rostrum.Date         `json:"starts,omitempty"`
	Ends          rostrum.Date         `json:"ends,omitempty"`
	TimeZone      string               `json:"time_zone,omitempty"`
	Agenda        []rostrum.AgendaItem `json:"agenda,omitempty"`
	Interventions []ownSlot            `json:"interventions,omitempty"`
}

type ownSlot struct {
	Key          string              `json:"key,omitempty"`
	Position     int                 `json:"position,omitempty"`
	AgendaItem   string              `json:"agenda_item,omitempty"`
	Title        rostrum.Texts       `json:"title,omitempty"`
	Speaker      string              `json:"speaker,omitempty"`
	Function     rostrum.Texts       `json:"function,omitempty"`
	Organisation string              `json:"organisation,omitempty"`
	Abstract     rostrum.Texts       `json:"abstract,omitempty"`
	Language     rostrum.Language    `json:"language,omitempty"`
	Topics       []string            `json:"topics,omitempty"`
	Starts       *time.Time          `json:"starts,omitempty"`
	Length       float64             `json:"length_s,omitempty"` // seconds
	Consent      rostrum.ConsentKind `json:"consent,omitempty"`
	Notes        string              `json:"notes,omitempty"`
}

// readOwn reads our own JSON, strictly: a name that is not known may be a misspelt one, and its facts would be lost.
func (r *reader) readOwn(text string) error {
	var d ownDocument
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return rostrum.Errorf(rostrum.Invalid, "The file can't be imported: near byte %d it is not the JSON that Rostrum reads (%s).", decoder.InputOffset(), jsonFault(err)).Because(err)
	}
	r.doc.Series, r.doc.StudyPeriods, r.doc.Topics = some(d.Series), some(d.StudyPeriods), some(d.Topics)
	r.doc.Organisations, r.doc.Persons, r.doc.Partners = some(d.Organisations), some(d.Persons), some(d.Partners)
	for _, x := range d.Meetings {
		if err := r.readOwnMeeting(x); err != nil {
			return err
		}
	}
	for _, x := range d.Agendas {
		if err := rostrum.CheckSlug(x.Meeting); err != nil {
			return err
		}
		m := r.meeting(x.Meeting)
		m.Agenda = append(m.Agenda, x.Items...)
	}
	return nil
}

func (r *reader) readOwnMeeting(x ownMeeting) error {
	if err := rostrum.CheckSlug(x.Slug); err != nil {
		return err
	}
	if _, twice := r.at[x.Slug]; twice {
		return rostrum.Errorf(rostrum.Invalid, "The file describes the meeting %q twice; keep one of them.", x.Slug)
	}
	m := rostrum.Meeting{Slug: x.Slug, Series: x.Series, Kind: x.Kind, Title: someOf(x.Title), Intro: someOf(x.Intro), Place: x.Place,
		Country: x.Country, Starts: x.Starts, Ends: x.Ends, TimeZone: x.TimeZone, Agenda: some(x.Agenda)}
	if m.Starts == "" {
		m.Starts = x.Date
	}
	if m.Ends == "" {
		m.Ends = m.Starts
	}
	for _, day := range []rostrum.Date{m.Starts, m.Ends} {
		if _, err := rostrum.ParseDate(string(day)); err != nil && day != "" {
			return rostrum.Errorf(rostrum.Invalid, "Meeting %q: %w", x.Slug, err)
		}
	}
	r.meeting(x.Slug).Meeting = m
	for i, s := range x.Interventions {
		bad := func(err error) error {
			return rostrum.Errorf(rostrum.Invalid, "Meeting %q, intervention %d: %w", x.Slug, i+1, err)
		}
		slot := Slot{Key: s.Key, Position: s.Position, AgendaItem: s.AgendaItem, Title: someOf(s.Title), Speaker: s.Speaker, Function: someOf(s.Function),
			Organisation: s.Organisation, Abstract: someOf(s.Abstract), Language: s.Language, Topics: some(s.Topics), Consent: s.Consent, Notes: s.Notes}
		if s.Starts != nil {
			slot.Starts = s.Starts.UTC()
		}
		if s.Length < 0 || s.Length > longest.Seconds() {
			return bad(rostrum.Errorf(rostrum.Invalid, "A length of %g s can't be right; give length_s in seconds, from 0 to %g.", s.Length, longest.Seconds()))
		}
		slot.Length = time.Duration(math.Round(s.Length*1000)) * time.Millisecond
		if s.Language != "" {
			l, err := rostrum.ParseLanguage(string(s.Language))
			if err != nil {
				return bad(err)
			}
			slot.Language = l
		}
		if s.Consent != "" {
			if _, err := rostrum.ParseConsent(string(s.Consent)); err != nil {
				return bad(err)
			}
		}
		if err := r.slot(x.Slug, slot); err != nil {
			return err
		}
	}
	return nil
}

// some gives nil for an empty list, so that what is not stated looks the same from every source.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func someOf(t rostrum.Texts) rostrum.Texts {
	if len(t) == 0 {
		return nil
	}
	return t
}

// jsonFault gives what is wrong without Go's words.
func jsonFault(err error) string {
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		return "the value of " + e.Field + " has the wrong form"
	}
	if _, ok := err.(*json.SyntaxError); ok {
		return "a comma, quote or bracket is missing or too many"
	}
	return "a name there is not known"
}

// Write gives our own JSON of a document. Read gives the same document back, but for what belongs to one installation: the IDs
// of meetings and slots.
func Write(d Document) ([]byte, error) {
	out := ownDocument{Series: d.Series, StudyPeriods: d.StudyPeriods, Topics: d.Topics, Organisations: d.Organisations, Persons: d.Persons, Partners: d.Partners}
	for _, m := range d.Meetings {
		x := ownMeeting{Slug: m.Slug, Series: m.Series, Kind: m.Kind, Title: m.Title, Intro: m.Intro, Place: m.Place, Country: m.Country,
			Starts: m.Starts, Ends: m.Ends, TimeZone: m.TimeZone, Agenda: m.Agenda}
		for _, s := range m.Slots {
			w := ownSlot{Key: s.Key, Position: s.Position, AgendaItem: s.AgendaItem, Title: s.Title, Speaker: s.Speaker, Function: s.Function,
				Organisation: s.Organisation, Abstract: s.Abstract, Language: s.Language, Topics: s.Topics, Consent: s.Consent, Notes: s.Notes,
				Length: float64(s.Length.Milliseconds()) / 1000}
			if !s.Starts.IsZero() {
				starts := s.Starts.UTC()
				w.Starts = &starts
			}
			x.Interventions = append(x.Interventions, w)
		}
		out.Meetings = append(out.Meetings, x)
	}
	return json.MarshalIndent(out, "", "  ")
}
