package cutlist

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"

	"rostrum"
)

// fcpxml writes a project (FCPXML 1.8) with a clip of the recording for each row, one after the other. It carries all
// of a row but its number; remarks on one line. The address of the file is its name only: Final Cut Pro asks where
// the file lies.
func (w writer) fcpxml() []byte {
	var b bytes.Buffer
	rate := w.media.Rate
	at := func(n rostrum.Frame) string { // in frames, as Final Cut Pro wants it
		if rate.Den == 1 && int64(n)%rate.Num == 0 {
			return fmt.Sprintf("%ds", int64(n)/rate.Num)
		}
		return fmt.Sprintf("%d/%ds", int64(n)*rate.Den, rate.Num)
	}
	escape := func(s string) string {
		var e bytes.Buffer
		_ = xml.EscapeText(&e, []byte(s)) // to memory: it cannot fail
		return e.String()
	}
	mode := "NDF"
	if w.drop {
		mode = "DF"
	}
	total := rostrum.Frame(0)
	for _, row := range w.rows {
		total += row.Out - row.In
	}
	name := escape(w.name())
	address := escape((&url.URL{Scheme: "file", Path: "/" + w.name()}).String())
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.8">
  <resources>
    <format id="r1" frameDuration="%s"/>
    <asset id="r2" name="%s" src="%s" start="%s" duration="%s" format="r1" hasVideo="1" hasAudio="1"/>
  </resources>
  <library>
    <event name="%s">
      <project name="%s">
        <sequence format="r1" duration="%s" tcStart="0s" tcFormat="%s">
          <spine>
`, at(1), name, address, at(w.start), at(w.media.Frames), name, name, at(total), mode)
	place := rostrum.Frame(0)
	for i, row := range w.rows {
		fmt.Fprintf(&b, `            <asset-clip name="%s" ref="r2" offset="%s" start="%s" duration="%s" format="r1" tcFormat="%s">`+"\n",
			escape(w.title(i)), at(place), at(w.start+row.In), at(row.Out-row.In), mode)
		place += row.Out - row.In
		var ours strings.Builder
		for _, f := range row.fields() {
			switch f.key {
			case "title":
			case "remarks":
				fmt.Fprintf(&b, "              <note>%s</note>\n", escape(f.value))
			default:
				fmt.Fprintf(&ours, `                <md key="%s.%s" value="%s"/>`+"\n", metadataKey, f.key, escape(f.value))
			}
		}
		if ours.Len() > 0 {
			fmt.Fprintf(&b, "              <metadata>\n%s              </metadata>\n", ours.String())
		}
		b.WriteString("            </asset-clip>\n")
	}
	b.WriteString("          </spine>\n        </sequence>\n      </project>\n    </event>\n  </library>\n</fcpxml>\n")
	return b.Bytes()
}

// otio writes a timeline (OpenTimelineIO) with a clip of the recording for each row, one after the other. It carries all
// of a row but its number, in the clips' metadata; remarks on one line. The address of the file is its name only.
func (w writer) otio() ([]byte, error) {
	type object = map[string]any
	at := func(n rostrum.Frame) object {
		return object{"OTIO_SCHEMA": "RationalTime.1", "rate": w.media.Rate.Float(), "value": float64(n)}
	}
	span := func(start, length rostrum.Frame) object {
		return object{"OTIO_SCHEMA": "TimeRange.1", "start_time": at(start), "duration": at(length)}
	}
	part := func(schema, name string, more object) object { // with all the keys that its readers insist on
		o := object{"OTIO_SCHEMA": schema, "name": name, "metadata": object{}, "effects": []any{}, "markers": []any{}, "enabled": true, "source_range": nil}
		for key, value := range more {
			o[key] = value
		}
		return o
	}
	var clips []any
	for i, row := range w.rows {
		ours := map[string]string{}
		for _, f := range row.fields() {
			if f.key != "title" {
				ours[f.key] = f.value
			}
		}
		clips = append(clips, part("Clip.1", w.title(i), object{
			"source_range": span(w.start+row.In, row.Out-row.In),
			"metadata":     object{metadataKey: ours},
			"media_reference": object{
				"OTIO_SCHEMA": "ExternalReference.1", "name": w.name(), "metadata": object{},
				"available_range": span(w.start, w.media.Frames), "target_url": url.PathEscape(w.name()),
			},
		}))
	}
	tracks := part("Stack.1", "tracks", object{"children": []any{part("Track.1", "V1", object{"kind": "Video", "children": clips})}})
	return json.MarshalIndent(object{
		"OTIO_SCHEMA": "Timeline.1", "name": w.name(), "metadata": object{}, "global_start_time": nil, "tracks": tracks,
	}, "", "  ")
}
