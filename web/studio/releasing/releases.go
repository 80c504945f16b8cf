package releasing

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/studio/desk"
)

// mostAtOnce is how many interventions one request may name.
const mostAtOnce = 500

// releaseSaid is a request to publish, withdraw or approve.
type releaseSaid struct {
	IDs    []rostrum.InterventionID `json:"ids"`
	Action string                   `json:"action"` // publish, withdraw, restore, approve, schedule, unschedule
	Reason string                   `json:"reason"` // to publish in spite of red findings; to withdraw
	// Revisions are those that were looked at, to approve these and no newer ones; without one, it is the newest.
	Revisions map[rostrum.InterventionID]int `json:"revisions"`
	At        string                         `json:"at"` // to publish then: RFC 3339, by the meeting's clocks, or "embargo" for the end of each one's own
}

// outcome is what became of one of them.
type outcome struct {
	ID      rostrum.InterventionID `json:"id"`
	Title   string                 `json:"title"`
	Done    bool                   `json:"done"`
	Code    rostrum.Code           `json:"code,omitempty"`
	Message string                 `json:"message,omitempty"` // why not
}

// release does one thing with several interventions, each for itself: what may not be done with one is told, and the others go on.
func (a *area) release(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said releaseSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	switch {
	case len(said.IDs) == 0:
		return rostrum.Errorf(rostrum.Invalid, "No intervention is named; choose at least one.")
	case len(said.IDs) > mostAtOnce:
		return rostrum.Errorf(rostrum.TooLarge, "At most %d interventions can be released at once; choose fewer.", mostAtOnce)
	case len([]rune(said.Reason)) > 1000:
		return rostrum.Errorf(rostrum.TooLarge, "The reason is longer than 1000 characters; shorten it.")
	}
	do, err := a.deed(r, said, who)
	if err != nil {
		return err
	}
	results := []outcome{}
	for _, id := range said.IDs {
		o := outcome{ID: id}
		x, err := a.p.Catalogue.Intervention(r.Context(), id)
		if err == nil {
			o.Title = x.Title
			err = do(x)
		}
		if o.Done = err == nil; err != nil {
			if answer.Status(err) >= http.StatusInternalServerError {
				a.Log.Error("release failed", "intervention", id, "action", said.Action, "error", err)
			}
			o.Code, o.Message = rostrum.ErrorCode(err), a.Say(r, who)(rostrum.ErrorMessage(err))
		}
		results = append(results, o)
	}
	return desk.Reply(w, map[string]any{"results": results})
}

// deed is what a request asks to be done with each.
func (a *area) deed(r *http.Request, said releaseSaid, who rostrum.Actor) (func(*rostrum.Intervention) error, error) {
	ctx := r.Context()
	switch said.Action {
	case "publish":
		return func(x *rostrum.Intervention) error {
			return a.p.Publish(ctx, x.ID, who.Name, strings.TrimSpace(said.Reason))
		}, nil
	case "restore":
		return func(x *rostrum.Intervention) error {
			if x.State != rostrum.WithdrawnState {
				return rostrum.Errorf(rostrum.Conflict, "%q is not withdrawn, so there is nothing to bring back.", x.Title)
			}
			return a.p.Publish(ctx, x.ID, who.Name, strings.TrimSpace(said.Reason))
		}, nil
	case "withdraw":
		if strings.TrimSpace(said.Reason) == "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "Say why it is withdrawn; colleagues find it in the audit log, viewers never see it.")
		}
		return func(x *rostrum.Intervention) error {
			return a.p.Withdraw(ctx, x.ID, who.Name, strings.TrimSpace(said.Reason))
		}, nil
	case "approve":
		return func(x *rostrum.Intervention) error {
			return a.p.Approve(ctx, x.ID, cmp.Or(said.Revisions[x.ID], x.Revision), who.Name)
		}, nil
	case "unschedule":
		return func(x *rostrum.Intervention) error { return a.p.Schedule(ctx, x.ID, time.Time{}, who.Name) }, nil
	case "schedule":
		if said.At == "embargo" {
			return func(x *rostrum.Intervention) error {
				if x.Consent.Kind != rostrum.ConsentEmbargo {
					return rostrum.Errorf(rostrum.Refused, "%q is under no embargo; choose a time for it.", x.Title)
				}
				return a.p.Schedule(ctx, x.ID, x.Consent.Until, who.Name)
			}, nil
		}
		in, err := a.clocks(r, said.IDs)
		if err != nil {
			return nil, err
		}
		at, err := instant(said.At, in)
		if err != nil {
			return nil, err
		}
		if at.IsZero() {
			return nil, rostrum.Errorf(rostrum.Invalid, "Choose the date and the time at which it is to be published.")
		}
		return func(x *rostrum.Intervention) error { return a.p.Schedule(ctx, x.ID, at, who.Name) }, nil
	}
	return nil, rostrum.Errorf(rostrum.Invalid, "%q is nothing that can be done here; use publish, withdraw, restore, approve, schedule or unschedule.", said.Action)
}

// approve approves the revision that was looked at, and no newer one.
func (a *area) approve(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Revision int `json:"revision"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	id := rostrum.InterventionID(desk.Var(r, "id"))
	if err := a.p.Approve(r.Context(), id, said.Revision, who.Name); err != nil {
		return err
	}
	return desk.Reply(w, map[string]any{"approved": said.Revision, "by": who.Name})
}
