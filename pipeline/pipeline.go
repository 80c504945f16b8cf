// Package pipeline makes interventions out of recordings. This file is the order of the stages and
// nothing else:
//
//	take      what was sent from a browser becomes what receive takes  task "take"
//	receive   take the bytes in, probe them, read the cut list         (in the process that asks)
//	survey    measure: exact length, sound, silence, waveform, stills    task "survey"
//	listen    measure one sound anew that was changed afterwards       task "listen"
//	chunk     encode a minute of the timeline once, every rung         task "chunk", later "av1"
//	render    cut an intervention by reference, its sound, its files   task "render"
//	publish   flip one row                                             (in a transaction)
//
// Every stage may run twice: the same input writes the same keys, and a fencing number lets only
// the newest runner record its result. A stage hands over by committing its result and the next
// stage's tasks in one transaction.
package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
	"rostrum/storage/uploads"
)

// Pipeline holds what the stages work with.
type Pipeline struct {
	Catalogue *catalogue.Catalogue
	Store     objects.Store
	Queue     *queue.Queue
	Tools     media.Tools
	Log       *slog.Logger
	Now       func() time.Time
	Work      string           // folder for files that live no longer than a task
	Target    float64          // loudness of every intervention, LUFS; 0 is −16
	Largest   int64            // bytes of a recording; 0 for no limit but the disk's
	Uploads   *uploads.Uploads // what is on its way from browsers; its ledger is the pipeline's
	AV1       bool             // also encode for slow lines in AV1, when nothing else waits
}

// TaskFolder begins the names of the folders in which tasks work: what a killed worker has left of them may go once nobody works.
const TaskFolder = "task-"

// The kinds of tasks.
const (
	surveyKind = "survey" // key: recording
	listenKind = "listen" // key: recording/channel
	chunkKind  = "chunk"  // key: recording/number
	av1Kind    = "av1"    // key: recording/number
	renderKind = "render" // key: intervention/revision
)

// Register tells the queue who does what. Call it before the queue starts.
func (p *Pipeline) Register() {
	p.Queue.Handle(surveyKind, func(ctx context.Context, j queue.Job) error {
		return p.settle(p.survey(ctx, rostrum.RecordingID(j.Key)))
	})
	p.Queue.Handle(takeKind, func(ctx context.Context, j queue.Job) error {
		return p.settle(p.takeDelivery(ctx, rostrum.DeliveryID(j.Key)))
	})
	p.Queue.Handle(listenKind, func(ctx context.Context, j queue.Job) error {
		id, channel, _ := strings.Cut(j.Key, "/")
		return p.settle(p.listen(ctx, rostrum.RecordingID(id), channel))
	})
	for _, codec := range []rostrum.Codec{rostrum.H264, rostrum.AV1} {
		p.Queue.Handle(chunkKindOf(codec), func(ctx context.Context, j queue.Job) error {
			id, number, err := splitKey(j.Key)
			if err != nil {
				return queue.Never(err)
			}
			return p.settle(p.encodeChunk(ctx, rostrum.RecordingID(id), codec, number))
		})
	}
	p.Queue.Handle(renderKind, func(ctx context.Context, j queue.Job) error {
		id, number, err := splitKey(j.Key)
		if err != nil {
			return queue.Never(err)
		}
		return p.settle(p.render(ctx, rostrum.InterventionID(id), number))
	})
	p.Queue.HandleFailure(p.failed)
}

// settle decides whether trying again can help. It can't for bad input and for what is gone; an overtaken runner leaves the
// work to the newer one.
func (p *Pipeline) settle(err error) error {
	if errors.Is(err, catalogue.ErrOvertaken) {
		return nil
	}
	switch rostrum.ErrorCode(err) {
	case rostrum.Invalid, rostrum.NotFound, rostrum.Refused, rostrum.TooLarge:
		return queue.Never(err)
	}
	return err
}

// failed puts into the catalogue, in words, that a task was given up.
func (p *Pipeline) failed(ctx context.Context, j queue.Job, cause error) error {
	why := rostrum.ErrorMessage(cause)
	if j.Kind == takeKind {
		return p.failedDelivery(ctx, j.Key, why)
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		id, number, _ := splitKey(j.Key)
		if j.Kind == renderKind {
			return failRevision(ctx, tx, rostrum.InterventionID(id), number, why)
		}
		switch j.Kind {
		case surveyKind:
			id = j.Key
		case listenKind: // the recording is none the worse
			_, channel, _ := strings.Cut(j.Key, "/")
			return p.note(ctx, tx, rostrum.RecordingID(id), fmt.Sprintf("The %s sound could not be listened through after it was changed; correct its channel. %s", channel, why))
		case av1Kind: // an offer more, which nobody misses
			return p.note(ctx, tx, rostrum.RecordingID(id), "The sizes in AV1, for slow lines, could not be made; those in H.264 are there. "+why)
		}
		r, err := tx.LockRecording(ctx, rostrum.RecordingID(id))
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		r.State, r.Failure = rostrum.RecordingFailed, why
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		all, err := tx.InterventionsOfRecording(ctx, r.ID)
		for _, x := range all {
			if err == nil {
				err = failRevision(ctx, tx, x.ID, x.Revision, why)
			}
		}
		return err
	})
}

// failRevision marks a revision that is not ready as failed, and its intervention too unless an older revision is published.
func failRevision(ctx context.Context, tx *catalogue.Tx, id rostrum.InterventionID, number int, why string) error {
	x, err := tx.LockIntervention(ctx, id)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	revision, err := tx.Revision(ctx, id, number)
	if rostrum.ErrorCode(err) == rostrum.NotFound { // it was taken off its recording meanwhile
		return nil
	}
	if err != nil || revision.State == rostrum.Ready {
		return err
	}
	if err := tx.FailRevision(ctx, id, number, why); err != nil {
		return err
	}
	if number != x.Revision {
		return nil
	}
	x.Failure = why
	if x.PublishedRevision == 0 {
		x.State = rostrum.InterventionFailed
	}
	return tx.PutIntervention(ctx, x)
}

func splitKey(key string) (string, int, error) {
	id, tail, _ := strings.Cut(key, "/")
	number, err := strconv.Atoi(tail)
	if err != nil {
		return id, 0, fmt.Errorf("pipeline: task key %q has no number", key)
	}
	return id, number, nil
}

func joinKey[T ~string](id T, number int) string { return fmt.Sprintf("%s/%d", id, number) }

// advance moves a recording and its interventions on to whatever has become possible, in the transaction that made it
// possible. It may be called at any time and any number of times.
func (p *Pipeline) advance(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID) error {
	r, err := tx.LockRecording(ctx, id)
	if err != nil || r.State == rostrum.Received || r.State == rostrum.RecordingFailed {
		return err
	}
	chunks, err := tx.Chunks(ctx, id, rostrum.H264)
	if err != nil {
		return err
	}
	done := map[int]bool{}
	for _, c := range chunks {
		done[c.Number] = c.Done
	}
	if state := stateOf(r, done); state != r.State {
		r.State = state
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		if state == rostrum.Encoded {
			if err := p.queueAV1(ctx, tx, r); err != nil {
				return err
			}
		}
	}
	all, err := tx.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	for _, x := range all {
		if !covered(r, done, x.Span) {
			continue
		}
		revision, err := tx.Revision(ctx, x.ID, x.Revision)
		if err != nil {
			return err
		}
		if revision.State != rostrum.Rendering {
			continue
		}
		if x.State == rostrum.CutState {
			x.State = rostrum.Rendering
			if err := tx.PutIntervention(ctx, x); err != nil {
				return err
			}
		}
		if err := p.Queue.Add(ctx, tx.SQL(), queue.Task{Kind: renderKind, Key: joinKey(x.ID, x.Revision), Lane: queue.Render, Priority: 2, Unique: true}); err != nil {
			return err
		}
	}
	return nil
}

func stateOf(r *rostrum.Recording, done map[int]bool) rostrum.RecordingState {
	n := 0
	for i := range r.Chunks() {
		if done[i] {
			n++
		}
	}
	switch n {
	case r.Chunks():
		return rostrum.Encoded
	case 0:
		return rostrum.Surveyed
	}
	return rostrum.Encoding
}

func covered(r *rostrum.Recording, done map[int]bool, s rostrum.Span) bool {
	first, end := r.Grid().ChunksUnder(s)
	end = min(end, r.Chunks())
	for i := first; i < end; i++ {
		if !done[i] {
			return false
		}
	}
	return true
}

// queueChunks adds the recording's chunks in a codec from first to end and their tasks: those under interventions come before
// the rest.
func (p *Pipeline) queueChunks(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, codec rostrum.Codec, first, end int, marked []rostrum.Span) error {
	has := map[int]catalogue.Chunk{}
	chunks, err := tx.Chunks(ctx, r.ID, codec)
	if err != nil {
		return err
	}
	for _, c := range chunks {
		has[c.Number] = c
	}
	for i := first; i < end; i++ {
		span := r.Grid().Chunk(i)
		if c, ok := has[i]; ok && c.Span == span {
			continue
		}
		if err := tx.PutChunk(ctx, r.ID, codec, i, span); err != nil {
			return err
		}
		under := slices.ContainsFunc(marked, span.Overlaps)
		if err := p.Queue.Add(ctx, tx.SQL(), chunkTask(r.ID, codec, i, under)); err != nil {
			return err
		}
	}
	return tx.DropChunksFrom(ctx, r.ID, r.Chunks())
}

// putJSON stores a small document of ours.
func (p *Pipeline) putJSON(ctx context.Context, key string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = p.Store.Put(ctx, key, strings.NewReader(string(data)), int64(len(data)))
	return err
}
