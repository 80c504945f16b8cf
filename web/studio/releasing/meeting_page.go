package releasing

import (
	"net/http"

	"rostrum"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// counts are how a meeting's interventions stand.
type counts struct {
	All, Published, Ready, Waiting, Scheduled, Withdrawn, Comments, Notices int
}

func (c *counts) add(r row) {
	c.All++
	switch {
	case r.State == rostrum.Published:
		c.Published++
	case r.State == rostrum.WithdrawnState:
		c.Withdrawn++
	case r.Waits == "" && len(r.Reds) == 0:
		c.Ready++
	default:
		c.Waiting++
	}
	if !r.PublishAt.IsZero() {
		c.Scheduled++
	}
	c.Comments += r.Open + r.Approvals
	if r.Soon {
		c.Notices++
	}
}

// meetingLine is a meeting in the list.
type meetingLine struct {
	Slug  string
	Title page.Text
	Days  string
	Place string
	counts
}

// showMeetings answers with all meetings and how their interventions stand.
func (a *area) showMeetings(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	l := pages().Locale(a.UI(r, who))
	all, err := a.p.Catalogue.Meetings(r.Context())
	if err != nil {
		return err
	}
	var lines []meetingLine
	for _, m := range all {
		k, err := a.look(r.Context(), l)
		if err != nil {
			return err
		}
		line := meetingLine{Slug: m.Slug, Title: page.TextIn(m.Title, l.Tag), Days: l.Days(m.Starts, m.Ends), Place: m.Place}
		interventions, err := a.p.Catalogue.InterventionsOfMeeting(r.Context(), m.ID)
		if err != nil {
			return err
		}
		for _, x := range interventions {
			one, err := k.row(r.Context(), x)
			if err != nil {
				return err
			}
			line.add(one)
		}
		lines = append(lines, line)
	}
	return a.Render(w, r, who, pages(), desk.Page{Name: "meetings", Title: l.Word("release.title"), Area: "release", Data: lines})
}

// showMeeting answers with a meeting's interventions, to be released.
func (a *area) showMeeting(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, l := r.Context(), pages().Locale(a.UI(r, who))
	m, err := a.p.Catalogue.MeetingBySlug(ctx, desk.Var(r, "meeting"))
	if err != nil {
		return err
	}
	k, err := a.look(ctx, l)
	if err != nil {
		return err
	}
	interventions, err := a.p.Catalogue.InterventionsOfMeeting(ctx, m.ID)
	if err != nil {
		return err
	}
	title := page.TextIn(m.Title, l.Tag)
	data := struct {
		Meeting   *rostrum.Meeting
		Title     page.Text
		Days      string
		Zone      string
		Rows      []row
		Counts    counts
		HasBooths bool
		Languages []map[string]string // of the booths, for the scripts
	}{Meeting: m, Title: title, Days: l.Days(m.Starts, m.Ends), Zone: zone(m).String(), Languages: []map[string]string{}}
	seen := map[string]bool{}
	for _, x := range interventions {
		one, err := k.row(ctx, x)
		if err != nil {
			return err
		}
		data.Rows = append(data.Rows, one)
		data.Counts.add(one)
		for _, b := range one.Booths {
			data.HasBooths = true
			if !seen[b.Channel] {
				seen[b.Channel] = true
				data.Languages = append(data.Languages, map[string]string{"channel": b.Channel, "name": b.Name})
			}
		}
	}
	return a.Render(w, r, who, pages(), desk.Page{Name: "meeting", Title: title.Text + " – " + l.Word("release.title"), Area: "release", Script: "releasing.js", Data: data})
}
