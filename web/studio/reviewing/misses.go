package reviewing

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// misses counts, by the address of the network, the links that opened nothing: who only guesses is not served for a while. Nobody can guess
// 130 bits; this keeps the guessing from costing anything.
type misses struct {
	mu    sync.Mutex
	count map[string]int
	since time.Time
}

const (
	missesFor  = 10 * time.Minute // and then all is forgotten
	mostMisses = 60               // from one address
	mostFrom   = 10_000           // addresses
)

func newMisses() *misses { return &misses{count: map[string]int{}} }

func (m *misses) tooMany(from string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	return m.count[from] >= mostMisses
}

func (m *misses) add(from string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	if _, known := m.count[from]; known || len(m.count) < mostFrom {
		m.count[from]++
	}
}

func (m *misses) forget(now time.Time) {
	if now.Sub(m.since) > missesFor {
		clear(m.count)
		m.since = now
	}
}

// address is the sender's address of the network, as the connection shows it; behind a proxy it is the proxy's, and then the counting is
// for all together, of links that open nothing only.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
