package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const lockColumns = `subject, holder, account, name, since, seen`

func scanLock(r row) (l rostrum.Lock, err error) {
	err = r.Scan(&l.Subject, &l.Holder, &l.Account, &l.Name, asTime{&l.Since}, asTime{&l.Seen})
	return l, err
}

// lockAlive is the instant at which a lock must have been seen last to be alive.
func lockAlive(now time.Time) int64 { return instant(now.Add(-rostrum.LockLives)) }

// Lock gives the lock on a subject that is alive; NotFound when nobody holds it.
func (r reader) Lock(ctx context.Context, subject string, now time.Time) (rostrum.Lock, error) {
	return one(ctx, r, "Nobody is changing this.", scanLock, `SELECT `+lockColumns+` FROM locks WHERE subject = $1 AND seen >= $2`, subject, lockAlive(now))
}

// Locks lists all locks that are alive, by subject.
func (r reader) Locks(ctx context.Context, now time.Time) ([]rostrum.Lock, error) {
	return list(ctx, r, scanLock, `SELECT `+lockColumns+` FROM locks WHERE seen >= $1 ORDER BY subject`, lockAlive(now))
}

// TakeLock gives the lock on l.Subject to l.Holder, seen at l.Seen, unless another holder has it and is alive; with force even then. It says
// whether the lock is l.Holder's now. Since stays while its holder does.
func (t *Tx) TakeLock(ctx context.Context, l rostrum.Lock, force bool) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO locks (`+lockColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (subject) DO UPDATE SET holder = excluded.holder, account = excluded.account, name = excluded.name,
			since = CASE WHEN locks.holder = excluded.holder AND locks.seen >= $7 THEN locks.since ELSE excluded.since END, seen = excluded.seen
		WHERE locks.holder = excluded.holder OR locks.seen < $7 OR $8 = 1`,
		l.Subject, l.Holder, l.Account, l.Name, instant(l.Since), instant(l.Seen), lockAlive(l.Seen), flag(force))
	return n == 1, err
}

// DropLock ends a lock if that holder has it. Dropping what is not held does nothing.
func (t *Tx) DropLock(ctx context.Context, subject, holder string) error {
	_, err := t.exec(ctx, `DELETE FROM locks WHERE subject = $1 AND holder = $2`, subject, holder)
	return err
}
