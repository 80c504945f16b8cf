package sending_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"testing"

	"rostrum"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/sending"
)

func metadata(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(all, ",")
}

func TestRights(t *testing.T) {
	w := open(t, 0)
	desktest.Play(t, sending.Routes(w.Desk, w.Pipeline))
}

type delivery struct {
	ID      string                 `json:"id"`
	State   rostrum.DeliveryState  `json:"state"`
	Failure string                 `json:"failure"`
	Files   []rostrum.DeliveryFile `json:"files"`
	Expires string                 `json:"expires"`
}

type bundle struct {
	Stem  string `json:"stem"`
	Files []struct {
		Index    int    `json:"index"`
		Kind     string `json:"kind"`
		Language string `json:"language"`
	} `json:"files"`
}

func TestBundlesAreAsked(t *testing.T) {
	w := open(t, 0)
	got := call[[]bundle](w, http.MethodPost, "/api/v1/sending/bundles", []string{"a.fr.srt", "a.mov", "b.mov", "notes.csv"})
	if len(got) != 3 || got[0].Stem != "a" || len(got[0].Files) != 2 || got[0].Files[1].Index != 0 || got[0].Files[1].Language != "fr" || got[2].Files[0].Kind != "sheet" {
		t.Errorf("got %+v", got)
	}
	if got := call[[]bundle](w, http.MethodPost, "/api/v1/sending/bundles", []string{}); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	for what, body := range map[string]any{"no list": map[string]string{"a": "b"}, "numbers": []int{1}, "too many": make([]string, 5001), "nothing": nil} {
		if status, text := w.Call("av", http.MethodPost, "/api/v1/sending/bundles", body); status != http.StatusBadRequest || !strings.Contains(text, "detail") {
			t.Errorf("%s: %d %s", what, status, text)
		}
	}
}

func TestLimitsAreTold(t *testing.T) {
	w := open(t, 5e9)
	var told struct {
		Address  string
		Piece    int
		Largest  int64
		Days     int
		Meetings []struct{ Slug, Title, Zone string }
	}
	_, text := w.Call("av", http.MethodGet, "/api/v1/sending?ui=fr", nil)
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		t.Fatal(err)
	}
	if told.Address != "/video/files/" || told.Piece != 16<<20 || told.Largest != 5e9 || told.Days != 7 || len(told.Meetings) != 1 ||
		told.Meetings[0].Title != "Réunion CxO" || told.Meetings[0].Zone != "Europe/Zurich" {
		t.Errorf("told %s", text)
	}
}

func TestBadDeliveries(t *testing.T) {
	w := open(t, 0)
	d := call[delivery](w, http.MethodPost, "/api/v1/deliveries", rostrum.DeliveryForm{Remarks: "mine"})
	of := "/api/v1/deliveries/" + d.ID
	for _, c := range []struct {
		what, as, method, path string
		body                   any
		status                 int
	}{
		{"a mistyped field", "av", http.MethodPut, of + "/form", map[string]string{"meting": "x"}, http.StatusBadRequest},
		{"no JSON object", "av", http.MethodPut, of + "/form", "x", http.StatusBadRequest},
		{"a file that is not there", "av", http.MethodPut, of + "/files", []rostrum.DeliveryFile{{Upload: "x", Name: "x.mov", Kind: "recording"}}, http.StatusNotFound},
		{"somebody else looks", "av2", http.MethodGet, of, nil, http.StatusNotFound},
		{"somebody else types", "av2", http.MethodPut, of + "/form", rostrum.DeliveryForm{}, http.StatusNotFound},
		{"somebody else discards", "av2", http.MethodDelete, of, nil, http.StatusNotFound},
		{"submitting nothing", "av", http.MethodPost, of + "/submit", nil, http.StatusBadRequest},
		{"no fingerprint", "av", http.MethodGet, "/api/v1/uploads", nil, http.StatusBadRequest},
		{"one that is not there", "av", http.MethodPost, "/api/v1/deliveries/x/submit", nil, http.StatusNotFound},
	} {
		if status, text := w.Call(c.as, c.method, c.path, c.body); status != c.status || !strings.Contains(text, `"detail"`) {
			t.Errorf("%s: %d %s", c.what, status, text)
		}
	}
	if status, _ := w.Call("av", http.MethodDelete, of, nil); status != http.StatusNoContent {
		t.Errorf("discarded: %d", status)
	}
}

// A file that is taken out while a piece of it is on the way does not come back with that piece; and a submitted delivery that lacked nothing
// else is taken in.
func TestFileIsTakenOut(t *testing.T) {
	w := open(t, 0)
	film := w.Film(2)
	d := call[delivery](w, http.MethodPost, "/api/v1/deliveries", rostrum.DeliveryForm{Meeting: desktest.Meeting, WholeAsOne: true})
	at := w.begin(d.ID, "a.mp4", len(film))
	if answer := w.tus(http.MethodPatch, at, bytes.NewReader(film), "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"); answer.StatusCode != http.StatusNoContent {
		t.Fatalf("sent: %d", answer.StatusCode)
	}
	at = w.begin(d.ID, "a.fr.wav", 1<<20)
	g := w.hold(1 << 19)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r, _ := http.NewRequest(http.MethodPatch, w.server.URL+at, bytes.NewReader(make([]byte, 1<<20-1)))
		for name, value := range map[string]string{"Tus-Resumable": "1.0.0", "As": "av", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"} {
			r.Header.Set(name, value)
		}
		if answer, err := w.server.Client().Do(r); err == nil {
			answer.Body.Close()
		}
	}()
	w.waits(g)
	if got := call[delivery](w, http.MethodPost, "/api/v1/deliveries/"+d.ID+"/submit", nil); got.State != rostrum.DeliverySubmitted || got.Expires == "" {
		t.Fatalf("submitted: %+v", got)
	}
	w.Start()
	out := make(chan struct{})
	go func() {
		defer close(out)
		if status, text := w.Call("av", http.MethodPut, "/api/v1/deliveries/"+d.ID+"/files", []rostrum.DeliveryFile{{Upload: path.Base(at), Name: "a.fr.wav"}}); status != http.StatusOK {
			t.Errorf("taking it out: %d %s", status, text)
		}
	}()
	w.Until("the file to be out", func() bool { return len(w.deliveries("av")[0].Files) == 1 })
	w.release()
	<-ended
	<-out
	if files := w.deliveries("av")[0].Files; len(files) != 1 || files[0].Name != "a.mp4" {
		t.Errorf("the files are %+v", files)
	}
	w.Until("the taking in", func() bool { return w.deliveries("av")[0].State == rostrum.DeliveryTaken })
	if left, err := w.Ledger().Unfinished(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("left: %+v, %v", left, err)
	}
}
