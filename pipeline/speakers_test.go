package pipeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
)

func str(s string) *string { return &s }

func newRow(id rostrum.InterventionID, speaker, title string) pipeline.SpeakerChange {
	return pipeline.SpeakerChange{ID: id, Add: true, TextsChange: pipeline.TextsChange{Speaker: &speaker, Title: &title}}
}

// names lists the speakers in their order.
func (w *world) names(slug string) string {
	w.t.Helper()
	m, err := w.Catalogue.MeetingBySlug(w.t.Context(), slug)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := w.Catalogue.InterventionsOfMeeting(w.t.Context(), m.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for i, x := range all {
		if x.Position != i+1 {
			w.t.Errorf("%s stands at %d, not %d", x.Speaker, x.Position, i+1)
		}
		names = append(names, x.Speaker)
	}
	return strings.Join(names, " ")
}

func TestChangeSpeakers(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	a, b, c := rostrum.InterventionID("aaaaaaaaaaaaa"), rostrum.InterventionID("bbbbbbbbbbbbb"), rostrum.InterventionID("ccccccccccccc")
	top := rostrum.InterventionID("")
	change := func(changes []pipeline.SpeakerChange, order ...rostrum.InterventionID) ([]*rostrum.Intervention, error) {
		return w.ChangeSpeakers(ctx, meeting, changes, order, vidal)
	}
	first := newRow(c, "Cleo", "")
	first.After = &top
	rows, err := change([]pipeline.SpeakerChange{newRow(a, "Ana", "On trust"), newRow(b, "Bo", ""), first})
	if err != nil || len(rows) != 3 || w.names(meeting) != "Cleo Ana Bo" {
		t.Fatalf("%v, %v: %s", rows, err, w.names(meeting))
	}
	if x := w.intervention(b); x.Title != "Bo" || x.State != rostrum.Planned || x.Revision != 0 || x.Slug != "bo" {
		t.Errorf("a speech without a title is %+v", x)
	}

	// Sent once more, and with another name: the title that stands for a missing one goes with it.
	again := newRow(b, "Bo Vang", "")
	if _, err := change([]pipeline.SpeakerChange{again}); err != nil || w.intervention(b).Title != "Bo Vang" {
		t.Errorf("again: %v, %+v", err, w.intervention(b))
	}
	length := 90*time.Second + 4*time.Microsecond
	edit := pipeline.SpeakerChange{ID: a, TextsChange: pipeline.TextsChange{Title: str(""), Length: &length, Titles: rostrum.Texts{"AR": "عن الثقة"}}}
	if _, err := change([]pipeline.SpeakerChange{edit}, b, a); err != nil || w.names(meeting) != "Cleo Bo Vang Ana" {
		t.Fatalf("%v: %s", err, w.names(meeting))
	}
	if x := w.intervention(a); x.Title != "Ana" || x.Titles["ar"] == "" || x.Length != 90*time.Second {
		t.Errorf("edited: %+v", x)
	}

	// Taken away and put back, it is as it was.
	if err := w.RecordConsent(ctx, a, rostrum.Consent{Kind: rostrum.ConsentPublic, By: "Ada"}); err != nil {
		t.Fatal(err)
	}
	if err := w.RemovePlanned(ctx, a, vidal); err != nil || w.names(meeting) != "Cleo Bo Vang" {
		t.Fatalf("%v: %s", err, w.names(meeting))
	}
	back := newRow(a, "Ana", "")
	back.After = &c
	if _, err := change([]pipeline.SpeakerChange{back}); err != nil || w.names(meeting) != "Cleo Ana Bo Vang" {
		t.Fatalf("%v: %s", err, w.names(meeting))
	}
	if x := w.intervention(a); x.Consent.Kind != rostrum.ConsentPublic || x.Titles["ar"] == "" {
		t.Errorf("put back: %+v", x)
	}
	if got := w.actions(string(a)); !slices.Equal(got, []string{"Aline Vidal plan", "Aline Vidal edit", "Ada consent", "Aline Vidal unplan", "Aline Vidal plan"}) {
		t.Errorf("the audit log has %q", got)
	}

	for _, bad := range []struct {
		name    string
		changes []pipeline.SpeakerChange
		order   []rostrum.InterventionID
		want    rostrum.Code
	}{
		{"an identity of another form", []pipeline.SpeakerChange{newRow("A b", "X", "")}, nil, rostrum.Invalid},
		{"neither name nor title", []pipeline.SpeakerChange{newRow("ddddddddddddd", " ", "")}, nil, rostrum.Invalid},
		{"a name too long, after one that is right", []pipeline.SpeakerChange{newRow("ddddddddddddd", "Dora", ""), newRow("eeeeeeeeeeeee", strings.Repeat("x", 301), "")}, nil, rostrum.TooLarge},
		{"a row that is not there", []pipeline.SpeakerChange{{ID: "ddddddddddddd"}}, nil, rostrum.NotFound},
		{"an order with one twice", nil, []rostrum.InterventionID{a, a}, rostrum.Invalid},
		{"an order with a stranger", nil, []rostrum.InterventionID{a, "ddddddddddddd"}, rostrum.Invalid},
		{"behind nobody", []pipeline.SpeakerChange{{ID: a, After: new(rostrum.InterventionID("ddddddddddddd"))}}, nil, rostrum.Invalid},
		{"nobody left", []pipeline.SpeakerChange{{ID: b, TextsChange: pipeline.TextsChange{Speaker: str("")}}}, nil, rostrum.Invalid},
	} {
		if _, err := w.ChangeSpeakers(ctx, meeting, bad.changes, bad.order, vidal); rostrum.ErrorCode(err) != bad.want {
			t.Errorf("%s: %v, want %s", bad.name, err, bad.want)
		}
	}
	if got := w.names(meeting); got != "Cleo Ana Bo Vang" {
		t.Errorf("after refusals: %s", got)
	}
	w.write(func(tx *catalogue.Tx) error {
		x := w.intervention(b)
		x.State = rostrum.Ready
		return tx.PutIntervention(ctx, x)
	})
	if err := w.RemovePlanned(ctx, b, vidal); rostrum.ErrorCode(err) != rostrum.Refused || !strings.Contains(rostrum.ErrorMessage(err), "Bo Vang") {
		t.Errorf("taking away what is cut: %v", err)
	}
	if _, err := w.ChangeSpeakers(ctx, meeting, nil, nil, rostrum.Actor{Name: "Rae", Roles: []rostrum.Role{rostrum.Reader}}); rostrum.ErrorCode(err) != rostrum.Refused {
		t.Errorf("a reader: %v", err)
	}
}
