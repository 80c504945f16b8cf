package catalogue

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// AuditFilter chooses lines of the audit log. What is empty chooses all.
type AuditFilter struct {
	Who     string
	Action  string
	Subject string    // identity
	From    time.Time // inclusive
	To      time.Time // exclusive
	Text    string    // stands in the detail, the action, the subject or the name of who did it; small and capital letters are the same
}

// AuditLine is a line of the audit log as it is looked at.
type AuditLine struct {
	ID string
	Entry
	Kind string // of the subject, as far as it is known: "meeting", "recording", "intervention", "account"; ""
	Name string // of the subject, where Kind is known; a meeting's in several languages is in Title
	// Slug is the meeting's.
	Slug  string
	Title rostrum.Texts
}

// AuditPage gives lines of the audit log, the newest first, at most limit (1 to 1000). The cursor is where the page before it ended, "" for the
// first page; next is "" when there are no more. Invalid for a cursor that is none.
func (r reader) AuditPage(ctx context.Context, f AuditFilter, cursor string, limit int) (lines []AuditLine, next string, err error) {
	limit = min(max(limit, 1), 1000)
	var where []string
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	for _, c := range []struct{ column, value string }{{"a.who", f.Who}, {"a.action", f.Action}, {"a.subject", f.Subject}} {
		if c.value != "" {
			where = append(where, c.column+" = "+arg(c.value))
		}
	}
	if !f.From.IsZero() {
		where = append(where, "a.at >= "+arg(instant(f.From)))
	}
	if !f.To.IsZero() {
		where = append(where, "a.at < "+arg(instant(f.To)))
	}
	if f.Text != "" {
		like := arg("%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(f.Text)) + "%")
		var any []string
		for _, column := range []string{"a.detail", "a.action", "a.subject", "a.who", "i.title", "r.name", "p.name"} {
			any = append(any, "lower("+column+") LIKE "+like+" ESCAPE '!'")
		}
		where = append(where, "("+strings.Join(any, " OR ")+")")
	}
	if cursor != "" {
		at, id, ok := strings.Cut(cursor, "-")
		ms, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil || id == "" {
			return nil, "", rostrum.Errorf(rostrum.Invalid, "That is no page of the audit log; begin with the first one again.")
		}
		where = append(where, "(a.at < "+arg(ms)+" OR a.at = "+arg(ms)+" AND a.id < "+arg(id)+")")
	}
	query := `SELECT a.id, a.at, a.who, a.action, a.subject, a.detail, COALESCE(i.title, r.name, p.name, ''),
			CASE WHEN i.id IS NOT NULL THEN 'intervention' WHEN r.id IS NOT NULL THEN 'recording' WHEN p.id IS NOT NULL THEN 'account'
				WHEN m.id IS NOT NULL THEN 'meeting' ELSE '' END, COALESCE(m.slug, ''), COALESCE(m.title, '')
		FROM audit a LEFT JOIN interventions i ON i.id = a.subject LEFT JOIN recordings r ON r.id = a.subject
			LEFT JOIN accounts p ON p.id = a.subject LEFT JOIN meetings m ON m.id = a.subject OR m.slug = a.subject`
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY a.at DESC, a.id DESC LIMIT " + arg(limit+1)
	lines, err = list(ctx, r, func(r row) (l AuditLine, err error) {
		err = r.Scan(&l.ID, asTime{&l.At}, &l.Who, &l.Action, &l.Subject, &l.Detail, &l.Name, &l.Kind, &l.Slug, asJSON{&l.Title})
		return l, err
	}, query, args...)
	if len(lines) > limit {
		lines = lines[:limit]
		last := lines[limit-1]
		next = fmt.Sprintf("%d-%s", instant(last.At), last.ID)
	}
	return lines, next, err
}

// AuditWords lists who has done anything, and what has been done: what a filter can offer. At most 500 of each.
func (r reader) AuditWords(ctx context.Context) (who, actions []string, err error) {
	word := func(r row) (s string, err error) { err = r.Scan(&s); return s, err }
	if who, err = list(ctx, r, word, `SELECT DISTINCT who FROM audit ORDER BY who LIMIT 500`); err != nil {
		return nil, nil, err
	}
	actions, err = list(ctx, r, word, `SELECT DISTINCT action FROM audit ORDER BY action LIMIT 500`)
	return who, actions, err
}
