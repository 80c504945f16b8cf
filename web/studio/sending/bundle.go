package sending

import (
	"net/http"

	"rostrum"
	"rostrum/web/studio/desk"
)

// bundle is a rostrum.Bundle as the page sees it.
type bundle struct {
	Stem  string       `json:"stem"`
	Files []bundleFile `json:"files"`
}

type bundleFile struct {
	Index    int              `json:"index"` // in the names that were asked about
	Kind     rostrum.FileKind `json:"kind"`
	Language rostrum.Language `json:"language,omitempty"`
}

// mostNames is how many names are grouped at once.
const mostNames = 5000

// bundle says which of several files belong together, so that the rules for names stand in one place only.
func (a *area) bundle(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	var names []string
	if err := desk.Read(r, &names); err != nil {
		return err
	}
	if len(names) > mostNames {
		return rostrum.Errorf(rostrum.Invalid, "Those are %d files at once; choose at most %d.", len(names), mostNames)
	}
	bundles := []bundle{}
	for _, b := range rostrum.Bundles(names) {
		view := bundle{Stem: b.Stem}
		for _, f := range b.Files {
			view.Files = append(view.Files, bundleFile{f.Index, f.Kind, f.Language})
		}
		bundles = append(bundles, view)
	}
	return desk.Reply(w, bundles)
}
