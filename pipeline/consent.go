package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"rostrum"
	"rostrum/storage/catalogue"
)

// ConsentSaid is a consent as somebody records it, of a speaker or of interpreters.
type ConsentSaid struct {
	Kind     rostrum.ConsentKind
	Until    time.Time         // end of the embargo, for rostrum.ConsentEmbargo only
	How      string            // form, e-mail, said at the desk …: at most 500 characters
	Document *rostrum.Document // of KeepDocument; nil without one
	Channels []string          // the booths it is of; none: it is the speaker's
}

func (s ConsentSaid) check() error {
	switch {
	case s.Kind == rostrum.ConsentNone:
		return rostrum.Errorf(rostrum.Invalid, "Say which consent it is: public, partners, embargo, pending or refused.")
	case s.Kind == rostrum.ConsentEmbargo && s.Until.IsZero():
		return rostrum.Errorf(rostrum.Invalid, "An embargo needs the date and time at which it ends; type both.")
	case s.Kind != rostrum.ConsentEmbargo && !s.Until.IsZero():
		return rostrum.Errorf(rostrum.Invalid, "Only an embargo has an end; choose the embargo, or leave the date out.")
	case len([]rune(s.How)) > 500:
		return rostrum.Errorf(rostrum.TooLarge, "The words on how the consent was given are longer than 500 characters; attach a document for more.")
	case slices.Contains(s.Channels, rostrum.Floor):
		return rostrum.Errorf(rostrum.Invalid, "The floor goes with the speaker's consent; name booths only.")
	}
	_, err := rostrum.ParseConsent(string(s.Kind))
	return err
}

// RecordConsent records what a speaker allows from now on. It takes nothing away by itself: a published intervention
// whose speaker no longer agrees to the public is hidden from it at once, since access asks the consent each time.
func (p *Pipeline) RecordConsent(ctx context.Context, id rostrum.InterventionID, c rostrum.Consent) error {
	return p.RecordConsents(ctx, []rostrum.InterventionID{id}, ConsentSaid{Kind: c.Kind, Until: c.Until, How: c.How, Document: c.Document}, c.By)
}

// RecordConsents records one consent for several interventions, all or none. It counts at once, wherever they are shown or heard. Invalid
// for one that can't be right, and for a booth that a recording does not have.
func (p *Pipeline) RecordConsents(ctx context.Context, ids []rostrum.InterventionID, said ConsentSaid, who string) error {
	if err := said.check(); err != nil {
		return err
	}
	if len(ids) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "No intervention is named; choose at least one.")
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		// In one order, so that two people who choose the same never wait for each other.
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			if err := p.recordConsent(ctx, tx, id, said, who); err != nil {
				return err
			}
		}
		return nil
	})
}

// RecordBooths records one consent of the interpreters for all interventions of a recording that there are now, all or none.
func (p *Pipeline) RecordBooths(ctx context.Context, id rostrum.RecordingID, said ConsentSaid, who string) error {
	if len(said.Channels) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "No booth is named; choose at least one language.")
	}
	all, err := p.Catalogue.InterventionsOfRecording(ctx, id)
	if err != nil {
		return err
	}
	var ids []rostrum.InterventionID
	for _, x := range all {
		ids = append(ids, x.ID)
	}
	return p.RecordConsents(ctx, ids, said, who)
}

func (p *Pipeline) recordConsent(ctx context.Context, tx *catalogue.Tx, id rostrum.InterventionID, said ConsentSaid, who string) error {
	x, err := tx.LockIntervention(ctx, id)
	if err != nil {
		return err
	}
	now := p.Now()
	c := rostrum.Consent{Kind: said.Kind, Until: said.Until, By: who, How: strings.TrimSpace(said.How), At: now, Document: said.Document}
	log := func(channel string, c rostrum.Consent) error {
		return tx.Log(ctx, catalogue.Entry{At: now, Who: who, Action: "consent", Subject: string(id), Detail: describe(c, channel)})
	}
	if len(said.Channels) == 0 {
		c = c.After(x.Consent, x.State == rostrum.Published && x.PublishedRevision > 0, now)
		if err := tx.AddConsent(ctx, id, c); err != nil {
			return err
		}
		return log("", c)
	}
	if x.Recording == "" {
		return rostrum.Errorf(rostrum.Conflict, "%q has no recording yet, so there are no booths to ask; record this when it is cut.", x.Title)
	}
	r, err := tx.Recording(ctx, x.Recording)
	if err != nil {
		return err
	}
	channels := channelsOf(r)
	for _, channel := range said.Channels {
		if !slices.Contains(channels, channel) {
			return rostrum.Errorf(rostrum.Invalid, "The recording of %q has no booth %q; it has %s.", x.Title, channel, channelNames(r.Source.Channels))
		}
		x.Booths = x.BoothsFor(channel, c, channels, now)
		if err := tx.AddBoothConsent(ctx, id, channel, x.Booths[channel]); err != nil {
			return err
		}
		if err := log(channel, c); err != nil {
			return err
		}
	}
	noteBooths(x, channels, now)
	return tx.PutIntervention(ctx, x)
}

func channelsOf(r *rostrum.Recording) []string {
	var names []string
	for _, c := range r.Source.Channels {
		names = append(names, c.Name)
	}
	return names
}

// describe says a consent in a few words, for the audit log.
func describe(c rostrum.Consent, channel string) string {
	s := string(c.Kind)
	if channel != "" {
		s = "interpretation " + channel + ": " + s
	}
	if !c.Until.IsZero() {
		s += " until " + c.Until.UTC().Format("2006-01-02 15:04 UTC")
	}
	if c.How != "" {
		s += ", " + c.How
	}
	if c.Document != nil {
		s += ", with " + c.Document.Name
	}
	return s
}

const withheld = " interpretation is withheld: "

// noteBooths makes the notices on booths that nobody hears tell how it is now.
func noteBooths(x *rostrum.Intervention, channels []string, now time.Time) {
	x.Notices = slices.DeleteFunc(x.Notices, func(n string) bool { return strings.Contains(n, withheld) })
	for _, channel := range channels {
		if rostrum.MayHear(rostrum.Viewer{}, x, channel, now) == nil {
			continue
		}
		why := "no consent of the interpreters is recorded; record it, and it is heard at once."
		switch c := x.Booths[channel]; c.Kind {
		case rostrum.ConsentPartners:
			why = "the interpreters agreed to partners only."
		case rostrum.ConsentEmbargo:
			why = "it is under embargo until " + c.Until.UTC().Format("2 January 2006, 15:04 UTC") + ", and is heard by itself after that."
		case rostrum.ConsentPending:
			why = "the interpreters' consent is still pending."
		case rostrum.ConsentRefused:
			why = "the interpreters refused publication."
		}
		x.Notices = append(x.Notices, fmt.Sprintf("The %s%s%s", englishName(channel), withheld, why))
	}
}

func englishName(l string) string {
	tag, err := language.Parse(l)
	if err != nil {
		return l
	}
	if name := display.English.Languages().Name(tag); name != "" {
		return name
	}
	return l
}
