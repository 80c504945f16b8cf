package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Proof of life on Postgres. A worker that was killed is found after at most lifeLost +
// beatEvery, and its tasks are fetched within pollHeard after that: 11 s, under the 15 s promised.
const (
	beatEvery = 2 * time.Second
	lifeLost  = 8 * time.Second
	// forgetAfter is when the trace of a dead worker is swept up.
	forgetAfter = 24 * time.Hour
)

// Alive says whether any process works on this queue now. On SQLite it needs Options.Folder.
// A process on Postgres that was killed counts as alive for up to eight seconds.
func (q *Queue) Alive(ctx context.Context) (bool, error) {
	if q.dialect == SQLite {
		return FolderInUse(q.folder)
	}
	var alive bool
	err := q.db.QueryRowContext(ctx,
		`SELECT EXISTS (SELECT 1 FROM worker_life WHERE beat > now() - make_interval(secs => $1))`,
		lifeLost.Seconds()).Scan(&alive)
	if err != nil {
		return false, fmt.Errorf("queue: looking for live workers: %w", err)
	}
	return alive, nil
}

// lastWorker is the worker that took a task last, on Postgres.
const lastWorker = `river_job.attempted_by[array_upper(river_job.attempted_by, 1)]`

// putBack is the statement that lets running tasks wait again, without its condition; $1 is the
// error that is noted. Attempts stay as they are, or a task that kills its process would do so for
// ever.
func (q *Queue) putBack() string {
	if q.dialect == Postgres {
		return `UPDATE river_job SET state = 'available', errors = array_append(errors, jsonb_build_object(
			'at', now(), 'attempt', attempt, 'error', $1::text, 'trace', ''))`
	}
	return `UPDATE river_job SET state = 'available',
		errors = jsonb(json_insert(json(coalesce(errors, jsonb('[]'))), '$[#]', json_object(
			'at', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attempt', attempt, 'error', $1, 'trace', '')))`
}

// putBackAll lets every running task wait again. Only the one who holds the lock of the folder
// may say so.
func (q *Queue) putBackAll(ctx context.Context) error {
	r, err := q.db.ExecContext(ctx, q.putBack()+` WHERE state = 'running'`, ErrProcessLost.Error())
	if err != nil {
		return fmt.Errorf("queue: putting back the tasks of a dead process: %w", err)
	}
	if n, err := r.RowsAffected(); err == nil && n > 0 {
		q.logger.WarnContext(ctx, "a process ended in the middle of its tasks; they wait again", slog.Int64("tasks", n))
	}
	// The dead process may have led River's housekeeping; without this, nobody would for 15 s.
	if _, err := q.db.ExecContext(ctx, `DELETE FROM river_leader`); err != nil {
		return fmt.Errorf("queue: ending the leadership of a dead process: %w", err)
	}
	return nil
}

// putBackDead lets those running tasks wait again whose worker has not been heard of for
// lifeLost.
func (q *Queue) putBackDead(ctx context.Context) error {
	r, err := q.db.ExecContext(ctx, q.putBack()+` WHERE id IN (
			SELECT id FROM river_job WHERE state = 'running' AND NOT EXISTS (
				SELECT 1 FROM worker_life WHERE worker_life.id = `+lastWorker+`
				AND beat > now() - make_interval(secs => $2))
			FOR UPDATE SKIP LOCKED)`,
		ErrProcessLost.Error(), lifeLost.Seconds())
	if err != nil {
		return fmt.Errorf("queue: putting back the tasks of dead workers: %w", err)
	}
	if n, err := r.RowsAffected(); err == nil && n > 0 {
		q.logger.WarnContext(ctx, "a worker died in the middle of its tasks; they wait again", slog.Int64("tasks", n))
	}
	return nil
}

// beat says that this worker lives. The time is the database's: clocks of machines differ.
func (q *Queue) beat(ctx context.Context) error {
	_, err := q.db.ExecContext(ctx, `INSERT INTO worker_life (id, beat) VALUES ($1, now())
		ON CONFLICT (id) DO UPDATE SET beat = excluded.beat`, q.id)
	if err != nil {
		return fmt.Errorf("queue: telling that this worker is alive: %w", err)
	}
	return nil
}

// keepAlive proves that this worker lives, puts back the tasks of those that do not, and its
// own that nobody here works on, until ctx ends.
func (q *Queue) keepAlive(ctx context.Context) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	lastBeat := time.Now()
	var steadySince time.Time // zero: since the start
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if q.dialect == Postgres {
			if !q.once(ctx, q.beat) {
				continue
			}
			// After a gap (the database was away, or this machine slept) the others may have had
			// the same gap: they get the time to be heard before they are called dead.
			if time.Since(lastBeat) > lifeLost {
				steadySince = time.Now()
			}
			lastBeat = time.Now()
			if time.Since(steadySince) > lifeLost {
				q.once(ctx, q.putBackDead)
			}
		}
		q.once(ctx, func(ctx context.Context) error { return q.putBackStrays(ctx, time.Now()) })
	}
}

// once does one thing within the time between two beats. A failure is logged and answered by the
// next beat.
func (q *Queue) once(ctx context.Context, do func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	err := do(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		q.logger.ErrorContext(ctx, "the proof of life of this worker is in trouble", slog.String("error", err.Error()))
	}
	return err == nil
}

// endLife makes it known at once that this worker works no more. It is a courtesy: without it
// the others find out by themselves.
func (q *Queue) endLife(ctx context.Context) {
	_, err := q.db.ExecContext(ctx, `DELETE FROM worker_life WHERE id = $1 OR beat < now() - make_interval(secs => $2)`,
		q.id, forgetAfter.Seconds())
	if err != nil && !errors.Is(err, context.Canceled) {
		q.logger.WarnContext(ctx, "the end of this worker could not be recorded", slog.String("error", err.Error()))
	}
}
