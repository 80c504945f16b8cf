package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
)

// poll is how often the state is looked at: short against all that is measured. Its small cost counts as ours.
const poll = 100 * time.Millisecond

// work is a pipeline that works, as cmd/rostrum sets it up without any configuration.
type work struct {
	*pipeline.Pipeline
	meeting string
}

func openWork(ctx context.Context, tools media.Tools, folder string) (*work, func(), error) {
	scratch := filepath.Join(folder, "work")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return nil, nil, err
	}
	known, err := catalogue.Open(ctx, "", folder)
	if err != nil {
		return nil, nil, err
	}
	closeAll := func() { known.Close() }
	fail := func(err error) (*work, func(), error) { closeAll(); return nil, nil, err }
	if err := queue.Migrate(ctx, known.SQL(), known.Dialect()); err != nil {
		return fail(err)
	}
	store, err := objects.Open(ctx, "", filepath.Join(folder, "objects"))
	if err != nil {
		return fail(err)
	}
	closeAll = func() { store.Close(); known.Close() }
	if err := store.Check(ctx); err != nil {
		return fail(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	q, err := queue.New(known.SQL(), known.Dialect(), queue.Options{Logger: log, Worker: "bench", Folder: folder, Listener: known.Pool(),
		Workers: map[queue.Lane]int{queue.Encode: max(1, runtime.NumCPU()/2), queue.Render: 2}})
	if err != nil {
		return fail(err)
	}
	p := &pipeline.Pipeline{Catalogue: known, Store: store, Queue: q, Tools: tools, Log: log, Now: time.Now, Work: scratch}
	p.Register()
	if err := q.Start(ctx); err != nil {
		return fail(err)
	}
	return &work{p, "bench"}, func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 25*time.Second)
		defer cancel()
		q.Stop(stopping)
		closeAll()
	}, nil
}

// take brings the film in, as a person would.
func (w *work) take(ctx context.Context, f film, sheet *pipeline.SideFile) (*pipeline.Receipt, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	channels, err := rostrum.ParseChannels(f.channels)
	if err != nil {
		return nil, err
	}
	return w.Receive(ctx, pipeline.Incoming{Meeting: w.meeting, Create: true, File: pipeline.File{Name: "film.mp4", Content: file, Bytes: info.Size()},
		Sheet: sheet, Channels: channels, Who: "bench"})
}

// ready waits until every intervention of the recording is, by one small question at a time.
func ready(ctx context.Context, known *catalogue.Catalogue, id rostrum.RecordingID) error {
	all, err := known.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	for _, x := range all {
		if err := until(ctx, func() (bool, error) {
			revision, err := known.Revision(ctx, x.ID, x.Revision)
			if err == nil && revision.State == rostrum.InterventionFailed {
				err = fmt.Errorf("%s failed: %s", x.Title, revision.Failure)
			}
			return err == nil && revision.State == rostrum.Ready, err
		}); err != nil {
			return err
		}
	}
	return nil
}

// encoded waits until the recording is.
func encoded(ctx context.Context, known *catalogue.Catalogue, id rostrum.RecordingID) error {
	return until(ctx, func() (bool, error) {
		r, err := known.Recording(ctx, id)
		if err == nil && r.State == rostrum.RecordingFailed {
			err = fmt.Errorf("the recording failed: %s", r.Failure)
		}
		return err == nil && r.State == rostrum.Encoded, err
	})
}

func until(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if is, err := done(); is || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
