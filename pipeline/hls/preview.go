package hls

import (
	"fmt"
	"strings"

	"rostrum"
)

// Piece is one segment of a recording that may still be in the making.
type Piece struct {
	rostrum.Segment
	Missing bool // not there yet
}

// Preview writes the media playlist of a whole recording, of which some pieces are not encoded yet: those are gaps (RFC 8216bis, 4.4.4.7), which
// players leave out without asking for them. It says that it is complete, so that players know the length and all places from the
// first; whoever shows it loads it anew to see more. clock is ticks a second.
func Preview(init string, clock int64, pieces []Piece) string {
	s := rostrum.Stream{Clock: clock, Init: init}
	for _, p := range pieces {
		s.Segments = append(s.Segments, p.Segment)
	}
	var b strings.Builder
	// Gaps ask for no version of their own (RFC 8216bis, 8).
	head(&b, &s)
	for _, p := range pieces {
		if p.Missing {
			b.WriteString("#EXT-X-GAP\n")
		}
		fmt.Fprintf(&b, "#EXTINF:%s,\n%s\n", seconds(p.Time, clock), p.Name)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.String()
}
