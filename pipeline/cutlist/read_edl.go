package cutlist

import (
	"slices"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// A CMX3600 event: number, reel, channels, transition, its length, and four timecodes: source in and
// out, record in and out.
const labelPattern = `\d{1,2}[:;]\d{1,2}[:;]\d{1,2}[:;.,]\d{1,3}`

var (
	eventLine  = pattern(`(?m)^[ \t]*(\d{1,6})[ \t]+(\S.*?)[ \t]+(\S+)[ \t]+([A-Z][A-Z0-9]*)(?:[ \t]+(\d{1,3}))?[ \t]+(` + labelPattern + `)[ \t]+(` + labelPattern + `)[ \t]+(` + labelPattern + `)[ \t]+(` + labelPattern + `)[ \t]*$`)
	eventStart = pattern(`^[ \t]*(\d{1,6})[ \t]+\S+[ \t].*\d[:;]`)
	fieldLine  = pattern(`(?i)^[ \t]*\*[ \t]*(TITLE|SPEAKER|FUNCTION|ORGANISATION|LANGUAGE|AGENDA ITEM|TOPICS|CONSENT|REMARKS|ID)[ \t]*:[ \t]*(.*?)[ \t]*$`)
	rateLine   = pattern(`(?i)^[ \t]*\*[ \t]*FRAME RATE[ \t]*:[ \t]*(\S+)[ \t]*$`)
	remarkLine = pattern(`(?i)^[ \t]*\*?[ \t]*(FROM CLIP NAME|TO CLIP NAME|COMMENT)[ \t]*:[ \t]*(.*?)[ \t]*$`)
	speedLine  = pattern(`^[ \t]*M2[ \t]+(\S.*?)[ \t]+(-?\d+(?:\.\d+)?)[ \t]`)
	markerLine = pattern(`^(.*?)[ \t]*\|C:(\S*)[ \t]*(?:\|M:(.*?))?[ \t]*\|D:(\d{1,9})[ \t]*$`)
)

// edl is an EDL while it is read.
type edl struct {
	*reader
	current      *entry // the event that the lines below it belong to; nil for none
	soundOnly    bool   // whether current is
	drop         bool   // what the last FCM line said
	sounds       []entry
	reels        []string
	black, muted []string // event numbers as written
}

// readEDL reads CMX3600 events and the marker lists that Resolve writes in the same form. Only the
// source timecodes matter: record timecodes are places in the editor's own programme.
func (r *reader) readEDL(text string) error {
	r.word, r.list.Format = "event", EDL
	e := &edl{reader: r}
	for i, line := range strings.Split(text, "\n") {
		if m := eventLine().FindStringSubmatch(line); m != nil {
			e.event(m)
			continue
		}
		e.detail(i+1, line)
	}
	e.store()
	muted := e.muted
	if len(r.entries) == 0 && len(e.sounds) > 0 {
		r.entries, muted = e.sounds, nil
		r.understood("The list has no picture events; the sound events were used.")
	}
	if len(r.entries) == 0 && r.list.Err() == nil {
		return rostrum.Errorf(rostrum.Invalid, "This is not an EDL that can be used: it holds no picture events with source timecodes.")
	}
	r.understood("The source timecodes of the EDL were used; record timecodes were not.")
	if r.list.Format == ResolveMarkers {
		r.understood("The name of a marker is the title, its note is the remark, and its length gives the out point where it has one.")
	}
	if len(e.black) > 0 {
		r.understood("Black was left out: event %s.", strings.Join(e.black, ", "))
	}
	if len(muted) > 0 {
		r.understood("Events with sound only were left out: %s.", strings.Join(muted, ", "))
	}
	if len(e.reels) > 1 {
		r.notice(0, "The list names %d tapes or files (%s); the times of all were read as times of this recording.", len(e.reels), strings.Join(e.reels[:min(len(e.reels), 5)], ", "))
	}
	r.nameByClip()
	return nil
}

// store keeps the current event.
func (e *edl) store() {
	if e.current != nil {
		if e.soundOnly {
			e.sounds = append(e.sounds, *e.current)
		} else {
			e.entries = append(e.entries, *e.current)
		}
	}
	e.current = nil
}

var framesSign = strings.NewReplacer(".", ";", ",", ";")

// event takes the parts of an event line.
func (e *edl) event(m []string) {
	number, _ := strconv.Atoi(m[1])
	reel, channels, transition, length := m[2], m[3], m[4], strings.TrimLeft(m[5], "0")
	if c := e.current; c != nil && transition != "C" && c.row.Number == number && c.in.text == c.out.text {
		e.current = nil // the outgoing side of the transition: it lasts no frames
		if e.soundOnly {
			e.muted = e.muted[:len(e.muted)-1]
		}
	}
	e.store()
	if strings.EqualFold(reel, "BL") {
		e.black = append(e.black, m[1])
		return
	}
	n := entry{row: Row{Number: number}}
	var okIn, okOut bool
	n.in, okIn = readMoment(framesSign.Replace(m[6]))
	n.out, okOut = readMoment(framesSign.Replace(m[7]))
	n.in.label.Drop = n.in.label.Drop || e.drop
	n.out.label.Drop = n.out.label.Drop || e.drop
	e.current, e.soundOnly = &n, strings.HasPrefix(channels, "A") && !strings.Contains(channels, "V")
	if e.soundOnly {
		e.muted = append(e.muted, m[1])
		return
	}
	if !okIn || !okOut {
		n.untimed = true
		e.fatal(number, "%s or %s is not a timecode.", m[6], m[7])
	}
	if !slices.Contains(e.reels, reel) {
		e.reels = append(e.reels, reel)
	}
	if transition != "C" {
		if length == "" {
			length = "some"
		}
		e.notice(number, "It begins with a transition of %s frames; the cut is made at its first frame.", length)
	}
}

// detail takes a line that is no event: it belongs to the event above.
func (e *edl) detail(number int, line string) {
	if e.current == nil || !markerLine().MatchString(line) {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "FCM") {
			e.drop = strings.Contains(trimmed, "DROP") && !strings.Contains(trimmed, "NON")
			return
		}
	}
	if m := rateLine().FindStringSubmatch(line); m != nil {
		if rate, err := rostrum.ParseRate(m[1]); err == nil && slices.Contains(ListRates(), rate) {
			e.rate = rate
		}
		return
	}
	if e.current != nil {
		row := &e.current.row
		if m := markerLine().FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseInt(m[4], 10, 64)
			e.current.frames = rostrum.Frame(n)
			e.current.point = n <= 1 // what Resolve gives a marker without a length
			row.Title, row.Remarks = strings.TrimSpace(m[3]), strings.TrimSpace(m[1])
			e.list.Format = ResolveMarkers
			return
		}
		if m := speedLine().FindStringSubmatch(line); m != nil {
			if !e.soundOnly {
				e.notice(row.Number, "It has a change of speed to %s frames a second, which was not applied.", m[2])
			}
			return
		}
		if m := fieldLine().FindStringSubmatch(line); m != nil {
			e.fill(row, strings.ToLower(m[1]), m[2])
			return
		}
		if m := remarkLine().FindStringSubmatch(line); m != nil {
			e.remark(strings.ToUpper(m[1]), m[2])
			return
		}
	}
	if m := eventStart().FindStringSubmatch(line); m != nil {
		e.store()
		n, _ := strconv.Atoi(m[1])
		e.fatal(n, "Line %d is not a complete event: it needs a reel, channels, a transition and four timecodes.", number)
	}
}

// remark takes a comment line: the clip's name, or "Name / LANG".
func (e *edl) remark(key, value string) {
	row := &e.current.row
	if key != "COMMENT" {
		if key == "TO CLIP NAME" || e.current.clip == "" { // of two, the one faded in is cut
			e.current.clip = value
		}
		return
	}
	if i := strings.LastIndex(value, "/"); i >= 0 && row.Speaker == "" {
		if language, ok := spelling.Language(value[i+1:]); ok && language != "" {
			row.Speaker, row.Language = strings.TrimSpace(value[:i]), language
			return
		}
	}
	row.Remarks = strings.TrimSpace(row.Remarks + "\n" + value)
}

var fileEnding = pattern(`\.[A-Za-z0-9]{2,4}$`)

// nameByClip takes clip names as titles where they tell the events apart: an editor who names clips
// names the speeches, and otherwise each carries the name of the recording's file.
func (r *reader) nameByClip() {
	names := map[string]bool{}
	titled := false
	for _, e := range r.entries {
		names[e.clip] = true
	}
	for i := range r.entries {
		e := &r.entries[i]
		if e.row.Title == "" && e.row.Speaker == "" && len(names) > 1 && !fileEnding().MatchString(e.clip) {
			e.row.Title = e.clip
		}
		titled = titled || e.row.Title != ""
	}
	if titled && r.list.Format == EDL {
		r.understood("The clip names of the EDL are the titles where no speaker is named.")
	}
	if !titled {
		r.understood("The EDL names no titles; the speaker's name stands for the title, or a number.")
		for i := range r.entries {
			r.entries[i].noTitles = true
		}
	}
}
