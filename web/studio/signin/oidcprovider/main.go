// Command oidcprovider is the OpenID provider of the tests: the certified provider library of zitadel/oidc with its example's storage and
// page, plus groups, and addresses under /test/ at which a test says who the people are. It is a module of its own, so that the program's has
// nothing of it.
//
//	oidcprovider 127.0.0.1:9998 http://127.0.0.1:8080/studio/sign-in/oidc/callback…
package main

import (
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// person is somebody at the provider, as a test writes it.
type person struct {
	ID, Username, Password, Email string
	FirstName, LastName           string
	Verified                      bool
	Groups                        []string
}

// people are the users; everything else of the storage is the example's.
type people struct {
	mu  sync.Mutex
	all map[string]person
}

func (p *people) user(found func(person) bool) *storage.User {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range p.all {
		if found(x) {
			return &storage.User{ID: x.ID, Username: x.Username, Password: x.Password, FirstName: x.FirstName, LastName: x.LastName, Email: x.Email, EmailVerified: x.Verified}
		}
	}
	return nil
}

func (p *people) GetUserByID(id string) *storage.User {
	return p.user(func(x person) bool { return x.ID == id })
}

func (p *people) GetUserByUsername(name string) *storage.User {
	return p.user(func(x person) bool { return x.Username == name })
}

func (p *people) ExampleClientID() string { return "none" }

// put takes people in JSON.
func (p *people) put(w http.ResponseWriter, r *http.Request) {
	var x person
	if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[x.ID] = x
}

// withGroups tells the groups at the UserInfo endpoint.
type withGroups struct {
	*storage.Storage
	people *people
}

func (s withGroups) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	if err := s.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin); err != nil {
		return err
	}
	s.people.mu.Lock()
	defer s.people.mu.Unlock()
	info.AppendClaims("groups", s.people.all[subject].Groups)
	return nil
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: oidcprovider ADDRESS REDIRECT…")
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	issuer := "http://" + listener.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient("rostrum", "secret", os.Args[2:]...))
	p := &people{all: map[string]person{}}
	router := exampleop.SetupServer(issuer, withGroups{storage.NewStorage(p), p}, slog.New(slog.DiscardHandler), false)
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /test/people", p.put)
	mux.Handle("/", router)
	log.Fatal(http.Serve(listener, mux))
}
