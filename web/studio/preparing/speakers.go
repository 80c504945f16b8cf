package preparing

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk"
)

// speakerRow is a row of a speakers' list as programs see it.
type speakerRow struct {
	ID             rostrum.InterventionID    `json:"id"`
	Position       int                       `json:"position"`
	AgendaItem     string                    `json:"agenda_item"`
	Title          string                    `json:"title"`
	Titles         rostrum.Texts             `json:"titles"`
	Speaker        string                    `json:"speaker"`
	Function       string                    `json:"function"`
	Functions      rostrum.Texts             `json:"functions"`
	Organisation   string                    `json:"organisation"`
	Abstract       rostrum.Texts             `json:"abstract"`
	Language       rostrum.Language          `json:"language"`
	Topics         []string                  `json:"topics"`
	State          rostrum.InterventionState `json:"state"`
	Recording      rostrum.RecordingID       `json:"recording"`
	Starts         string                    `json:"starts"`   // RFC 3339, UTC; "" when unknown
	Length         float64                   `json:"length_s"` // seconds; 0 when unknown
	Unattributable bool                      `json:"unattributable"`
	Remarks        string                    `json:"remarks"`
}

func rowOf(x *rostrum.Intervention) speakerRow {
	row := speakerRow{ID: x.ID, Position: x.Position, AgendaItem: x.AgendaItem, Title: x.Title, Titles: someTexts(x.Titles), Speaker: x.Speaker, Function: x.Function,
		Functions: someTexts(x.Functions), Organisation: x.Organisation, Abstract: someTexts(x.Abstract), Language: x.Language, Topics: x.Topics, State: x.State,
		Recording: x.Recording, Length: float64(x.Length.Milliseconds()) / 1000, Unattributable: x.Unattributable, Remarks: x.Remarks}
	if row.Topics == nil {
		row.Topics = []string{}
	}
	if !x.Starts.IsZero() {
		row.Starts = x.Starts.UTC().Format(time.RFC3339)
	}
	return row
}

func someTexts(t rostrum.Texts) rostrum.Texts {
	if t == nil {
		return rostrum.Texts{}
	}
	return t
}

func rowsOf(all []*rostrum.Intervention) []speakerRow {
	rows := make([]speakerRow, 0, len(all))
	for _, x := range all {
		rows = append(rows, rowOf(x))
	}
	return rows
}

// speakerSaid is a change of a row. What is absent stays as it is.
type speakerSaid struct {
	ID             rostrum.InterventionID  `json:"id"`
	Add            bool                    `json:"add"`
	Remove         bool                    `json:"remove"`
	After          *rostrum.InterventionID `json:"after"`
	AgendaItem     *string                 `json:"agenda_item"`
	Title          *string                 `json:"title"`
	Titles         rostrum.Texts           `json:"titles"`
	Speaker        *string                 `json:"speaker"`
	Function       *string                 `json:"function"`
	Functions      rostrum.Texts           `json:"functions"`
	Organisation   *string                 `json:"organisation"`
	Abstract       rostrum.Texts           `json:"abstract"`
	Language       *rostrum.Language       `json:"language"`
	Topics         *[]string               `json:"topics"`
	Starts         *string                 `json:"starts"`
	Length         *float64                `json:"length_s"`
	Unattributable *bool                   `json:"unattributable"`
	Remarks        *string                 `json:"remarks"`
}

func (s speakerSaid) change() (c pipeline.SpeakerChange, err error) {
	c = pipeline.SpeakerChange{ID: s.ID, Add: s.Add, Remove: s.Remove, After: s.After, TextsChange: pipeline.TextsChange{
		Title: s.Title, Speaker: s.Speaker, Function: s.Function, Organisation: s.Organisation, AgendaItem: s.AgendaItem, Remarks: s.Remarks,
		Titles: s.Titles, Functions: s.Functions, Abstract: s.Abstract, Language: s.Language, Topics: s.Topics, Unattributable: s.Unattributable}}
	if s.Starts != nil {
		var at time.Time
		if *s.Starts != "" {
			if at, err = time.Parse(time.RFC3339, *s.Starts); err != nil || at.Year() < 1900 || at.Year() > 2200 {
				return c, rostrum.Errorf(rostrum.Invalid, "%q is not a time; write it like 2026-05-03T14:05:00Z.", *s.Starts)
			}
		}
		c.Starts = &at
	}
	if s.Length != nil {
		if math.IsNaN(*s.Length) || *s.Length < 0 || *s.Length > 24*3600 {
			return c, rostrum.Errorf(rostrum.Invalid, "A length of %g seconds can't be right; it lasts from 0 to 24 hours.", *s.Length)
		}
		length := time.Duration(math.Round(*s.Length*1000)) * time.Millisecond
		c.Length = &length
	}
	return c, nil
}

func (a *area) listSpeakers(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	m, err := a.p.Catalogue.MeetingBySlug(r.Context(), desk.Var(r, "slug"))
	if err != nil {
		return err
	}
	all, err := a.p.Catalogue.InterventionsOfMeeting(r.Context(), m.ID)
	if err != nil {
		return err
	}
	return desk.Reply(w, rowsOf(all))
}

func (a *area) addSpeaker(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said speakerSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	said.Add, said.Remove = true, false
	if said.ID == "" {
		said.ID = rostrum.InterventionID(catalogue.NewID())
	}
	c, err := said.change()
	if err != nil {
		return err
	}
	rows, err := a.p.ChangeSpeakers(r.Context(), desk.Var(r, "slug"), []pipeline.SpeakerChange{c}, nil, who)
	if err != nil {
		return err
	}
	return desk.ReplyWith(w, http.StatusCreated, rowOf(rows[0]))
}

// listSaid is a change of a whole list: some rows, or those and their order.
type listSaid struct {
	Rows  []speakerSaid            `json:"rows"`
	Order []rostrum.InterventionID `json:"order"`
}

// UnmarshalJSON also reads the rows alone.
func (l *listSaid) UnmarshalJSON(data []byte) error {
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return strict.Decode(&l.Rows)
	}
	type plain listSaid
	return strict.Decode((*plain)(l))
}

func (a *area) changeSpeakers(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said listSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	changes := make([]pipeline.SpeakerChange, 0, len(said.Rows))
	for _, s := range said.Rows {
		c, err := s.change()
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	rows, err := a.p.ChangeSpeakers(r.Context(), desk.Var(r, "slug"), changes, said.Order, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, rowsOf(rows))
}

func (a *area) orderSpeakers(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		IDs []rostrum.InterventionID `json:"ids"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	if said.IDs == nil {
		return rostrum.Errorf(rostrum.Invalid, "No order is given; send the identities of the rows as ids.")
	}
	if _, err := a.p.ChangeSpeakers(r.Context(), desk.Var(r, "slug"), nil, said.IDs, who); err != nil {
		return err
	}
	return a.listSpeakers(w, r, who)
}

func (a *area) removePlanned(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := a.p.RemovePlanned(r.Context(), rostrum.InterventionID(desk.Var(r, "id")), who); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// limited reads a body that may be larger than desk.Read allows, up to most bytes.
func limited(r *http.Request, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case err != nil:
		return nil, rostrum.Errorf(rostrum.Invalid, "The request broke off; please try again.").Because(err)
	case int64(len(data)) > most:
		return nil, rostrum.Errorf(rostrum.TooLarge, "The file is too large for a programme, which holds only text; please check that it is the right one.")
	}
	return data, nil
}
