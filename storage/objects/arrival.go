package objects

import (
	"context"
	"io"
	"path"

	"rostrum"
)

// Arrival is an object on its way in, piece by piece, over days and from one process to the next. It is under its key once Finish
// has put it there, and nobody sees it before.
//
// Whoever sends keeps the offset: how many bytes from the start count. It begins at 0 and is moved on, by what Write returned, only
// after that is written down somewhere safe. Bytes beyond it may be there after a crash; the next Write drops them, so
// that nothing is ever built on bytes that nobody has vouched for.
//
// One piece at a time: the caller sees to it that no two Writes of an arrival overlap. Errors and repeats are as in Store. NotFound also means
// that bytes before the offset have been lost, and that the whole must be sent again.
type Arrival interface {
	// Begin makes the place for the bytes.
	Begin(ctx context.Context) error

	// Write adds what r gives until its end at offset, which is 0 or where an earlier Write ended. The n bytes survive a power
	// cut when it returns. accept, unless it is nil, is asked after the last byte and before any of them counts. After an error,
	// of accept or another, none does: the offset stays. More than is left of the announced size is refused with Invalid.
	Write(ctx context.Context, offset int64, r io.Reader, accept func() error) (n int64, err error)

	// Finish puts the object under its key, at once and whole. It is for a caller whose offset has come to the size; when bytes are missing,
	// it is refused with Conflict.
	Finish(ctx context.Context) (Info, error)

	// Abandon removes what came, as long as it is not finished.
	Abandon(ctx context.Context) error
}

// hidden is where an arrival lies until it is finished. It is no key, so no List shows it and no Open meets it, and it is in the
// object's own folder, so that a rename shows it.
func hidden(key string) string { return path.Join(path.Dir(key), "."+path.Base(key)) }

// tooMany ends a reader that gives more bytes than the arrival has left.
type tooMany struct {
	r    io.Reader
	left int64
}

func (t *tooMany) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.left -= int64(n); t.left < 0 {
		return n, rostrum.Errorf(rostrum.Invalid, "More bytes came than the file was said to have, so it has changed meanwhile; send it again from the start.")
	}
	return n, err
}

func lostBytes(key string) error {
	return rostrum.Errorf(rostrum.NotFound, "Bytes of %q that had arrived are no longer there; send the whole file again.", path.Base(key))
}

func notWhole(key string, have, want int64) error {
	return rostrum.Errorf(rostrum.Conflict, "Only %d of %d bytes of %q have arrived; send the rest first.", have, want, path.Base(key))
}
