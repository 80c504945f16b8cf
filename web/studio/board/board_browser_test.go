package board

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/browsertest"
)

// sit opens a page in the browser as somebody.
func (s *stage) sit(as, path string) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		if _, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: "as", Value: as, URL: s.URL, Path: "/"}); err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.Navigate(s.URL+path)(ctx, target)
	}
}

const live = `document.querySelector(".live")?.dataset.live === "on"`

// TestFollows has the board open while work goes on: a bar moves, a failure appears and is tried again by keyboard, and what somebody has
// opened and where the focus is stay as they are.
func TestFollows(t *testing.T) {
	ctx := browsertest.Open(t)
	s := enter(t)
	s.busy()
	check := func(what, expression string) browsertest.Step { return browsertest.Check(t, what, expression) }
	const bar = `document.querySelector('[data-key="r/morning"] progress').value`
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 900), s.sit("av", "/studio?ui=en"), browsertest.Eventually(live),
		check("the title counts", `document.title.startsWith("(6) Board")`),
		check("times are local", `!document.querySelector(".waits time").textContent.includes("UTC")`),
		check("a bar", bar+` === 37 || `+bar+` === 36`),
		// Somebody closes one list and stands on another, far down the page.
		browsertest.Run(`document.querySelector('[data-key="r/morning/cuts"]').open = false; window.stood = document.querySelector('[data-key="r/old/cuts"] summary'); stood.focus(); window.scrolled = scrollY`))
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		var all error
		for n := range 30 {
			all = errors.Join(all, finishChunk(ctx, tx, "morning", 38+n))
		}
		return all
	})
	browsertest.Do(t, ctx, browsertest.Eventually(bar+` > 55`),
		check("the focus stays", `document.activeElement === stood`), check("the scrolling stays", `scrollY === scrolled`),
		check("what was closed stays closed", `!document.querySelector('[data-key="r/morning/cuts"]').open`),
		check("nothing is announced", `document.querySelector("#said").textContent === ""`))
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		r, err := tx.LockRecording(ctx, "new")
		if err != nil {
			return err
		}
		r.State, r.Failure = rostrum.RecordingFailed, "The disk was full; make room, and try it again."
		return tx.PutRecording(ctx, r)
	})
	const again = `document.querySelector('.waits [data-retry="/api/v1/recordings/new/retry"]')`
	browsertest.Do(t, ctx, browsertest.Eventually(again+` !== null`), check("it is announced", `document.querySelector("#said").textContent === "Failed: GX010042.MP4"`),
		check("it says why", again+`.closest("li").textContent.includes("make room")`),
		check("the focus is still there", `document.activeElement === stood`),
		// By keyboard alone.
		browsertest.Run(again+`.focus()`), browsertest.Press("\r"),
		browsertest.Eventually(`document.querySelector(".toast")?.textContent.includes("tried again")`), browsertest.Eventually(again+` === null`),
		check("the focus is not lost", `document.activeElement !== document.body && document.activeElement.isConnected`),
		browsertest.Run(`document.querySelector('.waits a[data-report]').click()`),
		browsertest.Eventually(`document.querySelector("dialog textarea.report")?.value.includes("evening") || [...document.querySelectorAll(".toast")].some((x) => x.textContent.includes("clipboard"))`))
	if r, err := s.Catalogue.Recording(t.Context(), "new"); err != nil || r.State == rostrum.RecordingFailed {
		t.Errorf("after trying again: %+v, %v", r, err)
	}
}

func TestAccessibleBoard(t *testing.T) {
	ctx := browsertest.Open(t)
	s := enter(t)
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 800), s.sit("av", "/studio?ui=en"))
	browsertest.Accessible(t, ctx, "new installation")
	browsertest.Screenshot(t, ctx, "board-new")
	s.busy()
	for _, ui := range []string{"en", "fr"} {
		browsertest.Do(t, ctx, s.sit("admin", "/studio?ui="+ui), browsertest.Eventually(live))
		for _, width := range []int64{768, 1280, 1920} {
			for _, theme := range []string{"light", "dark"} {
				what := fmt.Sprintf("%s-%d-%s", ui, width, theme)
				browsertest.Do(t, ctx, chromedp.EmulateViewport(width, map[int64]int64{768: 1024, 1280: 800, 1920: 1080}[width]), browsertest.Run(`document.documentElement.dataset.theme = "`+theme+`"`))
				if width != 1920 {
					browsertest.Accessible(t, ctx, what)
				}
				s.picture(ctx, "board-"+what)
			}
		}
	}
	for _, as := range []string{"secretariat", "reader"} {
		browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 800), s.sit(as, "/studio?ui=en"), browsertest.Eventually(live))
		s.picture(ctx, "board-"+as)
	}
	// From right to left, nothing sticks out.
	browsertest.Do(t, ctx, browsertest.Run(`document.documentElement.dir = "rtl"`))
	browsertest.Accessible(t, ctx, "from right to left")
	s.picture(ctx, "board-rtl")
}

// picture is a screenshot of the whole page.
func (s *stage) picture(ctx context.Context, name string) {
	s.t.Helper()
	folder := os.Getenv("ROSTRUM_TEST_PICTURES")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// TestConsoleInTheBrowser opens the queue's console under its policy.
func TestConsoleInTheBrowser(t *testing.T) {
	ctx := browsertest.Open(t)
	s := enter(t)
	s.busy()
	if err := s.Retry(t.Context(), "evening", "test"); err != nil { // which queues its tasks
		t.Fatal(err)
	}
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 800), s.sit("admin", "/studio/queue/jobs?state=available"),
		// What this test itself evaluates is told as "eval".
		browsertest.Run(`window.refused = []; new ReportingObserver((all) => refused.push(...all.map((x) => x.body.effectiveDirective + " " + x.body.blockedURL).filter((x) => x !== "script-src eval")), {buffered: true, types: ["csp-violation"]}).observe()`),
		browsertest.Eventually(`document.body.textContent.includes("evening")`),
		browsertest.Check(t, "its styles count", `getComputedStyle(document.body).margin === "0px" && document.styleSheets.length > 0`),
		browsertest.Check(t, "its policy refuses nothing", `refused.length === 0`))
	browsertest.Screenshot(t, ctx, "console")
}
