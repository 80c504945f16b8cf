package catalogue

import (
	"context"

	"rostrum"
)

// Draft is one number of a recording's draft, with what was cut when it was stored: by that, changes that were made elsewhere since
// are told from changes of the draft.
type Draft struct {
	rostrum.Draft
	Cut map[rostrum.InterventionID]rostrum.Span
}

const draftColumns = `recording, number, cuts, at, who, what, cut`

func scanDraft(r row) (d Draft, err error) {
	err = r.Scan(&d.Recording, &d.Number, asJSON{&d.Rows}, asTime{&d.At}, &d.Who, &d.What, asJSON{&d.Cut})
	return d, err
}

// Draft gives the newest number of a recording's draft; NotFound before the first.
func (r reader) Draft(ctx context.Context, id rostrum.RecordingID) (Draft, error) {
	return one(ctx, r, "The recording has no draft yet.", scanDraft,
		`SELECT `+draftColumns+` FROM drafts WHERE recording = $1 ORDER BY number DESC LIMIT 1`, id)
}

// DraftNumbered gives one number of a recording's draft; NotFound when it is not, or no longer, kept.
func (r reader) DraftNumbered(ctx context.Context, id rostrum.RecordingID, number int) (Draft, error) {
	return one(ctx, r, "This version of the cut list is not kept any more; choose another one of the list.", scanDraft,
		`SELECT `+draftColumns+` FROM drafts WHERE recording = $1 AND number = $2`, id, number)
}

// Drafts lists the numbers that are kept of a recording's draft, newest first.
func (r reader) Drafts(ctx context.Context, id rostrum.RecordingID) ([]Draft, error) {
	return list(ctx, r, scanDraft, `SELECT `+draftColumns+` FROM drafts WHERE recording = $1 ORDER BY number DESC`, id)
}

// AddDraft stores the next number of a recording's draft, and forgets what is older than rostrum.KeptDrafts numbers. The caller holds the
// recording (LockRecording) and has looked which number is next; Conflict when that is taken.
func (t *Tx) AddDraft(ctx context.Context, d Draft) error {
	if d.Rows == nil {
		d.Rows = []rostrum.DraftRow{}
	}
	if d.Cut == nil {
		d.Cut = map[rostrum.InterventionID]rostrum.Span{}
	}
	if _, err := t.exec(ctx, `INSERT INTO drafts (`+draftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.Recording, d.Number, encode(d.Rows), instant(d.At), d.Who, d.What, encode(d.Cut)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM drafts WHERE recording = $1 AND number <= $2`, d.Recording, d.Number-rostrum.KeptDrafts)
	return err
}

// CutCounts counts the interventions of each recording that has any.
func (r reader) CutCounts(ctx context.Context) (map[rostrum.RecordingID]int, error) {
	type count struct {
		id rostrum.RecordingID
		n  int
	}
	all, err := list(ctx, r, func(r row) (c count, err error) { err = r.Scan(&c.id, &c.n); return c, err },
		`SELECT recording, count(*) FROM interventions WHERE recording IS NOT NULL GROUP BY recording`)
	counts := map[rostrum.RecordingID]int{}
	for _, c := range all {
		counts[c.id] = c.n
	}
	return counts, err
}

// DropRevisions forgets all revisions of an intervention that is on no recording any more. Whoever still makes one is overtaken. The
// number in Intervention.Revision stays, so that none is ever given twice.
func (t *Tx) DropRevisions(ctx context.Context, id rostrum.InterventionID) error {
	_, err := t.exec(ctx, `DELETE FROM revisions WHERE intervention = $1`, id)
	return err
}

// Uncut lists the interventions that have been on a recording and are on none any more: what is left of their files may go.
func (r reader) Uncut(ctx context.Context) ([]rostrum.InterventionID, error) {
	return list(ctx, r, func(r row) (id rostrum.InterventionID, err error) { err = r.Scan(&id); return id, err },
		`SELECT id FROM interventions WHERE recording IS NULL AND revision > 0 ORDER BY id`)
}
