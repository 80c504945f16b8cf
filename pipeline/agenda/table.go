package agenda

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"rostrum"
)

// line is a row of a table.
type line struct {
	number int // as a spreadsheet counts, from 1, empty rows included
	cells  []string
}

// table is a text cut into cells, with the row that names the columns.
type table struct {
	separator rune
	lines     []line
	torn      []int          // rows with quotation marks that are not in pairs
	heading   int            // index in lines
	exact     map[string]int // the headings as they are, in small letters
	columns   []column       // what each heading means in an agenda or a speakers' list
}

// headSearch is how many rows are searched for the headings: above them stand the meeting's title and the date.
const headSearch = 20

// Bounds of what a text can become when it is cut: 200 columns in the longest list, and 40 lines of text in each row.
const (
	maxCells = 200 * MaxSlots
	maxLines = 40 * MaxSlots
)

// readTable reads a table of records, of agenda items or of speakers, whatever parts its cells.
func (r *reader) readTable(text string) error {
	var best table
	score, cells, words := 0, 0, headings()
	first, _, _ := strings.Cut(text, "\n")
	separators := []rune{';', '\t', ','}
	skipped := 0
	if said, found := strings.CutPrefix(strings.Trim(first, "\" "), "sep="); found && len(said) == 1 && !strings.ContainsAny(said, "\"\n\r") {
		separators, text, skipped = []rune(said), strings.TrimPrefix(text, first), 1 // Excel's own way to say it
		text = strings.TrimPrefix(text, "\n")
	}
	if strings.Count(text, "\n") > maxLines {
		return tooManySlots()
	}
	for _, separator := range separators {
		if strings.Count(text, string(separator)) > maxCells {
			continue
		}
		t := cut(text, separator)
		for i := range t.lines {
			t.lines[i].number += skipped
		}
		for i := range t.lines[:min(len(t.lines), headSearch)] {
			cells = max(cells, len(t.lines[i].cells))
			columns := readHeadings(t.lines[i].cells, words)
			n := 2 * known(columns)
			if i == 0 {
				n = max(n, 2*knownRecord(t.lines[i].cells)+1)
			}
			if n > score {
				score, best = n, t
				best.heading, best.columns = i, columns
			}
		}
	}
	if cells < 2 {
		return rostrum.Errorf(rostrum.Invalid, "The file is neither JSON nor a table with a header and rows; see rostrum import --help.")
	}
	if score == 0 {
		return noRecord()
	}
	if len(best.lines) > MaxSlots+headSearch {
		return tooManySlots()
	}
	best.exact = map[string]int{}
	for i, name := range best.lines[best.heading].cells {
		if name = strings.ToLower(name); name != "" {
			best.exact[name] = i
		}
	}
	if best.heading+1 == len(best.lines) {
		return rostrum.Errorf(rostrum.Invalid, "The table has headings but no rows; please check that it is the right file.")
	}
	for _, n := range best.torn {
		r.note(n, "A quotation mark in this row is not closed; the row was cut at each separator.")
	}
	switch kind := r.kindOf(best); kind {
	case speakersTable:
		return r.readSpeakers(best)
	case agendaTable:
		return r.readItems(best)
	default:
		return r.readRecords(best)
	}
}

func noRecord() error {
	return rostrum.Errorf(rostrum.Invalid, "The table's header names no kind of record; speakers' lists have a column speaker, meetings date, agenda items meeting or number and title, topics aliases, organisations regions, partners contact, persons name.")
}

// cut parts a text into cells by the rules of RFC 4180. A text that breaks them is cut line by line, so that a stray quotation
// mark costs its own row only.
func cut(text string, separator rune) table {
	t := table{separator: separator}
	in := newCSV(text, separator)
	inner := 0 // line feeds within cells so far, which a spreadsheet does not count as rows
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t
		}
		if err != nil {
			break
		}
		at, _ := in.FieldPos(0)
		t.add(at-inner, cells)
		for _, cell := range cells {
			inner += strings.Count(cell, "\n")
		}
		if len(t.lines) > MaxSlots+headSearch {
			return t
		}
	}
	t = table{separator: separator}
	number := 0
	for text := range strings.SplitSeq(text, "\n") {
		number++
		cells, err := newCSV(text, separator).Read()
		if err != nil && strings.TrimSpace(text) != "" {
			cells = strings.Split(text, string(separator))
			t.torn = append(t.torn, number)
		}
		t.add(number, cells)
		if len(t.lines) > MaxSlots+headSearch {
			break
		}
	}
	return t
}

// add keeps a row that says anything.
func (t *table) add(number int, cells []string) {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
		t.lines = append(t.lines, line{number, cells})
	}
}

func newCSV(text string, separator rune) *csv.Reader {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = separator
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = separator != '\t' // a tab is white space itself
	return in
}

// tableKind is what the rows of a table are.
type tableKind int

const (
	recordsTable tableKind = iota
	agendaTable
	speakersTable
)

// kindOf tells by the headings what the rows are. A table of names alone holds persons, unless it was given for a meeting.
func (r *reader) kindOf(t table) tableKind {
	has := func(fields ...field) bool {
		return slices.ContainsFunc(t.columns, func(c column) bool { return slices.Contains(fields, c.field) })
	}
	exact := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { _, ok := t.exact[n]; return ok })
	}
	switch {
	case has(speaker):
		return speakersTable
	case exact("slug", "aliases", "regions", "origins", "contact"):
		return recordsTable
	case has(person) && (has(number, clock, length, title, abstract, spoken, agendaItem, consent) || r.o.Meeting != ""):
		return speakersTable
	case has(title) && has(abstract, consent, function):
		return speakersTable
	case has(title) && has(number, clock, meeting) && !exact("starts"):
		return agendaTable
	}
	return recordsTable
}
