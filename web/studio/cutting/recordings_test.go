package cutting_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/browsertest"
	"rostrum/web/studio/cutting"
	"rostrum/web/studio/desk/desktest"
)

// shelf makes a world with recordings in every state, none of which has a file.
func shelf(t *testing.T) *desktest.World {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, cutting.Routes(w.Desk, w.Pipeline))
	ctx := context.Background()
	m, err := w.Catalogue.MeetingBySlug(ctx, desktest.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		for i, r := range []rostrum.Recording{
			{ID: "r1", Name: "CxO-2026 Salle Popov matin.mov", State: rostrum.Encoded, Frames: 25 * 9_912},
			{ID: "r2", Name: "CxO-2026 Salle Popov après-midi.mov", State: rostrum.Encoding, Frames: 25 * 7_204},
			{ID: "r3", Name: "اجتماع الرؤساء.mp4", State: rostrum.Surveyed, Frames: 25 * 1_800},
			{ID: "r4", Name: "A002C014_260503_R1XK.mxf", State: rostrum.Received, Frames: 25 * 600},
			{ID: "r5", Name: "broken.mp4", State: rostrum.RecordingFailed, Failure: "The file ends in the middle of a picture; send it again from the recorder."},
		} {
			r.Meeting, r.Rate, r.SHA256, r.Source = m.ID, rostrum.Rate25, rostrum.Digest(r.ID), rostrum.Source{Video: &rostrum.VideoSource{}}
			r.Received = time.Date(2026, 5, 3, 17, 30-i, 0, 0, time.UTC)
			if err := tx.PutRecording(ctx, &r); err != nil {
				return err
			}
		}
		x := &rostrum.Intervention{Meeting: m.ID, Recording: "r1", State: rostrum.CutState, Span: rostrum.Span{Out: 100}, Revision: 1}
		if err := tx.AddIntervention(ctx, x, "x"); err != nil {
			return err
		}
		return tx.AddRevision(ctx, x.ID, 1, x.Span, w.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.LockCut(ctx, "r2", "window", rostrum.Actor{Name: "Aline Vidal"}, false); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestRecordingsAreListed(t *testing.T) {
	w := shelf(t)
	status, text := w.Call("reader", http.MethodGet, "/studio/recordings?ui=fr", nil)
	rest := text
	for _, words := range []string{"Salle Popov matin", "2:45:12", "Encodé", "Salle Popov après-midi", "Aline Vidal", "اجتماع", "Prêt à découper", "A002C014", "Analyse en cours", "broken.mp4", "send it again"} {
		_, after, found := strings.Cut(rest, words)
		if status != http.StatusOK || !found {
			t.Fatalf("%d: %q is not where it should be in %s", status, words, text)
		}
		rest = after
	}
	if strings.Contains(text, "Envoyer un enregistrement") {
		t.Error("a reader is offered to send")
	}
	empty := desktest.New(t)
	empty.Desk.Mount(empty.Router, cutting.Routes(empty.Desk, empty.Pipeline))
	if status, text := empty.Call("av", http.MethodGet, "/studio/recordings", nil); status != http.StatusOK || !strings.Contains(text, "No recordings yet") || !strings.Contains(text, "/studio/send") {
		t.Errorf("%d %s", status, text)
	}
	if status, _ := w.Call("reader", http.MethodGet, "/studio/recordings/none", nil); status != http.StatusNotFound {
		t.Errorf("a recording that there is not: %d", status)
	}
}

func TestRecordingsAreAccessible(t *testing.T) {
	ctx := browsertest.Open(t)
	w := shelf(t)
	browsertest.Do(t, ctx, chromedp.Navigate(w.URL+"/as/av"))
	for _, c := range []struct {
		width    int64
		language string
		theme    string
	}{{768, "fr", "dark"}, {1280, "en", "light"}, {1920, "en", "dark"}} {
		name := fmt.Sprintf("recordings-%d-%s-%s", c.width, c.language, c.theme)
		browsertest.Do(t, ctx, chromedp.EmulateViewport(c.width, 800), chromedp.Navigate(w.URL+"/studio/recordings?ui="+c.language),
			browsertest.Run(fmt.Sprintf(`document.documentElement.dataset.theme = %q`, c.theme)))
		browsertest.Accessible(t, ctx, name)
		browsertest.Screenshot(t, ctx, name)
	}
}
