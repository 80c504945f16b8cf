package uploads

import (
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog" // the one that tusd takes

	"rostrum"
)

const (
	checksumAlgorithm = "sha256"

	// silence is how long a line may be silent before its request ends.
	silence = time.Minute

	// grace is how long what has arrived may take to be stored after its sender has gone.
	grace = 30 * time.Second
)

// Handler speaks tus 1.0 with the extensions creation, creation-with-upload, termination and checksum. It is to be mounted under Base, with the slash
// at the end and without it; whether the base was stripped from the path makes no difference.
//
// owner says whose a request is; its error refuses the request. Only the account that began an upload may ask about it, add to it and delete it,
// from any browser; for others it is not there. Each error is answered by one sentence as plain text. The
// metadata of a POST are filename, fingerprint and delivery; filetype is passed over, since kinds are told by the content.
func (u *Uploads) Handler(owner func(*http.Request) (rostrum.AccountID, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{Uploads: u, remove: r.Method == http.MethodDelete}
		a := &answer{ResponseWriter: w, request: q, method: r.Method}
		if err := q.serve(a, r, owner); err != nil {
			q.failure = err
			a.refuse(statusOf(err))
		}
	})
}

func (q *request) serve(a *answer, r *http.Request, owner func(*http.Request) (rostrum.AccountID, error)) (err error) {
	id := q.id(r.URL.Path)
	if r.Method != http.MethodOptions {
		if q.account, err = owner(r); err != nil {
			return err
		}
		if q.account == "" {
			return rostrum.Errorf(rostrum.Refused, "Files can be sent by those who are signed in; sign in and go on.")
		}
		// Before the lock: a stranger must not be able to stop the owner.
		if id != "" {
			if _, err := q.own(r.Context(), id); err != nil {
				return err
			}
		}
	}
	if q.sum, err = parseChecksum(r); err != nil {
		return err
	}
	composer := handler.NewStoreComposer()
	composer.UseCore(q)
	composer.UseTerminater(q)
	composer.UseLocker(q.locks)
	tus, err := handler.NewHandler(handler.Config{
		StoreComposer: composer, BasePath: q.Base, DisableDownload: true, DisableConcatenation: true, Cors: &handler.CorsConfig{Disable: true},
		Logger: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1})), NetworkTimeout: silence, GracefulRequestCompletionTimeout: grace, AcquireLockTimeout: lockPatience,
	})
	if err != nil {
		return err
	}
	to := *r.URL
	to.Path, to.RawPath = "/"+id, ""
	inner := *r
	inner.URL = &to
	tus.ServeHTTP(a, &inner)
	return nil
}

// id is the upload that a path names; "" for all of them.
func (u *Uploads) id(p string) string {
	last := path.Base("/" + strings.TrimSuffix(p, "/"))
	if last == "/" || last == path.Base(u.Base) {
		return ""
	}
	return last
}

// answer puts sentences in the place of the protocol's own error texts, and says what this package adds to the protocol.
type answer struct {
	http.ResponseWriter
	request *request
	method  string
	refused bool
}

// Unwrap lets tusd set deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		a.refuse(status)
		return
	}
	header := a.Header()
	if a.method == http.MethodOptions {
		header.Set("Tus-Extension", header.Get("Tus-Extension")+",checksum")
		header.Set("Tus-Checksum-Algorithm", checksumAlgorithm)
		if a.request.Largest > 0 {
			header.Set("Tus-Max-Size", strconv.FormatInt(a.request.Largest, 10))
		}
	}
	if location := header.Get("Location"); location != "" {
		// A path, because whoever stands before this server may be known by another name and scheme.
		header.Set("Location", a.request.Base+path.Base(location))
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.refused {
		return len(p), nil // it has been answered in our words
	}
	return a.ResponseWriter.Write(p)
}

func (a *answer) refuse(status int) {
	a.refused = true
	sentence := protocolSentence(status)
	if failure := a.request.failure; failure != nil {
		sentence = rostrum.ErrorMessage(failure)
		if status >= http.StatusInternalServerError {
			a.request.Logger.Error("an upload failed", "error", failure)
		}
	}
	sentence += "\n"
	header := a.Header()
	header.Set("Tus-Resumable", "1.0.0")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(len(sentence)))
	if a.method == http.MethodHead {
		header.Del("Content-Length")
	}
	a.ResponseWriter.WriteHeader(status)
	if a.method != http.MethodHead {
		io.WriteString(a.ResponseWriter, sentence)
	}
}
