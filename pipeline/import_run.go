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
	"rostrum/storage/catalogue"
)

// ProgrammeTaken is what an import has done.
type ProgrammeTaken struct {
	ID       string   // to undo it by
	Taken    int      // records that were added, changed or taken away
	Meetings []string // slugs of the meetings that it touched
	Notes    []string // what was left out, in sentences
}

// TakeProgramme imports what a person has chosen of a proposal, all or nothing; take holds IDs of ProposedChange, nil takes what is new and changed.
// seen is Proposal.Seen: Conflict when something has changed since; "" does not ask. What needs another right than preparing is left out
// and said in a note. Refused when an intervention that is to go is cut already.
func (p *Pipeline) TakeProgramme(ctx context.Context, f ProgrammeFile, take []string, seen string, who rostrum.Actor) (*ProgrammeTaken, error) {
	if err := who.May(rostrum.Prepare); err != nil {
		return nil, err
	}
	var done *ProgrammeTaken
	err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := p.propose(ctx, tx, f)
		if err != nil {
			return err
		}
		if seen != "" && seen != x.Seen {
			return rostrum.Errorf(rostrum.Conflict, "The list has changed since you looked at what the file would do; look at it again, nothing was imported.")
		}
		chosen, err := x.choose(take)
		if err != nil {
			return err
		}
		r := &importRun{p: p, tx: tx, who: who, lists: map[string]*speakersList{}, position: x.position}
		for _, c := range chosen {
			if err := c.store(ctx, r); err != nil {
				return err
			}
		}
		for _, c := range x.Changes {
			if c.Kind == "intervention" && c.What == ProposedChanged && !slices.ContainsFunc(chosen, func(t ProposedChange) bool { return t.ID == c.ID }) {
				r.position[rostrum.InterventionID(c.key)] = c.place
			}
		}
		done, err = r.finish(ctx, f, x, len(chosen))
		return err
	})
	return done, err
}

// importWas is what there was before an import, and, to see whether somebody has changed it since, what there was after.
type importWas struct {
	Series        []changedRecord[rostrum.Series]
	StudyPeriods  []changedRecord[rostrum.StudyPeriod]
	Topics        []changedRecord[rostrum.Topic]
	Organisations []changedRecord[rostrum.Organisation]
	Persons       []changedRecord[rostrum.Person]
	Partners      []changedRecord[rostrum.Partner]
	Meetings      []changedRecord[rostrum.Meeting]
	Slots         []changedSlot
	Order         map[string][]rostrum.InterventionID // of each meeting, before
}

type changedRecord[T any] struct {
	Before *T // nil: there was none
	After  T
}

type changedSlot struct {
	ID      rostrum.InterventionID
	Meeting string                // slug
	Before  *rostrum.Intervention // nil: there was none
	After   *agenda.Slot          // nil: it was taken away
}

// importRun is one import while it is stored.
type importRun struct {
	p        *Pipeline
	tx       *catalogue.Tx
	who      rostrum.Actor
	lists    map[string]*speakersList
	position map[rostrum.InterventionID]int // in the order of the file
	was      importWas
	notes    []string
	touched  []string
}

func (r *importRun) putSeries(ctx context.Context, before *rostrum.Series, after rostrum.Series) error {
	// A programme says what meetings are called; who must approve is decided elsewhere.
	switch {
	case before != nil:
		after.SecondPerson, after.Retention = before.SecondPerson, before.Retention
	case after.SecondPerson || after.Retention != 0:
		if r.who.May(rostrum.Release) != nil {
			after.SecondPerson, after.Retention = false, 0
			r.notes = append(r.notes, fmt.Sprintf("The rules for publishing of the series %s were left out: your role does not allow to set them.", after.Slug))
		}
	}
	if err := checkSeries(after); err != nil {
		return err
	}
	r.was.Series = append(r.was.Series, changedRecord[rostrum.Series]{before, after})
	return r.tx.PutSeries(ctx, after)
}

func (r *importRun) putStudyPeriod(ctx context.Context, before *rostrum.StudyPeriod, after rostrum.StudyPeriod) error {
	r.was.StudyPeriods = append(r.was.StudyPeriods, changedRecord[rostrum.StudyPeriod]{before, after})
	return r.tx.PutStudyPeriod(ctx, after)
}

func (r *importRun) putTopic(ctx context.Context, before *rostrum.Topic, after rostrum.Topic) error {
	r.was.Topics = append(r.was.Topics, changedRecord[rostrum.Topic]{before, after})
	return r.tx.PutTopic(ctx, after)
}

func (r *importRun) putOrganisation(ctx context.Context, before *rostrum.Organisation, after rostrum.Organisation) error {
	r.was.Organisations = append(r.was.Organisations, changedRecord[rostrum.Organisation]{before, after})
	return r.tx.PutOrganisation(ctx, after)
}

func (r *importRun) putPerson(ctx context.Context, before *rostrum.Person, after rostrum.Person) error {
	r.was.Persons = append(r.was.Persons, changedRecord[rostrum.Person]{before, after})
	return r.tx.PutPerson(ctx, after)
}

func (r *importRun) putPartner(ctx context.Context, before *rostrum.Partner, after rostrum.Partner) error {
	r.was.Partners = append(r.was.Partners, changedRecord[rostrum.Partner]{before, after})
	return r.tx.PutPartner(ctx, after)
}

func (r *importRun) putMeeting(ctx context.Context, before *rostrum.Meeting, after rostrum.Meeting) error {
	if err := checkMeeting(&after); err != nil {
		return err
	}
	r.was.Meetings = append(r.was.Meetings, changedRecord[rostrum.Meeting]{before, after})
	r.touch(after.Slug)
	_, err := r.tx.PutMeeting(ctx, &after)
	return err
}

func (r *importRun) touch(slug string) {
	if !slices.Contains(r.touched, slug) {
		r.touched = append(r.touched, slug)
	}
}

// list opens the speakers' list of a meeting once.
func (r *importRun) list(ctx context.Context, slug string) (*speakersList, error) {
	if l := r.lists[slug]; l != nil {
		return l, nil
	}
	m, err := r.tx.LockMeeting(ctx, slug)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil, rostrum.Errorf(rostrum.Invalid, "There is no meeting %s yet; import the meeting together with its interventions.", slug)
	}
	if err != nil {
		return nil, err
	}
	l, err := r.p.openList(ctx, r.tx, m, r.who.Name)
	if err != nil {
		return nil, err
	}
	if r.was.Order == nil {
		r.was.Order = map[string][]rostrum.InterventionID{}
	}
	for _, x := range l.rows {
		r.was.Order[slug] = append(r.was.Order[slug], x.ID)
	}
	r.lists[slug] = l
	r.touch(slug)
	return l, nil
}

func (r *importRun) addSlot(ctx context.Context, s agenda.MeetingSlot) error {
	l, err := r.list(ctx, s.Meeting)
	if err != nil {
		return err
	}
	if len(l.rows) >= mostSpeakers {
		return rostrum.Errorf(rostrum.TooLarge, "The meeting %s would have more than %d interventions; split it.", s.Meeting, mostSpeakers)
	}
	x := &rostrum.Intervention{ID: rostrum.InterventionID(catalogue.NewID()), Meeting: l.m.ID, MeetingSlug: l.m.Slug, State: rostrum.Planned}
	setWords(x, s.Slot)
	if x.Title == "" {
		return rostrum.Errorf(rostrum.Invalid, "An intervention of the meeting %s has neither a speaker nor a title; leave it out.", s.Meeting)
	}
	if err := r.tx.AddPlanned(ctx, x, cmp.Or(x.Speaker, x.Title)); err != nil {
		return err
	}
	l.rows, l.moved = append(l.rows, x), true
	r.position[x.ID] = s.Position
	if err := r.consent(ctx, x, s.Slot); err != nil {
		return err
	}
	after := slotOf(x, 0)
	r.was.Slots = append(r.was.Slots, changedSlot{ID: x.ID, Meeting: s.Meeting, After: &after})
	return l.log(ctx, "plan", string(x.ID), shortened(cmp.Or(x.Speaker, x.Title)))
}

func (r *importRun) changeSlot(ctx context.Context, s agenda.MeetingSlot) error {
	l, err := r.list(ctx, s.Meeting)
	if err != nil {
		return err
	}
	x, err := r.tx.LockIntervention(ctx, s.ID)
	if err != nil {
		return err
	}
	before := *x
	setWords(x, s.Slot)
	if i := l.at(s.ID); i >= 0 {
		l.rows[i] = x
	}
	if err := r.tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	if err := r.consent(ctx, x, s.Slot); err != nil {
		return err
	}
	after := slotOf(x, 0)
	r.was.Slots = append(r.was.Slots, changedSlot{x.ID, s.Meeting, &before, &after})
	return l.log(ctx, "edit", string(x.ID), "by an import: "+shortened(cmp.Or(x.Speaker, x.Title)))
}

// consent records what a programme says of it, if whoever imports may.
func (r *importRun) consent(ctx context.Context, x *rostrum.Intervention, s agenda.Slot) error {
	if s.Consent == x.Consent.Kind {
		return nil
	}
	if r.who.May(rostrum.Consenting) != nil {
		const note = "What the file says of consents was left out: your role does not allow to record them."
		if !slices.Contains(r.notes, note) {
			r.notes = append(r.notes, note)
		}
		return nil
	}
	said := ConsentSaid{Kind: s.Consent, How: "stated in the programme"}
	if s.Consent == rostrum.ConsentNone {
		said = ConsentSaid{Kind: rostrum.ConsentPending, How: "another person speaks now, by the programme"}
	}
	if err := r.p.recordConsent(ctx, r.tx, x.ID, said, r.who.Name); err != nil {
		return err
	}
	x.Consent.Kind = said.Kind
	return nil
}

func (r *importRun) removeSlot(ctx context.Context, s agenda.MeetingSlot) error {
	l, err := r.list(ctx, s.Meeting)
	if err != nil {
		return err
	}
	i := l.at(s.ID)
	if i < 0 {
		return nil
	}
	before := *l.rows[i]
	r.was.Slots = append(r.was.Slots, changedSlot{ID: s.ID, Meeting: s.Meeting, Before: &before})
	return l.remove(ctx, i)
}

// finish stores the keys and places that changed quietly, the new order, and what undoes all of it.
func (r *importRun) finish(ctx context.Context, f ProgrammeFile, x *Proposal, taken int) (*ProgrammeTaken, error) {
	for _, c := range x.quiet {
		l, err := r.list(ctx, c.After.Meeting)
		if err != nil {
			return nil, err
		}
		i := l.at(c.After.ID)
		if i < 0 || l.rows[i].Key == c.After.Key {
			continue
		}
		l.rows[i].Key = c.After.Key
		if err := r.tx.PutIntervention(ctx, l.rows[i]); err != nil {
			return nil, err
		}
	}
	for _, slug := range r.touched {
		l := r.lists[slug]
		if l == nil {
			continue
		}
		before := slices.Clone(l.rows)
		// Where two have one place, one of them is not in the file: it stays before what comes new.
		slices.SortStableFunc(l.rows, func(a, b *rostrum.Intervention) int { return cmp.Compare(r.position[a.ID], r.position[b.ID]) })
		l.moved = l.moved || !slices.Equal(before, l.rows)
		if err := l.close(ctx); err != nil {
			return nil, err
		}
	}
	was, err := json.Marshal(r.was)
	if err != nil {
		return nil, err
	}
	done := &ProgrammeTaken{ID: catalogue.NewID(), Taken: taken, Meetings: r.touched, Notes: r.notes}
	name := fileName(f.Name)
	if err := r.tx.PutImport(ctx, catalogue.Import{ID: done.ID, At: r.p.Now(), Who: r.who.Name, Name: name, Was: string(was)}); err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("%s: %d records, meetings %s", name, taken, strings.Join(r.touched, ", "))
	return done, r.tx.Log(ctx, catalogue.Entry{At: r.p.Now(), Who: r.who.Name, Action: "import", Subject: done.ID, Detail: detail})
}
