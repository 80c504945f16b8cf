package demo

import (
	"encoding/csv"
	"strings"
)

// loggingSheet writes what AV staff note during a meeting: one row a speech, times of day, the
// out-point exclusive.
func loggingSheet(t timeline) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"in", "out", "title", "speaker", "function", "organisation", "language", "topics", "agenda item", "consent"}}
	for _, u := range t.turns {
		rows = append(rows, []string{
			label(u.In), label(u.Out), u.title, u.name, u.function, u.organisation, "en",
			strings.Join(u.topics, ";"), u.item, "public",
		})
	}
	// A strings.Builder takes every byte, so the writer can't fail.
	_ = w.WriteAll(rows)
	return b.String()
}
