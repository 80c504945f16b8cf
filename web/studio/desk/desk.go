// Package desk is what all pages and all programs' addresses of the studio share: who may call what, how errors are said, and how a
// page looks around its content. The areas of the studio (sending, cutting …) are packages beside it; each gives its routes as a
// table, so that the rights of every address can be read, and tested, in one place.
//
// Nothing is decided from a context: a handler gets the actor as an argument.
package desk

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/answer"
)

// Desk serves the routes of the studio.
type Desk struct {
	PublicURL string // as web.Config's
	Base      string // path of PublicURL: "" or "/video"
	Now       func() time.Time
	Log       *slog.Logger
	// Who says who asks: the zero Actor for somebody who is not signed in. An error is one of the database, or of a token that is
	// not, or no longer, valid.
	Who func(*http.Request) (rostrum.Actor, error)
	// Language is the language that the actor's account wants; "" follows the browser. It may be nil.
	Language func(*http.Request, rostrum.Actor) rostrum.Language
	// Ending is closed when the server ends, so that answers that last as long as the page is open end with it. nil: it never is.
	Ending <-chan struct{}
	// Unseen says how many notifications the actor has not seen; nil says nothing.
	Unseen     func(*http.Request, rostrum.Actor) int
	protection http.CrossOriginProtection
}

// A Handler answers a request of somebody who may make it, or gives the error to answer it with; then it must not have written
// anything.
type Handler func(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error

// Route is one address of the studio.
type Route struct {
	Method string
	Path   string      // as gorilla/mux reads it, below the base path: "/api/v1/recordings/{id}/draft"
	Act    rostrum.Act // what the actor must be allowed
	Open   bool        // for everybody: the way in, and review links; Act does not count
	Do     Handler
}

// api says whether programs call the route: its errors are problem details, not pages.
func (r Route) api() bool { return IsAPI(r.Path) }

// IsAPI says whether programs call an address: its errors are problem details, not pages.
func IsAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/files")
}

// ErrNotSignedIn is the answer to a program that does not say who it is.
var ErrNotSignedIn = &answer.StatusError{Code: http.StatusUnauthorized, Message: "You are not signed in, or your session has ended; sign in and try again. Nothing that you typed is lost while this page stays open."}

// SignInPath is the page at which people say who they are; ?next= is where they go afterwards.
const SignInPath = "/studio/sign-in"

// Mount adds routes to a router that stands below the base path.
func (d *Desk) Mount(r *mux.Router, routes []Route) {
	for _, x := range routes {
		methods := []string{x.Method}
		if x.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		r.Handle(x.Path, d.handler(x)).Methods(methods...)
	}
}

func (d *Desk) handler(x Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := d.admit(x, r)
		if errors.Is(err, ErrNotSignedIn) && !x.api() && r.Method == http.MethodGet {
			next := r.URL.EscapedPath()
			if r.URL.RawQuery != "" {
				next += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, d.Base+SignInPath+"?next="+url.QueryEscape(next), http.StatusSeeOther)
			return
		}
		w.Header().Set("Cache-Control", "private, no-store")
		if err == nil {
			err = x.Do(w, r, who)
		}
		if err != nil {
			d.Fail(w, r, who, err, x.api())
		}
	})
}

// admit finds out who asks and whether they may.
func (d *Desk) admit(x Route, r *http.Request) (rostrum.Actor, error) {
	// A token is never sent by a browser on its own, so that no other site can make one act; a name and a password in this header are.
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		if err := d.protection.Check(r); err != nil {
			return rostrum.Actor{}, rostrum.Errorf(rostrum.Refused, "This request came from another site and was refused; open the studio and try again.").Because(err)
		}
	}
	who, err := d.Who(r)
	switch {
	case x.Open && err != nil:
		return rostrum.Actor{}, nil
	case x.Open:
		return who, nil
	case err != nil:
		return who, err
	case len(who.Roles) == 0:
		return who, ErrNotSignedIn
	case x.Act == "":
		return who, nil
	}
	return who, who.May(x.Act)
}

// Fail answers with an error, and logs it when it is ours.
func (d *Desk) Fail(w http.ResponseWriter, r *http.Request, who rostrum.Actor, err error, api bool) {
	status := answer.Status(err)
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		d.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if api || strings.Contains(r.Header.Get("Accept"), "json") {
		answer.Problem(w, err, d.Say(r, who))
		return
	}
	if e := d.renderProblem(w, r, who, status, err); e != nil {
		d.Log.Error("error page failed", "path", r.URL.Path, "error", e)
		http.Error(w, answer.Message(err), status)
	}
}
