package rostrum

import "time"

// InterventionState is how far an intervention has come.
type InterventionState string

// planned → cut → rendering → ready → published → withdrawn, any → failed.
// Planned: it stands on the speakers' list and on no recording yet, so it has no span and no revision. Cut: its frames are known. Rendering: its recording is surveyed and its outputs are being
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
	Recording         RecordingID // "" while it is planned
	Key               string      // what the programme that it was imported from calls it; "" for none
	Slug              string      // in the address, unique in the meeting
	Position          int         // order in the meeting
	AgendaItem        string      // number of the item
	Title             string
	Titles            Texts // in further languages
	Speaker           string
	Function          string
	Functions         Texts // in further languages
	Organisation      string
	Abstract          Texts
	Language          Language      // what the speaker speaks; "" when unknown
	Starts            time.Time     // by the programme; zero when unknown
	Length            time.Duration // by the programme; 0 when unknown
	Unattributable    bool          // given under the Chatham House Rule: a film would name who said it, so it is never published
	Remarks           string        // for colleagues only
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
	Accepted          []string  // red findings of its quality that somebody accepted in writing, as check/channel
	WantPublish       bool      // publish as soon as the newest revision is ready: said by a person at ingest
	PublishAt         time.Time // publish it then; zero: not planned
	Approved          int       // newest revision that a second person has approved; 0 for none
	ApprovedBy        string
	// Booths are the consents of interpreters, by channel. A booth without one that covers the audience is not heard.
	Booths map[string]Consent
}

// TitleIn is the title in the language nearest to one.
func (i *Intervention) TitleIn(l Language) (string, Language) {
	return inLanguage(i.Titles, i.Title, i.Language, l)
}

// FunctionIn is what the speaker is, in the language nearest to one.
func (i *Intervention) FunctionIn(l Language) (string, Language) {
	return inLanguage(i.Functions, i.Function, "", l)
}

// inLanguage is the text in l; without one, the text as it was first written, whose language is own, "" when unknown.
func inLanguage(more Texts, first string, own, l Language) (string, Language) {
	for _, tag := range []Language{l, l.Base()} {
		if s := more[tag]; s != "" {
			return s, tag
		}
	}
	return first, own
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
