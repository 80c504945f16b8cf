package web

import (
	"net/http"
	"strings"

	"rostrum"
	"rostrum/web/page"
)

// mediaOf is what plays of an intervention, as the parameters t, end, lang and cc of r want it.
func (s *server) mediaOf(r *http.Request, i *rostrum.Intervention, m *rostrum.Manifest) page.Media {
	file := func(names ...string) string { return s.mediaPath(i.ID, firstFile(m, names...)) }
	q := r.URL.Query()
	media := page.Media{
		Language: i.Language, Duration: m.Duration, Master: file(rostrum.MasterName), AudioMaster: file(rostrum.AudioOnlyName),
		Files: s.filesIn(i, m, rostrum.Floor), Sounds: s.sounds(i, m),
		Poster: file(rostrum.PosterName, rostrum.SmallPosterName), Storyboard: file(rostrum.StoryboardName),
	}
	if len(m.Sounds) == 0 {
		media.AudioMaster = ""
	}
	rate, err := rostrum.ParseRate(m.Rate)
	if err == nil {
		media.FrameRate = rate.Float()
	}
	for _, p := range m.Pictures {
		media.Pictures = append(media.Pictures, page.Picture{
			Width: p.Width, Height: p.Height, Rate: media.FrameRate / float64(p.Step()), Bytes: p.Bytes(), Codecs: p.Codecs,
		})
	}
	for _, c := range m.Captions {
		media.Captions = append(media.Captions, page.Captions{Language: c.Language, VTT: file(c.VTT), SRT: file(c.SRT)})
		if q.Get("cc") == string(c.Language) {
			media.CaptionsIn = string(c.Language)
		}
	}
	if q.Get("cc") == "off" {
		media.CaptionsIn = "off"
	}
	for _, sound := range media.Sounds {
		if strings.EqualFold(q.Get("lang"), sound.Channel) {
			media.Sound = sound.Channel
		}
	}
	media.Start, media.End = between(r, m.Duration)
	return media
}

// sounds are the entries of the language menu: what was recorded, then the booths that say nothing here and give the
// original instead.
func (s *server) sounds(i *rostrum.Intervention, m *rostrum.Manifest) []page.Sound {
	rate, err := rostrum.ParseRate(m.Rate)
	var sounds []page.Sound
	for _, sound := range m.Sounds {
		if sound.Quality != rostrum.FullSound {
			continue
		}
		x := page.Sound{Channel: sound.Channel, Language: sound.Language, Files: s.filesIn(i, m, sound.Channel)}
		if x.Language == "" && sound.Interpreted() {
			x.Language = rostrum.Language(sound.Channel)
		}
		if err == nil {
			x.Duration = rate.Duration(sound.Span.Len())
		}
		for _, other := range m.Sounds {
			if other.Channel != sound.Channel {
				continue
			}
			switch other.Quality {
			case rostrum.FullSound:
				x.Full = other.Bytes()
			case rostrum.SmallSound:
				x.Small = other.Bytes()
			case rostrum.OpusSound:
				x.Opus = other.Bytes()
			}
		}
		sounds = append(sounds, x)
	}
	if len(sounds) == 0 {
		return nil
	}
	for _, l := range m.Silent {
		sounds = append(sounds, page.Sound{Channel: string(l), Silent: true})
	}
	return sounds
}

// filesIn are the files to take away with the sound of a channel.
func (s *server) filesIn(i *rostrum.Intervention, m *rostrum.Manifest, channel string) page.Files {
	download := func(name string) page.Download {
		name = rostrum.NameIn(name, channel)
		return page.Download{Path: s.mediaPath(i.ID, firstFile(m, name)), Bytes: m.Files[name].Bytes}
	}
	return page.Files{Large: download(rostrum.MP4Name), Small: download(rostrum.SmallMP4Name), Audio: download(rostrum.AudioName), Opus: download(rostrum.OpusName)}
}
