package releasing

import (
	"net/http"
	"strconv"

	"rostrum"
	"rostrum/web/playout"
	"rostrum/web/studio/desk"
)

// sendPreview answers with one file of a revision that is ready, published or not, with all its interpretations.
func (a *area) sendPreview(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	number, err := strconv.Atoi(desk.Var(r, "revision"))
	if err != nil {
		return rostrum.Errorf(rostrum.NotFound, "There is no such revision.")
	}
	id := rostrum.InterventionID(desk.Var(r, "id"))
	revision, err := a.p.Catalogue.Revision(r.Context(), id, number)
	if err != nil {
		return err
	}
	x, err := a.p.Catalogue.Intervention(r.Context(), id)
	if err != nil {
		return err
	}
	if revision.Manifest == nil {
		return rostrum.Errorf(rostrum.Conflict, "This revision is not ready yet.")
	}
	return playout.Send(w, r, revision.Manifest, desk.Var(r, "file"), playout.For(rostrum.Viewer{Staff: true}, x, a.Now()), playout.From(a.p.Store))
}
