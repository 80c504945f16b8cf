// Package intake takes the bytes of a recording in: it counts and digests them while they go to the
// store, and runs nothing on them.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"rostrum"
	"rostrum/storage/objects"
)

// Original is a recording that lies in the store.
type Original struct {
	Key    string
	SHA256 rostrum.Digest
	Bytes  int64
}

// Key is where the original of a recording lies.
func Key(id rostrum.RecordingID) string { return fmt.Sprintf("originals/%s", id) }

// Take copies r, of size bytes (-1 if unknown), into the store as the original of id, and tells
// progress how many bytes have gone, as they go. An empty file is Invalid.
func Take(ctx context.Context, store objects.Store, id rostrum.RecordingID, r io.Reader, size int64, progress func(int64)) (Original, error) {
	digest := sha256.New()
	counted := &counter{r: io.TeeReader(r, digest), tell: progress}
	info, err := store.Put(ctx, Key(id), counted, size)
	if err != nil {
		return Original{}, err
	}
	if info.Size == 0 {
		if err := store.Delete(ctx, Key(id)); err != nil {
			return Original{}, err
		}
		return Original{}, rostrum.Errorf(rostrum.Invalid, "The file is empty; check that the recorder has finished writing it.")
	}
	return Original{Key(id), rostrum.Digest(hex.EncodeToString(digest.Sum(nil))), info.Size}, nil
}

type counter struct {
	r    io.Reader
	n    int64
	tell func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.tell != nil {
		c.tell(c.n)
	}
	return n, err
}
