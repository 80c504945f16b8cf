package page

import (
	"fmt"
	"time"

	"rostrum"
)

// Media is what plays: the addresses, sizes and languages of one intervention. Addresses that are
// empty are things that it does not have.
type Media struct {
	Language    rostrum.Language // spoken by the speaker; "" when unknown
	Duration    time.Duration
	FrameRate   float64   // frames a second, for stepping; 0 gives 25
	Master      string    // HLS master playlist
	AudioMaster string    // HLS master playlist of the small sounds, without picture
	Pictures    []Picture // as in the master playlist, largest first; none makes the page one of sound
	Files       Files     // with the original sound, or without any
	Poster      string    // also the picture in metadata, at best 1200 pixels wide or more
	Storyboard  string    // WebVTT whose cues name pictures with #xywh=
	Captions    []Captions
	Sounds      []Sound // floor first; more than one gives the menu
	// Sound is the channel to begin with, "floor" or a language; "" is the one chosen last, else the original.
	Sound string
	// CaptionsIn are the captions to begin with; "" shows the ones in the language of the page when
	// the sound is in another, "off" shows none.
	CaptionsIn string
	// Start and End bound what is played, from ?t= and ?end=; 0 is none.
	Start, End time.Duration
}

// Picture is one rung of the ladder, without sound.
type Picture struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Rate   float64 `json:"rate"` // pictures a second
	Bytes  int64   `json:"bytes"`
	Codecs string  `json:"codecs"` // RFC 6381
}

// Captions are the captions in one language; times in the files count from the beginning of the
// intervention.
type Captions struct {
	Language rostrum.Language
	Label    string // "" gives the name of the language
	VTT, SRT string
}

func (c Captions) label(l *Locale) string {
	if c.Label != "" {
		return c.Label
	}
	return capital(ownName(c.Language))
}

// SoundOnly says whether there is nothing to see: a recording of sound alone.
func (m Media) SoundOnly() bool {
	return len(m.Pictures) == 0 && m.Files.Large.Path == "" && m.Files.Small.Path == ""
}

// plain is the file for a browser without scripts: the large MP4, or the only one there is.
func (m Media) plain() Download {
	f := m.filesOf(m.heard())
	return first(f.Large, f.Small, f.Audio, f.Opus)
}

// Source is the address of that file.
func (m Media) Source() string {
	if d := m.plain(); d.Path != "" {
		return d.Path + m.fragment()
	}
	return ""
}

// SourceType is the media type of that file.
func (m Media) SourceType() string {
	f := m.filesOf(m.heard())
	switch m.plain() {
	case f.Audio:
		return "audio/mp4"
	case f.Opus:
		return "audio/ogg"
	}
	return "video/mp4"
}

// A cost is what playing takes of the line: bytes with the picture, and without it; 0 is not known.
type cost struct{ Picture, Sound int64 }

// Cost is that of a browser without scripts, which plays whole files. The scripts put the quality that they
// will take in its place.
func (m Media) Cost() cost {
	c := cost{Sound: first(m.filesOf(m.heard()).Audio, m.filesOf(m.heard()).Opus).Bytes}
	if !m.SoundOnly() {
		c.Picture = m.plain().Bytes
	}
	return c
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

// Aspect is the shape of the picture, for CSS aspect-ratio.
func (m Media) Aspect() (width, height int) {
	if len(m.Pictures) == 0 || m.Pictures[0].Width <= 0 || m.Pictures[0].Height <= 0 {
		return 16, 9
	}
	return m.Pictures[0].Width, m.Pictures[0].Height
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
	ID          string            `json:"id"`
	UI          rostrum.Language  `json:"ui"`
	Master      string            `json:"master"`
	AudioMaster string            `json:"audioMaster"`
	SoundOnly   bool              `json:"soundOnly"`
	Duration    float64           `json:"duration"`
	FrameRate   float64           `json:"frameRate"`
	Start       float64           `json:"start"`
	End         float64           `json:"end"`
	Sound       string            `json:"sound"`
	Captions    string            `json:"captions"`
	Poster      string            `json:"poster"`
	Pictures    []Picture         `json:"pictures"`
	Sounds      []playerSound     `json:"sounds"`
	Simple      Download          `json:"simple"` // for a recording without sound
	Share       string            `json:"share"`  // absolute address to which ?t= is added
	Words       map[string]string `json:"words"`
}

// playerSound is a Sound as the scripts need it; a silent booth has all but the words of the original.
type playerSound struct {
	Channel  string           `json:"channel"`
	Language rostrum.Language `json:"language"`
	Name     string           `json:"name"`
	Label    string           `json:"label"`
	Silent   bool             `json:"silent"`
	Duration float64          `json:"duration"`
	Full     int64            `json:"full"`
	Small    int64            `json:"small"`
	Opus     int64            `json:"opus"`
	Simple   Download         `json:"simple"` // played when HLS fails
	Audio    Download         `json:"audio"`  // the same without picture
	Notice   *notice          `json:"notice"`
}

func (m Media) player(id, share string, l *Locale) playerData {
	d := playerData{
		ID: id, UI: l.Tag, Master: m.Master, AudioMaster: m.AudioMaster, SoundOnly: m.SoundOnly(),
		Duration: m.Duration.Seconds(), FrameRate: m.FrameRate, Start: m.Start.Seconds(), End: m.End.Seconds(),
		Sound: m.Sound, Captions: m.CaptionsIn, Poster: m.Poster, Pictures: m.Pictures, Simple: m.Files.simple(), Share: share, Words: l.playerWords(),
	}
	if d.FrameRate <= 0 {
		d.FrameRate = 25
	}
	for i := range m.Sounds {
		s, plays := m.Sounds[i], &m.Sounds[i]
		if s.Silent {
			plays = m.original()
		}
		files, long := m.filesOf(plays), max(plays.Duration, m.Duration)
		d.Sounds = append(d.Sounds, playerSound{
			Channel: s.Channel, Language: plays.Language, Name: plays.Name, Label: s.label(l), Silent: s.Silent, Duration: long.Seconds(),
			Full: plays.Full, Small: plays.Small, Opus: plays.Opus, Simple: files.simple(), Audio: first(files.Audio, files.Opus), Notice: s.notice(l),
		})
	}
	return d
}
