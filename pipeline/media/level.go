package media

import (
	"fmt"
	"math"

	"rostrum"
)

// Level is what is done to a sound's loudness: one gain for all of it, and a limiter for what would
// rise over the ceiling.
type Level struct {
	Gain    float64 // dB
	Ceiling float64 // dBTP, the highest true peak
	// Free says that no peak comes near the ceiling, so that there is nothing for a limiter to do.
	Free bool
	// Small is how much lower the limiter keeps the qualities of few bits, whose encoders raise peaks
	// more, in dB.
	Small float64
}

// LevelFor brings a measured sound to the target, in LUFS, with no true peak over the ceiling, in
// dBTP. Silence is left alone, and no gain is larger than 30 dB: that would only be noise.
func LevelFor(measured rostrum.Loudness, target, ceiling float64) Level {
	if measured.Integrated <= silence {
		return Level{Ceiling: ceiling, Free: true}
	}
	l := Level{Gain: min(target-measured.Integrated, 30), Ceiling: ceiling}
	l.Free = measured.TruePeak+l.Gain <= ceiling-limiterMargin
	return l
}

// How far under the ceiling the limiter works, in dB. It looks at the samples only: between them speech
// rises by up to 0.6 dB more, and the encoder of the full quality adds 0.3 dB. Looking between the
// samples, at two or four times the rate (ITU-R BS.1770-4, annex 2), leaves 0.3 dB more to the encoder and costs as
// much as all other work on loudness together; so the result is measured instead, and the few whose
// peaks came out too high are encoded again under a lower ceiling.
const (
	limiterMargin = 1.2
	// The encoders of few bits move the peaks by more than 2 dB.
	smallMargin = 3.2
)

// fade is the length of the fade at each end, 8 ms: enough against a click, too short to hear.
const fade = SampleRate * 8 / 1000

// levelled are the filters that bring a sound to a level, with its exact length and its fades.
func (s Sound) levelled(level Level) []string {
	n := s.Samples()
	chain := []string{fmt.Sprintf("volume=%.2fdB", level.Gain)}
	if !level.Free {
		chain = append(chain, level.limiter(limiterMargin))
	}
	return append(chain,
		fmt.Sprintf("apad=whole_len=%d", n), fmt.Sprintf("atrim=end_sample=%d", n),
		fmt.Sprintf("afade=t=in:ns=%d", fade),
		fmt.Sprintf("afade=t=out:ss=%d:ns=%d", max(n-fade, 0), fade),
		"asetpts=N",
	)
}

// limiter is the filter that keeps a sound so many decibels under the ceiling.
func (l Level) limiter(margin float64) string {
	return fmt.Sprintf("alimiter=limit=%.6f:level=false:latency=true", math.Pow(10, (l.Ceiling-margin)/20))
}

// Corrected looks at what the encoders made of the level, in the order of Qualities, and gives those
// that must encode again, by their place there, and the level for them: each limiter as much lower as a true
// peak came out over the ceiling, in dBTP. again is empty when none did.
func (l Level) Corrected(made []rostrum.Loudness, ceiling float64) (next Level, again []int) {
	const more = 0.3 // dB, so that the next time is likely the last
	full, small := 0.0, 0.0
	for i, m := range made {
		over := m.TruePeak - ceiling
		if over <= 0 {
			continue
		}
		again = append(again, i)
		if i == 0 {
			full = over + more
		} else {
			small = max(small, over+more)
		}
	}
	l.Ceiling -= full
	l.Free = l.Free && full == 0
	l.Small += max(small-full, 0) // it works under the same ceiling
	return l, again
}
