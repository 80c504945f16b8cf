package cutting_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rostrum"
	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
)

var (
	grace = rostrum.Intervention{Speaker: "Grace Hopper", Function: "Director", Organisation: "Navy", Title: "Trust in compilers", AgendaItem: "2", Language: "en"}
	ada   = rostrum.Intervention{Speaker: "Ada Lovelace", Organisation: "Analytical Society", Title: "Notes on the engine", AgendaItem: "2", Language: "en"}
	samia = rostrum.Intervention{Speaker: "سامية بن علي", Organisation: "الاتحاد", Title: "الثقة والأمن", AgendaItem: "1", Language: "ar"}
)

func TestCutByKeys(t *testing.T) {
	ctx := browser(t)
	r := enter(t, func(w *desktest.World) []byte { return film(t, w, 41, "320x180", "yuv420p") }, samia, grace, ada)
	r.until(t, rostrum.Encoded)
	check := func(what, expression string) browsertest.Step { return browsertest.Check(t, what, expression) }
	do(t, ctx, r.sit("av", 1280),
		check("empty", `document.querySelectorAll(".person.cut").length === 0 && document.querySelectorAll(".person.planned").length === 3`),
		check("the original plays", `document.querySelector("video").currentSrc.includes("/original")`),
		// A cut by keys: in at 2 s, out at 9 s and ten frames.
		goTo("0:00:02"), shows("#now", "10:00:02:00"), keys("i"), goTo("10:00:09:10"), keys("o"), value("#cut-in", "10:00:02:00"), value("#cut-out", "10:00:09:10"), value("#cut-length", "00:00:07:10"),
		keys(",", ","), shows("#now", "10:00:09:08"), browsertest.Eventually(`Math.abs(document.querySelector("video").currentTime - (9 * 25 + 8.5) / 25) < 0.001`),
		keys("."), shows("#now", "10:00:09:09"), keys("["), shows("#now", "10:00:02:00"), keys("]"), shows("#now", "10:00:09:10"),
		// Whose it is: the list, down to Grace Hopper, Enter.
		keys("s", kb.End, kb.ArrowUp, "\r"), shows(".person.cut .name", "Grace Hopper"), value("#text-organisation", "Navy"),
		saved, browsertest.Run(`document.activeElement.blur()`),
		// Split, remove, undo all of it but one step, and do the last again.
		goTo("0:00:05"), keys("/"), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 2`), value("#cut-in", "10:00:05:00"),
		keys("x"), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`),
		chromedp.KeyEvent("z", chromedp.KeyModifiers(2)), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 2`),
		chromedp.KeyEvent("z", chromedp.KeyModifiers(2)), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), keys("}"), value("#cut-out", "10:00:09:10"),
		chromedp.KeyEvent("y", chromedp.KeyModifiers(2)), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 2`),
		chromedp.KeyEvent("z", chromedp.KeyModifiers(2)), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), saved,
	)
	browsertest.Screenshot(t, ctx, "cut-1280")
	// The texts of one who is on the list are the intervention's.
	do(t, ctx, keys("}"), value("#text-title", "Trust in compilers"), browsertest.Run(`(() => { const f = document.querySelector("#text-title"); f.value = "Trust in machines"; f.dispatchEvent(new Event("change")); })()`), saved,
		shows(".person.cut .more", "Trust in machines"))
	r.Until("the new title", func() bool {
		x, err := r.Catalogue.Intervention(t.Context(), "planned-1")
		return err == nil && x.Title == "Trust in machines"
	})

	typed := func(id, text string) browsertest.Step {
		return browsertest.Run(fmt.Sprintf(`(() => { const f = document.querySelector(%q); f.focus(); f.value = %q; f.dispatchEvent(new Event("change")); })()`, id, text))
	}
	do(t, ctx, keys("}"), value("#cut-in", "10:00:02:00"),
		typed("#cut-in", "10:00:03:05"), value("#cut-in", "10:00:03:05"), // timecode
		typed("#cut-in", "0:00:02.4"), value("#cut-in", "10:00:02:10"), // since the beginning
		typed("#cut-in", "+10"), value("#cut-in", "10:00:02:20"),
		typed("#cut-length", "6s"), value("#cut-out", "10:00:08:20"),
		browsertest.Run(`document.querySelector("#form").value = "wall"; document.querySelector("#form").dispatchEvent(new Event("change"))`), value("#cut-in", "10:00:02.800"),
		typed("#cut-out", "10:00:09"), value("#cut-out", "10:00:09.000"), // by the clock
		typed("#cut-out", "later"), shows("#cut-trouble", "“later” is not a time"), check("it stays", `document.querySelector("#cut-out").value === "later" && document.querySelector("#cut-out").ariaInvalid === "true"`),
		typed("#cut-out", "12:00:00"), shows("#cut-trouble", "outside the recording"),
		typed("#cut-out", "10:00:01"), shows("#cut-trouble", "must lie before"),
		typed("#cut-out", "0:00:08.600"), shows(".person.cut .times", "10:00:02"), value("#cut-out", "10:00:08.600"), check("well again", `document.querySelector("#cut-trouble").textContent === ""`),
		browsertest.Run(`document.querySelector("#form").value = "timecode"; document.querySelector("#form").dispatchEvent(new Event("change")); document.activeElement.blur()`), saved,
	)

	var silences []rostrum.Span
	if _, text := r.Call("av", http.MethodGet, r.api+"/silences/floor", nil); json.Unmarshal([]byte(text), &silences) != nil || len(silences) < 3 {
		t.Fatalf("silences: %s", text)
	}
	// Drag the out edge to near where the first silence begins: it snaps. With Shift it does not.
	drag := func(to float64, shift bool) browsertest.Step {
		return browsertest.Run(fmt.Sprintf(`(() => {
			const edge = document.querySelector(".edge.out"), lanes = document.querySelector(".lanes"), box = edge.getBoundingClientRect(), y = box.top + 20, from = box.left + box.width / 2;
			const of = lanes.getBoundingClientRect(), x = of.left + %f / 41 * of.width, event = (name, on, x) => on.dispatchEvent(new PointerEvent(name, { bubbles: true, cancelable: true, pointerId: 1, button: 0, clientX: x, clientY: y, shiftKey: %t }));
			Element.prototype.setPointerCapture = () => {};
			event("pointerdown", edge, from); event("pointermove", lanes, (from + x) / 2); event("pointermove", lanes, x);
			window.tip = document.querySelector(".tip").textContent; event("pointerup", lanes, x);
		})()`, to, shift))
	}
	// The edge follows with the next picture of the screen.
	there := browsertest.Eventually(`document.querySelector(".edge.out").ariaValueText === document.querySelector("#cut-out").value`)
	do(t, ctx, keys("0"), there, drag(8.93, false), value("#cut-out", fmt.Sprintf("10:00:%02d:%02d", silences[0].In/25, silences[0].In%25)), check("it says so", `tip.includes("snapped")`),
		there, drag(12.5, true), browsertest.Eventually(`/^10:00:12:1[0-4]$/.test(document.querySelector("#cut-out").value)`),
		keys("n"), check("off", `document.querySelector("#snap").ariaPressed === "false"`), there, drag(8.93, false), browsertest.Eventually(`/^10:00:08:2[1-4]$/.test(document.querySelector("#cut-out").value)`), keys("n"),
		saved,
	)

	// A cut over another is told; a reload keeps everything.
	do(t, ctx, keys(kb.Escape), goTo("0:00:05"), keys("i"), goTo("0:00:15"), keys("o"), shows("#problems", "overlap: 2"), saved,
		chromedp.Reload(), ready, browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 2`), check("still mine", `document.querySelector("#locked").hidden`),
		keys("}", "}"), value("#cut-in", "10:00:05:00"), keys("x"), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), saved)

	// Suggestions: all of them, then undone.
	do(t, ctx, browsertest.Eventually(`Number(document.querySelector("#suggestions-count").textContent) >= 2`), chromedp.Click(chromedp.CSS("#tab-suggestions")),
		chromedp.Click(chromedp.CSS("#suggest-all")), browsertest.Eventually(`document.querySelectorAll("#speakers-list .person.cut").length >= 2`), saved)
	browsertest.Screenshot(t, ctx, "cut-suggested")
	do(t, ctx, chromedp.KeyEvent("z", chromedp.KeyModifiers(2)), chromedp.Click(chromedp.CSS("#tab-speakers")), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), saved)

	// Apply by keys, until the film is there.
	do(t, ctx, browsertest.Run(`document.querySelector("#apply").focus()`), keys("\r"), shows("#apply-what", "Grace Hopper"))
	browsertest.Screenshot(t, ctx, "cut-apply")
	do(t, ctx, browsertest.Eventually(`document.activeElement.id === "apply-yes"`), keys("\r"), browsertest.Eventually(`!document.querySelector("#apply-dialog").open`), shows(".person.cut .state", "ready"))
	all, err := r.Catalogue.InterventionsOfRecording(t.Context(), r.recording.ID)
	if err != nil || len(all) != 1 || all[0].Speaker != "Grace Hopper" || all[0].State != rostrum.Ready || all[0].Span.In != 70 {
		t.Errorf("applied: %+v, %v", all, err)
	}

	// A list is pasted; an assumption about it is changed.
	sheet := "in;out;title;speaker\n0:00:20;0:00:25;Notes on the engine;Ada Lovelace\n0:00:30;0:00:38;Closing;Nobody Known\n"
	do(t, ctx, browsertest.Run(fmt.Sprintf(`(() => { const d = new DataTransfer(); d.setData("text/plain", %q); document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })); })()`, sheet)),
		shows("#bring-title", "2 cuts"), browsertest.Eventually(`document.querySelectorAll("#bring-rows tr").length === 2 && document.querySelectorAll("#bring-assumed select").length > 0`),
		check("Ada is found", `document.querySelector("#bring-rows tr select").selectedOptions[0].textContent.includes("Ada")`))
	browsertest.Screenshot(t, ctx, "cut-import")
	do(t, ctx, browsertest.Run(`(() => { const s = [...document.querySelectorAll("#bring-assumed select")].find((s) => s.options.length > 1); window.assumed = s.dataset.key; s.selectedIndex = (s.selectedIndex + 1) % s.options.length; window.wish = s.value; s.dispatchEvent(new Event("change")); })()`),
		browsertest.Eventually(`document.querySelector("#bring-assumed select[data-key='"+assumed+"']")?.value === wish && document.activeElement.dataset.key === assumed`),
		browsertest.Run(`(() => { const s = document.querySelector("#bring-assumed select[data-key='"+assumed+"']"); s.selectedIndex = (s.selectedIndex + s.options.length - 1) % s.options.length; s.dispatchEvent(new Event("change")); })()`),
		browsertest.Eventually(`!document.querySelector("#bring-add").disabled && document.querySelectorAll("#bring-rows tr").length === 2`), chromedp.Click(chromedp.CSS("#bring-add")),
		browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 3`), saved)
	var d struct{ Rows []rostrum.DraftRow }
	_, text := r.Call("av", http.MethodGet, r.api+"/draft", nil)
	if err := json.Unmarshal([]byte(text), &d); err != nil || len(d.Rows) != 3 || d.Rows[1].Speaker != "Ada Lovelace" || d.Rows[1].Intervention == "" || d.Rows[2].Span.Out != 38*25 {
		t.Errorf("the draft after the import: %s, %v", text, err)
	}

	// Back to an earlier number.
	do(t, ctx, chromedp.Click(chromedp.CSS("#history")), browsertest.Eventually(`document.querySelectorAll("#versions-list li").length > 5`))
	browsertest.Screenshot(t, ctx, "cut-versions")
	do(t, ctx, browsertest.Run(`document.querySelectorAll("#versions-list li")[1].querySelector("button").click()`), browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), saved)
}
