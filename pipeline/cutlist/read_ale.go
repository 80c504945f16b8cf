package cutlist

import (
	"slices"
	"strings"

	"rostrum"
)

// readALE reads an Avid log exchange file: headings of the whole, the names of the columns, and a row for each clip.
// Marks count before the clip's own start and end.
func (r *reader) readALE(text string) error {
	r.word, r.list.Format = "clip", ALE
	const none, names, data = 0, 1, 2
	part := none
	var columns []string
	var tapes []string
	for line := range strings.SplitSeq(text, "\n") {
		switch heading := strings.TrimSpace(line); {
		case heading == "":
			continue
		case part == none && strings.HasPrefix(heading, "FPS"):
			if rate, err := rostrum.ParseRate(strings.TrimSpace(strings.TrimPrefix(heading, "FPS"))); err == nil && slices.Contains(ListRates(), rate) {
				r.rate = rate
			}
			continue
		case heading == "Column" && part == none:
			part = names
			continue
		case heading == "Data":
			part = data
			continue
		case part == names && columns == nil:
			columns = trimmed(strings.Split(line, "\t"))
			continue
		case part != data:
			continue
		}
		cells := trimmed(strings.Split(line, "\t"))
		cell := func(wanted ...string) string {
			for _, w := range wanted {
				for i, name := range columns[:min(len(columns), len(cells))] {
					if strings.EqualFold(name, w) && cells[i] != "" {
						return cells[i]
					}
				}
			}
			return ""
		}
		e := entry{row: Row{Number: len(r.entries) + 1, Title: oneLine(cell("Name")), Remarks: cell("Comments", "Comment", "Description")}}
		if tape := cell("Tape", "Source File", "Reel", "Name"); !slices.Contains(tapes, tape) && len(tapes) < 10 {
			tapes = append(tapes, tape)
		}
		r.readTimes(&e, cell("Mark IN", "Start"), cell("Mark OUT", "End"), cell("Duration", "IN-OUT"))
		if r.add(e); r.tooMany() {
			break
		}
	}
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This Avid log holds no clips with times.")
	}
	r.understood("The name of a clip is the title; its marks are in and out, else its start and end.")
	r.sayFiles(tapes)
	return nil
}

// sayFiles says that a list names several recordings.
func (r *reader) sayFiles(names []string) {
	if len(names) > 1 {
		r.notice(0, "The list names %d tapes or files (%s); the times of all were read as times of this recording.", len(names), shortened(strings.Join(names[:min(len(names), 5)], ", ")))
	}
}
