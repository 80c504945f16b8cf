package pipeline_test

import (
	"slices"
	"testing"
	"time"

	"rostrum"
)

func TestLockCut(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	now := time.Date(2026, 5, 3, 18, 0, 0, 0, time.UTC)
	w.Now = func() time.Time { return now }
	r := w.surveyedAs("r1", nil)
	lock := func(holder string, who rostrum.Actor, take bool, mine bool, name string) {
		t.Helper()
		l, got, err := w.LockCut(ctx, r.ID, holder, who, take)
		if err != nil || got != mine || l.Name != name {
			t.Errorf("%s: %+v, %t, %v", holder, l, got, err)
		}
	}
	lock("one", vidal, false, true, vidal.Name)
	lock("two", vang, false, false, vidal.Name)
	lock("three", vidal, false, false, vidal.Name) // the same person in a second window
	now = now.Add(30 * time.Second)
	lock("one", vidal, false, true, vidal.Name)
	now = now.Add(30 * time.Second)
	lock("two", vang, false, false, vidal.Name)
	lock("two", vang, true, true, vang.Name)
	lock("one", vidal, false, false, vang.Name)
	if by, err := w.Cutting(ctx); err != nil || len(by) != 1 || by[r.ID].Name != vang.Name {
		t.Errorf("%+v, %v", by, err)
	}
	now = now.Add(rostrum.LockLives + time.Second)
	lock("one", vidal, true, true, vidal.Name) // from nobody, which is no taking over
	if err := w.UnlockCut(ctx, r.ID, "two"); err != nil {
		t.Fatal(err)
	}
	lock("two", vang, false, false, vidal.Name)
	if err := w.UnlockCut(ctx, r.ID, "one"); err != nil {
		t.Fatal(err)
	}
	lock("two", vang, false, true, vang.Name)
	if got := w.actions(string(r.ID)); !slices.Equal(got, []string{"Bo Vang take over"}) {
		t.Errorf("the audit log says %q", got)
	}
	if _, _, err := w.LockCut(ctx, r.ID, "", vidal, false); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("a holder without a name: %v", err)
	}
}
