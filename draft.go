package rostrum

import "time"

// Draft is a recording's cut list while it is being made. Every change is a new number, so nothing is lost and each can be undone;
// interventions change only when the draft is applied.
type Draft struct {
	Recording RecordingID
	Number    int // from 1; 0 before the first
	Rows      []DraftRow
	At        time.Time
	Who       string
	What      string // the change in a few words, for the list of changes
}

// KeptDrafts is how many numbers of a draft are kept to go back to.
const KeptDrafts = 100

// DraftRow is one cut of a draft.
type DraftRow struct {
	ID           string         `json:"id"` // of the row, chosen where it was made; stays with it
	Intervention InterventionID `json:"intervention,omitempty"`
	Span         Span           `json:"span"`
	Title        string         `json:"title,omitempty"`
	Speaker      string         `json:"speaker,omitempty"`
	Function     string         `json:"function,omitempty"`
	Organisation string         `json:"organisation,omitempty"`
	AgendaItem   string         `json:"agenda_item,omitempty"`
	Language     Language       `json:"language,omitempty"`
}

// Lock says who is changing something, so that others see it before they begin. It is soft: it ends when its holder is silent
// for LockLives, and anybody who may change the thing can take it over.
type Lock struct {
	Subject string // "cut/RECORDING"
	Holder  string // identifies one open window
	Account AccountID
	Name    string
	Since   time.Time
	Seen    time.Time
}

// LockLives is how long a lock outlives the last sign of its holder.
const LockLives = 45 * time.Second

// Mark is a moment that somebody in the room has marked: who begins to speak, or that nobody does.
type Mark struct {
	ID           string // chosen where it was made, so that sending it twice is harmless
	Meeting      MeetingID
	Intervention InterventionID // of the speakers' list; "" for somebody who is not on it, or for the end of a speech
	Speaker      string
	End          bool          // nobody speaks from here on
	At           time.Time     // by the server's clock
	Unsure       time.Duration // how far At may be off
	Who          string
	Deleted      bool
}
