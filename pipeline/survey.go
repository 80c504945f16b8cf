package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/errgroup"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
)

// surveyKey is where a result of the survey lies.
func surveyKey(id rostrum.RecordingID, name string) string {
	return fmt.Sprintf("recordings/%s/survey/%s", id, name)
}

// The survey's documents.
const (
	soundSurvey = "sound.json"  // media.Survey of the floor
	stillSurvey = "stills.json" // media.Stills, whose contact sheets are stills-N.jpg
)

// survey measures the whole recording, so that cutting can begin while the ladder is still being encoded: its exact length,
// the floor's loudness, silences and waveform, and stills.
func (p *Pipeline) survey(ctx context.Context, id rostrum.RecordingID) error {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil || r.State != rostrum.Received {
		return err
	}
	path, release, err := p.Store.Local(ctx, intake.Key(id))
	if err != nil {
		return err
	}
	defer release()
	count, err := p.Tools.Packets(ctx, path, r.Source.Video, r.Rate)
	if err != nil {
		return err
	}
	var notices []string
	g, parallel := errgroup.WithContext(ctx)
	g.Go(func() error {
		stills, err := p.Tools.SurveyPictures(parallel, path, r.Source, r.Rate, func(i int, jpeg []byte) error {
			_, err := p.Store.Put(parallel, surveyKey(id, fmt.Sprintf("stills-%d.jpg", i)), bytes.NewReader(jpeg), int64(len(jpeg)))
			return err
		})
		if err != nil {
			return err
		}
		return p.putJSON(parallel, surveyKey(id, stillSurvey), stills)
	})
	if floor := r.Source.Floor(); floor != nil {
		g.Go(func() error {
			sound, err := p.Tools.SurveySound(parallel, path, media.Sound{Source: r.Source, Stream: *r.Source.SoundOf(*floor), Pick: floor.Pick, Rate: r.Rate, Span: rostrum.Span{Out: count.Frames}})
			if err != nil {
				return err
			}
			return p.putJSON(parallel, surveyKey(id, soundSurvey), sound)
		})
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
		r.State, r.Frames, r.Notices = rostrum.Surveyed, count.Frames, append(r.Notices, notices...)
		r.Source.Video.Gap = count.Gap
		if err := tx.PutRecording(ctx, r); err != nil {
			return err
		}
		marked, err := p.fitSpans(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := p.queueChunks(ctx, tx, r, 0, r.Grid().Chunks(), marked); err != nil {
			return err
		}
		return p.advance(ctx, tx, id)
	})
}

// fitSpans fits interventions to the exact length of the timeline: an out point up to a second past the end moves to it,
// with a notice; one further out fails its intervention.
func (p *Pipeline) fitSpans(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording) ([]rostrum.Span, error) {
	all, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var fitting []rostrum.Span
	for _, x := range all {
		over := x.Span.Out - r.Frames
		if over <= 0 {
			fitting = append(fitting, x.Span)
			continue
		}
		clipped := rostrum.Span{In: x.Span.In, Out: r.Frames}
		if over > r.Rate.FrameAt(1e9) || clipped.Check(r.Rate, r.Frames) != nil {
			if err := failRevision(ctx, tx, x.ID, x.Revision, rostrum.ErrorMessage(x.Span.Check(r.Rate, r.Frames))); err != nil {
				return nil, err
			}
			continue
		}
		x.Span = clipped
		x.Notices = append(x.Notices, fmt.Sprintf("The out point lay %d frames after the end of the recording and was moved to it.", over))
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
