package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/uploads"
)

var aline = rostrum.Actor{Account: "aline", Name: "Aline Vidal", Roles: []rostrum.Role{rostrum.AVStaff}}

// sending lets a world take uploads, over HTTP as browsers send them.
func sending(t *testing.T, w *world) (send func(d *rostrum.Delivery, name string, data []byte)) {
	t.Helper()
	var err error
	if w.Uploads, err = uploads.New(uploads.Options{Store: w.Store, Ledger: w.Ledger(), MaxOf: w.AdmitUpload, Base: "/files/", Logger: w.Log, Now: func() time.Time { return w.Now() }}); err != nil {
		t.Fatal(err)
	}
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		_, err := tx.SQL().Exec(`INSERT INTO accounts (id, email, name, roles, language, password, subject, created, closed) VALUES ('aline', 'a@example.org', 'Aline Vidal', '[]', '', '', '', 1, 0)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Uploads.Handler(func(*http.Request) (rostrum.AccountID, error) { return "aline", nil }))
	t.Cleanup(server.Close)
	call := func(method, url string, body []byte, headers ...string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Tus-Resumable", "1.0.0")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if words, _ := io.ReadAll(answer.Body); answer.StatusCode >= 300 {
			t.Fatalf("%s %s: %d %s", method, url, answer.StatusCode, words)
		}
		return answer
	}
	return func(d *rostrum.Delivery, name string, data []byte) {
		t.Helper()
		b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
		begun := call("POST", server.URL+"/files/", nil, "Upload-Length", fmt.Sprint(len(data)),
			"Upload-Metadata", "filename "+b64(name)+",delivery "+b64(string(d.ID))+",fingerprint "+b64("print of "+name))
		at := begun.Header.Get("Location")
		if !strings.HasPrefix(at, "http") {
			at = server.URL + at
		}
		sum := sha256.Sum256(data)
		call("PATCH", at, data, "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream", "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(sum[:]))
	}
}

func (w *world) delivery(id rostrum.DeliveryID) *rostrum.Delivery {
	w.t.Helper()
	d, err := w.Catalogue.Delivery(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// What is sent from a browser becomes a recording with all that belongs to it; the bytes are moved, not copied, and known by their digest.
func TestDelivery(t *testing.T) {
	w := open(t)
	send := sending(t, w)
	d, err := w.OpenDelivery(t.Context(), rostrum.DeliveryForm{Consent: rostrum.ConsentPublic}, aline)
	if err != nil {
		t.Fatal(err)
	}
	bytesOfFilm := shortFilm(t)
	send(d, "a.mp4", bytesOfFilm)
	send(d, "a.csv", []byte("in;out;title\n0,0;2,0;Opening\n"))
	send(d, "a.en.srt", []byte("1\n00:00:00,500 --> 00:00:01,500\nGood morning.\n"))
	if report := w.verify(); !report.OK() {
		t.Errorf("of what is being sent verify says %+v", report.Problems)
	}
	w.work()
	if _, err := w.SubmitDelivery(t.Context(), d.ID, aline); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), "meeting") {
		t.Fatalf("without a meeting: %v", err)
	}
	if _, err := w.SaveDelivery(t.Context(), d.ID, rostrum.DeliveryForm{Meeting: meeting, Consent: rostrum.ConsentPublic}, rostrum.Actor{Account: "bo"}); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Fatalf("somebody else's: %v", err)
	}
	if _, err := w.SaveDelivery(t.Context(), d.ID, rostrum.DeliveryForm{Meeting: meeting, Consent: rostrum.ConsentPublic}, aline); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitDelivery(t.Context(), d.ID, aline); err != nil {
		t.Fatal(err)
	}
	w.until("the taking in", func() bool { return w.delivery(d.ID).State != rostrum.DeliverySubmitted })
	d = w.delivery(d.ID)
	if d.State != rostrum.DeliveryTaken || d.Failure != "" {
		t.Fatalf("delivery %+v", d)
	}
	r, err := w.Catalogue.Recording(t.Context(), d.Recording)
	sum := sha256.Sum256(bytesOfFilm)
	if err != nil || r.SHA256 != rostrum.Digest(fmt.Sprintf("%x", sum)) || r.Name != "a.mp4" {
		t.Fatalf("recording %+v, %v", r, err)
	}
	all, err := w.Catalogue.InterventionsOfRecording(t.Context(), r.ID)
	if err != nil || len(all) != 1 || all[0].Title != "Opening" || all[0].Consent.By != "Aline Vidal" {
		t.Fatalf("interventions %+v, %v", all, err)
	}
	if tracks, err := w.Catalogue.CaptionTracks(t.Context(), r.ID); err != nil || len(tracks) != 1 || tracks[0].Language != "en" {
		t.Fatalf("captions %+v, %v", tracks, err)
	}
	w.nothingArriving()
}

// What is refused says why, keeps its bytes, and can be submitted again after a change.
func TestDeliveryRefused(t *testing.T) {
	w := open(t)
	send := sending(t, w)
	w.work()
	form := rostrum.DeliveryForm{Meeting: meeting, WholeAsOne: true}
	d, err := w.OpenDelivery(t.Context(), form, aline)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitDelivery(t.Context(), d.ID, aline); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Fatalf("without a recording: %v", err)
	}
	send(d, "a.mp4", shortFilm(t))
	send(d, "a.csv", []byte("in;out;title\n5,0;400,0;Too long\n"))
	if _, err := w.SubmitDelivery(t.Context(), d.ID, aline); err != nil {
		t.Fatal(err)
	}
	w.until("the refusal", func() bool { return w.delivery(d.ID).State == rostrum.DeliveryRefused })
	if d = w.delivery(d.ID); !strings.Contains(d.Failure, "nothing was cut") {
		t.Fatalf("the reason is %q", d.Failure)
	}
	var files []rostrum.DeliveryFile
	for _, f := range d.Files {
		if f.Kind == rostrum.SheetFile {
			f.Kind = ""
			files = append(files, f)
		}
	}
	if _, err := w.SortDelivery(t.Context(), d.ID, files, aline); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitDelivery(t.Context(), d.ID, aline); err != nil {
		t.Fatal(err)
	}
	w.until("the taking in", func() bool { return w.delivery(d.ID).State == rostrum.DeliveryTaken })
	// The same bytes again are the same recording.
	again, err := w.OpenDelivery(t.Context(), form, aline)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitDelivery(t.Context(), again.ID, aline); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Fatal(err)
	}
	send(again, "b.mp4", shortFilm(t))
	if _, err := w.SubmitDelivery(t.Context(), again.ID, aline); err != nil {
		t.Fatal(err)
	}
	w.until("the second taking in", func() bool { return w.delivery(again.ID).State == rostrum.DeliveryTaken })
	if got := w.delivery(again.ID).Recording; got != rostrum.RecordingID(d.ID) {
		t.Errorf("the same film became %s, not %s", got, d.ID)
	}
}

// Unfinished uploads live seven days; their sender is told, and what was typed stays.
func TestUploadsExpire(t *testing.T) {
	w := open(t)
	sending(t, w)
	now := time.Now()
	w.Now = func() time.Time { return now }
	d, err := w.OpenDelivery(t.Context(), rostrum.DeliveryForm{Meeting: meeting, Remarks: "camera 2"}, aline)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Ledger().Create(t.Context(), rostrum.Upload{ID: strings.Repeat("a", 26), Account: "aline", Delivery: d.ID, Name: "a.mov", Bytes: 10, Created: now, Touched: now}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(rostrum.UnfinishedLives - time.Minute)
	if err := w.ExpireUploads(t.Context()); err != nil || len(w.delivery(d.ID).Files) != 1 {
		t.Fatalf("a minute early: %v, %+v", err, w.delivery(d.ID))
	}
	now = now.Add(2 * time.Minute)
	if err := w.ExpireUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := w.delivery(d.ID); len(d.Files) != 0 || d.Form.Remarks != "camera 2" || !strings.Contains(d.Failure, "a.mov") {
		t.Errorf("delivery %+v", d)
	}
	if told, err := w.Catalogue.Notifications(t.Context(), "aline"); err != nil || len(told) != 1 || !strings.Contains(told[0].Text, "a.mov") {
		t.Errorf("told %+v, %v", told, err)
	}
}

// nothingArriving fails when bytes of deliveries are left.
func (w *world) nothingArriving() {
	w.t.Helper()
	w.until("the end of what was sent", func() bool {
		left, err := w.Ledger().Unfinished(context.Background())
		return err == nil && len(left) == 0
	})
}

func shortFilm(t *testing.T) []byte {
	return film{rate: "25", pictures: 100, name: "a.mp4", sound: "sine=f=440:r=48000:d=4"}.make(t)
}
