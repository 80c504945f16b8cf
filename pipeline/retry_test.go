package pipeline_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
)

// moody is a store that refuses to keep some things for a while.
type moody struct {
	objects.Store
	refuses atomic.Pointer[rostrum.Error] // what holds Part is answered with it
	part    atomic.Pointer[string]
}

func (m *moody) Put(ctx context.Context, key string, r io.Reader, size int64) (objects.Info, error) {
	if e := m.refuses.Load(); e != nil && strings.Contains(key, *m.part.Load()) {
		return objects.Info{}, e
	}
	return m.Store.Put(ctx, key, r, size)
}

func (m *moody) refuse(part string, e *rostrum.Error) {
	m.part.Store(&part)
	m.refuses.Store(e)
}

func (w *world) standing(id rostrum.RecordingID) pipeline.BoardRecording {
	w.t.Helper()
	for _, r := range w.board().Recordings {
		if r.ID == id {
			return r
		}
	}
	w.t.Fatalf("recording %s is not on the board", id)
	return pipeline.BoardRecording{}
}

func (w *world) logged(subject, action string) (who string) {
	w.t.Helper()
	all, err := w.Catalogue.AuditOf(context.Background(), subject)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range all {
		if e.Action == action {
			who = e.Who + ": " + e.Detail
		}
	}
	return who
}

// TestRetryFromTheSurvey damages a film in the store, so that measuring it fails, and mends it.
func TestRetryFromTheSurvey(t *testing.T) {
	w := open(t)
	receipt, err := w.Receive(t.Context(), incoming("secret name.mp4", film{rate: "25", pictures: 50, name: "a.mp4", sound: quiet}.make(t), "in;out;title;speaker\n0;1;Trust;Grace Hopper\n"))
	if err != nil {
		t.Fatal(err)
	}
	id := receipt.Recording.ID
	path := filepath.Join(w.folder, "objects", "originals", string(id))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, len(good)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "one that did not fail", w.Retry(t.Context(), id, "Aline"), rostrum.Conflict, "has not failed")
	stop := w.work()
	w.until("the failure", func() bool { return w.standing(id).State == pipeline.StandsFailed })
	r := w.standing(id)
	if r.Failure == "" || r.Step != pipeline.SurveyStep || r.Turn != pipeline.TurnOfAV {
		t.Errorf("the failure: %+v", r.Standing)
	}
	refused(t, "its intervention", w.RetryIntervention(t.Context(), receipt.Interventions[0].ID, "Aline"), rostrum.Conflict, "The whole recording")
	w.until("the end of its task", func() bool { // which is recorded after the failure
		tried, err := w.Queue.Tried(t.Context(), string(id))
		return err == nil && len(tried) == 1 && tried[0].State == queue.Failed
	})
	if since, received := w.standing(id).Since, receipt.Recording.Received; since.Before(received.Truncate(time.Second)) || since.Equal(received) {
		t.Errorf("it failed at %s, and was received at %s", since, received)
	}
	report, err := w.RecordingReport(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{string(id), "state          failed", "failed, attempt", "survey", "50 frames at 25/1", "picture        h264 640x360"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	for _, secret := range []string{w.folder, "secret", "Hopper", "Trust"} {
		if strings.Contains(report, secret) {
			t.Errorf("the report tells %q:\n%s", secret, report)
		}
	}
	stop()
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Retry(t.Context(), id, "Aline"); err != nil {
		t.Fatal(err)
	}
	if r := w.standing(id); r.State != pipeline.StandsMeasuring || r.Failure != "" {
		t.Errorf("after retrying: %+v", r.Standing)
	}
	w.work()
	w.finished(id)
	if got := w.logged(string(id), "retry"); got != "Aline: from survey" {
		t.Errorf("the audit log says %q", got)
	}
}

// TestRetryFromTheEncoding has a store that does not answer, then refuses the segments, then the files of an intervention.
func TestRetryFromTheEncoding(t *testing.T) {
	w := open(t)
	store := &moody{Store: w.Store}
	w.Store = store
	store.refuse("/segments/", rostrum.Errorf(rostrum.Unavailable, "The store does not answer; try again."))
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", film{rate: "25", pictures: 50, name: "a.mp4", sound: quiet}.make(t), "in;out;title\n0;1;Trust\n"))
	if err != nil {
		t.Fatal(err)
	}
	id, cut := receipt.Recording.ID, receipt.Interventions[0].ID
	w.work()
	w.until("a second attempt", func() bool { return w.standing(id).Trial != nil })
	if r := w.standing(id); r.Trial == nil || r.Trial.Step != pipeline.EncodeStep || r.Trial.Attempt < 2 || r.Trial.Of != 5 || r.State == pipeline.StandsFailed {
		t.Errorf("while it is tried again: %+v, %+v", r.Standing, r.Trial)
	}
	store.refuse("/segments/", rostrum.Errorf(rostrum.Refused, "The store refuses to keep it; ask its operator."))
	w.until("the failure", func() bool { return w.standing(id).State == pipeline.StandsFailed })
	if r := w.standing(id); r.Step != pipeline.EncodeStep || !strings.Contains(r.Failure, "ask its operator") || r.Trial != nil {
		t.Errorf("the failure: %+v", r.Standing)
	}
	store.refuse("interventions/", rostrum.Errorf(rostrum.Refused, "The store refuses to keep it; ask its operator."))
	if err := w.Retry(t.Context(), id, "Aline"); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", w.Retry(t.Context(), id, "Aline"), rostrum.Conflict, "just tried it again")
	w.until("the failure of the intervention", func() bool { return w.onBoard(cut).State == pipeline.StandsFailed })
	if got := w.logged(string(id), "retry"); got != "Aline: from encode" {
		t.Errorf("the audit log says %q", got)
	}
	tried, err := w.Queue.Tried(t.Context(), string(id))
	if err != nil {
		t.Fatal(err)
	}
	surveys := 0
	for _, x := range tried {
		if x.Kind == "survey" {
			surveys++
		}
	}
	if surveys != 1 {
		t.Errorf("it was measured %d times", surveys)
	}
	if x := w.onBoard(cut); x.Step != pipeline.MakeStep || x.Turn != pipeline.TurnOfAV || !strings.Contains(x.Failure, "ask its operator") {
		t.Errorf("the intervention: %+v", x.Standing)
	}
	w.until("the end of its task", func() bool { // which is recorded after the failure
		tried, err := w.Queue.Tried(t.Context(), string(cut))
		return err == nil && len(tried) == 1 && tried[0].State == queue.Failed
	})
	report, err := w.InterventionReport(t.Context(), cut)
	if err != nil || !strings.Contains(report, "task           render 2: failed, attempt 1 of 5") || !strings.Contains(report, "span           0-25") {
		t.Errorf("the report: %v\n%s", err, report)
	}
	store.refuses.Store(nil)
	if err := w.RetryIntervention(t.Context(), cut, "Aline"); err != nil {
		t.Fatal(err)
	}
	w.finished(id)
	if x := w.intervention(cut); x.State != rostrum.Ready || x.Revision != 3 {
		t.Errorf("at the end: %s, revision %d", x.State, x.Revision)
	}
	if got := w.logged(string(cut), "retry"); got != "Aline: revision 3" {
		t.Errorf("the audit log says %q", got)
	}
	refused(t, "what is ready", w.RetryIntervention(t.Context(), cut, "Aline"), rostrum.Conflict, "has not failed")
	refused(t, "no intervention", w.RetryIntervention(t.Context(), "none", "Aline"), rostrum.NotFound, "no such")
	refused(t, "no recording", w.Retry(t.Context(), "none", "Aline"), rostrum.NotFound, "no such")
}

// TestRetryOfASpanThatCannotBe refuses what would fail again.
func TestRetryOfASpanThatCannotBe(t *testing.T) {
	s := stock(t, rostrum.Series{Slug: "cxo"})
	id := s.ready("Grace")
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		x.Span, x.State = rostrum.Span{In: 4000, Out: 9000}, rostrum.InterventionFailed
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		return tx.FailRevision(ctx, id, 1, "It ends after the recording.")
	})
	refused(t, "a cut outside", s.RetryIntervention(t.Context(), id, "Aline"), rostrum.Refused, "would fail again")
}

func TestRetryOfADelivery(t *testing.T) {
	w := open(t)
	aline := rostrum.Actor{Account: "a", Name: "Aline", Roles: []rostrum.Role{rostrum.AVStaff}}
	files := []rostrum.DeliveryFile{{Upload: "u", Name: "a.mov", Kind: rostrum.RecordingFile, Bytes: 9, Received: 9, SHA256: "00"}}
	for id, d := range map[rostrum.DeliveryID]rostrum.Delivery{
		"mine":   {Account: "a", Origin: rostrum.FromBrowser, State: rostrum.DeliveryRefused, Failure: "Why.", Form: rostrum.DeliveryForm{Meeting: meeting}, Files: files},
		"other":  {Account: "b", Origin: rostrum.FromBrowser, State: rostrum.DeliveryRefused, Form: rostrum.DeliveryForm{Meeting: meeting}, Files: files},
		"open":   {Account: "a", Origin: rostrum.FromBrowser, State: rostrum.DeliveryOpen},
		"folder": {Origin: rostrum.FromFolder, State: rostrum.DeliveryRefused},
	} {
		d.ID, d.Touched = id, w.Now()
		if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error { return tx.PutDelivery(t.Context(), &d) }); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "another's", w.RetryDelivery(t.Context(), "other", aline), rostrum.NotFound, "no such")
	refused(t, "one that is open", w.RetryDelivery(t.Context(), "open", aline), rostrum.Conflict, "has not been refused")
	refused(t, "one of the folder", w.RetryDelivery(t.Context(), "folder", aline), rostrum.Refused, "watched folder")
	if err := w.RetryDelivery(t.Context(), "mine", aline); err != nil {
		t.Fatal(err)
	}
	d, err := w.Catalogue.Delivery(t.Context(), "mine")
	if err != nil || d.State != rostrum.DeliverySubmitted || d.Failure != "" {
		t.Errorf("after retrying: %+v, %v", d, err)
	}
	tasks, err := w.Queue.About(t.Context(), "mine")
	if err != nil || len(tasks) != 1 || tasks[0].State != queue.Waiting {
		t.Errorf("its tasks: %+v, %v", tasks, err)
	}
	if got := w.logged("mine", "send"); got == "" {
		t.Error("the audit log does not say that it was sent again")
	}
}
