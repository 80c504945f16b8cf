package board

import (
	"bufio"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk"
	"rostrum/web/studio/desk/desktest"
)

// TestWords finds an entry for all that the page can say, in both languages.
func TestWords(t *testing.T) {
	var want []string
	templates, err := fs.ReadFile(files, "templates/board.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.(?:T|L\.Count) "([^"]+)"`).FindAllStringSubmatch(string(templates), -1) {
		want = append(want, m[1])
	}
	for state := range classes {
		want = append(want, "state."+string(state))
	}
	for _, state := range []pipeline.BoardState{pipeline.StandsWaiting, pipeline.StandsEmbargo, pipeline.StandsScheduled, pipeline.StandsDenied, pipeline.StandsWithdrawn} {
		want = append(want, "state."+string(state), "count."+string(state))
	}
	for _, state := range []pipeline.BoardState{pipeline.StandsFailed, pipeline.StandsConsent, pipeline.StandsHeld, pipeline.StandsWished, pipeline.StandsSecond, pipeline.StandsReady, pipeline.StandsTakenBack, pipeline.StandsWaiting} {
		want = append(want, "wait."+string(state), "count."+string(state))
	}
	for _, step := range []pipeline.Step{pipeline.TakeStep, pipeline.SurveyStep, pipeline.ListenStep, pipeline.EncodeStep, pipeline.MakeStep} {
		want = append(want, "step."+string(step))
	}
	var keys [2]string
	for i, l := range desk.Languages() {
		locale := desk.NewPages(files).Locale(l)
		for _, key := range want {
			if locale.Word(key) == key {
				t.Errorf("%s has no words for %s", l, key)
			}
		}
		words := map[string]any{}
		data, err := fs.ReadFile(files, "words/"+string(l)+".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &words); err != nil {
			t.Fatal(err)
		}
		keys[i] = strings.Join(locale.Keys(), " ")
	}
	if keys[0] != keys[1] {
		t.Error("the languages do not have the same entries")
	}
}

func TestPageOfANewInstallation(t *testing.T) {
	s := enter(t)
	status, body := s.Call("av", http.MethodGet, "/studio", nil)
	if status != http.StatusOK || strings.Count(body, "<li") < 3 || !strings.Contains(body, "three steps") || strings.Contains(body, `class="waits"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := s.Call("nobody", http.MethodGet, "/studio", nil); status != http.StatusSeeOther {
		t.Errorf("nobody: %d", status)
	}
}

// TestWhoSeesWhat reads the page of each role without scripts.
func TestWhoSeesWhat(t *testing.T) {
	s := enter(t)
	s.busy()
	waits := regexp.MustCompile(`(?s)<section class="waits".*?</section>`)
	for as, x := range map[string]struct{ has, hasNot []string }{
		"av": {[]string{"6 things wait for you", "No picture can be decoded", "Failed while encoding", "Priority displays", "Abstraction and trust", "over the ceiling", "GX010042.MP4", ">Cut<", "workshop.mp4", "line 7 twice", "1 intervention waits for its recording",
			`data-retry="/api/v1/recordings/evening/retry"`, `data-retry="/api/v1/deliveries/refused/retry"`, "/api/v1/recordings/evening/report"}, []string{"needs consent", "can be published", "Radia"}},
		"secretariat": {[]string{"2 things wait for you", "2 interventions need consent", "/studio/release/" + desktest.Meeting, "What a spanning tree taught us", ">Publish<"}, []string{"data-retry", "No picture", "Priority displays"}},
		"admin":       {[]string{"8 things wait for you", "need consent", "No picture can be decoded"}, nil},
		"av2":         {[]string{"workshop.mp4"}, []string{"/api/v1/deliveries/refused/retry"}},
		"reader":      {[]string{"8 things wait for somebody", "turn of: secretariat", "turn of: AV staff"}, []string{"data-retry", ">Publish<", ">Cut<"}},
	} {
		status, body := s.Call(as, http.MethodGet, "/studio?ui=en", nil)
		section := strings.ReplaceAll(waits.FindString(body), `<span class="hidden">`, "<")
		section = regexp.MustCompile(`<: [^<]*</span>`).ReplaceAllString(section, "")
		if status != http.StatusOK || section == "" {
			t.Fatalf("%s: %d %s", as, status, body)
		}
		for _, want := range x.has {
			if !strings.Contains(section, want) {
				t.Errorf("what waits for %s lacks %q:\n%s", as, want, section)
			}
		}
		for _, no := range x.hasNot {
			if strings.Contains(section, no) {
				t.Errorf("what waits for %s has %q:\n%s", as, no, section)
			}
		}
		if has := strings.Contains(body, "/studio/queue"); has != (as == "admin") {
			t.Errorf("%s is shown the queue: %t", as, has)
		}
		if !strings.Contains(body, "Done lately: 1 recording") || !strings.Contains(body, "Opening.mov") {
			t.Errorf("%s does not see what is done", as)
		}
		if left := regexp.MustCompile(`(?:state|count|act|step|wait|turn)\.[a-z]+\b`).FindString(body); left != "" {
			t.Errorf("%s sees the entry %q instead of words", as, left)
		}
	}
}

func TestAddresses(t *testing.T) {
	s := enter(t)
	s.busy()
	for _, x := range []struct {
		as, method, path string
		want             int
	}{
		{"nobody", "GET", "/api/v1/board", 401}, {"reader", "GET", "/api/v1/board", 200}, {"nobody", "GET", "/api/v1/events", 401},
		{"reader", "POST", "/api/v1/recordings/evening/retry", 403}, {"secretariat", "POST", "/api/v1/recordings/evening/retry", 403},
		{"av", "POST", "/api/v1/recordings/morning/retry", 409}, {"av", "POST", "/api/v1/recordings/none/retry", 404},
		{"av", "POST", "/api/v1/recordings/evening/retry", 204}, {"av", "POST", "/api/v1/recordings/evening/retry", 409},
		{"av", "POST", "/api/v1/interventions/none/retry", 404}, {"reader", "POST", "/api/v1/interventions/none/retry", 403},
		{"av2", "POST", "/api/v1/deliveries/refused/retry", 404}, {"av", "POST", "/api/v1/deliveries/sending/retry", 409}, {"av", "POST", "/api/v1/deliveries/refused/retry", 204},
		{"reader", "GET", "/api/v1/recordings/evening/report", 200}, {"reader", "GET", "/api/v1/recordings/none/report", 404}, {"reader", "GET", "/api/v1/interventions/none/report", 404},
		{"av", "GET", "/studio/queue/", 403}, {"admin", "GET", "/studio/queue/", 200}, {"nobody", "GET", "/studio/queue/", 303}, {"admin", "POST", "/studio/queue/api/jobs/cancel", 409},
	} {
		if status, body := s.Call(x.as, x.method, x.path, nil); status != x.want {
			t.Errorf("%s %s %s: %d, want %d: %.300s", x.as, x.method, x.path, status, x.want, body)
		}
	}
	log, err := s.Catalogue.AuditOf(t.Context(), "queue")
	if err != nil || len(log) != 1 || log[0].Who != "Ada Admin" || log[0].Detail != "jobs/cancel" {
		t.Errorf("the audit log of the queue: %+v, %v", log, err)
	}
}

// reading is somebody who follows the events.
type reading struct {
	t      *testing.T
	answer *http.Response
	lines  chan string
	stop   context.CancelFunc
}

func (s *stage) follow(as string) *reading {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	s.t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("As", as)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	x := &reading{s.t, answer, make(chan string, 100), stop}
	go func() {
		defer close(x.lines)
		scanner := bufio.NewScanner(answer.Body)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			x.lines <- scanner.Text()
		}
	}()
	return x
}

// next waits for a line that begins so and gives the rest of it; "ended" when the answer ended first.
func (x *reading) next(begin string) string {
	x.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case line, more := <-x.lines:
			if !more {
				return "ended"
			}
			if strings.HasPrefix(line, begin) {
				return strings.TrimPrefix(line, begin)
			}
		case <-late:
			x.t.Fatalf("no line %q came", begin)
		}
	}
}

func (x *reading) board() (b pipeline.Board) {
	x.t.Helper()
	if err := json.Unmarshal([]byte(x.next("data: ")), &b); err != nil {
		x.t.Fatal(err)
	}
	return b
}

func TestEvents(t *testing.T) {
	s := &stage{World: desktest.New(t), t: t}
	m, err := s.Catalogue.MeetingBySlug(t.Context(), desktest.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	s.meeting = m.ID
	ending := make(chan struct{})
	s.Desk.Ending = ending
	a := &area{Desk: s.Desk, p: s.Pipeline, pages: desk.NewPages(files), console: &console{}, watch: newWatch(s.Board, s.Now, s.Log)}
	a.watch.every, a.watch.beat = 50*time.Millisecond, 100*time.Millisecond
	signedOut := make(chan struct{})
	who := s.Desk.Who
	s.Desk.Who = func(r *http.Request) (rostrum.Actor, error) {
		select {
		case <-signedOut:
			if r.Header.Get("As") == "av2" {
				return rostrum.Actor{}, desk.ErrNotSignedIn
			}
		default:
		}
		return who(r)
	}
	s.Desk.Mount(s.Router, []desk.Route{{Method: http.MethodGet, Path: "/api/v1/events", Act: rostrum.Look, Do: a.follow}, {Method: http.MethodGet, Path: "/api/v1/board", Act: rostrum.Look, Do: a.tell}})
	// A server that gives every answer a moment only.
	server := httptest.NewUnstartedServer(http.StripPrefix(desktest.Base, s.Router))
	server.Config.WriteTimeout = 300 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	s.URL = server.URL + desktest.Base
	s.recording("morning", "a.mov", 4, 1, rostrum.Encoding, "", speech{title: "x", in: 0, out: 1, state: rostrum.Rendering})

	one := s.follow("av")
	if h := one.answer.Header; h.Get("Content-Type") != "text/event-stream" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("headers: %v", h)
	}
	before := one.board()
	if len(before.Recordings) != 1 || before.Recordings[0].State != pipeline.StandsEncoding {
		t.Fatalf("at first: %+v", before)
	}
	two := s.follow("av2")
	two.board()
	if n := a.watch.listening(); n != 2 {
		t.Errorf("%d listen", n)
	}
	s.write(func(ctx context.Context, tx *catalogue.Tx) error { return finishChunk(ctx, tx, "morning", 1) })
	for _, x := range []*reading{one, two} {
		if after := x.board(); after.Recordings[0].Share <= before.Recordings[0].Share {
			t.Errorf("a chunk more: %v after %v", after.Recordings[0].Share, before.Recordings[0].Share)
		}
	}
	if got, want := s.seen("av"), 2; int(got.Recordings[0].Share*100) <= want {
		t.Errorf("once: %+v", got)
	}
	for range 6 { // longer than that moment
		if one.next(": alive") == "ended" {
			t.Fatal("the answer was cut off")
		}
	}
	// Nothing is sent while nothing changes.
	select {
	case line := <-one.lines:
		if strings.HasPrefix(line, "data") {
			t.Errorf("sent again: %s", line)
		}
	default:
	}
	close(signedOut)
	line := two.next("data: ")
	for n := 0; line != "ended" && n < 3; n++ { // what was sent before
		line = two.next("data: ")
	}
	if line != "ended" {
		t.Errorf("after signing out: %s", line)
	}
	s.Until("one listener", func() bool { return a.watch.listening() == 1 })
	one.stop()
	s.Until("no listener", func() bool { return a.watch.listening() == 0 })
	a.watch.mu.Lock()
	if a.watch.stop != nil || a.watch.newest != nil {
		t.Error("it goes on looking though nobody listens")
	}
	a.watch.mu.Unlock()
	three := s.follow("av")
	three.board()
	close(ending)
	if line := three.next("data: "); line != "ended" {
		t.Errorf("after the end: %s", line)
	}
}

// listening says how many listen.
func (w *watch) listening() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.listeners)
}
