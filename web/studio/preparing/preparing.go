// Package preparing is the studio's area for what is known before anybody films: meetings with their agendas, the speakers' lists, and the
// records that meetings share. What is typed is stored by itself; every change goes into the audit log.
package preparing

import (
	"embed"
	"net/http"
	"sync"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

// pages are read at their first use: the program is also started where no page is shown.
var pages = sync.OnceValue(func() *desk.Pages { return desk.NewPages(files) })

type area struct {
	*desk.Desk
	p *pipeline.Pipeline
}

// Routes are the area's addresses.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{d, p}
	const meeting = "/api/v1/meetings/{slug}"
	return []desk.Route{
		{Method: http.MethodGet, Path: "/studio/meetings", Act: rostrum.Look, Do: a.showMeetings},
		{Method: http.MethodGet, Path: "/studio/meetings/{slug}", Act: rostrum.Look, Do: a.showSpeakers},
		{Method: http.MethodGet, Path: "/studio/meetings/{slug}/facts", Act: rostrum.Look, Do: a.showFacts},
		{Method: http.MethodGet, Path: "/studio/meetings/{slug}/programme", Act: rostrum.Prepare, Do: a.showProgramme},
		{Method: http.MethodGet, Path: "/studio/new-meeting", Act: rostrum.Prepare, Do: a.showNew},
		{Method: http.MethodGet, Path: "/studio/programme", Act: rostrum.Prepare, Do: a.showProgramme},
		{Method: http.MethodGet, Path: "/studio/records/{kind}", Act: rostrum.Look, Do: a.showRecords},

		{Method: http.MethodPost, Path: "/api/v1/meetings", Act: rostrum.Prepare, Do: a.makeMeeting},
		{Method: http.MethodPatch, Path: meeting, Act: rostrum.Prepare, Do: a.changeMeeting},
		{Method: http.MethodGet, Path: meeting + "/speakers", Act: rostrum.Look, Do: a.listSpeakers},
		{Method: http.MethodPost, Path: meeting + "/speakers", Act: rostrum.Prepare, Do: a.addSpeaker},
		{Method: http.MethodPatch, Path: meeting + "/speakers", Act: rostrum.Prepare, Do: a.changeSpeakers},
		{Method: http.MethodPut, Path: meeting + "/speakers/order", Act: rostrum.Prepare, Do: a.orderSpeakers},
		{Method: http.MethodDelete, Path: "/api/v1/interventions/{id}", Act: rostrum.Prepare, Do: a.removePlanned},

		{Method: http.MethodGet, Path: meeting + "/programme", Act: rostrum.Look, Do: a.exportProgramme},
		{Method: http.MethodPost, Path: meeting + "/programme", Act: rostrum.Prepare, Do: a.compareProgramme},
		{Method: http.MethodPost, Path: meeting + "/programme/apply", Act: rostrum.Prepare, Do: a.takeProgramme},
		{Method: http.MethodPost, Path: meeting + "/programme/undo", Act: rostrum.Prepare, Do: a.undoProgramme},
		{Method: http.MethodPost, Path: "/api/v1/programme", Act: rostrum.Prepare, Do: a.compareProgramme},
		{Method: http.MethodPost, Path: "/api/v1/programme/apply", Act: rostrum.Prepare, Do: a.takeProgramme},
		{Method: http.MethodPost, Path: "/api/v1/programme/undo", Act: rostrum.Prepare, Do: a.undoProgramme},

		{Method: http.MethodPut, Path: "/api/v1/series/{slug}", Act: rostrum.Prepare, Do: a.putSeries},
		{Method: http.MethodPut, Path: "/api/v1/topics/{slug}", Act: rostrum.Prepare, Do: a.putTopic},
		{Method: http.MethodPut, Path: "/api/v1/organisations/{slug}", Act: rostrum.Prepare, Do: a.putOrganisation},
		{Method: http.MethodPut, Path: "/api/v1/persons/{slug}", Act: rostrum.Prepare, Do: a.putPerson},
		{Method: http.MethodPut, Path: "/api/v1/rooms/{slug}", Act: rostrum.Prepare, Do: a.putRoom},
		{Method: http.MethodDelete, Path: "/api/v1/rooms/{slug}", Act: rostrum.Prepare, Do: a.deleteRoom},
	}
}
