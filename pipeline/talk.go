package pipeline

import (
	"fmt"
	"time"

	"rostrum"
)

// What tells speeches from the pauses between them, and from those within them.
const (
	shortestPause = 1800 * time.Millisecond // between two speeches; within one, pauses seldom last so long
	longestPause  = 20 * time.Second
	pauseStep     = 1.25                   // from one length that is tried to the next
	burst         = 20 * time.Second       // what is shorter is rather a part of a speech, or the Chair who gives the floor
	knock         = 500 * time.Millisecond // what is shorter is no speech at all
	leadIn        = 300 * time.Millisecond // of the room before the first word
	leadOut       = 500 * time.Millisecond // and after the last
)

// talk is when somebody speaks in a recording.
type talk struct {
	rate      rostrum.Rate
	frames    rostrum.Frame
	pause     rostrum.Frame  // from which on a silence is taken to stand between speeches
	pauses    []rostrum.Span // those
	stretches []rostrum.Span // what lies between them
	burst     rostrum.Frame  // what is shorter is joined to a neighbour
	speeches  []rostrum.Span // the stretches after that
	joined    []int          // how many stretches each of them has
}

// listen finds the speeches between the silences, which lie in order. The pause that stands between speeches is the shortest, from 1.8 s on, at
// which most of what is said lies in stretches of 20 s or more: where people make longer pauses within their speeches, it is longer.
func (t *talk) listen(silences []rostrum.Span) {
	for pause := shortestPause; ; pause = time.Duration(float64(pause) * pauseStep) {
		t.pause = t.rate.FrameAt(pause)
		t.split(silences)
		if long, all := t.spoken(t.rate.FrameAt(burst)), t.spoken(0); 2*long >= all || pause >= longestPause {
			break
		}
	}
	t.burst = min(t.rate.FrameAt(burst), t.middle()/5)
	t.join()
}

// split fills in pauses and stretches. A knock in a pause does not end it.
func (t *talk) split(silences []rostrum.Span) {
	t.pauses, t.stretches = nil, nil
	for _, s := range silences {
		s.In, s.Out = max(s.In, 0), min(s.Out, t.frames)
		edge := s.In == 0 || s.Out == t.frames // the beginning and the end of a recording need no pause
		if s.Len() <= 0 || s.Len() < t.pause && !edge {
			continue
		}
		if n := len(t.pauses); n > 0 && s.In-t.pauses[n-1].Out < t.rate.FrameAt(knock) {
			t.pauses[n-1].Out = s.Out
			continue
		}
		t.pauses = append(t.pauses, s)
	}
	at := rostrum.Frame(0)
	for _, p := range append(t.pauses, rostrum.Span{In: t.frames, Out: t.frames}) {
		if p.In-at >= t.rate.FrameAt(knock) {
			t.stretches = append(t.stretches, rostrum.Span{In: at, Out: p.In})
		}
		at = p.Out
	}
}

// spoken is how much of all that is said lies in stretches of at least so many frames.
func (t *talk) spoken(least rostrum.Frame) rostrum.Frame {
	sum := rostrum.Frame(0)
	for _, s := range t.stretches {
		if s.Len() >= least {
			sum += s.Len()
		}
	}
	return sum
}

// middle is the length of the stretch in which the middle of all that is said lies, counted by length.
func (t *talk) middle() rostrum.Frame {
	best := rostrum.Frame(0)
	for _, s := range t.stretches {
		if s.Len() > best && 2*t.spoken(s.Len()) >= t.spoken(0) {
			best = s.Len()
		}
	}
	return best
}

// join joins each stretch that is a burst to the neighbour across the shorter pause, from left to right, unless both are far away.
func (t *talk) join() {
	t.speeches, t.joined = nil, nil
	for i, s := range t.stretches {
		n := len(t.speeches)
		if n > 0 && (s.Len() < t.burst || t.speeches[n-1].Len() < t.burst) && s.In-t.speeches[n-1].Out <= t.rate.FrameAt(longestPause) {
			before := s.In - t.speeches[n-1].Out
			nearer := i+1 == len(t.stretches) || before <= t.stretches[i+1].In-s.Out
			if t.speeches[n-1].Len() < t.burst || nearer {
				t.speeches[n-1].Out = s.Out
				t.joined[n-1]++
				continue
			}
		}
		t.speeches, t.joined = append(t.speeches, s), append(t.joined, 1)
	}
}

// padded is a speech with some of the room before and after it, never over a neighbour, the recording or the frame from.
func (t *talk) padded(s rostrum.Span, from rostrum.Frame) rostrum.Span {
	before, after := rostrum.Frame(0), t.frames
	for _, x := range t.speeches {
		if x.Out <= s.In {
			before = max(before, x.Out)
		}
		if x.In >= s.Out {
			after = min(after, x.In)
		}
	}
	lead, tail := t.rate.FrameAt(leadIn), t.rate.FrameAt(leadOut)
	if before > 0 { // half of a pause belongs to either
		lead = min(lead, (s.In-before)/2)
	}
	if after < t.frames {
		tail = min(tail, (after-s.Out)/2)
	}
	return rostrum.Span{In: max(s.In-lead, from, 0), Out: min(s.Out+tail, t.frames)}
}

// bySilence proposes the speeches.
func (t *talk) bySilence() []Suggestion {
	if len(t.pauses) == 0 {
		return nil // nothing tells where anything begins
	}
	var all []Suggestion
	for i, s := range t.speeches {
		before, after := s.In, t.frames-s.Out
		if i > 0 {
			before = s.In - t.speeches[i-1].Out
		}
		if i+1 < len(t.speeches) {
			after = t.speeches[i+1].In - s.Out
		}
		seconds := func(f rostrum.Frame) float64 { return t.rate.Duration(f).Seconds() }
		why := fmt.Sprintf("Somebody speaks for %s between pauses of %.1f and %.1f s", rostrum.Elapsed(t.rate.Duration(s.Len())), seconds(before), seconds(after))
		sure := t.joined[i] == 1 && s.Len() >= t.burst
		switch {
		case t.joined[i] > 1:
			why += fmt.Sprintf(", in %d parts of which some are short, so look whether all belong together.", t.joined[i])
		case !sure:
			why += ", which is short for a speech."
		default:
			why += "."
		}
		all = append(all, Suggestion{Source: FromSilence, Span: t.padded(s, 0), Why: why, Sure: sure})
	}
	return all
}
