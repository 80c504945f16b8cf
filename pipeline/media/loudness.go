package media

import (
	"math"
	"slices"

	"rostrum"
)

// silence stands for the loudness of digital silence, which has none: ITU-R BS.1770-4 gates at
// −70 LUFS.
const silence = -70

// blockSamples is the step of the measurement: 100 ms, a quarter of the gating block of ITU-R
// BS.1770-4.
const blockSamples = SampleRate / 10

// Windows of EBU Tech 3341, in blocks.
const (
	momentary = 4
	shortTerm = 30
)

// kWeighting is how ears weigh frequencies: the two filters of ITU-R BS.1770-4, annex 1, tables 1
// and 2, for 48 kHz. It keeps what each has still to say, in transposed direct form II.
type kWeighting struct{ shelf1, shelf2, high1, high2 float64 }

// power is the sum of the squares of the weighted samples.
func (k *kWeighting) power(samples []float32) float64 {
	const (
		shelfB0, shelfB1, shelfB2 = 1.53512485958697, -2.69169618940638, 1.19839281085285
		shelfA1, shelfA2          = -1.69065929318241, 0.73248077421585
		highA1, highA2            = -1.99004745483398, 0.99007225036621 // B is 1, −2, 1
	)
	sum := 0.0
	s1, s2, h1, h2 := k.shelf1, k.shelf2, k.high1, k.high2
	for _, sample := range samples {
		x := float64(sample)
		y := shelfB0*x + s1
		s1 = (shelfB1*x + s2) - shelfA1*y
		s2 = shelfB2*x - shelfA2*y
		z := y + h1
		h1 = (h2 - 2*y) - highA1*z
		h2 = y - highA2*z
		sum += z * z
	}
	// After sound has stopped, the numbers become so small that processors are slow with them.
	if math.Abs(s1)+math.Abs(s2)+math.Abs(h1)+math.Abs(h2) < 1e-30 {
		s1, s2, h1, h2 = 0, 0, 0, 0
	}
	k.shelf1, k.shelf2, k.high1, k.high2 = s1, s2, h1, h2
	return sum
}

// lufs is the loudness of a mean square, summed over the channels.
func lufs(power float64) float64 {
	if power <= 0 {
		return math.Inf(-1)
	}
	return -0.691 + 10*math.Log10(power)
}

func powerOf(lufs float64) float64 { return math.Pow(10, (lufs+0.691)/10) }

// blocks are the weighted mean squares of successive stretches of 100 ms.
type blocks []float64

// windows gives the mean of each n successive blocks.
func (b blocks) windows(n int) []float64 {
	if len(b) < n {
		return nil
	}
	means := make([]float64, 0, len(b)-n+1)
	for i := n; i <= len(b); i++ {
		sum := 0.0
		for _, p := range b[i-n : i] {
			sum += p
		}
		means = append(means, sum/float64(n))
	}
	return means
}

// gated keeps what lies over −70 LUFS, and then what lies over the mean of that less so many LU. It
// gives the mean of what is left, too.
func gated(windows []float64, relative float64) (kept []float64, mean float64) {
	average := func(least float64) (kept []float64, mean float64) {
		for _, p := range windows {
			if p > least {
				kept, mean = append(kept, p), mean+p
			}
		}
		return kept, mean / float64(max(len(kept), 1))
	}
	_, mean = average(powerOf(silence))
	return average(max(mean*math.Pow(10, -relative/10), powerOf(silence)))
}

// integrated is the loudness of the whole, in LUFS (ITU-R BS.1770-4, annex 1: gates at −70 LUFS and at −10 LU).
func (b blocks) integrated() float64 {
	_, mean := gated(b.windows(momentary), 10)
	return max(lufs(mean), silence)
}

// span is the loudness range, in LU (EBU Tech 3342: from the 10th to the 95th percentile of the
// short-term loudness, gates at −70 LUFS and at −20 LU).
func (b blocks) span() float64 {
	kept, _ := gated(b.windows(shortTerm), 20)
	if len(kept) == 0 {
		return 0
	}
	slices.Sort(kept)
	at := func(share float64) float64 { return lufs(kept[int(share*float64(len(kept)-1)+0.5)]) }
	return at(0.95) - at(0.10)
}

// seconds is the highest momentary loudness in each second, in LUFS, silence at least.
func (b blocks) seconds() []float64 {
	const each = SampleRate / blockSamples
	highest := make([]float64, (len(b)+each-1)/each)
	for i := range highest {
		highest[i] = silence
	}
	for i, p := range b.windows(momentary) {
		at := (i + momentary - 1) / each
		highest[at] = max(highest[at], lufs(p))
	}
	return highest
}

// loudness sums up; peak is the true peak as a share of full scale.
func (b blocks) loudness(peak float64) rostrum.Loudness {
	return rostrum.Loudness{
		Integrated: hundredth(b.integrated()),
		Range:      hundredth(b.span()),
		TruePeak:   math.Ceil(max(20*math.Log10(peak), silence)*100) / 100,
	}
}

func hundredth(x float64) float64 { return math.Round(x*100) / 100 }
