package releasing

import (
	"net/http"

	"rostrum"
	"rostrum/web/studio/desk"
)

// commentOut is what a reviewer said, as the cutting editor and other programs get it.
type commentOut struct {
	ID           string                 `json:"id"`
	Intervention rostrum.InterventionID `json:"intervention"`
	Who          string                 `json:"who"`
	Kind         rostrum.CommentKind    `json:"kind"`
	Frame        rostrum.Frame          `json:"frame"`          // on the recording's timeline
	Wish         *rostrum.Span          `json:"wish,omitempty"` // another cut
	Text         string                 `json:"text"`
	Revision     int                    `json:"revision"`
	At           string                 `json:"at"`
	Resolved     string                 `json:"resolved,omitempty"` // when
	ResolvedBy   string                 `json:"resolved_by,omitempty"`
}

func commentOf(c rostrum.Comment) commentOut {
	out := commentOut{c.ID, c.Intervention, c.Who, c.Kind, c.Frame, nil, c.Text, c.Revision, stamp(c.At), stamp(c.Resolved), c.ResolvedBy}
	if c.Wish != (rostrum.Span{}) {
		out.Wish = &c.Wish
	}
	return out
}

// listComments lists what was said about all interventions of a recording, in the order of their places.
func (a *area) listComments(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	id := rostrum.RecordingID(desk.Var(r, "id"))
	if _, err := a.p.Catalogue.Recording(r.Context(), id); err != nil {
		return err
	}
	all, err := a.p.Catalogue.CommentsOfRecording(r.Context(), id)
	if err != nil {
		return err
	}
	out := []commentOut{}
	for _, c := range all {
		out = append(out, commentOf(c))
	}
	return desk.Reply(w, map[string]any{"comments": out})
}

// resolve records that a comment was dealt with, or opens it again.
func (a *area) resolve(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	said := struct {
		Resolved bool `json:"resolved"`
	}{true}
	if r.ContentLength != 0 {
		if err := desk.Read(r, &said); err != nil {
			return err
		}
	}
	c, err := a.p.ResolveComment(r.Context(), desk.Var(r, "id"), said.Resolved, who.Name)
	if err != nil {
		return err
	}
	return desk.Reply(w, commentOf(c))
}
