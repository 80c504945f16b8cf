package board

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
	"rostrum/web/studio/desk"
)

// consolePath is where the queue's own console is, for administrators.
const consolePath = "/studio/queue"

// console is made anew for another queue.
type console struct {
	mu      sync.Mutex
	of      *queue.Queue
	handler http.Handler
}

func (c *console) get(q *queue.Queue, prefix string) (h http.Handler, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != q {
		if c.handler, err = q.Console(prefix); err != nil {
			return nil, err
		}
		c.of = q
	}
	return c.handler, nil
}

func (a *area) consoleRoutes() []desk.Route {
	var routes []desk.Route
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		for _, path := range []string{consolePath, consolePath + "/{rest:.*}"} {
			routes = append(routes, desk.Route{Method: method, Path: path, Act: rostrum.Administer, Do: a.showConsole})
		}
	}
	return routes
}

// mostAsked is the most that is read of what the console is asked to do, in bytes.
const mostAsked = 1 << 20

// showConsole hands a request to the queue's console. What changes anything goes into the audit log.
func (a *area) showConsole(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	prefix := a.Base + consolePath
	handler, err := a.console.get(a.p.Queue, prefix)
	if err != nil {
		return err
	}
	// The base path was taken off on the way here; the console counts from the root.
	asked := r.Clone(r.Context())
	asked.URL.Path, asked.URL.RawPath = a.Base+r.URL.Path, ""
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostAsked))
		if err != nil {
			return rostrum.Errorf(rostrum.Invalid, "The request broke off, or asks for too much at once; please try again with less.").Because(err)
		}
		asked.Body = io.NopCloser(bytes.NewReader(body))
		said := strings.TrimPrefix(r.URL.Path, consolePath+"/api/")
		if text := strings.TrimSpace(string(body)); text != "" && text != "{}" {
			said += " " + text[:min(len(text), 500)]
		}
		// Before it is done: what is not in the log must not happen.
		if err := a.p.Catalogue.Write(r.Context(), func(tx *catalogue.Tx) error {
			return tx.Log(r.Context(), catalogue.Entry{At: a.Now(), Who: who.Name, Action: "queue", Subject: "queue", Detail: said})
		}); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Security-Policy", queue.ConsolePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	if strings.HasPrefix(r.URL.Path, consolePath+"/assets/") {
		h.Set("Cache-Control", "private, max-age=86400") // their names are of what they hold
	}
	handler.ServeHTTP(w, asked)
	return nil
}
