package rostrum

import (
	"maps"
	"time"
)

// Consent is what the speaker allowed, who recorded it and how. Without one, nothing is published.
type Consent struct {
	Kind     ConsentKind
	Until    time.Time // end of the embargo, for ConsentEmbargo
	By       string    // who recorded it
	How      string    // form, e-mail, said at the desk …
	At       time.Time
	Document *Document // the signed form or the letter, if one was attached
	// TakenBack says that everybody could see or hear it before this consent, which no longer covers everybody: it is said to be withdrawn,
	// as it is, and not to be unknown.
	TakenBack bool
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

// After is the consent as it is recorded after another one of something that everybody may see, as shown says.
func (c Consent) After(before Consent, shown bool, now time.Time) Consent {
	everybody := Viewer{}
	c.TakenBack = !c.Covers(everybody, now) && (before.TakenBack || shown && before.Covers(everybody, now))
	return c
}

// Covers says whether the consent covers v now. A speaker who reviews what is to be published may have all that is agreed for anybody.
func (c Consent) Covers(v Viewer, now time.Time) bool {
	switch c.Kind {
	case ConsentPublic:
		return true
	case ConsentEmbargo:
		return v.Reviewer || !c.Until.IsZero() && !now.Before(c.Until)
	case ConsentPartners:
		return v.Partner != "" || v.Staff || v.Reviewer
	}
	return false
}

// MayPublish says whether an intervention may be published at all now. The error says why not and what to do.
func (i *Intervention) MayPublish(now time.Time) error {
	if i.Unattributable {
		return Errorf(Refused, "It was given under the Chatham House Rule: a film would name who said it, so it can't be published. Take that mark away if it is wrong.")
	}
	return i.Consent.MayPublish(now)
}

// BoothsFor are the consents of interpreters after one more has been recorded, for one of the channels. An intervention from before
// interpreters were asked, whose Booths are nil, was heard in all of them: the others stay so.
func (i *Intervention) BoothsFor(channel string, c Consent, channels []string, now time.Time) map[string]Consent {
	booths := maps.Clone(i.Booths)
	if booths == nil {
		booths = map[string]Consent{}
		for _, other := range channels {
			if other != Floor {
				booths[other] = Consent{Kind: ConsentPublic, By: c.By, How: "heard before interpreters were asked", At: c.At}
			}
		}
	}
	before := booths[channel]
	if i.Booths == nil {
		before = Consent{Kind: ConsentPublic}
	}
	booths[channel] = c.After(before, i.PublishedRevision > 0 && i.State == Published && MayWatch(Viewer{}, i, now) == nil, now)
	return booths
}
