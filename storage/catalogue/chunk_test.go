package catalogue

import (
	"errors"
	"testing"

	"rostrum"
)

func TestChunksAreFenced(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		filled(t, c)
		a, b := rostrum.Span{In: 0, Out: 1500}, rostrum.Span{In: 1500, Out: 2000}
		segments := []ChunkSegment{{Rung: "720", Number: 0, Bytes: 12, SHA256: "ab"}}
		start := func() (fence int64) {
			write(t, c, func(tx *Tx) (err error) { _, fence, err = tx.StartChunk(ctx, "r1", rostrum.H264, 0); return err })
			return fence
		}
		finish := func(fence int64) error {
			return c.Write(ctx, func(tx *Tx) error { return tx.FinishChunk(ctx, "r1", rostrum.H264, 0, fence, segments) })
		}
		progress := func(fence int64, frames rostrum.Frame) {
			write(t, c, func(tx *Tx) error { return tx.SetChunkProgress(ctx, "r1", rostrum.H264, 0, fence, frames) })
		}
		chunks := func() []Chunk {
			all, err := c.Chunks(ctx, "r1", rostrum.H264)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		write(t, c, func(tx *Tx) error {
			return errors.Join(tx.PutChunk(ctx, "r1", rostrum.H264, 1, b), tx.PutChunk(ctx, "r1", rostrum.H264, 0, a))
		})
		equal(t, "new", chunks(), []Chunk{{Recording: "r1", Number: 0, Span: a, Segments: []ChunkSegment{}}, {Recording: "r1", Number: 1, Span: b, Segments: []ChunkSegment{}}})

		first, second := start(), start()
		progress(first, 700)
		equal(t, "progress of the one shut out", chunks()[0].Frames, rostrum.Frame(0))
		progress(second, 800)
		equal(t, "progress", chunks()[0].Frames, rostrum.Frame(800))
		wantCode(t, "old fence", finish(first), rostrum.Conflict)
		wantCode(t, "newest fence", finish(second), "")
		done := Chunk{Recording: "r1", Span: a, Done: true, Frames: 1500, Segments: segments}
		equal(t, "done", chunks()[0], done)

		write(t, c, func(tx *Tx) error { return tx.PutChunk(ctx, "r1", rostrum.H264, 0, a) })
		equal(t, "same span again", chunks()[0], done)
		write(t, c, func(tx *Tx) error { return tx.PutChunk(ctx, "r1", rostrum.H264, 0, b) })
		equal(t, "another span", chunks()[0], Chunk{Recording: "r1", Span: b, Segments: []ChunkSegment{}})
		wantCode(t, "fence from before the other span", finish(second), rostrum.Conflict)
		write(t, c, func(tx *Tx) error { return tx.DropChunksFrom(ctx, "r1", 1) })
		equal(t, "left", len(chunks()), 1)
		wantCode(t, "no such chunk", c.Write(ctx, func(tx *Tx) error { _, _, err := tx.StartChunk(ctx, "r1", rostrum.H264, 9); return err }), rostrum.NotFound)

		write(t, c, func(tx *Tx) error { return tx.PutChunk(ctx, "r1", rostrum.AV1, 0, a) })
		if all, err := c.Chunks(ctx, "r1", rostrum.AV1); err != nil || len(all) != 1 || all[0].Codec != rostrum.AV1 || all[0].Done {
			t.Errorf("in another codec: %+v, %v", all, err)
		}
		equal(t, "the first codec", chunks()[0], Chunk{Recording: "r1", Span: b, Segments: []ChunkSegment{}})
	})
}
