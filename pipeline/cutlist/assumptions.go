package cutlist

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"rostrum"
)

// Answer is yes, no, or not said.
type Answer string

// The answers.
const (
	Unsaid Answer = ""
	Yes    Answer = "yes"
	No     Answer = "no"
)

// Marks says which of two things in a project of an editing program are the cuts.
type Marks string

// What a project can hold.
const (
	AnyMarks    Marks = ""
	ClipMarks   Marks = "clips"
	MarkerMarks Marks = "markers"
)

// Assumptions are what a person says about a list where it does not speak for itself. The zero value finds all out.
type Assumptions struct {
	Rate     rostrum.Rate   // that the list's timecodes are counted at; one of ListRates
	Clock    Clock          // what its times count from
	Offset   rostrum.Frame  // for ClockOffset: what is taken off each time, in frames of the timeline; may be negative
	Drop     Answer         // whether timecodes are drop frame, however they are written
	Midnight Answer         // whether times of day go on after midnight; found out: yes
	Swap     Answer         // whether an in after its out is exchanged with it; found out: no, it is a problem
	Marks    Marks          // clips or markers, in FCPXML and OpenTimelineIO
	Columns  map[string]int // for sheets: the column of a field, from 1; 0 for none. The fields are those of ColumnKeys
	Nudge    rostrum.Frame  // by how much all rows are moved, in frames of the timeline; may be negative
}

// furthest bounds Offset and Nudge, in frames: over two days at 60 frames a second.
const furthest = 10_000_000

// widest bounds the columns of a sheet that can be chosen.
const widest = 200

// ListRates lists the rates that a list's timecodes may be counted at: those of a timeline, and their doubles.
func ListRates() []rostrum.Rate {
	return append(rostrum.TimelineRates(), rostrum.Rate{Num: 50, Den: 1}, rostrum.Rate{Num: 60000, Den: 1001}, rostrum.Rate{Num: 60, Den: 1})
}

// Assumption is one thing that was found out or said, as a page shows it for a person to change.
type Assumption struct {
	Key     string // stable: rate, clock, offset, drop, midnight, swap, marks, columns.in …, nudge
	Text    string // one sentence
	Value   string // in force; one of the choices, where there are any
	Choices []Choice
}

// Choice is a value that an assumption can be given. An assumption without choices takes a whole number of frames.
type Choice struct{ Value, Label string }

// ParseAssumptions reads the values that a page sends back, by the keys of Assumption. An empty value is not said.
// Errors are of code Invalid, also for a key that does not exist.
func ParseAssumptions(values map[string]string) (Assumptions, error) {
	var a Assumptions
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := strings.TrimSpace(values[key])
		if value == "" {
			continue
		}
		if !a.set(key, value) {
			return Assumptions{}, rostrum.Errorf(rostrum.Invalid, "“%s” is not a value that “%s” can have; choose one of the list.", shortened(value), shortened(key))
		}
	}
	return a, nil
}

func (a *Assumptions) set(key, value string) bool {
	answer := func(to *Answer) bool {
		*to = Answer(value)
		return *to == Yes || *to == No
	}
	count := func(to *rostrum.Frame) bool {
		n, err := strconv.ParseInt(value, 10, 64)
		*to = rostrum.Frame(n)
		return err == nil && n >= -furthest && n <= furthest
	}
	switch key {
	case "rate":
		rate, err := rostrum.ParseRate(value)
		a.Rate = rate
		return err == nil && slices.Contains(ListRates(), rate)
	case "clock":
		a.Clock = Clock(value)
		return slices.Contains([]Clock{ClockElapsed, ClockDay, ClockHour, ClockWall, ClockOffset}, a.Clock)
	case "offset":
		return count(&a.Offset)
	case "nudge":
		return count(&a.Nudge)
	case "drop":
		return answer(&a.Drop)
	case "midnight":
		return answer(&a.Midnight)
	case "swap":
		return answer(&a.Swap)
	case "marks":
		a.Marks = Marks(value)
		return a.Marks == ClipMarks || a.Marks == MarkerMarks
	}
	name, found := strings.CutPrefix(key, "columns.")
	n, err := strconv.Atoi(value)
	if !found || !slices.Contains(ColumnKeys(), name) || err != nil || n < 0 || n > widest {
		return false
	}
	if a.Columns == nil {
		a.Columns = map[string]int{}
	}
	a.Columns[name] = n
	return true
}

// check refuses what ParseAssumptions would, for callers that make Assumptions themselves, and what m cannot bear.
func (a Assumptions) check(m Media) error {
	far := func(n rostrum.Frame) bool { return n < -furthest || n > furthest }
	switch {
	case far(a.Offset) || far(a.Nudge):
		return rostrum.Errorf(rostrum.Invalid, "An offset is at most %d frames.", furthest)
	case a.Rate != (rostrum.Rate{}) && !slices.Contains(ListRates(), a.Rate):
		return rostrum.Errorf(rostrum.Invalid, "%s is not a rate that timecodes are counted at; choose one of the list.", a.Rate)
	case a.Clock == ClockWall && !m.HasWall:
		return rostrum.Errorf(rostrum.Invalid, "It is not known at what time of day the recording began, so times by the clock cannot be placed; say when it began.")
	case a.Clock == ClockDay && !m.HasStart:
		return rostrum.Errorf(rostrum.Invalid, "The recording carries no timecode, so timecodes of the day cannot be placed; choose what else the times count from.")
	}
	for _, n := range a.Columns {
		if n < 0 || n > widest {
			return rostrum.Errorf(rostrum.Invalid, "A sheet has at most %d columns that can be chosen.", widest)
		}
	}
	return nil
}

// assumed notes an assumption for the page.
func (r *reader) assumed(key, value, text string, choices ...Choice) {
	r.list.Assumed = append(r.list.Assumed, Assumption{key, text, value, choices})
}

func yesNo(value bool) string {
	if value {
		return string(Yes)
	}
	return string(No)
}
