package web

import (
	"net/http"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/page"
)

// showMeeting answers with a meeting's interventions by agenda item. A meeting of which nothing is
// published yet has a page that says so: its date is no secret.
func (s *server) showMeeting(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, c := r.Context(), rostrum.Viewer{}, s.chrome(r)
	m, err := s.Catalogue.MeetingBySlug(ctx, mux.Vars(r)["meeting"])
	if err != nil {
		return err
	}
	interventions, err := s.listed(ctx, viewer, m.ID)
	if err != nil {
		return err
	}
	names, err := s.names(ctx, c.UI)
	if err != nil {
		return err
	}
	p := page.MeetingPage{
		Chrome: c, Title: page.TextIn(m.Title, c.UI), Place: page.Text{Text: m.Place}, Starts: m.Starts, Ends: m.Ends, Intro: page.TextIn(m.Intro, c.UI),
	}
	if p.Upcoming, err = s.upcomingBut(ctx, m.Slug, c.UI); err != nil {
		return err
	}
	// Cards of one agenda item stand together, in the order of the agenda; the others at the end.
	items := make([]page.AgendaItem, len(m.Agenda)+1)
	place := map[string]int{}
	for n, a := range m.Agenda {
		items[n] = page.AgendaItem{Number: a.Number, Title: page.TextIn(a.Title, c.UI)}
		place[a.Number] = n
	}
	for _, i := range interventions {
		x, err := s.summary(ctx, i)
		if err != nil {
			return err
		}
		count(&p.Total, x)
		n, ok := place[i.AgendaItem]
		if !ok {
			n = len(m.Agenda)
		}
		items[n].Cards = append(items[n].Cards, page.Card{
			Title: titleIn(i, c.UI), Path: s.base + i.Page(), Speaker: i.Speaker, Function: functionIn(i, c.UI),
			Organisation: names.organisation(i.Organisation), Language: i.Language, Duration: x.duration, SoundBytes: x.soundBytes,
			Poster: s.mediaPath(i.ID, x.poster), Topics: names.topicLinks(i.Topics),
		})
	}
	for _, item := range items {
		if len(item.Cards) > 0 {
			p.Items = append(p.Items, item)
		}
	}
	return s.render(w, r, c, http.StatusOK, shapePage, p)
}
