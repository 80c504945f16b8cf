// Package board is the studio's first page: how every recording and every intervention stands, how long it will still take, and whose turn
// it is. It follows what happens by itself, as server-sent events (HTML Living Standard, 9.2); for programs the same is there as JSON.
package board

import (
	"embed"
	"io"
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// area is what the routes share.
type area struct {
	*desk.Desk
	p     *pipeline.Pipeline
	pages *desk.Pages
	watch *watch
	// The console of the queue, made at its first use.
	console *console
}

// Routes lists the addresses of the area.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{Desk: d, p: p, pages: desk.NewPages(files), console: &console{}}
	a.watch = newWatch(p.Board, d.Now, p.Log)
	get, post := http.MethodGet, http.MethodPost
	routes := []desk.Route{
		{Method: get, Path: "/studio", Act: rostrum.Look, Do: a.show},
		{Method: get, Path: "/studio/", Act: rostrum.Look, Do: a.show},
		{Method: get, Path: "/api/v1/board", Act: rostrum.Look, Do: a.tell},
		{Method: get, Path: "/api/v1/events", Act: rostrum.Look, Do: a.follow},
		{Method: post, Path: "/api/v1/recordings/{id}/retry", Act: rostrum.Cutting, Do: a.retryRecording},
		{Method: post, Path: "/api/v1/interventions/{id}/retry", Act: rostrum.Cutting, Do: a.retryIntervention},
		{Method: post, Path: "/api/v1/deliveries/{id}/retry", Act: rostrum.Send, Do: a.retryDelivery},
		{Method: get, Path: "/api/v1/recordings/{id}/report", Act: rostrum.Look, Do: a.reportRecording},
		{Method: get, Path: "/api/v1/interventions/{id}/report", Act: rostrum.Look, Do: a.reportIntervention},
	}
	return append(routes, a.consoleRoutes()...)
}

// show answers with the page.
func (a *area) show(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	b, err := a.watch.board(r.Context())
	if err != nil {
		return err
	}
	l := a.pages.Locale(a.UI(r, who))
	return a.Render(w, r, who, a.pages, desk.Page{Name: "board", Title: l.Word("board.title"), Area: "board", Script: "board.js", Data: newSight(b, who, l, a.Base, a.Now())})
}

// tell answers with the board as JSON.
func (a *area) tell(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	b, err := a.watch.board(r.Context())
	if err != nil {
		return err
	}
	return desk.Reply(w, b)
}

func (a *area) retryRecording(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return done(w, a.p.Retry(r.Context(), rostrum.RecordingID(desk.Var(r, "id")), who.Name))
}

func (a *area) retryIntervention(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return done(w, a.p.RetryIntervention(r.Context(), rostrum.InterventionID(desk.Var(r, "id")), who.Name))
}

func (a *area) retryDelivery(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return done(w, a.p.RetryDelivery(r.Context(), rostrum.DeliveryID(desk.Var(r, "id")), who))
}

func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func (a *area) reportRecording(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	text, err := a.p.RecordingReport(r.Context(), rostrum.RecordingID(desk.Var(r, "id")))
	return plain(w, text, err)
}

func (a *area) reportIntervention(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	text, err := a.p.InterventionReport(r.Context(), rostrum.InterventionID(desk.Var(r, "id")))
	return plain(w, text, err)
}

func plain(w http.ResponseWriter, text string, err error) error {
	if err == nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		io.WriteString(w, text)
	}
	return err
}

// follow sends the board whenever it has changed, at most once a second, until the reader goes, signs out, or the server ends.
func (a *area) follow(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no") // or nginx would keep it back
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	c := http.NewResponseController(w)
	c.SetWriteDeadline(time.Time{}) // it lasts as long as the page; a server without deadlines has none to clear
	send := func(text ...string) bool {
		for _, s := range text {
			if _, err := io.WriteString(w, s); err != nil {
				return false
			}
		}
		return c.Flush() == nil
	}
	heard, leave := a.watch.listen()
	defer leave()
	beat := time.NewTicker(a.watch.beat)
	defer beat.Stop()
	for on := send("retry: 2000\n\n"); on; {
		select {
		case <-r.Context().Done():
			return nil
		case <-a.Ending:
			return nil
		case board := <-heard:
			on = send("event: board\ndata: ", string(board), "\n\n")
		case <-beat.C:
			if who, err := a.Who(r); err != nil || who.May(rostrum.Look) != nil {
				return nil
			}
			on = send(": alive\n\n")
		}
	}
	return nil
}
