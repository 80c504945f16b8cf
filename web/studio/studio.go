// Package studio puts the areas of the studio together: where the people work who make interventions out of recordings. Each area is a
// package beside this file; what they share is in the desk.
package studio

import (
	"net/http"

	"github.com/gorilla/mux"

	"rostrum/pipeline"
	"rostrum/web/answer"
	"rostrum/web/studio/board"
	"rostrum/web/studio/cutting"
	"rostrum/web/studio/desk"
	"rostrum/web/studio/pad"
	"rostrum/web/studio/preparing"
	"rostrum/web/studio/releasing"
	"rostrum/web/studio/sending"
	"rostrum/web/studio/signin"
)

// Routes lists every address of the studio, with the act that each takes.
func Routes(d *desk.Desk, p *pipeline.Pipeline, s *signin.SignIn) []desk.Route {
	var all []desk.Route
	for _, area := range [][]desk.Route{
		s.Routes(),
		board.Routes(d, p),
		sending.Routes(d, p),
		preparing.Routes(d, p),
		cutting.Routes(d, p),
		pad.Routes(d, p),
		releasing.Routes(d, p), // the speakers' reviews included
	} {
		all = append(all, area...)
	}
	return all
}

// New gives the handler of all addresses of the studio, the base path taken off.
func New(d *desk.Desk, p *pipeline.Pipeline, s *signin.SignIn) http.Handler {
	r := mux.NewRouter()
	r.SkipClean(true) // mux would tidy addresses by a redirect that does not know the base path
	d.Mount(r, Routes(d, p, s))
	r.NotFoundHandler = unknown(d, http.StatusNotFound, "There is no such page; the address may be mistyped or out of date.")
	r.MethodNotAllowedHandler = unknown(d, http.StatusMethodNotAllowed, "That can't be done at this address.")
	return r
}

func unknown(d *desk.Desk, status int, message string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := d.Who(r)
		if err != nil {
			who.Roles = nil
		}
		d.Fail(w, r, who, &answer.StatusError{Code: status, Message: message}, desk.IsAPI(r.URL.Path))
	})
}
