package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
)

const meeting = "cxo-2026"

// world is a data folder with a meeting in it, and the parts of the program on it.
type world struct {
	*pipeline.Pipeline
	t      testing.TB
	folder string
}

// open makes a world in which nobody works yet.
func open(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir(), Pipeline: &pipeline.Pipeline{Tools: findTools(t), Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Now: time.Now}}
	var err error
	if w.Catalogue, err = catalogue.Open(t.Context(), "", w.folder); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Catalogue.Close() })
	if err := queue.Migrate(t.Context(), w.Catalogue.SQL(), w.Catalogue.Dialect()); err != nil {
		t.Fatal(err)
	}
	if w.Store, err = objects.OpenFolder(filepath.Join(w.folder, "objects")); err != nil {
		t.Fatal(err)
	}
	w.Work = filepath.Join(w.folder, "work")
	if err := os.Mkdir(w.Work, 0o700); err != nil {
		t.Fatal(err)
	}
	w.newQueue(nil)
	if _, err := w.Import(t.Context(), []byte(`{"meetings":[{"slug":"`+meeting+`","title":{"en":"CxO meeting"},"date":"2026-05-03"}]}`), "test"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) newQueue(workers map[queue.Lane]int) {
	w.t.Helper()
	q, err := queue.New(w.Catalogue.SQL(), w.Catalogue.Dialect(), queue.Options{Logger: w.Log, Worker: "test", Folder: w.folder, Workers: workers})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Queue = q
	w.Register()
}

// work starts a worker, as a process that is started on the folder would, and gives what stops it.
func (w *world) work() (stop func()) {
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

// incoming is a recording as it would be ingested.
func incoming(name string, data []byte, sheet string) pipeline.Incoming {
	in := pipeline.Incoming{Meeting: meeting, File: pipeline.File{Name: name, Content: bytes.NewReader(data), Bytes: int64(len(data))}, Who: "test"}
	if sheet != "" {
		in.Sheet = &pipeline.SideFile{Name: "cuts.csv", Data: []byte(sheet)}
	}
	return in
}

// until looks ten times a second whether what it waits for has come, for two minutes at most.
func (w *world) until(what string, come func() bool) {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * time.Minute); !come(); <-tick.C {
		if time.Now().After(end) {
			w.t.Fatalf("%s did not come in two minutes", what)
		}
	}
}

// finished waits until a recording's work is over.
func (w *world) finished(id rostrum.RecordingID) {
	w.t.Helper()
	w.until("the end of the work", func() bool {
		_, over, err := w.Progress(context.Background(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		return over
	})
	if r, err := w.Catalogue.Recording(context.Background(), id); err != nil || r.State != rostrum.Encoded {
		w.t.Fatalf("recording is %+v, %v", r, err)
	}
}

// intervention reads one back.
func (w *world) intervention(id rostrum.InterventionID) *rostrum.Intervention {
	w.t.Helper()
	x, err := w.Catalogue.Intervention(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (w *world) revision(id rostrum.InterventionID, number int) *rostrum.Revision {
	w.t.Helper()
	x, err := w.Catalogue.Revision(context.Background(), id, number)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// published gives the manifest that viewers get.
func (w *world) published(id rostrum.InterventionID) *rostrum.Manifest {
	w.t.Helper()
	x := w.intervention(id)
	if x.State != rostrum.Published {
		w.t.Fatalf("%q is %s: %s %q", x.Title, x.State, x.Failure, x.Notices)
	}
	return w.revision(id, x.PublishedRevision).Manifest
}

// file reads a file by its name on the manifest; a name that is not there fails the test.
func (w *world) file(m *rostrum.Manifest, name string) []byte {
	w.t.Helper()
	f, ok := m.Files[name]
	if !ok {
		w.t.Fatalf("%q is not on the manifest", name)
	}
	o, err := w.Store.Open(context.Background(), f.Key)
	if err != nil {
		w.t.Fatal(name, err)
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if err != nil || int64(len(data)) != f.Bytes {
		w.t.Fatalf("%s has %d bytes, not %d: %v", name, len(data), f.Bytes, err)
	}
	return data
}

// playlist is a media playlist as a player reads it.
type playlist struct {
	inits, segments []string
	seconds         float64
}

func (w *world) playlist(m *rostrum.Manifest, name string) playlist {
	w.t.Helper()
	var p playlist
	for line := range strings.Lines(string(w.file(m, name))) {
		line = strings.TrimSpace(line)
		var s float64
		switch {
		case strings.HasPrefix(line, "#EXT-X-MAP:URI="):
			p.inits = append(p.inits, strings.Trim(strings.TrimPrefix(line, "#EXT-X-MAP:URI="), `"`))
		case strings.HasPrefix(line, "#EXTINF:"):
			if _, err := fmt.Sscanf(line, "#EXTINF:%f,", &s); err != nil {
				w.t.Fatal(line, err)
			}
			p.seconds += s
		case line != "" && !strings.HasPrefix(line, "#"):
			p.segments = append(p.segments, line)
		}
	}
	return p
}

// play joins what a player would load: the initialisation segment and the segments in their order.
func (w *world) play(m *rostrum.Manifest, name string) []byte {
	w.t.Helper()
	p := w.playlist(m, name)
	if len(p.inits) != 1 {
		w.t.Fatalf("%s names %d initialisation segments", name, len(p.inits))
	}
	data := w.file(m, p.inits[0])
	for _, s := range p.segments {
		data = append(data, w.file(m, s)...)
	}
	return data
}

// kept lists the keys of all objects.
func (w *world) kept() []string {
	w.t.Helper()
	var keys []string
	if err := w.Store.List(context.Background(), "", func(i objects.Info) error { keys = append(keys, i.Key); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return keys
}
