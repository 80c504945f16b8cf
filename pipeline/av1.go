package pipeline

import (
	"context"
	"slices"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// rungsAV1 are the rungs in AV1 that a recording gets when the operator wants them.
func (p *Pipeline) rungsAV1(v *rostrum.VideoSource) ([]rostrum.Rung, string) {
	if !p.AV1 || v == nil {
		return nil, ""
	}
	return rostrum.LadderAV1(v.Width, v.Height), media.EncoderAV1ID()
}

// queueAV1 adds the chunks in AV1 of a recording that is encoded in H.264: behind all other work, so that they are made when
// nothing else waits.
func (p *Pipeline) queueAV1(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording) error {
	if len(r.Ladder(rostrum.AV1)) == 0 || encoderFits(r, rostrum.AV1) != nil {
		return nil
	}
	return p.queueChunks(ctx, tx, r, rostrum.AV1, 0, r.Chunks(), nil)
}

// offerAV1 gives every intervention that is ready a new revision with the rungs in AV1, once the recording has all of them. All else
// of it is taken over as it is. An intervention that is still being made gets it when it is ready.
func (p *Pipeline) offerAV1(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID) error {
	r, err := tx.LockRecording(ctx, id)
	if err != nil || len(r.Ladder(rostrum.AV1)) == 0 {
		return err
	}
	chunks, err := tx.Chunks(ctx, id, rostrum.AV1)
	if err != nil || !allDone(r, chunks) {
		return err
	}
	all, err := tx.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	err = p.renderSome(ctx, tx, all, func(_ *rostrum.Intervention, newest *rostrum.Revision) bool {
		return newest.State == rostrum.Ready &&
			!slices.ContainsFunc(newest.Manifest.Pictures, func(p rostrum.Picture) bool { return p.Codec == rostrum.AV1 })
	})
	if err != nil {
		return err
	}
	return p.advance(ctx, tx, id)
}

// allDone says whether chunks are all that the recording has, and done.
func allDone(r *rostrum.Recording, chunks []catalogue.Chunk) bool {
	for _, c := range chunks {
		if !c.Done {
			return false
		}
	}
	return len(chunks) == r.Chunks()
}

// chunkKindOf is the kind of the tasks that encode in a codec.
func chunkKindOf(codec rostrum.Codec) string {
	if codec == rostrum.AV1 {
		return av1Kind
	}
	return chunkKind
}

// chunkTask is the task that encodes a chunk. What lies under interventions comes before the rest, and all of it before AV1.
func chunkTask(id rostrum.RecordingID, codec rostrum.Codec, number int, marked bool) queue.Task {
	priority := 3
	switch {
	case codec != rostrum.H264:
		priority = 4
	case marked:
		priority = 2
	}
	return queue.Task{Kind: chunkKindOf(codec), Key: joinKey(id, number), Lane: queue.Encode, Priority: priority, Unique: true}
}
