package releasing

import (
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

// texts is what can be changed about the words of an intervention. What a request leaves out stays as it is.
type texts struct {
	Title          *string           `json:"title"`
	Titles         rostrum.Texts     `json:"titles"` // the languages that are named; "" takes one away
	Speaker        *string           `json:"speaker"`
	Function       *string           `json:"function"`
	Functions      rostrum.Texts     `json:"functions"`
	Organisation   *string           `json:"organisation"`
	Abstract       rostrum.Texts     `json:"abstract"`
	Language       *rostrum.Language `json:"language"` // "" for unknown
	Topics         *[]string         `json:"topics"`
	AgendaItem     *string           `json:"agenda_item"`
	Unattributable *bool             `json:"unattributable"`
	Remarks        *string           `json:"remarks"`
	Starts         *string           `json:"starts"`   // RFC 3339, or by the meeting's clocks; "" for unknown
	Length         *float64          `json:"length_s"` // 0 for unknown
}

// textsOut is an intervention's words as they are.
type textsOut struct {
	ID             rostrum.InterventionID    `json:"id"`
	Meeting        string                    `json:"meeting"`
	Slug           string                    `json:"slug"`
	Page           string                    `json:"page"`
	Position       int                       `json:"position"`
	State          rostrum.InterventionState `json:"state"`
	Revision       int                       `json:"revision"`
	Recording      rostrum.RecordingID       `json:"recording,omitempty"`
	Title          string                    `json:"title"`
	Titles         rostrum.Texts             `json:"titles"`
	Speaker        string                    `json:"speaker"`
	Function       string                    `json:"function"`
	Functions      rostrum.Texts             `json:"functions"`
	Organisation   string                    `json:"organisation"`
	Abstract       rostrum.Texts             `json:"abstract"`
	Language       rostrum.Language          `json:"language"`
	Topics         []string                  `json:"topics"`
	AgendaItem     string                    `json:"agenda_item"`
	Unattributable bool                      `json:"unattributable"`
	Remarks        string                    `json:"remarks"`
	Starts         string                    `json:"starts"`
	Length         float64                   `json:"length_s"`
}

func textsOf(x *rostrum.Intervention) textsOut {
	some := func(t rostrum.Texts) rostrum.Texts {
		if t == nil {
			return rostrum.Texts{}
		}
		return t
	}
	return textsOut{x.ID, x.MeetingSlug, x.Slug, x.Page(), x.Position, x.State, x.Revision, x.Recording, x.Title, some(x.Titles), x.Speaker, x.Function,
		some(x.Functions), x.Organisation, some(x.Abstract), x.Language, append([]string{}, x.Topics...), x.AgendaItem, x.Unattributable, x.Remarks,
		stamp(x.Starts), x.Length.Seconds()}
}

// edit changes the words of an intervention, and answers with all of them as they are then.
func (a *area) edit(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var t texts
	if err := desk.Read(r, &t); err != nil {
		return err
	}
	id := rostrum.InterventionID(desk.Var(r, "id"))
	c := pipeline.TextsChange{Title: t.Title, Titles: t.Titles, Speaker: t.Speaker, Function: t.Function, Functions: t.Functions, Organisation: t.Organisation,
		Abstract: t.Abstract, Language: t.Language, Topics: t.Topics, AgendaItem: t.AgendaItem, Unattributable: t.Unattributable, Remarks: t.Remarks}
	if t.Starts != nil {
		in, err := a.clocks(r, []rostrum.InterventionID{id})
		if err != nil {
			return err
		}
		at, err := instant(*t.Starts, in)
		if err != nil {
			return err
		}
		c.Starts = &at
	}
	if t.Length != nil {
		if *t.Length < 0 || *t.Length > 24*60*60 {
			return rostrum.Errorf(rostrum.Invalid, "A length of %g seconds can't be right; it lasts from 0 to 24 hours.", *t.Length)
		}
		length := time.Duration(*t.Length * float64(time.Second)).Round(time.Millisecond)
		c.Length = &length
	}
	x, err := a.p.ChangeTexts(r.Context(), id, c, who.Name)
	if err != nil {
		return err
	}
	return desk.Reply(w, textsOf(x))
}
