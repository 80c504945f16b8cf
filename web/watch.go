package web

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/page"
)

// showWatch answers with the page of one intervention.
func (s *server) showWatch(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, c, vars := r.Context(), rostrum.Viewer{}, s.chrome(r), mux.Vars(r)
	i, err := s.watchableAt(ctx, viewer, vars["meeting"], vars["intervention"])
	if err != nil {
		return err
	}
	manifest, err := s.heard(ctx, viewer, i)
	if err != nil {
		return err
	}
	m, err := s.Catalogue.MeetingBySlug(ctx, i.MeetingSlug)
	if err != nil {
		return err
	}
	siblings, err := s.listed(ctx, viewer, m.ID)
	if err != nil {
		return err
	}
	names, err := s.names(ctx, c.UI)
	if err != nil {
		return err
	}
	p := page.WatchPage{
		Chrome: c, Media: s.mediaOf(r, i, manifest), ID: string(i.ID), Title: titleIn(i, c.UI), Abstract: page.TextIn(i.Abstract, c.UI),
		Speaker: i.Speaker, Function: functionIn(i, c.UI), Organisation: names.organisation(i.Organisation),
		Meeting: page.Link{Name: page.TextIn(m.Title, c.UI), Path: s.base + meetingPath(m.Slug)},
		Starts:  m.Starts, Ends: m.Ends, Place: page.Text{Text: m.Place}, AgendaNumber: i.AgendaItem,
		Topics: names.topicLinks(i.Topics), Transcript: s.transcript(r, i, manifest, c.UI),
		EmbedPath: s.base + embedPath(i), PublishedAt: i.Published,
	}
	for _, a := range m.Agenda {
		if a.Number == i.AgendaItem {
			p.AgendaTitle = page.TextIn(a.Title, c.UI)
		}
	}
	for n, other := range siblings {
		if other.ID != i.ID {
			continue
		}
		if n > 0 {
			p.Prev = s.link(siblings[n-1], c.UI)
		}
		if n+1 < len(siblings) {
			p.Next = s.link(siblings[n+1], c.UI)
		}
	}
	if p.Upcoming, err = s.upcomingBut(ctx, m.Slug, c.UI); err != nil {
		return err
	}
	oembed := func(format string) string {
		return s.base + "/oembed?" + url.Values{"url": {c.PublicURL + i.Page()}, "format": {format}}.Encode()
	}
	p.OEmbedJSON, p.OEmbedXML = oembed("json"), oembed("xml")
	return s.render(w, r, c, http.StatusOK, shapePage, p)
}

func (s *server) link(i *rostrum.Intervention, ui rostrum.Language) *page.Link {
	return &page.Link{Name: titleIn(i, ui), Path: s.base + i.Page()}
}

// titleIn is the title as a page in ui shows it. The language of the first title is not surely the speaker's.
func titleIn(i *rostrum.Intervention, ui rostrum.Language) page.Text {
	text, l := i.TitleIn(ui)
	if text == i.Title {
		l = ""
	}
	return page.Text{Text: text, Language: l}
}

func functionIn(i *rostrum.Intervention, ui rostrum.Language) page.Text {
	text, l := i.FunctionIn(ui)
	return page.Text{Text: text, Language: l}
}

func embedPath(i *rostrum.Intervention) string { return "/embed/" + url.PathEscape(string(i.ID)) }
