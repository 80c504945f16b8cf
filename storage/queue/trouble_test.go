package queue

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestTroubled(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, map[Lane]int{Render: 2})
		fails, ends := make(chan struct{}, 10), make(chan struct{}, 10)
		q.Handle("fails", func(context.Context, Job) error { fails <- struct{}{}; return errors.New("no disk") })
		q.Handle("never", func(context.Context, Job) error { return Never(errors.New("no film")) })
		q.Handle("well", func(context.Context, Job) error { return nil })
		q.HandleFailure(func(context.Context, Job, error) error { ends <- struct{}{}; return nil })
		b.add(t, q, Task{Kind: "fails", Key: "a/1", Lane: Render}, Task{Kind: "never", Key: "a", Lane: Render}, Task{Kind: "well", Key: "a/2", Lane: Render},
			Task{Kind: "well", Key: "ab", Lane: Render}, Task{Kind: "well", Key: "a", Lane: Encode})
		before := time.Now().Add(-2 * time.Second)
		start(t, q)
		receive(t, fails, bound)
		receive(t, ends, bound)
		var got []Trial
		// What was given up is told before it is recorded.
		for end := time.Now().Add(bound); len(got) < 2 && time.Now().Before(end); {
			var err error
			if got, err = q.Troubled(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != 2 {
			t.Fatalf("troubled: %+v", got)
		}
		if x := got[0]; x.Kind != "never" || x.State != Failed || x.Attempt != 1 || x.LastError != "no film" || x.Ended.Before(before) || x.Ended.After(time.Now()) {
			t.Errorf("given up: %+v", x)
		}
		if x := got[1]; x.Kind != "fails" || x.State == Failed || x.Attempt < 1 || x.MaxAttempts != defaultMaxAttempts || x.LastError != "no disk" || !x.Ended.IsZero() {
			t.Errorf("tried again: %+v", x)
		}
		stop(t, q)
		all, err := q.Tried(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, x := range all {
			kinds[x.Kind+" "+x.Key]++
		}
		if len(all) != 4 || kinds["well a"] != 1 || kinds["well a/2"] != 1 || kinds["fails a/1"] != 1 || kinds["never a"] != 1 {
			t.Errorf("tried: %+v", all)
		}
	})
}
