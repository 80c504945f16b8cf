package cutlist

import (
	"fmt"
	"slices"
)

// compare looks at the rows together: titles, order, overlaps, duplicates.
func (r *reader) compare() {
	rows := r.list.Rows
	inOrder := make([]int, 0, len(rows))
	for i, row := range rows {
		if row.Out > row.In {
			inOrder = append(inOrder, i)
		}
	}
	byIn := func(a, b int) int { return int(rows[a].In - rows[b].In) }
	if !slices.IsSortedFunc(inOrder, byIn) {
		for k := 1; k < len(inOrder); k++ {
			if rows[inOrder[k]].In < rows[inOrder[k-1]].In {
				r.notice(rows[inOrder[k]].Number, "It begins before %s %d; the list was sorted by time.", r.word, rows[inOrder[k-1]].Number)
				break
			}
		}
		slices.SortStableFunc(inOrder, byIn)
	}
	p := positions{media: r.media, rate: r.media.Rate}
	reaches := -1 // the row before that reaches furthest
	for k, i := range inOrder {
		row := &rows[i]
		r.title(row, k+1, r.entries[i].noTitles)
		switch {
		case k > 0 && rows[inOrder[k-1]].In == row.In && rows[inOrder[k-1]].Out == row.Out:
			r.notice(row.Number, "It is the same cut as %s %d.", r.word, rows[inOrder[k-1]].Number)
		case reaches >= 0 && row.In < rows[reaches].Out:
			r.notice(row.Number, "It begins %s before %s %d ends; both are kept.", p.inWords(rows[reaches].Out-row.In), r.word, rows[reaches].Number)
		}
		if reaches < 0 || row.Out > rows[reaches].Out {
			reaches = i
		}
	}
	for i := range rows { // those that could not be placed
		r.title(&rows[i], i+1, true)
	}
	slices.SortStableFunc(r.list.Problems, func(a, b Problem) int { return a.Row - b.Row })
	if r.list.Err() == nil {
		sorted := make([]Row, 0, len(rows))
		for _, i := range inOrder {
			sorted = append(sorted, rows[i])
		}
		r.list.Rows = sorted
	}
}

// title gives a row without one its speaker's name, or a number.
func (r *reader) title(row *Row, ordinal int, expected bool) {
	switch {
	case row.Title != "":
		return
	case row.Speaker != "":
		row.Title = row.Speaker
		if !expected {
			r.notice(row.Number, "It has no title; the speaker's name stands for it.")
		}
	default:
		row.Title = fmt.Sprintf("Intervention %d", ordinal)
		if !expected {
			r.notice(row.Number, "It has neither title nor speaker; it is called %s.", row.Title)
		}
	}
}
