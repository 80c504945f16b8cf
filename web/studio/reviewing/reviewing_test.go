package reviewing

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
)

// world has one intervention that is ready, with a floor and a French booth, and a link for its speaker.
type world struct {
	*desktest.World
	t      *testing.T
	now    time.Time
	id     rostrum.InterventionID
	link   rostrum.ReviewLink
	secret string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: desktest.New(t), t: t, now: time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)}
	w.Now = func() time.Time { return w.now }
	w.Desk.Mount(w.Router, Routes(w.Desk, w.Pipeline))
	x := &rostrum.Intervention{Recording: "r1", Title: "Trust", Titles: rostrum.Texts{"fr": "Confiance"}, Speaker: "Grace", Language: "en", State: rostrum.Ready, Revision: 1, Span: rostrum.Span{In: 100, Out: 1100}}
	if err := w.Catalogue.Write(t.Context(), func(tx *catalogue.Tx) error {
		ctx := t.Context()
		m, err := tx.MeetingBySlug(ctx, desktest.Meeting)
		if err != nil {
			return err
		}
		if err := tx.PutRecording(ctx, &rostrum.Recording{ID: "r1", Meeting: m.ID, SHA256: "00", State: rostrum.Encoded, Rate: rostrum.Rate25, Frames: 5000}); err != nil {
			return err
		}
		x.Meeting, x.MeetingSlug = m.ID, m.Slug
		if err := tx.AddIntervention(ctx, x, "grace"); err != nil {
			return err
		}
		manifest := &rostrum.Manifest{Intervention: x.ID, Revision: 1, Recording: "r1", Rate: "25/1", Span: x.Span, Duration: 40 * time.Second, Files: map[string]rostrum.File{}}
		for _, name := range []string{"floor", "fr"} {
			manifest.Sounds = append(manifest.Sounds, rostrum.Sound{Channel: name, Language: rostrum.Language(map[string]string{"floor": "en", "fr": "fr"}[name]), Quality: rostrum.FullSound, Playlist: name + ".m3u8",
				Stream: rostrum.Stream{Clock: 48000, Codecs: "mp4a.40.2", Segments: []rostrum.Segment{{Name: name + ".m4s", Time: 48000, Bytes: 5}}}})
		}
		for _, name := range []string{"floor.m3u8", "floor.m4s", "fr.m3u8", "fr.m4s", rostrum.MasterName, "video.mp4", "video-fr.mp4"} {
			key := "interventions/" + string(x.ID) + "/1/1/" + name
			manifest.Files[name] = rostrum.File{Key: key, Type: "video/mp4", Bytes: 5}
			if _, err := w.Store.Put(ctx, key, strings.NewReader("bytes"), 5); err != nil {
				return err
			}
		}
		if err := tx.AddRevision(ctx, x.ID, 1, x.Span, w.now); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, x.ID, 1)
		if err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, manifest, 0)
	}); err != nil {
		t.Fatal(err)
	}
	w.id = x.ID
	var err error
	if w.link, w.secret, err = w.NewReviewLink(t.Context(), x.ID, "", 0, "Sami"); err != nil {
		t.Fatal(err)
	}
	return w
}

// ask makes a request, as form when there is one, and gives the answer with its body read.
func (w *world) ask(method, path string, form url.Values) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer, string(body)
}

func TestOpening(t *testing.T) {
	w := newWorld(t)
	answer, body := w.ask("GET", Path(w.secret)+"?ui=fr", nil)
	if answer.StatusCode != 200 || !strings.Contains(body, "Confiance") || !strings.Contains(body, `lang="fr"`) {
		t.Fatal(answer.StatusCode, body)
	}
	for key, want := range map[string]string{"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"} {
		if got := answer.Header.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := answer.Header.Get("X-Robots-Tag"); !strings.Contains(got, "noindex") || !strings.Contains(body, "noindex") {
		t.Errorf("search engines are told %q", got)
	}
	if l, err := w.Catalogue.ReviewLink(t.Context(), w.link.ID); err != nil || !l.Opened.Equal(w.now) {
		t.Errorf("opened at %s, %v", l.Opened, err)
	}
	for _, c := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"no such link", "/review/" + strings.Repeat("a", 26) + "?ui=es", 404, "no abre nada"},
		{"its name", "/review/" + w.link.ID, 404, "opens nothing"},
		{"a very long one", "/review/" + strings.Repeat("a", 5000), 404, "opens nothing"},
		{"no such file", Path(w.secret) + "/media/originals", 404, "no such file"},
		{"a way out", Path(w.secret) + "/media/..%2F..%2F..%2Foriginals%2Fr1", 404, ""},
		{"a file of another link", "/review/x/media/video.mp4", 404, "no such"},
	} {
		answer, body := w.ask("GET", c.path, nil)
		if answer.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", c.name, answer.StatusCode, body)
		}
	}
	w.now = w.link.Expires
	answer, body = w.ask("GET", Path(w.secret)+"?ui=ar", nil)
	if answer.StatusCode != 410 || !strings.Contains(body, "لم يعد هذا الرابط صالحًا") || !strings.Contains(body, `dir="rtl"`) {
		t.Errorf("when its time is over: %d %s", answer.StatusCode, body)
	}
	if answer, _ = w.ask("GET", Path(w.secret)+"/media/video.mp4", nil); answer.StatusCode != 410 {
		t.Errorf("its media then: %d", answer.StatusCode)
	}
}

// A speaker hears the booths that have agreed to anybody, and no others.
func TestBoothsInReview(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		kind   rostrum.ConsentKind
		status int
	}{{"", 404}, {rostrum.ConsentRefused, 404}, {rostrum.ConsentPartners, 200}, {rostrum.ConsentPublic, 200}} {
		if err := w.Catalogue.Write(context.Background(), func(tx *catalogue.Tx) error {
			x, err := tx.LockIntervention(t.Context(), w.id)
			if err != nil {
				return err
			}
			x.Booths = map[string]rostrum.Consent{"fr": {Kind: c.kind}}
			return tx.PutIntervention(t.Context(), x)
		}); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]int{"fr.m3u8": c.status, "fr.m4s": c.status, "video-fr.mp4": c.status, "floor.m3u8": 200, "floor.m4s": 200, "video.mp4": 200, rostrum.MasterName: 200} {
			answer, body := w.ask("GET", Path(w.secret)+"/media/"+name, nil)
			if answer.StatusCode != want {
				t.Errorf("%q, %s: %d", c.kind, name, answer.StatusCode)
			}
			if want == 200 && answer.Header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s may be kept: %q", name, answer.Header.Get("Cache-Control"))
			}
			if name == rostrum.MasterName && c.status == 404 && (strings.Contains(body, "fr.m3u8") || !strings.Contains(body, "floor.m3u8")) {
				t.Errorf("%q: the playlist is %s", c.kind, body)
			}
		}
	}
}

func TestSaying(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name string
		form url.Values
		says string // in French
	}{
		{"nothing", url.Values{"kind": {"comment"}}, "ce qu’il faut changer"},
		{"no time", url.Values{"kind": {"comment"}, "text": {"x"}, "at": {"soon"}}, "pas un temps"},
		{"after the end", url.Values{"kind": {"comment"}, "text": {"x"}, "at": {"0:41"}}, "dure 0:40"},
		{"no kind", url.Values{"kind": {"burn"}, "text": {"<b>x</b>"}}, "Vérifiez les champs"},
		{"long", url.Values{"kind": {"comment"}, "text": {strings.Repeat("é", 4001)}}, "trop long"},
		{"a cut far away", url.Values{"kind": {"cut"}, "begin": {"-0:31"}}, "30 secondes"},
		{"a cut that is none", url.Values{"kind": {"cut"}}, "nouveau début"},
		{"a cut in words of time", url.Values{"kind": {"cut"}, "end": {"x"}}, "pas un temps"},
		{"swapped", url.Values{"kind": {"cut"}, "begin": {"0:25"}, "end": {"0:20"}}, "après la nouvelle fin"},
	} {
		answer, body := w.ask("POST", Path(w.secret)+"?ui=fr", c.form)
		if answer.StatusCode != 400 || !strings.Contains(body, c.says) || strings.Contains(body, "<b>x</b>") {
			t.Errorf("%s: %d, want %q in %s", c.name, answer.StatusCode, c.says, body)
		}
	}
	for _, form := range []url.Values{{"kind": {"comment"}, "text": {"The name is wrong."}, "at": {"0:04"}}, {"kind": {"cut"}, "begin": {"−0:02"}}, {"kind": {"approve"}, "at": {""}}} {
		answer, _ := w.ask("POST", Path(w.secret)+"?ui=fr", form)
		if to := answer.Header.Get("Location"); answer.StatusCode != 303 || !strings.HasPrefix(to, desktest.Base+Path(w.secret)+"?said="+form.Get("kind")+"&ui=fr") {
			t.Errorf("%v: %d to %q", form, answer.StatusCode, to)
		}
	}
	_, body := w.ask("GET", Path(w.secret)+"?said=approve", nil)
	for _, want := range []string{"Your approval has been passed on", "The name is wrong.", "−0:02 – 0:40"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// A form on another site can't speak for whoever has the link open.
	r, _ := http.NewRequestWithContext(t.Context(), "POST", w.URL+Path(w.secret), strings.NewReader("kind=approve"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 403 {
		t.Errorf("from another site: %d", answer.StatusCode)
	}
	if all, err := w.Catalogue.Comments(t.Context(), w.id); err != nil || len(all) != 3 {
		t.Errorf("%d comments, %v", len(all), err)
	}
}

func TestGuessing(t *testing.T) {
	w := newWorld(t)
	for range mostMisses {
		w.ask("GET", "/review/nosuch", nil)
	}
	if answer, _ := w.ask("GET", "/review/nosuch", nil); answer.StatusCode != 429 {
		t.Errorf("after %d guesses: %d", mostMisses, answer.StatusCode)
	}
	w.now = w.now.Add(missesFor + time.Second)
	if answer, _ := w.ask("GET", Path(w.secret), nil); answer.StatusCode != 200 {
		t.Errorf("later: %d", answer.StatusCode)
	}
}

func TestMoment(t *testing.T) {
	for s, want := range map[string]time.Duration{"": 0, "83": 83 * time.Second, "1:23": 83 * time.Second, " 1:02:03 ": 3723 * time.Second, "-0:05": -5 * time.Second, "−5": -5 * time.Second, "0:04,5": 4500 * time.Millisecond} {
		if got, said, ok := moment(s); got != want || !ok || said != (s != "") {
			t.Errorf("%q is %s, %t, %t", s, got, said, ok)
		}
	}
	for _, s := range []string{"x", "1:", ":", "1:2:3:4", "1m", "--5", "1:99", "1e9", "1.5:00", "999999999999999999999", "1:-2", "NaN", "0x5"} {
		if got, _, ok := moment(s); ok {
			t.Errorf("%q is %s", s, got)
		}
	}
}
