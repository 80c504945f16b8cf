package queue

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func TestRowAndTaskCommitOrRollBackTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, nil)
		if _, err := b.db.Exec(`CREATE TABLE recording (id text)`); err != nil {
			t.Fatal(err)
		}
		give := func(id string, end error) {
			t.Helper()
			err := inTx(b.db, func(tx *sql.Tx) error {
				if _, err := tx.Exec(`INSERT INTO recording (id) VALUES ($1)`, id); err != nil {
					return err
				}
				if err := q.Add(t.Context(), tx, Task{Kind: "work", Key: id, Lane: Render}); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		give("kept", nil)
		give("dropped", errors.New("changed my mind"))

		for id, want := range map[string]bool{"kept": true, "dropped": false} {
			var row bool
			if err := b.db.QueryRow(`SELECT EXISTS (SELECT 1 FROM recording WHERE id = $1)`, id).Scan(&row); err != nil {
				t.Fatal(err)
			}
			task, err := q.Pending(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if row != want || task != want {
				t.Errorf("%s: row %t, task %t; want both %t", id, row, task, want)
			}
		}
	})
}

func TestTasksThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, nil)
		for name, task := range map[string]Task{
			"no kind":       {Lane: Render},
			"no lane":       {Kind: "work"},
			"unknown lane":  {Kind: "work", Lane: "fast"},
			"priority 5":    {Kind: "work", Lane: Render, Priority: 5},
			"args no JSON":  {Kind: "work", Lane: Render, Args: make(chan int)},
			"priority -1":   {Kind: "work", Lane: Render, Priority: -1},
			"attempts -1":   {Kind: "work", Lane: Render, MaxAttempts: -1},
			"attempts many": {Kind: "work", Lane: Render, MaxAttempts: 40000},
		} {
			if err := inTx(b.db, func(tx *sql.Tx) error { return q.Add(t.Context(), tx, task) }); err == nil {
				t.Errorf("%s: added", name)
			}
		}
		if idle, err := q.Idle(t.Context()); err != nil || !idle {
			t.Errorf("idle %t, %v", idle, err)
		}
	})
}

func TestPriorityAndAgeOrderTheLane(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		keys := make(chan string, 6)
		q.Handle("work", func(_ context.Context, job Job) error { keys <- job.Key; return nil })
		for _, task := range []Task{
			{Key: "last", Priority: 4}, {Key: "third", Priority: 3}, {Key: "first"}, {Key: "first too", Priority: 1}, {Key: "second", Priority: 2},
		} {
			task.Kind, task.Lane = "work", Render
			b.add(t, q, task)
		}
		start(t, q)
		var got []string
		for range 5 {
			got = append(got, receive(t, keys, bound))
		}
		if want := []string{"first", "first too", "second", "third", "last"}; !slices.Equal(got, want) {
			t.Errorf("order %q, want %q", got, want)
		}
	})
}

func TestUniqueCountsWaitingTasksOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		running, goOn := make(chan Job, 4), make(chan struct{})
		q.Handle("work", func(ctx context.Context, job Job) error {
			running <- job
			select {
			case <-goOn:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		task := Task{Kind: "work", Key: "r", Lane: Render, Unique: true}
		other := task
		other.Key = "other"
		b.add(t, q, task, task, other)
		b.add(t, q, task)
		count := func(state State, want int) {
			t.Helper()
			counts, err := q.Counts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := counts[Render][state]; got != want {
				t.Errorf("%d %s, want %d", got, state, want)
			}
		}
		count(Waiting, 2)
		start(t, q)
		if job := receive(t, running, bound); job.Key != "r" {
			t.Fatalf("running %+v", job)
		}
		b.add(t, q, task) // the running one does not count
		b.add(t, q, task)
		count(Waiting, 2)
		count(Running, 1)
		task.Unique = false
		b.add(t, q, task)
		count(Waiting, 3)
		close(goOn)
		for range 3 {
			receive(t, running, bound)
		}
	})
}

// TestUniqueFromManyAtOnce has transactions overlap: both find nothing, one may add.
func TestUniqueFromManyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, nil)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				tasks := []Task{{Kind: "work", Key: "a", Lane: Render, Unique: true}, {Kind: "work", Key: "b", Lane: Render, Unique: true}}
				if i%2 == 0 {
					slices.Reverse(tasks)
				}
				if err := inTx(b.db, func(tx *sql.Tx) error { return q.Add(t.Context(), tx, tasks...) }); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		stands(t, q, "a")
		stands(t, q, "b")
	})
}

// TestUniqueHoldsTheWaitingTask: no worker may run the waiting task between the moment it made
// adding needless and the commit of what it must see.
func TestUniqueHoldsTheWaitingTask(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		var committed atomic.Bool
		sawCommit := make(chan bool, 2)
		q.Handle("work", func(context.Context, Job) error { sawCommit <- committed.Load(); return nil })
		other := make(chan struct{}, 1)
		q.Handle("other", func(context.Context, Job) error { other <- struct{}{}; return nil })
		task := Task{Kind: "work", Key: "r", Lane: Render, Unique: true}
		b.add(t, q, task)

		err := inTx(b.db, func(tx *sql.Tx) error {
			if err := q.Add(t.Context(), tx, task); err != nil {
				return err
			}
			if b.dialect == Postgres { // on SQLite nobody else can write now, let alone start
				start(t, q)
				b.add(t, q, Task{Kind: "other", Lane: Render, Priority: 4})
				receive(t, other, bound) // though it is last, it was fetched: the waiting one was passed by
			}
			committed.Store(true)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if b.dialect == SQLite {
			start(t, q)
		}
		if !receive(t, sawCommit, bound) {
			t.Error("the task ran before the commit")
		}
		stop(t, q)
		if s := stands(t, q, "r"); s.State != Done {
			t.Errorf("stands %+v", s)
		}
	})
}
