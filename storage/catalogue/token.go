package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const tokenColumns = `t.id, t.account, t.name, t.acts, t.created, t.expires, t.used, t.revoked`

func tokenFields(t *rostrum.Token) []any {
	return []any{&t.ID, &t.Account, &t.Name, asJSON{&t.Acts}, asTime{&t.Created}, asTime{&t.Expires}, asTime{&t.Used}, asTime{&t.Revoked}}
}

// PutToken adds a token, which its secret opens.
func (t *Tx) PutToken(ctx context.Context, k rostrum.Token, secret string) error {
	_, err := t.exec(ctx, `INSERT INTO tokens (id, account, name, acts, created, expires, used, revoked, secret) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.ID, k.Account, k.Name, encode(k.Acts), instant(k.Created), instant(k.Expires), instant(k.Used), instant(k.Revoked), digestOf(secret))
	return err
}

// Token gives the token that a secret opens, with its account. Whether it is still good is the caller's to judge: it may be past or
// revoked, and the account closed. NotFound when it opens nothing.
func (r reader) Token(ctx context.Context, secret string) (rostrum.Token, *rostrum.Account, error) {
	var k rostrum.Token
	a, err := one(ctx, r, "There is no such token.", func(r row) (*rostrum.Account, error) {
		var a rostrum.Account
		err := r.Scan(append(tokenFields(&k), accountFields(&a)...)...)
		return &a, err
	}, `SELECT `+tokenColumns+`, a.id, a.email, a.name, a.roles, a.language, a.subject, a.created, a.closed
		FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.secret = $1`, digestOf(secret))
	return k, a, err
}

// Tokens lists the tokens of an account, the newest first, the revoked ones too.
func (r reader) Tokens(ctx context.Context, account rostrum.AccountID) ([]rostrum.Token, error) {
	return list(ctx, r, func(r row) (k rostrum.Token, err error) {
		err = r.Scan(tokenFields(&k)...)
		return k, err
	}, `SELECT `+tokenColumns+` FROM tokens t WHERE t.account = $1 ORDER BY t.created DESC, t.id`, account)
}

// TouchToken notes that a token was used.
func (t *Tx) TouchToken(ctx context.Context, id string, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE tokens SET used = $1 WHERE id = $2`, instant(at), id)
	return err
}

// RevokeToken revokes one token of an account. NotFound when it has none of that identity that is in force.
func (t *Tx) RevokeToken(ctx context.Context, account rostrum.AccountID, id string, at time.Time) error {
	n, err := t.exec(ctx, `UPDATE tokens SET revoked = $1 WHERE account = $2 AND id = $3 AND revoked = 0`, instant(at), account, id)
	if err == nil && n == 0 {
		return rostrum.Errorf(rostrum.NotFound, "That token is not in force any more.")
	}
	return err
}

// RevokeTokens revokes all tokens of an account.
func (t *Tx) RevokeTokens(ctx context.Context, account rostrum.AccountID, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE tokens SET revoked = $1 WHERE account = $2 AND revoked = 0`, instant(at), account)
	return err
}
