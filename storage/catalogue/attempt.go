package catalogue

import (
	"context"
	"time"
)

// Failures says how often something failed in a row, and when last.
type Failures struct {
	Count int
	Last  time.Time
}

// LockFailures gives the failures of a subject that lie after since, and keeps others from counting them until the transaction ends.
func (t *Tx) LockFailures(ctx context.Context, subject string, since time.Time) (Failures, error) {
	if _, err := t.exec(ctx, `INSERT INTO failed_attempts (subject, count, last) VALUES ($1, 0, 0)
		ON CONFLICT (subject) DO UPDATE SET count = failed_attempts.count`, subject); err != nil {
		return Failures{}, err
	}
	f, err := one(ctx, t.reader, "", func(r row) (f Failures, err error) { err = r.Scan(&f.Count, asTime{&f.Last}); return f, err },
		`SELECT count, last FROM failed_attempts WHERE subject = $1`, subject)
	if f.Last.Before(since) {
		f = Failures{}
	}
	return f, err
}

// PutFailures stores what LockFailures gave, changed.
func (t *Tx) PutFailures(ctx context.Context, subject string, f Failures) error {
	_, err := t.exec(ctx, `UPDATE failed_attempts SET count = $1, last = $2 WHERE subject = $3`, f.Count, instant(f.Last), subject)
	return err
}

// ForgetFailures forgets the failures of a subject.
func (t *Tx) ForgetFailures(ctx context.Context, subject string) error {
	_, err := t.exec(ctx, `DELETE FROM failed_attempts WHERE subject = $1`, subject)
	return err
}

// DropFailures forgets all failures before a moment.
func (t *Tx) DropFailures(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM failed_attempts WHERE last < $1`, instant(before))
	return err
}
