package demo

import "rostrum"

// Layers in a shot: people, then what stands before them, then what is written over the picture.
const (
	before = 1000
	over   = 2000
)

// speakerShot draws a speech: the speaker moving, the desk, the lower third, the running timecode.
func speakerShot(t turn, seed int) *drawing {
	d, whole := &drawing{floor: deskTop}, rostrum.Span{In: 0, Out: t.Len()}
	at := placing{at: point{t.set.left * width, 268}, scale: 1.12}
	for f := range t.Len() {
		d.layer = 0
		t.figure.draw(d, rostrum.Span{In: f, Out: f + 1}, at, motion(t.In+f, float64(seed), t.mouth))
	}
	d.layer, d.floor = before, 0
	d.microphone(whole, t.set)
	d.layer = over
	d.mark(whole)
	d.nameplate(rostrum.Span{In: plateFrom, Out: min(plateFrom+plateFor, t.Len())}, t.speech)
	d.timecode(t.Span)
	return d
}

// roomShot draws the pause between two speeches: everybody listens.
func roomShot(t timeline, s rostrum.Span) *drawing {
	d, whole := &drawing{floor: tableTop}, rostrum.Span{In: 0, Out: s.Len()}
	script := make([]speech, len(t.turns))
	for i, u := range t.turns {
		script[i] = u.speech
	}
	for f := range s.Len() {
		d.layer = 0
		for i, sp := range script {
			at := placing{at: point{seat(i, len(script)), 408}, scale: 0.53}
			sp.figure.draw(d, rostrum.Span{In: f, Out: f + 1}, at, motion(s.In+f, float64(i), nil))
		}
	}
	d.layer, d.floor = before, 0
	d.plates(whole, script)
	d.layer = over
	d.mark(whole)
	d.timecode(s)
	return d
}

// timecode burns the label of each frame in, small: what is seen can then be checked against
// what was cut.
func (d *drawing) timecode(s rostrum.Span) {
	layer := d.layer
	d.fill(rostrum.Span{In: 0, Out: s.Len()}, rounded(1062, 30, 178, 34, 17), look{fill: 0x0B1016, see: 0.5})
	for f := range s.Len() {
		d.layer = layer + 1
		d.write(rostrum.Span{In: f, Out: f + 1}, point{1151, 37}, 19, label(s.In+f), look{fill: 0xFFFFFF, see: 0.1, extra: `\an8`})
	}
}
