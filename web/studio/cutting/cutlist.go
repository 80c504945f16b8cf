package cutting

import (
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"rostrum"
	"rostrum/pipeline/cutlist"
	"rostrum/web/studio/desk"
)

// listSaid is a cut list as it was understood, for a person to look at before anything is taken from it.
type listSaid struct {
	Format     string        `json:"format"`
	Understood []string      `json:"understood"`
	Assumed    []assumedSaid `json:"assumed"`
	Problems   []listProblem `json:"problems"`
	Rows       []listRow     `json:"rows"`
}

type assumedSaid struct {
	Key     string       `json:"key"`
	Text    string       `json:"text"`
	Value   string       `json:"value"`
	Choices []choiceSaid `json:"choices"`
}

type choiceSaid struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

type listProblem struct {
	Row   int    `json:"row"` // the number of a row; 0 for the list as a whole
	Text  string `json:"text"`
	Fatal bool   `json:"fatal"`
}

type listRow struct {
	Number       int              `json:"number"`
	In           rostrum.Frame    `json:"in"`
	Out          rostrum.Frame    `json:"out"`
	InText       string           `json:"in_text"`
	OutText      string           `json:"out_text"`
	Title        string           `json:"title"`
	Speaker      string           `json:"speaker"`
	Function     string           `json:"function"`
	Organisation string           `json:"organisation"`
	AgendaItem   string           `json:"agenda_item"`
	Language     rostrum.Language `json:"language"`
	Match        matchSaid        `json:"match"`
}

type matchSaid struct {
	Intervention string            `json:"intervention"`
	Name         string            `json:"name"`
	Certainty    cutlist.Certainty `json:"certainty"`
	Note         string            `json:"note"`
}

// readCutList reads a cut list that somebody chose, and changes nothing.
func (a *area) readCutList(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	var said struct {
		Name        string            `json:"name"`
		Data        []byte            `json:"data"` // base64
		Assumptions map[string]string `json:"assumptions"`
	}
	if err := desk.Read(r, &said); err != nil {
		return err
	}
	assumptions, err := cutlist.ParseAssumptions(said.Assumptions)
	if err != nil {
		return err
	}
	x, m, err := a.media(r)
	if err != nil {
		return err
	}
	list, err := cutlist.ReadWith(said.Name, said.Data, m, assumptions)
	if err != nil && len(list.Assumed) == 0 {
		return err
	}
	say := a.Say(r, who)
	answer := listSaid{Format: list.Format, Understood: []string{}, Assumed: []assumedSaid{}, Problems: []listProblem{}, Rows: []listRow{}}
	for _, s := range list.Understood {
		answer.Understood = append(answer.Understood, say(s))
	}
	if err != nil { // what can be said otherwise may help
		answer.Problems = append(answer.Problems, listProblem{Text: say(rostrum.ErrorMessage(err)), Fatal: true})
	}
	for _, x := range list.Assumed {
		one := assumedSaid{x.Key, say(x.Text), x.Value, []choiceSaid{}}
		for _, c := range x.Choices {
			one.Choices = append(one.Choices, choiceSaid{c.Value, say(c.Label)})
		}
		answer.Assumed = append(answer.Assumed, one)
	}
	for _, p := range list.Problems {
		answer.Problems = append(answer.Problems, listProblem{p.Row, say(p.Text), p.Fatal})
	}
	if answer.Rows, err = a.matched(r, x, list.Rows, say); err != nil {
		return err
	}
	return desk.Reply(w, answer)
}

// matched gives the rows with who of the speakers' list they are.
func (a *area) matched(r *http.Request, x *rostrum.Recording, rows []cutlist.Row, say func(string) string) ([]listRow, error) {
	speakers, err := a.speakers(r, x)
	if err != nil {
		return nil, err
	}
	var candidates []cutlist.Candidate
	for _, s := range speakers {
		candidates = append(candidates, cutlist.Candidate{ID: string(s.ID), Name: cmp.Or(s.Speaker, s.Title), Organisation: s.Organisation, Position: s.Position})
	}
	said := []listRow{}
	for i, m := range cutlist.Match(rows, candidates) {
		row := rows[i]
		one := listRow{row.Number, row.In, row.Out, row.InText, row.OutText, row.Title, row.Speaker, row.Function, row.Organisation, row.AgendaItem, row.Language,
			matchSaid{m.ID, "", m.Certainty, say(m.Note)}}
		if m.Candidate >= 0 {
			one.Match.Name = candidates[m.Candidate].Name
		}
		said = append(said, one)
	}
	return said, nil
}

// media gives a recording and what a cut list must know of it.
func (a *area) media(r *http.Request) (*rostrum.Recording, cutlist.Media, error) {
	x, err := a.pipeline.Catalogue.Recording(r.Context(), recordingID(r))
	if err != nil {
		return nil, cutlist.Media{}, err
	}
	m := cutlist.Media{Rate: x.Rate, Frames: x.Frames, Name: x.Name, Halved: x.Source.Video != nil && x.Source.Video.Halved}
	if t, err := rostrum.ParseTimecode(x.Source.Start); err == nil {
		m.Start, m.HasStart = t, true
	}
	began, err := a.pipeline.Began(r.Context(), x.ID)
	m.Wall, m.HasWall = began, !began.IsZero()
	return x, m, err
}

// writeCutList answers with the newest draft as a file in the format that ?format= names.
func (a *area) writeCutList(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	x, m, err := a.media(r)
	if err != nil {
		return err
	}
	d, err := a.pipeline.Draft(r.Context(), x.ID)
	if err != nil {
		return err
	}
	format := cmp.Or(r.URL.Query().Get("format"), cutlist.WriteCSV)
	slices.SortStableFunc(d.Rows, func(a, b rostrum.DraftRow) int { return cmp.Compare(a.Span.In, b.Span.In) })
	var rows []cutlist.Row
	for i, row := range d.Rows {
		rows = append(rows, cutlist.Row{Number: i + 1, ID: row.ID, In: row.Span.In, Out: row.Span.Out, Title: cmp.Or(row.Title, row.Speaker, "Cut "+strconv.Itoa(i+1)), Speaker: row.Speaker,
			Function: row.Function, Organisation: row.Organisation, AgendaItem: row.AgendaItem, Language: row.Language})
	}
	file, err := cutlist.Write(format, rows, m)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(cutlist.Formats(), func(f cutlist.FormatInfo) bool { return f.Name == format })
	info := cutlist.Formats()[at]
	h := w.Header()
	h.Set("Content-Type", info.MediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": cmp.Or(fileName(x.Name), "cuts") + info.Extension}))
	h.Set("Content-Length", strconv.Itoa(len(file)))
	w.Write(file)
	return nil
}
