package queue

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/riverqueue/river"
)

// Lane is a line of tasks with workers of its own, so that the long ones never hold up the
// short ones.
type Lane string

// The lanes.
const (
	Encode Lane = "encode" // the chunks of the ladder: long, many, in no hurry
	Render Lane = "render" // everything short that a person waits for
)

func (l Lane) known() bool { return l == Encode || l == Render }

const (
	defaultMaxAttempts = 5
	mostAttempts       = 100 // about 16 hours of trying
)

// Task is something to do.
type Task struct {
	Kind string // who does it: the name given to Handle
	Key  string // what it is about: the ID of a recording, for instance
	Args any    // what the handler needs beyond Key, kept as JSON; nil is null
	Lane Lane

	// Priority orders the waiting tasks of a lane from 1, first, to 4, last; among equals the
	// oldest goes first. 0 means 1.
	Priority int

	// MaxAttempts is how often the task is tried before it is given up, at most 100. 0
	// means 5.
	MaxAttempts int

	// Unique makes adding do nothing while a task of the same Kind and Key waits, be it for its
	// first attempt or for the next. A running one does not count: it may have read what has
	// changed since. The waiting task keeps its own Args, so they should follow from Key.
	Unique bool
}

// envelope is how a task travels. All tasks are of one River kind, which every process that
// works knows: a process that leads the others discards tasks of River kinds that it does not
// know, so with a River kind per task an old program, still running beside a new one during an
// upgrade, would silently throw away the new one's tasks.
type envelope struct {
	Name string          `json:"kind"`
	Key  string          `json:"key"`
	Args json.RawMessage `json:"args"`
}

// Kind is the name that River knows tasks by.
func (envelope) Kind() string { return "task" }

// Add puts tasks on the queue within the caller's transaction: they exist when it commits, and
// never if it does not. It works on a queue that is not started too.
//
// With Unique on Postgres, the transaction holds until its end the waiting task that made adding
// needless, so that no worker starts it before the caller's changes can be seen. A transaction
// that adds unique tasks in several calls should do so in a fixed order, or two of them may
// wait for each other, which Postgres ends by failing one. The transaction must be READ COMMITTED
// (the default) there, and one that writes from its start (_txlock=immediate) on SQLite.
func (q *Queue) Add(ctx context.Context, tx *sql.Tx, tasks ...Task) error {
	params := make([]river.InsertManyParams, 0, len(tasks))
	var unique []taskID
	for _, t := range tasks {
		p, err := t.params()
		if err != nil {
			return err
		}
		if t.Unique {
			unique = append(unique, taskID{t.Kind, t.Key})
		}
		params = append(params, p)
	}

	waiting, err := q.waiting(ctx, tx, unique)
	if err != nil {
		return err
	}
	fresh := params[:0]
	for i, t := range tasks {
		id := taskID{t.Kind, t.Key}
		if t.Unique && waiting[id] {
			continue
		}
		waiting[id] = true
		fresh = append(fresh, params[i])
	}
	if len(fresh) == 0 {
		return nil
	}
	if _, err := q.client.InsertManyFastTx(ctx, tx, fresh); err != nil {
		return fmt.Errorf("queue: adding tasks: %w", err)
	}
	return nil
}

func (t Task) params() (river.InsertManyParams, error) {
	if t.Kind == "" {
		return river.InsertManyParams{}, errors.New("queue: a task has no kind")
	}
	if !t.Lane.known() {
		return river.InsertManyParams{}, fmt.Errorf("queue: task %s: no lane is called %q", t.Kind, t.Lane)
	}
	if t.Priority < 0 || t.Priority > 4 {
		return river.InsertManyParams{}, fmt.Errorf("queue: task %s: priority %d is not within 1 to 4", t.Kind, t.Priority)
	}
	if t.MaxAttempts < 0 || t.MaxAttempts > mostAttempts {
		return river.InsertManyParams{}, fmt.Errorf("queue: task %s: %d attempts are not within 1 to %d", t.Kind, t.MaxAttempts, mostAttempts)
	}
	args, err := json.Marshal(t.Args)
	if err != nil {
		return river.InsertManyParams{}, fmt.Errorf("queue: task %s: %w", t.Kind, err)
	}
	return river.InsertManyParams{
		Args: envelope{Name: t.Kind, Key: t.Key, Args: args},
		InsertOpts: &river.InsertOpts{
			Queue:       string(t.Lane),
			Priority:    cmp.Or(t.Priority, 1),
			MaxAttempts: cmp.Or(t.MaxAttempts, defaultMaxAttempts),
		},
	}, nil
}

// taskID is what makes two tasks equal for Task.Unique.
type taskID struct{ kind, key string }

// waiting gives those of ids of which a task waits, and sees to it that the answer still holds
// when tx commits.
//
// River's own uniqueness cannot be used: it insists that a running task counts as well.
func (q *Queue) waiting(ctx context.Context, tx *sql.Tx, ids []taskID) (map[taskID]bool, error) {
	// One order for everybody, so that two transactions do not lock each other out.
	slices.SortFunc(ids, func(a, b taskID) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.key, b.key))
	})
	found := map[taskID]bool{}
	for _, id := range slices.Compact(ids) {
		query := `SELECT id FROM river_job
			WHERE args->>'key' = $1 AND args->>'kind' = $2
			AND state IN ('available', 'pending', 'retryable', 'scheduled') LIMIT 1`
		if q.dialect == Postgres {
			// Two transactions that both find nothing must not both add.
			if _, err := tx.ExecContext(ctx,
				`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, "task "+id.kind+" "+id.key); err != nil {
				return nil, fmt.Errorf("queue: looking for task %s: %w", id.kind, err)
			}
			// A worker that took the task now would run it without seeing this transaction.
			query += ` FOR UPDATE`
		}
		var row int64
		switch err := tx.QueryRowContext(ctx, query, id.key, id.kind).Scan(&row); {
		case err == nil:
			found[id] = true
		case !errors.Is(err, sql.ErrNoRows):
			return nil, fmt.Errorf("queue: looking for task %s: %w", id.kind, err)
		}
	}
	return found, nil
}
