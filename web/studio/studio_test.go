package studio

import (
	"strings"
	"testing"

	"rostrum/storage/uploads"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/signin"
)

// Every role at every address of the whole studio, as one table.
func TestPlay(t *testing.T) {
	w := desktest.New(t)
	var err error
	if w.Uploads, err = uploads.New(uploads.Options{Store: w.Store, Ledger: w.Ledger(), MaxOf: w.AdmitUpload, Base: "/files/", Logger: w.Log, Now: w.Now}); err != nil {
		t.Fatal(err)
	}
	s := signin.New(signin.Options{Desk: w.Desk, Catalogue: w.Catalogue, Now: w.Now, Log: w.Log})
	routes := Routes(w.Desk, w.Pipeline, s)
	if len(routes) < 100 {
		t.Fatalf("%d routes: this test looks in the wrong place", len(routes))
	}
	var own []string // what everybody does with the own account
	for _, r := range routes {
		if strings.HasPrefix(r.Path, "/studio/account") || r.Path == "/api/v1/account" {
			own = append(own, r.Method+" "+r.Path)
		}
	}
	desktest.Play(t, routes, own...)
}

// What the program says deep inside is said in the language of whoever asks.
func TestSpeaks(t *testing.T) {
	w := desktest.New(t)
	w.Desk.Mount(w.Router, Routes(w.Desk, w.Pipeline, signin.New(signin.Options{Desk: w.Desk, Catalogue: w.Catalogue, Now: w.Now, Log: w.Log})))
	for ui, want := range map[string]string{"en": "There is no such recording", "fr": "Cet enregistrement n’existe pas"} {
		if status, body := w.Call("av", "GET", "/api/v1/recordings/none?ui="+ui, nil); status != 404 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %q", ui, status, body, want)
		}
	}
}
