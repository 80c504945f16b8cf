package pad

import (
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

// markSaid is a mark as programs read and write it.
type markSaid struct {
	ID           string                 `json:"id"`
	Intervention rostrum.InterventionID `json:"intervention"`
	Speaker      string                 `json:"speaker"`
	End          bool                   `json:"end"`
	At           time.Time              `json:"at"`
	Unsure       int64                  `json:"unsure_ms"`
	Who          string                 `json:"who,omitempty"`
	Deleted      *bool                  `json:"deleted,omitempty"`
}

// longestUnsure keeps what is said in milliseconds countable in nanoseconds; the pipeline's own limit is far lower.
const longestUnsure = int64(1000 * time.Hour / time.Millisecond)

func (a *area) marks(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	all, err := a.pipeline.Marks(r.Context(), desk.Var(r, "slug"))
	if err != nil {
		return err
	}
	said := []markSaid{}
	for _, m := range all {
		said = append(said, markSaid{ID: m.ID, Intervention: m.Intervention, Speaker: m.Speaker, End: m.End, At: m.At.UTC(), Unsure: m.Unsure.Milliseconds(), Who: m.Who})
	}
	return desk.Reply(w, said)
}

// putMarks takes marks and answers with all of the meeting.
func (a *area) putMarks(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said []markSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	var marks []pipeline.MarkSaid
	for _, m := range said {
		unsure := time.Duration(max(-longestUnsure, min(m.Unsure, longestUnsure))) * time.Millisecond
		marks = append(marks, pipeline.MarkSaid{Deleted: m.Deleted,
			Mark: rostrum.Mark{ID: m.ID, Intervention: m.Intervention, Speaker: m.Speaker, End: m.End, At: m.At, Unsure: unsure}})
	}
	if err := a.pipeline.PutMarks(r.Context(), desk.Var(r, "slug"), marks, who); err != nil {
		return err
	}
	return a.marks(w, r, who)
}

func (a *area) dropMark(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := a.pipeline.DropMark(r.Context(), desk.Var(r, "slug"), desk.Var(r, "id"), who); err != nil {
		return err
	}
	return a.marks(w, r, who)
}
