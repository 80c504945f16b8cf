package catalogue

import (
	"context"
	"time"

	"rostrum"
)

const deliveryColumns = `id, account, origin, form, files, state, failure, recording, created, touched`

func scanDelivery(r row) (d *rostrum.Delivery, err error) {
	d = &rostrum.Delivery{}
	err = r.Scan(&d.ID, &d.Account, &d.Origin, asJSON{&d.Form}, asJSON{&d.Files}, &d.State, &d.Failure, &d.Recording, asTime{&d.Created}, asTime{&d.Touched})
	return d, err
}

// Delivery gives a delivery; NotFound when there is none.
func (r reader) Delivery(ctx context.Context, id rostrum.DeliveryID) (*rostrum.Delivery, error) {
	return one(ctx, r, "There is no such delivery; it may have been discarded.", scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = $1`, id)
}

// DeliveriesOf lists a person's deliveries that are not taken, and those taken since an instant, newest first.
func (r reader) DeliveriesOf(ctx context.Context, account rostrum.AccountID, since time.Time) ([]*rostrum.Delivery, error) {
	return list(ctx, r, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE account = $1 AND (state <> $2 OR touched >= $3) ORDER BY created DESC, id`,
		account, rostrum.DeliveryTaken, instant(since))
}

// Deliveries lists all deliveries that are not taken, and those taken since an instant, newest first.
func (r reader) Deliveries(ctx context.Context, since time.Time) ([]*rostrum.Delivery, error) {
	return list(ctx, r, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE state <> $1 OR touched >= $2 ORDER BY created DESC, id`,
		rostrum.DeliveryTaken, instant(since))
}

// LockDelivery does for a delivery what LockRecording does for a recording.
func (t *Tx) LockDelivery(ctx context.Context, id rostrum.DeliveryID) (*rostrum.Delivery, error) {
	if _, err := t.exec(ctx, `UPDATE deliveries SET state = state WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Delivery(ctx, id)
}

// PutDelivery adds a delivery or stores all that may change of it.
func (t *Tx) PutDelivery(ctx context.Context, d *rostrum.Delivery) error {
	_, err := t.exec(ctx, `INSERT INTO deliveries (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET form = excluded.form, files = excluded.files, state = excluded.state, failure = excluded.failure,
			recording = excluded.recording, touched = excluded.touched`,
		d.ID, d.Account, d.Origin, encode(d.Form), encode(d.Files), d.State, d.Failure, d.Recording, instant(d.Created), instant(d.Touched))
	return err
}

// DeleteDelivery forgets a delivery. Its bytes are the caller's to discard.
func (t *Tx) DeleteDelivery(ctx context.Context, id rostrum.DeliveryID) error {
	_, err := t.exec(ctx, `DELETE FROM deliveries WHERE id = $1`, id)
	return err
}

// AccountName is the name of an account; "" when there is none.
func (r reader) AccountName(ctx context.Context, id rostrum.AccountID) (string, error) {
	names, err := list(ctx, r, func(r row) (s string, err error) { err = r.Scan(&s); return s, err }, `SELECT name FROM accounts WHERE id = $1`, id)
	if err != nil || len(names) == 0 {
		return "", err
	}
	return names[0], nil
}
