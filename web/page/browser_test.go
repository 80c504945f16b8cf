package page

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rostrum/web/browsertest"
)

type step = browsertest.Step

// The browser tests need ffmpeg, the built assets and node_modules.
func browser(t *testing.T) context.Context { return browsertest.Open(t) }

func eventually(expression string) step { return browsertest.Eventually(expression) }

func check(t *testing.T, what, expression string) step { return browsertest.Check(t, what, expression) }

func run(expression string) step { return browsertest.Run(expression) }

func press(key string) step { return browsertest.Press(key) }

func TestAccessible(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, t.TempDir())
	for _, path := range []string{"/?", "/meeting?", "/watch?lang=fr&", "/heard?", "/embed?lang=fr&", "/gone?"} {
		for _, ui := range []string{"en", "ar"} {
			for _, width := range []int64{320, 1280} {
				browsertest.Do(t, ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(s.URL+"/video"+path+"ui="+ui))
				browsertest.Accessible(t, ctx, fmt.Sprintf("%s %s %d px", path, ui, width))
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
