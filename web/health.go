package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// showHealth says that the process runs; it asks nothing else.
func (s *server) showHealth(w http.ResponseWriter, r *http.Request) error {
	return writeState(w, map[string]string{"status": "ok", "version": s.Version})
}

// showReadiness says whether the database and the store answer, so that a balancer sends viewers
// elsewhere when they do not.
func (s *server) showReadiness(w http.ResponseWriter, r *http.Request) error {
	if err := s.ready.check(r.Context(), s.Now(), s.checkOutside); err != nil {
		return err
	}
	return writeState(w, map[string]string{"status": "ready"})
}

func (s *server) checkOutside(ctx context.Context) error {
	if err := s.Catalogue.Ping(ctx); err != nil {
		return err
	}
	return s.Store.Check(ctx)
}

const (
	readyFor      = 5 * time.Second // a check writes an object: probes of many balancers share one
	readyPatience = 5 * time.Second
)

// readiness keeps the last answer for a moment.
type readiness struct {
	mu    sync.Mutex
	asked time.Time
	err   error
}

func (x *readiness) check(ctx context.Context, now time.Time, ask func(context.Context) error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.asked.IsZero() && now.Sub(x.asked) < readyFor {
		return x.err
	}
	// The answer is for others too, so that it must not fail because this asker has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyPatience)
	defer cancel()
	x.asked, x.err = now, ask(ctx)
	return x.err
}

func writeState(w http.ResponseWriter, state map[string]string) error {
	body, err := json.Marshal(state)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(append(body, '\n'))
	return nil
}
