package cutting_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/cutting"
	"rostrum/web/studio/desk/desktest"
)

// length of the film, in seconds; it is silent from 9 to 10 and from 19 to 20.
const length = 21

// open makes a world with a film that nobody has looked through yet, cut once.
func open(t *testing.T) (*desktest.World, string) {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, cutting.Routes(w.Desk, w.Pipeline))
	receipt := w.Ingest("Salle Popov, matin.mp4", w.Film(length), "in;out;title;speaker\n0;9;Trust;Grace Hopper\n")
	return w, "/api/v1/recordings/" + string(receipt.Recording.ID)
}

// get asks for JSON as somebody and reads it into v; another status than 200 ends the test.
func get(t *testing.T, w *desktest.World, as, method, path string, body, v any) {
	t.Helper()
	status, text := w.Call(as, method, path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}

// refuses checks a status, the code and words of the sentence.
func refuses(t *testing.T, w *desktest.World, as, method, path string, body any, status int, words string) {
	t.Helper()
	got, text := w.Call(as, method, path, body)
	if got != status || !strings.Contains(text, words) || !strings.Contains(text, `"detail"`) {
		t.Errorf("%s %s as %s: %d %s; want %d and %q", method, path, as, got, text, status, words)
	}
}

type facts struct {
	ID, Name, Rate, State string
	Frames                int
	Surveyed, Playable    bool
	Encoded               float64
	WallStart             string `json:"wall_start"`
	OriginalURL           string `json:"original_url"`
	PreviewURL            string `json:"preview_url"`
	Meeting               struct{ Slug, Title string }
	Channels              []struct {
		Name, Label string
		Listen      string `json:"listen_url"`
	}
	Stills *struct {
		Count, Width, Height int
		Frames               []int
		Sheets               []string
	}
	Chapters []any
	Rows     []struct{ Intervention, State, Page string } `json:"rows_state"`
	Formats  []struct{ Name, Extension string }
	Me       struct{ Account, Name string }
}

type draft struct {
	Number int
	Rows   []rostrum.DraftRow
	Who    string
}

func TestRecording(t *testing.T) {
	w, at := open(t)
	var f facts
	get(t, w, "reader", http.MethodGet, at, nil, &f)
	if f.Surveyed || f.Encoded != 0 || f.Stills != nil || f.Channels[0].Listen != "" || f.Chapters == nil || f.Meeting.Slug != desktest.Meeting {
		t.Errorf("before the survey: %+v", f)
	}
	for _, path := range []string{"/waveform/floor", "/silences/floor", "/listen/floor", "/stills/0", "/suggestions", "/preview.m3u8"} {
		refuses(t, w, "av", http.MethodGet, at+path, nil, http.StatusConflict, "try again in a minute")
	}
	refuses(t, w, "av", http.MethodPost, at+"/draft/apply", map[string]any{"number": 0, "holder": "w"}, http.StatusConflict, "looked through")
	w.Start()
	w.Until("the encoding", func() bool { get(t, w, "av", http.MethodGet, at, nil, &f); return f.State == "encoded" })
	if !f.Surveyed || f.Encoded != 1 || !f.Playable || f.Frames != length*25 || f.Rate != "25/1" || f.Me.Name != "Aline Vidal" || len(f.Formats) < 5 || f.WallStart != "" {
		t.Errorf("after it: %+v", f)
	}
	if f.Stills == nil || len(f.Stills.Frames) != f.Stills.Count || len(f.Stills.Sheets) != 1 {
		t.Fatalf("stills: %+v", f.Stills)
	}

	fetch := func(address, ranged string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(w.URL, desktest.Base)+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("As", "reader")
		if ranged != "" {
			r.Header.Set("Range", ranged)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(b)
	}
	for address, mediaType := range map[string]string{f.OriginalURL: "video/mp4", f.Channels[0].Listen: "audio/mp4", f.Stills.Sheets[0]: "image/jpeg"} {
		answer, body := fetch(address, "bytes=2-9")
		h := answer.Header
		if answer.StatusCode != http.StatusPartialContent || len(body) != 8 || h.Get("Content-Type") != mediaType || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") ||
			h.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(h.Get("Cache-Control"), "public") || h.Get("Content-Disposition") != "inline" {
			t.Errorf("%s: %d, %d bytes, %v", address, answer.StatusCode, len(body), h)
		}
	}
	_, playlist := fetch(f.PreviewURL, "")
	pieces := 0
	for line := range strings.Lines(playlist) {
		name, isInit := strings.CutPrefix(line, `#EXT-X-MAP:URI="`)
		if strings.HasPrefix(line, "#") && !isInit {
			continue
		}
		name = strings.TrimRight(strings.TrimSpace(name), `"`)
		if answer, body := fetch(f.PreviewURL[:strings.LastIndex(f.PreviewURL, "/")+1]+name, ""); answer.StatusCode != http.StatusOK || len(body) < 500 {
			t.Errorf("%s: %d, %d bytes", name, answer.StatusCode, len(body))
		}
		pieces++
	}
	if pieces != 1+6 { // 21 s in segments of 4 s
		t.Errorf("the preview has %d pieces:\n%s", pieces, playlist)
	}
	if _, peaks := fetch(at2(at, "/waveform/floor"), ""); len(peaks) != 2*50*length {
		t.Errorf("the waveform has %d bytes", len(peaks))
	}
	var silences []rostrum.Span
	get(t, w, "reader", http.MethodGet, at+"/silences/floor", nil, &silences)
	if len(silences) != 2 || silences[0].In < 9*25-3 || silences[0].Out > 10*25+3 {
		t.Errorf("silences: %+v", silences)
	}
	for path, status := range map[string]int{"/waveform/fr": 404, "/listen/xx": 404, "/stills/9": 404, "/stills/x": 404, "/preview/seg-99.m4s": 404, "/preview/none": 404, "/drafts/77": 404, "/drafts/x": 404} {
		refuses(t, w, "av", http.MethodGet, at+path, nil, status, "")
	}
	refuses(t, w, "av", http.MethodGet, "/api/v1/recordings/none", nil, http.StatusNotFound, "no such recording")
}

// at2 is an address with the base path.
func at2(at, path string) string { return desktest.Base + at + path }

func TestDraft(t *testing.T) {
	w, at := open(t)
	w.Start()
	var f facts
	w.Until("the encoding", func() bool { get(t, w, "av", http.MethodGet, at, nil, &f); return f.State == "encoded" })
	var d draft
	get(t, w, "reader", http.MethodGet, at+"/draft", nil, &d)
	if d.Number != 0 || len(d.Rows) != 1 || d.Rows[0].Speaker != "Grace Hopper" || d.Rows[0].Span != (rostrum.Span{Out: 225}) {
		t.Fatalf("%+v", d)
	}
	grace := d.Rows[0]
	put := func(number int, holder string, rows ...rostrum.DraftRow) map[string]any {
		return map[string]any{"number": number, "rows": rows, "what": "a change", "holder": holder}
	}
	added := rostrum.DraftRow{ID: "new", Span: rostrum.Span{In: 250, Out: 470}, Title: "Spectrum", Speaker: "Ada"}
	moved := grace
	moved.Span.Out = 230
	var saved struct{ Number int }
	get(t, w, "av", http.MethodPut, at+"/draft", put(0, "one", moved, added), &saved)
	if saved.Number != 1 {
		t.Fatalf("%+v", saved)
	}
	refuses(t, w, "av2", http.MethodPut, at+"/draft", put(0, "two", grace), http.StatusConflict, "Aline Vidal")

	var lock struct {
		Mine bool
		Name string
	}
	get(t, w, "av", http.MethodPost, at+"/lock", map[string]any{"holder": "one"}, &lock)
	if !lock.Mine {
		t.Errorf("%+v", lock)
	}
	get(t, w, "av2", http.MethodPost, at+"/lock", map[string]any{"holder": "two", "take": false}, &lock)
	if lock.Mine || lock.Name != "Aline Vidal" {
		t.Errorf("%+v", lock)
	}
	refuses(t, w, "av2", http.MethodPut, at+"/draft", put(1, "two", grace), http.StatusConflict, "Aline Vidal is cutting")
	refuses(t, w, "av2", http.MethodPost, at+"/draft/apply", map[string]any{"number": 1, "holder": "two"}, http.StatusConflict, "Aline Vidal is cutting")
	get(t, w, "av2", http.MethodPost, at+"/lock", map[string]any{"holder": "two", "take": true}, &lock)
	if !lock.Mine {
		t.Errorf("%+v", lock)
	}
	if status, _ := w.Call("av2", http.MethodDelete, at+"/lock", map[string]any{"holder": "two"}); status != http.StatusNoContent {
		t.Errorf("unlock: %d", status)
	}

	var c struct {
		Number int
		New    []struct {
			Row, Title string
			Length     float64 `json:"length_s"`
		}
		Moved []struct {
			Row           string
			Before, After rostrum.Span
			Published     bool
		}
		Back, Problems []any
		Same           int
	}
	get(t, w, "reader", http.MethodGet, at+"/draft/changes", nil, &c)
	if len(c.New) != 1 || c.New[0].Row != "new" || c.New[0].Length != 8.8 || len(c.Moved) != 1 || c.Moved[0].After.Out != 230 || c.Back == nil || c.Problems == nil {
		t.Errorf("%+v", c)
	}
	get(t, w, "av", http.MethodPost, at+"/draft/apply", map[string]any{"number": 1, "holder": "one"}, &c)
	if c.Number != 2 || len(c.New) != 1 {
		t.Errorf("%+v", c)
	}
	w.Until("the cuts", func() bool {
		get(t, w, "av", http.MethodGet, at, nil, &f)
		return len(f.Rows) == 2 && f.Rows[0].State == "ready" && f.Rows[1].State == "ready"
	})
	get(t, w, "reader", http.MethodGet, at+"/draft", nil, &d)
	if d.Number != 2 || d.Rows[1].Intervention == "" {
		t.Errorf("%+v", d)
	}
	var notes []pipeline.DraftNote
	get(t, w, "reader", http.MethodGet, at+"/drafts", nil, &notes)
	if len(notes) != 2 || notes[0].Number != 2 || notes[1].What != "a change" || notes[1].Cuts != 2 {
		t.Errorf("%+v", notes)
	}
	get(t, w, "reader", http.MethodGet, at+"/drafts/1", nil, &d)
	if d.Number != 1 || d.Who != "Aline Vidal" {
		t.Errorf("%+v", d)
	}

	two := []rostrum.DraftRow{moved, {ID: "b", Intervention: grace.Intervention, Span: rostrum.Span{In: 300, Out: 400}}}
	get(t, w, "av", http.MethodPut, at+"/draft", put(2, "one", two...), &saved)
	refuses(t, w, "av", http.MethodPost, at+"/draft/apply", map[string]any{"number": saved.Number, "holder": "one"}, http.StatusBadRequest, "two cuts")
	for _, b := range []any{"text", map[string]any{"number": 3, "nonsense": 1}, map[string]any{"number": "3"}, map[string]any{"number": saved.Number}, put(saved.Number, "", rostrum.DraftRow{})} {
		refuses(t, w, "av", http.MethodPut, at+"/draft", b, http.StatusBadRequest, "")
	}
	refuses(t, w, "av", http.MethodPut, at+"/draft", map[string]any{"number": 1, "rows": []any{}, "what": strings.Repeat("x", 5<<20)}, http.StatusRequestEntityTooLarge, "")
	refuses(t, w, "av", http.MethodPost, at+"/lock", map[string]any{"holder": ""}, http.StatusBadRequest, "name")
	for method, path := range map[string]string{http.MethodPut: "/draft", http.MethodPost: "/draft/apply", http.MethodDelete: "/lock"} {
		refuses(t, w, "reader", method, at+path, map[string]any{}, http.StatusForbidden, "AV staff")
		refuses(t, w, "nobody", method, at+path, map[string]any{}, http.StatusUnauthorized, "signed in")
	}
}

func TestSuggestionsAndLists(t *testing.T) {
	w, at := open(t)
	w.Start()
	var f facts
	w.Until("the survey", func() bool { get(t, w, "av", http.MethodGet, at, nil, &f); return f.Surveyed })
	if err := w.PutMarks(t.Context(), desktest.Meeting, []pipeline.MarkSaid{
		{Mark: rostrum.Mark{ID: "mark-no-1", Speaker: "Ada", At: time.Now().Add(-time.Hour)}},
		{Mark: rostrum.Mark{ID: "mark-no-2", End: true, At: time.Now().Add(-time.Hour + 5*time.Second)}},
	}, rostrum.Actor{Name: "Aline"}); err != nil {
		t.Fatal(err)
	}
	var all []struct {
		ID, Source, Title, Why string
		Span                   rostrum.Span
		Sure                   bool
	}
	get(t, w, "reader", http.MethodGet, at+"/suggestions?from=marks", nil, &all)
	if len(all) != 1 || all[0].Title != "Ada" || all[0].Sure || all[0].Span.Len() != 125 || !strings.Contains(all[0].Why, "does not say when it began") {
		t.Errorf("%+v", all)
	}
	before := all[0].Span.In
	get(t, w, "reader", http.MethodGet, at+"/suggestions?from=marks,chapters&offset_ms=2000", nil, &all)
	if len(all) != 1 || all[0].Span.In != before+50 || all[0].ID != fmt.Sprintf("marks-%d-%d", all[0].Span.In, all[0].Span.Out) {
		t.Errorf("%+v", all)
	}
	refuses(t, w, "av", http.MethodGet, at+"/suggestions?from=stars", nil, http.StatusBadRequest, "stars")
	refuses(t, w, "av", http.MethodGet, at+"/suggestions?offset_ms=soon", nil, http.StatusBadRequest, "milliseconds")
	refuses(t, w, "av", http.MethodGet, at+"/suggestions?offset_ms=99999999999999999", nil, http.StatusBadRequest, "milliseconds")

	var list struct {
		Format     string
		Understood []string
		Assumed    []struct {
			Key, Value string
			Choices    []struct{ Value, Label string }
		}
		Problems []struct {
			Row   int
			Fatal bool
		}
		Rows []struct {
			In, Out                int
			InText                 string `json:"in_text"`
			Title, Speaker, Number any
			Match                  struct{ Intervention, Name, Certainty string }
		}
	}
	sheet := func(text string, more map[string]string) map[string]any {
		return map[string]any{"name": "cuts.csv", "data": base64.StdEncoding.EncodeToString([]byte(text)), "assumptions": more}
	}
	get(t, w, "av", http.MethodPost, at+"/cutlist", sheet("in;out;speaker\n0:01;0:08;HOPPER, Grace\n0:10;0:18;Nobody\n", nil), &list)
	if list.Format != "CSV" || len(list.Rows) != 2 || list.Rows[0].In != 25 || list.Rows[0].InText != "0:01" || list.Rows[0].Match.Certainty != "sure" || list.Rows[0].Match.Name != "Grace Hopper" ||
		list.Rows[0].Match.Intervention != f.Rows[0].Intervention || list.Rows[1].Match.Certainty != "none" || len(list.Assumed) == 0 {
		t.Errorf("%+v", list)
	}
	get(t, w, "av", http.MethodPost, at+"/cutlist", sheet("in;out;speaker\n0:01;0:08;A\n", map[string]string{"nudge": "10"}), &list)
	if len(list.Rows) != 1 || list.Rows[0].In != 35 {
		t.Errorf("%+v", list)
	}
	get(t, w, "av", http.MethodPost, at+"/cutlist", sheet("in;out;speaker\n0:01;9:08;A\n", nil), &list)
	if !slices.ContainsFunc(list.Problems, func(p struct {
		Row   int
		Fatal bool
	}) bool {
		return p.Fatal
	}) {
		t.Errorf("%+v", list)
	}
	refuses(t, w, "av", http.MethodPost, at+"/cutlist", sheet("", nil), http.StatusBadRequest, "cut list")
	refuses(t, w, "av", http.MethodPost, at+"/cutlist", sheet("PK\x03\x04", nil), http.StatusBadRequest, "Excel")
	refuses(t, w, "av", http.MethodPost, at+"/cutlist", sheet("in;out\n0:01;0:08\n", map[string]string{"nonsense": "1"}), http.StatusBadRequest, "nonsense")
	refuses(t, w, "av", http.MethodPost, at+"/cutlist", map[string]any{"name": "x", "data": "no base64!"}, http.StatusBadRequest, "")
	refuses(t, w, "reader", http.MethodPost, at+"/cutlist", sheet("in;out\n0:01;0:08\n", nil), http.StatusForbidden, "AV staff")

	for _, format := range f.Formats {
		status, text := w.Call("reader", http.MethodGet, at+"/cutlist?format="+format.Name, nil)
		if status != http.StatusOK || !strings.Contains(text, "Trust") && !strings.Contains(text, "Grace") {
			t.Errorf("%s: %d %s", format.Name, status, text)
		}
	}
	refuses(t, w, "reader", http.MethodGet, at+"/cutlist?format=word", nil, http.StatusBadRequest, "")
}
