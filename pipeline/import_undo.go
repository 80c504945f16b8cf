package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"rostrum"
	"rostrum/pipeline/agenda"
	"rostrum/storage/catalogue"
)

// UndoProgramme makes what an import has stored as it was before. What somebody has changed since, and what is cut by now, stays as it is, and
// is named in the sentences that it gives. NotFound when there is no such import, or it was more than a month ago; Conflict when it is undone already.
func (p *Pipeline) UndoProgramme(ctx context.Context, id string, who rostrum.Actor) (left []string, err error) {
	if err := who.May(rostrum.Prepare); err != nil {
		return nil, err
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		i, err := tx.LockImport(ctx, id)
		if err != nil {
			return err
		}
		if !i.Undone.IsZero() {
			return rostrum.Errorf(rostrum.Conflict, "That import is undone already; import the file again if you want it back.")
		}
		u := &undoing{p: p, tx: tx, who: who}
		if err := json.Unmarshal([]byte(i.Was), &u.was); err != nil {
			return fmt.Errorf("what was before import %s: %w", id, err)
		}
		if err := u.do(ctx); err != nil {
			return err
		}
		left = u.left
		i.Undone = p.Now()
		if err := tx.PutImport(ctx, i); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who.Name, Action: "undo import", Subject: id, Detail: fmt.Sprintf("%s, %d left as they are", i.Name, len(left))})
	})
	return left, err
}

type undoing struct {
	p    *Pipeline
	tx   *catalogue.Tx
	who  rostrum.Actor
	was  importWas
	left []string
}

func (u *undoing) leave(format string, args ...any) {
	u.left = append(u.left, fmt.Sprintf(format, args...))
}

// do goes back in the opposite order: interventions before the meetings that they belong to.
func (u *undoing) do(ctx context.Context) error {
	if err := u.slots(ctx); err != nil {
		return err
	}
	if err := u.meetings(ctx); err != nil {
		return err
	}
	now, err := knownProgramme(ctx, u.tx, nil)
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error {
			return undoShared(u, u.was.Series, now.Series, func(x rostrum.Series) string { return x.Slug }, func(x rostrum.Series) error { return u.tx.PutSeries(ctx, x) },
				func(k string) error { return u.tx.DeleteSeries(ctx, k) })
		},
		func() error {
			return undoShared(u, u.was.StudyPeriods, now.StudyPeriods, func(x rostrum.StudyPeriod) string { return x.Name }, func(x rostrum.StudyPeriod) error { return u.tx.PutStudyPeriod(ctx, x) },
				func(k string) error { return u.tx.DeleteStudyPeriod(ctx, k) })
		},
		func() error {
			return undoShared(u, u.was.Topics, now.Topics, func(x rostrum.Topic) string { return x.Slug }, func(x rostrum.Topic) error { return u.tx.PutTopic(ctx, x) },
				func(k string) error { return u.tx.DeleteTopic(ctx, k) })
		},
		func() error {
			return undoShared(u, u.was.Organisations, now.Organisations, func(x rostrum.Organisation) string { return x.Slug }, func(x rostrum.Organisation) error { return u.tx.PutOrganisation(ctx, x) },
				func(k string) error { return u.tx.DeleteOrganisation(ctx, k) })
		},
		func() error {
			return undoShared(u, u.was.Persons, now.Persons, func(x rostrum.Person) string { return x.Slug }, func(x rostrum.Person) error { return u.tx.PutPerson(ctx, x) },
				func(k string) error { return u.tx.DeletePerson(ctx, k) })
		},
		func() error {
			return undoShared(u, u.was.Partners, now.Partners, func(x rostrum.Partner) string { return x.Slug }, func(x rostrum.Partner) error { return u.tx.PutPartner(ctx, x) },
				func(k string) error { return u.tx.DeletePartner(ctx, k) })
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func undoShared[T any](u *undoing, was []changedRecord[T], now []T, key func(T) string, put func(T) error, drop func(string) error) error {
	for _, c := range was {
		i := slices.IndexFunc(now, func(x T) bool { return key(x) == key(c.After) })
		if i < 0 || !alike(now[i], c.After) {
			u.leave("%q was changed since the import, and stays as it is.", key(c.After))
			continue
		}
		var err error
		if c.Before != nil {
			err = put(*c.Before)
		} else {
			err = drop(key(c.After))
		}
		if rostrum.ErrorCode(err) == rostrum.Refused {
			u.leave("%s", rostrum.ErrorMessage(err))
		} else if err != nil {
			return err
		}
	}
	return nil
}

// alike compares records as they are stored, where an empty list and none are the same; lists within come back sorted.
func alike[T any](a, b T) bool {
	sorted := func(x T) any {
		data, err := json.Marshal(x)
		var v any
		if err != nil || json.Unmarshal(data, &v) != nil {
			return x
		}
		if m, ok := v.(map[string]any); ok {
			for name, value := range m {
				list, _ := value.([]any)
				slices.SortFunc(list, func(a, b any) int { return slices.Compare([]byte(fmt.Sprint(a)), []byte(fmt.Sprint(b))) })
				if texts, ok := value.(map[string]any); value == nil || list != nil && len(list) == 0 || ok && len(texts) == 0 {
					delete(m, name)
				}
			}
		}
		return v
	}
	return reflect.DeepEqual(sorted(a), sorted(b))
}

func (u *undoing) slots(ctx context.Context) error {
	lists := map[string]*speakersList{}
	for _, c := range slices.Backward(u.was.Slots) {
		l := lists[c.Meeting]
		if l == nil {
			m, err := u.tx.LockMeeting(ctx, c.Meeting)
			if err != nil {
				return err
			}
			if l, err = u.p.openList(ctx, u.tx, m, u.who.Name); err != nil {
				return err
			}
			lists[c.Meeting] = l
		}
		if err := u.slot(ctx, l, c); err != nil {
			return err
		}
	}
	for slug, ids := range u.was.Order {
		l := lists[slug]
		if l == nil {
			m, err := u.tx.LockMeeting(ctx, slug)
			if err != nil {
				return err
			}
			if l, err = u.p.openList(ctx, u.tx, m, u.who.Name); err != nil {
				return err
			}
		}
		ids = slices.DeleteFunc(ids, func(id rostrum.InterventionID) bool { return l.at(id) < 0 })
		if err := l.reorder(ids); err != nil {
			return err
		}
		if err := l.close(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (u *undoing) slot(ctx context.Context, l *speakersList, c changedSlot) error {
	i := l.at(c.ID)
	if c.After == nil { // it was taken away
		if i >= 0 {
			return nil
		}
		x, err := u.tx.PutBackIntervention(ctx, l.m.ID, c.ID)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			u.leave("%q could not be put back.", titleOf(c.Before))
			return nil
		}
		if err != nil {
			return err
		}
		l.rows, l.moved = append(l.rows, x), true
		return l.log(ctx, "plan", string(x.ID), shortened(titleOf(x)))
	}
	if i < 0 {
		return nil
	}
	x, err := u.tx.LockIntervention(ctx, c.ID)
	if err != nil {
		return err
	}
	if now := slotOf(x, 0); !alike(now, *c.After) {
		u.leave("%q was changed since the import, and stays as it is.", titleOf(x))
		return nil
	}
	if c.Before == nil {
		if x.State != rostrum.Planned {
			u.leave("%q is cut by now, and stays.", titleOf(x))
			return nil
		}
		return l.remove(ctx, i)
	}
	b := c.Before
	x.Key, x.AgendaItem, x.Title, x.Titles, x.Speaker, x.Function, x.Functions = b.Key, b.AgendaItem, b.Title, b.Titles, b.Speaker, b.Function, b.Functions
	x.Organisation, x.Abstract, x.Language, x.Topics, x.Starts, x.Length, x.Remarks = b.Organisation, b.Abstract, b.Language, b.Topics, b.Starts, b.Length, b.Remarks
	l.rows[i] = x
	if err := u.tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	if x.Consent.Kind != b.Consent.Kind {
		if err := u.consent(ctx, x, b.Consent); err != nil {
			return err
		}
	}
	return l.log(ctx, "edit", string(x.ID), "an import was undone: "+shortened(titleOf(x)))
}

// consent records again what was recorded before the import, if whoever undoes it may.
func (u *undoing) consent(ctx context.Context, x *rostrum.Intervention, before rostrum.Consent) error {
	if u.who.May(rostrum.Consenting) != nil {
		u.leave("The consent of %q stays as the import recorded it: your role does not allow to record consents.", titleOf(x))
		return nil
	}
	said := ConsentSaid{Kind: before.Kind, Until: before.Until, How: "an import was undone", Document: before.Document}
	if said.Kind == rostrum.ConsentNone {
		said.Kind = rostrum.ConsentPending
	}
	return u.p.recordConsent(ctx, u.tx, x.ID, said, u.who.Name)
}

func (u *undoing) meetings(ctx context.Context) error {
	for _, c := range u.was.Meetings {
		now, err := u.tx.MeetingBySlug(ctx, c.After.Slug)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		now.ID = c.After.ID
		if !alike(agenda.Meeting{Meeting: *now}, agenda.Meeting{Meeting: c.After}) {
			u.leave("The facts of the meeting %s were changed since the import, and stay as they are.", now.Slug)
			continue
		}
		if c.Before != nil {
			if _, err := u.tx.PutMeeting(ctx, c.Before); err != nil {
				return err
			}
			continue
		}
		if err := u.tx.DeleteMeeting(ctx, c.After.Slug); rostrum.ErrorCode(err) == rostrum.Refused {
			u.leave("The meeting %s has recordings or interventions by now, and stays.", c.After.Slug)
		} else if err != nil {
			return err
		}
	}
	return nil
}
