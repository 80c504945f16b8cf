package signin

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func prefixes(t *testing.T, words ...string) []netip.Prefix {
	t.Helper()
	var all []netip.Prefix
	for _, w := range words {
		p, err := netip.ParsePrefix(w)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestAddresses(t *testing.T) {
	s := New(Options{TrustedProxies: prefixes(t, "10.0.0.0/8", "127.0.0.1/32", "fd00::/8")})
	for _, c := range []struct {
		name, remote, want string
		forwarded          []string
	}{
		{"direct", "192.0.2.1:4711", "192.0.2.1", nil},
		{"a stranger's word is nothing", "192.0.2.1:4711", "192.0.2.1", []string{"198.51.100.1"}},
		{"one proxy", "10.1.2.3:80", "198.51.100.1", []string{"198.51.100.1"}},
		{"what the visitor wrote before is nothing", "10.1.2.3:80", "198.51.100.1", []string{"127.0.0.1, 1.2.3.4, 198.51.100.1"}},
		{"two proxies", "127.0.0.1:80", "198.51.100.1", []string{"9.9.9.9, 198.51.100.1", "10.9.9.9"}},
		{"the proxy itself", "10.1.2.3:80", "10.1.2.3", nil},
		{"nonsense", "10.1.2.3:80", "10.1.2.3", []string{"for=x"}},
		{"with a port", "10.1.2.3:80", "198.51.100.1", []string{"198.51.100.1:5555"}},
		{"IPv6", "[fd00::1]:80", "2001:db8::1", []string{"[2001:db8::1]:5555"}},
		{"IPv4 in IPv6", "[::ffff:10.1.2.3]:80", "198.51.100.1", []string{"::ffff:198.51.100.1"}},
		{"a zone", "[fe80::1%eth0]:80", "fe80::1", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.remote
			for _, f := range c.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			if got := s.addressOf(r).String(); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}
