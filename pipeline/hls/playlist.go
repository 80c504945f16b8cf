// Package hls writes the playlists of an intervention (RFC 8216bis). ffmpeg's own lack average
// bandwidth, frame rate, subtitles and BCP 47 languages. It is pure: a manifest in, text out.
package hls

import (
	"fmt"
	"strconv"
	"strings"

	"rostrum"
)

// Names of the groups that variants refer to.
const (
	soundGroup   = "sound"
	captionGroup = "captions"
)

// Media writes the media playlist of a stream: all its segments, ended.
func Media(s *rostrum.Stream) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n", s.TargetSeconds())
	fmt.Fprintf(&b, "#EXT-X-MAP:URI=%q\n", s.Init)
	for _, g := range s.Segments {
		fmt.Fprintf(&b, "#EXTINF:%s,\n%s\n", seconds(g.Time, s.Clock), g.Name)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.String()
}

// Captions writes the media playlist of a caption track: one WebVTT file of the given length in
// seconds.
func Captions(name string, length float64) string {
	return fmt.Sprintf("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:%.6f,\n%s\n#EXT-X-ENDLIST\n",
		max(1, int(length+0.5)), length, name)
}

func seconds(ticks, clock int64) string {
	return strconv.FormatFloat(float64(ticks)/float64(clock), 'f', 6, 64)
}

// Master writes the master playlist: every picture size once, one sound group, one caption group.
// label gives the name by which a viewer chooses a channel or a language.
func Master(m *rostrum.Manifest, label func(channel string, l rostrum.Language) string) string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	var loudest rostrum.Stream // the sound that costs most: players may choose any with any picture
	var peak, average int64
	for _, s := range m.Sounds {
		if s.Quality != rostrum.FullSound {
			continue
		}
		first := s.Channel == rostrum.Floor
		attributes := fmt.Sprintf("TYPE=AUDIO,GROUP-ID=%q,NAME=%q", soundGroup, label(s.Channel, s.Language))
		if s.Language != "" {
			attributes += fmt.Sprintf(",LANGUAGE=%q", s.Language)
		}
		fmt.Fprintf(&b, "#EXT-X-MEDIA:%s,DEFAULT=%s,AUTOSELECT=YES,CHANNELS=\"%d\",URI=%q\n", attributes, yes(first), s.Channels, s.Playlist)
		if s.Peak() > peak {
			loudest, peak = s.Stream, s.Peak()
		}
		average = max(average, s.Average())
	}
	for _, c := range m.Captions {
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=%q,NAME=%q,LANGUAGE=%q,DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=%q\n",
			captionGroup, label("", c.Language), c.Language, c.Playlist)
	}
	tail := ""
	if peak > 0 && len(m.Pictures) > 0 {
		tail += fmt.Sprintf(",AUDIO=%q", soundGroup)
	}
	if len(m.Captions) > 0 {
		tail += fmt.Sprintf(",SUBTITLES=%q", captionGroup)
	}
	rate, _ := rostrum.ParseRate(m.Rate)
	for _, p := range m.Pictures {
		codecs := p.Codecs
		if loudest.Codecs != "" {
			codecs += "," + loudest.Codecs
		}
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%q,RESOLUTION=%dx%d,FRAME-RATE=%.3f%s\n%s\n",
			p.Peak()+peak, p.Average()+average, codecs, p.Width, p.Height, rate.Float()/float64(p.Step()), tail, p.Playlist)
	}
	if len(m.Pictures) == 0 {
		for _, s := range m.Sounds {
			fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%q%s\n%s\n", s.Peak(), s.Average(), s.Codecs, tail, s.Playlist)
		}
	}
	return b.String()
}

func yes(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}
