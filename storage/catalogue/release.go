package catalogue

import (
	"context"
	"time"

	"rostrum"
)

// InterventionsDue lists the interventions that are to be published by now, the earliest first.
func (r reader) InterventionsDue(ctx context.Context, now time.Time) ([]*rostrum.Intervention, error) {
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE i.publish_at > 0 AND i.publish_at <= $1 ORDER BY i.publish_at, i.id`, instant(now))
}

// InterventionsPublishedBefore lists what is published of a series' meetings since before an instant, the oldest first.
func (r reader) InterventionsPublishedBefore(ctx context.Context, series string, before time.Time) ([]*rostrum.Intervention, error) {
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE m.series = $1 AND i.state = $2 AND i.published > 0 AND i.published <= $3
		ORDER BY i.published, i.id`, series, rostrum.Published, instant(before))
}

// SeriesOf gives the series of an intervention's meeting; the zero Series when it belongs to none.
func (r reader) SeriesOf(ctx context.Context, id rostrum.InterventionID) (rostrum.Series, error) {
	found, err := list(ctx, r, scanRules, `SELECT s.slug, s.title, s.second_person, s.retention_days FROM interventions i
		JOIN meetings m ON m.id = i.meeting JOIN series s ON s.slug = m.series WHERE i.id = $1`, id)
	if err != nil || len(found) == 0 {
		return rostrum.Series{}, err
	}
	return found[0], nil
}

// SeriesWithRetention lists the series whose interventions stay published for a limited time, by slug.
func (r reader) SeriesWithRetention(ctx context.Context) ([]rostrum.Series, error) {
	return list(ctx, r, scanRules, `SELECT slug, title, second_person, retention_days FROM series WHERE retention_days > 0 ORDER BY slug`)
}

func scanRules(r row) (s rostrum.Series, err error) {
	var second int64
	err = r.Scan(&s.Slug, asJSON{&s.Title}, &second, &s.Retention)
	s.SecondPerson = second != 0
	return s, err
}
