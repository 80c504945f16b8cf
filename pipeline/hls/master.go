package hls

import (
	"fmt"
	"slices"
	"strings"

	"rostrum"
)

// Label gives the name by which a viewer chooses a channel, or the language of captions, whose channel is "". Tracks that get the
// same name are told apart by numbers.
type Label = func(channel string, l rostrum.Language) string

// Names of the groups that variants refer to.
const (
	fullGroup    = "sound"
	smallGroup   = "small"
	aacGroup     = "aac"
	opusGroup    = "opus"
	captionGroup = "captions"
)

const masterHead = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"

// Master writes the master playlist: every picture size once, H.264 before AV1, all with one group of sounds and one of captions.
// An intervention without a picture has its full and its small sound instead.
func Master(m *rostrum.Manifest, label Label) string {
	var b strings.Builder
	b.WriteString(masterHead)
	full := sounds(m, fullGroup, rostrum.FullSound)
	full.write(&b, label)
	small := sounds(m, smallGroup, rostrum.SmallSound)
	if len(m.Pictures) == 0 {
		small.write(&b, label)
	}
	tail := captions(&b, m, label)
	rate, _ := rostrum.ParseRate(m.Rate) // "" and what does not parse give no rate, and the manifest of a picture always has one
	for _, codec := range []rostrum.Codec{rostrum.H264, rostrum.AV1} {
		for _, p := range m.Pictures {
			if p.Codec != codec {
				continue
			}
			codecs := slices.Concat([]string{p.Codecs}, full.codecs())
			fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%s,RESOLUTION=%dx%d,FRAME-RATE=%.3f%s%s\n%s\n",
				p.Peak()+full.peak(), p.Average()+full.average(), quote(strings.Join(codecs, ",")), p.Width, p.Height, rate.Float()/float64(p.Step()),
				full.attribute(), tail, p.Playlist)
		}
	}
	if len(m.Pictures) == 0 {
		full.variant(&b, tail)
		small.variant(&b, tail)
	}
	return b.String()
}

// AudioMaster writes the master playlist without picture: the small sounds in AAC and, where players can, in Opus, each in all
// languages. AAC comes first, since a player that does not look at codecs begins with the first.
func AudioMaster(m *rostrum.Manifest, label Label) string {
	var b strings.Builder
	b.WriteString(masterHead)
	aac, opus := sounds(m, aacGroup, rostrum.SmallSound), sounds(m, opusGroup, rostrum.OpusSound)
	aac.write(&b, label)
	opus.write(&b, label)
	tail := captions(&b, m, label)
	aac.variant(&b, tail)
	opus.variant(&b, tail)
	return b.String()
}

// captions writes the group of captions, and gives what a variant says of it.
func captions(b *strings.Builder, m *rostrum.Manifest, label Label) string {
	var floor rostrum.Language
	for _, s := range m.Sounds {
		if s.Channel == rostrum.Floor {
			floor = s.Language
		}
	}
	names := unique{}
	for _, c := range m.Captions {
		fmt.Fprintf(b, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=%s,NAME=%s,LANGUAGE=%s,DEFAULT=NO,AUTOSELECT=YES,FORCED=NO",
			quote(captionGroup), quote(names.name(label("", c.Language))), quote(string(c.Language)))
		if floor != "" && c.Language.Base() == floor.Base() { // not a translation: they say what is said
			b.WriteString(`,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog"`)
		}
		fmt.Fprintf(b, ",URI=%s\n", quote(c.Playlist))
	}
	if len(m.Captions) == 0 {
		return ""
	}
	return ",SUBTITLES=" + quote(captionGroup)
}

// unique counts names, because players tell the tracks of a group apart by theirs (RFC 8216bis, 4.4.6.1.1).
type unique map[string]int

func (u unique) name(s string) string {
	u[s]++
	if n := u[s]; n > 1 {
		return u.name(fmt.Sprintf("%s %d", s, n))
	}
	return s
}
