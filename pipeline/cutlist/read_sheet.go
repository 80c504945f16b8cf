package cutlist

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"rostrum"
)

// line is a row of a sheet.
type line struct {
	number int // as a spreadsheet counts, from 1, empty rows included
	cells  []string
}

// sheet is a file cut into cells with one separator.
type sheet struct {
	separator rune
	lines     []line
	torn      []int // rows with quotation marks that are not in pairs
	swallowed []int // rows in whose cell another row seems to be: a quotation mark was not closed
	heading   int   // index of the heading row, -1 for none
	columns   columns
}

// separators that sheets are written with: French Excel writes semicolons, Premiere writes tabs
// under the name of CSV.
var separators = [...]rune{';', '\t', ','}

// headSearch is how many rows are searched for the headings: above them stand the meeting's title
// and the date.
const headSearch = 30

func (r *reader) readSheet(text string) error {
	r.list.Format = CSV
	lines := strings.SplitN(text, "\n", 2)
	candidates := separators[:]
	skipped := 0
	if said, found := strings.CutPrefix(strings.Trim(lines[0], "\" "), "sep="); found && len(said) == 1 && len(lines) == 2 {
		candidates, text, skipped = []rune{rune(said[0])}, lines[1], 1 // Excel's own way to say it
		if strings.ContainsRune("\"\n", candidates[0]) {
			return rostrum.Errorf(rostrum.Invalid, "The first line names a separator that cannot be one; save the sheet again as CSV.")
		}
	}
	known := headings()
	var best sheet
	score := -1
	for _, separator := range candidates {
		s := cut(text, separator)
		for i := range s.lines {
			s.lines[i].number += skipped
		}
		n := s.understand(known)
		wider := n == 0 && score == 0 && len(s.lines) > 0 && len(best.lines) > 0 && len(s.lines[0].cells) > len(best.lines[0].cells)
		if n > score || wider {
			best, score = s, n
		}
	}
	if _, chosen := r.assume.Columns["in"]; score <= 0 && chosen {
		best.byHand(r.assume.Columns)
		score = 1
	}
	best.columns.choose(r.assume.Columns)
	if score <= 0 {
		if len(best.lines) > 0 && len(best.lines[0].cells) > 1 {
			r.assumedColumns(best)
		}
		return rostrum.Errorf(rostrum.Invalid, "This is not a cut list that can be used: no heading row with in and out was found, and the first two columns hold no times. Name the columns in, out, title, speaker, organisation, language, topics.")
	}
	if _, ok := best.columns.at[in]; !ok {
		r.assumedColumns(best)
		return rostrum.Errorf(rostrum.Invalid, "This is not a cut list that can be used: no column gives the in point; choose one.")
	}
	start := r.media.Start
	start.Drop = false
	if r.wall = best.columns.wall; r.wall && r.assume.Clock == ClockUnknown && !r.media.HasWall && (!r.media.HasStart || start == (rostrum.Timecode{})) {
		r.assumed("clock", "", "It is not known what the times count from.", Choice{string(ClockElapsed), "elapsed from the start of the recording"})
		return rostrum.Errorf(rostrum.Invalid, "This is not a cut list that can be used yet: its times are read off the clock in the room, and it is not known when the recording began. Say at what time of day it began.")
	}
	if len(best.lines) > MaxRows+headSearch {
		return rostrum.Errorf(rostrum.TooLarge, "The cut list has more than %d rows; please split it by recording.", MaxRows)
	}
	return r.readRows(best)
}

// byHand takes the columns that a person named of a sheet whose own headings say nothing: what stands above the
// first time is the headings.
func (s *sheet) byHand(chosen map[string]int) {
	s.heading, s.columns = -1, columns{at: map[field]int{}}
	for i, l := range s.lines[:min(len(s.lines), headSearch)] {
		if n := chosen["in"]; n > 0 && n <= len(l.cells) {
			if _, ok := readMoment(l.cells[n-1]); ok {
				return
			}
		}
		s.heading, s.columns.names = i, l.cells
	}
}

// cut parts a text into cells by the rules of RFC 4180. A file that breaks them is cut line by line,
// so that a stray quotation mark costs its own row only.
func cut(text string, separator rune) sheet {
	s := sheet{separator: separator, heading: -1}
	in := newCSV(text, separator)
	full := func() bool { return len(s.lines) > MaxRows+headSearch } // more is refused anyhow
	inner := 0                                                       // line feeds within cells so far, which a spreadsheet does not count as rows
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) || full() {
			return s
		}
		if err != nil {
			break
		}
		at, _ := in.FieldPos(0)
		n := line{at - inner, trimmed(cells)}
		for _, cell := range cells {
			inner += strings.Count(cell, "\n")
			if looksLikeRow(cell, separator) {
				s.swallowed = append(s.swallowed, n.number)
			}
		}
		s.lines = append(s.lines, n)
	}
	s = sheet{separator: separator, heading: -1}
	for i, text := range strings.Split(text, "\n") {
		if full() {
			break
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		cells, err := newCSV(text, separator).Read()
		if err != nil {
			cells = strings.Split(text, string(separator))
			s.torn = append(s.torn, i+1)
		}
		s.lines = append(s.lines, line{i + 1, trimmed(cells)})
	}
	return s
}

func newCSV(text string, separator rune) *csv.Reader {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = separator
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = separator != '\t' // a tab is white space itself
	return in
}

func trimmed(cells []string) []string {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// looksLikeRow says whether a later line of a cell has times in two cells of its own.
func looksLikeRow(cell string, separator rune) bool {
	_, rest, found := strings.Cut(cell, "\n")
	for found {
		var text string
		text, rest, found = strings.Cut(rest, "\n")
		times := 0
		for part := range strings.SplitSeq(text, string(separator)) {
			if m, ok := readMoment(part); ok && m.form != seconds {
				times++
			}
		}
		if times >= 2 {
			return true
		}
	}
	return false
}

// understand looks for the headings and scores how well the sheet makes sense with its separator; 0
// is not at all.
func (s *sheet) understand(known map[string]field) int {
	for i, l := range s.lines[:min(len(s.lines), headSearch)] {
		if c, ok := readHeadings(l.cells, known); ok {
			s.heading, s.columns = i, c
			if c.starts {
				return 500 + len(c.at)
			}
			return 1_000 + len(c.at)
		}
	}
	if len(s.lines) == 0 || !timed(s.lines[0]) {
		return 0
	}
	s.columns = columns{at: map[field]int{}}
	for i, f := range withoutHeadings {
		s.columns.at[f] = i
	}
	n := 0
	for _, l := range s.lines {
		if timed(l) {
			n++
		}
	}
	return min(n, 499)
}

// timed says whether a row has times in its first two cells and no third, which would mean a
// numbered sheet.
func timed(l line) bool {
	if len(l.cells) < 2 {
		return false
	}
	_, first := readMoment(l.cells[0])
	_, second := readMoment(l.cells[1])
	third := false
	if len(l.cells) > 2 {
		_, third = readMoment(l.cells[2])
	}
	return first && second && !third
}
