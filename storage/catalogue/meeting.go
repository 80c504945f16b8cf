package catalogue

import (
	"context"

	"rostrum"
)

const meetingColumns = `id, slug, series, kind, title, intro, place, country, starts, ends, time_zone`

func scanMeeting(r row) (m rostrum.Meeting, err error) {
	err = r.Scan(&m.ID, &m.Slug, &m.Series, &m.Kind, asJSON{&m.Title}, asJSON{&m.Intro}, &m.Place, &m.Country, &m.Starts, &m.Ends, &m.TimeZone)
	return m, err
}

// MeetingBySlug gives a meeting with its agenda; NotFound when there is none.
func (r reader) MeetingBySlug(ctx context.Context, slug string) (*rostrum.Meeting, error) {
	m, err := one(ctx, r, "There is no such meeting.", scanMeeting, `SELECT `+meetingColumns+` FROM meetings WHERE slug = $1`, slug)
	if err != nil {
		return nil, err
	}
	m.Agenda, err = list(ctx, r, func(r row) (a rostrum.AgendaItem, err error) {
		err = r.Scan(&a.Number, asJSON{&a.Title})
		return a, err
	}, `SELECT number, title FROM agenda_items WHERE meeting = $1 ORDER BY position`, m.ID)
	return &m, err
}

// Meetings lists all meetings, newest first, without their agendas.
func (r reader) Meetings(ctx context.Context) ([]rostrum.Meeting, error) {
	return list(ctx, r, scanMeeting, `SELECT `+meetingColumns+` FROM meetings ORDER BY starts DESC, slug`)
}

// PutMeeting adds a meeting or changes the one of the same slug, agenda included. It gives its identity.
func (t *Tx) PutMeeting(ctx context.Context, m *rostrum.Meeting) (rostrum.MeetingID, error) {
	if err := rostrum.CheckSlug(m.Slug); err != nil {
		return "", err
	}
	numbers := map[string]bool{}
	for _, a := range m.Agenda {
		if numbers[a.Number] {
			return "", rostrum.Errorf(rostrum.Invalid, "The agenda has two items with the number %q; give each its own.", a.Number)
		}
		numbers[a.Number] = true
	}
	var id rostrum.MeetingID
	err := t.tx.QueryRowContext(ctx, `INSERT INTO meetings (`+meetingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (slug) DO UPDATE SET series = excluded.series, kind = excluded.kind, title = excluded.title, intro = excluded.intro,
			place = excluded.place, country = excluded.country, starts = excluded.starts, ends = excluded.ends, time_zone = excluded.time_zone
		RETURNING id`,
		NewID(), m.Slug, m.Series, m.Kind, encode(m.Title), encode(m.Intro), m.Place, m.Country, m.Starts, m.Ends, m.TimeZone).Scan(&id)
	if err != nil {
		return "", err
	}
	if _, err := t.exec(ctx, `DELETE FROM agenda_items WHERE meeting = $1`, id); err != nil {
		return "", err
	}
	for i, a := range m.Agenda {
		if _, err := t.exec(ctx, `INSERT INTO agenda_items (meeting, number, position, title) VALUES ($1, $2, $3, $4)`, id, a.Number, i, encode(a.Title)); err != nil {
			return "", err
		}
	}
	return id, nil
}

// PutSeries adds or changes a series.
func (t *Tx) PutSeries(ctx context.Context, s rostrum.Series) error {
	_, err := t.exec(ctx, `INSERT INTO series (slug, title, second_person, retention_days) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO UPDATE
		SET title = excluded.title, second_person = excluded.second_person, retention_days = excluded.retention_days`,
		s.Slug, encode(s.Title), flag(s.SecondPerson), s.Retention)
	return err
}

// PutStudyPeriod adds or changes a study period.
func (t *Tx) PutStudyPeriod(ctx context.Context, p rostrum.StudyPeriod) error {
	_, err := t.exec(ctx, `INSERT INTO study_periods (name, starts, ends) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET starts = excluded.starts, ends = excluded.ends`, p.Name, p.Starts, p.Ends)
	return err
}

// StudyPeriodOn gives the study period that a day falls into; NotFound when none is recorded.
func (r reader) StudyPeriodOn(ctx context.Context, day rostrum.Date) (rostrum.StudyPeriod, error) {
	return one(ctx, r, "No study period is recorded for that day.", func(r row) (p rostrum.StudyPeriod, err error) {
		err = r.Scan(&p.Name, &p.Starts, &p.Ends)
		return p, err
	}, `SELECT name, starts, ends FROM study_periods WHERE starts <= $1 AND (ends = '' OR ends >= $1) ORDER BY starts DESC LIMIT 1`, day)
}
