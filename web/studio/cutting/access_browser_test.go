package cutting_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
)

// Everybody can use the editor and its dialogs, on a tablet too, in both languages and both schemes.
func TestAccessible(t *testing.T) {
	ctx := browser(t)
	r := enter(t, func(w *desktest.World) []byte { return film(t, w, 41, "320x180", "yuv420p") }, samia, grace, ada)
	r.until(t, rostrum.Encoded)
	do(t, ctx, r.sit("av", 1280), goTo("0:00:02"), keys("i"), goTo("0:00:09"), keys("o"), keys("s", "\r"), browsertest.Run(`document.activeElement.blur()`), saved,
		goTo("0:00:12"), keys("i"), goTo("0:00:15"), keys("o"), keys("i"), goTo("0:00:18"), keys("o"), saved)
	for _, ui := range []string{"en", "fr"} {
		do(t, ctx, chromedp.Navigate(r.path+"?ui="+ui), ready)
		for _, width := range []int64{768, 1280, 1920} {
			height := map[int64]int64{768: 1024, 1280: 800, 1920: 1080}[width]
			for _, theme := range []string{"light", "dark"} {
				what := fmt.Sprintf("%s-%d-%s", ui, width, theme)
				do(t, ctx, chromedp.EmulateViewport(width, height), browsertest.Run(`document.documentElement.dataset.theme = "`+theme+`"`), keys("}"), browsertest.Eventually(`!document.querySelector(".edge.in").hidden`))
				if width != 1920 {
					browsertest.Accessible(t, ctx, what)
				}
				browsertest.Screenshot(t, ctx, "editor-"+what)
			}
		}
		for _, open := range []string{`document.querySelector("#import").click()`, `document.querySelector("#apply").click()`, `document.querySelector("#history").click()`, `document.querySelector("#show-keys").click()`, `document.querySelector("#add-person").click()`} {
			do(t, ctx, browsertest.Run(open), browsertest.Eventually(`document.querySelector("dialog[open]") && !document.querySelector("dialog[open]").textContent.includes("…")|| document.querySelector("dialog[open]")`))
			browsertest.Accessible(t, ctx, ui+" "+open)
			do(t, ctx, browsertest.Run(`document.querySelector("dialog[open]").close()`))
		}
		do(t, ctx, browsertest.Run(`document.querySelector("#tab-suggestions").click()`))
		browsertest.Accessible(t, ctx, ui+" suggestions")
		browsertest.Screenshot(t, ctx, "editor-"+ui+"-suggestions")
	}
}
