package pipeline

import (
	"context"
	"fmt"

	"rostrum"
	"rostrum/pipeline/cutlist"
)

// The weights of the stages in a recording's progress: encoding is most of the work.
const (
	surveyWeight = 0.05
	encodeWeight = 0.80
	renderWeight = 0.15
)

// Progress says what share of a recording's work is done, from 0 to 1, and whether it is over: well or not.
func (p *Pipeline) Progress(ctx context.Context, id rostrum.RecordingID) (share float64, over bool, err error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return 0, false, err
	}
	if r.State == rostrum.RecordingFailed {
		return 1, true, nil
	}
	if r.State != rostrum.Received {
		share += surveyWeight
	}
	chunks, err := p.Catalogue.Chunks(ctx, id, rostrum.H264)
	if err != nil {
		return 0, false, err
	}
	frames := rostrum.Frame(0)
	for _, c := range chunks {
		frames += c.Frames
	}
	if r.Source.Video != nil {
		share += encodeWeight * float64(frames) / float64(max(1, r.Frames))
	} else if r.State != rostrum.Received {
		share += encodeWeight
	}
	all, err := p.Catalogue.RevisionStates(ctx, id)
	if err != nil {
		return 0, false, err
	}
	finished := 0
	for _, state := range all {
		if state != rostrum.Rendering {
			finished++
		}
	}
	if len(all) > 0 {
		share += renderWeight * float64(finished) / float64(len(all))
	} else {
		share += renderWeight
	}
	return share, r.State == rostrum.Encoded && finished == len(all), nil
}

// Span reads an in and an out point as people write them, as a cut list's row would be read.
func (p *Pipeline) Span(ctx context.Context, id rostrum.RecordingID, in, out string) (rostrum.Span, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return rostrum.Span{}, err
	}
	list, err := cutlist.Read("cut.csv", fmt.Appendf(nil, "in\tout\ttitle\n%s\t%s\tcut\n", in, out), timelineOf(r))
	if err != nil {
		return rostrum.Span{}, err
	}
	for _, problem := range list.Problems {
		if problem.Fatal {
			return rostrum.Span{}, rostrum.Errorf(rostrum.Invalid, "%s", problem.Text)
		}
	}
	return rostrum.Span{In: list.Rows[0].In, Out: list.Rows[0].Out}, nil
}

// timelineOf is what a cut list must know of a recording.
func timelineOf(r *rostrum.Recording) cutlist.Media {
	m := cutlist.Media{Rate: r.Rate, Frames: r.Frames, Name: r.Name, Halved: r.Source.Video != nil && r.Source.Video.Halved}
	if t, err := rostrum.ParseTimecode(r.Source.Start); err == nil {
		m.Start, m.HasStart = t, true
	}
	return m
}
