package rostrum

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Grade is how much a finding matters.
type Grade string

// The grades. Red keeps an intervention from being published unless somebody gives a reason in writing; yellow is shown.
const (
	Green  Grade = "green"
	Yellow Grade = "yellow"
	Red    Grade = "red"
)

// Finding is the answer to one question about the quality of an intervention.
type Finding struct {
	Check   string `json:"check"`             // what was looked at: duration, frames, streams, loudness, peak, silence, clipping, black, frozen, sync, captions, likeness
	Grade   Grade  `json:"grade"`             //
	Channel string `json:"channel,omitempty"` // of a sound
	Text    string `json:"text"`              // one sentence with the figures, for AV staff
}

// Quality is the report that every revision of an intervention carries.
type Quality struct {
	Findings []Finding `json:"findings"`
}

// Grade is that of the worst finding.
func (q *Quality) Grade() Grade {
	grade := Green
	if q == nil {
		return grade
	}
	for _, f := range q.Findings {
		if f.Grade == Red {
			return Red
		}
		if f.Grade == Yellow {
			grade = Yellow
		}
	}
	return grade
}

// Reds are the findings that keep the intervention from being published.
func (q *Quality) Reds() []Finding {
	var reds []Finding
	if q != nil {
		for _, f := range q.Findings {
			if f.Grade == Red {
				reds = append(reds, f)
			}
		}
	}
	return reds
}

func (q *Quality) find(check, channel string, grade Grade, format string, args ...any) {
	q.Findings = append(q.Findings, Finding{check, grade, channel, fmt.Sprintf(format, args...)})
}

// The limits of the checks.
const (
	// EBU R 128 lets a programme be off by 0.5 LU; its supplement s2 carries the measure over to streaming. By 3 LU, listeners reach for the
	// volume.
	loudnessTolerance = 0.5 // LU
	loudnessLimit     = 3.0 // LU
	// Meters that look between the samples (Recommendation ITU-R BS.1770-4, annex 2) may differ by some tenths (EBU Tech 3341, test signals 15
	// to 23).
	peakTolerance = 0.3 // dB
	// Sound so far under the target is left under it: more gain would only raise noise.
	faint = 30.0 // LU
	// The gate of Recommendation ITU-R BS.1770-4: what stays under it has no loudness.
	gate = -70.0 // LUFS

	silenceLimit = 10 * time.Second
	blackLimit   = 2 * time.Second
	frozenLimit  = 5 * time.Second
	allBlack     = 99 // hundredths of the pictures: the flash of a title makes no picture of a black one

	// EBU R 37 lets sound be 40 ms early to 60 ms late over the whole chain, and viewers notice 45 ms early and 125 ms late
	// (Recommendation ITU-R BT.1359-1). A file may not use up more than the smallest of these, early or late.
	syncLimit = 40 * time.Millisecond

	// Likeness as pipeline/media measures it, with the encoder's settings, at 720, 480, 360 and 240 lines: the right pictures of people, meeting rooms and slides
	// gave 0.97 to 1, those of a speaker in camera noise as of a dark hall 0.946 and more. One picture off gave under 0.3 where something moves,
	// and 0.87 in a close-up that hardly did; two pictures off under 0.66; another scene, or another moment of the same, 0.30 to 0.76. Noise all over the picture, as
	// without a signal, gives 0 to 0.85. Where nothing moves, nothing can be told.
	likenessLow   = 0.90
	likenessWrong = 0.80
)

// Judge grades what was measured. It gives one finding for each check and, where it is of a sound, for each channel, green ones
// included, always in the order in which Finding lists the checks; a check that nothing can be said of (pictures of a recording of sound alone) has none.
//
// Red is what must not go out: too long or too short by more than a frame, pictures or streams missing, peaks over the ceiling,
// loudness far off without a reason, sound and picture apart, nothing to see or nothing to hear, other pictures than the recording's. Yellow is
// what somebody should look at, and what cannot be helped afterwards.
func Judge(m Measured) Quality {
	q := Quality{Findings: []Finding{}}
	m.judgeDuration(&q)
	m.judgeFrames(&q)
	m.judgeStreams(&q)
	for _, judge := range []func(*Quality, MeasuredSound){judgeLoudness, judgePeak, m.judgeSilence} {
		for _, s := range m.Sounds {
			judge(&q, s)
		}
	}
	for _, l := range m.Silent {
		q.find("silence", string(l), Green, "The booth says nothing here; players offer the original instead.")
	}
	for _, s := range m.Sounds {
		judgeClipping(&q, s)
	}
	if len(m.Frames) > 0 {
		m.judgeBlack(&q)
		m.judgeFrozen(&q)
	}
	if len(m.Frames) > 0 && len(m.Sounds) > 0 {
		judgeSync(&q, m.Sync)
	}
	m.judgeCaptions(&q)
	if len(m.Likeness) > 0 {
		judgeLikeness(&q, m.Likeness)
	}
	return q
}

const again = "render it again, and tell the operator if it happens twice"

// frames is how many frames of the timeline the cut has: as many as the rung with the most pictures, and 25 a second for sound alone.
func (m *Measured) frames() Frame {
	n := Frame(0)
	for _, f := range m.Frames {
		n = max(n, Frame(f.Expected))
	}
	if n == 0 {
		n = Rate25.FrameAt(m.Asked)
	}
	return max(n, 1)
}

// length is how long n frames last.
func (m *Measured) length(n Frame) time.Duration {
	return time.Duration(mulDivRound(int64(n), int64(m.Asked), int64(m.frames())))
}

// judgeDuration looks at the whole, and at each sound: the floor ends with the picture, to a packet, which is shorter than a frame; a booth
// may go on longer, because interpreters lag.
func (m *Measured) judgeDuration(q *Quality) {
	// Lengths come in nanoseconds, rounded each for itself.
	frame := m.length(1) + time.Microsecond
	judge := func(channel string, found time.Duration, tail bool) {
		if off := found - m.Asked; off < -frame || off > frame && !tail {
			q.find("duration", channel, Red, "It lasts %.3f s instead of %.3f s, more than a frame off; %s.", found.Seconds(), m.Asked.Seconds(), again)
			return
		}
		q.find("duration", channel, Green, "It lasts %.3f s, and %.3f s were asked for.", found.Seconds(), m.Asked.Seconds())
	}
	judge("", m.Found, false)
	for _, s := range m.Sounds {
		judge(s.Channel, s.Length, s.Channel != Floor)
	}
}

func (m *Measured) judgeFrames(q *Quality) {
	var good, bad []string
	for _, f := range m.Frames {
		if f.Found == f.Expected {
			good = append(good, fmt.Sprintf("%s %d", f.Name, f.Found))
		} else {
			bad = append(bad, fmt.Sprintf("%s has %d pictures instead of %d", f.Name, f.Found, f.Expected))
		}
	}
	switch {
	case len(bad) > 0:
		q.find("frames", "", Red, "%s; %s.", strings.Join(bad, ", "), again)
	case len(good) > 0:
		q.find("frames", "", Green, "All pictures are there: %s.", strings.Join(good, ", "))
	}
}

// judgeStreams looks for what is empty.
func (m *Measured) judgeStreams(q *Quality) {
	var missing []string
	for _, f := range m.Frames {
		if f.Found == 0 {
			missing = append(missing, "the picture "+f.Name)
		}
	}
	for _, s := range m.Sounds {
		if s.Length <= 0 {
			missing = append(missing, "the sound "+s.Channel)
		}
	}
	all := len(m.Frames) + len(m.Sounds)
	switch {
	case all == 0:
		q.find("streams", "", Red, "There is neither picture nor sound; %s.", again)
	case len(missing) > 0:
		q.find("streams", "", Red, "Of %d streams, %d came out empty: %s; %s.", all, len(missing), strings.Join(missing, ", "), again)
	default:
		q.find("streams", "", Green, "All %d streams are there.", all)
	}
}

// judgeLoudness follows EBU R 128 (measured as in Recommendation ITU-R BS.1770-4) with the target that the sound was made for.
func judgeLoudness(q *Quality, s MeasuredSound) {
	off := hundredths(s.After.Integrated - s.Target)
	gain := s.Target - s.Before.Integrated
	say := func(g Grade, why string) {
		direction := "loud"
		if off < 0 {
			direction = "quiet"
		}
		q.find("loudness", s.Channel, g, "It came out at %.1f LUFS, %.1f LU too %s for the target of %.1f; %s.", s.After.Integrated, math.Abs(off), direction, s.Target, why)
	}
	switch {
	case math.Abs(off) <= loudnessTolerance:
		q.find("loudness", s.Channel, Green, "It came out at %.1f LUFS with a range of %.1f LU, the target is %.1f; the recording had %.1f LUFS, %.1f LU and a true peak of %.1f dBTP.",
			s.After.Integrated, s.After.Range, s.Target, s.Before.Integrated, s.Before.Range, s.Before.TruePeak)
	case off < 0 && (s.nothing() || gain > faint):
		say(Yellow, "the recording is nearly silent there, so look whether this is the right channel")
	case off < 0 && s.Before.TruePeak+gain > s.Ceiling:
		say(Yellow, "single peaks, such as knocks on the microphone, leave no room for more, so listen to it once")
	case math.Abs(off) <= loudnessLimit:
		say(Yellow, "listen to it once")
	default:
		say(Red, again)
	}
}

// nothing says that there is nothing to hear.
func (s *MeasuredSound) nothing() bool { return s.Silent || s.Before.Integrated <= gate }

func judgePeak(q *Quality, s MeasuredSound) {
	if over := hundredths(s.After.TruePeak - s.Ceiling); over > peakTolerance {
		q.find("peak", s.Channel, Red, "Its true peak of %.1f dBTP lies %.1f dB over the ceiling of %.1f, which some players distort; %s.", s.After.TruePeak, over, s.Ceiling, again)
		return
	}
	q.find("peak", s.Channel, Green, "Its true peak is %.1f dBTP, the ceiling is %.1f.", s.After.TruePeak, s.Ceiling)
}

func (m *Measured) judgeSilence(q *Quality, s MeasuredSound) {
	if s.nothing() {
		grade, todo := Yellow, "leave this language out, or correct its channel"
		if s.Channel == Floor {
			grade, todo = Red, "correct the channel of the floor, or the cut"
		}
		q.find("silence", s.Channel, grade, "Nothing is said in it; %s.", todo)
		return
	}
	if long := m.longer(s.Silences, silenceLimit); len(long) > 0 {
		q.find("silence", s.Channel, Yellow, "It is silent for long: %s; listen there, and move the cut if nothing belongs there.", m.stretches(long, " of the recording"))
		return
	}
	q.find("silence", s.Channel, Green, "It is never silent for more than %.0f s.", silenceLimit.Seconds())
}

func judgeClipping(q *Quality, s MeasuredSound) {
	if s.Clipped > 0 {
		q.find("clipping", s.Channel, Yellow, "The recording is overdriven (samples at full scale: %d); listen to it, and turn the recorder's input down next time.", s.Clipped)
		return
	}
	q.find("clipping", s.Channel, Green, "The recording is not overdriven.")
}

func (m *Measured) judgeBlack(q *Quality) {
	black := Frame(0)
	for _, s := range m.Black {
		black += s.Len()
	}
	long := m.longer(m.Black, blackLimit)
	switch {
	case black > 0 && black*100 >= allBlack*m.frames():
		q.find("black", "", Red, "The picture is black throughout; check the cut and the recording.")
	case len(long) > 0:
		q.find("black", "", Yellow, "The picture is black for long: %s; look at it there, and move the cut if it does not belong.", m.stretches(long, ""))
	default:
		q.find("black", "", Green, "The picture is never black for more than %.0f s.", blackLimit.Seconds())
	}
}

func (m *Measured) judgeFrozen(q *Quality) {
	if long := m.longer(m.Frozen, frozenLimit); len(long) > 0 {
		q.find("frozen", "", Yellow, "The picture stands still: %s; that is right for a held slide, else look at the recording.", m.stretches(long, ""))
		return
	}
	q.find("frozen", "", Green, "The picture never stands still for more than %.0f s.", frozenLimit.Seconds())
}

func judgeSync(q *Quality, late time.Duration) {
	how := "after"
	if late < 0 {
		how = "before"
	}
	off := late.Abs()
	if off > syncLimit {
		q.find("sync", "", Red, "The sound begins %.1f ms %s the picture, and more than %d ms shows on lips; %s.", off.Seconds()*1000, how, syncLimit.Milliseconds(), again)
		return
	}
	q.find("sync", "", Green, "The sound begins %.1f ms %s the picture.", off.Seconds()*1000, how)
}

// judgeCaptions says what is there of what EN 301 549, 7.1 (captions played, and preserved) is about.
func (m *Measured) judgeCaptions(q *Quality) {
	var missing []string
	for _, want := range m.Wanted {
		if !slices.ContainsFunc(m.Captions, func(l Language) bool { return l == want || l.Base() == want || l == want.Base() }) {
			missing = append(missing, string(want))
		}
	}
	have := strings.Join(tags(m.Captions), ", ")
	switch {
	case have == "" && len(missing) == 0:
		q.find("captions", "", Yellow, "It has no captions; add a caption file to the recording.")
	case have == "":
		q.find("captions", "", Yellow, "It has no captions, and they are wanted in %s; add the files to the recording.", strings.Join(missing, ", "))
	case len(missing) > 0:
		q.find("captions", "", Yellow, "It has captions in %s, but none in %s, where they are wanted; add the files to the recording.", have, strings.Join(missing, ", "))
	default:
		q.find("captions", "", Green, "It has captions in %s.", have)
	}
}

func tags(languages []Language) []string {
	var all []string
	for _, l := range languages {
		all = append(all, string(l))
	}
	return all
}

// judgeLikeness goes by the sample that is least like.
func judgeLikeness(q *Quality, samples []float64) {
	least := slices.Min(samples) // not a number, if there is such a one
	worst := fmt.Sprintf("Of the samples that were compared with the recording (%d), the least like it came to %.3f", len(samples), least)
	switch {
	case least >= likenessLow:
		q.find("likeness", "", Green, "%s, where 1 is the same.", worst)
	case least >= likenessWrong:
		q.find("likeness", "", Yellow, "%s, under %.2f; look whether the picture is clean and goes with the sound.", worst, likenessLow)
	default:
		q.find("likeness", "", Red, "%s, under %.2f: other pictures than the recording's, or badly damaged ones; look at it, and encode the recording again.", worst, likenessWrong)
	}
}

// longer are the spans that last longer than the limit.
func (m *Measured) longer(spans []Span, limit time.Duration) []Span {
	var long []Span
	for _, s := range spans {
		if m.length(s.Len()) > limit+time.Microsecond {
			long = append(long, s)
		}
	}
	return long
}

const mostStretches = 3 // that a sentence can hold

// stretches writes spans as people read them; of says whose time it is.
func (m *Measured) stretches(spans []Span, of string) string {
	var parts []string
	for _, s := range spans[:min(len(spans), mostStretches)] {
		parts = append(parts, fmt.Sprintf("%.1f s from %s%s on", m.length(s.Len()).Seconds(), Elapsed(m.length(s.In)), of))
	}
	text := strings.Join(parts, ", ")
	if more := len(spans) - len(parts); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// hundredths rounds: figures have one or two digits, and what lies on a limit must not fall to either side by binary fractions.
func hundredths(x float64) float64 { return math.Round(x*100) / 100 }
