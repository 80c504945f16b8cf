package catalogue

import (
	"context"
	"time"

	"rostrum"
)

// Notification is something that a person should hear at the next visit.
type Notification struct {
	ID   string
	At   time.Time
	Text string
	Seen time.Time // zero: not yet
}

// Notify tells somebody something, in one sentence. Nothing is told to an account that does not exist.
func (t *Tx) Notify(ctx context.Context, account rostrum.AccountID, at time.Time, text string) error {
	_, err := t.exec(ctx, `INSERT INTO notifications (id, account, at, text, seen) SELECT $1, id, $2, $3, 0 FROM accounts WHERE id = $4`, NewID(), instant(at), text, account)
	return err
}

// Notifications lists what an account was told and has not seen, the newest first, at most 100.
func (r reader) Notifications(ctx context.Context, account rostrum.AccountID) ([]Notification, error) {
	return list(ctx, r, func(r row) (n Notification, err error) {
		err = r.Scan(&n.ID, asTime{&n.At}, &n.Text, asTime{&n.Seen})
		return n, err
	}, `SELECT id, at, text, seen FROM notifications WHERE account = $1 AND seen = 0 ORDER BY at DESC, id LIMIT 100`, account)
}

// Unseen says how many notifications an account has not seen.
func (r reader) Unseen(ctx context.Context, account rostrum.AccountID) (int, error) {
	return one(ctx, r, "", func(r row) (n int, err error) { err = r.Scan(&n); return n, err }, `SELECT COUNT(*) FROM notifications WHERE account = $1 AND seen = 0`, account)
}

// SeeNotifications notes that an account has seen what it was told until a moment.
func (t *Tx) SeeNotifications(ctx context.Context, account rostrum.AccountID, until, now time.Time) error {
	_, err := t.exec(ctx, `UPDATE notifications SET seen = $1 WHERE account = $2 AND seen = 0 AND at <= $3`, instant(now), account, instant(until))
	return err
}
