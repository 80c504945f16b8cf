package page

import (
	"fmt"
	"time"

	"rostrum"
)

// Media is what plays: the addresses, sizes and languages of one intervention. Addresses that are
// empty are things that it does not have.
type Media struct {
	Language   rostrum.Language // spoken by the speaker; "" when unknown
	Duration   time.Duration
	Width      int // of the largest picture, for the shape of the player; 0 gives 16:9
	Height     int
	FrameRate  float64 // frames a second, for stepping; 0 gives 25
	Master     string  // HLS master playlist
	MP4        Download
	SmallMP4   Download
	Audio      Download // M4A
	Poster     string   // also the picture in metadata, at best 1200 pixels wide or more
	Storyboard string   // WebVTT whose cues name pictures with #xywh=
	Captions   []Captions
	Sounds     []Sound // as in the master playlist, floor first; more than one gives the menu
	// Interpreted shows the notice that only the original is authentic.
	Interpreted bool
	// Sound is the channel to begin with, "floor" or a language; "" is the floor.
	Sound string
	// CaptionsIn are the captions to begin with; "" shows the ones in the language of the page when
	// the sound is in another, "off" shows none.
	CaptionsIn string
	// Start and End bound what is played, from ?t= and ?end=; 0 is none.
	Start, End time.Duration
}

// Download is a file to take away.
type Download struct {
	Path  string
	Bytes int64
}

// Captions are the captions in one language; times in the files count from the beginning of the
// intervention.
type Captions struct {
	Language rostrum.Language
	Label    string // "" gives the name of the language
	VTT, SRT string
}

// Sound is one sound channel of the master playlist.
type Sound struct {
	Channel  string           // rostrum.Floor, or the language of the booth
	Language rostrum.Language // what is spoken; "" when unknown
	Name     string           // NAME of the rendition in the master playlist; "" finds it by language and place
}

func (s Sound) label(l *Locale) string {
	switch {
	case s.Channel != rostrum.Floor && s.Channel != "":
		return l.Word("sound.booth", "language", l.LanguageName(rostrum.Language(s.Channel)))
	case s.Language != "":
		return l.Word("sound.floor.in", "language", l.LanguageName(s.Language))
	}
	return l.Word("sound.floor")
}

func (c Captions) label(l *Locale) string {
	if c.Label != "" {
		return c.Label
	}
	return capital(ownName(c.Language))
}

// Source is the file for a browser without scripts: the large MP4, or the only one there is.
func (m Media) Source() string {
	for _, d := range []Download{m.MP4, m.SmallMP4, m.Audio} {
		if d.Path != "" {
			return d.Path + m.fragment()
		}
	}
	return ""
}

// fragment bounds a file for a browser without scripts (Media Fragments URI 1.0, 4.2.1).
func (m Media) fragment() string {
	switch {
	case m.End > 0:
		return fmt.Sprintf("#t=%g,%g", m.Start.Seconds(), m.End.Seconds())
	case m.Start > 0:
		return fmt.Sprintf("#t=%g", m.Start.Seconds())
	}
	return ""
}

// Simple is the file that the player falls back to when HLS fails: the smallest picture.
func (m Media) simple() Download {
	for _, d := range []Download{m.SmallMP4, m.MP4, m.Audio} {
		if d.Path != "" {
			return d
		}
	}
	return Download{}
}

// Aspect is the shape of the picture, for CSS aspect-ratio.
func (m Media) Aspect() (width, height int) {
	if m.Width <= 0 || m.Height <= 0 {
		return 16, 9
	}
	return m.Width, m.Height
}

// A download as the list shows it.
type offer struct {
	Key string // of its name among the words
	Download
}

// Offers lists the files to take away, smallest first: the reader pays by the megabyte.
func (m Media) Offers() []offer {
	var list []offer
	for _, o := range []offer{{"download.audio", m.Audio}, {"download.small", m.SmallMP4}, {"download.large", m.MP4}} {
		if o.Path != "" {
			list = append(list, o)
		}
	}
	return list
}

// A track is a captions track of the video element.
type track struct {
	Language rostrum.Language
	Label    string
	Src, SRT string
}

func (m Media) tracks(l *Locale) []track {
	var list []track
	for _, c := range m.Captions {
		list = append(list, track{c.Language, c.label(l), c.VTT, c.SRT})
	}
	return list
}

// playerData is what the scripts need to know; the page carries it as a block of JSON.
type playerData struct {
	ID         string            `json:"id"`
	UI         rostrum.Language  `json:"ui"`
	Master     string            `json:"master"`
	Simple     string            `json:"simple"`
	SimpleSize string            `json:"simpleSize"`
	Audio      string            `json:"audio"` // played from the start where there is no picture and no master
	Duration   float64           `json:"duration"`
	FrameRate  float64           `json:"frameRate"`
	Start      float64           `json:"start"`
	End        float64           `json:"end"`
	Sound      string            `json:"sound"`
	Captions   string            `json:"captions"`
	Sounds     []playerSound     `json:"sounds"`
	Share      string            `json:"share"` // absolute address to which ?t= is added
	Words      map[string]string `json:"words"`
}

type playerSound struct {
	Channel  string           `json:"channel"`
	Language rostrum.Language `json:"language"`
	Name     string           `json:"name"`
	Label    string           `json:"label"`
}

func (m Media) player(id, share string, l *Locale) playerData {
	simple := m.simple()
	d := playerData{
		ID: id, UI: l.Tag, Master: m.Master, Simple: simple.Path, SimpleSize: l.Size(simple.Bytes), Audio: m.Audio.Path,
		Duration: m.Duration.Seconds(), FrameRate: m.FrameRate, Start: m.Start.Seconds(), End: m.End.Seconds(),
		Sound: m.Sound, Captions: m.CaptionsIn, Share: share, Words: l.playerWords(),
	}
	if d.FrameRate <= 0 {
		d.FrameRate = 25
	}
	for _, s := range m.Sounds {
		d.Sounds = append(d.Sounds, playerSound{s.Channel, s.Language, s.Name, s.label(l)})
	}
	return d
}
