package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/intake"
	"rostrum/storage/catalogue"
)

// verified is a world with one published intervention, and one recording that is all encoded.
func verified(t *testing.T) (*world, *rostrum.Recording, *rostrum.Intervention) {
	t.Helper()
	w := open(t)
	in := incoming("a.mp4", film{rate: "25", pictures: 220, name: "a.mp4", sound: quiet}.make(t), "in;out;title\n1;8.5;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	in.Captions = map[rostrum.Language]pipeline.SideFile{"en": {Name: "en.srt", Data: []byte("1\n00:00:02,000 --> 00:00:03,000\nGood morning\n")}}
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	stop := w.work()
	w.finished(receipt.Recording.ID)
	stop()
	r, err := w.Catalogue.Recording(t.Context(), receipt.Recording.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w, r, w.intervention(receipt.Interventions[0].ID)
}

// verify runs Verify and checks what it tells of its progress.
func (w *world) verify(only ...rostrum.RecordingID) pipeline.VerifyReport {
	w.t.Helper()
	last, whole := int64(-1), int64(0)
	report, err := w.Verify(context.Background(), only, func(done, total int64) {
		if done < last || done > total {
			w.t.Errorf("%d of %d bytes are done, after %d", done, total, last)
		}
		last, whole = done, total
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if last != whole {
		w.t.Errorf("it ended with %d of %d bytes", last, whole)
	}
	return report
}

// path is the file of an object.
func (w *world) path(key string) string {
	return filepath.Join(w.folder, "objects", filepath.FromSlash(key))
}

// segment is the first of the recording's segments on an intervention's manifest.
func (w *world) segment(m *rostrum.Manifest) string {
	w.t.Helper()
	for _, s := range m.Pictures[0].Segments {
		if f := m.Files[s.Name]; f.Shared {
			return f.Key
		}
	}
	w.t.Fatal("the intervention has no segment of the recording")
	return ""
}

func TestVerify(t *testing.T) {
	t.Parallel()
	w, r, x := verified(t)
	m := w.published(x.ID)
	init := m.Files[m.Pictures[0].Init].Key
	flip := func(t *testing.T, path string) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)/2] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(t *testing.T, path string) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	cut := func(t *testing.T, path string) {
		if err := os.Truncate(path, 1); err != nil {
			t.Fatal(err)
		}
	}
	stray := func(t *testing.T, path string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("nobody knows me"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	letter, err := w.KeepDocument(t.Context(), "letter.txt", strings.NewReader("I agree."))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.RecordConsents(t.Context(), []rostrum.InterventionID{x.ID}, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Document: letter}, "Ada"); err != nil {
		t.Fatal(err)
	}
	clean := w.verify()
	if !clean.OK() || clean.Problems == nil || clean.Bytes < r.Bytes {
		t.Fatalf("of what is as it was stored it says %+v", clean)
	}
	kept := w.kept()
	for _, c := range []struct {
		name   string
		key    string
		damage func(*testing.T, string)
		want   pipeline.Problem // without its sentence
	}{
		{"original flipped", intake.Key(r.ID), flip, pipeline.Problem{Kind: "original", Recording: r.ID, Name: "a.mp4", What: "changed"}},
		{"original cut short", intake.Key(r.ID), cut, pipeline.Problem{Kind: "original", Recording: r.ID, Name: "a.mp4", What: "changed"}},
		{"original gone", intake.Key(r.ID), remove, pipeline.Problem{Kind: "original", Recording: r.ID, Name: "a.mp4", What: "missing"}},
		{"segment flipped", w.segment(m), flip, pipeline.Problem{Kind: "segment", Recording: r.ID, Name: m.Pictures[0].Name + "/1", What: "changed"}},
		{"segment gone", w.segment(m), remove, pipeline.Problem{Kind: "segment", Recording: r.ID, Name: m.Pictures[0].Name + "/1", What: "missing"}},
		{"initialisation segment flipped", init, flip, pipeline.Problem{Kind: "segment", Recording: r.ID, Name: m.Pictures[0].Name + "/init", What: "changed"}},
		{"captions gone", "recordings/" + string(r.ID) + "/captions/en", remove, pipeline.Problem{Kind: "captions", Recording: r.ID, Name: "en.srt", What: "missing"}},
		{"file flipped", m.Files[rostrum.MP4Name].Key, flip, pipeline.Problem{Kind: "file", Recording: r.ID, Intervention: x.ID, Name: rostrum.MP4Name, What: "changed"}},
		{"file gone", m.Files[rostrum.MasterName].Key, remove, pipeline.Problem{Kind: "file", Recording: r.ID, Intervention: x.ID, Name: rostrum.MasterName, What: "missing"}},
		{"document flipped", letter.Object, flip, pipeline.Problem{Kind: "document", Recording: r.ID, Intervention: x.ID, Name: "letter.txt", What: "changed"}},
		{"stray document", "documents/stray", stray, pipeline.Problem{Kind: "unknown", Name: "documents/stray", What: "unknown"}},
		{"stray upload", "arriving/stray", stray, pipeline.Problem{Kind: "unknown", Name: "arriving/stray", What: "unknown"}},
		{"stray of nobody", "elsewhere/stray", stray, pipeline.Problem{Kind: "unknown", Name: "elsewhere/stray", What: "unknown"}},
		{"stray original", "originals/stray", stray, pipeline.Problem{Kind: "unknown", Name: "originals/stray", What: "unknown"}},
		{"stray segment", "recordings/" + string(r.ID) + "/segments/stray.m4s", stray,
			pipeline.Problem{Kind: "unknown", Recording: r.ID, Name: "recordings/" + string(r.ID) + "/segments/stray.m4s", What: "unknown"}},
		{"stray file", "interventions/" + string(x.ID) + "/1/stray", stray,
			pipeline.Problem{Kind: "unknown", Recording: r.ID, Intervention: x.ID, Name: "interventions/" + string(x.ID) + "/1/stray", What: "unknown"}},
		{"stray of an intervention that is not", "interventions/stray/1/1/a", stray, pipeline.Problem{Kind: "unknown", Name: "interventions/stray/1/1/a", What: "unknown"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, err := os.ReadFile(w.path(c.key))
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			c.damage(t, w.path(c.key))
			report := w.verify()
			if err := os.Remove(w.path(c.key)); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if before != nil {
				stray(t, w.path(c.key))
				if err := os.WriteFile(w.path(c.key), before, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if len(report.Problems) != 1 {
				t.Fatalf("it found %+v", report.Problems)
			}
			got := report.Problems[0]
			if text := got.Text; !strings.HasSuffix(text, ".") || strings.Contains(text, w.folder) || strings.Contains(text, "%!") {
				t.Errorf("the sentence is %q", text)
			}
			if got.Text = ""; got != c.want {
				t.Errorf("it found\n%+v, want\n%+v", got, c.want)
			}
		})
	}
	if now := w.kept(); !slices.Equal(now, kept) {
		t.Errorf("kept %q, were %q", now, kept)
	}
	if again := w.verify(); again.Checked != clean.Checked || again.Bytes != clean.Bytes || !again.OK() {
		t.Errorf("after all it says %+v, before %+v", again, clean)
	}
}

// Originals in parts, sound that came beside, and only one of several recordings.
func TestVerifyOnlySome(t *testing.T) {
	t.Parallel()
	w, r, _ := verified(t)
	other := *r
	other.ID, other.Name = "other", "b"
	part, sound := []byte("the first part"), []byte("the French booth")
	other.SHA256, other.Rungs = "of all parts", nil
	other.Source = rostrum.Source{Parts: []rostrum.Part{{ID: "p1", Name: "b1.mov", SHA256: digest(part), Bytes: int64(len(part))}},
		Files: []rostrum.SoundFile{{ID: "s1", Name: "fr.wav", SHA256: digest(sound), Bytes: int64(len(sound))}}}
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error { return tx.PutRecording(t.Context(), &other) }); err != nil {
		t.Fatal(err)
	}
	for key, data := range map[string][]byte{intake.PartKey("other", "p1"): part, intake.PartKey("other", "s1"): sound,
		"recordings/other/media": part, "originals/stray": part} {
		if _, err := w.Store.Put(t.Context(), key, bytes.NewReader(data), int64(len(data))); err != nil {
			t.Fatal(err)
		}
	}
	if report := w.verify("other"); !report.OK() || report.Checked != 3 || report.Bytes != int64(2*len(part)+len(sound)) {
		t.Errorf("of the other it says %+v", report)
	}
	if report := w.verify(r.ID); !report.OK() || report.Bytes < r.Bytes {
		t.Errorf("of the first it says %+v", report)
	}
	for _, key := range []string{intake.PartKey("other", "p1"), intake.PartKey("other", "s1"), "recordings/other/media"} {
		if err := w.Store.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if report := w.verify(r.ID); !report.OK() {
		t.Errorf("of the first, without the other's, it says %+v", report)
	}
	var kinds []string
	for _, p := range w.verify("other").Problems {
		kinds = append(kinds, string(p.Kind)+" "+string(p.What)+" "+p.Name)
	}
	if want := []string{"original missing b1.mov", "sound missing fr.wav", "media missing b"}; !slices.Equal(kinds, want) {
		t.Errorf("it found %q, want %q", kinds, want)
	}
	if _, err := w.Verify(t.Context(), []rostrum.RecordingID{"absent"}, nil); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("of no recording it says %v", err)
	}
}

// What is being made is not called a stray, nor is what a new cut has left behind called missing.
func TestVerifyDuringWork(t *testing.T) {
	t.Parallel()
	w, r, x := verified(t)
	number, err := w.Recut(t.Context(), x.ID, rostrum.Span{In: 30, Out: 170}, "test")
	if err != nil {
		t.Fatal(err)
	}
	half := "interventions/" + string(x.ID) + "/2/1/half.m4s"
	if _, err := w.Store.Put(t.Context(), half, strings.NewReader("half"), -1); err != nil || number != 2 {
		t.Fatal(number, err)
	}
	if report := w.verify(); !report.OK() {
		t.Errorf("while revision 2 is made it says %+v", report)
	}
	stop := w.work()
	w.finished(r.ID)
	stop()
	if report := w.verify(); len(report.Problems) != 1 || report.Problems[0].Name != half || report.Problems[0].Intervention != x.ID {
		t.Errorf("when revision 2 is published it says %+v", report)
	}
	if err := w.Store.Delete(t.Context(), half); err != nil {
		t.Fatal(err)
	}
	// An object that comes while it reads may be on its way to a row.
	if _, err := w.Store.Put(t.Context(), "originals/arriving", strings.NewReader("a recording"), -1); err != nil {
		t.Fatal(err)
	}
	w.Now = func() time.Time { return time.Now().Add(-time.Minute) }
	if report := w.verify(); !report.OK() {
		t.Errorf("while an original arrives it says %+v", report)
	}
}

func TestVerifyStops(t *testing.T) {
	t.Parallel()
	w, _, _ := verified(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard := 0
	report, err := w.Verify(ctx, nil, func(done, total int64) { heard++; cancel() })
	if !errors.Is(err, context.Canceled) || heard != 1 || report.Bytes != 0 {
		t.Errorf("it read %d bytes, told %d times, and ended with %v", report.Bytes, heard, err)
	}
	// A store that has gone is one error, and not a finding for each object.
	if err := os.RemoveAll(filepath.Join(w.folder, "objects")); err != nil {
		t.Fatal(err)
	}
	if report, err := w.Verify(t.Context(), nil, nil); rostrum.ErrorCode(err) != rostrum.Unavailable || !report.OK() {
		t.Errorf("without its store it says %+v, %v", report, err)
	}
}

func digest(data []byte) rostrum.Digest {
	sum := sha256.Sum256(data)
	return rostrum.Digest(hex.EncodeToString(sum[:]))
}
