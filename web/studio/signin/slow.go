package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// Guessing is slowed down, for each account and for each address of the network: after freeFailures failures each further try has to wait
// twice as long as the one before, up to longestWait. A failure counts for failuresCount. Nobody is locked out for ever: the wait ends, it
// does not count where the account is signed in already, and a new link from an administrator clears the count.
const (
	freeFailures  = 5
	firstWait     = 2 * time.Second
	longestWait   = 15 * time.Minute
	failuresCount = 24 * time.Hour
)

// waitAfter is how long after the last failure the next try may come.
func waitAfter(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	return min(firstWait<<min(failures-freeFailures, 20), longestWait)
}

// byEmail and byAddress name what is counted. The address of electronic mail is digested, whether there is an account or not: what people type
// there by mistake may be a password.
func byEmail(email string) string {
	sum := sha256.Sum256([]byte(email))
	return "account " + hex.EncodeToString(sum[:16])
}

func byAddress(address netip.Addr) string {
	if address.Is6() { // who has one of them has the whole /64
		if p, err := address.Prefix(64); err == nil {
			return "address " + p.String()
		}
	}
	return "address " + address.String()
}

// try counts a failure before the password is looked at, so that many tries at once are no more than as many in a row. It gives a complaint
// with the wait, and counts nothing, when it is too early. account is nil when there is none for the e-mail address.
func (s *SignIn) try(ctx context.Context, email string, account *rostrum.Account, address netip.Addr) error {
	home := false
	if account != nil {
		sessions, err := s.o.Catalogue.Sessions(ctx, account.ID)
		if err != nil {
			return err
		}
		home = slices.ContainsFunc(sessions, func(x rostrum.Session) bool { return x.Address == address.String() && s.good(x, account) })
	}
	return s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		now := s.o.Now()
		subjects := []string{byEmail(email), byAddress(address)} // always in this order, so that two never wait for each other
		var failures []catalogue.Failures
		wait := time.Duration(0)
		for i, subject := range subjects {
			f, err := tx.LockFailures(ctx, subject, now.Add(-failuresCount))
			if err != nil {
				return err
			}
			failures = append(failures, f)
			if !(i == 0 && home) {
				wait = max(wait, f.Last.Add(waitAfter(f.Count)).Sub(now))
			}
		}
		if wait > 0 {
			return &complaint{status: http.StatusTooManyRequests, key: "error.slow", wait: wait.Truncate(time.Second) + time.Second}
		}
		for i, subject := range subjects {
			if err := tx.PutFailures(ctx, subject, catalogue.Failures{Count: failures[i].Count + 1, Last: now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// succeeded takes back what try has counted: the account's failures altogether, the address's by the one.
func succeeded(ctx context.Context, tx *catalogue.Tx, email string, address netip.Addr, now time.Time) error {
	subject := byAddress(address)
	if err := tx.ForgetFailures(ctx, byEmail(email)); err != nil {
		return err
	}
	f, err := tx.LockFailures(ctx, subject, now.Add(-failuresCount))
	if err != nil {
		return err
	}
	f.Count = max(f.Count-1, 0)
	return tx.PutFailures(ctx, subject, f)
}
