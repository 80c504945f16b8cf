package pad_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/pad"
)

const marksPath = "/api/v1/meetings/" + desktest.Meeting + "/marks"

// open makes a world with three speakers on the list, and gives their interventions.
func open(t *testing.T) (*desktest.World, []rostrum.InterventionID) {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, pad.Routes(w.Desk, w.Pipeline))
	m, err := w.Catalogue.MeetingBySlug(t.Context(), desktest.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	var ids []rostrum.InterventionID
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		for _, s := range []rostrum.Intervention{
			{Speaker: "Grace Hopper", Organisation: "Example Telecom, Department of Standardization and Spectrum", Title: "Trust in networks"},
			{Speaker: "ليلى العلوي", Organisation: "الهيئة الوطنية"}, {Speaker: "Ada Lovelace", Organisation: "Analytical Engines"},
		} {
			s.Meeting, s.State = m.ID, rostrum.Planned
			if err := tx.AddIntervention(t.Context(), &s, s.Speaker); err != nil {
				return err
			}
			ids = append(ids, s.ID)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return w, ids
}

type mark struct {
	ID           string `json:"id"`
	Intervention string `json:"intervention"`
	Speaker      string `json:"speaker"`
	End          bool   `json:"end"`
	At           string `json:"at"`
	Unsure       int64  `json:"unsure_ms"`
	Who          string `json:"who,omitempty"`
	Deleted      *bool  `json:"deleted,omitempty"`
}

func call(t *testing.T, w *desktest.World, as, method, path string, body any) []mark {
	t.Helper()
	status, text := w.Call(as, method, path, body)
	var all []mark
	if err := json.Unmarshal([]byte(text), &all); status != http.StatusOK || err != nil {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	return all
}

func TestClock(t *testing.T) {
	w, _ := open(t)
	w.Now = func() time.Time { return time.Date(2026, 5, 3, 10, 0, 0, 123e6, time.UTC) }
	status, text := w.Call("nobody", http.MethodGet, "/api/v1/clock", nil)
	var c struct {
		MS   int64
		Time string
	}
	if err := json.Unmarshal([]byte(text), &c); status != http.StatusOK || err != nil || c.MS != w.Now().UnixMilli() || c.Time != "2026-05-03T10:00:00.123Z" {
		t.Errorf("%d %s", status, text)
	}
}

func TestMarks(t *testing.T) {
	w, ids := open(t)
	if all := call(t, w, "reader", http.MethodGet, marksPath, nil); all == nil || len(all) != 0 {
		t.Errorf("before the first: %+v", all)
	}
	first := mark{ID: "mark-no-1", Intervention: string(ids[0]), At: "2026-05-03T10:00:00.250+02:00", Unsure: 30}
	end := mark{ID: "mark-no-2", End: true, At: "2026-05-03T08:05:00Z"}
	for range 2 {
		all := call(t, w, "av", http.MethodPost, marksPath, []mark{end, first})
		if len(all) != 2 || all[0].ID != first.ID || all[0].At != "2026-05-03T08:00:00.25Z" || all[0].Speaker != "Grace Hopper" || all[0].Who != "Aline Vidal" || all[0].Unsure != 30 || !all[1].End {
			t.Errorf("%+v", all)
		}
	}
	if all := call(t, w, "av2", http.MethodDelete, marksPath+"/mark-no-2", nil); len(all) != 1 {
		t.Errorf("%+v", all)
	}
	end.Deleted = new(bool)
	if all := call(t, w, "av2", http.MethodPost, marksPath, []mark{end}); len(all) != 2 {
		t.Errorf("%+v", all)
	}
	for _, c := range []struct {
		as, method, path string
		body             any
		status           int
	}{
		{"av", http.MethodPost, marksPath, "text", 400},
		{"av", http.MethodPost, marksPath, []map[string]any{{"id": "mark-no-3", "nonsense": 1}}, 400},
		{"av", http.MethodPost, marksPath, []map[string]any{{"id": "mark-no-3", "end": true, "at": "yesterday"}}, 400},
		{"av", http.MethodPost, marksPath, []mark{{ID: "short", End: true, At: end.At}}, 400},
		{"av", http.MethodPost, marksPath, []mark{{ID: "mark-no-3", At: end.At}}, 400},
		{"av", http.MethodPost, marksPath, []mark{{ID: "mark-no-3", End: true, At: "2999-01-01T00:00:00Z"}}, 400},
		{"av", http.MethodPost, marksPath, []mark{{ID: "mark-no-3", End: true, At: end.At, Unsure: 1 << 62}}, 400},
		{"av", http.MethodPost, marksPath, slices.Repeat([]mark{first}, 1001), 413},
		{"av", http.MethodPost, "/api/v1/meetings/none/marks", []mark{first}, 404},
		{"av", http.MethodDelete, marksPath + "/none", nil, 404},
		{"editor", http.MethodPost, marksPath, []mark{first}, 403},
		{"reader", http.MethodDelete, marksPath + "/mark-no-1", nil, 403},
		{"nobody", http.MethodGet, marksPath, nil, 401},
	} {
		status, text := w.Call(c.as, c.method, c.path, c.body)
		if status != c.status || !strings.Contains(text, `"detail":"`) {
			t.Errorf("%s %s %s %.200s: %d %s", c.as, c.method, c.path, fmt.Sprint(c.body), status, text)
		}
	}
}

func TestPages(t *testing.T) {
	w, _ := open(t)
	w.Now = func() time.Time { return time.Date(2026, 5, 2, 22, 30, 0, 0, time.UTC) } // the next day in Zurich
	if status, text := w.Call("av", http.MethodGet, "/studio/pad?ui=fr", nil); status != http.StatusOK || !strings.Contains(text, "Réunion CxO") || !strings.Contains(text, "Aujourd’hui") {
		t.Errorf("%d %s", status, text)
	}
	// The list can be read without scripts.
	if status, text := w.Call("av", http.MethodGet, "/studio/pad/"+desktest.Meeting, nil); status != http.StatusOK || strings.Count(text, "ليلى العلوي") != 2 || !strings.Contains(text, "Example Telecom") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := w.Call("nobody", http.MethodGet, "/studio/pad/worker.js", nil); status != http.StatusOK || !strings.Contains(text, "addEventListener") {
		t.Errorf("%d %s", status, text)
	}
	for path, want := range map[string]int{"/studio/pad/none": 404, "/studio/pad/worker": 404} {
		if status, _ := w.Call("av", http.MethodGet, path, nil); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := w.Call("reader", http.MethodGet, "/studio/pad", nil); status != http.StatusForbidden {
		t.Errorf("a reader gets %d", status)
	}
	if status, _ := w.Call("nobody", http.MethodGet, "/studio/pad", nil); status != http.StatusSeeOther {
		t.Errorf("nobody gets %d", status)
	}
}
