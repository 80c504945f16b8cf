// Package signin is who may come in to the studio: accounts and their passwords, the organisation's own sign-in (OpenID Connect), sessions
// of browsers, tokens of programs, and the audit log in which all of that can be read.
//
// Secrets (of sessions, tokens and links) are 128 bits or more of chance and are kept as SHA-256 only; passwords as argon2id. Addresses of
// the network are kept with sessions, until these end, and with failures to sign in, for a day; never in the audit log.
//
// Checking a password takes 64 MiB for about a tenth of a second; two are checked at once at most.
package signin

import (
	"cmp"
	"context"
	"embed"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json commonest.txt
var files embed.FS

// pages are filled at their first use.
var pages = sync.OnceValue(func() *desk.Pages { return desk.NewPages(files) })

// How long a browser stays signed in.
const (
	idleFor    = 12 * time.Hour      // without a request
	longest    = 14 * 24 * time.Hour // however often it comes
	touchAfter = time.Minute         // last seen is kept this exactly, so that not every request writes
)

// How long a link works.
const (
	setupFor      = 24 * time.Hour
	invitationFor = 7 * 24 * time.Hour
)

// Options are what a SignIn works with.
type Options struct {
	Desk           *desk.Desk
	Catalogue      *catalogue.Catalogue
	OIDC           *OIDCOptions     // nil: passwords only
	Secure         bool             // the public address is https: cookies are sent over it only
	Now            func() time.Time // nil: time.Now
	Log            *slog.Logger     // nil: slog.Default()
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For is believed
}

// SignIn is the way in to the studio.
type SignIn struct {
	Accounts
	o      Options
	hasher *hasher
	oidc   *identityProvider // nil: none
}

// New makes a SignIn. It asks nothing of the identity provider yet, which may be down.
func New(o Options) *SignIn {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &SignIn{Accounts: Accounts{Catalogue: o.Catalogue, Now: o.Now}, o: o, hasher: newHasher()}
	if o.OIDC != nil {
		s.oidc = newIdentityProvider(*o.OIDC, o.Now)
	}
	return s
}

// Routes are the addresses of the area. What changes accounts, passwords or tokens is refused to tokens.
func (s *SignIn) Routes() []desk.Route {
	get, post := http.MethodGet, http.MethodPost
	return []desk.Route{
		{Method: get, Path: desk.SignInPath, Open: true, Do: s.showSignIn},
		{Method: post, Path: desk.SignInPath, Open: true, Do: s.signIn},
		{Method: post, Path: "/studio/sign-out", Open: true, Do: s.signOut},
		{Method: get, Path: oidcPath, Open: true, Do: s.toProvider},
		{Method: get, Path: callbackPath, Open: true, Do: s.fromProvider},
		{Method: get, Path: "/studio/setup/{secret}", Open: true, Do: s.showSetup},
		{Method: post, Path: "/studio/setup/{secret}", Open: true, Do: s.setUp},
		{Method: get, Path: "/studio/invitation/{secret}", Open: true, Do: s.showInvitation},
		{Method: post, Path: "/studio/invitation/{secret}", Open: true, Do: s.takeInvitation},

		{Method: get, Path: "/studio/account", Do: inPerson(s.showAccount)},
		{Method: post, Path: "/studio/account", Do: inPerson(s.saveAccount)},
		{Method: post, Path: "/studio/account/password", Do: inPerson(s.savePassword)},
		{Method: post, Path: "/studio/account/seen", Do: inPerson(s.seeNotifications)},
		{Method: post, Path: "/studio/account/sessions/end", Do: inPerson(s.endOwnSessions)},
		{Method: post, Path: "/studio/account/sessions/{session}/end", Do: inPerson(s.endOwnSession)},
		{Method: post, Path: "/studio/account/tokens", Do: inPerson(s.addOwnToken)},
		{Method: post, Path: "/studio/account/tokens/{token}/revoke", Do: inPerson(s.revokeOwnToken)},
		{Method: get, Path: "/api/v1/account", Do: s.tellAccount},

		{Method: get, Path: "/studio/people", Act: rostrum.Administer, Do: inPerson(s.showPeople)},
		{Method: get, Path: "/studio/people/invite", Act: rostrum.Administer, Do: inPerson(s.showInvite)},
		{Method: post, Path: "/studio/people/invite", Act: rostrum.Administer, Do: inPerson(s.invite)},
		{Method: get, Path: "/studio/people/{id}", Act: rostrum.Administer, Do: inPerson(s.showPerson)},
		{Method: post, Path: "/studio/people/{id}/roles", Act: rostrum.Administer, Do: inPerson(s.saveRoles)},
		{Method: post, Path: "/studio/people/{id}/link", Act: rostrum.Administer, Do: inPerson(s.newLink)},
		{Method: post, Path: "/studio/people/{id}/close", Act: rostrum.Administer, Do: inPerson(s.closeAccount)},
		{Method: post, Path: "/studio/people/{id}/reopen", Act: rostrum.Administer, Do: inPerson(s.reopenAccount)},
		{Method: post, Path: "/studio/people/{id}/sessions/end", Act: rostrum.Administer, Do: inPerson(s.endSessions)},
		{Method: post, Path: "/studio/people/{id}/sessions/{session}/end", Act: rostrum.Administer, Do: inPerson(s.endSession)},
		{Method: post, Path: "/studio/people/{id}/tokens/{token}/revoke", Act: rostrum.Administer, Do: inPerson(s.revokeToken)},

		{Method: get, Path: "/studio/audit", Act: rostrum.Audit, Do: s.showAudit},
		{Method: get, Path: "/api/v1/audit.csv", Act: rostrum.Audit, Do: s.exportCSV},
		{Method: get, Path: "/api/v1/audit.jsonl", Act: rostrum.Audit, Do: s.exportJSONLines},
	}
}

// inPerson keeps tokens out, whatever their scope.
func inPerson(do desk.Handler) desk.Handler {
	return func(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
		if who.Only != nil {
			return complain(rostrum.Refused, "error.in-person")
		}
		return do(w, r, who)
	}
}

// FirstLink makes the link at which the first administrator's account is made, for 24 hours; the one before opens nothing any more. It is ""
// when there are accounts. It begins with the desk's public address, or, without one, with the base path.
func (s *SignIn) FirstLink(ctx context.Context) (string, error) {
	link := ""
	err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if has, err := tx.HasAccounts(ctx); err != nil || has {
			return err
		}
		now, secret := s.o.Now(), newSecret()
		link = cmp.Or(s.o.Desk.PublicURL, s.o.Desk.Base) + "/studio/setup/" + secret
		return tx.PutInvitation(ctx, rostrum.Invitation{ID: catalogue.NewID(), Created: now, Expires: now.Add(setupFor)}, secret)
	})
	return link, err
}

// Tidy forgets sessions that are over and failures to sign in that are older than a day. Call it at the start and every hour.
func (s *SignIn) Tidy(ctx context.Context) error {
	return s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		now := s.o.Now()
		if err := tx.DropFailures(ctx, now.Add(-failuresCount)); err != nil {
			return err
		}
		return tx.DropSessions(ctx, now, now.Add(-idleFor))
	})
}

// Run tidies up now and every hour, until ctx ends.
func (s *SignIn) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := s.Tidy(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("old sessions could not be forgotten", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
