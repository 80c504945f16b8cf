package sending_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
)

// sit opens the page as somebody of AV staff and waits until it is ready.
func (w *world) sit(more string) browsertest.Step {
	return chromedp.Steps(w.enter(), w.look(more))
}

func (w *world) enter() browsertest.Step { return chromedp.Navigate(w.url + "/as/av") }

// look opens the page again.
func (w *world) look(more string) browsertest.Step {
	return chromedp.Steps(chromedp.Navigate(w.url+"/studio/send?"+more), ready)
}

var ready = browsertest.Eventually(`document.querySelector(".sending[data-ready]")`)

func shows(selector, words string) browsertest.Step {
	return browsertest.Eventually(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.textContent.includes(%q))`, selector, words))
}

func press(selector string) browsertest.Step {
	return browsertest.Run(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func choose(files ...string) browsertest.Step {
	return chromedp.SetUploadFiles(chromedp.CSS("#files"), files)
}

// set types into a field of a card.
func set(card int, field, value string) browsertest.Step {
	return browsertest.Run(fmt.Sprintf(`{ const f = document.querySelectorAll(".delivery")[%d].querySelector('[data-field=%q]'); f.value = %q; f.dispatchEvent(new Event("input", { bubbles: true })); }`, card, field, value))
}

var online = func(is bool) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !is, DownloadThroughput: -1, UploadThroughput: -1})
		return chromedp.Void{}, err
	}
}

// do does steps, and says which of them could not be done.
func do(t *testing.T, ctx context.Context, steps ...browsertest.Step) {
	t.Helper()
	for i, s := range steps {
		if err := chromedp.Do(ctx, s); err != nil {
			browsertest.Screenshot(t, ctx, t.Name())
			said, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText + "\n" + document.querySelector(".toasts").innerText`))
			t.Fatalf("step %d: %v\n%s", i, err, said)
		}
	}
}

// wantArrived makes sure that the first file of the only delivery lies in the store as it was sent.
func (w *world) wantArrived(content []byte) {
	w.t.Helper()
	all := w.deliveries("av")
	if len(all) != 1 || len(all[0].Files) != 1 || all[0].Files[0].SHA256 != digest(content) {
		w.t.Fatalf("deliveries %+v", all)
	}
	object, err := w.Uploads.Open(w.t.Context(), all[0].Files[0].Upload)
	if err != nil {
		w.t.Fatal(err)
	}
	defer object.Close()
	if data, err := io.ReadAll(object); err != nil || digest(data) != digest(content) {
		w.t.Errorf("%d other bytes lie in the store, %v", len(data), err)
	}
}

const mib = 1 << 20

// Two films with what belongs to them are dropped, and become two recordings.
func TestTwoFilmsAreDropped(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 0)
	w.Start()
	folder, small := t.TempDir(), w.Film(2)
	one, two := padded(small, 1, 20*mib), padded(small, 2, 18*mib)
	field := `#scratch`
	do(t, ctx, w.sit("ui=en"), chromedp.EmulateViewport(1280, 900),
		browsertest.Run(`{ const f = document.createElement("input"); f.type = "file"; f.multiple = true; f.id = "scratch"; document.body.append(f); }`),
		chromedp.SetUploadFiles(chromedp.CSS(field), []string{write(t, folder, "morning.mp4", one), write(t, folder, "afternoon.mp4", two),
			write(t, folder, "morning.csv", []byte("in;out;title\n0,0;1,0;Opening\n")), write(t, folder, "morning.en.srt", []byte("1\n00:00:00,200 --> 00:00:00,900\nGood morning.\n"))}),
		browsertest.Run(`{ const d = new DataTransfer(); for (const f of document.querySelector("#scratch").files) d.items.add(f);
			for (const type of ["dragenter", "dragover", "drop"]) document.querySelector("h1").dispatchEvent(new DragEvent(type, { dataTransfer: d, bubbles: true, cancelable: true })); }`),
		browsertest.Eventually(`document.querySelectorAll(".delivery").length === 2 && document.querySelectorAll(".file").length === 4`),
		set(0, "consent", "public"), set(1, "consent", "partners"),
		browsertest.Eventually(`document.querySelectorAll(".file[data-state=arrived]").length === 4`))
	browsertest.Screenshot(t, ctx, "two-1280")
	do(t, ctx, shows("#all-take", "Take all in"), press("#all-take"), browsertest.Eventually(`document.querySelectorAll("#taken-list .delivery").length === 2`), shows("#taken-list .state", "Taken in"))
	for i, c := range []struct {
		name    string
		data    []byte
		consent rostrum.ConsentKind
	}{{"morning.mp4", one, rostrum.ConsentPublic}, {"afternoon.mp4", two, rostrum.ConsentPartners}} {
		d := w.deliveries("av")[i]
		r, err := w.Catalogue.Recording(t.Context(), d.Recording)
		if err != nil || r.SHA256 != digest(c.data) || r.Name != c.name || d.Form.Consent != c.consent {
			t.Errorf("%s became %+v, %v", c.name, r, err)
			continue
		}
		if info, err := w.Store.Stat(t.Context(), intake.Key(r.ID)); err != nil || info.Size != int64(len(c.data)) {
			t.Errorf("%s has %d bytes in the store, %v", c.name, info.Size, err)
		}
		captions, err := w.Catalogue.CaptionTracks(t.Context(), r.ID)
		if err != nil || len(captions) != 1-i {
			t.Errorf("%s has the captions %+v, %v", c.name, captions, err)
		}
	}
	do(t, ctx, browsertest.Check(t, "the link", `document.querySelector("#taken-list .actions a").pathname === "/video/studio/recordings/`+string(w.deliveries("av")[0].Recording)+`"`))
}

// The line breaks, a piece is damaged, the server is started again; the file arrives all the same, and what counted is not sent again.
func TestLineBreaks(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 0)
	film := padded(w.Film(2), 3, 40*mib)
	file := write(t, t.TempDir(), "session.mp4", film)
	w.damage.Store(1)
	g := w.hold(16*mib + 16*mib + 4*mib) // the first piece damaged, again whole, and into the second
	do(t, ctx, w.sit("ui=en"), choose(file), shows(".file .name", "session.mp4"))
	w.waits(g)
	if got := w.received(); got != 16*mib {
		t.Errorf("after one whole piece %d bytes count", got)
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 800), shows(".file .how", "%"))
	browsertest.Screenshot(t, ctx, "sending")
	// The network goes, and comes back.
	w.cut.Store(true)
	do(t, ctx, online(false), shows(".file .how", "No connection"), shows(".file .how", "%"))
	browsertest.Screenshot(t, ctx, "offline")
	w.release()
	if w.received() != 16*mib {
		t.Errorf("with a piece that was cut off %d bytes count", w.received())
	}
	w.cut.Store(false)
	g = w.hold(4 * mib)
	w.watch()
	do(t, ctx, online(true))
	w.waits(g)
	// The server ends in the middle of the second piece, and is started again.
	w.restart()
	do(t, ctx, browsertest.Eventually(`document.querySelector(".file[data-state=arrived]")`), shows(".file .how", "Complete"))
	w.wantArrived(film)
	w.wantResumed()
}

// A tab is closed in the middle; on another computer the file goes on where it was, and what was typed is there.
func TestAnotherComputer(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 0)
	film := padded(w.Film(2), 4, 36*mib)
	file := write(t, t.TempDir(), "session.mp4", film)
	g := w.hold(20 * mib)
	first, leave := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	defer leave()
	do(t, first, w.sit("ui=en"), choose(file), shows(".file .name", "session.mp4"), set(0, "remarks", "Camera 2, the left one"), set(0, "consent", "embargo"),
		set(0, "until", "2026-05-04T18:30"), shows(".about .saved", "Saved"))
	w.waits(g)
	leave()
	w.release()
	w.Until("the end of the last piece", func() bool { return w.pieces.Load() == 0 })
	had := w.received() // the whole pieces, which may be more than the first: the line itself holds some
	if had < 16*mib || had == int64(len(film)) {
		t.Fatalf("%d bytes count when the tab has been closed", had)
	}
	form := w.deliveries("av")[0].Form
	if form.Remarks != "Camera 2, the left one" || form.Until != "2026-05-04T16:30:00Z" || form.Meeting != desktest.Meeting {
		t.Errorf("the form is %+v", form)
	}
	second, end := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	defer end()
	do(t, second, w.sit("ui=en"), shows(".file .how", "Choose the file again. Kept until"),
		browsertest.Check(t, "the remarks", `document.querySelector("[data-field=remarks]").value === "Camera 2, the left one"`),
		browsertest.Check(t, "the end of the embargo", `document.querySelector("[data-field=until]").value === "2026-05-04T18:30"`))
	// Another file of that name is not taken for it.
	other := write(t, t.TempDir(), "session.mp4", film[:1000])
	do(t, second, choose(other), shows("dialog h2", "is not the file that was begun"), press("dialog button:not([value=yes])"), browsertest.Eventually(`document.querySelector(".delivery:nth-child(2) .file[data-state=arrived]")`))
	before := w.sent.Load()
	do(t, second, press(".delivery:nth-child(2) .about .quiet"), shows("dialog h2", "Discard session.mp4"), press("dialog button.danger"), browsertest.Eventually(`document.querySelectorAll(".delivery").length === 1`))
	do(t, second, choose(file), browsertest.Eventually(`document.querySelector(".file[data-state=arrived]")`))
	w.wantArrived(film)
	if again := w.sent.Load() - before; again != int64(len(film))-had {
		t.Errorf("%d bytes were sent again, want %d", again, int64(len(film))-had)
	}
	// Once it is here it is not sent again.
	do(t, second, choose(file), shows(".toast", "is here already"))
	if extra := w.sent.Load() - before; extra != int64(len(film))-had {
		t.Errorf("a file that is here was sent again")
	}
}

// Where the browser may open a file again by itself, a reload does not stop it; and a second window does not send what the first one sends.
func TestReload(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 0)
	const size = 40 * mib
	g := w.hold(20 * mib)
	do(t, ctx, w.sit("ui=en"), chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(async () => {
		const root = await navigator.storage.getDirectory(), handle = await root.getFileHandle("kept.mov", { create: true }), to = await handle.createWritable();
		const noise = new Uint8Array(65536);
		for (let i = 0; i < %d; i += noise.length) { crypto.getRandomValues(noise); await to.write(noise); }
		await to.close();
		globalThis.showOpenFilePicker = async () => [handle];
	})()`, size), chromedp.EvalAwaitPromise), press("#choose"), shows(".file .name", "kept.mov"))
	w.waits(g)
	second, end := chromedp.NewContext(ctx)
	defer end()
	do(t, second, w.look("ui=en"), shows(".file .go", "Go on"), browsertest.Check(t, "it does not send", `document.querySelector(".file[data-state=away]") !== null`))
	end()
	// Leaving is asked about; this somebody leaves.
	dialogs, asked := chromedp.Events(ctx, page.JavascriptDialogOpening), make(chan page.DialogType, 1)
	go func() {
		for d, err := range dialogs {
			if err == nil {
				asked <- d.Type
				_, err = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}
			if err != nil {
				return
			}
		}
	}()
	w.watch()
	do(t, ctx, chromedp.Click(chromedp.CSS("h1")), w.look("ui=en"))
	w.release()
	select {
	case kind := <-asked:
		if kind != page.DialogTypeBeforeunload {
			t.Errorf("asked by a dialog of the type %s", kind)
		}
	default:
		t.Error("it is not asked whether to leave while bytes are on the way")
	}
	do(t, ctx, browsertest.Eventually(`document.querySelector(".file[data-state=arrived]")`))
	w.wantResumed()
	if f := w.deliveries("av")[0].Files[0]; f.Received != size || f.SHA256 == "" {
		t.Errorf("the file is %+v", f)
	}
}

// All of it by the keyboard, on a page that came over plain HTTP, where browsers give no digests.
func TestByKeyboard(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 30*mib)
	film := padded(w.Film(2), 5, 20*mib)
	folder := t.TempDir()
	file, large := write(t, folder, "session.mp4", film), write(t, folder, "large.mov", make([]byte, 31*mib))
	g := w.hold(18 * mib)
	do(t, ctx, w.sit("ui=en"), browsertest.Run(`Object.defineProperty(crypto, "subtle", { value: undefined })`),
		choose(large), shows(".toast.error", "Nothing of it was sent"), browsertest.Check(t, "no card", `!document.querySelector(".delivery")`), press(".toast .icon"))
	if w.sent.Load() != 0 {
		t.Error("some of what is too large was sent")
	}
	focused := func(is string) browsertest.Step {
		return browsertest.Check(t, "the focus", fmt.Sprintf(`document.activeElement.matches(%q)`, is))
	}
	tab := func(to string) browsertest.Step { // presses Tab until something has the focus, which must be visible
		return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
			for range 60 {
				if err := chromedp.Do(ctx, browsertest.Press("\t")); err != nil {
					return chromedp.Void{}, err
				}
				if there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q) && getComputedStyle(document.activeElement).outlineStyle !== "none"`, to))); err != nil || there {
					return chromedp.Void{}, err
				}
			}
			return chromedp.Void{}, fmt.Errorf("Tab does not come to %s", to)
		}
	}
	// Typed before there is a file.
	do(t, ctx, browsertest.Run(`document.querySelector("h1").tabIndex = -1; document.querySelector("h1").focus()`), tab("#type-first"), browsertest.Press("\r"), browsertest.Eventually(`document.activeElement.matches("[data-field=meeting]")`),
		tab("[data-field=consent]"), browsertest.Press("C"), tab("[data-field=whole], [data-field=cut]"), browsertest.Press(" "), tab("[data-field=remarks]"), chromedp.KeyEvent("By hand"), shows(".about .saved", "Saved"))
	do(t, ctx, choose(file), shows(".file .name", "session.mp4"))
	w.waits(g)
	do(t, ctx, browsertest.Run(`document.querySelector("h1").focus()`), tab("#all-hold"), browsertest.Press("\r"), shows(".file .how", "Paused at"), focused("#all-hold"), shows("#all-hold", "Resume all"))
	w.release()
	do(t, ctx, tab(".file .go"), browsertest.Press("\r"), browsertest.Eventually(`document.querySelector(".file[data-state=arrived]")`), shows("#said", "session.mp4 has arrived"))
	w.wantArrived(film)
	form := w.deliveries("av")[0].Form
	if form.Remarks != "By hand" || form.Consent != rostrum.ConsentPublic {
		t.Errorf("the form is %+v", form)
	}
	do(t, ctx, browsertest.Run(`document.querySelector("h1").focus()`), tab(".delivery .take"), browsertest.Press("\r"), shows(".delivery .state", "Being taken in"))
	w.Start()
	do(t, ctx, shows("#taken .state", "Taken in"), tab("#taken .actions a"))
}

// What is refused says why, stays, and is taken in after a change. What was typed while files were on the way outlives a reload, also when the
// server did not get it.
func TestRefusedAndChanged(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 0)
	folder := t.TempDir()
	film := padded(w.Film(2), 6, 17*mib)
	do(t, ctx, w.sit("ui=fr"), choose(write(t, folder, "a.mp4", film), write(t, folder, "a.csv", []byte("in;out;title\n5,0;400,0;Trop long\n"))),
		browsertest.Eventually(`document.querySelectorAll(".file[data-state=arrived]").length === 2`), set(0, "meeting", ""), shows(".about .saved", "Enregistré"),
		press(".delivery .take"), shows(".delivery .note", "meeting"), browsertest.Check(t, "the reason has the focus", `document.activeElement.matches(".note")`))
	w.cut.Store(true)
	do(t, ctx, set(0, "meeting", desktest.Meeting), set(0, "remarks", "saisi sans connexion"), shows(".about .saved", "Pas de connexion"))
	w.cut.Store(false)
	w.Start()
	do(t, ctx, w.look("ui=fr"), browsertest.Check(t, "what was typed is there", `document.querySelector("[data-field=remarks]").value === "saisi sans connexion"`), shows(".about .saved", "Enregistré"),
		press(".delivery .take"), shows(".delivery .state", "Refusé"), shows(".delivery .note", "nothing was cut"))
	browsertest.Screenshot(t, ctx, "refused-fr")
	if got := w.deliveries("av")[0].Form.Remarks; got != "saisi sans connexion" {
		t.Errorf("the remarks are %q", got)
	}
	do(t, ctx, browsertest.Run(`[...document.querySelectorAll(".file")].find((f) => f.textContent.includes("a.csv")).querySelector("[title^=Retirer]").click()`),
		shows("dialog h2", "Retirer a.csv"), press("dialog button.danger"), browsertest.Eventually(`document.querySelectorAll(".file").length === 1`),
		press(".delivery .take"), shows("#taken .state", "Pris en charge"))
	r, err := w.Catalogue.Recording(t.Context(), w.deliveries("av")[0].Recording)
	if err != nil || r.SHA256 != digest(film) {
		t.Errorf("recording %+v, %v", r, err)
	}
}

func TestPageIsAccessible(t *testing.T) {
	ctx := browsertest.Open(t)
	w := open(t, 200e9)
	theme := func(name string) browsertest.Step {
		return browsertest.Run(fmt.Sprintf(`document.documentElement.dataset.theme = %q`, name))
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 800), w.sit("ui=fr"), theme("dark"))
	browsertest.Accessible(t, ctx, "empty")
	browsertest.Screenshot(t, ctx, "empty-1280-fr-dark")
	for i := range 40 {
		form := rostrum.DeliveryForm{Meeting: desktest.Meeting, Consent: rostrum.ConsentPublic}
		if i == 1 {
			form = rostrum.DeliveryForm{}
		}
		d := call[delivery](w, "POST", "/api/v1/deliveries", form)
		name := fmt.Sprintf("2026-05-03 Salle Popov, séance %02d.mov", i+1)
		if i == 2 {
			name = "تسجيل اجتماع الرؤساء التنفيذيين.mp4"
		}
		w.arriving(d.ID, name, 18e9+int64(i)*3e8, int64(i)*2e8)
		if i == 0 {
			w.arriving(d.ID, strings.TrimSuffix(name, ".mov")+" (2).mov", 4e9, 0)
			w.arriving(d.ID, strings.TrimSuffix(name, ".mov")+".fr.wav", 9e8, 7e8)
			w.arriving(d.ID, "captions.srt", 80_000, 80_000)
		}
		if i == 3 {
			if _, err := w.SubmitDelivery(t.Context(), rostrum.DeliveryID(d.ID), desktest.People()["av"]); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		width    int64
		language string
		theme    string
	}{{768, "fr", "light"}, {1280, "en", "light"}, {1280, "fr", "dark"}, {1920, "en", "dark"}} {
		name := fmt.Sprintf("%d-%s-%s", c.width, c.language, c.theme)
		do(t, ctx, chromedp.EmulateViewport(c.width, 1000), w.look("ui="+c.language), browsertest.Eventually(`document.querySelectorAll(".delivery").length === 40`), theme(c.theme), press(".delivery .toggle"))
		browsertest.Accessible(t, ctx, name)
		browsertest.Screenshot(t, ctx, "many-"+name)
		do(t, ctx, browsertest.Check(t, "targets "+name, `[...document.querySelectorAll(".sending button, .sending select, .sending .check")].filter((e) => e.checkVisibility()).every((e) => e.getBoundingClientRect().height >= 24)`))
	}
	// What one says is copied to all below, and taken back.
	do(t, ctx, set(0, "consent", "partners"), press(".delivery .below"), shows(".toast", "Applied to 39 recordings"), browsertest.Eventually(`[...document.querySelectorAll("[data-field=consent]")].every((f) => f.value === "partners")`))
	w.Until("all to be saved", func() bool {
		for _, d := range w.deliveries("av") {
			if d.Form.Consent != rostrum.ConsentPartners {
				return false
			}
		}
		return true
	})
	do(t, ctx, press(".toast .quiet:not(.icon)"), browsertest.Eventually(`document.querySelectorAll("[data-field=consent]")[1].value === "" && document.querySelectorAll("[data-field=consent]")[2].value === "public"`))
}
