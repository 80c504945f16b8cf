package media

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// meter listens to sound at 48 kHz, in one or two channels.
type meter struct {
	weighting []kWeighting
	peaks     []*truePeak // nil where no peaks are wanted
	blocks    blocks
	length    int64 // samples of each channel
	// hear also gets every stretch of 100 ms, one slice for each channel, which it must not keep. nil
	// for none.
	hear func(channels [][]float32)
}

func newMeter(channels int, peaks bool) *meter {
	m := &meter{weighting: make([]kWeighting, channels)}
	filter := newPeakFilter()
	for range channels {
		if peaks {
			m.peaks = append(m.peaks, &truePeak{filter: filter})
		}
	}
	return m
}

// read listens until the end; the samples are interleaved 32-bit floats, little-endian.
func (m *meter) read(r io.Reader) error {
	return readSamples(r, len(m.weighting), blockSamples, func(channels [][]float32) error {
		if m.hear != nil {
			m.hear(channels)
		}
		power := 0.0
		for i, samples := range channels {
			power += m.weighting[i].power(samples)
			if m.peaks != nil {
				m.peaks[i].add(samples)
			}
		}
		n := len(channels[0])
		m.length += int64(n)
		if n == blockSamples { // what is left at the end is no whole block
			m.blocks = append(m.blocks, power/blockSamples)
		}
		return nil
	})
}

// truePeak is the highest of all channels, as a share of full scale. Nothing may be read after it.
func (m *meter) truePeak() float64 {
	high := 0.0
	for _, p := range m.peaks {
		high = max(high, p.end())
	}
	return high
}

// largestSample is a million times full scale, by its bits. A damaged file of floats can hold
// anything, infinities and what is no number too.
const largestSample = 0x49742400

// readSamples reads interleaved floats to their end and gives them on in blocks, by channel. The
// last block may be shorter; the slices are used again.
func readSamples(r io.Reader, channels, block int, give func([][]float32) error) error {
	frame := 4 * channels
	bytes := make([]byte, block*frame)
	samples := make([][]float32, channels)
	for i := range samples {
		samples[i] = make([]float32, block)
	}
	for {
		n, err := io.ReadFull(r, bytes)
		n /= frame
		for c := range samples {
			in, out := bytes, samples[c][:n]
			for i := range out {
				bits := binary.LittleEndian.Uint32(in[i*frame+4*c:])
				if bits&^(1<<31) > largestSample {
					bits = 0
				}
				out[i] = math.Float32frombits(bits)
			}
			samples[c] = out
		}
		if n > 0 {
			if err := give(samples); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
