// Package web is what viewers reach over HTTP: the catalogue, the meetings, the watch pages, the
// embeds on partners' pages, and the media themselves.
//
// Nothing here is decided from memory: each request asks the database whether this viewer may watch
// this intervention now (rostrum.MayWatch), so that publishing, an embargo's end and a withdrawal
// reach every page, playlist and segment at once. What is kept in memory never changes (manifests
// of a revision, small playlists by their object's key) and is bounded: about 40 MB altogether.
//
// A cache or CDN in front must not keep answers without asking; the headers say so. No cookie is
// set, but in the studio. Timeouts and limits on headers are those of the http.Server that the handler is given to.
package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/web/page"
)

// Config is what the handler works with.
type Config struct {
	Catalogue *catalogue.Catalogue
	Store     objects.Store
	// PublicURL is the address at which viewers find this server, perhaps with a base path:
	// https://example.org/video. When it is empty, each request's own host is taken, without a base
	// path: that suits one machine, not a proxy.
	PublicURL string
	Now       func() time.Time // nil: time.Now
	Logger    *slog.Logger     // nil: slog.Default()
	Version   string           // as /healthz tells it
	Studio    http.Handler     // where staff works; nil: nowhere
}

// server is the state that all actions share.
type server struct {
	Config
	public    string // PublicURL without a slash at the end
	base      string // its path: "" or "/video"
	manifests *recent[revisionKey, *rostrum.Manifest]
	summaries *recent[revisionKey, summary]
	playlists *recent[string, []byte]
	ready     readiness
}

// How much is kept in memory. A manifest of ten minutes takes some 100 kB, a summary 200 bytes.
const (
	keptManifests = 256
	keptSummaries = 20_000
	keptPlaylists = 256
)

// New gives the handler of all viewers' addresses. It may be used by many goroutines at once.
func New(c Config) http.Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	s := &server{
		Config:    c,
		public:    strings.TrimRight(c.PublicURL, "/"),
		manifests: newRecent[revisionKey, *rostrum.Manifest](keptManifests),
		summaries: newRecent[revisionKey, summary](keptSummaries),
		playlists: newRecent[string, []byte](keptPlaylists),
	}
	if u, err := url.Parse(s.public); err == nil {
		s.base = strings.TrimRight(u.Path, "/")
	}
	return s.below(s.routes())
}

// routes is the table of all addresses, below the base path.
func (s *server) routes() http.Handler {
	r := mux.NewRouter()
	// mux would tidy addresses by a redirect that does not know the base path.
	r.SkipClean(true)
	get := func(path string, h http.Handler) { r.Handle(path, h).Methods(http.MethodGet, http.MethodHead) }

	get("/", s.page(s.showHome))
	get("/m/{meeting}", s.page(s.showMeeting))
	get("/m/{meeting}/{intervention}", s.page(s.showWatch))
	get("/embed/{id}", s.embed(s.showEmbed))
	get("/media/{id}/{file}", s.media(s.sendMedia))
	r.Handle("/media/{id}/{file}", s.media(s.allowMedia)).Methods(http.MethodOptions)
	get("/oembed", s.api(s.showOEmbed))
	get("/healthz", s.plain(s.showHealth))
	get("/readyz", s.plain(s.showReadiness))
	get("/robots.txt", s.plain(s.showRobots))
	r.PathPrefix(page.AssetsPath).Handler(page.Assets())
	if s.Studio != nil {
		for _, path := range []string{"/studio", "/api/v1", "/files", "/review"} {
			r.Handle(path, s.Studio)
			r.PathPrefix(path + "/").Handler(s.Studio)
		}
	}

	r.NotFoundHandler = s.unknown(errNoSuchPage)
	r.MethodNotAllowedHandler = s.unknown(errMethod)
	return r
}

// below takes the base path off. An address without it is served too: some proxies take it off
// themselves, and probes of the machine do not know it.
func (s *server) below(next http.Handler) http.Handler {
	if s.base == "" {
		return next
	}
	strip := http.StripPrefix(s.base, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == s.base:
			to := s.base + "/"
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, to, http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, s.base+"/"):
			strip.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
