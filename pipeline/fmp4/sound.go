package fmp4

import (
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Packet is how many samples one AAC-LC packet holds (ISO/IEC 14496-3, 4.5.2.1.1).
const Packet = 1024

// segmentPackets is the length of a sound segment: 188 packets are 4.01 s at 48 kHz.
const segmentPackets = 188

// Sound says what a run of the AAC encoder must have written.
type Sound struct {
	Rate    int64 // samples a second, which is the track's clock
	Start   int64 // position of the first sample on the recording, in samples
	Samples int64 // length of the sound
}

// Packets is how many packets the sound has: its length rounded to the nearest whole packet, so
// that it ends at most 11 ms before or after the picture at 48 kHz. At least one.
func (s Sound) Packets() int64 { return max(1, (s.Samples+Packet/2)/Packet) }

// Split reads the encoder's output as it comes and cuts it into segments of about 4 s (8 s at half
// the rate). The encoder's first packet holds only the 1,024 samples of priming and is dropped:
// then packet k decodes to samples k·1024 and after, and the sound is neither early nor late; in
// exchange the first packet fades in over 21 ms, since what overlaps it is missing.
func (s Sound) Split(r io.Reader, init func([]byte) error, segment func(Segment) error) error {
	f := &fragments{r: r}
	head, err := f.start()
	if err != nil {
		return err
	}
	if got := int64(f.init.Moov.Trak.Mdia.Mdhd.Timescale); got != s.Rate {
		return fmt.Errorf("the encoder's clock has %d ticks a second, not %d", got, s.Rate)
	}
	if err := init(head); err != nil {
		return err
	}
	var held []mp4.FullSample
	primed, done, index := false, int64(0), 0
	emit := func() error {
		track := f.init.Moov.Trak.Tkhd.TrackID
		data, err := write(uint32(index)+1, track, held)
		if err != nil {
			return fmt.Errorf("write segment %d: %w", index, err)
		}
		n := len(held)
		held, index = held[:0], index+1
		return segment(Segment{index - 1, data, n, int64(n) * Packet})
	}
	for {
		samples, err := f.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, p := range samples {
			if !primed {
				primed = true
				continue
			}
			if done == s.Packets() {
				break
			}
			p.DecodeTime, p.Dur, p.CompositionTimeOffset = uint64(s.Start+done*Packet), Packet, 0
			p.Flags = mp4.SyncSampleFlags
			held, done = append(held, p), done+1
			if len(held) == segmentPackets {
				if err := emit(); err != nil {
					return err
				}
			}
		}
	}
	if done < s.Packets() {
		return fmt.Errorf("the encoder wrote %d of %d packets of sound", done, s.Packets())
	}
	if len(held) > 0 {
		return emit()
	}
	return nil
}
