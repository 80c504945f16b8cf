package main

import (
	"net/netip"
	"os"
	"strings"

	"rostrum"
	"rostrum/web/studio/signin"
)

// signInSettings are how people come in to the studio.
type signInSettings struct {
	OIDCIssuer           string   `name:"oidc-issuer" env:"ROSTRUM_OIDC_ISSUER" placeholder:"URL" help:"OpenID Connect provider at which people sign in; allow PUBLIC-URL/studio/sign-in/oidc/callback there."`
	OIDCClientID         string   `name:"oidc-client-id" env:"ROSTRUM_OIDC_CLIENT_ID" placeholder:"ID" help:"Name of this server at the provider."`
	OIDCClientSecret     string   `name:"oidc-client-secret" env:"ROSTRUM_OIDC_CLIENT_SECRET" hidden:""`
	OIDCClientSecretFile string   `name:"oidc-client-secret-file" env:"ROSTRUM_OIDC_CLIENT_SECRET_FILE" hidden:""`
	OIDCName             string   `name:"oidc-name" env:"ROSTRUM_OIDC_NAME" placeholder:"NAME" help:"What people call the provider, on the button."`
	OIDCGroups           string   `name:"oidc-groups" env:"ROSTRUM_OIDC_GROUPS" placeholder:"GROUP=ROLE,…" help:"Roles by groups of the provider: administrator, secretariat, av, editor or reader."`
	OIDCGroupsClaim      string   `name:"oidc-groups-claim" env:"ROSTRUM_OIDC_GROUPS_CLAIM" default:"groups" placeholder:"CLAIM" help:"Claim that lists a person's groups (${default})."`
	OIDCDefaultRole      string   `name:"oidc-default-role" env:"ROSTRUM_OIDC_DEFAULT_ROLE" placeholder:"ROLE" help:"Role of people in none of these groups; without it they are refused."`
	TrustedProxies       []string `name:"trusted-proxies" env:"ROSTRUM_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Proxies whose X-Forwarded-For is believed, such as 127.0.0.1 or 10.0.0.0/8."`
}

// provider is the identity provider that is set, nil for none.
func (c *signInSettings) provider() (*signin.OIDCOptions, error) {
	if c.OIDCIssuer == "" {
		if c.OIDCClientID != "" || c.OIDCGroups != "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "ROSTRUM_OIDC_ISSUER is missing; set it to the provider's address, or remove the other ROSTRUM_OIDC settings.")
		}
		return nil, nil
	}
	o := &signin.OIDCOptions{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Name: c.OIDCName, GroupsClaim: c.OIDCGroupsClaim}
	if o.ClientID == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "ROSTRUM_OIDC_CLIENT_ID is missing; set it to the name of this server at the provider.")
	}
	if c.OIDCClientSecretFile != "" {
		secret, err := os.ReadFile(c.OIDCClientSecretFile)
		if err != nil {
			return nil, rostrum.Errorf(rostrum.Unavailable, "The file named by ROSTRUM_OIDC_CLIENT_SECRET_FILE can't be read; check its name and rights.").Because(err)
		}
		o.ClientSecret = strings.TrimSpace(string(secret))
	}
	if o.Name == "" {
		o.Name = "OpenID Connect"
	}
	var err error
	if o.Groups, err = signin.ParseGroups(c.OIDCGroups); err != nil {
		return nil, err
	}
	if c.OIDCDefaultRole != "" {
		if o.DefaultRole, err = rostrum.ParseRole(c.OIDCDefaultRole); err != nil {
			return nil, err
		}
	}
	if len(o.Groups) == 0 && o.DefaultRole == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "Nobody could sign in at the provider; set ROSTRUM_OIDC_GROUPS, as in studio-staff=av, or ROSTRUM_OIDC_DEFAULT_ROLE.")
	}
	return o, nil
}

// proxies are the networks of the proxies that are trusted.
func (c *signInSettings) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, s := range c.TrustedProxies {
		s = strings.TrimSpace(s)
		p, err := netip.ParsePrefix(s)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err == nil {
				p, err = a.Prefix(a.BitLen())
			}
		}
		if err != nil {
			return nil, rostrum.Errorf(rostrum.Invalid, "%q in ROSTRUM_TRUSTED_PROXIES is no address of a network; write it like 10.0.0.0/8 or 127.0.0.1.", s)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}
