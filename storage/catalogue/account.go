package catalogue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"rostrum"
)

// digestOf is what is kept of a secret: of a session, a token, an invitation. Secrets are random and long, so that a plain digest is enough;
// a password is not, and never comes here.
func digestOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

const accountColumns = `id, email, name, roles, language, subject, created, closed`

func accountFields(a *rostrum.Account) []any {
	return []any{&a.ID, &a.Email, &a.Name, asJSON{&a.Roles}, &a.Language, &a.Subject, asTime{&a.Created}, asTime{&a.Closed}}
}

func scanAccount(r row) (*rostrum.Account, error) {
	var a rostrum.Account
	err := r.Scan(accountFields(&a)...)
	return &a, err
}

const noAccount = "There is no such account; look for it in the list of people."

// Account gives an account. NotFound when there is none.
func (r reader) Account(ctx context.Context, id rostrum.AccountID) (*rostrum.Account, error) {
	return one(ctx, r, noAccount, scanAccount, `SELECT `+accountColumns+` FROM accounts WHERE id = $1`, id)
}

// AccountByEmail gives the account of an address in small letters. NotFound when there is none.
func (r reader) AccountByEmail(ctx context.Context, email string) (*rostrum.Account, error) {
	return one(ctx, r, noAccount, scanAccount, `SELECT `+accountColumns+` FROM accounts WHERE email = $1`, email)
}

// AccountBySubject gives the account of a person at an identity provider. NotFound when there is none.
func (r reader) AccountBySubject(ctx context.Context, subject string) (*rostrum.Account, error) {
	return one(ctx, r, noAccount, scanAccount, `SELECT `+accountColumns+` FROM accounts WHERE subject = $1 AND subject <> ''`, subject)
}

// Accounts lists the accounts by name, the closed ones too.
func (r reader) Accounts(ctx context.Context) ([]*rostrum.Account, error) {
	return list(ctx, r, scanAccount, `SELECT `+accountColumns+` FROM accounts ORDER BY lower(name), email`)
}

// HasAccounts says whether there is any account, be it closed.
func (r reader) HasAccounts(ctx context.Context) (bool, error) {
	return one(ctx, r, "", func(r row) (has bool, err error) { err = r.Scan(&has); return has, err }, `SELECT EXISTS (SELECT 1 FROM accounts)`)
}

// PasswordHash gives the hash of an account's password, "" when it has none. NotFound when there is no account.
func (r reader) PasswordHash(ctx context.Context, id rostrum.AccountID) (string, error) {
	return one(ctx, r, noAccount, func(r row) (hash string, err error) { err = r.Scan(&hash); return hash, err }, `SELECT password FROM accounts WHERE id = $1`, id)
}

// PutAccount adds an account or changes it; its password stays. Conflict when another account has the address.
func (t *Tx) PutAccount(ctx context.Context, a *rostrum.Account) error {
	roles := a.Roles
	if roles == nil {
		roles = []rostrum.Role{}
	}
	_, err := t.exec(ctx, `INSERT INTO accounts (`+accountColumns+`, password) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
		ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, roles = excluded.roles, language = excluded.language,
			subject = excluded.subject, closed = excluded.closed`,
		a.ID, a.Email, a.Name, encode(roles), a.Language, a.Subject, instant(a.Created), instant(a.Closed))
	return err
}

// PutPasswordHash sets the hash of an account's password; "" takes the password away.
func (t *Tx) PutPasswordHash(ctx context.Context, id rostrum.AccountID, hash string) error {
	_, err := t.exec(ctx, `UPDATE accounts SET password = $1 WHERE id = $2`, hash, id)
	return err
}

// LockAccount gives an account as it stands once nobody else is changing it; until the transaction ends nobody else does.
func (t *Tx) LockAccount(ctx context.Context, id rostrum.AccountID) (*rostrum.Account, error) {
	if _, err := t.exec(ctx, `UPDATE accounts SET closed = closed WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Account(ctx, id)
}

// LockAdministrators gives the open accounts of administrators, and keeps others from changing them until the transaction ends: so that
// two who take each other's role away at once do not leave none. Call it before LockAccount.
func (t *Tx) LockAdministrators(ctx context.Context) ([]rostrum.AccountID, error) {
	if _, err := t.exec(ctx, `UPDATE accounts SET closed = closed WHERE roles LIKE '%"administrator"%'`); err != nil {
		return nil, err
	}
	all, err := t.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var ids []rostrum.AccountID
	for _, a := range all {
		if a.Closed.IsZero() && slices.Contains(a.Roles, rostrum.Administrator) {
			ids = append(ids, a.ID)
		}
	}
	return ids, nil
}

const invitationColumns = `id, account, created, expires, used`

// PutInvitation adds an invitation, which its secret opens. Earlier ones for the same account open nothing from now on.
func (t *Tx) PutInvitation(ctx context.Context, i rostrum.Invitation, secret string) error {
	if _, err := t.exec(ctx, `DELETE FROM invitations WHERE account = $1 AND used = 0`, i.Account); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO invitations (`+invitationColumns+`, secret) VALUES ($1, $2, $3, $4, $5, $6)`,
		i.ID, i.Account, instant(i.Created), instant(i.Expires), instant(i.Used), digestOf(secret))
	return err
}

// Invitation gives what a secret opens, be it used or past. NotFound when it opens nothing.
func (r reader) Invitation(ctx context.Context, secret string) (i rostrum.Invitation, err error) {
	return one(ctx, r, "This link opens nothing; ask an administrator for a new one.", func(r row) (i rostrum.Invitation, err error) {
		err = r.Scan(&i.ID, &i.Account, asTime{&i.Created}, asTime{&i.Expires}, asTime{&i.Used})
		return i, err
	}, `SELECT `+invitationColumns+` FROM invitations WHERE secret = $1`, digestOf(secret))
}

// UseInvitation marks an invitation as used. Conflict when it was used before, be it since this moment, or has been replaced.
func (t *Tx) UseInvitation(ctx context.Context, id string, now time.Time) error {
	n, err := t.exec(ctx, `UPDATE invitations SET used = $1 WHERE id = $2 AND used = 0`, instant(now), id)
	if err == nil && n == 0 {
		return rostrum.Errorf(rostrum.Conflict, "This link has been used already; ask an administrator for a new one.")
	}
	return err
}

// DropInvitations makes all links of an account open nothing.
func (t *Tx) DropInvitations(ctx context.Context, account rostrum.AccountID) error {
	_, err := t.exec(ctx, `DELETE FROM invitations WHERE account = $1`, account)
	return err
}
