package queue

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// raiseAtOnce bounds the parameters of one statement.
const raiseAtOnce = 200

// Raise gives those tasks of a kind and of any of the keys that wait with a lower priority this one, from 1, first, to 4, within the caller's
// transaction. What runs, or is not there, is left alone.
func (q *Queue) Raise(ctx context.Context, tx *sql.Tx, priority int, kind string, keys ...string) error {
	for ; len(keys) > 0; keys = keys[min(len(keys), raiseAtOnce):] {
		some := keys[:min(len(keys), raiseAtOnce)]
		args, places := []any{priority, kind}, make([]string, len(some))
		for i, key := range some {
			args, places[i] = append(args, key), fmt.Sprintf("$%d", i+3)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE river_job SET priority = $1 WHERE priority > $1 AND args->>'kind' = $2
			AND args->>'key' IN (`+strings.Join(places, ", ")+`) AND state IN ('available', 'pending', 'retryable', 'scheduled')`, args...); err != nil {
			return fmt.Errorf("queue: raising tasks: %w", err)
		}
	}
	return nil
}
