package signin

import (
	"cmp"
	"net/http"
	"slices"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/answer"
	"rostrum/web/studio/desk"
)

// linkView is what the page of a setup link or an invitation shows.
type linkView struct {
	First   bool // the first administrator
	Again   bool // a new password for somebody who had one
	Email   string
	Name    string
	Error   string
	Minimum string
}

// invitation gives what the link opens, with its account; a nil account is the first administrator's. A complaint when it opens nothing.
func (s *SignIn) invitation(r *http.Request, first bool) (i rostrum.Invitation, account *rostrum.Account, err error) {
	ctx := r.Context()
	i, err = s.o.Catalogue.Invitation(ctx, desk.Var(r, "secret"))
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return i, nil, complain(rostrum.NotFound, "error.link")
	}
	if err != nil {
		return i, nil, err
	}
	if !i.Used.IsZero() || !s.o.Now().Before(i.Expires) || first != (i.Account == "") {
		return i, nil, complain(rostrum.NotFound, "error.link")
	}
	if first {
		if has, err := s.o.Catalogue.HasAccounts(ctx); err != nil || has {
			return i, nil, cmp.Or(err, complain(rostrum.NotFound, "error.link"))
		}
		return i, nil, nil
	}
	if account, err = s.o.Catalogue.Account(ctx, i.Account); err != nil {
		return i, nil, err
	}
	if !account.Closed.IsZero() {
		return i, nil, complain(rostrum.Refused, "error.closed")
	}
	return i, account, nil
}

func (s *SignIn) showSetup(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	if _, _, err := s.invitation(r, true); err != nil {
		return s.renderNoLink(w, r, err)
	}
	return s.renderLink(w, r, linkView{First: true}, nil)
}

func (s *SignIn) showInvitation(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	_, account, err := s.invitation(r, false)
	if err != nil {
		return s.renderNoLink(w, r, err)
	}
	return s.renderInvitation(w, r, account, account.Name, nil)
}

func (s *SignIn) renderInvitation(w http.ResponseWriter, r *http.Request, account *rostrum.Account, name string, err error) error {
	hash, e := s.o.Catalogue.PasswordHash(r.Context(), account.ID)
	if e != nil {
		return e
	}
	return s.renderLink(w, r, linkView{Again: hash != "", Email: account.Email, Name: name}, err)
}

func (s *SignIn) renderLink(w http.ResponseWriter, r *http.Request, v linkView, err error) error {
	if err != nil && !shown(err) {
		return err
	}
	l, status, key := s.locale(r, rostrum.Actor{}), 0, "invitation.title"
	if err != nil {
		status, v.Error = answer.Status(err), sentence(l, err)
	}
	switch {
	case v.First:
		key = "setup.title"
	case v.Again:
		key = "reset.title"
	}
	return s.o.Desk.Render(w, r, rostrum.Actor{}, pages(), desk.Page{Name: "link", Title: l.Word(key), Script: "signin.js", Bare: true, Data: v, Status: status})
}

// renderNoLink says that a link opens nothing.
func (s *SignIn) renderNoLink(w http.ResponseWriter, r *http.Request, err error) error {
	if !shown(err) {
		return err
	}
	l := s.locale(r, rostrum.Actor{})
	return s.o.Desk.Render(w, r, rostrum.Actor{}, pages(), desk.Page{Name: "no-link", Title: l.Word("link.title"), Bare: true, Data: sentence(l, err), Status: answer.Status(err)})
}

func (s *SignIn) setUp(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	i, _, err := s.invitation(r, true)
	if err != nil {
		return s.renderNoLink(w, r, err)
	}
	if err := form(w, r); err != nil {
		return err
	}
	v := linkView{First: true, Email: r.PostForm.Get("email"), Name: r.PostForm.Get("name")}
	email, err := parseEmail(v.Email)
	if err != nil {
		return s.renderLink(w, r, v, err)
	}
	name, err := checkName(v.Name)
	if err != nil {
		return s.renderLink(w, r, v, err)
	}
	account := &rostrum.Account{ID: rostrum.AccountID(catalogue.NewID()), Email: email, Name: name, Roles: []rostrum.Role{rostrum.Administrator}, Created: s.o.Now(),
		Language: s.chosen(r)}
	err = s.enterByLink(w, r, i, account, func(tx *catalogue.Tx) error {
		if has, err := tx.HasAccounts(r.Context()); err != nil || has {
			return cmp.Or(err, complain(rostrum.NotFound, "error.link"))
		}
		return tx.PutAccount(r.Context(), account)
	})
	if err != nil {
		return s.renderLink(w, r, v, err)
	}
	return nil
}

// chosen is the language that somebody picked on a page before having an account.
func (s *SignIn) chosen(r *http.Request) rostrum.Language {
	if l := rostrum.Language(r.URL.Query().Get("ui")); slices.Contains(desk.Languages(), l) {
		return l
	}
	return ""
}

func (s *SignIn) takeInvitation(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	i, account, err := s.invitation(r, false)
	if err != nil {
		return s.renderNoLink(w, r, err)
	}
	if err := form(w, r); err != nil {
		return err
	}
	typed := r.PostForm.Get("name")
	name, err := checkName(typed)
	if err == nil {
		account.Name = name
		err = s.enterByLink(w, r, i, account, func(tx *catalogue.Tx) error {
			now, err := tx.LockAccount(r.Context(), account.ID)
			if err != nil {
				return err
			}
			if !now.Closed.IsZero() {
				return complain(rostrum.Refused, "error.closed")
			}
			now.Name, now.Language = name, cmp.Or(now.Language, s.chosen(r))
			return tx.PutAccount(r.Context(), now)
		})
	}
	if err != nil {
		return s.renderInvitation(w, r, account, typed, err)
	}
	return nil
}

// enterByLink uses up the link, sets the password, ends all other sessions, and lets the person in. put stores the account.
func (s *SignIn) enterByLink(w http.ResponseWriter, r *http.Request, i rostrum.Invitation, account *rostrum.Account, put func(*catalogue.Tx) error) error {
	password, ctx := r.PostForm.Get("password"), r.Context()
	if err := checkPassword(password, account.Email, account.Name); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	secret := ""
	if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := tx.UseInvitation(ctx, i.ID, s.o.Now()); rostrum.ErrorCode(err) == rostrum.Conflict {
			return complain(rostrum.NotFound, "error.link")
		} else if err != nil {
			return err
		}
		if err := put(tx); err != nil {
			return err
		}
		if err := s.newPassword(tx, r, account, hash); err != nil {
			return err
		}
		if secret, err = s.open(ctx, tx, r, account.ID); err != nil {
			return err
		}
		detail := "link"
		if i.Account == "" {
			detail = "first administrator"
		}
		return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: account.Name, Action: "sign in", Subject: string(account.ID), Detail: detail})
	}); err != nil {
		return err
	}
	s.keep(w, secret)
	http.Redirect(w, r, s.o.Desk.Base+"/studio", http.StatusSeeOther)
	return nil
}

// newPassword stores the hash of a new password. Whoever came in with the old one is out, and earlier failures count no more.
func (s *SignIn) newPassword(tx *catalogue.Tx, r *http.Request, account *rostrum.Account, hash string) error {
	ctx := r.Context()
	if err := tx.PutPasswordHash(ctx, account.ID, hash); err != nil {
		return err
	}
	if _, err := tx.EndSessions(ctx, account.ID, ""); err != nil {
		return err
	}
	if err := tx.DropInvitations(ctx, account.ID); err != nil {
		return err
	}
	if err := tx.ForgetFailures(ctx, byEmail(account.Email)); err != nil {
		return err
	}
	return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: account.Name, Action: "password", Subject: string(account.ID)})
}
