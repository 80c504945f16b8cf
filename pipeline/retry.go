package pipeline

import (
	"context"
	"fmt"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

const retryAction = "retry"

// wasSurveyed says of a recording that failed whether its survey had come to its end: only that queues the last of its chunks.
func wasSurveyed(r *rostrum.Recording, chunks []catalogue.Chunk) bool {
	return r.Chunks() > 0 && len(chunks) >= r.Chunks()
}

// Retry begins the work on a failed recording again at the step that failed: what is measured and encoded stays. Conflict for one that did
// not fail.
func (p *Pipeline) Retry(ctx context.Context, id rostrum.RecordingID, who string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		r, err := tx.LockRecording(ctx, id)
		if err != nil {
			return err
		}
		if r.State != rostrum.RecordingFailed {
			return rostrum.Errorf(rostrum.Conflict, "This recording has not failed, or somebody has just tried it again; look at the board.")
		}
		chunks, err := tx.Chunks(ctx, id, rostrum.H264)
		if err != nil {
			return err
		}
		step := SurveyStep
		if wasSurveyed(r, chunks) {
			step = EncodeStep
			err = p.encodeAgain(ctx, tx, r, chunks)
		} else {
			err = p.revive(ctx, tx, r)
		}
		if err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: retryAction, Subject: string(id), Detail: "from " + string(step)})
	})
}

// encodeAgain goes on with a measured recording's chunks that are not done, and makes what failed with it.
func (p *Pipeline) encodeAgain(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, chunks []catalogue.Chunk) error {
	done := map[int]bool{}
	var tasks []queue.Task
	for _, c := range chunks {
		if done[c.Number] = c.Done; !c.Done {
			tasks = append(tasks, chunkTask(r.ID, rostrum.H264, c.Number, true))
		}
	}
	r.State, r.Failure = stateOf(r, done), ""
	if err := tx.PutRecording(ctx, r); err != nil {
		return err
	}
	if err := p.Queue.Add(ctx, tx.SQL(), tasks...); err != nil {
		return err
	}
	all, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return err
	}
	err = p.renderSome(ctx, tx, all, func(_ *rostrum.Intervention, newest *rostrum.Revision) bool {
		return newest.State == rostrum.InterventionFailed
	})
	if err != nil {
		return err
	}
	return p.advance(ctx, tx, r.ID)
}

// RetryIntervention makes an intervention whose newest revision failed again, as the next revision of the same span; what an earlier one has
// of it is taken over. Conflict when it did not fail, and when its whole recording did; Refused when its span can't be right.
func (p *Pipeline) RetryIntervention(ctx context.Context, id rostrum.InterventionID, who string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.Intervention(ctx, id)
		if err != nil {
			return err
		}
		if x.Recording == "" {
			return rostrum.Errorf(rostrum.Conflict, "%q has not been cut yet, so there is nothing to make again.", x.Title)
		}
		r, err := tx.LockRecording(ctx, x.Recording)
		if err != nil {
			return err
		}
		if x, err = tx.LockIntervention(ctx, id); err != nil {
			return err
		}
		newest, err := tx.Revision(ctx, id, x.Revision)
		if err != nil {
			return err
		}
		switch {
		case r.State == rostrum.RecordingFailed:
			return rostrum.Errorf(rostrum.Conflict, "The whole recording of %q failed; try that again, and this is made with it.", x.Title)
		case newest.State != rostrum.InterventionFailed:
			return rostrum.Errorf(rostrum.Conflict, "%q has not failed, or somebody has just tried it again; look at the board.", x.Title)
		}
		if err := x.Span.Check(r.Rate, r.Frames); err != nil {
			return rostrum.Errorf(rostrum.Refused, "%q would fail again: %w", x.Title, err)
		}
		if err := p.nextRevision(ctx, tx, x, x.Span); err != nil {
			return err
		}
		if err := tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: retryAction, Subject: string(id), Detail: fmt.Sprintf("revision %d", x.Revision)}); err != nil {
			return err
		}
		return p.advance(ctx, tx, r.ID)
	})
}

// RetryDelivery takes a refused delivery in again, as SubmitDelivery does. Conflict when it was not refused, or is being taken in; Refused
// for what came by a folder or a bucket, which is put there again.
func (p *Pipeline) RetryDelivery(ctx context.Context, id rostrum.DeliveryID, who rostrum.Actor) error {
	d, err := p.Catalogue.Delivery(ctx, id)
	switch {
	case err != nil:
		return err
	case d.Origin != rostrum.FromBrowser:
		return rostrum.Errorf(rostrum.Refused, "This came by a watched folder, and its files are still there; correct them there, delete the text beside them that says why, and it is tried again.")
	case d.State != rostrum.DeliveryRefused:
		return rostrum.Errorf(rostrum.Conflict, "This delivery has not been refused, or somebody has just tried it again; look at the board.")
	}
	_, err = p.SubmitDelivery(ctx, id, who)
	return err
}
