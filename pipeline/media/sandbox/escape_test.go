package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum/pipeline/media/sandbox"
)

// asNobody names, in a test that was started again as another user, the program that tries ways out.
const asNobody = "ROSTRUM_TEST_ESCAPE"

// build makes a program of testdata and gives its path.
func build(t testing.TB, name string) string {
	t.Helper()
	if path := os.Getenv(asNobody); path != "" {
		return filepath.Join(path, name)
	}
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("go", "build", "-o", path, "./testdata/"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func find(t testing.TB, mode sandbox.Mode) sandbox.Box {
	t.Helper()
	box, err := sandbox.Find(t.Context(), string(mode))
	if err != nil {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if box.Mode() != mode {
		t.Fatalf("found %s, want %s", box.Mode(), mode)
	}
	return box
}

// run runs the program to its end and gives what it wrote.
func run(t testing.TB, box sandbox.Box, s sandbox.Spec) (stdout string, failed error) {
	t.Helper()
	c, err := box.Command(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	c.WaitDelay = 5 * time.Second
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := c.Start(); err != nil {
		return "", err
	}
	failed = c.Wait()
	if log.Len() > 0 {
		t.Logf("%s", log.String())
	}
	return out.String(), failed
}

// target is what the stand-in is told; see there.
type target struct {
	Canary, Read, Write, Outside, Socket, Abstract    string
	TCP, UDP, Parent, Sibling, Open, FileSize, Memory int
}

// world makes things that are worth reaching. heard is what the listeners were told, once closed.
func world(t *testing.T) (w target, heard func() string) {
	t.Helper()
	folder, outside := t.TempDir(), t.TempDir()
	w = target{
		Canary: filepath.Join(outside, "canary"), Read: filepath.Join(folder, "input"), Write: filepath.Join(folder, "out"), Outside: filepath.Join(outside, "folder"),
		Socket: filepath.Join(outside, "socket"), Abstract: "rostrum-" + filepath.Base(filepath.Dir(outside)) + strconv.Itoa(os.Getpid()),
		Parent: os.Getpid(), FileSize: 1 << 20, Memory: 2 << 30,
	}
	for _, path := range []string{w.Write, w.Outside} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range map[string]string{w.Canary: "secret", w.Read: ""} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	done := make(chan string)
	var closers []io.Closer
	for _, at := range [][2]string{{"tcp", "127.0.0.1:0"}, {"unix", w.Socket}, {"unix", "@" + w.Abstract}} {
		l, err := net.Listen(at[0], at[1])
		if err != nil {
			t.Fatal(err)
		}
		closers = append(closers, l)
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			w.TCP = a.Port
		}
		go func() {
			found := ""
			for {
				c, err := l.Accept()
				if err != nil {
					done <- found
					return
				}
				found += " " + at[0]
				c.Close()
			}
		}()
	}
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closers = append(closers, udp)
	w.UDP = udp.LocalAddr().(*net.UDPAddr).Port
	go func() {
		found, b := "", make([]byte, 100)
		for {
			if _, _, err := udp.ReadFrom(b); err != nil {
				done <- found
				return
			}
			found += " udp"
		}
	}()
	sibling := exec.Command("sleep", "600")
	if err := sibling.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sibling.Process.Kill(); sibling.Wait() })
	w.Sibling = sibling.Process.Pid
	// Inherited by whatever is started, since it is not closed on exec.
	if w.Open, err = syscall.Open(w.Canary, syscall.O_RDONLY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(w.Open) })
	return w, func() string {
		for _, c := range closers {
			c.Close()
		}
		for range closers {
			said.WriteString(<-done)
		}
		return said.String()
	}
}

func TestEscape(t *testing.T) {
	t.Setenv("ROSTRUM_CANARY", "secret")
	program := build(t, "escape")
	for _, c := range []struct {
		mode sandbox.Mode
		left []string // what is known to be open, and what Describe says
	}{
		{sandbox.Namespaces, nil},
		{sandbox.Restricted, []string{"find a file's size", "see a sibling", "see the parent"}},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			open, heard := escape(t, find(t, c.mode), program)
			if !slices.Equal(open, c.left) {
				t.Errorf("open: %q, want %q", open, c.left)
			}
			if heard != "" {
				t.Errorf("the listeners heard%s", heard)
			}
		})
	}
	t.Run("off", func(t *testing.T) {
		// Without a sandbox the same ways must be found open, or the test would prove nothing.
		open, heard := escape(t, find(t, sandbox.Off), program)
		want := []string{
			"read a file", "read by ..", "read by a symbolic link", "read the accounts", "make a folder", "list the root", "write outside",
			"write to the file to read", "empty a file by opening to read", "change its rights", "a file larger than allowed",
			"TCP", "UDP", "listen", "a Unix socket", "an abstract Unix socket", "a pair of sockets", "a netlink socket",
			"signal the parent", "limit the parent", "another process", "another process of new kind", "keys", "more memory",
			"a descriptor of the parent's", "outlive the parent", "make a symbolic link", "make a pipe", "watch a folder", "a shell",
		}
		for _, way := range want {
			if !slices.Contains(open, way) {
				t.Errorf("%q is closed without a sandbox", way)
			}
		}
		for _, kind := range []string{"tcp", "udp", "unix"} {
			if !strings.Contains(heard, kind) {
				t.Errorf("the %s listener heard nothing", kind)
			}
		}
		t.Logf("%d ways are open: %q", len(open), open)
	})
}

// escape gives the ways that were open, sorted, and what the listeners heard.
func escape(t *testing.T, box sandbox.Box, program string) (open []string, heard string) {
	t.Helper()
	w, listen := world(t)
	told, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	said, err := run(t, box, sandbox.Spec{Program: program, Args: []string{string(told)}, Read: []string{w.Read}, Write: w.Write,
		Limits: sandbox.Limits{Memory: int64(w.Memory), FileSize: int64(w.FileSize)}})
	if err != nil && said == "" {
		t.Fatal(err)
	}
	list, after, _ := strings.Cut(said, "\n")
	if err := json.Unmarshal([]byte(list), &open); err != nil {
		t.Fatalf("%v in %q", err, said)
	}
	if after != "" {
		open = append(open, "a shell")
	}
	slices.Sort(open)
	return open, listen()
}

// TestEscapeAsNobody runs TestEscape as an ordinary user, as servers run.
func TestEscapeAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	const nobody = 65534
	folder, err := os.MkdirTemp("/tmp", "rostrum-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for from, name := range map[string]string{self: "test", build(t, "escape"): "escape"} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(folder, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(folder, "test"), "-test.run=^TestEscape$", "-test.v")
	cmd.Dir = folder
	cmd.Env = []string{"PATH=/usr/bin:/bin", "TMPDIR=" + folder, asNobody + "=" + folder, "ROSTRUM_TEST_ALL=" + os.Getenv("ROSTRUM_TEST_ALL")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
