package signin

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rostrum"
	"rostrum/storage/catalogue"
)

var madeLink = regexp.MustCompile(`value="(http://[^"]*/studio/invitation/[a-z2-7]{26})"`)

func linkIn(t *testing.T, p reply) string {
	t.Helper()
	found := madeLink.FindStringSubmatch(p.body)
	if p.StatusCode != http.StatusOK || found == nil {
		t.Fatalf("no link was made: %d %s", p.StatusCode, p.notes())
	}
	return found[1]
}

func TestPeople(t *testing.T) {
	w := newWorld(t)
	admin := w.has("admin")
	admin.get("/studio/people").want(t, "the list", http.StatusOK, "Aline Vidal", "av@example.org", "<td>AV staff", "invited", "active")
	admin.get("/studio/people/nobody").want(t, "unknown", http.StatusNotFound, "no such account")
	for _, c := range []struct{ name, email, person, role, says string }{
		{"no address", "new", "New", "av", "not an e-mail"},
		{"a name before it", "New <new@example.org>", "New", "av", "not an e-mail"},
		{"no name", "new@example.org", "", "av", "name of 1"},
		{"no role", "new@example.org", "New", "", "one of the roles"},
		{"odd role", "new@example.org", "New", "king", "one of the roles"},
		{"long name", "new@example.org", strings.Repeat("x", 121), "av", "name of 1"},
	} {
		admin.post("/studio/people/invite", "email", c.email, "name", c.person, "role", c.role).want(t, c.name, http.StatusBadRequest, c.says)
	}
	admin.post("/studio/people/invite", "email", "AV@example.org", "name", "Again", "role", "av").want(t, "taken", http.StatusConflict, "already", `value="Again"`)
	link := linkIn(t, admin.post("/studio/people/invite", "email", "New@Example.org", "name", "Nina <New>", "role", "av", "role", "editor"))
	account, err := w.Catalogue.AccountByEmail(t.Context(), "new@example.org")
	if err != nil || len(account.Roles) != 2 {
		t.Fatal(account, err)
	}
	at := "/studio/people/" + string(account.ID)

	nina := w.visitor()
	nina.do(http.MethodGet, link, nil).want(t, "the invitation", http.StatusOK, "new@example.org", "Nina &lt;New&gt;", "Welcome")
	replaced := link
	link = linkIn(t, admin.post(at+"/link"))
	nina.do(http.MethodGet, replaced, nil).want(t, "the replaced one", http.StatusNotFound)
	nina.post(strings.TrimPrefix(link, w.URL), "name", "Nina New", "password", "nina new").want(t, "too short", http.StatusBadRequest, "12 characters", `value="Nina New"`)
	nina.post(strings.TrimPrefix(link, w.URL), "name", "Nina New", "password", password).want(t, "taking it", http.StatusSeeOther)
	nina.is("Nina New")
	w.visitor().post(strings.TrimPrefix(link, w.URL), "name", "Thief", "password", other).want(t, "a second time", http.StatusNotFound, "has been used")
	nina.get("/studio/people").want(t, "as AV staff", http.StatusForbidden)

	admin.get(at).want(t, "the person", http.StatusOK, "Firefox, Linux", "Close the account")
	admin.post(at+"/roles").want(t, "no roles", http.StatusBadRequest, "one of the roles")
	admin.post(at+"/roles", "role", "reader").want(t, "roles", http.StatusSeeOther)
	nina.get("/studio/audit").want(t, "as reader", http.StatusForbidden)
	admin.post(at+"/roles", "role", "secretariat").want(t, "roles", http.StatusSeeOther)
	nina.get("/studio/audit").want(t, "as secretariat", http.StatusOK)

	admin.post("/studio/people/admin/roles", "role", "av").want(t, "the last administrator's role", http.StatusForbidden, "only administrator")
	admin.post("/studio/people/admin/close").want(t, "the last administrator's account", http.StatusForbidden, "only administrator")
	admin.get("/studio/people/admin").want(t, "the last administrator", http.StatusOK, "can’t be taken away")

	link = linkIn(t, admin.post(at+"/link"))
	nina.is("Nina New") // until the link is used
	admin.post(at+"/close").want(t, "closing", http.StatusSeeOther)
	nina.is("")
	nina.do(http.MethodGet, link, nil).want(t, "the link of a closed account", http.StatusNotFound)
	admin.post(at+"/link").want(t, "a link for a closed account", http.StatusForbidden, "open it again")
	admin.get("/studio/people").want(t, "the list", http.StatusOK, "1 closed account")
	admin.post(at+"/reopen").want(t, "reopening", http.StatusSeeOther)
	nina.enter("new@example.org", password).want(t, "again", http.StatusSeeOther)

	// A forgotten password, and a link that is too old.
	link = linkIn(t, admin.post(at+"/link"))
	w.visitor().do(http.MethodGet, link, nil).want(t, "resetting", http.StatusOK, "A new password")
	other1 := w.visitor()
	other1.post(strings.TrimPrefix(link, w.URL), "name", "Nina New", "password", other).want(t, "resetting", http.StatusSeeOther)
	nina.is("")
	other1.is("Nina New")
	admin.post(at+"/sessions/end").want(t, "signing out everywhere", http.StatusSeeOther)
	other1.is("")
	link = linkIn(t, admin.post(at+"/link"))
	w.later(invitationFor)
	nina.do(http.MethodGet, link, nil).want(t, "after a week", http.StatusNotFound)

	want := "account added: new@example.org: av, editor\ninvitation: \npassword: \nsign in: link\nroles: av, editor → reader\nroles: reader → secretariat\n" +
		"invitation: \naccount closed: new@example.org\naccount reopened: new@example.org\nsign in: password\ninvitation: \npassword: \nsign in: link\nsessions ended: \ninvitation: \n"
	// Lines of one moment have no order.
	if got := w.log(string(account.ID)); len(got) != len(want) {
		t.Errorf("the log says\n%swant\n%s", got, want)
	}
}

func TestOwnAccount(t *testing.T) {
	w := newWorld(t)
	av := w.has("av")
	w.write(func(tx *catalogue.Tx) error {
		return tx.Notify(t.Context(), "av", w.Now(), "“Opening” was approved by <b>Sami</b>.")
	})
	p := av.get("/studio/account")
	p.want(t, "the page", http.StatusOK, "1 new message", "&lt;b&gt;Sami", "av@example.org")
	until := regexp.MustCompile(`name="until" value="(\d+)"`).FindStringSubmatch(p.body)
	if until == nil {
		t.Fatal("the news can't be marked as read")
	}
	av.post("/studio/account/seen", "until", "soon").want(t, "no moment", http.StatusBadRequest)
	av.post("/studio/account/seen", "until", until[1]).want(t, "seen", http.StatusSeeOther)
	if p := av.get("/studio/account"); strings.Contains(p.body, "new message") || strings.Contains(p.body, "Sami") {
		t.Error("what was seen is told again")
	}
	av.post("/studio/account", "name", "", "language", "fr").want(t, "no name", http.StatusBadRequest, "name of 1")
	av.post("/studio/account", "name", "Aline V", "language", "tlh").want(t, "no language", http.StatusBadRequest, "no words", `value="Aline V"`)
	av.post("/studio/account", "name", "Aline  Vidal-Roux", "language", "fr").want(t, "saving", http.StatusSeeOther)
	av.get("/studio/account").want(t, "in French", http.StatusOK, "Votre compte", "Aline Vidal-Roux", `lang="fr"`)
	av.is("Aline Vidal-Roux")
	av.do(http.MethodPost, "/studio/account", strings.NewReader("name="+strings.Repeat("x", largestForm))).want(t, "too much", http.StatusBadRequest)
	if got := w.log("av"); !strings.Contains(got, "profile: av → Aline Vidal-Roux") {
		t.Errorf("the log says\n%s", got)
	}
	// Somebody without a role is told so, and is not sent round in circles.
	w.write(func(tx *catalogue.Tx) error {
		x, err := tx.Account(t.Context(), "av")
		if err != nil {
			return err
		}
		x.Roles = []rostrum.Role{}
		return tx.PutAccount(t.Context(), x)
	})
	if p := av.get("/studio/account"); !strings.Contains(p.to(), "/studio/sign-in") {
		t.Errorf("without a role the page answers %d and leads to %q", p.StatusCode, p.to())
	}
	av.get("/studio/sign-in").want(t, "without a role", http.StatusOK, "aucun rôle")
}

func TestBrowserNames(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                     "Safari, macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome, iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36":           "Samsung Internet, Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                        "Chrome, Windows",
		"curl/8.5.0": "curl", "": "", "something": "",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("%q is called %q, want %q", agent, got, want)
		}
	}
}
