package releasing_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/releasing"
)

var (
	do    = browsertest.Do
	run   = browsertest.Run
	press = browsertest.Press
	check = browsertest.Check
	// arrive waits across the loading of a page.
	arrive = browsertest.Arrive
)

// looks are the ways in which each page is looked at: each width and each scheme once, and for pictures all of them.
func looks(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for i, width := range []int64{768, 1280, 1920} {
		for k, theme := range []string{"light", "dark"} {
			checked := i == k
			if !checked && os.Getenv("ROSTRUM_TEST_PICTURES") == "" {
				continue
			}
			do(t, ctx, chromedp.EmulateViewport(width, 900), run(fmt.Sprintf(`document.documentElement.dataset.theme = %q`, theme)))
			if checked {
				browsertest.Accessible(t, ctx, fmt.Sprintf("%s, %d px, %s", name, width, theme))
			}
			browsertest.Screenshot(t, ctx, fmt.Sprintf("%s-%d-%s", name, width, theme))
		}
	}
}

// populated is a shelf as an evening leaves it.
func populated(t *testing.T) (*shelf, []rostrum.InterventionID) {
	s := stock(t)
	silence := rostrum.Finding{Check: "silence", Grade: rostrum.Yellow, Text: "It is silent for long: 4.2 s from 1:12 of the recording on; listen there, and move the cut if nothing belongs there."}
	red := rostrum.Finding{Check: "sync", Grade: rostrum.Red, Text: "The sound begins 120.4 ms after the picture, and more than 45 ms shows on lips; render it again, and tell the operator if it happens twice."}
	ids := []rostrum.InterventionID{
		s.ready("Water meters and the price of trust", "Grace Mfano"), s.ready("Open networks for small operators", "Amal Mithal", silence),
		s.ready("Standards that travel", "Li Yangben"), s.ready("What a regulator can and cannot ask of an operator in the first year of 5G", "Ingeborg Þórsdóttir", red),
		s.ready("الثقة والأمن في شبكات الجيل الخامس", "خالد المنصوري"), s.ready("Spectrum for villages", "Ousmane Diop"), s.planned("Closing remarks", "Chair"),
	}
	consent := func(kind string, more object, which ...int) {
		var some []rostrum.InterventionID
		for _, i := range which {
			some = append(some, ids[i])
		}
		body := object{"ids": some, "kind": kind, "how": "signed form"}
		for k, v := range more {
			body[k] = v
		}
		s.ok("secretariat", "POST", "/api/v1/consents", body, nil)
	}
	consent("public", nil, 0, 1, 3, 5)
	consent("embargo", object{"until": "2026-05-10T09:00"}, 2)
	consent("pending", nil, 4)
	consent("public", object{"channels": []string{"fr", "ar"}}, 0, 1, 5)
	consent("refused", object{"channels": []string{"ar"}}, 2)
	s.ok("secretariat", "POST", "/api/v1/releases", object{"ids": ids[5:6], "action": "publish"}, nil)
	var made struct{ Links []struct{ Address string } }
	s.ok("av", "POST", "/api/v1/review-links", object{"ids": ids[1:3]}, &made)
	v, err := s.Review(t.Context(), made.Links[0].Address[strings.LastIndex(made.Links[0].Address, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	begin := 2 * time.Second
	for _, said := range []pipeline.Said{{Kind: rostrum.AnotherCut, Begin: &begin, Text: "Please begin after my cough.", At: 2 * time.Second}, {Kind: rostrum.Approval, Text: "Otherwise it is fine."}} {
		if err := s.Comment(t.Context(), v, said); err != nil {
			t.Fatal(err)
		}
	}
	return s, ids
}

// The table is worked by keys alone: selected, agreed, published, withdrawn.
func TestReleaseByKeyboard(t *testing.T) {
	ctx := browsertest.Open(t)
	s, ids := populated(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.URL+"/as/secretariat"), chromedp.Navigate(s.URL+"/studio/release"), arrive(`document.querySelectorAll(".meetings tbody tr").length === 1`))
	looks(t, ctx, "meetings")
	do(t, ctx, chromedp.EmulateViewport(1280, 900), run(`document.querySelector(".meetings a").focus()`), press(kb.Enter), arrive(`!document.querySelector("#selection")?.hidden && document.querySelectorAll("#release-table tbody tr").length === 7`))
	looks(t, ctx, "table")
	do(t, ctx, chromedp.EmulateViewport(1280, 900),
		run(`document.querySelector("#release-table tbody .pick input").focus()`), press(" "),
		check(t, "one is selected", `document.querySelector(".selected").textContent === "1 selected"`),
		chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(8)), chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(8)),
		check(t, "three are selected", `document.querySelectorAll("tr[aria-selected=true]").length === 3`),
		press("p"), arrive(`document.querySelector("dialog[open]")`),
		check(t, "the one under embargo is left out", `document.querySelector("dialog").textContent.includes("1 of the selected")`))
	browsertest.Accessible(t, ctx, "publish")
	browsertest.Screenshot(t, ctx, "publish")
	do(t, ctx, press(kb.Enter), arrive(`!document.querySelector("dialog[open]") && document.querySelectorAll("tbody .state.good").length >= 3`))
	for i, want := range []rostrum.InterventionState{rostrum.Published, rostrum.Published, rostrum.Ready} {
		if x := s.intervention(ids[i]); x.State != want {
			t.Errorf("%s is %s", x.Title, x.State)
		}
	}
	// The consent of one row, with its interpreters.
	do(t, ctx, press(kb.Escape), arrive(`!document.querySelector("tr[aria-selected=true]")`),
		run(`document.querySelectorAll("#release-table tbody .pick input")[4].focus()`), press("c"), arrive(`document.querySelector("dialog[open] input[value=embargo]")`),
		run(`document.querySelector("dialog input[value=embargo]").focus()`), press(" "), check(t, "the end can be typed", `!document.querySelector("dialog [name=until]").closest(".field").hidden`))
	browsertest.Accessible(t, ctx, "consent")
	browsertest.Screenshot(t, ctx, "consent")
	do(t, ctx, run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter), arrive(`document.querySelector("dialog [role=alert]:not([hidden])")?.textContent.includes("needs the date")`),
		run(`document.querySelector("dialog input[value=public]").focus()`), press(" "), run(`document.querySelector("dialog input[value=ar]").focus()`), press(" "),
		run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter), arrive(`!document.querySelector("dialog[open]")`))
	if x := s.intervention(ids[4]); x.Consent.Kind != rostrum.ConsentPublic || x.Booths["ar"].Kind != rostrum.ConsentPublic || x.Booths["fr"].Kind != "" {
		t.Errorf("recorded %+v, %+v", x.Consent, x.Booths)
	}
	// Withdrawing asks why.
	do(t, ctx, arrive(`document.activeElement?.closest("tr")`), run(`document.querySelector("#release-table tbody .pick input").focus()`), press("w"), arrive(`document.querySelector("dialog[open] textarea")`),
		press("The speaker asked."), run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter), arrive(`!document.querySelector("dialog[open]") && document.querySelector("tbody tr").textContent.includes("withdrawn")`))
	if x := s.intervention(ids[0]); x.State != rostrum.WithdrawnState {
		t.Errorf("it is %s", x.State)
	}
	// What can't be done with some is told, and of the rest done.
	do(t, ctx, press("*"), press("p"), arrive(`document.querySelector("dialog[open]")?.textContent.includes("Red findings")`), run(`document.querySelector("dialog textarea").value = ""`), run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter),
		arrive(`document.querySelector("dialog[open] .results li")`), check(t, "the red one says why", `document.querySelector(".results").textContent.includes("held back by its quality")`))
	browsertest.Screenshot(t, ctx, "results")
	do(t, ctx, run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter), arrive(`!document.querySelector("dialog[open]")`))
	do(t, ctx, chromedp.Navigate(s.URL+"/studio/release/cxo-2026?ui=fr"), arrive(`!document.querySelector("#selection")?.hidden && document.documentElement.lang === "fr"`))
	looks(t, ctx, "table-fr")
}

// spoken is a film of three seconds with a floor and a French booth, told apart by their pitch.
func spoken(t *testing.T, w *desktest.World) []byte {
	t.Helper()
	folder := t.TempDir()
	out := filepath.Join(folder, "film.mp4")
	if err := w.Tools.Run(t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=3", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=3", "-f", "lavfi", "-i", "sine=f=880:r=48000:d=3",
		"-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "file:" + out}, Write: folder}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// One intervention: its preview plays in both languages before anything is published, its texts keep themselves, its speaker reviews it.
func TestOneIntervention(t *testing.T) {
	ctx := browsertest.Open(t)
	w := desktest.New(t)
	w.Desk.Mount(w.Router, releasing.Routes(w.Desk, w.Pipeline))
	w.Start()
	film := spoken(t, w)
	receipt, err := w.Receive(t.Context(), pipeline.Incoming{Meeting: desktest.Meeting, File: pipeline.File{Name: "day 1.mp4", Content: bytes.NewReader(film), Bytes: int64(len(film))}, Who: "test",
		Channels: []rostrum.ChannelSaid{{Name: rostrum.Floor}, {Name: "fr"}}, Sheet: &pipeline.SideFile{Name: "cuts.csv", Data: []byte("in;out;title;speaker;function;organisation;language\n0;3;Trust and security;Grace Mfano;Chief Technology Officer;Eta Telecom;en\n")}})
	if err != nil {
		t.Fatal(err)
	}
	id := receipt.Interventions[0].ID
	state := func() *rostrum.Intervention {
		x, err := w.Catalogue.Intervention(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	w.Until("the intervention", func() bool { return state().State == rostrum.Ready })
	page := w.URL + "/studio/interventions/" + string(id)
	do(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.URL+"/as/secretariat"), chromedp.Navigate(page), arrive(`document.querySelector("#preview")?.readyState >= 1`),
		run(`document.querySelector("#preview").muted = true; document.querySelector("#preview").play()`), arrive(`document.querySelector("#preview").dataset.sound === "0" && document.querySelector("#preview").currentTime > 0.3`),
		run(`{ const s = document.querySelector("#preview-sound"); s.selectedIndex = 1; s.dispatchEvent(new Event("change", {bubbles: true})) }`), arrive(`document.querySelector("#preview").dataset.sound === "1"`),
		// Texts.
		run(`{ const f = document.querySelector("#t-title-fr"); f.closest("details").open = true; f.focus() }`), press("Confiance et sécurité"), arrive(`document.querySelector("[data-saved]").textContent === "Saved"`),
		run(`{ const f = document.querySelector("#t-title"); f.focus(); f.select() }`), press(kb.Backspace), arrive(`document.querySelector("[data-saved]").dataset.state === "unsaved" && document.querySelector("[data-saved]").textContent.includes("needs one")`),
		press("Trust, and security"), arrive(`document.querySelector("[data-saved]").textContent === "Saved"`))
	if x := state(); x.Title != "Trust, and security" || x.Titles["fr"] != "Confiance et sécurité" {
		t.Errorf("saved %q, %v", x.Title, x.Titles)
	}
	// A review link, shown once.
	do(t, ctx, run(`document.querySelector(".narrow-side [data-do=review]").focus()`), press(kb.Enter), arrive(`document.querySelector("dialog[open] [name=days]")`), press(kb.Enter), arrive(`document.querySelector("dialog[open] input[readonly]")`))
	link, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("dialog input[readonly]").value`))
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Screenshot(t, ctx, "link")
	do(t, ctx, run(`document.querySelector("dialog [type=submit]").click()`), arrive(`document.querySelector(".links li")`))

	// The speaker's side.
	do(t, ctx, chromedp.Navigate(w.URL+"/as/nobody"), chromedp.EmulateViewport(320, 800), chromedp.Navigate(link), arrive(`document.querySelector("form.say") && document.querySelector("#preview")?.readyState >= 1`),
		check(t, "the booth without consent is not offered", `!document.querySelector("#preview-sound")`))
	for _, ui := range []string{"en", "fr", "ar", "es", "ru", "zh"} {
		do(t, ctx, chromedp.Navigate(link+"?ui="+ui), arrive(fmt.Sprintf(`document.documentElement.lang === %q && document.querySelector("#preview")?.readyState >= 1`, ui)))
		browsertest.Accessible(t, ctx, "review at 320 px in "+ui)
		browsertest.Screenshot(t, ctx, "review-320-"+ui)
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(link), arrive(`document.querySelector("#at")`), run(`document.querySelector("[value=cut]").focus()`), press(" "), run(`document.querySelector("#begin").focus()`), press("5:00"),
		run(`document.querySelector("#text").focus()`), press("Please begin later."), run(`document.querySelector(".say [type=submit]").focus()`), press(kb.Enter), arrive(`document.activeElement?.id === "problem"`),
		check(t, "what was typed is still there", `document.querySelector("#text").value === "Please begin later." && document.querySelector("#begin").value === "5:00" && document.querySelector("[value=cut]").checked`))
	browsertest.Accessible(t, ctx, "review with a problem")
	do(t, ctx, run(`{ const f = document.querySelector("#begin"); f.focus(); f.select() }`), press("0:01"), run(`document.querySelector(".say [type=submit]").focus()`), press(kb.Enter), // Only a page that is all there leaves the focus where it is: until then it goes to what the address points at.
		arrive(`document.querySelector("#said") && document.querySelectorAll(".said-before li").length === 1 && document.readyState === "complete"`),
		run(`document.querySelector("[value=approve]").focus()`), press(" "), run(`document.querySelector(".say [type=submit]").focus()`), press(kb.Enter), arrive(`document.querySelectorAll(".said-before li").length === 2`),
		run(`document.querySelector("#preview").muted = true; document.querySelector("#preview").play()`), arrive(`document.querySelector("#preview").dataset.sound === "0" && document.querySelector("#preview").currentTime > 0.2`))
	looks(t, ctx, "review")

	// Back in the studio: the approval becomes a consent, and it is published.
	do(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.URL+"/as/secretariat"), chromedp.Navigate(page), arrive(`document.querySelectorAll(".comments li").length === 2 && !document.querySelector("[data-how]").hidden`))
	looks(t, ctx, "one")
	do(t, ctx, chromedp.EmulateViewport(1280, 900), run(`document.querySelector("[data-how]").focus()`), press(kb.Enter), arrive(`document.querySelector("dialog[open] [name=how]")?.value.includes("Grace Mfano")`),
		run(`document.querySelector("dialog [type=submit]").focus()`), press(kb.Enter), arrive(`!document.querySelector("dialog") && document.querySelector("#intervention[data-works][data-can~=publish]")`), press("p"), arrive(`document.querySelector("dialog[open]")`), press(kb.Enter))
	w.Until("publication", func() bool { return state().State == rostrum.Published })
	do(t, ctx, arrive(`document.querySelector("#intervention[data-works][data-can~=withdraw]")`), chromedp.Navigate(page+"?ui=fr"), arrive(`document.documentElement.lang === "fr" && document.querySelector(".comments li")`))
	looks(t, ctx, "one-fr")
	var wish rostrum.Comment
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		all, err := tx.Comments(t.Context(), id)
		wish = all[0]
		return err
	}); err != nil || wish.Wish != (rostrum.Span{In: 25, Out: 75}) {
		t.Errorf("the wish is %+v, %v", wish, err)
	}
}
