package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const sessionColumns = `s.id, s.account, s.created, s.seen, s.expires, s.address, s.agent`

func sessionFields(s *rostrum.Session) []any {
	return []any{&s.ID, &s.Account, asTime{&s.Created}, asTime{&s.Seen}, asTime{&s.Expires}, &s.Address, &s.Agent}
}

// PutSession adds a session, which its secret opens.
func (t *Tx) PutSession(ctx context.Context, s rostrum.Session, secret string) error {
	_, err := t.exec(ctx, `INSERT INTO sessions (id, account, created, seen, expires, address, agent, secret) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.Account, instant(s.Created), instant(s.Seen), instant(s.Expires), s.Address, s.Agent, digestOf(secret))
	return err
}

// Session gives the session that a secret opens, with its account. Whether it is still good is the caller's to judge: it may be past, and
// the account closed. NotFound when it opens nothing.
func (r reader) Session(ctx context.Context, secret string) (rostrum.Session, *rostrum.Account, error) {
	var s rostrum.Session
	a, err := one(ctx, r, "You are signed out.", func(r row) (*rostrum.Account, error) {
		var a rostrum.Account
		err := r.Scan(append(sessionFields(&s), accountFields(&a)...)...)
		return &a, err
	}, `SELECT `+sessionColumns+`, a.id, a.email, a.name, a.roles, a.language, a.subject, a.created, a.closed
		FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.secret = $1`, digestOf(secret))
	return s, a, err
}

// Sessions lists the sessions of an account, the last used first.
func (r reader) Sessions(ctx context.Context, account rostrum.AccountID) ([]rostrum.Session, error) {
	return list(ctx, r, func(r row) (s rostrum.Session, err error) {
		err = r.Scan(sessionFields(&s)...)
		return s, err
	}, `SELECT `+sessionColumns+` FROM sessions s WHERE s.account = $1 ORDER BY s.seen DESC, s.id`, account)
}

// LastSeen says when each account was last seen in a session that is still kept.
func (r reader) LastSeen(ctx context.Context) (map[rostrum.AccountID]time.Time, error) {
	type seen struct {
		account rostrum.AccountID
		at      time.Time
	}
	all, err := list(ctx, r, func(r row) (s seen, err error) { err = r.Scan(&s.account, asTime{&s.at}); return s, err },
		`SELECT account, MAX(seen) FROM sessions GROUP BY account`)
	by := map[rostrum.AccountID]time.Time{}
	for _, s := range all {
		by[s.account] = s.at
	}
	return by, err
}

// TouchSession notes that a session was seen, and from where.
func (t *Tx) TouchSession(ctx context.Context, id string, at time.Time, address string) error {
	_, err := t.exec(ctx, `UPDATE sessions SET seen = $1, address = $2 WHERE id = $3`, instant(at), address, id)
	return err
}

// EndSession ends one session of an account. NotFound when it has none of that identity.
func (t *Tx) EndSession(ctx context.Context, account rostrum.AccountID, id string) error {
	n, err := t.exec(ctx, `DELETE FROM sessions WHERE account = $1 AND id = $2`, account, id)
	if err == nil && n == 0 {
		return rostrum.Errorf(rostrum.NotFound, "That session has ended already.")
	}
	return err
}

// EndSessions ends the sessions of an account but one, "" for all, and says how many there were.
func (t *Tx) EndSessions(ctx context.Context, account rostrum.AccountID, but string) (int, error) {
	n, err := t.exec(ctx, `DELETE FROM sessions WHERE account = $1 AND id <> $2`, account, but)
	return int(n), err
}

// DropSessions forgets the sessions that are over at now, or were not seen since idle.
func (t *Tx) DropSessions(ctx context.Context, now, idle time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM sessions WHERE expires <= $1 OR seen <= $2`, instant(now), instant(idle))
	return err
}
