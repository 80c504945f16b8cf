package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rostrum"
)

// Planned is one entry of a list of speakers.
type Planned struct {
	ID      string
	Starts  time.Time     // as planned; the zero value is not placed
	Length  time.Duration // 0 when nothing is said: until the next begins
	Speaker string
	Title   string
}

// Where a suggestion comes from.
const (
	FromSilence  = "silence"
	FromChapters = "chapters"
	FromSchedule = "schedule"
)

// Suggestion is a cut that somebody may want.
type Suggestion struct {
	Source    string       `json:"source"` // FromSilence, FromChapters or FromSchedule
	Span      rostrum.Span `json:"span"`
	Title     string       `json:"title,omitempty"`
	PlannedID string       `json:"planned,omitempty"` // of the entry that it was placed for
	Why       string       `json:"why"`               // a sentence
	Sure      bool         `json:"sure"`              // nothing speaks against it; the others want a look first
}

// Suggest proposes cuts of a surveyed recording: by the silences of its floor, by the chapters in its file, and by a list of speakers, which
// is placed by the time of day at which the recording began, in the meeting's zone (nil for UTC). Those of one source follow each other
// and don't overlap; those of different sources may propose the same. The same recording and list give the same cuts. It gives Conflict
// while the survey is not done, or the floor is being listened through anew; then the caller tries again.
func (p *Pipeline) Suggest(ctx context.Context, id rostrum.RecordingID, planned []Planned, zone *time.Location) ([]Suggestion, error) {
	r, err := p.surveyed(ctx, id)
	if err != nil {
		return nil, err
	}
	var silences []rostrum.Span
	if floor := r.Source.Floor(); floor != nil {
		s, err := p.heard(ctx, id, *floor)
		if err != nil {
			return nil, err
		}
		for _, q := range s.Silences {
			silences = append(silences, q.Span)
		}
		if !slices.ContainsFunc(silences, func(q rostrum.Span) bool { return r.Rate.Duration(q.Len()) >= shortestPause }) {
			silences = lulls(s.Loudness, r.Rate, r.Frames)
		}
	}
	return suggest(r, silences, planned, zone), nil
}

func suggest(r *rostrum.Recording, silences []rostrum.Span, planned []Planned, zone *time.Location) []Suggestion {
	t := talk{rate: r.Rate, frames: r.Frames}
	t.listen(silences)
	return slices.Concat(t.bySilence(), byChapters(r), t.bySchedule(planned, beginning(r, planned, zone)))
}

// What lulls go by, in LU.
const (
	roomUnderVoice = 12 // a room must lie so far below the voices in it
	aboveRoom      = 5  // what is no louder than this over the room is a lull
)

// lulls are the silences of a room that is never silent, as one with fans is not: whole seconds in which it is hardly louder than in
// its quietest tenth. loudness is that of media.Survey. None where voices hardly stand out.
func lulls(loudness []float64, rate rostrum.Rate, frames rostrum.Frame) []rostrum.Span {
	if len(loudness) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(loudness))
	room, voice := sorted[len(sorted)/10], sorted[len(sorted)*3/4]
	if voice-room < roomUnderVoice {
		return nil
	}
	var all []rostrum.Span
	at := func(second int) rostrum.Frame { return min(rate.FrameAt(time.Duration(second)*time.Second), frames) }
	since := 0
	for i := range len(loudness) + 1 {
		if i < len(loudness) && loudness[i] <= room+aboveRoom {
			continue
		}
		if i > since {
			all = append(all, rostrum.Span{In: at(since), Out: at(i)})
		}
		since = i + 1
	}
	return all
}

// byChapters proposes the chapters as they are: somebody pressed a key there.
func byChapters(r *rostrum.Recording) []Suggestion {
	var all []Suggestion
	at := rostrum.Frame(0)
	for _, c := range r.Source.Chapters {
		span := c.Span(r.Frames)
		span.In = max(span.In, at) // a file may have chapters that overlap
		if span.Len() <= 0 {
			continue
		}
		at = span.Out
		why := "The recording has a chapter here."
		if c.Title != "" {
			why = fmt.Sprintf("The recording has a chapter %q here.", c.Title)
		}
		sure := r.Rate.Duration(span.Len()) >= leastChapter
		if !sure {
			why = why[:len(why)-1] + ", but a very short one."
		}
		all = append(all, Suggestion{Source: FromChapters, Span: span, Title: c.Title, Why: why, Sure: sure})
	}
	return all
}

const leastChapter = 5 * time.Second

// beginning is when the recording began: the time of day that its timecode tells, on the day that the file says or, where it says none, on the
// day on which that comes nearest to the list's first entry; else the time that the file says. The zero value when
// neither is known.
func beginning(r *rostrum.Recording, planned []Planned, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	near := r.Source.Created
	if near.IsZero() {
		for _, x := range planned {
			if !x.Starts.IsZero() && (near.IsZero() || x.Starts.Before(near)) {
				near = x.Starts
			}
		}
	}
	t, err := rostrum.ParseTimecode(r.Source.Start)
	if err != nil || t == (rostrum.Timecode{Drop: t.Drop}) || near.IsZero() { // a recorder that counts from 0 tells no time of day
		return r.Source.Created
	}
	n, err := r.Rate.FrameOf(t)
	if err != nil {
		return r.Source.Created
	}
	y, m, d := near.In(zone).Date()
	var best time.Time
	for _, day := range []int{d - 1, d, d + 1} {
		at := time.Date(y, m, day, 0, 0, 0, 0, zone).Add(r.Rate.Duration(n))
		if best.IsZero() || at.Sub(near).Abs() < best.Sub(near).Abs() {
			best = at
		}
	}
	return best
}

// How far what happened may lie from what was planned.
const (
	scheduleReach = 3 * time.Minute  // to be taken for the same
	scheduleSure  = 30 * time.Second // to be sure of it
	usualLength   = 5 * time.Minute  // of the last entry, when nothing is said
)

// bySchedule places the entries of a list on a recording that began at a time. A speaker can't begin before the one before has ended, so
// what is late makes the next ones late too.
func (t *talk) bySchedule(planned []Planned, began time.Time) []Suggestion {
	if began.IsZero() {
		return nil
	}
	planned = slices.DeleteFunc(slices.Clone(planned), func(x Planned) bool { return x.Starts.IsZero() })
	slices.SortStableFunc(planned, func(a, b Planned) int { return a.Starts.Compare(b.Starts) })
	var all []Suggestion
	last := rostrum.Frame(0)
	for i, x := range planned {
		length := x.Length
		if length <= 0 {
			length = usualLength
			if i+1 < len(planned) && planned[i+1].Starts.After(x.Starts) {
				length = planned[i+1].Starts.Sub(x.Starts)
			}
		}
		listed, long := t.rate.FrameAt(x.Starts.Sub(began)), t.rate.FrameAt(length)
		if listed < 0 { // its beginning is on another recording
			listed, long = 0, listed+long
		}
		if long <= 0 || listed >= t.frames {
			continue
		}
		s := t.place(max(listed, last), long, last)
		if s.Span.Len() <= 0 {
			continue
		}
		s.Title, s.PlannedID, last = cmp.Or(x.Title, x.Speaker), x.ID, s.Span.Out
		s.Why = fmt.Sprintf("The list says %s; %s", x.Starts.In(began.Location()).Format("15:04"), s.Why)
		all = append(all, s)
	}
	return all
}

// place finds the speech that begins nearest to a frame and ends nearest to so much later, none of it before the frame from.
func (t *talk) place(at, length, from rostrum.Frame) Suggestion {
	reach, sure := t.rate.FrameAt(scheduleReach), t.rate.FrameAt(scheduleSure)
	s := Suggestion{Source: FromSchedule, Span: rostrum.Span{In: min(at, t.frames), Out: min(at+length, t.frames)}}
	first, away := -1, reach
	for i, x := range t.speeches {
		if d := distance(x.In, at); x.In >= from && d <= away {
			first, away = i, d
		}
	}
	if first < 0 {
		s.Why = "nobody begins to speak near that time, so look at both ends."
		return s
	}
	s.Span.In = t.padded(t.speeches[first], from).In
	end := t.speeches[first].In + length
	last, off := -1, max(reach, length/2)
	for i := first; i < len(t.speeches); i++ {
		if d := distance(t.speeches[i].Out, end); d <= off {
			last, off = i, d
		}
	}
	begins := rostrum.Elapsed(t.rate.Duration(t.speeches[first].In))
	if last < 0 {
		s.Span.Out = min(end, t.frames)
		s.Why = fmt.Sprintf("somebody begins to speak at %s of the recording, and nobody stops near the end that was planned, so look at it.", begins)
		return s
	}
	s.Span.Out = t.padded(t.speeches[last], from).Out
	s.Sure = away <= sure && off <= max(sure, length/4)
	s.Why = fmt.Sprintf("somebody begins to speak at %s of the recording and stops at %s.", begins, rostrum.Elapsed(t.rate.Duration(t.speeches[last].Out)))
	if !s.Sure {
		s.Why = s.Why[:len(s.Why)-1] + ", which is not quite what was planned, so look at both ends."
	}
	return s
}

func distance(a, b rostrum.Frame) rostrum.Frame { return max(a-b, b-a) }
