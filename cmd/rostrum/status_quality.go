package main

import (
	"fmt"
	"io"

	"rostrum"
)

// reportQuality is the report on the quality of an intervention.
type reportQuality struct {
	Grade    rostrum.Grade     `json:"grade"`
	Findings []rostrum.Finding `json:"findings"`
}

// quality is nil for a revision that was made without a report.
func quality(q *rostrum.Quality) *reportQuality {
	if q == nil {
		return nil
	}
	return &reportQuality{q.Grade(), append([]rostrum.Finding{}, q.Findings...)}
}

// write tells the grade, and what is not green, or with whole all of it.
func (q *reportQuality) write(w io.Writer, whole bool) {
	if q == nil {
		return
	}
	fmt.Fprintf(w, "      Quality: %s\n", q.Grade)
	for _, f := range q.Findings {
		if f.Grade == rostrum.Green && !whole {
			continue
		}
		about := f.Check
		if f.Channel != "" {
			about += ", " + f.Channel
		}
		fmt.Fprintf(w, "        %s (%s): %s\n", f.Grade, about, f.Text)
	}
}
