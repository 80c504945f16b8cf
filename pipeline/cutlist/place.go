package cutlist

import (
	"fmt"
	"slices"
	"time"

	"rostrum"
)

// place finds out what the times count from and puts the entries on the timeline, as rows of the
// list.
func (r *reader) place() {
	p := positions{media: r.media}
	origin := r.origin(&p)
	for _, e := range r.entries {
		row := e.row
		row.InText, row.OutText = e.in.text, e.out.text
		if !e.untimed {
			r.placeRow(&row, e, p, origin)
		}
		r.list.Rows = append(r.list.Rows, row)
	}
}

// origin decides, for the list as a whole, what the times count from, and says so. It also settles
// how labels are counted.
func (r *reader) origin(p *positions) origin {
	var open []moment // those that could be time of day or elapsed
	colons, semicolons, ofMinutes, ofSeconds := false, false, false, false
	for _, e := range r.entries {
		for _, m := range []moment{e.in, e.out} {
			switch m.form {
			case frames:
				colons = colons || !m.label.Drop
				semicolons = semicolons || m.label.Drop
				open = append(open, m)
			case hours:
				open = append(open, m)
			case minutes:
				ofMinutes = true
			case seconds:
				ofSeconds = true
			}
		}
	}
	if ofMinutes {
		r.understood("Times with one colon are minutes and seconds from the start of the recording.")
	}
	if ofSeconds {
		r.understood("Plain numbers are seconds from the start of the recording.")
	}
	if len(open) == 0 {
		return elapsed
	}
	r.settleDrop(p, colons, semicolons)
	fits := func(o origin) (n int) {
		for _, m := range open {
			if f, err := p.at(m, o); err == nil && f >= 0 && f <= r.media.Frames+grace(r.media.Rate) {
				n++
			}
		}
		return n
	}
	all, asElapsed := len(open), fits(elapsed)
	if r.media.HasStart && r.media.Start != (rostrum.Timecode{Drop: r.media.Start.Drop}) {
		asTimeOfDay := fits(timeOfDay)
		if asTimeOfDay < asElapsed {
			r.understood("Times are counted from the start of the recording, not by its timecode, which starts at %s.", r.media.Start)
			return elapsed
		}
		r.understood("Timecodes are time of day, the recording starts at %s.", r.media.Start)
		if asTimeOfDay == all && asElapsed == all {
			r.notice(0, "The times could also be counted from the start of the recording; please check one cut by ear.")
		}
		r.sayMidnight(p, open)
		return timeOfDay
	}
	asFalseHour := fits(falseHour)
	switch {
	case asElapsed == 0 && asFalseHour > 0:
		r.understood("The recording has no timecode, and the list starts at the false first hour 01:00:00:00 of editing programs; one hour was taken off.")
		return falseHour
	case asFalseHour == all && asElapsed == all:
		r.notice(0, "All times lie beyond the first hour and were counted from the start of the recording. If the editing program starts at 01:00:00:00, they are one hour late; please check one cut by ear.")
	case asFalseHour == all:
		// Either some are slips of the pen, or all are an hour late: not ours to guess.
		r.notice(0, "All times would fit the recording if they were one hour earlier. If the editing program starts at 01:00:00:00, let it start at 00:00:00:00 and export the list again.")
	}
	r.understood("Times are counted from the start of the recording.")
	return elapsed
}

// settleDrop decides how labels count: as the recording does, or as the list says where the
// recording has no timecode.
func (r *reader) settleDrop(p *positions, colons, semicolons bool) {
	p.drop = r.media.HasStart && r.media.Start.Drop
	switch {
	case p.drop && colons:
		r.understood("The recording counts in drop frame, so the timecodes were read as drop frame although they are written without a semicolon.")
	case !r.media.HasStart && semicolons && colons:
		p.drop = true
		r.understood("Some timecodes are written as drop frame; all were read as drop frame.")
	case !p.drop && !semicolons && colons && r.media.Rate == rostrum.Rate2997:
		r.understood("Timecodes were read as non-drop.")
	}
}

func (r *reader) sayMidnight(p *positions, open []moment) {
	start, err := p.label(r.media.Start)
	if err != nil {
		return
	}
	for _, m := range open {
		at, err := p.at(m, timeOfDay)
		day, _ := p.label(rostrum.Timecode{Hours: 24})
		if err == nil && at >= 0 && start+at >= day {
			r.understood("The recording runs past midnight; times from 00:00 on were counted to the next day.")
			return
		}
	}
}

// grace is by how much an out may lie beyond the end and still be clipped: people round up.
func grace(rate rostrum.Rate) rostrum.Frame { return rate.FrameAt(time.Second) }

func (r *reader) placeRow(row *Row, e entry, p positions, o origin) {
	fatal := func(format string, args ...any) { r.fatal(row.Number, format, args...) }
	in, err := p.at(e.in, o)
	if err != nil {
		fatal("%s", rostrum.ErrorMessage(err))
		return
	}
	length := rostrum.Frame(0)
	if e.length.form != none {
		if length, err = p.span(e.length); err != nil {
			fatal("The duration is wrong: %s", rostrum.ErrorMessage(err))
			return
		}
	}
	var out rostrum.Frame
	outText := e.out.text
	switch {
	case e.frames > 0:
		out = in + e.frames
		outText = fmt.Sprintf("%d frames after %s", e.frames, e.in.text)
	case e.out.form == none:
		out = in + length
		outText = fmt.Sprintf("%s after %s", e.length.text, e.in.text)
	default:
		if out, err = p.at(e.out, o); err != nil {
			fatal("%s", rostrum.ErrorMessage(err))
			return
		}
		if off := out - in - length; length > 0 && out > in && (off > 1 || off < -1) {
			r.notice(row.Number, "In and out are %s apart, but the duration says %s; in and out were used.", p.inWords(out-in), e.length.text)
		}
	}
	row.OutText = outText
	end := r.media.Frames
	outside := func(what, text string, at rostrum.Frame) bool {
		switch {
		case at < 0:
			fatal("The %s point %s lies %s before the recording starts.", what, text, p.inWords(at))
		case what == "in" && at == end:
			fatal("The in point %s is the very end of the recording, which is %s long.", text, p.inWords(end))
		case at > end:
			fatal("The %s point %s lies %s after the end of the recording, which is %s long.", what, text, p.inWords(at-end), p.inWords(end))
		default:
			return false
		}
		return true
	}
	if outside("in", e.in.text, in) {
		return
	}
	if out > end && out <= end+grace(r.media.Rate) {
		r.notice(row.Number, "The out point %s lies %s after the end of the recording; it was set to the end.", outText, p.inWords(out-end))
		out = end
	}
	if outside("out", outText, out) {
		return
	}
	switch {
	case in == out:
		fatal("In and out are the same, %s.", e.in.text)
	case in > out:
		fatal("In and out are swapped: %s lies after %s.", e.in.text, outText)
	default:
		row.In, row.Out = in, out
		if out-in < grace(r.media.Rate) {
			r.notice(row.Number, "It is very short: %s.", p.inWords(out-in))
		}
	}
}

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
	p := positions{media: r.media}
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
