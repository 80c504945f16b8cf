package page

import (
	"time"

	"rostrum"
)

// Sound is one entry of the language menu: the floor, a booth, or a booth that says nothing here.
type Sound struct {
	Channel  string           // rostrum.Floor, or the language of the booth
	Language rostrum.Language // what is heard; "" when unknown
	Name     string           // NAME of the rendition in the master playlist; "" finds it by language and place
	// Silent marks a booth that says nothing here: the entry plays the original, and says so.
	Silent   bool
	Duration time.Duration // with the tail of a booth it is longer than the picture; 0 is as long as the picture
	// Bytes of the whole sound in its three encodings: the one that goes with the picture, and the two for
	// slow lines. 0 is one that there is not.
	Full, Small, Opus int64
	Files             Files
}

// Interpreted says whether an interpreter is heard. Only the original is authentic.
func (s Sound) Interpreted() bool {
	return s.Channel != rostrum.Floor && s.Channel != "" && !s.Silent
}

func (s Sound) label(l *Locale) string {
	switch {
	case s.Silent:
		return l.About("sound.silent", rostrum.Language(s.Channel))
	case s.Interpreted():
		return l.About("sound.booth", rostrum.Language(s.Channel))
	case s.Language != "":
		return l.About("sound.floor.in", s.Language)
	}
	return l.Word("sound.floor")
}

// A notice is a sentence in a language of its own.
type notice struct {
	Text     string           `json:"text"`
	Language rostrum.Language `json:"language"`
	Dir      string           `json:"dir"`
}

// notice says that only the original is authentic, to whoever hears the interpretation: in the language
// that is listened to where there are words in it, else in that of the page. It is nil for the original.
func (s Sound) notice(l *Locale) *notice {
	if !s.Interpreted() {
		return nil
	}
	booth := rostrum.Language(s.Channel).Base()
	if heard := LocaleFor(booth); heard.Tag == booth {
		l = heard
	}
	return &notice{rostrum.InterpretationNotice(l.Tag), l.Tag, l.Dir()}
}

// original is the floor, else the first sound; nil without any.
func (m Media) original() *Sound {
	for i := range m.Sounds {
		if m.Sounds[i].Channel == rostrum.Floor {
			return &m.Sounds[i]
		}
	}
	if len(m.Sounds) > 0 {
		return &m.Sounds[0]
	}
	return nil
}

// heard is the sound that is played first: what m.Sound asks for, else the original; nil without any.
func (m Media) heard() *Sound {
	for i := range m.Sounds {
		if m.Sounds[i].Channel == m.Sound && !m.Sounds[i].Silent {
			return &m.Sounds[i]
		}
	}
	return m.original()
}

// filesOf are the files with a sound, those of the recording itself where the sound has none.
func (m Media) filesOf(s *Sound) Files {
	if s == nil || s.Files == (Files{}) {
		return m.Files
	}
	return s.Files
}
