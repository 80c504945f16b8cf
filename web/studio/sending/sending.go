// Package sending is the studio's area for what comes in: recordings and what belongs to them, from a browser, over lines that break.
// What is typed about a recording and the bytes of its files go their own ways, so that neither is lost with the other.
package sending

import (
	"embed"
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/uploads"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

//go:embed templates/*.html words/*.json
var files embed.FS

type area struct {
	*desk.Desk
	p     *pipeline.Pipeline
	pages *desk.Pages
}

// FilesPath is where uploads go, below the base path.
const FilesPath = "/files/"

// Routes are the area's addresses.
func Routes(d *desk.Desk, p *pipeline.Pipeline) []desk.Route {
	a := &area{d, p, desk.NewPages(files)}
	routes := []desk.Route{
		{Method: http.MethodGet, Path: "/studio/send", Act: rostrum.Send, Do: a.showSend},
		{Method: http.MethodGet, Path: "/api/v1/sending", Act: rostrum.Send, Do: a.tellLimits},
		{Method: http.MethodPost, Path: "/api/v1/sending/bundles", Act: rostrum.Send, Do: a.bundle},
		{Method: http.MethodGet, Path: "/api/v1/deliveries", Act: rostrum.Send, Do: a.listDeliveries},
		{Method: http.MethodPost, Path: "/api/v1/deliveries", Act: rostrum.Send, Do: a.openDelivery},
		{Method: http.MethodGet, Path: "/api/v1/deliveries/{id}", Act: rostrum.Send, Do: a.showDelivery},
		{Method: http.MethodPut, Path: "/api/v1/deliveries/{id}/form", Act: rostrum.Send, Do: a.saveForm},
		{Method: http.MethodPut, Path: "/api/v1/deliveries/{id}/files", Act: rostrum.Send, Do: a.sortFiles},
		{Method: http.MethodPost, Path: "/api/v1/deliveries/{id}/submit", Act: rostrum.Send, Do: a.submit},
		{Method: http.MethodPost, Path: "/api/v1/deliveries/{id}/reopen", Act: rostrum.Send, Do: a.reopen},
		{Method: http.MethodDelete, Path: "/api/v1/deliveries/{id}", Act: rostrum.Send, Do: a.discard},
		{Method: http.MethodGet, Path: "/api/v1/uploads", Act: rostrum.Send, Do: a.findUploads},
	}
	// tus 1.0, with and without the slash at the end.
	for _, path := range []string{"/files", "/files/", "/files/{upload}"} {
		for _, method := range []string{http.MethodOptions, http.MethodPost, http.MethodGet, http.MethodPatch, http.MethodDelete} {
			routes = append(routes, desk.Route{Method: method, Path: path, Act: rostrum.Send, Do: a.receive})
		}
	}
	return routes
}

// receive hands a request of tus to the uploads.
func (a *area) receive(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	a.p.Uploads.Handler(func(*http.Request) (rostrum.AccountID, error) { return who.Account, nil }).ServeHTTP(w, r)
	return nil
}

// showSend is the page from which files are sent.
func (a *area) showSend(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	l := a.pages.Locale(a.UI(r, who))
	return a.Render(w, r, who, a.pages, desk.Page{Name: "send", Title: l.Word("send.title"), Area: "send", Script: "sending.js"})
}

// limits is what a sender should know before the first byte.
type limits struct {
	Address  string         `json:"address"` // of tus, root-relative
	Piece    int            `json:"piece"`   // bytes that a browser should send at once
	Largest  int64          `json:"largest"` // bytes of one file; 0 for no limit but the disk's
	Days     int            `json:"days"`    // that an unfinished upload is kept
	Meetings []meetingEntry `json:"meetings"`
	Rooms    []roomEntry    `json:"rooms"`
}

type meetingEntry struct {
	Slug  string       `json:"slug"`
	Title string       `json:"title"`
	Date  rostrum.Date `json:"date"`
	Zone  string       `json:"zone"` // IANA name, in which times of the meeting are typed
}

type roomEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Channels []string `json:"channels"`
}

func (a *area) tellLimits(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	known := limits{Address: a.Base + FilesPath, Piece: uploads.Piece, Largest: a.p.Largest, Days: int(rostrum.UnfinishedLives.Hours() / 24),
		Meetings: []meetingEntry{}, Rooms: []roomEntry{}}
	meetings, err := a.p.Catalogue.Meetings(r.Context())
	if err != nil {
		return err
	}
	ui := a.UI(r, who)
	for _, m := range meetings {
		known.Meetings = append(known.Meetings, meetingEntry{m.Slug, page.TextIn(m.Title, ui).Text, m.Starts, m.TimeZone})
	}
	rooms, err := a.p.Catalogue.Rooms(r.Context())
	if err != nil {
		return err
	}
	for _, room := range rooms {
		entry := roomEntry{Name: room.Name, Title: room.Title, Channels: []string{}}
		for _, c := range room.Channels {
			entry.Channels = append(entry.Channels, c.String())
		}
		known.Rooms = append(known.Rooms, entry)
	}
	return desk.Reply(w, known)
}

// keptInList is how long a delivery that has been taken in is still shown to its sender.
const keptInList = 7 * 24 * time.Hour
