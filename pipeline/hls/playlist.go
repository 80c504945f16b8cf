// Package hls writes the playlists of an intervention (RFC 8216bis). ffmpeg's own lack average
// bandwidth, frame rate, subtitles and BCP 47 languages. It is pure: a manifest in, text out.
package hls

import (
	"fmt"
	"strconv"
	"strings"

	"rostrum"
)

// Media writes the media playlist of a stream: all its segments, ended.
func Media(s *rostrum.Stream) string {
	var b strings.Builder
	head(&b, s)
	for _, g := range s.Segments {
		fmt.Fprintf(&b, "#EXTINF:%s,\n%s\n", seconds(g.Time, s.Clock), g.Name)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.String()
}

// head writes what stands before the first segment.
func head(b *strings.Builder, s *rostrum.Stream) {
	fmt.Fprintf(b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n", s.TargetSeconds())
	fmt.Fprintf(b, "#EXT-X-MAP:URI=%s\n", quote(s.Init))
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

// unquotable is what a quoted string cannot hold, and has no way to escape (RFC 8216bis, 4.2).
var unquotable = strings.NewReplacer(`"`, "'", "\r", " ", "\n", " ")

func quote(s string) string { return `"` + unquotable.Replace(s) + `"` }
