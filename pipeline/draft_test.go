package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

var (
	vidal = rostrum.Actor{Account: "av", Name: "Aline Vidal", Roles: []rostrum.Role{rostrum.AVStaff}}
	vang  = rostrum.Actor{Account: "av2", Name: "Bo Vang", Roles: []rostrum.Role{rostrum.AVStaff}}
)

// surveyedAs puts a recording of a minute into the catalogue, as it is when it can be cut and nobody encodes yet.
func (w *world) surveyedAs(id rostrum.RecordingID, change func(*rostrum.Recording)) *rostrum.Recording {
	w.t.Helper()
	m, err := w.Catalogue.MeetingBySlug(w.t.Context(), meeting)
	if err != nil {
		w.t.Fatal(err)
	}
	r := &rostrum.Recording{ID: id, Meeting: m.ID, Name: string(id) + ".mp4", SHA256: rostrum.Digest(id), State: rostrum.Surveyed, Rate: rostrum.Rate25, Frames: 1500,
		Source: rostrum.Source{Video: &rostrum.VideoSource{}}, Received: time.Date(2026, 5, 3, 20, 0, 0, 0, time.UTC)}
	if change != nil {
		change(r)
	}
	w.write(func(tx *catalogue.Tx) error { return tx.PutRecording(context.Background(), r) })
	return r
}

func (w *world) write(f func(*catalogue.Tx) error) {
	w.t.Helper()
	if err := w.Catalogue.Write(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// listed puts somebody on the speakers' list.
func (w *world) listed(r *rostrum.Recording, title, speaker string) *rostrum.Intervention {
	w.t.Helper()
	x := &rostrum.Intervention{Meeting: r.Meeting, Title: title, Speaker: speaker, State: rostrum.Planned}
	w.write(func(tx *catalogue.Tx) error { return tx.AddIntervention(context.Background(), x, speaker) })
	return x
}

func row(id string, in, out rostrum.Frame, x rostrum.InterventionID, title string) rostrum.DraftRow {
	return rostrum.DraftRow{ID: id, Span: rostrum.Span{In: in, Out: out}, Intervention: x, Title: title}
}

func (w *world) save(id rostrum.RecordingID, from int, rows ...rostrum.DraftRow) int {
	w.t.Helper()
	n, err := w.SaveDraft(w.t.Context(), rostrum.Draft{Recording: id, Number: from, Rows: rows, What: "test"}, "window", vidal)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) apply(id rostrum.RecordingID, number int) pipeline.Changes {
	w.t.Helper()
	c, err := w.Apply(w.t.Context(), id, number, "window", vidal)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) actions(subject string) []string {
	w.t.Helper()
	all, err := w.Catalogue.AuditOf(w.t.Context(), subject)
	if err != nil {
		w.t.Fatal(err)
	}
	var actions []string
	for _, e := range all {
		actions = append(actions, e.Who+" "+e.Action)
	}
	return actions
}

func wantConflict(t *testing.T, what string, err error, words string) {
	t.Helper()
	if rostrum.ErrorCode(err) != rostrum.Conflict || !strings.Contains(rostrum.ErrorMessage(err), words) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestDraftIsNumbered(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	r := w.surveyedAs("r1", nil)
	if d, err := w.Draft(ctx, r.ID); err != nil || d.Number != 0 || len(d.Rows) != 0 {
		t.Fatalf("before the first: %+v, %v", d, err)
	}
	a, b := row("a", 0, 100, "", "A"), row("b", 100, 200, "", "B")
	if n := w.save(r.ID, 0, a); n != 1 {
		t.Fatalf("the first is number %d", n)
	}
	if n := w.save(r.ID, 1, a, b); n != 2 {
		t.Fatalf("the second is number %d", n)
	}
	if n := w.save(r.ID, 1, a, b); n != 2 {
		t.Errorf("sent twice, it is number %d", n)
	}
	_, err := w.SaveDraft(ctx, rostrum.Draft{Recording: r.ID, Number: 1, Rows: []rostrum.DraftRow{b}}, "other", vang)
	wantConflict(t, "made from an old number", err, "Aline Vidal")
	_, err = w.SaveDraft(ctx, rostrum.Draft{Recording: r.ID, Number: 7, Rows: []rostrum.DraftRow{b}}, "other", vang)
	wantConflict(t, "made from a number that there is not", err, "Aline Vidal")

	if _, mine, err := w.LockCut(ctx, r.ID, "other", vang, false); err != nil || !mine {
		t.Fatalf("lock: %t, %v", mine, err)
	}
	_, err = w.SaveDraft(ctx, rostrum.Draft{Recording: r.ID, Number: 2, Rows: []rostrum.DraftRow{b}}, "window", vidal)
	wantConflict(t, "while another holds the lock", err, "Bo Vang")
	if err := w.UnlockCut(ctx, r.ID, "other"); err != nil {
		t.Fatal(err)
	}
	// Going back is another number.
	if n := w.save(r.ID, 2, a); n != 3 {
		t.Errorf("the third is number %d", n)
	}
	notes, err := w.Drafts(ctx, r.ID)
	if err != nil || len(notes) != 3 || notes[0].Number != 3 || notes[0].Cuts != 1 || notes[1].Cuts != 2 || notes[0].Who != vidal.Name || notes[0].What != "test" {
		t.Errorf("notes are %+v, %v", notes, err)
	}
	if d, err := w.DraftNumbered(ctx, r.ID, 2); err != nil || !slices.Equal(d.Rows, []rostrum.DraftRow{a, b}) {
		t.Errorf("number 2 is %+v, %v", d, err)
	}
	for what, rows := range map[string][]rostrum.DraftRow{
		"no ID": {row("", 0, 9, "", "")}, "an ID twice": {a, a}, "far away": {row("a", 0, 1<<40, "", "")}, "a long text": {row("a", 0, 9, "", strings.Repeat("x", 3000))},
		"no language": {{ID: "a", Language: "no language!"}},
	} {
		if _, err := w.SaveDraft(ctx, rostrum.Draft{Recording: r.ID, Number: 3, Rows: rows}, "", vidal); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, call := range map[string]func() error{
		"draft":   func() error { _, err := w.Draft(ctx, "none"); return err },
		"drafts":  func() error { _, err := w.Drafts(ctx, "none"); return err },
		"changes": func() error { _, err := w.Changes(ctx, "none"); return err },
		"save":    func() error { _, err := w.SaveDraft(ctx, rostrum.Draft{Recording: "none"}, "", vidal); return err },
		"apply":   func() error { _, err := w.Apply(ctx, "none", 0, "", vidal); return err },
		"lock":    func() error { _, _, err := w.LockCut(ctx, "none", "x", vidal, false); return err },
	} {
		if err := call(); rostrum.ErrorCode(err) != rostrum.NotFound {
			t.Errorf("%s of no recording: %v", what, err)
		}
	}
	// The draft itself keeps who changed what; the audit log has its applying.
	if got := w.actions(string(r.ID)); len(got) != 0 {
		t.Errorf("the audit log says %q", got)
	}
}

func TestApplyDraft(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	r := w.surveyedAs("r1", nil)
	grace, ada := w.listed(r, "Trust", "Grace"), w.listed(r, "Spectrum", "Ada")
	w.write(func(tx *catalogue.Tx) error {
		return tx.AddConsent(ctx, grace.ID, rostrum.Consent{Kind: rostrum.ConsentPublic, By: "test", How: "form", At: w.Now()})
	})
	w.save(r.ID, 0, row("g", 100, 300, grace.ID, "not hers"), row("n", 300, 500, "", "Welcome"), row("a", 600, 900, ada.ID, ""))
	plan, err := w.Changes(ctx, r.ID)
	if err != nil || len(plan.New) != 3 || plan.New[0].Title != "Trust" || plan.New[1] != (pipeline.NewCut{Row: "n", Title: "Welcome", Length: 8 * time.Second}) || len(plan.Problems) != 0 {
		t.Fatalf("%+v, %v", plan, err)
	}
	done := w.apply(r.ID, 1)
	if done.Number != 2 || len(done.New) != 3 {
		t.Fatalf("%+v", done)
	}
	d, err := w.Draft(ctx, r.ID)
	if err != nil || d.Number != 2 || len(d.Rows) != 3 || d.Rows[1].Intervention == "" || d.Rows[0].Title != "Trust" {
		t.Fatalf("the draft is %+v, %v", d, err)
	}
	welcome := w.intervention(d.Rows[1].Intervention)
	if welcome.Title != "Welcome" || welcome.Slug != "welcome" || welcome.State != rostrum.CutState || welcome.Recording != r.ID || welcome.Revision != 1 {
		t.Errorf("%+v", welcome)
	}
	if x := w.intervention(grace.ID); x.Recording != r.ID || x.Span != (rostrum.Span{In: 100, Out: 300}) || x.Revision != 1 || x.Title != "Trust" || x.Consent.Kind != rostrum.ConsentPublic {
		t.Errorf("%+v", x)
	}
	w.revision(grace.ID, 1)

	// Two persons change places, one is moved, and one goes back.
	w.save(r.ID, 2, row("g", 600, 900, grace.ID, ""), row("a", 100, 300, ada.ID, ""))
	if done = w.apply(r.ID, 3); len(done.Moved) != 2 || len(done.Back) != 1 || done.Back[0].Title != "Welcome" || done.Moved[0].Before != (rostrum.Span{In: 100, Out: 300}) {
		t.Fatalf("%+v", done)
	}
	if x := w.intervention(grace.ID); x.Span.In != 600 || x.Revision != 2 {
		t.Errorf("%+v", x)
	}
	welcome = w.intervention(welcome.ID)
	if welcome.Recording != "" || welcome.Span.Len() != 0 || welcome.State != rostrum.Planned {
		t.Errorf("%+v", welcome)
	}
	if _, err := w.Catalogue.Revision(ctx, welcome.ID, 1); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("its revision: %v", err)
	}
	// It can be brought back: with a number that it never had.
	w.save(r.ID, 4, row("g", 600, 900, grace.ID, ""), row("a", 100, 300, ada.ID, ""), row("n", 300, 500, welcome.ID, ""))
	w.apply(r.ID, 5)
	if x := w.intervention(welcome.ID); x.Revision != 2 || x.State != rostrum.CutState {
		t.Errorf("%+v", x)
	}
	// Nothing new is nothing done.
	if again := w.apply(r.ID, 6); again.Number != 6 || again.Same != 3 {
		t.Errorf("%+v", again)
	}
	_, err = w.Apply(ctx, r.ID, 5, "window", vidal)
	wantConflict(t, "an old number", err, "Aline Vidal")
	if got := w.actions(string(welcome.ID)); !slices.Equal(got, []string{"Aline Vidal cut", "Aline Vidal uncut", "Aline Vidal cut"}) {
		t.Errorf("the audit log says %q", got)
	}

	for state, words := range map[rostrum.RecordingState]string{rostrum.Received: "looked through", rostrum.RecordingFailed: "burnt"} {
		r := w.surveyedAs(rostrum.RecordingID("r-"+state), func(r *rostrum.Recording) { r.State, r.Failure = state, "It burnt." })
		w.save(r.ID, 0, row("n", 0, 100, "", "x"))
		_, err := w.Apply(ctx, r.ID, 1, "window", vidal)
		wantConflict(t, string(state), err, words)
	}
}

func TestDraftProblems(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	r, other := w.surveyedAs("r1", nil), w.surveyedAs("r2", nil)
	x, elsewhere := w.listed(r, "Trust", "Grace"), w.listed(r, "Elsewhere", "Ada")
	w.save(other.ID, 0, row("e", 0, 100, elsewhere.ID, ""))
	w.apply(other.ID, 1)
	number := 0
	for _, c := range []struct {
		name  string
		rows  []rostrum.DraftRow
		words string
		fatal bool
	}{
		{"overlap", []rostrum.DraftRow{row("b", 90, 200, "", "B"), row("a", 0, 100, "", "A")}, `before "A" ends: they share 0.4 s`, false},
		{"nameless", []rostrum.DraftRow{row("a", 0, 100, "", "")}, "neither a title nor a speaker", false},
		{"short", []rostrum.DraftRow{row("a", 0, 24, "", "A")}, "shorter than a second", true},
		{"outside", []rostrum.DraftRow{row("a", 1400, 1501, "", "A")}, "after the end of the recording", true},
		{"before", []rostrum.DraftRow{row("a", -1, 100, "", "A")}, "before the recording", true},
		{"swapped", []rostrum.DraftRow{row("a", 100, 50, "", "A")}, "swapped", true},
		{"twice", []rostrum.DraftRow{row("a", 0, 100, x.ID, ""), row("b", 200, 300, x.ID, "")}, "two cuts, 1 and 2", true},
		{"of nobody", []rostrum.DraftRow{row("a", 0, 100, "gone", "")}, "no longer on the list", true},
		{"elsewhere", []rostrum.DraftRow{row("a", 0, 100, elsewhere.ID, "")}, "another recording", true},
	} {
		number = w.save(r.ID, number, c.rows...)
		got, err := w.Changes(ctx, r.ID)
		if err != nil || len(got.Problems) != 1 || got.Problems[0].Fatal != c.fatal || !strings.Contains(got.Problems[0].Text, c.words) {
			t.Errorf("%s: %+v, %v", c.name, got.Problems, err)
		}
		if !c.fatal {
			continue
		}
		if _, err := w.Apply(ctx, r.ID, number, "window", vidal); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), c.words) {
			t.Errorf("%s was applied: %v", c.name, err)
		}
	}
	if all, err := w.Catalogue.InterventionsOfRecording(ctx, r.ID); err != nil || len(all) != 0 {
		t.Errorf("%d cuts were made, %v", len(all), err)
	}
}

func TestDraftFollowsChangesElsewhere(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	r := w.surveyedAs("r1", nil)
	w.save(r.ID, 0, row("a", 0, 100, "", "A"), row("b", 200, 300, "", "B"), row("c", 400, 500, "", "C"))
	w.apply(r.ID, 1)
	d, err := w.Draft(ctx, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := d.Rows[0], d.Rows[1], d.Rows[2]
	b.Span.Out = 310
	w.save(r.ID, 2, a, b, c)
	for _, x := range []struct {
		of   rostrum.InterventionID
		span rostrum.Span
	}{{a.Intervention, rostrum.Span{In: 10, Out: 110}}, {b.Intervention, rostrum.Span{In: 220, Out: 300}}} {
		if _, err := w.Recut(ctx, x.of, x.span, "command"); err != nil {
			t.Fatal(err)
		}
	}
	fromSheet := w.listed(r, "Late", "Late")
	fromSheet.Recording, fromSheet.Span, fromSheet.State, fromSheet.Revision = r.ID, rostrum.Span{In: 600, Out: 700}, rostrum.CutState, 1
	w.write(func(tx *catalogue.Tx) error {
		if err := tx.PutIntervention(ctx, fromSheet); err != nil {
			return err
		}
		return tx.AddRevision(ctx, fromSheet.ID, 1, fromSheet.Span, w.Now())
	})
	_, err = w.SaveDraft(ctx, rostrum.Draft{Recording: r.ID, Number: 3, Rows: []rostrum.DraftRow{a}}, "window", vidal)
	wantConflict(t, "saved from before", err, "changed elsewhere")
	_, err = w.Apply(ctx, r.ID, 3, "window", vidal)
	wantConflict(t, "applied from before", err, "changed elsewhere")

	d, err = w.Draft(ctx, r.ID)
	if err != nil || d.Number != 4 || len(d.Rows) != 4 {
		t.Fatalf("%+v, %v", d, err)
	}
	want := []rostrum.Span{{In: 10, Out: 110}, {In: 200, Out: 310}, {In: 400, Out: 500}, {In: 600, Out: 700}} // what somebody has moved in the draft stays moved
	for i, x := range d.Rows {
		if x.Span != want[i] {
			t.Errorf("row %d is %+v", i, x)
		}
	}
	if again, err := w.Draft(ctx, r.ID); err != nil || again.Number != 4 {
		t.Errorf("asked again, it is number %d, %v", again.Number, err)
	}
	if got, err := w.Changes(ctx, r.ID); err != nil || len(got.Moved) != 1 || len(got.Back) != 0 || got.Same != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What lies under a draft is encoded before the rest.
func TestDraftBringsChunksForward(t *testing.T) {
	t.Parallel()
	w := open(t)
	r := w.surveyedAs("r1", func(r *rostrum.Recording) { r.Frames = 5 * 1500 })
	w.write(func(tx *catalogue.Tx) error {
		for i := range 5 {
			if err := w.Queue.Add(t.Context(), tx.SQL(), queue.Task{Kind: "chunk", Key: fmt.Sprintf("%s/%d", r.ID, i), Lane: queue.Encode, Priority: 3}); err != nil {
				return err
			}
		}
		return nil
	})
	w.save(r.ID, 0, row("a", 1600, 3100, "", "A"), row("b", -50, 10, "", "B"), row("c", 9000, 8000, "", "C"))
	var got [5]int
	for i := range got {
		if err := w.Catalogue.SQL().QueryRow(`SELECT priority FROM river_job WHERE args->>'key' = $1`, fmt.Sprintf("%s/%d", r.ID, i)).Scan(&got[i]); err != nil {
			t.Fatal(err)
		}
	}
	if want := [5]int{2, 2, 2, 3, 3}; got != want {
		t.Errorf("priorities %v, want %v", got, want)
	}
}

// What was published stays until its new revision is ready, and what is published can't be taken off.
func TestApplyWhileEncoding(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	in := incoming("a.mp4", film{rate: "25", pictures: 200, name: "a.mp4", sound: quiet}.make(t), "in;out;title\n0;2;Kept\n2;4;Withdrawn\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	id := receipt.Recording.ID
	stop := w.work()
	w.finished(id)
	d, err := w.Draft(ctx, id)
	if err != nil || d.Number != 0 || len(d.Rows) != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	kept, gone := d.Rows[0], d.Rows[1]
	w.save(id, 0, gone)
	if _, err := w.Apply(ctx, id, 1, "window", vidal); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), "withdraw it first") {
		t.Errorf("what is published was taken off: %v", err)
	}
	if err := w.Withdraw(ctx, gone.Intervention, "test", ""); err != nil {
		t.Fatal(err)
	}
	stop() // else the published one may have moved on before it is looked at
	kept.Span.Out = 60
	w.save(id, 1, kept, row("n", 100, 180, "", "New"))
	c := w.apply(id, 2)
	if len(c.New) != 1 || len(c.Moved) != 1 || !c.Moved[0].Published || len(c.Back) != 1 || c.Back[0].Published {
		t.Fatalf("%+v", c)
	}
	if m := w.published(kept.Intervention); m.Revision != 1 || m.Span.Out != 50 {
		t.Errorf("%+v", m)
	}
	if x := w.intervention(gone.Intervention); rostrum.ErrorCode(rostrum.MayWatch(rostrum.Viewer{}, x, w.Now())) != rostrum.Withdrawn || x.Recording != "" {
		t.Errorf("%+v", x)
	}
	for _, key := range w.kept() {
		if strings.HasPrefix(key, "interventions/"+string(gone.Intervention)) {
			t.Errorf("%s is kept", key)
		}
	}
	w.work()
	w.finished(id)
	w.until("the new revision", func() bool { return w.intervention(kept.Intervention).PublishedRevision == 2 })
	d, err = w.Draft(ctx, id)
	if err != nil || len(d.Rows) != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	if x := w.intervention(d.Rows[1].Intervention); x.State != rostrum.Ready || x.Title != "New" {
		t.Errorf("%+v", x)
	}
}
