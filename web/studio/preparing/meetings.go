package preparing

import (
	"net/http"
	"slices"
	"time"

	"rostrum"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// meetingLine is a line of the list of meetings.
type meetingLine struct {
	Slug, Place, Series         string
	Title                       page.Text
	Days                        string
	Starts                      rostrum.Date
	Planned, Cut, Ready, Public int
}

func (a *area) showMeetings(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, ui := r.Context(), a.UI(r, who)
	l := pages().Locale(ui)
	meetings, err := a.p.Catalogue.Meetings(ctx)
	if err != nil {
		return err
	}
	counts, err := a.p.Catalogue.InterventionCounts(ctx)
	if err != nil {
		return err
	}
	series, err := a.p.Catalogue.AllSeries(ctx)
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for _, s := range series {
		titles[s.Slug] = page.TextIn(s.Title, ui).Text
	}
	var v struct{ Upcoming, Past []meetingLine }
	for _, m := range meetings {
		n := counts[m.ID]
		line := meetingLine{Slug: m.Slug, Place: m.Place, Series: m.Series, Title: titleOf(&m, ui), Days: l.Days(m.Starts, m.Ends), Starts: m.Starts, Planned: n[rostrum.Planned],
			Cut: n[rostrum.CutState] + n[rostrum.Rendering] + n[rostrum.InterventionFailed], Ready: n[rostrum.Ready], Public: n[rostrum.Published]}
		if titles[m.Series] != "" {
			line.Series = titles[m.Series]
		}
		// A meeting is over when its last day is over where it is.
		zone, err := time.LoadLocation(m.TimeZone)
		if err != nil {
			zone = time.UTC
		}
		if max(m.Ends, m.Starts) >= rostrum.Date(a.Now().In(zone).Format(time.DateOnly)) {
			v.Upcoming = append(v.Upcoming, line)
		} else {
			v.Past = append(v.Past, line)
		}
	}
	slices.Reverse(v.Upcoming) // the next one first
	return a.Render(w, r, who, pages(), desk.Page{Name: "meetings", Title: l.Word("meetings.title"), Area: "meetings", Data: v})
}

// titleOf is what a meeting is called; its slug where it has no title.
func titleOf(m *rostrum.Meeting, ui rostrum.Language) page.Text {
	if t := page.TextIn(m.Title, ui); t.Text != "" {
		return t
	}
	return page.Text{Text: m.Slug}
}

// meetingHead is what stands above all pages of a meeting.
type meetingHead struct {
	Slug, Place, Days string
	Title             page.Text
	Tab               string // speakers, facts, programme
}

func (a *area) head(m *rostrum.Meeting, ui rostrum.Language, tab string) meetingHead {
	return meetingHead{m.Slug, m.Place, pages().Locale(ui).Days(m.Starts, m.Ends), titleOf(m, ui), tab}
}

// languageName is a language as a page offers it.
type languageName struct {
	Code rostrum.Language `json:"code"`
	Name string           `json:"name"`
	Dir  string           `json:"dir"`
}

// offered lists the six languages of the United Nations, those that the texts have, and those that partners read.
func offered(l *page.Locale, texts ...rostrum.Texts) []languageName {
	codes := []rostrum.Language{"en", "fr", "ar", "es", "ru", "zh"}
	var more []rostrum.Language
	for _, t := range texts {
		for tag := range t {
			if !slices.Contains(codes, tag) && !slices.Contains(more, tag) {
				more = append(more, tag)
			}
		}
	}
	slices.Sort(more)
	for _, tag := range []rostrum.Language{"pt", "de"} {
		if !slices.Contains(more, tag) {
			more = append(more, tag)
		}
	}
	var all []languageName
	for _, tag := range append(codes, more...) {
		dir := "ltr"
		if tag.RightToLeft() {
			dir = "rtl"
		}
		all = append(all, languageName{tag, l.LanguageName(tag), dir})
	}
	return all
}

type agendaOut struct {
	Number string        `json:"number"`
	Title  rostrum.Texts `json:"title"`
}

func agendaOf(m *rostrum.Meeting) []agendaOut {
	all := make([]agendaOut, 0, len(m.Agenda))
	for _, x := range m.Agenda {
		all = append(all, agendaOut{x.Number, someTexts(x.Title)})
	}
	return all
}

// showSpeakers is the speakers' list of a meeting.
func (a *area) showSpeakers(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, ui := r.Context(), a.UI(r, who)
	m, err := a.p.Catalogue.MeetingBySlug(ctx, desk.Var(r, "slug"))
	if err != nil {
		return err
	}
	all, err := a.p.Catalogue.InterventionsOfMeeting(ctx, m.ID)
	if err != nil {
		return err
	}
	topics, err := a.p.Catalogue.Topics(ctx)
	if err != nil {
		return err
	}
	organisations, err := a.p.Catalogue.Organisations(ctx)
	if err != nil {
		return err
	}
	persons, err := a.p.Catalogue.Persons(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	known := []string{}
	for _, o := range organisations {
		names[o.Slug] = page.TextIn(o.Name, ui).Text
		known = append(known, names[o.Slug])
	}
	type personOut struct {
		Name         string `json:"name"`
		Function     string `json:"function"`
		Organisation string `json:"organisation"`
	}
	people := []personOut{}
	for _, x := range persons {
		organisation := names[x.Organisation]
		if organisation == "" {
			organisation = x.Organisation
		}
		people = append(people, personOut{x.Name, x.Function, organisation})
	}
	var texts []rostrum.Texts
	for _, x := range all {
		texts = append(texts, x.Titles, x.Functions, x.Abstract)
	}
	l := pages().Locale(ui)
	if topics == nil {
		topics = []rostrum.Topic{}
	}
	data := map[string]any{"slug": m.Slug, "zone": m.TimeZone, "starts": m.Starts, "ends": m.Ends, "agenda": agendaOf(m), "languages": offered(l, texts...), "topics": topics,
		"organisations": known, "persons": people, "rows": rowsOf(all), "may": who.May(rostrum.Prepare) == nil}
	return a.Render(w, r, who, pages(), desk.Page{Name: "speakers", Title: titleOf(m, ui).Text, Area: "meetings", Script: "preparing.js", Full: true,
		Data: map[string]any{"Head": a.head(m, ui, "speakers"), "Rows": all, "Grid": data}})
}

// factsOut is a meeting as the page of its facts has it.
type factsOut struct {
	Slug     string        `json:"slug"`
	Series   string        `json:"series"`
	Kind     string        `json:"kind"`
	Title    rostrum.Texts `json:"title"`
	Intro    rostrum.Texts `json:"intro"`
	Place    string        `json:"place"`
	Country  string        `json:"country"`
	Starts   rostrum.Date  `json:"starts"`
	Ends     rostrum.Date  `json:"ends"`
	TimeZone string        `json:"time_zone"`
	Agenda   []agendaOut   `json:"agenda"`
}

func factsOf(m *rostrum.Meeting) factsOut {
	return factsOut{m.Slug, m.Series, m.Kind, someTexts(m.Title), someTexts(m.Intro), m.Place, m.Country, m.Starts, m.Ends, m.TimeZone, agendaOf(m)}
}

// seriesChoice is a series as a form offers it.
type seriesChoice struct {
	Slug, Title string
	Chosen      bool
}

func (a *area) seriesChoices(r *http.Request, ui rostrum.Language, chosen string) ([]seriesChoice, error) {
	series, err := a.p.Catalogue.AllSeries(r.Context())
	if err != nil {
		return nil, err
	}
	var all []seriesChoice
	found := chosen == ""
	for _, s := range series {
		title := page.TextIn(s.Title, ui).Text
		if title == "" {
			title = s.Slug
		}
		found = found || s.Slug == chosen
		all = append(all, seriesChoice{s.Slug, title, s.Slug == chosen})
	}
	if !found { // a name that is no series of ours stays what it is
		all = append(all, seriesChoice{chosen, chosen, true})
	}
	return all, nil
}

func (a *area) showFacts(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ui := a.UI(r, who)
	m, err := a.p.Catalogue.MeetingBySlug(r.Context(), desk.Var(r, "slug"))
	if err != nil {
		return err
	}
	series, err := a.seriesChoices(r, ui, m.Series)
	if err != nil {
		return err
	}
	l := pages().Locale(ui)
	texts := []rostrum.Texts{m.Title, m.Intro}
	for _, x := range m.Agenda {
		texts = append(texts, x.Title)
	}
	return a.Render(w, r, who, pages(), desk.Page{Name: "facts", Title: titleOf(m, ui).Text, Area: "meetings", Script: "preparing.js",
		Data: map[string]any{"Head": a.head(m, ui, "facts"), "Meeting": m, "Series": series, "Languages": offered(l, texts...), "UI": string(ui),
			"Facts": map[string]any{"meeting": factsOf(m), "languages": offered(l, texts...), "may": who.May(rostrum.Prepare) == nil}}})
}

func (a *area) showNew(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ui := a.UI(r, who)
	series, err := a.seriesChoices(r, ui, "")
	if err != nil {
		return err
	}
	l := pages().Locale(ui)
	return a.Render(w, r, who, pages(), desk.Page{Name: "new-meeting", Title: l.Word("new.title"), Area: "meetings", Script: "preparing.js",
		Data: map[string]any{"Series": series, "UI": string(ui)}})
}

func (a *area) showProgramme(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ui := a.UI(r, who)
	l := pages().Locale(ui)
	data, title := map[string]any{"Page": map[string]any{"slug": "", "zone": ""}}, l.Word("programme.title")
	if slug := desk.Var(r, "slug"); slug != "" {
		m, err := a.p.Catalogue.MeetingBySlug(r.Context(), slug)
		if err != nil {
			return err
		}
		data["Head"], title = a.head(m, ui, "programme"), titleOf(m, ui).Text
		data["Page"] = map[string]any{"slug": m.Slug, "zone": m.TimeZone}
	}
	return a.Render(w, r, who, pages(), desk.Page{Name: "programme", Title: title, Area: "meetings", Script: "preparing.js", Data: data})
}

// meetingSaid is what a person says of a meeting. What is absent stays; of texts, the languages that are not named.
type meetingSaid struct {
	Slug     string        `json:"slug"` // of a new one
	Series   *string       `json:"series"`
	Kind     *string       `json:"kind"`
	Title    rostrum.Texts `json:"title"`
	Intro    rostrum.Texts `json:"intro"`
	Place    *string       `json:"place"`
	Country  *string       `json:"country"`
	Starts   *rostrum.Date `json:"starts"`
	Ends     *rostrum.Date `json:"ends"`
	TimeZone *string       `json:"time_zone"`
	Agenda   *[]agendaOut  `json:"agenda"`
}

func (s meetingSaid) apply(m *rostrum.Meeting) error {
	for to, said := range map[*string]*string{&m.Series: s.Series, &m.Kind: s.Kind, &m.Place: s.Place, &m.Country: s.Country, &m.TimeZone: s.TimeZone} {
		if said != nil {
			*to = *said
		}
	}
	for to, said := range map[*rostrum.Date]*rostrum.Date{&m.Starts: s.Starts, &m.Ends: s.Ends} {
		if said != nil {
			*to = *said
		}
	}
	for to, said := range map[*rostrum.Texts]rostrum.Texts{&m.Title: s.Title, &m.Intro: s.Intro} {
		for tag, text := range said {
			if *to == nil {
				*to = rostrum.Texts{}
			}
			l, err := rostrum.ParseLanguage(string(tag))
			if err != nil {
				return err
			}
			(*to)[l] = text
		}
	}
	if s.Agenda != nil {
		m.Agenda = nil
		for _, x := range *s.Agenda {
			m.Agenda = append(m.Agenda, rostrum.AgendaItem(x))
		}
	}
	return nil
}

func (a *area) makeMeeting(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said meetingSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	m := rostrum.Meeting{Slug: said.Slug}
	if err := said.apply(&m); err != nil {
		return err
	}
	if m.Slug == "" {
		title, _ := m.Title.In()
		m.Slug = rostrum.Slug(title)
	}
	if err := a.p.MakeMeeting(r.Context(), m, who); err != nil {
		return err
	}
	made, err := a.p.Catalogue.MeetingBySlug(r.Context(), m.Slug)
	if err != nil {
		return err
	}
	return desk.ReplyWith(w, http.StatusCreated, factsOf(made))
}

func (a *area) changeMeeting(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said meetingSaid
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	if said.Slug != "" && said.Slug != desk.Var(r, "slug") {
		return rostrum.Errorf(rostrum.Refused, "The address of a meeting stays as it is: partners' links lead there.")
	}
	m, err := a.p.ChangeMeeting(r.Context(), desk.Var(r, "slug"), said.apply, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, factsOf(m))
}
