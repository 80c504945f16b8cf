package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/errgroup"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
)

// surveyKey is where a result of the survey lies.
func surveyKey(id rostrum.RecordingID, name string) string {
	return fmt.Sprintf("recordings/%s/survey/%s", id, name)
}

// The survey's documents.
const (
	soundSurvey = "sound-%s.json" // hearing of a channel
	listenFile  = "listen-%s.m4a" // the same to listen to
	stillSurvey = "stills.json"   // media.Stills
	sheetFile   = "stills-%d.jpg" // its contact sheets
)

// survey measures the whole recording, so that cutting can begin while the ladder is still being encoded: its exact length,
// of every channel the loudness, silences, waveform and a small file to listen to, and stills.
func (p *Pipeline) survey(ctx context.Context, id rostrum.RecordingID) error {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil || r.State != rostrum.Received {
		return err
	}
	path, release, err := p.Store.Local(ctx, mediaKey(r))
	if err != nil {
		return err
	}
	defer release()
	heard := r.Source.Channels
	count, err := p.measure(ctx, path, r)
	if err != nil {
		return err
	}
	var notices []string
	g, parallel := errgroup.WithContext(ctx)
	g.SetLimit(2)
	g.Go(func() error {
		if r.Source.Video == nil {
			return nil
		}
		stills, err := p.Tools.SurveyPictures(parallel, path, r.Source, r.Rate, func(i int, jpeg []byte) error {
			_, err := p.Store.Put(parallel, surveyKey(id, fmt.Sprintf(sheetFile, i)), bytes.NewReader(jpeg), int64(len(jpeg)))
			return err
		})
		if err != nil {
			return err
		}
		return p.putJSON(parallel, surveyKey(id, stillSurvey), stills)
	})
	for _, c := range r.Source.Channels {
		g.Go(func() error { return p.hear(parallel, r, c, count.Frames) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		r, err := tx.LockRecording(ctx, id)
		if err != nil || r.State != rostrum.Received {
			return err
		}
		if d := count.Frames - r.Frames; d < -r.Grid().Rate.FrameAt(1e9) {
			notices = append(notices, fmt.Sprintf("The recording is %s long, not %s as its header says.", rostrum.Elapsed(r.Rate.Duration(count.Frames)), rostrum.Elapsed(r.Rate.Duration(r.Frames))))
		}
		if err := p.hearAgain(ctx, tx, r, heard); err != nil {
			return err
		}
		said := r.Frames
		r.State, r.Frames, r.Notices = rostrum.Surveyed, count.Frames, append(r.Notices, notices...)
		if v := r.Source.Video; v != nil {
			v.Gap, v.KeyGap = count.Gap, count.KeyGap
		}
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		marked, err := p.fitSpans(ctx, tx, r, said)
		if err != nil {
			return err
		}
		if err := p.queueChunks(ctx, tx, r, rostrum.H264, 0, r.Chunks(), marked); err != nil {
			return err
		}
		return p.advance(ctx, tx, id)
	})
}

// measure finds the exact length of the timeline, and what decoding anywhere on it must know.
func (p *Pipeline) measure(ctx context.Context, path string, r *rostrum.Recording) (media.Count, error) {
	if r.Source.Video != nil {
		return p.Tools.Packets(ctx, path, r.Source.Video, r.Rate)
	}
	frames, err := p.Tools.SoundFrames(ctx, path, r.Source, r.Rate)
	return media.Count{Frames: frames}, err
}

// fitSpans fits interventions to the exact length of the timeline: an out point up to a second past the end moves to it,
// with a notice; one further out fails its intervention. What was meant as the whole recording, of said frames, becomes as long as it is.
func (p *Pipeline) fitSpans(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, said rostrum.Frame) ([]rostrum.Span, error) {
	all, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var fitting []rostrum.Span
	for _, x := range all {
		whole := x.Span == rostrum.Span{Out: said}
		over := x.Span.Out - r.Frames
		if over <= 0 && !(whole && over < 0) {
			fitting = append(fitting, x.Span)
			continue
		}
		clipped := rostrum.Span{In: x.Span.In, Out: r.Frames}
		if !whole && over > r.Rate.FrameAt(1e9) || clipped.Check(r.Rate, r.Frames) != nil {
			if err := failRevision(ctx, tx, x.ID, x.Revision, rostrum.ErrorMessage(x.Span.Check(r.Rate, r.Frames))); err != nil {
				return nil, err
			}
			continue
		}
		x.Span = clipped
		if !whole {
			x.Notices = append(x.Notices, fmt.Sprintf("The out point lay %d frames after the end of the recording and was moved to it.", over))
		}
		if err := tx.PutIntervention(ctx, x); err != nil {
			return nil, err
		}
		if err := tx.MoveRevision(ctx, x.ID, x.Revision, clipped); err != nil {
			return nil, err
		}
		fitting = append(fitting, clipped)
	}
	return fitting, nil
}

// stills gives the survey's stills.
func (p *Pipeline) stills(ctx context.Context, id rostrum.RecordingID) (s media.Stills, err error) {
	data, err := p.read(ctx, surveyKey(id, stillSurvey))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}
