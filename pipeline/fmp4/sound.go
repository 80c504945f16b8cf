package fmp4

import (
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"
)

// segmentSeconds is the length of a sound segment, to the nearest packet.
const segmentSeconds = 4

// Sound says what a run of an encoder must have written, and where it belongs.
type Sound struct {
	Rate   int64 // samples a second, which is the track's clock
	Packet int64 // samples of one packet: 1,024 of AAC-LC, 960 of Opus at 20 ms
	// Priming is how many samples come out before the first one of the sound, in whole packets.
	Priming int64
	Start   int64 // position of the first sample on the recording, in samples
	Samples int64 // length of the sound
}

// Packets is how many packets the sound has: its length rounded to the nearest whole packet, so
// that it ends at most half a packet before or after the picture. At least one.
func (s Sound) Packets() int64 { return max(1, (s.Samples+s.Packet/2)/s.Packet) }

// segmentPackets is how many packets a segment has: 188 of AAC are 4.01 s at 48 kHz.
func (s Sound) segmentPackets() int {
	return int(max(1, (segmentSeconds*s.Rate+s.Packet/2)/s.Packet))
}

// Split reads the encoder's output as it comes and cuts it into segments of about 4 s. The packets
// of priming are dropped: then packet k decodes to the samples k·Packet and after, and the sound is
// neither early nor late; in exchange the first packet fades in, since what overlaps it is missing.
func (s Sound) Split(r io.Reader, init func([]byte) error, segment func(Segment) error) error {
	if s.Packet <= 0 || s.Priming%s.Packet != 0 {
		return fmt.Errorf("%d samples of priming are no whole packets of %d", s.Priming, s.Packet)
	}
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
	priming, done, index := s.Priming/s.Packet, int64(0), 0
	emit := func() error {
		track := f.init.Moov.Trak.Tkhd.TrackID
		data, err := write(uint32(index)+1, track, held)
		if err != nil {
			return fmt.Errorf("write segment %d: %w", index, err)
		}
		n := len(held)
		held, index = held[:0], index+1
		return segment(Segment{index - 1, data, n, int64(n) * s.Packet})
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
			if priming > 0 {
				priming--
				continue
			}
			if done == s.Packets() {
				break
			}
			p.DecodeTime, p.Dur, p.CompositionTimeOffset = uint64(s.Start+done*s.Packet), uint32(s.Packet), 0
			p.Flags = mp4.SyncSampleFlags
			held, done = append(held, p), done+1
			if len(held) == s.segmentPackets() {
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

// dropPreSkip announces Opus as beginning with its first packet, since the packets of priming are
// left out. With a pre-skip, some players would take it off the sound, and others off the time.
func dropPreSkip(t *mp4.TrakBox) {
	for _, entry := range t.Mdia.Minf.Stbl.Stsd.Children {
		if e, ok := entry.(*mp4.AudioSampleEntryBox); ok && e.Dops != nil {
			e.Dops.PreSkip = 0
		}
	}
}
