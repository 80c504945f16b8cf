package cutting_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/web/browsertest"
	"rostrum/web/studio/cutting"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/preparing"
	"rostrum/web/studio/releasing"
)

// room is a world in which somebody sits before the editor.
type room struct {
	*desktest.World
	recording *rostrum.Recording
	path      string // of the editor
	api       string
}

// film makes a recording that began at ten o'clock in Geneva, by its timecode and by its date, with silences in the last second of each ten,
// and two chapters. Only pictures in yuv420p are played by browsers as they are.
func film(t *testing.T, w *desktest.World, seconds int, size, pixels string) []byte {
	t.Helper()
	folder := t.TempDir()
	out, chapters := filepath.Join(folder, "film.mov"), filepath.Join(folder, "chapters.txt")
	if err := os.WriteFile(chapters, []byte(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=20\nEND=29\ntitle=Second speaker\n[CHAPTER]\nTIMEBASE=1/1\nSTART=30\nEND=39\ntitle=Third speaker\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := w.Tools.Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "testsrc=s=" + size + ":r=25:d=" + strconv.Itoa(seconds),
		"-f", "lavfi", "-i", "sine=f=440:r=48000:d=" + strconv.Itoa(seconds), "-f", "ffmetadata", "-i", "file:" + chapters, "-map", "0", "-map", "1", "-map_chapters", "2", "-af", "volume='if(gte(mod(t,10),9),0,0.5)':eval=frame",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", pixels, "-c:a", "aac", "-timecode", "10:00:00:00",
		"-metadata", "creation_time=2026-05-03T08:00:00Z", "-movflags", "+faststart", "file:" + out}, Read: []string{chapters}, Write: folder})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// enter makes a world with a recording and a list of speakers, of which none is cut.
func enter(t *testing.T, content func(*desktest.World) []byte, speakers ...rostrum.Intervention) *room {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, cutting.Routes(w.Desk, w.Pipeline))
	w.Desk.Mount(w.Router, preparing.Routes(w.Desk, w.Pipeline))
	w.Desk.Mount(w.Router, releasing.Routes(w.Desk, w.Pipeline))
	meeting, err := w.Catalogue.MeetingBySlug(t.Context(), desktest.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	data := content(w)
	receipt, err := w.Receive(t.Context(), pipeline.Incoming{Meeting: desktest.Meeting, Uncut: true, Who: "test",
		File: pipeline.File{Name: "Salle Popov, 3 mai, matin.mov", Content: bytes.NewReader(data), Bytes: int64(len(data))}})
	if err != nil {
		t.Fatal(err)
	}
	r := &room{World: w, recording: receipt.Recording}
	r.path, r.api = w.URL+"/studio/recordings/"+string(r.recording.ID), "/api/v1/recordings/"+string(r.recording.ID)
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		for i, x := range speakers {
			x.ID = rostrum.InterventionID(fmt.Sprint("planned-", i))
			x.Meeting, x.MeetingSlug, x.State = meeting.ID, meeting.Slug, rostrum.Planned
			if err := tx.AddPlanned(t.Context(), &x, x.Speaker); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// until lets the work go on until the recording is in one of some states.
func (r *room) until(t *testing.T, states ...rostrum.RecordingState) (stop func()) {
	t.Helper()
	stop = r.Start()
	r.Until("the survey", func() bool {
		x, err := r.Catalogue.Recording(t.Context(), r.recording.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range states {
			if x.State == s {
				return true
			}
		}
		return false
	})
	return stop
}

// browser opens a browser in which an error of a script that nobody caught fails the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx := browsertest.Open(t)
	messages := chromedp.Console(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err == nil && m.IsException() {
				t.Errorf("a script failed: %s", m)
			}
		}
	}()
	t.Cleanup(func() { <-done }) // after the context has ended, and before the test has
	return ctx
}

// do does steps, and says which of them could not be done.
func do(t *testing.T, ctx context.Context, steps ...browsertest.Step) {
	t.Helper()
	for i, s := range steps {
		if err := chromedp.Do(ctx, s); err != nil {
			browsertest.Screenshot(t, ctx, t.Name())
			said, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`[...document.querySelectorAll(".toast, .notices .note:not([hidden]), dialog[open], #saved")].map((e) => e.textContent.trim()).join(" | ")`))
			t.Fatalf("step %d: %v; the page says: %s", i, err, said)
		}
	}
}

// sit opens the editor as somebody and waits until it is ready.
func (r *room) sit(who string, width int64) browsertest.Step {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		return chromedp.Void{}, chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(r.URL+"/as/"+who), chromedp.Navigate(r.path), ready)
	}
}

var ready = browsertest.Eventually(`document.querySelector(".cutting[data-ready]") && document.querySelector("video").readyState >= 2`)

// keys presses keys one after another on whatever has the focus.
func keys(names ...string) browsertest.Step {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		for _, k := range names {
			if err := chromedp.Do(ctx, browsertest.Press(k)); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	}
}

// goTo types a time in the dialog for it.
func goTo(text string) browsertest.Step {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		return chromedp.Void{}, chromedp.Do(ctx, browsertest.Press("g"), browsertest.Eventually(`document.querySelector("#go-dialog").open`), browsertest.Run(`document.querySelector("#go-to").select()`), keys(text, "\r"),
			browsertest.Eventually(`!document.querySelector("#go-dialog").open`))
	}
}

// value waits until a field shows something.
func value(id, want string) browsertest.Step {
	return browsertest.Eventually(fmt.Sprintf(`document.querySelector(%q).value === %q`, id, want))
}

// shows waits until an element of the page holds some words.
func shows(selector, words string) browsertest.Step {
	return browsertest.Eventually(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, words))
}

// saved waits until the server has everything.
var saved = browsertest.Eventually(`document.querySelector("#saved").dataset.state === "saved"`)
