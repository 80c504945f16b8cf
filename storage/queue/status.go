package queue

import (
	"context"
	"database/sql"
	"fmt"
)

// State is how a task stands.
type State string

// The states.
const (
	Waiting State = "waiting" // for a worker, or for the time of its next attempt
	Running State = "running"
	Done    State = "done"   // kept for a day
	Failed  State = "failed" // given up; kept for seven days
)

// stateOf translates River's states; those of the future are waits too.
func stateOf(river string) State {
	switch river {
	case "running":
		return Running
	case "completed":
		return Done
	case "cancelled", "discarded":
		return Failed
	}
	return Waiting
}

// Status is how one task stands.
type Status struct {
	ID          int64
	Kind        string
	Key         string
	Args        []byte // JSON
	Lane        Lane
	State       State
	Attempt     int // begun so far; 0 before the first
	MaxAttempts int
	// LastError is the newest error, for the log and the operator: it may name paths and
	// libraries. "" if no attempt has failed.
	LastError string
}

// Counts gives the number of tasks by lane and state. What is absent is 0.
func (q *Queue) Counts(ctx context.Context) (map[Lane]map[State]int, error) {
	counts := map[Lane]map[State]int{Encode: {}, Render: {}}
	err := q.each(ctx, `SELECT queue, state, count(*) FROM river_job GROUP BY queue, state`, nil, func(rows *sql.Rows) error {
		var lane Lane
		var state string
		var n int
		if err := rows.Scan(&lane, &state, &n); err != nil {
			return err
		}
		if counts[lane] == nil {
			counts[lane] = map[State]int{}
		}
		counts[lane][stateOf(state)] += n
		return nil
	})
	return counts, err
}

// About gives all tasks about key that are still known, the newest first.
func (q *Queue) About(ctx context.Context, key string) ([]Status, error) {
	lastError := `errors->'$[#-1]'->>'error'`
	if q.dialect == Postgres {
		lastError = `errors[array_upper(errors, 1)]->>'error'`
	}
	var all []Status
	err := q.each(ctx, `SELECT id, args->>'kind', args->>'key', coalesce(args->'args', 'null'), queue, state, attempt, max_attempts,
		coalesce(`+lastError+`, '') FROM river_job WHERE args->>'key' = $1 ORDER BY id DESC`, []any{key}, func(rows *sql.Rows) error {
		var s Status
		var state string
		if err := rows.Scan(&s.ID, &s.Kind, &s.Key, &s.Args, &s.Lane, &state, &s.Attempt, &s.MaxAttempts, &s.LastError); err != nil {
			return err
		}
		s.State = stateOf(state)
		s.Attempt = min(s.Attempt, s.MaxAttempts) // one more is counted when a lost task is given up
		all = append(all, s)
		return nil
	})
	return all, err
}

// Pending says whether a task about key waits or runs.
func (q *Queue) Pending(ctx context.Context, key string) (bool, error) {
	return q.exists(ctx, unfinished+` AND args->>'key' = $1`, key)
}

// Idle says whether nothing waits or runs, about whatever key.
func (q *Queue) Idle(ctx context.Context) (bool, error) {
	busy, err := q.exists(ctx, unfinished)
	return !busy, err
}

const unfinished = `SELECT 1 FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')`

func (q *Queue) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var yes bool
	if err := q.db.QueryRowContext(ctx, `SELECT EXISTS (`+query+`)`, args...).Scan(&yes); err != nil {
		return false, fmt.Errorf("queue: reading tasks: %w", err)
	}
	return yes, nil
}

func (q *Queue) each(ctx context.Context, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := q.db.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("queue: reading tasks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("queue: reading tasks: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("queue: reading tasks: %w", err)
	}
	return nil
}
