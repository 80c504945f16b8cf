package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
)

// TestBoardOfInterventions has one intervention in every state after it is made, and of each what a board says.
func TestBoardOfInterventions(t *testing.T) {
	s := stock(t, rostrum.Series{Slug: "cxo"})
	later, before := s.now.Add(time.Hour), s.now.Add(-time.Hour)
	red := &rostrum.Quality{Findings: []rostrum.Finding{{Check: "peak", Grade: rostrum.Red, Channel: "fr", Text: "It is too loud."}}}
	for _, x := range []struct {
		name    string
		consent rostrum.Consent
		change  func(*rostrum.Intervention)
		quality *rostrum.Quality
		comment rostrum.CommentKind
		want    pipeline.BoardState
		turn    pipeline.Turn
	}{
		{name: "none", want: pipeline.StandsConsent, turn: pipeline.TurnOfSecretariat},
		{name: "pending", consent: rostrum.Consent{Kind: rostrum.ConsentPending}, want: pipeline.StandsPending, turn: pipeline.TurnOfSpeaker},
		{name: "refused", consent: rostrum.Consent{Kind: rostrum.ConsentRefused}, want: pipeline.StandsDenied},
		{name: "chatham", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, change: func(i *rostrum.Intervention) { i.Unattributable = true }, want: pipeline.StandsDenied},
		{name: "embargo", consent: rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: later}, want: pipeline.StandsEmbargo},
		{name: "embargo is over", consent: rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: before}, want: pipeline.StandsReady, turn: pipeline.TurnOfSecretariat},
		{name: "embargo without end", consent: rostrum.Consent{Kind: rostrum.ConsentEmbargo}, want: pipeline.StandsConsent, turn: pipeline.TurnOfSecretariat},
		{name: "ready", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, want: pipeline.StandsReady, turn: pipeline.TurnOfSecretariat},
		{name: "scheduled", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, change: func(i *rostrum.Intervention) { i.PublishAt = later }, want: pipeline.StandsScheduled, turn: pipeline.TurnOfRostrum},
		{name: "held", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, quality: red, want: pipeline.StandsHeld, turn: pipeline.TurnOfAV},
		{name: "accepted", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, quality: red, change: func(i *rostrum.Intervention) { i.Accepted = []string{"peak/fr"} }, want: pipeline.StandsReady, turn: pipeline.TurnOfSecretariat},
		{name: "commented", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, comment: rostrum.Remark, want: pipeline.StandsWished, turn: pipeline.TurnOfSecretariat},
		{name: "another cut", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, comment: rostrum.AnotherCut, want: pipeline.StandsWished, turn: pipeline.TurnOfAV},
		{name: "approved by the speaker", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, comment: rostrum.Approval, want: pipeline.StandsReady, turn: pipeline.TurnOfSecretariat},
		{name: "published", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, change: func(i *rostrum.Intervention) {
			i.State, i.PublishedRevision, i.Published = rostrum.Published, 1, before
		}, want: pipeline.StandsPublished},
		{name: "taken back", consent: rostrum.Consent{Kind: rostrum.ConsentRefused}, change: func(i *rostrum.Intervention) {
			i.State, i.PublishedRevision, i.Published = rostrum.Published, 1, before
		}, want: pipeline.StandsTakenBack, turn: pipeline.TurnOfSecretariat},
		{name: "withdrawn", consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, change: func(i *rostrum.Intervention) {
			i.State, i.PublishedRevision, i.Withdrawn = rostrum.WithdrawnState, 1, before
		}, want: pipeline.StandsWithdrawn},
	} {
		t.Run(x.name, func(t *testing.T) {
			id := s.ready(x.name)
			s.write(func(ctx context.Context, tx *catalogue.Tx) error {
				i, err := tx.LockIntervention(ctx, id)
				if err != nil {
					return err
				}
				if x.consent.Kind != "" {
					x.consent.At, x.consent.By = before, "Sami"
					if err := tx.AddConsent(ctx, id, x.consent); err != nil {
						return err
					}
				}
				if x.quality != nil {
					fence, err := tx.StartRevision(ctx, id, 1)
					if err != nil {
						return err
					}
					if err := tx.FinishRevision(ctx, fence, &rostrum.Manifest{Intervention: id, Revision: 1, Recording: "r1", Quality: x.quality}, 0); err != nil {
						return err
					}
				}
				if x.comment != "" {
					if err := tx.AddComment(ctx, rostrum.Comment{ID: x.name, Intervention: id, Kind: x.comment, At: before}); err != nil {
						return err
					}
				}
				if x.change != nil {
					x.change(i)
				}
				return tx.PutIntervention(ctx, i)
			})
			got := s.onBoard(id)
			if got.State != x.want || got.Turn != x.turn || got.Share != 1 {
				t.Errorf("stands %+v, want %s, turn of %q", got.Standing, x.want, x.turn)
			}
			if (len(got.Held) > 0) != (x.want == pipeline.StandsHeld) || (got.Page != "") != (x.want == pipeline.StandsPublished || x.want == pipeline.StandsTakenBack) {
				t.Errorf("held %q, page %q", got.Held, got.Page)
			}
		})
	}
}

func TestBoardAsksForTheSecondPerson(t *testing.T) {
	s := stock(t, rostrum.Series{Slug: "cxo", SecondPerson: true})
	id := s.ready("Grace")
	s.agreed(id)
	if got := s.onBoard(id); got.State != pipeline.StandsSecond || got.Turn != pipeline.TurnOfSecretariat {
		t.Errorf("before: %+v", got.Standing)
	}
	if err := s.Approve(t.Context(), id, 1, "Ada"); err != nil {
		t.Fatal(err)
	}
	if got := s.onBoard(id); got.State != pipeline.StandsReady {
		t.Errorf("after: %+v", got.Standing)
	}
}

// board gives the board now.
func (w *world) board() pipeline.Board {
	w.t.Helper()
	b, err := w.Board(context.Background(), w.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) onBoard(id rostrum.InterventionID) pipeline.BoardIntervention {
	w.t.Helper()
	b := w.board()
	for _, r := range b.Recordings {
		for _, x := range r.Interventions {
			if x.ID == id {
				return x
			}
		}
	}
	w.t.Fatalf("intervention %s is not on the board: %+v", id, b)
	return pipeline.BoardIntervention{}
}

// TestBoardOfRecordings has a recording in every state, and deliveries and a speakers' list beside them.
func TestBoardOfRecordings(t *testing.T) {
	s := &shelf{open(t), time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)}
	s.Now = func() time.Time { return s.now }
	if b := s.board(); b.Begun || len(b.Recordings)+len(b.Deliveries)+len(b.Meetings) != 0 {
		t.Errorf("the board of a new installation: %+v", b)
	}
	const frames = 4500 // three chunks of a minute
	video := rostrum.Source{Video: &rostrum.VideoSource{Codec: "h264", Width: 320, Height: 180}}
	var meetingID rostrum.MeetingID
	// recording adds one with so many chunks done, and one intervention under the second chunk.
	recording := func(id rostrum.RecordingID, state rostrum.RecordingState, done int, cut bool, revision rostrum.InterventionState) {
		t.Helper()
		s.write(func(ctx context.Context, tx *catalogue.Tx) error {
			m, err := tx.MeetingBySlug(ctx, meeting)
			if err != nil {
				return err
			}
			meetingID = m.ID
			r := &rostrum.Recording{ID: id, Meeting: m.ID, Name: string(id) + ".mp4", SHA256: rostrum.Digest(id), State: state, Rate: rostrum.Rate25, Frames: frames, Source: video, Received: s.now.Add(-time.Hour)}
			if state == rostrum.RecordingFailed {
				r.Failure = "It broke; mend it."
			}
			if err := tx.PutRecording(ctx, r); err != nil {
				return err
			}
			for n := range r.Chunks() {
				if err := tx.PutChunk(ctx, id, rostrum.H264, n, r.Grid().Chunk(n)); err != nil {
					return err
				}
				_, fence, err := tx.StartChunk(ctx, id, rostrum.H264, n)
				if err != nil {
					return err
				}
				if n < done {
					err = tx.FinishChunk(ctx, id, rostrum.H264, n, fence, nil)
				} else if n == done {
					err = tx.SetChunkProgress(ctx, id, rostrum.H264, n, fence, 750)
				}
				if err != nil {
					return err
				}
			}
			if !cut {
				return nil
			}
			x := &rostrum.Intervention{Meeting: m.ID, Recording: id, Title: "x", State: rostrum.CutState, Revision: 1, Span: rostrum.Span{In: 1600, Out: 2000}}
			if err := tx.AddIntervention(ctx, x, string(id)); err != nil {
				return err
			}
			if err := tx.AddRevision(ctx, x.ID, 1, x.Span, s.now.Add(-time.Hour)); err != nil {
				return err
			}
			if revision == rostrum.InterventionFailed {
				x.State = revision
				return errors.Join(tx.PutIntervention(ctx, x), tx.FailRevision(ctx, x.ID, 1, "It broke; mend it."))
			}
			return nil
		})
	}
	recording("received", rostrum.Received, 0, true, rostrum.Rendering)
	recording("uncut", rostrum.Surveyed, 0, false, "")
	recording("encoding", rostrum.Encoding, 1, true, rostrum.Rendering)
	recording("under", rostrum.Encoding, 2, true, rostrum.Rendering)
	recording("making", rostrum.Encoded, 3, true, rostrum.Rendering)
	recording("broken", rostrum.Encoded, 3, true, rostrum.InterventionFailed)
	recording("failed", rostrum.RecordingFailed, 2, true, rostrum.InterventionFailed)
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		past := &rostrum.Intervention{Meeting: meetingID, Title: "late", State: rostrum.Planned, Starts: s.now.Add(-time.Hour)}
		coming := &rostrum.Intervention{Meeting: meetingID, Title: "coming", State: rostrum.Planned, Starts: s.now.Add(time.Hour)}
		all := errors.Join(tx.AddIntervention(ctx, past, "late"), tx.AddIntervention(ctx, coming, "coming"))
		file := []rostrum.DeliveryFile{{Name: "a.mov", Bytes: 100, Received: 25}, {Name: "b.mov", Bytes: 100, Received: 100, SHA256: "00"}}
		for _, d := range []rostrum.Delivery{
			{ID: "open", State: rostrum.DeliveryOpen, Files: file},
			{ID: "arriving", State: rostrum.DeliverySubmitted, Files: file},
			{ID: "whole", State: rostrum.DeliverySubmitted, Files: file[1:]},
			{ID: "refused", State: rostrum.DeliveryRefused, Files: file, Failure: "No meeting.", Origin: rostrum.FromDrop},
			{ID: "taken", State: rostrum.DeliveryTaken, Files: file},
			{ID: "forgotten", State: rostrum.DeliveryOpen, Files: file, Touched: s.now.Add(-8 * 24 * time.Hour)},
		} {
			if d.Touched.IsZero() {
				d.Touched = s.now
			}
			all = errors.Join(all, tx.PutDelivery(ctx, &d))
		}
		return all
	})

	b := s.board()
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: share %v, want %v", what, got, want)
		}
	}
	rs := map[rostrum.RecordingID]pipeline.BoardRecording{}
	for _, r := range b.Recordings {
		rs[r.ID] = r
	}
	const third = .8 / 3
	for _, x := range []struct {
		id    rostrum.RecordingID
		state pipeline.BoardState
		turn  pipeline.Turn
		share float64
		cut   pipeline.BoardState // of its intervention
		cuts  float64             // and its share
	}{
		{"received", pipeline.StandsMeasuring, pipeline.TurnOfRostrum, third / 2, pipeline.StandsMeasuring, 0},
		{"uncut", pipeline.StandsUncut, pipeline.TurnOfAV, .05 + third/2 + .15, "", 0},
		{"encoding", pipeline.StandsEncoding, pipeline.TurnOfRostrum, .05 + third*1.5, pipeline.StandsEncoding, .05 + .8*.5},
		{"under", pipeline.StandsEncoding, pipeline.TurnOfRostrum, .05 + third*2.5, pipeline.StandsMaking, .85},
		{"making", pipeline.StandsMaking, pipeline.TurnOfRostrum, .85, pipeline.StandsMaking, .85},
		{"broken", pipeline.StandsMade, pipeline.Nobody, 1, pipeline.StandsFailed, 1},
		{"failed", pipeline.StandsFailed, pipeline.TurnOfAV, .05 + third*2.5 + .15, pipeline.StandsFailed, 1},
	} {
		r, ok := rs[x.id]
		if !ok || r.State != x.state || r.Turn != x.turn {
			t.Errorf("%s: %+v, want %s, turn of %q", x.id, r.Standing, x.state, x.turn)
			continue
		}
		near(string(x.id), r.Share, x.share)
		if p, _, err := s.Progress(t.Context(), x.id); err != nil || x.state != pipeline.StandsFailed && x.state != pipeline.StandsMeasuring && math.Abs(p-r.Share) > 1e-9 {
			t.Errorf("%s: Progress says %v, %v; the board %v", x.id, p, err, r.Share)
		}
		if x.cut != "" {
			if i := r.Interventions[0]; i.State != x.cut {
				t.Errorf("the intervention of %s: %+v, want %s", x.id, i.Standing, x.cut)
			} else {
				near("the intervention of "+string(x.id), i.Share, x.cuts)
			}
		}
	}
	if r := rs["failed"]; r.Failure != "It broke; mend it." || r.Step != pipeline.EncodeStep || r.Interventions[0].Turn != pipeline.Nobody || r.Interventions[0].Failure != "" {
		t.Errorf("the failed recording: %+v", r)
	}
	if i := rs["broken"].Interventions[0]; i.Failure != "It broke; mend it." || i.Step != pipeline.MakeStep || i.Turn != pipeline.TurnOfAV || i.At != "00:01:04:00" || i.Length != 16*time.Second {
		t.Errorf("the failed intervention: %+v", i)
	}
	said := ""
	for _, d := range b.Deliveries {
		said += fmt.Sprintf("%s %s %s %.3f %s\n", d.ID, d.State, d.Turn, d.Share, d.Failure)
	}
	if want := "arriving arriving av 0.625 \nopen sending av 0.625 \nrefused refused av 0.625 No meeting.\nwhole arriving rostrum 1.000 \n"; said != want {
		t.Errorf("deliveries:\n%swant:\n%s", said, want)
	}
	if len(b.Planned) != 2 || b.Planned[0].Turn != pipeline.TurnOfAV || b.Planned[1].Turn != pipeline.Nobody || b.Planned[1].State != pipeline.StandsWaiting {
		t.Errorf("planned: %+v", b.Planned)
	}
	if len(b.Meetings) != 1 || b.Meetings[0].Slug != meeting || !b.Begun || b.Work.Total == 0 || b.Work.Free > b.Work.Total {
		t.Errorf("meetings %+v, begun %t, work %+v", b.Meetings, b.Begun, b.Work)
	}
	s.now = s.now.Add(60 * 24 * time.Hour)
	b = s.board()
	if len(b.Recordings) != 5 || len(b.Planned) != 0 || len(b.Deliveries) != 0 {
		t.Errorf("after two months %d recordings, %d planned and %d deliveries are on", len(b.Recordings), len(b.Planned), len(b.Deliveries))
	}
}
