package pipeline

import (
	"context"
	"io"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline/cutlist"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// Incoming is a recording as somebody brings it.
type Incoming struct {
	ID       rostrum.RecordingID           // what it is to be called; "" chooses one
	Meeting  string                        // slug
	Create   bool                          // make the meeting if there is none of that slug
	File                                   // the recording, or its first part
	More     []File                        // the parts that follow, when the recorder has split it
	Beside   []SoundBeside                 // sound that came in files of its own
	Recorded time.Time                     // when it was filmed, as far as known: dates a meeting that is made for it
	Sheet    *SideFile                     // cut list; without one the whole recording is one intervention
	Uncut    bool                          // without a cut list, it waits to be cut
	Captions map[rostrum.Language]SideFile // of the whole recording
	Channels []rostrum.ChannelSaid         // what the sound carries; without any, the first place is the floor
	Consent  rostrum.ConsentKind           // for every row that states none; "" records nothing
	Booths   rostrum.ConsentKind           // of the interpreters, for all rows; "" is as Consent
	Until    time.Time                     // end of the embargo
	Publish  bool                          // as soon as ready
	Who      string                        // says all this
	Progress func(done int64)              // of the copying, in bytes
	Step     func(what string)             // told what else takes a while, in words; nil for nobody
}

// File is a large file as somebody brings it.
type File struct {
	Name    string
	Content io.Reader
	Bytes   int64    // -1 when unknown
	Arrived *Arrived // instead of Content: it lies in the store already
}

// Arrived is a file that has been sent and counted, and lies in the store. It is moved, not copied, and moved back when the recording
// is refused.
type Arrived struct {
	Key    string
	SHA256 rostrum.Digest
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
	t := &taking{Pipeline: p, in: in, id: in.ID}
	if t.id == "" {
		t.id = rostrum.RecordingID(catalogue.NewID())
	}
	defer t.close()
	err = t.takeOriginals(ctx)
	var receipt *Receipt
	if err == nil {
		receipt, err = p.register(ctx, in, meeting, t)
	}
	if err != nil || receipt.Known {
		if e := t.undo(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}
	return receipt, err
}

func (p *Pipeline) register(ctx context.Context, in Incoming, meeting *rostrum.Meeting, t *taking) (*Receipt, error) {
	r, err := p.Catalogue.RecordingByDigest(ctx, t.digest)
	known := err == nil
	switch {
	case known && (meeting == nil || r.Meeting != meeting.ID):
		return nil, rostrum.Errorf(rostrum.Conflict, "This recording (%s) is already part of another meeting; use that meeting, or leave it as it is.", r.Name)
	case !known && rostrum.ErrorCode(err) != rostrum.NotFound:
		return nil, err
	case !known:
		if r, err = t.probe(ctx); err != nil {
			return nil, err
		}
		if err := t.takeBeside(ctx, r); err != nil {
			return nil, err
		}
	}
	receipt := &Receipt{Recording: r, Known: known}
	if known {
		if note := channelsLeftOut(in, r); note != "" {
			receipt.Understood = append(receipt.Understood, note)
		}
	}
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
		if known {
			if err := p.mendTails(ctx, tx, r, ""); err != nil {
				return err
			}
		}
		if !known {
			var marked []rostrum.Span
			for _, x := range receipt.Interventions {
				marked = append(marked, x.Span)
			}
			if err := p.queueChunks(ctx, tx, r, rostrum.H264, 0, sureChunks(r), marked); err != nil {
				return err
			}
		}
		return p.advance(ctx, tx, r.ID)
	})
	return receipt, err
}

// sureChunks is how many chunks can be encoded before the survey has read the file: the end of the timeline is sure only then, and how
// far before a picture its decoding must begin, in files without an index or a constant rate.
func sureChunks(r *rostrum.Recording) int {
	if v := r.Source.Video; v == nil || v.Unindexed || v.Irregular {
		return 0
	}
	return r.Chunks() - 1
}

// channelsLeftOut says, of a recording that was here before, that its channels stay as they are, when others are named now.
func channelsLeftOut(in Incoming, r *rostrum.Recording) string {
	mapped, err := rostrum.MapChannels(in.Channels, r.Source.Sound)
	other := len(in.Channels) > 0 && (err != nil || len(mapped) > len(r.Source.Channels))
	for _, c := range mapped {
		other = other || len(in.Channels) > 0 && !slices.ContainsFunc(r.Source.Channels, func(has rostrum.Channel) bool { return has.Name == c.Name })
	}
	for _, s := range in.Beside {
		other = other || !slices.ContainsFunc(r.Source.Channels, func(has rostrum.Channel) bool { return has.Name == s.Channel && has.File != "" })
	}
	if !other {
		return ""
	}
	return "The recording was here before, and its channels stay as they are; change them with rostrum sound."
}
