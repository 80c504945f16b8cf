package fmp4

import (
	"fmt"
	"os"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Counts is what a finished MP4 holds.
type Counts struct {
	Pictures int64
	Packets  int64 // of sound
	// Late is how much later the sound begins than the picture; 0 unless there are both.
	Late time.Duration
}

// Count reads the tables of a finished MP4 (ISO/IEC 14496-12, 8.6 and 8.7.3), not its media.
func Count(path string) (Counts, error) {
	f, err := os.Open(path)
	if err != nil {
		return Counts{}, err
	}
	defer f.Close()
	file, err := mp4.DecodeFile(f, mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	if err != nil {
		return Counts{}, fmt.Errorf("read MP4: %w", err)
	}
	if file.Moov == nil {
		return Counts{}, fmt.Errorf("the MP4 has no index")
	}
	var n Counts
	begins := map[string]time.Duration{}
	for _, t := range file.Moov.Traks {
		kind := t.Mdia.Hdlr.HandlerType
		switch count := int64(t.Mdia.Minf.Stbl.Stsz.GetNrSamples()); kind {
		case "vide":
			n.Pictures += count
		case "soun":
			n.Packets += count
		default:
			continue
		}
		if _, has := begins[kind]; !has {
			begins[kind] = begin(t, int64(file.Moov.Mvhd.Timescale))
		}
	}
	if n.Pictures > 0 && n.Packets > 0 {
		n.Late = begins["soun"] - begins["vide"]
	}
	return n, nil
}

// begin is when the first sample of a track is presented: after the empty edits that stand first, and less what the first edit
// with media passes over, which usually is the encoder's delay.
func begin(t *mp4.TrakBox, movie int64) time.Duration {
	first := int64(0) // on the track's clock
	if c := t.Mdia.Minf.Stbl.Ctts; c != nil {
		first = int64(c.GetCompositionTimeOffset(1))
	}
	wait := int64(0) // on the movie's clock
	if t.Edts != nil && len(t.Edts.Elst) > 0 {
		for _, e := range t.Edts.Elst[0].Entries {
			if e.MediaTime >= 0 {
				first = max(first-e.MediaTime, 0)
				break
			}
			wait += int64(e.SegmentDuration)
		}
	}
	seconds := float64(wait)/float64(movie) + float64(first)/float64(t.Mdia.Mdhd.Timescale)
	return time.Duration(seconds * float64(time.Second))
}
