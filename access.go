package rostrum

import "time"

// Viewer is who asks. The zero value is the public. It is always an argument, never hidden in a
// context, so that every question about access shows who asked it.
type Viewer struct {
	Partner  string // the partner on whose behalf a link or embed was opened
	Staff    bool   // somebody who works on the meeting
	Reviewer bool   // the speaker, by a review link: before it is published
}

// MayWatch says whether v may watch i now. NotFound stands for everything that v may not even know
// about; Withdrawn only for what v could have seen before.
func MayWatch(v Viewer, i *Intervention, now time.Time) error {
	if v.Staff && i.PublishedRevision > 0 {
		return nil
	}
	covered := i.Consent.Covers(v, now) && !i.Unattributable
	switch {
	case i.State == WithdrawnState && i.PublishedRevision > 0:
		if i.wasPublic() || v.Partner != "" {
			return Errorf(Withdrawn, "This intervention has been withdrawn.")
		}
	case i.PublishedRevision > 0 && covered:
		return nil
	case i.PublishedRevision > 0 && i.Consent.TakenBack:
		return Errorf(Withdrawn, "This intervention has been withdrawn.")
	}
	return Errorf(NotFound, "There is no such intervention, or it has not been published.")
}

// wasPublic says whether the consent in force when it was published let everybody see it. A speaker
// who withdraws consent afterwards leaves "refused", so anything but partners counts.
func (i *Intervention) wasPublic() bool {
	return i.Consent.Kind != ConsentPartners || i.Consent.TakenBack
}

// MayHear says whether v may hear a channel of i now. It does not ask MayWatch. The floor goes with the intervention; a booth needs a
// consent of its own that covers v. An intervention whose Booths are nil was published before interpreters were asked, and stays as it
// was. NotFound answers as if there were no such channel, Withdrawn where everybody could hear it before.
func MayHear(v Viewer, i *Intervention, channel string, now time.Time) error {
	if channel == Floor || i.Booths == nil || v.Staff {
		return nil
	}
	c := i.Booths[channel]
	switch {
	case c.Covers(v, now):
		return nil
	case c.TakenBack:
		return Errorf(Withdrawn, "This interpretation has been withdrawn; the original is still there.")
	}
	return Errorf(NotFound, "The intervention has no such file; reload its page.")
}
