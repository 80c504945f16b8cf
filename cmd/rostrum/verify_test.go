package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	f, data := filmOf(t, smallFilm), t.TempDir()
	p := document(t, done(t, data, f.ingest("--wait", "--json")...).out)
	original := filepath.Join(data, "objects", "originals", p.Recording.ID)
	type report struct {
		Checked  int
		Bytes    int64
		Problems []struct{ Kind, Recording, Intervention, Name, What, Text string }
	}
	look := func(exit int, only ...string) (r report) {
		t.Helper()
		o := execute(t, data, append([]string{"verify", "--json"}, only...)...)
		if o.code != exit {
			t.Fatalf("it ended with %d, want %d:\n%s%s", o.code, exit, o.err, o.out)
		}
		if err := json.Unmarshal([]byte(o.out), &r); err != nil || r.Problems == nil {
			t.Fatalf("%v in %s", err, o.out)
		}
		return r
	}
	info, err := os.Stat(original)
	if err != nil {
		t.Fatal(err)
	}
	if r := look(0); r.Checked < 20 || r.Bytes < info.Size() || len(r.Problems) > 0 {
		t.Errorf("of what is as it was stored it says %+v", r)
	}
	if o := done(t, data, "verify", p.Recording.ID); !strings.HasSuffix(o.out, "All is as it was stored.\n") || !strings.Contains(o.err, "Checking: 100 %") {
		t.Errorf("it says %s%s", o.err, o.out)
	}
	refused(t, execute(t, data, "verify", "absent", "--json"), 3, "not_found", "absent")

	file, err := os.OpenFile(original, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte("damage"), info.Size()/2); err != nil {
		t.Fatal(err)
	}
	file.Close()
	if r := look(1, p.Recording.ID); len(r.Problems) != 1 || r.Problems[0].Kind != "original" || r.Problems[0].What != "changed" ||
		r.Problems[0].Recording != p.Recording.ID || r.Problems[0].Name != "recording.mov" {
		t.Errorf("of a damaged original it says %+v", r)
	}
	if err := os.Remove(original); err != nil {
		t.Fatal(err)
	}
	o := execute(t, data, "verify")
	if o.code != 1 || !strings.HasPrefix(o.out, "missing ") || !strings.Contains(o.out, `"recording.mov"`) || strings.Contains(o.out+o.err, data) {
		t.Errorf("of a missing original it says, with %d,\n%s%s", o.code, o.err, o.out)
	}
}
