package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// A stray is a task that the database holds to be running in this process, though nobody here
// works on it: the disk was full or the database away when its end was to be recorded, or when
// the answer that it was taken was on its way. Without help it would run for ever on paper.

// errResultLost is noted with a stray.
var errResultLost = errors.New("the database could not be reached when the task was taken or its result recorded")

// strayAfter is longer than River goes on trying to record a result: 37 s at most, in v0.51.
const strayAfter = 45 * time.Second

// attempt is one run of a task.
type attempt struct {
	task int64
	nth  int
}

// strays knows what is being worked on, and since when something else seemed to be. The zero
// value is ready.
type strays struct {
	mu    sync.Mutex
	doing map[int64]int // how many handlers are at a task: two, when it ran twice
	since map[attempt]time.Time
}

// begin notes that a task is being worked on until the returned function is called.
func (s *strays) begin(task int64) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.doing == nil {
		s.doing = map[int64]int{}
	}
	s.doing[task]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.doing[task]--; s.doing[task] == 0 {
			delete(s.doing, task)
		}
	}
}

// sift gives those of running that nobody has worked on for strayAfter.
func (s *strays) sift(running []attempt, now time.Time) (lost []attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.since
	s.since = map[attempt]time.Time{}
	for _, a := range running {
		if s.doing[a.task] > 0 {
			continue
		}
		since, known := before[a]
		if !known {
			since = now
		}
		s.since[a] = since
		if now.Sub(since) >= strayAfter {
			lost = append(lost, a)
		}
	}
	return lost
}

// putBackStrays lets the strays of this process wait again.
func (q *Queue) putBackStrays(ctx context.Context, now time.Time) error {
	query, args, mine := `SELECT id, attempt FROM river_job WHERE state = 'running'`, []any{}, ``
	if q.dialect == Postgres {
		query += ` AND ` + lastWorker + ` = $1`
		args = append(args, q.id)
		mine = ` AND ` + lastWorker + ` = $4`
	}
	var running []attempt
	err := q.each(ctx, query, args, func(rows *sql.Rows) error {
		var a attempt
		if err := rows.Scan(&a.task, &a.nth); err != nil {
			return err
		}
		running = append(running, a)
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range q.strays.sift(running, now) {
		_, err := q.db.ExecContext(ctx, q.putBack()+` WHERE state = 'running' AND id = $2 AND attempt = $3`+mine,
			append([]any{errResultLost.Error(), a.task, a.nth}, args...)...)
		if err != nil {
			return fmt.Errorf("queue: putting back a task without a result: %w", err)
		}
		q.logger.WarnContext(ctx, "the result of a task was lost; it waits again", slog.Int64("task", a.task))
	}
	return nil
}
