package rostrum

import "time"

// Consent is what the speaker allowed, who recorded it and how. Without one, nothing is published.
type Consent struct {
	Kind     ConsentKind
	Until    time.Time // end of the embargo, for ConsentEmbargo
	By       string    // who recorded it
	How      string    // form, e-mail, said at the desk …
	At       time.Time
	Document *Document // the signed form or the letter, if one was attached
}

// Document is a file that somebody attached to a decision.
type Document struct {
	Name   string `json:"name"` // as it came, for people only
	Type   string `json:"type"`
	Object string `json:"object"` // key in the store
	Bytes  int64  `json:"bytes"`
	SHA256 Digest `json:"sha256"`
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
