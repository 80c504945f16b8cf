package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
	"rostrum/storage/uploads"
)

// takeKind is the task that takes a delivery in. Its key is the delivery's.
const takeKind = "take"

// largestSideFile is the most that is read of a cut list or of captions, in bytes: the readers' own limits are lower.
const largestSideFile = 32 << 20

// OpenDelivery begins a delivery.
func (p *Pipeline) OpenDelivery(ctx context.Context, form rostrum.DeliveryForm, who rostrum.Actor) (*rostrum.Delivery, error) {
	d := &rostrum.Delivery{ID: rostrum.DeliveryID(catalogue.NewID()), Account: who.Account, Origin: rostrum.FromBrowser, Form: form,
		State: rostrum.DeliveryOpen, Created: p.Now(), Touched: p.Now()}
	return d, p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.PutDelivery(ctx, d) })
}

// changeDelivery changes a delivery of somebody's that has not been taken in.
func (p *Pipeline) changeDelivery(ctx context.Context, id rostrum.DeliveryID, who rostrum.Actor, change func(*catalogue.Tx, *rostrum.Delivery) error) (d *rostrum.Delivery, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if d, err = tx.LockDelivery(ctx, id); err != nil {
			return err
		}
		if !mayTouch(d, who) {
			return rostrum.Errorf(rostrum.NotFound, "There is no such delivery; it may have been discarded.")
		}
		if d.State == rostrum.DeliveryTaken {
			return rostrum.Errorf(rostrum.Conflict, "This delivery has been taken in already; change the recording itself.")
		}
		if err := change(tx, d); err != nil {
			return err
		}
		d.Touched = p.Now()
		return tx.PutDelivery(ctx, d)
	})
	return d, err
}

// mayTouch says whether a delivery is the actor's own. An administrator may touch all.
func mayTouch(d *rostrum.Delivery, who rostrum.Actor) bool {
	return d.Account == who.Account || who.May(rostrum.Administer) == nil
}

// SaveDelivery keeps what was typed about a delivery. Nothing is checked: it may be half a word.
func (p *Pipeline) SaveDelivery(ctx context.Context, id rostrum.DeliveryID, form rostrum.DeliveryForm, who rostrum.Actor) (*rostrum.Delivery, error) {
	return p.changeDelivery(ctx, id, who, func(_ *catalogue.Tx, d *rostrum.Delivery) error {
		d.Form = form
		return nil
	})
}

// SortDelivery says what the files of a delivery are for and in which order they stand. Files that are not named stay as they are; a
// file named with the kind "" is taken out of it, and its bytes are the caller's to discard. A submitted delivery of which nothing is missing
// any more is taken in.
func (p *Pipeline) SortDelivery(ctx context.Context, id rostrum.DeliveryID, files []rostrum.DeliveryFile, who rostrum.Actor) (*rostrum.Delivery, error) {
	return p.changeDelivery(ctx, id, who, func(tx *catalogue.Tx, d *rostrum.Delivery) error {
		for _, f := range files {
			i := slices.IndexFunc(d.Files, func(x rostrum.DeliveryFile) bool { return x.Upload == f.Upload })
			switch {
			case i < 0:
				return rostrum.Errorf(rostrum.NotFound, "The delivery has no file %s any more; reload the page.", f.Name)
			case f.Kind == "":
				d.Files = slices.Delete(d.Files, i, i+1)
			default:
				d.Files[i].Kind, d.Files[i].Language, d.Files[i].Position = f.Kind, f.Language, f.Position
			}
		}
		slices.SortStableFunc(d.Files, func(a, b rostrum.DeliveryFile) int { return a.Position - b.Position })
		return p.takeIfWhole(ctx, tx, d)
	})
}

// SubmitDelivery says that a delivery is complete: it is taken in as soon as all its bytes are there. Invalid, with what is missing,
// when it cannot be.
func (p *Pipeline) SubmitDelivery(ctx context.Context, id rostrum.DeliveryID, who rostrum.Actor) (*rostrum.Delivery, error) {
	return p.changeDelivery(ctx, id, who, func(tx *catalogue.Tx, d *rostrum.Delivery) error {
		if _, err := p.incoming(ctx, d, who.Name, false); err != nil {
			return err
		}
		d.State, d.Failure = rostrum.DeliverySubmitted, ""
		entry := catalogue.Entry{At: p.Now(), Who: who.Name, Action: "send", Subject: string(d.ID), Detail: d.Form.Meeting + ": " + fileNames(d)}
		if err := tx.Log(ctx, entry); err != nil {
			return err
		}
		return p.takeIfWhole(ctx, tx, d)
	})
}

func fileNames(d *rostrum.Delivery) string {
	var names []string
	for _, f := range d.Files {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// takeIfWhole queues the taking in of a submitted delivery whose bytes are all there.
func (p *Pipeline) takeIfWhole(ctx context.Context, tx *catalogue.Tx, d *rostrum.Delivery) error {
	if d.State != rostrum.DeliverySubmitted || slices.ContainsFunc(d.Files, func(f rostrum.DeliveryFile) bool { return f.SHA256 == "" }) {
		return nil
	}
	return p.Queue.Add(ctx, tx.SQL(), queue.Task{Kind: takeKind, Key: string(d.ID), Lane: queue.Render, Priority: 1, Unique: true})
}

// WithdrawSubmission opens a submitted or refused delivery again, so that it can be changed.
func (p *Pipeline) WithdrawSubmission(ctx context.Context, id rostrum.DeliveryID, who rostrum.Actor) (*rostrum.Delivery, error) {
	return p.changeDelivery(ctx, id, who, func(_ *catalogue.Tx, d *rostrum.Delivery) error {
		d.State = rostrum.DeliveryOpen
		return nil
	})
}

// DiscardDelivery forgets a delivery that has not been taken in, with all its bytes.
func (p *Pipeline) DiscardDelivery(ctx context.Context, id rostrum.DeliveryID, who rostrum.Actor) error {
	d, err := p.changeDelivery(ctx, id, who, func(tx *catalogue.Tx, d *rostrum.Delivery) error {
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who.Name, Action: "discard", Subject: string(d.ID), Detail: fileNames(d)})
	})
	if err != nil {
		return err
	}
	for _, f := range d.Files {
		err = errors.Join(err, p.Uploads.Discard(ctx, f.Upload))
	}
	if err != nil {
		return err
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error { return tx.DeleteDelivery(ctx, id) })
}

// incoming makes of a delivery what Receive takes; with files opened if open says so. Invalid says what is missing.
func (p *Pipeline) incoming(ctx context.Context, d *rostrum.Delivery, who string, open bool) (in Incoming, err error) {
	form := d.Form
	in = Incoming{ID: rostrum.RecordingID(d.ID), Meeting: form.Meeting, Consent: form.Consent, Publish: form.Publish, Who: who,
		Uncut: !form.WholeAsOne, Captions: map[rostrum.Language]SideFile{}}
	if form.Meeting == "" {
		return in, rostrum.Errorf(rostrum.Invalid, "The meeting is not chosen yet; choose it, or make it under Meetings.")
	}
	if _, err := p.Catalogue.MeetingBySlug(ctx, form.Meeting); err != nil {
		return in, rostrum.Errorf(rostrum.Invalid, "There is no meeting %q; choose another one, or make it under Meetings.", form.Meeting)
	}
	if form.Consent != "" {
		if in.Consent, err = rostrum.ParseConsent(string(form.Consent)); err != nil {
			return in, err
		}
	}
	if form.Consent == rostrum.ConsentEmbargo {
		if in.Until, err = time.Parse(time.RFC3339, form.Until); err != nil {
			return in, rostrum.Errorf(rostrum.Invalid, "An embargo needs the day and the hour at which it ends.")
		}
	}
	if form.Recorded != "" {
		if in.Recorded, err = time.Parse(time.RFC3339, form.Recorded); err != nil {
			return in, rostrum.Errorf(rostrum.Invalid, "The time of the recording, %q, can't be read.", form.Recorded)
		}
	}
	switch {
	case form.Room != "":
		room, err := p.Catalogue.Room(ctx, form.Room)
		if err != nil {
			return in, err
		}
		in.Channels = room.Channels
	case len(form.Channels) > 0:
		if in.Channels, err = rostrum.ParseChannels(form.Channels); err != nil {
			return in, err
		}
	}
	return in, p.addFiles(ctx, &in, d, open)
}

// addFiles puts the files of a delivery where they belong.
func (p *Pipeline) addFiles(ctx context.Context, in *Incoming, d *rostrum.Delivery, open bool) error {
	main := false
	for _, f := range d.Files {
		file := File{Name: f.Name, Bytes: f.Bytes, Arrived: &Arrived{SHA256: f.SHA256}}
		var side SideFile
		if open {
			file.Arrived.Key = uploads.Key(f.Upload)
			if f.Kind == rostrum.SheetFile || f.Kind == rostrum.CaptionFile {
				var err error
				if side, err = p.sideFile(ctx, f); err != nil {
					return err
				}
			}
		}
		switch f.Kind {
		case rostrum.RecordingFile:
			if main {
				in.More = append(in.More, file)
			} else {
				in.File, main = file, true
			}
		case rostrum.SheetFile:
			if in.Sheet != nil {
				return rostrum.Errorf(rostrum.Invalid, "There are two cut lists, %s and %s; keep one.", in.Sheet.Name, f.Name)
			}
			side.Name = f.Name
			in.Sheet = &side
		case rostrum.CaptionFile:
			if f.Language == "" {
				return rostrum.Errorf(rostrum.Invalid, "The language of the captions %s is not said; choose it.", f.Name)
			}
			if has, twice := in.Captions[f.Language]; twice {
				return rostrum.Errorf(rostrum.Invalid, "There are two caption files in %s, %s and %s; keep one.", f.Language, has.Name, f.Name)
			}
			side.Name = f.Name
			in.Captions[f.Language] = side
		case rostrum.SoundBesides:
			if f.Language == "" {
				return rostrum.Errorf(rostrum.Invalid, "The language of the sound %s is not said; choose it, or “floor”.", f.Name)
			}
			in.Beside = append(in.Beside, SoundBeside{File: file, Channel: string(f.Language)})
		default:
			return rostrum.Errorf(rostrum.Invalid, "It is not said what %s is for; choose it.", f.Name)
		}
	}
	if !main {
		return rostrum.Errorf(rostrum.Invalid, "There is no recording in this delivery yet; add the file, or say which of them it is.")
	}
	return nil
}

func (p *Pipeline) sideFile(ctx context.Context, f rostrum.DeliveryFile) (SideFile, error) {
	if f.Bytes > largestSideFile {
		return SideFile{}, rostrum.Errorf(rostrum.TooLarge, "%s is larger than %d MB, which no cut list and no caption file is; please check that it is the right file.", f.Name, largestSideFile>>20)
	}
	o, err := p.Store.Open(ctx, uploads.Key(f.Upload))
	if err != nil {
		return SideFile{}, err
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	return SideFile{Name: f.Name, Data: data}, err
}

// takeDelivery takes a submitted delivery in. What is wrong with it is told to its sender, and its bytes stay; what may pass is
// tried again.
func (p *Pipeline) takeDelivery(ctx context.Context, id rostrum.DeliveryID) error {
	d, err := p.Catalogue.Delivery(ctx, id)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil
	}
	if err != nil || d.State != rostrum.DeliverySubmitted {
		return err
	}
	var receipt *Receipt
	if r, e := p.Catalogue.Recording(ctx, rostrum.RecordingID(id)); e == nil {
		receipt = &Receipt{Recording: r} // taken, by a run that ended before it could say so
	} else {
		var in Incoming
		if in, err = p.incoming(ctx, d, p.senderOf(ctx, d), true); err == nil {
			receipt, err = p.Receive(ctx, in)
		}
	}
	if err != nil {
		switch rostrum.ErrorCode(err) {
		case rostrum.Unavailable, rostrum.Internal:
			return err
		}
		return p.refuseDelivery(ctx, id, rostrum.ErrorMessage(err))
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		d, err := tx.LockDelivery(ctx, id)
		if err != nil {
			return err
		}
		d.State, d.Failure, d.Recording, d.Touched = rostrum.DeliveryTaken, "", receipt.Recording.ID, p.Now()
		return tx.PutDelivery(ctx, d)
	})
	if err != nil {
		return err
	}
	for _, f := range d.Files { // side files, and what was here before
		if err := p.Uploads.Discard(ctx, f.Upload); err != nil {
			p.Log.Warn("what was sent and is no longer needed was not deleted", "upload", f.Upload, "error", err)
		}
	}
	return nil
}

// senderOf is the name of whoever sent a delivery.
func (p *Pipeline) senderOf(ctx context.Context, d *rostrum.Delivery) string {
	if name, err := p.Catalogue.AccountName(ctx, d.Account); err == nil && name != "" {
		return name
	}
	return string(d.Origin)
}

// refuseDelivery says why a delivery could not be taken in.
func (p *Pipeline) refuseDelivery(ctx context.Context, id rostrum.DeliveryID, why string) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		d, err := tx.LockDelivery(ctx, id)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		d.State, d.Failure, d.Touched = rostrum.DeliveryRefused, why, p.Now()
		return tx.PutDelivery(ctx, d)
	})
}

// FileArrived records that a file of a delivery has come as far as received bytes; with its digest, that it is whole. A file that begins
// becomes one of its files, of the kind that its name says.
func (p *Pipeline) FileArrived(ctx context.Context, tx *catalogue.Tx, u rostrum.Upload) error {
	d, err := tx.LockDelivery(ctx, u.Delivery)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil // the upload will be found again by its fingerprint
	}
	if err != nil {
		return err
	}
	i := slices.IndexFunc(d.Files, func(f rostrum.DeliveryFile) bool { return f.Upload == u.ID })
	if i < 0 && u.Offset > 0 {
		return nil // it was taken out while a piece of it was on the way
	}
	if i < 0 {
		d.Files = append(d.Files, rostrum.DeliveryFile{Upload: u.ID, Name: u.Name, Bytes: u.Bytes, Position: len(d.Files)})
		i = len(d.Files) - 1
		guessKinds(d)
	}
	d.Files[i].Received, d.Files[i].SHA256, d.Touched = u.Offset, u.SHA256, p.Now()
	if err := tx.PutDelivery(ctx, d); err != nil {
		return err
	}
	return p.takeIfWhole(ctx, tx, d)
}

// guessKinds says of the files whose kind nobody has said what they are for, by their names.
func guessKinds(d *rostrum.Delivery) {
	var names []string
	for _, f := range d.Files {
		names = append(names, f.Name)
	}
	for _, b := range rostrum.Bundles(names) {
		for _, f := range b.Files {
			if d.Files[f.Index].Kind == "" {
				d.Files[f.Index].Kind, d.Files[f.Index].Language = f.Kind, f.Language
			}
		}
	}
}

// failedDelivery puts into words that a delivery was given up after all attempts.
func (p *Pipeline) failedDelivery(ctx context.Context, id, why string) error {
	return p.refuseDelivery(ctx, rostrum.DeliveryID(id), fmt.Sprintf("It could not be taken in, though it was tried several times. %s Nothing is lost: try it again.", why))
}
