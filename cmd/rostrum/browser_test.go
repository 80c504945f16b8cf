package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

type step = chromedp.Action[chromedp.Void]

func eventually(expression string) step {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(time.Minute))
}

func script(expression string) step { return chromedp.Evaluate[chromedp.Void](expression) }

// holds asks once whether an expression is true.
func holds(t *testing.T, what, expression string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		ok, err := chromedp.Evaluate[bool](expression)(ctx, target)
		if err == nil && !ok {
			t.Errorf("%s: %s is false", what, expression)
		}
		return chromedp.Void{}, err
	}
}

const video = `document.querySelector("video")`

// browse starts a browser of its own.
func browse(t *testing.T) context.Context {
	t.Helper()
	program := need(t, "ROSTRUM_TEST_BROWSER", "Chromium")
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(t.TempDir())))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// complaints collects the errors that pages write to the console, until the function that it gives is called.
func complaints(ctx context.Context) func() []string {
	listening, hush := context.WithCancel(ctx)
	messages, heard := chromedp.Console(listening), make(chan []string, 1)
	go func() {
		var bad []string
		for m, err := range messages {
			if err != nil {
				break
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
				bad = append(bad, m.Text+" "+m.URL)
			}
		}
		heard <- bad
	}()
	return func() []string {
		hush()
		return <-heard
	}
}

// watchInBrowser plays an intervention over its first and its last join, where an edge that was encoded anew
// meets a shared segment, on its page and in a partner's sandboxed frame.
func watchInBrowser(t *testing.T, s *service, x printedIntervention) {
	ctx := browse(t)
	complaints := complaints(ctx)
	in, out := float64(x.In)/25, float64(x.Out)/25
	first, last := 4-in, 8-in // of the joins at seconds 4 and 8 of the recording
	passes := func(join float64) []step {
		// 0.3 s into the next cue nothing of the old one may be left.
		text := cueAt("السطر", in+join+0.3)
		return []step{
			script(fmt.Sprintf(`%s.currentTime = %f; %s.play()`, video, join-0.7, video)),
			eventually(fmt.Sprintf(`%s.currentTime > %f && %s.currentTime < %f && !%s.seeking`, video, join+0.3, video, join+1.9, video)),
			holds(t, "caption", fmt.Sprintf(`(t => t.activeCues.length === 1 && t.activeCues[0].text === %q)([...%s.textTracks].find(t => t.mode === "showing" && t.language === "ar"))`, text, video)),
		}
	}
	steps := []step{
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(s.url + x.Page + "?ui=en&cc=ar"),
		chromedp.WaitVisible(chromedp.CSS("media-play-button.big")),
		chromedp.Click(chromedp.CSS("media-play-button.big")),
		eventually(video + `.currentTime > 0.2`),
	}
	steps = append(steps, passes(first)...)
	steps = append(steps, passes(last)...)
	steps = append(steps,
		eventually(fmt.Sprintf(`%s.ended || %s.currentTime > %f`, video, video, out-in-0.2)),
		holds(t, "through Media Source", video+`.currentSrc.startsWith("blob:")`),
		holds(t, "no error", `!`+video+`.error && document.querySelector(".trouble").hidden`),
		holds(t, "sound was decoded", video+`.webkitAudioDecodedByteCount > 0`),
		holds(t, "pictures were decoded", video+`.webkitDecodedFrameCount > 0 && `+video+`.getVideoPlaybackQuality().totalVideoFrames > 0`),
		holds(t, "as long as the cut", fmt.Sprintf(`Math.abs(%s.duration - %f) < 0.1`, video, out-in)),
		holds(t, "everything was found", `performance.getEntriesByType("resource").every(r => r.responseStatus < 400)`),
	)
	if err := chromedp.Do(ctx, steps...); err != nil {
		where, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`(v => JSON.stringify([v.currentTime, v.duration, v.paused, v.currentSrc, v.error?.message, [...v.buffered.length ? [v.buffered.start(0), v.buffered.end(0)] : []]]))(`+video+`)`))
		t.Fatalf("%v; the player is at %s", err, where)
	}
	playsInAFrame(t, ctx, s, x, first, last)
	if bad := complaints(); len(bad) > 0 {
		t.Errorf("the pages complained: %q", bad)
	}
}

// playsInAFrame plays the embed on a partner's page that gives it scripts and nothing else.
func playsInAFrame(t *testing.T, ctx context.Context, s *service, x printedIntervention, first, last float64) {
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Partner</title><link rel="icon" href="data:,">
			<script>var at = -1, ended = false, heard = []; addEventListener("message", e => { heard.push(e.data.event); at = e.data.paused ? -1 : e.data.value; ended ||= e.data.event === "ended" })</script>
			<iframe sandbox="allow-scripts" allow="autoplay" width="640" height="360" src="%s/embed/%s"></iframe>`, s.url, x.ID)
	}))
	defer partner.Close()
	tell := func(method string, value float64) step {
		return script(fmt.Sprintf(`frames[0].postMessage({rostrum: 1, method: %q, value: %f}, "*")`, method, value))
	}
	if err := chromedp.Do(ctx,
		chromedp.Navigate(partner.URL), eventually(`heard.includes("ready")`),
		tell("play", 0), eventually(`heard.includes("play") && at > 0.2`),
		tell("seek", first-0.7), eventually(fmt.Sprintf(`at > %f && at < %f`, first+0.2, last-0.8)),
		tell("seek", last-0.7), eventually(fmt.Sprintf(`at > %f`, last+0.2)), eventually(`ended`),
	); err != nil {
		said, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`JSON.stringify([at, heard])`))
		t.Fatalf("%v; the frame said %s", err, said)
	}
}
