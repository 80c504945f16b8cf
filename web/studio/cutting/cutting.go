// Package cutting is where recordings are cut: the list of recordings, and for each the facts, sounds, pictures, drafts, suggestions and
// cut lists that its editor works with.
//
// What it shows covers whole recordings, unpublished and published alike, under addresses that are easily guessed: all of it is for
// people of the studio alone.
package cutting

import (
	"cmp"
	"embed"
	"net/http"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// area is what the routes share.
type area struct {
	*desk.Desk
	pipeline *pipeline.Pipeline
	pages    *desk.Pages
}

// Routes lists the addresses of the area.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{Desk: d, pipeline: p, pages: desk.NewPages(files)}
	const one = "/api/v1/recordings/{id}"
	var all []desk.Route
	add := func(act rostrum.Act, method, path string, do desk.Handler) {
		all = append(all, desk.Route{Method: method, Path: path, Act: act, Do: do})
	}
	add(rostrum.Look, http.MethodGet, "/studio/recordings", a.recordings)
	add(rostrum.Look, http.MethodGet, "/studio/recordings/{id}", a.editor)

	add(rostrum.Look, http.MethodGet, one, a.facts)
	add(rostrum.Look, http.MethodGet, one+"/original", a.original)
	add(rostrum.Look, http.MethodGet, one+"/preview.m3u8", a.previewPlaylist)
	add(rostrum.Look, http.MethodGet, one+"/preview/{file}", a.previewFile)
	add(rostrum.Look, http.MethodGet, one+"/listen/{channel}", a.listen)
	add(rostrum.Look, http.MethodGet, one+"/stills/{n}", a.sheet)
	add(rostrum.Look, http.MethodGet, one+"/waveform/{channel}", a.waveform)
	add(rostrum.Look, http.MethodGet, one+"/silences/{channel}", a.silences)

	add(rostrum.Look, http.MethodGet, one+"/draft", a.draft)
	add(rostrum.Cutting, http.MethodPut, one+"/draft", a.saveDraft)
	add(rostrum.Look, http.MethodGet, one+"/drafts", a.drafts)
	add(rostrum.Look, http.MethodGet, one+"/drafts/{number}", a.draftNumbered)
	add(rostrum.Look, http.MethodGet, one+"/draft/changes", a.changes)
	add(rostrum.Cutting, http.MethodPost, one+"/draft/apply", a.apply)
	add(rostrum.Cutting, http.MethodPost, one+"/lock", a.lock)
	add(rostrum.Cutting, http.MethodDelete, one+"/lock", a.unlock)

	add(rostrum.Look, http.MethodGet, one+"/suggestions", a.suggestions)
	add(rostrum.Cutting, http.MethodPost, one+"/cutlist", a.readCutList)
	add(rostrum.Look, http.MethodGet, one+"/cutlist", a.writeCutList)
	return all
}

func recordingID(r *http.Request) rostrum.RecordingID { return rostrum.RecordingID(desk.Var(r, "id")) }

// listed is a recording as the list shows it.
type listed struct {
	*rostrum.Recording
	Title, TitleLanguage string // of its meeting
	MeetingSlug          string
	Cuts                 int
	Length               time.Duration
	Share                int    // of its work that is done, in per cent
	Editing              string // who cuts it now
}

// recordings answers with the list of recordings, newest first.
func (a *area) recordings(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, ui := r.Context(), a.UI(r, who)
	all, err := a.pipeline.Catalogue.Recordings(ctx)
	if err != nil {
		return err
	}
	meetings, err := a.pipeline.Catalogue.Meetings(ctx)
	if err != nil {
		return err
	}
	counts, err := a.pipeline.Catalogue.CutCounts(ctx)
	if err != nil {
		return err
	}
	locks, err := a.pipeline.Cutting(ctx)
	if err != nil {
		return err
	}
	var list []listed
	for _, x := range all {
		l := listed{Recording: x, Cuts: counts[x.ID], Editing: locks[x.ID].Name}
		if x.Rate.Num > 0 {
			l.Length = x.Rate.Duration(x.Frames)
		}
		if i := slices.IndexFunc(meetings, func(m rostrum.Meeting) bool { return m.ID == x.Meeting }); i >= 0 {
			title, language := titleIn(meetings[i].Title, ui)
			l.Title, l.TitleLanguage, l.MeetingSlug = cmp.Or(title, meetings[i].Slug), string(language), meetings[i].Slug
		}
		if x.State != rostrum.Encoded && x.State != rostrum.RecordingFailed {
			share, _, err := a.pipeline.Progress(ctx, x.ID)
			if err != nil {
				return err
			}
			l.Share = int(share * 100)
		}
		list = append(list, l)
	}
	return a.Render(w, r, who, a.pages, desk.Page{Name: "recordings.html", Title: a.pages.Locale(ui).Word("recordings"), Area: "recordings", Data: list})
}

// titleIn chooses the text in the language nearest to one, and says which language it is.
func titleIn(texts rostrum.Texts, l rostrum.Language) (string, rostrum.Language) {
	for _, tag := range []rostrum.Language{l, l.Base(), "en"} {
		if s := texts[tag]; s != "" {
			return s, tag
		}
	}
	var tags []rostrum.Language
	for tag := range texts {
		tags = append(tags, tag)
	}
	if len(tags) == 0 {
		return "", ""
	}
	first := slices.Min(tags)
	return texts[first], first
}

// editor answers with the page on which a recording is cut.
func (a *area) editor(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	facts, err := a.about(r, who)
	if err != nil {
		return err
	}
	return a.Render(w, r, who, a.pages, desk.Page{Name: "editor.html", Title: facts.Name, Area: "recordings", Script: "cutting.js", Full: true,
		Data: map[string]any{"ID": facts.ID, "Name": facts.Name, "Recording": facts}})
}
