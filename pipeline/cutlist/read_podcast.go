package cutlist

import (
	"encoding/json"
	"strings"

	"rostrum"
)

// podcast is a chapters file of Podcasting 2.0 (JSON chapters format 1.2).
type podcast struct {
	Version  string           `json:"version"`
	Chapters []podcastChapter `json:"chapters"`
}

type podcastChapter struct {
	Start json.Number `json:"startTime"` // seconds
	End   json.Number `json:"endTime,omitempty"`
	Title string      `json:"title,omitempty"`
	TOC   *bool       `json:"toc,omitempty"` // false: changes a picture only, and is no chapter to people
}

// readJSON tells the two JSON formats apart.
func (r *reader) readJSON(text string) error {
	var head struct {
		Schema string `json:"OTIO_SCHEMA"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return rostrum.Errorf(rostrum.Invalid, "This JSON file is damaged or not of a kind that holds cuts; export it again.").Because(err)
	}
	if head.Schema != "" {
		return r.readOTIO(text)
	}
	return r.readPodcast(text)
}

func (r *reader) readPodcast(text string) error {
	r.word, r.list.Format = "chapter", Podcasting
	var file podcast
	if err := json.Unmarshal([]byte(text), &file); err != nil || len(file.Chapters) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "This JSON file holds neither a timeline (OpenTimelineIO) nor chapters (Podcasting 2.0), so it cannot be read as a cut list.").Because(err)
	}
	hidden := 0
	for i, c := range file.Chapters {
		if c.TOC != nil && !*c.TOC {
			hidden++
			continue
		}
		e := entry{row: Row{Number: i + 1, Title: oneLine(c.Title)}, point: c.End == "" || c.End == c.Start}
		e.in = r.decimalTime(&e, string(c.Start))
		if !e.point {
			e.out = r.decimalTime(&e, string(c.End))
		}
		if r.add(e); r.tooMany() {
			break
		}
	}
	r.understood("Times are seconds from the start of the recording.")
	if hidden > 0 {
		r.understood("Chapters that are not for the table of contents were left out: %d.", hidden)
	}
	if strings.TrimSpace(file.Version) == "" {
		r.understood("The file does not say of which version of the format it is.")
	}
	return nil
}
