// Package intake takes the bytes of a recording in: it counts and digests them while they go to the
// store, and runs nothing on them.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"rostrum"
	"rostrum/storage/objects"
)

// Original is a file that lies in the store as it came.
type Original struct {
	Key    string
	SHA256 rostrum.Digest
	Bytes  int64
}

// Key is where the original of a recording lies that came in one file.
func Key(id rostrum.RecordingID) string { return fmt.Sprintf("originals/%s", id) }

// PartKey is where one of several originals of a recording lies: a rostrum.Part or a rostrum.SoundFile, by its ID.
func PartKey(id rostrum.RecordingID, part string) string {
	return fmt.Sprintf("originals/%s.%s", id, part)
}

// Owner is the recording that an original belongs to, by the last segment of its key; part is "" unless the recording has several
// originals.
func Owner(base string) (id rostrum.RecordingID, part string) {
	owner, part, _ := strings.Cut(base, ".")
	return rostrum.RecordingID(owner), part
}

// Take copies r, of size bytes (-1 if unknown), into the store under key, and tells progress how many bytes have gone, as
// they go. An empty file is Invalid; one of more than largest bytes is TooLarge (0 for no limit), before the first byte when
// its size is known. After an error nothing is left.
func Take(ctx context.Context, store objects.Store, key string, r io.Reader, size, largest int64, progress func(int64)) (Original, error) {
	if largest > 0 && size > largest {
		return Original{}, tooLarge(largest)
	}
	digest := sha256.New()
	counted := &counter{r: io.TeeReader(r, digest), tell: progress, largest: largest}
	info, err := store.Put(ctx, key, counted, size)
	if err != nil {
		return Original{}, err
	}
	if info.Size == 0 {
		if err := store.Delete(ctx, key); err != nil {
			return Original{}, err
		}
		return Original{}, empty()
	}
	return Original{key, rostrum.Digest(hex.EncodeToString(digest.Sum(nil))), info.Size}, nil
}

// Check refuses a file of a size that Take would refuse.
func Check(size, largest int64) error {
	switch {
	case size == 0:
		return empty()
	case largest > 0 && size > largest:
		return tooLarge(largest)
	}
	return nil
}

func empty() error {
	return rostrum.Errorf(rostrum.Invalid, "The file is empty; check that the recorder has finished writing it.")
}

func tooLarge(largest int64) error {
	return rostrum.Errorf(rostrum.TooLarge, "The file is larger than the %.1f GB that this server takes; split it, or ask the operator for a higher limit.", float64(largest)/1e9)
}

type counter struct {
	r       io.Reader
	n       int64
	largest int64
	tell    func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.tell != nil {
		c.tell(c.n)
	}
	if c.largest > 0 && c.n > c.largest {
		return n, tooLarge(c.largest)
	}
	return n, err
}
