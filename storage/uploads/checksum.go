package uploads

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/http"
	"strings"

	"rostrum"
)

// checksum is what the sender of a piece says of it, by the header Upload-Checksum.
type checksum struct {
	hash   hash.Hash // of what came; nil when nothing was said
	want   []byte
	length int64 // bytes of the piece; -1 when it was not said
	came   int64
}

func parseChecksum(r *http.Request) (*checksum, error) {
	given := r.Header.Get("Upload-Checksum")
	if given == "" {
		return &checksum{}, nil
	}
	algorithm, encoded, _ := strings.Cut(given, " ")
	want, err := base64.StdEncoding.DecodeString(encoded)
	if algorithm != checksumAlgorithm || err != nil || len(want) != sha256.Size {
		return nil, &refusal{http.StatusBadRequest, rostrum.Errorf(rostrum.Invalid,
			"The checksum of the piece cannot be read, so nothing was stored; it must be sha256 and the digest in base64.").Because(err)}
	}
	return &checksum{hash: sha256.New(), want: want, length: r.ContentLength}, nil
}

// Write implements io.Writer.
func (c *checksum) Write(p []byte) (int, error) {
	c.came += int64(len(p))
	return c.hash.Write(p)
}

// accept refuses what is not what was sent, if that was said. The status is that of the tus extension "checksum".
func (c *checksum) accept() error {
	if c.hash == nil {
		return nil
	}
	if c.came < c.length {
		return errCutOff
	}
	if !bytes.Equal(c.hash.Sum(nil), c.want) {
		return &refusal{statusChecksumMismatch, rostrum.Errorf(rostrum.Conflict,
			"The piece arrived with other bytes than were sent, so nothing of it was kept; send it again.")}
	}
	return nil
}
