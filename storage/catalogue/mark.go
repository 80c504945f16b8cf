package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const markColumns = `id, meeting, intervention, speaker, is_end, at, unsure_ms, who, deleted`

func scanMark(r row) (m rostrum.Mark, err error) {
	var end, unsure, deleted int64
	err = r.Scan(&m.ID, &m.Meeting, &m.Intervention, &m.Speaker, &end, asTime{&m.At}, &unsure, &m.Who, &deleted)
	m.End, m.Unsure, m.Deleted = end != 0, time.Duration(unsure)*time.Millisecond, deleted != 0
	return m, err
}

// Mark gives a mark, be it deleted or not; NotFound when there is none.
func (r reader) Mark(ctx context.Context, id string) (rostrum.Mark, error) {
	return one(ctx, r, "There is no such mark.", scanMark, `SELECT `+markColumns+` FROM marks WHERE id = $1`, id)
}

// Marks lists a meeting's marks in the order of their times, those that were deleted included.
func (r reader) Marks(ctx context.Context, meeting rostrum.MeetingID) ([]rostrum.Mark, error) {
	return list(ctx, r, scanMark, `SELECT `+markColumns+` FROM marks WHERE meeting = $1 ORDER BY at, id`, meeting)
}

// PutMark adds a mark, or stores all that may change of it: who marked it, and for which meeting, stay.
func (t *Tx) PutMark(ctx context.Context, m rostrum.Mark) error {
	_, err := t.exec(ctx, `INSERT INTO marks (`+markColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET intervention = excluded.intervention, speaker = excluded.speaker, is_end = excluded.is_end, at = excluded.at,
			unsure_ms = excluded.unsure_ms, deleted = excluded.deleted`,
		m.ID, m.Meeting, m.Intervention, m.Speaker, flag(m.End), instant(m.At), m.Unsure.Milliseconds(), m.Who, flag(m.Deleted))
	return err
}
