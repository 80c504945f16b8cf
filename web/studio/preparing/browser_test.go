package preparing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rostrum/web/browsertest"
	"rostrum/web/studio/desk/desktest"
)

var (
	do         = browsertest.Do
	run        = browsertest.Run
	press      = browsertest.Press
	check      = browsertest.Check
	eventually = browsertest.Eventually
)

// keys presses a key with others held.
func keys(key string, held ...chromedp.Modifier) browsertest.Step {
	return chromedp.KeyEvent(key, chromedp.KeyModifiers(held...))
}

// visit goes to a page and waits until an expression is true there.
func visit(address, expression string) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		if _, err := chromedp.Navigate(address)(ctx, target); err != nil {
			return chromedp.Void{}, err
		}
		return eventually(expression)(ctx, target)
	}
}

// looks checks a page in both schemes, at the widths of a tablet and of a desk.
func looks(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for _, width := range []int64{768, 1280, 1920} {
		for _, theme := range []string{"light", "dark"} {
			do(t, ctx, chromedp.EmulateViewport(width, 800), run(fmt.Sprintf(`document.documentElement.dataset.theme = %q`, theme)))
			if width < 1900 {
				browsertest.Accessible(t, ctx, fmt.Sprintf("%s, %d px, %s", name, width, theme))
			}
			browsertest.Screenshot(t, ctx, fmt.Sprintf("%s-%d-%s", name, width, theme))
		}
	}
}

// pasted is what the browser does when somebody pastes.
func pasted(text string) browsertest.Step {
	return run(fmt.Sprintf(`{ const d = new DataTransfer(); d.setData("text/plain", %q); document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})) }`, text))
}

const (
	saved = `document.querySelector("#saved").dataset.state === "saved"`
	ready = `document.querySelector("table.sheet-grid tbody td")`
)

// cellIs is true when a cell of the grid, both counted from 1, says something.
func cellIs(row int, column, words string) string {
	return fmt.Sprintf(`(() => { const heads = [...document.querySelectorAll(".sheet-grid thead th")], n = heads.findIndex(h => h.textContent === %q);
		return document.querySelectorAll(".sheet-grid tbody tr")[%d]?.children[n]?.querySelector("span").textContent === %q })()`, column, row-1, words)
}

// spreadsheet makes rows as a spreadsheet copies them.
func spreadsheet(rows int) string {
	var b strings.Builder
	for i := range rows {
		title := fmt.Sprintf("Speech %d", i+1)
		switch i {
		case 1:
			title = "\"A title\nof two \"\"lines\"\"\""
		case 2:
			title = "الثقة والأمن"
		}
		fmt.Fprintf(&b, "%d\tSpeaker %d\tCEO\tOryxline\t%s\tFrench\t\t14:%02d\t5\r\n", i%2+1, i+1, title, i)
	}
	return b.String()
}

func TestGridByKeyboard(t *testing.T) {
	w := open(t)
	ctx := browsertest.Open(t)
	page := w.URL + "/studio/meetings/" + desktest.Meeting
	until := func(what string) {
		t.Helper()
		w.Until(what, func() bool { return speakers(t, w, desktest.Meeting) == what })
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 800), visit(w.URL+"/as/av", "true"), visit(page+"?ui=en", ready), run(`document.querySelector(".sheet-grid td[tabindex='0']").focus()`), check(t, "an empty list helps", `!document.querySelector("#grid-empty").hidden`))
	browsertest.Screenshot(t, ctx, "grid-empty")
	do(t, ctx,
		// Into the row in which a new one begins: an item, a speaker, the next ones by Tab.
		press("2"), press(kb.Tab), press("A"), chromedp.SendKeys(chromedp.CSS(".cell-field"), "na Ölmez"), press(kb.Tab), press("C"), press(kb.Enter),
		check(t, "a row began", cellIs(1, "Speaker", "Ana Ölmez")), check(t, "what was typed replaced nothing else", cellIs(1, "Function", "C")))
	until("Ana Ölmez")
	// Escape leaves what was there; F2 changes it; nonsense stays and is told.
	do(t, ctx, press(kb.ArrowUp), press(kb.F2), press("X"), press(kb.Escape), check(t, "Escape", cellIs(1, "Function", "C")), press(kb.F2), press("TO"), press(kb.Enter), check(t, "F2", cellIs(1, "Function", "CTO")),
		press(kb.ArrowUp), press(kb.End), press(kb.ArrowLeft), press("s"), press("o"), press("o"), press("n"), press(kb.Enter), press(kb.ArrowUp),
		check(t, "nonsense is marked", `document.activeElement.getAttribute("aria-invalid") === "true" && document.querySelector("#trouble").textContent.includes("not a length") && document.querySelector("#count").textContent.includes("to correct: 1")`))
	browsertest.Screenshot(t, ctx, "grid-wrong")
	do(t, ctx, eventually(saved), visit(page+"?ui=en", ready), check(t, "nonsense is still there after the page was loaded anew", cellIs(1, "Length", "soon")),
		run(`document.querySelector(".sheet-grid td[tabindex='0']").focus()`), press(kb.End), press(kb.ArrowLeft), press("7"), press(kb.Enter), check(t, "a number of minutes", cellIs(1, "Length", "7:00")))
	w.Until("the length", func() bool { _, b := w.Call("av", "GET", list, nil); return strings.Contains(b, `"length_s":420`) })

	// Thirty rows of a spreadsheet, in the row below.
	do(t, ctx, press(kb.Home), check(t, "the new row has the focus", `document.activeElement.closest("tr").classList.contains("spare")`), pasted(spreadsheet(30)),
		check(t, "31 rows", `document.querySelectorAll(".sheet-grid tbody tr").length === 32`), check(t, "quoted", cellIs(3, "Title", `A title of two "lines"`)),
		check(t, "a language by its name", cellIs(3, "Speaks", "French")), eventually(saved))
	if names := strings.Count(speakers(t, w, desktest.Meeting), "Speaker "); names != 30 {
		t.Errorf("%d rows arrived", names)
	}
	_, body := w.Call("av", "GET", list, nil)
	rows := decode[[]row](t, body)
	if r := rows[2]; r.Title != `A title of two "lines"` || r.Starts != "2026-05-03T12:01:00Z" || r.Length != 300 {
		t.Errorf("a pasted row is %+v", r)
	}
	// Fill down by the keyboard over three rows; then clear; both go back and forth.
	do(t, ctx, press(kb.ArrowRight), press(kb.ArrowRight), press(kb.ArrowUp), keys(kb.ArrowDown, chromedp.ModifierShift), keys(kb.ArrowDown, chromedp.ModifierShift), check(t, "nine cells are not selected, but three", `document.querySelectorAll("[aria-selected=true]").length === 3`),
		keys(kb.Enter, chromedp.ModifierShift), check(t, "filled", cellIs(3, "Function", "CTO")), press(kb.Delete), check(t, "cleared", cellIs(2, "Function", "")),
		keys("z", chromedp.ModifierCtrl), check(t, "undone", cellIs(2, "Function", "CTO")), keys("z", chromedp.ModifierCtrl), check(t, "undone twice", cellIs(2, "Function", "CEO")),
		keys("z", chromedp.ModifierCtrl), check(t, "the paste too", `document.querySelectorAll(".sheet-grid tbody tr").length === 2`), eventually(saved))
	until("Ana Ölmez")
	do(t, ctx, keys("y", chromedp.ModifierCtrl), check(t, "again", `document.querySelectorAll(".sheet-grid tbody tr").length === 32`), eventually(saved))
	w.Until("the rows", func() bool { return strings.Count(speakers(t, w, desktest.Meeting), "Speaker ") == 30 })
	// Rows move, and go.
	do(t, ctx, keys(kb.Home, chromedp.ModifierCtrl), keys(kb.ArrowDown, chromedp.ModifierAlt), check(t, "moved", cellIs(2, "Speaker", "Ana Ölmez")), eventually(saved), press(kb.ArrowDown),
		keys(kb.End, chromedp.ModifierCtrl|chromedp.ModifierShift), press(kb.Escape), keys(kb.Home, chromedp.ModifierCtrl), keys(kb.Delete, chromedp.ModifierCtrl), check(t, "gone", cellIs(1, "Speaker", "Ana Ölmez")), eventually(saved))
	w.Until("the first row to go", func() bool { return strings.HasPrefix(speakers(t, w, desktest.Meeting), "Ana Ölmez Speaker 2 ") })
	// What a colleague changes comes by itself.
	if status, body := w.Call("av2", "PATCH", list, []any{any_{"id": rows[5].ID, "organisation": "Norðurljós"}}); status != 200 {
		t.Fatal(body)
	}
	do(t, ctx, run(`document.dispatchEvent(new Event("visibilitychange"))`), eventually(`document.querySelector(".sheet-grid").textContent.includes("Norðurljós")`))
	// Copied, the cells are as a spreadsheet reads them.
	copied, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(() => { const d = new DataTransfer(); document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: d, bubbles: true, cancelable: true})); return d.getData("text/plain") })()`))
	if err != nil || copied != "2" {
		t.Errorf("copied %q, %v", copied, err)
	}
	// Tab leaves after Escape.
	do(t, ctx, press(kb.Escape), press(kb.Tab), check(t, "left by Tab", `!document.querySelector(".sheet-grid").contains(document.activeElement)`))
}

func TestGridLooks(t *testing.T) {
	w := open(t)
	fill(t, w)
	ctx := browsertest.Open(t)
	page := w.URL + "/studio/meetings/" + desktest.Meeting
	do(t, ctx, visit(w.URL+"/as/av", "true"))
	for _, l := range []string{"en", "fr"} {
		do(t, ctx, chromedp.EmulateViewport(1280, 800), visit(page+"?ui="+l, ready), run(`document.querySelector(".sheet-grid tbody td:nth-child(3)").focus()`), keys(kb.ArrowDown, chromedp.ModifierShift), keys(kb.ArrowRight, chromedp.ModifierShift))
		looks(t, ctx, "grid-"+l)
	}
	do(t, ctx, chromedp.EmulateViewport(1280, 800), run(`document.querySelector("#choose-columns").click()`), eventually(`document.querySelector("#columns[open]")`))
	browsertest.Accessible(t, ctx, "the choice of columns")
	browsertest.Screenshot(t, ctx, "grid-columns")
	do(t, ctx, run(`{ const tick = [...document.querySelectorAll("#column-choice label")].find(l => l.textContent === "Résumé (anglais)").querySelector("input"); tick.click() }`), press(kb.Escape),
		check(t, "a column came", `[...document.querySelectorAll(".sheet-grid thead th")].some(h => h.textContent === "Résumé (anglais)")`),
		run(`document.querySelector("#show-keys").click()`))
	browsertest.Accessible(t, ctx, "the keys")
	browsertest.Screenshot(t, ctx, "grid-keys")
	// Right to left, the arrow keys go where they point.
	do(t, ctx, press(kb.Escape), run(`document.documentElement.dir = "rtl"; document.querySelectorAll(".sheet-grid tbody tr")[1].children[2].focus()`), press(kb.ArrowLeft), check(t, "to the left", `document.activeElement.getAttribute("aria-colindex") === "4"`))
	browsertest.Screenshot(t, ctx, "grid-rtl")

	// Five hundred rows: no key takes longer than a tenth of a second, however slow the machine.
	for i := range 10 {
		var rows []any
		for n := range 50 {
			rows = append(rows, any_{"id": fmt.Sprintf("row%010d", i*50+n), "add": true, "speaker": fmt.Sprintf("Speaker %d", i*50+n), "title": "A title of a usual length for a speech", "topics": []string{"trust"}})
		}
		if status, body := w.Call("av", "PATCH", list, rows); status != 200 {
			t.Fatal(body)
		}
	}
	do(t, ctx, visit(page+"?ui=en", ready), run(`document.querySelector(".sheet-grid tbody td:nth-child(3)").focus()`))
	slowest, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(() => {
		const key = (key, more = {}) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...more}));
		const took = (what, f) => { const from = performance.now(); f(); document.querySelector(".sheet-grid").offsetHeight; return [what, performance.now() - from] };
		const all = [took("down", () => key("ArrowDown")), took("end", () => key("End", {ctrlKey: true})), took("home", () => key("Home", {ctrlKey: true})),
			took("type", () => { key("X"); key("Enter") }), took("move", () => key("ArrowDown", {altKey: true})), took("undo", () => key("z", {ctrlKey: true}))];
		return JSON.stringify(Object.fromEntries(all.map(([k, v]) => [k, Math.round(v)]))) })()`))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("500 rows, milliseconds: %s", slowest)
	for what, ms := range decode[map[string]float64](t, slowest) {
		if ms > 250 {
			t.Errorf("%s took %g ms", what, ms)
		}
	}
	browsertest.Screenshot(t, ctx, "grid-500")
}

// fill gives the meeting a list as a secretariat has it.
func fill(t *testing.T, w *desktest.World) {
	t.Helper()
	for path, v := range map[string]any_{
		"topics/trust":           {"title": any_{"en": "Trust and security", "fr": "Confiance et sécurité"}, "aliases": []string{"cybersecurity"}},
		"topics/imt-2020":        {"title": any_{"en": "5G / IMT-2020", "fr": "5G / IMT-2020"}, "aliases": []string{"5G"}},
		"persons/grace-mfano":    {"name": "Grace Mfano", "function": "Chief Executive Officer", "organisation": "fictional-water"},
		"organisations/oryxline": {"name": any_{"en": "Oryxline"}, "kind": "operator", "country": "TN", "regions": []string{"ARB", "AFR"}},
		"series/cxo":             {"title": any_{"en": "CxO meetings", "fr": "Réunions CxO"}, "second_person": true, "retention_days": 365},
		"rooms/popov":            {"title": "Salle Popov", "channels": []string{"floor", "fr=2.1", "ar=2.2"}},
	} {
		if status, body := w.Call("secretariat", "PUT", "/api/v1/"+path, v); status != 200 {
			t.Fatal(body)
		}
	}
	row := func(n int, item, speaker, function, organisation, title, language string, topics []string, minutes float64, more any_) any_ {
		r := any_{"id": fmt.Sprintf("sample%07d", n), "add": true, "agenda_item": item, "speaker": speaker, "function": function, "organisation": organisation, "title": title, "language": language, "topics": topics,
			"length_s": minutes * 60, "starts": time.Date(2026, 5, 3, 12, 6*n, 0, 0, time.UTC).Format(time.RFC3339)}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	rows := []any{
		row(1, "1", "Seizo Onoe", "Director", "TSB", "Opening", "en", nil, 4, nil),
		row(2, "2", "Grace Mfano", "Chief Executive Officer", "Fictional Water Networks", "Water meters and the price of trust", "en", []string{"trust"}, 6, any_{"titles": any_{"fr": "Compteurs d’eau et prix de la confiance"}, "abstract": any_{"en": "What a utility learns when every meter speaks."}}),
		row(3, "2", "خالد المنصوري", "الرئيس التنفيذي", "أوريكسلاين", "الثقة والأمن في شبكات الجيل الخامس", "ar", []string{"trust", "imt-2020"}, 7, any_{"titles": any_{"fr": "Confiance et sécurité des réseaux 5G"}}),
		row(4, "2", "Ingeborg Þórsdóttir", "Chief Technology Officer", "Norðurljós Fjarskipti", "What a regulator can and cannot ask of an operator in the first year of 5G", "en", []string{"imt-2020"}, 6, nil),
		row(5, "7", "Ousmane Diop", "Directeur général", "Sahel Connect", "Du spectre pour les villages", "fr", []string{"villages"}, 5, any_{"remarks": "Leaves at 15:00"}),
		row(6, "2", "李扬本", "首席技术官", "Fictional Devices", "标准走向世界", "zh", nil, 6, nil),
	}
	if status, body := w.Call("av", "PATCH", list, rows); status != 200 {
		t.Fatal(body)
	}
}

func TestImportWithPreview(t *testing.T) {
	w := open(t)
	ctx := browsertest.Open(t)
	file := func(name, data string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	choose := func(path string) browsertest.Step {
		return chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path})
	}
	page := w.URL + "/studio/meetings/" + desktest.Meeting + "/programme"
	shown := `!document.querySelector("#difference").hidden`
	done := `!document.querySelector("#done").hidden`
	do(t, ctx, chromedp.EmulateViewport(1280, 800), visit(w.URL+"/as/av", "true"), visit(page+"?ui=en", `document.querySelectorAll("#zones option").length > 100`))
	looks(t, ctx, "import-start")
	do(t, ctx, choose(file("wrong.txt", "hello")), eventually(`document.querySelector("#reading .bad")`), check(t, "why", `document.querySelector("#reading").textContent.includes("table")`),
		choose(file("schedule.json", pretalx)), eventually(shown), check(t, "three are new", `document.querySelectorAll("[data-change]:checked").length === 3`),
		check(t, "the difference has the focus", `document.activeElement.id === "difference-title"`))
	// By the keyboard: the second one is unticked.
	do(t, ctx, run(`document.querySelectorAll("[data-change]")[1].focus()`), press(" "), check(t, "counted", `document.querySelector("#apply").textContent.endsWith("2")`), press(" "), run(`document.querySelector("#apply").focus()`), press(kb.Enter), eventually(done))
	if got := speakers(t, w, desktest.Meeting); got != "Aurora Testwell Benoît Modèle Carla Muster" {
		t.Fatalf("imported %s", got)
	}
	do(t, ctx, visit(page+"?ui=fr", `document.querySelector("#file")`), choose(file("schedule.json", pretalxChanged())), eventually(shown),
		check(t, "what changes is told, in words", `document.querySelector("#changes").textContent.includes("Titre") && document.querySelector("#changes del").textContent === "Trust by design"`),
		check(t, "who is gone is not ticked", `document.querySelectorAll("[data-change]:checked").length === 2`))
	looks(t, ctx, "import-difference-fr")
	do(t, ctx, chromedp.EmulateViewport(1280, 800), run(`for (const x of document.querySelectorAll("[data-change]")) if (!x.checked) x.click()`), run(`document.querySelector("#apply").click()`), eventually(done))
	if got := speakers(t, w, desktest.Meeting); got != "Aurora Testwell Benoît Modèle Dora Newcomer" {
		t.Fatalf("imported %s", got)
	}
	looks(t, ctx, "import-done-fr")
	do(t, ctx, run(`document.querySelector("#undo-import").click()`), eventually(`document.querySelector("#undo-import") === null`))
	if got := speakers(t, w, desktest.Meeting); got != "Aurora Testwell Benoît Modèle Carla Muster" {
		t.Fatalf("undone %s", got)
	}
	// Cells that are pasted are a programme as well.
	table, err := json.Marshal("speaker\ttitle\nErik Neu\tBands\nAurora Testwell\tOpening the market\n")
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, run(`document.querySelector("#pasted").value = `+string(table)+`; document.querySelector("#read-pasted").click()`), eventually(shown+` && document.querySelector("#changes").textContent.includes("Erik Neu")`))
}

func TestFactsAndRecords(t *testing.T) {
	w := open(t)
	fill(t, w)
	ctx := browsertest.Open(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), visit(w.URL+"/as/secretariat", "true"), visit(w.URL+"/studio/new-meeting?ui=en", `document.querySelector("#zones option")`),
		chromedp.SendKeys(chromedp.CSS("#title"), "Forum of Operators"), press(kb.Enter), check(t, "the day is missing", `document.activeElement.id === "starts" && document.querySelector("#new-trouble").textContent !== ""`))
	browsertest.Accessible(t, ctx, "a new meeting")
	browsertest.Screenshot(t, ctx, "new-meeting")
	do(t, ctx, run(`document.querySelector("#starts").value = "2027-03-01"; document.querySelector("#starts").dispatchEvent(new Event("input", {bubbles: true}))`), press(kb.Enter))
	w.Until("the meeting", func() bool {
		s, _ := w.Call("av", "GET", "/studio/meetings/forum-of-operators-2027", nil)
		return s == 200
	})
	// The page goes there by itself; another way begun before it has arrived would break off.
	do(t, ctx, browsertest.Arrive(`document.querySelector("#tab-fr") && document.readyState === "complete"`), visit(w.URL+"/studio/meetings/forum-of-operators-2027/facts?ui=en", `document.querySelector("#zones option")`),
		// French by the keyboard, then an item of the agenda.
		run(`document.querySelector("[role=tab][aria-selected=true]").focus()`), press(kb.ArrowRight), check(t, "French", `document.activeElement.id === "tab-fr" && document.querySelector("#title").lang === "fr"`),
		chromedp.SendKeys(chromedp.CSS("#title"), "Forum des opérateurs"), run(`document.querySelector("#add-item").click()`), eventually(`document.activeElement.closest("#agenda")`), press("Ouverture"), press(kb.Enter), eventually(`document.querySelectorAll("#agenda li").length === 2`), eventually(saved))
	m, err := w.Catalogue.MeetingBySlug(t.Context(), "forum-of-operators-2027")
	if err != nil || m.Title["fr"] != "Forum des opérateurs" || len(m.Agenda) == 0 || m.Agenda[0].Title["fr"] != "Ouverture" {
		t.Fatalf("stored %+v, %v", m, err)
	}
	for _, l := range []string{"en", "fr"} {
		do(t, ctx, visit(w.URL+"/studio/meetings/"+desktest.Meeting+"/facts?ui="+l, `document.querySelector("#agenda input")`))
		looks(t, ctx, "facts-"+l)
		do(t, ctx, visit(w.URL+"/studio/meetings?ui="+l, `document.querySelector(".meetings")`))
		looks(t, ctx, "meetings-"+l)
	}
	for _, kind := range []string{"topics", "persons", "organisations", "series", "rooms"} {
		do(t, ctx, chromedp.EmulateViewport(1280, 800), visit(w.URL+"/studio/records/"+kind+"?ui=en", `document.querySelector("[data-edit]")`), run(`document.querySelector("[data-edit]").click()`))
		browsertest.Accessible(t, ctx, kind)
		browsertest.Screenshot(t, ctx, "records-"+kind)
	}
	do(t, ctx, visit(w.URL+"/studio/records/topics?ui=en", `document.querySelector("#add-record")`), run(`document.querySelector("#add-record").click()`), chromedp.SendKeys(chromedp.CSS("#r-en"), "Open source"),
		chromedp.SendKeys(chromedp.CSS("#r-aliases"), "OSS"), run(`document.querySelector("#record-form").requestSubmit()`))
	w.Until("the topic", func() bool {
		topic, err := w.Catalogue.TopicNamed(t.Context(), "oss")
		return err == nil && topic.Slug == "open-source"
	})
}
