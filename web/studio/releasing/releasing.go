// Package releasing is where it is decided who may see and hear what: consents of speakers and interpreters with what was signed, review
// links for speakers, the approval of a second person, and publishing, now or at a time, and withdrawing.
package releasing

import (
	"embed"
	"net/http"
	"sync"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
	"rostrum/web/studio/reviewing"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// pages are filled at their first use.
var pages = sync.OnceValue(func() *desk.Pages { return desk.NewPages(files) })

// area is what the handlers share.
type area struct {
	*desk.Desk
	p    *pipeline.Pipeline
	kept *digests
}

// Routes are the addresses of the area, and those of the speakers' review.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{d, p, newDigests()}
	get, post := http.MethodGet, http.MethodPost
	return append([]desk.Route{
		{Method: get, Path: "/studio/release", Act: rostrum.Look, Do: a.showMeetings},
		{Method: get, Path: "/studio/release/{meeting}", Act: rostrum.Look, Do: a.showMeeting},
		{Method: get, Path: "/studio/interventions/{id}", Act: rostrum.Look, Do: a.showIntervention},
		{Method: get, Path: "/studio/media/{id}/{revision}/{file}", Act: rostrum.Look, Do: a.sendPreview},
		{Method: http.MethodPatch, Path: "/api/v1/interventions/{id}", Act: rostrum.Prepare, Do: a.edit},
		{Method: get, Path: "/api/v1/interventions/{id}/consents", Act: rostrum.Look, Do: a.listConsents},
		{Method: get, Path: "/api/v1/interventions/{id}/consents/{number}/document", Act: rostrum.Consenting, Do: a.sendDocument},
		{Method: post, Path: "/api/v1/interventions/{id}/approve", Act: rostrum.Release, Do: a.approve},
		{Method: post, Path: "/api/v1/consents", Act: rostrum.Consenting, Do: a.recordConsents},
		{Method: post, Path: "/api/v1/recordings/{id}/booths", Act: rostrum.Consenting, Do: a.recordBooths},
		{Method: post, Path: "/api/v1/releases", Act: rostrum.Release, Do: a.release},
		{Method: post, Path: "/api/v1/review-links", Act: rostrum.Consenting, Do: a.makeLinks},
		{Method: http.MethodDelete, Path: "/api/v1/review-links/{id}", Act: rostrum.Consenting, Do: a.revokeLink},
		{Method: get, Path: "/api/v1/recordings/{id}/comments", Act: rostrum.Look, Do: a.listComments},
		{Method: post, Path: "/api/v1/comments/{id}/resolve", Act: rostrum.Prepare, Do: a.resolve},
	}, reviewing.Routes(d, p)...)
}

// zone is the time zone of a meeting; UTC when it names none that is known.
func zone(m *rostrum.Meeting) *time.Location {
	if l, err := time.LoadLocation(m.TimeZone); err == nil && m.TimeZone != "" {
		return l
	}
	return time.UTC
}

// localForm is how a browser's field for a date and a time writes them.
const localForm = "2006-01-02T15:04"

// instant reads an instant: RFC 3339, or a date and a time by the clocks of a meeting. "" is the zero time.
func instant(s string, in *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	for _, form := range []string{localForm, localForm + ":05"} {
		if t, err := time.ParseInLocation(form, s, in); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, rostrum.Errorf(rostrum.Invalid, "%q is not a date and a time; write them as 2026-05-03T15:00.", s)
}
