package demo

import "rostrum"

// Lengths, in frames at 25 a second.
const (
	lead      = 20  // from the cut to a speaker until the speaker begins
	breath    = 8   // between two sentences, beside the silence in the synthetic voice
	tail      = 30  // from the last word to the cut away
	lag       = 50  // interpreters are behind: 2 s
	plateFrom = 25  // the lower third comes
	plateFor  = 200 // and stays
)

// pace is how long the pauses are.
type pace struct {
	opening rostrum.Frame // the room before the first speaker and after the last
	between rostrum.Frame // the room between two speakers
}

// placed is an utterance with its place on the timeline.
type placed struct {
	utterance
	at rostrum.Frame
}

// turn is a speech with its place: the span is that of the cut.
type turn struct {
	speech
	rostrum.Span
	voiced  float64 // loudness of the voice as synthesised, dB below full scale
	spoken  []placed
	relayed map[string][]placed // what each booth says
}

// timeline is the whole meeting, laid out in whole frames.
type timeline struct {
	turns  []turn
	rooms  []rostrum.Span // the wide pictures between the turns
	frames rostrum.Frame
}

// sounds are the utterances of one speech: of the speaker, and of each booth that interprets.
type sounds struct {
	floor  []utterance
	booths map[string][]utterance // first the announcement, then one a sentence, then the end
}

// lay puts the speeches one after another, with the room before, between and after them.
func lay(script []speech, heard []sounds, p pace) timeline {
	t := timeline{}
	now := rostrum.Frame(0)
	pause := func(n rostrum.Frame) {
		t.rooms = append(t.rooms, rostrum.Span{In: now, Out: now + n})
		now += n
	}
	pause(p.opening)
	for i, s := range script {
		if i > 0 {
			pause(p.between)
		}
		u := turn{speech: s, voiced: loudness(heard[i].floor), relayed: map[string][]placed{}}
		u.In = now
		now += lead
		for k, v := range heard[i].floor {
			if k > 0 {
				now += breath
			}
			u.spoken = append(u.spoken, placed{v, now})
			now += v.frames()
		}
		for b, said := range heard[i].booths {
			u.relayed[b] = relay(u.spoken, said)
		}
		now += tail
		u.Out = now
		t.turns = append(t.turns, u)
	}
	pause(p.opening)
	t.frames = now
	return t
}

// relay places what a booth says: each piece lags behind the sentence it stands for, or begins
// when the piece before it has ended. The last piece begins with the speaker's last word, and so
// runs past the cut: interpretation does not end with the speech.
func relay(spoken []placed, said []utterance) []placed {
	var out []placed
	free := rostrum.Frame(0)
	for i, v := range said {
		at := spoken[max(0, min(i-1, len(spoken)-1))].at + lag
		if i == len(said)-1 {
			last := spoken[len(spoken)-1]
			at = last.at + last.end + lag/2
		}
		at = max(at, free)
		out = append(out, placed{v, at})
		free = at + v.frames()
	}
	return out
}

// mouth gives the loudness of the turn's speaker at each frame of the recording.
func (t turn) mouth(at rostrum.Frame) float64 {
	for _, p := range t.spoken {
		if at >= p.at && at < p.at+p.frames() {
			return p.loudAt(at-p.at, t.voiced)
		}
	}
	return 0
}

// label is the timecode of a frame of the recording, which begins at 10 in the morning.
func label(f rostrum.Frame) string {
	return rostrum.Rate25.TimecodeOf(10*3600*25+f, false).String()
}
