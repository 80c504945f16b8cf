package signin

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// addressOf is the address of the network that a request comes from. X-Forwarded-For is read from its end, as long as what stands there was
// written by a proxy that is trusted.
func (s *SignIn) addressOf(r *http.Request) netip.Addr {
	at := parseAddress(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !at.IsValid() || !slices.ContainsFunc(s.o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(at) }) {
			break
		}
		before := parseAddress(strings.TrimSpace(hop))
		if !before.IsValid() {
			break
		}
		at = before
	}
	return at
}

// parseAddress reads an address with or without a port.
func parseAddress(s string) netip.Addr {
	if p, err := netip.ParseAddrPort(s); err == nil {
		return p.Addr().Unmap().WithZone("")
	}
	a, _ := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone("")
}
