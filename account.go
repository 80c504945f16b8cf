package rostrum

import (
	"net/mail"
	"slices"
	"strings"
	"time"
)

// AccountID identifies an account.
type AccountID string

// Account is somebody who works with Rostrum. Accounts are never deleted, only closed: the audit log names them.
type Account struct {
	ID       AccountID
	Email    string // in small letters, unique
	Name     string // as others see it
	Roles    []Role
	Language Language // of the interface; "" follows the browser
	Subject  string   // who it is at the identity provider, "issuer subject"; "" for an account with a password only
	Created  time.Time
	Closed   time.Time // zero: open
}

// Actor is who does something. It is always an argument, never hidden in a context. The zero value is nobody and may do nothing.
type Actor struct {
	Account AccountID
	Name    string // for the audit log and for colleagues
	Roles   []Role
	// Only limits what may be done further, as an API token does; nil does not.
	Only []Act
}

// Actor is the account as it acts itself.
func (a *Account) Actor() Actor { return Actor{Account: a.ID, Name: a.Name, Roles: a.Roles} }

// Operator is whoever holds the machine: who works on the command line may do everything.
func Operator(name string) Actor { return Actor{Name: name, Roles: []Role{Administrator}} }

// May says whether the actor may do something: Refused, with who may, when not.
func (a Actor) May(act Act) error {
	if a.Only != nil && !slices.Contains(a.Only, act) {
		return Errorf(Refused, "This token does not cover that; make one with the scope %q.", string(act))
	}
	if slices.ContainsFunc(a.Roles, func(r Role) bool { return r.May(act) }) {
		return nil
	}
	var who []string
	for _, r := range Roles() {
		if r.May(act) {
			who = append(who, r.String())
		}
	}
	return Errorf(Refused, "Your role does not allow that; it takes: %s. Ask an administrator.", strings.Join(who, ", "))
}

// ParseEmail checks an address of electronic mail and gives it in small letters.
func ParseEmail(s string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil || a.Name != "" || len(a.Address) > 254 {
		return "", Errorf(Invalid, "%q is not an e-mail address; write it like name@example.org.", s)
	}
	return strings.ToLower(a.Address), nil
}

// Session is one browser in which somebody is signed in.
type Session struct {
	ID      string // names it to its owner; opens nothing
	Account AccountID
	Created time.Time
	Seen    time.Time
	Expires time.Time
	Address string // of the network, as last seen
	Agent   string // the browser, as it names itself
}

// Token lets a program act for a person, within a scope and until a day.
type Token struct {
	ID      string // names it; opens nothing
	Account AccountID
	Name    string
	Acts    []Act
	Created time.Time
	Expires time.Time // never zero
	Used    time.Time // zero: never
	Revoked time.Time // zero: is not
}

// Invitation is a link that works once: for the first administrator, for a new account, or for a forgotten password.
type Invitation struct {
	ID      string
	Account AccountID // "" for the first administrator, whose account does not exist yet
	Created time.Time
	Expires time.Time
	Used    time.Time // zero: is not
}
