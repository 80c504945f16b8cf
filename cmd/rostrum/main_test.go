package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// These tests run the compiled program as a person or a script does: ROSTRUM_TEST_BINARY, or else one
// that is built here. They need ffmpeg with flite, and the built assets.

func TestMain(m *testing.M) { os.Exit(testAll(m)) }

func testAll(m *testing.M) int {
	folder, err := os.MkdirTemp("", "rostrum-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	if os.Getenv("ROSTRUM_TEST_BINARY") == "" {
		name := filepath.Join(folder, "rostrum")
		if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the program: %v\n%s", err, out)
			return 1
		}
		os.Setenv("ROSTRUM_TEST_BINARY", name)
	}
	// What the operator of this machine has set is not what is tested.
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "ROSTRUM_") && !strings.HasPrefix(name, "ROSTRUM_TEST_") {
			os.Unsetenv(name)
		}
	}
	os.Setenv("ROSTRUM_TEST_FILMS", folder)
	return m.Run()
}

// need gives an environment variable that names something outside, without which the test can't run.
func need(t *testing.T, name, what string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" && os.Getenv("ROSTRUM_TEST_ALL") == "1" {
		t.Fatalf("%s names no %s", name, what)
	}
	if v == "" {
		t.Skipf("set %s to a %s to run this test", name, what)
	}
	return v
}

// A film is a recording of test pictures with a floor and a French booth, and what comes with it.
type film struct {
	recording, sheet, en, ar string
	spans                    [][2]int // frames, as the sheet has them
}

// The sheet of both films, in frames at 25 a second. The first two have an edge at both ends and a whole
// segment (100 frames) between them; the third begins on a boundary.
const filmSheet = `in	out	title	speaker	language	consent
00:00:01:07	00:00:10:11	Water meters	Grace Mfano	en	public
00:00:11:00	00:00:17:21	Open networks	Amal Mithal	en	public
00:00:20:00	00:00:23:24	Standards	Li Yangben	en	public
`

var filmSpans = [][2]int{{32, 261}, {275, 446}, {500, 599}}

const filmSeconds = 24

// cueAt is the caption at a second of the recording; each lasts two.
func cueAt(prefix string, second float64) string {
	return fmt.Sprintf("%s %d", prefix, int(second)/2+1)
}

func captionsFile(prefix, format string) string {
	var b strings.Builder
	comma := ","
	if format == "vtt" {
		b.WriteString("WEBVTT\n\n")
		comma = "."
	}
	for s := 0; s < filmSeconds; s += 2 {
		if format == "srt" {
			fmt.Fprintln(&b, s/2+1)
		}
		fmt.Fprintf(&b, "00:00:%02d%s000 --> 00:00:%02d%s000\n%s\n\n", s, comma, s+2, comma, cueAt(prefix, float64(s)))
	}
	return b.String()
}

var largeFilm = sync.OnceValues(func() (film, error) { return makeFilm("large", "640x360") })
var smallFilm = sync.OnceValues(func() (film, error) { return makeFilm("small", "160x120") })

func filmOf(t *testing.T, made func() (film, error)) film {
	t.Helper()
	f, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func makeFilm(name, size string) (film, error) {
	folder := filepath.Join(os.Getenv("ROSTRUM_TEST_FILMS"), name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return film{}, err
	}
	f := film{filepath.Join(folder, "recording.mov"), filepath.Join(folder, "sheet.csv"), filepath.Join(folder, "en.srt"), filepath.Join(folder, "ar.vtt"), filmSpans}
	for path, text := range map[string]string{f.sheet: filmSheet, f.en: captionsFile("Line", "srt"), f.ar: captionsFile("السطر", "vtt")} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return film{}, err
		}
	}
	voice := func(who, said string) []string {
		return []string{"-f", "lavfi", "-i", "flite=voice=" + who + ":text='" + said + "'"}
	}
	args := []string{"-v", "error", "-nostdin", "-f", "lavfi", "-i", fmt.Sprintf("testsrc=s=%s:r=25:d=%d", size, filmSeconds)}
	args = append(args, voice("slt", "Thank you Chair. I speak for a company of twenty three people and we build water meters.")...)
	args = append(args, voice("kal16", "French interpretation. This voice is a stand in.")...)
	repeat := fmt.Sprintf("aresample=48000,aloop=-1:1000000,atrim=0:%d", filmSeconds)
	args = append(args, "-filter_complex", "[1]"+repeat+"[a];[2]"+repeat+"[b]", "-map", "0:v", "-map", "[a]", "-map", "[b]",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", f.recording)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		return film{}, fmt.Errorf("making a film: %v\n%s", err, out)
	}
	return f, nil
}

func (f film) ingest(more ...string) []string {
	return append([]string{"ingest", f.recording, "--meeting", "water-2026", "--create", "--sheet", f.sheet}, more...)
}

// An outcome is how a run of the program ended.
type outcome struct {
	code     int
	out, err string
}

func command(data string, args ...string) *exec.Cmd {
	c := exec.Command(os.Getenv("ROSTRUM_TEST_BINARY"), args...)
	c.Env = append(os.Environ(), "ROSTRUM_DATA="+data)
	c.WaitDelay = 10 * time.Second
	return c
}

// execute runs a command to its end.
func execute(t *testing.T, data string, args ...string) outcome {
	t.Helper()
	return finish(t, command(data, args...))
}

func finish(t *testing.T, c *exec.Cmd) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(6*time.Minute, func() { c.Process.Kill() })
	defer late.Stop()
	c.Wait()
	return outcome{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// done is for a run that must go well.
func done(t *testing.T, data string, args ...string) outcome {
	t.Helper()
	o := execute(t, data, args...)
	if o.code != 0 {
		t.Fatalf("%q ended with %d:\n%s\n%s", args, o.code, o.err, o.out)
	}
	return o
}

// printed is the document of --json, as scripts know it.
type printed struct {
	Recording struct {
		ID       string   `json:"id"`
		Name     string   `json:"name"`
		SHA256   string   `json:"sha256"`
		Rate     string   `json:"rate"`
		Frames   int      `json:"frames"`
		State    string   `json:"state"`
		Progress float64  `json:"progress"`
		Failure  string   `json:"failure"`
		Notices  []string `json:"notices"`
		Channels []struct {
			Name   string `json:"name"`
			File   string `json:"file"`
			Place  string `json:"place"`
			Offset int    `json:"offset_ms"`
			Tail   int    `json:"tail_ms"`
		} `json:"channels"`
	} `json:"recording"`
	Interventions []printedIntervention `json:"interventions"`
	Error         *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

type printedIntervention struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Speaker  string    `json:"speaker"`
	In       int       `json:"in"`
	Out      int       `json:"out"`
	Timecode [2]string `json:"timecode"`
	State    string    `json:"state"`
	Revision int       `json:"revision"`
	Encoded  int       `json:"encoded_frames"`
	Page     string    `json:"page"`
	Failure  string    `json:"failure"`
	Notices  []string  `json:"notices"`
	Quality  *struct {
		Grade    string `json:"grade"`
		Findings []struct {
			Check   string `json:"check"`
			Grade   string `json:"grade"`
			Channel string `json:"channel"`
			Text    string `json:"text"`
		} `json:"findings"`
	} `json:"quality"`
	Outputs *struct {
		Master   string            `json:"master"`
		MP4      string            `json:"mp4"`
		Audio    string            `json:"audio"`
		Poster   string            `json:"poster"`
		Captions map[string]string `json:"captions"`
	} `json:"outputs"`
}

// document reads the one JSON document that a command printed.
func document(t *testing.T, text string) printed {
	t.Helper()
	var p printed
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("more than one document:\n%s", text)
	}
	return p
}

// A service is a running "rostrum serve".
type service struct {
	t       *testing.T
	c       *exec.Cmd
	url     string
	mu      sync.Mutex
	said    bytes.Buffer
	drained chan struct{}
}

// serve starts the program on a free port and waits until it says where it is.
func serve(t *testing.T, data string) *service { return serveAs(t, data, "serve") }

func serveAs(t *testing.T, data, as string) *service {
	t.Helper()
	s := &service{t: t, c: command(data, as, "--listen", "127.0.0.1:0"), drained: make(chan struct{})}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.c.Stderr = write
	if err := s.c.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(s.stop)
	there := make(chan string, 1)
	go func() {
		defer close(s.drained)
		defer read.Close()
		told := false
		buffer := make([]byte, 4096)
		for {
			n, err := read.Read(buffer)
			s.mu.Lock()
			s.said.Write(buffer[:n])
			_, after, found := strings.Cut(s.said.String(), "Rostrum is at ")
			s.mu.Unlock()
			if address, _, whole := strings.Cut(after, "\n"); found && whole && !told {
				told = true
				there <- address
			}
			if err != nil {
				if !told {
					close(there)
				}
				return
			}
		}
	}()
	select {
	case s.url = <-there:
	case <-time.After(30 * time.Second):
	}
	if s.url == "" {
		t.Fatalf("serve did not start:\n%s", s.log())
	}
	return s
}

func (s *service) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// stop ends it as a service manager does, and expects it to end well.
func (s *service) stop() {
	if s.c.ProcessState != nil {
		return
	}
	s.c.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(40*time.Second, func() { s.c.Process.Kill() })
	defer late.Stop()
	err := s.c.Wait()
	<-s.drained
	if err != nil {
		s.t.Errorf("serve ended with %v:\n%s", err, s.log())
	}
}

// status asks for an address and gives the HTTP status.
func (s *service) status(address string) int {
	s.t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	r, err := client.Get(s.url + address)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	io.Copy(io.Discard, r.Body)
	return r.StatusCode
}

func (s *service) wantStatus(want int, addresses ...string) {
	s.t.Helper()
	for _, a := range addresses {
		if got := s.status(a); got != want {
			s.t.Errorf("%s answers %d, want %d", a, got, want)
		}
	}
}

// packets counts the packets of one kind (v, a) in a media file.
func packets(t *testing.T, kind, address string) int {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-count_packets", "-select_streams", kind+":0", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", address).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe: %v\n%s", err, out)
	}
	n, err := strconv.Atoi(strings.Trim(strings.TrimSpace(string(out)), ","))
	if err != nil {
		t.Fatalf("ffprobe says %q", out)
	}
	return n
}

// files gives all regular files below a folder, relative to it.
func files(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err == nil && d.Type().IsRegular() {
			name, _ := filepath.Rel(folder, path)
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
