package catalogue

import (
	"testing"
	"time"

	"rostrum"
)

func planned(t *testing.T, c *Catalogue, m rostrum.MeetingID, id rostrum.InterventionID) *rostrum.Intervention {
	t.Helper()
	x := &rostrum.Intervention{ID: id, Meeting: m, MeetingSlug: "cxo-2026", Title: "On trust", Speaker: "Ana Ölmez", State: rostrum.Planned, Topics: []string{"trust"},
		Titles: rostrum.Texts{"ar": "عن الثقة"}, Starts: day.Truncate(time.Millisecond), Length: 5 * time.Minute}
	write(t, c, func(tx *Tx) error { return tx.AddPlanned(t.Context(), x, x.Speaker) })
	return x
}

func TestPlannedInterventions(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, m := t.Context(), filled(t, c)
		a, b := planned(t, c, m, "aaaaaaaaaaaaa"), planned(t, c, m, "bbbbbbbbbbbbb")
		if a.Slug != "ana-olmez" || b.Slug != "ana-olmez-2" || b.Position != 2 {
			t.Fatalf("slugs %q, %q, position %d", a.Slug, b.Slug, b.Position)
		}
		wantCode(t, "the same identity again", c.Write(ctx, func(tx *Tx) error { return tx.AddPlanned(ctx, a, "x") }), rostrum.Conflict)
		counts, err := c.InterventionCounts(ctx)
		if err != nil || counts[m][rostrum.Planned] != 2 {
			t.Errorf("counts %v, %v", counts, err)
		}
		write(t, c, func(tx *Tx) error { return tx.OrderInterventions(ctx, m, []rostrum.InterventionID{b.ID, a.ID}) })
		all, err := c.InterventionsOfMeeting(ctx, m)
		if err != nil || len(all) != 2 || all[0].ID != b.ID || all[1].Position != 2 {
			t.Fatalf("order %+v, %v", all, err)
		}

		consent := rostrum.Consent{Kind: rostrum.ConsentPartners, By: "Ada", How: "form", At: day.Truncate(time.Millisecond)}
		write(t, c, func(tx *Tx) error { return tx.AddConsent(ctx, b.ID, consent) })
		before, err := c.Intervention(ctx, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		write(t, c, func(tx *Tx) error { return tx.RemoveIntervention(ctx, before, day) })
		_, err = c.Intervention(ctx, b.ID)
		wantCode(t, "removed", err, rostrum.NotFound)
		write(t, c, func(tx *Tx) error { _, err := tx.PutBackIntervention(ctx, m, b.ID); return err })
		after, err := c.Intervention(ctx, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		before.Position = after.Position
		equal(t, "put back", after, before)
		wantCode(t, "put back twice", c.Write(ctx, func(tx *Tx) error { _, err := tx.PutBackIntervention(ctx, m, b.ID); return err }), rostrum.NotFound)

		write(t, c, func(tx *Tx) error { return tx.RemoveIntervention(ctx, after, day.Add(-2*keptRemoved)) })
		write(t, c, func(tx *Tx) error { return tx.RemoveIntervention(ctx, a, day) })
		wantCode(t, "put back too late", c.Write(ctx, func(tx *Tx) error { _, err := tx.PutBackIntervention(ctx, m, b.ID); return err }), rostrum.NotFound)
	})
}

func TestImportsAndWhatTheyMade(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, m := t.Context(), filled(t, c)
		i := Import{ID: "one", At: day.Truncate(time.Millisecond), Who: "Ada", Name: "p.json", Was: `{"a":1}`}
		write(t, c, func(tx *Tx) error { return tx.PutImport(ctx, i) })
		i.Undone = i.At.Add(time.Minute)
		write(t, c, func(tx *Tx) error {
			if _, err := tx.LockImport(ctx, i.ID); err != nil {
				return err
			}
			return tx.PutImport(ctx, i)
		})
		got, err := c.Import(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "import", got, i)
		write(t, c, func(tx *Tx) error { return tx.PutImport(ctx, Import{ID: "two", At: day.Add(2 * keptImports)}) })
		_, err = c.Import(ctx, "one")
		wantCode(t, "long ago", err, rostrum.NotFound)

		write(t, c, func(tx *Tx) error {
			return tx.PutSeries(ctx, rostrum.Series{Slug: "cxo", Title: rostrum.Texts{"en": "CxO"}, SecondPerson: true, Retention: 90})
		})
		series, err := c.AllSeries(ctx)
		if err != nil || len(series) != 1 || !series[0].SecondPerson || series[0].Retention != 90 {
			t.Errorf("series %+v, %v", series, err)
		}
		wantCode(t, "a meeting with recordings", c.Write(ctx, func(tx *Tx) error { return tx.DeleteMeeting(ctx, "cxo-2026") }), rostrum.Refused)
		write(t, c, func(tx *Tx) error {
			empty := rostrum.Meeting{Slug: "empty", Starts: "2026-01-01"}
			if _, err := tx.PutMeeting(ctx, &empty); err != nil {
				return err
			}
			if err := tx.DeleteSeries(ctx, "cxo"); err != nil {
				return err
			}
			return tx.DeleteMeeting(ctx, "empty")
		})
		if meetings, err := c.Meetings(ctx); err != nil || len(meetings) != 1 || meetings[0].ID != m {
			t.Errorf("meetings %+v, %v", meetings, err)
		}
	})
}
