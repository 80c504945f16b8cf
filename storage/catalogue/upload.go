package catalogue

import (
	"context"
	"encoding/hex"
	"time"

	"rostrum"
)

const uploadColumns = `id, account, delivery, name, bytes, received, fingerprint, digest_state, sha256, created, touched, finished`

func scanUpload(r row) (u *rostrum.Upload, err error) {
	u = &rostrum.Upload{}
	var state string
	var finished int64
	if err = r.Scan(&u.ID, &u.Account, &u.Delivery, &u.Name, &u.Bytes, &u.Offset, &u.Fingerprint, &state, &u.SHA256, asTime{&u.Created}, asTime{&u.Touched}, &finished); err != nil {
		return nil, err
	}
	u.Finished = finished != 0
	u.DigestState, err = hex.DecodeString(state)
	return u, err
}

// Upload gives an upload; NotFound when there is none.
func (r reader) Upload(ctx context.Context, id string) (*rostrum.Upload, error) {
	return one(ctx, r, "There is no such upload; it may have been discarded, or was left unfinished for too long.", scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE id = $1`, id)
}

// UploadsLike lists a person's uploads of a fingerprint, newest first: the same file, perhaps begun on another computer.
func (r reader) UploadsLike(ctx context.Context, account rostrum.AccountID, fingerprint string) ([]*rostrum.Upload, error) {
	return list(ctx, r, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE account = $1 AND fingerprint = $2 ORDER BY touched DESC, id`, account, fingerprint)
}

// UploadsLeft lists the uploads that are not finished and were last touched before an instant.
func (r reader) UploadsLeft(ctx context.Context, before time.Time) ([]*rostrum.Upload, error) {
	return list(ctx, r, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE finished = 0 AND touched < $1 ORDER BY touched, id`, instant(before))
}

// PutUpload adds an upload or stores how far it has come.
func (t *Tx) PutUpload(ctx context.Context, u *rostrum.Upload) error {
	_, err := t.exec(ctx, `INSERT INTO uploads (`+uploadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET delivery = excluded.delivery, received = excluded.received, digest_state = excluded.digest_state, sha256 = excluded.sha256,
			touched = excluded.touched, finished = excluded.finished`,
		u.ID, u.Account, u.Delivery, u.Name, u.Bytes, u.Offset, u.Fingerprint, hex.EncodeToString(u.DigestState), u.SHA256, instant(u.Created), instant(u.Touched), flag(u.Finished))
	return err
}

// DeleteUpload forgets an upload. Its bytes are the caller's to delete.
func (t *Tx) DeleteUpload(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM uploads WHERE id = $1`, id)
	return err
}
