package sending

import (
	"net/http"
	"time"

	"rostrum"
	"rostrum/web/studio/desk"
)

// delivery is a delivery as the page sees it.
type delivery struct {
	ID        rostrum.DeliveryID     `json:"id"`
	Origin    rostrum.Origin         `json:"origin"`
	Form      rostrum.DeliveryForm   `json:"form"`
	Files     []rostrum.DeliveryFile `json:"files"`
	State     rostrum.DeliveryState  `json:"state"`
	Failure   string                 `json:"failure,omitempty"`
	Recording rostrum.RecordingID    `json:"recording,omitempty"`
	Created   time.Time              `json:"created"`
	Touched   time.Time              `json:"touched"`
	Expires   time.Time              `json:"expires,omitzero"` // when what is unfinished of it goes
}

// view is a delivery in the language of whoever asks.
func view(d *rostrum.Delivery, say func(string) string) delivery {
	v := delivery{d.ID, d.Origin, d.Form, d.Files, d.State, say(d.Failure), d.Recording, d.Created, d.Touched, time.Time{}}
	if v.Files == nil {
		v.Files = []rostrum.DeliveryFile{}
	}
	for _, f := range d.Files {
		if f.SHA256 == "" {
			v.Expires = d.Touched.Add(rostrum.UnfinishedLives)
		}
	}
	return v
}

// answer replies with a delivery, or passes the error on.
func (a *area) answer(w http.ResponseWriter, r *http.Request, who rostrum.Actor, d *rostrum.Delivery, err error) error {
	if err != nil {
		return err
	}
	return desk.Reply(w, view(d, a.Say(r, who)))
}

func (a *area) listDeliveries(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	all, err := a.p.Catalogue.DeliveriesOf(r.Context(), who.Account, a.Now().Add(-keptInList))
	if err != nil {
		return err
	}
	views := []delivery{}
	for _, d := range all {
		views = append(views, view(d, a.Say(r, who)))
	}
	return desk.Reply(w, views)
}

func (a *area) openDelivery(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var form rostrum.DeliveryForm
	if err := desk.Read(r, &form); err != nil {
		return err
	}
	d, err := a.p.OpenDelivery(r.Context(), form, who)
	return a.answer(w, r, who, d, err)
}

func (a *area) showDelivery(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	d, err := a.p.Catalogue.Delivery(r.Context(), deliveryOf(r))
	if err == nil && d.Account != who.Account && who.May(rostrum.Administer) != nil {
		err = rostrum.Errorf(rostrum.NotFound, "There is no such delivery; it may have been discarded.")
	}
	return a.answer(w, r, who, d, err)
}

func deliveryOf(r *http.Request) rostrum.DeliveryID { return rostrum.DeliveryID(desk.Var(r, "id")) }

func (a *area) saveForm(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var form rostrum.DeliveryForm
	if err := desk.Read(r, &form); err != nil {
		return err
	}
	d, err := a.p.SaveDelivery(r.Context(), deliveryOf(r), form, who)
	return a.answer(w, r, who, d, err)
}

// sortFiles says what files are for. One with the kind "" is taken out, and its bytes are deleted.
func (a *area) sortFiles(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var sorted []rostrum.DeliveryFile
	if err := desk.Read(r, &sorted); err != nil {
		return err
	}
	d, err := a.p.SortDelivery(r.Context(), deliveryOf(r), sorted, who)
	if err != nil {
		return err
	}
	for _, f := range sorted {
		if f.Kind == "" {
			if err := a.p.Uploads.Discard(r.Context(), f.Upload); err != nil {
				return err
			}
		}
	}
	return a.answer(w, r, who, d, nil)
}

func (a *area) submit(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	d, err := a.p.SubmitDelivery(r.Context(), deliveryOf(r), who)
	return a.answer(w, r, who, d, err)
}

func (a *area) reopen(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	d, err := a.p.WithdrawSubmission(r.Context(), deliveryOf(r), who)
	return a.answer(w, r, who, d, err)
}

func (a *area) discard(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := a.p.DiscardDelivery(r.Context(), deliveryOf(r), who); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// found is an upload that a browser may go on with.
type found struct {
	ID       string             `json:"id"`
	Address  string             `json:"address"` // for tus
	Delivery rostrum.DeliveryID `json:"delivery"`
	Name     string             `json:"name"`
	Bytes    int64              `json:"bytes"`
	Received int64              `json:"received"`
	Finished bool               `json:"finished"`
	Touched  time.Time          `json:"touched"`
}

// findUploads finds a person's uploads of one file again, by its fingerprint, wherever they were begun.
func (a *area) findUploads(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	fingerprint := r.URL.Query().Get("fingerprint")
	if fingerprint == "" {
		return rostrum.Errorf(rostrum.Invalid, "The fingerprint of the file is missing.")
	}
	all, err := a.p.Catalogue.UploadsLike(r.Context(), who.Account, fingerprint)
	if err != nil {
		return err
	}
	views := []found{}
	for _, u := range all {
		views = append(views, found{u.ID, a.Base + FilesPath + u.ID, u.Delivery, u.Name, u.Bytes, u.Offset, u.Finished, u.Touched})
	}
	return desk.Reply(w, views)
}
