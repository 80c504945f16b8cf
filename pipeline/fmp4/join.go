package fmp4

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Join writes an initialisation segment and media segments, in order, as one fragmented MP4 for
// ffmpeg to read: the local input of downloads and storyboards. Segments are read one at a time.
//
// Players take negative composition offsets as they are; ffmpeg adds the largest it has met so
// far to everything, and so shifts time in the middle of a file. Here all are made positive by one
// constant, which ffmpeg then takes off again as the file's start. AV1 has none: its pictures come in
// the order in which they are shown.
type Join struct {
	w     io.Writer
	head  fragments
	shift int32
	count uint32
}

// NewJoin writes the initialisation segment to w. step is how many ticks one picture lasts; 0
// for sound.
func NewJoin(w io.Writer, init []byte, step int64) (*Join, error) {
	j := &Join{w: w, head: fragments{r: bytes.NewReader(init)}, shift: int32(reorder * step)}
	head, err := j.head.start()
	if err != nil {
		return nil, err
	}
	if j.head.av1() {
		j.shift = 0
	}
	_, err = w.Write(head)
	return j, err
}

// Add appends one segment.
func (j *Join) Add(r io.Reader) error {
	f := fragments{r: r, trex: j.head.trex}
	for {
		samples, err := f.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("join segment %d: %w", j.count, err)
		}
		for i := range samples {
			samples[i].CompositionTimeOffset += j.shift
		}
		j.count++
		data, err := write(j.count, j.head.init.Moov.Trak.Tkhd.TrackID, samples)
		if err != nil {
			return fmt.Errorf("join segment %d: %w", j.count, err)
		}
		if _, err := j.w.Write(data); err != nil {
			return err
		}
	}
}
