package signin

import (
	"net/http"
	"slices"

	"rostrum"
	"rostrum/storage/catalogue"
)

// enterAs signs in the account of an identity, which it makes, or joins, at the first time, and gives the session's secret. Its roles follow
// the provider's groups; who is in none of them any more loses the roles at once, and with them what sessions and tokens may do.
func (s *SignIn) enterAs(r *http.Request, i identity) (secret string, err error) {
	ctx := r.Context()
	var refused error
	err = s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		administrators, err := tx.LockAdministrators(ctx)
		if err != nil {
			return err
		}
		log := func(a *rostrum.Account, action, detail string) error {
			return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: a.Name, Action: action, Subject: string(a.ID), Detail: detail})
		}
		account, err := s.accountOf(tx, r, i)
		if err != nil {
			return err
		}
		if account == nil {
			if i.roles == nil {
				refused = complain(rostrum.Refused, "error.oidc.group", "name", s.oidc.o.Name)
				return tx.Log(ctx, catalogue.Entry{At: s.o.Now(), Who: "nobody", Action: "sign in failed", Detail: "in no group that has a role"})
			}
			account = &rostrum.Account{ID: rostrum.AccountID(catalogue.NewID()), Email: i.email, Name: i.name, Roles: i.roles, Subject: i.subject, Created: s.o.Now()}
			if err := tx.PutAccount(ctx, account); err != nil {
				return err
			}
			if err := log(account, "account added", i.email+": "+roleNames(i.roles)+", by "+s.oidc.o.Name); err != nil {
				return err
			}
		}
		if !account.Closed.IsZero() {
			refused = complain(rostrum.Refused, "error.closed")
			return log(account, "sign in failed", "closed account")
		}
		roles := i.roles
		if last(administrators, account.ID) && !slices.Contains(roles, rostrum.Administrator) {
			// Somebody must be able to mend the mapping of the groups.
			if roles, err = checkRoles(append(slices.Clone(roles), rostrum.Administrator)); err != nil {
				return err
			}
		}
		if account.Subject != i.subject {
			account.Subject = i.subject
			if err := log(account, "account joined", "with "+s.oidc.o.Name+", by the e-mail address"); err != nil {
				return err
			}
		}
		if !slices.Equal(account.Roles, roles) {
			if err := log(account, "roles", roleNames(account.Roles)+" → "+roleNames(roles)+", by "+s.oidc.o.Name); err != nil {
				return err
			}
		}
		account.Roles = roles
		if err := tx.PutAccount(ctx, account); err != nil {
			return err
		}
		if len(roles) == 0 {
			refused = complain(rostrum.Refused, "error.oidc.group", "name", s.oidc.o.Name)
			return log(account, "sign in failed", "in no group that has a role")
		}
		if secret, err = s.open(ctx, tx, r, account.ID); err != nil {
			return err
		}
		return log(account, "sign in", s.oidc.o.Name)
	})
	if err == nil {
		err = refused
	}
	return secret, err
}

// accountOf finds the account of an identity, as it stands under a lock: by what the provider calls the person, else by an address that the
// provider has verified. nil when there is none.
func (s *SignIn) accountOf(tx *catalogue.Tx, r *http.Request, i identity) (*rostrum.Account, error) {
	ctx := r.Context()
	account, err := tx.AccountBySubject(ctx, i.subject)
	if err == nil {
		return tx.LockAccount(ctx, account.ID)
	}
	if rostrum.ErrorCode(err) != rostrum.NotFound {
		return nil, err
	}
	if i.email == "" {
		return nil, complain(rostrum.Refused, "error.oidc.email", "name", s.oidc.o.Name)
	}
	account, err = tx.AccountByEmail(ctx, i.email)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case !i.verified:
		return nil, complain(rostrum.Refused, "error.oidc.unverified", "name", s.oidc.o.Name, "email", i.email)
	case account.Subject != "":
		return nil, complain(rostrum.Refused, "error.oidc.taken", "email", i.email)
	}
	return tx.LockAccount(ctx, account.ID)
}
