package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"rostrum"
	"rostrum/web/page"
)

// showHome answers with the catalogue: the meetings of which something may be watched.
func (s *server) showHome(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, c := r.Context(), rostrum.Viewer{}, s.chrome(r)
	meetings, err := s.Catalogue.Meetings(ctx)
	if err != nil {
		return err
	}
	p := page.Home{Chrome: c, Upcoming: s.upcoming(meetings, c.UI)}
	for _, m := range meetings {
		interventions, err := s.listed(ctx, viewer, m.ID)
		if err != nil {
			return err
		}
		if len(interventions) == 0 {
			continue
		}
		card := page.MeetingCard{
			Title: page.TextIn(m.Title, c.UI), Path: s.base + meetingPath(m.Slug), Place: page.Text{Text: m.Place}, Starts: m.Starts, Ends: m.Ends,
		}
		for _, i := range interventions {
			x, err := s.summary(ctx, i)
			if err != nil {
				return err
			}
			count(&card.Total, x)
			for _, l := range x.spoken {
				if !slices.Contains(card.Languages, l.language) && rostrum.MayHear(viewer, i, l.channel, s.Now()) == nil {
					card.Languages = append(card.Languages, l.language)
				}
			}
		}
		p.Meetings = append(p.Meetings, card)
		p.Total.Meetings++
		p.Total.Interventions += card.Total.Interventions
		p.Total.Duration += card.Total.Duration
		p.Total.SoundBytes += card.Total.SoundBytes
	}
	return s.render(w, r, c, http.StatusOK, shapePage, p)
}

func count(t *page.Total, x summary) {
	t.Interventions++
	t.Duration += x.duration
	t.SoundBytes += x.soundBytes
}

func meetingPath(slug string) string { return "/m/" + slug }

// upcoming is the next meeting whose first day is still to come, nil when none is known. meetings
// stand newest first.
func (s *server) upcoming(meetings []rostrum.Meeting, ui rostrum.Language) *page.Upcoming {
	today := rostrum.Date(s.Now().UTC().Format(time.DateOnly))
	var next *page.Upcoming
	for _, m := range meetings {
		if m.Starts <= today {
			break
		}
		next = &page.Upcoming{
			Title: page.TextIn(m.Title, ui), Path: s.base + meetingPath(m.Slug), Place: page.Text{Text: m.Place}, Starts: m.Starts, Ends: m.Ends,
		}
	}
	return next
}

// upcomingBut is upcoming, nil when that is the meeting itself.
func (s *server) upcomingBut(ctx context.Context, slug string, ui rostrum.Language) (*page.Upcoming, error) {
	meetings, err := s.Catalogue.Meetings(ctx)
	if err != nil {
		return nil, err
	}
	next := s.upcoming(meetings, ui)
	if next != nil && next.Path == s.base+meetingPath(slug) {
		next = nil
	}
	return next, nil
}
