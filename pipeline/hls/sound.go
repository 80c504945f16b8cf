package hls

import (
	"fmt"
	"slices"
	"strings"

	"rostrum"
)

// group is the sounds of one quality, one for each channel. A player takes one of them at a time.
type group struct {
	id     string
	sounds []rostrum.Sound
}

func sounds(m *rostrum.Manifest, id string, quality rostrum.SoundQuality) group {
	g := group{id: id}
	for _, s := range m.Sounds {
		if s.Quality == quality {
			g.sounds = append(g.sounds, s)
		}
	}
	return g
}

// standard is the place of the sound that plays unless another is chosen: the floor's, or the first where there is no floor.
func (g group) standard() int {
	return max(0, slices.IndexFunc(g.sounds, func(s rostrum.Sound) bool { return s.Channel == rostrum.Floor }))
}

func (g group) write(b *strings.Builder, label Label) {
	names := unique{}
	for i, s := range g.sounds {
		fmt.Fprintf(b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=%s,NAME=%s", quote(g.id), quote(names.name(label(s.Channel, s.Language))))
		if s.Language != "" {
			b.WriteString(",LANGUAGE=" + quote(string(s.Language)))
		}
		standard := "NO"
		if i == g.standard() {
			standard = "YES"
		}
		fmt.Fprintf(b, ",DEFAULT=%s,AUTOSELECT=YES,CHANNELS=\"%d\",URI=%s\n", standard, s.Channels, quote(s.Playlist))
	}
}

// variant writes the group as a stream of its own, without picture. Its playlist is the one that plays unless another is chosen.
func (g group) variant(b *strings.Builder, tail string) {
	if len(g.sounds) == 0 {
		return
	}
	fmt.Fprintf(b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%s%s%s\n%s\n",
		g.peak(), g.average(), quote(strings.Join(g.codecs(), ",")), g.attribute(), tail, g.sounds[g.standard()].Playlist)
}

// attribute is what a variant says of the group.
func (g group) attribute() string {
	if len(g.sounds) == 0 {
		return ""
	}
	return ",AUDIO=" + quote(g.id)
}

// peak is the bit rate of the sound that costs most, in bit/s: players may choose any.
func (g group) peak() int64 {
	n := int64(0)
	for _, s := range g.sounds {
		n = max(n, s.Peak())
	}
	return n
}

// average is the same of the mean bit rates.
func (g group) average() int64 {
	n := int64(0)
	for _, s := range g.sounds {
		n = max(n, s.Average())
	}
	return n
}

// codecs lists what a player must be able to decode for any of the sounds.
func (g group) codecs() []string {
	var all []string
	for _, s := range g.sounds {
		if s.Codecs != "" && !slices.Contains(all, s.Codecs) {
			all = append(all, s.Codecs)
		}
	}
	return all
}
