package reviewing

import (
	"net/http"
	"net/url"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/playout"
	"rostrum/web/studio/desk"
)

// reviewPage is what the page shows.
type reviewPage struct {
	Title        page.Text
	Speaker      string
	Function     page.Text
	Organisation page.Text
	Meeting      page.Text
	Days         string
	Length       string
	Seconds      float64 // the same
	Expires      string
	Ready        bool
	Media        string // address below which the files lie
	MP4          string
	Poster       string
	Sounds       []sound
	Captions     []captions
	Comments     []comment
	Approved     string // when the speaker approved this revision
	Languages    []language
	Here         string // address of the page, with ?ui= when that is chosen
	Said         string // what has just been said
	Problem      string // why it could not be taken
	Form         form
}

type sound struct{ Channel, Name string }

type captions struct {
	Language rostrum.Language
	Name     string
	VTT      string
}

type language struct {
	Tag     rostrum.Language
	Name    string
	Address string
	Current bool
}

type comment struct {
	Who, Kind, Text, At, When string
	Begin, End                string
	Older                     bool // of a cut before this one
	Resolved                  bool
}

// form is what was typed, given back when it can't be taken.
type form struct{ Kind, At, Who, Text, Begin, End string }

// show answers with the review, and notes that the link was opened.
func (a *area) show(w http.ResponseWriter, r *http.Request, v *pipeline.Review) error {
	if r.Method == http.MethodGet {
		if err := a.p.Opened(r.Context(), v.Link); err != nil {
			return err
		}
	}
	said := r.URL.Query().Get("said")
	if said != string(rostrum.Remark) && said != string(rostrum.Approval) && said != string(rostrum.AnotherCut) {
		said = ""
	}
	return a.render(w, r, v, form{Kind: string(rostrum.Remark), Who: v.Link.For}, said, nil)
}

// say takes what the speaker says. What can't be taken comes back as it was typed.
func (a *area) say(w http.ResponseWriter, r *http.Request, v *pipeline.Review) error {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return rostrum.Errorf(rostrum.TooLarge, "The comment is too long; please shorten it.").Because(err)
	}
	f := form{Kind: r.PostForm.Get("kind"), At: r.PostForm.Get("at"), Who: r.PostForm.Get("who"), Text: r.PostForm.Get("text"), Begin: r.PostForm.Get("begin"), End: r.PostForm.Get("end")}
	s := said{pipeline.Said{Who: f.Who, Kind: rostrum.CommentKind(f.Kind), Text: f.Text}}
	complaint := s.read(f, v)
	if complaint == "" {
		switch err := a.p.Comment(r.Context(), v, s.Said); rostrum.ErrorCode(err) {
		case "":
		case rostrum.Refused:
			complaint = "bad.often"
		case rostrum.Conflict:
			complaint = "bad.making"
		case rostrum.Invalid, rostrum.TooLarge:
			complaint = "bad.other"
		default:
			return err
		}
	}
	if complaint != "" {
		l := pages().Locale(pages().UI(a.Desk, r, rostrum.Actor{}))
		length := ""
		if v.Manifest != nil {
			length = page.Clock(v.Manifest.Duration)
		}
		return a.render(w, r, v, f, "", rostrum.Errorf(rostrum.Invalid, "%s", l.Word(complaint, "length", length)))
	}
	http.Redirect(w, r, a.back(r, f.Kind), http.StatusSeeOther)
	return nil
}

func (a *area) render(w http.ResponseWriter, r *http.Request, v *pipeline.Review, f form, said string, problem error) error {
	ctx, x, ui := r.Context(), v.Intervention, pages().UI(a.Desk, r, rostrum.Actor{})
	l := pages().Locale(ui)
	d := reviewPage{Speaker: x.Speaker, Form: f, Expires: v.Link.Expires.UTC().Format(time.RFC3339)}
	if said != "" {
		d.Said = l.Word("said." + said)
	}
	status := http.StatusOK
	if problem != nil {
		status = answer.Status(problem)
		d.Problem = answer.Message(problem)
	}
	text, tag := x.TitleIn(ui)
	d.Title = page.Text{Text: text, Language: tag}
	text, tag = x.FunctionIn(ui)
	d.Function, d.Organisation = page.Text{Text: text, Language: tag}, page.Text{Text: x.Organisation}
	organisations, err := a.p.Catalogue.Organisations(ctx)
	if err != nil {
		return err
	}
	for _, o := range organisations {
		if o.Slug == x.Organisation {
			d.Organisation = page.TextIn(o.Name, ui)
		}
	}
	m, err := a.p.Catalogue.MeetingBySlug(ctx, x.MeetingSlug)
	if err != nil {
		return err
	}
	d.Meeting, d.Days = page.TextIn(m.Title, ui), l.Days(m.Starts, m.Ends)
	d.Here = a.Base + Path(url.PathEscape(desk.Var(r, "secret")))
	for _, t := range page.Languages() {
		d.Languages = append(d.Languages, language{t, page.LocaleFor(t).LanguageName(t), d.Here + "?ui=" + string(t), t == l.Tag})
	}
	d.Media = d.Here + "/media/"
	if chosen := r.URL.Query().Get("ui"); chosen != "" {
		d.Here += "?ui=" + url.QueryEscape(chosen)
	}
	if v.Manifest != nil {
		a.fill(&d, v, l)
	}
	all, err := a.p.Catalogue.Comments(ctx, x.ID)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Link == v.Link.ID {
			d.Comments = append(d.Comments, shown(c, v, l))
			if c.Kind == rostrum.Approval && v.Manifest != nil && c.Revision == v.Manifest.Revision {
				d.Approved = c.At.UTC().Format(time.RFC3339)
			}
		}
	}
	return a.Render(w, r, rostrum.Actor{}, pages(), desk.Page{Name: "review", Title: d.Title.Text + " – " + l.Word("review.title"), Script: "reviewing.js", Bare: true, Status: status, Data: d})
}

// fill adds what plays.
func (a *area) fill(d *reviewPage, v *pipeline.Review, l *page.Locale) {
	m := playout.Heard(v.Manifest, playout.For(viewer, v.Intervention, a.Now()))
	file := func(names ...string) string {
		for _, name := range names {
			if _, ok := m.Files[name]; ok {
				return name
			}
		}
		return ""
	}
	d.Ready, d.Length, d.Seconds = true, page.Clock(m.Duration), m.Duration.Seconds()
	d.MP4, d.Poster = file(rostrum.SmallMP4Name, rostrum.MP4Name, rostrum.AudioName), file(rostrum.PosterName, rostrum.SmallPosterName)
	for _, s := range m.Sounds {
		if s.Quality != rostrum.FullSound {
			continue
		}
		name := l.About("sound.booth", s.Language)
		switch {
		case s.Channel == rostrum.Floor && v.Intervention.Language != "":
			name = l.About("sound.floor.in", v.Intervention.Language)
		case s.Channel == rostrum.Floor:
			name = l.Word("sound.floor")
		}
		d.Sounds = append(d.Sounds, sound{s.Channel, name})
	}
	for _, c := range m.Captions {
		d.Captions = append(d.Captions, captions{c.Language, l.LanguageName(c.Language), c.VTT})
	}
}

func shown(c rostrum.Comment, v *pipeline.Review, l *page.Locale) comment {
	out := comment{Who: c.Who, Kind: string(c.Kind), Text: c.Text, When: c.At.UTC().Format(time.RFC3339), Resolved: !c.Resolved.IsZero()}
	out.Older = v.Manifest == nil || c.Revision != v.Manifest.Revision
	if out.Older {
		return out
	}
	rate, span := v.Recording.Rate, v.Manifest.Span
	if c.Frame > span.In {
		out.At = page.Clock(rate.Duration(c.Frame - span.In))
	}
	if c.Wish != (rostrum.Span{}) {
		place := func(n rostrum.Frame) string {
			if n < 0 {
				return "−" + page.Clock(rate.Duration(-n))
			}
			return page.Clock(rate.Duration(n))
		}
		out.Begin, out.End = place(c.Wish.In-span.In), place(c.Wish.Out-span.In)
	}
	return out
}
