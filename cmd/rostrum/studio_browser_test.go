package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// From the first start to the published page, in a browser, without a command: the first administrator, a film that is sent, cut by
// keys, consented to, published, and withdrawn again.
func TestStudio(t *testing.T) {
	f, data := filmOf(t, smallFilm), t.TempDir()
	meeting := filepath.Join(t.TempDir(), "meeting.json")
	text := `{"meetings":[{"slug":"water-2026","title":{"en":"Water 2026"},"date":"2026-05-03","time_zone":"Europe/Zurich"}]}`
	if err := os.WriteFile(meeting, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	done(t, data, "import", meeting)
	s := serve(t, data)
	link := regexp.MustCompile(`http://\S+/studio/setup/\w+`).FindString(s.log())
	if link == "" {
		t.Fatalf("no link for the first administrator:\n%s", s.log())
	}
	ctx := browse(t)
	complaints := complaints(ctx)
	do := func(what string, steps ...step) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			text, _ := chromedp.Run(context.WithoutCancel(ctx), chromedp.Evaluate[string](`location.href + "\n" + document.querySelector("main")?.innerText.slice(0, 1500)`))
			t.Fatalf("%s: %v\n%s\n%.2000s", what, err, text, s.log())
		}
	}
	typed := func(field, text string) step {
		return script(fmt.Sprintf(`(() => { const f = document.querySelector(%q); f.focus(); f.value = %q; for (const e of ["input", "change"]) f.dispatchEvent(new Event(e, { bubbles: true })); })()`, field, text))
	}
	keys := func(all ...string) step { return chromedp.KeyEvent(strings.Join(all, "")) }

	do("the first administrator", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(link), chromedp.WaitVisible(chromedp.CSS("#email")),
		typed("#email", "ada@example.org"), typed("#name", "Ada Lindqvist"), script(`document.querySelectorAll("[type=password]").forEach((f) => f.value = "kestrel over the salt marsh")`),
		chromedp.Click(chromedp.CSS("form .primary")), chromedp.WaitVisible(chromedp.CSS(".me .who")), holds(t, "she is in", `document.querySelector(".me .who").textContent.trim() === "Ada Lindqvist"`))
	if s.status(link[len(s.url):]) == 200 {
		t.Error("the link for the first administrator works twice")
	}

	do("sending", chromedp.Navigate(s.url+"/studio/send"), eventually(`document.querySelector(".sending[data-ready]")`),
		chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{f.recording}),
		eventually(`document.querySelector(".delivery [data-field=meeting]")?.checkVisibility()`), typed(".delivery [data-field=meeting]", "water-2026"), script(`document.querySelector(".delivery .take").click()`), // it moves while the file arrives
		eventually(`window.taken = [...document.querySelectorAll("main a")].find((a) => /\/studio\/recordings\/\w+$/.test(a.href) && a.checkVisibility())`), script(`taken.click()`),
		chromedp.WaitVisible(chromedp.CSS(".cutting")))

	do("cutting", eventually(`document.querySelector("video")?.readyState > 1 && !document.querySelector("#apply").disabled`),
		keys("g"), eventually(`document.activeElement.matches("input")`), typed(":focus", "0:00:02"), keys("\r"), keys("i"),
		keys("g"), eventually(`document.activeElement.matches("input")`), typed(":focus", "0:00:07"), keys("\r"), keys("o"),
		eventually(`document.querySelector("#cut-out").value !== ""`),
		typed("#text-speaker", "Grace Wanjomi"), typed("#text-title", "Water meters for all"), script(`document.activeElement.blur()`),
		chromedp.Click(chromedp.CSS("#apply")), eventually(`document.querySelector("#apply-dialog").open && document.activeElement.id === "apply-yes"`), keys("\r"),
		eventually(`!document.querySelector("#apply-dialog").open`), eventually(`document.querySelector(".person.cut .state")?.textContent.includes("ready")`))

	do("releasing", chromedp.Navigate(s.url+"/studio/release/water-2026"), eventually(`document.querySelector("tbody tr input[type=checkbox]")?.offsetParent`),
		chromedp.Click(chromedp.CSS("tbody tr input[type=checkbox]")), chromedp.Click(chromedp.CSS("#selection [data-do=consent]")), eventually(`document.querySelector("dialog[open] [name=kind]")`),
		chromedp.Click(chromedp.CSS("dialog[open] [name=kind][value=public]")), typed("dialog[open] [name=how]", "signed form"), chromedp.Click(chromedp.CSS("dialog[open] .primary")),
		eventually(`!document.querySelector("dialog[open]") && document.querySelector("[data-publish-ready]")?.disabled === false`),
		chromedp.Click(chromedp.CSS("[data-publish-ready]")), eventually(`document.querySelector("dialog[open] .primary")`), chromedp.Click(chromedp.CSS("dialog[open] .primary")),
		eventually(`document.querySelector("tbody .state")?.textContent.includes("published")`))

	page := "/m/water-2026/grace-wanjomi"
	do("watching", chromedp.Navigate(s.url+page+"?ui=en"), chromedp.WaitVisible(chromedp.CSS("media-play-button.big")), chromedp.Click(chromedp.CSS("media-play-button.big")),
		eventually(video+`.currentTime > 1`), holds(t, "five seconds", `Math.abs(`+video+`.duration - 5) < 0.1`), holds(t, "with sound", video+`.webkitAudioDecodedByteCount > 0`),
		holds(t, "the title", `document.querySelector("h1").textContent.includes("Water meters for all")`))

	do("withdrawing", chromedp.Navigate(s.url+"/studio/release/water-2026"), eventually(`document.querySelector("tbody tr input[type=checkbox]")?.offsetParent`),
		chromedp.Click(chromedp.CSS("tbody tr input[type=checkbox]")), chromedp.Click(chromedp.CSS("#selection [data-do=withdraw]")), eventually(`document.querySelector("dialog[open] [name=reason]")`),
		typed("dialog[open] [name=reason]", "the speaker asked"), chromedp.Click(chromedp.CSS("dialog[open] [type=submit]")), eventually(`document.querySelector("tbody .state")?.textContent.includes("withdrawn")`))
	s.wantStatus(410, page)

	do("the audit log", chromedp.Navigate(s.url+"/studio/audit"), eventually(`document.querySelector("tbody")`),
		holds(t, "who did what", `["Ada Lindqvist", "the speaker asked", "signed form"].every((w) => document.querySelector("main").innerText.includes(w))`))
	do("the board", chromedp.Navigate(s.url+"/studio"), eventually(`document.querySelector("main")?.innerText.includes("Water meters for all") || document.querySelector("main")?.innerText.includes("recording.mov")`))
	if bad := complaints(); len(bad) > 0 {
		t.Errorf("the pages complained: %q", bad)
	}
}
