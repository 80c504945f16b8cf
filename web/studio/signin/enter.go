package signin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// largestForm is the most that is read of a form, in bytes.
const largestForm = 64 << 10

// form reads the request's form. Invalid when it is none, TooLarge when it is too long.
func form(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		return complain(rostrum.Invalid, "error.form")
	}
	return nil
}

// own is where somebody goes after signing in: only pages of the studio, whatever the address says.
func own(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.ContainsAny(next, "\\\r\n\t") ||
		u.Path != "/studio" && !strings.HasPrefix(u.Path, "/studio/") || strings.Contains(u.Path, "/../") || strings.HasSuffix(u.Path, "/..") ||
		strings.HasPrefix(u.Path, desk.SignInPath) || u.Path == "/studio/sign-out" {
		return "/studio"
	}
	return next
}

// signInView is what the page of signing in shows.
type signInView struct {
	Email   string
	Next    string
	Error   string
	Wrong   bool   // what was typed is
	NoRole  string // somebody who is signed in, but has no role
	Out     bool   // has just signed out
	OIDC    string // label of the provider's button, "" without one
	Missing bool   // the provider does not answer
}

func (s *SignIn) locale(r *http.Request, who rostrum.Actor) *page.Locale {
	return pages().Locale(s.o.Desk.UI(r, who))
}

func (s *SignIn) showSignIn(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	next := own(r.URL.Query().Get("next"))
	if len(who.Roles) > 0 {
		http.Redirect(w, r, s.o.Desk.Base+next, http.StatusSeeOther)
		return nil
	}
	return s.renderSignIn(w, r, who, signInView{Next: next, NoRole: who.Name, Out: r.URL.Query().Has("out")}, nil)
}

// renderSignIn shows the page, with the error when there is one.
func (s *SignIn) renderSignIn(w http.ResponseWriter, r *http.Request, who rostrum.Actor, v signInView, err error) error {
	l, status := s.locale(r, who), 0
	if err != nil {
		status, v.Error = answer.Status(err), sentence(l, err)
	}
	if s.oidc != nil {
		v.OIDC, v.Missing = s.oidc.o.Name, s.oidc.missing()
	}
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "sign-in", Title: l.Word("signin.title"), Script: "signin.js", Bare: true, Data: v, Status: status})
}

// wantsJSON says whether a program asks, which gets the error as such.
func wantsJSON(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "json") }

func (s *SignIn) signIn(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	email, next := strings.TrimSpace(r.PostForm.Get("email")), own(r.PostForm.Get("next"))
	account, err := s.check(r, email, r.PostForm.Get("password"))
	if err != nil {
		if c, ok := err.(*complaint); ok && c.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(c.wait/time.Second)))
		}
		if !shown(err) || wantsJSON(r) {
			return err
		}
		return s.renderSignIn(w, r, rostrum.Actor{}, signInView{Email: email, Next: next, Wrong: true}, err)
	}
	ctx, secret := r.Context(), ""
	if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := succeeded(ctx, tx, strings.ToLower(email), s.addressOf(r), s.o.Now()); err != nil {
			return err
		}
		if secret, err = s.open(ctx, tx, r, account.ID); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: account.Name, Action: "sign in", Subject: string(account.ID), Detail: "password"})
	}); err != nil {
		return err
	}
	s.keep(w, secret)
	http.Redirect(w, r, s.o.Desk.Base+next, http.StatusSeeOther)
	return nil
}

// check gives the account of an address and its password. It tells nobody whether there is an account, and takes as long when there is none.
func (s *SignIn) check(r *http.Request, email, password string) (*rostrum.Account, error) {
	ctx := r.Context()
	email = strings.ToLower(email)
	account, err := s.o.Catalogue.AccountByEmail(ctx, email)
	if err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
		return nil, err
	}
	if err != nil {
		account = nil
	}
	if err := s.try(ctx, email, account, s.addressOf(r)); err != nil {
		return nil, err
	}
	hash := ""
	if account != nil {
		if hash, err = s.o.Catalogue.PasswordHash(ctx, account.ID); err != nil {
			return nil, err
		}
	}
	right, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return nil, fmt.Errorf("checking a password: %w", err)
	}
	switch {
	case !right:
		return nil, s.failed(ctx, account, &complaint{status: http.StatusUnauthorized, key: "error.wrong"})
	case !account.Closed.IsZero():
		return nil, s.failed(ctx, account, complain(rostrum.Refused, "error.closed"))
	}
	return account, nil
}

// failed writes a failure into the audit log and gives it back. What was typed is not kept: it may be a password in the wrong field.
func (s *SignIn) failed(ctx context.Context, account *rostrum.Account, why error) error {
	e := catalogue.Entry{At: s.o.Now(), Who: "nobody", Action: "sign in failed", Detail: "unknown account"}
	if account != nil {
		e.Subject, e.Detail = string(account.ID), "wrong password"
		if !account.Closed.IsZero() {
			e.Detail = "closed account"
		}
	}
	if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.Log(ctx, e) }); err != nil {
		return err
	}
	return why
}

func (s *SignIn) signOut(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	x, account, err := s.session(r)
	if err != nil {
		return err
	}
	if account != nil {
		ctx := r.Context()
		if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
			if err := tx.EndSession(ctx, account.ID, x.ID); err != nil {
				return err
			}
			return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: account.Name, Action: "sign out", Subject: string(account.ID)})
		}); err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
			return err
		}
	}
	http.SetCookie(w, s.cookie(s.cookieName(), "", "/", 0))
	http.Redirect(w, r, s.o.Desk.Base+desk.SignInPath+"?out=1", http.StatusSeeOther)
	return nil
}
