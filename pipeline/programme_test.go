package pipeline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/agenda"
)

const forum = `{"topics":[{"slug":"trust","title":{"en":"Trust"}}],"meetings":[{"slug":"forum","title":{"en":"Forum","fr":"Forum"},"starts":"2026-09-01","time_zone":"Europe/Zurich",
	"agenda":[{"number":"1","title":{"en":"Opening"}}],"interventions":[
	{"key":"k1","agenda_item":"1","speaker":"Ana","title":{"en":"On trust","ar":"عن الثقة"},"function":{"en":"CEO"},"language":"ar","topics":["trust"],"starts":"2026-09-01T08:00:00Z","length_s":300,"consent":"public"},
	{"key":"k2","speaker":"Bo","title":{"en":"On fibre"}},
	{"key":"k3","speaker":"Cleo"}]}]}`

func (w *world) propose(data string) *pipeline.Proposal {
	w.t.Helper()
	x, err := w.ProposeProgramme(w.t.Context(), pipeline.ProgrammeFile{Name: "forum.json", Data: []byte(data)})
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (w *world) take(data string, take []string) *pipeline.ProgrammeTaken {
	w.t.Helper()
	done, err := w.TakeProgramme(w.t.Context(), pipeline.ProgrammeFile{Name: "forum.json", Data: []byte(data)}, take, "", vidal)
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

// words writes the changes of a proposal, for comparison.
func words(x *pipeline.Proposal) string {
	var all []string
	for _, c := range x.Changes {
		s := c.Kind + " " + c.What
		if c.Kind == "intervention" {
			s += " " + c.Speaker
		}
		for _, f := range c.Fields {
			s += " " + f.Name
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

func TestImportProgramme(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	if got, want := words(w.propose(forum)), "topic new, meeting new, intervention new Ana, intervention new Bo, intervention new Cleo"; got != want {
		t.Fatalf("proposed %s\nwant %s", got, want)
	}
	first := w.take(forum, nil)
	if w.names("forum") != "Ana Bo Cleo" || first.Taken != 5 {
		t.Fatalf("%s, %+v", w.names("forum"), first)
	}
	x, err := w.Catalogue.InterventionAt(ctx, "forum", "ana")
	if err != nil {
		t.Fatal(err)
	}
	if x.Title != "عن الثقة" || x.Titles["en"] != "On trust" || x.Function != "CEO" || x.Length != 5*time.Minute || x.Consent.Kind != rostrum.ConsentPublic || x.Key != "k1" || x.State != rostrum.Planned {
		t.Errorf("imported %+v", x)
	}
	if again := w.propose(forum); len(again.Changes) != 0 || again.Same != 5 {
		t.Errorf("the same once more: %s, %d same", words(again), again.Same)
	}

	// Another version: a title is new, somebody comes, Bo goes, Cleo moves up.
	second := strings.NewReplacer("On trust", "On trust and time", `{"key":"k2","speaker":"Bo","title":{"en":"On fibre"}},`, "", `{"key":"k3"`, `{"key":"k4","speaker":"Dora"},{"key":"k3"`).Replace(forum)
	p := w.propose(second)
	if got, want := words(p), "intervention new Dora, intervention changed Ana title, intervention gone Bo"; got != want {
		t.Fatalf("proposed %s\nwant %s", got, want)
	}
	f := pipeline.ProgrammeFile{Name: "forum.json", Data: []byte(second)}
	if _, err := w.TakeProgramme(ctx, f, nil, "something else", vidal); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("with what was seen before: %v", err)
	}
	if _, err := w.TakeProgramme(ctx, f, []string{"intervention/none"}, p.Seen, vidal); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("with what is not there: %v", err)
	}
	done, err := w.TakeProgramme(ctx, f, nil, p.Seen, vidal)
	if err != nil || w.names("forum") != "Ana Bo Dora Cleo" {
		t.Fatalf("without what goes: %v, %s", err, w.names("forum"))
	}
	if left, err := w.UndoProgramme(ctx, done.ID, vidal); err != nil || len(left) != 0 || w.names("forum") != "Ana Bo Cleo" {
		t.Fatalf("undone: %v, %q, %s", err, left, w.names("forum"))
	}
	if again := w.propose(forum); len(again.Changes) != 0 {
		t.Errorf("after undoing: %s", words(again))
	}
	if _, err := w.UndoProgramme(ctx, done.ID, vidal); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("undone twice: %v", err)
	}

	var all []string
	for _, c := range w.propose(second).Changes {
		all = append(all, c.ID)
	}
	done = w.take(second, all)
	if w.names("forum") != "Ana Dora Cleo" {
		t.Fatalf("with what goes: %s", w.names("forum"))
	}
	// What was changed since stays when the import is undone.
	if _, err := w.ChangeTexts(ctx, x.ID, pipeline.TextsChange{Speaker: str("Ana Ölmez")}, "Edith"); err != nil {
		t.Fatal(err)
	}
	left, err := w.UndoProgramme(ctx, done.ID, vidal)
	if err != nil || len(left) != 1 || w.names("forum") != "Ana Ölmez Bo Cleo" {
		t.Errorf("undone: %v, %q, %s", err, left, w.names("forum"))
	}
	if left, err = w.UndoProgramme(ctx, first.ID, vidal); err != nil || len(left) != 2 {
		t.Errorf("the first undone: %v, %q", err, left)
	}
	if w.names("forum") != "Ana Ölmez" {
		t.Errorf("after that: %s", w.names("forum"))
	}
	if topics, err := w.Catalogue.Topics(ctx); err != nil || len(topics) != 0 {
		t.Errorf("topics %v, %v", topics, err)
	}

	d, err := w.Programme(ctx, "forum")
	if err != nil {
		t.Fatal(err)
	}
	data, err := agenda.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	if again := w.propose(string(data)); len(again.Changes) != 0 {
		t.Errorf("what is exported differs from what is there: %s", words(again))
	}
}

func TestImportProgrammeRefuses(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	undated := `{"meetings":[{"slug":"forum","title":{"en":"Forum"},"interventions":[{"speaker":"Ana"}]}]}`
	p := w.propose(undated)
	if len(p.Changes) != 2 || p.Changes[0].Blocked == "" || p.Changes[1].Blocked == "" || p.Changes[1].Taken {
		t.Fatalf("without a date: %+v", p.Changes)
	}
	f := func(data string) pipeline.ProgrammeFile {
		return pipeline.ProgrammeFile{Name: "x.json", Data: []byte(data)}
	}
	for _, c := range []struct {
		name string
		file pipeline.ProgrammeFile
		take []string
		who  rostrum.Actor
		want rostrum.Code
	}{
		{"a meeting without a date", f(undated), []string{p.Changes[0].ID}, vidal, rostrum.Invalid},
		{"interventions without their meeting", f(forum), []string{"intervention/forum/1"}, vidal, rostrum.Invalid},
		{"no programme", f("hello"), nil, vidal, rostrum.Invalid},
		{"a meeting that is not there", pipeline.ProgrammeFile{Meeting: "none", Data: []byte(forum)}, nil, vidal, rostrum.NotFound},
		{"a reader", f(forum), nil, rostrum.Actor{Roles: []rostrum.Role{rostrum.Reader}}, rostrum.Refused},
	} {
		if _, err := w.TakeProgramme(ctx, c.file, c.take, "", c.who); rostrum.ErrorCode(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if meetings, err := w.Catalogue.Meetings(ctx); err != nil || len(meetings) != 1 {
		t.Errorf("meetings %v, %v", meetings, err)
	}
	// An editor may not record consents.
	done, err := w.TakeProgramme(ctx, f(forum), nil, "", rostrum.Actor{Name: "Edith", Roles: []rostrum.Role{rostrum.Editor}})
	if err != nil || len(done.Notes) != 1 {
		t.Fatalf("an editor: %+v, %v", done, err)
	}
	x, err := w.Catalogue.InterventionAt(ctx, "forum", "ana")
	if err != nil || x.Consent.Kind != rostrum.ConsentNone {
		t.Errorf("consent %+v, %v", x.Consent, err)
	}
}

func TestImportSampleMeetings(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("ROSTRUM_TEST_CORPUS")
	if folder == "" {
		t.Skip("ROSTRUM_TEST_CORPUS does not name a folder of real files.")
	}
	data, err := os.ReadFile(filepath.Join(folder, "sample-meetings.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := open(t)
	f := pipeline.ProgrammeFile{Name: "sample-meetings.json", Data: data}
	done, err := w.TakeProgramme(t.Context(), f, nil, "", vidal)
	if err != nil || len(done.Meetings) < 4 {
		t.Fatalf("%+v, %v", done, err)
	}
	if p := w.propose(string(data)); len(p.Changes) != 0 {
		t.Errorf("once more: %s", words(p))
	}
	if left, err := w.UndoProgramme(t.Context(), done.ID, vidal); err != nil || len(left) != 0 {
		t.Errorf("undone: %q, %v", left, err)
	}
	if meetings, err := w.Catalogue.Meetings(t.Context()); err != nil || len(meetings) != 1 {
		t.Errorf("meetings %v, %v", meetings, err)
	}
}
