// Package desktest gives tests of the studio's areas a whole Rostrum in a temporary folder: real SQLite, a real folder store, a real
// queue and ffmpeg, behind a real HTTP server. Who asks is said by a cookie that /as/NAME sets, instead of by signing in.
package desktest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

// Meeting is the slug of the meeting that is there at the beginning.
const Meeting = "cxo-2026"

// World is a Rostrum with one meeting.
type World struct {
	*pipeline.Pipeline
	Desk   *desk.Desk
	URL    string // with the base path, without a slash at the end
	Folder string
	Router *mux.Router // below the base path: mount routes, or handlers with a prefix
	t      testing.TB
}

// Base is the path below which everything is served, so that no address forgets it.
const Base = "/video"

// People are those who may be named to As and to /as/NAME: one of each role, two of AV staff, and "nobody".
func People() map[string]rostrum.Actor {
	return map[string]rostrum.Actor{
		"admin":       {Account: "admin", Name: "Ada Admin", Roles: []rostrum.Role{rostrum.Administrator}},
		"secretariat": {Account: "secretariat", Name: "Sami Secretary", Roles: []rostrum.Role{rostrum.Secretariat}},
		"av":          {Account: "av", Name: "Aline Vidal", Roles: []rostrum.Role{rostrum.AVStaff}},
		"av2":         {Account: "av2", Name: "Bo Vang", Roles: []rostrum.Role{rostrum.AVStaff}},
		"editor":      {Account: "editor", Name: "Edith Ortiz", Roles: []rostrum.Role{rostrum.Editor}},
		"reader":      {Account: "reader", Name: "Rae Reader", Roles: []rostrum.Role{rostrum.Reader}},
		"nobody":      {},
	}
}

// New makes a world. Mount the area's routes with w.Desk.Mount(w.Router, routes).
func New(t testing.TB) *World {
	t.Helper()
	folder := t.TempDir()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	tools, err := media.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{t: t, Folder: folder, Router: mux.NewRouter(), Pipeline: &pipeline.Pipeline{Tools: tools, Log: log, Now: time.Now, Work: filepath.Join(folder, "work")}}
	w.Router.SkipClean(true)
	if w.Catalogue, err = catalogue.Open(t.Context(), "", folder); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Catalogue.Close() })
	if err := queue.Migrate(t.Context(), w.Catalogue.SQL(), w.Catalogue.Dialect()); err != nil {
		t.Fatal(err)
	}
	if w.Store, err = objects.OpenFolder(filepath.Join(folder, "objects")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.Work, 0o700); err != nil {
		t.Fatal(err)
	}
	w.newQueue(nil)
	if _, err := w.Import(t.Context(), []byte(`{"meetings":[{"slug":"`+Meeting+`","title":{"en":"CxO meeting","fr":"Réunion CxO"},"place":"Geneva","date":"2026-05-03","time_zone":"Europe/Zurich",
		"agenda":[{"number":"1","title":{"en":"Opening"}},{"number":"2","title":{"en":"Trust and security","fr":"Confiance et sécurité"}}]}]}`), "test"); err != nil {
		t.Fatal(err)
	}
	people := People()
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		for _, a := range people {
			if a.Account == "" {
				continue
			}
			// As plain SQL: how accounts are made is no matter of these tests.
			roles, _ := json.Marshal(a.Roles)
			if _, err := tx.SQL().Exec(`INSERT INTO accounts (id, email, name, roles, language, password, subject, created, closed) VALUES ($1, $2, $3, $4, '', '', '', 1, 0)`,
				a.Account, string(a.Account)+"@example.org", a.Name, string(roles)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// Now is asked at each use, so that a test may move the clock.
	w.Desk = &desk.Desk{Base: Base, Now: func() time.Time { return w.Now() }, Log: log, Who: func(r *http.Request) (rostrum.Actor, error) {
		if c, err := r.Cookie("as"); err == nil {
			return people[c.Value], nil
		}
		return people[r.Header.Get("As")], nil
	}}
	w.Router.HandleFunc("/as/{name}", func(answer http.ResponseWriter, r *http.Request) {
		http.SetCookie(answer, &http.Cookie{Name: "as", Value: mux.Vars(r)["name"], Path: "/"})
	})
	w.Router.PathPrefix(page.AssetsPath).Handler(page.Assets())
	server := httptest.NewServer(http.StripPrefix(Base, w.Router))
	t.Cleanup(server.Close)
	w.URL = server.URL + Base
	w.Desk.PublicURL = w.URL
	return w
}

func (w *World) newQueue(workers map[queue.Lane]int) {
	q, err := queue.New(w.Catalogue.SQL(), w.Catalogue.Dialect(), queue.Options{Logger: w.Log, Worker: "test", Folder: w.Folder, Workers: workers})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Queue = q
	w.Register()
}

// Start begins to work on what is queued, until the test ends or stop is called.
func (w *World) Start() (stop func()) {
	w.t.Helper()
	w.newQueue(map[queue.Lane]int{queue.Encode: 2, queue.Render: 2})
	if err := w.Queue.Start(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		if err := w.Queue.Stop(context.Background()); err != nil {
			w.t.Error(err)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// Until looks ten times a second whether what it waits for has come, for two minutes at most.
func (w *World) Until(what string, come func() bool) {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * time.Minute); !come(); <-tick.C {
		if time.Now().After(end) {
			w.t.Fatalf("%s did not come in two minutes", what)
		}
	}
}

// Film makes a film with a counter and a tone: a small H.264 MP4 of so many seconds, 320x180, 25 frames a second, with silence in the
// last second of each ten.
func (w *World) Film(seconds int) []byte {
	w.t.Helper()
	folder := w.t.TempDir()
	out := filepath.Join(folder, "film.mp4")
	err := w.Tools.Run(w.t.Context(), media.Job{Args: []string{"-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=" + strconv.Itoa(seconds),
		"-f", "lavfi", "-i", "sine=f=440:r=48000:d=" + strconv.Itoa(seconds), "-af", "volume='if(gte(mod(t,10),9),0,0.5)':eval=frame",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "file:" + out}, Write: folder})
	if err != nil {
		w.t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

// Ingest takes a film in, cut as the sheet says; without a sheet it is one intervention.
func (w *World) Ingest(name string, film []byte, sheet string) *pipeline.Receipt {
	w.t.Helper()
	in := pipeline.Incoming{Meeting: Meeting, File: pipeline.File{Name: name, Content: bytes.NewReader(film), Bytes: int64(len(film))}, Who: "test"}
	if sheet != "" {
		in.Sheet = &pipeline.SideFile{Name: "cuts.csv", Data: []byte(sheet)}
	}
	receipt, err := w.Receive(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return receipt
}

// Call makes a request as somebody of People and gives the status and the body. body is sent as JSON, nil sends none.
func (w *World) Call(as, method, path string, body any) (int, string) {
	w.t.Helper()
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("As", as)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}
