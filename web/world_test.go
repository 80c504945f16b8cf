package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// A world is a catalogue and a store with one meeting, and the handler on them.
type world struct {
	t       *testing.T
	c       *catalogue.Catalogue
	store   objects.Store
	handler http.Handler
	now     time.Time
	log     *bytes.Buffer
	meeting rostrum.MeetingID
}

func newWorld(t *testing.T, publicURL string) *world {
	t.Helper()
	w := &world{t: t, now: noon, log: &bytes.Buffer{}}
	var err error
	if w.c, err = catalogue.Open(t.Context(), "", t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.c.Close() })
	if w.store, err = objects.OpenFolder(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	w.handler = New(Config{Catalogue: w.c, Store: w.store, PublicURL: publicURL, Now: func() time.Time { return w.now },
		Logger: slog.New(slog.NewTextHandler(w.log, nil)), Version: "1.2.3"})
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		m := &rostrum.Meeting{Slug: "cxo-2026", Title: rostrum.Texts{"en": "CxO meeting", "fr": "Réunion CxO"}, Place: "Geneva", Starts: "2026-03-10", Ends: "2026-03-10",
			Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Schools"}}}}
		if w.meeting, err = tx.PutMeeting(ctx, m); err != nil {
			return err
		}
		if err := tx.PutTopic(ctx, rostrum.Topic{Slug: "imt-2020", Title: rostrum.Texts{"en": "IMT-2020"}, Aliases: []string{"5G"}}); err != nil {
			return err
		}
		return tx.PutRecording(ctx, &rostrum.Recording{ID: "r1", Meeting: w.meeting, SHA256: "00"})
	})
	return w
}

func (w *world) write(f func(context.Context, *catalogue.Tx) error) {
	w.t.Helper()
	if err := w.c.Write(w.t.Context(), func(tx *catalogue.Tx) error { return f(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

const (
	segmentName = "v720-k3v9q2x7m4n8p1r5t6y0.m4s"
	initName    = "init-a1b2c3d4e5f6a7b8.mp4"
)

var video = bytes.Repeat([]byte("0123456789"), 100)

// add makes an intervention with consent and a ready revision, published unless state says otherwise.
// Its own segment is named after it.
func (w *world) add(slug string, state rostrum.InterventionState, consent rostrum.Consent) *rostrum.Intervention {
	w.t.Helper()
	i := &rostrum.Intervention{Meeting: w.meeting, MeetingSlug: "cxo-2026", Recording: "r1", AgendaItem: "1", Title: "On " + slug, Speaker: "Ĝrace Mfano",
		Function: "CTO", Organisation: "Eta", Language: "fr", Topics: []string{"5G"}, State: state, Revision: 1,
		Booths: map[string]rostrum.Consent{"en": public}}
	if state == rostrum.Published || state == rostrum.WithdrawnState {
		i.PublishedRevision, i.Published = 1, noon
	}
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		if err := tx.AddIntervention(ctx, i, slug); err != nil {
			return err
		}
		if err := tx.AddRevision(ctx, i.ID, 1, rostrum.Span{In: 0, Out: 100}, noon); err != nil {
			return err
		}
		if consent.Kind != "" {
			if err := tx.AddConsent(ctx, i.ID, consent); err != nil {
				return err
			}
		}
		fence, err := tx.StartRevision(ctx, i.ID, 1)
		if err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, w.manifest(i), 0)
	})
	return i
}

func (w *world) manifest(i *rostrum.Intervention) *rostrum.Manifest {
	var poster bytes.Buffer
	if err := jpeg.Encode(&poster, image.NewGray(image.Rect(0, 0, 320, 180)), nil); err != nil {
		w.t.Fatal(err)
	}
	m := &rostrum.Manifest{Intervention: i.ID, Revision: 1, Rate: "25/1", Duration: 2 * time.Minute, Files: map[string]rostrum.File{},
		Pictures: []rostrum.Picture{{Rung: rostrum.Rung{Width: 1280, Height: 720}}},
		Sounds: []rostrum.Sound{{Channel: rostrum.Floor, Language: "fr", Quality: rostrum.FullSound}, {Channel: "en", Language: "en", Quality: rostrum.FullSound},
			{Channel: rostrum.Floor, Language: "fr", Quality: rostrum.SmallSound}},
		Silent:   []rostrum.Language{"ru"},
		Captions: []rostrum.CaptionSlice{{Language: "en", VTT: "en.vtt", SRT: "en.srt"}, {Language: "fr", VTT: "fr.vtt", SRT: "fr.srt"}}}
	for name, f := range map[string]struct {
		kind   string
		body   string
		shared bool
	}{
		rostrum.MasterName:                         {"application/vnd.apple.mpegurl", "#EXTM3U\n" + segmentName, false},
		rostrum.MP4Name:                            {"video/mp4", string(video), false},
		rostrum.AudioName:                          {"audio/mp4", "sound", false},
		rostrum.NameIn(rostrum.MP4Name, "en"):      {"video/mp4", string(video), false},
		rostrum.NameIn(rostrum.SmallMP4Name, "en"): {"video/mp4", string(video), false},
		rostrum.NameIn(rostrum.OpusName, "en"):     {"audio/ogg", "sound", false},
		rostrum.PosterName:                         {"image/jpeg", poster.String(), false},
		rostrum.SmallPosterName:                    {"image/jpeg", poster.String(), false},
		"en.vtt":                                   {"text/vtt; charset=utf-8", "WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning.\n", false},
		"fr.vtt":                                   {"text/vtt; charset=utf-8", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Grace>Bonjour <b>à tous</b>.\n\n00:03.000 --> 00:04.000\n<v Chair><lang en>Thank you.</lang>\n", false},
		"fr.srt":                                   {"application/x-subrip", "1\n00:00:01,000 --> 00:00:02,000\nBonjour\n", false},
		segmentName:                                {"video/mp4", string(video), true},
		initName:                                   {"video/mp4", "init", false},
		"only-" + i.Slug + "-0a1b2c3d4e5f6a7b8.m4s": {"video/mp4", "edge of " + i.Slug, false},
		"lost.m4a": {"audio/mp4", "", false},
	} {
		key := "i/" + string(i.ID) + "/" + name
		file := rostrum.File{Key: key, Type: f.kind, Bytes: int64(len(f.body)), Shared: f.shared}
		if !f.shared {
			sum := sha256.Sum256([]byte(f.body))
			file.SHA256 = rostrum.Digest(hex.EncodeToString(sum[:]))
		}
		m.Files[name] = file
		if name == "lost.m4a" {
			continue
		}
		if _, err := w.store.Put(w.t.Context(), key, strings.NewReader(f.body), int64(len(f.body))); err != nil {
			w.t.Fatal(err)
		}
	}
	return m
}

// get asks for an address; headers are pairs.
func (w *world) get(address string, headers ...string) *httptest.ResponseRecorder {
	return w.ask("GET", address, headers...)
}

func (w *world) ask(method, address string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a := httptest.NewRecorder()
	w.handler.ServeHTTP(a, r)
	return a
}

func status(t *testing.T, what string, a *httptest.ResponseRecorder, want int) {
	t.Helper()
	if a.Code != want {
		t.Errorf("%s: status %d, want %d: %s", what, a.Code, want, strings.TrimSpace(a.Body.String()))
	}
}

func header(t *testing.T, what string, a *httptest.ResponseRecorder, key, want string) {
	t.Helper()
	if got := a.Header().Get(key); !strings.Contains(got, want) || want == "" && got != "" {
		t.Errorf("%s: %s is %q, want %q", what, key, got, want)
	}
}

func contains(t *testing.T, what string, a *httptest.ResponseRecorder, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(a.Body.String(), want) {
			t.Errorf("%s: lacks %q in\n%s", what, want, a.Body)
		}
	}
}

var public = rostrum.Consent{Kind: rostrum.ConsentPublic}

// plainWriter is a ResponseWriter that tells from what kind of reader its body came.
type plainWriter struct {
	header http.Header
	source io.Reader
}

func (p *plainWriter) Header() http.Header         { return p.header }
func (p *plainWriter) WriteHeader(int)             {}
func (p *plainWriter) Write(b []byte) (int, error) { return len(b), nil }
func (p *plainWriter) ReadFrom(r io.Reader) (int64, error) {
	p.source = r
	return io.Copy(io.Discard, r)
}
