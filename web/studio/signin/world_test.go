package signin

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
)

const (
	password = "four quiet words here"
	other    = "another set of words"
)

// world is a desktest.World into which people come by signing in, with a clock that stands still
// until it is moved.
type world struct {
	*desktest.World
	s    *SignIn
	t    testing.TB
	mu   sync.Mutex
	late time.Duration
}

func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	w, began := &world{World: desktest.New(t), t: t}, time.Now()
	w.Now = func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return began.Add(w.late)
	}
	o := Options{Desk: w.Desk, Catalogue: w.Catalogue, Now: w.Now, Log: w.Log}
	for _, f := range change {
		f(&o)
	}
	w.s = New(o)
	w.Desk.Who, w.Desk.Language, w.Desk.Unseen = w.s.Who, w.s.Language, w.s.Unseen
	w.Desk.Mount(w.Router, w.s.Routes())
	return w
}

// later moves the clock.
func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late += d
}

// visitor is a browser.
type visitor struct {
	*http.Client
	w       *world
	headers map[string]string
}

func (w *world) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &visitor{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, w, map[string]string{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}}
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	body string
}

func (p reply) to() string { return p.Header.Get("Location") }

func (v *visitor) do(method, address string, body io.Reader) reply {
	v.w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = v.w.URL + address
	}
	r, err := http.NewRequestWithContext(v.w.t.Context(), method, address, body)
	if err != nil {
		v.w.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.headers {
		r.Header.Set(name, value)
	}
	answer, err := v.Do(r)
	if err != nil {
		v.w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.w.t.Fatal(err)
	}
	return reply{answer, string(text)}
}

func (v *visitor) get(path string) reply { return v.do(http.MethodGet, path, nil) }

// post sends a form of names and values.
func (v *visitor) post(path string, pairs ...string) reply {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, path, strings.NewReader(form.Encode()))
}

func (v *visitor) enter(email, password string) reply {
	return v.post("/studio/sign-in", "email", email, "password", password)
}

// is checks who the visitor is: the name, "" for nobody.
func (v *visitor) is(name string) {
	v.w.t.Helper()
	p := v.get("/api/v1/account")
	if name == "" && p.StatusCode != http.StatusUnauthorized || name != "" && !strings.Contains(p.body, `"name":"`+name+`"`) {
		v.w.t.Errorf("the visitor is %d %s, want %q", p.StatusCode, p.body, name)
	}
}

// want checks the status and that the body holds some words.
func (p reply) want(t testing.TB, what string, status int, words ...string) {
	t.Helper()
	if p.StatusCode != status {
		t.Errorf("%s: status %d, want %d\n%s", what, p.StatusCode, status, p.notes())
	}
	for _, word := range words {
		if !strings.Contains(p.body, word) {
			t.Errorf("%s: it does not say %q\n%s", what, word, p.notes())
		}
	}
}

var noted = regexp.MustCompile(`(?s)<p class="note.*?</p>`)

// notes are what a page tells about what was done.
func (p reply) notes() string {
	if all := noted.FindAllString(p.body, -1); all != nil {
		return strings.Join(all, "\n")
	}
	return p.body[:min(len(p.body), 400)]
}

// has gives somebody of desktest.People a password and signs them in.
func (w *world) has(id rostrum.AccountID) *visitor {
	w.t.Helper()
	secret, err := w.s.Link(w.t.Context(), rostrum.Operator("test"), id)
	if err != nil {
		w.t.Fatal(err)
	}
	v := w.visitor()
	v.post("/studio/invitation/"+secret, "name", string(id), "password", password).want(w.t, "taking the invitation", http.StatusSeeOther)
	v.is(string(id))
	return v
}

// log lists the audit log about a subject as "action: detail".
func (w *world) log(subject string) string {
	w.t.Helper()
	all, err := w.Catalogue.AuditOf(w.t.Context(), subject)
	if err != nil {
		w.t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s: %s\n", e.Action, e.Detail)
	}
	return b.String()
}

// alone removes all accounts, as before the first start.
func (w *world) alone() {
	if _, err := w.Catalogue.SQL().ExecContext(w.t.Context(), `DELETE FROM accounts`); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(f func(tx *catalogue.Tx) error) {
	w.t.Helper()
	if err := w.Catalogue.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}
