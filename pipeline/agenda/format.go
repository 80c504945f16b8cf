package agenda

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"strings"
	"sync"

	"rostrum"
	"rostrum/pipeline/captions/charset"
)

// pattern is a regular expression that is compiled at its first use: the program is also started for each run of ffmpeg,
// where compiling all of them would cost more than the rest of its start.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// read tells the format by the content and hands over to its reader.
func (r *reader) read(name string, data []byte) error {
	if what := otherFormat(name, data); what != "" {
		return rostrum.Errorf(rostrum.Invalid, "This is %s, which can't be read as a programme; save it as CSV, or export JSON, iCalendar or a schedule.", what)
	}
	// A fold of iCalendar may stand within the bytes of one letter.
	isCalendar := bytes.HasPrefix(bytes.ToUpper(head(data)), []byte("BEGIN:VCALENDAR"))
	if isCalendar {
		data = unfold(data)
	}
	text, guess := charset.Decode(data, "fr")
	if guess != "" {
		r.note(0, "%s", guess)
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return rostrum.Errorf(rostrum.Invalid, "The file is empty; please check that it is the right one.")
	case isCalendar, strings.HasPrefix(strings.ToUpper(text[:min(len(text), 15)]), "BEGIN:VCALENDAR"):
		return r.readCalendar(text)
	case strings.HasPrefix(text, "<"):
		return r.readFrab(text)
	case strings.HasPrefix(text, "{"):
		return r.readJSON(text)
	case strings.HasPrefix(text, "["):
		return rostrum.Errorf(rostrum.Invalid, "The file is a JSON list; a programme is a JSON object with meetings, an Indico event or a schedule.")
	case indicoYAML().MatchString(text):
		return rostrum.Errorf(rostrum.Invalid, "This is the archive of an Indico event, which names no speeches in a form to read; export the event as JSON with its contributions instead.")
	}
	return r.readTable(text)
}

var indicoYAML = pattern(`(?m)^(indico_version|db_version|object_files):`)

func head(data []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte{0xEF, 0xBB, 0xBF}))
}

// otherFormat names well-known files that are no programme.
func otherFormat(name string, data []byte) string {
	head := head(data)
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) && strings.EqualFold(path.Ext(name), ".docx"):
		return "a Word file"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "an Excel workbook or another packed file"
	case bytes.HasPrefix(head, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "an old Excel or Word file"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("WEBVTT")):
		return "a caption file"
	case webPage().Match(head):
		return "a web page"
	}
	return ""
}

var webPage = pattern(`(?i)^<(!doctype\s+html|html)\b`)

// maxObjects bounds what a text of JSON can become when it is read: 20 for each intervention.
const maxObjects = 20 * MaxSlots

// readJSON tells our own JSON from that of other programs by the names at its top.
func (r *reader) readJSON(text string) error {
	if strings.Count(text, "{") > maxObjects {
		return tooManySlots()
	}
	var top map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &top) != nil {
		return r.readOwn(text) // it says where the fault is
	}
	has := func(name string) bool { _, ok := top[name]; return ok }
	switch {
	case has("$schema") && (has("definitions") || has("$defs") || has("properties")):
		return rostrum.Errorf(rostrum.Invalid, "This JSON describes the form of a schedule and holds none; export the schedule itself.")
	case has("schedule"):
		return r.readPretalx(top["schedule"])
	case has("results"):
		return r.readIndico(top["results"])
	case has("meetings") && keptByRecorders(top["meetings"]):
		return r.readKept(top)
	}
	return r.readOwn(text)
}
