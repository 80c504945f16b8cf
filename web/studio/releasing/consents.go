package releasing

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/playout"
	"rostrum/web/studio/desk"
)

// consentSaid is a request to record a consent, in JSON or as a form, which may carry a document.
type consentSaid struct {
	IDs      []rostrum.InterventionID `json:"ids"`
	Kind     string                   `json:"kind"`
	Until    string                   `json:"until"` // RFC 3339, or by the meeting's clocks
	How      string                   `json:"how"`
	Channels []string                 `json:"channels"` // booths; none: the speaker's
	document *rostrum.Document
}

// readConsent reads a request. What it has stored of it must be dropped when recording fails.
func (a *area) readConsent(w http.ResponseWriter, r *http.Request) (c consentSaid, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" && kind != "application/x-www-form-urlencoded" {
		return c, desk.Read(r, &c)
	}
	r.Body = http.MaxBytesReader(w, r.Body, pipeline.LargestDocument+1<<20)
	if err := r.ParseMultipartForm(4 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return c, rostrum.Errorf(rostrum.TooLarge, "The document has more than %d MB; send a smaller scan.", pipeline.LargestDocument>>20)
		}
		return c, rostrum.Errorf(rostrum.Invalid, "The form did not arrive whole; please send it again.").Because(err)
	}
	defer func() {
		if r.MultipartForm != nil {
			r.MultipartForm.RemoveAll()
		}
	}()
	for _, id := range r.PostForm["ids"] {
		c.IDs = append(c.IDs, rostrum.InterventionID(id))
	}
	c.Kind, c.How, c.Channels = r.PostForm.Get("kind"), r.PostForm.Get("how"), r.PostForm["channels"]
	if c.Kind == string(rostrum.ConsentEmbargo) { // a form sends its hidden fields too
		c.Until = r.PostForm.Get("until")
	}
	file, header, err := r.FormFile("document")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && header.Size == 0 && header.Filename == "" {
		return c, nil
	}
	if err != nil {
		return c, rostrum.Errorf(rostrum.Invalid, "The document did not arrive whole; please send it again.").Because(err)
	}
	defer file.Close()
	c.document, err = a.p.KeepDocument(r.Context(), header.Filename, file)
	return c, err
}

// said puts a request into the pipeline's words; times are by the clocks of in.
func (c consentSaid) said(in *time.Location) (pipeline.ConsentSaid, error) {
	until, err := instant(c.Until, in)
	return pipeline.ConsentSaid{Kind: rostrum.ConsentKind(c.Kind), Until: until, How: c.How, Document: c.document, Channels: c.Channels}, err
}

// recordConsents records one consent for one or several interventions.
func (a *area) recordConsents(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	c, err := a.readConsent(w, r)
	if err != nil {
		return err
	}
	if err := a.record(r, c, func(said pipeline.ConsentSaid) error {
		return a.p.RecordConsents(r.Context(), c.IDs, said, who.Name)
	}); err != nil {
		return err
	}
	if back := r.PostForm.Get("back"); strings.HasPrefix(back, "/studio/") { // a form without scripts
		http.Redirect(w, r, a.Base+back, http.StatusSeeOther)
		return nil
	}
	return desk.Reply(w, map[string]int{"recorded": len(c.IDs)})
}

// recordBooths records a consent of interpreters for all interventions of a recording.
func (a *area) recordBooths(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	c, err := a.readConsent(w, r)
	if err != nil {
		return err
	}
	id := rostrum.RecordingID(desk.Var(r, "id"))
	if _, err := a.p.Catalogue.Recording(r.Context(), id); err != nil {
		return err
	}
	all, err := a.p.Catalogue.InterventionsOfRecording(r.Context(), id)
	if err != nil {
		return err
	}
	c.IDs = nil
	for _, x := range all {
		c.IDs = append(c.IDs, x.ID)
	}
	if err := a.record(r, c, func(said pipeline.ConsentSaid) error { return a.p.RecordBooths(r.Context(), id, said, who.Name) }); err != nil {
		return err
	}
	return desk.Reply(w, map[string]int{"recorded": len(c.IDs)})
}

// record does what do does, and forgets the document when that fails.
func (a *area) record(r *http.Request, c consentSaid, do func(pipeline.ConsentSaid) error) error {
	in, err := a.clocks(r, c.IDs)
	var said pipeline.ConsentSaid
	if err == nil {
		said, err = c.said(in)
	}
	if err == nil {
		err = do(said)
	}
	if err != nil {
		a.p.DropDocument(r.Context(), c.document)
	}
	return err
}

// clocks is the time zone of the meeting of the first of some interventions.
func (a *area) clocks(r *http.Request, ids []rostrum.InterventionID) (*time.Location, error) {
	if len(ids) == 0 {
		return time.UTC, nil
	}
	x, err := a.p.Catalogue.Intervention(r.Context(), ids[0])
	if err != nil {
		return nil, err
	}
	m, err := a.p.Catalogue.MeetingBySlug(r.Context(), x.MeetingSlug)
	if err != nil {
		return nil, err
	}
	return zone(m), nil
}

// consentLine is one line of the history, for programs.
type consentLine struct {
	Number   int          `json:"number"`
	Channel  string       `json:"channel,omitempty"`
	Kind     string       `json:"kind"`
	Until    string       `json:"until,omitempty"`
	By       string       `json:"by"`
	How      string       `json:"how"`
	At       string       `json:"at"`
	Document *documentOut `json:"document,omitempty"`
}

type documentOut struct {
	Name   string         `json:"name"`
	Type   string         `json:"type"`
	Bytes  int64          `json:"bytes"`
	SHA256 rostrum.Digest `json:"sha256"`
}

func (a *area) listConsents(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	id := rostrum.InterventionID(desk.Var(r, "id"))
	if _, err := a.p.Catalogue.Intervention(r.Context(), id); err != nil {
		return err
	}
	all, err := a.p.Catalogue.Consents(r.Context(), id)
	if err != nil {
		return err
	}
	lines := []consentLine{}
	for _, c := range all {
		line := consentLine{Number: c.Number, Channel: c.Channel, Kind: string(c.Kind), Until: stamp(c.Until), By: c.By, How: c.How, At: stamp(c.At)}
		if d := c.Document; d != nil {
			line.Document = &documentOut{d.Name, d.Type, d.Bytes, d.SHA256}
		}
		lines = append(lines, line)
	}
	return desk.Reply(w, map[string]any{"consents": lines})
}

// stamp is an instant for programs; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// sendDocument answers with what was attached to a consent, to be kept as a file and never to be shown as a page: it came from outside.
func (a *area) sendDocument(w http.ResponseWriter, r *http.Request, _ rostrum.Actor) error {
	number, err := strconv.Atoi(desk.Var(r, "number"))
	if err != nil {
		return rostrum.Errorf(rostrum.NotFound, "There is no such consent.")
	}
	d, content, err := a.p.Document(r.Context(), rostrum.InterventionID(desk.Var(r, "id")), number)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", d.Type)
	// For all browsers by RFC 8187.
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(d.Name), "+", "%20"))
	h.Set("Content-Security-Policy", playout.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
