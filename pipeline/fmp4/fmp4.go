// Package fmp4 turns the fragmented MP4 that the encoder writes into the segments that players
// fetch. It works on bytes only and starts nothing.
//
// A recording's segments carry the recording's own time, begin with the picture that is shown
// first, and share one initialisation segment; so any run of them plays without a gap, whichever
// process made each one.
package fmp4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"
)

// largestBox is the largest box that is read, in bytes. A segment of 4 s at the ladder's ceiling
// stays under 5 MB.
const largestBox = 64 << 20

// Segment is one media segment: styp, moof and mdat.
type Segment struct {
	Index    int    // its place in the plan's spans, or from 0 for sound
	Data     []byte // not used again by this package
	Pictures int    // samples: pictures, or packets of sound
	Ticks    int64  // its length on the track's clock
}

// fragments reads one process's output, a fragment at a time.
type fragments struct {
	r    io.Reader
	at   uint64
	init *mp4.InitSegment
	trex *mp4.TrexBox
}

// box reads the next top-level box whole; io.EOF at the end.
func (f *fragments) box() (mp4.Box, error) {
	var head [8]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 8 || size > largestBox {
		return nil, fmt.Errorf("box %q of %d bytes", head[4:], size)
	}
	data := make([]byte, size)
	copy(data, head[:])
	if _, err := io.ReadFull(f.r, data[8:]); err != nil {
		return nil, fmt.Errorf("box %q is cut off: %w", head[4:], io.ErrUnexpectedEOF)
	}
	b, err := mp4.DecodeBox(f.at, bytes.NewReader(data))
	f.at += uint64(size)
	return b, err
}

// start reads the initialisation segment and gives its bytes. Edit lists are taken out: they
// would shift the time that the segments carry.
func (f *fragments) start() ([]byte, error) {
	f.init = mp4.NewMP4Init()
	for {
		b, err := f.box()
		if err != nil {
			return nil, fmt.Errorf("the encoder wrote no header: %w", noEOF(err))
		}
		switch b.Type() {
		case "ftyp":
			f.init.AddChild(b)
		case "moov":
			f.init.AddChild(b)
			moov := f.init.Moov
			if len(moov.Traks) != 1 || moov.Mvex == nil || moov.Mvex.Trex == nil {
				return nil, fmt.Errorf("the encoder's header has %d tracks, not one that is fragmented", len(moov.Traks))
			}
			f.trex = moov.Mvex.Trex
			dropEdits(moov.Trak)
			dropPreSkip(moov.Trak)
			var out bytes.Buffer
			if err := f.init.Encode(&out); err != nil {
				return nil, fmt.Errorf("write header: %w", err)
			}
			return out.Bytes(), nil
		}
	}
}

func dropEdits(t *mp4.TrakBox) {
	kept := t.Children[:0]
	for _, c := range t.Children {
		if c.Type() != "edts" {
			kept = append(kept, c)
		}
	}
	t.Children, t.Edts = kept, nil
}

// next reads the next fragment's samples; io.EOF at the end.
func (f *fragments) next() ([]mp4.FullSample, error) {
	var moof *mp4.MoofBox
	for {
		b, err := f.box()
		if err != nil {
			if moof != nil {
				err = noEOF(err)
			}
			return nil, err
		}
		switch b := b.(type) {
		case *mp4.MoofBox:
			moof = b
		case *mp4.MdatBox:
			if moof == nil {
				return nil, errors.New("media data before its fragment header")
			}
			whole := mp4.NewFragment()
			whole.AddChild(moof)
			whole.AddChild(b)
			return whole.GetFullSamples(f.trex)
		}
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// av1 says whether the track that was started is in AV1.
func (f *fragments) av1() bool { return f.init.Moov.Trak.Mdia.Minf.Stbl.Stsd.Av01 != nil }

// av1Codec is the codecs parameter up to the bit depth, after which all is as the default says: 4:2:0 in
// BT.709 with limited range (Carriage of AV1 in ISOBMFF 1.2.0, section 5).
func av1Codec(c *av1.CodecConfRec) string {
	tier, depth := "M", 8
	if c.SeqTier0 == 1 {
		tier = "H"
	}
	if c.HighBitdepth == 1 {
		depth = 10 + 2*int(c.TwelveBit)
	}
	return fmt.Sprintf("av01.%d.%02d%s.%02d", c.SeqProfile, c.SeqLevelIdx0, tier, depth)
}

// write makes one segment of the samples. The sequence number must be at least 1.
func write(sequence uint32, track uint32, samples []mp4.FullSample) ([]byte, error) {
	f, err := mp4.CreateFragment(sequence, track)
	if err != nil {
		return nil, err
	}
	size, reordered := 0, false
	for i := range samples {
		f.AddFullSample(samples[i])
		size += len(samples[i].Data)
		reordered = reordered || samples[i].CompositionTimeOffset != 0
	}
	if !reordered { // sound and AV1: 4 bytes for each sample would say nothing
		f.Moof.Traf.Trun.Flags &^= mp4.TrunSampleCompositionTimeOffsetPresentFlag
	}
	f.Moof.Traf.Trun.Version = 1 // signed composition offsets
	f.Moof.Traf.Tfdt.Version = 1 // 64 bits, so that every segment's header has the same form
	f.EncOptimize = mp4.OptimizeTrun
	s := mp4.NewMediaSegmentWithStyp(mp4.NewStyp("msdh", 0, []string{"msdh", "msix", "cmfs"}))
	s.EncOptimize = mp4.OptimizeTrun
	s.AddFragment(f)
	out := bytes.NewBuffer(make([]byte, 0, size+32*len(samples)+512))
	if err := s.Encode(out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Codecs gives the RFC 6381 name of what an initialisation segment announces: "avc1.64001f",
// "av01.0.04M.08", "mp4a.40.2", "opus".
func Codecs(init []byte) (string, error) {
	f := fragments{r: bytes.NewReader(init)}
	if _, err := f.start(); err != nil {
		return "", err
	}
	for _, entry := range f.init.Moov.Trak.Mdia.Minf.Stbl.Stsd.Children {
		switch e := entry.(type) {
		case *mp4.VisualSampleEntryBox:
			if e.Av1C != nil {
				return av1Codec(&e.Av1C.CodecConfRec), nil
			}
			if e.AvcC == nil || len(e.AvcC.SPSnalus) == 0 {
				continue
			}
			sps, err := avc.ParseSPSNALUnit(e.AvcC.SPSnalus[0], false)
			if err != nil {
				return "", fmt.Errorf("read SPS: %w", err)
			}
			return avc.CodecString(e.Type(), sps), nil
		case *mp4.AudioSampleEntryBox:
			if e.Dops != nil {
				return "opus", nil
			}
			if e.Esds == nil || e.Esds.DecConfigDescriptor == nil || e.Esds.DecConfigDescriptor.DecSpecificInfo == nil {
				continue
			}
			config := e.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig
			if len(config) == 0 {
				continue
			}
			return fmt.Sprintf("mp4a.40.%d", config[0]>>3), nil
		}
	}
	return "", errors.New("no known codec in the initialisation segment")
}
