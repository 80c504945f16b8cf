package catalogue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
)

func sampleAccount(id rostrum.AccountID, roles ...rostrum.Role) *rostrum.Account {
	return &rostrum.Account{ID: id, Email: string(id) + "@example.org", Name: "Aline " + string(id), Roles: roles, Language: "fr", Subject: "https://id " + string(id), Created: day}
}

func TestAccounts(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		if has, err := c.HasAccounts(ctx); has || err != nil {
			t.Errorf("an empty catalogue has accounts: %v, %v", has, err)
		}
		a, b := sampleAccount("a", rostrum.Administrator, rostrum.AVStaff), sampleAccount("b", rostrum.Administrator)
		write(t, c, func(tx *Tx) error {
			for _, x := range []*rostrum.Account{a, b} {
				if err := tx.PutAccount(ctx, x); err != nil {
					return err
				}
			}
			return tx.PutPasswordHash(ctx, "a", "hash")
		})
		for what, get := range map[string]func() (*rostrum.Account, error){
			"by identity": func() (*rostrum.Account, error) { return c.Account(ctx, "a") },
			"by address":  func() (*rostrum.Account, error) { return c.AccountByEmail(ctx, "a@example.org") },
			"by subject":  func() (*rostrum.Account, error) { return c.AccountBySubject(ctx, "https://id a") },
		} {
			got, err := get()
			if err != nil {
				t.Fatal(err)
			}
			equal(t, what, got, a)
		}
		a.Roles, a.Closed, a.Subject = []rostrum.Role{}, day.Add(time.Hour), ""
		write(t, c, func(tx *Tx) error { return tx.PutAccount(ctx, a) })
		got, _ := c.Account(ctx, "a")
		equal(t, "changed", got, a)
		if hash, err := c.PasswordHash(ctx, "a"); hash != "hash" || err != nil {
			t.Errorf("after the change the hash is %q, %v", hash, err)
		}
		_, err := c.AccountBySubject(ctx, "")
		wantCode(t, "by no subject", err, rostrum.NotFound)
		_, err = c.Account(ctx, "c")
		wantCode(t, "unknown", err, rostrum.NotFound)
		twin := sampleAccount("c", rostrum.Reader)
		twin.Email = b.Email
		wantCode(t, "a taken address", c.Write(ctx, func(tx *Tx) error { return tx.PutAccount(ctx, twin) }), rostrum.Conflict)
		write(t, c, func(tx *Tx) error {
			left, err := tx.LockAdministrators(ctx)
			equal(t, "administrators", left, []rostrum.AccountID{"b"})
			return err
		})
	})
}

// TestTwoAdministrators lets two demote each other at the same moment: one of them must find out that the other is the last.
func TestTwoAdministrators(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		write(t, c, func(tx *Tx) error {
			if err := tx.PutAccount(ctx, sampleAccount("a", rostrum.Administrator)); err != nil {
				return err
			}
			return tx.PutAccount(ctx, sampleAccount("b", rostrum.Administrator))
		})
		demote := func(id rostrum.AccountID) error {
			return c.Write(ctx, func(tx *Tx) error {
				left, err := tx.LockAdministrators(ctx)
				if err != nil {
					return err
				}
				if len(left) == 1 && slices.Contains(left, id) {
					return rostrum.Errorf(rostrum.Refused, "The last one stays.")
				}
				x, err := tx.LockAccount(ctx, id)
				if err != nil {
					return err
				}
				x.Roles = []rostrum.Role{rostrum.Reader}
				return tx.PutAccount(ctx, x)
			})
		}
		failed := make(chan error, 2)
		go func() { failed <- demote("a") }()
		go func() { failed <- demote("b") }()
		codes := []rostrum.Code{rostrum.ErrorCode(<-failed), rostrum.ErrorCode(<-failed)}
		slices.Sort(codes)
		equal(t, "what became of the two", codes, []rostrum.Code{"", rostrum.Refused})
	})
}

func TestInvitations(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		i := rostrum.Invitation{ID: "i1", Account: "a", Created: day, Expires: day.Add(time.Hour)}
		write(t, c, func(tx *Tx) error { return tx.PutInvitation(ctx, i, "secret 1") })
		got, err := c.Invitation(ctx, "secret 1")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "invitation", got, i)
		write(t, c, func(tx *Tx) error {
			return tx.PutInvitation(ctx, rostrum.Invitation{ID: "i2", Account: "a", Created: day, Expires: day}, "secret 2")
		})
		_, err = c.Invitation(ctx, "secret 1")
		wantCode(t, "a replaced one", err, rostrum.NotFound)
		wantCode(t, "using a replaced one", c.Write(ctx, func(tx *Tx) error { return tx.UseInvitation(ctx, "i1", day) }), rostrum.Conflict)
		write(t, c, func(tx *Tx) error { return tx.UseInvitation(ctx, "i2", day) })
		wantCode(t, "using it twice", c.Write(ctx, func(tx *Tx) error { return tx.UseInvitation(ctx, "i2", day) }), rostrum.Conflict)
	})
}

func TestSessionsAndTokens(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, a := t.Context(), sampleAccount("a", rostrum.AVStaff)
		s := rostrum.Session{ID: "s1", Account: "a", Created: day, Seen: day, Expires: day.Add(time.Hour), Address: "192.0.2.1", Agent: "Mozilla"}
		k := rostrum.Token{ID: "k1", Account: "a", Name: "recorder", Acts: []rostrum.Act{rostrum.Look, rostrum.Send}, Created: day, Expires: day.Add(time.Hour)}
		write(t, c, func(tx *Tx) error {
			if err := tx.PutAccount(ctx, a); err != nil {
				return err
			}
			for id, secret := range map[string]string{"s1": "one", "s2": "two", "s3": "three"} {
				s := s
				s.ID = id
				if err := tx.PutSession(ctx, s, secret); err != nil {
					return err
				}
			}
			return tx.PutToken(ctx, k, "token")
		})
		gotSession, account, err := c.Session(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "session", gotSession, s)
		equal(t, "its account", account, a)
		gotToken, account, err := c.Token(ctx, "token")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "token", gotToken, k)
		equal(t, "its account", account, a)

		// The secrets themselves are nowhere.
		for _, query := range []string{"SELECT secret FROM sessions", "SELECT secret FROM tokens"} {
			kept, err := list(ctx, c.reader, func(r row) (s string, err error) { err = r.Scan(&s); return s, err }, query)
			if err != nil || len(kept) == 0 || slices.ContainsFunc(kept, func(s string) bool { return len(s) != 64 || strings.Contains(s, "one") }) {
				t.Errorf("%s gives %q, %v", query, kept, err)
			}
		}

		later := day.Add(time.Minute)
		write(t, c, func(tx *Tx) error {
			if err := tx.TouchSession(ctx, "s2", later, "192.0.2.2"); err != nil {
				return err
			}
			return tx.TouchToken(ctx, "k1", later)
		})
		all, err := c.Sessions(ctx, "a")
		if err != nil || len(all) != 3 || all[0].ID != "s2" || !all[0].Seen.Equal(later) || all[0].Address != "192.0.2.2" {
			t.Errorf("sessions are %+v, %v", all, err)
		}
		seen, err := c.LastSeen(ctx)
		if err != nil || !seen["a"].Equal(later) {
			t.Errorf("last seen %v, %v", seen, err)
		}
		wantCode(t, "somebody else's session", c.Write(ctx, func(tx *Tx) error { return tx.EndSession(ctx, "b", "s1") }), rostrum.NotFound)
		wantCode(t, "somebody else's token", c.Write(ctx, func(tx *Tx) error { return tx.RevokeToken(ctx, "b", "k1", later) }), rostrum.NotFound)
		write(t, c, func(tx *Tx) error {
			n, err := tx.EndSessions(ctx, "a", "s2")
			if n != 2 {
				t.Errorf("%d sessions ended, want 2", n)
			}
			return err
		})
		write(t, c, func(tx *Tx) error { return tx.DropSessions(ctx, later, later) })
		if all, _ = c.Sessions(ctx, "a"); len(all) != 0 {
			t.Errorf("after tidying there are %+v", all)
		}
		write(t, c, func(tx *Tx) error { return tx.RevokeToken(ctx, "a", "k1", later) })
		wantCode(t, "revoking twice", c.Write(ctx, func(tx *Tx) error { return tx.RevokeToken(ctx, "a", "k1", later) }), rostrum.NotFound)
		tokens, err := c.Tokens(ctx, "a")
		if err != nil || len(tokens) != 1 || !tokens[0].Revoked.Equal(later) || !tokens[0].Used.Equal(later) {
			t.Errorf("tokens are %+v, %v", tokens, err)
		}
	})
}

func TestFailuresAreCounted(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		count := func() error {
			return c.Write(ctx, func(tx *Tx) error {
				f, err := tx.LockFailures(ctx, "x", day.Add(-time.Hour))
				if err != nil {
					return err
				}
				return tx.PutFailures(ctx, "x", Failures{f.Count + 1, day})
			})
		}
		errs := make(chan error)
		for range 8 { // at once: none may be lost
			go func() { errs <- count() }()
		}
		for range 8 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		for _, s := range []struct {
			since time.Time
			want  Failures
		}{{day, Failures{8, day}}, {day.Add(time.Second), Failures{}}} {
			write(t, c, func(tx *Tx) error {
				f, err := tx.LockFailures(ctx, "x", s.since)
				equal(t, "since "+s.since.String(), f, s.want)
				return err
			})
		}
		write(t, c, func(tx *Tx) error { return tx.DropFailures(ctx, day.Add(time.Second)) })
		write(t, c, func(tx *Tx) error {
			f, err := tx.LockFailures(ctx, "x", time.Time{})
			equal(t, "after a day", f, Failures{})
			return err
		})
	})
}

func TestNotifications(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		write(t, c, func(tx *Tx) error {
			if err := tx.PutAccount(ctx, sampleAccount("a", rostrum.Reader)); err != nil {
				return err
			}
			for i, text := range []string{"old", "new"} {
				if err := tx.Notify(ctx, "a", day.Add(time.Duration(i)*time.Minute), text); err != nil {
					return err
				}
			}
			return tx.Notify(ctx, "nobody", day, "lost")
		})
		all, err := c.Notifications(ctx, "a")
		if err != nil || len(all) != 2 || all[0].Text != "new" || all[1].Text != "old" {
			t.Errorf("it tells %+v, %v", all, err)
		}
		write(t, c, func(tx *Tx) error { return tx.SeeNotifications(ctx, "a", day, day.Add(time.Hour)) })
		if n, err := c.Unseen(ctx, "a"); n != 1 || err != nil {
			t.Errorf("%d unseen, %v", n, err)
		}
	})
}
