package media

import (
	"io"
	"math"
	"math/bits"
	"slices"
	"time"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Measure of an envelope, of sound at 8 kHz.
const (
	envelopeRate   = 8000
	envelopeStep   = 10 * time.Millisecond
	envelopeHop    = envelopeRate / 100
	envelopeWindow = 256 // samples: 32 ms
	envelopeRise   = 3   // steps over which the change of loudness is taken: a window
	envelopeFloor  = 1e-8
	envelopeMost   = 3 // nepers of power; a greater change counts no more than this
)

// envelopeBands are the edges of the bands in Hz, about as far apart as ears tell them.
func envelopeBands() []float64 { return []float64{125, 300, 500, 750, 1050, 1450, 2000, 2750, 3700} }

// envelope is how the loudness of a sound changes over time, in bands. What stays the same, as
// noise, gain and the colour of a line, is not in it.
type envelope struct {
	bands   [][]float64 // for each, the change at each step
	last    []float64   // samples that the next window begins with
	fft     *fourier.FFT
	shape   []float64
	work    []float64
	spectre []complex128
	edges   []int
	log     [][]float64 // for each band, the last loudnesses, newest last
}

func newEnvelope() *envelope {
	edges := envelopeBands()
	n := len(edges) - 1
	e := &envelope{
		bands: make([][]float64, n), log: make([][]float64, n),
		fft: fourier.NewFFT(envelopeWindow), shape: make([]float64, envelopeWindow), work: make([]float64, envelopeWindow),
		last: make([]float64, envelopeWindow-envelopeHop),
	}
	for i := range e.shape {
		e.shape[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/envelopeWindow)
	}
	for _, f := range edges {
		e.edges = append(e.edges, int(f*envelopeWindow/envelopeRate+0.5))
	}
	return e
}

// read listens until the end.
func (e *envelope) read(r io.Reader) error {
	return readSamples(r, 1, envelopeHop, func(channels [][]float32) error {
		if len(channels[0]) == envelopeHop {
			e.step(channels[0])
		}
		return nil
	})
}

func (e *envelope) step(samples []float32) {
	for _, x := range samples {
		e.last = append(e.last, float64(x))
	}
	for i, x := range e.last {
		e.work[i] = x * e.shape[i]
	}
	copy(e.last, e.last[envelopeHop:])
	e.last = e.last[:envelopeWindow-envelopeHop]
	e.spectre = e.fft.Coefficients(e.spectre, e.work)
	for b := range e.bands {
		power := envelopeFloor * envelopeWindow
		for _, c := range e.spectre[e.edges[b]:e.edges[b+1]] {
			power += (real(c)*real(c) + imag(c)*imag(c)) / envelopeWindow
		}
		now := math.Log(power)
		change := 0.0
		if len(e.log[b]) == envelopeRise {
			change = min(max(now-e.log[b][0], -envelopeMost), envelopeMost)
			copy(e.log[b], e.log[b][1:])
			e.log[b][envelopeRise-1] = now
		} else {
			e.log[b] = append(e.log[b], now)
		}
		e.bands[b] = append(e.bands[b], change)
	}
}

// normal gives a band with the mean 0 and the power 1; nil when it never changes.
func normal(band []float64) []float64 {
	mean, power := 0.0, 0.0
	for _, x := range band {
		mean += x / float64(len(band))
	}
	for _, x := range band {
		power += (x - mean) * (x - mean) / float64(len(band))
	}
	if power < 1e-6 {
		return nil
	}
	out := slices.Clone(band)
	for i := range out {
		out[i] = (out[i] - mean) / math.Sqrt(power)
	}
	return out
}

// correlate finds by how much later the other one must stand to be most like this one, up to so many
// steps either way; and how much more alike they are then than at any other place more than
// a quarter of a second away: 1 for not at all.
func (e *envelope) correlate(other *envelope, reach int) (later time.Duration, confidence float64) {
	longer := max(len(e.bands[0]), len(other.bands[0]))
	size := 1 << bits.Len(uint(longer+reach)) // room enough that what is shifted out does not come in again
	fft := fourier.NewFFT(size)
	product := make([]complex128, size/2+1)
	var a, b []complex128
	padded := make([]float64, size)
	for band := range e.bands {
		x, y := normal(e.bands[band]), normal(other.bands[band])
		if x == nil || y == nil {
			continue
		}
		clear(padded[copy(padded, x):])
		a = fft.Coefficients(a, padded)
		clear(padded[copy(padded, y):])
		b = fft.Coefficients(b, padded)
		for i := range product {
			product[i] += a[i] * complex(real(b[i]), -imag(b[i]))
		}
	}
	likeness := fft.Sequence(padded, product)
	at := func(step int) float64 { return likeness[(step+size)%size] }
	best := 0
	for step := -reach; step <= reach; step++ {
		if at(step) > at(best) {
			best = step
		}
	}
	next := 0.0
	for step := -reach; step <= reach; step++ {
		if step < best-25 || step > best+25 {
			next = max(next, at(step))
		}
	}
	if at(best) <= 0 || next <= 0 {
		return 0, 1
	}
	// Between the steps, likeness goes like a parabola.
	fine := float64(best)
	if l, m, r := at(best-1), at(best), at(best+1); l+r < 2*m {
		fine += (l - r) / 2 / (l - 2*m + r)
	}
	return time.Duration(math.Round(fine*10)) * time.Millisecond, at(best) / next
}
