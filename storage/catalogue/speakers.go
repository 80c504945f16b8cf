package catalogue

import (
	"context"
	"time"

	"rostrum"
)

// keptRemoved is how long what was taken off a speakers' list can be put back.
const keptRemoved = 30 * 24 * time.Hour

// removedIntervention is an intervention as it was when it was taken off the list.
type removedIntervention struct {
	Intervention rostrum.Intervention
	Consents     []RecordedConsent
}

// InterventionCounts counts the interventions of each meeting by their state.
func (r reader) InterventionCounts(ctx context.Context) (map[rostrum.MeetingID]map[rostrum.InterventionState]int, error) {
	all := map[rostrum.MeetingID]map[rostrum.InterventionState]int{}
	_, err := list(ctx, r, func(r row) (struct{}, error) {
		var m rostrum.MeetingID
		var s rostrum.InterventionState
		var n int
		err := r.Scan(&m, &s, &n)
		if all[m] == nil {
			all[m] = map[rostrum.InterventionState]int{}
		}
		all[m][s] = n
		return struct{}{}, err
	}, `SELECT meeting, state, COUNT(*) FROM interventions GROUP BY meeting, state`)
	return all, err
}

// LockMeeting holds a meeting until the transaction ends, so that two people who change its list at once do not mix their orders. It gives
// the meeting with its agenda; NotFound when there is none.
func (t *Tx) LockMeeting(ctx context.Context, slug string) (*rostrum.Meeting, error) {
	if _, err := t.exec(ctx, `UPDATE meetings SET slug = slug WHERE slug = $1`, slug); err != nil {
		return nil, err
	}
	return t.MeetingBySlug(ctx, slug)
}

// AddPlanned adds an intervention to the end of its meeting under the identity that it has, with a slug made from want. Conflict when there is one
// of that identity.
func (t *Tx) AddPlanned(ctx context.Context, x *rostrum.Intervention, want string) error {
	taken, err := list(ctx, t.reader, func(r row) (s string, err error) { err = r.Scan(&s); return s, err },
		`SELECT slug FROM interventions WHERE meeting = $1`, x.Meeting)
	if err != nil {
		return err
	}
	x.Position, x.Slug = len(taken)+1, rostrum.FreeSlug(want, len(taken)+1, taken)
	if x.Booths == nil {
		x.Booths = map[string]rostrum.Consent{}
	}
	_, err = t.exec(ctx, `INSERT INTO interventions (id, meeting, slug, position, agenda_item, title, speaker, function, organisation, language,
		topics, frame_in, frame_out, state, failure, revision, published_revision, published, withdrawn, want_publish, notices, accepted)
		VALUES ($1, $2, $3, $4, '', '', '', '', '', '', '[]', 0, 0, '', '', 0, 0, 0, 0, 0, '[]', '[]')`, x.ID, x.Meeting, x.Slug, x.Position)
	if err != nil {
		return err
	}
	return t.PutIntervention(ctx, x)
}

// OrderInterventions puts interventions of a meeting into the order of ids; those that are not named keep their places behind.
func (t *Tx) OrderInterventions(ctx context.Context, meeting rostrum.MeetingID, ids []rostrum.InterventionID) error {
	for i, id := range ids {
		if _, err := t.exec(ctx, `UPDATE interventions SET position = $3 WHERE meeting = $1 AND id = $2 AND position <> $3`, meeting, id, i+1); err != nil {
			return err
		}
	}
	return nil
}

// RemoveIntervention takes an intervention away with all that hangs on it. It can be put back as it was for a month. Whether it may go is for
// the caller to say.
func (t *Tx) RemoveIntervention(ctx context.Context, x *rostrum.Intervention, now time.Time) error {
	consents, err := t.Consents(ctx, x.ID)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM removed_interventions WHERE at < $1`, instant(now.Add(-keptRemoved))); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `INSERT INTO removed_interventions (id, meeting, at, content) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at, content = excluded.content`, x.ID, x.Meeting, instant(now), encode(removedIntervention{*x, consents})); err != nil {
		return err
	}
	_, err = t.exec(ctx, `DELETE FROM interventions WHERE id = $1`, x.ID)
	return err
}

// PutBackIntervention puts an intervention back that was taken away: with its address, unless another has it by now, and the consents that were
// recorded for it. It stands at the end of its meeting. NotFound when it was not taken away, or too long ago.
func (t *Tx) PutBackIntervention(ctx context.Context, meeting rostrum.MeetingID, id rostrum.InterventionID) (*rostrum.Intervention, error) {
	was, err := one(ctx, t.reader, "There is no such intervention to put back.", func(r row) (x removedIntervention, err error) {
		err = r.Scan(asJSON{&x})
		return x, err
	}, `SELECT content FROM removed_interventions WHERE meeting = $1 AND id = $2`, meeting, id)
	if err != nil {
		return nil, err
	}
	x := &was.Intervention
	if err := t.AddPlanned(ctx, x, x.Slug); err != nil {
		return nil, err
	}
	for _, c := range was.Consents {
		if err := t.addConsent(ctx, id, c.Channel, c.Consent); err != nil {
			return nil, err
		}
	}
	_, err = t.exec(ctx, `DELETE FROM removed_interventions WHERE id = $1`, id)
	return x, err
}
