package cutlist

import (
	"fmt"
	"strings"

	"rostrum"
)

// markersLost says how many markers lie on something else than the recording.
const markersLost = "Markers that stand on no clip were left out, since it is not known where they lie in the recording: %d."

// chooseMarks takes clips or markers: as said, else what there is more of.
func (r *reader) chooseMarks(clips, markers []entry) error {
	marks := r.assume.Marks
	if marks == AnyMarks {
		if marks = ClipMarks; len(markers) > len(clips) {
			marks = MarkerMarks
		}
	}
	r.entries = clips
	text := fmt.Sprintf("The %d clips are the cuts.", len(clips))
	if marks == MarkerMarks {
		r.word, r.entries = "marker", markers
		text = fmt.Sprintf("The %d markers are the cuts.", len(markers))
	}
	if len(clips) > 0 && len(markers) > 0 {
		text = strings.TrimSuffix(text, ".") + fmt.Sprintf("; there are %d clips and %d markers.", len(clips), len(markers))
	}
	if len(clips)+len(markers) > 0 {
		r.understood("%s", text)
		r.assumed("marks", string(marks), text, Choice{string(ClipMarks), fmt.Sprintf("%d clips", len(clips))}, Choice{string(MarkerMarks), fmt.Sprintf("%d markers", len(markers))})
	}
	for i := range r.entries {
		e := &r.entries[i]
		if e.untimed {
			r.fatal(e.row.Number, "The times of “%s” cannot be read.", shortened(e.row.Title))
		}
		for _, f := range e.fields {
			r.fill(&e.row, f.key, f.value)
		}
	}
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This %s file holds neither clips nor markers that could be used.", r.list.Format)
	}
	return nil
}

// fileName names a file for a sentence: by its name, else by the end of its address.
func fileName(name, address string) string {
	if name != "" {
		return name
	}
	return address[strings.LastIndexAny(address, `/\`)+1:]
}
