package signin

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/web/studio/desk/desktest"
)

// provider is a real OpenID provider, a program of its own that ROSTRUM_TEST_OIDC names: web/studio/signin/oidcprovider, built.
type provider struct {
	t       *testing.T
	address string
	program string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	program := os.Getenv("ROSTRUM_TEST_OIDC")
	if program == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_OIDC names no OpenID provider; build web/studio/signin/oidcprovider")
		}
		t.Skip("set ROSTRUM_TEST_OIDC to the program that web/studio/signin/oidcprovider builds")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // so that nothing answers there at first
	return &provider{t: t, address: listener.Addr().String(), program: program}
}

func (p *provider) issuer() string { return "http://" + p.address + "/" }

// start lets the provider answer, until the test ends.
func (p *provider) start(redirect string) {
	p.t.Helper()
	c := exec.Command(p.program, p.address, redirect)
	c.Stderr = p.t.Output()
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); ; <-tick.C {
		if conn, err := net.Dial("tcp", p.address); err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			p.t.Fatal("the provider did not start")
		}
	}
}

// has makes a person known to the provider, or changes one.
func (p *provider) has(id, email string, verified bool, groups ...string) {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"ID": id, "Username": id, "Password": "pw " + id, "Email": email, "Verified": verified, "FirstName": "Prov", "LastName": id, "Groups": groups})
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPut, p.issuer()+"test/people", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.t.Fatal(answer, err)
	}
	answer.Body.Close()
}

// atProvider goes to the provider, signs in there, and gives the address at which the provider sends the visitor back.
func (v *visitor) atProvider(p *provider, id, next string) string {
	p.t.Helper()
	at := v.get("/studio/sign-in/oidc?next=" + url.QueryEscape(next))
	at.want(p.t, "going to the provider", http.StatusSeeOther)
	for _, part := range []string{p.issuer(), "code_challenge_method=S256", "state=", "nonce=", "response_type=code"} {
		if !strings.Contains(at.to(), part) {
			p.t.Fatalf("the provider is asked with %q, which lacks %q", at.to(), part)
		}
	}
	follow := func(from reply) reply {
		to, err := from.Request.URL.Parse(from.to())
		if err != nil || from.to() == "" {
			p.t.Fatalf("the provider answers %d %s %v", from.StatusCode, from.body, err)
		}
		return v.do(http.MethodGet, to.String(), nil)
	}
	form := follow(follow(at))
	back := follow(v.do(http.MethodPost, p.issuer()+"login/username",
		strings.NewReader(url.Values{"username": {id}, "password": {"pw " + id}, "id": {form.Request.URL.Query().Get("authRequestID")}}.Encode())))
	if !strings.HasPrefix(back.to(), v.w.URL+callbackPath) {
		p.t.Fatalf("the provider leads to %q: %d %s", back.to(), back.StatusCode, back.body)
	}
	return back.to()
}

// by signs in at the provider.
func (v *visitor) by(p *provider, id string) reply {
	p.t.Helper()
	return v.get(strings.TrimPrefix(v.atProvider(p, id, "/studio/account"), v.w.URL))
}

// tamper changes what the browser keeps while it is at the provider.
func (v *visitor) tamper(change func(*flow)) {
	v.w.t.Helper()
	at, err := url.Parse(v.w.URL + callbackPath)
	if err != nil {
		v.w.t.Fatal(err)
	}
	for _, c := range v.Jar.Cookies(at) {
		if c.Name != v.w.s.flowCookie() {
			continue
		}
		var f flow
		kept, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err == nil {
			err = json.Unmarshal(kept, &f)
		}
		if err != nil {
			v.w.t.Fatal(err)
		}
		change(&f)
		if kept, err = json.Marshal(f); err != nil {
			v.w.t.Fatal(err)
		}
		v.Jar.SetCookies(at, []*http.Cookie{{Name: c.Name, Value: base64.RawURLEncoding.EncodeToString(kept), Path: desktest.Base + "/studio/sign-in"}})
		return
	}
	v.w.t.Fatal("the browser keeps nothing")
}

func TestOpenIDConnect(t *testing.T) {
	p := newProvider(t)
	w := newWorld(t, func(o *Options) {
		o.OIDC = &OIDCOptions{Issuer: p.issuer(), ClientID: "rostrum", ClientSecret: "secret", Name: "Example ID",
			Groups: map[string]rostrum.Role{"studio": rostrum.AVStaff, "words": rostrum.Editor, "boss": rostrum.Administrator}}
	})
	ctx := t.Context()

	// While the provider is down, the page is there, and says so.
	v := w.visitor()
	v.get("/studio/sign-in").want(t, "before anybody tried", http.StatusOK, "Sign in with Example ID")
	v.get("/studio/sign-in/oidc").want(t, "while it is down", http.StatusServiceUnavailable, "Example ID does not answer")
	v.get("/studio/sign-in").want(t, "afterwards", http.StatusOK, "did not answer a moment ago")
	p.start(w.URL + callbackPath)
	v.get("/studio/sign-in/oidc").want(t, "asked again at once", http.StatusServiceUnavailable)
	w.later(providerAgain)

	// The first time makes the account.
	p.has("p1", "Pia@Example.org", false, "studio", "somewhere")
	back := v.atProvider(p, "p1", "/studio/account?x=1")
	in := v.get(strings.TrimPrefix(back, w.URL))
	in.want(t, "the first time", http.StatusSeeOther)
	if in.to() != desktest.Base+"/studio/account?x=1" {
		t.Errorf("it leads to %q", in.to())
	}
	v.is("Prov p1")
	pia, err := w.Catalogue.AccountByEmail(ctx, "pia@example.org")
	if err != nil || !reflect.DeepEqual(pia.Roles, []rostrum.Role{rostrum.AVStaff}) || pia.Subject != p.issuer()+" p1" {
		t.Fatalf("the account is %+v, %v", pia, err)
	}
	v.get(strings.TrimPrefix(back, w.URL)).want(t, "the same answer twice", http.StatusForbidden, "begin again")
	v.is("Prov p1")
	v.get("/studio/account").want(t, "the account", http.StatusOK, "have no password here")

	// Answers that are not this browser's, or not of this moment.
	for _, c := range []struct {
		name, says string
		change     func(*flow)
		callback   func(string) string
		late       time.Duration
	}{
		{name: "wrong state", says: "does not belong", callback: func(s string) string { return strings.Replace(s, "state=", "state=x", 1) }},
		{name: "no state", says: "does not belong", callback: func(s string) string { return strings.Replace(s, "state=", "s=", 1) }},
		{name: "wrong nonce", says: "does not belong", change: func(f *flow) { f.Nonce = "x" }},
		{name: "no nonce", says: "does not belong", change: func(f *flow) { f.Nonce = "" }},
		{name: "wrong verifier", says: "can’t be used", change: func(f *flow) { f.Verifier = strings.Repeat("x", 43) }},
		{name: "wrong code", says: "can’t be used", callback: func(s string) string { return strings.Replace(s, "code=", "code=x", 1) }},
		{name: "late", says: "took too long", late: flowFor + time.Second},
		{name: "denied", says: "did not let you in", callback: func(s string) string { return strings.Replace(s, "code=", "error=access_denied&c=", 1) }},
		{name: "an error of the provider's", says: "can’t be used", callback: func(s string) string { return strings.Replace(s, "code=", "error=server_error&c=", 1) }},
	} {
		stranger := w.visitor()
		back := stranger.atProvider(p, "p1", "")
		if c.change != nil {
			stranger.tamper(c.change)
		}
		if c.callback != nil {
			back = c.callback(back)
		}
		w.later(c.late)
		answer := stranger.get(strings.TrimPrefix(back, w.URL))
		w.later(-c.late)
		if answer.StatusCode < 400 || answer.StatusCode == 500 {
			t.Errorf("%s: status %d", c.name, answer.StatusCode)
		}
		answer.want(t, c.name, answer.StatusCode, c.says)
		stranger.is("")
	}
	w.later(2 * time.Hour) // beyond the life of what the provider signs
	w.visitor().by(p, "p1").want(t, "an ID token that is past", http.StatusForbidden, "can’t be used")
	w.later(-2 * time.Hour)
	other := w.visitor()
	other.get(strings.TrimPrefix(v.atProvider(p, "p1", ""), w.URL)).want(t, "in another browser", http.StatusForbidden, "another browser")
	other.is("")

	// Roles follow the groups.
	p.has("p1", "pia@example.org", false, "studio", "words")
	v.by(p, "p1").want(t, "in another group", http.StatusSeeOther)
	if pia, _ = w.Catalogue.Account(ctx, pia.ID); len(pia.Roles) != 2 {
		t.Errorf("the roles are %v", pia.Roles)
	}
	second := w.visitor()
	second.by(p, "p1").want(t, "in a second browser", http.StatusSeeOther)
	p.has("p1", "pia@example.org", false, "somewhere")
	v.by(p, "p1").want(t, "in no group any more", http.StatusForbidden, "in no group")
	second.is("") // what was open has no rights any more
	p.has("p2", "stranger@example.org", true)
	w.visitor().by(p, "p2").want(t, "never in a group", http.StatusForbidden, "in no group")
	if _, err := w.Catalogue.AccountByEmail(ctx, "stranger@example.org"); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("a person without a group has an account: %v", err)
	}
	p.has("p1", "pia@example.org", false, "words")
	v.by(p, "p1").want(t, "in a group again", http.StatusSeeOther)
	v.is("Prov p1")

	// An account with the same address is joined, but only when the provider has verified it.
	p.has("p3", "av@example.org", false, "studio")
	w.visitor().by(p, "p3").want(t, "not verified", http.StatusForbidden, "has not verified")
	p.has("p3", "av@example.org", true, "studio")
	joined := w.visitor()
	joined.by(p, "p3").want(t, "verified", http.StatusSeeOther)
	joined.is("Aline Vidal")
	p.has("p4", "av@example.org", true, "boss")
	w.visitor().by(p, "p4").want(t, "a second one with the address", http.StatusForbidden, "somebody else")
	p.has("p5", "", true, "boss")
	w.visitor().by(p, "p5").want(t, "without an address", http.StatusForbidden, "does not tell")

	// The last administrator stays one, whatever the groups say.
	p.has("p6", "admin@example.org", true, "words")
	w.visitor().by(p, "p6").want(t, "the last administrator", http.StatusSeeOther)
	if admin, err := w.Catalogue.Account(ctx, "admin"); err != nil || !reflect.DeepEqual(admin.Roles, []rostrum.Role{rostrum.Administrator, rostrum.Editor}) {
		t.Errorf("the last administrator has %v, %v", admin.Roles, err)
	}

	if err := w.s.Close(ctx, rostrum.Operator("test"), pia.ID); err != nil {
		t.Fatal(err)
	}
	v.is("")
	v.by(p, "p1").want(t, "a closed account", http.StatusForbidden, "is closed")
	v.is("")

	log := w.log(string(pia.ID))
	for _, line := range []string{"account added: pia@example.org: av, by Example ID", "sign in: Example ID", "roles: av → av, editor, by Example ID",
		"roles: av, editor → none, by Example ID", "sign in failed: in no group that has a role", "sign in failed: closed account"} {
		if !strings.Contains(log, line) {
			t.Errorf("the log lacks %q:\n%s", line, log)
		}
	}
	if log := w.log("av"); !strings.Contains(log, "account joined: with Example ID") {
		t.Errorf("the log of who was joined is\n%s", log)
	}
}

func TestIdentities(t *testing.T) {
	p := newIdentityProvider(OIDCOptions{GroupsClaim: "roles", Groups: map[string]rostrum.Role{"a": rostrum.AVStaff, "b": rostrum.Editor}}, time.Now)
	for _, c := range []struct {
		name, said string
		want       identity
	}{
		{"whole", `{"email":"A@B.example","email_verified":true,"name":" Pia  P ","roles":["b","a","c",7]}`, identity{"s", "a@b.example", true, "Pia P", []rostrum.Role{rostrum.AVStaff, rostrum.Editor}}},
		{"one group", `{"email":"a@b.example","email_verified":"true","given_name":"Pia","family_name":"P","roles":"a"}`, identity{"s", "a@b.example", true, "Pia P", []rostrum.Role{rostrum.AVStaff}}},
		{"groups as keys", `{"email":"a@b.example","email_verified":"false","preferred_username":"pia","roles":{"b":{"x":"y"}}}`, identity{"s", "a@b.example", false, "pia", []rostrum.Role{rostrum.Editor}}},
		{"little", `{"email":"a@b.example","groups":["a"]}`, identity{"s", "a@b.example", false, "a@b.example", nil}},
		{"nonsense", `{"email":7,"name":["x"],"roles":true,"email_verified":1}`, identity{"s", "", false, "", nil}},
	} {
		said := map[string]any{}
		if err := json.Unmarshal([]byte(c.said), &said); err != nil {
			t.Fatal(err)
		}
		if got := p.identity("s", said); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	p.o.DefaultRole = rostrum.Reader
	if got := p.identity("s", map[string]any{}); !reflect.DeepEqual(got.roles, []rostrum.Role{rostrum.Reader}) {
		t.Errorf("the role of everybody is %v", got.roles)
	}
}
