package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

var render = map[Lane]int{Render: 1}

func TestMigrateByManyAtOnceAndAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		fresh := t.TempDir()
		if b.dialect == Postgres {
			fresh = freshPostgres(t)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				b, err := open(fresh) // each as a process of its own would
				if err != nil {
					t.Error(err)
					return
				}
				defer b.close()
				if err := Migrate(t.Context(), b.db, b.dialect); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := Migrate(t.Context(), b.db, b.dialect); err != nil {
			t.Error("again:", err)
		}
	})
}

func TestTaskArrivesAsItWasAdded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		got := make(chan Job, 2)
		q.Handle("work", func(_ context.Context, job Job) error { got <- job; return nil })
		b.add(t, q,
			Task{Kind: "work", Key: "r1", Args: map[string]any{"chunk": 7, "words": "ٱلاتحاد “quoted”, {curly}"}, Lane: Render},
			Task{Kind: "work", Key: "r2", Lane: Render, MaxAttempts: 1})
		before := stands(t, q, "r1")
		if before.State != Waiting || before.Attempt != 0 || before.Lane != Render || before.Kind != "work" {
			t.Errorf("before the start: %+v", before)
		}
		start(t, q)

		first, second := receive(t, got, bound), receive(t, got, bound)
		if first.Kind != "work" || first.Key != "r1" || first.Attempt != 1 || first.MaxAttempts != 5 || first.Last() || first.ID != before.ID {
			t.Errorf("first: %+v", first)
		}
		if args := string(first.Args); !strings.Contains(args, "ٱلاتحاد “quoted”, {curly}") || !strings.Contains(args, "7") {
			t.Errorf("args %s", args)
		}
		if second.Key != "r2" || string(second.Args) != "null" || !second.Last() {
			t.Errorf("second: %+v", second)
		}
		stop(t, q) // results are recorded when Stop returns
		counts, err := q.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if counts[Render][Done] != 2 || counts[Render][Running]+counts[Render][Waiting] != 0 {
			t.Errorf("counts %v", counts)
		}
		if idle, err := q.Idle(t.Context()); err != nil || !idle {
			t.Errorf("idle %t, %v", idle, err)
		}
	})
}

func TestFailedTaskIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		attempts := make(chan Job, 2)
		q.Handle("work", func(_ context.Context, job Job) error {
			attempts <- job
			if job.Attempt == 1 {
				return errors.New("not today")
			}
			return nil
		})
		q.HandleFailure(func(_ context.Context, job Job, cause error) error {
			t.Errorf("given up: %+v: %v", job, cause)
			return nil
		})
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render})
		start(t, q)
		receive(t, attempts, bound)
		begun := time.Now()
		if second := receive(t, attempts, bound); second.Attempt != 2 {
			t.Errorf("second attempt is %+v", second)
		}
		if waited := time.Since(begun); waited < 900*time.Millisecond || waited > 3*time.Second {
			t.Errorf("waited %s before the second attempt, want about 1 s", waited)
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Done || s.LastError != "not today" {
			t.Errorf("stands %+v", s)
		}
	})
}

func TestRetryAfterGrows(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 5 * time.Second, 3: 30 * time.Second, 4: 2 * time.Minute, 5: 10 * time.Minute, 99: 10 * time.Minute,
	} {
		if got := retryAfter(attempt); got != want {
			t.Errorf("after attempt %d: %s, want %s", attempt, got, want)
		}
	}
}

// TestGivingUp covers the ways in which a task ends without success.
func TestGivingUp(t *testing.T) {
	cases := map[string]struct {
		maxAttempts int
		handle      Handler
		want        string
	}{
		"never": {5, func(context.Context, Job) error {
			return fmt.Errorf("probing: %w", Never(errors.New("no media in it")))
		}, "probing: no media in it"},
		"last attempt": {1, func(context.Context, Job) error { return errors.New("not today") }, "not today"},
		"panic":        {1, func(context.Context, Job) error { panic("index out of range") }, "panic: index out of range"},
	}
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		type failure struct {
			job   Job
			cause error
		}
		failures := make(chan failure, len(cases))
		q.HandleFailure(func(_ context.Context, job Job, cause error) error {
			failures <- failure{job, cause}
			return nil
		})
		for kind, c := range cases {
			q.Handle(kind, c.handle)
			b.add(t, q, Task{Kind: kind, Key: kind, Lane: Render, MaxAttempts: c.maxAttempts})
		}
		start(t, q)
		heard := map[string]bool{}
		for range cases {
			f := receive(t, failures, bound)
			heard[f.job.Kind] = true
			if want := cases[f.job.Kind].want; f.cause.Error() != want {
				t.Errorf("%s: cause %q, want %q", f.job.Kind, f.cause, want)
			}
		}
		stop(t, q)
		for kind, c := range cases {
			s := stands(t, q, kind)
			if !heard[kind] || s.State != Failed || s.Attempt != 1 || s.LastError != c.want {
				t.Errorf("%s: heard %t, stands %+v", kind, heard[kind], s)
			}
		}
	})
}

func TestPanicIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		done := make(chan int, 1)
		q.Handle("work", func(_ context.Context, job Job) error {
			if job.Attempt == 1 {
				panic("nil map")
			}
			done <- job.Attempt
			return nil
		})
		b.add(t, q, Task{Kind: "work", Lane: Render})
		start(t, q)
		if attempt := receive(t, done, bound); attempt != 2 {
			t.Errorf("done in attempt %d, want 2", attempt)
		}
	})
}

// TestFailureThatCannotBeRecorded sees to it that no task is given up in silence.
func TestFailureThatCannotBeRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		q.Handle("work", func(context.Context, Job) error { return Never(errors.New("broken")) })
		heard := make(chan struct{}, 1)
		q.HandleFailure(func(context.Context, Job, error) error {
			heard <- struct{}{}
			return errors.New("the database is away")
		})
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render, MaxAttempts: 1})
		start(t, q)
		receive(t, heard, bound)
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Waiting || s.Attempt != 0 {
			t.Errorf("stands %+v, want it waiting with its attempt given back", s)
		}
	})
}

func TestUnknownKindStaysOnTheQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		after := make(chan Job, 1)
		q.Handle("known", func(_ context.Context, job Job) error { after <- job; return nil })
		b.add(t, q, Task{Kind: "from a newer version", Key: "new", Lane: Render, MaxAttempts: 1}, Task{Kind: "known", Lane: Render})
		start(t, q)
		receive(t, after, bound) // one worker, in order: the unknown one was seen before
		stop(t, q)
		if s := stands(t, q, "new"); s.State != Waiting || s.Attempt != 0 {
			t.Errorf("stands %+v", s)
		}
	})
}

func TestLaneWithoutWorkersIsNotFetched(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, map[Lane]int{Render: 1, Encode: 0})
		done := make(chan Lane, 2)
		q.Handle("encode", func(context.Context, Job) error { done <- Encode; return nil })
		q.Handle("render", func(context.Context, Job) error { done <- Render; return nil })
		b.add(t, q, Task{Kind: "encode", Key: "r", Lane: Encode}, Task{Kind: "render", Lane: Render})
		start(t, q)
		if lane := receive(t, done, bound); lane != Render {
			t.Errorf("lane %s was fetched", lane)
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Waiting {
			t.Errorf("stands %+v", s)
		}
		if err := b.worker(t, map[Lane]int{Render: 0}).Start(t.Context()); err == nil {
			t.Error("a queue without workers started")
		}
	})
}

func TestStopGivesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		running := make(chan struct{}, 1)
		q.Handle("work", func(ctx context.Context, _ Job) error {
			running <- struct{}{}
			<-ctx.Done()
			return Never(errors.New("ffmpeg: signal: killed")) // what a handler may make of it
		})
		q.HandleFailure(func(context.Context, Job, error) error {
			t.Error("a stopped task was given up")
			return nil
		})
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render, MaxAttempts: 1})
		start(t, q)
		receive(t, running, bound)
		if alive, err := b.worker(t, nil).Alive(t.Context()); !alive && b.dialect == Postgres || err != nil {
			t.Errorf("alive %t, %v", alive, err)
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Waiting || s.Attempt != 0 || s.LastError != "" {
			t.Errorf("after the stop: %+v", s)
		}
		if alive, err := q.Alive(t.Context()); err != nil || alive {
			t.Errorf("after the stop: alive %t, %v", alive, err)
		}

		next := b.worker(t, render)
		got := make(chan Job, 1)
		next.Handle("work", func(_ context.Context, job Job) error { got <- job; return nil })
		start(t, next)
		if job := receive(t, got, 2*time.Second); job.Attempt != 1 {
			t.Errorf("next worker got %+v, want the first attempt", job)
		}
	})
}

func TestStopWaitsForWhatEndsInTime(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		o := b.options("test", render)
		o.Grace = time.Minute
		q, err := New(b.db, b.dialect, o)
		if err != nil {
			t.Fatal(err)
		}
		running, goOn := make(chan struct{}), make(chan struct{})
		q.Handle("work", func(ctx context.Context, _ Job) error {
			close(running)
			<-goOn
			return ctx.Err()
		})
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render})
		start(t, q)
		receive(t, running, bound)
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := q.Stop(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stop while a handler runs: %v", err)
		}
		close(goOn)
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Done {
			t.Errorf("stands %+v", s)
		}
	})
}
