package cutlist

import (
	"strings"

	"rostrum"
)

// A label as Audacity exports it: start and end in seconds with decimals, in the point or comma of the machine's
// language, and the words. A line that begins with a backslash holds the frequencies of the one above.
var labelLine = pattern(`^(-?\d{1,7}[.,]\d{1,12})\t(-?\d{1,7}[.,]\d{1,12})(?:\t([^\t]*))?$`)

func isAudacity(text string) bool {
	found := false
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, `\`):
		case labelLine().MatchString(line):
			found = true
		default:
			return false
		}
	}
	return found
}

// readAudacity reads a label track. A label without a length is a point.
func (r *reader) readAudacity(text string) error {
	r.word, r.list.Format = "line", Audacity
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		m := labelLine().FindStringSubmatch(line)
		if m == nil {
			continue
		}
		e := entry{row: Row{Number: number, Title: oneLine(m[3])}, point: m[1] == m[2]}
		e.in = r.decimalTime(&e, m[1])
		e.out = r.decimalTime(&e, m[2])
		if r.add(e); r.tooMany() {
			break
		}
	}
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This label track holds no labels.")
	}
	r.understood("The words of a label are the title; its times are seconds from the start of the recording.")
	return nil
}

// decimalTime reads elapsed seconds.
func (r *reader) decimalTime(e *entry, text string) moment {
	value, ok := readDecimal(text)
	if !ok {
		e.untimed = true
		r.fatal(e.row.Number, "The time “%s” cannot be read; it should be a number of seconds.", shortened(text))
	}
	return elapsedTime(text, value)
}
