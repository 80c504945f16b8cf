package signin

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"rostrum"
	"rostrum/web/studio/desk/desktest"
)

func TestPlay(t *testing.T) {
	w := newWorld(t)
	var signedIn []string
	for _, x := range w.s.Routes() {
		if strings.HasPrefix(x.Path, "/studio/account") || x.Path == "/api/v1/account" {
			signedIn = append(signedIn, x.Method+" "+x.Path)
		}
	}
	desktest.Play(t, w.s.Routes(), signedIn...)
}

func TestFirstAdministrator(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if link, err := w.s.FirstLink(ctx); link != "" || err != nil {
		t.Errorf("with accounts the link is %q, %v", link, err)
	}
	w.alone()
	first, err := w.s.FirstLink(ctx)
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.s.FirstLink(ctx)
	if err != nil || !strings.HasPrefix(link, w.URL+"/studio/setup/") || link == first {
		t.Fatal(first, link, err)
	}
	v := w.visitor()
	v.do(http.MethodGet, first, nil).want(t, "the replaced link", http.StatusNotFound, "does not work")
	v.get("/studio/invitation/"+link[strings.LastIndex(link, "/")+1:]).want(t, "as an invitation", http.StatusNotFound)
	v.do(http.MethodGet, link, nil).want(t, "the link", http.StatusOK, "The first administrator")
	path := strings.TrimPrefix(link, w.URL)
	for _, c := range []struct{ name, email, person, password, says string }{
		{"no address", "ada", "Ada", password, "not an e-mail"},
		{"no name", "ada@example.org", "  ", password, "name of 1"},
		{"short", "ada@example.org", "Ada", "elevenchars", "12 characters"},
		{"common", "ada@example.org", "Ada", "Password1234", "tried first"},
		{"own", "ada@example.org", "Ada Lovelace King", "ada lovelace king", "your own"},
	} {
		v.post(path, "email", c.email, "name", c.person, "password", c.password).want(t, c.name, http.StatusBadRequest, c.says, `value="`+c.email+`"`)
	}
	p := v.post(path+"?ui=fr", "email", "Ada@Example.org", "name", " Ada  Admin", "password", password)
	p.want(t, "setting up", http.StatusSeeOther)
	if p.to() != desktest.Base+"/studio" {
		t.Errorf("it leads to %q", p.to())
	}
	cookie := p.Header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/video/;", "Max-Age=1209600"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %q", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Error("without https the cookie is for https only, and would not come back")
	}
	v.is("Ada Admin")
	v.get("/studio/people").want(t, "people", http.StatusOK, "ada@example.org", `lang="fr"`)
	w.visitor().post(path, "email", "bo@example.org", "name", "Bo", "password", other).want(t, "a second time", http.StatusNotFound)

	w = newWorld(t, func(o *Options) { o.Secure = true })
	w.alone()
	if link, err = w.s.FirstLink(ctx); err != nil {
		t.Fatal(err)
	}
	w.later(setupFor)
	w.visitor().do(http.MethodGet, link, nil).want(t, "after a day", http.StatusNotFound)
	w.alone()
	if link, err = w.s.FirstLink(ctx); err != nil {
		t.Fatal(err)
	}
	p = w.visitor().post(strings.TrimPrefix(link, w.URL), "email", "ada@example.org", "name", "Ada", "password", password)
	if cookie := p.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Secure-rostrum=") || !strings.Contains(cookie, "; Secure") {
		t.Errorf("with https the cookie is %q", cookie)
	}
}

func TestPasswordHashes(t *testing.T) {
	p, _, _, err := argon2id.DecodeHash(nobodys)
	if err != nil || *p != *parameters {
		t.Errorf("the hash for nobody takes %+v, %v, want %+v: it would tell who has an account", p, err, parameters)
	}
	if len(commonest()) < 200 {
		t.Errorf("only %d common passwords are known", len(commonest()))
	}
	h, ctx := newHasher(), t.Context()
	hash, err := h.hash(ctx, "cafe\u0301 au lait et croissants")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password, hash string
		want           bool
	}{
		{"caf\u00e9 au lait et croissants", hash, true}, // the same letters from another keyboard
		{"cafe au lait et croissants", hash, false},
		{"", hash, false},
		{strings.Repeat("x", longestPassword+1), hash, false},
		{"", "", false},
		{"anything", "", false},
	} {
		if got, err := h.matches(ctx, c.password, c.hash); got != c.want || err != nil {
			t.Errorf("%.30q: %v, %v", c.password, got, err)
		}
	}
	if err := checkPassword(strings.Repeat("é", 12), "", ""); err != nil {
		t.Errorf("twelve characters: %v", err)
	}
	if rostrum.ErrorCode(checkPassword(strings.Repeat("x", longestPassword+1), "", "")) != rostrum.Invalid {
		t.Error("a password of any length is hashed")
	}
}

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	av := w.has("av")
	av.post("/studio/sign-out").want(t, "signing out", http.StatusSeeOther)
	av.is("")
	v := w.visitor()
	p := v.get("/studio/account?done=profile")
	if want := desktest.Base + "/studio/sign-in?next=%2Fstudio%2Faccount%3Fdone%3Dprofile"; p.to() != want {
		t.Errorf("nobody is sent to %q, want %q", p.to(), want)
	}
	wrong, unknown, empty := v.enter("av@example.org", other), v.enter("nobody@example.org", other), v.enter("", "")
	for what, p := range map[string]reply{"wrong": wrong, "unknown": unknown, "empty": empty} {
		p.want(t, what, http.StatusUnauthorized, "is not right", `aria-invalid="true"`)
	}
	if wrong.notes() != unknown.notes() {
		t.Errorf("it tells who has an account: %q, %q", wrong.notes(), unknown.notes())
	}
	if !strings.Contains(wrong.body, `value="av@example.org"`) || strings.Contains(wrong.body, other) {
		t.Error("the address that was typed is lost, or the password comes back")
	}
	v.headers["Accept"] = "application/json"
	v.enter("av@example.org", other).want(t, "for a program", http.StatusUnauthorized, `"not_signed_in"`)
	delete(v.headers, "Accept")

	p = v.post("/studio/sign-in", "email", " AV@Example.ORG ", "password", password, "next", "/studio/account?x=1")
	p.want(t, "signing in", http.StatusSeeOther)
	if p.to() != desktest.Base+"/studio/account?x=1" {
		t.Errorf("it leads to %q", p.to())
	}
	v.is("av")
	if p := v.get("/studio/sign-in?next=//evil.example"); p.to() != desktest.Base+"/studio" {
		t.Errorf("somebody who is signed in is led to %q", p.to())
	}
	// The secret is a new one at each time, and the one before opens nothing.
	before := v.Jar.Cookies(p.Request.URL)
	v.enter("av@example.org", password).want(t, "again", http.StatusSeeOther)
	thief := w.visitor()
	thief.Jar.SetCookies(p.Request.URL, before)
	thief.is("")
	v.is("av")

	v.headers["Sec-Fetch-Site"] = "cross-site"
	v.post("/studio/sign-out").want(t, "signed out by another site", http.StatusForbidden)
	delete(v.headers, "Sec-Fetch-Site")
	v.is("av")

	log := w.log("av")
	for _, line := range []string{"invitation: ", "password: ", "sign in: link", "sign out: ", "sign in failed: wrong password", "sign in: password"} {
		if !strings.Contains(log, line) {
			t.Errorf("the log lacks %q:\n%s", line, log)
		}
	}
	for _, secret := range []string{password, other, before[0].Value, "127.0.0.1"} {
		if strings.Contains(log+w.log(""), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

func TestOwnPagesOnly(t *testing.T) {
	for next, want := range map[string]string{
		"/studio/people?x=%2F": "/studio/people?x=%2F", "/studio": "/studio", "": "/studio", "/": "/studio", "//evil.example/studio/": "/studio",
		"https://evil.example/studio/": "/studio", "/\\evil.example": "/studio", "/studio/\\..\\": "/studio", "javascript:alert(1)": "/studio",
		"/studio/../x": "/studio", "/studio/%2e%2e/x": "/studio", "/studio/..": "/studio", "/studiox": "/studio", "/studio/a\nb": "/studio",
		"/studio/sign-in?next=/studio": "/studio", "/studio/sign-out": "/studio", "%zz": "/studio", "studio/x": "/studio",
	} {
		if got := own(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestGuessingIsSlow(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.TrustedProxies = prefixes(t, "127.0.0.0/8") })
	w.has("av").post("/studio/sign-out")
	from := func(address string) *visitor {
		v := w.visitor()
		v.headers["X-Forwarded-For"] = address
		return v
	}
	for _, email := range []string{"av@example.org", "unknown@example.org"} { // the same for both, or it would tell
		for i := range freeFailures {
			from("192.0.2."+string(rune('1'+i))).enter(email, other).want(t, email, http.StatusUnauthorized)
		}
		for _, wait := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second} {
			for range 3 { // however often somebody comes too early, it does not take longer
				p := from("198.51.100.7").enter(email, password)
				p.want(t, "too early", http.StatusTooManyRequests, "too many failed tries")
				if seconds := p.Header.Get("Retry-After"); seconds == "" || seconds == "0" || len(seconds) > 1 {
					t.Errorf("Retry-After is %q", seconds)
				}
			}
			w.later(wait)
			from("198.51.100."+wait.String()[:1]).enter(email, other).want(t, "after the wait", http.StatusUnauthorized)
		}
	}
	v := from("198.51.100.7")
	v.headers["Accept"] = "application/json"
	v.enter("av@example.org", password).want(t, "for a program", http.StatusTooManyRequests, "wait")
	from("203.0.113.1").enter("av2@example.org", other).want(t, "another account", http.StatusUnauthorized)
	w.later(16 * time.Second)
	here := from("203.0.113.9")
	here.enter("av@example.org", password).want(t, "the right one after the wait", http.StatusSeeOther)
	// Success has cleared the count.
	for i := range freeFailures {
		from("192.0.2.2"+string(rune('1'+i))).enter("av@example.org", other).want(t, "from the beginning", http.StatusUnauthorized)
	}
	from("192.0.2.77").enter("av@example.org", password).want(t, "elsewhere", http.StatusTooManyRequests)
	// Where the account is signed in, a stranger's guesses do not keep it out.
	from("203.0.113.9").enter("av@example.org", password).want(t, "at home", http.StatusSeeOther)

	// One address that tries many accounts waits as well, with all of its /64.
	for i := range freeFailures {
		from("2001:db8::"+string(rune('1'+i))).enter("p"+string(rune('a'+i))+"@example.org", other).want(t, "one address", http.StatusUnauthorized)
	}
	from("2001:db8::99").enter("av@example.org", password).want(t, "one address, at last", http.StatusTooManyRequests)
	from("2001:db8:0:1::1").enter("av@example.org", password).want(t, "its neighbour", http.StatusSeeOther)

	if waitAfter(4) != 0 || waitAfter(5) != 2*time.Second || waitAfter(60) != longestWait || waitAfter(14) != longestWait {
		t.Error(waitAfter(4), waitAfter(5), waitAfter(60), waitAfter(14))
	}
	w.later(25 * time.Hour)
	if err := w.s.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	var kept int
	if err := w.Catalogue.SQL().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM failed_attempts`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("after a day %d failures are kept, %v", kept, err)
	}
}

// TestGuessingAtOnce sends many guesses at the same moment: no more of them are looked at than of as many in a row.
func TestGuessingAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	codes := make([]int, 16)
	for i := range codes {
		all.Go(func() { codes[i] = w.visitor().enter("av@example.org", other).StatusCode })
	}
	all.Wait()
	slices.Sort(codes)
	if codes[freeFailures-1] != http.StatusUnauthorized || codes[freeFailures] != http.StatusTooManyRequests || codes[len(codes)-1] != http.StatusTooManyRequests {
		t.Errorf("they were answered with %v", codes)
	}
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	av := w.has("av")
	second := w.visitor()
	second.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
	second.enter("av@example.org", password)
	av.get("/studio/account").want(t, "the list", http.StatusOK, "Firefox, Linux", "Edge, Windows", "127.0.0.1", "this one")
	ids := func() []rostrum.Session {
		all, err := w.Catalogue.Sessions(t.Context(), "av")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	var edge string
	for _, x := range ids() {
		if strings.Contains(x.Agent, "Edg") {
			edge = x.ID
		}
	}
	w.has("reader").post("/studio/account/sessions/"+edge+"/end").want(t, "somebody else's", http.StatusNotFound, "already")
	second.is("av")
	av.post("/studio/account/sessions/"+edge+"/end").want(t, "ending one", http.StatusSeeOther)
	second.is("")
	av.is("av")
	second.enter("av@example.org", password)
	av.post("/studio/account/sessions/end").want(t, "ending the others", http.StatusSeeOther)
	second.is("")
	av.is("av")

	for range 3 {
		w.later(idleFor - time.Hour)
		av.is("av") // used, so it goes on
	}
	w.later(idleFor)
	av.is("")
	av.enter("av@example.org", password).want(t, "after the idle time", http.StatusSeeOther)
	for range 28 { // 28 × 11.9 h is just below 14 days
		w.later(idleFor - 6*time.Minute)
		av.is("av")
	}
	w.later(3 * time.Hour)
	av.is("")
	if err := w.s.Tidy(t.Context()); err != nil || len(ids()) != 0 {
		t.Errorf("what is over is kept: %+v, %v", ids(), err)
	}

	av.enter("av@example.org", password)
	second.enter("av@example.org", password)
	change := func(old, new string) reply { return av.post("/studio/account/password", "old", old, "password", new) }
	change(other, "a third set of words").want(t, "without the old one", http.StatusForbidden, "until now is not right")
	change(password, "short").want(t, "too short", http.StatusBadRequest, "12 characters")
	second.is("av")
	before := av.Jar.Cookies(av.get("/studio/account").Request.URL)
	change(password, other).want(t, "changing the password", http.StatusSeeOther)
	second.is("")
	av.is("av")
	thief := w.visitor()
	thief.Jar.SetCookies(av.get("/studio/account").Request.URL, before)
	thief.is("")
	second.enter("av@example.org", password).want(t, "with the old password", http.StatusUnauthorized)
	second.enter("av@example.org", other).want(t, "with the new one", http.StatusSeeOther)

	if err := w.s.Close(t.Context(), rostrum.Operator("test"), "av"); err != nil {
		t.Fatal(err)
	}
	av.is("")
	second.is("")
	second.enter("av@example.org", other).want(t, "closed", http.StatusForbidden, "closed")
	second.enter("av@example.org", password).want(t, "closed, and wrong", http.StatusUnauthorized, "not right")
}

var madeToken = regexp.MustCompile(`value="(rostrum_[a-z2-7]{26})"`)

func TestTokens(t *testing.T) {
	w := newWorld(t)
	admin := w.has("admin")
	make := func(pairs ...string) reply { return admin.post("/studio/account/tokens", pairs...) }
	for _, c := range []struct {
		name, says string
		pairs      []string
	}{
		{"no name", "a name", []string{"act", "look", "days", "7"}},
		{"no scope", "at least one thing", []string{"name", "x", "days", "7"}},
		{"odd scope", "at least one thing", []string{"name", "x", "act", "all", "days", "7"}},
		{"no days", "a day to a year", []string{"name", "x", "act", "look"}},
		{"too long", "a day to a year", []string{"name", "x", "act", "look", "days", "366"}},
		{"past", "a day to a year", []string{"name", "x", "act", "look", "days", "-1"}},
	} {
		make(c.pairs...).want(t, c.name, http.StatusBadRequest, c.says)
	}
	w.has("reader").post("/studio/account/tokens", "name", "x", "act", "publish", "days", "7").want(t, "more than the person may", http.StatusForbidden, "publish")
	token := func(acts ...string) *visitor {
		t.Helper()
		pairs := []string{"name", "recorder", "days", "30"}
		for _, a := range acts {
			pairs = append(pairs, "act", a)
		}
		p := make(pairs...)
		found := madeToken.FindStringSubmatch(p.body)
		if p.StatusCode != http.StatusOK || found == nil {
			t.Fatalf("no token was made: %d %s", p.StatusCode, p.notes())
		}
		if strings.Contains(admin.get("/studio/account").body, found[1]) {
			t.Error("the token is shown again")
		}
		v := w.visitor()
		v.headers["Authorization"] = "Bearer " + found[1]
		return v
	}
	v := token("look", "audit", "administer")
	p := v.get("/api/v1/account")
	var who struct{ Acts []rostrum.Act }
	if err := json.Unmarshal([]byte(p.body), &who); err != nil || !slices.Equal(who.Acts, []rostrum.Act{rostrum.Look, rostrum.Audit, rostrum.Administer}) {
		t.Errorf("the token may %s, %v", p.body, err)
	}
	v.get("/api/v1/audit.jsonl").want(t, "within the scope", http.StatusOK)
	token("look").get("/api/v1/audit.jsonl").want(t, "outside the scope", http.StatusForbidden, "scope")
	for _, path := range []string{"/studio/people", "/studio/people/admin", "/studio/account"} {
		v.get(path).want(t, path, http.StatusForbidden, "A token can")
	}
	for _, path := range []string{"/studio/people/invite", "/studio/people/av/roles", "/studio/people/av/close", "/studio/people/av/link", "/studio/account/tokens", "/studio/account/password"} {
		v.post(path, "role", "administrator", "email", "x@example.org", "name", "x", "act", "look", "days", "7").want(t, path, http.StatusForbidden)
	}
	if tokens, err := w.Catalogue.Tokens(t.Context(), "admin"); err != nil || len(tokens) != 2 || tokens[1].Used.IsZero() && tokens[0].Used.IsZero() {
		t.Errorf("tokens are %+v, %v", tokens, err)
	}
	// With the person's role goes what the token may.
	by := rostrum.Operator("test")
	if err := w.s.SetRoles(t.Context(), by, "av", []rostrum.Role{rostrum.Administrator}); err != nil {
		t.Fatal(err)
	}
	if err := w.s.SetRoles(t.Context(), by, "admin", []rostrum.Role{rostrum.Reader}); err != nil {
		t.Fatal(err)
	}
	v.get("/api/v1/audit.jsonl").want(t, "after the role is gone", http.StatusForbidden)
	if err := w.s.SetRoles(t.Context(), by, "admin", []rostrum.Role{rostrum.Administrator}); err != nil {
		t.Fatal(err)
	}
	v.get("/api/v1/audit.jsonl").want(t, "and back", http.StatusOK)

	tokens, _ := w.Catalogue.Tokens(t.Context(), "admin")
	for _, k := range tokens {
		w.has("editor").post("/studio/account/tokens/"+k.ID+"/revoke").want(t, "somebody else's", http.StatusNotFound)
		admin.post("/studio/account/tokens/"+k.ID+"/revoke").want(t, "revoking", http.StatusSeeOther)
		admin.post("/studio/account/tokens/"+k.ID+"/revoke").want(t, "revoking twice", http.StatusNotFound, "not in force")
	}
	v.get("/api/v1/account").want(t, "revoked", http.StatusUnauthorized, "not good")
	v.headers["Authorization"] = "Bearer nonsense"
	v.get("/api/v1/account").want(t, "nonsense", http.StatusUnauthorized, "not good")
	v = token("look")
	w.later(31 * 24 * time.Hour)
	v.get("/api/v1/account").want(t, "past", http.StatusUnauthorized)

	admin.enter("admin@example.org", password)
	v = token("look")
	if err := w.s.Close(t.Context(), by, "admin"); err != nil {
		t.Fatal(err)
	}
	if err := w.s.Reopen(t.Context(), by, "admin"); err != nil {
		t.Fatal(err)
	}
	v.get("/api/v1/account").want(t, "after the account was closed", http.StatusUnauthorized)

	// A browser sends a name and a password in this header by itself, for another site too: it is no token, and excuses nothing.
	admin.enter("admin@example.org", password)
	admin.headers["Authorization"], admin.headers["Sec-Fetch-Site"] = "Basic eDp5", "cross-site"
	admin.post("/studio/people/av/close").want(t, "from another site", http.StatusForbidden, "another site")
}
