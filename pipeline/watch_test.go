package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/objects"
)

// A file is taken from the watched folder once nobody writes it any more; what goes with it by name comes along, and what is refused
// stands aside with the reason.
func TestWatchFolder(t *testing.T) {
	w := open(t)
	folder := t.TempDir()
	room := filepath.Join(folder, meeting)
	for _, d := range []string{room, filepath.Join(folder, "nowhere")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	whole := shortFilm(t)
	growing, err := os.Create(filepath.Join(room, "Session 1.MP4"))
	if err != nil {
		t.Fatal(err)
	}
	defer growing.Close()
	if _, err := growing.Write(whole[:len(whole)/2]); err != nil {
		t.Fatal(err)
	}
	write(meeting+"/session 1.csv", []byte("in;out;title\n0,0;2,0;Opening\n"))
	write(meeting+"/session 1.en.srt", []byte("1\n00:00:00,500 --> 00:00:01,500\nGood morning.\n"))
	write(meeting+"/no film.mp4", []byte("this is no film at all"))
	write(meeting+"/other.mp4.part", whole)
	write("nowhere/x.mp4", whole)

	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error)
	go func() {
		over <- w.WatchFolder(ctx, pipeline.Watch{Folder: folder, Settle: 200 * time.Millisecond, Every: 50 * time.Millisecond})
	}()
	defer func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	}()
	there := func(name string) bool { _, err := os.Stat(filepath.Join(folder, name)); return err == nil }
	w.until("the refusals", func() bool { return there(meeting+"/refused/no film.why.txt") && there("nowhere/refused/x.why.txt") })
	if all, err := w.Catalogue.Recordings(t.Context()); err != nil || len(all) != 0 || !there(meeting+"/Session 1.MP4") {
		t.Fatalf("a file that is still being written was taken: %v, %v", all, err)
	}
	if why, err := os.ReadFile(filepath.Join(folder, "nowhere/refused/x.why.txt")); err != nil || !strings.Contains(string(why), "meeting") {
		t.Errorf("the reason is %q, %v", why, err)
	}
	if _, err := growing.Write(whole[len(whole)/2:]); err != nil {
		t.Fatal(err)
	}
	if err := growing.Close(); err != nil {
		t.Fatal(err)
	}
	w.until("the recording", func() bool { return there(meeting + "/taken/Session 1.MP4") })
	all, err := w.Catalogue.Recordings(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Session 1.MP4" || all[0].Bytes != int64(len(whole)) {
		t.Fatalf("recordings %+v, %v", all, err)
	}
	if x, err := w.Catalogue.InterventionsOfRecording(t.Context(), all[0].ID); err != nil || len(x) != 1 || x[0].Title != "Opening" {
		t.Errorf("interventions %+v, %v", x, err)
	}
	for _, name := range []string{"/taken/session 1.csv", "/taken/session 1.en.srt", "/other.mp4.part"} {
		if !there(meeting + name) {
			t.Errorf("%s is not there", name)
		}
	}
	// What was refused comes again, corrected.
	write("nowhere/x.mp4", whole[:len(whole)/2])
	w.until("the second refusal", func() bool { return there("nowhere/refused/x (2).mp4") })
	w.until("the notes of it", func() bool {
		d, err := w.Catalogue.Deliveries(context.Background(), time.Now().Add(-time.Hour))
		return err == nil && len(d) == 3
	})
}

// The drop in a bucket works alike.
func TestWatchDrop(t *testing.T) {
	setting := os.Getenv("ROSTRUM_TEST_S3")
	if setting == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_S3 is not set")
		}
		t.Skip("set ROSTRUM_TEST_S3 to a bucket")
	}
	w := open(t)
	place, parameters, _ := strings.Cut(setting, "?")
	drop, err := objects.OpenDrop(t.Context(), place+"/drop-"+strings.ToLower(t.Name())+"?"+parameters, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer drop.Close()
	put := func(name string, data []byte) {
		t.Helper()
		if err := drop.Put(t.Context(), name, string(data)); err != nil {
			t.Fatal(err)
		}
	}
	names := func() string {
		var all []string
		if err := drop.List(context.Background(), func(o objects.Info) error { all = append(all, o.Key); return nil }); err != nil {
			t.Error(err)
		}
		return strings.Join(all, "|")
	}
	put(meeting+"/Day 1.MP4", shortFilm(t))
	put(meeting+"/day 1.csv", []byte("in;out;title\n0,0;2,0;Opening\n"))
	put(meeting+"/bad.mp4", []byte("no film"))
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { w.WatchDrop(ctx, drop, 50*time.Millisecond); close(over) }()
	defer func() { stop(); <-over }()
	w.until("both", func() bool { return names() == meeting+"/bad.mp4|"+meeting+"/bad.why.txt" })
	all, err := w.Catalogue.Recordings(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Day 1.MP4" {
		t.Fatalf("recordings %+v, %v", all, err)
	}
	if x, err := w.Catalogue.InterventionsOfRecording(t.Context(), all[0].ID); err != nil || len(x) != 1 {
		t.Errorf("interventions %+v, %v", x, err)
	}
	put(meeting+"/bad.mp4", shortFilm(t))
	if err := drop.Delete(t.Context(), meeting+"/bad.why.txt"); err != nil {
		t.Fatal(err)
	}
	w.until("the corrected one", func() bool { return names() == "" })
	if _, err := objects.OpenDrop(t.Context(), "s3://bucket", ""); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("a bucket without a prefix: %v", err)
	}
}
