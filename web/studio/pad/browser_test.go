package pad_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
)

// line serves a world over a line that can be cut: connections end without an answer, those of the service worker too, which a browser's own
// emulation leaves alone.
type line struct {
	url string
	cut atomic.Bool
}

func serve(t *testing.T, w *desktest.World) *line {
	t.Helper()
	l := &line{}
	handler := http.StripPrefix(desktest.Base, w.Router)
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if l.cut.Load() {
			if c, _, err := answer.(http.Hijacker).Hijack(); err == nil {
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			}
			return
		}
		handler.ServeHTTP(answer, r)
	}))
	t.Cleanup(server.Close)
	l.url = server.URL + desktest.Base
	return l
}

// offline cuts the line, or mends it, and tells the browser so.
func (l *line) offline(yes bool) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		l.cut.Store(yes)
		_, err := cdp.Call(ctx, target, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
		return chromedp.Void{}, err
	}
}

func says(selector, text string) browsertest.Step {
	return browsertest.Eventually(fmt.Sprintf(`document.querySelector(%q)?.textContent.includes(%q)`, selector, text))
}

func marked(n int) browsertest.Step {
	return browsertest.Eventually(fmt.Sprintf(`document.querySelectorAll("#marks li").length === %d`, n))
}

func press(selector string) browsertest.Step {
	return browsertest.Run(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func focus(selector string) browsertest.Step {
	return browsertest.Run(fmt.Sprintf(`document.querySelector(%q).focus()`, selector))
}

func TestPadInTheRoom(t *testing.T) {
	ctx := browsertest.Open(t)
	w, ids := open(t)
	l := serve(t, w)
	page := l.url + "/studio/pad/" + desktest.Meeting + "?ui=en"
	browsertest.Do(t, ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile), chromedp.Navigate(l.url+"/as/av"), chromedp.Navigate(page),
		says("#next", "Grace Hopper"), says("#sent", "All sent"), says("#clock", "Clock ±"))

	// By keyboard: the next one, nobody, the next one after that, and what went wrong.
	browsertest.Do(t, ctx, focus("#next"), browsertest.Press("\r"), says("#now", "Grace Hopper"), says("#next", "ليلى"), browsertest.Press("e"), says("#now", "Nobody"),
		browsertest.Press("n"), says("#now", "ليلى"), browsertest.Press("u"), says("#now", "Nobody"), marked(2), says(".toast", "Undone"),
		press(".toast .quiet:not(.icon)"), says("#now", "ليلى"), marked(3),
		focus("#other-name"), chromedp.SendKeys(chromedp.CSS("#other-name"), "Somebody from the floor\r"), says("#now", "Somebody from the floor"), marked(4), says("#sent", "All sent"))
	browsertest.Screenshot(t, ctx, "pad-360-dark")

	// Somebody else was meant.
	browsertest.Do(t, ctx, focus("#marks li:last-child button"), browsertest.Press("\r"), browsertest.Eventually(`document.querySelector("dialog[open]")`),
		browsertest.Run(fmt.Sprintf(`document.querySelector("#change-who").value = %q`, ids[2])), browsertest.Press("\r"))
	browsertest.Do(t, ctx, press("dialog button.primary"), says("#marks li:last-child", "Ada Lovelace"), says("#sent", "All sent"))
	w.Until("the marks", func() bool {
		all := call(t, w, "reader", http.MethodGet, marksPath, nil)
		return len(all) == 4 && all[0].Speaker == "Ada Lovelace" && all[1].End && all[3].Speaker == "Somebody from the floor"
	})

	// Without a connection, and a reload in the middle.
	browsertest.Do(t, ctx, says("#sent", "without a connection too"), l.offline(true), press("#nobody"), marked(5), says("#sent", "Kept on this phone: 1"), press("#next"), marked(6), says("#sent", "Kept on this phone: 2"),
		chromedp.Navigate(page), marked(6), says("#now", "Grace Hopper"), says("#sent", "Kept on this phone: 2"))
	browsertest.Screenshot(t, ctx, "pad-360-offline")
	if got := len(call(t, w, "reader", http.MethodGet, marksPath, nil)); got != 4 {
		t.Errorf("the server has %d marks", got)
	}
	// Meanwhile another phone marks.
	call(t, w, "av2", http.MethodPost, marksPath, []mark{{ID: "other-phone-1", Intervention: string(ids[1]), At: "2026-05-03T08:00:00Z"}})
	browsertest.Do(t, ctx, l.offline(false), marked(7), says("#sent", "All sent"), says("#marks li:last-child", "by Bo Vang"))
	if got := call(t, w, "reader", http.MethodGet, marksPath, nil); len(got) != 7 || got[6].Intervention != string(ids[0]) || got[6].Unsure > 5000 {
		t.Errorf("the server has %+v", got)
	}
}

func TestPadIsAccessible(t *testing.T) {
	ctx := browsertest.Open(t)
	w, ids := open(t)
	call(t, w, "av", http.MethodPost, marksPath, []mark{{ID: "mark-no-1", Intervention: string(ids[0]), At: "2026-05-03T08:00:00Z"}, {ID: "mark-no-2", End: true, At: "2026-05-03T08:06:12Z"},
		{ID: "mark-no-3", Intervention: string(ids[1]), At: "2026-05-03T08:06:40Z"}})
	browsertest.Do(t, ctx, chromedp.Navigate(w.URL+"/as/av2"))
	for _, c := range []struct {
		width    int64
		language string
		theme    string
	}{{360, "fr", "dark"}, {768, "en", "light"}, {1280, "fr", "light"}, {1280, "en", "dark"}} {
		name := fmt.Sprintf("%d-%s-%s", c.width, c.language, c.theme)
		theme := browsertest.Run(fmt.Sprintf(`document.documentElement.dataset.theme = %q`, c.theme))
		browsertest.Do(t, ctx, chromedp.EmulateViewport(c.width, 800), chromedp.Navigate(w.URL+"/studio/pad?ui="+c.language), theme)
		browsertest.Accessible(t, ctx, "meetings "+name)
		browsertest.Screenshot(t, ctx, "pad-meetings-"+name)
		browsertest.Do(t, ctx, chromedp.Navigate(w.URL+"/studio/pad/"+desktest.Meeting+"?ui="+c.language), marked(3), says("#next", "Ada"), theme)
		browsertest.Accessible(t, ctx, "pad "+name)
		browsertest.Screenshot(t, ctx, "pad-"+name)
		browsertest.Do(t, ctx, press("#marks button"), browsertest.Eventually(`document.querySelector("dialog[open]")`))
		browsertest.Accessible(t, ctx, "change "+name)
		browsertest.Screenshot(t, ctx, "pad-change-"+name)
		for what, expression := range map[string]string{
			"every button is 44 px high":    `[...document.querySelectorAll(".pad button, .pad-change button")].every(b => b.getBoundingClientRect().height >= 44)`,
			"the large one is within reach": `document.querySelector("#next").getBoundingClientRect().bottom <= innerHeight`,
		} {
			browsertest.Do(t, ctx, browsertest.Check(t, what+" "+name, expression))
		}
	}
}
