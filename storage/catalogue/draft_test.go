package catalogue

import (
	"testing"
	"time"

	"rostrum"
)

func TestDrafts(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		m := filled(t, c)
		_, err := c.Draft(ctx, "r1")
		wantCode(t, "before the first", err, rostrum.NotFound)
		first := Draft{Draft: rostrum.Draft{Recording: "r1", Number: 1, At: day, Who: "Aline", What: "first",
			Rows: []rostrum.DraftRow{{ID: "a", Span: rostrum.Span{In: 1, Out: 50}, Title: "Öffnung", Speaker: "G", Language: "fr"}, {ID: "b", Intervention: "x", Span: rostrum.Span{In: -3, Out: 9}}}},
			Cut: map[rostrum.InterventionID]rostrum.Span{"x": {In: 2, Out: 9}}}
		write(t, c, func(tx *Tx) error { return tx.AddDraft(ctx, first) })
		got, err := c.Draft(ctx, "r1")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "draft", got, first)
		wantCode(t, "a number twice", c.Write(ctx, func(tx *Tx) error { return tx.AddDraft(ctx, first) }), rostrum.Conflict)

		write(t, c, func(tx *Tx) error {
			for n := 2; n <= rostrum.KeptDrafts+3; n++ {
				if err := tx.AddDraft(ctx, Draft{Draft: rostrum.Draft{Recording: "r1", Number: n, At: day, Who: "Bo"}}); err != nil {
					return err
				}
			}
			return nil
		})
		all, err := c.Drafts(ctx, "r1")
		if err != nil || len(all) != rostrum.KeptDrafts || all[0].Number != rostrum.KeptDrafts+3 || all[len(all)-1].Number != 4 {
			t.Errorf("%d drafts are kept, %v", len(all), err)
		}
		_, err = c.DraftNumbered(ctx, "r1", 3)
		wantCode(t, "what is no longer kept", err, rostrum.NotFound)
		if d, err := c.DraftNumbered(ctx, "r1", 4); err != nil || d.Number != 4 || d.Rows == nil || len(d.Rows) != 0 {
			t.Errorf("number 4 is %+v, %v", d, err)
		}

		x := &rostrum.Intervention{Meeting: m, Recording: "r1", State: rostrum.CutState, Revision: 2}
		write(t, c, func(tx *Tx) error {
			if err := tx.AddIntervention(ctx, x, "x"); err != nil {
				return err
			}
			return tx.AddRevision(ctx, x.ID, 2, rostrum.Span{Out: 9}, day)
		})
		if counts, err := c.CutCounts(ctx); err != nil || len(counts) != 1 || counts["r1"] != 1 {
			t.Errorf("counts are %v, %v", counts, err)
		}
		if uncut, err := c.Uncut(ctx); err != nil || len(uncut) != 0 {
			t.Errorf("uncut are %v, %v", uncut, err)
		}
		x.Recording, x.State = "", rostrum.Planned
		write(t, c, func(tx *Tx) error {
			if err := tx.PutIntervention(ctx, x); err != nil {
				return err
			}
			return tx.DropRevisions(ctx, x.ID)
		})
		_, err = c.Revision(ctx, x.ID, 2)
		wantCode(t, "a revision of what is on no recording", err, rostrum.NotFound)
		if uncut, err := c.Uncut(ctx); err != nil || len(uncut) != 1 || uncut[0] != x.ID {
			t.Errorf("uncut are %v, %v", uncut, err)
		}
	})
}

func TestLocks(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		aline := rostrum.Lock{Subject: "cut/r1", Holder: "window-1", Account: "av", Name: "Aline", Since: day, Seen: day}
		bo := rostrum.Lock{Subject: "cut/r1", Holder: "window-2", Account: "av2", Name: "Bo"}
		at := func(l rostrum.Lock, after time.Duration) rostrum.Lock {
			l.Since, l.Seen = day.Add(after), day.Add(after)
			return l
		}
		take := func(what string, l rostrum.Lock, force, want bool) {
			t.Helper()
			write(t, c, func(tx *Tx) error {
				got, err := tx.TakeLock(ctx, l, force)
				if got != want {
					t.Errorf("%s: %t", what, got)
				}
				return err
			})
		}
		holds := func(now time.Time, want rostrum.Lock) {
			t.Helper()
			got, err := c.Lock(ctx, "cut/r1", now)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "lock", got, want)
		}
		take("the first", aline, false, true)
		take("another while it lives", at(bo, rostrum.LockLives), false, false)
		take("the holder again", at(aline, 40*time.Second), false, true)
		renewed := aline
		renewed.Seen = day.Add(40 * time.Second)
		holds(day.Add(80*time.Second), renewed)
		take("another by force", at(bo, 50*time.Second), true, true)
		holds(day.Add(51*time.Second), at(bo, 50*time.Second))
		take("the former holder", at(aline, 52*time.Second), false, false)
		dead := 50*time.Second + rostrum.LockLives + time.Millisecond
		_, err := c.Lock(ctx, "cut/r1", day.Add(dead))
		wantCode(t, "silent for too long", err, rostrum.NotFound)
		if all, err := c.Locks(ctx, day.Add(dead)); err != nil || len(all) != 0 {
			t.Errorf("locks are %v, %v", all, err)
		}
		take("another after it died", at(aline, dead), false, true)
		holds(day.Add(dead), at(aline, dead))
		write(t, c, func(tx *Tx) error { return tx.DropLock(ctx, "cut/r1", "window-2") })
		if all, err := c.Locks(ctx, day.Add(dead)); err != nil || len(all) != 1 {
			t.Errorf("after dropping another's: %v, %v", all, err)
		}
		write(t, c, func(tx *Tx) error { return tx.DropLock(ctx, "cut/r1", "window-1") })
		_, err = c.Lock(ctx, "cut/r1", day.Add(dead))
		wantCode(t, "after dropping", err, rostrum.NotFound)
	})
}

func TestMarks(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		m := filled(t, c)
		later := rostrum.Mark{ID: "m2", Meeting: m, Speaker: "ليلى", At: day.Add(time.Second), Unsure: 40 * time.Millisecond, Who: "Aline"}
		earlier := rostrum.Mark{ID: "m1", Meeting: m, End: true, At: day, Who: "Bo"}
		write(t, c, func(tx *Tx) error {
			if err := tx.PutMark(ctx, later); err != nil {
				return err
			}
			return tx.PutMark(ctx, earlier)
		})
		all, err := c.Marks(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "marks", all, []rostrum.Mark{earlier, later})

		changed := later
		changed.Intervention, changed.Speaker, changed.Deleted, changed.Who = "x", "", true, "somebody else"
		write(t, c, func(tx *Tx) error { return tx.PutMark(ctx, changed) })
		changed.Who = later.Who
		got, err := c.Mark(ctx, "m2")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "changed mark", got, changed)
		_, err = c.Mark(ctx, "m3")
		wantCode(t, "absent", err, rostrum.NotFound)
	})
}
