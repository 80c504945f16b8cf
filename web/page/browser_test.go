package page

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The browser tests run where ROSTRUM_TEST_BROWSER names a Chromium; scripts/test sets it. They need
// ffmpeg, the built assets and node_modules.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := os.Getenv("ROSTRUM_TEST_BROWSER")
	if program == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_BROWSER names no Chromium")
		}
		t.Skip("set ROSTRUM_TEST_BROWSER to a Chromium to try the pages in a browser")
	}
	if !AssetsBuilt() {
		t.Fatal("the assets are not built; run scripts/build first")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(t.TempDir())))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

type step = chromedp.Action[chromedp.Void]

// eventually waits in the page until an expression is true.
func eventually(expression string) step {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(20*time.Second))
}

func check(t *testing.T, what, expression string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		ok, err := chromedp.Evaluate[bool](expression)(ctx, target)
		if err == nil && !ok {
			t.Errorf("%s: %s is false", what, expression)
		}
		return chromedp.Void{}, err
	}
}

func run(expression string) step { return chromedp.Evaluate[chromedp.Void](expression) }

func press(key string) step { return chromedp.KeyEvent(key) }

func TestAccessible(t *testing.T) {
	ctx := browser(t)
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	s := serveSample(t, t.TempDir())
	for _, path := range []string{"/?", "/meeting?", "/watch?lang=fr&", "/heard?", "/embed?lang=fr&", "/gone?"} {
		for _, ui := range []string{"en", "ar"} {
			for _, width := range []int64{320, 1280} {
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(s.URL+"/video"+path+"ui="+ui), run(string(axe)),
					eventually(`!document.getAnimations().some((a) => a instanceof CSSTransition)`)); err != nil {
					t.Fatalf("%s %s %d px: %v", path, ui, width, err)
				}
				sideways, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
				if err != nil {
					t.Fatal(err)
				}
				found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
					.then(r => r.violations.map(v => v.id + " " + v.nodes.map(n => n.target.join(" ")).join(", ")))`, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				if len(found) > 0 || sideways > 0 {
					t.Errorf("%s %s %d px: scrolls sideways by %d, axe says %q", path, ui, width, sideways, found)
				}
			}
		}
	}
}

func TestPlays(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	const video = `document.querySelector("video")`
	none := chromedp.Func(func(context.Context, *chromedp.Target) error {
		if m := s.media(); len(m) > 0 {
			t.Errorf("before play, %q was fetched", m)
		}
		return nil
	})
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(s.URL+"/video/watch?ui=en"),
		chromedp.WaitVisible(chromedp.CSS("media-play-button.big")), none,
		chromedp.Click(chromedp.CSS("media-play-button.big")),
		eventually(video+`.currentTime > 0.5`),
		check(t, "through Media Source", video+`.currentSrc.startsWith("blob:")`),
		check(t, "with sound", video+`.webkitAudioDecodedByteCount > 0`),
		check(t, "the quality menu is there", `document.querySelector("media-rendition-menu-button").offsetWidth > 0`),
		check(t, "a line is marked", `document.querySelectorAll("span[aria-current]").length === 1`),
		run(video+`.audioTracks.tracks[1].enabled = true`),
		press("k"), eventually(video+`.paused`),
		press("5"), eventually(`Math.abs(`+video+`.currentTime - 5) < 0.1`),
		press("."), eventually(`Math.abs(`+video+`.currentTime - 5.04) < 0.1`),
		press("c"), eventually(video+`.textTracks[0].mode === "showing" && `+video+`.textTracks[0].cues?.length === 1`),
		press("?"), eventually(`document.querySelector("dialog").open`),
	); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(s.media(), " "); !strings.Contains(all, "fr2.m4s") {
		t.Errorf("French was chosen, and these were fetched: %s", all)
	}
	// The address decides where it begins and ends, and in which language.
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/video/watch?t=4&end=5&lang=fr"),
		chromedp.WaitVisible(chromedp.CSS("media-play-button.big")),
		check(t, "French", video+`.audioTracks.current.language === "fr"`),
		press("k"), eventually(video+`.currentTime > 4.2`), eventually(video+`.paused && `+video+`.currentTime < 5.5`),
	); err != nil {
		t.Fatal(err)
	}
}

// In WordPress the frame has the origin null: no storage, no full screen, every fetch from elsewhere.
func TestPlaysInASandbox(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	tell := func(method, value string) step {
		return run(`frames[0].postMessage({rostrum: 1, method: "` + method + `", value: ` + value + `}, "*")`)
	}
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/partner"),
		eventually(`heard.includes("ready") && heard.includes("height")`),
		chromedp.MouseClickXY(330, 200), // the big button in the middle of the frame
		eventually(`heard.includes("play") && heard.includes("time")`),
		tell("seek", "6"), eventually(`heard.includes("seek")`),
		tell("pause", "0"), eventually(`heard.includes("pause")`),
	); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(s.media(), " "); !strings.Contains(all, "floor0.m4s") || strings.Contains(all, "video.mp4") {
		t.Errorf("these were fetched: %s", all)
	}
}
