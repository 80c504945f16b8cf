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

// Count is what the packets of the picture stream say.
type Count struct {
	Frames  rostrum.Frame // exact length of the timeline
	Gap     rostrum.Frame // the longest time that one picture stands, rounded up
	Packets int64
}

// Packets reads the times of every packet of the picture stream, without decoding: a minute for
// some hours of video. The timeline ends where the last picture ends.
func (t Tools) Packets(ctx context.Context, path string, v *rostrum.VideoSource, rate rostrum.Rate) (Count, error) {
	begin, err := parseSeconds(v.Begin)
	if err != nil {
		return Count{}, err
	}
	start, _ := begin.Float64()
	var count packetCount
	_, err = t.ffprobe(ctx, path, count.read, time.Hour,
		"-select_streams", strconv.Itoa(v.Stream), "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0")
	if err != nil {
		return Count{}, err
	}
	if count.n == 0 {
		return Count{}, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	return count.result(start, rate), nil
}

// packetCount keeps what the result needs, in constant memory. Packets come in the order of
// decoding, so gaps are measured over a window that is sorted as it goes.
type packetCount struct {
	n           int64
	window      []float64
	last        float64 // largest time that has left the window
	seen        bool
	gap         float64
	end, endDur float64 // time and length of the last picture shown
}

const reorderWindow = 32

func (c *packetCount) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ",")
		at, err := strconv.ParseFloat(fields[0], 64)
		if err != nil {
			continue // a packet without a time has none to count
		}
		length := 0.0
		if len(fields) > 1 {
			length, _ = strconv.ParseFloat(fields[1], 64)
		}
		c.add(at, max(length, 0))
	}
	return lines.Err()
}

func (c *packetCount) add(at, length float64) {
	if c.n == 0 || at >= c.end {
		c.end, c.endDur = at, length
	}
	c.n++
	i := len(c.window)
	c.window = append(c.window, at)
	for ; i > 0 && c.window[i-1] > at; i-- {
		c.window[i] = c.window[i-1]
	}
	c.window[i] = at
	if len(c.window) > reorderWindow {
		c.leave(c.window[0])
		c.window = append(c.window[:0], c.window[1:]...)
	}
}

func (c *packetCount) leave(at float64) {
	if c.seen {
		c.gap = max(c.gap, at-c.last)
	}
	c.last, c.seen = at, true
}

func (c *packetCount) result(begin float64, rate rostrum.Rate) Count {
	for _, at := range c.window {
		c.leave(at)
	}
	c.window = nil
	frame := 1 / rate.Float()
	length := c.endDur
	if length <= 0 || length > 10 {
		length = frame
	}
	c.gap = max(c.gap, length)
	frames := rostrum.Frame((c.end+length-begin)/frame + 0.5)
	return Count{max(frames, 1), rostrum.Frame(c.gap/frame + 0.999), c.n}
}
