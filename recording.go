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
	ID      RecordingID
	Meeting MeetingID
	Name    string // file name as it came, for people only: never a path, never an input
	SHA256  Digest
	Bytes   int64
	State   RecordingState
	Failure string // why it failed, in words for AV staff
	Rate    Rate
	Frames  Frame
	Source  Source
	Rungs   []Rung
	Encoder string // the exact settings that every chunk and every edge in H.264 must share
	// EncoderAV1 are those of the rungs in AV1, "" without any.
	EncoderAV1 string
	Secret     []byte // keys the names of its segments
	Notices    []string
	Received   time.Time
}

// Grid is how the recording's timeline is divided.
func (r *Recording) Grid() Grid { return Grid{Rate: r.Rate, Frames: r.Frames} }

// Ladder is the rungs in one codec, largest first.
func (r *Recording) Ladder(codec Codec) []Rung {
	var rungs []Rung
	for _, g := range r.Rungs {
		if g.Codec == codec {
			rungs = append(rungs, g)
		}
	}
	return rungs
}

// Chunks is how many chunks the recording has in each codec: none without a picture.
func (r *Recording) Chunks() int {
	if r.Source.Video == nil {
		return 0
	}
	return r.Grid().Chunks()
}

// Source is what a probe and the survey found in the file: facts, no choices but which picture
// and which sound are taken.
type Source struct {
	Container string        `json:"container"`
	Duration  time.Duration `json:"duration"` // as the container says it, or as the survey measured it
	Video     *VideoSource  `json:"video,omitempty"`
	Sound     []SoundSource `json:"sound,omitempty"`
	Channels  []Channel     `json:"map,omitempty"`      // what is published of the sound, floor first when there is one; said by a person
	Files     []SoundFile   `json:"files,omitempty"`    // sound that came beside the recording
	Parts     []Part        `json:"parts,omitempty"`    // files that the recorder split it into; none when it came in one
	Start     string        `json:"start,omitempty"`    // timecode of the first frame, as the recorder wrote it
	Created   time.Time     `json:"created,omitzero"`   // when the file says that it was begun
	Chapters  []Chapter     `json:"chapters,omitempty"` // as the file has them, in order
}

// Part is one of the files that a recorder has split a recording into, in their order.
type Part struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	SHA256 Digest        `json:"sha256"`
	Bytes  int64         `json:"bytes"`
	Length time.Duration `json:"length"`
	Gap    time.Duration `json:"gap,omitempty"` // what is missing before it, as far as the timecodes tell
}

// VideoSource is the picture stream that is taken.
type VideoSource struct {
	Stream    int    `json:"stream"` // index in the file
	Codec     string `json:"codec"`
	Width     int    `json:"width"`  // in square pixels, upright
	Height    int    `json:"height"` // in square pixels, upright
	Begin     string `json:"begin"`  // time of the first picture on the file's own clock, decimal seconds
	Offset    string `json:"offset"` // what a seek must add to a time on the timeline: Begin less the file's start, decimal seconds
	Halved    bool   `json:"halved,omitempty"`
	Scan      Scan   `json:"scan,omitempty"`
	Color     Color  `json:"color,omitzero"`
	Irregular bool   `json:"irregular,omitempty"` // pictures do not come at a constant rate
	Gap       Frame  `json:"gap,omitempty"`       // the longest time that one picture stands, in frames; the survey finds it
	KeyGap    Frame  `json:"key_gap,omitempty"`   // the longest way from key picture to key picture, in frames; the survey finds it
	Unindexed bool   `json:"unindexed,omitempty"` // the container has no index: a seek may land anywhere in a group of pictures
	Pixels    string `json:"pixels,omitempty"`    // how they are stored, in the words of ffmpeg: yuv420p, yuv422p10le …
	Turned    bool   `json:"turned,omitempty"`    // players must turn it to show it upright
	Fragments bool   `json:"fragments,omitempty"` // an MP4 or MOV that was written piece by piece, without an index of the whole
	Kbit      int    `json:"kbit,omitempty"`      // rate of the whole file, kbit/s; 0 when the container does not tell
}

// Scan is how the lines of a picture were taken.
type Scan string

// The scans. The zero value is progressive.
const (
	Progressive Scan = ""
	TopFirst    Scan = "tff"   // interlaced, the upper field is older
	BottomFirst Scan = "bff"   // interlaced, the lower field is older
	MixedScan   Scan = "mixed" // some pictures combed, others whole, as telecine leaves them
)

// Color is how the source codes colours, in the words of ffmpeg; the zero value is what recorders mean when they say nothing.
type Color struct {
	Matrix    string `json:"matrix,omitempty"`    // bt709, smpte170m, bt470bg, bt2020nc …
	Transfer  string `json:"transfer,omitempty"`  // bt709, smpte2084 (PQ), arib-std-b67 (HLG) …
	Primaries string `json:"primaries,omitempty"` // bt709, bt2020 …
	Full      bool   `json:"full,omitempty"`      // full range instead of that of television
}

// HDR says whether the colours must be brought to the range that every screen has: PQ and HLG (Recommendation ITU-R BT.2100-2).
func (c Color) HDR() bool { return c.Transfer == "smpte2084" || c.Transfer == "arib-std-b67" }

// SoundSource is one sound stream.
type SoundSource struct {
	Stream   int    `json:"stream"` // index in the file
	Codec    string `json:"codec"`
	Rate     int    `json:"rate"` // samples a second
	Channels int    `json:"channels"`
	Language string `json:"language,omitempty"` // as the container tags it: a hint only
	Title    string `json:"title,omitempty"`
}

// Floor is the channel that carries the floor, nil without sound. A recording of booths alone has none either.
func (s *Source) Floor() *Channel {
	for i := range s.Channels {
		if s.Channels[i].Name == Floor {
			return &s.Channels[i]
		}
	}
	return nil
}

// SoundOf is the stream that a channel lies in, nil when the file does not have it.
func (s *Source) SoundOf(c Channel) *SoundSource {
	sound := s.Sound
	if c.File != "" {
		f := s.File(c.File)
		if f == nil {
			return nil
		}
		sound = f.Sound
	}
	for i := range sound {
		if sound[i].Stream == c.Stream {
			return &sound[i]
		}
	}
	return nil
}

// File is the sound file of an ID, nil when there is none.
func (s *Source) File(id string) *SoundFile {
	for i := range s.Files {
		if s.Files[i].ID == id {
			return &s.Files[i]
		}
	}
	return nil
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
