package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/storage/catalogue"
)

// A refusal is one sentence that a person can act on, without a path of this machine; with --json also one
// document; and it leaves nothing behind.
func TestRefusals(t *testing.T) {
	f, folder := filmOf(t, smallFilm), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, err := os.ReadFile(f.recording)
	if err != nil {
		t.Fatal(err)
	}
	sheet := func(name, in, out string) string { return write(name, "in\tout\ttitle\n"+in+"\t"+out+"\tSpeech\n") }
	ingest := func(file string, more ...string) []string {
		return append([]string{"ingest", file, "--meeting", "new", "--create", "--json"}, more...)
	}
	for _, c := range []struct {
		name string
		args []string
		code string // "" for a refusal before anything is understood
		exit int
		says string
	}{
		{"no such file", ingest(filepath.Join(folder, "absent.mov")), "invalid", 3, "no file absent.mov"},
		{"folder", ingest(folder), "invalid", 3, "is a folder"},
		{"not media", ingest(write("text.mov", strings.Repeat("This is not a recording.\n", 1000))), "invalid", 3, ""},
		{"empty", ingest(write("empty.mov", "")), "invalid", 3, "empty"},
		{"truncated", ingest(write("short.mov", string(whole[:len(whole)/2]))), "invalid", 3, ""},
		{"larger than the limit", ingest(f.recording, "--max-gb", "0.00001"), "too_large", 3, "larger than"},
		{"longer than the limit", ingest(f.recording, "--max-hours", "0.001"), "invalid", 3, "longer than"},
		{"no such loudness", ingest(f.recording, "--loudness=-5"), "invalid", 3, "out of range"},
		{"a sound that is none", ingest(f.recording, "--sound", "fr="+write("fr.m4a", "no sound")), "invalid", 3, "fr.m4a"},
		{"an offset without a sound", ingest(f.recording, "--offset", "fr=100"), "invalid", 3, "no sound file"},
		{"no such room", ingest(f.recording, "--room", "nowhere"), "not_found", 3, "nowhere"},
		{"channels said twice", ingest(f.recording, "--channels", "floor,fr,fr"), "invalid", 3, "twice"},
		{"no such place", ingest(f.recording, "--channels", "floor=7"), "invalid", 3, "track 7"},
		{"cut outside", ingest(f.recording, "--sheet", sheet("outside.csv", "00:00:10:00", "00:05:00:00")), "invalid", 3, "Row 2"},
		{"cut swapped", ingest(f.recording, "--sheet", sheet("swapped.csv", "00:00:10:00", "00:00:05:00")), "invalid", 3, "Row 2"},
		{"cut empty", ingest(f.recording, "--sheet", sheet("nothing.csv", "00:00:10:00", "00:00:10:00")), "invalid", 3, "Row 2"},
		{"no cut list", ingest(f.recording, "--sheet", write("binary.csv", "\x00\x01\x02\x03")), "invalid", 3, ""},
		{"damaged captions", ingest(f.recording, "--captions", "en="+write("broken.srt", "\x00\x01\x02 nothing of captions")), "invalid", 3, "captions"},
		{"captions in no language", ingest(f.recording, "--captions", "klingonese-x="+f.en), "invalid", 3, ""},
		{"too many channels", ingest(f.recording, "--channels", "floor,fr,ar"), "invalid", 3, "2 sound tracks"},
		{"unknown meeting", []string{"ingest", f.recording, "--meeting", "nowhere", "--json"}, "refused", 3, `no meeting "nowhere"`},
		{"no slug", []string{"ingest", f.recording, "--meeting", "A B", "--create", "--json"}, "invalid", 3, ""},
		{"publish without consent", ingest(f.recording, "--publish"), "refused", 3, "consent"},
		{"no kind of consent", ingest(f.recording, "--consent", "maybe"), "invalid", 3, "maybe"},
		{"no date", ingest(f.recording, "--consent", "embargo", "--until", "soon"), "invalid", 3, "soon"},
		{"cut of nothing", []string{"cut", "absent", "0", "1", "--json"}, "not_found", 3, ""},
		{"publish nothing", []string{"publish", "absent"}, "", 3, ""},
		{"withdraw nothing", []string{"withdraw", "absent", "--why", "a test"}, "", 3, ""},
		{"import of no JSON", []string{"import", write("broken.json", "{")}, "", 3, ""},
		{"unknown flag", []string{"ingest", f.recording, "--bogus"}, "", 2, "--bogus"},
		{"no meeting said", []string{"ingest", f.recording}, "", 2, "--meeting"},
		{"unknown command", []string{"dance"}, "", 2, "dance"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			o := execute(t, data, c.args...)
			refused(t, o, c.exit, c.code, c.says)
			if left := files(t, filepath.Join(data, "objects")); len(left) > 0 {
				t.Errorf("it left %q", left)
			}
			if left := files(t, filepath.Join(data, "work")); len(left) > 0 {
				t.Errorf("it left %q", left)
			}
			if c.exit == 3 {
				if all := done(t, data, "status", "--json").out; strings.Contains(all, `"recording"`) {
					t.Errorf("the catalogue knows\n%s", all)
				}
			}
		})
	}
}

func refused(t *testing.T, o outcome, exit int, code, says string) {
	t.Helper()
	if o.code != exit {
		t.Errorf("it ended with %d, want %d:\n%s%s", o.code, exit, o.err, o.out)
	}
	var told []string
	for line := range strings.Lines(o.err) {
		if sentence, ours := strings.CutPrefix(strings.TrimSpace(line), "rostrum: "); ours {
			told = append(told, sentence)
		}
		if exit != 2 && (strings.Contains(line, "/tmp") || strings.Contains(line, "goroutine ") || strings.Contains(line, ".go:")) {
			t.Errorf("it shows its inside: %s", line)
		}
	}
	if len(told) != 1 || !strings.Contains(told[0], says) {
		t.Errorf("it says %q, want one sentence with %q", told, says)
	}
	if code == "" {
		if o.out != "" {
			t.Errorf("on the standard output it says %q", o.out)
		}
		return
	}
	var document struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(o.out), &document); err != nil {
		t.Fatalf("%v in %q", err, o.out)
	}
	if document.Error.Code != code || len(told) == 1 && document.Error.Message != told[0] {
		t.Errorf("the document is %+v, want the code %s and the sentence", document, code)
	}
}

// What an operator must put right is exit code 1, apart from a database that a newer program has used.
func TestBrokenSurroundings(t *testing.T) {
	f := filmOf(t, smallFilm)
	args := f.ingest("--json")
	t.Run("no ffmpeg", func(t *testing.T) {
		c := command(filepath.Join(t.TempDir(), "data"), args...)
		c.Env = append(c.Env, "PATH="+t.TempDir())
		refused(t, finish(t, c), 1, "unavailable", "not installed")
	})
	t.Run("storage is a file", func(t *testing.T) {
		data := t.TempDir()
		if err := os.WriteFile(filepath.Join(data, "objects"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, execute(t, data, args...), 1, "unavailable", "")
	})
	t.Run("storage answers nobody", func(t *testing.T) {
		c := command(filepath.Join(t.TempDir(), "data"), args...)
		c.Env = append(c.Env, "ROSTRUM_STORAGE=s3://bucket/prefix?endpoint=http://127.0.0.1:1&region=eu-1", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "AWS_EC2_METADATA_DISABLED=true")
		refused(t, finish(t, c), 1, "unavailable", "")
	})
	t.Run("data folder is a file", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(data, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, execute(t, data, args...), 1, "unavailable", "data folder")
	})
	t.Run("database of a newer program", func(t *testing.T) {
		data := t.TempDir()
		done(t, data, "status")
		known, err := catalogue.Open(t.Context(), "", data)
		if err != nil {
			t.Fatal(err)
		}
		_, err = known.SQL().ExecContext(context.Background(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
		if e := known.Close(); err != nil || e != nil {
			t.Fatal(err, e)
		}
		refused(t, execute(t, data, args...), 3, "refused", "newer")
	})
	t.Run("a port that is taken", func(t *testing.T) {
		s := serve(t, t.TempDir())
		o := execute(t, t.TempDir(), "serve", "--listen", strings.TrimPrefix(s.url, "http://"))
		refused(t, o, 1, "", "--listen")
	})
	t.Run("two workers in a folder", func(t *testing.T) {
		data := t.TempDir()
		serve(t, data)
		refused(t, execute(t, data, "work"), 3, "", "already working")
	})
}
