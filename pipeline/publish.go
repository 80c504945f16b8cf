package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
)

// Publish lets the audience that the speaker's consent covers see an intervention's newest ready
// revision. Refused without such a consent, during an embargo, and when its quality has a red finding for which
// nobody gave a reason, now or for an earlier revision, and when the series asks for the approval of a second person and there is none;
// Conflict while nothing is ready. The reason goes into the audit log. What was withdrawn comes back.
func (p *Pipeline) Publish(ctx context.Context, id rostrum.InterventionID, who, reason string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return p.publish(ctx, tx, id, who, reason) })
}

func (p *Pipeline) publish(ctx context.Context, tx *catalogue.Tx, id rostrum.InterventionID, who, reason string) error {
	x, err := tx.LockIntervention(ctx, id)
	if err != nil {
		return err
	}
	if err := x.MayPublish(p.Now()); err != nil {
		return rostrum.Errorf(rostrum.Refused, "%q can't be published. %w", x.Title, err)
	}
	if x.Recording == "" {
		return rostrum.Errorf(rostrum.Conflict, "%q has not been cut yet, so there is nothing to publish.", x.Title)
	}
	revision, err := tx.Revision(ctx, id, x.Revision)
	if err != nil {
		return err
	}
	if revision.State != rostrum.Ready {
		if revision.State == rostrum.InterventionFailed {
			return rostrum.Errorf(rostrum.Conflict, "%q can't be published: making it failed. %s", x.Title, revision.Failure)
		}
		return rostrum.Errorf(rostrum.Conflict, "%q is not ready yet; publish it when it is, or say --publish at ingest.", x.Title)
	}
	if x.State == rostrum.Published && x.PublishedRevision == x.Revision {
		if x.PublishAt.IsZero() {
			return nil
		}
		x.PublishAt = time.Time{}
		return tx.PutIntervention(ctx, x)
	}
	series, err := tx.SeriesOf(ctx, id)
	if err != nil {
		return err
	}
	if err := secondPerson(x, series, who); err != nil {
		return err
	}
	if err := accept(x, revision.Manifest.Quality, reason); err != nil {
		return err
	}
	action := "publish"
	if x.State == rostrum.WithdrawnState {
		action = "restore"
	}
	// What comes back after its time is over begins anew, or it would be taken away again at once.
	if end := retainedUntil(x, series); x.Published.IsZero() || !end.IsZero() && !end.After(p.Now()) {
		x.Published = p.Now()
	}
	x.State, x.PublishedRevision, x.Failure, x.PublishAt = rostrum.Published, x.Revision, "", time.Time{}
	if err := tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: action, Subject: string(id), Detail: reason})
}

// secondPerson refuses what nobody but the one who publishes has approved, where the series asks for that.
func secondPerson(x *rostrum.Intervention, series rostrum.Series, who string) error {
	switch {
	case !series.SecondPerson:
		return nil
	case x.Approved != x.Revision:
		return rostrum.Errorf(rostrum.Refused, "%q needs the approval of a second person first; ask a colleague to look at it and approve it.", x.Title)
	case strings.EqualFold(x.ApprovedBy, who):
		return rostrum.Errorf(rostrum.Refused, "%q was approved by you, so somebody else must publish it; ask a colleague.", x.Title)
	}
	return nil
}

// Approve records that somebody has looked at the newest revision and finds it right. Conflict when it is not ready, and when it is no
// longer the revision that was looked at.
func (p *Pipeline) Approve(ctx context.Context, id rostrum.InterventionID, revision int, who string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		if revision != x.Revision || revision == 0 {
			return rostrum.Errorf(rostrum.Conflict, "%q has been cut again since you looked at it; look at the new revision, and approve that.", x.Title)
		}
		newest, err := tx.Revision(ctx, id, revision)
		if err != nil {
			return err
		}
		if newest.State != rostrum.Ready {
			return rostrum.Errorf(rostrum.Conflict, "%q is not ready yet; approve it when you can look at it.", x.Title)
		}
		if x.Approved == revision && x.ApprovedBy == who {
			return nil
		}
		x.Approved, x.ApprovedBy = revision, who
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "approve", Subject: string(id), Detail: fmt.Sprintf("revision %d", revision)})
	})
}

// accept lets red findings pass for a reason, and remembers which: the next revision may have them too. Without a reason they are
// refused.
func accept(x *rostrum.Intervention, q *rostrum.Quality, reason string) error {
	var open []string
	for _, f := range q.Reds() {
		key := f.Check + "/" + f.Channel
		switch {
		case slices.Contains(x.Accepted, key):
		case strings.TrimSpace(reason) != "":
			x.Accepted = append(x.Accepted, key)
		default:
			open = append(open, f.Text)
		}
	}
	if len(open) > 0 {
		return rostrum.Errorf(rostrum.Refused, "%q is held back by its quality: %s Correct it, or publish it with a reason in writing.", x.Title, strings.Join(open, " "))
	}
	return nil
}

// Withdraw takes an intervention away from everybody at once: its page, its media and its embeds answer that it was
// withdrawn. Publish brings it back. why goes into the audit log, never to viewers.
func (p *Pipeline) Withdraw(ctx context.Context, id rostrum.InterventionID, who, why string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		return p.withdraw(ctx, tx, x, who, why)
	})
}

func (p *Pipeline) withdraw(ctx context.Context, tx *catalogue.Tx, x *rostrum.Intervention, who, why string) error {
	if x.State == rostrum.WithdrawnState {
		return nil
	}
	if x.PublishedRevision == 0 {
		return rostrum.Errorf(rostrum.Conflict, "%q has not been published, so there is nothing to withdraw.", x.Title)
	}
	x.State, x.Withdrawn, x.WantPublish, x.PublishAt = rostrum.WithdrawnState, p.Now(), false, time.Time{}
	if err := tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "withdraw", Subject: string(x.ID), Detail: why})
}

// Recut gives an intervention another span: a new revision, made of the same shared segments and two new edges. A
// published one stays as it is until the new revision is ready, and then moves on to it.
func (p *Pipeline) Recut(ctx context.Context, id rostrum.InterventionID, s rostrum.Span, who string) (revision int, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.Intervention(ctx, id)
		if err != nil {
			return err
		}
		r, err := tx.LockRecording(ctx, x.Recording)
		if err != nil {
			return err
		}
		if x, err = tx.LockIntervention(ctx, id); err != nil {
			return err
		}
		if r.State == rostrum.RecordingFailed {
			return rostrum.Errorf(rostrum.Conflict, "The recording of %q failed: %s", x.Title, r.Failure)
		}
		if err := s.Check(r.Rate, r.Frames); err != nil {
			return err
		}
		if s == x.Span && x.State != rostrum.InterventionFailed {
			revision = x.Revision
			return nil
		}
		before := x.Span
		if err := p.nextRevision(ctx, tx, x, s); err != nil {
			return err
		}
		revision = x.Revision
		if err := p.mendTails(ctx, tx, r, x.ID); err != nil {
			return err
		}
		detail := r.Timecode(before.In) + "-" + r.Timecode(before.Out) + " -> " + r.Timecode(s.In) + "-" + r.Timecode(s.Out)
		if err := tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "cut", Subject: string(id), Detail: detail}); err != nil {
			return err
		}
		return p.advance(ctx, tx, x.Recording)
	})
	return revision, err
}

// nextRevision adds a revision of an intervention, to be rendered. What is published moves on to it when it is ready; what
// is withdrawn stays withdrawn.
func (p *Pipeline) nextRevision(ctx context.Context, tx *catalogue.Tx, x *rostrum.Intervention, s rostrum.Span) error {
	x.Span, x.Failure = s, ""
	x.Revision++
	switch x.State {
	case rostrum.Published:
		x.WantPublish = true
	case rostrum.WithdrawnState:
	default:
		x.State = rostrum.CutState
	}
	if err := tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	return tx.AddRevision(ctx, x.ID, x.Revision, s, p.Now())
}

// finish records a rendered revision and publishes it if that was wanted: page, playlists and files change in one
// transaction.
func (p *Pipeline) finish(ctx context.Context, fence int64, m *rostrum.Manifest, encoded int64) error {
	published := false
	err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		// Whoever locks a recording and its interventions locks the recording first.
		if _, err := tx.LockRecording(ctx, m.Recording); err != nil {
			return err
		}
		if err := tx.FinishRevision(ctx, fence, m, encoded); err != nil {
			return err
		}
		x, err := tx.LockIntervention(ctx, m.Intervention)
		if err != nil || x.Revision != m.Revision {
			return err
		}
		if x.State == rostrum.Rendering || x.State == rostrum.CutState || x.State == rostrum.InterventionFailed {
			x.State = rostrum.Ready
		}
		want := x.WantPublish
		x.WantPublish, x.Failure = false, ""
		for _, n := range m.Notices {
			if !slices.Contains(x.Notices, n) {
				x.Notices = append(x.Notices, n)
			}
		}
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		if !want {
			return p.offerAV1(ctx, tx, m.Recording)
		}
		err = p.publish(ctx, tx, x.ID, "rostrum", "")
		if rostrum.ErrorCode(err) == rostrum.Refused { // the consent changed while it was being made, or the quality is not good enough
			if n := rostrum.ErrorMessage(err); !slices.Contains(x.Notices, n) {
				x.Notices = append(x.Notices, n)
			}
			return tx.PutIntervention(ctx, x)
		}
		if published = err == nil; !published {
			return err
		}
		return p.offerAV1(ctx, tx, m.Recording)
	})
	if err != nil {
		return err
	}
	for run := int64(1); run < fence; run++ {
		p.drop(ctx, runPrefix(m.Intervention, m.Revision, run))
	}
	// What a new cut point took away must not stay. Shared segments are the recording's and stay.
	for n := 1; n < m.Revision && published; n++ {
		p.dropBut(ctx, fmt.Sprintf("interventions/%s/%d", m.Intervention, n), m)
	}
	return nil
}

// dropBut deletes the files of an older revision that a newer one has not taken over.
func (p *Pipeline) dropBut(ctx context.Context, prefix string, m *rostrum.Manifest) {
	keep := map[string]bool{}
	for _, key := range m.Keys() {
		keep[key] = true
	}
	var old []string
	err := p.Store.List(ctx, prefix, func(o objects.Info) error {
		if !keep[o.Key] {
			old = append(old, o.Key)
		}
		return nil
	})
	for _, key := range old {
		if err == nil {
			err = p.Store.Delete(ctx, key)
		}
	}
	if err != nil {
		p.Log.Warn("files that are no longer used were not all deleted", "prefix", prefix, "error", err)
	}
}

// drop deletes files that nothing refers to any more. A failure leaves what nobody can reach, and is only logged.
func (p *Pipeline) drop(ctx context.Context, prefix string) {
	if err := p.Store.DeletePrefix(ctx, prefix); err != nil {
		p.Log.Warn("files that are no longer used were not deleted", "prefix", prefix, "error", err)
	}
}
