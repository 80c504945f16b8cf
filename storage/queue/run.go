package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Job is a task that is being done.
type Job struct {
	ID          int64
	Kind        string
	Key         string
	Args        json.RawMessage // as given to Add; null if there were none
	Attempt     int             // from 1; MaxAttempts+1 only in a FailureHandler, when the last attempt killed its process
	MaxAttempts int
}

// Last says that there is no further attempt after this one.
func (j Job) Last() bool { return j.Attempt >= j.MaxAttempts }

// Handler does a task. nil means done. An error means that the task is tried again after 1 s,
// 5 s, 30 s, 2 min, then every 10 min, until its attempts are used up; a panic is such an error.
// An error made by Never ends the task at once.
//
// ctx is cancelled when the worker is stopped; what a handler returns after that, other
// than nil, is not held against the task. There is no time limit: a handler bounds the
// processes it starts. It must be idempotent.
type Handler func(ctx context.Context, job Job) error

// FailureHandler hears of a task that will not be tried again, because its last attempt failed,
// or killed the process, or because the handler said Never. cause is the last error. It may hear
// of the same task twice. If it returns an error, the task is not given up yet: it is tried once
// more some seconds later.
type FailureHandler func(ctx context.Context, job Job, cause error) error

// ErrProcessLost is the cause given to a FailureHandler when the process that ran the last attempt
// vanished: it was killed, it ran out of memory, or its machine lost power.
var ErrProcessLost = errors.New("the worker process ended in the middle of the task")

// Never marks err as one that trying again cannot mend.
func Never(err error) error { return &neverError{err} }

type neverError struct{ cause error }

func (e *neverError) Error() string { return e.cause.Error() }
func (e *neverError) Unwrap() error { return e.cause }

// pause is the wait before a task is looked at again that failed for a reason outside itself.
const pause = 5 * time.Second

// retryPolicy waits longer from attempt to attempt.
type retryPolicy struct{}

// NextRetry gives the time of the attempt after job.Attempt.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(retryAfter(job.Attempt))
}

func retryAfter(attempt int) time.Duration {
	waits := [...]time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}
	if attempt-1 < len(waits) {
		return waits[max(attempt-1, 0)]
	}
	return 10 * time.Minute
}

// worker takes tasks from River to their handlers, and errors back in River's words.
type worker struct {
	river.WorkerDefaults[envelope]
	queue *Queue
}

// Work does one attempt.
func (w *worker) Work(ctx context.Context, r *river.Job[envelope]) error {
	q := w.queue
	defer q.strays.begin(r.ID)()
	job := Job{
		ID: r.ID, Kind: r.Args.Name, Key: r.Args.Key, Args: r.Args.Args,
		Attempt: r.Attempt, MaxAttempts: r.MaxAttempts,
	}
	handle, known := q.handlers[job.Kind]
	if !known {
		// A newer program added it; a newer worker will take it.
		q.log(ctx, slog.LevelWarn, "no handler for this kind of task here; it stays on the queue", job, nil)
		return river.JobSnooze(pause)
	}
	if job.Attempt > job.MaxAttempts {
		// It was put back after its last attempt for this moment only: to be given up by a process
		// that can tell the catalogue so.
		return q.giveUp(ctx, job, ErrProcessLost)
	}

	err := q.call(ctx, job, func() error { return handle(ctx, job) })
	var never *neverError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		// Whatever the handler made of its cut-off work, a stopped worker is the reason. River
		// knows this error and puts the task back with its attempt.
		return fmt.Errorf("the worker was stopped: %w", ctx.Err())
	case errors.As(err, &never), job.Last():
		return q.giveUp(ctx, job, err)
	}
	q.log(ctx, slog.LevelWarn, "task failed; it will be tried again", job, err)
	return err
}

// giveUp tells the failure handler, and River that there will be no further attempt.
func (q *Queue) giveUp(ctx context.Context, job Job, cause error) error {
	q.log(ctx, slog.LevelError, "task given up", job, cause)
	if q.failure != nil {
		if err := q.call(ctx, job, func() error { return q.failure(ctx, job, cause) }); err != nil {
			q.log(ctx, slog.LevelError, "that the task was given up could not be recorded; trying again", job, err)
			return river.JobSnooze(pause)
		}
	}
	return &givenUpError{cause}
}

// givenUpError tells River not to try again, and keeps the words of the cause, to which River's
// own error would add some.
type givenUpError struct{ cause error }

func (e *givenUpError) Error() string { return e.cause.Error() }
func (e *givenUpError) Unwrap() error { return river.JobCancel(e.cause) }

// call runs f and makes an error of a panic, so that a panic takes the same way as an error
// and reaches the failure handler too.
func (q *Queue) call(ctx context.Context, job Job, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			q.log(ctx, slog.LevelError, "panic in a task\n"+string(debug.Stack()), job, err)
		}
	}()
	return f()
}

func (q *Queue) log(ctx context.Context, level slog.Level, message string, job Job, err error) {
	attrs := []slog.Attr{
		slog.Int64("task", job.ID), slog.String("kind", job.Kind), slog.String("key", job.Key),
		slog.Int("attempt", job.Attempt),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	q.logger.LogAttrs(ctx, level, message, attrs...)
}
