package media

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// SoundFrames measures a recording without a picture: how many frames of the timeline its longest sound stream covers, by the times
// of its packets, without decoding.
func (t Tools) SoundFrames(ctx context.Context, path string, s rostrum.Source, rate rostrum.Rate) (rostrum.Frame, error) {
	longest := time.Duration(0)
	for _, stream := range s.Sound {
		first, last, any := 0.0, 0.0, false
		_, err := t.ffprobe(ctx, path, func(r io.Reader) error {
			lines := bufio.NewScanner(r)
			for lines.Scan() {
				fields := strings.Split(lines.Text(), ",")
				at, err := strconv.ParseFloat(fields[0], 64)
				if err != nil || len(fields) < 3 || strings.Contains(fields[2], "D") {
					continue // it has no time, or is there only so that others can be decoded
				}
				d, _ := strconv.ParseFloat(fields[1], 64)
				if !any {
					first, any = at, true
				}
				last = max(last, at+d)
			}
			return lines.Err()
		}, time.Hour, "-select_streams", strconv.Itoa(stream.Stream), "-show_entries", "packet=pts_time,duration_time,flags", "-of", "csv=p=0")
		if err != nil {
			return 0, err
		}
		longest = max(longest, time.Duration((last-first)*float64(time.Second)))
	}
	if longest <= 0 {
		return 0, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	return max(1, rate.FrameAt(longest)), t.checkLength(longest)
}
