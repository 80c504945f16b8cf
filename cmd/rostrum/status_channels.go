package main

import (
	"fmt"
	"strings"
	"time"

	"rostrum"
)

// reportChannel is one sound of a recording, and where it lies.
type reportChannel struct {
	Name     string `json:"name"`
	File     string `json:"file,omitempty"` // name of the sound file; none when it lies in the recording
	Place    string `json:"place"`          // as a channel map has it: TRACK, TRACK.CHANNEL or TRACK.LEFT+RIGHT, from 1
	OffsetMS int64  `json:"offset_ms"`
	TailMS   int64  `json:"tail_ms"`
}

func channels(s *rostrum.Source) []reportChannel {
	all := []reportChannel{}
	for _, c := range s.Channels {
		one := reportChannel{Name: c.Name, OffsetMS: c.Offset.Milliseconds(), TailMS: c.Tail.Milliseconds()}
		sound := s.Sound
		if f := s.File(c.File); c.File != "" && f != nil {
			one.File, sound = f.Name, f.Sound
		}
		for i := range sound {
			if sound[i].Stream == c.Stream {
				_, one.Place, _ = strings.Cut(rostrum.ChannelSaid{Track: i + 1, Pick: c.Pick}.String(), "=")
			}
		}
		all = append(all, one)
	}
	return all
}

// String tells it in a line.
func (c reportChannel) String() string {
	line := fmt.Sprintf("%-8s track %s", c.Name, c.Place)
	if c.File != "" {
		line += " of " + c.File
	}
	if c.OffsetMS != 0 {
		line += fmt.Sprintf(", %+d ms", c.OffsetMS)
	}
	if c.TailMS != 0 {
		line += fmt.Sprintf(", tail of %g s", (time.Duration(c.TailMS) * time.Millisecond).Seconds())
	}
	return line
}
