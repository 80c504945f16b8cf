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
	manifest, err := s.published(ctx, i)
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
		Chrome: c, Media: s.mediaOf(r, i, manifest), ID: string(i.ID), Title: page.Text{Text: i.Title},
		Speaker: i.Speaker, Function: page.Text{Text: i.Function}, Organisation: names.organisation(i.Organisation),
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
			p.Prev = s.link(siblings[n-1])
		}
		if n+1 < len(siblings) {
			p.Next = s.link(siblings[n+1])
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

func (s *server) link(i *rostrum.Intervention) *page.Link {
	return &page.Link{Name: page.Text{Text: i.Title}, Path: s.base + i.Page()}
}

func embedPath(i *rostrum.Intervention) string { return "/embed/" + url.PathEscape(string(i.ID)) }

// mediaOf is what plays of an intervention, as the parameters t, end, lang and cc of r want it.
func (s *server) mediaOf(r *http.Request, i *rostrum.Intervention, m *rostrum.Manifest) page.Media {
	file := func(names ...string) string { return s.mediaPath(i.ID, firstFile(m, names...)) }
	download := func(name string) page.Download { return page.Download{Path: file(name), Bytes: m.Files[name].Bytes} }
	q := r.URL.Query()
	media := page.Media{
		Language: i.Language, Duration: m.Duration, Master: file(rostrum.MasterName),
		MP4: download(rostrum.MP4Name), SmallMP4: download(rostrum.SmallMP4Name), Audio: download(rostrum.AudioName),
		Poster: file(rostrum.PosterName, rostrum.SmallPosterName), Storyboard: file(rostrum.StoryboardName),
	}
	if rate, err := rostrum.ParseRate(m.Rate); err == nil {
		media.FrameRate = rate.Float()
	}
	if len(m.Pictures) > 0 {
		media.Width, media.Height = m.Pictures[0].Width, m.Pictures[0].Height
	}
	for _, c := range m.Captions {
		media.Captions = append(media.Captions, page.Captions{Language: c.Language, VTT: file(c.VTT), SRT: file(c.SRT)})
		if q.Get("cc") == string(c.Language) {
			media.CaptionsIn = string(c.Language)
		}
	}
	if q.Get("cc") == "off" {
		media.CaptionsIn = "off"
	}
	for _, sound := range m.Sounds {
		if sound.Quality != rostrum.FullSound {
			continue
		}
		media.Sounds = append(media.Sounds, page.Sound{Channel: sound.Channel, Language: sound.Language})
		media.Interpreted = media.Interpreted || sound.Channel != rostrum.Floor
		if q.Get("lang") == sound.Channel {
			media.Sound = sound.Channel
		}
	}
	media.Start, media.End = between(r, m.Duration)
	return media
}
