// Package cutlist reads the list of cuts of a recording: a logging sheet as CSV, or an EDL out of an
// editing program.
//
// It is pure: bytes in, values out. Its one rule is that nothing is ever cut silently wrong. What is
// doubtful becomes a Problem with the row it stands in, what had to be assumed becomes a sentence
// under Understood, and a list with a fatal problem is not to be used in part.
package cutlist

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions/charset"
)

// Limits of a cut list. A week of meetings has some hundred rows in 50 kB.
const (
	MaxBytes = 10 << 20
	MaxRows  = 5_000
)

// The formats that Read knows, as List.Format names them.
const (
	CSV            = "CSV"
	EDL            = "CMX3600 EDL"
	ResolveMarkers = "Resolve marker EDL"
)

// Media holds the facts about the recording that a list is placed on.
type Media struct {
	Rate     rostrum.Rate     // of the timeline; an EDL does not state its own
	Frames   rostrum.Frame    // the length
	Start    rostrum.Timecode // of frame 0
	HasStart bool             // whether the recording carries a timecode
}

// List is a cut list as it was understood.
type List struct {
	Format string
	// Rows are in order of In. When a problem is fatal they are all there in the order of the file,
	// for a preview; those that could not be placed have In and Out 0.
	Rows       []Row
	Problems   []Problem
	Understood []string // whole sentences: what was assumed
}

// Row is one cut.
type Row struct {
	Number          int           // the row of the spreadsheet from 1, or the event number of the EDL
	In, Out         rostrum.Frame // from the start of the recording; Out is exclusive
	InText, OutText string        // as they are written in the list
	Title           string        // never empty
	Speaker         string
	Function        string
	Organisation    string
	AgendaItem      string
	Language        rostrum.Language // empty when not given or not known
	Topics          []string
	ConsentWords    string // as they are written
	Consent         Consent
	Remarks         string
}

// Problem is something wrong or doubtful. Fatal ones make the whole list unusable.
type Problem struct {
	Row   int // Row.Number, or 0 for the list as a whole
	Fatal bool
	Text  string
}

// Err is nil for a list that may be used, else an error of code Invalid that names the first fatal
// problem.
func (l List) Err() error {
	first, count := Problem{}, 0
	for _, p := range l.Problems {
		if p.Fatal {
			if count == 0 {
				first = p
			}
			count++
		}
	}
	switch {
	case count == 0:
		return nil
	case first.Row == 0:
		return rostrum.Errorf(rostrum.Invalid, "The cut list cannot be used: %s", first.Text)
	case count == 1:
		return rostrum.Errorf(rostrum.Invalid, "The cut list cannot be used. Row %d: %s", first.Row, first.Text)
	}
	return rostrum.Errorf(rostrum.Invalid, "The cut list cannot be used, for %d reasons. Row %d: %s", count, first.Row, first.Text)
}

// entry is a row before it is placed on the timeline.
type entry struct {
	row      Row
	in, out  moment
	length   moment        // of a duration column; checks out, or stands for it
	frames   rostrum.Frame // the length a marker states, in frames; 0 for none
	clip     string        // the clip name of an EDL event
	untimed  bool          // a time is unreadable, which has been said
	noTitles bool          // the list has no place for titles, so their absence needs no notice
}

// reader collects what is found on the way.
type reader struct {
	media   Media
	list    List
	entries []entry
	word    string // what the list calls a row
}

func (r *reader) fatal(row int, format string, args ...any) {
	r.list.Problems = append(r.list.Problems, Problem{row, true, fmt.Sprintf(format, args...)})
}

func (r *reader) notice(row int, format string, args ...any) {
	r.list.Problems = append(r.list.Problems, Problem{row, false, fmt.Sprintf(format, args...)})
}

func (r *reader) understood(format string, args ...any) {
	r.list.Understood = append(r.list.Understood, fmt.Sprintf(format, args...))
}

// Read reads a cut list; the format is told by the content, and by the file's name where that
// leaves a doubt. The error, of code Invalid or TooLarge, says that this is no cut list at all or
// holds no rows. All else that is wrong is in List.Problems: ask List.Err before using the rows.
func Read(name string, data []byte, m Media) (List, error) {
	switch {
	case len(data) > MaxBytes:
		return List{}, rostrum.Errorf(rostrum.TooLarge, "The cut list is larger than %d MB; a cut list holds only text, so please check that it is the right file.", MaxBytes>>20)
	case m.Rate.Num <= 0 || m.Rate.Den <= 0 || m.Frames <= 0:
		return List{}, rostrum.Errorf(rostrum.Invalid, "The length or the frame rate of the recording is not known yet, so the cut list cannot be placed on it.")
	}
	if what := otherFormat(data); what != "" {
		return List{}, rostrum.Errorf(rostrum.Invalid, "This is %s, which cannot be read as a cut list; save it as CSV, or export an EDL (CMX3600).", what)
	}
	text, guess := charset.Decode(data, "fr")
	r := &reader{media: m, word: "row"}
	if guess != "" {
		r.understood("%s", guess)
	}
	var err error
	if strings.EqualFold(path.Ext(name), ".edl") || eventLine().MatchString(text) {
		err = r.readEDL(text)
	} else {
		err = r.readSheet(text)
	}
	if err != nil {
		return List{}, err
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

var xmlRoot = pattern(`^<\?xml|^<[A-Za-z!]`)

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
	case bytes.HasPrefix(head, []byte("WEBVTT")):
		return "a WebVTT file"
	case bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("[")):
		return "a JSON file"
	case xmlRoot().Match(head):
		return "an XML file"
	case bytes.HasPrefix(head, []byte("Heading\n")), bytes.HasPrefix(head, []byte("Heading\r")):
		return "an Avid log (ALE)"
	}
	return ""
}
