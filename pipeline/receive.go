package pipeline

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/captions"
	"rostrum/pipeline/cutlist"
	"rostrum/pipeline/intake"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// Incoming is a recording as somebody brings it.
type Incoming struct {
	Meeting  string // slug
	Create   bool   // make the meeting if there is none of that slug
	Name     string // of the file
	Content  io.Reader
	Bytes    int64                         // -1 when unknown
	Recorded time.Time                     // when it was filmed, as far as known: dates a meeting that is made for it
	Sheet    *SideFile                     // cut list; without one the whole recording is one intervention
	Captions map[rostrum.Language]SideFile // of the whole recording
	Channels []rostrum.ChannelSaid         // what the sound carries; without any, the first place is the floor
	Consent  rostrum.ConsentKind           // for every row that states none; "" records nothing
	Until    time.Time                     // end of the embargo
	Publish  bool                          // as soon as ready
	Who      string                        // says all this
	Progress func(done int64)              // of the copying, in bytes
}

// SideFile is a small file that comes with a recording.
type SideFile struct {
	Name string
	Data []byte
}

// Receipt says what became of an Incoming.
type Receipt struct {
	Recording     *rostrum.Recording
	Interventions []*rostrum.Intervention
	Known         bool              // the same bytes were here before
	Understood    []string          // how the cut list was read
	Problems      []cutlist.Problem // of the cut list; none fatal
}

// Receive takes a recording in, probes it, reads its cut list and captions, and adds all of it with its first tasks in one transaction.
// Bad input of any kind is one sentence and leaves nothing behind. The same bytes twice are one
// recording; rows of the cut list that are new are added to it.
func (p *Pipeline) Receive(ctx context.Context, in Incoming) (*Receipt, error) {
	if in.Recorded.IsZero() {
		in.Recorded = p.Now()
	}
	meeting, err := p.Catalogue.MeetingBySlug(ctx, in.Meeting)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound && !in.Create:
		return nil, rostrum.Errorf(rostrum.Refused, "There is no meeting %q; import it first, or say --create to make it.", in.Meeting)
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		if err := rostrum.CheckSlug(in.Meeting); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	id := rostrum.RecordingID(catalogue.NewID())
	original, err := intake.Take(ctx, p.Store, id, in.Content, in.Bytes, in.Progress)
	if err != nil {
		return nil, err
	}
	receipt, err := p.register(ctx, in, meeting, id, original)
	if err != nil || receipt.Known {
		if e := p.Store.DeletePrefix(context.WithoutCancel(ctx), "recordings/"+string(id)); e != nil && err == nil {
			err = e
		}
		if e := p.Store.Delete(context.WithoutCancel(ctx), original.Key); e != nil && err == nil {
			err = e
		}
	}
	return receipt, err
}

func (p *Pipeline) register(ctx context.Context, in Incoming, meeting *rostrum.Meeting, id rostrum.RecordingID, o intake.Original) (*Receipt, error) {
	r, err := p.Catalogue.RecordingByDigest(ctx, o.SHA256)
	known := err == nil
	switch {
	case known && (meeting == nil || r.Meeting != meeting.ID):
		return nil, rostrum.Errorf(rostrum.Conflict, "This recording (%s) is already part of another meeting; use that meeting, or leave it as it is.", r.Name)
	case !known && rostrum.ErrorCode(err) != rostrum.NotFound:
		return nil, err
	case !known:
		if r, err = p.probe(ctx, in, id, o); err != nil {
			return nil, err
		}
	}
	receipt := &Receipt{Recording: r, Known: known}
	rows, err := p.rows(in, r, receipt)
	if err != nil {
		return nil, err
	}
	tracks, err := p.takeCaptions(ctx, in, r)
	if err != nil {
		return nil, err
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if meeting == nil {
			m := rostrum.Meeting{Slug: in.Meeting, Title: rostrum.Texts{"en": in.Meeting}, Starts: rostrum.Date(in.Recorded.Format(time.DateOnly))}
			m.Ends = m.Starts
			if m.ID, err = tx.PutMeeting(ctx, &m); err != nil {
				return err
			}
			meeting = &m
		}
		if !known {
			r.Meeting = meeting.ID
			if err := tx.PutRecording(ctx, r); err != nil {
				return err
			}
			if err := p.Queue.Add(ctx, tx.SQL(), queue.Task{Kind: surveyKind, Key: string(r.ID), Lane: queue.Render, Priority: 1, Unique: true}); err != nil {
				return err
			}
		}
		for _, c := range tracks {
			if err := tx.PutCaptionTrack(ctx, c); err != nil {
				return err
			}
		}
		if known && r.State == rostrum.RecordingFailed {
			if err := p.revive(ctx, tx, r); err != nil {
				return err
			}
		}
		if known && len(tracks) > 0 {
			if err := p.renderAgain(ctx, tx, r.ID); err != nil {
				return err
			}
		}
		if receipt.Interventions, err = p.addRows(ctx, tx, in, meeting, r, rows); err != nil {
			return err
		}
		if !known {
			// The end of the timeline is sure only when the survey has read the file; all chunks before the last are.
			var marked []rostrum.Span
			for _, x := range receipt.Interventions {
				marked = append(marked, x.Span)
			}
			if err := p.queueChunks(ctx, tx, r, 0, r.Grid().Chunks()-1, marked); err != nil {
				return err
			}
		}
		return p.advance(ctx, tx, r.ID)
	})
	return receipt, err
}

// probe reads the container and decides the timeline.
func (p *Pipeline) probe(ctx context.Context, in Incoming, id rostrum.RecordingID, o intake.Original) (*rostrum.Recording, error) {
	path, release, err := p.Store.Local(ctx, o.Key)
	if err != nil {
		return nil, err
	}
	defer release()
	facts, err := p.Tools.Probe(ctx, path)
	if err != nil {
		return nil, err
	}
	v := facts.Source.Video
	if v == nil {
		return nil, rostrum.Errorf(rostrum.Invalid, "The file has no picture; Rostrum needs a video recording, with or without sound.")
	}
	if facts.Source.Channels, err = rostrum.MapChannels(in.Channels, facts.Source.Sound); err != nil {
		return nil, err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	return &rostrum.Recording{
		ID: id, Name: in.Name, SHA256: o.SHA256, Bytes: o.Bytes, State: rostrum.Received, Rate: facts.Rate, Frames: facts.Frames,
		Source: facts.Source, Rungs: rostrum.Ladder(v.Width, v.Height), Encoder: media.EncoderID(), Secret: secret,
		Notices: facts.Notices, Received: p.Now(),
	}, nil
}

// rows reads the cut list, or makes one row of the whole recording.
func (p *Pipeline) rows(in Incoming, r *rostrum.Recording, receipt *Receipt) ([]cutlist.Row, error) {
	if in.Sheet == nil {
		if receipt.Known {
			return nil, nil
		}
		title := strings.TrimSuffix(in.Name, "."+lastAfter(in.Name, '.'))
		return []cutlist.Row{{Number: 1, Out: r.Frames, Title: title}}, nil
	}
	list, err := cutlist.Read(in.Sheet.Name, in.Sheet.Data, timelineOf(r))
	if err != nil {
		return nil, err
	}
	var fatal []string
	for _, problem := range list.Problems {
		if problem.Fatal {
			fatal = append(fatal, Words(problem))
		}
	}
	if len(fatal) > 0 {
		return nil, rostrum.Errorf(rostrum.Invalid, "The cut list can't be used, and nothing was cut. %s", strings.Join(fatal, " "))
	}
	receipt.Understood, receipt.Problems = list.Understood, list.Problems
	return list.Rows, nil
}

// Words writes a problem of a cut list with its row.
func Words(p cutlist.Problem) string {
	if p.Row == 0 {
		return p.Text
	}
	return fmt.Sprintf("Row %d: %s", p.Row, p.Text)
}

func lastAfter(s string, sep byte) string { return s[strings.LastIndexByte(s, sep)+1:] }

// takeCaptions checks the caption files and stores them as they came.
func (p *Pipeline) takeCaptions(ctx context.Context, in Incoming, r *rostrum.Recording) ([]catalogue.CaptionTrack, error) {
	var tracks []catalogue.CaptionTrack
	for language, file := range in.Captions {
		track, notices, err := captions.Parse(file.Data, language)
		if err != nil {
			return nil, rostrum.Errorf(rostrum.Invalid, "The captions %s (%s) can't be used. %s", file.Name, language, rostrum.ErrorMessage(err))
		}
		c := catalogue.CaptionTrack{Recording: r.ID, Language: language, Name: file.Name, Cues: len(track.Cues),
			Object: fmt.Sprintf("recordings/%s/captions/%s", r.ID, strings.ToLower(string(language)))}
		for _, n := range notices {
			c.Notices = append(c.Notices, fmt.Sprintf("Line %d: %s", n.Line, n.Text))
		}
		if _, err := p.Store.Put(ctx, c.Object, bytes.NewReader(file.Data), int64(len(file.Data))); err != nil {
			return nil, err
		}
		tracks = append(tracks, c)
	}
	return tracks, nil
}

// addRows adds an intervention for each row whose span the recording does not have yet and never had.
func (p *Pipeline) addRows(ctx context.Context, tx *catalogue.Tx, in Incoming, m *rostrum.Meeting, r *rostrum.Recording, rows []cutlist.Row) ([]*rostrum.Intervention, error) {
	has, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	bySpan := map[rostrum.Span]bool{}
	for _, x := range has {
		bySpan[x.Span] = true
		for n := 1; n < x.Revision; n++ { // a row whose cut has been moved since is not new
			older, err := tx.Revision(ctx, x.ID, n)
			if err != nil {
				return nil, err
			}
			bySpan[older.Span] = true
		}
	}
	for _, row := range rows {
		span := rostrum.Span{In: row.In, Out: row.Out}
		if bySpan[span] {
			continue
		}
		if err := span.Check(r.Rate, r.Frames); err != nil {
			return nil, err
		}
		kind, how := in.Consent, "stated at ingest"
		if row.Consent != "" {
			kind, how = rostrum.ConsentKind(row.Consent), "stated in the cut list"
		}
		consent := rostrum.Consent{Kind: kind, Until: in.Until, By: in.Who, How: how, At: p.Now()}
		x := &rostrum.Intervention{
			Meeting: m.ID, MeetingSlug: m.Slug, Recording: r.ID, AgendaItem: row.AgendaItem, Title: row.Title, Speaker: row.Speaker,
			Function: row.Function, Organisation: row.Organisation, Language: row.Language, Topics: row.Topics, Span: span,
			State: rostrum.CutState, Revision: 1, WantPublish: in.Publish, Consent: consent,
		}
		if err := consent.MayPublish(p.Now()); in.Publish && err != nil {
			if kind == rostrum.ConsentNone {
				return nil, rostrum.Errorf(rostrum.Refused, "%q can't be published. %w", x.Title, err)
			}
			// A consent that was stated and does not allow it yet is no reason to stop the others.
			x.WantPublish = false
			x.Notices = append(x.Notices, rostrum.Errorf(rostrum.Refused, "It will not be published. %w", err).Message)
		}
		want := row.Speaker
		if want == "" {
			want = row.Title
		}
		if err := tx.AddIntervention(ctx, x, want); err != nil {
			return nil, err
		}
		if err := tx.AddRevision(ctx, x.ID, 1, span, p.Now()); err != nil {
			return nil, err
		}
		if kind != rostrum.ConsentNone {
			if err := tx.AddConsent(ctx, x.ID, consent); err != nil {
				return nil, err
			}
			entry := catalogue.Entry{At: p.Now(), Who: in.Who, Action: "consent", Subject: string(x.ID), Detail: string(kind) + ", " + how}
			if err := tx.Log(ctx, entry); err != nil {
				return nil, err
			}
		}
	}
	return tx.InterventionsOfRecording(ctx, r.ID)
}

// revive begins the work on a failed recording again, from where it stopped: what is encoded stays.
func (p *Pipeline) revive(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording) error {
	r.State, r.Failure = rostrum.Received, ""
	if err := tx.PutRecording(ctx, r); err != nil {
		return err
	}
	chunks, err := tx.Chunks(ctx, r.ID)
	if err != nil {
		return err
	}
	tasks := []queue.Task{{Kind: surveyKind, Key: string(r.ID), Lane: queue.Render, Priority: 1, Unique: true}}
	for _, c := range chunks {
		if !c.Done {
			tasks = append(tasks, queue.Task{Kind: chunkKind, Key: joinKey(r.ID, c.Number), Lane: queue.Encode, Priority: 2, Unique: true})
		}
	}
	if err := p.Queue.Add(ctx, tx.SQL(), tasks...); err != nil {
		return err
	}
	return p.renderAgain(ctx, tx, r.ID)
}

// renderAgain gives every intervention of a recording a new revision of the same span, because something that belongs to
// it has changed. What is published stays until its new revision is ready.
func (p *Pipeline) renderAgain(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID) error {
	all, err := tx.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	for _, x := range all {
		revision, err := tx.Revision(ctx, x.ID, x.Revision)
		if err != nil {
			return err
		}
		if revision.State == rostrum.Rendering && x.State == rostrum.CutState {
			continue // not begun: it will find the change by itself
		}
		if err := p.nextRevision(ctx, tx, x, x.Span); err != nil {
			return err
		}
	}
	return nil
}
