package demo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"

	"rostrum"
)

const (
	sampleRate      = 48000
	samplesPerFrame = sampleRate / 25
)

// utterance is one piece of synthetic speech as it turned out.
type utterance struct {
	file   string
	levels []float64     // RMS of each frame, 1 is full scale
	begin  rostrum.Frame // first frame with voice
	end    rostrum.Frame // first frame after the last with voice
}

// audible is the RMS under which a frame counts as silence: -50 dB, under any phoneme of flite's
// and over its noise.
const audible = 0.003

// hear measures an utterance from the WAV file that ffmpeg wrote: 16 bits, mono, 48 kHz.
func hear(file string) (utterance, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return utterance{}, fmt.Errorf("reading synthetic speech: %w", err)
	}
	pcm, err := wavSamples(data)
	if err != nil {
		return utterance{}, fmt.Errorf("reading synthetic speech: %w", err)
	}
	u := utterance{file: file}
	for len(pcm) > 0 {
		n := min(len(pcm)/2, samplesPerFrame)
		sum := 0.0
		for i := range n {
			v := float64(int16(binary.LittleEndian.Uint16(pcm[2*i:]))) / 32768
			sum += v * v
		}
		// The last frame may be short: it counts as filled up with silence.
		rms := math.Sqrt(sum / samplesPerFrame)
		pcm = pcm[2*n:]
		u.levels = append(u.levels, rms)
		if rms >= audible {
			if u.end == 0 {
				u.begin = rostrum.Frame(len(u.levels) - 1)
			}
			u.end = rostrum.Frame(len(u.levels))
		}
	}
	if u.end == 0 {
		return utterance{}, errors.New("reading synthetic speech: it is silent")
	}
	return u, nil
}

// frames is the length in whole frames, rounded up.
func (u utterance) frames() rostrum.Frame { return rostrum.Frame(len(u.levels)) }

// wavSamples finds the samples in a RIFF WAVE file of 16 bits, mono, 48 kHz.
func wavSamples(data []byte) ([]byte, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return nil, errors.New("not a WAV file")
	}
	described := false
	for rest := data[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:8]))
		body := rest[8:]
		if size > len(body) {
			return nil, fmt.Errorf("WAV chunk %q is cut short", id)
		}
		switch id {
		case "fmt ":
			if size < 16 || binary.LittleEndian.Uint16(body) != 1 || binary.LittleEndian.Uint16(body[2:]) != 1 ||
				binary.LittleEndian.Uint32(body[4:]) != sampleRate || binary.LittleEndian.Uint16(body[14:]) != 16 {
				return nil, errors.New("not 16 bits, mono, 48 kHz")
			}
			described = true
		case "data":
			if !described {
				return nil, errors.New("WAV data without a description")
			}
			return body[:size&^1], nil
		}
		// Chunks are padded to an even length.
		rest = body[min(len(body), size+size&1):]
	}
	return nil, errors.New("WAV file without data")
}

// loudness is the RMS of the voiced frames of several utterances together, dB below full scale.
func loudness(all []utterance) float64 {
	sum, n := 0.0, 0
	for _, u := range all {
		for _, v := range u.levels {
			if v >= audible {
				sum, n = sum+v*v, n+1
			}
		}
	}
	return 10 * math.Log10(sum/float64(n))
}

// loudAt is how far a mouth opens at a frame of the utterance, 0 to 1, from the level against
// the voice's own loudness: fully open 6 dB over it, shut 22 dB under it.
func (u utterance) loudAt(at rostrum.Frame, voice float64) float64 {
	if at < 0 || at >= u.frames() || u.levels[at] <= 0 {
		return 0
	}
	over := 20*math.Log10(u.levels[at]) - voice
	return min(1, max(0, (over+22)/28))
}
