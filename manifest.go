package rostrum

import (
	"sort"
	"strings"
	"time"
)

// Manifest lists all that belongs to one revision of an intervention. Publishing points one row at it;
// nothing that is not on it can be had through the intervention's address.
type Manifest struct {
	Intervention InterventionID `json:"intervention"`
	Revision     int            `json:"revision"`
	Recording    RecordingID    `json:"recording"`
	Rate         string         `json:"rate"`
	Span         Span           `json:"span"`
	Duration     time.Duration  `json:"duration"`
	Pictures     []Picture      `json:"pictures,omitempty"` // largest first; none for a recording without picture
	Sounds       []Sound        `json:"sounds,omitempty"`   // floor first; none for a recording without sound
	Captions     []CaptionSlice `json:"captions,omitempty"`
	// Silent are the booths that say nothing here, usually because the speaker uses their language: players offer the original
	// for them.
	Silent   []Language        `json:"silent,omitempty"`
	Files    map[string]File   `json:"files"`             // by name in the intervention's address
	Recipes  map[string]Digest `json:"recipes,omitempty"` // by part: of everything that it was made from; equal recipes need no second making
	Measured *Measured         `json:"measured,omitempty"`
	Quality  *Quality          `json:"quality,omitempty"`
	Notices  []string          `json:"notices,omitempty"`
}

// File is one object of an intervention.
type File struct {
	Key    string `json:"key"`  // in the object store, relative
	Type   string `json:"type"` // media type
	Bytes  int64  `json:"bytes"`
	SHA256 Digest `json:"sha256,omitempty"` // empty for shared segments: their chunk holds theirs
	Shared bool   `json:"shared,omitempty"` // belongs to the recording and serves other interventions too
}

// Segment is one piece of a rendition, by its name in Files.
type Segment struct {
	Name  string `json:"name"`
	Time  int64  `json:"time"` // length in ticks of the rendition's clock
	Bytes int64  `json:"bytes"`
}

// Stream is what a media playlist needs: pieces of one rendition in order.
type Stream struct {
	Codecs   string    `json:"codecs"` // RFC 6381
	Clock    int64     `json:"clock"`  // ticks a second
	Init     string    `json:"init"`   // name of the initialisation segment in Files
	Segments []Segment `json:"segments"`
}

// Bytes is the size of all segments together.
func (s *Stream) Bytes() int64 {
	n := int64(0)
	for _, g := range s.Segments {
		n += g.Bytes
	}
	return n
}

// Ticks is the length of all segments together, in ticks of the clock.
func (s *Stream) Ticks() int64 {
	n := int64(0)
	for _, g := range s.Segments {
		n += g.Time
	}
	return n
}

// Average is the mean bit rate, in bit/s, rounded up (RFC 8216bis, 4.4.6.2: AVERAGE-BANDWIDTH).
func (s *Stream) Average() int64 {
	t := s.Ticks()
	if t == 0 {
		return 0
	}
	return (s.Bytes()*8*s.Clock + t - 1) / t
}

// Peak is the largest bit rate, in bit/s, of any run of segments that lasts between half and one and a
// half target durations (RFC 8216bis, 4.4.6.2 with the definition of peak segment bit rate in 4.1).
func (s *Stream) Peak() int64 {
	target := int64(s.TargetSeconds()) * s.Clock
	peak := int64(0)
	for i := range s.Segments {
		ticks, bytes := int64(0), int64(0)
		for _, g := range s.Segments[i:] {
			ticks, bytes = ticks+g.Time, bytes+g.Bytes
			if 2*ticks > 3*target {
				break
			}
			if 2*ticks >= target {
				peak = max(peak, (bytes*8*s.Clock+ticks-1)/ticks)
			}
		}
	}
	return max(peak, s.Average())
}

// TargetSeconds is the longest segment rounded to whole seconds, at least 1 (RFC 8216bis, 4.4.3.1).
func (s *Stream) TargetSeconds() int {
	longest := int64(0)
	for _, g := range s.Segments {
		longest = max(longest, g.Time)
	}
	return max(1, int((longest+s.Clock/2)/s.Clock))
}

// Picture is one rung of the ladder in an intervention.
type Picture struct {
	Rung
	Stream
	Playlist string `json:"playlist"` // name in Files
}

// SoundQuality is one of the encodings that every sound has.
type SoundQuality string

// The qualities, best first.
const (
	FullSound  SoundQuality = "full"  // AAC-LC, 48 kHz, 96 kbit/s mono or 128 kbit/s stereo: goes with the picture
	SmallSound SoundQuality = "small" // AAC-LC, 24 kHz, 32 kbit/s mono: for slow lines, without picture
	OpusSound  SoundQuality = "opus"  // Opus, 48 kHz, 24 kbit/s mono: smaller still, where it plays
)

// Sound is the sound of an intervention in one language, at one quality.
type Sound struct {
	Channel  string       `json:"channel"`  // floor, or the language of the booth
	Language Language     `json:"language"` // what is spoken; "" when unknown
	Quality  SoundQuality `json:"quality"`
	Channels int          `json:"channels"`
	Span     Span         `json:"span"` // with the tail of a booth it ends after the picture
	Stream
	Playlist string   `json:"playlist"`       // name in Files
	File     string   `json:"file,omitempty"` // the same to take away, without picture; name in Files
	Before   Loudness `json:"before"`
	After    Loudness `json:"after"`
}

// Interpreted says whether the sound is an interpreter's. Only the original is authentic.
func (s *Sound) Interpreted() bool { return s.Channel != Floor }

// Loudness is what EBU R 128 measures (ITU-R BS.1770-4).
type Loudness struct {
	Integrated float64 `json:"integrated"` // LUFS
	Range      float64 `json:"range"`      // LU
	TruePeak   float64 `json:"true_peak"`  // dBTP
}

// CaptionSlice is one caption track of an intervention.
type CaptionSlice struct {
	Language Language `json:"language"`
	Cues     int      `json:"cues"`
	Playlist string   `json:"playlist,omitempty"` // names in Files
	VTT      string   `json:"vtt"`
	SRT      string   `json:"srt"`
}

// The names in Files that every intervention uses.
const (
	MasterName      = "master.m3u8"
	AudioOnlyName   = "audio.m3u8" // master playlist of the small sounds, without picture
	MP4Name         = "video.mp4"
	SmallMP4Name    = "video-small.mp4"
	AudioName       = "audio.m4a"
	OpusName        = "audio.opus"
	PosterName      = "poster.jpg"
	SmallPosterName = "poster-small.jpg"
	StoryboardName  = "storyboard.vtt"
)

// NameIn is the name of a file to take away in the language of a channel: video.mp4 is the floor's, video-fr.mp4 the French
// booth's.
func NameIn(name, channel string) string {
	if channel == Floor || channel == "" {
		return name
	}
	dot := strings.LastIndexByte(name, '.')
	return name[:dot] + "-" + strings.ToLower(channel) + name[dot:]
}

// Keys lists the object keys that belong to this revision alone, sorted.
func (m *Manifest) Keys() []string {
	var keys []string
	for _, f := range m.Files {
		if !f.Shared {
			keys = append(keys, f.Key)
		}
	}
	sort.Strings(keys)
	return keys
}
