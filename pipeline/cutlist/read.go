package cutlist

import (
	"bytes"
	"path"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions/charset"
)

// Read is ReadWith without anything said.
func Read(name string, data []byte, m Media) (List, error) {
	return ReadWith(name, data, m, Assumptions{})
}

// ReadWith reads a cut list; the format is told by the content, and by the file's name where that
// leaves a doubt. The error, of code Invalid or TooLarge, says that this is no cut list at all or
// holds no rows; List.Assumed may then still hold what a person can say to help. All else that is
// wrong is in List.Problems: ask List.Err before using the rows.
func ReadWith(name string, data []byte, m Media, a Assumptions) (List, error) {
	switch {
	case len(data) > MaxBytes:
		return List{}, rostrum.Errorf(rostrum.TooLarge, "The cut list is larger than %d MB; a cut list holds only text, so please check that it is the right file.", MaxBytes>>20)
	case m.Rate.Num <= 0 || m.Rate.Den <= 0 || m.Frames <= 0:
		return List{}, rostrum.Errorf(rostrum.Invalid, "The length or the frame rate of the recording is not known yet, so the cut list cannot be placed on it.")
	}
	if err := a.check(m); err != nil {
		return List{}, err
	}
	if what := otherFormat(data); what != "" {
		return List{}, rostrum.Errorf(rostrum.Invalid, "This is %s, which cannot be read as a cut list; save it as CSV, or export an EDL (CMX3600).", what)
	}
	text, guess := charset.Decode(data, "fr")
	r := &reader{media: m, assume: a, word: "row"}
	if guess != "" {
		r.understood("%s", guess)
	}
	if err := r.readText(name, text); err != nil {
		return List{Format: r.list.Format, Assumed: r.list.Assumed}, err
	}
	if len(r.entries) == 0 && r.list.Err() == nil {
		return List{}, rostrum.Errorf(rostrum.Invalid, "The cut list holds no rows; each needs at least an in and an out time.")
	}
	if len(r.entries) > MaxRows {
		return List{}, rostrum.Errorf(rostrum.TooLarge, "The cut list has more than %d rows; please split it by recording.", MaxRows)
	}
	r.place()
	r.compare()
	return r.list, nil
}

// readText tells the format and reads it.
func (r *reader) readText(name, text string) error {
	head := strings.TrimSpace(text[:min(len(text), 512)])
	switch {
	case strings.HasPrefix(head, "WEBVTT"):
		return r.readWebVTT(text)
	case strings.HasPrefix(head, "{"):
		return r.readJSON(text)
	case xmlRoot().MatchString(head):
		return r.readFCPXML(text)
	case strings.HasPrefix(head, ";FFMETADATA"):
		return r.readFFMetadata(text)
	case aleHead().MatchString(head):
		return r.readALE(text)
	case strings.EqualFold(path.Ext(name), ".edl") || eventLine().MatchString(text):
		return r.readEDL(text)
	case isAudacity(text):
		return r.readAudacity(text)
	}
	err := r.readSheet(text)
	if err != nil && len(r.assume.Columns) == 0 && !r.wall && isYouTube(text) {
		r.list = List{Understood: r.list.Understood} // what the attempt as a sheet noted
		return r.readYouTube(text)
	}
	return err
}

var (
	xmlRoot = pattern(`^<\?xml|^<[A-Za-z!]`)
	aleHead = pattern(`^Heading[ \t]*\n`)
)

// otherFormat names well-known files that are no text, or text of a kind that is not read.
func otherFormat(data []byte) string {
	head := bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte{0xEF, 0xBB, 0xBF}))
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "an Excel workbook or another packed file"
	case bytes.HasPrefix(head, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "an old Excel or Word file"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("[")):
		return "a JSON file of another kind"
	}
	return ""
}

// tooMany stops a reader early: a file of MaxBytes can hold a hundred times the rows that a list may have.
func (r *reader) tooMany() bool { return len(r.entries) > MaxRows }

// add takes an entry and numbers it where the list does not.
func (r *reader) add(e entry) {
	if e.row.Number == 0 {
		e.row.Number = len(r.entries) + 1
	}
	r.entries = append(r.entries, e)
}
