package desk

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/text/language"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/sentences"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// Languages lists the languages in which the studio's interface has words.
func Languages() []rostrum.Language { return []rostrum.Language{"en", "fr"} }

// Pages are the pages of one area: its templates and its words, over those that all areas share.
type Pages struct {
	templates *template.Template
	languages []rostrum.Language
	locales   map[rostrum.Language]*page.Locale
}

// NewPages reads templates/*.html and words/LANGUAGE.json of an area. An area for people from outside may have more languages than the
// studio; in those it has all the words that its pages use. NewPages panics on files that are wrong, which are part of the program.
func NewPages(area fs.FS, more ...rostrum.Language) *Pages {
	p := &Pages{templates: template.Must(template.New("").ParseFS(files, "templates/*.html")), locales: map[rostrum.Language]*page.Locale{}}
	p.languages = append(Languages(), more...)
	words := []fs.FS{files}
	if area != nil {
		template.Must(p.templates.ParseFS(area, "templates/*.html"))
		words = append(words, area)
	}
	for i, l := range p.languages {
		from := words
		if i >= len(Languages()) {
			from = words[1:]
		}
		locale, err := page.LocaleFor(l).With(from...)
		if err != nil {
			panic(err)
		}
		p.locales[l] = locale
	}
	return p
}

// Locale gives the area's words in the language nearest to l.
func (p *Pages) Locale(l rostrum.Language) *page.Locale {
	if locale := p.locales[l.Base()]; locale != nil {
		return locale
	}
	return p.locales["en"]
}

// Page is one page of the studio.
type Page struct {
	Name   string // of its template
	Title  string // as it stands in the window's title, in the page's language
	Area   string // that is marked in the navigation: "board", "send", "meetings", "recordings", "release", "people", "audit", "account"
	Script string // bundled entry, such as "cutting.js"; "" for none but the shell's
	Full   bool   // the page takes the whole window and does not scroll as a whole, as an editor does
	Bare   bool   // without navigation: for people without an account
	Data   any
	Status int // HTTP status; 0 is 200
}

// view is what a template sees.
type view struct {
	Page
	Base   string
	Nonce  string
	L      *page.Locale
	Who    rostrum.Actor
	Here   string // path and query of this page, without the base path
	Public string // PublicURL as the request sees it
	Unseen int    // notifications
	now    time.Time
}

// T is Locale.Word.
func (v view) T(key string, pairs ...string) string { return v.L.Word(key, pairs...) }

// With is the view of a part of the page.
func (v view) With(data any) view { v.Data = data; return v }

// May says whether the person who looks may do something, so that a page offers it.
func (v view) May(act rostrum.Act) bool { return v.Who.Roles != nil && v.Who.May(act) == nil }

// Asset is the address of a bundled file, "" when the assets are not built.
func (v view) Asset(name string) string {
	if file := page.AssetFile(name); file != "" {
		return v.Base + page.AssetsPath + file
	}
	return ""
}

// JSON is a value for a script, as the content of a script element of type application/json.
func (v view) JSON(x any) (template.JS, error) {
	b, err := json.Marshal(x) // escapes <, > and &
	return template.JS(b), err
}

// Words are the page's words for scripts: the entries js.*.
func (v view) Words() map[string]string { return v.L.Words("js.") }

// Say writes a sentence of the program's, which is English inside, in the page's language, or in English where it is not known in that.
func (v view) Say(sentence string) template.HTML {
	said, ok := sentences.In(v.L.Tag, sentence)
	language := v.L.Tag
	if !ok {
		language = "en"
	}
	return template.HTML(`<span lang="` + string(language) + `" dir="` + direction(language) + `">` + template.HTMLEscapeString(said) + `</span>`)
}

func direction(l rostrum.Language) string {
	if l.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// When writes an instant in a way that scripts turn into the reader's own time zone.
func (v view) When(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `">` + t.Format("2006-01-02 15:04 UTC") + `</time>`)
}

// Clock writes a length as 12:40.
func (v view) Clock(d time.Duration) string { return page.Clock(d) }

// Say gives what puts the program's English sentences into the language of whoever asks.
func (d *Desk) Say(r *http.Request, who rostrum.Actor) func(string) string {
	l := d.UI(r, who)
	return func(s string) string {
		said, _ := sentences.In(l, s)
		return said
	}
}

// UI is the language of the studio's interface for a request: what ?ui= says, the account's, the browser's.
func (d *Desk) UI(r *http.Request, who rostrum.Actor) rostrum.Language {
	return d.uiAmong(r, who, Languages())
}

func (d *Desk) uiAmong(r *http.Request, who rostrum.Actor, have []rostrum.Language) rostrum.Language {
	wish := rostrum.Language(r.URL.Query().Get("ui"))
	if wish == "" && d.Language != nil {
		wish = d.Language(r, who)
	}
	var tags []language.Tag
	for _, l := range have {
		tags = append(tags, language.Make(string(l)))
	}
	want, _, err := language.ParseAcceptLanguage(cmp.Or(string(wish), r.Header.Get("Accept-Language")))
	if err != nil || len(want) == 0 {
		return "en"
	}
	_, i, _ := language.NewMatcher(tags).Match(want...)
	return have[i]
}

// UI is the language of an area's interface for a request, among those that the area has.
func (p *Pages) UI(d *Desk, r *http.Request, who rostrum.Actor) rostrum.Language {
	return d.uiAmong(r, who, p.languages)
}

// Render answers with a page.
func (d *Desk) Render(w http.ResponseWriter, r *http.Request, who rostrum.Actor, pages *Pages, p Page) error {
	here := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		here += "?" + r.URL.RawQuery
	}
	v := view{Page: p, Base: d.Base, Nonce: rand.Text(), L: pages.Locale(pages.UI(d, r, who)), Who: who, Here: here, Public: d.Public(r), now: d.Now()}
	if d.Unseen != nil && !p.Bare {
		v.Unseen = d.Unseen(r, who)
	}
	var b bytes.Buffer
	if err := pages.templates.ExecuteTemplate(&b, p.Name, v); err != nil {
		return fmt.Errorf("rendering %s: %w", p.Name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.L.Tag))
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
	h.Set("Content-Security-Policy", Policy(v.Nonce))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(cmp.Or(p.Status, http.StatusOK))
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
	return nil
}

// Policy is the Content-Security-Policy of the studio's pages: scripts and styles by nonce only.
func Policy(nonce string) string {
	return "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce + "'; img-src 'self' data: blob:; " +
		"media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'"
}

// Public is the address of this server as the request sees it, with the base path, without a slash at the end.
func (d *Desk) Public(r *http.Request) string {
	switch {
	case d.PublicURL != "":
		return d.PublicURL
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// problemPages are filled at their first use.
var problemPages = sync.OnceValue(func() *Pages { return NewPages(nil) })

func (d *Desk) renderProblem(w http.ResponseWriter, r *http.Request, who rostrum.Actor, status int, err error) error {
	return d.Render(w, r, who, problemPages(), Page{Name: "problem", Title: http.StatusText(status), Bare: len(who.Roles) == 0, Status: status,
		Data: map[string]any{"Status": status, "Message": answer.Message(err)}})
}
