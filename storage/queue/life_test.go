package queue

import (
	"context"
	"strconv"
	"testing"
	"time"
)

// killed has another process take a task, kills it with SIGKILL in the middle of it, and gives
// the moment of its death. meanwhile runs while the process still works.
func killed(t *testing.T, b *base, meanwhile func()) time.Time {
	t.Helper()
	cmd, lines := b.child(t, "hang")
	if line := receive(t, lines, bound); line != "running 1" {
		t.Fatalf("the other process says %q", line)
	}
	meanwhile()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	death := time.Now()
	cmd.Wait()
	return death
}

// TestKilledProcess is kill -9 in the middle of a task.
func TestKilledProcess(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		got := make(chan Job, 1)
		q.Handle("work", func(_ context.Context, job Job) error { got <- job; return nil })
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render})

		within, begin := 2*time.Second, func() {}
		if b.dialect == Postgres {
			within, begin = 15*time.Second, func() { start(t, q) } // a second one is at work already
		}
		death := killed(t, b, begin)
		if b.dialect == SQLite {
			start(t, q)
		}
		job := receive(t, got, within)
		t.Logf("runs again %s after the death", time.Since(death).Round(10*time.Millisecond))
		if job.Attempt != 2 {
			t.Errorf("got %+v, want the second attempt", job)
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Done || s.LastError != ErrProcessLost.Error() {
			t.Errorf("stands %+v", s)
		}
	})
}

// TestTaskThatKillsItsProcess must come to an end, and not in silence.
func TestTaskThatKillsItsProcess(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		q.Handle("work", func(context.Context, Job) error { t.Error("it ran again"); return nil })
		failed := make(chan error, 1)
		q.HandleFailure(func(_ context.Context, _ Job, cause error) error { failed <- cause; return nil })
		b.add(t, q, Task{Kind: "work", Key: "r", Lane: Render, MaxAttempts: 1})
		killed(t, b, func() {})
		if b.dialect == Postgres {
			// As if eight seconds had passed.
			if _, err := b.db.Exec(`UPDATE worker_life SET beat = beat - interval '1 minute'`); err != nil {
				t.Fatal(err)
			}
		}
		start(t, q)
		if cause := receive(t, failed, bound); cause != ErrProcessLost {
			t.Errorf("cause %v", cause)
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Failed || s.Attempt != 1 || s.LastError != ErrProcessLost.Error() {
			t.Errorf("stands %+v", s)
		}
	})
}

// TestLiveWorkersKeepTheirTasks: what another one runs is not put back while it is heard of.
func TestLiveWorkersKeepTheirTasks(t *testing.T) {
	t.Parallel()
	b := migrated(t, freshPostgres(t))
	first := b.worker(t, render)
	running := make(chan struct{}, 2)
	first.Handle("work", func(ctx context.Context, _ Job) error {
		running <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	b.add(t, first, Task{Kind: "work", Key: "r", Lane: Render})
	start(t, first)
	receive(t, running, bound)
	if err := first.putBackDead(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := b.worker(t, render)
	second.Handle("work", func(context.Context, Job) error { t.Error("it was taken away"); return nil })
	start(t, second)
	if s := stands(t, first, "r"); s.State != Running || s.Attempt != 1 {
		t.Errorf("stands %+v", s)
	}
	stop(t, second)
}

// TestTaskOfAnotherProcessStartsSoon has a process that only adds, beside a worker.
func TestTaskOfAnotherProcessStartsSoon(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		got := make(chan Job, 1)
		q.Handle("work", func(_ context.Context, job Job) error { got <- job; return nil })
		start(t, q)
		_, lines := b.child(t, "add")
		if line := receive(t, lines, bound); line != "added" {
			t.Fatalf("the other process says %q", line)
		}
		added := time.Now()
		if job := receive(t, got, 2*time.Second); job.Key != "from the child" {
			t.Errorf("got %+v", job)
		}
		t.Logf("started %s after it was added", time.Since(added).Round(time.Millisecond))
	})
}

// TestOneConnectionIsEnough works several lanes on a pool of one connection, from handlers that
// use it themselves.
func TestOneConnectionIsEnough(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		b.db.SetMaxOpenConns(1)
		q := b.worker(t, map[Lane]int{Render: 3, Encode: 3})
		const chunks = 20
		done := make(chan struct{}, 2*chunks)
		q.Handle("chunk", func(_ context.Context, job Job) error {
			b.add(t, q, Task{Kind: "follow", Key: job.Key, Lane: Render, Unique: true})
			done <- struct{}{}
			return nil
		})
		q.Handle("follow", func(context.Context, Job) error { done <- struct{}{}; return nil })
		var tasks []Task
		for i := range chunks {
			tasks = append(tasks, Task{Kind: "chunk", Key: strconv.Itoa(i), Lane: Encode})
		}
		start(t, q)
		b.add(t, q, tasks...)
		for range 2 * chunks {
			receive(t, done, bound)
		}
	})
}
