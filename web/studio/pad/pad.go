// Package pad is the page with which somebody in the room marks, on a phone, who begins to speak. The marks become cuts of the recording.
//
// A room may have no network: the page is kept by a service worker, marks wait in the phone's own database, and both the clocks and the
// marks are brought together when there is a connection. Several phones may mark the same meeting.
package pad

import (
	"cmp"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

//go:embed worker.js
var worker []byte

// area is what the routes share.
type area struct {
	*desk.Desk
	pipeline *pipeline.Pipeline
	pages    *desk.Pages
}

// Routes lists the addresses of the area.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{Desk: d, pipeline: p, pages: desk.NewPages(files)}
	const marks = "/api/v1/meetings/{slug}/marks"
	return []desk.Route{
		{Method: http.MethodGet, Path: "/studio/pad", Act: rostrum.Cutting, Do: a.meetings},
		{Method: http.MethodGet, Path: "/studio/pad/worker.js", Open: true, Do: a.worker},
		{Method: http.MethodGet, Path: "/studio/pad/{meeting}", Act: rostrum.Cutting, Do: a.pad},
		{Method: http.MethodGet, Path: "/api/v1/clock", Open: true, Do: a.clock},
		{Method: http.MethodGet, Path: marks, Act: rostrum.Look, Do: a.marks},
		{Method: http.MethodPost, Path: marks, Act: rostrum.Cutting, Do: a.putMarks},
		{Method: http.MethodDelete, Path: marks + "/{id}", Act: rostrum.Cutting, Do: a.dropMark},
	}
}

// worker answers with the service worker, which may answer for all pages below its own folder.
func (a *area) worker(w http.ResponseWriter, _ *http.Request, _ rostrum.Actor) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
	h.Set("Content-Length", strconv.Itoa(len(worker)))
	w.Write(worker)
	return nil
}

// clock tells the server's time, in milliseconds since 1970, for phones to compare theirs with.
func (a *area) clock(w http.ResponseWriter, _ *http.Request, _ rostrum.Actor) error {
	now := a.pipeline.Now()
	return desk.Reply(w, map[string]any{"ms": now.UnixMilli(), "time": now.UTC().Format("2006-01-02T15:04:05.000Z")})
}

// listedMeeting is a meeting as the list shows it.
type listedMeeting struct {
	Slug, Title   string
	TitleLanguage rostrum.Language
	Days, Place   string
	Now           bool // it is held today
}

// meetings answers with the choice of a meeting: those of today first.
func (a *area) meetings(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	all, err := a.pipeline.Catalogue.Meetings(r.Context())
	if err != nil {
		return err
	}
	locale := a.pages.Locale(a.UI(r, who))
	var list []listedMeeting
	for i := range all {
		m := &all[i]
		title, language := nearest(m.Title, locale.Tag)
		today := a.Now().In(pipeline.ZoneOf(m)).Format(time.DateOnly)
		list = append(list, listedMeeting{Slug: m.Slug, Title: cmp.Or(title, m.Slug), TitleLanguage: language, Days: locale.Days(m.Starts, m.Ends), Place: m.Place,
			Now: today >= string(m.Starts) && today <= string(max(m.Starts, m.Ends))})
	}
	slices.SortStableFunc(list, func(a, b listedMeeting) int {
		switch {
		case a.Now == b.Now:
			return 0
		case a.Now:
			return -1
		}
		return 1
	})
	return a.Render(w, r, who, a.pages, desk.Page{Name: "meetings.html", Title: locale.Word("pad"), Bare: true, Data: list})
}

// room is what the page knows of a meeting when there is no connection.
type room struct {
	Slug     string    `json:"slug"`
	Title    string    `json:"title"`
	TimeZone string    `json:"time_zone"`
	Speakers []speaker `json:"speakers"`
	Me       string    `json:"me"`
	language rostrum.Language
}

// TitleLanguage is the language of the title.
func (r room) TitleLanguage() rostrum.Language { return r.language }

type speaker struct {
	ID           rostrum.InterventionID `json:"id"`
	Name         string                 `json:"speaker"`
	Title        string                 `json:"title"`
	Organisation string                 `json:"organisation"`
	Item         string                 `json:"agenda_item"`
}

// pad answers with the page for a meeting.
func (a *area) pad(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	m, err := a.pipeline.Catalogue.MeetingBySlug(r.Context(), desk.Var(r, "meeting"))
	if err != nil {
		return err
	}
	all, err := a.pipeline.Catalogue.InterventionsOfMeeting(r.Context(), m.ID)
	if err != nil {
		return err
	}
	title, language := nearest(m.Title, a.UI(r, who))
	data := room{Slug: m.Slug, Title: cmp.Or(title, m.Slug), TimeZone: pipeline.ZoneOf(m).String(), Speakers: []speaker{}, Me: who.Name, language: language}
	for _, x := range all {
		s := speaker{x.ID, cmp.Or(x.Speaker, x.Title), x.Title, x.Organisation, x.AgendaItem}
		data.Speakers = append(data.Speakers, s)
	}
	return a.Render(w, r, who, a.pages, desk.Page{Name: "pad.html", Title: data.Title, Script: "pad.js", Bare: true, Data: data})
}

// nearest chooses the text in the language nearest to one, and says which language it is.
func nearest(texts rostrum.Texts, l rostrum.Language) (string, rostrum.Language) {
	for _, tag := range []rostrum.Language{l, l.Base(), "en"} {
		if s := texts[tag]; s != "" {
			return s, tag
		}
	}
	first := rostrum.Language("")
	for tag := range texts {
		if first == "" || tag < first {
			first = tag
		}
	}
	return texts[first], first
}
