package cutlist

import (
	"strings"

	"rostrum"
)

// A line of a video's description that YouTube makes a chapter of: a time, signs between, and a title. Some people
// write the end as well.
var chapterLine = pattern(`^[^\pL\pN]{0,8}((?:\d{1,2}:)?\d{1,3}:\d{2})(?:[ \t]*[-–—][ \t]*((?:\d{1,2}:)?\d{1,3}:\d{2}))?[)\]]?(?:[ \t]+[-–—:|•]?[ \t]*|[ \t]*[-–—:|•][ \t]*)(\S.*)$`)

// isYouTube says whether a text reads like a list of chapters: most of its lines, or three, begin with a time.
func isYouTube(text string) bool {
	chapters, others := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		switch line = strings.TrimSpace(line); {
		case line == "":
		case len(line) < 2_000 && chapterLine().MatchString(line):
			chapters++
		default:
			others++
		}
	}
	return chapters > 2 || chapters > 0 && chapters >= others
}

// readYouTube reads chapter lines.
func (r *reader) readYouTube(text string) error {
	r.word, r.list.Format = "line", YouTube
	others := 0
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := chapterLine().FindStringSubmatch(line)
		if m == nil || len(line) >= 2_000 {
			others++
			continue
		}
		e := entry{row: Row{Number: number, Title: oneLine(m[3])}, point: m[2] == ""}
		e.in = r.chapterTime(&e, m[1])
		if !e.point {
			e.out = r.chapterTime(&e, m[2])
		}
		if r.add(e); r.tooMany() {
			break
		}
	}
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "These chapters cannot be used: no line begins with a time and a title.")
	}
	r.understood("Lines that begin with a time are chapters; their words are the titles.")
	if others > 0 {
		r.understood("%d lines without a time were not read.", others)
	}
	return nil
}

// chapterTime reads the time of a chapter: elapsed, unless a person says that it is time of day.
func (r *reader) chapterTime(e *entry, text string) moment {
	m, ok := readMoment(text)
	if !ok {
		e.untimed = true
		r.fatal(e.row.Number, "The time “%s” cannot be read; write it like 1:02:03.", shortened(text))
	}
	if r.assume.Clock == ClockDay || r.assume.Clock == ClockWall {
		return m
	}
	return m.settle()
}
