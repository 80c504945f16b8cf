package demo

import (
	"math"

	"rostrum"
)

// motion gives the pose of a figure at a frame of the recording. Loudness, from 0 to 1 a frame,
// opens the mouth; nil is a listener. The movement is made of slow waves that do not meet again
// within the demo, and depends on nothing but the frame and the seed.
func motion(at rostrum.Frame, seed float64, voice func(rostrum.Frame) float64) pose {
	t := float64(at) / 25
	wave := func(hertz, phase float64) float64 { return math.Sin(2*math.Pi*hertz*t + phase + seed*1.7) }
	p := pose{
		yaw:    0.45*wave(0.11, 0) + 0.3*wave(0.29, 1),
		pitch:  0.25*wave(0.17, 2) + 0.15*wave(0.41, 0.5),
		tilt:   0.020*wave(0.09, 4) + 0.010*wave(0.23, 2),
		sway:   5 * wave(0.07, 1),
		breath: 1.5 * wave(0.25, 0),
		look:   0.5 * math.Tanh(4*wave(0.13, 3)),
		brows:  0.2,
		wide:   0.4,
		shut:   blink(at, seed),
	}
	if voice == nil {
		return p
	}
	// The mouth follows at once; the head and the brows follow the stress of half a second.
	stress := 0.0
	for k := range rostrum.Frame(12) {
		stress += voice(at-k) / 12
	}
	p.open = (voice(at-1) + 2*voice(at) + voice(at+1)) / 4
	p.wide = 0.5 + 0.5*wave(2.3, 1)*p.open
	p.pitch += 0.7*stress*wave(0.8, 0) + 0.3*p.open
	p.yaw += 0.35 * stress * wave(0.53, 2)
	p.tilt += 0.018 * stress * wave(0.37, 1)
	p.brows += 0.6 * stress * (0.5 + 0.5*wave(0.31, 0))
	return p
}

// blink shuts the eyes for six frames, every four seconds or so.
func blink(at rostrum.Frame, seed float64) float64 {
	period := rostrum.Frame(93 + int(seed*7)%23)
	since := (at + rostrum.Frame(seed*31)) % period
	lids := []float64{0.4, 0.9, 1, 1, 0.7, 0.3}
	if int(since) < len(lids) {
		return lids[since]
	}
	return 0
}
