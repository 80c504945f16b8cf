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

// Two people open the same recording: the second looks on, takes over, and nobody loses anything.
func TestTwoPeople(t *testing.T) {
	aline, bo := browser(t), browser(t)
	r := enter(t, func(w *desktest.World) []byte { return film(t, w, 12, "320x180", "yuv420p") }, grace, ada)
	stop := r.until(t, rostrum.Encoded)
	stop()
	const cut, locked = `document.querySelectorAll(".person.cut").length`, `document.querySelector("#locked")`
	do(t, aline, r.sit("av", 1280), goTo("0:00:01"), keys("i"), goTo("0:00:04"), keys("o"), saved)
	do(t, bo, r.sit("av2", 1280), browsertest.Eventually(`!`+locked+`.hidden && `+locked+`.textContent.includes("Aline Vidal")`), browsertest.Eventually(cut+` === 1`),
		keys("}", "x"), shows(".toast", "take over first"), browsertest.Check(t, "nothing is removed", cut+` === 1`),
		browsertest.Check(t, "fields are for reading", `document.querySelector("#cut-in").readOnly`))
	browsertest.Screenshot(t, bo, "people-locked")

	// Bo takes over by keys; what Aline does next is refused, laid aside, and shown beside what Bo made.
	do(t, bo, browsertest.Run(`document.querySelector("#take-over").focus()`), keys("\r"), browsertest.Eventually(`document.querySelector("dialog[open]")`), keys("\r"), browsertest.Eventually(locked+`.hidden`),
		browsertest.Run(`document.activeElement.blur()`), goTo("0:00:06"), keys(kb.Escape, "i"), goTo("0:00:08"), keys("o"), browsertest.Eventually(cut+` === 2`), saved)
	do(t, aline, browsertest.Run(`document.activeElement.blur()`), goTo("0:00:09"), keys(kb.Escape, "i"), goTo("0:00:11"), keys("o"),
		browsertest.Eventually(`!`+locked+`.hidden && `+locked+`.textContent.includes("Bo Vang")`), browsertest.Eventually(`!document.querySelector("#aside").hidden`),
		browsertest.Eventually(cut+` === 2`), // as Bo left it
		browsertest.Run(`document.querySelector("#look-both").focus()`), keys("\r"), shows(".both h3", "Made here: 2 cuts"), shows(".both h3", "Bo Vang"))
	browsertest.Screenshot(t, aline, "people-both")
	do(t, aline, browsertest.Run(`document.querySelector(".both .primary").focus()`), keys("\r"), browsertest.Eventually(`document.querySelectorAll("dialog[open]").length === 2`), keys("\r"),
		browsertest.Eventually(locked+`.hidden && document.querySelector("#aside").hidden`), browsertest.Eventually(cut+` === 2 && !document.querySelector("dialog[open]")`), saved)
	var d struct{ Rows []rostrum.DraftRow }
	if _, text := r.Call("av", http.MethodGet, r.api+"/draft", nil); json.Unmarshal([]byte(text), &d) != nil || len(d.Rows) != 2 || d.Rows[1].Span.In != 9*25 {
		t.Errorf("Aline's cuts are not back: %s", text)
	}
	// Bo learns it by the next sign of life, without doing anything.
	do(t, bo, browsertest.Eventually(`!`+locked+`.hidden`), shows(".toast", "Aline Vidal has taken over"))
}

// A reader may look, and is told why nothing can be changed.
func TestReader(t *testing.T) {
	ctx := browser(t)
	r := enter(t, func(w *desktest.World) []byte { return film(t, w, 6, "320x180", "yuv420p") }, grace)
	r.until(t, rostrum.Encoded)
	do(t, ctx, r.sit("reader", 1280), shows("#locked", "For reading only"), browsertest.Check(t, "no taking over", `document.querySelector("#take-over").hidden`),
		keys(" "), shows("#speed", "1×"), browsertest.Eventually(`document.querySelector("video").currentTime > 0.5`), keys("l", "l"), shows("#speed", "4×"), keys("k"),
		browsertest.Eventually(`document.querySelector("#speed").textContent === ""`), keys("j"), shows("#speed", "−1×"), keys("k"), goTo("0:00:04"), keys("j"), browsertest.Eventually(`document.querySelector("#now").textContent < "10:00:03:12"`), keys("k"))
}

// While the ladder is in the making, what cannot be played as it came is shown by the preview, and by stills where that has gaps.
func TestNotYetEncoded(t *testing.T) {
	ctx := browser(t)
	// Pictures in 4:2:2 are played by no browser.
	r := enter(t, func(w *desktest.World) []byte { return film(t, w, 61, "192x108", "yuv422p") }, grace)
	stop := r.until(t, rostrum.Encoded)
	stop()
	// As if the first minute were still being encoded.
	first := func(chunk string, frames int, recording rostrum.RecordingState) {
		t.Helper()
		if _, err := r.Catalogue.SQL().Exec(`UPDATE chunks SET state = $1, done = $2 WHERE number = 0`, chunk, frames); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Catalogue.SQL().Exec(`UPDATE recordings SET state = $1`, string(recording)); err != nil {
			t.Fatal(err)
		}
	}
	first("waiting", 0, rostrum.Encoding)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(r.URL+"/as/av"), chromedp.Navigate(r.path), browsertest.Eventually(`document.querySelector(".cutting[data-ready]")`),
		browsertest.Eventually(`!document.querySelector(".picture .gap").hidden`), shows("#surveying", "is encoded"),
		browsertest.Eventually(fmt.Sprintf(`document.querySelector("#sound").value === %q`, "floor")))
	browsertest.Screenshot(t, ctx, "not-encoded")
	// Cutting goes on meanwhile, and playing too: the sound leads.
	do(t, ctx, goTo("0:00:10"), keys("i"), keys(" "), browsertest.Eventually(`document.querySelector("#now").textContent > "10:00:11"`), keys(" "), keys("o"),
		browsertest.Eventually(`document.querySelectorAll(".person.cut").length === 1`), saved)
	first("done", 60*25, rostrum.Encoded)
	do(t, ctx, browsertest.Eventually(`document.querySelector(".picture .gap").hidden && document.querySelector("video").readyState >= 2`), goTo("0:00:20"),
		browsertest.Eventually(`Math.abs(document.querySelector("video").currentTime - 20.02) < 0.001`))
}
