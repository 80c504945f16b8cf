package catalogue

import (
	"context"

	"rostrum"
)

// AllSeries lists the series by slug.
func (r reader) AllSeries(ctx context.Context) ([]rostrum.Series, error) {
	return list(ctx, r, scanRules, `SELECT slug, title, second_person, retention_days FROM series ORDER BY slug`)
}

// StudyPeriods lists the study periods, the newest first.
func (r reader) StudyPeriods(ctx context.Context) ([]rostrum.StudyPeriod, error) {
	return list(ctx, r, func(r row) (p rostrum.StudyPeriod, err error) {
		err = r.Scan(&p.Name, &p.Starts, &p.Ends)
		return p, err
	}, `SELECT name, starts, ends FROM study_periods ORDER BY starts DESC`)
}
