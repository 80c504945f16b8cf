package signin

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"rostrum"
	"rostrum/web/studio/desk"
)

const (
	oidcPath     = desk.SignInPath + "/oidc"
	callbackPath = desk.SignInPath + "/oidc/callback" // what the provider has to allow, below the public address

	providerTimeout = 10 * time.Second // of one request to the provider
	providerAgain   = 10 * time.Second // after it did not answer, it is not asked sooner
	flowFor         = 10 * time.Minute // to sign in at the provider
)

// OIDCOptions are the organisation's own sign-in, by OpenID Connect Core 1.0: the code flow with PKCE.
type OIDCOptions struct {
	Issuer       string // as its discovery document says, https://…
	ClientID     string
	ClientSecret string // "" for a public client
	Name         string // of the provider, on the button
	// Groups says which role a group of the provider's gives; GroupsClaim is the claim that lists them, "" for "groups".
	Groups      map[string]rostrum.Role
	GroupsClaim string
	DefaultRole rostrum.Role // of people in none of the groups; "" refuses them
}

// identityProvider is the provider as far as it is known. It is asked at its first use, and again when it did not answer.
type identityProvider struct {
	o      OIDCOptions
	now    func() time.Time
	client *http.Client

	mu     sync.Mutex
	found  *oidc.Provider
	scopes []string // that it offers
	tried  time.Time
	failed error
}

func newIdentityProvider(o OIDCOptions, now func() time.Time) *identityProvider {
	if o.GroupsClaim == "" {
		o.GroupsClaim = "groups"
	}
	return &identityProvider{o: o, now: now, client: &http.Client{Timeout: providerTimeout}}
}

// missing says whether the provider did not answer when it was last asked.
func (p *identityProvider) missing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed != nil
}

// provider gives the provider. Unavailable when it does not answer.
func (p *identityProvider) provider() (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.failed != nil && p.now().Sub(p.tried) < providerAgain {
		return nil, p.failed
	}
	// Not the request's context: the provider keeps it, to fetch keys later.
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), p.client), p.o.Issuer)
	p.tried = p.now()
	if err != nil {
		p.failed = &unavailable{complain(rostrum.Unavailable, "error.oidc.down", "name", p.o.Name).(*complaint), err}
		return nil, p.failed
	}
	var document struct {
		Scopes []string `json:"scopes_supported"`
	}
	if err := found.Claims(&document); err == nil {
		p.scopes = document.Scopes
	}
	p.found, p.failed = found, nil
	return found, nil
}

// unavailable is a complaint with a cause for the log.
type unavailable struct {
	*complaint
	cause error
}

func (u *unavailable) Error() string   { return u.complaint.Error() + " (" + u.cause.Error() + ")" }
func (u *unavailable) Unwrap() []error { return []error{u.complaint, u.cause} }

// config is the client that we are. Some providers give groups only to who asks for the scope, and others refuse a scope that they don't know.
func (s *SignIn) config(r *http.Request, found *oidc.Provider) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID, "email", "profile"}
	if slices.Contains(s.oidc.scopes, "groups") {
		scopes = append(scopes, "groups")
	}
	return &oauth2.Config{ClientID: s.oidc.o.ClientID, ClientSecret: s.oidc.o.ClientSecret, Endpoint: found.Endpoint(), Scopes: scopes,
		RedirectURL: s.o.Desk.Public(r) + callbackPath}
}

// flow is what a browser keeps while it is at the provider.
type flow struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Next     string    `json:"next"`
	Until    time.Time `json:"until"`
}

func (s *SignIn) flowCookie() string { return s.cookieName() + "-oidc" }

func (s *SignIn) toProvider(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	if s.oidc == nil {
		return complain(rostrum.NotFound, "error.oidc.none")
	}
	f := flow{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Next: own(r.URL.Query().Get("next")), Until: s.o.Now().Add(flowFor)}
	found, err := s.oidc.provider()
	if err != nil {
		return s.notByProvider(w, r, f, err)
	}
	kept, err := json.Marshal(f)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(s.flowCookie(), base64.RawURLEncoding.EncodeToString(kept), desk.SignInPath, flowFor))
	http.Redirect(w, r, s.config(r, found).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), http.StatusSeeOther)
	return nil
}

// notByProvider shows the page of signing in with what went wrong.
func (s *SignIn) notByProvider(w http.ResponseWriter, r *http.Request, f flow, err error) error {
	if rostrum.ErrorCode(err) == rostrum.Internal {
		return err
	}
	s.o.Log.Warn("signing in by the identity provider failed", "error", err)
	return s.renderSignIn(w, r, rostrum.Actor{}, signInView{Next: own(f.Next)}, err)
}

func (s *SignIn) fromProvider(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	if s.oidc == nil {
		return complain(rostrum.NotFound, "error.oidc.none")
	}
	var f flow
	if c, err := r.Cookie(s.flowCookie()); err == nil {
		if kept, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil && json.Unmarshal(kept, &f) != nil {
			f = flow{}
		}
	}
	http.SetCookie(w, s.cookie(s.flowCookie(), "", desk.SignInPath, 0)) // it serves once
	claims, err := s.claims(r, f)
	if err != nil {
		return s.notByProvider(w, r, f, err)
	}
	secret, err := s.enterAs(r, claims)
	if err != nil {
		return s.notByProvider(w, r, f, err)
	}
	s.keep(w, secret)
	http.Redirect(w, r, s.o.Desk.Base+own(f.Next), http.StatusSeeOther)
	return nil
}

// claims are what the provider says about the person who came back from it, checked by OpenID Connect Core 1.0, section 3.1.3.7.
func (s *SignIn) claims(r *http.Request, f flow) (identity, error) {
	q, now := r.URL.Query(), s.o.Now()
	switch state := q.Get("state"); {
	case f.State == "" || now.After(f.Until):
		return identity{}, complain(rostrum.Refused, "error.oidc.late")
	case subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1:
		return identity{}, complain(rostrum.Refused, "error.oidc.state")
	case q.Get("error") == "access_denied":
		return identity{}, complain(rostrum.Refused, "error.oidc.denied", "name", s.oidc.o.Name)
	case q.Get("error") != "":
		return identity{}, s.refusedBy(rostrum.Refused, "error.oidc.failed", &providerError{clipped(q.Get("error"), 100)})
	}
	found, err := s.oidc.provider()
	if err != nil {
		return identity{}, err
	}
	ctx := oidc.ClientContext(r.Context(), s.oidc.client)
	token, err := s.config(r, found).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return identity{}, s.refusedBy(rostrum.Unavailable, "error.oidc.failed", err)
	}
	raw, _ := token.Extra("id_token").(string)
	checked, err := found.Verifier(&oidc.Config{ClientID: s.oidc.o.ClientID, Now: s.o.Now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, s.refusedBy(rostrum.Refused, "error.oidc.failed", err)
	}
	if f.Nonce == "" || subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(f.Nonce)) != 1 {
		return identity{}, complain(rostrum.Refused, "error.oidc.state")
	}
	if checked.AccessTokenHash != "" {
		if err := checked.VerifyAccessToken(token.AccessToken); err != nil {
			return identity{}, s.refusedBy(rostrum.Refused, "error.oidc.failed", err)
		}
	}
	said := map[string]any{}
	if err := checked.Claims(&said); err != nil {
		return identity{}, s.refusedBy(rostrum.Refused, "error.oidc.failed", err)
	}
	// What the code flow's scopes ask for stands at the UserInfo endpoint (section 5.4), and with some providers in the token too.
	if found.UserInfoEndpoint() != "" {
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return identity{}, s.refusedBy(rostrum.Unavailable, "error.oidc.failed", err)
		}
		if info.Subject != checked.Subject { // section 5.3.2
			return identity{}, complain(rostrum.Refused, "error.oidc.state")
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return identity{}, s.refusedBy(rostrum.Refused, "error.oidc.failed", err)
		}
		for key, value := range more {
			if _, has := said[key]; !has {
				said[key] = value
			}
		}
	}
	return s.oidc.identity(checked.Issuer+" "+checked.Subject, said), nil
}

func (s *SignIn) refusedBy(code rostrum.Code, key string, cause error) error {
	return &unavailable{complain(code, key, "name", s.oidc.o.Name).(*complaint), cause}
}

// providerError is an error that the provider names (RFC 6749, section 4.1.2.1).
type providerError struct{ code string }

func (e *providerError) Error() string { return "the provider says " + e.code }

// identity is a person as the provider knows it.
type identity struct {
	subject  string // "issuer subject"
	email    string // in small letters, "" when it is none
	verified bool
	name     string
	roles    []rostrum.Role // by the groups; nil for none
}

func (p *identityProvider) identity(subject string, said map[string]any) identity {
	text := func(key string) string { s, _ := said[key].(string); return strings.TrimSpace(s) }
	i := identity{subject: subject}
	if email, err := rostrum.ParseEmail(text("email")); err == nil {
		i.email = email
	}
	switch v := said["email_verified"].(type) { // some providers write it as a string
	case bool:
		i.verified = v
	case string:
		i.verified = v == "true"
	}
	for _, name := range []string{text("name"), strings.TrimSpace(text("given_name") + " " + text("family_name")), text("preferred_username"), i.email} {
		if name, err := checkName(name); err == nil {
			i.name = name
			break
		}
	}
	var roles []rostrum.Role
	for _, g := range groupsOf(said[p.o.GroupsClaim]) {
		if role, ok := p.o.Groups[g]; ok {
			roles = append(roles, role)
		}
	}
	if len(roles) == 0 && p.o.DefaultRole != "" {
		roles = []rostrum.Role{p.o.DefaultRole}
	}
	i.roles, _ = checkRoles(roles)
	return i
}

// groupsOf reads a claim that lists groups: strings, one string, or an object whose keys are the groups.
func groupsOf(claim any) (groups []string) {
	switch v := claim.(type) {
	case string:
		groups = append(groups, v)
	case []any:
		for _, x := range v {
			if g, ok := x.(string); ok {
				groups = append(groups, g)
			}
		}
	case map[string]any:
		for g := range v {
			groups = append(groups, g)
		}
	}
	return groups
}

// ParseGroups reads "group=role,group=role"; a group may hold "=" itself. Invalid for what is not that.
func ParseGroups(s string) (map[string]rostrum.Role, error) {
	groups := map[string]rostrum.Role{}
	for entry := range strings.SplitSeq(s, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		at := strings.LastIndex(entry, "=")
		if at < 1 {
			return nil, rostrum.Errorf(rostrum.Invalid, "%q gives no role to a group; write group=role, as in studio-staff=av.", entry)
		}
		role, err := rostrum.ParseRole(strings.TrimSpace(entry[at+1:]))
		if err != nil {
			return nil, err
		}
		group := strings.TrimSpace(entry[:at])
		if _, twice := groups[group]; twice {
			return nil, rostrum.Errorf(rostrum.Invalid, "The group %q has two roles; give each group one, and people several groups.", group)
		}
		groups[group] = role
	}
	return groups, nil
}
