package cutlist

import (
	"html"
	"strings"

	"rostrum"
)

var (
	cueTimes = pattern(`^[ \t]*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]+-->[ \t]+((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:[ \t].*)?$`)
	cueTag   = pattern(`<[^<>]*>`)
	cueVoice = pattern(`<v(?:\.[^ \t>]*)?[ \t]+([^>]+)>`)
)

// readWebVTT reads a track of chapters (WebVTT, W3C, section 4.3: chapter cues): the text of a cue is the title, a
// voice in it is the speaker.
func (r *reader) readWebVTT(text string) error {
	r.word, r.list.Format = "cue", WebVTT
	blocks := strings.Split(text, "\n\n")
	total := 0.0
	for _, block := range blocks {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		if isVTTComment(lines[0]) {
			continue
		}
		at := 0
		if len(lines) > 1 && !strings.Contains(lines[0], "-->") {
			at = 1 // the cue's identifier
		}
		m := cueTimes().FindStringSubmatch(lines[at])
		if m == nil {
			if strings.Contains(lines[at], "-->") {
				r.fatal(len(r.entries)+1, "The times “%s” of a cue cannot be read.", shortened(lines[at]))
				r.add(entry{untimed: true})
			}
			continue
		}
		e := entry{}
		if at == 1 {
			e.row.ID = oneLine(lines[0])
		}
		in, okIn := cueTime(m[1])
		out, okOut := cueTime(m[2])
		if e.in, e.out = in, out; !okIn || !okOut {
			e.untimed = true
			r.fatal(len(r.entries)+1, "The times “%s” of a cue cannot be read.", shortened(lines[at]))
		} else {
			a, _ := in.value.Float64()
			b, _ := out.value.Float64()
			total += b - a
		}
		words := strings.Join(lines[at+1:], " ")
		if v := cueVoice().FindStringSubmatch(words); v != nil {
			e.row.Speaker = oneLine(html.UnescapeString(v[1]))
		}
		e.row.Title = oneLine(html.UnescapeString(cueTag().ReplaceAllString(words, "")))
		if r.add(e); r.tooMany() {
			break
		}
	}
	if len(r.entries) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This WebVTT file holds no cues with times.")
	}
	r.understood("The text of a cue is the title.")
	if n := len(r.entries); n > 20 && total/float64(n) < 10 {
		r.notice(0, "The cues are only %.1f s long on average: these seem to be captions, not chapters.", total/float64(n))
	}
	return nil
}

// cueTime reads the time of a cue. Its hours may have more digits than those of other lists.
func cueTime(s string) (moment, bool) {
	parts := strings.Split(s, ":")
	total, ok := readDecimal(parts[len(parts)-1])
	if !ok {
		return moment{}, false
	}
	return sexagesimal(s, parts[:len(parts)-1], total)
}

// isVTTComment says whether a block that begins so is no cue.
func isVTTComment(line string) bool {
	word, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
	return word == "NOTE" || word == "STYLE" || word == "REGION" || word == "WEBVTT"
}
