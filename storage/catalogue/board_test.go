package catalogue

import (
	"errors"
	"slices"
	"testing"
	"time"

	"rostrum"
)

// TestBoard has recordings that stand in all ways, and looks which of them are on.
func TestBoard(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, meeting := t.Context(), filled(t, c)
		now := day.Add(100 * 24 * time.Hour)
		old, lately := now.Add(-40*24*time.Hour), Lately{Done: now.Add(-7 * 24 * time.Hour), Failed: now.Add(-30 * 24 * time.Hour)}
		// recording adds one of a state with one intervention whose newest revision has another; "" adds none.
		recording := func(id rostrum.RecordingID, state rostrum.RecordingState, received time.Time, x rostrum.Intervention, revision rostrum.InterventionState, made time.Time) rostrum.InterventionID {
			t.Helper()
			write(t, c, func(tx *Tx) error {
				r := sampleRecording(meeting, id)
				r.State, r.Received = state, received
				if err := tx.PutRecording(ctx, r); err != nil || revision == "" {
					return err
				}
				x.Meeting, x.Recording, x.Title, x.Revision = meeting, id, string(id), 1
				if err := tx.AddIntervention(ctx, &x, string(id)); err != nil {
					return err
				}
				if err := tx.AddRevision(ctx, x.ID, 1, rostrum.Span{In: 1, Out: 100}, made); err != nil {
					return err
				}
				switch revision {
				case rostrum.InterventionFailed:
					return tx.FailRevision(ctx, x.ID, 1, "Why.")
				case rostrum.Ready:
					fence, err := tx.StartRevision(ctx, x.ID, 1)
					if err != nil {
						return err
					}
					grade := rostrum.Green
					if x.Title == "ready" {
						grade = rostrum.Red
					}
					return tx.FinishRevision(ctx, fence, &rostrum.Manifest{Intervention: x.ID, Revision: 1, Recording: id, Notices: []string{`"grade":"red"`},
						Quality: &rostrum.Quality{Findings: []rostrum.Finding{{Check: "peak", Grade: grade, Channel: "fr", Text: "Loud."}}}}, 0)
				}
				return nil
			})
			return x.ID
		}
		published := func(at time.Time) rostrum.Intervention {
			return rostrum.Intervention{State: rostrum.Published, PublishedRevision: 1, Published: at}
		}
		write(t, c, func(tx *Tx) error { _, err := tx.exec(ctx, `DELETE FROM recordings`); return err })
		recording("received", rostrum.Received, old, rostrum.Intervention{}, "", old)
		recording("uncut", rostrum.Encoded, old, rostrum.Intervention{}, "", old)
		recording("failed-long-ago", rostrum.RecordingFailed, old, rostrum.Intervention{State: rostrum.InterventionFailed}, rostrum.InterventionFailed, old)
		recording("failed", rostrum.RecordingFailed, now.Add(-20*24*time.Hour), rostrum.Intervention{State: rostrum.InterventionFailed}, rostrum.InterventionFailed, old)
		recording("rendering", rostrum.Encoded, old, rostrum.Intervention{State: rostrum.Rendering}, rostrum.Rendering, old)
		ready := recording("ready", rostrum.Encoded, old, rostrum.Intervention{State: rostrum.Ready}, rostrum.Ready, old)
		recording("over", rostrum.Encoded, old, published(old), rostrum.Ready, old)
		recording("published-lately", rostrum.Encoded, old, published(now), rostrum.Ready, old)
		recording("received-lately", rostrum.Encoded, now, published(old), rostrum.Ready, old)
		wished := recording("wished", rostrum.Encoded, old, published(old), rostrum.Ready, old)
		approved := recording("approved", rostrum.Encoded, old, published(old), rostrum.Ready, old)
		write(t, c, func(tx *Tx) error {
			var all error
			for i, x := range []rostrum.Comment{{Intervention: wished, Kind: rostrum.AnotherCut}, {Intervention: wished, Kind: rostrum.Remark},
				{Intervention: wished, Kind: rostrum.Remark, Resolved: day}, {Intervention: approved, Kind: rostrum.Approval}} {
				x.ID, x.At = string(rune('a'+i)), day
				all = errors.Join(all, tx.AddComment(ctx, x))
			}
			for n := range 3 {
				all = errors.Join(all, tx.PutChunk(ctx, "received", rostrum.H264, n, rostrum.Span{In: rostrum.Frame(n) * 10, Out: rostrum.Frame(n)*10 + 10}),
					tx.PutChunk(ctx, "over", rostrum.H264, n, rostrum.Span{In: rostrum.Frame(n) * 10, Out: rostrum.Frame(n)*10 + 10}),
					tx.PutChunk(ctx, "received-lately", rostrum.AV1, n, rostrum.Span{In: rostrum.Frame(n) * 10, Out: rostrum.Frame(n)*10 + 10}))
			}
			_, fence, err := tx.StartChunk(ctx, "received-lately", rostrum.AV1, 1)
			return errors.Join(all, err, tx.FinishChunk(ctx, "received-lately", rostrum.AV1, 1, fence, nil))
		})

		all, err := c.RecordingsOnBoard(ctx, lately)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range all {
			names = append(names, string(r.ID))
		}
		slices.Sort(names)
		equal(t, "recordings", names, []string{"failed", "published-lately", "ready", "received", "received-lately", "rendering", "uncut", "wished"})
		var ids []rostrum.RecordingID
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		cut, err := c.InterventionsOfRecordings(ctx, ids)
		if err != nil || len(cut) != 6 {
			t.Errorf("%d interventions, %v", len(cut), err)
		}
		if none, err := c.InterventionsOfRecordings(ctx, nil); err != nil || len(none) != 0 {
			t.Errorf("of no recording: %+v, %v", none, err)
		}
		revisions, err := c.NewestRevisions(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "a revision", revisions[ready], rostrum.Revision{Intervention: ready, Number: 1, State: rostrum.Ready, Created: old.Truncate(time.Millisecond)})
		reds, err := c.RedsWaiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "reds", reds, map[rostrum.InterventionID][]rostrum.Finding{ready: {{Check: "peak", Grade: rostrum.Red, Channel: "fr", Text: "Loud."}}})
		wishes, err := c.OpenWishes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "wishes", wishes, map[rostrum.InterventionID]Wishes{wished: {2, 1}})
		chunks, err := c.ChunksUnderWay(ctx)
		if err != nil || len(chunks) != 1 || len(chunks["received"]) != 3 || chunks["received"][2].Span.Out != 30 {
			t.Errorf("chunks %+v, %v", chunks, err)
		}
		shares, err := c.SharesIn(ctx, rostrum.AV1, lately.Failed)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "shares", shares, map[rostrum.RecordingID]float64{"received-lately": 1. / 3})
	})
}

func TestPlannedBetween(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, meeting := t.Context(), filled(t, c) // on 14 and 15 March
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.AddIntervention(ctx, &rostrum.Intervention{Meeting: meeting, Title: "planned", State: rostrum.Planned}, "a"),
				tx.AddIntervention(ctx, &rostrum.Intervention{Meeting: meeting, Recording: "r1", Title: "cut", State: rostrum.CutState}, "b"),
				tx.PutSeries(ctx, rostrum.Series{Slug: "cxo", SecondPerson: true}), tx.PutSeries(ctx, rostrum.Series{Slug: "cto"}))
		})
		for _, x := range []struct {
			first, last rostrum.Date
			want        int
		}{{"2026-03-14", "2026-03-14", 1}, {"2026-03-15", "2026-03-20", 1}, {"2026-03-16", "2026-03-20", 0}, {"2026-03-01", "2026-03-13", 0}, {"2026-03-01", "2026-04-01", 1}} {
			got, err := c.PlannedBetween(ctx, x.first, x.last)
			if err != nil || len(got) != x.want {
				t.Errorf("%s to %s: %d planned, %v", x.first, x.last, len(got), err)
			}
		}
		series, err := c.SeriesWithSecondPerson(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "series", series, []string{"cxo"})
		if has, err := c.HasRecordings(ctx); err != nil || !has {
			t.Errorf("has recordings: %t, %v", has, err)
		}
	})
}
