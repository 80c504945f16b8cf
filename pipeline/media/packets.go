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
	KeyGap  rostrum.Frame // the longest way from key picture to key picture, or to the end, rounded up
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
		"-select_streams", strconv.Itoa(v.Stream), "-show_entries", "packet=pts_time,duration_time,flags", "-of", "csv=p=0")
	if err != nil {
		return Count{}, err
	}
	if count.n == 0 {
		return Count{}, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	c := count.result(start, rate)
	return c, t.checkLength(rate.Duration(c.Frames))
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
	key, keyGap float64 // time of the last key picture, and the longest way between two
	keyed       bool
	timed       bool  // a packet with a time has come
	missing     bool  // a packet without one has
	untimed     int64 // packets since the last one with a time
}

const reorderWindow = 32

func (c *packetCount) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ",")
		if len(fields) < 3 {
			continue
		}
		length, _ := strconv.ParseFloat(fields[1], 64) // "N/A" where the container does not say it
		if strings.Contains(fields[2], "D") {
			continue // outside the edit list: only there so that others can be decoded
		}
		key := strings.Contains(fields[2], "K")
		if at, err := strconv.ParseFloat(fields[0], 64); err == nil {
			c.add(at, max(length, 0), key)
		} else {
			c.addUntimed(key)
		}
	}
	return lines.Err()
}

func (c *packetCount) add(at, length float64, key bool) {
	if key {
		c.addKey(at)
	}
	c.untimed = 0
	if !c.timed || at >= c.end {
		c.end, c.endDur, c.timed = at, length, true
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

// addUntimed takes a packet of a programme stream, which has a time for only some.
func (c *packetCount) addUntimed(key bool) {
	c.n++
	c.untimed++
	c.missing = true
	if key && c.timed {
		c.addKey(c.end + float64(c.untimed)*c.endDur)
	}
}

func (c *packetCount) addKey(at float64) {
	if c.keyed {
		c.keyGap = max(c.keyGap, at-c.key)
	}
	c.key, c.keyed = at, true
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
	if !c.keyed {
		c.key = begin
	}
	c.keyGap = max(c.keyGap, c.end+length-c.key)
	up := func(seconds float64) rostrum.Frame { return rostrum.Frame(seconds/frame + 0.999) }
	frames := rostrum.Frame((c.end+length-begin)/frame + 0.5)
	if c.missing {
		// The last pictures may be without a time. How many they add depends on the order in which they are shown; the number
		// of packets is right where pictures come at a constant rate.
		after := func(n int64) rostrum.Frame { return rostrum.Frame(float64(n)*length/frame + 0.5) }
		frames = min(max(frames, after(c.n)), frames+after(c.untimed+reordered))
	}
	return Count{Frames: max(frames, 1), Gap: up(c.gap), KeyGap: up(c.keyGap), Packets: c.n}
}
