package rostrum

import "time"

// InterventionState is how far an intervention has come.
type InterventionState string

// planned → cut → rendering → ready → published → withdrawn, any → failed.
// Cut: its frames are known. Rendering: its recording is surveyed and its outputs are being
// made. Ready: it may be published.
const (
	Planned            InterventionState = "planned"
	CutState           InterventionState = "cut"
	Rendering          InterventionState = "rendering"
	Ready              InterventionState = "ready"
	Published          InterventionState = "published"
	WithdrawnState     InterventionState = "withdrawn"
	InterventionFailed InterventionState = "failed"
)

// Intervention is one turn to speak: a span of a recording, who spoke, and about what. Its address
// never changes; each new cut point makes a new Revision, and the published one stays until the
// next is ready.
type Intervention struct {
	ID                InterventionID
	Meeting           MeetingID
	MeetingSlug       string
	Recording         RecordingID
	Slug              string // in the address, unique in the meeting
	Position          int    // order in the meeting
	AgendaItem        string // number of the item
	Title             string
	Speaker           string
	Function          string
	Organisation      string
	Language          Language // what the speaker speaks; "" when unknown
	Topics            []string
	Span              Span
	State             InterventionState
	Failure           string
	Revision          int // newest
	PublishedRevision int // 0 when nothing is published
	Published         time.Time
	Withdrawn         time.Time
	Consent           Consent
	Notices           []string
	Accepted          []string // red findings of its quality that somebody accepted in writing, as check/channel
	WantPublish       bool     // publish as soon as the newest revision is ready: said by a person at ingest
}

// Page is the address of the watch page, relative to the public address.
func (i *Intervention) Page() string { return "/m/" + i.MeetingSlug + "/" + i.Slug }

// Revision is one rendering of an intervention.
type Revision struct {
	Intervention  InterventionID
	Number        int
	Span          Span
	State         InterventionState // Rendering, Ready or InterventionFailed
	Failure       string
	Manifest      *Manifest // nil until ready
	EncodedFrames int64     // frames of the timeline that were encoded for it, edges only
	Created       time.Time
}

// Consent is what the speaker allowed, who recorded it and how. Without one, nothing is published.
type Consent struct {
	Kind  ConsentKind
	Until time.Time // end of the embargo, for ConsentEmbargo
	By    string    // who recorded it
	How   string    // form, e-mail, said at the desk …
	At    time.Time
}

// ConsentKind is the audience a speaker agreed to.
type ConsentKind string

// The kinds of consent. The zero value means that none is recorded.
const (
	ConsentNone     ConsentKind = ""
	ConsentPublic   ConsentKind = "public"
	ConsentPartners ConsentKind = "partners"
	ConsentEmbargo  ConsentKind = "embargo" // public after a date: usually when the communiqué is out
	ConsentPending  ConsentKind = "pending"
	ConsentRefused  ConsentKind = "refused"
)

// ParseConsent reads a kind of consent as the command line and sheets write it.
func ParseConsent(s string) (ConsentKind, error) {
	switch k := ConsentKind(s); k {
	case ConsentPublic, ConsentPartners, ConsentEmbargo, ConsentPending, ConsentRefused:
		return k, nil
	}
	return "", Errorf(Invalid, "%q is not a kind of consent; use public, partners, embargo, pending or refused.", s)
}

// MayPublish says whether an intervention with this consent may be published at all now, to whatever
// audience the consent covers. The error says why not and what to do.
func (c Consent) MayPublish(now time.Time) error {
	switch c.Kind {
	case ConsentPublic, ConsentPartners:
		return nil
	case ConsentEmbargo:
		if c.Until.IsZero() {
			return Errorf(Refused, "It is under embargo without an end date; record the date first.")
		}
		if now.Before(c.Until) {
			return Errorf(Refused, "It is under embargo until %s; publish it after that.", c.Until.UTC().Format("2 January 2006, 15:04 UTC"))
		}
		return nil
	case ConsentPending:
		return Errorf(Refused, "The speaker's consent is still pending; record it before publishing.")
	case ConsentRefused:
		return Errorf(Refused, "The speaker refused publication; it can't be published.")
	}
	return Errorf(Refused, "No consent of the speaker is recorded; record it first, for example with --consent public.")
}

// Covers says whether the consent covers the whole public now.
func (c Consent) Covers(v Viewer, now time.Time) bool {
	switch c.Kind {
	case ConsentPublic:
		return true
	case ConsentEmbargo:
		return !c.Until.IsZero() && !now.Before(c.Until)
	case ConsentPartners:
		return v.Partner != "" || v.Staff
	}
	return false
}
