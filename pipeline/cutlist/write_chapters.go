package cutlist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// byStart gives the indices of the rows in order of their starts, which chapters must have.
func (w writer) byStart() []int {
	order := make([]int, len(w.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(w.rows[a].In - w.rows[b].In) })
	return order
}

// youTube writes chapter lines: starts in whole seconds, rounded down and each later than the one before, and titles.
// YouTube wants the first at 0:00, so a line “Start” goes before a first row that begins later. Titles are cut at 500
// letters.
func (w writer) youTube() []byte {
	var b bytes.Buffer
	last := int64(-1)
	line := func(at int64, title string) {
		if at <= last {
			at = last + 1
		}
		last = at
		if strings.ContainsAny(title[:1], "-:|") || strings.HasPrefix(title, "–") || strings.HasPrefix(title, "—") || strings.HasPrefix(title, "•") {
			title = "- " + title // else the sign would be taken for one that parts time and title
		}
		if at >= 3600 {
			fmt.Fprintf(&b, "%d:%02d:%02d %s\n", at/3600, at/60%60, at%60, title)
		} else {
			fmt.Fprintf(&b, "%d:%02d %s\n", at/60, at%60, title)
		}
	}
	for k, i := range w.byStart() {
		x := w.seconds(w.rows[i].In)
		at := x.Num().Int64() / x.Denom().Int64()
		if k == 0 && at > 0 {
			line(0, "Start")
		}
		title := []rune(w.title(i))
		line(at, string(title[:min(len(title), 500)]))
	}
	return b.Bytes()
}

// webVTT writes a track of chapters: ID or else the number as the cue's identifier, in and out to the millisecond,
// title. An ID that would mean something else in the file is left out.
func (w writer) webVTT() []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, i := range w.byStart() {
		row := w.rows[i]
		id := plain(row.ID)
		if id == "" || strings.Contains(id, "-->") || isVTTComment(id) {
			id = fmt.Sprint(i + 1)
		}
		fmt.Fprintf(&b, "\n%s\n%s --> %s\n%s\n", id, w.clock(row.In), w.clock(row.Out), escape.Replace(w.title(i)))
	}
	return b.Bytes()
}

// ffMetadata writes chapters for ffmpeg ("ffmpeg -i FILE -i CHAPTERS -map_chapters 1"), in a time base of one frame. It
// carries all of a row but its number, as tags; remarks on one line.
func (w writer) ffMetadata() []byte {
	var b bytes.Buffer
	b.WriteString(";FFMETADATA1\n")
	escape := strings.NewReplacer(`\`, `\\`, "=", `\=`, ";", `\;`, "#", `\#`)
	for _, i := range w.byStart() {
		row := w.rows[i]
		fmt.Fprintf(&b, "\n[CHAPTER]\nTIMEBASE=%d/%d\nSTART=%d\nEND=%d\ntitle=%s\n", w.media.Rate.Den, w.media.Rate.Num, row.In, row.Out, escape.Replace(w.title(i)))
		for _, f := range row.fields() {
			switch f.key {
			case "title":
				continue
			case "speaker":
				f.key = "artist"
			case "remarks":
				f.key = "comment"
			}
			fmt.Fprintf(&b, "%s=%s\n", f.key, escape.Replace(f.value))
		}
	}
	return b.Bytes()
}

// audacity writes a label track: in and out to the microsecond, title.
func (w writer) audacity() []byte {
	var b bytes.Buffer
	for i, row := range w.rows {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", w.seconds(row.In).FloatString(6), w.seconds(row.Out).FloatString(6), w.title(i))
	}
	return b.Bytes()
}

// podcasting writes a chapters file of Podcasting 2.0: in and out to the microsecond, title.
func (w writer) podcasting() ([]byte, error) {
	file := podcast{Version: "1.2.0"}
	for _, i := range w.byStart() {
		row := w.rows[i]
		file.Chapters = append(file.Chapters, podcastChapter{
			Start: json.Number(w.seconds(row.In).FloatString(6)), End: json.Number(w.seconds(row.Out).FloatString(6)), Title: w.title(i),
		})
	}
	return json.MarshalIndent(file, "", "  ")
}
