package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/playout"
)

// An action answers a request, or gives the error to answer it with; then it must not have written
// anything.
type action func(w http.ResponseWriter, r *http.Request) error

var (
	errNoSuchPage = rostrum.Errorf(rostrum.NotFound, "There is no such page; the address may be mistyped or out of date.")
	errMethod     = &answer.StatusError{Code: http.StatusMethodNotAllowed, Message: "Only GET and HEAD are possible here."}
)

// A shape is the form in which errors are told.
type shape int

const (
	shapePage shape = iota
	shapeEmbed
	shapeProblem
	shapePlain
)

func (s *server) page(a action) http.Handler  { return s.handler(a, shapePage) }
func (s *server) embed(a action) http.Handler { return s.handler(a, shapeEmbed) }
func (s *server) api(a action) http.Handler   { return s.handler(a, shapeProblem) }
func (s *server) media(a action) http.Handler { return s.handler(a, shapePlain) }
func (s *server) plain(a action) http.Handler { return s.handler(a, shapePlain) }

// unknown answers what no route takes, in the form that the address lets expect.
func (s *server) unknown(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		as := shapePage
		switch first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); first {
		case "api", "oembed":
			as = shapeProblem
		case "media", "files", "healthz", "readyz":
			as = shapePlain
		case "embed":
			as = shapeEmbed
		}
		s.fail(w, r, as, err)
	})
}

// handler hands the ResponseWriter on as it is: one that is wrapped hides io.ReaderFrom, and media
// would no longer go out by sendfile.
func (s *server) handler(a action, as shape) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a(w, r); err != nil {
			s.fail(w, r, as, err)
		}
	})
}

// fail is the one place where errors are answered, and logged when they are ours.
func (s *server) fail(w http.ResponseWriter, r *http.Request, as shape, err error) {
	status := answer.Status(err)
	if r.Context().Err() == nil || !errors.Is(err, context.Canceled) {
		switch {
		case status == http.StatusServiceUnavailable:
			s.Logger.Warn("not available", "method", r.Method, "path", r.URL.Path, "error", err)
		case status >= http.StatusInternalServerError && status != http.StatusNotImplemented:
			s.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	switch status {
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "GET, HEAD")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "30") // seconds
	}
	switch as {
	case shapeProblem:
		h.Set("Access-Control-Allow-Origin", "*")
		answer.Problem(w, err, nil)
	case shapePlain:
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Content-Security-Policy", playout.Policy)
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		io.WriteString(w, answer.Message(err)+"\n")
	default:
		c := s.chrome(r)
		p := page.ErrorPage{Chrome: c, Status: status, Embedded: as == shapeEmbed}
		// Our own sentences are English; readers of other languages get the general one in theirs.
		if page.LocaleFor(c.UI).Tag == "en" && status < http.StatusInternalServerError && status != http.StatusGone {
			p.Message = page.Text{Text: answer.Message(err), Language: "en"}
		}
		if err := s.render(w, r, c, status, as, p); err != nil {
			s.Logger.Error("error page failed", "path", r.URL.Path, "error", err)
			http.Error(w, answer.Message(err), http.StatusInternalServerError)
		}
	}
}

// render writes a page with the headers that all pages have. It writes all of it or nothing.
func (s *server) render(w http.ResponseWriter, r *http.Request, c page.Chrome, status int, as shape, p interface{ Render(io.Writer) error }) error {
	var b bytes.Buffer
	if err := p.Render(&b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(page.LocaleFor(c.UI).Tag))
	h.Add("Vary", "Accept-Language, Accept-Encoding")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache") // what can be withdrawn, and a nonce, must not be shared
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
	if as == shapeEmbed {
		// What is public may stand on any page.
		h.Set("Content-Security-Policy", c.Policy("*"))
	} else {
		h.Set("Content-Security-Policy", c.Policy("'none'"))
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	body := b.Bytes()
	// No page repeats a secret beside words of the request, so compression gives nothing away.
	if acceptsGzip(r) {
		var z bytes.Buffer
		writer := gzip.NewWriter(&z)
		writer.Write(body) // a bytes.Buffer does not fail
		writer.Close()
		body = z.Bytes()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}

// acceptsGzip says whether gzip is among the encodings that r accepts (RFC 9110, 12.5.3), without
// weighing them against each other.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(part), " ", ""), ";")
		if name == "gzip" {
			q, err := strconv.ParseFloat(strings.TrimPrefix(weight, "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}
