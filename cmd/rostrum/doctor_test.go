package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/storage/catalogue"
)

// lookAround runs the doctor and gives its findings by name.
func lookAround(t *testing.T, data string, exit int, environment ...string) map[string]finding {
	t.Helper()
	c := command(data, "doctor", "--json")
	c.Env = append(c.Env, environment...)
	o := finish(t, c)
	if o.code != exit {
		t.Fatalf("it ended with %d, want %d:\n%s%s", o.code, exit, o.err, o.out)
	}
	var p struct {
		OK       bool
		Findings []finding
	}
	if err := json.Unmarshal([]byte(o.out), &p); err != nil || p.OK != (exit == 0) {
		t.Fatalf("%v in %s", err, o.out)
	}
	all := map[string]finding{}
	for _, f := range p.Findings {
		if all[f.Name] = f; f.Text == "" || strings.Contains(f.Text, "/tmp") || strings.Contains(f.Text, "secret") {
			t.Errorf("of %s it says %q", f.Name, f.Text)
		}
	}
	return all
}

func TestDoctor(t *testing.T) {
	always := []string{"ffmpeg", "sandbox", "database", "clock", "storage", "space"}
	want := func(t *testing.T, all map[string]finding, name string, state outlook, says string) {
		t.Helper()
		for _, name := range always {
			if all[name].Name == "" {
				t.Errorf("it says nothing of %s", name)
			}
		}
		if f := all[name]; f.State != state || !strings.Contains(f.Text, says) {
			t.Errorf("of %s it says %s: %q, want %s with %q", name, f.State, f.Text, state, says)
		}
	}
	t.Run("before the first command", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "data")
		all := lookAround(t, data, 0)
		for name, says := range map[string]string{"ffmpeg": "Version", "ffprobe": "Version", "encoders": "libx264", "decoders": "All",
			"filters": "All", "database": "SQLite", "storage": "is made", "workers": "None runs"} {
			want(t, all, name, good, says)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Error("it made the data folder")
		}
	})
	t.Run("beside a worker", func(t *testing.T) {
		data := t.TempDir()
		serve(t, data)
		all := lookAround(t, data, 0)
		want(t, all, "workers", good, "At work")
		want(t, all, "database", good, "as they should be")
		want(t, all, "storage", good, "written, read")
		if text := done(t, data, "doctor").out; !strings.Contains(text, "✓ database   SQLite") || strings.Contains(text, "✗") {
			t.Errorf("it says\n%s", text)
		}
	})
	t.Run("no ffmpeg", func(t *testing.T) {
		want(t, lookAround(t, t.TempDir(), 1, "PATH="+t.TempDir()), "ffmpeg", bad, "install")
	})
	t.Run("database that answers nobody", func(t *testing.T) {
		all := lookAround(t, t.TempDir(), 1, "ROSTRUM_DATABASE=postgres://rostrum:secret@127.0.0.1:1/rostrum")
		want(t, all, "database", bad, "does not answer")
	})
	t.Run("storage that is a file", func(t *testing.T) {
		data := t.TempDir()
		if err := os.WriteFile(filepath.Join(data, "objects"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		want(t, lookAround(t, data, 1), "storage", bad, "")
	})
	t.Run("database of another program", func(t *testing.T) {
		data := t.TempDir()
		done(t, data, "status")
		for _, c := range []struct {
			statement string
			exit      int
			state     outlook
			says      string
		}{
			{"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", 1, bad, "newer"},
			{"DELETE FROM goose_db_version WHERE version_id > 1", 0, warning, "backup"},
		} {
			known, _, err := catalogue.Look(t.Context(), "", data)
			if err != nil {
				t.Fatal(err)
			}
			_, err = known.SQL().ExecContext(context.Background(), c.statement)
			if e := known.Close(); err != nil || e != nil {
				t.Fatal(err, e)
			}
			want(t, lookAround(t, data, c.exit), "database", c.state, c.says)
		}
	})
}

func TestDoctorKnowsVersions(t *testing.T) {
	for version, want := range map[string]outlook{
		"5.1.9-0+deb12u1": good, "5.1": good, "7.0.2": good, "n6.1-2-g31f1a25": good, "8.0": good, "10.0": good,
		"5.0.3": bad, "4.4.2-0ubuntu0.22.04.1": bad, "N-112233-gabcdef": warning, "": warning,
	} {
		if f := ofVersion(version); f.State != want {
			t.Errorf("of %q it says %+v, want %s", version, f, want)
		}
	}
	if v := versionIn("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026\nbuilt with gcc"); v != "5.1.9-0+deb12u1" {
		t.Errorf("the version is %q", v)
	}
}

func TestDoctorMissesParts(t *testing.T) {
	has := partsIn("Encoders:\n V..... = Video\n ------\n V....D libx264              libx264 H.264 / AVC\n A....D aac                  AAC (Advanced Audio Coding)\n")
	for _, c := range []struct {
		parts string
		want  outlook
		says  string
	}{
		{"libx264 aac", good, "libx264, aac."},
		{"libx264 libopus h264", bad, "lacks libopus, h264. Get it."},
	} {
		f := ability{"encoders", "-encoders", c.parts, bad, "Get it."}.examine(has)
		if f.State != c.want || !strings.Contains(f.Text, c.says) {
			t.Errorf("of %q it says %+v", c.parts, f)
		}
	}
}

func TestDoctorLooksAtTheClock(t *testing.T) {
	now := time.Date(2026, 5, 3, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		state catalogue.State
		says  string
	}{
		{"with the database", catalogue.State{Clock: now.Add(time.Second), Latest: now}, "2026-05-03 10:00:00 UTC"},
		{"behind the database", catalogue.State{Clock: now.Add(90 * time.Second)}, "differs from that of the database by 1m30s"},
		{"before the database", catalogue.State{Clock: now.Add(-90 * time.Second)}, "differs from that of the database by 1m30s"},
		{"set back", catalogue.State{Latest: now.Add(time.Hour)}, "an entry of 2026-05-03 11:00:00"},
	} {
		if f := examineClock(c.state, now); f.State == bad || !strings.Contains(f.Text, c.says) {
			t.Errorf("%s it says %+v", c.name, f)
		}
	}
}

func TestDoctorMeasuresSpace(t *testing.T) {
	for free, want := range map[float64]outlook{0: bad, 0.9e9: bad, 1.1e9: warning, 19e9: warning, 21e9: good} {
		if f := ofSpace(free); f.State != want {
			t.Errorf("of %g bytes it says %+v", free, f)
		}
	}
}

func TestDoctorLooksAtTheSandbox(t *testing.T) {
	for want, state := range map[string]outlook{"off": warning, "cardboard": bad} {
		if f := examineSandbox(t.Context(), want); f.State != state || f.Text == "" {
			t.Errorf("of %q it says %+v", want, f)
		}
	}
}
