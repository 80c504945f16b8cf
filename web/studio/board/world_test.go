package board

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
)

// stage is a world with the board, on which things are put without being made.
type stage struct {
	*desktest.World
	t       *testing.T
	meeting rostrum.MeetingID
}

func enter(t *testing.T) *stage {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, Routes(w.Desk, w.Pipeline))
	m, err := w.Catalogue.MeetingBySlug(t.Context(), desktest.Meeting)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	w.Now = func() time.Time { return evening.Add(time.Since(begin)) }
	return &stage{w, t, m.ID}
}

// evening is when the tests begin: the day of the meeting, after it.
var evening = time.Date(2026, 5, 3, 16, 40, 0, 0, time.UTC)

func (s *stage) write(f func(context.Context, *catalogue.Tx) error) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return f(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

const minute = 60 * 25 // frames

// speech is one to be put on a recording.
type speech struct {
	speaker, title string
	language       rostrum.Language
	in, out        int // minutes
	state          rostrum.InterventionState
	consent        rostrum.ConsentKind
	reds           []rostrum.Finding
	failure        string
}

// recording puts one there of so many minutes, of which some chunks of a minute are encoded.
func (s *stage) recording(id rostrum.RecordingID, name string, minutes, done int, state rostrum.RecordingState, failure string, speeches ...speech) []rostrum.InterventionID {
	s.t.Helper()
	var ids []rostrum.InterventionID
	now := s.Now()
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		r := &rostrum.Recording{ID: id, Meeting: s.meeting, Name: name, SHA256: rostrum.Digest(id), Bytes: 9 << 30, State: state, Failure: failure, Rate: rostrum.Rate25,
			Frames: rostrum.Frame(minutes * minute), Source: rostrum.Source{Container: "mov", Video: &rostrum.VideoSource{Codec: "prores", Width: 1920, Height: 1080}, Start: "09:58:00:00"}, Received: now.Add(-time.Hour)}
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		for n := range r.Chunks() {
			if err := tx.PutChunk(ctx, id, rostrum.H264, n, r.Grid().Chunk(n)); err != nil {
				return err
			}
			if n < done {
				if err := finishChunk(ctx, tx, id, n); err != nil {
					return err
				}
			}
		}
		for _, x := range speeches {
			i := &rostrum.Intervention{Meeting: s.meeting, MeetingSlug: desktest.Meeting, Recording: id, Title: x.title, Speaker: x.speaker, Language: x.language,
				Span: rostrum.Span{In: rostrum.Frame(x.in * minute), Out: rostrum.Frame(x.out * minute)}, State: x.state, Revision: 1, Failure: x.failure}
			if x.state == rostrum.Published || x.state == rostrum.WithdrawnState {
				i.PublishedRevision, i.Published, i.Withdrawn = 1, now.Add(-30*time.Minute), now.Add(-10*time.Minute)
			}
			if err := tx.AddIntervention(ctx, i, x.speaker); err != nil {
				return err
			}
			ids = append(ids, i.ID)
			if err := tx.AddRevision(ctx, i.ID, 1, i.Span, now.Add(-40*time.Minute)); err != nil {
				return err
			}
			if x.consent != "" {
				if err := tx.AddConsent(ctx, i.ID, rostrum.Consent{Kind: x.consent, By: "Sami", At: now.Add(-20 * time.Minute)}); err != nil {
					return err
				}
			}
			switch x.state {
			case rostrum.CutState, rostrum.Rendering:
			case rostrum.InterventionFailed:
				if err := tx.FailRevision(ctx, i.ID, 1, x.failure); err != nil {
					return err
				}
			default:
				fence, err := tx.StartRevision(ctx, i.ID, 1)
				if err != nil {
					return err
				}
				if err := tx.FinishRevision(ctx, fence, &rostrum.Manifest{Intervention: i.ID, Revision: 1, Recording: id, Span: i.Span, Quality: &rostrum.Quality{Findings: x.reds}}, 0); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return ids
}

func finishChunk(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID, n int) error {
	_, fence, err := tx.StartChunk(ctx, id, rostrum.H264, n)
	if err != nil {
		return err
	}
	return tx.FinishChunk(ctx, id, rostrum.H264, n, fence, nil)
}

// busy puts an evening's work on the board.
func (s *stage) busy() {
	s.recording("morning", "Salle Popov 2026-05-03 matin.mov", 95, 38, rostrum.Encoding, "",
		speech{speaker: "Grace Hopper", title: "Trust in compilers, and in those who write them", language: "en", in: 2, out: 9, state: rostrum.Rendering},
		speech{speaker: "Amadou Diallo", title: "La confiance numérique en Afrique de l’Ouest", language: "fr", in: 12, out: 24, state: rostrum.Rendering},
		speech{speaker: "سامية بن علي", title: "الثقة والأمن في شبكات الجيل القادم", language: "ar", in: 34, out: 44, state: rostrum.Rendering},
		speech{speaker: "Ada Lovelace", title: "Notes on the engine", language: "en", in: 60, out: 71, state: rostrum.Rendering})
	s.recording("afternoon", "Salle Popov 2026-05-03 après-midi.mov", 60, 60, rostrum.Encoded, "",
		speech{speaker: "Hedy Lamarr", title: "Frequency hopping for everybody", language: "en", in: 1, out: 8, state: rostrum.Ready},
		speech{speaker: "Wang Xiaoyun", title: "哈希函数与信任", language: "zh", in: 9, out: 17, state: rostrum.Ready},
		speech{speaker: "Radia Perlman", title: "What a spanning tree taught us", language: "en", in: 18, out: 26, state: rostrum.Ready, consent: rostrum.ConsentPublic},
		speech{speaker: "Barbara Liskov", title: "Abstraction and trust", language: "en", in: 27, out: 34, state: rostrum.Ready, consent: rostrum.ConsentPublic,
			reds: []rostrum.Finding{{Check: "peak", Grade: rostrum.Red, Channel: "floor", Text: "Its true peak of 0.4 dBTP lies 1.4 dB over the ceiling of -1.0, which some players distort; render it again, and tell the operator if it happens twice."}}},
		speech{speaker: "Margaret Hamilton", title: "Priority displays", language: "en", in: 35, out: 44, state: rostrum.InterventionFailed, failure: "The sound of the French booth could not be read, because the disk of the store was full; make room, and try it again."},
		speech{speaker: "Karen Spärck Jones", title: "Searching for meaning", language: "en", in: 45, out: 52, state: rostrum.Published, consent: rostrum.ConsentPublic})
	s.recording("evening", "Reception hall, backup recorder 3 (camera B, wide) 2026-05-03 18h00.mxf", 40, 11, rostrum.RecordingFailed,
		"No picture can be decoded between 18:23:00:00 and 18:24:00:00, where the recording is damaged; repair it, or cut that part off, and send it again.")
	s.recording("new", "GX010042.MP4", 25, 25, rostrum.Surveyed, "")
	s.recording("old", "Opening.mov", 30, 30, rostrum.Encoded, "",
		speech{speaker: "Doreen Bogdan-Martin", title: "Opening remarks", language: "en", in: 1, out: 12, state: rostrum.Published, consent: rostrum.ConsentPublic},
		speech{speaker: "Joan Clarke", title: "A word of welcome", language: "en", in: 13, out: 18, state: rostrum.WithdrawnState, consent: rostrum.ConsentRefused})
	s.write(func(ctx context.Context, tx *catalogue.Tx) error {
		file := func(name string, bytes, received int64) rostrum.DeliveryFile {
			f := rostrum.DeliveryFile{Upload: name, Name: name, Kind: rostrum.RecordingFile, Bytes: bytes, Received: received}
			if bytes == received {
				f.SHA256 = "00"
			}
			return f
		}
		now := s.Now()
		return errors.Join(
			tx.PutDelivery(ctx, &rostrum.Delivery{ID: "sending", Account: "av2", Origin: rostrum.FromBrowser, State: rostrum.DeliverySubmitted, Form: rostrum.DeliveryForm{Meeting: desktest.Meeting},
				Files: []rostrum.DeliveryFile{file("Salle Popov 2026-05-04.mov", 48<<30, 11<<30), file("cuts.csv", 4000, 4000)}, Created: now, Touched: now}),
			tx.PutDelivery(ctx, &rostrum.Delivery{ID: "refused", Account: "av", Origin: rostrum.FromBrowser, State: rostrum.DeliveryRefused, Form: rostrum.DeliveryForm{Meeting: desktest.Meeting},
				Failure: "The cut list names the speaker of line 7 twice; correct the line, and send it again.", Files: []rostrum.DeliveryFile{file("workshop.mp4", 3<<30, 3<<30)}, Created: now, Touched: now.Add(-5 * time.Minute)}),
			tx.AddIntervention(ctx, &rostrum.Intervention{Meeting: s.meeting, Title: "Closing the digital divide", Speaker: "Nii Quaynor", State: rostrum.Planned, Starts: now.Add(-2 * time.Hour)}, "a"),
			tx.AddIntervention(ctx, &rostrum.Intervention{Meeting: s.meeting, Title: "Roaming", Speaker: "Sophie Wilson", State: rostrum.Planned, Starts: now.Add(2 * time.Hour)}, "b"))
	})
}

// seen gives the board as a program sees it.
func (s *stage) seen(as string) pipeline.Board {
	s.t.Helper()
	status, body := s.Call(as, http.MethodGet, "/api/v1/board", nil)
	var b pipeline.Board
	if err := json.Unmarshal([]byte(body), &b); status != http.StatusOK || err != nil {
		s.t.Fatalf("the board: %d %s %v", status, body, err)
	}
	return b
}
