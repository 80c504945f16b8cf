package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"rostrum"
	"rostrum/storage/catalogue"
)

// FromMarks is the source of suggestions that were marked in the room.
const FromMarks = "marks"

// Limits of marks.
const (
	mostMarks    = 1_000     // sent at once
	longestName  = 300       // bytes of a name that was typed
	futureMark   = time.Hour // a phone's clock is compared with ours before anything is sent
	mostUnsure   = 24 * time.Hour
	unsureInCuts = time.Second // what is less sure is not sure as a cut
)

// MarkSaid is a mark as a phone sends it. Deleted is nil unless the mark is deleted, or brought back, by somebody: a mark that a phone
// sends twice must not come back by itself.
type MarkSaid struct {
	rostrum.Mark
	Deleted *bool
}

// Marks lists a meeting's marks, of all who mark, in the order of their times. NotFound for a meeting that there is not.
func (p *Pipeline) Marks(ctx context.Context, slug string) ([]rostrum.Mark, error) {
	m, err := p.Catalogue.MeetingBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	all, err := p.Catalogue.Marks(ctx, m.ID)
	return slices.DeleteFunc(all, func(x rostrum.Mark) bool { return x.Deleted }), err
}

// PutMarks adds marks to a meeting, or corrects those that are there under the same IDs; sending them twice changes nothing. Invalid, and
// nothing is stored, when one of them can't be.
func (p *Pipeline) PutMarks(ctx context.Context, slug string, said []MarkSaid, who rostrum.Actor) error {
	if len(said) > mostMarks {
		return rostrum.Errorf(rostrum.TooLarge, "These are more than %d marks; send them in parts.", mostMarks)
	}
	m, err := p.Catalogue.MeetingBySlug(ctx, slug)
	if err != nil {
		return err
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		all, err := tx.InterventionsOfMeeting(ctx, m.ID)
		if err != nil {
			return err
		}
		listed := map[rostrum.InterventionID]*rostrum.Intervention{}
		for _, x := range all {
			listed[x.ID] = x
		}
		for _, s := range said {
			if err := p.putMark(ctx, tx, m, listed, s, who); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *Pipeline) putMark(ctx context.Context, tx *catalogue.Tx, m *rostrum.Meeting, listed map[rostrum.InterventionID]*rostrum.Intervention, s MarkSaid, who rostrum.Actor) error {
	mark := s.Mark
	mark.Meeting, mark.Who, mark.Speaker = m.ID, who.Name, strings.TrimSpace(mark.Speaker)
	mark.At, mark.Unsure = mark.At.UTC().Truncate(time.Millisecond), mark.Unsure.Truncate(time.Millisecond)
	if err := p.checkMark(mark); err != nil {
		return err
	}
	x := listed[mark.Intervention]
	switch {
	case mark.End:
		mark.Intervention, mark.Speaker = "", ""
	case x != nil: // its name now, should it be taken off the list
		mark.Speaker = cmp.Or(x.Speaker, x.Title)
	case mark.Speaker == "": // with a name, the list may have changed since: what happened in the room counts
		return rostrum.Errorf(rostrum.Invalid, "A mark names nobody of the speakers' list, and no other name; load the page anew, and say who speaks.")
	default:
		mark.Intervention = ""
	}
	before, err := tx.Mark(ctx, mark.ID)
	known := err == nil
	if err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
		return err
	}
	if known && before.Meeting != m.ID {
		return rostrum.Errorf(rostrum.Invalid, "A mark of that name belongs to another meeting; mark it anew.")
	}
	if mark.Deleted = known && before.Deleted; s.Deleted != nil {
		mark.Deleted = *s.Deleted
	}
	if known {
		mark.Who = before.Who
		if mark == before {
			return nil
		}
	}
	if err := tx.PutMark(ctx, mark); err != nil {
		return err
	}
	return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who.Name, Action: "mark", Subject: string(m.ID), Detail: markInWords(mark, x)})
}

func (p *Pipeline) checkMark(mark rostrum.Mark) error {
	odd := func(r rune) bool {
		return r > unicode.MaxASCII || r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	switch {
	case len(mark.ID) < 8 || len(mark.ID) > 64 || strings.ContainsFunc(mark.ID, odd):
		return rostrum.Errorf(rostrum.Invalid, "A mark needs a name of its own of 8 to 64 letters, digits and hyphens.")
	case len(mark.Speaker) > longestName || strings.ContainsFunc(mark.Speaker, unicode.IsControl):
		return rostrum.Errorf(rostrum.Invalid, "A speaker's name is too long, or not written in one line; shorten it.")
	case mark.At.Year() < 2000 || mark.At.After(p.Now().Add(futureMark)):
		return rostrum.Errorf(rostrum.Invalid, "A mark was made at %s, which can't be; check the clock of the device.", mark.At.Format("2006-01-02 15:04 UTC"))
	case mark.Unsure < 0 || mark.Unsure > mostUnsure:
		return rostrum.Errorf(rostrum.Invalid, "A mark can't be off by %s; check the clock of the device.", mark.Unsure)
	}
	return nil
}

func markInWords(mark rostrum.Mark, x *rostrum.Intervention) string {
	what := mark.Speaker
	switch {
	case mark.End:
		what = "nobody"
	case x != nil:
		what = cmp.Or(x.Speaker, x.Title)
	}
	if mark.Deleted {
		what += " (deleted)"
	}
	return mark.At.Format("2006-01-02 15:04:05 UTC") + " " + what
}

// DropMark deletes a mark of a meeting; PutMarks can bring it back. NotFound when there is none. Deleting twice changes nothing.
func (p *Pipeline) DropMark(ctx context.Context, slug, id string, who rostrum.Actor) error {
	m, err := p.Catalogue.MeetingBySlug(ctx, slug)
	if err != nil {
		return err
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		mark, err := tx.Mark(ctx, id)
		if err == nil && mark.Meeting != m.ID {
			err = rostrum.Errorf(rostrum.NotFound, "The meeting has no such mark; load the page anew.")
		}
		if err != nil || mark.Deleted {
			return err
		}
		var x *rostrum.Intervention
		if mark.Intervention != "" {
			if x, err = tx.Intervention(ctx, mark.Intervention); err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
				return err
			}
		}
		mark.Deleted = true
		if err := tx.PutMark(ctx, mark); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who.Name, Action: "mark", Subject: string(m.ID), Detail: markInWords(mark, x)})
	})
}

// SuggestFromMarks proposes a cut from each mark of the meeting to the next, of all who marked, where the recording shows it: by the time at
// which it began, or, when that is not known, where the marks fit its speeches best. Everything is moved by offset, later when it is
// positive. Conflict while the recording is not surveyed.
func (p *Pipeline) SuggestFromMarks(ctx context.Context, id rostrum.RecordingID, offset time.Duration) ([]Suggestion, error) {
	r, err := p.surveyed(ctx, id)
	if err != nil {
		return nil, err
	}
	m, err := p.MeetingOf(ctx, r)
	if err != nil {
		return nil, err
	}
	marks, err := p.Marks(ctx, m.Slug)
	if err != nil || len(marks) == 0 {
		return nil, err
	}
	all, err := p.Catalogue.InterventionsOfMeeting(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	room := markedRoom{rate: r.Rate, frames: r.Frames, zone: ZoneOf(m), began: began(r, m), offset: offset, listed: map[rostrum.InterventionID]*rostrum.Intervention{}}
	for _, x := range all {
		room.listed[x.ID] = x
	}
	if floor := r.Source.Floor(); floor != nil && room.began.IsZero() {
		s, err := p.heard(ctx, id, *floor)
		if err != nil {
			return nil, err
		}
		t := talk{rate: r.Rate, frames: r.Frames}
		var silences []rostrum.Span
		for _, q := range s.Silences {
			silences = append(silences, q.Span)
		}
		t.listen(silences)
		room.speeches = t.speeches
	}
	return room.suggest(marks), nil
}

// markedRoom is what the marks of a room are placed on.
type markedRoom struct {
	rate     rostrum.Rate
	frames   rostrum.Frame
	zone     *time.Location
	began    time.Time // zero when the recording has no clock
	offset   time.Duration
	listed   map[rostrum.InterventionID]*rostrum.Intervention
	speeches []rostrum.Span // to find a place without a clock
}

// suggest proposes cuts by marks in the order of their times.
func (m *markedRoom) suggest(marks []rostrum.Mark) []Suggestion {
	marks = merged(marks)
	began, clock := m.began, !m.began.IsZero()
	if !clock {
		began = m.fit(marks)
	}
	at := func(x rostrum.Mark) rostrum.Frame {
		return max(0, min(m.rate.FrameAt(x.At.Sub(began)+m.offset), m.frames))
	}
	var all []Suggestion
	for i, x := range marks {
		span := rostrum.Span{In: at(x), Out: m.frames}
		last := i+1 == len(marks)
		if !last {
			span.Out = at(marks[i+1])
		}
		if x.End || span.Len() <= 0 {
			continue
		}
		s := Suggestion{Source: FromMarks, Span: span, Title: x.Speaker}
		name := x.Speaker
		if on := m.listed[x.Intervention]; on != nil {
			s.PlannedID, s.Title, name = string(on.ID), titleOf(on), cmp.Or(on.Speaker, on.Title)
		}
		s.Why = fmt.Sprintf("%s marked at %s in the room that %s begins to speak, give or take %.1f s", x.Who, x.At.In(m.zone).Format("15:04:05"), name, x.Unsure.Seconds())
		switch {
		case !clock:
			s.Why += "; the recording does not say when it began, so the marks were laid where they fit its speeches best: compare one with what you hear, and move all together."
		case last:
			s.Why += "; nobody marked the end, so it lasts until the recording ends."
		default:
			s.Why += "."
		}
		s.Sure = clock && !last && x.Unsure <= unsureInCuts
		all = append(all, s)
	}
	return all
}

// merged leaves out marks that say again what the one before said: two phones marked the same.
func merged(marks []rostrum.Mark) []rostrum.Mark {
	return slices.CompactFunc(slices.Clone(marks), func(a, b rostrum.Mark) bool {
		return a.End == b.End && a.Intervention == b.Intervention && (a.Intervention != "" || strings.EqualFold(a.Speaker, b.Speaker))
	})
}

// How a recording without a clock is fitted to marks.
const (
	fitReach  = 3 * time.Second // so far a mark may lie from the beginning of a speech
	mostToFit = 200             // marks, and speeches
)

// fit finds when the recording began: so that most marks that somebody begins to speak lie near the beginning of a speech, and of equals the
// nearest. Without speeches, the first mark is at frame 0.
func (m *markedRoom) fit(marks []rostrum.Mark) time.Time {
	starts := slices.DeleteFunc(slices.Clone(marks), func(x rostrum.Mark) bool { return x.End })
	if len(starts) == 0 {
		return marks[0].At
	}
	best, hits, off := starts[0].At, 0, time.Duration(0)
	starts = starts[:min(len(starts), mostToFit)]
	speeches := m.speeches[:min(len(m.speeches), mostToFit)]
	for _, s := range speeches {
		for _, x := range starts {
			began := x.At.Add(-m.rate.Duration(s.In))
			n, sum := m.near(began, starts, speeches)
			if n > hits || n == hits && sum < off {
				best, hits, off = began, n, sum
			}
		}
	}
	return best
}

// near counts the marks near the beginning of a speech in a recording that began at a time, and sums up how far they are off.
func (m *markedRoom) near(began time.Time, starts []rostrum.Mark, speeches []rostrum.Span) (n int, sum time.Duration) {
	for _, x := range starts {
		at := x.At.Sub(began)
		k, _ := slices.BinarySearchFunc(speeches, m.rate.FrameAt(at), func(s rostrum.Span, f rostrum.Frame) int { return cmp.Compare(s.In, f) })
		d := fitReach + 1
		for _, j := range []int{k - 1, k} {
			if j >= 0 && j < len(speeches) {
				d = min(d, (m.rate.Duration(speeches[j].In) - at).Abs())
			}
		}
		if d <= fitReach {
			n, sum = n+1, sum+d
		}
	}
	return n, sum
}
