package releasing

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// interventionPage is what the page of one intervention shows.
type interventionPage struct {
	row
	Meeting    *rostrum.Meeting
	MeetingIn  page.Text
	Zone       string
	Recording  *rostrum.Recording
	Prev, Next *rostrum.Intervention
	Player     *player // nil while nothing is ready
	Loudness   []loudness
	Greens     []rostrum.Finding
	Consents   []consentShown // newest first
	Comments   []commentShown
	Events     []event
	Topics     []rostrum.Topic
	Texts      textsOut
	Languages  []languageName // for texts, those in use and the six
	Cut        [2]string      // timecodes
	Length     string
}

// player is what the preview plays.
type player struct {
	Revision int
	Media    string // address below which the files lie
	MP4      string
	Poster   string
	Sounds   []soundChoice
	Captions []captionChoice
}

type soundChoice struct{ Channel, Name, MP4 string }

type captionChoice struct{ Language, Name, VTT string }

// loudness is one sound before and after it was brought to its level.
type loudness struct {
	Name string
	rostrum.MeasuredSound
}

type consentShown struct {
	catalogue.RecordedConsent
	Of string // name of the language of a booth; "" is the speaker
}

// Class and Word are those of the kind.
func (c consentShown) Class() string { return ConsentClass(c.Kind) }

// Word is the key of the word for the kind.
func (c consentShown) Word() string { return ConsentWord(c.Kind) }

type commentShown struct {
	rostrum.Comment
	Place string // in the cut that was looked at
	Begin string // of the other cut that is wished; "" when only words say it
	End   string
}

type languageName struct {
	Tag  rostrum.Language
	Name string
	Dir  string
}

// showIntervention answers with everything that is to be decided about one intervention.
func (a *area) showIntervention(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, l := r.Context(), pages().Locale(a.UI(r, who))
	x, err := a.p.Catalogue.Intervention(ctx, rostrum.InterventionID(desk.Var(r, "id")))
	if err != nil {
		return err
	}
	k, err := a.look(ctx, l)
	if err != nil {
		return err
	}
	d := interventionPage{Texts: textsOf(x)}
	if d.row, err = k.row(ctx, x); err != nil {
		return err
	}
	if d.Meeting, err = a.p.Catalogue.MeetingBySlug(ctx, x.MeetingSlug); err != nil {
		return err
	}
	d.MeetingIn, d.Zone = page.TextIn(d.Meeting.Title, l.Tag), zone(d.Meeting).String()
	siblings, err := a.p.Catalogue.InterventionsOfMeeting(ctx, x.Meeting)
	if err != nil {
		return err
	}
	if n := slices.IndexFunc(siblings, func(o *rostrum.Intervention) bool { return o.ID == x.ID }); n >= 0 {
		if n > 0 {
			d.Prev = siblings[n-1]
		}
		if n+1 < len(siblings) {
			d.Next = siblings[n+1]
		}
	}
	if x.Recording != "" {
		d.Recording = k.recordings[x.Recording]
		d.Cut = [2]string{d.Recording.Timecode(x.Span.In), d.Recording.Timecode(x.Span.Out)}
		d.Length = page.Clock(d.Recording.Rate.Duration(x.Span.Len()))
	}
	manifest, err := a.p.NewestReady(ctx, x)
	if err != nil {
		return err
	}
	if manifest != nil {
		d.Player = a.playerOf(x, manifest, l)
		d.Quality = manifest.Quality // also while a newer revision is being made
		if manifest.Measured != nil {
			for _, s := range manifest.Measured.Sounds {
				d.Loudness = append(d.Loudness, loudness{soundName(s.Channel, x.Language, l), s})
			}
		}
		if manifest.Quality != nil {
			for _, f := range manifest.Quality.Findings {
				if f.Grade == rostrum.Green {
					d.Greens = append(d.Greens, f)
				}
			}
		}
	}
	consents, err := a.p.Catalogue.Consents(ctx, x.ID)
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(consents) {
		shown := consentShown{RecordedConsent: c}
		if c.Channel != "" {
			shown.Of = l.LanguageName(rostrum.Language(c.Channel))
		}
		d.Consents = append(d.Consents, shown)
	}
	comments, err := a.p.Catalogue.Comments(ctx, x.ID)
	if err != nil {
		return err
	}
	for _, c := range comments {
		d.Comments = append(d.Comments, shownComment(c, d.Recording, x, l))
	}
	if d.Events, err = k.events(ctx, x.ID); err != nil {
		return err
	}
	if d.Topics, err = a.p.Catalogue.Topics(ctx); err != nil {
		return err
	}
	d.Languages = textLanguages(x, l)
	return a.Render(w, r, who, pages(), desk.Page{Name: "intervention", Title: cmp.Or(x.Title, x.Speaker), Area: "release", Script: "releasing.js", Data: d})
}

func soundName(channel string, spoken rostrum.Language, l *page.Locale) string {
	switch {
	case channel == rostrum.Floor && spoken != "":
		return l.About("sound.floor.in", spoken)
	case channel == rostrum.Floor:
		return l.Word("sound.floor")
	}
	return l.LanguageName(rostrum.Language(channel))
}

// playerOf is what the preview plays of a revision.
func (a *area) playerOf(x *rostrum.Intervention, m *rostrum.Manifest, l *page.Locale) *player {
	p := &player{Revision: m.Revision, Media: fmt.Sprintf("%s/studio/media/%s/%d/", a.Base, url.PathEscape(string(x.ID)), m.Revision)}
	file := func(names ...string) string {
		for _, name := range names {
			if _, ok := m.Files[name]; ok {
				return name
			}
		}
		return ""
	}
	p.MP4, p.Poster = file(rostrum.MP4Name, rostrum.SmallMP4Name, rostrum.AudioName), file(rostrum.PosterName, rostrum.SmallPosterName)
	for _, s := range m.Sounds {
		if s.Quality == rostrum.FullSound {
			p.Sounds = append(p.Sounds, soundChoice{s.Channel, soundName(s.Channel, x.Language, l),
				file(rostrum.NameIn(rostrum.MP4Name, s.Channel), rostrum.NameIn(rostrum.SmallMP4Name, s.Channel), rostrum.NameIn(rostrum.AudioName, s.Channel))})
		}
	}
	if p.MP4 == "" && len(p.Sounds) > 0 { // booths alone
		p.MP4 = p.Sounds[0].MP4
	}
	for _, c := range m.Captions {
		p.Captions = append(p.Captions, captionChoice{string(c.Language), l.LanguageName(c.Language), c.VTT})
	}
	return p
}

func shownComment(c rostrum.Comment, r *rostrum.Recording, x *rostrum.Intervention, l *page.Locale) commentShown {
	shown := commentShown{Comment: c}
	if r == nil {
		return shown
	}
	if c.Frame > x.Span.In {
		shown.Place = page.Clock(r.Rate.Duration(c.Frame - x.Span.In))
	}
	if c.Wish != (rostrum.Span{}) {
		shown.Begin, shown.End = shift(r, c.Wish.In-x.Span.In, l), shift(r, c.Wish.Out-x.Span.Out, l)
	}
	return shown
}

// shift says how far an end of a cut is to be moved; "" for nowhere.
func shift(r *rostrum.Recording, n rostrum.Frame, l *page.Locale) string {
	if n == 0 {
		return ""
	}
	key := "wish.later"
	if n < 0 {
		key, n = "wish.earlier", -n
	}
	return l.Word(key, "n", fmt.Sprintf("%.1f", r.Rate.Duration(n).Seconds()))
}

// textLanguages are the languages in which texts can be typed: that of the page and the others of the United Nations, then whatever else
// there is.
func textLanguages(x *rostrum.Intervention, l *page.Locale) []languageName {
	tags := page.Languages()
	for _, t := range []rostrum.Texts{x.Titles, x.Functions, x.Abstract} {
		for tag := range t {
			if !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
	}
	slices.Sort(tags[len(page.Languages()):])
	var all []languageName
	for _, t := range tags {
		dir := "ltr"
		if t.RightToLeft() {
			dir = "rtl"
		}
		all = append(all, languageName{t, l.LanguageName(t), dir})
	}
	return all
}

// TopicsLine is the topics as the field shows them.
func (d interventionPage) TopicsLine() string { return strings.Join(d.Intervention.Topics, ", ") }

// ReviewLasts is for how many days a review link opens unless said otherwise.
func (d interventionPage) ReviewLasts() int { return int(pipeline.ReviewLasts.Hours() / 24) }

// ConsentNumber is the number of the consent that a document was attached to.
func (d interventionPage) ConsentNumber(doc *rostrum.Document) int {
	for _, c := range d.Consents {
		if c.Document != nil && c.Document.Object == doc.Object {
			return c.Number
		}
	}
	return 0
}

// Over says whether a link's time is over.
func (d interventionPage) Over(l rostrum.ReviewLink) bool { return !d.now.Before(l.Expires) }

// Day is a day as the words on how a consent was given have it.
func (d interventionPage) Day(t time.Time) string { return t.Format(time.DateOnly) }

// BoothLanguages are the booths for the scripts.
func (d interventionPage) BoothLanguages() []map[string]string {
	all := []map[string]string{}
	for _, b := range d.Booths {
		all = append(all, map[string]string{"channel": b.Channel, "name": b.Name})
	}
	return all
}
