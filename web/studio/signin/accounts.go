package signin

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rostrum"
	"rostrum/storage/catalogue"
)

// Accounts changes accounts, in the same way from the pages and from the command line: each change in one transaction, and in the audit log.
// Who may do it is for the caller to ask (rostrum.Administer, or the account's own person).
type Accounts struct {
	Catalogue *catalogue.Catalogue
	Now       func() time.Time
}

// newSecret makes a secret of 130 bits, in letters and digits that survive being copied by hand.
func newSecret() string { return strings.ToLower(rand.Text()) }

func (a Accounts) write(ctx context.Context, f func(tx *catalogue.Tx, log logger) error, by rostrum.Actor) error {
	return a.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		return f(tx, func(action string, subject rostrum.AccountID, detail string) error {
			return tx.Log(ctx, catalogue.Entry{At: a.Now(), Who: by.Name, Action: action, Subject: string(subject), Detail: detail})
		})
	})
}

type logger = func(action string, subject rostrum.AccountID, detail string) error

// Add makes an account, and the secret of the link at which its person sets a password within 7 days. Invalid for an address, a name or
// roles that are none; Conflict when the address has an account.
func (a Accounts) Add(ctx context.Context, by rostrum.Actor, email, name string, roles []rostrum.Role) (account *rostrum.Account, secret string, err error) {
	if email, err = parseEmail(email); err != nil {
		return nil, "", err
	}
	if name, err = checkName(name); err != nil {
		return nil, "", err
	}
	if roles, err = checkRoles(roles); err != nil {
		return nil, "", err
	}
	account = &rostrum.Account{ID: rostrum.AccountID(catalogue.NewID()), Email: email, Name: name, Roles: roles, Created: a.Now()}
	err = a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		if _, err := tx.AccountByEmail(ctx, email); err == nil {
			return complain(rostrum.Conflict, "error.email.taken", "email", email)
		} else if rostrum.ErrorCode(err) != rostrum.NotFound {
			return err
		}
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		if secret, err = a.link(ctx, tx, account.ID); err != nil {
			return err
		}
		return log("account added", account.ID, email+": "+roleNames(roles))
	}, by)
	return account, secret, err
}

// link makes the link of an account; the one before opens nothing any more.
func (a Accounts) link(ctx context.Context, tx *catalogue.Tx, account rostrum.AccountID) (string, error) {
	now, secret := a.Now(), newSecret()
	return secret, tx.PutInvitation(ctx, rostrum.Invitation{ID: catalogue.NewID(), Account: account, Created: now, Expires: now.Add(invitationFor)}, secret)
}

// Link makes the secret of a new link at which the account's person sets a password, within 7 days. Refused for a closed account.
func (a Accounts) Link(ctx context.Context, by rostrum.Actor, id rostrum.AccountID) (secret string, err error) {
	err = a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		account, err := tx.LockAccount(ctx, id)
		if err != nil {
			return err
		}
		if !account.Closed.IsZero() {
			return complain(rostrum.Refused, "error.closed.other")
		}
		if secret, err = a.link(ctx, tx, id); err != nil {
			return err
		}
		return log("invitation", id, "")
	}, by)
	return secret, err
}

// SetRoles gives an account other roles, from the next request on. Refused when no administrator would be left.
func (a Accounts) SetRoles(ctx context.Context, by rostrum.Actor, id rostrum.AccountID, roles []rostrum.Role) error {
	roles, err := checkRoles(roles)
	if err != nil {
		return err
	}
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		administrators, err := tx.LockAdministrators(ctx)
		if err != nil {
			return err
		}
		account, err := tx.LockAccount(ctx, id)
		if err != nil || slices.Equal(account.Roles, roles) {
			return err
		}
		if !slices.Contains(roles, rostrum.Administrator) && last(administrators, id) {
			return complain(rostrum.Refused, "error.last")
		}
		before := account.Roles
		account.Roles = roles
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		return log("roles", id, roleNames(before)+" → "+roleNames(roles))
	}, by)
}

// Close closes an account: its sessions end at once, its tokens and links open nothing any more. Refused for the last administrator.
func (a Accounts) Close(ctx context.Context, by rostrum.Actor, id rostrum.AccountID) error {
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		administrators, err := tx.LockAdministrators(ctx)
		if err != nil {
			return err
		}
		account, err := tx.LockAccount(ctx, id)
		if err != nil || !account.Closed.IsZero() {
			return err
		}
		if last(administrators, id) {
			return complain(rostrum.Refused, "error.last")
		}
		account.Closed = a.Now()
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		if _, err := tx.EndSessions(ctx, id, ""); err != nil {
			return err
		}
		if err := tx.RevokeTokens(ctx, id, a.Now()); err != nil {
			return err
		}
		if err := tx.DropInvitations(ctx, id); err != nil {
			return err
		}
		return log("account closed", id, account.Email)
	}, by)
}

// Reopen opens a closed account again, with the roles and the password that it had; its tokens stay revoked.
func (a Accounts) Reopen(ctx context.Context, by rostrum.Actor, id rostrum.AccountID) error {
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		account, err := tx.LockAccount(ctx, id)
		if err != nil || account.Closed.IsZero() {
			return err
		}
		account.Closed = time.Time{}
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		return log("account reopened", id, account.Email)
	}, by)
}

// last says whether an account is the only administrator's.
func last(administrators []rostrum.AccountID, id rostrum.AccountID) bool {
	return len(administrators) == 1 && administrators[0] == id
}

// setProfile changes a person's own name and language.
func (a Accounts) setProfile(ctx context.Context, by rostrum.Actor, name string, language rostrum.Language) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		account, err := tx.LockAccount(ctx, by.Account)
		if err != nil || account.Name == name && account.Language == language {
			return err
		}
		detail := string(language)
		if account.Name != name {
			detail = account.Name + " → " + name
		}
		account.Name, account.Language = name, language
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		return log("profile", account.ID, detail)
	}, by)
}

// EndSession ends one session of an account. NotFound when it has ended.
func (a Accounts) EndSession(ctx context.Context, by rostrum.Actor, account rostrum.AccountID, id string) error {
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		if err := tx.EndSession(ctx, account, id); err != nil {
			return err
		}
		return log("session ended", account, "")
	}, by)
}

// EndSessions ends the sessions of an account but one, "" for all.
func (a Accounts) EndSessions(ctx context.Context, by rostrum.Actor, account rostrum.AccountID, but string) error {
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		n, err := tx.EndSessions(ctx, account, but)
		if err != nil || n == 0 {
			return err
		}
		return log("sessions ended", account, "")
	}, by)
}

const (
	longestName = 120 // characters
	manyTokens  = 50  // of one account in force at once
	tokenMost   = 366 * 24 * time.Hour
)

// AddToken makes a token for an account and gives its secret, which is not kept. Invalid for a name or scope that is none, or an expiry that
// is past or more than a year ahead; Refused for an act that the account's person may not do, and for a closed account.
func (a Accounts) AddToken(ctx context.Context, by rostrum.Actor, id rostrum.AccountID, name string, acts []rostrum.Act, expires time.Time) (secret string, err error) {
	if name, err = checkName(name); err != nil {
		return "", complain(rostrum.Invalid, "error.token.name")
	}
	if len(acts) == 0 {
		return "", complain(rostrum.Invalid, "error.token.scope")
	}
	if now := a.Now(); !expires.After(now) || expires.After(now.Add(tokenMost)) {
		return "", complain(rostrum.Invalid, "error.token.expiry")
	}
	secret = "rostrum_" + newSecret() // the beginning lets people and programs see what they found
	err = a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		account, err := tx.LockAccount(ctx, id)
		if err != nil {
			return err
		}
		if !account.Closed.IsZero() {
			return complain(rostrum.Refused, "error.closed.other")
		}
		var scope []string
		for _, act := range acts {
			if account.Actor().May(act) != nil {
				return complain(rostrum.Refused, "error.token.more", "act", string(act))
			}
			scope = append(scope, string(act))
		}
		tokens, err := tx.Tokens(ctx, id)
		if err != nil {
			return err
		}
		if len(inForce(tokens, a.Now())) >= manyTokens {
			return complain(rostrum.Refused, "error.token.many")
		}
		if err := tx.PutToken(ctx, rostrum.Token{ID: catalogue.NewID(), Account: id, Name: name, Acts: acts, Created: a.Now(), Expires: expires}, secret); err != nil {
			return err
		}
		return log("token added", id, name+": "+strings.Join(scope, ", ")+", until "+expires.UTC().Format(time.DateOnly))
	}, by)
	if err != nil {
		return "", err
	}
	return secret, nil
}

// inForce leaves out the tokens that are past or revoked.
func inForce(tokens []rostrum.Token, now time.Time) []rostrum.Token {
	return slices.DeleteFunc(slices.Clone(tokens), func(k rostrum.Token) bool { return !k.Revoked.IsZero() || !now.Before(k.Expires) })
}

// RevokeToken makes a token of an account open nothing any more. NotFound when it is not in force.
func (a Accounts) RevokeToken(ctx context.Context, by rostrum.Actor, account rostrum.AccountID, id string) error {
	return a.write(ctx, func(tx *catalogue.Tx, log logger) error {
		tokens, err := tx.Tokens(ctx, account)
		if err != nil {
			return err
		}
		if err := tx.RevokeToken(ctx, account, id, a.Now()); err != nil {
			return err
		}
		name := ""
		for _, k := range tokens {
			if k.ID == id {
				name = k.Name
			}
		}
		return log("token revoked", account, name)
	}, by)
}

func parseEmail(s string) (string, error) {
	email, err := rostrum.ParseEmail(s)
	if err != nil {
		return "", complain(rostrum.Invalid, "error.email", "email", s)
	}
	return email, nil
}

func checkName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || utf8.RuneCountInString(s) > longestName || !utf8.ValidString(s) {
		return "", complain(rostrum.Invalid, "error.name")
	}
	return s, nil
}

// checkRoles puts roles into their order, each once. Invalid when there is none.
func checkRoles(roles []rostrum.Role) ([]rostrum.Role, error) {
	var all []rostrum.Role
	for _, r := range rostrum.Roles() {
		if slices.Contains(roles, r) {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		return nil, complain(rostrum.Invalid, "error.roles")
	}
	return all, nil
}

func roleNames(roles []rostrum.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
