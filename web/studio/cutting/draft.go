package cutting

import (
	"net/http"
	"strconv"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

// draftSaid is a draft as programs read and write it.
type draftSaid struct {
	Number int                `json:"number"`
	Rows   []rostrum.DraftRow `json:"rows"`
	At     string             `json:"at"` // "" before the first
	Who    string             `json:"who"`
	What   string             `json:"what"`
}

func sayDraft(w http.ResponseWriter, d rostrum.Draft, err error) error {
	if err != nil {
		return err
	}
	said := draftSaid{Number: d.Number, Rows: notNil(d.Rows), Who: d.Who, What: d.What}
	if !d.At.IsZero() {
		said.At = d.At.UTC().Format(time.RFC3339)
	}
	return desk.Reply(w, said)
}

func (a *area) draft(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	d, err := a.pipeline.Draft(r.Context(), recordingID(r))
	return sayDraft(w, d, err)
}

func (a *area) draftNumbered(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	number, err := strconv.Atoi(desk.Var(r, "number"))
	if err != nil {
		return rostrum.Errorf(rostrum.NotFound, "Versions of the cut list are numbered from 1; there is no %q.", desk.Var(r, "number"))
	}
	d, err := a.pipeline.DraftNumbered(r.Context(), recordingID(r), number)
	return sayDraft(w, d, err)
}

func (a *area) drafts(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	notes, err := a.pipeline.Drafts(r.Context(), recordingID(r))
	if err != nil {
		return err
	}
	return desk.Reply(w, notes)
}

func (a *area) saveDraft(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Number int                `json:"number"`
		Rows   []rostrum.DraftRow `json:"rows"`
		What   string             `json:"what"`
		Holder string             `json:"holder"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	if said.Rows == nil {
		return rostrum.Errorf(rostrum.Invalid, "The cut list has no rows; send an empty list if all cuts are to be removed.")
	}
	number, err := a.pipeline.SaveDraft(r.Context(), rostrum.Draft{Recording: recordingID(r), Number: said.Number, Rows: said.Rows, What: said.What}, said.Holder, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, map[string]int{"number": number})
}

// changesSaid is what applying a draft changes.
type changesSaid struct {
	Number   int           `json:"number"`
	New      []newSaid     `json:"new"`
	Moved    []movedSaid   `json:"moved"`
	Back     []backSaid    `json:"back"`
	Same     int           `json:"same"`
	Problems []problemSaid `json:"problems"`
}

type newSaid struct {
	Row          string                 `json:"row"`
	Intervention rostrum.InterventionID `json:"intervention"`
	Title        string                 `json:"title"`
	Length       float64                `json:"length_s"`
}

type movedSaid struct {
	Row          string                 `json:"row"`
	Intervention rostrum.InterventionID `json:"intervention"`
	Title        string                 `json:"title"`
	Before       rostrum.Span           `json:"before"`
	After        rostrum.Span           `json:"after"`
	Published    bool                   `json:"published"`
}

type backSaid struct {
	Intervention rostrum.InterventionID `json:"intervention"`
	Title        string                 `json:"title"`
	Published    bool                   `json:"published"`
}

type problemSaid struct {
	Row   string `json:"row"`
	Text  string `json:"text"`
	Fatal bool   `json:"fatal"`
}

func (a *area) sayChanges(w http.ResponseWriter, r *http.Request, who rostrum.Actor, c pipeline.Changes, err error) error {
	if err != nil {
		return err
	}
	said := changesSaid{Number: c.Number, Same: c.Same, New: []newSaid{}, Moved: []movedSaid{}, Back: []backSaid{}, Problems: []problemSaid{}}
	for _, x := range c.New {
		said.New = append(said.New, newSaid{x.Row, x.Intervention, x.Title, x.Length.Seconds()})
	}
	for _, x := range c.Moved {
		said.Moved = append(said.Moved, movedSaid(x))
	}
	for _, x := range c.Back {
		said.Back = append(said.Back, backSaid(x))
	}
	say := a.Say(r, who)
	for _, x := range c.Problems {
		said.Problems = append(said.Problems, problemSaid{x.Row, say(x.Text), x.Fatal})
	}
	return desk.Reply(w, said)
}

func (a *area) changes(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	c, err := a.pipeline.Changes(r.Context(), recordingID(r))
	return a.sayChanges(w, r, who, c, err)
}

func (a *area) apply(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Number int    `json:"number"`
		Holder string `json:"holder"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	c, err := a.pipeline.Apply(r.Context(), recordingID(r), said.Number, said.Holder, who)
	return a.sayChanges(w, r, who, c, err)
}

func (a *area) lock(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Holder string `json:"holder"`
		Take   bool   `json:"take"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	l, mine, err := a.pipeline.LockCut(r.Context(), recordingID(r), said.Holder, who, said.Take)
	if err != nil {
		return err
	}
	return desk.Reply(w, map[string]any{"mine": mine, "name": l.Name, "since": l.Since.UTC().Format(time.RFC3339)})
}

func (a *area) unlock(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	var said struct {
		Holder string `json:"holder"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	if err := a.pipeline.UnlockCut(r.Context(), recordingID(r), said.Holder); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
