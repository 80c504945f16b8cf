package uploads

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"rostrum"
)

// digest is a SHA-256 that runs over a file from its start to an offset.
type digest struct {
	hash.Hash
	offset int64
}

func newDigest() *digest { return &digest{Hash: sha256.New()} }

// restoreDigest reads what state gave. It gives a new digest for a state that is empty, or of another version of Go.
func restoreDigest(state []byte) *digest {
	d := newDigest()
	if len(state) < 8 {
		return d
	}
	if err := d.Hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(state[8:]); err != nil {
		return newDigest()
	}
	d.offset = int64(binary.BigEndian.Uint64(state))
	return d
}

// Write implements io.Writer.
func (d *digest) Write(p []byte) (int, error) {
	n, err := d.Hash.Write(p)
	d.offset += int64(n)
	return n, err
}

// state is what restoreDigest needs: the offset, so that it need not be the row's, and the state of the hash.
func (d *digest) state() ([]byte, error) {
	state := binary.BigEndian.AppendUint64(nil, uint64(d.offset))
	return d.Hash.(encoding.BinaryAppender).AppendBinary(state)
}

func (d *digest) sum() rostrum.Digest { return rostrum.Digest(hex.EncodeToString(d.Hash.Sum(nil))) }
