package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/playout"
)

// Caching of media. Names of segments can't be guessed and their bytes never change, so a browser
// keeps them for a year. A shared cache may keep them too, but asks each time (s-maxage=0 with
// proxy-revalidate; the ETag makes that cheap): only so does a withdrawal reach its viewers. A name
// that stays when a new cut is published (playlists, posters, captions, MP4) is asked for each time.
const (
	cacheSegment = "public, max-age=31536000, s-maxage=0, proxy-revalidate"
	cacheNamed   = "no-cache"
)

// sendMedia answers with one file of an intervention: only one that is on the published revision's
// manifest, so that no address opens what another speaker said, and none of an interpretation that is
// withheld. The database is asked each time.
func (s *server) sendMedia(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, vars := r.Context(), rostrum.Viewer{}, mux.Vars(r)
	i, err := s.watchableByID(ctx, viewer, vars["id"])
	if err != nil {
		return err
	}
	m, err := s.published(ctx, i)
	if err != nil {
		return err
	}
	name := vars["file"]
	file, content, err := playout.Open(ctx, m, name, playout.For(viewer, i, s.Now()), s.openMedia)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	openToAll(h)
	h.Set("Content-Type", file.Type)
	h.Set("Content-Security-Policy", playout.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", cacheNamed)
	if unguessable(name, file) {
		h.Set("Cache-Control", cacheSegment)
	}
	h.Set("ETag", playout.ETag(file))
	if disposition := disposition(name, i, m, r.URL.Query().Has("download")); disposition != "" {
		h.Set("Content-Disposition", disposition)
	}
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// allowMedia answers the question that browsers ask before a request with a Range from another
// origin.
func (s *server) allowMedia(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	openToAll(h)
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "Range, If-Range, If-None-Match")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func openToAll(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, Date, ETag")
}

// unguessable says whether a name can't be known without a playlist.
func unguessable(name string, f rostrum.File) bool {
	switch path.Ext(name) {
	case ".m4s", ".mp4":
		return f.Shared || hasHash(name)
	}
	return false
}

// hasHash says whether a name holds 16 letters and digits in a row, some of them digits: words of
// ours are shorter.
func hasHash(name string) bool {
	for run := range strings.FieldsFuncSeq(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if len(run) >= 16 && strings.ContainsAny(run, "0123456789") {
			return true
		}
	}
	return false
}

// smallPlaylist is the size in bytes up to which a playlist is kept in memory.
const smallPlaylist = 64 << 10

// openMedia opens a file. What it gives for a file of the folder is the *os.File itself, without
// any wrapping, or the bytes would not go out by sendfile.
func (s *server) openMedia(ctx context.Context, f rostrum.File) (io.ReadSeekCloser, error) {
	keep := f.Bytes <= smallPlaylist && !f.Shared && strings.HasSuffix(f.Key, ".m3u8")
	if keep {
		if data, ok := s.playlists.get(f.Key); ok {
			return inMemory{bytes.NewReader(data)}, nil
		}
	}
	o, err := s.Store.Open(ctx, f.Key)
	if err != nil {
		return nil, err
	}
	if !keep || o.Size > smallPlaylist {
		return o.ReadSeekCloser, nil
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if err != nil {
		return nil, err
	}
	s.playlists.put(f.Key, data)
	return inMemory{bytes.NewReader(data)}, nil
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
