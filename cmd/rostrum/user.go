package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"rostrum"
	"rostrum/web/studio/signin"
)

// userCommand looks after the accounts of the studio: also when nobody can sign in any more.
type userCommand struct {
	Add    userAddCommand    `cmd:"" help:"Make an account, and print the link at which its person sets a password."`
	List   userListCommand   `cmd:"" help:"List the accounts."`
	Role   userRoleCommand   `cmd:"" help:"Give an account other roles."`
	Close  userCloseCommand  `cmd:"" help:"Close an account: its sessions and tokens end at once."`
	Reopen userReopenCommand `cmd:"" help:"Open a closed account again."`
	Reset  userResetCommand  `cmd:"" help:"Print a link for a new password."`
	Token  userTokenCommand  `cmd:"" help:"Make a token with which a program acts for somebody."`
}

// userReport is an account in JSON.
type userReport struct {
	ID      rostrum.AccountID `json:"id"`
	Email   string            `json:"email"`
	Name    string            `json:"name"`
	Roles   []rostrum.Role    `json:"roles"`
	Closed  bool              `json:"closed"`
	Created time.Time         `json:"created"`
	Link    string            `json:"link,omitempty"`
	Token   string            `json:"token,omitempty"`
}

func reportOf(a *rostrum.Account) userReport {
	return userReport{ID: a.ID, Email: a.Email, Name: a.Name, Roles: append([]rostrum.Role{}, a.Roles...), Closed: !a.Closed.IsZero(), Created: a.Created}
}

// changed opens the catalogue, lets change do its work as the operator on the account of an address, "" for none, and reports the account as it
// is then. change gives what to add to the report, and the sentence for people.
func (set *settings) changed(ctx context.Context, s *streams, log *slog.Logger, asJSON bool, email string,
	change func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (changed rostrum.AccountID, add userReport, said string, err error)) error {
	s.json = asJSON
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	id := rostrum.AccountID("")
	if email != "" {
		address, err := rostrum.ParseEmail(email)
		if err != nil {
			return err
		}
		account, err := p.Catalogue.AccountByEmail(ctx, address)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return rostrum.Errorf(rostrum.NotFound, "There is no account of %s; rostrum user list shows those that there are.", address)
		}
		if err != nil {
			return err
		}
		id = account.ID
	}
	id, add, said, err := change(signin.Accounts{Catalogue: p.Catalogue, Now: time.Now}, rostrum.Operator(who()), id)
	if err != nil {
		return err
	}
	if !asJSON {
		fmt.Fprintln(s.out, said)
		return nil
	}
	account, err := p.Catalogue.Account(ctx, id)
	if err != nil {
		return err
	}
	report := reportOf(account)
	report.Link, report.Token = add.Link, add.Token
	return s.print(map[string]any{"user": report})
}

// link is the whole address of an invitation; without a public address, as the server answers at by default.
func (set *settings) link(secret string) string {
	at := strings.TrimRight(set.PublicURL, "/")
	if at == "" {
		at = "http://127.0.0.1:8080"
	}
	return at + signin.InvitationPath + secret
}

func parseRoles(words []string) ([]rostrum.Role, error) {
	var roles []rostrum.Role
	for _, w := range words {
		role, err := rostrum.ParseRole(w)
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	return roles, nil
}

type userAddCommand struct {
	Email string   `arg:"" help:"E-mail address."`
	Name  string   `required:"" help:"Name, as others see it."`
	Role  []string `required:"" placeholder:"ROLE,…" help:"administrator, secretariat, av, editor or reader; several with commas."`
	JSON  bool     `name:"json" help:"Print one JSON document."`
}

func (c *userAddCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	roles, err := parseRoles(c.Role)
	if err != nil {
		return err
	}
	return set.changed(ctx, s, log, c.JSON, "", func(a signin.Accounts, by rostrum.Actor, _ rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		account, secret, err := a.Add(ctx, by, c.Email, c.Name, roles)
		if err != nil {
			return "", userReport{}, "", err
		}
		link := set.link(secret)
		return account.ID, userReport{Link: link}, fmt.Sprintf("%s has an account. Send this link, which works once, within 7 days:\n%s", account.Email, link), nil
	})
}

type userListCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

func (c *userListCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	s.json = c.JSON
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	accounts, err := p.Catalogue.Accounts(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		reports := []userReport{}
		for _, a := range accounts {
			reports = append(reports, reportOf(a))
		}
		return s.print(map[string]any{"users": reports})
	}
	if len(accounts) == 0 {
		fmt.Fprintln(s.out, "There is no account yet. Begin with: rostrum user add name@example.org --name NAME --role administrator")
	}
	for _, a := range accounts {
		var roles []string
		for _, r := range a.Roles {
			roles = append(roles, string(r))
		}
		line := fmt.Sprintf("%-32s  %-28s  %s", a.Email, a.Name, strings.Join(roles, ","))
		if !a.Closed.IsZero() {
			line += "  (closed)"
		}
		fmt.Fprintln(s.out, line)
	}
	return nil
}

type userRoleCommand struct {
	Email string   `arg:"" help:"E-mail address of the account."`
	Role  []string `arg:"" help:"administrator, secretariat, av, editor or reader; all that the account is to have."`
	JSON  bool     `name:"json" help:"Print one JSON document."`
}

func (c *userRoleCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	roles, err := parseRoles(c.Role)
	if err != nil {
		return err
	}
	return set.changed(ctx, s, log, c.JSON, c.Email, func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		return id, userReport{}, fmt.Sprintf("%s has the roles: %s", c.Email, strings.Join(c.Role, ", ")), a.SetRoles(ctx, by, id, roles)
	})
}

type userCloseCommand struct {
	Email string `arg:"" help:"E-mail address of the account."`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

func (c *userCloseCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return set.changed(ctx, s, log, c.JSON, c.Email, func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		return id, userReport{}, fmt.Sprintf("The account of %s is closed; rostrum user reopen opens it again.", c.Email), a.Close(ctx, by, id)
	})
}

type userReopenCommand struct {
	Email string `arg:"" help:"E-mail address of the account."`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

func (c *userReopenCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return set.changed(ctx, s, log, c.JSON, c.Email, func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		return id, userReport{}, fmt.Sprintf("The account of %s is open again; its tokens stay revoked.", c.Email), a.Reopen(ctx, by, id)
	})
}

type userResetCommand struct {
	Email string `arg:"" help:"E-mail address of the account."`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

func (c *userResetCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return set.changed(ctx, s, log, c.JSON, c.Email, func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		secret, err := a.Link(ctx, by, id)
		link := set.link(secret)
		return id, userReport{Link: link}, "Send this link, which works once, within 7 days:\n" + link, err
	})
}

type userTokenCommand struct {
	Email string   `arg:"" help:"E-mail address of the account."`
	Name  string   `required:"" help:"What the token is for."`
	Scope []string `required:"" placeholder:"ACT,…" help:"look, send, prepare, cut, caption, consent, publish, audit or administer; several with commas."`
	Days  int      `default:"90" help:"How many days it works, at most 365 (${default})."`
	JSON  bool     `name:"json" help:"Print one JSON document."`
}

func (c *userTokenCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	var acts []rostrum.Act
	for _, x := range c.Scope {
		act, err := rostrum.ParseAct(x)
		if err != nil {
			return err
		}
		acts = append(acts, act)
	}
	if c.Days < 1 || c.Days > 365 {
		return rostrum.Errorf(rostrum.Invalid, "A token works for 1 to 365 days; say another number with --days.")
	}
	return set.changed(ctx, s, log, c.JSON, c.Email, func(a signin.Accounts, by rostrum.Actor, id rostrum.AccountID) (rostrum.AccountID, userReport, string, error) {
		token, err := a.AddToken(ctx, by, id, c.Name, acts, time.Now().Add(time.Duration(c.Days)*24*time.Hour))
		return id, userReport{Token: token}, "Keep this token now; it is shown this once only:\n" + token, err
	})
}
