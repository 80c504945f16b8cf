package page

import (
	"io"
	"time"

	"rostrum"
)

// MeetingPage lists the interventions of one meeting by agenda item.
type MeetingPage struct {
	Chrome
	Title        Text
	Place        Text
	Starts, Ends rostrum.Date
	Intro        Text
	Items        []AgendaItem
	Total        Total
	Upcoming     *Upcoming
}

// AgendaItem is a numbered subject with the interventions on it. One without a number and title
// gathers those that belong to none.
type AgendaItem struct {
	Number string
	Title  Text
	Cards  []Card
}

// Card is one intervention in a list.
type Card struct {
	Title        Text
	Path         string
	Speaker      string
	Function     Text
	Organisation Text
	Language     rostrum.Language // spoken
	Duration     time.Duration
	SoundBytes   int64
	Poster       string // a small picture; "" shows none
	Topics       []Link
}

// Render writes the page.
func (p MeetingPage) Render(w io.Writer) error { return render(w, "meeting.html", p.Chrome, p) }
