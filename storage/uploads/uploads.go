// Package uploads takes files in that come over lines that break: by tus 1.0 (https://tus.io/protocols/resumable-upload), in pieces,
// each of which counts once it lies safely in the object store. It is the only package that names tusd, which speaks the protocol;
// where the bytes lie is the business of storage/objects, and what is known of them is kept by a [Ledger].
//
// # What is promised
//
// A piece is acknowledged when its bytes and its row are on the disk (or in the bucket), so that a power cut takes back nothing that a
// sender was told. The row's offset is the truth: bytes that a crash left beyond it are dropped, at most [Span] of them, and sent
// again.
//
// SHA-256 goes from end to end: a sender may give the digest of each piece (tus extension "checksum", algorithm sha256), and nothing of
// a piece that arrives otherwise is kept. A second digest runs over the whole file, and its state is written down with every offset, so
// that at the end the digest of the file is known without reading it again, whatever broke or restarted meanwhile.
//
// One sender at a time adds to an upload. A newer request asks the older to stop, which keeps what it has: a browser that comes back need not
// wait until the server has noticed that the old line is dead. This holds within a process; where several serve the web, send each
// upload to one of them, or its requests may have to begin again from an older offset.
//
// Disk and memory: nothing but what the store needs (see storage/objects); a request holds about 1 MB of its own.
package uploads

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"

	"rostrum"
	"rostrum/storage/objects"
)

const (
	// Piece is how many bytes of a file a browser should send by one request. Each piece costs one flush and one row, and a browser holds a
	// whole one to digest it; one that arrives wrong, or whose server dies, is sent again. 16 MiB take 13 s at 10 Mbit/s and are two
	// parts of a bucket, so that nothing is stored twice; smaller ones spend more of their time on waiting for the disk.
	Piece = 16 << 20

	// Span is after how many bytes of a longer request, without a digest of its own, the offset is written down.
	Span = 64 << 20

	// folder is where uploads lie in the store.
	folder = "arriving"

	lockPatience = 20 * time.Second // until the request that holds an upload has stopped
)

// Options are what uploads need.
type Options struct {
	Store  objects.Store
	Ledger Ledger

	// Largest is the largest file in bytes; 0 for no limit.
	Largest int64

	// MaxOf, unless it is nil, is asked for the largest file in bytes (0 for no further limit) before an upload begins. It may also refuse
	// it: a delivery that is not the account's, a kind of file that is not taken. Its error is shown as it is.
	MaxOf func(ctx context.Context, u rostrum.Upload) (int64, error)

	// Base is the path under which the public reaches the handler, as /files/ or /rostrum/files/.
	Base string

	Logger *slog.Logger
	Now    func() time.Time
}

// Uploads are the files that are arriving.
type Uploads struct {
	Options
	locks   *memorylocker.MemoryLocker
	buffers sync.Pool // see aside
}

// New gives the uploads of a store and a ledger. Of one store and one ledger, a process has one Uploads: its locks are in it.
func New(o Options) (*Uploads, error) {
	if o.Store == nil || o.Ledger == nil || o.Logger == nil || o.Now == nil {
		return nil, errors.New("uploads: the store, the ledger, the logger and the clock are needed")
	}
	if o.Largest < 0 || !strings.HasPrefix(o.Base, "/") || strings.Trim(o.Base, "/") == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "Uploads cannot be taken with a negative limit or under the address %q; give a path as /files/.", o.Base)
	}
	o.Base = strings.TrimSuffix(o.Base, "/") + "/"
	return &Uploads{Options: o, locks: memorylocker.New()}, nil
}

// Key is where the bytes of a finished upload lie in the object store. Whoever takes them from there by Store.Move ends with Discard.
func Key(id string) string { return folder + "/" + id }

// newID is unguessable, and a segment of a key.
func newID() string { return strings.ToLower(rand.Text()) }

// validID keeps foreign names from the ledger and the store.
func validID(id string) bool {
	return len(id) == len(newID()) && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Open opens the bytes of a finished upload. One that is still on its way is refused with Conflict.
func (u *Uploads) Open(ctx context.Context, id string) (*objects.Object, error) {
	upload, err := u.Ledger.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !upload.Finished {
		return nil, rostrum.Errorf(rostrum.Conflict, "%q has not arrived whole yet; send the rest first.", upload.Name)
	}
	return u.Store.Open(ctx, Key(id))
}

// Discard removes an upload, finished or not, and whatever lies of it under its key. A request that is adding to it is stopped. That it is absent
// already is no error.
func (u *Uploads) Discard(ctx context.Context, id string) error {
	release, err := u.hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	upload, err := u.Ledger.Get(ctx, id)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return u.discard(ctx, upload)
}

// Expire removes the unfinished uploads that nobody has added to since olderThan, and gives them back, so that their owners can be told; after
// an error, those that are gone.
func (u *Uploads) Expire(ctx context.Context, olderThan time.Time) ([]rostrum.Upload, error) {
	all, err := u.Ledger.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	var gone []rostrum.Upload
	for _, upload := range all {
		if !upload.Touched.Before(olderThan) {
			continue
		}
		expired, err := u.expire(ctx, upload.ID, olderThan)
		if err != nil {
			return gone, err
		}
		if expired {
			gone = append(gone, upload)
		}
	}
	return gone, nil
}

func (u *Uploads) expire(ctx context.Context, id string, olderThan time.Time) (bool, error) {
	release, err := u.hold(ctx, id)
	if err != nil {
		return false, err
	}
	defer release()
	// Somebody may have come back to it just now.
	upload, err := u.Ledger.Get(ctx, id)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return false, nil
	}
	if err != nil || upload.Finished || !upload.Touched.Before(olderThan) {
		return false, err
	}
	return true, u.discard(ctx, upload)
}

// discard takes the bytes away before the row, so that no bytes are ever without one.
func (u *Uploads) discard(ctx context.Context, upload rostrum.Upload) error {
	if err := u.Store.Arrival(Key(upload.ID), upload.Bytes).Abandon(ctx); err != nil {
		return err
	}
	if err := u.Store.Delete(ctx, Key(upload.ID)); err != nil {
		return err
	}
	return u.Ledger.Delete(ctx, upload.ID)
}

// hold takes the lock of an upload, as the requests do.
func (u *Uploads) hold(ctx context.Context, id string) (release func(), err error) {
	lock, err := u.locks.NewLock(id)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if err := lock.Lock(ctx, func() {}); err != nil {
		if errors.Is(err, handler.ErrLockTimeout) {
			err = rostrum.Errorf(rostrum.Conflict, "The upload is being added to at this moment; try again.").Because(err)
		}
		return nil, err
	}
	return func() { lock.Unlock() }, nil
}
