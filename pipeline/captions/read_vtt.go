package captions

import (
	"context"
	"regexp"
	"strconv"
	"strings"
)

// readVTT reads a WebVTT file whose signature is lines[first], block by block (WebVTT,
// section 6.1). It is gentler than the standard where a browser would drop a caption.
func (r *reading) readVTT(ctx context.Context, lines []string, first int) error {
	if first > 0 {
		r.note(1, "There are blank lines before WEBVTT; they were left out.")
	}
	i := first + 1
	for ; i < len(lines) && !blank(lines[i]) && !strings.Contains(lines[i], arrow); i++ {
		if strings.HasPrefix(lines[i], "X-TIMESTAMP-MAP") {
			r.note(i+1, "The file carries a time offset for streaming; it was not applied.")
		}
	}
	styled := false
	open := false // the block before was a caption that was kept, and may go on after a blank line
	for i < len(lines) {
		if blank(lines[i]) {
			i++
			continue
		}
		if strings.Contains(lines[i], arrow) {
			kept, next, err := r.readVTTCue(ctx, lines, i)
			if err != nil {
				return err
			}
			open, i = kept, next
			continue
		}
		end := i + 1
		for end < len(lines) && !blank(lines[end]) && !strings.Contains(lines[end], arrow) {
			end++
		}
		identifier := end < len(lines) && strings.Contains(lines[end], arrow)
		switch word, _, _ := strings.Cut(strings.ReplaceAll(lines[i], "\t", " "), " "); {
		case word == "NOTE" || identifier && end == i+1:
		case word == "STYLE" || word == "REGION" || word == "Region:":
			if !styled {
				r.note(i+1, "Styles and regions were left out; the viewer's own settings decide how captions look.")
			}
			styled = true
		case open && !identifier:
			last := &r.cues[len(r.cues)-1]
			more := readMarkup(strings.Join(lines[i:end], "\n"))
			if len(more) > 0 {
				last.Text = tidy(append(append(last.Text, Node{Text: "\n"}), more...))
			}
			r.note(i+1, "A blank line divides this text from its caption; it was joined to the caption above.")
			i = end
			continue
		default:
			r.note(i+1, "This text has no times; it was left out.")
		}
		open, i = false, end
	}
	return nil
}

// readVTTCue reads the cue whose timing line is lines[at]; it says whether it was kept and where the
// next block begins.
func (r *reading) readVTTCue(ctx context.Context, lines []string, at int) (kept bool, next int, err error) {
	if err := r.announce(ctx); err != nil {
		return false, 0, err
	}
	t, ok := readTimes(lines[at], strictVTT())
	next = at + 1
	for ; next < len(lines) && !blank(lines[next]); next++ {
		if !strings.Contains(lines[next], arrow) {
			continue
		}
		if !ok || someTime().MatchString(plainDigits.Replace(lines[next])) {
			break
		}
		r.note(next+1, "This line has an arrow but no times; it was kept as text.")
	}
	if !ok {
		r.note(at+1, "The times of this caption cannot be read; it was left out. Write them like 00:01:02.500 --> 00:01:05.000.")
		return false, next, nil
	}
	settings, understood := readSettings(t.rest)
	if !understood {
		r.note(at+1, "A position setting is not understood; the caption was kept without it.")
	}
	before := len(r.cues)
	r.add(at+1, t, readMarkup(strings.Join(lines[at+1:next], "\n")), settings)
	return len(r.cues) > before, next, nil
}

const percent = `(?:100(?:\.0{1,6})?|\d{1,2}(?:\.\d{1,6})?)%`

var (
	settingLine     = pattern(`^(?:-?\d{1,4}|` + percent + `)(?:,(?:start|center|end))?$`)
	settingPosition = pattern(`^` + percent + `(?:,(?:line-left|center|line-right))?$`)
	settingSize     = pattern(`^` + percent + `$`)
	settingAlign    = pattern(`^(?:start|center|end|left|right)$`)
	settingVertical = pattern(`^(?:rl|lr)$`)
)

// readSettings reads WebVTT cue settings by an allow-list and says whether all were understood.
// Regions are left out without a word here: the notice about region blocks covers them.
func readSettings(s string) (out Settings, understood bool) {
	understood = true
	for word := range strings.FieldsSeq(s) {
		key, value, _ := strings.Cut(word, ":")
		var slot *string
		var allowed *regexp.Regexp
		switch key {
		case "vertical":
			slot, allowed = &out.Vertical, settingVertical()
		case "line":
			slot, allowed = &out.Line, settingLine()
		case "position":
			slot, allowed = &out.Position, settingPosition()
		case "size":
			slot, allowed = &out.Size, settingSize()
		case "align":
			slot, allowed = &out.Align, settingAlign()
			if value == "middle" { // the word of older drafts
				value = "center"
			}
		case "region":
			continue
		case "X1", "X2", "Y1", "Y2": // SubRip coordinates, in pixels of an unknown picture
			if _, err := strconv.Atoi(value); err == nil {
				continue
			}
		}
		if slot == nil || !allowed.MatchString(value) {
			understood = false
			continue
		}
		*slot = value
	}
	return out, understood
}
