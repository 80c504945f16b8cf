package preparing

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/agenda"
	"rostrum/web/studio/desk"
)

// largestProgramme is what a file of agenda.MaxBytes takes in base64, with what goes with it.
const largestProgramme = agenda.MaxBytes*4/3 + 1<<20

// programmeSaid is a programme as a page sends it.
type programmeSaid struct {
	Name     string   `json:"name"`
	Data     []byte   `json:"data"` // base64
	TimeZone string   `json:"time_zone"`
	Take     []string `json:"take"` // IDs of changes; absent takes what is new and changed
	Seen     string   `json:"seen"` // of the comparison that was looked at; "" does not ask
}

func (a *area) readProgramme(r *http.Request) (s programmeSaid, f pipeline.ProgrammeFile, err error) {
	body, err := limited(r, largestProgramme)
	if err != nil {
		return s, f, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return s, f, rostrum.Errorf(rostrum.Invalid, "The request is not the JSON that is expected here: name, data in base64, time_zone, take, seen.").Because(err)
	}
	return s, pipeline.ProgrammeFile{Name: cmp.Or(s.Name, "programme"), Data: s.Data, Meeting: desk.Var(r, "slug"), TimeZone: s.TimeZone}, nil
}

type noteOut struct {
	Row  int    `json:"row"` // 0 for the document as a whole
	Text string `json:"text"`
}

type fieldOut struct {
	Name     string           `json:"name"`
	Language rostrum.Language `json:"language,omitempty"`
	Before   string           `json:"before"`
	After    string           `json:"after"`
}

type itemOut struct {
	What   string        `json:"what"`
	Number string        `json:"number"`
	Title  rostrum.Texts `json:"title"`
	Fields []fieldOut    `json:"fields,omitempty"`
}

type changeOut struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	What    string        `json:"what"`
	Meeting string        `json:"meeting,omitempty"`
	Title   rostrum.Texts `json:"title"`
	Speaker string        `json:"speaker,omitempty"`
	Fields  []fieldOut    `json:"fields"`
	Agenda  []itemOut     `json:"agenda,omitempty"`
	Blocked string        `json:"blocked,omitempty"`
	Taken   bool          `json:"taken"`
}

func fieldsOut(fields []agenda.Field) []fieldOut {
	all := make([]fieldOut, 0, len(fields))
	for _, f := range fields {
		all = append(all, fieldOut(f))
	}
	return all
}

func (a *area) compareProgramme(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	_, f, err := a.readProgramme(r)
	if err != nil {
		return err
	}
	x, err := a.p.ProposeProgramme(r.Context(), f)
	if err != nil {
		return err
	}
	out := struct {
		Notes   []noteOut   `json:"notes"`
		Changes []changeOut `json:"changes"`
		Same    int         `json:"same"`
		Seen    string      `json:"seen"`
	}{Notes: []noteOut{}, Changes: []changeOut{}, Same: x.Same, Seen: x.Seen}
	say := a.Say(r, who)
	for _, n := range x.Notes {
		out.Notes = append(out.Notes, noteOut{n.Row, say(n.Text)})
	}
	for _, c := range x.Changes {
		y := changeOut{ID: c.ID, Kind: c.Kind, What: c.What, Meeting: c.Meeting, Title: someTexts(c.Title), Speaker: c.Speaker, Fields: fieldsOut(c.Fields), Blocked: say(c.Blocked), Taken: c.Taken}
		for _, i := range c.Agenda {
			y.Agenda = append(y.Agenda, itemOut{i.What, i.Number, someTexts(i.Title), fieldsOut(i.Fields)})
		}
		out.Changes = append(out.Changes, y)
	}
	return desk.Reply(w, out)
}

func (a *area) takeProgramme(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	s, f, err := a.readProgramme(r)
	if err != nil {
		return err
	}
	done, err := a.p.TakeProgramme(r.Context(), f, s.Take, s.Seen, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, map[string]any{"import": done.ID, "taken": done.Taken, "meetings": some(done.Meetings), "notes": each(done.Notes, a.Say(r, who))})
}

// each says every sentence.
func each(all []string, say func(string) string) []string {
	said := make([]string, 0, len(all))
	for _, s := range all {
		said = append(said, say(s))
	}
	return said
}

func some(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

func (a *area) undoProgramme(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Import string `json:"import"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	left, err := a.p.UndoProgramme(r.Context(), said.Import, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, map[string]any{"left": some(left)})
}

// exportProgramme gives the programme of a meeting as our JSON, which is read again as it is, or its speakers' list as a table.
func (a *area) exportProgramme(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	slug := desk.Var(r, "slug")
	d, err := a.p.Programme(r.Context(), slug)
	if err != nil {
		return err
	}
	var data []byte
	kind, format := "application/json", r.URL.Query().Get("format")
	switch format {
	case "", "json":
		format = "json"
		data, err = agenda.Write(d)
	case "csv":
		kind = "text/csv; charset=utf-8"
		data, err = speakersTable(d.Meetings[0])
	default:
		return rostrum.Errorf(rostrum.Invalid, "%q is no form in which a programme is given; use json or csv.", format)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-programme.%s"`, slug, format))
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(data)
	return nil
}

// speakersTable writes a speakers' list as a table that agenda.Read reads, with the mark by which spreadsheets know UTF-8.
func speakersTable(m agenda.Meeting) ([]byte, error) {
	zone, err := time.LoadLocation(m.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	languages := func(of func(agenda.Slot) rostrum.Texts) []rostrum.Language {
		all := map[rostrum.Language]bool{"en": true}
		for _, s := range m.Slots {
			for l := range of(s) {
				all[l] = true
			}
		}
		return slices.Sorted(maps.Keys(all))
	}
	head := []string{"no", "agenda item", "speaker", "organisation", "language", "date", "time", "length", "topics", "consent", "notes", "id"}
	texts := []struct {
		name string
		of   func(agenda.Slot) rostrum.Texts
	}{
		{"title", func(s agenda.Slot) rostrum.Texts { return s.Title }},
		{"function", func(s agenda.Slot) rostrum.Texts { return s.Function }},
		{"abstract", func(s agenda.Slot) rostrum.Texts { return s.Abstract }},
	}
	for _, t := range texts {
		for _, l := range languages(t.of) {
			head = append(head, t.name+" "+string(l))
		}
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	out.Write(head)
	for _, s := range m.Slots {
		row := []string{strconv.Itoa(s.Position), s.AgendaItem, s.Speaker, s.Organisation, string(s.Language), "", "", "", strings.Join(s.Topics, "; "), string(s.Consent), s.Notes, s.Key}
		if !s.Starts.IsZero() {
			at := s.Starts.In(zone)
			row[5], row[6] = at.Format(time.DateOnly), strings.TrimSuffix(at.Format(time.TimeOnly), ":00")
		}
		if s.Length > 0 {
			n := int(s.Length.Round(time.Second) / time.Second)
			row[7] = fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
		}
		for _, t := range texts {
			for _, l := range languages(t.of) {
				row = append(row, t.of(s)[l])
			}
		}
		for i, cell := range row { // a spreadsheet would compute it
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "@") {
				row[i] = "'" + cell
			}
		}
		out.Write(row)
	}
	out.Flush()
	return b.Bytes(), out.Error()
}
