package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A kill -9 or a power cut at any moment costs time and nothing else. Each of five data folders sees two
// kills at random moments: a task is given up after five attempts that were cut off, so that more in one
// folder would rightly end in a failure.
func TestKilledAtAnyMoment(t *testing.T) {
	f := filmOf(t, smallFilm)
	args := f.ingest("--publish", "--wait", "--json")

	whole := t.TempDir()
	began := time.Now()
	want := document(t, done(t, whole, args...).out)
	took := time.Since(began)
	undisturbed := serve(t, whole)
	pictures := picturesOf(t, undisturbed, want)
	undisturbed.stop()

	seed, err := strconv.ParseUint(os.Getenv("ROSTRUM_TEST_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("ROSTRUM_TEST_SEED=%d, undisturbed it takes %s", seed, took)
	random := rand.New(rand.NewPCG(seed, 0))
	for round := range 5 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			data := t.TempDir()
			moment := func() time.Duration { return time.Duration(random.Int64N(int64(took))) }
			second := args
			if round%2 == 1 {
				second = []string{"serve", "--listen", "127.0.0.1:0"}
			}
			for _, args := range [][]string{args, second} {
				at := moment()
				t.Logf("killing %s after %s", args[0], at)
				killAfter(t, command(data, args...), at)
				alone(t, data)
			}
			// Not every kill comes while an intervention is made; what that leaves is sure to be there so.
			if err := os.MkdirAll(filepath.Join(data, "work", "task-left", "deep"), 0o700); err != nil {
				t.Fatal(err)
			}
			var s *service
			if round%2 == 1 {
				s = serve(t, data)
			}
			got := document(t, done(t, data, args...).out)
			if len(got.Interventions) != len(want.Interventions) || got.Recording.State != "encoded" {
				t.Fatalf("%d interventions, the recording is %s", len(got.Interventions), got.Recording.State)
			}
			for i, x := range got.Interventions {
				y := want.Interventions[i]
				if x.In != y.In || x.Out != y.Out || x.Encoded != y.Encoded || x.State != "published" || x.Revision != 1 {
					t.Errorf("an intervention became %+v, undisturbed %+v", x, y)
				}
			}
			if s == nil {
				s = serve(t, data)
			}
			for i, p := range picturesOf(t, s, got) {
				if p != pictures[i] {
					t.Errorf("the pictures of intervention %d are %s, undisturbed %s", i+1, p, pictures[i])
				}
			}
			if left, _ := filepath.Glob(filepath.Join(data, "work", "*")); len(left) > 0 {
				t.Errorf("left in the work folder: %q", left)
			}
		})
	}
}

// killAfter starts a command and kills it, and nothing that it started, at a moment of its run.
func killAfter(t *testing.T, c *exec.Cmd, at time.Duration) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(at, func() { c.Process.Kill() })
	defer kill.Stop()
	c.Wait()
	if status := c.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() && status.ExitStatus() != 0 {
		t.Errorf("before it was killed, it ended with %d", status.ExitStatus())
	}
}

// alone waits until no process has a file of the data folder open: what a killed one had started dies with it.
func alone(t *testing.T, data string) {
	t.Helper()
	var holders []string
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		holders = nil
		open, _ := filepath.Glob("/proc/[0-9]*/fd/*")
		for _, fd := range open {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, data+"/") {
				holders = append(holders, fd+" "+to)
			}
		}
		if len(holders) == 0 {
			return
		}
	}
	t.Errorf("after the kill these files are still open: %q", holders)
}

// picturesOf gives the number of pictures of each MP4 and a digest of what they show.
func picturesOf(t *testing.T, s *service, p printed) []string {
	t.Helper()
	var all []string
	for _, x := range p.Interventions {
		out, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", s.url+x.Outputs.MP4, "-map", "0:v", "-f", "md5", "-").CombinedOutput()
		if err != nil {
			t.Fatalf("ffmpeg: %v\n%s", err, out)
		}
		n := packets(t, "v", s.url+x.Outputs.MP4)
		if n != x.Out-x.In {
			t.Errorf("%s has %d pictures, want %d", x.Title, n, x.Out-x.In)
		}
		all = append(all, fmt.Sprintf("%d %s", n, strings.TrimSpace(string(out))))
	}
	return all
}
