package signin

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/browsertest"
)

// typed writes into whatever has the focus.
func typed(text string) browsertest.Step { return chromedp.KeyEvent(text) }

// tabTo presses Tab until an element has the focus.
func tabTo(t *testing.T, selector string) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		for range 60 {
			if _, err := chromedp.KeyEvent(kb.Tab)(ctx, target); err != nil {
				return chromedp.Void{}, err
			}
			if there, err := chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))(ctx, target); err != nil || there {
				return chromedp.Void{}, err
			}
		}
		t.Errorf("Tab does not lead to %s", selector)
		return chromedp.Void{}, nil
	}
}

// until waits until an expression is true, also when the page changes meanwhile.
func until(t *testing.T, expression string) browsertest.Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for end := time.Now().Add(20 * time.Second); ; <-tick.C {
			if come, err := chromedp.Evaluate[bool](expression)(ctx, target); err == nil && come {
				return chromedp.Void{}, nil
			}
			if time.Now().After(end) || ctx.Err() != nil {
				t.Errorf("it did not come to %s", expression)
				return chromedp.Void{}, ctx.Err()
			}
		}
	}
}

// TestWithTheKeyboard goes the whole way of the first administrator and of the first colleague without a mouse.
func TestWithTheKeyboard(t *testing.T) {
	ctx := browsertest.Open(t)
	w := newWorld(t)
	w.alone()
	link, err := w.s.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	press := browsertest.Press
	eventually := func(expression string) browsertest.Step { return until(t, expression) }
	at := func(path string) browsertest.Step {
		return until(t, fmt.Sprintf("location.pathname.endsWith(%q) && document.readyState === 'complete'", path))
	}
	browsertest.Do(t, ctx, chromedp.Navigate(link), at(strings.TrimPrefix(link, w.URL)), eventually("document.activeElement.id === 'email'"),
		typed("ada@example.org"), press(kb.Tab), typed("Ada Admin"), press(kb.Tab), typed(password), tabTo(t, "[data-show]"), press(kb.Enter),
		browsertest.Check(t, "the password can be read", "document.getElementById('password').type === 'text'"), press(kb.Enter),
		browsertest.Check(t, "and hidden", "document.getElementById('password').type === 'password'"),
		tabTo(t, "button.primary"), press(kb.Enter), at("/studio"),
		chromedp.Navigate(w.URL+"/studio/people"), at("/studio/people"), tabTo(t, "main .primary"), press(kb.Enter), at("/invite"),
		eventually("document.activeElement.id === 'email'"), typed("bo@example.org"), press(kb.Tab), typed("Bo Vang"), tabTo(t, "[value=av]"), press(" "),
		tabTo(t, "main .primary"), press(kb.Enter), eventually("document.activeElement?.dataset.copy === 'made'"), press(kb.Enter),
		eventually("!!(document.querySelector('.toast'))"))
	invitation, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.getElementById('made').value"))
	if err != nil {
		t.Fatal(err)
	}
	// Closing an account is asked first; the answer that does nothing has the focus.
	closing := "form[action$='/close'] button"
	browsertest.Do(t, ctx, browsertest.Run(fmt.Sprintf("document.querySelector(%q).focus()", closing)), press(kb.Enter), eventually("!!(document.querySelector('dialog[open]'))"),
		press(kb.Enter), eventually("!!(!document.querySelector('dialog'))"))
	if bo, err := w.Catalogue.AccountByEmail(t.Context(), "bo@example.org"); err != nil || !bo.Closed.IsZero() {
		t.Errorf("the account is %+v, %v", bo, err)
	}
	browsertest.Do(t, ctx, browsertest.Run("document.querySelector('form[action$=sign-out] button').focus()"), press(kb.Enter), at("/studio/sign-in"),
		chromedp.Navigate(invitation), eventually("!!(document.getElementById('password'))"), tabTo(t, "#password"), typed("short"), press(kb.Enter),
		browsertest.Check(t, "the browser holds a short password back", "location.href.includes('/invitation/')"),
		browsertest.Run("document.getElementById('password').value = ''"), typed(password), press(kb.Enter), at("/studio"),
		chromedp.Navigate(w.URL+"/studio/account"), at("/studio/account"), tabTo(t, "summary"), press(kb.Enter), press(kb.Tab), typed("recorder"),
		tabTo(t, "[value=look]"), press(" "), tabTo(t, "details button"), press(kb.Enter), eventually("document.activeElement?.dataset.copy === 'made'"))
	tokens := func() (all []rostrum.Token) {
		bo, err := w.Catalogue.AccountByEmail(t.Context(), "bo@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if all, err = w.Catalogue.Tokens(t.Context(), bo.ID); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := tokens(); len(all) != 1 || all[0].Name != "recorder" {
		t.Fatalf("tokens are %+v", all)
	}
	browsertest.Do(t, ctx, tabTo(t, "form[action$='/revoke'] button"), press(kb.Enter), eventually("!!(document.querySelector('dialog[open]'))"), press(kb.Enter),
		eventually("!!document.querySelector('.note.good') && !document.querySelector('form[action$=\"/revoke\"]')"))
	if all := tokens(); all[0].Revoked.IsZero() {
		t.Error("the token is not revoked")
	}
}

// TestPagesAreAccessible looks at every page in both languages and both schemes, narrow and wide.
func TestPagesAreAccessible(t *testing.T) {
	ctx := browsertest.Open(t)
	w := newWorld(t, func(o *Options) {
		o.OIDC = &OIDCOptions{Issuer: "http://127.0.0.1:1/", ClientID: "x", Name: "Example ID"}
	})
	admin := w.has("admin")
	w.has("secretariat")
	admin.headers["User-Agent"] = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1"
	other := w.visitor()
	other.headers["User-Agent"] = admin.headers["User-Agent"]
	other.enter("admin@example.org", password)
	by := rostrum.Actor{Account: "admin", Name: "Ada Admin", Roles: []rostrum.Role{rostrum.Administrator}}
	for _, name := range []string{"Recorder in Room Popov", "Nightly export"} {
		if _, err := w.s.AddToken(t.Context(), by, "admin", name, []rostrum.Act{rostrum.Look, rostrum.Send}, w.Now().AddDate(0, 3, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.s.Close(t.Context(), by, "editor"); err != nil {
		t.Fatal(err)
	}
	if err := w.s.SetRoles(t.Context(), by, "av2", []rostrum.Role{rostrum.AVStaff, rostrum.Editor}); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *catalogue.Tx) error {
		if err := tx.Notify(t.Context(), "admin", w.Now(), "“Trust and security” was approved by Sami Secretary."); err != nil {
			return err
		}
		return tx.Log(t.Context(), catalogue.Entry{At: w.Now(), Who: "Sami Secretary", Action: "consent", Subject: "cxo-2026", Detail: "public, by e-mail of 3 May 2026, kept with the secretariat's papers of the meeting"})
	})
	secret, err := w.s.Link(t.Context(), by, "reader")
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Do(t, ctx, chromedp.Navigate(w.URL+"/studio/sign-in"), browsertest.Run("document.getElementById('email').value = 'admin@example.org'; document.getElementById('password').value = 'wrong'; document.querySelector('form').requestSubmit()"),
		until(t, "!!document.querySelector('.note.bad')"))
	browsertest.Screenshot(t, ctx, "refused")
	pages := []struct{ name, path string }{
		{"sign-in", "/studio/sign-in"}, {"invitation", "/studio/invitation/" + secret}, {"no-link", "/studio/invitation/x"},
		{"account", "/studio/account"}, {"people", "/studio/people"}, {"person", "/studio/people/admin"}, {"other-person", "/studio/people/av2?done=roles"},
		{"invite", "/studio/people/invite"}, {"audit", "/studio/audit"}, {"audit-of", "/studio/audit?subject=admin"}, {"audit-none", "/studio/audit?text=nothing"},
	}
	for i, p := range pages {
		if i == 3 {
			browsertest.Do(t, ctx, chromedp.Navigate(w.URL+"/studio/sign-in"), browsertest.Run(fmt.Sprintf(
				"document.getElementById('email').value = 'admin@example.org'; document.getElementById('password').value = %q; document.querySelector('form').requestSubmit()", password)),
				until(t, "location.pathname.endsWith('/studio')"))
		}
		for _, look := range []struct {
			width       int
			ui, scheme  string
			pictureOnly bool
		}{{768, "en", "light", false}, {768, "fr", "dark", false}, {1280, "en", "dark", false}, {1280, "fr", "light", false}, {1920, "en", "dark", true}} {
			if look.pictureOnly && os.Getenv("ROSTRUM_TEST_PICTURES") == "" {
				continue
			}
			query := "?"
			if strings.Contains(p.path, "?") {
				query = "&"
			}
			what := fmt.Sprintf("%s-%d-%s-%s", p.name, look.width, look.ui, look.scheme)
			browsertest.Do(t, ctx, chromedp.EmulateViewport(int64(look.width), 900), chromedp.Navigate(w.URL+p.path+query+"ui="+look.ui),
				browsertest.Run(fmt.Sprintf("document.documentElement.dataset.theme = %q; for (const d of document.querySelectorAll('details')) d.open = true", look.scheme)),
				browsertest.Eventually("document.readyState === 'complete'"))
			if !look.pictureOnly {
				browsertest.Accessible(t, ctx, what)
			}
			browsertest.Screenshot(t, ctx, what)
		}
	}
}
