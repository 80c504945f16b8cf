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
	p, clock := r.settle()
	r.share(p, clock)
	for _, e := range r.entries {
		row := e.row
		row.InText, row.OutText = e.in.text, e.out.text
		if !e.untimed {
			r.placeRow(&row, e, p, clock)
		}
		r.list.Rows = append(r.list.Rows, row)
	}
	if r.swapped > 0 {
		text := fmt.Sprintf("In lies after out in %d rows, which is a problem until you say otherwise.", r.swapped)
		if r.assume.Swap == Yes {
			text = fmt.Sprintf("In and out were exchanged in %d rows where in lay after out.", r.swapped)
			r.understood("%s", text)
		}
		r.assumed("swap", yesNo(r.assume.Swap == Yes), text, Choice{string(No), "in after out is a problem"}, Choice{string(Yes), "exchange in and out"})
	}
	text := "The rows stand where the list says."
	if r.assume.Nudge != 0 {
		text = fmt.Sprintf("All rows were moved by %d frames.", r.assume.Nudge)
		r.understood("%s", text)
	}
	r.assumed("nudge", fmt.Sprint(r.assume.Nudge), text)
}

// share gives an end to the entries that have a start only: the next start, and to the last the end of the
// recording. Where several start in the same minute, by lists that know minutes only, they share it evenly.
func (r *reader) share(p positions, clock Clock) {
	var starts []rostrum.Frame
	at := map[int]rostrum.Frame{} // by entry
	together := map[rostrum.Frame][]int{}
	points := 0
	for i := range r.entries {
		e := &r.entries[i]
		n, err := p.at(e.in, clock)
		if e.untimed || err != nil {
			continue
		}
		if n < 0 && r.coarse(e.in, p) && n > -r.media.Rate.FrameAt(time.Minute) {
			n, e.early = 0, true
		}
		at[i] = n
		starts = append(starts, n)
		if e.point {
			points++
			together[n] = append(together[n], i)
		}
	}
	if points == 0 {
		return
	}
	r.understood("%s", map[bool]string{
		true:  "The list gives starts only: each row ends where the next one starts, and the last one with the recording.",
		false: "Rows with a start only end where the next row starts, or with the recording.",
	}[points == len(r.entries)])
	slices.Sort(starts)
	for i := range r.entries {
		e := &r.entries[i]
		start, ok := at[i]
		if !e.point || !ok {
			continue
		}
		next := r.media.Frames
		if k, _ := slices.BinarySearch(starts, start+1); k < len(starts) {
			next = min(next, starts[k])
		}
		e.placed, e.from, e.to = true, start, next
		if group := together[start]; len(group) > 1 && r.coarse(e.in, p) {
			n, k := rostrum.Frame(len(group)), rostrum.Frame(slices.Index(group, i))
			e.from, e.to = start+(next-start)*k/n, start+(next-start)*(k+1)/n
			r.notice(e.row.Number, "%d rows start at %s; the time until the next start was shared evenly among them, so please find each by ear.", n, e.in.text)
		} else if len(group) > 1 && group[0] != i {
			e.placed, e.from, e.to = true, start, start
		}
	}
}

// coarse says whether a time is known to the minute only.
func (r *reader) coarse(m moment, p positions) bool { return p.hourly && m.form == minutes }

func (r *reader) placeRow(row *Row, e entry, p positions, clock Clock) {
	fatal := func(format string, args ...any) { r.fatal(row.Number, format, args...) }
	in, err := p.at(e.in, clock)
	if err != nil {
		fatal("%s", rostrum.ErrorMessage(err))
		return
	}
	if e.early {
		r.notice(row.Number, "%s lies before the recording starts, but within the same minute; the start was used.", e.in.text)
		in = 0
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
	case e.placed:
		in, out = e.from, e.to
		if outText = "the next start"; out == r.media.Frames {
			outText = "the end of the recording"
		}
	case e.frames > 0:
		out = in + p.scale(e.frames)
		outText = fmt.Sprintf("%d frames after %s", e.frames, e.in.text)
	case e.out.form == none:
		out = in + length
		outText = fmt.Sprintf("%s after %s", e.length.text, e.in.text)
	default:
		if out, err = p.at(e.out, clock); err != nil {
			fatal("%s", rostrum.ErrorMessage(err))
			return
		}
		if off := out - in - length; length > 0 && out > in && (off > 1 || off < -1) {
			r.notice(row.Number, "In and out are %s apart, but the duration says %s; in and out were used.", p.inWords(out-in), e.length.text)
		}
	}
	row.OutText = outText
	if in > out {
		if r.swapped++; r.assume.Swap == Yes {
			in, out = out, in
			row.InText, row.OutText = row.OutText, row.InText
			r.notice(row.Number, "In and out were exchanged.")
		}
	}
	in, out = r.nudge(row, in, out, p)
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
	if outside("in", row.InText, in) {
		return
	}
	if out > end && out <= end+grace(r.media.Rate) {
		r.notice(row.Number, "The out point %s lies %s after the end of the recording; it was set to the end.", row.OutText, p.inWords(out-end))
		out = end
	}
	if outside("out", row.OutText, out) {
		return
	}
	switch {
	case in == out && e.placed:
		fatal("Another row starts at %s as well, and neither has an end; remove one, or give them ends.", e.in.text)
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

// nudge moves a row by as much as was said; what would leave the recording by that stops at its edges.
func (r *reader) nudge(row *Row, in, out rostrum.Frame, p positions) (rostrum.Frame, rostrum.Frame) {
	n := r.assume.Nudge
	if n == 0 {
		return in, out
	}
	end := r.media.Frames
	moved := func(at rostrum.Frame) rostrum.Frame {
		if at < 0 || at > end {
			return at + n // outside already, which is said elsewhere
		}
		return max(0, min(at+n, end))
	}
	a, b := moved(in), moved(out)
	if b-a != out-in {
		r.notice(row.Number, "Moved by %d frames it would leave the recording; it was shortened to %s.", n, p.inWords(b-a))
	}
	return a, b
}
