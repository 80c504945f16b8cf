package desktest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/studio/desk"
)

// Play plays every person at every route and compares what happens with the matrix of rights: that each route has an act, or is open, or is
// for everybody who is signed in and listed in signedIn (as "METHOD /path"); that a role is refused with 403 exactly when it may not do the act;
// that nobody is sent to sign in, or gets 401 from a program's address; that a token without the scope is refused; and that what another site
// sends is. The identities in the addresses are bogus, so that what may be done finds nothing; it must not answer 500 either. Routes are
// those of areas made on w.Desk of a World.
func Play(t *testing.T, routes []desk.Route, signedIn ...string) {
	t.Helper()
	people := People()
	tokens := map[string][]rostrum.Act{}
	for i, act := range rostrum.Acts() {
		tokens[string(act)] = rostrum.Acts()[i : i+1]
	}
	d := &desk.Desk{Base: Base, Now: time.Now, Log: slog.New(slog.DiscardHandler), Who: func(r *http.Request) (rostrum.Actor, error) {
		who := people[r.Header.Get("As")]
		if scope := r.Header.Get("Scope"); scope != "" {
			who.Only = tokens[scope]
		}
		return who, nil
	}}
	router := mux.NewRouter()
	router.SkipClean(true)
	d.Mount(router, routes)
	server := httptest.NewServer(http.StripPrefix(Base, router))
	t.Cleanup(server.Close)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

	// ask gives the status and the place that is pointed to; 0 when there was no answer in time, as with a stream that has nothing to say.
	ask := func(t *testing.T, x desk.Route, headers map[string]string) (status int, to string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, x.Method, server.URL+Base+bogus(x.Path), strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		answer, err := client.Do(r)
		if ctx.Err() != nil {
			return 0, ""
		}
		if err != nil {
			t.Errorf("it broke off: %v", err)
			return 0, ""
		}
		defer answer.Body.Close()
		if answer.StatusCode == http.StatusInternalServerError {
			body, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
			t.Errorf("as %s it answers 500: %s", cmp.Or(headers["As"], "nobody"), body)
		}
		return answer.StatusCode, answer.Header.Get("Location")
	}

	seen := map[string]bool{}
	for _, x := range routes {
		name := x.Method + " " + x.Path
		t.Run(strings.ReplaceAll(name, "/", "∕"), func(t *testing.T) {
			if seen[name] {
				t.Error("it stands in the table twice")
			}
			seen[name] = true
			unsafe := x.Method != http.MethodGet && x.Method != http.MethodHead && x.Method != http.MethodOptions
			if unsafe {
				if status, _ := ask(t, x, map[string]string{"As": "admin", "Sec-Fetch-Site": "cross-site"}); status != http.StatusForbidden {
					t.Errorf("from another site it answers %d, want 403", status)
				}
			}
			if x.Open {
				ask(t, x, nil)
				return
			}
			switch {
			case x.Act == "" && !slices.Contains(signedIn, name):
				t.Fatal("it has no act, is not open, and is not one of those for everybody who is signed in")
			case x.Act != "" && !slices.Contains(rostrum.Acts(), x.Act):
				t.Fatalf("%q is no act", x.Act)
			}
			for as, who := range people {
				status, to := ask(t, x, map[string]string{"As": as})
				api := desk.IsAPI(x.Path)
				switch {
				case as == "nobody" && !api && !unsafe:
					if status != http.StatusSeeOther || !strings.HasPrefix(to, Base+desk.SignInPath+"?next=") {
						t.Errorf("nobody gets %d and is sent to %q, want the page of signing in", status, to)
					}
				case as == "nobody":
					if status != http.StatusUnauthorized {
						t.Errorf("nobody gets %d, want 401", status)
					}
				default:
					may := x.Act == "" || who.May(x.Act) == nil
					if refused := status == http.StatusForbidden; refused == may || status == http.StatusUnauthorized {
						t.Errorf("%s gets %d, and may: %v", as, status, may)
					}
				}
			}
			if x.Act == "" {
				return
			}
			other := rostrum.Look
			if x.Act == rostrum.Look {
				other = rostrum.Audit
			}
			if status, _ := ask(t, x, map[string]string{"As": "admin", "Scope": string(other)}); status != http.StatusForbidden {
				t.Errorf("a token for %q only gets %d, want 403", other, status)
			}
		})
	}
}

var places = regexp.MustCompile(`\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}`)

// bogus fills the places of an address with identities that nothing has. A place with a pattern gets what most patterns take.
func bogus(path string) string {
	return places.ReplaceAllStringFunc(path, func(place string) string {
		_, pattern, found := strings.Cut(strings.Trim(place, "{}"), ":")
		if !found {
			return "bogus"
		}
		whole := regexp.MustCompile("^(?:" + pattern + ")$")
		for _, try := range []string{"bogus", "1", "bogus.vtt", "bogus/bogus", "en", "0000000000000"} {
			if whole.MatchString(try) {
				return try
			}
		}
		panic(fmt.Sprintf("nothing bogus fits %s", place))
	})
}
