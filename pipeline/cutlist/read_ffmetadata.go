package cutlist

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"rostrum"
)

// readFFMetadata reads the chapters of an FFmpeg metadata file, which is also how the chapters of Matroska files and
// of OBS recordings come out of them ("ffmpeg -i FILE -f ffmetadata"). Values escape =, ;, #, \ and line ends by \.
func (r *reader) readFFMetadata(text string) error {
	r.word, r.list.Format = "chapter", FFMetadata
	var tags map[string]string
	store := func() {
		if tags != nil {
			r.addChapter(tags)
		}
		tags = nil
	}
	for line := range logicalLines(text) {
		if section := strings.TrimSpace(line); strings.HasPrefix(section, "[") && strings.HasSuffix(section, "]") {
			if store(); r.tooMany() {
				break
			}
			if strings.EqualFold(section, "[CHAPTER]") {
				tags = map[string]string{}
			}
			continue
		}
		if line == "" || line[0] == ';' || line[0] == '#' || tags == nil {
			continue
		}
		key, value := keyAndValue(line)
		tags[strings.ToLower(key)] = value
	}
	store()
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This metadata file holds no chapters.")
	}
	r.understood("The titles of the chapters are the titles.")
	return nil
}

func (r *reader) addChapter(tags map[string]string) {
	e := entry{row: Row{Number: len(r.entries) + 1}}
	base := big.NewRat(1, 1_000_000_000) // what the format says where the file does not
	if s, found := tags["timebase"]; found {
		a, b, _ := strings.Cut(s, "/")
		num, err1 := strconv.ParseInt(strings.TrimSpace(a), 10, 32)
		den, err2 := strconv.ParseInt(strings.TrimSpace(b), 10, 64)
		if err1 != nil || err2 != nil || num <= 0 || den <= 0 {
			e.untimed = true
			r.fatal(e.row.Number, "The time base “%s” cannot be read; it should be like 1/1000.", shortened(s))
		} else {
			base = big.NewRat(num, den)
		}
	}
	at := func(key string) moment {
		n, err := strconv.ParseInt(strings.TrimSpace(tags[key]), 10, 64)
		value := new(big.Rat).Mul(big.NewRat(n, 1), base)
		if err != nil || value.Cmp(big.NewRat(longest, 1)) > 0 || value.Cmp(big.NewRat(-longest, 1)) < 0 {
			if !e.untimed {
				r.fatal(e.row.Number, "The %s “%s” of the chapter cannot be read; it should be a whole number.", key, shortened(tags[key]))
			}
			e.untimed, value = true, nil
			return moment{text: tags[key]}
		}
		return elapsedTime(fmt.Sprintf("%s s", value.FloatString(3)), value)
	}
	e.in = at("start")
	if tags["end"] == "" || tags["end"] == tags["start"] {
		e.point = true
	} else {
		e.out = at("end")
	}
	for key, value := range tags {
		r.fillTag(&e.row, key, value)
	}
	r.add(e)
}

// fillTag takes the tags that others write too under the names that they use.
func (r *reader) fillTag(row *Row, key, value string) {
	switch key {
	case "artist", "performer":
		key = "speaker"
	case "comment", "description":
		key = "remarks"
	case "in", "out", "duration":
		return
	}
	r.fill(row, key, value)
}

// logicalLines gives the lines of a metadata file; a backslash at the end of one joins the next to it.
func logicalLines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start, escaped := 0, false
		for i := range len(text) {
			switch {
			case escaped:
				escaped = false
			case text[i] == '\\':
				escaped = true
			case text[i] == '\n':
				if !yield(text[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(text[start:])
	}
}

// keyAndValue parts a line at its first equals sign that is not escaped, and takes the escapes away.
func keyAndValue(line string) (key, value string) {
	var b strings.Builder
	found, escaped := false, false
	for _, c := range line {
		switch {
		case escaped:
			b.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == '=' && !found:
			key, found = b.String(), true
			b.Reset()
		default:
			b.WriteRune(c)
		}
	}
	if !found {
		return b.String(), ""
	}
	return key, b.String()
}
