package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const interventionSelect = `SELECT i.id, i.meeting, m.slug, i.recording, i.slug, i.position, i.agenda_item, i.title, i.speaker, i.function,
	i.organisation, i.language, i.topics, i.frame_in, i.frame_out, i.state, i.failure, i.revision, i.published_revision, i.published, i.withdrawn,
	i.want_publish, i.notices, i.accepted, COALESCE(c.kind, ''), COALESCE(c.until, 0), COALESCE(c.by_whom, ''), COALESCE(c.how, ''), COALESCE(c.at, 0)
	FROM interventions i JOIN meetings m ON m.id = i.meeting
	LEFT JOIN consents c ON c.intervention = i.id AND c.number = (SELECT MAX(number) FROM consents WHERE intervention = i.id) `

func scanIntervention(r row) (*rostrum.Intervention, error) {
	var x rostrum.Intervention
	var want int64
	err := r.Scan(&x.ID, &x.Meeting, &x.MeetingSlug, &x.Recording, &x.Slug, &x.Position, &x.AgendaItem, &x.Title, &x.Speaker, &x.Function,
		&x.Organisation, &x.Language, asJSON{&x.Topics}, &x.Span.In, &x.Span.Out, &x.State, &x.Failure, &x.Revision, &x.PublishedRevision,
		asTime{&x.Published}, asTime{&x.Withdrawn}, &want, asJSON{&x.Notices}, asJSON{&x.Accepted},
		&x.Consent.Kind, asTime{&x.Consent.Until}, &x.Consent.By, &x.Consent.How, asTime{&x.Consent.At})
	x.WantPublish = want != 0
	return &x, err
}

// Intervention gives an intervention with the consent in force; NotFound when there is none.
func (r reader) Intervention(ctx context.Context, id rostrum.InterventionID) (*rostrum.Intervention, error) {
	return one(ctx, r, "There is no such intervention.", scanIntervention, interventionSelect+`WHERE i.id = $1`, id)
}

// InterventionAt gives the intervention at an address; NotFound when there is none.
func (r reader) InterventionAt(ctx context.Context, meeting, slug string) (*rostrum.Intervention, error) {
	return one(ctx, r, "There is no such intervention.", scanIntervention, interventionSelect+`WHERE m.slug = $1 AND i.slug = $2`, meeting, slug)
}

// InterventionsOfMeeting lists a meeting's interventions in their order.
func (r reader) InterventionsOfMeeting(ctx context.Context, id rostrum.MeetingID) ([]*rostrum.Intervention, error) {
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE i.meeting = $1 ORDER BY i.position, i.id`, id)
}

// InterventionsOfRecording lists a recording's interventions in the order of their in points.
func (r reader) InterventionsOfRecording(ctx context.Context, id rostrum.RecordingID) ([]*rostrum.Intervention, error) {
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE i.recording = $1 ORDER BY i.frame_in, i.id`, id)
}

// AddIntervention adds an intervention at the end of its meeting, with a slug of its own in the meeting made from want.
// It sets ID, Slug and Position.
func (t *Tx) AddIntervention(ctx context.Context, x *rostrum.Intervention, want string) error {
	x.ID = rostrum.InterventionID(NewID())
	var taken []string
	taken, err := list(ctx, t.reader, func(r row) (s string, err error) { err = r.Scan(&s); return s, err },
		`SELECT slug FROM interventions WHERE meeting = $1`, x.Meeting)
	if err != nil {
		return err
	}
	x.Position = len(taken) + 1
	x.Slug = rostrum.FreeSlug(want, x.Position, taken)
	_, err = t.exec(ctx, `INSERT INTO interventions (id, meeting, recording, slug, position, agenda_item, title, speaker, function, organisation, language,
		topics, frame_in, frame_out, state, failure, revision, published_revision, published, withdrawn, want_publish, notices, accepted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		x.ID, x.Meeting, x.Recording, x.Slug, x.Position, x.AgendaItem, x.Title, x.Speaker, x.Function, x.Organisation, x.Language, encode(x.Topics),
		x.Span.In, x.Span.Out, x.State, x.Failure, x.Revision, x.PublishedRevision, instant(x.Published), instant(x.Withdrawn), flag(x.WantPublish), encode(x.Notices), encode(x.Accepted))
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// PutIntervention stores all that may change of an intervention. Its identity and its address never change.
func (t *Tx) PutIntervention(ctx context.Context, x *rostrum.Intervention) error {
	_, err := t.exec(ctx, `UPDATE interventions SET position = $2, agenda_item = $3, title = $4, speaker = $5, function = $6, organisation = $7,
		language = $8, topics = $9, frame_in = $10, frame_out = $11, state = $12, failure = $13, revision = $14, published_revision = $15,
		published = $16, withdrawn = $17, want_publish = $18, notices = $19, accepted = $20 WHERE id = $1`,
		x.ID, x.Position, x.AgendaItem, x.Title, x.Speaker, x.Function, x.Organisation, x.Language, encode(x.Topics), x.Span.In, x.Span.Out,
		x.State, x.Failure, x.Revision, x.PublishedRevision, instant(x.Published), instant(x.Withdrawn), flag(x.WantPublish), encode(x.Notices), encode(x.Accepted))
	return err
}

// AddConsent records what the speaker allows from now on. Earlier consents stay on record.
func (t *Tx) AddConsent(ctx context.Context, id rostrum.InterventionID, c rostrum.Consent) error {
	_, err := t.exec(ctx, `INSERT INTO consents (intervention, number, kind, until, by_whom, how, at)
		SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 FROM consents WHERE intervention = $1`,
		id, c.Kind, instant(c.Until), c.By, c.How, instant(c.At))
	return err
}

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

// Entry is a line of the audit log: who did what to what, when. Lines are only ever added.
type Entry struct {
	At      time.Time
	Who     string
	Action  string // publish, withdraw, consent …
	Subject string // identity of what was acted on
	Detail  string
}

// Log adds a line to the audit log.
func (t *Tx) Log(ctx context.Context, e Entry) error {
	_, err := t.exec(ctx, `INSERT INTO audit (id, at, who, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`, NewID(), instant(e.At), e.Who, e.Action, e.Subject, e.Detail)
	return err
}

// AuditOf lists the audit log's lines about a subject, oldest first.
func (r reader) AuditOf(ctx context.Context, subject string) ([]Entry, error) {
	return list(ctx, r, func(r row) (e Entry, err error) {
		err = r.Scan(asTime{&e.At}, &e.Who, &e.Action, &e.Subject, &e.Detail)
		return e, err
	}, `SELECT at, who, action, subject, detail FROM audit WHERE subject = $1 ORDER BY at, id`, subject)
}

// LockIntervention does for an intervention what LockRecording does for a recording.
func (t *Tx) LockIntervention(ctx context.Context, id rostrum.InterventionID) (*rostrum.Intervention, error) {
	if _, err := t.exec(ctx, `UPDATE interventions SET state = state WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Intervention(ctx, id)
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
