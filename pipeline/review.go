package pipeline

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// How long a review link opens, and how much one link may say.
const (
	ReviewLasts                   = 14 * 24 * time.Hour // unless another time is chosen
	ReviewLongest                 = 90 * 24 * time.Hour
	WishReach                     = 30 * time.Second // how far another cut may lie from the one that was looked at
	commentsAnHour, commentsInAll = 30, 300
	longestComment                = 4000 // characters
)

// NewReviewLink makes a link for a speaker. The secret is told this once: only its digest is kept.
func (p *Pipeline) NewReviewLink(ctx context.Context, id rostrum.InterventionID, forWhom string, lasts time.Duration, who string) (l rostrum.ReviewLink, secret string, err error) {
	forWhom = strings.TrimSpace(forWhom)
	if lasts == 0 {
		lasts = ReviewLasts
	}
	switch {
	case lasts < time.Hour || lasts > ReviewLongest:
		return l, "", rostrum.Errorf(rostrum.Invalid, "A review link opens for 1 to %d days; choose a number of days between.", int(ReviewLongest.Hours()/24))
	case len([]rune(forWhom)) > 200:
		return l, "", rostrum.Errorf(rostrum.TooLarge, "The name of who gets the link is longer than 200 characters; shorten it.")
	}
	secret = strings.ToLower(rand.Text()) // 130 bits
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		if x.Recording == "" {
			return rostrum.Errorf(rostrum.Conflict, "%q has not been cut yet, so there is nothing to review.", x.Title)
		}
		if forWhom == "" {
			forWhom = x.Speaker
		}
		l = rostrum.ReviewLink{ID: catalogue.NewID(), Intervention: id, For: forWhom, By: who, Created: p.Now(), Expires: p.Now().Add(lasts)}
		if err := tx.AddReviewLink(ctx, l, secretDigest(secret)); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "review link", Subject: string(id),
			Detail: "for " + forWhom + ", until " + l.Expires.UTC().Format("2006-01-02 15:04 UTC")})
	})
	return l, secret, err
}

func secretDigest(secret string) rostrum.Digest { return digestOf([]byte("review:" + secret)) }

// RevokeReviewLink ends a link at once.
func (p *Pipeline) RevokeReviewLink(ctx context.Context, id, who string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		l, err := tx.ReviewLink(ctx, id)
		if err != nil || !l.Revoked.IsZero() {
			return err
		}
		if err := tx.RevokeReviewLink(ctx, id, p.Now()); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "review link", Subject: string(l.Intervention), Detail: "revoked: for " + l.For})
	})
}

// Review is what a review link opens.
type Review struct {
	Link         rostrum.ReviewLink
	Intervention *rostrum.Intervention
	Recording    *rostrum.Recording
	Manifest     *rostrum.Manifest // of the newest revision that is ready; nil while there is none
}

// Review finds what a secret opens: NotFound when it never opened anything, Withdrawn when it does no longer.
func (p *Pipeline) Review(ctx context.Context, secret string) (*Review, error) {
	l, err := p.Catalogue.ReviewLinkBySecret(ctx, secretDigest(strings.ToLower(secret)))
	if err != nil {
		return nil, err
	}
	if !l.Revoked.IsZero() || !p.Now().Before(l.Expires) {
		return nil, rostrum.Errorf(rostrum.Withdrawn, "This link no longer opens anything; ask %s for a new one.", l.By)
	}
	x, err := p.Catalogue.Intervention(ctx, l.Intervention)
	if err != nil {
		return nil, err
	}
	v := &Review{Link: l, Intervention: x}
	if v.Recording, err = p.Catalogue.Recording(ctx, x.Recording); err != nil {
		return nil, err
	}
	v.Manifest, err = p.NewestReady(ctx, x)
	return v, err
}

// NewestReady gives the manifest of an intervention's newest revision that is ready; nil when none is.
func (p *Pipeline) NewestReady(ctx context.Context, x *rostrum.Intervention) (*rostrum.Manifest, error) {
	return p.Catalogue.ReadyBefore(ctx, x.ID, x.Revision+1)
}

// Opened records that a link was opened now.
func (p *Pipeline) Opened(ctx context.Context, l rostrum.ReviewLink) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.OpenedReviewLink(ctx, l.ID, p.Now()) })
}

// Said is what a reviewer says.
type Said struct {
	Who  string
	Kind rostrum.CommentKind
	At   time.Duration // in the intervention as it was looked at; 0 for the whole
	Text string
	// Begin and End are where another cut should begin and end, counted from the beginning of the one that was looked at; nil where the
	// words alone say it. They lie within WishReach of its ends.
	Begin, End *time.Duration
}

// Comment records what a reviewer says through a link. Refused when too much was said through it.
func (p *Pipeline) Comment(ctx context.Context, v *Review, s Said) error {
	c, err := comment(v, s)
	if err != nil {
		return err
	}
	c.ID, c.At = catalogue.NewID(), p.Now()
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if _, err := tx.LockIntervention(ctx, c.Intervention); err != nil {
			return err
		}
		all, err := tx.Comments(ctx, c.Intervention)
		if err != nil {
			return err
		}
		lately, ever := 0, 0
		for _, old := range all {
			if old.Link == c.Link {
				ever++
				if old.At.After(p.Now().Add(-time.Hour)) {
					lately++
				}
			}
		}
		if lately >= commentsAnHour || ever >= commentsInAll {
			return rostrum.Errorf(rostrum.Refused, "Very many comments came through this link; please wait an hour, or write to %s.", v.Link.By)
		}
		if err := tx.AddComment(ctx, c); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: c.At, Who: c.Who, Action: "review", Subject: string(c.Intervention), Detail: string(c.Kind) + ", through the link for " + v.Link.For})
	})
}

func comment(v *Review, s Said) (c rostrum.Comment, err error) {
	if v.Manifest == nil {
		return c, rostrum.Errorf(rostrum.Conflict, "The recording is being made again; please come back in a few minutes.")
	}
	rate, span := v.Recording.Rate, v.Manifest.Span
	who := strings.TrimSpace(s.Who)
	if who == "" {
		who = v.Link.For
	}
	text := strings.TrimSpace(s.Text)
	switch {
	case s.Kind != rostrum.Remark && s.Kind != rostrum.Approval && s.Kind != rostrum.AnotherCut:
		return c, rostrum.Errorf(rostrum.Invalid, "Say whether it is a comment, an approval, or the wish for another cut.")
	case len([]rune(text)) > longestComment:
		return c, rostrum.Errorf(rostrum.TooLarge, "The comment is longer than %d characters; please shorten it, or send it in two.", longestComment)
	case len([]rune(who)) > 200:
		return c, rostrum.Errorf(rostrum.TooLarge, "The name is longer than 200 characters; please shorten it.")
	case text == "" && s.Kind == rostrum.Remark:
		return c, rostrum.Errorf(rostrum.Invalid, "The comment is empty; please write what should change.")
	case text == "" && s.Kind == rostrum.AnotherCut && s.Begin == nil && s.End == nil:
		return c, rostrum.Errorf(rostrum.Invalid, "Please write which other cut you would like, or give its beginning or its end.")
	case s.At < 0 || s.At > v.Manifest.Duration:
		return c, rostrum.Errorf(rostrum.Invalid, "The time lies outside the recording, which lasts %s; please correct it.", rostrum.Elapsed(v.Manifest.Duration))
	}
	c = rostrum.Comment{Intervention: v.Intervention.ID, Link: v.Link.ID, Who: who, Kind: s.Kind, Frame: span.In + rate.FrameAt(s.At), Text: text, Revision: v.Manifest.Revision}
	if s.Kind != rostrum.AnotherCut || s.Begin == nil && s.End == nil {
		return c, nil
	}
	c.Wish = span
	for _, end := range []struct {
		to   *rostrum.Frame
		said *time.Duration
		now  time.Duration
		what string
	}{{&c.Wish.In, s.Begin, 0, "beginning"}, {&c.Wish.Out, s.End, v.Manifest.Duration, "end"}} {
		if end.said == nil {
			continue
		}
		if off := *end.said - end.now; off < -WishReach || off > WishReach {
			return c, rostrum.Errorf(rostrum.Invalid, "The new %s lies more than %d seconds from where it is now; please say in words what you would like.", end.what, int(WishReach.Seconds()))
		}
		*end.to = min(max(span.In+offset(rate, *end.said), 0), v.Recording.Frames)
	}
	if err := c.Wish.Check(rate, v.Recording.Frames); err != nil {
		return c, rostrum.Errorf(rostrum.Invalid, "The new beginning lies after the new end; please correct the times.")
	}
	return c, nil
}

// offset is a time in frames, before the beginning too.
func offset(r rostrum.Rate, d time.Duration) rostrum.Frame {
	if d < 0 {
		return -r.FrameAt(-d)
	}
	return r.FrameAt(d)
}

// ResolveComment records that what a reviewer said was dealt with, or opens it again.
func (p *Pipeline) ResolveComment(ctx context.Context, id string, resolved bool, who string) (c rostrum.Comment, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if c, err = tx.Comment(ctx, id); err != nil || resolved == !c.Resolved.IsZero() {
			return err
		}
		c.Resolved, c.ResolvedBy = time.Time{}, ""
		action := "reopen"
		if resolved {
			c.Resolved, c.ResolvedBy, action = p.Now(), who, "resolve"
		}
		if err := tx.ResolveComment(ctx, id, c.Resolved, c.ResolvedBy); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: action, Subject: string(c.Intervention), Detail: fmt.Sprintf("the comment of %s", c.Who)})
	})
	return c, err
}
