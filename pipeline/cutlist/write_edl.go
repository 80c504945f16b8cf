package cutlist

import (
	"bytes"
	"fmt"
	"strings"

	"rostrum"
)

// edl writes an EDL (CMX3600): an event for each row, of the picture and sound of the recording, with the record
// timecodes of a programme of all rows that starts at 01:00:00:00. It carries all of a row but its number, in
// comments that Read knows and editing programs pass over; remarks on one line.
func (w writer) edl() []byte {
	var b bytes.Buffer
	mode := "NON-DROP FRAME"
	if w.drop {
		mode = "DROP FRAME"
	}
	fmt.Fprintf(&b, "TITLE: %s\r\nFCM: %s\r\n* FRAME RATE: %s\r\n\r\n", w.name(), mode, w.media.Rate.Human())
	at, _ := w.media.Rate.FrameOf(rostrum.Timecode{Hours: 1, Drop: w.drop}) // this label exists at every rate
	for i, row := range w.rows {
		end := at + row.Out - row.In
		fmt.Fprintf(&b, "%03d  AX       B     C        %s %s %s %s\r\n", i+1, w.label(row.In), w.label(row.Out), w.length(at), w.length(end))
		at = end
		if w.media.Name != "" {
			fmt.Fprintf(&b, "* FROM CLIP NAME: %s\r\n", w.name())
		}
		fmt.Fprintf(&b, "* TITLE: %s\r\n", w.title(i))
		for _, f := range row.fields() {
			if f.key != "title" {
				fmt.Fprintf(&b, "* %s: %s\r\n", strings.ToUpper(f.key), f.value)
			}
		}
	}
	return b.Bytes()
}

// resolve writes a list of timeline markers as Resolve exports it: title as the name, remarks as the note, in and
// length. A vertical bar, which parts these, becomes a slash. A row of a single frame comes back as a point.
func (w writer) resolve() []byte {
	var b bytes.Buffer
	mode := "NON-DROP FRAME"
	if w.drop {
		mode = "DROP FRAME"
	}
	fmt.Fprintf(&b, "TITLE: %s\r\nFCM: %s\r\n\r\n", w.name(), mode)
	bars := strings.NewReplacer("|", "/")
	for i, row := range w.rows {
		in, next := w.label(row.In), w.label(row.In+1)
		fmt.Fprintf(&b, "%03d  001      V     C        %s %s %s %s  \r\n", i+1, in, next, in, next)
		fmt.Fprintf(&b, "%s |C:ResolveColorBlue |M:%s |D:%d\r\n\r\n", bars.Replace(plain(row.Remarks)), bars.Replace(w.title(i)), row.Out-row.In)
	}
	return b.Bytes()
}
