package releasing

import (
	"net/http"
	"time"

	"rostrum"
	"rostrum/web/studio/desk"
	"rostrum/web/studio/reviewing"
)

// linkOut is a new review link. Its address is told this once.
type linkOut struct {
	ID           string                 `json:"id"`
	Intervention rostrum.InterventionID `json:"intervention"`
	Title        string                 `json:"title"`
	For          string                 `json:"for"`
	Address      string                 `json:"address"`
	Expires      string                 `json:"expires"`
}

// makeLinks makes a review link for each of some interventions.
func (a *area) makeLinks(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		IDs  []rostrum.InterventionID `json:"ids"`
		For  string                   `json:"for"`  // "" is each one's speaker
		Days int                      `json:"days"` // 0 is the usual time
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	if len(said.IDs) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "No intervention is named; choose at least one.")
	}
	if len(said.IDs) > mostAtOnce || said.Days < 0 || said.Days > 10_000 {
		return rostrum.Errorf(rostrum.Invalid, "Review links open for 1 to 90 days, and at most %d can be made at once.", mostAtOnce)
	}
	links := []linkOut{}
	var failed []outcome
	for _, id := range said.IDs {
		x, err := a.p.Catalogue.Intervention(r.Context(), id)
		if err != nil {
			return err
		}
		l, secret, err := a.p.NewReviewLink(r.Context(), id, said.For, time.Duration(said.Days)*24*time.Hour, who.Name)
		if rostrum.ErrorCode(err) == rostrum.Conflict {
			failed = append(failed, outcome{ID: id, Title: x.Title, Code: rostrum.ErrorCode(err), Message: a.Say(r, who)(rostrum.ErrorMessage(err))})
			continue
		}
		if err != nil {
			return err
		}
		links = append(links, linkOut{l.ID, id, x.Title, l.For, a.Public(r) + reviewing.Path(secret), stamp(l.Expires)})
	}
	return desk.ReplyWith(w, http.StatusCreated, map[string]any{"links": links, "failed": failed})
}

// revokeLink ends a link at once.
func (a *area) revokeLink(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := a.p.RevokeReviewLink(r.Context(), desk.Var(r, "id"), who.Name); err != nil {
		return err
	}
	return desk.Reply(w, map[string]bool{"revoked": true})
}
