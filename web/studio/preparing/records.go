package preparing

import (
	"net/http"
	"slices"
	"strings"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// recordKind is a list of records that meetings share.
type recordKind struct {
	Name    string
	Columns []string // keys of the words that head the list
}

func recordKinds() []recordKind {
	return []recordKind{
		{"topics", []string{"record.title", "record.aliases"}},
		{"persons", []string{"record.name", "record.function", "record.organisation"}},
		{"organisations", []string{"record.name", "record.kind", "record.country", "record.regions"}},
		{"series", []string{"record.title", "record.rules"}},
		{"rooms", []string{"record.title", "record.channels"}},
	}
}

// recordLine is a record as a list shows it: its cells, and what the form needs.
type recordLine struct {
	Slug  string
	Cells []page.Text
	Value any
}

func (a *area) showRecords(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	kinds, ui := recordKinds(), a.UI(r, who)
	i := slices.IndexFunc(kinds, func(k recordKind) bool { return k.Name == desk.Var(r, "kind") })
	if i < 0 {
		return rostrum.Errorf(rostrum.NotFound, "There is no such list; there are topics, persons, organisations, series and rooms.")
	}
	l := pages().Locale(ui)
	lines, err := a.recordLines(r, l, kinds[i].Name)
	if err != nil {
		return err
	}
	values := make([]any, 0, len(lines))
	for _, x := range lines {
		values = append(values, x.Value)
	}
	organisations, err := a.p.Catalogue.Organisations(r.Context())
	if err != nil {
		return err
	}
	return a.Render(w, r, who, pages(), desk.Page{Name: "records", Title: l.Word("records." + kinds[i].Name), Area: "meetings", Script: "preparing.js", Data: map[string]any{
		"Kind": kinds[i], "Kinds": kinds, "Lines": lines, "Organisations": organisations, "Languages": offered(l),
		"Page": map[string]any{"kind": kinds[i].Name, "records": values, "release": who.May(rostrum.Release) == nil}}})
}

func (a *area) recordLines(r *http.Request, l *page.Locale, kind string) (lines []recordLine, err error) {
	ctx, ui := r.Context(), l.Tag
	switch kind {
	case "topics":
		all, err := a.p.Catalogue.Topics(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			lines = append(lines, recordLine{x.Slug, []page.Text{page.TextIn(x.Title, ui), {Text: strings.Join(x.Aliases, ", ")}}, x})
		}
	case "persons":
		all, err := a.p.Catalogue.Persons(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			lines = append(lines, recordLine{x.Slug, []page.Text{{Text: x.Name}, {Text: x.Function}, {Text: x.Organisation}}, x})
		}
	case "organisations":
		all, err := a.p.Catalogue.Organisations(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			lines = append(lines, recordLine{x.Slug, []page.Text{page.TextIn(x.Name, ui), {Text: x.Kind}, {Text: x.Country}, {Text: strings.Join(x.Regions, ", ")}}, x})
		}
	case "series":
		all, err := a.p.Catalogue.AllSeries(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			var rules []string
			if x.SecondPerson {
				rules = append(rules, l.Word("series.second"))
			}
			if x.Retention > 0 {
				rules = append(rules, l.Count("series.days", x.Retention))
			}
			lines = append(lines, recordLine{x.Slug, []page.Text{page.TextIn(x.Title, ui), {Text: strings.Join(rules, " · ")}}, x})
		}
	case "rooms":
		all, err := a.p.Catalogue.Rooms(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			v := roomSaid{Slug: x.Name, Title: x.Title}
			for _, c := range x.Channels {
				v.Channels = append(v.Channels, c.String())
			}
			lines = append(lines, recordLine{x.Name, []page.Text{{Text: x.Title}, {Text: strings.Join(v.Channels, ", ")}}, v})
		}
	}
	return lines, nil
}

// roomSaid is a room as a form has it.
type roomSaid struct {
	Slug     string   `json:"slug"`
	Title    string   `json:"title"`
	Channels []string `json:"channels"` // entries such as floor, fr=2.1 or -
}

// readRecord reads a record whose slug stands in the address.
func readRecord[T any](r *http.Request, slug func(*T) *string) (v T, err error) {
	if err := desk.Read(r, &v); err != nil {
		return v, err
	}
	s := slug(&v)
	if *s != "" && *s != desk.Var(r, "slug") {
		return v, rostrum.Errorf(rostrum.Invalid, "The record is called %q in the request and %q in its address; call it the same.", *s, desk.Var(r, "slug"))
	}
	*s = desk.Var(r, "slug")
	return v, nil
}

func (a *area) putSeries(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	v, err := readRecord(r, func(x *rostrum.Series) *string { return &x.Slug })
	if err != nil {
		return err
	}
	if err := a.p.PutSeries(r.Context(), v, who); err != nil {
		return err
	}
	return desk.Reply(w, v)
}

func (a *area) putTopic(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	v, err := readRecord(r, func(x *rostrum.Topic) *string { return &x.Slug })
	if err != nil {
		return err
	}
	if err := a.p.PutTopic(r.Context(), v, who); err != nil {
		return err
	}
	return desk.Reply(w, v)
}

func (a *area) putOrganisation(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	v, err := readRecord(r, func(x *rostrum.Organisation) *string { return &x.Slug })
	if err != nil {
		return err
	}
	if err := a.p.PutOrganisation(r.Context(), v, who); err != nil {
		return err
	}
	return desk.Reply(w, v)
}

func (a *area) putPerson(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	v, err := readRecord(r, func(x *rostrum.Person) *string { return &x.Slug })
	if err != nil {
		return err
	}
	if err := a.p.PutPerson(r.Context(), v, who); err != nil {
		return err
	}
	return desk.Reply(w, v)
}

func (a *area) putRoom(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	v, err := readRecord(r, func(x *roomSaid) *string { return &x.Slug })
	if err != nil {
		return err
	}
	channels, err := rostrum.ParseChannels(v.Channels)
	if err != nil {
		return err
	}
	if err := a.p.PutRoom(r.Context(), catalogue.Room{Name: v.Slug, Title: v.Title, Channels: channels}, who); err != nil {
		return err
	}
	return desk.Reply(w, v)
}

func (a *area) deleteRoom(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := a.p.DeleteRoom(r.Context(), desk.Var(r, "slug"), who); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
