package pipeline

import (
	"context"
	"maps"

	"rostrum"
	"rostrum/pipeline/agenda"
)

// Programme gives what is known of a meeting as a document that can be imported again: its facts, its agenda, its speakers' list, and the
// topics and organisations that it names. NotFound for a meeting that there is not.
func (p *Pipeline) Programme(ctx context.Context, slug string) (agenda.Document, error) {
	known, err := knownProgramme(ctx, p.Catalogue, []string{slug})
	if err != nil {
		return agenda.Document{}, err
	}
	if len(known.Meetings) == 0 {
		_, err := p.Catalogue.MeetingBySlug(ctx, slug)
		return agenda.Document{}, err
	}
	m := known.Meetings[0]
	d := agenda.Document{Meetings: known.Meetings}
	for _, s := range known.Series {
		if s.Slug == m.Series {
			d.Series = append(d.Series, s)
		}
	}
	named := map[string]bool{}
	for _, s := range m.Slots {
		for _, t := range s.Topics {
			named[rostrum.Slug(t)] = true
		}
		named["o/"+rostrum.Slug(s.Organisation)] = true
	}
	for _, t := range known.Topics {
		if topicNamed(t, named) {
			d.Topics = append(d.Topics, t)
		}
	}
	for _, o := range known.Organisations {
		name, _ := o.Name.In()
		if named["o/"+o.Slug] || named["o/"+rostrum.Slug(name)] {
			d.Organisations = append(d.Organisations, o)
		}
	}
	return d, nil
}

func topicNamed(t rostrum.Topic, named map[string]bool) bool {
	if named[t.Slug] {
		return true
	}
	for _, title := range t.Title {
		if named[rostrum.Slug(title)] {
			return true
		}
	}
	for _, alias := range t.Aliases {
		if named[rostrum.Slug(alias)] {
			return true
		}
	}
	return false
}

// programmeReader is the catalogue or a transaction on it.
type programmeReader interface {
	AllSeries(context.Context) ([]rostrum.Series, error)
	StudyPeriods(context.Context) ([]rostrum.StudyPeriod, error)
	Topics(context.Context) ([]rostrum.Topic, error)
	Organisations(context.Context) ([]rostrum.Organisation, error)
	Persons(context.Context) ([]rostrum.Person, error)
	Partners(context.Context) ([]rostrum.Partner, error)
	MeetingBySlug(context.Context, string) (*rostrum.Meeting, error)
	InterventionsOfMeeting(context.Context, rostrum.MeetingID) ([]*rostrum.Intervention, error)
}

// knownProgramme gives what is known of the shared records and of the named meetings; those that there are not are left out.
func knownProgramme(ctx context.Context, db programmeReader, slugs []string) (d agenda.Document, err error) {
	if d.Series, err = db.AllSeries(ctx); err != nil {
		return d, err
	}
	if d.StudyPeriods, err = db.StudyPeriods(ctx); err != nil {
		return d, err
	}
	if d.Topics, err = db.Topics(ctx); err != nil {
		return d, err
	}
	if d.Organisations, err = db.Organisations(ctx); err != nil {
		return d, err
	}
	if d.Persons, err = db.Persons(ctx); err != nil {
		return d, err
	}
	if d.Partners, err = db.Partners(ctx); err != nil {
		return d, err
	}
	for _, slug := range slugs {
		m, err := db.MeetingBySlug(ctx, slug)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			continue
		}
		if err != nil {
			return d, err
		}
		rows, err := db.InterventionsOfMeeting(ctx, m.ID)
		if err != nil {
			return d, err
		}
		known := agenda.Meeting{Meeting: *m}
		for i, x := range rows {
			known.Slots = append(known.Slots, slotOf(x, i+1))
		}
		d.Meetings = append(d.Meetings, known)
	}
	return d, nil
}

// slotOf is an intervention as programmes have it. A title that only repeats the speaker is none.
func slotOf(x *rostrum.Intervention, position int) agenda.Slot {
	s := agenda.Slot{ID: x.ID, Key: x.Key, Position: position, AgendaItem: x.AgendaItem, Speaker: x.Speaker, Organisation: x.Organisation,
		Abstract: maps.Clone(x.Abstract), Language: x.Language, Topics: x.Topics, Starts: x.Starts, Length: x.Length, Consent: x.Consent.Kind, Notes: x.Remarks}
	if x.Title != x.Speaker {
		s.Title = withFirst(x.Titles, x.Title, x.Language)
	} else {
		s.Title = maps.Clone(x.Titles)
	}
	s.Function = withFirst(x.Functions, x.Function, "")
	return s
}

// withFirst adds the text as it was first written to those in further languages. Where its own language is not known, it is taken for English.
func withFirst(more rostrum.Texts, first string, own rostrum.Language) rostrum.Texts {
	all := maps.Clone(more)
	if first == "" {
		return all
	}
	for _, s := range all {
		if s == first {
			return all
		}
	}
	if own == "" {
		own = "en"
	}
	if all == nil {
		all = rostrum.Texts{}
	}
	if all[own] == "" {
		all[own] = first
	}
	return all
}

// firstOf parts a text in several languages into the one that stands first, in its own language when there is it, and the others.
func firstOf(t rostrum.Texts, own rostrum.Language) (string, rostrum.Texts) {
	first, l := t.In(own, "en")
	more := maps.Clone(t)
	if l == own || own == "" && l == "en" {
		delete(more, l)
	}
	if len(more) == 0 {
		more = nil
	}
	return first, more
}

// setWords gives an intervention the words of a slot. Where it stands and what was allowed are no words.
func setWords(x *rostrum.Intervention, s agenda.Slot) {
	x.Key, x.AgendaItem, x.Speaker, x.Organisation, x.Language = s.Key, s.AgendaItem, s.Speaker, s.Organisation, s.Language
	x.Abstract, x.Topics, x.Starts, x.Length, x.Remarks = s.Abstract, s.Topics, s.Starts, s.Length, s.Notes
	x.Title, x.Titles = firstOf(s.Title, s.Language)
	if x.Title == "" {
		x.Title = s.Speaker
	}
	x.Function, x.Functions = firstOf(s.Function, "")
}
