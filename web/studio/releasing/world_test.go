package releasing_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/releasing"
)

// shelf is a world with interventions that are ready, on a recording with a floor and two booths, of which nothing was encoded.
type shelf struct {
	*desktest.World
	t   *testing.T
	now time.Time
}

func stock(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{desktest.New(t), t, time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)}
	s.Now = func() time.Time { return s.now }
	s.Desk.Mount(s.Router, releasing.Routes(s.Desk, s.Pipeline))
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		if err := tx.PutSeries(ctx, rostrum.Series{Slug: "cxo", Title: rostrum.Texts{"en": "CxO"}}); err != nil {
			return err
		}
		m, err := tx.MeetingBySlug(ctx, desktest.Meeting)
		if err != nil {
			return err
		}
		m.Series = "cxo"
		if _, err := tx.PutMeeting(ctx, m); err != nil {
			return err
		}
		return tx.PutRecording(ctx, &rostrum.Recording{ID: "r1", Meeting: m.ID, Name: "day 1.mov", SHA256: "00", State: rostrum.Encoded, Rate: rostrum.Rate25, Frames: 90_000,
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

// ready adds an intervention that is ready, with findings.
func (s *shelf) ready(title, speaker string, findings ...rostrum.Finding) rostrum.InterventionID {
	s.t.Helper()
	x := &rostrum.Intervention{Recording: "r1", Title: title, Speaker: speaker, Function: "Chief Technology Officer", Organisation: "Eta Telecom", Language: "en", AgendaItem: "2",
		State: rostrum.Ready, Revision: 1, Span: rostrum.Span{In: 1000, Out: 10_000}}
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		m, err := tx.MeetingBySlug(ctx, desktest.Meeting)
		if err != nil {
			return err
		}
		x.Meeting, x.MeetingSlug = m.ID, m.Slug
		if err := tx.AddIntervention(ctx, x, speaker); err != nil {
			return err
		}
		if err := tx.AddRevision(ctx, x.ID, 1, x.Span, s.now); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, x.ID, 1)
		if err != nil {
			return err
		}
		sound := rostrum.Loudness{Integrated: -23.4, Range: 7.1, TruePeak: -4.2}
		return tx.FinishRevision(ctx, fence, &rostrum.Manifest{Intervention: x.ID, Revision: 1, Recording: "r1", Rate: "25/1", Span: x.Span, Duration: 6 * time.Minute,
			Quality: &rostrum.Quality{Findings: append([]rostrum.Finding{{Check: "frames", Grade: rostrum.Green, Text: "All pictures are there: 720 9000."}}, findings...)},
			Measured: &rostrum.Measured{Sounds: []rostrum.MeasuredSound{{Channel: rostrum.Floor, Before: sound, After: rostrum.Loudness{Integrated: -16.1, Range: 6.8, TruePeak: -1.4}, Target: -16},
				{Channel: "fr", Before: sound, After: rostrum.Loudness{Integrated: -16, Range: 6, TruePeak: -1.2}, Target: -16}}}}, 0)
	})
	return x.ID
}

func (s *shelf) planned(title, speaker string) rostrum.InterventionID {
	s.t.Helper()
	x := &rostrum.Intervention{Title: title, Speaker: speaker, State: rostrum.Planned}
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		m, err := tx.MeetingBySlug(ctx, desktest.Meeting)
		if err != nil {
			return err
		}
		x.Meeting, x.MeetingSlug = m.ID, m.Slug
		return tx.AddIntervention(ctx, x, speaker)
	})
	return x.ID
}

func (s *shelf) intervention(id rostrum.InterventionID) *rostrum.Intervention {
	s.t.Helper()
	x, err := s.Catalogue.Intervention(context.Background(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return x
}

// ok makes a request that must succeed, and reads its answer.
func (s *shelf) ok(as, method, path string, body any, into any) {
	s.t.Helper()
	status, answer := s.Call(as, method, path, body)
	if status >= 300 {
		s.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(answer), into); err != nil {
			s.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
}

type object = map[string]any
