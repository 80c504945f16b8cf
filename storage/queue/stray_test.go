package queue

import (
	"context"
	"testing"
	"time"
)

// TestTaskWithoutResultIsDoneAgain: the database says that this process runs a task, and it does
// not.
func TestTaskWithoutResultIsDoneAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, map[Lane]int{Render: 2})
		got, goOn := make(chan Job, 3), make(chan struct{})
		q.Handle("work", func(_ context.Context, job Job) error {
			got <- job
			if job.Key == "long" {
				<-goOn
			}
			return nil
		})
		b.add(t, q, Task{Kind: "work", Key: "long", Lane: Render}, Task{Kind: "work", Key: "lost", Lane: Render})
		start(t, q)
		receive(t, got, bound)
		receive(t, got, bound)
		t.Cleanup(func() { close(goOn) })
		for s := stands(t, q, "lost"); s.State != Done; s = stands(t, q, "lost") {
			// its result is on the way
		}
		if _, err := b.db.Exec(`UPDATE river_job SET state = 'running', finalized_at = NULL WHERE args->>'key' = 'lost'`); err != nil {
			t.Fatal(err)
		}

		now := time.Now()
		for _, at := range []time.Duration{0, strayAfter - time.Second} {
			if err := q.putBackStrays(t.Context(), now.Add(at)); err != nil {
				t.Fatal(err)
			}
			if s := stands(t, q, "lost"); s.State != Running {
				t.Errorf("after %s: %+v", at, s)
			}
		}
		if err := q.putBackStrays(t.Context(), now.Add(strayAfter+time.Second)); err != nil {
			t.Fatal(err)
		}
		if job := receive(t, got, bound); job.Key != "lost" || job.Attempt != 2 {
			t.Errorf("got %+v", job)
		}
		if s := stands(t, q, "long"); s.State != Running || s.Attempt != 1 || s.LastError != "" {
			t.Errorf("the one that is being worked on: %+v", s)
		}
	})
}
