package rostrum

import "time"

// ReviewLink lets a speaker see an intervention before it is published, without an account.
type ReviewLink struct {
	ID           string // names it; opens nothing
	Intervention InterventionID
	For          string // who gets it, in words
	By           string
	Created      time.Time
	Expires      time.Time // never zero
	Revoked      time.Time // zero: is not
	Opened       time.Time // last; zero: never
}

// Comment is what a reviewer says about a moment, or about the whole.
type Comment struct {
	ID           string
	Intervention InterventionID
	Link         string // through which it came; "" for a colleague
	Who          string
	Kind         CommentKind
	Frame        Frame // on the recording's timeline
	Wish         Span  // another cut, for AnotherCut; zero when only words say which
	Text         string
	Revision     int // that was looked at
	At           time.Time
	Resolved     time.Time // zero: open
	ResolvedBy   string
}

// CommentKind is what a comment asks for.
type CommentKind string

// The kinds.
const (
	Remark     CommentKind = "comment"
	Approval   CommentKind = "approve"
	AnotherCut CommentKind = "cut"
)
