package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// RetentionNotice is how long before its end people are told that an intervention's time is over.
const RetentionNotice = 30 * 24 * time.Hour

// retainedUntil is when an intervention is withdrawn because its series keeps it no longer; zero for never.
func retainedUntil(x *rostrum.Intervention, s rostrum.Series) time.Time {
	if s.Retention <= 0 || x.Published.IsZero() {
		return time.Time{}
	}
	return x.Published.AddDate(0, 0, s.Retention)
}

// RetainedUntil is when a published intervention will be withdrawn because its series keeps it no longer; zero for never.
func RetainedUntil(x *rostrum.Intervention, s rostrum.Series) time.Time {
	if x.State != rostrum.Published {
		return time.Time{}
	}
	return retainedUntil(x, s)
}

// Retain withdraws what has been published for longer than its series keeps it, and says how many. It may run anywhere, at any time, and
// at the same time as itself.
func (p *Pipeline) Retain(ctx context.Context) (int, error) {
	series, err := p.Catalogue.SeriesWithRetention(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, s := range series {
		old, err := p.Catalogue.InterventionsPublishedBefore(ctx, s.Slug, p.Now().AddDate(0, 0, -s.Retention))
		if err != nil {
			return n, err
		}
		for _, x := range old {
			withdrawn, err := p.retain(ctx, x.ID)
			if withdrawn {
				n++
			}
			failed = append(failed, err)
		}
	}
	return n, errors.Join(failed...)
}

func (p *Pipeline) retain(ctx context.Context, id rostrum.InterventionID) (withdrawn bool, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		s, err := tx.SeriesOf(ctx, id)
		if err != nil {
			return err
		}
		if end := RetainedUntil(x, s); end.IsZero() || end.After(p.Now()) { // another was faster, or the rule has changed
			return nil
		}
		withdrawn = true
		return p.withdraw(ctx, tx, x, "rostrum", fmt.Sprintf("its series keeps interventions for %d days", s.Retention))
	})
	return withdrawn && err == nil, err
}
