package catalogue

import (
	"context"

	"rostrum"
)

// Chunk is a task's worth of a recording's encoding.
type Chunk struct {
	Recording rostrum.RecordingID
	Codec     rostrum.Codec
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
	err = r.Scan(&c.Recording, &c.Codec, &c.Number, &c.Span.In, &c.Span.Out, &state, &c.Frames, asJSON{&c.Segments})
	c.Done = state == "done"
	return c, err
}

const chunkColumns = `recording, codec, number, frame_in, frame_out, state, done, segments`

// Chunks lists a recording's chunks in one codec, in order.
func (r reader) Chunks(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec) ([]Chunk, error) {
	return list(ctx, r, scanChunk, `SELECT `+chunkColumns+` FROM chunks WHERE recording = $1 AND codec = $2 ORDER BY number`, id, codec)
}

// PutChunk adds a chunk, or gives the one of that number another span, not done. A chunk of the same span stays as it is.
func (t *Tx) PutChunk(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec, number int, s rostrum.Span) error {
	_, err := t.exec(ctx, `INSERT INTO chunks (recording, codec, number, frame_in, frame_out, state, fence, done, segments) VALUES ($1, $5, $2, $3, $4, 'waiting', 0, 0, '[]')
		ON CONFLICT (recording, codec, number) DO UPDATE SET frame_in = excluded.frame_in, frame_out = excluded.frame_out, state = 'waiting', fence = chunks.fence + 1, done = 0, segments = '[]'
		WHERE chunks.frame_in <> excluded.frame_in OR chunks.frame_out <> excluded.frame_out`, id, number, s.In, s.Out, codec)
	return err
}

// DropChunksFrom removes the chunks from number on: the recording proved shorter than its container said.
func (t *Tx) DropChunksFrom(ctx context.Context, id rostrum.RecordingID, number int) error {
	_, err := t.exec(ctx, `DELETE FROM chunks WHERE recording = $1 AND number >= $2`, id, number)
	return err
}

// StartChunk begins work on a chunk and gives the fence that its runner must show when it finishes: a later runner gets
// a higher one and so shuts the earlier out.
func (t *Tx) StartChunk(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec, number int) (Chunk, int64, error) {
	var fence int64
	c, err := one(ctx, t.reader, "There is no such chunk.", func(r row) (c Chunk, err error) {
		var state string
		err = r.Scan(&c.Recording, &c.Codec, &c.Number, &c.Span.In, &c.Span.Out, &state, &c.Frames, asJSON{&c.Segments}, &fence)
		c.Done = state == "done"
		return c, err
	}, `UPDATE chunks SET fence = fence + 1 WHERE recording = $1 AND number = $2 AND codec = $3 RETURNING `+chunkColumns+`, fence`, id, number, codec)
	return c, fence, err
}

// SetChunkProgress notes how many frames of a chunk are encoded.
func (t *Tx) SetChunkProgress(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec, number int, fence int64, frames rostrum.Frame) error {
	_, err := t.exec(ctx, `UPDATE chunks SET done = $4 WHERE recording = $1 AND number = $2 AND fence = $3 AND codec = $5 AND state <> 'done'`, id, number, fence, frames, codec)
	return err
}

// FinishChunk records a chunk's segments; Conflict when a later runner has begun it.
func (t *Tx) FinishChunk(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec, number int, fence int64, segments []ChunkSegment) error {
	n, err := t.exec(ctx, `UPDATE chunks SET state = 'done', done = frame_out - frame_in, segments = $4 WHERE recording = $1 AND number = $2 AND fence = $3 AND codec = $5`,
		id, number, fence, encode(segments), codec)
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
