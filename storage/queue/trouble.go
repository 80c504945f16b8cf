package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Trial is how the attempts at a task went.
type Trial struct {
	Kind        string
	Key         string
	State       State
	Attempt     int // begun so far
	MaxAttempts int
	LastError   string    // as Status.LastError
	Ended       time.Time // when it was done or given up; zero while it is not
}

const (
	mostTroubled = 500
	mostTried    = 2000
)

// Troubled lists the tasks that were given up, and those that wait for another attempt or are at it after one that failed: the newest first,
// at most 500.
func (q *Queue) Troubled(ctx context.Context) ([]Trial, error) {
	return q.trials(ctx, `state IN ('cancelled', 'discarded') OR (state IN ('available', 'retryable', 'scheduled') AND attempt >= 1)
		OR (state = 'running' AND attempt >= 2)`, mostTroubled)
}

// Tried lists all tasks about key, and about what is named below it as key/part, that are still known: the newest first, at most 2000.
func (q *Queue) Tried(ctx context.Context, key string) ([]Trial, error) {
	return q.trials(ctx, `args->>'key' = $1 OR args->>'key' LIKE $2`, mostTried, key, key+"/%")
}

func (q *Queue) trials(ctx context.Context, where string, most int, args ...any) ([]Trial, error) {
	lastError, ended := `errors->'$[#-1]'->>'error'`, `CAST(unixepoch(finalized_at) AS INTEGER)`
	if q.dialect == Postgres {
		lastError, ended = `errors[array_upper(errors, 1)]->>'error'`, `floor(extract(epoch FROM finalized_at))::bigint`
	}
	var all []Trial
	err := q.each(ctx, `SELECT args->>'kind', args->>'key', state, attempt, max_attempts, coalesce(`+lastError+`, ''), coalesce(`+ended+`, 0)
		FROM river_job WHERE `+where+` ORDER BY id DESC LIMIT `+fmt.Sprint(most), args, func(rows *sql.Rows) error {
		var t Trial
		var state string
		var seconds int64
		if err := rows.Scan(&t.Kind, &t.Key, &state, &t.Attempt, &t.MaxAttempts, &t.LastError, &seconds); err != nil {
			return err
		}
		if seconds > 0 {
			t.Ended = time.Unix(seconds, 0).UTC()
		}
		t.State, t.Attempt = stateOf(state), min(t.Attempt, t.MaxAttempts)
		all = append(all, t)
		return nil
	})
	return all, err
}

// Paused lists the lanes that an operator has stopped in the console: nothing of them is begun until they are resumed there.
func (q *Queue) Paused(ctx context.Context) ([]Lane, error) {
	var all []Lane
	err := q.each(ctx, `SELECT name FROM river_queue WHERE paused_at IS NOT NULL ORDER BY name`, nil, func(rows *sql.Rows) error {
		var lane Lane
		err := rows.Scan(&lane)
		all = append(all, lane)
		return err
	})
	return all, err
}
