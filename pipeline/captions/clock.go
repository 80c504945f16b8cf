package captions

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const arrow = "-->"

// times are those of one caption, as its timing line gives them.
type times struct {
	start, end time.Duration
	rest       string // what follows the times: settings
	unusual    bool   // not the form that the standard asks for
}

const instant = `(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,9})|:(\d{3}))?`

var (
	timingLine = pattern(`^\s*` + instant + `\s*(-->|->|\x{2013}>|\x{2014}>)\s*` + instant + `(?:\s+(.*))?$`)
	strictVTT  = pattern(`^(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]*-->[ \t]*(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}([ \t]|$)`)
	strictSRT  = pattern(`^\s*\d+:[0-5]\d:[0-5]\d[.,]\d{3}\s*-->\s*\d+:[0-5]\d:[0-5]\d[.,]\d{3}(\s|$)`)
	someTime   = pattern(`\d:\d`)
)

// plainDigits undoes what right-to-left editors do to timing lines: Arabic-Indic digits and
// direction marks.
var plainDigits = strings.NewReplacer(
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"\u200E", "", "\u200F", "", "\u202A", "", "\u202B", "", "\u202C", "", "\u2066", "", "\u2067", "", "\u2069", "")

// readTimes reads a timing line of either format. It accepts more than the standards do; strict
// is the pattern of what needs no notice.
func readTimes(line string, strict *regexp.Regexp) (times, bool) {
	line = plainDigits.Replace(line)
	m := timingLine().FindStringSubmatch(line)
	if m == nil {
		return times{}, false
	}
	return times{
		start:   instantOf(m[1:6]),
		end:     instantOf(m[7:12]),
		rest:    m[12],
		unusual: !strict.MatchString(line),
	}, true
}

// instantOf reads hours, minutes, seconds, decimals and milliseconds, all digits already.
func instantOf(parts []string) time.Duration {
	n := func(s string) time.Duration {
		v, _ := strconv.ParseInt("0"+s, 10, 64)
		return time.Duration(v)
	}
	d := n(parts[0])*time.Hour + n(parts[1])*time.Minute + n(parts[2])*time.Second
	return d + n((parts[3] + parts[4] + "000")[:3])*time.Millisecond
}

// milliseconds rounds to the precision of caption files.
func milliseconds(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// clock writes HH:MM:SS.mmm with the given decimal sign. Negative times are written as 0.
func clock(d time.Duration, decimal string) string {
	ms := max(milliseconds(d), 0).Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d%s%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, decimal, ms%1000)
}
