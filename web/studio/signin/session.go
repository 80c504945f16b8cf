package signin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/answer"
)

func (s *SignIn) cookieName() string {
	if s.o.Secure {
		return "__Secure-rostrum" // browsers take it over https only (RFC 6265bis, section 4.1.3.1)
	}
	return "rostrum"
}

func (s *SignIn) cookie(name, value, path string, lasts time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: s.o.Desk.Base + path, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.o.Secure, MaxAge: int(lasts / time.Second)}
	if lasts <= 0 {
		c.MaxAge = -1
	}
	return c
}

// Who says who asks: by a token when the request carries one, else by the session of the browser. The zero Actor is nobody. The error is one
// of the database, or says with the status 401 that the token is not, or no longer, good.
func (s *SignIn) Who(r *http.Request) (rostrum.Actor, error) {
	if kind, secret, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(kind, "Bearer") {
		return s.whoByToken(r.Context(), strings.TrimSpace(secret))
	}
	_, account, err := s.session(r)
	if err != nil || account == nil {
		return rostrum.Actor{}, err
	}
	return account.Actor(), nil
}

// Language is the language that the actor's account wants, "" when it wants none.
func (s *SignIn) Language(r *http.Request, who rostrum.Actor) rostrum.Language {
	if who.Account == "" {
		return ""
	}
	account, err := s.o.Catalogue.Account(r.Context(), who.Account)
	if err != nil {
		return ""
	}
	return account.Language
}

// Unseen says how many notifications the actor has not seen.
func (s *SignIn) Unseen(r *http.Request, who rostrum.Actor) int {
	if who.Account == "" {
		return 0
	}
	n, err := s.o.Catalogue.Unseen(r.Context(), who.Account)
	if err != nil {
		return 0
	}
	return n
}

// errToken is the answer to a token that opens nothing; it does not tell why.
var errToken = &answer.StatusError{Code: http.StatusUnauthorized, Message: "This token is not good, or no longer: it is unknown, past or revoked, or its account is closed. Make a new one on your account's page."}

func (s *SignIn) whoByToken(ctx context.Context, secret string) (rostrum.Actor, error) {
	token, account, err := s.o.Catalogue.Token(ctx, secret)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return rostrum.Actor{}, errToken
	}
	if err != nil {
		return rostrum.Actor{}, err
	}
	now := s.o.Now()
	if !token.Revoked.IsZero() || !now.Before(token.Expires) || !account.Closed.IsZero() {
		return rostrum.Actor{}, errToken
	}
	if now.Sub(token.Used) > touchAfter {
		if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.TouchToken(ctx, token.ID, now) }); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("a token's use could not be noted", "error", err)
		}
	}
	who := account.Actor()
	who.Only = append([]rostrum.Act{}, token.Acts...) // never nil, which would limit nothing
	return who, nil
}

// good says whether a session opens anything now.
func (s *SignIn) good(x rostrum.Session, a *rostrum.Account) bool {
	now := s.o.Now()
	return a.Closed.IsZero() && now.Before(x.Expires) && now.Sub(x.Seen) < idleFor
}

// session gives the good session of a browser, with its account; nil when there is none.
func (s *SignIn) session(r *http.Request) (rostrum.Session, *rostrum.Account, error) {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return rostrum.Session{}, nil, nil
	}
	ctx := r.Context()
	x, account, err := s.o.Catalogue.Session(ctx, c.Value)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		return rostrum.Session{}, nil, nil
	case err != nil:
		return rostrum.Session{}, nil, err
	case !s.good(x, account):
		return rostrum.Session{}, nil, nil
	}
	if now := s.o.Now(); now.Sub(x.Seen) > touchAfter {
		address := s.addressOf(r).String()
		if err := s.o.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.TouchSession(ctx, x.ID, now, address) }); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("a session's use could not be noted", "error", err)
		}
		x.Seen, x.Address = now, address
	}
	return x, account, nil
}

// open adds a session within a transaction, with the secret that goes into the cookie. The browser's earlier session ends.
func (s *SignIn) open(ctx context.Context, tx *catalogue.Tx, r *http.Request, account rostrum.AccountID) (secret string, err error) {
	if c, err := r.Cookie(s.cookieName()); err == nil {
		if old, _, err := tx.Session(ctx, c.Value); err == nil {
			if err := tx.EndSession(ctx, old.Account, old.ID); err != nil {
				return "", err
			}
		} else if rostrum.ErrorCode(err) != rostrum.NotFound {
			return "", err
		}
	}
	now := s.o.Now()
	secret = newSecret()
	return secret, tx.PutSession(ctx, rostrum.Session{ID: catalogue.NewID(), Account: account, Created: now, Seen: now, Expires: now.Add(longest),
		Address: s.addressOf(r).String(), Agent: clipped(r.UserAgent(), 300)}, secret)
}

// keep gives the browser its session.
func (s *SignIn) keep(w http.ResponseWriter, secret string) {
	http.SetCookie(w, s.cookie(s.cookieName(), secret, "/", longest))
}

// clipped is the beginning of a text, of at most so many bytes, as valid UTF-8.
func clipped(s string, most int) string {
	return strings.ToValidUTF8(s[:min(len(s), most)], "")
}
