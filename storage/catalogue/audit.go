package catalogue

import (
	"context"
	"time"
)

// Entry is a line of the audit log: who did what to what, when. Lines are only ever added.
type Entry struct {
	At      time.Time
	Who     string
	Action  string // publish, withdraw, consent …
	Subject string // identity of what was acted on
	Detail  string
}

// Log adds a line to the audit log.
func (t *Tx) Log(ctx context.Context, e Entry) error {
	_, err := t.exec(ctx, `INSERT INTO audit (id, at, who, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`, NewID(), instant(e.At), e.Who, e.Action, e.Subject, e.Detail)
	return err
}

// AuditOf lists the audit log's lines about a subject, oldest first.
func (r reader) AuditOf(ctx context.Context, subject string) ([]Entry, error) {
	return list(ctx, r, func(r row) (e Entry, err error) {
		err = r.Scan(asTime{&e.At}, &e.Who, &e.Action, &e.Subject, &e.Detail)
		return e, err
	}, `SELECT at, who, action, subject, detail FROM audit WHERE subject = $1 ORDER BY at, id`, subject)
}
