package catalogue

import (
	"errors"
	"testing"
	"time"

	"rostrum"
)

// reviewed makes an intervention of a recording.
func reviewed(t *testing.T, c *Catalogue) *rostrum.Intervention {
	t.Helper()
	x := &rostrum.Intervention{Meeting: filled(t, c), MeetingSlug: "cxo-2026", Recording: "r1", Title: "x", State: rostrum.Ready, Revision: 1, Span: rostrum.Span{In: 10, Out: 99}}
	write(t, c, func(tx *Tx) error { return tx.AddIntervention(t.Context(), x, "x") })
	return x
}

func TestReviewLinks(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, x := t.Context(), reviewed(t, c)
		l := rostrum.ReviewLink{ID: "l1", Intervention: x.ID, For: "Grace", By: "Sami", Created: day, Expires: day.Add(time.Hour)}
		other := rostrum.ReviewLink{ID: "l2", Intervention: x.ID, For: "Bo", By: "Sami", Created: day.Add(time.Second), Expires: day.Add(time.Hour)}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.AddReviewLink(ctx, l, "aa"), tx.AddReviewLink(ctx, other, "bb"))
		})
		wantCode(t, "the secret again", c.Write(ctx, func(tx *Tx) error { l := l; l.ID = "l3"; return tx.AddReviewLink(ctx, l, "aa") }), rostrum.Conflict)
		got, err := c.ReviewLinkBySecret(ctx, "aa")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "by secret", got, l)
		_, err = c.ReviewLinkBySecret(ctx, "l1")
		wantCode(t, "by its name", err, rostrum.NotFound)
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.OpenedReviewLink(ctx, "l1", day.Add(time.Minute)), tx.RevokeReviewLink(ctx, "l1", day.Add(2*time.Minute)), tx.RevokeReviewLink(ctx, "l1", day.Add(3*time.Minute)))
		})
		l.Opened, l.Revoked = day.Add(time.Minute), day.Add(2*time.Minute)
		all, err := c.ReviewLinks(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "links", all, []rostrum.ReviewLink{l, other})
	})
}

func TestComments(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, x := t.Context(), reviewed(t, c)
		late := rostrum.Comment{ID: "c1", Intervention: x.ID, Link: "l1", Who: "Grace", Kind: rostrum.AnotherCut, Frame: 90, Wish: rostrum.Span{In: 12, Out: 95}, Text: "à couper", Revision: 1, At: day}
		early := rostrum.Comment{ID: "c2", Intervention: x.ID, Who: "Bo", Kind: rostrum.Remark, Frame: 20, Text: "?", Revision: 1, At: day.Add(time.Second)}
		write(t, c, func(tx *Tx) error { return errors.Join(tx.AddComment(ctx, late), tx.AddComment(ctx, early)) })
		all, err := c.Comments(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "by time of writing", all, []rostrum.Comment{late, early})
		write(t, c, func(tx *Tx) error { return tx.ResolveComment(ctx, "c2", day.Add(time.Hour), "Aline") })
		early.Resolved, early.ResolvedBy = day.Add(time.Hour), "Aline"
		if all, err = c.CommentsOfRecording(ctx, "r1"); err != nil {
			t.Fatal(err)
		}
		equal(t, "by place", all, []rostrum.Comment{early, late})
		if none, err := c.CommentsOfRecording(ctx, "r2"); err != nil || len(none) != 0 {
			t.Errorf("of another recording: %v, %v", none, err)
		}
		_, err = c.Comment(ctx, "c3")
		wantCode(t, "absent", err, rostrum.NotFound)
	})
}

func TestConsentsStayOnRecord(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, x := t.Context(), reviewed(t, c)
		document := &rostrum.Document{Name: "form.pdf", Type: "application/pdf", Object: "documents/a", Bytes: 3, SHA256: "00"}
		speaker := rostrum.Consent{Kind: rostrum.ConsentPublic, By: "Ann", How: "form", At: day, Document: document}
		booth := rostrum.Consent{Kind: rostrum.ConsentRefused, By: "Bo", How: "e-mail", At: day, TakenBack: true}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.AddConsent(ctx, x.ID, speaker), tx.AddBoothConsent(ctx, x.ID, "fr", booth))
		})
		all, err := c.Consents(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "history", all, []RecordedConsent{{1, "", speaker}, {2, "fr", booth}})
		got, err := c.Intervention(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the speaker's is in force", got.Consent, speaker)
		if got.Booths == nil {
			t.Error("a new intervention passes for one from before booths were asked")
		}
		_, err = c.Consent(ctx, x.ID, 3)
		wantCode(t, "absent", err, rostrum.NotFound)
	})
}

// What was there before the tables knew booths is heard as it was.
func TestBoothsFromBefore(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		x := reviewed(t, c)
		write(t, c, func(tx *Tx) error {
			_, err := tx.exec(t.Context(), `INSERT INTO interventions (id, meeting, slug, position, agenda_item, title, speaker, function, organisation, language,
				topics, frame_in, frame_out, state, failure, revision, published_revision, published, withdrawn, want_publish, notices, accepted)
				VALUES ('old', $1, 'old', 1, '', '', '', '', '', '', '[]', 0, 0, '', '', 0, 0, 0, 0, 0, '[]', '[]')`, x.Meeting)
			return err
		})
		if got, err := c.Intervention(t.Context(), "old"); err != nil || got.Booths != nil {
			t.Errorf("booths are %v, %v", got.Booths, err)
		}
	})
}

func TestRulesOfSeries(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, x := t.Context(), reviewed(t, c)
		if s, err := c.SeriesOf(ctx, x.ID); err != nil || s.Slug != "" {
			t.Errorf("without a series: %+v, %v", s, err)
		}
		series := rostrum.Series{Slug: "cxo", Title: rostrum.Texts{"en": "CxO"}, SecondPerson: true, Retention: 365}
		write(t, c, func(tx *Tx) error { return tx.PutSeries(ctx, series) })
		s, err := c.SeriesOf(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "series", s, series)
		all, err := c.SeriesWithRetention(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "with retention", all, []rostrum.Series{series})
		ids := func(list []*rostrum.Intervention, err error) int {
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		x.State, x.Published, x.PublishAt = rostrum.Published, day, day.Add(time.Hour)
		write(t, c, func(tx *Tx) error { return tx.PutIntervention(ctx, x) })
		for _, w := range []struct {
			what      string
			got, want int
		}{
			{"published a moment later", ids(c.InterventionsPublishedBefore(ctx, "cxo", day.Add(-time.Millisecond))), 0},
			{"published by then", ids(c.InterventionsPublishedBefore(ctx, "cxo", day)), 1},
			{"of another series", ids(c.InterventionsPublishedBefore(ctx, "cto", day)), 0},
			{"not due", ids(c.InterventionsDue(ctx, day.Add(time.Hour-time.Millisecond))), 0},
			{"due", ids(c.InterventionsDue(ctx, day.Add(time.Hour))), 1},
		} {
			if w.got != w.want {
				t.Errorf("%s: %d, want %d", w.what, w.got, w.want)
			}
		}
	})
}
