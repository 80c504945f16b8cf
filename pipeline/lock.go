package pipeline

import (
	"context"
	"strings"

	"rostrum"
	"rostrum/storage/catalogue"
)

// cutLock is the subject of the lock on a recording's draft.
func cutLock(id rostrum.RecordingID) string { return "cut/" + string(id) }

// LockCut says that a window, named by holder, goes on changing a recording's draft, and gives who holds it now and whether that is the window.
// Call it every few seconds, well within rostrum.LockLives. take takes the lock over from another window, be it of somebody else or of the
// same person, which the audit log keeps. Invalid without a holder's name.
func (p *Pipeline) LockCut(ctx context.Context, id rostrum.RecordingID, holder string, who rostrum.Actor, take bool) (l rostrum.Lock, mine bool, err error) {
	if holder == "" || len(holder) > 64 {
		return l, false, rostrum.Errorf(rostrum.Invalid, "A window that holds a lock needs a name of 1 to 64 characters; load the page anew.")
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if _, err := tx.LockRecording(ctx, id); err != nil {
			return err
		}
		now := p.Now()
		before, err := tx.Lock(ctx, cutLock(id), now)
		if err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
			return err
		}
		over := err == nil && before.Holder != holder
		mine, err = tx.TakeLock(ctx, rostrum.Lock{Subject: cutLock(id), Holder: holder, Account: who.Account, Name: who.Name, Since: now, Seen: now}, take)
		if err != nil {
			return err
		}
		if over && mine {
			if err := tx.Log(ctx, catalogue.Entry{At: now, Who: who.Name, Action: "take over", Subject: string(id), Detail: "cutting, from " + before.Name}); err != nil {
				return err
			}
		}
		l, err = tx.Lock(ctx, cutLock(id), now)
		return err
	})
	return l, mine, err
}

// UnlockCut ends the lock of a window. A window that does not hold it changes nothing.
func (p *Pipeline) UnlockCut(ctx context.Context, id rostrum.RecordingID, holder string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.DropLock(ctx, cutLock(id), holder) })
}

// Cutting says who holds the locks on drafts now, by recording.
func (p *Pipeline) Cutting(ctx context.Context) (map[rostrum.RecordingID]rostrum.Lock, error) {
	all, err := p.Catalogue.Locks(ctx, p.Now())
	by := map[rostrum.RecordingID]rostrum.Lock{}
	for _, l := range all {
		if id, ok := strings.CutPrefix(l.Subject, cutLock("")); ok {
			by[rostrum.RecordingID(id)] = l
		}
	}
	return by, err
}
