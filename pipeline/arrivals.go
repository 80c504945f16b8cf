package pipeline

import (
	"context"
	"fmt"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/uploads"
)

// Ledger keeps what is known of the files that are arriving (uploads.Ledger). Each step of a file is a step of its delivery in the same
// transaction, so that the last byte of the last file also queues the taking in.
func (p *Pipeline) Ledger() uploads.Ledger { return ledger{p} }

type ledger struct{ p *Pipeline }

func (l ledger) Create(ctx context.Context, u rostrum.Upload) error {
	return l.p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := tx.PutUpload(ctx, &u); err != nil {
			return err
		}
		return l.p.FileArrived(ctx, tx, u)
	})
}

func (l ledger) Progress(ctx context.Context, id string, offset int64, digestState []byte, now time.Time) error {
	return l.change(ctx, id, func(u *rostrum.Upload) {
		if !u.Finished {
			u.Offset, u.DigestState, u.Touched = offset, digestState, now
		}
	})
}

func (l ledger) Finish(ctx context.Context, id string, digest rostrum.Digest) error {
	return l.change(ctx, id, func(u *rostrum.Upload) { u.Finished, u.SHA256, u.Offset, u.Touched = true, digest, u.Bytes, l.p.Now() })
}

func (l ledger) change(ctx context.Context, id string, change func(*rostrum.Upload)) error {
	return l.p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		u, err := tx.Upload(ctx, id)
		if err != nil {
			return err
		}
		change(u)
		if err := tx.PutUpload(ctx, u); err != nil {
			return err
		}
		return l.p.FileArrived(ctx, tx, *u)
	})
}

func (l ledger) Get(ctx context.Context, id string) (rostrum.Upload, error) {
	u, err := l.p.Catalogue.Upload(ctx, id)
	if err != nil {
		return rostrum.Upload{}, err
	}
	return *u, nil
}

func (l ledger) Delete(ctx context.Context, id string) error {
	return l.p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.DeleteUpload(ctx, id) })
}

func (l ledger) Unfinished(ctx context.Context) ([]rostrum.Upload, error) {
	all, err := l.p.Catalogue.UploadsLeft(ctx, l.p.Now().Add(time.Hour)) // all: none is touched in the future
	var values []rostrum.Upload
	for _, u := range all {
		values = append(values, *u)
	}
	return values, err
}

// AdmitUpload refuses a file of a delivery that is not the sender's, or that takes no more files.
func (p *Pipeline) AdmitUpload(ctx context.Context, u rostrum.Upload) (largest int64, err error) {
	d, err := p.Catalogue.Delivery(ctx, u.Delivery)
	switch {
	case err != nil:
		return 0, err
	case d.Account != u.Account:
		return 0, rostrum.Errorf(rostrum.NotFound, "There is no such delivery; it may have been discarded.")
	case d.State == rostrum.DeliveryTaken:
		return 0, rostrum.Errorf(rostrum.Conflict, "This delivery has been taken in already; begin another one for this file.")
	}
	return 0, nil
}

// ExpireUploads removes what was begun and left for longer than rostrum.UnfinishedLives, and tells its owners. A delivery of which
// nothing is left but what was typed stays.
func (p *Pipeline) ExpireUploads(ctx context.Context) error {
	gone, err := p.Uploads.Expire(ctx, p.Now().Add(-rostrum.UnfinishedLives))
	for _, u := range gone {
		e := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
			d, err := tx.LockDelivery(ctx, u.Delivery)
			if rostrum.ErrorCode(err) == rostrum.NotFound {
				err, d = nil, nil
			}
			if err != nil {
				return err
			}
			text := fmt.Sprintf("The upload of %s was left unfinished for %d days and has been removed. What you typed about it is still there; send the file again.",
				u.Name, int(rostrum.UnfinishedLives.Hours()/24))
			if d != nil {
				d.Files = without(d.Files, u.ID)
				d.State, d.Failure, d.Touched = rostrum.DeliveryOpen, text, p.Now()
				if err := tx.PutDelivery(ctx, d); err != nil {
					return err
				}
			}
			if err := tx.Notify(ctx, u.Account, p.Now(), text); err != nil {
				return err
			}
			return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: "rostrum", Action: "expire", Subject: string(u.Delivery), Detail: u.Name})
		})
		if err == nil {
			err = e
		}
	}
	return err
}

func without(files []rostrum.DeliveryFile, upload string) []rostrum.DeliveryFile {
	var kept []rostrum.DeliveryFile
	for _, f := range files {
		if f.Upload != upload {
			kept = append(kept, f)
		}
	}
	return kept
}
