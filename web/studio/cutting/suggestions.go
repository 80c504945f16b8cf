package cutting

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/studio/desk"
)

// furthestNudge bounds how far marks can be moved.
const furthestNudge = 24 * time.Hour

// suggestionSaid is a suggestion as programs read it. The ID is the same as long as the suggestion is.
type suggestionSaid struct {
	ID      string       `json:"id"`
	Source  string       `json:"source"`
	Span    rostrum.Span `json:"span"`
	Title   string       `json:"title"`
	Planned string       `json:"planned"`
	Why     string       `json:"why"`
	Sure    bool         `json:"sure"`
}

// suggestions answers with cuts that somebody may want, from the sources in ?from=, or all; ?offset_ms= moves those from marks.
func (a *area) suggestions(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	ctx, id := r.Context(), recordingID(r)
	sources := []string{pipeline.FromSilence, pipeline.FromChapters, pipeline.FromSchedule, pipeline.FromMarks}
	if from := r.URL.Query().Get("from"); from != "" {
		for s := range strings.SplitSeq(from, ",") {
			if !slices.Contains(sources, s) {
				return rostrum.Errorf(rostrum.Invalid, "There are no suggestions from %q; ask for silence, chapters, schedule or marks.", s)
			}
		}
		sources = strings.Split(from, ",")
	}
	offset, err := strconv.ParseInt(cmp.Or(r.URL.Query().Get("offset_ms"), "0"), 10, 64)
	if err != nil || time.Duration(offset) > furthestNudge/time.Millisecond || time.Duration(offset) < -furthestNudge/time.Millisecond {
		return rostrum.Errorf(rostrum.Invalid, "offset_ms is a whole number of milliseconds, of at most a day either way.")
	}
	var all []pipeline.Suggestion
	if slices.ContainsFunc(sources, func(s string) bool { return s != pipeline.FromMarks }) {
		planned, zone, err := a.planned(r)
		if err != nil {
			return err
		}
		if all, err = a.pipeline.Suggest(ctx, id, planned, zone); err != nil {
			return err
		}
	}
	if slices.Contains(sources, pipeline.FromMarks) {
		marked, err := a.pipeline.SuggestFromMarks(ctx, id, time.Duration(offset)*time.Millisecond)
		if err != nil {
			return err
		}
		all = append(all, marked...)
	}
	say, said := a.Say(r, who), []suggestionSaid{}
	for _, s := range all {
		if slices.Contains(sources, s.Source) {
			said = append(said, suggestionSaid{fmt.Sprintf("%s-%d-%d", s.Source, s.Span.In, s.Span.Out), s.Source, s.Span, s.Title, s.PlannedID, say(s.Why), s.Sure})
		}
	}
	return desk.Reply(w, said)
}

// planned lists who of the speakers' list may be on the recording, and the meeting's zone.
func (a *area) planned(r *http.Request) ([]pipeline.Planned, *time.Location, error) {
	x, err := a.pipeline.Catalogue.Recording(r.Context(), recordingID(r))
	if err != nil {
		return nil, nil, err
	}
	m, err := a.pipeline.MeetingOf(r.Context(), x)
	if err != nil {
		return nil, nil, err
	}
	var planned []pipeline.Planned
	speakers, err := a.speakers(r, x)
	for _, s := range speakers {
		planned = append(planned, pipeline.Planned{ID: string(s.ID), Starts: s.Starts, Length: s.Length, Speaker: s.Speaker, Title: s.Title})
	}
	return planned, pipeline.ZoneOf(m), err
}

// speakers lists the interventions of a recording's meeting that are not cut from another recording.
func (a *area) speakers(r *http.Request, x *rostrum.Recording) ([]*rostrum.Intervention, error) {
	all, err := a.pipeline.Catalogue.InterventionsOfMeeting(r.Context(), x.Meeting)
	return slices.DeleteFunc(all, func(s *rostrum.Intervention) bool { return s.Recording != "" && s.Recording != x.ID }), err
}
