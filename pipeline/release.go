package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

const scheduleAction = "schedule"

// Schedule has an intervention published at an instant, or, with the zero time, no longer. Refused when nothing that is known now would
// let it be published then; Invalid for an instant that is past.
func (p *Pipeline) Schedule(ctx context.Context, id rostrum.InterventionID, at time.Time, who string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		detail := "no longer"
		if !at.IsZero() {
			switch {
			case !at.After(p.Now()):
				return rostrum.Errorf(rostrum.Invalid, "That time is past; choose one to come, or publish it now.")
			case at.After(p.Now().AddDate(2, 0, 0)):
				return rostrum.Errorf(rostrum.Invalid, "That time is more than two years away; choose an earlier one.")
			case x.State == rostrum.Published && x.PublishedRevision == x.Revision:
				return rostrum.Errorf(rostrum.Conflict, "%q is published already.", x.Title)
			}
			if err := x.MayPublish(at); err != nil {
				return rostrum.Errorf(rostrum.Refused, "%q can't be published then. %w", x.Title, err)
			}
			detail = at.UTC().Format("2006-01-02 15:04 UTC")
		}
		if x.PublishAt.Equal(at) {
			return nil
		}
		x.PublishAt = at
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: scheduleAction, Subject: string(id), Detail: detail})
	})
}

// PublishDue publishes what was scheduled and is due, and says how many. What is not ready yet stays due; what may not be published loses
// its time, and says why in its notices. It may run anywhere, at any time, and at the same time as itself.
func (p *Pipeline) PublishDue(ctx context.Context) (int, error) {
	due, err := p.Catalogue.InterventionsDue(ctx, p.Now())
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, x := range due {
		published, err := p.publishDue(ctx, x.ID)
		if published {
			n++
		}
		failed = append(failed, err)
	}
	return n, errors.Join(failed...)
}

func (p *Pipeline) publishDue(ctx context.Context, id rostrum.InterventionID) (published bool, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		x, err := tx.LockIntervention(ctx, id)
		if err != nil {
			return err
		}
		if x.PublishAt.IsZero() || x.PublishAt.After(p.Now()) { // another was faster, or it was put off
			return nil
		}
		who, err := scheduledBy(ctx, tx, id)
		if err != nil {
			return err
		}
		err = p.publish(ctx, tx, id, who, "")
		switch rostrum.ErrorCode(err) {
		case "":
			published = true
			return nil
		case rostrum.Conflict: // not ready yet
			return nil
		case rostrum.Refused:
		default:
			return err
		}
		why := rostrum.ErrorMessage(err)
		x.PublishAt = time.Time{}
		if !slices.Contains(x.Notices, why) {
			x.Notices = append(x.Notices, why)
		}
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: "rostrum", Action: scheduleAction, Subject: string(id), Detail: "failed: " + why})
	})
	return published && err == nil, err
}

// scheduledBy is who chose the time: what happens then is that person's doing.
func scheduledBy(ctx context.Context, tx *catalogue.Tx, id rostrum.InterventionID) (string, error) {
	log, err := tx.AuditOf(ctx, string(id))
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(log) {
		if e.Action == scheduleAction {
			return e.Who, nil
		}
	}
	return "rostrum", nil
}
