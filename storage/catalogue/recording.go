package catalogue

import (
	"context"
	"encoding/hex"

	"rostrum"
)

const recordingColumns = `id, meeting, name, sha256, bytes, state, failure, rate, frames, source, rungs, encoder, encoder_av1, secret, notices, received`

func scanRecording(r row) (*rostrum.Recording, error) {
	var x rostrum.Recording
	var rate, secret string
	err := r.Scan(&x.ID, &x.Meeting, &x.Name, &x.SHA256, &x.Bytes, &x.State, &x.Failure, &rate, &x.Frames, asJSON{&x.Source}, asJSON{&x.Rungs},
		&x.Encoder, &x.EncoderAV1, &secret, asJSON{&x.Notices}, asTime{&x.Received})
	if err != nil {
		return nil, err
	}
	if rate != "" {
		if x.Rate, err = rostrum.ParseRate(rate); err != nil {
			return nil, err
		}
	}
	x.Secret, err = hex.DecodeString(secret)
	return &x, err
}

// Recording gives a recording; NotFound when there is none.
func (r reader) Recording(ctx context.Context, id rostrum.RecordingID) (*rostrum.Recording, error) {
	return one(ctx, r, "There is no such recording.", scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE id = $1`, id)
}

// RecordingByDigest gives the recording with these bytes; NotFound when there is none.
func (r reader) RecordingByDigest(ctx context.Context, d rostrum.Digest) (*rostrum.Recording, error) {
	return one(ctx, r, "There is no such recording.", scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE sha256 = $1`, d)
}

// Recordings lists all recordings, newest first.
func (r reader) Recordings(ctx context.Context) ([]*rostrum.Recording, error) {
	return list(ctx, r, scanRecording, `SELECT `+recordingColumns+` FROM recordings ORDER BY received DESC, id`)
}

// PutRecording adds a recording, or stores all that may change of it. Its meeting, bytes and digest never change.
func (t *Tx) PutRecording(ctx context.Context, x *rostrum.Recording) error {
	rate := ""
	if x.Rate.Num > 0 {
		rate = x.Rate.String()
	}
	_, err := t.exec(ctx, `INSERT INTO recordings (`+recordingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, failure = excluded.failure, rate = excluded.rate, frames = excluded.frames,
			source = excluded.source, rungs = excluded.rungs, encoder = excluded.encoder,
			encoder_av1 = excluded.encoder_av1, notices = excluded.notices`,
		x.ID, x.Meeting, x.Name, x.SHA256, x.Bytes, x.State, x.Failure, rate, x.Frames, encode(x.Source), encode(x.Rungs), x.Encoder, x.EncoderAV1,
		hex.EncodeToString(x.Secret), encode(x.Notices), instant(x.Received))
	return err
}

// LockRecording keeps every other transaction from changing the recording until this one ends, so that what is read after
// it can be written back whole. The statement changes nothing: an UPDATE locks the row on both databases.
func (t *Tx) LockRecording(ctx context.Context, id rostrum.RecordingID) (*rostrum.Recording, error) {
	if _, err := t.exec(ctx, `UPDATE recordings SET state = state WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Recording(ctx, id)
}
