package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"rostrum"
	"rostrum/web/studio/signin"
)

func TestProviderSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := signInSettings{OIDCIssuer: "https://id.example.org", OIDCClientID: "rostrum", OIDCClientSecretFile: file, OIDCName: "Example ID",
		OIDCGroups: "CN=Studio,DC=example=av, boss=administrator", OIDCGroupsClaim: "roles", OIDCDefaultRole: "reader"}
	// A comma parts entries, so a distinguished name is no group that can be written; its short name is.
	if _, err := whole.provider(); err == nil || !strings.Contains(err.Error(), "Studio") {
		t.Errorf("a group with a comma: %v", err)
	}
	whole.OIDCGroups = "a=b=av, boss=administrator"
	got, err := whole.provider()
	want := &signin.OIDCOptions{Issuer: "https://id.example.org", ClientID: "rostrum", ClientSecret: "from the file", Name: "Example ID", GroupsClaim: "roles",
		DefaultRole: rostrum.Reader, Groups: map[string]rostrum.Role{"a=b": rostrum.AVStaff, "boss": rostrum.Administrator}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if got, err := (&signInSettings{}).provider(); got != nil || err != nil {
		t.Errorf("without settings: %v, %v", got, err)
	}
	for _, c := range []struct {
		name string
		set  signInSettings
		says string
	}{
		{"no issuer", signInSettings{OIDCClientID: "x"}, "ROSTRUM_OIDC_ISSUER"},
		{"no client", signInSettings{OIDCIssuer: "https://x", OIDCGroups: "a=av"}, "ROSTRUM_OIDC_CLIENT_ID"},
		{"nobody may", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x"}, "ROSTRUM_OIDC_GROUPS"},
		{"no role", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x", OIDCGroups: "a=king"}, "king"},
		{"two roles", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x", OIDCGroups: "a=av,a=editor"}, "two roles"},
		{"no group", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x", OIDCGroups: "av"}, "group=role"},
		{"no default", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x", OIDCDefaultRole: "all"}, "all"},
		{"no file", signInSettings{OIDCIssuer: "https://x", OIDCClientID: "x", OIDCDefaultRole: "reader", OIDCClientSecretFile: file + "x"}, "_FILE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if o, err := c.set.provider(); err == nil || !strings.Contains(rostrum.ErrorMessage(err), c.says) {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
}

func TestTrustedProxies(t *testing.T) {
	got, err := (&signInSettings{TrustedProxies: []string{"127.0.0.1", " 10.1.2.3/8", "fd00::/8"}}).proxies()
	var words []string
	for _, p := range got {
		words = append(words, p.String())
	}
	if want := []string{"127.0.0.1/32", "10.0.0.0/8", "fd00::/8"}; err != nil || !reflect.DeepEqual(words, want) {
		t.Errorf("%v, %v, want %v", words, err, want)
	}
	if _, err := (&signInSettings{TrustedProxies: []string{"proxy.example.org"}}).proxies(); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("a name: %v", err)
	}
}
