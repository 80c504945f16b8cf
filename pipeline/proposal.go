package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rostrum"
	"rostrum/pipeline/agenda"
)

// ProgrammeFile is a programme as it comes from elsewhere.
type ProgrammeFile struct {
	Name     string // for sentences
	Data     []byte
	Meeting  string // slug of the meeting that is meant when the file names none; may be ""
	TimeZone string // IANA name for times that name no zone; "" takes the meeting's
}

// Proposal is what importing a programme would do. It changes nothing by itself.
type Proposal struct {
	Notes   []agenda.Note
	Changes []ProposedChange
	Same    int    // records that are as they are
	Seen    string // stands for all of this: importing with it is refused when something has changed since

	incoming agenda.Document
	unknown  []string // meetings that are neither there nor described
	quiet    []agenda.Change[agenda.MeetingSlot]
	position map[rostrum.InterventionID]int // in the file, of what is there already
}

// What a ProposedChange does.
const (
	ProposedNew     = "new"
	ProposedChanged = "changed"
	ProposedGone    = "gone"
)

// ProposedChange is one record that an import would add, change or take away.
type ProposedChange struct {
	ID      string // the same each time that the same file is compared with the same records
	Kind    string // series, study_period, topic, organisation, person, partner, meeting, intervention
	What    string // ProposedNew, ProposedChanged or ProposedGone
	Meeting string // slug, of meetings and interventions
	Title   rostrum.Texts
	Speaker string // of interventions
	Fields  []agenda.Field
	Agenda  []ProposedItem // what becomes of the agenda of a meeting
	Blocked string         // why it can't be taken, in a sentence; "" when it can
	Taken   bool           // unless somebody says otherwise

	key   string
	place int // where it stands now, of an intervention that changes
	store func(ctx context.Context, r *importRun) error
}

// ProposedItem is an agenda item that an import would add, change or take away.
type ProposedItem struct {
	What   string
	Number string
	Title  rostrum.Texts
	Fields []agenda.Field
}

// ProposeProgramme reads a programme and compares it with what is known. Invalid or TooLarge when the file can't be read.
func (p *Pipeline) ProposeProgramme(ctx context.Context, f ProgrammeFile) (*Proposal, error) {
	return p.propose(ctx, p.Catalogue, f)
}

func (p *Pipeline) propose(ctx context.Context, db programmeReader, f ProgrammeFile) (*Proposal, error) {
	o := agenda.Options{Meeting: f.Meeting, TimeZone: f.TimeZone}
	if f.Meeting != "" {
		m, err := db.MeetingBySlug(ctx, f.Meeting)
		if err != nil {
			return nil, err
		}
		o.Date, o.TimeZone = m.Starts, cmp.Or(o.TimeZone, m.TimeZone)
	}
	incoming, notes, err := agenda.Read(f.Name, f.Data, o)
	if err != nil {
		return nil, err
	}
	var slugs []string
	for _, m := range incoming.Meetings {
		slugs = append(slugs, m.Slug)
	}
	known, err := knownProgramme(ctx, db, slugs)
	if err != nil {
		return nil, err
	}
	d := agenda.Compare(known, incoming)
	x := &Proposal{Notes: notes, incoming: incoming, unknown: d.Unknown, quiet: d.Slots.Quiet, position: map[rostrum.InterventionID]int{}}
	x.shared(d)
	x.meetings(d)
	x.interventions(d, known)
	x.Seen = x.digest()
	return x, nil
}

// propose makes the changes of one kind of record that documents share.
func propose[T any](x *Proposal, kind string, part agenda.Part[T], key func(T) string, title func(T) rostrum.Texts, store func(r *importRun, ctx context.Context, before *T, after T) error) {
	add := func(what string, before *T, after T, fields []agenda.Field) {
		x.Changes = append(x.Changes, ProposedChange{ID: kind + "/" + key(after), Kind: kind, What: what, Title: title(after), Fields: fields, Taken: true, key: key(after),
			store: func(ctx context.Context, r *importRun) error { return store(r, ctx, before, after) }})
	}
	for _, after := range part.New {
		add(ProposedNew, nil, after, nil)
	}
	for _, c := range part.Changed {
		add(ProposedChanged, &c.Before, c.After, c.Fields)
	}
	x.Same += part.Same
}

func (x *Proposal) shared(d agenda.Difference) {
	propose(x, "series", d.Series, func(s rostrum.Series) string { return s.Slug }, func(s rostrum.Series) rostrum.Texts { return s.Title }, (*importRun).putSeries)
	propose(x, "study_period", d.StudyPeriods, func(s rostrum.StudyPeriod) string { return s.Name }, func(s rostrum.StudyPeriod) rostrum.Texts { return rostrum.Texts{"en": s.Name} }, (*importRun).putStudyPeriod)
	propose(x, "topic", d.Topics, func(s rostrum.Topic) string { return s.Slug }, func(s rostrum.Topic) rostrum.Texts { return s.Title }, (*importRun).putTopic)
	propose(x, "organisation", d.Organisations, func(s rostrum.Organisation) string { return s.Slug }, func(s rostrum.Organisation) rostrum.Texts { return s.Name }, (*importRun).putOrganisation)
	propose(x, "person", d.Persons, func(s rostrum.Person) string { return s.Slug }, func(s rostrum.Person) rostrum.Texts { return rostrum.Texts{"en": s.Name} }, (*importRun).putPerson)
	propose(x, "partner", d.Partners, func(s rostrum.Partner) string { return s.Slug }, func(s rostrum.Partner) rostrum.Texts { return s.Name }, (*importRun).putPartner)
}

func (x *Proposal) meetings(d agenda.Difference) {
	from := len(x.Changes)
	propose(x, "meeting", d.Meetings, func(m rostrum.Meeting) string { return m.Slug }, func(m rostrum.Meeting) rostrum.Texts { return m.Title }, (*importRun).putMeeting)
	for i := range x.Changes[from:] {
		c := &x.Changes[from+i]
		c.Meeting = c.key
		item := func(what string, a agenda.AgendaItem, fields []agenda.Field) {
			if a.Meeting == c.key {
				c.Agenda = append(c.Agenda, ProposedItem{what, a.Number, a.Title, fields})
			}
		}
		for _, a := range d.AgendaItems.New {
			item(ProposedNew, a, nil)
		}
		for _, a := range d.AgendaItems.Changed {
			item(ProposedChanged, a.After, a.Fields)
		}
		for _, a := range d.AgendaItems.Gone {
			item(ProposedGone, a, nil)
		}
	}
	for _, m := range d.Meetings.New {
		if m.Starts == "" {
			x.block(m.Slug, fmt.Sprintf("The file gives no date for the meeting %s; make the meeting first, or add its date to the file.", m.Slug))
		}
	}
	for _, slug := range d.Unknown {
		x.Notes = append(x.Notes, agenda.Note{Text: fmt.Sprintf("There is no meeting %s yet, and the file does not describe it; make the meeting first, or choose the one that the file belongs to.", slug)})
	}
}

func (x *Proposal) block(meeting, why string) {
	for i := range x.Changes {
		if x.Changes[i].Meeting == meeting {
			x.Changes[i].Blocked, x.Changes[i].Taken = why, false
		}
	}
}

func (x *Proposal) interventions(d agenda.Difference, known agenda.Document) {
	blocked := map[string]string{}
	for _, c := range x.Changes {
		if c.Kind == "meeting" {
			blocked[c.Meeting] = c.Blocked
		}
	}
	for _, slug := range d.Unknown {
		blocked[slug] = fmt.Sprintf("There is no meeting %s yet; make the meeting first.", slug)
	}
	for _, m := range known.Meetings {
		for _, s := range m.Slots {
			x.position[s.ID] = s.Position
		}
	}
	add := func(id, what string, s agenda.MeetingSlot, fields []agenda.Field, store func(ctx context.Context, r *importRun) error) {
		why := blocked[s.Meeting]
		x.Changes = append(x.Changes, ProposedChange{ID: "intervention/" + id, Kind: "intervention", What: what, Meeting: s.Meeting, Title: s.Title, Speaker: s.Speaker, Fields: fields,
			Blocked: why, Taken: why == "" && what != ProposedGone, key: id, store: store})
	}
	for i, s := range d.Slots.New {
		add(fmt.Sprintf("%s/%d", s.Meeting, i+1), ProposedNew, s, nil, func(ctx context.Context, r *importRun) error { return r.addSlot(ctx, s) })
	}
	for _, c := range d.Slots.Changed {
		x.position[c.Before.ID] = c.After.Position
		add(string(c.Before.ID), ProposedChanged, c.After, c.Fields, func(ctx context.Context, r *importRun) error { return r.changeSlot(ctx, c.After) })
		x.Changes[len(x.Changes)-1].place = c.Before.Position
	}
	for _, c := range d.Slots.Quiet {
		x.position[c.Before.ID] = c.After.Position
	}
	for _, s := range d.Slots.Gone {
		add(string(s.ID), ProposedGone, s, nil, func(ctx context.Context, r *importRun) error { return r.removeSlot(ctx, s) })
	}
	x.Same += d.Slots.Same
}

// digest stands for what a person has seen.
func (x *Proposal) digest() string {
	data, err := json.Marshal(x.Changes)
	if err != nil {
		panic("pipeline: a proposal has no JSON form: " + err.Error()) // texts and numbers only
	}
	return string(digestOf(data))
}

// choose gives the changes that are taken: those that are named, or, when take is nil, those that are taken unless somebody says otherwise.
func (x *Proposal) choose(take []string) ([]ProposedChange, error) {
	var chosen []ProposedChange
	left := slices.Clone(take)
	for _, c := range x.Changes {
		if take == nil && !c.Taken || take != nil && !slices.Contains(take, c.ID) {
			continue
		}
		left = slices.DeleteFunc(left, func(id string) bool { return id == c.ID })
		if c.Blocked != "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "%s", c.Blocked)
		}
		chosen = append(chosen, c)
	}
	if len(left) > 0 {
		return nil, rostrum.Errorf(rostrum.Conflict, "The file or the list has changed since it was compared (%s is not part of it); look at it again.", strings.Join(left[:1], ""))
	}
	return chosen, nil
}
