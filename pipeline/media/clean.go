package media

import (
	"fmt"

	"rostrum"
)

// cleanLead is how many samples before the span the cleaning filters begin with: a second, ten
// times what the narrowest notch takes to settle, and enough for the noise to be known.
const cleanLead = SampleRate

// noiseDelay is how many samples late the noise filter gives what it hears, at 48 kHz: two of the
// three steps that its window has.
const noiseDelay = 2 * SampleRate / 80

// highestHum is the highest harmonic of the mains that is taken out, in Hz. Above it hum is seldom
// heard, and the notches would begin to take away speech.
const highestHum = 600

// clean are the filters that take hum and noise out of a sound at 48 kHz which begins cleanLead
// samples early.
func clean(c rostrum.Clean) []string {
	var chain []string
	lead := cleanLead
	if c.Hum > 0 {
		for f := c.Hum; f <= highestHum; f += c.Hum {
			// The mains wander by some hundredths of a hertz, their harmonics by as many times more.
			width := 2 + float64(f)/100
			chain = append(chain, fmt.Sprintf("bandreject=f=%d:width_type=h:w=%.1f:r=f64", f, width))
		}
	}
	if c.Noise {
		// What lies under −45 dB in a band is lowered by 10 dB: more begins to sound like water. Speech
		// at −36 LUFS loses 2 dB over 3 kHz by it, louder speech less.
		chain = append(chain, "afftdn=nr=10:nf=-45")
		lead += noiseDelay
	}
	return append(chain, fmt.Sprintf("atrim=start_sample=%d", lead), "asetpts=PTS-STARTPTS", "aformat=sample_fmts=fltp")
}
