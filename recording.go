package rostrum

import (
	"fmt"
	"time"
)

// The identities. Each is a short random string, unique in a catalogue and safe in a URL.
type (
	RecordingID    string
	MeetingID      string
	InterventionID string
)

// Digest is a SHA-256 in lower-case hexadecimal.
type Digest string

// RecordingState is how far a recording has come.
type RecordingState string

// received → surveyed → encoding → encoded, any → failed. A surveyed recording can be cut.
const (
	Received        RecordingState = "received"
	Surveyed        RecordingState = "surveyed"
	Encoding        RecordingState = "encoding"
	Encoded         RecordingState = "encoded"
	RecordingFailed RecordingState = "failed"
)

// Recording is one filmed meeting, or a part of one: a file that never changes, and the timeline
// made of it.
type Recording struct {
	ID       RecordingID
	Meeting  MeetingID
	Name     string // file name as it came, for people only: never a path, never an input
	SHA256   Digest
	Bytes    int64
	State    RecordingState
	Failure  string // why it failed, in words for AV staff
	Rate     Rate
	Frames   Frame
	Source   Source
	Rungs    []Rung
	Encoder  string // the exact settings that every chunk and every edge must share
	Secret   []byte // keys the names of its segments
	Notices  []string
	Received time.Time
}

// Grid is how the recording's timeline is divided.
func (r *Recording) Grid() Grid { return Grid{Rate: r.Rate, Frames: r.Frames} }

// Source is what a probe and the survey found in the file: facts, no choices but which picture
// and which sound are taken.
type Source struct {
	Container string        `json:"container"`
	Duration  time.Duration `json:"duration"` // as the container says it, or as the survey measured it
	Video     *VideoSource  `json:"video,omitempty"`
	Sound     []SoundSource `json:"sound,omitempty"`
	Channels  []string      `json:"channels,omitempty"` // what each sound stream carries, in order: "floor" or a language; said by a person
	Start     string        `json:"start,omitempty"`    // timecode of the first frame, as the recorder wrote it
}

// VideoSource is the picture stream that is taken.
type VideoSource struct {
	Stream     int    `json:"stream"` // index in the file
	Codec      string `json:"codec"`
	Width      int    `json:"width"`  // in square pixels, upright
	Height     int    `json:"height"` // in square pixels, upright
	Begin      string `json:"begin"`  // time of the first picture on the file's own clock, decimal seconds
	Offset     string `json:"offset"` // what a seek must add to a time on the timeline: Begin less the file's start, decimal seconds
	Halved     bool   `json:"halved,omitempty"`
	Interlaced bool   `json:"interlaced,omitempty"`
	Irregular  bool   `json:"irregular,omitempty"` // pictures do not come at a constant rate
	Gap        Frame  `json:"gap,omitempty"`       // the longest time that one picture stands, in frames
}

// SoundSource is one sound stream.
type SoundSource struct {
	Stream   int    `json:"stream"` // index in the file
	Codec    string `json:"codec"`
	Rate     int    `json:"rate"` // samples a second
	Channels int    `json:"channels"`
	Language string `json:"language,omitempty"` // as the container tags it: a hint only
	Title    string `json:"title,omitempty"`
}

// FloorStream is the sound stream that carries the floor: the one that a person named so, else
// the first; nil without sound.
func (s *Source) FloorStream() *SoundSource {
	for i, c := range s.Channels {
		if c == Floor && i < len(s.Sound) {
			return &s.Sound[i]
		}
	}
	if len(s.Sound) == 0 {
		return nil
	}
	return &s.Sound[0]
}

// Timecode is the timecode of frame f: time of day when the recorder wrote it, else the time elapsed.
func (r *Recording) Timecode(f Frame) string {
	start, drop := Frame(0), false
	if t, err := ParseTimecode(r.Source.Start); err == nil {
		if n, err := r.Rate.FrameOf(t); err == nil {
			start, drop = n, t.Drop
		}
	}
	return r.Rate.TimecodeOf(start+f, drop).String()
}

// Elapsed writes a duration as people read it: 0:05, 12:40, 1:02:03.
func Elapsed(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
