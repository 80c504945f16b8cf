package queue

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
)

func TestRaise(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, render)
		keys := make(chan string, 8)
		for _, kind := range []string{"work", "other"} {
			q.Handle(kind, func(_ context.Context, job Job) error { keys <- job.Kind + " " + job.Key; return nil })
		}
		for _, task := range []Task{
			{Key: "a", Priority: 3}, {Key: "b", Priority: 3}, {Key: "c", Priority: 1}, {Key: "d", Priority: 4}, {Kind: "other", Key: "b", Priority: 4},
		} {
			if task.Lane = Render; task.Kind == "" {
				task.Kind = "work"
			}
			b.add(t, q, task)
		}
		raised := []string{"c", "b", "d"}
		for i := range 2 * raiseAtOnce { // more than one statement takes, of tasks that there are not
			raised = append(raised, fmt.Sprint("none ", i))
		}
		if err := inTx(b.db, func(tx *sql.Tx) error { return q.Raise(t.Context(), tx, 2, "work", raised...) }); err != nil {
			t.Fatal(err)
		}
		if err := inTx(b.db, func(tx *sql.Tx) error { return q.Raise(t.Context(), tx, 2, "work") }); err != nil {
			t.Fatal(err)
		}
		start(t, q)
		var got []string
		for range 5 {
			got = append(got, receive(t, keys, bound))
		}
		if want := []string{"work c", "work b", "work d", "work a", "other b"}; !slices.Equal(got, want) {
			t.Errorf("order %q, want %q", got, want)
		}
	})
}
