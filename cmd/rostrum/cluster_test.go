package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// The name of the database in a postgres:// address, and the prefix in an s3:// setting.
var (
	regexpDatabase = regexp.MustCompile(`/[^/?]*(\?|$)`)
	regexpPrefix   = regexp.MustCompile(`/[^/?]*\?`)
)

// Two workers and a web server on one PostgreSQL and one S3 bucket; one worker is killed in the middle, and the other
// finishes its tasks.
func TestManyMachines(t *testing.T) {
	server := need(t, "ROSTRUM_TEST_POSTGRES", "PostgreSQL")
	bucket := need(t, "ROSTRUM_TEST_S3", "S3 bucket")
	f, folder := filmOf(t, smallFilm), t.TempDir()
	name := fmt.Sprintf("cluster_%d", rand.Uint64())
	sql := func(statement string) {
		t.Helper()
		if out, err := exec.Command("psql", "-q", "-d", server, "-c", statement).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", statement, err, out)
		}
	}
	sql("CREATE DATABASE " + name)
	t.Cleanup(func() { sql("DROP DATABASE " + name + " WITH (FORCE)") })
	settings := []string{
		"ROSTRUM_DATABASE=" + regexpDatabase.ReplaceAllString(server, "/"+name+"$1"),
		"ROSTRUM_STORAGE=" + regexpPrefix.ReplaceAllString(bucket, "/"+name+"?"),
	}
	worker := func(data string) *exec.Cmd {
		c := command(filepath.Join(folder, data), "work")
		c.Env = append(c.Env, settings...)
		c.Stderr = &bytes.Buffer{}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if c.ProcessState == nil {
				c.Process.Signal(os.Interrupt)
				c.Wait()
			}
		})
		return c
	}
	doomed, survivor := worker("w1"), worker("w2")

	in := command(filepath.Join(folder, "in"), f.ingest("--consent", "public", "--publish", "--wait", "--json")...)
	in.Env = append(in.Env, settings...)
	kill := time.AfterFunc(time.Duration(1000+rand.IntN(2000))*time.Millisecond, func() { doomed.Process.Kill() })
	defer kill.Stop()
	o := finish(t, in)
	doomed.Wait()
	if o.code != 0 {
		t.Fatalf("ingest ended with %d:\n%s\n%s\nthe other worker said\n%s", o.code, o.err, o.out, survivor.Stderr)
	}
	for _, e := range settings { // for the web server
		for i := range e {
			if e[i] == '=' {
				t.Setenv(e[:i], e[i+1:])
				break
			}
		}
	}
	s := serveAs(t, filepath.Join(folder, "web"), "web")
	p := document(t, o.out)
	if len(p.Interventions) != len(f.spans) {
		t.Fatalf("%d interventions", len(p.Interventions))
	}
	for _, x := range p.Interventions {
		s.wantStatus(200, x.Page, x.Outputs.Master)
		if n := packets(t, "v", s.url+x.Outputs.MP4); n != x.Out-x.In {
			t.Errorf("%s: the MP4 has %d pictures, want %d", x.Title, n, x.Out-x.In)
		}
	}
}
