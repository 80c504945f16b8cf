package board

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"rostrum/pipeline"
)

const (
	lookEvery = time.Second
	beatEvery = 15 * time.Second // proxies give up on lines that are silent for longer than some ten seconds more
)

// watch looks at the board for all who listen, and only while somebody does.
type watch struct {
	look        func(context.Context, time.Time) (pipeline.Board, error)
	now         func() time.Time
	log         *slog.Logger
	every, beat time.Duration

	mu        sync.Mutex
	listeners map[chan []byte]bool
	stop      context.CancelFunc // while somebody listens
	newest    *pipeline.Board    // nil while nobody listens, or before the first look
	told      []byte             // as last sent
	courses   courses
}

func newWatch(look func(context.Context, time.Time) (pipeline.Board, error), now func() time.Time, log *slog.Logger) *watch {
	return &watch{look: look, now: now, log: log, every: lookEvery, beat: beatEvery, listeners: map[chan []byte]bool{}, courses: courses{}}
}

// board gives the board as it is now: what the watching has seen last, at most a second ago, or else by looking.
func (w *watch) board(ctx context.Context) (pipeline.Board, error) {
	w.mu.Lock()
	newest := w.newest
	w.mu.Unlock()
	if newest != nil {
		return *newest, nil
	}
	return w.look(ctx, w.now())
}

// listen gives a channel on which the board comes as JSON, at once and whenever it has changed. A listener that is slow gets the newest only.
func (w *watch) listen() (heard <-chan []byte, leave func()) {
	c := make(chan []byte, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners[c] = true
	if w.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		w.stop = stop
		go w.run(ctx)
	} else if w.told != nil {
		c <- w.told
	}
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.listeners, c)
		if len(w.listeners) == 0 {
			w.stop()
			w.stop, w.newest, w.told = nil, nil, nil
		}
	}
}

func (w *watch) run(ctx context.Context) {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	failing := false
	for {
		b, err := w.look(ctx, w.now())
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			failing = false
			w.tell(ctx, b)
		case !failing: // once, and again after it went well
			failing = true
			w.log.Error("the board could not be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tell sends a board to all who listen, if it is another one.
func (w *watch) tell(ctx context.Context, b pipeline.Board) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() != nil { // another has begun since
		return
	}
	w.courses.follow(&b, w.now())
	data, err := json.Marshal(b)
	if err != nil {
		w.log.Error("the board could not be told", "error", err)
		return
	}
	w.newest = &b
	if bytes.Equal(data, w.told) {
		return
	}
	w.told = data
	for c := range w.listeners {
		select {
		case <-c: // too slow for the one before
		default:
		}
		c <- data
	}
}
