package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const linkSelect = `SELECT id, intervention, for_whom, by_whom, created, expires, revoked, opened FROM review_links `

func scanReviewLink(r row) (l rostrum.ReviewLink, err error) {
	err = r.Scan(&l.ID, &l.Intervention, &l.For, &l.By, asTime{&l.Created}, asTime{&l.Expires}, asTime{&l.Revoked}, asTime{&l.Opened})
	return l, err
}

// AddReviewLink adds a link. Of its secret only the digest is kept.
func (t *Tx) AddReviewLink(ctx context.Context, l rostrum.ReviewLink, secret rostrum.Digest) error {
	_, err := t.exec(ctx, `INSERT INTO review_links (id, secret, intervention, for_whom, by_whom, created, expires, revoked, opened)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		l.ID, secret, l.Intervention, l.For, l.By, instant(l.Created), instant(l.Expires), instant(l.Revoked), instant(l.Opened))
	return err
}

// ReviewLinks lists an intervention's links, oldest first.
func (r reader) ReviewLinks(ctx context.Context, id rostrum.InterventionID) ([]rostrum.ReviewLink, error) {
	return list(ctx, r, scanReviewLink, linkSelect+`WHERE intervention = $1 ORDER BY created, id`, id)
}

// ReviewLink gives a link by its identity; NotFound when there is none.
func (r reader) ReviewLink(ctx context.Context, id string) (rostrum.ReviewLink, error) {
	return one(ctx, r, "There is no such review link.", scanReviewLink, linkSelect+`WHERE id = $1`, id)
}

// ReviewLinkBySecret gives the link whose secret has a digest, whether it is still in force or not; NotFound when there is none.
func (r reader) ReviewLinkBySecret(ctx context.Context, secret rostrum.Digest) (rostrum.ReviewLink, error) {
	return one(ctx, r, "There is no such review link.", scanReviewLink, linkSelect+`WHERE secret = $1`, secret)
}

// OpenedReviewLink records when a link was opened last.
func (t *Tx) OpenedReviewLink(ctx context.Context, id string, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE review_links SET opened = $2 WHERE id = $1`, id, instant(at))
	return err
}

// RevokeReviewLink ends a link. One that has ended already stays as it is.
func (t *Tx) RevokeReviewLink(ctx context.Context, id string, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE review_links SET revoked = $2 WHERE id = $1 AND revoked = 0`, id, instant(at))
	return err
}

const commentSelect = `SELECT c.id, c.intervention, c.link, c.who, c.kind, c.frame, c.wish_in, c.wish_out, c.words, c.revision, c.at, c.resolved, c.resolved_by
	FROM comments c `

func scanComment(r row) (c rostrum.Comment, err error) {
	err = r.Scan(&c.ID, &c.Intervention, &c.Link, &c.Who, &c.Kind, &c.Frame, &c.Wish.In, &c.Wish.Out, &c.Text, &c.Revision, asTime{&c.At},
		asTime{&c.Resolved}, &c.ResolvedBy)
	return c, err
}

// AddComment adds what a reviewer says. Comments are never changed, only resolved.
func (t *Tx) AddComment(ctx context.Context, c rostrum.Comment) error {
	_, err := t.exec(ctx, `INSERT INTO comments (id, intervention, link, who, kind, frame, wish_in, wish_out, words, revision, at, resolved, resolved_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		c.ID, c.Intervention, c.Link, c.Who, c.Kind, c.Frame, c.Wish.In, c.Wish.Out, c.Text, c.Revision, instant(c.At), instant(c.Resolved), c.ResolvedBy)
	return err
}

// Comments lists what reviewers said about an intervention, oldest first.
func (r reader) Comments(ctx context.Context, id rostrum.InterventionID) ([]rostrum.Comment, error) {
	return list(ctx, r, scanComment, commentSelect+`WHERE c.intervention = $1 ORDER BY c.at, c.id`, id)
}

// CommentsOfRecording lists the comments on all interventions of a recording, in the order of their places on its timeline.
func (r reader) CommentsOfRecording(ctx context.Context, id rostrum.RecordingID) ([]rostrum.Comment, error) {
	return list(ctx, r, scanComment, commentSelect+`JOIN interventions i ON i.id = c.intervention WHERE i.recording = $1 ORDER BY c.frame, c.at, c.id`, id)
}

// Comment gives one comment; NotFound when there is none.
func (r reader) Comment(ctx context.Context, id string) (rostrum.Comment, error) {
	return one(ctx, r, "There is no such comment.", scanComment, commentSelect+`WHERE c.id = $1`, id)
}

// ResolveComment records that a comment was dealt with, and by whom; the zero time opens it again.
func (t *Tx) ResolveComment(ctx context.Context, id string, at time.Time, by string) error {
	_, err := t.exec(ctx, `UPDATE comments SET resolved = $2, resolved_by = $3 WHERE id = $1`, id, instant(at), by)
	return err
}
