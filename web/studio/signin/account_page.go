package signin

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// choice is one of several that a form offers.
type choice struct {
	Value, Name string
	Chosen      bool
}

// sessionRow and tokenRow are lines of the pages about accounts.
type sessionRow struct {
	rostrum.Session
	Browser string
	This    bool
}

type tokenRow struct {
	rostrum.Token
	Over bool // past or revoked
}

// accountView is what the page of one's own account shows.
type accountView struct {
	Account       *rostrum.Account
	Name          string // as typed
	Notifications []catalogue.Notification
	Until         int64 // Unix milliseconds of the newest notification
	Languages     []choice
	HasPassword   bool
	Provider      string
	Sessions      []sessionRow
	Tokens        []tokenRow
	Acts          []choice
	Days          []choice
	TokenName     string
	Secret        string // of a token that has just been made
	Done          string // what has just been done
	Errors        map[string]string
}

// RoleKeys are the entries of the words that name the roles.
func (v accountView) RoleKeys() []string { return roleKeys(v.Account.Roles) }

// listed is a list of sessions or tokens, with the address below which each is ended.
type listed struct {
	At       string
	Sessions []sessionRow
	Tokens   []tokenRow
}

// Below is the lists of the page, ended below an address.
func (v accountView) Below(at string) listed { return listed{at, v.Sessions, v.Tokens} }

// Below is the lists of the page, ended below an address.
func (v personView) Below(at string) listed { return listed{at, v.Sessions, v.Tokens} }

// tokenDays are the lengths of life that the page offers for a token.
var tokenDays = []int{7, 30, 90, 180, 365}

func (s *SignIn) sessionRows(r *http.Request, id rostrum.AccountID, a *rostrum.Account) ([]sessionRow, error) {
	sessions, err := s.o.Catalogue.Sessions(r.Context(), id)
	if err != nil {
		return nil, err
	}
	mine, _, err := s.session(r)
	if err != nil {
		return nil, err
	}
	var rows []sessionRow
	for _, x := range sessions {
		if s.good(x, a) {
			rows = append(rows, sessionRow{x, browserOf(x.Agent), x.ID == mine.ID})
		}
	}
	return rows, nil
}

func (s *SignIn) tokenRows(r *http.Request, id rostrum.AccountID) ([]tokenRow, error) {
	tokens, err := s.o.Catalogue.Tokens(r.Context(), id)
	if err != nil {
		return nil, err
	}
	good := inForce(tokens, s.o.Now())
	var rows []tokenRow
	for _, k := range tokens {
		over := !slices.ContainsFunc(good, func(g rostrum.Token) bool { return g.ID == k.ID })
		if over && s.o.Now().Sub(k.Expires) > 90*24*time.Hour {
			continue // long past: the audit log remembers it
		}
		rows = append(rows, tokenRow{k, over})
	}
	return rows, nil
}

func (s *SignIn) showAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.renderAccount(w, r, who, accountView{Done: r.URL.Query().Get("done")}, "", nil)
}

// renderAccount shows the page; an error stands in the part that it belongs to.
func (s *SignIn) renderAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor, v accountView, part string, problem error) error {
	if problem != nil && (!shown(problem) || wantsJSON(r)) {
		return problem
	}
	ctx := r.Context()
	account, err := s.o.Catalogue.Account(ctx, who.Account)
	if err != nil {
		return err
	}
	hash, err := s.o.Catalogue.PasswordHash(ctx, who.Account)
	if err != nil {
		return err
	}
	v.Account, v.HasPassword = account, hash != ""
	if v.Name == "" {
		v.Name = account.Name
	}
	if s.oidc != nil && account.Subject != "" {
		v.Provider = s.oidc.o.Name
	}
	if v.Notifications, err = s.o.Catalogue.Notifications(ctx, who.Account); err != nil {
		return err
	}
	if len(v.Notifications) > 0 {
		v.Until = v.Notifications[0].At.UnixMilli()
	}
	if v.Sessions, err = s.sessionRows(r, who.Account, account); err != nil {
		return err
	}
	if v.Tokens, err = s.tokenRows(r, who.Account); err != nil {
		return err
	}
	l, status := s.locale(r, who), 0
	v.Languages = []choice{{"", l.Word("account.language.browser"), account.Language == ""}}
	for _, x := range desk.Languages() {
		v.Languages = append(v.Languages, choice{string(x), ownName(x), account.Language == x})
	}
	for _, act := range rostrum.Acts() {
		if who.May(act) == nil {
			v.Acts = append(v.Acts, choice{string(act), l.Word("act." + string(act)), slices.Contains(r.PostForm["act"], string(act))})
		}
	}
	for _, days := range tokenDays {
		v.Days = append(v.Days, choice{strconv.Itoa(days), l.Count("account.token.days", days), days == 90})
	}
	if problem != nil {
		status, v.Errors = answer.Status(problem), map[string]string{part: sentence(l, problem)}
	}
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "account", Title: l.Word("account.title"), Area: "account", Script: "signin.js", Data: v, Status: status})
}

// ownName is the name of a language in itself, with a capital.
func ownName(l rostrum.Language) string { return page.LocaleFor(l).LanguageName(l) }

func (s *SignIn) back(w http.ResponseWriter, r *http.Request, to, done string) error {
	http.Redirect(w, r, s.o.Desk.Base+to+"?done="+done, http.StatusSeeOther)
	return nil
}

func (s *SignIn) saveAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	name, want := r.PostForm.Get("name"), rostrum.Language(r.PostForm.Get("language"))
	if want != "" && !slices.Contains(desk.Languages(), want) {
		return s.renderAccount(w, r, who, accountView{Name: name}, "profile", complain(rostrum.Invalid, "error.language"))
	}
	if err := s.setProfile(r.Context(), who, name, want); err != nil {
		return s.renderAccount(w, r, who, accountView{Name: name}, "profile", err)
	}
	return s.back(w, r, "/studio/account", "profile")
}

func (s *SignIn) savePassword(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	if err := s.changePassword(w, r, who); err != nil {
		return s.renderAccount(w, r, who, accountView{}, "password", err)
	}
	return s.back(w, r, "/studio/account", "password")
}

// changePassword asks for the old password, which is slowed down as signing in is. All sessions end, and this browser gets a new one.
func (s *SignIn) changePassword(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx := r.Context()
	account, err := s.o.Catalogue.Account(ctx, who.Account)
	if err != nil {
		return err
	}
	password := r.PostForm.Get("password")
	if err := checkPassword(password, account.Email, account.Name); err != nil {
		return err
	}
	// Not the account that is given: somebody at its own browser may guess as little as anybody.
	if err := s.try(ctx, account.Email, nil, s.addressOf(r)); err != nil {
		return err
	}
	old, err := s.o.Catalogue.PasswordHash(ctx, account.ID)
	if err != nil {
		return err
	}
	right, err := s.hasher.matches(ctx, r.PostForm.Get("old"), old)
	if err != nil {
		return err
	}
	if !right {
		return complain(rostrum.Refused, "error.password.old")
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	secret := ""
	if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := succeeded(ctx, tx, account.Email, s.addressOf(r), s.o.Now()); err != nil {
			return err
		}
		if err := s.newPassword(tx, r, account, hash); err != nil {
			return err
		}
		secret, err = s.open(ctx, tx, r, account.ID)
		return err
	}); err != nil {
		return err
	}
	s.keep(w, secret)
	return nil
}

func (s *SignIn) seeNotifications(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	ms, err := strconv.ParseInt(r.PostForm.Get("until"), 10, 64)
	if err != nil {
		return complain(rostrum.Invalid, "error.form")
	}
	ctx := r.Context()
	if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		return tx.SeeNotifications(ctx, who.Account, time.UnixMilli(ms), s.o.Now())
	}); err != nil {
		return err
	}
	return s.back(w, r, "/studio/account", "seen")
}

func (s *SignIn) endOwnSession(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := s.EndSession(r.Context(), who, who.Account, desk.Var(r, "session")); err != nil {
		return s.renderAccount(w, r, who, accountView{}, "sessions", gone(err, "error.session"))
	}
	return s.back(w, r, "/studio/account", "session")
}

// gone says in the reader's language that something is not there any more.
func gone(err error, key string) error {
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return complain(rostrum.NotFound, key)
	}
	return err
}

func (s *SignIn) endOwnSessions(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	mine, _, err := s.session(r)
	if err != nil {
		return err
	}
	if err := s.EndSessions(r.Context(), who, who.Account, mine.ID); err != nil {
		return err
	}
	return s.back(w, r, "/studio/account", "sessions")
}

func (s *SignIn) addOwnToken(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	v := accountView{TokenName: r.PostForm.Get("name")}
	var acts []rostrum.Act
	for _, x := range r.PostForm["act"] {
		act, err := rostrum.ParseAct(x)
		if err != nil {
			return s.renderAccount(w, r, who, v, "token", complain(rostrum.Invalid, "error.token.scope"))
		}
		if !slices.Contains(acts, act) {
			acts = append(acts, act)
		}
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil || days < 1 || days > 365 {
		return s.renderAccount(w, r, who, v, "token", complain(rostrum.Invalid, "error.token.expiry"))
	}
	if v.Secret, err = s.AddToken(r.Context(), who, who.Account, v.TokenName, acts, s.o.Now().Add(time.Duration(days)*24*time.Hour)); err != nil {
		return s.renderAccount(w, r, who, v, "token", err)
	}
	r.PostForm.Del("act")
	v.TokenName = ""
	return s.renderAccount(w, r, who, v, "", nil)
}

func (s *SignIn) revokeOwnToken(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := s.RevokeToken(r.Context(), who, who.Account, desk.Var(r, "token")); err != nil {
		return s.renderAccount(w, r, who, accountView{}, "token", gone(err, "error.token.gone"))
	}
	return s.back(w, r, "/studio/account", "token")
}

// tellAccount tells a program who it acts for, and what it may do.
func (s *SignIn) tellAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	acts := []rostrum.Act{}
	for _, act := range rostrum.Acts() {
		if who.May(act) == nil {
			acts = append(acts, act)
		}
	}
	return desk.Reply(w, map[string]any{"id": who.Account, "name": who.Name, "roles": who.Roles, "acts": acts})
}
