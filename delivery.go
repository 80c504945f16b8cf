package rostrum

import "time"

// DeliveryID identifies a delivery.
type DeliveryID string

// Delivery is one recording on its way in, with all that comes with it and all that was typed about it. What was typed is kept
// apart from the bytes, from the first letter on.
type Delivery struct {
	ID        DeliveryID
	Account   AccountID // whose it is; "" for the watched folder and the drop
	Origin    Origin
	Form      DeliveryForm
	Files     []DeliveryFile
	State     DeliveryState
	Failure   string      // why it was refused, in words
	Recording RecordingID // what became of it
	Created   time.Time
	Touched   time.Time
}

// Origin is the way that a delivery takes.
type Origin string

// The origins.
const (
	FromBrowser Origin = "browser"
	FromFolder  Origin = "folder" // the watched folder
	FromDrop    Origin = "drop"   // the prefix in the bucket
)

// DeliveryState is how far a delivery has come.
type DeliveryState string

// open → submitted → taken, or refused; refused → submitted again after a change.
const (
	DeliveryOpen      DeliveryState = "open"      // being typed and sent
	DeliverySubmitted DeliveryState = "submitted" // complete as far as the sender says; taken in as soon as all bytes are there
	DeliveryTaken     DeliveryState = "taken"
	DeliveryRefused   DeliveryState = "refused"
)

// DeliveryForm is what somebody types about a recording. Every field may be empty while the delivery is open.
type DeliveryForm struct {
	Meeting    string      `json:"meeting"` // slug
	Room       string      `json:"room"`    // name of a kept channel map
	Channels   []string    `json:"channels,omitempty"`
	Consent    ConsentKind `json:"consent"` // for every row that states none
	Until      string      `json:"until"`   // end of an embargo, RFC 3339
	Publish    bool        `json:"publish"` // as soon as ready
	Recorded   string      `json:"recorded"`
	Remarks    string      `json:"remarks"`
	WholeAsOne bool        `json:"whole_as_one"` // without a cut list: the recording is one intervention; otherwise it waits to be cut
}

// DeliveryFile is one file of a delivery.
type DeliveryFile struct {
	Upload   string   `json:"upload"` // of the bytes
	Name     string   `json:"name"`
	Kind     FileKind `json:"kind"`
	Language Language `json:"language,omitempty"` // of captions and of sound
	Bytes    int64    `json:"bytes"`
	Received int64    `json:"received"`         // so far
	SHA256   Digest   `json:"sha256,omitempty"` // once all of it is here
	Position int      `json:"position"`
}

// FileKind is what a file of a delivery is for.
type FileKind string

// The kinds.
const (
	RecordingFile FileKind = "recording" // several are the parts of one recording, in order
	SheetFile     FileKind = "sheet"
	CaptionFile   FileKind = "captions"
	SoundBesides  FileKind = "sound"
)

// UnfinishedLives is how long an upload that is not finished is kept after its last byte.
const UnfinishedLives = 7 * 24 * time.Hour

// Upload is a file whose bytes are arriving.
type Upload struct {
	ID          string
	Account     AccountID
	Delivery    DeliveryID
	Name        string
	Bytes       int64
	Offset      int64  // bytes that lie safely here
	Fingerprint string // by which the sender's browser knows the file again, on any computer
	DigestState []byte // of the running SHA-256 over the first Offset bytes
	SHA256      Digest // once finished
	Created     time.Time
	Touched     time.Time
	Finished    bool
}
