// Package cutlist reads and writes the list of cuts of a recording, in the formats of the trade: logging
// sheets, the lists and projects of editing programs, and chapters; and finds the speakers of its rows.
//
// It is pure: bytes in, values out. Its one rule is that nothing is ever cut silently wrong. What is
// doubtful becomes a Problem with the row it stands in, what had to be assumed becomes a sentence
// under Understood and, where a person may say otherwise, an Assumption; and a list with a fatal
// problem is not to be used in part.
package cutlist

import (
	"fmt"
	"time"

	"rostrum"
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
	Premiere       = "Premiere markers"
	FCPXML         = "FCPXML"
	OTIO           = "OpenTimelineIO"
	ALE            = "Avid log (ALE)"
	YouTube        = "YouTube chapters"
	WebVTT         = "WebVTT chapters"
	FFMetadata     = "FFmpeg metadata chapters"
	Audacity       = "Audacity labels"
	Podcasting     = "Podcasting 2.0 chapters"
)

// Media holds the facts about the recording that a list is placed on.
type Media struct {
	Rate     rostrum.Rate     // of the timeline; an EDL does not state its own
	Frames   rostrum.Frame    // the length
	Start    rostrum.Timecode // of frame 0
	HasStart bool             // whether the recording carries a timecode
	Wall     time.Time        // when it began by the clock on the wall, in the meeting's zone
	HasWall  bool             // whether that is known
	Halved   bool             // the recording came with twice as many pictures, so lists may count those
	Name     string           // of the recording's file, for the lists that name it; may be empty
}

// List is a cut list as it was understood.
type List struct {
	Format string
	// Rows are in order of In. When a problem is fatal they are all there in the order of the file,
	// for a preview; those that could not be placed have In and Out 0.
	Rows       []Row
	Problems   []Problem
	Understood []string // whole sentences: what was assumed
	// Assumed holds what a person may say otherwise, with what is in force: the values go back through
	// ParseAssumptions to ReadWith.
	Assumed []Assumption
}

// Row is one cut.
type Row struct {
	Number          int           // the row of the spreadsheet from 1, or the event number of the EDL
	ID              string        // by which the list itself names it: a cue's identifier; empty for most
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
	point    bool          // it has a start only
	early    bool          // it starts in the minute in which the recording does, which is near enough
	placed   bool          // from and to are its place, in frames of the timeline
	from, to rostrum.Frame
	fields   []named // that the list names as ours; taken when the entry is
}

// reader collects what is found on the way.
type reader struct {
	media   Media
	assume  Assumptions
	list    List
	entries []entry
	word    string       // what the list calls a row
	rate    rostrum.Rate // that the list says its timecodes are counted at; zero for none
	wall    bool         // the list says that its times are read off the clock in the room
	swapped int          // rows whose in lies after their out
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
