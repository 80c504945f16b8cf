package media

import "math"

// A true peak is the highest value that the sound has at or between its samples. ITU-R BS.1770-4,
// annex 2, finds it at four times the rate.
const (
	peakTaps = 16 // samples that each value between two samples is made of
	peakRun  = 16 // samples that are looked at together
	// peakNear is how near the highest value so far a value must come before what lies a quarter
	// of a sample from it is calculated: at twice the rate, 20 kHz reads 2 dB low at most.
	peakNear = 0.79
)

// peakFilter gives the values between samples.
type peakFilter struct {
	half, quarter, threeQuarters [peakTaps]float32
	gain                         float32 // the most that a value between samples can be over the samples around it
}

func newPeakFilter() *peakFilter {
	f := new(peakFilter)
	for at, taps := range map[float64]*[peakTaps]float32{0.25: &f.quarter, 0.5: &f.half, 0.75: &f.threeQuarters} {
		sum := 0.0
		for i := range taps {
			x := float64(i-peakTaps/2+1) - at
			tap := math.Sin(math.Pi*x) / (math.Pi * x) * (0.5 + 0.5*math.Cos(math.Pi*x/(peakTaps/2)))
			taps[i] = float32(tap)
			sum += math.Abs(tap)
		}
		f.gain = max(f.gain, float32(sum))
	}
	return f
}

// between is the magnitude between the two samples in the middle of the window.
func between(window, taps *[peakTaps]float32) float32 {
	sum := float32(0)
	for k := range window {
		sum += window[k] * taps[k]
	}
	return max(sum, -sum)
}

// truePeak follows the highest value of one channel.
type truePeak struct {
	filter *peakFilter
	high   float32
	before float32           // the highest of the samples before the next ones
	tail   [peakTaps]float32 // the last of them
	buffer []float32
}

// add looks at more samples. Where no sample comes near the highest value so far, nothing between
// them can be over it, and nothing is calculated: that leaves a few in a hundred.
func (t *truePeak) add(samples []float32) {
	t.buffer = append(append(t.buffer[:0], t.tail[:]...), samples...)
	b := t.buffer
	for i := peakTaps; i < len(b); i += peakRun {
		end := min(i+peakRun, len(b))
		own := highest(b[i:end])
		around := max(own, t.before)
		t.before = own
		if end-i < peakTaps {
			t.before = around
		}
		t.high = max(t.high, own)
		if around*t.filter.gain <= t.high {
			continue
		}
		for at := i; at < end; at++ {
			window := (*[peakTaps]float32)(b[at-peakTaps+1 : at+1])
			half := between(window, &t.filter.half)
			t.high = max(t.high, half)
			if near := max(half, highest(window[peakTaps/2-1:peakTaps/2+1])); near > peakNear*t.high {
				t.high = max(t.high, between(window, &t.filter.quarter), between(window, &t.filter.threeQuarters))
			}
		}
	}
	copy(t.tail[:], b[len(b)-peakTaps:])
}

// highest is the largest magnitude. As integers, the bits of floats without their sign stand in the
// same order, and are compared in half the time.
func highest(samples []float32) float32 {
	bits := uint32(0)
	for _, x := range samples {
		bits = max(bits, math.Float32bits(x)&^(1<<31))
	}
	return math.Float32frombits(bits)
}

// end looks at what lies between the last samples.
func (t *truePeak) end() float64 {
	t.add(make([]float32, peakTaps))
	return float64(t.high)
}
