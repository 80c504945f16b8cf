package web

import (
	"io"
	"net/http"
)

// showRobots lets search engines read all that is public; what must not be found is not served.
func (s *server) showRobots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	io.WriteString(w, "User-agent: *\nDisallow: "+s.base+"/oembed\nDisallow: "+s.base+"/studio\nAllow: /\n")
	return nil
}
