package rostrum

import "time"

// Viewer is who asks. The zero value is the public. It is always an argument, never hidden in a
// context, so that every question about access shows who asked it.
type Viewer struct {
	Partner string // the partner on whose behalf a link or embed was opened
	Staff   bool   // somebody who works on the meeting
}

// MayWatch says whether v may watch i now. NotFound stands for everything that v may not even know
// about; Withdrawn only for what v could have seen before.
func MayWatch(v Viewer, i *Intervention, now time.Time) error {
	if v.Staff && i.PublishedRevision > 0 {
		return nil
	}
	covered := i.Consent.Covers(v, now)
	switch {
	case i.State == WithdrawnState && i.PublishedRevision > 0:
		if i.wasPublic() || v.Partner != "" {
			return Errorf(Withdrawn, "This intervention has been withdrawn.")
		}
	case i.PublishedRevision > 0 && covered:
		return nil
	}
	return Errorf(NotFound, "There is no such intervention, or it has not been published.")
}

// wasPublic says whether the consent in force when it was published let everybody see it. A speaker
// who withdraws consent afterwards leaves "refused", so anything but partners counts.
func (i *Intervention) wasPublic() bool { return i.Consent.Kind != ConsentPartners }
