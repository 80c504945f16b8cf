package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const interventionSelect = `SELECT i.id, i.meeting, m.slug, COALESCE(i.recording, ''), i.slug, i.position, i.agenda_item, i.title, i.speaker, i.function,
	i.organisation, i.language, i.topics, i.frame_in, i.frame_out, i.state, i.failure, i.revision, i.published_revision, i.published, i.withdrawn,
	i.want_publish, i.notices, i.accepted, i.source_key, i.titles, i.functions, i.abstract, i.starts, i.length_ms, i.unattributable, i.remarks,
	i.publish_at, i.approved, i.approved_by, i.booths,
	COALESCE(c.kind, ''), COALESCE(c.until, 0), COALESCE(c.by_whom, ''), COALESCE(c.how, ''), COALESCE(c.at, 0), COALESCE(c.document, ''),
	COALESCE(c.taken_back, 0)
	FROM interventions i JOIN meetings m ON m.id = i.meeting
	LEFT JOIN consents c ON c.intervention = i.id AND c.channel = ''
		AND c.number = (SELECT MAX(number) FROM consents WHERE intervention = i.id AND channel = '') `

func scanIntervention(r row) (*rostrum.Intervention, error) {
	var x rostrum.Intervention
	var want, unattributable, length, takenBack int64
	err := r.Scan(&x.ID, &x.Meeting, &x.MeetingSlug, &x.Recording, &x.Slug, &x.Position, &x.AgendaItem, &x.Title, &x.Speaker, &x.Function,
		&x.Organisation, &x.Language, asJSON{&x.Topics}, &x.Span.In, &x.Span.Out, &x.State, &x.Failure, &x.Revision, &x.PublishedRevision,
		asTime{&x.Published}, asTime{&x.Withdrawn}, &want, asJSON{&x.Notices}, asJSON{&x.Accepted},
		&x.Key, asJSON{&x.Titles}, asJSON{&x.Functions}, asJSON{&x.Abstract}, asTime{&x.Starts}, &length, &unattributable, &x.Remarks,
		asTime{&x.PublishAt}, &x.Approved, &x.ApprovedBy, asJSON{&x.Booths},
		&x.Consent.Kind, asTime{&x.Consent.Until}, &x.Consent.By, &x.Consent.How, asTime{&x.Consent.At}, asJSON{&x.Consent.Document}, &takenBack)
	x.Consent.TakenBack = takenBack != 0
	x.WantPublish, x.Unattributable, x.Length = want != 0, unattributable != 0, time.Duration(length)*time.Millisecond
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
// It sets ID, Slug and Position; and Booths, for a new one is never heard without the interpreters' consent.
func (t *Tx) AddIntervention(ctx context.Context, x *rostrum.Intervention, want string) error {
	if x.Booths == nil {
		x.Booths = map[string]rostrum.Consent{}
	}
	x.ID = rostrum.InterventionID(NewID())
	var taken []string
	taken, err := list(ctx, t.reader, func(r row) (s string, err error) { err = r.Scan(&s); return s, err },
		`SELECT slug FROM interventions WHERE meeting = $1`, x.Meeting)
	if err != nil {
		return err
	}
	x.Position = len(taken) + 1
	x.Slug = rostrum.FreeSlug(want, x.Position, taken)
	_, err = t.exec(ctx, `INSERT INTO interventions (id, meeting, slug, position, agenda_item, title, speaker, function, organisation, language,
		topics, frame_in, frame_out, state, failure, revision, published_revision, published, withdrawn, want_publish, notices, accepted)
		VALUES ($1, $2, $3, $4, '', '', '', '', '', '', '[]', 0, 0, '', '', 0, 0, 0, 0, 0, '[]', '[]')`, x.ID, x.Meeting, x.Slug, x.Position)
	if err != nil {
		return err
	}
	return t.PutIntervention(ctx, x)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// PutIntervention stores all that may change of an intervention, its recording included: it gets one when it is cut. Its identity and its
// address never change.
func (t *Tx) PutIntervention(ctx context.Context, x *rostrum.Intervention) error {
	recording := any(x.Recording)
	if x.Recording == "" {
		recording = nil
	}
	_, err := t.exec(ctx, `UPDATE interventions SET position = $2, agenda_item = $3, title = $4, speaker = $5, function = $6, organisation = $7,
		language = $8, topics = $9, frame_in = $10, frame_out = $11, state = $12, failure = $13, revision = $14, published_revision = $15,
		published = $16, withdrawn = $17, want_publish = $18, notices = $19, accepted = $20, recording = $21, source_key = $22, titles = $23,
		functions = $24, abstract = $25, starts = $26, length_ms = $27, unattributable = $28, remarks = $29, publish_at = $30, approved = $31,
		approved_by = $32, booths = $33 WHERE id = $1`,
		x.ID, x.Position, x.AgendaItem, x.Title, x.Speaker, x.Function, x.Organisation, x.Language, encode(x.Topics), x.Span.In, x.Span.Out,
		x.State, x.Failure, x.Revision, x.PublishedRevision, instant(x.Published), instant(x.Withdrawn), flag(x.WantPublish), encode(x.Notices),
		encode(x.Accepted), recording, x.Key, encode(x.Titles), encode(x.Functions), encode(x.Abstract), instant(x.Starts), x.Length.Milliseconds(),
		flag(x.Unattributable), x.Remarks, instant(x.PublishAt), x.Approved, x.ApprovedBy, encode(x.Booths))
	return err
}

// LockIntervention does for an intervention what LockRecording does for a recording.
func (t *Tx) LockIntervention(ctx context.Context, id rostrum.InterventionID) (*rostrum.Intervention, error) {
	if _, err := t.exec(ctx, `UPDATE interventions SET state = state WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Intervention(ctx, id)
}
