package rostrum

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Channel is one sound of a recording: what it carries, where it lies, and how it is treated.
type Channel struct {
	Name   string        `json:"name"`             // Floor, or the language that is spoken (BCP 47)
	File   string        `json:"file,omitempty"`   // SoundFile.ID; "" is the recording's own file
	Stream int           `json:"stream"`           // index of the stream in the file
	Pick   []int         `json:"pick,omitempty"`   // channels of the stream, from 0: one, or two as a stereo pair; none takes a mono or stereo stream as it is
	Offset time.Duration `json:"offset,omitempty"` // how much later on the timeline it stands than its file says
	Tail   time.Duration `json:"tail,omitempty"`   // how long it goes on after the out point, because interpreters lag
	Over   bool          `json:"over,omitempty"`   // the tail may run into the next intervention
	Clean  Clean         `json:"clean,omitzero"`
}

// Clean is what is taken out of a sound. The zero value leaves it as it is.
type Clean struct {
	Hum   int  `json:"hum,omitempty"`   // frequency of the mains in Hz, 50 or 60; 0 for none
	Noise bool `json:"noise,omitempty"` // steady noise, as of fans
}

// SoundFile is a file that holds sound for a recording and came beside it: one for each language, as conference platforms
// write them.
type SoundFile struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"` // as it came, for people only
	SHA256    Digest        `json:"sha256"`
	Bytes     int64         `json:"bytes"`
	Container string        `json:"container"`
	Sound     []SoundSource `json:"sound"`
	Aligned   Alignment     `json:"aligned"`
}

// Alignment is how the place of a sound file on the timeline was found.
type Alignment struct {
	By         string        `json:"by"` // "start" of both files, "correlation" with the floor, or "said" by a person
	Offset     time.Duration `json:"offset"`
	Confidence float64       `json:"confidence,omitempty"` // of a correlation: its highest peak over the next best, 1 is none
}

// InterpretationTail is how long the sound of a booth goes on after the out point unless another time is said: interpreters
// lag some seconds behind the speaker.
const InterpretationTail = 4 * time.Second

// ChannelPlace is where one thing that can carry the floor or a language lies in a file.
type ChannelPlace struct {
	Stream SoundSource
	Pick   []int
}

// ChannelPlaces lists, in order, what an operator finds in a file when counting from the first: a mono or stereo track is one, a track
// of more channels is a recorder's bundle of microphones and booths, and each of its channels is one.
func ChannelPlaces(sound []SoundSource) []ChannelPlace {
	var all []ChannelPlace
	for _, s := range sound {
		if s.Channels <= 2 {
			all = append(all, ChannelPlace{Stream: s})
			continue
		}
		for i := range s.Channels {
			all = append(all, ChannelPlace{Stream: s, Pick: []int{i}})
		}
	}
	return all
}

// ChannelSaid is one entry of a channel map as a person writes it.
type ChannelSaid struct {
	Name  string // Floor, a language, or "" for what is not taken
	Track int    // from 1; 0 takes the next place in order
	Pick  []int  // channels of the track, from 0; none for the whole track
}

// ParseChannels reads a channel map: names separated by commas, in the order of the file, "-" for what is not
// taken; or a name with its place, NAME=TRACK, NAME=TRACK.CHANNEL, NAME=TRACK.LEFT+RIGHT, all counted from 1.
func ParseChannels(entries []string) ([]ChannelSaid, error) {
	var said []ChannelSaid
	seen := map[string]bool{}
	for _, e := range entries {
		name, place, placed := strings.Cut(strings.TrimSpace(e), "=")
		c := ChannelSaid{Name: name}
		switch name {
		case "-", "none":
			c.Name = ""
		case Floor:
		default:
			l, err := ParseLanguage(name)
			if err != nil {
				return nil, err
			}
			c.Name = string(l)
		}
		if c.Name != "" && seen[c.Name] {
			return nil, Errorf(Invalid, "The channel map names %q twice; name each language once.", c.Name)
		}
		seen[c.Name] = true
		if placed {
			if err := c.place(place); err != nil {
				return nil, err
			}
		}
		said = append(said, c)
	}
	return said, nil
}

func (c *ChannelSaid) place(s string) error {
	track, picks, some := strings.Cut(s, ".")
	bad := Errorf(Invalid, "%q is no place of a channel; write TRACK, TRACK.CHANNEL or TRACK.LEFT+RIGHT, counted from 1.", s)
	n, err := strconv.Atoi(track)
	if err != nil || n < 1 || n > 64 {
		return bad
	}
	c.Track = n
	if !some {
		return nil
	}
	for p := range strings.SplitSeq(picks, "+") {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 64 || len(c.Pick) == 2 {
			return bad
		}
		c.Pick = append(c.Pick, n-1)
	}
	return nil
}

// String writes the entry as ParseChannels reads it.
func (c ChannelSaid) String() string {
	s := c.Name
	if s == "" {
		s = "-"
	}
	if c.Track == 0 {
		return s
	}
	s += fmt.Sprintf("=%d", c.Track)
	for i, p := range c.Pick {
		s += [2]string{".", "+"}[i] + strconv.Itoa(p+1)
	}
	return s
}

// MapChannels finds the channels that were said in the sound of a file. Without anything said, the floor is the first place. The
// errors say what the file has.
func MapChannels(said []ChannelSaid, sound []SoundSource) ([]Channel, error) {
	places := ChannelPlaces(sound)
	if len(said) == 0 {
		if len(places) == 0 {
			return nil, nil
		}
		return []Channel{{Name: Floor, Stream: places[0].Stream.Stream, Pick: places[0].Pick}}, nil
	}
	var all []Channel
	next := 0
	for _, s := range said {
		var p ChannelPlace
		switch {
		case s.Track == 0 && next >= len(places):
			return nil, Errorf(Invalid, "%d channels are named, but the recording has %s; name at most that many.", len(said), placesInWords(places, sound))
		case s.Track == 0:
			p = places[next]
			next++
		case s.Track > len(sound):
			return nil, Errorf(Invalid, "%s lies on track %d, but the recording has %s.", s.Name, s.Track, placesInWords(places, sound))
		default:
			p = ChannelPlace{sound[s.Track-1], s.Pick}
			if len(p.Pick) == 0 && p.Stream.Channels > 2 {
				p.Pick = []int{0}
			}
			for _, n := range p.Pick {
				if n >= p.Stream.Channels {
					return nil, Errorf(Invalid, "%s lies on channel %d of track %d, but that track has %d.", s.Name, n+1, s.Track, p.Stream.Channels)
				}
			}
		}
		if s.Name == "" {
			continue
		}
		c := Channel{Name: s.Name, Stream: p.Stream.Stream, Pick: p.Pick}
		if s.Name != Floor {
			c.Tail = InterpretationTail
		}
		all = append(all, c)
	}
	return all, nil
}

func placesInWords(places []ChannelPlace, sound []SoundSource) string {
	switch {
	case len(places) == 0:
		return "no sound"
	case len(places) == len(sound):
		return fmt.Sprintf("%d sound tracks", len(sound))
	}
	return fmt.Sprintf("%d sound tracks with %d channels in all", len(sound), len(places))
}
