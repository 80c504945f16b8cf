package page

import (
	"io"
	"time"

	"rostrum"
)

// Home is the first page: the meetings, newest first.
type Home struct {
	Chrome
	Meetings []MeetingCard
	Total    Total
	Upcoming *Upcoming // nil when no date is known
}

// MeetingCard is one meeting on the first page.
type MeetingCard struct {
	Title        Text
	Path         string
	Place        Text
	Starts, Ends rostrum.Date
	Total        Total
	Languages    []rostrum.Language // of the sound, original and interpretation
}

// Total says what a list holds, so that a reader knows before any byte of media.
type Total struct {
	Meetings      int // 0 is not shown
	Interventions int
	Duration      time.Duration
	SoundBytes    int64 // of all interventions as sound only; 0 is not shown
}

// Faster is the length at one and a half times the speed.
func (t Total) Faster() time.Duration { return t.Duration * 2 / 3 }

// Upcoming invites to the next meeting.
type Upcoming struct {
	Title        Text
	Path         string // page about it; "" has none
	Place        Text
	Starts, Ends rostrum.Date
	Register     string // address of the registration; "" has none
	Calendar     string // address of an ICS file; "" has none
}

// Render writes the page.
func (p Home) Render(w io.Writer) error { return render(w, "home.html", p.Chrome, p) }
