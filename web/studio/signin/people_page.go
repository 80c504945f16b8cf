package signin

import (
	"net/http"
	"slices"
	"time"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// personRow is a line of the list of people.
type personRow struct {
	*rostrum.Account
	Seen    time.Time
	Invited bool // has never set a password nor come by the provider
}

// RoleKeys are the entries of the words that name the roles.
func (p personRow) RoleKeys() []string { return roleKeys(p.Account.Roles) }

func roleKeys(roles []rostrum.Role) (keys []string) {
	for _, r := range roles {
		keys = append(keys, "role."+string(r))
	}
	return keys
}

type peopleView struct {
	Open, Closed []personRow
	Done         string
}

// roleChoice is a role that a form offers.
type roleChoice struct {
	choice
	What string
}

func roleChoices(l *page.Locale, chosen []rostrum.Role) []roleChoice {
	var all []roleChoice
	for _, r := range rostrum.Roles() {
		all = append(all, roleChoice{choice{string(r), l.Word("role." + string(r)), slices.Contains(chosen, r)}, l.Word("role." + string(r) + ".what")})
	}
	return all
}

func (s *SignIn) showPeople(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx := r.Context()
	accounts, err := s.o.Catalogue.Accounts(ctx)
	if err != nil {
		return err
	}
	seen, err := s.o.Catalogue.LastSeen(ctx)
	if err != nil {
		return err
	}
	v := peopleView{Done: r.URL.Query().Get("done")}
	for _, a := range accounts {
		row := personRow{Account: a, Seen: seen[a.ID]}
		if row.Invited, err = s.invited(r, a); err != nil {
			return err
		}
		if a.Closed.IsZero() {
			v.Open = append(v.Open, row)
		} else {
			v.Closed = append(v.Closed, row)
		}
	}
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "people", Title: s.locale(r, who).Word("people.title"), Area: "people", Script: "signin.js", Data: v})
}

func (s *SignIn) invited(r *http.Request, a *rostrum.Account) (bool, error) {
	hash, err := s.o.Catalogue.PasswordHash(r.Context(), a.ID)
	return hash == "" && a.Subject == "", err
}

type inviteView struct {
	Email, Name string
	Roles       []roleChoice
	Error       string
}

func (s *SignIn) showInvite(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.renderInvite(w, r, who, inviteView{}, nil, nil)
}

func (s *SignIn) renderInvite(w http.ResponseWriter, r *http.Request, who rostrum.Actor, v inviteView, roles []rostrum.Role, err error) error {
	if err != nil && (!shown(err) || wantsJSON(r)) {
		return err
	}
	l, status := s.locale(r, who), 0
	if err != nil {
		status, v.Error = answer.Status(err), sentence(l, err)
	}
	v.Roles = roleChoices(l, roles)
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "invite", Title: l.Word("invite.title"), Area: "people", Script: "signin.js", Data: v, Status: status})
}

// rolesOf reads the roles of a form. Invalid for one that is none.
func rolesOf(r *http.Request) ([]rostrum.Role, error) {
	var roles []rostrum.Role
	for _, x := range r.PostForm["role"] {
		role, err := rostrum.ParseRole(x)
		if err != nil {
			return nil, complain(rostrum.Invalid, "error.roles")
		}
		roles = append(roles, role)
	}
	return roles, nil
}

func (s *SignIn) invite(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	v := inviteView{Email: r.PostForm.Get("email"), Name: r.PostForm.Get("name")}
	roles, err := rolesOf(r)
	if err != nil {
		return s.renderInvite(w, r, who, v, nil, err)
	}
	account, secret, err := s.Add(r.Context(), who, v.Email, v.Name, roles)
	if err != nil {
		return s.renderInvite(w, r, who, v, roles, err)
	}
	return s.renderPerson(w, r, who, account.ID, personView{Link: s.link(r, secret)}, nil)
}

// link is the whole address of an invitation.
func (s *SignIn) link(r *http.Request, secret string) string {
	return s.o.Desk.Public(r) + InvitationPath + secret
}

// InvitationPath is where invitations are taken, below the public address; the secret follows.
const InvitationPath = "/studio/invitation/"

// personView is what the page of one account shows.
type personView struct {
	personRow
	Roles    []roleChoice
	Sessions []sessionRow
	Tokens   []tokenRow
	Last     bool   // the only administrator
	Provider string // who says the roles, "" for nobody
	Link     string // that has just been made
	Done     string
	Error    string
}

func (s *SignIn) showPerson(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.renderPerson(w, r, who, idOf(r), personView{Done: r.URL.Query().Get("done")}, nil)
}

func idOf(r *http.Request) rostrum.AccountID { return rostrum.AccountID(desk.Var(r, "id")) }

func (s *SignIn) renderPerson(w http.ResponseWriter, r *http.Request, who rostrum.Actor, id rostrum.AccountID, v personView, problem error) error {
	if problem != nil && (!shown(problem) || wantsJSON(r)) {
		return problem
	}
	ctx := r.Context()
	accounts, err := s.o.Catalogue.Accounts(ctx)
	if err != nil {
		return err
	}
	administrators := 0
	for _, a := range accounts {
		if a.ID == id {
			v.Account = a
		}
		if a.Closed.IsZero() && slices.Contains(a.Roles, rostrum.Administrator) {
			administrators++
		}
	}
	if v.Account == nil {
		return complain(rostrum.NotFound, "error.account")
	}
	v.Last = administrators == 1 && v.Closed.IsZero() && slices.Contains(v.Account.Roles, rostrum.Administrator)
	if s.oidc != nil && v.Subject != "" {
		v.Provider = s.oidc.o.Name
	}
	if v.Invited, err = s.invited(r, v.Account); err != nil {
		return err
	}
	if v.Sessions, err = s.sessionRows(r, id, v.Account); err != nil {
		return err
	}
	if v.Tokens, err = s.tokenRows(r, id); err != nil {
		return err
	}
	l, status := s.locale(r, who), 0
	if problem != nil {
		status, v.Error = answer.Status(problem), sentence(l, problem)
	}
	v.Roles = roleChoices(l, v.Account.Roles)
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "person", Title: v.Name, Area: "people", Script: "signin.js", Data: v, Status: status})
}

func (s *SignIn) newLink(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	secret, err := s.Link(r.Context(), who, idOf(r))
	if err != nil {
		return s.renderPerson(w, r, who, idOf(r), personView{}, err)
	}
	return s.renderPerson(w, r, who, idOf(r), personView{Link: s.link(r, secret)}, nil)
}

// done answers after a change to a person: with the page, and the error when there is one.
func (s *SignIn) done(w http.ResponseWriter, r *http.Request, who rostrum.Actor, done string, err error) error {
	if err != nil {
		return s.renderPerson(w, r, who, idOf(r), personView{}, err)
	}
	return s.back(w, r, "/studio/people/"+string(idOf(r)), done)
}

func (s *SignIn) saveRoles(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	if err := form(w, r); err != nil {
		return err
	}
	roles, err := rolesOf(r)
	if err == nil {
		err = s.SetRoles(r.Context(), who, idOf(r), roles)
	}
	return s.done(w, r, who, "roles", err)
}

func (s *SignIn) closeAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.done(w, r, who, "closed", s.Close(r.Context(), who, idOf(r)))
}

func (s *SignIn) reopenAccount(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.done(w, r, who, "reopened", s.Reopen(r.Context(), who, idOf(r)))
}

func (s *SignIn) endSession(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.done(w, r, who, "session", gone(s.EndSession(r.Context(), who, idOf(r), desk.Var(r, "session")), "error.session"))
}

func (s *SignIn) endSessions(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.done(w, r, who, "sessions", s.EndSessions(r.Context(), who, idOf(r), ""))
}

func (s *SignIn) revokeToken(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	return s.done(w, r, who, "token", gone(s.RevokeToken(r.Context(), who, idOf(r), desk.Var(r, "token")), "error.token.gone"))
}
