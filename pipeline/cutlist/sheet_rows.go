package cutlist

import (
	"slices"
	"strings"

	"rostrum/pipeline/spelling"
)

// readRows reads the rows of a sheet whose columns are known.
func (r *reader) readRows(s sheet) error {
	if slices.ContainsFunc(s.columns.names, func(h string) bool { return spelling.Fold(h) == "marker name" }) {
		r.list.Format = Premiere
	}
	r.saySheet(s)
	r.assumedColumns(s)
	for i, l := range s.lines {
		if i <= s.heading || allEmpty(l.cells) {
			continue
		}
		r.readRow(l, s.columns)
	}
	return nil
}

// saySheet states what was understood of the sheet as a whole.
func (r *reader) saySheet(s sheet) {
	name := map[rune]string{';': "semicolons", '\t': "tabs", ',': "commas"}[s.separator]
	if name == "" {
		name = "“" + string(s.separator) + "”"
	}
	if s.heading < 0 {
		r.understood("The sheet is parted by %s and has no headings; its columns were read as %s.", name, s.columns.words())
	} else {
		r.understood("The sheet is parted by %s; its headings stand in row %d.", name, s.lines[s.heading].number)
	}
	if s.heading > 0 {
		r.understood("The rows above the headings were not read.")
	}
	for _, f := range s.columns.clash {
		word := map[field]string{in: "in", out: "out"}[f]
		r.fatal(0, "Two columns could be the %s point; please give one of them another name.", word)
	}
	for _, heading := range s.columns.unknown {
		r.understood("The column “%s” was not used.", heading)
	}
	for _, heading := range s.columns.double {
		r.understood("The column “%s” was not used, because another one before it says the same.", heading)
	}
	_, titled := s.columns.at[title]
	if _, named := s.columns.at[speaker]; !titled && named {
		r.understood("There is no title column; the speaker's name is the title.")
	} else if !titled {
		r.understood("There is neither a title nor a speaker column; the interventions are numbered.")
	}
	if _, hasOut := s.columns.at[out]; !hasOut && !s.columns.starts {
		r.understood("There is no out column; in and duration give the out point.")
	}
	for _, n := range s.torn {
		r.notice(n, "A quotation mark in this row is not closed; the row was cut at each separator.")
	}
	for _, n := range s.swallowed {
		r.fatal(n, "A quotation mark opens in this row and swallows the rows below; please close or remove it.")
	}
}

func allEmpty(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return c != "" })
}

func (r *reader) readRow(l line, c columns) {
	cell := func(f field) string {
		if i, ok := c.at[f]; ok && i < len(l.cells) {
			return l.cells[i]
		}
		return ""
	}
	_, titled := c.at[title]
	e := entry{noTitles: !titled, row: Row{
		Number:       l.number,
		Title:        oneLine(cell(title)),
		Speaker:      oneLine(cell(speaker)),
		Function:     oneLine(cell(function)),
		Organisation: oneLine(cell(organisation)),
		AgendaItem:   oneLine(cell(agendaItem)),
		Topics:       readTopics(cell(topics)),
		ConsentWords: oneLine(cell(consent)),
		Remarks:      cell(remarks),
	}}
	e.point = c.starts || r.list.Format == Premiere && (cell(out) == "" || cell(out) == cell(in))
	if cell(in) == "" && cell(out) == "" && cell(duration) == "" {
		r.notice(l.number, "The row has no times; it was left out.")
		return
	}
	if len(c.names) > 0 && len(l.cells) > len(c.names) && !allEmpty(l.cells[len(c.names):]) {
		r.notice(l.number, "The row has more cells than there are headings; please check that its cells stand in the right columns.")
	}
	r.readTimes(&e, cell(in), cell(out), cell(duration))
	r.readMeanings(&e.row, cell(spoken))
	r.entries = append(r.entries, e)
}

func (r *reader) readTimes(e *entry, inText, outText, lengthText string) {
	n := e.row.Number
	read := func(what, text string) moment {
		m, ok := readMoment(text)
		switch {
		case text == "":
			r.fatal(n, "The %s time is missing.", what)
		case !ok:
			r.fatal(n, "The %s time “%s” cannot be read; write it like 10:04:23:07, 10:04:23.280 or 263.28.", what, shortened(text))
		default:
			return m
		}
		e.untimed = true
		return moment{text: text}
	}
	e.in = read("in", inText)
	if e.point {
		return
	}
	if outText == "" && lengthText != "" {
		e.length = read("duration", lengthText)
		return
	}
	e.out = read("out", outText)
	if m, ok := readMoment(lengthText); ok {
		e.length = m
	}
	// A decimal comma in a sheet parted by commas tears a time in two, and its second half is a
	// number of its own.
	if !e.untimed && (e.in.form == seconds) != (e.out.form == seconds) {
		e.untimed = true
		r.fatal(n, "In and out are written in different ways, %s and %s; please write both alike.", e.in.text, e.out.text)
	}
}

func (r *reader) readMeanings(row *Row, languageText string) {
	r.readSpoken(row, languageText)
	r.readConsentOf(row)
}

func (r *reader) readSpoken(row *Row, words string) {
	language, ok := spelling.Language(words)
	row.Language = language
	if !ok {
		r.notice(row.Number, "The language “%s” is not known; it was left open. Use a code such as en, fr, ar or zh.", shortened(words))
	}
}

func (r *reader) readConsentOf(row *Row) {
	meaning, certain := readConsent(row.ConsentWords)
	row.Consent = meaning
	if !certain {
		r.notice(row.Number, "The consent “%s” was %s.", shortened(row.ConsentWords), consentNotice(meaning))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// readTopics parts a cell with several topics; which signs part them is every sheet's own.
func readTopics(s string) []string {
	var all []string
	for topic := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(";,|\n", r) }) {
		if topic = oneLine(topic); topic != "" && !slices.Contains(all, topic) {
			all = append(all, topic)
		}
	}
	return all
}

// shortened keeps a cell from filling a sentence.
func shortened(s string) string {
	runes := []rune(oneLine(s))
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return string(runes)
}
