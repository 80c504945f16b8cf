package queue

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"riverqueue.com/riverui"
)

// ConsolePolicy is the Content-Security-Policy that the console needs: its scripts and styles are files of its own, and what it draws with
// it places by scripts.
const ConsolePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Console is River's own page for operators: all tasks by state, with their attempts and errors; they can be tried again at once, and lanes
// paused. prefix is the path below which it is reached, the base path included, as requests that come to it have it. It does not ask who
// comes: whoever mounts it must.
//
// Tasks can't be cancelled or deleted there: nobody would tell the catalogue, and whatever waits for them would wait for ever.
func (q *Queue) Console(prefix string) (http.Handler, error) {
	h, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(q.client, nil),
		Logger:    q.logger,
		Prefix:    prefix,
	})
	if err != nil {
		return nil, fmt.Errorf("queue: the console: %w", err)
	}
	// It is not started: what that adds is counting all tasks again and again, also while nobody looks.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := strings.TrimPrefix(r.URL.Path, prefix); path == "/api/jobs/cancel" || path == "/api/jobs/delete" || r.Method == http.MethodDelete {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, `{"message": "Tasks can't be cancelled or deleted here, since whatever waits for them would wait for ever. Pause the lane to stop all work; what failed disappears by itself after seven days."}`)
			return
		}
		h.ServeHTTP(w, r)
	}), nil
}
