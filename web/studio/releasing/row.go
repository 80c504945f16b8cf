package releasing

import (
	"context"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/web/page"
	"rostrum/web/sentences"
)

// row is one intervention as the table shows it.
type row struct {
	*rostrum.Intervention
	Name      string // of the speaker's organisation, in the page's language
	Ready     bool   // its newest revision is
	Newer     bool   // than the one that is published
	Public    bool   // everybody can watch it now
	Booths    []booth
	Quality   *rostrum.Quality
	Reds      []string // red findings that nobody has accepted yet
	Waits     string   // word for what keeps it from being published; "" for nothing
	Links     []rostrum.ReviewLink
	Open      int // comments that nobody has dealt with
	Approvals int // that speakers sent through a link and nobody has dealt with
	Second    bool
	Ends      time.Time // when retention takes it away
	Soon      bool      // that is within the time of notice
	now       time.Time
}

// booth is how one interpretation of an intervention stands.
type booth struct {
	Channel string
	Name    string // of the language
	Silent  bool   // it says nothing
	Heard   bool   // by everybody
	Before  bool   // it was published before interpreters were asked
	rostrum.Consent
}

// Class is the colour of the state.
func (r row) Class() string {
	switch r.State {
	case rostrum.Published:
		if !r.Public {
			return "warn"
		}
		return "good"
	case rostrum.WithdrawnState:
		return "warn"
	case rostrum.InterventionFailed:
		return "bad"
	case rostrum.Ready, rostrum.Rendering, rostrum.CutState:
		return "work"
	}
	return ""
}

// ConsentClass is the colour of a kind of consent.
func ConsentClass(k rostrum.ConsentKind) string {
	switch k {
	case rostrum.ConsentPublic:
		return "good"
	case rostrum.ConsentPartners:
		return "work"
	case rostrum.ConsentRefused:
		return "bad"
	}
	return "warn"
}

// ConsentWord is the key of the word for a kind of consent.
func ConsentWord(k rostrum.ConsentKind) string {
	if k == rostrum.ConsentNone {
		return "consent.none"
	}
	return "consent." + string(k)
}

// ConsentClass and ConsentWord are those of the speaker.
func (r row) ConsentClass() string { return ConsentClass(r.Consent.Kind) }

// ConsentWord is the key of the word for the speaker's consent.
func (r row) ConsentWord() string { return ConsentWord(r.Consent.Kind) }

// Class is the colour of a booth's consent.
func (b booth) Class() string {
	if b.Heard {
		return "good"
	}
	return ConsentClass(b.Kind)
}

// Word is the key of the word for a booth's consent.
func (b booth) Word() string {
	if b.Before {
		return "consent.before"
	}
	return ConsentWord(b.Kind)
}

// Can lists what may be done with it now, for the scripts.
func (r row) Can() string {
	var can []string
	add := func(what string, yes bool) {
		if yes {
			can = append(can, what)
		}
	}
	add("publish", r.Waits == "" && r.State != rostrum.WithdrawnState && !r.done())
	add("red", len(r.Reds) > 0)
	add("restore", r.State == rostrum.WithdrawnState)
	add("withdraw", r.State == rostrum.Published)
	add("approve", r.Ready && r.Approved != r.Revision && (r.Second || !r.done()))
	add("schedule", !r.done() && r.State != rostrum.Planned)
	add("unschedule", !r.PublishAt.IsZero())
	add("review", r.Recording != "")
	return strings.Join(can, " ")
}

func (r row) done() bool { return r.State == rostrum.Published && !r.Newer }

// Findings are those of the quality report that are not green, the worst first.
func (r row) Findings() []rostrum.Finding {
	var all []rostrum.Finding
	if r.Quality != nil {
		for _, grade := range []rostrum.Grade{rostrum.Red, rostrum.Yellow} {
			for _, f := range r.Quality.Findings {
				if f.Grade == grade {
					all = append(all, f)
				}
			}
		}
	}
	return all
}

// Embargoed says whether the embargo is still to end.
func (r row) Embargoed() bool {
	return r.Consent.Kind == rostrum.ConsentEmbargo && r.Consent.Until.After(r.now)
}

// Live are the links that still open.
func (r row) Live() int {
	n := 0
	for _, l := range r.Links {
		if l.Revoked.IsZero() && r.now.Before(l.Expires) {
			n++
		}
	}
	return n
}

// Opened is when any of the links was opened last.
func (r row) Opened() time.Time {
	var last time.Time
	for _, l := range r.Links {
		if l.Opened.After(last) {
			last = l.Opened
		}
	}
	return last
}

// look gathers rows; what many of them need is read once.
type look struct {
	*area
	l          *page.Locale
	recordings map[rostrum.RecordingID]*rostrum.Recording
	names      []rostrum.Organisation
	now        time.Time
}

func (a *area) look(ctx context.Context, l *page.Locale) (*look, error) {
	names, err := a.p.Catalogue.Organisations(ctx)
	return &look{area: a, l: l, recordings: map[rostrum.RecordingID]*rostrum.Recording{}, names: names, now: a.Now()}, err
}

func (k *look) row(ctx context.Context, x *rostrum.Intervention) (row, error) {
	r := row{Intervention: x, Name: x.Organisation, now: k.now}
	for _, o := range k.names {
		if strings.EqualFold(o.Slug, x.Organisation) {
			r.Name, _ = o.Name.In(k.l.Tag)
		}
	}
	d, ready, err := k.newest(ctx, x)
	if err != nil {
		return r, err
	}
	series, err := k.p.Catalogue.SeriesOf(ctx, x.ID)
	if err != nil {
		return r, err
	}
	r.Ready, r.Quality, r.Second = ready, d.quality, series.SecondPerson
	r.Newer = x.PublishedRevision > 0 && x.PublishedRevision < x.Revision
	r.Public = rostrum.MayWatch(rostrum.Viewer{}, x, k.now) == nil
	for _, f := range r.Quality.Reds() {
		if !slices.Contains(x.Accepted, f.Check+"/"+f.Channel) {
			said, _ := sentences.In(k.l.Tag, f.Text)
			r.Reds = append(r.Reds, said)
		}
	}
	if r.Ends = pipeline.RetainedUntil(x, series); !r.Ends.IsZero() {
		r.Soon = r.Ends.Before(k.now.Add(pipeline.RetentionNotice))
	}
	if r.Booths, err = k.booths(ctx, x, d.silent); err != nil {
		return r, err
	}
	if r.Links, err = k.p.Catalogue.ReviewLinks(ctx, x.ID); err != nil {
		return r, err
	}
	comments, err := k.p.Catalogue.Comments(ctx, x.ID)
	for _, c := range comments {
		switch {
		case !c.Resolved.IsZero():
		case c.Kind == rostrum.Approval:
			r.Approvals++
		default:
			r.Open++
		}
	}
	r.Waits = r.waits()
	return r, err
}

// waits is the key of the word for what keeps it from being published.
func (r row) waits() string {
	switch {
	case r.done():
		return ""
	case r.Unattributable:
		return "waits.chatham"
	case r.Recording == "":
		return "waits.cut"
	case r.State == rostrum.InterventionFailed || r.Failure != "":
		return "waits.failed"
	case !r.Ready:
		return "waits.making"
	case r.Consent.Kind == rostrum.ConsentRefused:
		return "waits.refused"
	case r.Embargoed():
		return "waits.embargo"
	case r.Consent.MayPublish(r.now) != nil:
		return "waits.consent"
	case r.Second && r.Approved != r.Revision:
		return "waits.second"
	}
	return ""
}

func (k *look) booths(ctx context.Context, x *rostrum.Intervention, silent []rostrum.Language) ([]booth, error) {
	if x.Recording == "" {
		return nil, nil
	}
	r := k.recordings[x.Recording]
	if r == nil {
		var err error
		if r, err = k.p.Catalogue.Recording(ctx, x.Recording); err != nil {
			return nil, err
		}
		k.recordings[x.Recording] = r
	}
	var all []booth
	for _, c := range r.Source.Channels {
		if c.Name == rostrum.Floor {
			continue
		}
		all = append(all, booth{Channel: c.Name, Name: k.l.LanguageName(rostrum.Language(c.Name)), Silent: slices.Contains(silent, rostrum.Language(c.Name)),
			Heard: rostrum.MayHear(rostrum.Viewer{}, x, c.Name, k.now) == nil, Before: x.Booths == nil, Consent: x.Booths[c.Name]})
	}
	return all, nil
}

// event is a line of the audit log.
type event struct {
	catalogue.Entry
	Word string
}

// events are the lines about an intervention, newest first, with words for what was done.
func (k *look) events(ctx context.Context, id rostrum.InterventionID) ([]event, error) {
	log, err := k.p.Catalogue.AuditOf(ctx, string(id))
	if err != nil {
		return nil, err
	}
	var all []event
	for _, e := range slices.Backward(log) {
		key := "action." + strings.ReplaceAll(e.Action, " ", ".")
		word := k.l.Word(key)
		if word == key {
			word = e.Action
		}
		all = append(all, event{e, word})
	}
	return all, nil
}
