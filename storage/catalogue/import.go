package catalogue

import (
	"context"
	"time"

	"rostrum"
)

// Import is one import of a programme, with what there was before it, as JSON that whoever imports understands.
type Import struct {
	ID     string
	At     time.Time
	Who    string
	Name   string // of the file
	Was    string
	Undone time.Time // zero: is not
}

// keptImports is how long an import can be undone.
const keptImports = 30 * 24 * time.Hour

// PutImport records an import, or that it was undone, and forgets those of long ago.
func (t *Tx) PutImport(ctx context.Context, i Import) error {
	if _, err := t.exec(ctx, `DELETE FROM imports WHERE at < $1`, instant(i.At.Add(-keptImports))); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO imports (id, at, who, name, was, undone) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET undone = excluded.undone`, i.ID, instant(i.At), i.Who, i.Name, i.Was, instant(i.Undone))
	return err
}

// Import gives an import; NotFound when there is none, or when it was too long ago.
func (r reader) Import(ctx context.Context, id string) (Import, error) {
	return one(ctx, r, "There is no such import, or it was too long ago.", func(r row) (i Import, err error) {
		err = r.Scan(&i.ID, asTime{&i.At}, &i.Who, &i.Name, &i.Was, asTime{&i.Undone})
		return i, err
	}, `SELECT id, at, who, name, was, undone FROM imports WHERE id = $1`, id)
}

// LockImport does for an import what LockIntervention does for an intervention, so that it is undone once.
func (t *Tx) LockImport(ctx context.Context, id string) (Import, error) {
	if _, err := t.exec(ctx, `UPDATE imports SET undone = undone WHERE id = $1`, id); err != nil {
		return Import{}, err
	}
	return t.Import(ctx, id)
}

// DeleteMeeting forgets a meeting that has neither interventions nor recordings; of another one it is Refused.
func (t *Tx) DeleteMeeting(ctx context.Context, slug string) error {
	n, err := t.exec(ctx, `DELETE FROM meetings WHERE slug = $1 AND id NOT IN (SELECT meeting FROM interventions) AND id NOT IN (SELECT meeting FROM recordings)`, slug)
	if err == nil && n == 0 {
		return rostrum.Errorf(rostrum.Refused, "The meeting has recordings or interventions, so it stays; take those away first.")
	}
	return err
}

// DeleteSeries forgets a series. Its meetings stay, under a name that is no series.
func (t *Tx) DeleteSeries(ctx context.Context, slug string) error {
	return t.delete(ctx, "series", "slug", slug)
}

// DeleteStudyPeriod forgets a study period.
func (t *Tx) DeleteStudyPeriod(ctx context.Context, name string) error {
	return t.delete(ctx, "study_periods", "name", name)
}

// DeleteTopic forgets a topic. Interventions go on naming it.
func (t *Tx) DeleteTopic(ctx context.Context, slug string) error {
	return t.delete(ctx, "topics", "slug", slug)
}

// DeleteOrganisation forgets an organisation. Interventions go on naming it.
func (t *Tx) DeleteOrganisation(ctx context.Context, slug string) error {
	return t.delete(ctx, "organisations", "slug", slug)
}

// DeletePerson forgets a person. Interventions go on naming them.
func (t *Tx) DeletePerson(ctx context.Context, slug string) error {
	return t.delete(ctx, "persons", "slug", slug)
}

// DeletePartner forgets a partner to whom no link was ever given; of another one it is Refused.
func (t *Tx) DeletePartner(ctx context.Context, slug string) error {
	n, err := t.exec(ctx, `DELETE FROM partners WHERE slug = $1 AND slug NOT IN (SELECT partner FROM shares)`, slug)
	if err == nil && n == 0 {
		return rostrum.Errorf(rostrum.Refused, "The partner has links to interventions, so it stays; revoke those first.")
	}
	return err
}

// delete forgets one record. The names are of this package, never from outside.
func (t *Tx) delete(ctx context.Context, table, column, key string) error {
	_, err := t.exec(ctx, `DELETE FROM `+table+` WHERE `+column+` = $1`, key)
	return err
}
