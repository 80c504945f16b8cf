package catalogue

import (
	"context"
	"time"

	"rostrum"
)

func scanRevision(r row) (*rostrum.Revision, error) {
	x, m := &rostrum.Revision{}, rostrum.Manifest{}
	err := r.Scan(&x.Intervention, &x.Number, &x.Span.In, &x.Span.Out, &x.State, &x.Failure, asJSON{&m}, &x.EncodedFrames, asTime{&x.Created})
	if m.Intervention != "" {
		x.Manifest = &m
	}
	return x, err
}

// Revision gives one revision of an intervention; NotFound when there is none.
func (r reader) Revision(ctx context.Context, id rostrum.InterventionID, number int) (*rostrum.Revision, error) {
	return one(ctx, r, "There is no such revision.", scanRevision,
		`SELECT intervention, number, frame_in, frame_out, state, failure, manifest, encoded_frames, created FROM revisions WHERE intervention = $1 AND number = $2`, id, number)
}

// RevisionStates gives the state of the newest revision of each of a recording's interventions, without their manifests.
func (r reader) RevisionStates(ctx context.Context, id rostrum.RecordingID) ([]rostrum.InterventionState, error) {
	return list(ctx, r, func(r row) (s rostrum.InterventionState, err error) { err = r.Scan(&s); return s, err },
		`SELECT v.state FROM interventions i JOIN revisions v ON v.intervention = i.id AND v.number = i.revision WHERE i.recording = $1`, id)
}

// AddRevision adds the next revision, to be rendered.
func (t *Tx) AddRevision(ctx context.Context, id rostrum.InterventionID, number int, s rostrum.Span, now time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO revisions (intervention, number, frame_in, frame_out, state, failure, fence, manifest, encoded_frames, created)
		VALUES ($1, $2, $3, $4, $5, '', 0, '', 0, $6)`, id, number, s.In, s.Out, rostrum.Rendering, instant(now))
	return err
}

// StartRevision begins work on a revision and gives the fence its runner must show at the end.
func (t *Tx) StartRevision(ctx context.Context, id rostrum.InterventionID, number int) (int64, error) {
	return one(ctx, t.reader, "There is no such revision.", func(r row) (fence int64, err error) { err = r.Scan(&fence); return fence, err },
		`UPDATE revisions SET fence = fence + 1 WHERE intervention = $1 AND number = $2 RETURNING fence`, id, number)
}

// FinishRevision records a ready revision; Conflict when a later runner has begun it.
func (t *Tx) FinishRevision(ctx context.Context, fence int64, m *rostrum.Manifest, encoded int64) error {
	n, err := t.exec(ctx, `UPDATE revisions SET state = $4, failure = '', manifest = $5, encoded_frames = $6 WHERE intervention = $1 AND number = $2 AND fence = $3`,
		m.Intervention, m.Revision, fence, rostrum.Ready, encode(m), encoded)
	return fenced(n, err)
}

// FailRevision records why a revision could not be made.
func (t *Tx) FailRevision(ctx context.Context, id rostrum.InterventionID, number int, why string) error {
	_, err := t.exec(ctx, `UPDATE revisions SET state = $3, failure = $4 WHERE intervention = $1 AND number = $2`, id, number, rostrum.InterventionFailed, why)
	return err
}

// MoveRevision gives a revision that is not ready another span.
func (t *Tx) MoveRevision(ctx context.Context, id rostrum.InterventionID, number int, s rostrum.Span) error {
	_, err := t.exec(ctx, `UPDATE revisions SET frame_in = $3, frame_out = $4 WHERE intervention = $1 AND number = $2 AND state = $5`, id, number, s.In, s.Out, rostrum.Rendering)
	return err
}

// ReadyBefore gives the manifest of the newest ready revision under a number; nil when there is none.
func (r reader) ReadyBefore(ctx context.Context, id rostrum.InterventionID, number int) (*rostrum.Manifest, error) {
	found, err := list(ctx, r, scanRevision, `SELECT intervention, number, frame_in, frame_out, state, failure, manifest, encoded_frames, created FROM revisions
		WHERE intervention = $1 AND number < $2 AND state = 'ready' ORDER BY number DESC LIMIT 1`, id, number)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0].Manifest, nil
}
