package pipeline_test

import (
	"context"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
)

// Captions that come after the interventions were made reach all of them, at the same addresses.
func TestCaptionsThatComeLater(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 120, name: "a.mp4"}.make(t)
	in := incoming("a.mp4", data, "in;out;title\n0;2;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	before := w.published(receipt.Interventions[0].ID)

	later := incoming("a.mp4", data, "")
	later.Captions = map[rostrum.Language]pipeline.SideFile{"en": {Name: "en.srt", Data: []byte("1\n00:00:00,500 --> 00:00:01,500\nGood morning\n")}}
	if _, err := w.Receive(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	w.finished(receipt.Recording.ID)
	after := w.published(receipt.Interventions[0].ID)
	if after.Revision != before.Revision+1 || after.Span != before.Span || len(after.Captions) != 1 {
		t.Fatalf("%+v", after)
	}
	if vtt := string(w.file(after, after.Captions[0].VTT)); !strings.Contains(vtt, "Good morning") {
		t.Errorf("captions:\n%s", vtt)
	}
}

// A recording that failed, for a reason that has been mended, is finished when it is sent again.
func TestFailedRecordingIsSentAgain(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 120, name: "a.mp4"}.make(t)
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", data, ""))
	if err != nil {
		t.Fatal(err)
	}
	id, x := receipt.Recording.ID, receipt.Interventions[0]
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		r, err := tx.LockRecording(context.Background(), id)
		if err != nil {
			return err
		}
		r.State, r.Failure = rostrum.RecordingFailed, "The disk was full."
		if err := tx.PutRecording(context.Background(), r); err != nil {
			return err
		}
		if err := tx.FailRevision(context.Background(), x.ID, 1, r.Failure); err != nil {
			return err
		}
		x.State, x.Failure = rostrum.InterventionFailed, r.Failure
		return tx.PutIntervention(context.Background(), x)
	}); err != nil {
		t.Fatal(err)
	}
	again, err := w.Receive(t.Context(), incoming("a.mp4", data, ""))
	if err != nil || !again.Known {
		t.Fatalf("%+v, %v", again, err)
	}
	w.work()
	w.finished(id)
	if got := w.intervention(x.ID); got.State != rostrum.Ready || got.Failure != "" {
		t.Errorf("%+v", got)
	}
}
