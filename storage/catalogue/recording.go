package catalogue

import (
	"context"
	"encoding/hex"

	"rostrum"
)

const recordingColumns = `id, meeting, name, sha256, bytes, state, failure, rate, frames, source, rungs, encoder, secret, notices, received`

func scanRecording(r row) (*rostrum.Recording, error) {
	var x rostrum.Recording
	var rate, secret string
	err := r.Scan(&x.ID, &x.Meeting, &x.Name, &x.SHA256, &x.Bytes, &x.State, &x.Failure, &rate, &x.Frames, asJSON{&x.Source}, asJSON{&x.Rungs},
		&x.Encoder, &secret, asJSON{&x.Notices}, asTime{&x.Received})
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
	_, err := t.exec(ctx, `INSERT INTO recordings (`+recordingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, failure = excluded.failure, rate = excluded.rate, frames = excluded.frames,
			source = excluded.source, rungs = excluded.rungs, encoder = excluded.encoder, notices = excluded.notices`,
		x.ID, x.Meeting, x.Name, x.SHA256, x.Bytes, x.State, x.Failure, rate, x.Frames, encode(x.Source), encode(x.Rungs), x.Encoder,
		hex.EncodeToString(x.Secret), encode(x.Notices), instant(x.Received))
	return err
}

// Chunk is a task's worth of a recording's encoding.
type Chunk struct {
	Recording rostrum.RecordingID
	Number    int
	Span      rostrum.Span
	Done      bool
	Frames    rostrum.Frame  // encoded so far, for progress
	Segments  []ChunkSegment // when done
}

// ChunkSegment is one segment of one rung.
type ChunkSegment struct {
	Rung   string         `json:"rung"`
	Number int            `json:"number"`
	Run    int64          `json:"run"` // the fence of the run that made it
	Bytes  int64          `json:"bytes"`
	SHA256 rostrum.Digest `json:"sha256"`
}

func scanChunk(r row) (c Chunk, err error) {
	var state string
	err = r.Scan(&c.Recording, &c.Number, &c.Span.In, &c.Span.Out, &state, &c.Frames, asJSON{&c.Segments})
	c.Done = state == "done"
	return c, err
}

const chunkColumns = `recording, number, frame_in, frame_out, state, done, segments`

// Chunks lists a recording's chunks in order.
func (r reader) Chunks(ctx context.Context, id rostrum.RecordingID) ([]Chunk, error) {
	return list(ctx, r, scanChunk, `SELECT `+chunkColumns+` FROM chunks WHERE recording = $1 ORDER BY number`, id)
}

// PutChunk adds a chunk, or gives the one of that number another span, not done. A chunk of the same span stays as it is.
func (t *Tx) PutChunk(ctx context.Context, id rostrum.RecordingID, number int, s rostrum.Span) error {
	_, err := t.exec(ctx, `INSERT INTO chunks (recording, number, frame_in, frame_out, state, fence, done, segments) VALUES ($1, $2, $3, $4, 'waiting', 0, 0, '[]')
		ON CONFLICT (recording, number) DO UPDATE SET frame_in = excluded.frame_in, frame_out = excluded.frame_out, state = 'waiting', fence = chunks.fence + 1, done = 0, segments = '[]'
		WHERE chunks.frame_in <> excluded.frame_in OR chunks.frame_out <> excluded.frame_out`, id, number, s.In, s.Out)
	return err
}

// DropChunksFrom removes the chunks from number on: the recording proved shorter than its container said.
func (t *Tx) DropChunksFrom(ctx context.Context, id rostrum.RecordingID, number int) error {
	_, err := t.exec(ctx, `DELETE FROM chunks WHERE recording = $1 AND number >= $2`, id, number)
	return err
}

// StartChunk begins work on a chunk and gives the fence that its runner must show when it finishes: a later runner gets
// a higher one and so shuts the earlier out.
func (t *Tx) StartChunk(ctx context.Context, id rostrum.RecordingID, number int) (Chunk, int64, error) {
	var fence int64
	c, err := one(ctx, t.reader, "There is no such chunk.", func(r row) (c Chunk, err error) {
		var state string
		err = r.Scan(&c.Recording, &c.Number, &c.Span.In, &c.Span.Out, &state, &c.Frames, asJSON{&c.Segments}, &fence)
		c.Done = state == "done"
		return c, err
	}, `UPDATE chunks SET fence = fence + 1 WHERE recording = $1 AND number = $2 RETURNING `+chunkColumns+`, fence`, id, number)
	return c, fence, err
}

// SetChunkProgress notes how many frames of a chunk are encoded.
func (t *Tx) SetChunkProgress(ctx context.Context, id rostrum.RecordingID, number int, fence int64, frames rostrum.Frame) error {
	_, err := t.exec(ctx, `UPDATE chunks SET done = $4 WHERE recording = $1 AND number = $2 AND fence = $3 AND state <> 'done'`, id, number, fence, frames)
	return err
}

// FinishChunk records a chunk's segments; Conflict when a later runner has begun it.
func (t *Tx) FinishChunk(ctx context.Context, id rostrum.RecordingID, number int, fence int64, segments []ChunkSegment) error {
	n, err := t.exec(ctx, `UPDATE chunks SET state = 'done', done = frame_out - frame_in, segments = $4 WHERE recording = $1 AND number = $2 AND fence = $3`,
		id, number, fence, encode(segments))
	return fenced(n, err)
}

// ErrOvertaken says that a later runner has begun the same work; the result offered is not used.
var ErrOvertaken = rostrum.Errorf(rostrum.Conflict, "Somebody else has begun this work anew; this result is not used.")

func fenced(rows int64, err error) error {
	if err == nil && rows == 0 {
		return ErrOvertaken
	}
	return err
}

// CaptionTrack is a caption file that belongs to a recording.
type CaptionTrack struct {
	Recording rostrum.RecordingID
	Language  rostrum.Language
	Name      string // of the file, for people
	Object    string // key of the file as it came
	Cues      int
	Notices   []string
}

// PutCaptionTrack adds a track, or replaces the one in the same language.
func (t *Tx) PutCaptionTrack(ctx context.Context, c CaptionTrack) error {
	_, err := t.exec(ctx, `INSERT INTO caption_tracks (recording, language, name, object, cues, notices) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (recording, language) DO UPDATE SET name = excluded.name, object = excluded.object, cues = excluded.cues, notices = excluded.notices`,
		c.Recording, c.Language, c.Name, c.Object, c.Cues, encode(c.Notices))
	return err
}

// CaptionTracks lists a recording's tracks by language.
func (r reader) CaptionTracks(ctx context.Context, id rostrum.RecordingID) ([]CaptionTrack, error) {
	return list(ctx, r, func(r row) (c CaptionTrack, err error) {
		err = r.Scan(&c.Recording, &c.Language, &c.Name, &c.Object, &c.Cues, asJSON{&c.Notices})
		return c, err
	}, `SELECT recording, language, name, object, cues, notices FROM caption_tracks WHERE recording = $1 ORDER BY language`, id)
}

// LockRecording keeps every other transaction from changing the recording until this one ends, so that what is read after
// it can be written back whole. The statement changes nothing: an UPDATE locks the row on both databases.
func (t *Tx) LockRecording(ctx context.Context, id rostrum.RecordingID) (*rostrum.Recording, error) {
	if _, err := t.exec(ctx, `UPDATE recordings SET state = state WHERE id = $1`, id); err != nil {
		return nil, err
	}
	return t.Recording(ctx, id)
}
