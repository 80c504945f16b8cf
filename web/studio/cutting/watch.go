package cutting

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/objects"
	"rostrum/web/studio/desk"
)

// originalPolicy keeps a file that somebody sent, and that is opened as a page, from doing anything.
const originalPolicy = "default-src 'none'; sandbox"

// How long the browser of the person who cuts keeps what it has fetched. What can change is asked for each time.
const (
	keepFetched = "private, max-age=3600"
	keepNothing = "private, no-store"
)

// send answers with a file of the store.
func send(w http.ResponseWriter, r *http.Request, o *objects.Object, mediaType, cache string) error {
	defer o.Close()
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Security-Policy", originalPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Disposition", "inline")
	h.Set("Cache-Control", cache)
	http.ServeContent(w, r, "", time.Time{}, o.ReadSeekCloser)
	return nil
}

func (a *area) original(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	o, mediaType, err := a.pipeline.Original(r.Context(), recordingID(r))
	if err != nil {
		return err
	}
	return send(w, r, o, mediaType, keepFetched)
}

func (a *area) previewPlaylist(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	playlist, _, err := a.pipeline.PreviewPlaylist(r.Context(), recordingID(r))
	if err != nil {
		return err
	}
	// The pieces lie in a folder beside the playlist.
	var b strings.Builder
	for line := range strings.Lines(string(playlist)) {
		switch {
		case strings.HasPrefix(line, "#EXT-X-MAP:"):
			line = strings.Replace(line, `URI="`, `URI="preview/`, 1)
		case !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "":
			line = "preview/" + line
		}
		b.WriteString(line)
	}
	w.Header().Set("Content-Type", "application/vnd.apple.mpegurl")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write([]byte(b.String()))
	return nil
}

func (a *area) previewFile(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	key, mediaType, err := a.pipeline.PreviewFile(r.Context(), recordingID(r), desk.Var(r, "file"))
	if err != nil {
		return err
	}
	o, err := a.pipeline.Store.Open(r.Context(), key)
	if err != nil {
		return err
	}
	return send(w, r, o, mediaType, keepFetched)
}

func (a *area) listen(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	o, err := a.pipeline.Listen(r.Context(), recordingID(r), desk.Var(r, "channel"))
	if err != nil {
		return err
	}
	return send(w, r, o, pipeline.ListenType, keepNothing) // a channel can be changed
}

func (a *area) sheet(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	n, err := strconv.Atoi(desk.Var(r, "n"))
	if err != nil {
		return rostrum.Errorf(rostrum.NotFound, "Sheets of stills are numbered from 0; there is no %q.", desk.Var(r, "n"))
	}
	o, err := a.pipeline.Sheet(r.Context(), recordingID(r), n)
	if err != nil {
		return err
	}
	return send(w, r, o, "image/jpeg", keepFetched)
}

func (a *area) waveform(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	peaks, _, _, err := a.pipeline.Waveform(r.Context(), recordingID(r), desk.Var(r, "channel"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(peaks)))
	w.Write(peaks)
	return nil
}

func (a *area) silences(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	_, _, silences, err := a.pipeline.Waveform(r.Context(), recordingID(r), desk.Var(r, "channel"))
	if err != nil {
		return err
	}
	return desk.Reply(w, notNil(silences))
}
