package catalogue

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rostrum"
)

// everywhere runs a test on SQLite and on Postgres, each time on an empty database of its own, that
// open opens again and again.
func everywhere(t *testing.T, f func(t *testing.T, open func() (*Catalogue, error))) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		f(t, func() (*Catalogue, error) { return Open(t.Context(), "", folder) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		setting := ownDatabase(t)
		f(t, func() (*Catalogue, error) { return Open(t.Context(), setting, "") })
	})
}

// ownDatabase makes a database on the server at ROSTRUM_TEST_POSTGRES, which goes with the test.
func ownDatabase(t *testing.T) string {
	t.Helper()
	at := os.Getenv("ROSTRUM_TEST_POSTGRES")
	if at == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_POSTGRES must be the address of a Postgres server on which databases may be made")
		}
		t.Skip("ROSTRUM_TEST_POSTGRES names no Postgres server, so only SQLite is tested")
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	server, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	name := "catalogue_" + NewID()
	if _, err := server.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := server.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		server.Close(context.Background())
	})
	u.Path = "/" + name
	return u.String()
}

// onEmpty is everywhere with the catalogue opened once.
func onEmpty(t *testing.T, f func(t *testing.T, c *Catalogue)) {
	everywhere(t, func(t *testing.T, open func() (*Catalogue, error)) {
		c, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		f(t, c)
	})
}

func write(t *testing.T, c *Catalogue, f func(*Tx) error) {
	t.Helper()
	if err := c.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, what string, err error, want rostrum.Code) {
	t.Helper()
	if got := rostrum.ErrorCode(err); got != want {
		t.Errorf("%s: code %q, want %q (%v)", what, got, want, err)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

var day = time.Date(2026, 3, 14, 9, 26, 53, 589e6, time.UTC)

func sampleMeeting() rostrum.Meeting {
	return rostrum.Meeting{Slug: "cxo-2026", Series: "cxo", Kind: "CxO", Title: rostrum.Texts{"en": "CxO", "ar": "اجتماع"}, Intro: rostrum.Texts{"en": "An 'intro'"},
		Place: "Genève", Country: "CH", Starts: "2026-03-14", Ends: "2026-03-15", TimeZone: "Europe/Zurich",
		Agenda: []rostrum.AgendaItem{{Number: "2", Title: rostrum.Texts{"en": "Second comes first"}}, {Number: "1", Title: rostrum.Texts{"fr": "Un"}}}}
}

func sampleRecording(m rostrum.MeetingID, id rostrum.RecordingID) *rostrum.Recording {
	return &rostrum.Recording{ID: id, Meeting: m, Name: "day 1.mov", SHA256: rostrum.Digest(id), Bytes: 200 << 30, State: rostrum.Received, Received: day}
}

// filled makes a meeting with one recording.
func filled(t *testing.T, c *Catalogue) rostrum.MeetingID {
	t.Helper()
	var id rostrum.MeetingID
	write(t, c, func(tx *Tx) (err error) {
		m := sampleMeeting()
		if id, err = tx.PutMeeting(t.Context(), &m); err != nil {
			return err
		}
		return tx.PutRecording(t.Context(), sampleRecording(id, "r1"))
	})
	return id
}

func TestMeetings(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, m := t.Context(), sampleMeeting()
		var id, again rostrum.MeetingID
		write(t, c, func(tx *Tx) (err error) { id, err = tx.PutMeeting(ctx, &m); return err })
		got, err := c.MeetingBySlug(ctx, m.Slug)
		if err != nil {
			t.Fatal(err)
		}
		m.ID = id
		equal(t, "meeting", *got, m)

		m.Title, m.Agenda = rostrum.Texts{"en": "Renamed"}, m.Agenda[1:]
		write(t, c, func(tx *Tx) (err error) { again, err = tx.PutMeeting(ctx, &m); return err })
		got, _ = c.MeetingBySlug(ctx, m.Slug)
		equal(t, "changed meeting", *got, m)
		equal(t, "identity", again, id)

		older := rostrum.Meeting{Slug: "cto-2020", Starts: "2020-01-01", Title: rostrum.Texts{"en": "Old"}}
		write(t, c, func(tx *Tx) error { _, err := tx.PutMeeting(ctx, &older); return err })
		all, err := c.Meetings(ctx)
		if err != nil || len(all) != 2 || all[0].Slug != m.Slug || all[1].Slug != older.Slug {
			t.Errorf("meetings are %v, %v", all, err)
		}
		_, err = c.MeetingBySlug(ctx, "none")
		wantCode(t, "absent", err, rostrum.NotFound)
		wantCode(t, "bad slug", c.Write(ctx, func(tx *Tx) error { _, err := tx.PutMeeting(ctx, &rostrum.Meeting{Slug: "A b"}); return err }), rostrum.Invalid)
		m.Agenda = []rostrum.AgendaItem{{Number: "1"}, {Number: "1"}}
		wantCode(t, "agenda number twice", c.Write(ctx, func(tx *Tx) error { _, err := tx.PutMeeting(ctx, &m); return err }), rostrum.Invalid)
	})
}

func TestStudyPeriods(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		past, running := rostrum.StudyPeriod{Name: "2022-2024", Starts: "2022-03-10", Ends: "2024-10-24"}, rostrum.StudyPeriod{Name: "2025-2028", Starts: "2024-10-25"}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.PutStudyPeriod(ctx, past), tx.PutStudyPeriod(ctx, running), tx.PutSeries(ctx, rostrum.Series{Slug: "cxo"}))
		})
		for day, want := range map[rostrum.Date]rostrum.StudyPeriod{"2022-03-10": past, "2024-10-24": past, "2024-10-25": running, "2027-01-01": running} {
			got, err := c.StudyPeriodOn(ctx, day)
			if err != nil || got != want {
				t.Errorf("on %s: %v, %v", day, got, err)
			}
		}
		_, err := c.StudyPeriodOn(ctx, "2000-01-01")
		wantCode(t, "before all", err, rostrum.NotFound)
	})
}

func TestPeople(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		topic := rostrum.Topic{Slug: "imt-2020", Title: rostrum.Texts{"en": "IMT-2020", "fr": "IMT-2020 (fr)"}, Aliases: []string{"5G", "NR"}}
		organisation := rostrum.Organisation{Slug: "reg", Name: rostrum.Texts{"en": "Regulator"}, Kind: "RTO", Country: "MA", Regions: []string{"AFR", "ARB"}, Website: "https://reg.example"}
		person := rostrum.Person{Slug: "grace", Name: "Grace", Function: "CTO", Organisation: "reg"}
		partner := rostrum.Partner{Slug: "apt", Organisation: "reg", Name: rostrum.Texts{"en": "APT"}, Languages: []rostrum.Language{"en"}, Origins: []string{"https://apt.example"}, Contact: "x@apt.example"}
		put := func() {
			write(t, c, func(tx *Tx) error {
				return errors.Join(tx.PutTopic(ctx, topic), tx.PutOrganisation(ctx, organisation), tx.PutPerson(ctx, person), tx.PutPartner(ctx, partner))
			})
		}
		check := func() {
			topics, e1 := c.Topics(ctx)
			organisations, e2 := c.Organisations(ctx)
			persons, e3 := c.Persons(ctx)
			partners, e4 := c.Partners(ctx)
			if err := errors.Join(e1, e2, e3, e4); err != nil {
				t.Fatal(err)
			}
			equal(t, "topics", topics, []rostrum.Topic{topic})
			equal(t, "organisations", organisations, []rostrum.Organisation{organisation})
			equal(t, "persons", persons, []rostrum.Person{person})
			equal(t, "partners", partners, []rostrum.Partner{partner})
		}
		put()
		check()
		topic.Aliases, organisation.Regions, person.Function, partner.Contact = []string{"5G"}, []string{"ARB"}, "CEO", "y@apt.example"
		put()
		check()
		for _, name := range []string{"IMT-2020", "imt-2020 (FR)", "5g"} {
			if got, err := c.TopicNamed(ctx, name); err != nil || got.Slug != topic.Slug {
				t.Errorf("topic named %q: %v, %v", name, got, err)
			}
		}
		_, err := c.TopicNamed(ctx, "NR")
		wantCode(t, "alias that was removed", err, rostrum.NotFound)
		for what, f := range map[string]func(*Tx) error{
			"topic":        func(tx *Tx) error { return tx.PutTopic(ctx, rostrum.Topic{Slug: "A"}) },
			"organisation": func(tx *Tx) error { return tx.PutOrganisation(ctx, rostrum.Organisation{Slug: ""}) },
			"person":       func(tx *Tx) error { return tx.PutPerson(ctx, rostrum.Person{Slug: "a b"}) },
			"partner":      func(tx *Tx) error { return tx.PutPartner(ctx, rostrum.Partner{Slug: "a/b"}) },
		} {
			wantCode(t, what, c.Write(ctx, f), rostrum.Invalid)
		}
	})
}

func TestRecordings(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		m := filled(t, c)
		x := sampleRecording(m, "r1")
		got, err := c.Recording(ctx, "r1")
		if err != nil {
			t.Fatal(err)
		}
		x.Secret = []byte{}
		equal(t, "received", got, x)

		full := sampleRecording(m, "r2")
		full.State, full.Failure, full.Rate, full.Frames = rostrum.Surveyed, "none", rostrum.Rate2997, 123456
		full.Source = rostrum.Source{Container: "mov", Duration: time.Hour, Video: &rostrum.VideoSource{Codec: "h264", Width: 1920}, Sound: []rostrum.SoundSource{{Stream: 1, Rate: 48000}}, Channels: []rostrum.Channel{{Name: rostrum.Floor}, {Name: "fr", Stream: 2, Pick: []int{1}}}, Start: "10:00:00;00"}
		full.Rungs, full.Encoder, full.Secret, full.Notices = rostrum.Ladder(1920, 1080), "x264 …", []byte{0, 1, 255}, []string{"a notice"}
		full.Received = day.Add(time.Hour)
		write(t, c, func(tx *Tx) error { return tx.PutRecording(ctx, full) })
		got, err = c.RecordingByDigest(ctx, full.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "surveyed", got, full)
		full.State, full.Frames, full.Notices = rostrum.Encoded, 123000, nil
		write(t, c, func(tx *Tx) error { return tx.PutRecording(ctx, full) })
		got, _ = c.Recording(ctx, "r2")
		equal(t, "encoded", got, full)
		all, err := c.Recordings(ctx)
		if err != nil || len(all) != 2 || all[0].ID != "r2" {
			t.Errorf("recordings are %v, %v", all, err)
		}
		twin := sampleRecording(m, "r3")
		twin.SHA256 = full.SHA256
		wantCode(t, "same bytes again", c.Write(ctx, func(tx *Tx) error { return tx.PutRecording(ctx, twin) }), rostrum.Conflict)
		_, err = c.Recording(ctx, "r3")
		wantCode(t, "absent", err, rostrum.NotFound)

		track := CaptionTrack{Recording: "r1", Language: "zh-Hans", Name: "中文.srt", Object: "captions/r1/zh", Cues: 7, Notices: []string{"n"}}
		write(t, c, func(tx *Tx) error { return tx.PutCaptionTrack(ctx, track) })
		track.Cues, track.Object = 9, "captions/r1/zh2"
		write(t, c, func(tx *Tx) error { return tx.PutCaptionTrack(ctx, track) })
		tracks, err := c.CaptionTracks(ctx, "r1")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "tracks", tracks, []CaptionTrack{track})
	})
}

func TestInterventions(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		m := filled(t, c)
		x := &rostrum.Intervention{Meeting: m, MeetingSlug: "cxo-2026", Recording: "r1", AgendaItem: "1", Title: "Écoles", Speaker: "Grace", Function: "CTO", Organisation: "Eta",
			Language: "fr", Topics: []string{"bsg"}, Span: rostrum.Span{In: 10, Out: 99}, State: rostrum.CutState, Revision: 1, Notices: []string{"n"}, WantPublish: true}
		var second rostrum.Intervention
		write(t, c, func(tx *Tx) error {
			if err := tx.AddIntervention(ctx, x, "Écoles d’Éta"); err != nil {
				return err
			}
			second = *x
			second.Span = rostrum.Span{In: 5, Out: 9}
			return tx.AddIntervention(ctx, &second, "Écoles d’Éta")
		})
		equal(t, "slugs", []string{x.Slug, second.Slug}, []string{"ecoles-d-eta", "ecoles-d-eta-2"})
		equal(t, "positions", []int{x.Position, second.Position}, []int{1, 2})
		got, err := c.Intervention(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "added", got, x)

		x.State, x.Failure, x.PublishedRevision, x.Published, x.Withdrawn = rostrum.WithdrawnState, "f", 1, day, day.Add(time.Hour)
		x.Title, x.WantPublish, x.Topics, x.Position = "New", false, nil, 3
		write(t, c, func(tx *Tx) error { return tx.PutIntervention(ctx, x) })
		got, err = c.InterventionAt(ctx, "cxo-2026", x.Slug)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "changed", got, x)
		ids := func(list []*rostrum.Intervention, err error) (ids []rostrum.InterventionID) {
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list {
				ids = append(ids, i.ID)
			}
			return ids
		}
		equal(t, "of meeting", ids(c.InterventionsOfMeeting(ctx, m)), []rostrum.InterventionID{second.ID, x.ID})
		equal(t, "of recording", ids(c.InterventionsOfRecording(ctx, "r1")), []rostrum.InterventionID{second.ID, x.ID})
		_, err = c.InterventionAt(ctx, "other", x.Slug)
		wantCode(t, "in another meeting", err, rostrum.NotFound)

		consents := []rostrum.Consent{
			{Kind: rostrum.ConsentPublic, By: "Ann", How: "form", At: day},
			{Kind: rostrum.ConsentEmbargo, Until: day.Add(time.Hour), By: "Bo", How: "e-mail", At: day}, // in the same millisecond
			{Kind: rostrum.ConsentRefused, By: "Bo", How: "e-mail", At: day.Add(-time.Hour)},            // entered later, though said earlier
		}
		for _, consent := range consents {
			write(t, c, func(tx *Tx) error { return tx.AddConsent(ctx, x.ID, consent) })
			got, _ := c.Intervention(ctx, x.ID)
			equal(t, "newest consent", got.Consent, consent)
		}
		if got, _ := c.Intervention(ctx, second.ID); got.Consent != (rostrum.Consent{}) {
			t.Errorf("consent of the other is %v", got.Consent)
		}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.Log(ctx, Entry{day.Add(1e9), "bo", "withdraw", string(x.ID), "why"}), tx.Log(ctx, Entry{day, "ann", "publish", string(x.ID), ""}))
		})
		log, err := c.AuditOf(ctx, string(x.ID))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "audit", log, []Entry{{day, "ann", "publish", string(x.ID), ""}, {day.Add(1e9), "bo", "withdraw", string(x.ID), "why"}})

		share := rostrum.Share{ID: "s1", Partner: "apt", Intervention: x.ID, Created: day}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.PutPartner(ctx, rostrum.Partner{Slug: "apt"}), tx.PutShare(ctx, share))
		})
		share.Expires, share.Revoked = day.Add(time.Hour), day.Add(time.Minute)
		write(t, c, func(tx *Tx) error { return tx.PutShare(ctx, share) })
		shares, err := c.Shares(ctx, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "shares", shares, []rostrum.Share{share})
	})
}

func TestRevisionsAreFenced(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		x := &rostrum.Intervention{Meeting: filled(t, c), Recording: "r1"}
		span := rostrum.Span{In: 1, Out: 100}
		var first, second int64
		write(t, c, func(tx *Tx) (err error) {
			if err := tx.AddIntervention(ctx, x, "x"); err != nil {
				return err
			}
			return tx.AddRevision(ctx, x.ID, 1, span, day)
		})
		got, err := c.Revision(ctx, x.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "added", got, &rostrum.Revision{Intervention: x.ID, Number: 1, Span: span, State: rostrum.Rendering, Created: day})
		write(t, c, func(tx *Tx) (err error) { first, err = tx.StartRevision(ctx, x.ID, 1); return err })
		write(t, c, func(tx *Tx) (err error) { second, err = tx.StartRevision(ctx, x.ID, 1); return err })
		write(t, c, func(tx *Tx) error { return tx.FailRevision(ctx, x.ID, 1, "no room") })
		if got, _ = c.Revision(ctx, x.ID, 1); got.State != rostrum.InterventionFailed || got.Failure != "no room" {
			t.Errorf("failed revision is %+v", got)
		}
		m := &rostrum.Manifest{Intervention: x.ID, Revision: 1, Recording: "r1", Rate: "25/1", Span: span, Duration: 4 * time.Second,
			Files: map[string]rostrum.File{"a.m4s": {Key: "k", Type: "video/mp4", Bytes: 3, Shared: true}}}
		wantCode(t, "old fence", c.Write(ctx, func(tx *Tx) error { return tx.FinishRevision(ctx, first, m, 9) }), rostrum.Conflict)
		write(t, c, func(tx *Tx) error { return tx.FinishRevision(ctx, second, m, 9) })
		got, _ = c.Revision(ctx, x.ID, 1)
		equal(t, "finished", got, &rostrum.Revision{Intervention: x.ID, Number: 1, Span: span, State: rostrum.Ready, Manifest: m, EncodedFrames: 9, Created: day})
		_, err = c.Revision(ctx, x.ID, 2)
		wantCode(t, "absent", err, rostrum.NotFound)
		wantCode(t, "start of an absent one", c.Write(ctx, func(tx *Tx) error { _, err := tx.StartRevision(ctx, x.ID, 2); return err }), rostrum.NotFound)
		wantCode(t, "the number again", c.Write(ctx, func(tx *Tx) error { return tx.AddRevision(ctx, x.ID, 1, span, day) }), rostrum.Conflict)
	})
}

func TestWriteIsAllOrNothing(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx, m, mine := t.Context(), sampleMeeting(), errors.New("mine")
		err := c.Write(ctx, func(tx *Tx) error {
			if _, err := tx.PutMeeting(ctx, &m); err != nil {
				return err
			}
			if _, err := tx.MeetingBySlug(ctx, m.Slug); err != nil {
				t.Error("the transaction does not see its own meeting:", err)
			}
			if _, err := c.MeetingBySlug(ctx, m.Slug); rostrum.ErrorCode(err) != rostrum.NotFound {
				t.Error("others see what is not committed:", err)
			}
			return mine
		})
		if !errors.Is(err, mine) {
			t.Errorf("the error is %v", err)
		}
		_, err = c.MeetingBySlug(ctx, m.Slug)
		wantCode(t, "after the rollback", err, rostrum.NotFound)
		if err := c.Ping(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, open func() (*Catalogue, error)) {
		for range 2 { // the second finds the tables there
			c, err := open()
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			filled(t, c)
		}
		c, err := open()
		if err != nil {
			t.Fatal(err)
		}
		write(t, c, func(tx *Tx) error {
			_, err := tx.exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, 9999, true)
			return err
		})
		c.Close()
		c, err = open()
		if err == nil {
			c.Close()
		}
		wantCode(t, "newer", err, rostrum.Refused)
		if err != nil && !strings.Contains(rostrum.ErrorMessage(err), "9999") {
			t.Errorf("the sentence is %q", rostrum.ErrorMessage(err))
		}
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, setting string
		prepare       func(folder string) error
		below         string // of the folder, which Open is given
		code          rostrum.Code
		says          string
	}{
		{"damaged", "", func(f string) error {
			return os.WriteFile(filepath.Join(f, "rostrum.db"), []byte(strings.Repeat("this is no database ", 1000)), 0o600)
		}, "", rostrum.Unavailable, "damaged"},
		{"file can't be opened", "", func(f string) error { return os.Mkdir(filepath.Join(f, "rostrum.db"), 0o700) }, "", rostrum.Unavailable, "can't be written"},
		{"folder is a file", "", func(f string) error { return os.WriteFile(filepath.Join(f, "x"), nil, 0o600) }, "x", rostrum.Unavailable, "can't be made"},
		{"unknown setting", "mysql://x", nil, "", rostrum.Invalid, "postgres://"},
		{"bad address", "postgres://x:y:z", nil, "", rostrum.Invalid, "address of PostgreSQL"},
		{"nobody answers", "postgres://u@127.0.0.1:1/x?connect_timeout=2", nil, "", rostrum.Unavailable, "does not answer"},
		{"file can't be written", "", readOnlyDatabase, "", rostrum.Unavailable, "can't be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			if c.prepare != nil {
				if err := c.prepare(folder); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Open(t.Context(), c.setting, filepath.Join(folder, c.below))
			if err == nil {
				got.Close()
			}
			wantCode(t, "code", err, c.code)
			message := rostrum.ErrorMessage(err)
			if !strings.Contains(message, c.says) || strings.Contains(message, folder) {
				t.Errorf("the sentence is %q", message)
			}
		})
	}
}

// readOnlyDatabase makes a database that says of itself, by a version that only a newer SQLite may
// write, that it can be read only: rights of files do not hold for root, as whom tests may run.
func readOnlyDatabase(folder string) error {
	file := filepath.Join(folder, "rostrum.db")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	if _, err := db.Exec(`CREATE TABLE x (y TEXT)`); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte{3, 1}, 18); err != nil { // the write version, and the read version (SQLite file format, 1.3.3)
		return err
	}
	return f.Close()
}
