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
