// Package reviewing is what a speaker sees by a review link, before anything is published: the intervention as it would be, to comment on,
// to approve, or to ask for another cut. It needs no account, and works without scripts. Nothing but what is on the manifest of the newest
// ready revision can be opened by a link, and interpretations whose interpreters have agreed to nothing are left out.
//
// A link's secret stands in the address. So pages are never stored, never sent as a referrer, and never in a search engine.
package reviewing

import (
	"embed"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/answer"
	"rostrum/web/playout"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// pages are filled at their first use. Speakers come from everywhere: they have the six languages of the United Nations.
var pages = sync.OnceValue(func() *desk.Pages { return desk.NewPages(files, "ar", "es", "ru", "zh") })

// area is what the handlers share.
type area struct {
	*desk.Desk
	p      *pipeline.Pipeline
	misses *misses
}

// Path is the address of a review, below the base path.
func Path(secret string) string { return "/review/" + secret }

// Routes are the addresses of the area, all open: the secret is the key.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{d, p, newMisses()}
	return []desk.Route{
		{Method: http.MethodGet, Path: "/review/{secret}", Open: true, Do: a.page(a.show)},
		{Method: http.MethodPost, Path: "/review/{secret}", Open: true, Do: a.page(a.say)},
		{Method: http.MethodGet, Path: "/review/{secret}/media/{file}", Open: true, Do: a.sendMedia},
	}
}

// viewer is the speaker.
var viewer = rostrum.Viewer{Reviewer: true}

// find gives what the secret of a request opens.
func (a *area) find(r *http.Request) (*pipeline.Review, error) {
	from := address(r)
	if a.misses.tooMany(from, a.Now()) {
		return nil, errTooMany
	}
	secret := desk.Var(r, "secret")
	if len(secret) > 100 {
		secret = ""
	}
	v, err := a.p.Review(r.Context(), secret)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		a.misses.add(from, a.Now())
	}
	return v, err
}

var errTooMany = &answer.StatusError{Code: http.StatusTooManyRequests, Message: "Too many links that open nothing came from your network; please wait some minutes, then try again."}

// page answers errors in the reader's language, since these people do not know the studio.
func (a *area) page(do func(http.ResponseWriter, *http.Request, *pipeline.Review) error) desk.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
		private(w.Header())
		v, err := a.find(r)
		if err == nil {
			err = do(w, r, v)
		}
		if err == nil {
			return nil
		}
		status, key := answer.Status(err), "closed.other"
		switch {
		case status == http.StatusNotFound:
			key = "closed.unknown"
		case status == http.StatusGone:
			key = "closed.over"
		case status == http.StatusTooManyRequests:
			key = "closed.often"
		case status >= http.StatusInternalServerError:
			a.Log.Error("review failed", "error", err) // never the path: the secret stands in it
		}
		l := pages().Locale(pages().UI(a.Desk, r, rostrum.Actor{}))
		return a.Render(w, r, rostrum.Actor{}, pages(), desk.Page{Name: "closed", Title: l.Word("review.title"), Bare: true, Status: status, Data: l.Word(key)})
	}
}

// private keeps an answer from all caches, search engines and the logs of other sites.
func private(h http.Header) {
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
}

// sendMedia answers with one file of what is reviewed.
func (a *area) sendMedia(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	v, err := a.find(r)
	if err != nil {
		return plain(w, err)
	}
	if v.Manifest == nil {
		return plain(w, rostrum.Errorf(rostrum.Conflict, "The recording is being made again; please come back in a few minutes."))
	}
	private(w.Header())
	if err := playout.Send(w, r, v.Manifest, desk.Var(r, "file"), playout.For(viewer, v.Intervention, a.Now()), playout.From(a.p.Store)); err != nil {
		if answer.Status(err) >= http.StatusInternalServerError && !errors.Is(err, r.Context().Err()) {
			a.Log.Error("review media failed", "intervention", v.Intervention.ID, "error", err)
		}
		return plain(w, err)
	}
	return nil
}

// plain answers a player, which shows no page.
func plain(w http.ResponseWriter, err error) error {
	private(w.Header())
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", playout.Policy)
	http.Error(w, answer.Message(err), answer.Status(err))
	return nil
}

// moment reads a position as people type it: 83, 1:23, 1:02:03, −0:05. ok is false for what is none; "" is none said.
func moment(s string) (d time.Duration, said, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false, true
	}
	rest := strings.NewReplacer("−", "-", "–", "-", ",", ".").Replace(s)
	rest, negative := strings.CutPrefix(rest, "-")
	total := time.Duration(0)
	parts := strings.Split(rest, ":")
	for i, part := range parts {
		n, err := time.ParseDuration(part + "s")
		if err != nil || part == "" || strings.ContainsAny(part, "+-hmnuµ") || n < 0 || n > 100*time.Hour || i > 0 && n >= time.Minute || i < len(parts)-1 && strings.Contains(part, ".") {
			return 0, true, false
		}
		total = total*60 + n
	}
	if len(parts) > 3 {
		return 0, true, false
	}
	if negative {
		total = -total
	}
	return total, true, true
}

// back is the address of a review in the language in which it is read.
func (a *area) back(r *http.Request, more string) string {
	q := url.Values{}
	if ui := r.URL.Query().Get("ui"); ui != "" {
		q.Set("ui", ui)
	}
	q.Set("said", more)
	return a.Base + Path(url.PathEscape(desk.Var(r, "secret"))) + "?" + q.Encode() + "#said"
}
