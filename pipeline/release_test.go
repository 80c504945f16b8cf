package pipeline_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
)

// shelf is a world whose clock stands, with interventions that were rendered already, on one recording with a floor and two booths. Nothing
// is encoded for it.
type shelf struct {
	*world
	now time.Time
}

func stock(t *testing.T, series rostrum.Series) *shelf {
	t.Helper()
	s := &shelf{open(t), time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)}
	s.Now = func() time.Time { return s.now }
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		if err := tx.PutSeries(ctx, series); err != nil {
			return err
		}
		m, err := tx.MeetingBySlug(ctx, meeting)
		if err != nil {
			return err
		}
		m.Series = series.Slug
		if _, err := tx.PutMeeting(ctx, m); err != nil {
			return err
		}
		return tx.PutRecording(ctx, &rostrum.Recording{ID: "r1", Meeting: m.ID, SHA256: "00", State: rostrum.Encoded, Rate: rostrum.Rate25, Frames: 5000,
			Source: rostrum.Source{Channels: []rostrum.Channel{{Name: rostrum.Floor}, {Name: "fr"}, {Name: "ar"}}}})
	})
	return s
}

func (s *shelf) write(f func(context.Context, *catalogue.Tx) error) {
	s.t.Helper()
	if err := s.Catalogue.Write(context.Background(), func(tx *catalogue.Tx) error { return f(context.Background(), tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// ready adds an intervention of 40 s that is ready.
func (s *shelf) ready(title string) rostrum.InterventionID {
	s.t.Helper()
	x := &rostrum.Intervention{Recording: "r1", Title: title, Speaker: title, State: rostrum.Ready, Revision: 1, Span: rostrum.Span{In: 1000, Out: 2000}}
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		m, err := tx.MeetingBySlug(ctx, meeting)
		if err != nil {
			return err
		}
		x.Meeting, x.MeetingSlug = m.ID, m.Slug
		return tx.AddIntervention(ctx, x, title)
	})
	s.revise(x.ID, 1)
	return x.ID
}

// revise makes a revision ready.
func (s *shelf) revise(id rostrum.InterventionID, number int) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		x.Revision = number
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		if err := tx.AddRevision(ctx, id, number, x.Span, s.now); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, id, number)
		if err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, &rostrum.Manifest{Intervention: id, Revision: number, Recording: "r1", Rate: "25/1", Span: x.Span, Duration: 40 * time.Second}, 0)
	})
}

func (s *shelf) agreed(id rostrum.InterventionID) {
	s.t.Helper()
	if err := s.RecordConsents(s.t.Context(), []rostrum.InterventionID{id}, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, How: "form"}, "Sami"); err != nil {
		s.t.Fatal(err)
	}
}

// actions lists what the audit log says was done to an intervention.
func (s *shelf) actions(id rostrum.InterventionID) []string {
	s.t.Helper()
	log, err := s.Catalogue.AuditOf(s.t.Context(), string(id))
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, e := range log {
		all = append(all, e.Action+" "+e.Who)
	}
	slices.Sort(all)
	return all
}

func refused(t *testing.T, what string, err error, code rostrum.Code, says string) {
	t.Helper()
	if rostrum.ErrorCode(err) != code || !strings.Contains(rostrum.ErrorMessage(err), says) {
		t.Errorf("%s: %v, want %q, %q", what, err, code, says)
	}
}

func TestSecondPerson(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo", SecondPerson: true}), t.Context()
	id := s.ready("A")
	s.agreed(id)
	refused(t, "without approval", s.Publish(ctx, id, "Sami", ""), rostrum.Refused, "second person")
	refused(t, "another revision", s.Approve(ctx, id, 2, "Ada"), rostrum.Conflict, "cut again")
	if err := s.Approve(ctx, id, 1, "Sami"); err != nil {
		t.Fatal(err)
	}
	refused(t, "by the one who approved", s.Publish(ctx, id, "sami", ""), rostrum.Refused, "somebody else")
	if err := s.Publish(ctx, id, "Ada", ""); err != nil {
		t.Fatal(err)
	}
	s.revise(id, 2)
	refused(t, "a new revision", s.Publish(ctx, id, "Ada", ""), rostrum.Refused, "second person")
	if x := s.intervention(id); x.State != rostrum.Published || x.PublishedRevision != 1 {
		t.Errorf("what was published is %s at %d", x.State, x.PublishedRevision)
	}
	// Who chose the time is who publishes.
	if err := s.Schedule(ctx, id, s.now.Add(time.Hour), "Ada"); err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(ctx, id, 2, "Ada"); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Hour)
	if _, err := s.PublishDue(ctx); err != nil {
		t.Fatal(err)
	}
	if x := s.intervention(id); x.PublishedRevision != 1 || !x.PublishAt.IsZero() || len(x.Notices) == 0 {
		t.Errorf("published at %d, due %s, notices %q", x.PublishedRevision, x.PublishAt, x.Notices)
	}
}

func TestChathamHouseRuleBlocksEveryPath(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	id, yes, no := s.ready("A"), true, false
	s.agreed(id)
	if err := s.Publish(ctx, id, "Sami", ""); err != nil {
		t.Fatal(err)
	}
	x, err := s.ChangeTexts(ctx, id, pipeline.TextsChange{Unattributable: &yes}, "Sami")
	if err != nil || x.State != rostrum.WithdrawnState {
		t.Errorf("after the mark it is %s, %v", x.State, err)
	}
	refused(t, "publish", s.Publish(ctx, id, "Sami", ""), rostrum.Refused, "Chatham House")
	refused(t, "schedule", s.Schedule(ctx, id, s.now.Add(time.Hour), "Sami"), rostrum.Refused, "Chatham House")
	if _, err := s.ChangeTexts(ctx, id, pipeline.TextsChange{Unattributable: &no}, "Sami"); err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(ctx, id, "Sami", ""); err != nil {
		t.Fatal(err)
	}
	if got, want := s.actions(id), []string{"consent Sami", "edit Sami", "edit Sami", "publish Sami", "restore Sami", "withdraw Sami"}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	id := s.ready("A")
	at := s.now.Add(48 * time.Hour)
	refused(t, "without consent", s.Schedule(ctx, id, at, "Sami"), rostrum.Refused, "No consent")
	until := pipeline.ConsentSaid{Kind: rostrum.ConsentEmbargo, Until: at}
	if err := s.RecordConsents(ctx, []rostrum.InterventionID{id}, until, "Sami"); err != nil {
		t.Fatal(err)
	}
	refused(t, "before the embargo ends", s.Schedule(ctx, id, at.Add(-time.Minute), "Sami"), rostrum.Refused, "under embargo")
	refused(t, "in the past", s.Schedule(ctx, id, s.now, "Sami"), rostrum.Invalid, "past")
	if err := s.Schedule(ctx, id, at, "Sami"); err != nil {
		t.Fatal(err)
	}
	s.now = at.Add(-time.Millisecond)
	for range 2 {
		if _, err := s.PublishDue(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if x := s.intervention(id); x.State != rostrum.Ready {
		t.Errorf("before its time it is %s", x.State)
	}
	s.now = at
	for range 2 {
		if _, err := s.PublishDue(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if x := s.intervention(id); x.State != rostrum.Published || !x.PublishAt.IsZero() {
		t.Errorf("at its time it is %s, due %s", x.State, x.PublishAt)
	}
	if got, want := s.actions(id), []string{"consent Sami", "publish Sami", "schedule Sami"}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}

	// A consent that is refused meanwhile ends the plan; one that is put off is not published.
	other := s.ready("B")
	s.agreed(other)
	if err := s.Schedule(ctx, other, s.now.Add(time.Hour), "Sami"); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordConsents(ctx, []rostrum.InterventionID{other}, pipeline.ConsentSaid{Kind: rostrum.ConsentRefused}, "Sami"); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Hour)
	if _, err := s.PublishDue(ctx); err != nil {
		t.Fatal(err)
	}
	if x := s.intervention(other); x.State != rostrum.Ready || !x.PublishAt.IsZero() || !slices.ContainsFunc(x.Notices, func(n string) bool { return strings.Contains(n, "refused publication") }) {
		t.Errorf("after a refusal it is %s, due %s, %q", x.State, x.PublishAt, x.Notices)
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo", Retention: 365}), t.Context()
	id := s.ready("A")
	s.agreed(id)
	if err := s.Publish(ctx, id, "Sami", ""); err != nil {
		t.Fatal(err)
	}
	end := s.now.AddDate(0, 0, 365)
	for _, c := range []struct {
		now  time.Time
		want rostrum.InterventionState
	}{{end.Add(-time.Millisecond), rostrum.Published}, {end, rostrum.WithdrawnState}, {end.Add(time.Hour), rostrum.WithdrawnState}} {
		s.now = c.now
		if _, err := s.Retain(ctx); err != nil {
			t.Fatal(err)
		}
		if x := s.intervention(id); x.State != c.want {
			t.Errorf("at %s it is %s", c.now, x.State)
		}
	}
	// Whoever brings it back gets the whole time again.
	if err := s.Publish(ctx, id, "Sami", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	x := s.intervention(id)
	if got := pipeline.RetainedUntil(x, rostrum.Series{Retention: 365}); x.State != rostrum.Published || !got.Equal(s.now.AddDate(0, 0, 365)) {
		t.Errorf("after it came back it is %s until %s", x.State, got)
	}
}

func TestConsents(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	a, b := s.ready("A"), s.ready("B")
	ids := []rostrum.InterventionID{a, b, a}
	for _, c := range []struct {
		name string
		ids  []rostrum.InterventionID
		said pipeline.ConsentSaid
		code rostrum.Code
		says string
	}{
		{"no kind", ids, pipeline.ConsentSaid{}, rostrum.Invalid, "Say which"},
		{"another kind", ids, pipeline.ConsentSaid{Kind: "maybe"}, rostrum.Invalid, "maybe"},
		{"embargo without end", ids, pipeline.ConsentSaid{Kind: rostrum.ConsentEmbargo}, rostrum.Invalid, "needs the date"},
		{"an end without embargo", ids, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Until: s.now}, rostrum.Invalid, "Only an embargo"},
		{"the floor as a booth", ids, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Channels: []string{rostrum.Floor}}, rostrum.Invalid, "floor"},
		{"no such booth", ids, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Channels: []string{"fr", "ru"}}, rostrum.Invalid, "no booth"},
		{"nobody", nil, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic}, rostrum.Invalid, "at least one"},
		{"one that is not there", []rostrum.InterventionID{a, "nosuch"}, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic}, rostrum.NotFound, "no such"},
		{"long words", ids, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, How: strings.Repeat("é", 501)}, rostrum.TooLarge, "500"},
	} {
		refused(t, c.name, s.RecordConsents(ctx, c.ids, c.said, "Sami"), c.code, c.says)
	}
	if x := s.intervention(a); x.Consent.Kind != rostrum.ConsentNone || len(x.Booths) > 0 {
		t.Errorf("what was refused left %+v, %v", x.Consent, x.Booths)
	}
	if err := s.RecordConsents(ctx, ids, pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, How: " signed form "}, "Sami"); err != nil {
		t.Fatal(err)
	}
	if x := s.intervention(b); x.Consent.Kind != rostrum.ConsentPublic || x.Consent.By != "Sami" || x.Consent.How != "signed form" || !x.Consent.At.Equal(s.now) {
		t.Errorf("recorded %+v", x.Consent)
	}
	if all, err := s.Catalogue.Consents(ctx, a); err != nil || len(all) != 1 {
		t.Errorf("named twice, it has %d lines, %v", len(all), err)
	}

	if err := s.RecordBooths(ctx, "r1", pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Channels: []string{"fr"}}, "Sami"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []rostrum.InterventionID{a, b} {
		x := s.intervention(id)
		if rostrum.MayHear(rostrum.Viewer{}, x, "fr", s.now) != nil || rostrum.MayHear(rostrum.Viewer{}, x, "ar", s.now) == nil {
			t.Errorf("booths are %v", x.Booths)
		}
		if want := []string{"The Arabic interpretation is withheld: no consent of the interpreters is recorded; record it, and it is heard at once."}; !slices.Equal(x.Notices, want) {
			t.Errorf("notices are %q", x.Notices)
		}
	}
	if err := s.RecordBooths(ctx, "r1", pipeline.ConsentSaid{Kind: rostrum.ConsentPublic, Channels: []string{"ar"}}, "Sami"); err != nil {
		t.Fatal(err)
	}
	if x := s.intervention(a); len(x.Notices) > 0 {
		t.Errorf("notices stay: %q", x.Notices)
	}
}

// A sheet's consent is the speaker's alone; what is said for all is the interpreters' too.
func TestBoothsAtIngest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		consent, booth rostrum.ConsentKind
		heard          bool
		notices        int
	}{
		{"the sheet alone", "", "", false, 1}, {"for all", rostrum.ConsentPublic, "", true, 0}, {"the booths alone", "", rostrum.ConsentPublic, true, 0},
		{"the booths otherwise", rostrum.ConsentPublic, rostrum.ConsentPending, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := open(t)
			in := incoming("a.mp4", film{rate: "25", pictures: 50, name: "a.mp4", sound: quiet}.make(t), "in;out;title;consent\n0;2;A;public\n")
			in.Channels = []rostrum.ChannelSaid{{Name: "fr", Track: 1}}
			in.Consent, in.Booths = c.consent, c.booth
			receipt, err := w.Receive(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			x := w.intervention(receipt.Interventions[0].ID)
			if err := rostrum.MayHear(rostrum.Viewer{}, x, "fr", time.Now()); (err == nil) != c.heard {
				t.Errorf("the French booth: %v", err)
			}
			if len(x.Notices) != c.notices || x.Consent.Kind != rostrum.ConsentPublic {
				t.Errorf("notices %q, consent %q", x.Notices, x.Consent.Kind)
			}
		})
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	w := open(t)
	mail := "From: a@example.org\r\nDate: Sun, 03 May 2026 12:00:00 +0200\r\nSubject: yes\r\n\r\nI agree.\r\n"
	for _, c := range []struct {
		name, file string
		data       []byte
		kind       string
		code       rostrum.Code
	}{
		{"PDF", "C:\\forms\\form.pdf", []byte("%PDF-1.7\n"), "application/pdf", ""},
		{"PNG", "a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "image/png", ""},
		{"WebP", "a.webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "image/webp", ""},
		{"another RIFF", "a.wav", []byte("RIFF\x00\x00\x00\x00WAVEfmt "), "", rostrum.Invalid},
		{"HEIC", "a.heic", []byte("\x00\x00\x00\x18ftypheic\x00"), "image/heic", ""},
		{"e-mail", "../../yes.eml", []byte(mail), "message/rfc822", ""},
		{"text", "note.txt", []byte("Elle a dit oui à l’accueil.\n"), "text/plain; charset=utf-8", ""},
		{"HTML is text", "x.html", []byte("<script>alert(1)</script>"), "text/plain; charset=utf-8", ""},
		{"a program", "a.pdf", []byte("\x7fELF\x02\x01\x01\x00"), "", rostrum.Invalid},
		{"another archive", "a.docx", []byte("PK\x03\x04\x00\x00"), "", rostrum.Invalid},
		{"nothing", "a.pdf", nil, "", rostrum.Invalid},
		{"too much", "a.txt", bytes.Repeat([]byte("a"), pipeline.LargestDocument+1), "", rostrum.TooLarge},
	} {
		d, err := w.KeepDocument(t.Context(), c.file, bytes.NewReader(c.data))
		if rostrum.ErrorCode(err) != c.code || err == nil && (d.Type != c.kind || strings.ContainsAny(d.Name, `/\`)) {
			t.Errorf("%s: %+v, %v", c.name, d, err)
		}
		w.DropDocument(t.Context(), d)
	}
	if left := w.kept(); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
