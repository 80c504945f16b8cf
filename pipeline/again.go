package pipeline

import (
	"context"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// revive begins the work on a failed recording again, from where it stopped: what is encoded stays.
func (p *Pipeline) revive(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording) error {
	r.State, r.Failure = rostrum.Received, ""
	if err := tx.PutRecording(ctx, r); err != nil {
		return err
	}
	chunks, err := tx.Chunks(ctx, r.ID, rostrum.H264)
	if err != nil {
		return err
	}
	tasks := []queue.Task{{Kind: surveyKind, Key: string(r.ID), Lane: queue.Render, Priority: 1, Unique: true}}
	for _, c := range chunks {
		if !c.Done {
			tasks = append(tasks, chunkTask(r.ID, rostrum.H264, c.Number, true))
		}
	}
	if err := p.Queue.Add(ctx, tx.SQL(), tasks...); err != nil {
		return err
	}
	return p.renderAgain(ctx, tx, r.ID)
}

// renderAgain gives every intervention of a recording a new revision of the same span, because something that belongs to
// it has changed. What is published stays until its new revision is ready.
func (p *Pipeline) renderAgain(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID) error {
	all, err := tx.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	return p.renderSome(ctx, tx, all, func(x *rostrum.Intervention, newest *rostrum.Revision) bool {
		// One that is not begun will find the change by itself.
		return newest.State != rostrum.Rendering || x.State != rostrum.CutState
	})
}

// renderSome gives a new revision of the same span to those interventions of which want says so, by their newest revision.
func (p *Pipeline) renderSome(ctx context.Context, tx *catalogue.Tx, all []*rostrum.Intervention, want func(*rostrum.Intervention, *rostrum.Revision) bool) error {
	for _, x := range all {
		newest, err := tx.Revision(ctx, x.ID, x.Revision)
		if err != nil {
			return err
		}
		if !want(x, newest) {
			continue
		}
		if err := p.nextRevision(ctx, tx, x, x.Span); err != nil {
			return err
		}
	}
	return nil
}
