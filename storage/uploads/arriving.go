package uploads

import (
	"context"
	"errors"
	"io"

	"github.com/tus/tusd/v2/pkg/handler"

	"rostrum"
	"rostrum/storage/objects"
)

// request is one request, and the data store that tusd sees in it: whose it is and what it says of its bytes stand in it, not in a
// context. The stores that come with tusd are not used: the one of files flushes nothing and takes nothing back, and the one of S3 puts
// several parts at once and takes those that are there for a beginning without a gap.
type request struct {
	*Uploads
	account rostrum.AccountID
	sum     *checksum
	remove  bool  // it is to remove an upload, which need not be whole
	failure error // what this package said of it; nil when only the protocol has
}

// fail keeps the error for the answer, and gives tusd one of its own kind.
func (q *request) fail(err error) error {
	q.failure = err
	return handler.NewError("ERR_ROSTRUM", "", statusOf(err))
}

// NewUpload implements handler.DataStore. The row comes before the bytes, so that no bytes are ever without one.
func (q *request) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	upload, err := describe(info.MetaData, q.account, info.Size, q.Now())
	if err == nil {
		err = q.admit(ctx, upload)
	}
	if err == nil {
		err = q.Ledger.Create(ctx, upload)
	}
	if err != nil {
		return nil, q.fail(err)
	}
	a := q.arriving(upload)
	if err := a.bytes.Begin(ctx); err != nil {
		return nil, q.fail(errors.Join(err, q.Ledger.Delete(ctx, upload.ID)))
	}
	return a, nil
}

// GetUpload implements handler.DataStore. tusd has locked the upload.
func (q *request) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	upload, err := q.own(ctx, id)
	if err != nil {
		return nil, q.fail(err)
	}
	a := q.arriving(upload)
	// All bytes are there, but the process ended before it could say so, and the sender has no byte left to send.
	if upload.Offset == upload.Bytes && !q.remove {
		if err := a.FinishUpload(ctx); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// own gives an upload of the account's. Those of others are not there for it.
func (q *request) own(ctx context.Context, id string) (rostrum.Upload, error) {
	if !validID(id) {
		return rostrum.Upload{}, noSuchUpload()
	}
	upload, err := q.Ledger.Get(ctx, id)
	if rostrum.ErrorCode(err) == rostrum.NotFound || err == nil && upload.Account != q.account {
		return rostrum.Upload{}, noSuchUpload().Because(err)
	}
	return upload, err
}

// AsTerminatableUpload implements handler.TerminaterDataStore.
func (q *request) AsTerminatableUpload(upload handler.Upload) handler.TerminatableUpload {
	return upload.(*arriving)
}

// arriving is an upload within a request.
type arriving struct {
	*request
	upload rostrum.Upload
	bytes  objects.Arrival
}

func (q *request) arriving(upload rostrum.Upload) *arriving {
	return &arriving{q, upload, q.Store.Arrival(Key(upload.ID), upload.Bytes)}
}

// GetInfo implements handler.Upload.
func (a *arriving) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: a.upload.ID, Size: a.upload.Bytes, Offset: a.upload.Offset, MetaData: handler.MetaData{
		"filename": a.upload.Name, "fingerprint": a.upload.Fingerprint, "delivery": string(a.upload.Delivery),
	}}, nil
}

// WriteChunk implements handler.Upload. tusd has seen to it that offset is the row's, and ends src early when the line breaks.
func (a *arriving) WriteChunk(ctx context.Context, _ int64, src io.Reader) (int64, error) {
	if a.sum.hash != nil {
		n, err := a.piece(ctx, src)
		if errors.Is(err, errCutOff) {
			return 0, nil
		}
		return n, a.failed(err)
	}
	written := int64(0)
	for a.upload.Offset < a.upload.Bytes {
		// To a multiple, which is also where parts of a bucket end.
		span := Span - a.upload.Offset%Span
		n, err := a.piece(ctx, io.LimitReader(src, span))
		written += n
		if err != nil {
			return written, a.failed(err)
		}
		if n < span {
			break
		}
	}
	return written, nil
}

func (a *arriving) failed(err error) error {
	if err == nil {
		return nil
	}
	return a.fail(err)
}

// piece stores what src gives and then writes down that it counts.
func (a *arriving) piece(ctx context.Context, src io.Reader) (int64, error) {
	var digests []io.Writer
	// A state that is not of this offset cannot go on; it stays as it is, and what it lacks is read in the end.
	whole := restoreDigest(a.upload.DigestState)
	known := whole.offset == a.upload.Offset
	if known {
		digests = append(digests, whole)
	}
	if a.sum.hash != nil {
		digests = append(digests, a.sum)
	}
	in := digestAside(src, &a.buffers, digests...)
	defer in.wait()
	accept := func() error { in.wait(); return a.sum.accept() }
	n, err := a.bytes.Write(ctx, a.upload.Offset, in, accept)
	if err != nil || n == 0 {
		return 0, err
	}
	state := a.upload.DigestState
	if known {
		if state, err = whole.state(); err != nil {
			return 0, err
		}
	}
	if err := a.progress(ctx, a.upload.Offset+n, state); err != nil {
		return 0, err // they do not count, and the next piece replaces them
	}
	return n, nil
}

func (a *arriving) progress(ctx context.Context, offset int64, state []byte) error {
	if err := a.Ledger.Progress(ctx, a.upload.ID, offset, state, a.Now()); err != nil {
		return err
	}
	a.upload.Offset, a.upload.DigestState = offset, state
	return nil
}

// FinishUpload implements handler.Upload. It may be called again after any step of it.
func (a *arriving) FinishUpload(ctx context.Context) error {
	if a.upload.Finished {
		return nil
	}
	if _, err := a.bytes.Finish(ctx); err != nil {
		return a.fail(err)
	}
	whole, err := a.digest(ctx)
	if err == nil {
		err = a.Ledger.Finish(ctx, a.upload.ID, whole.sum())
	}
	if err != nil {
		return a.fail(err)
	}
	a.upload.Finished, a.upload.SHA256 = true, whole.sum()
	return nil
}

// digest gives the one of the whole file. What its state does not cover is read, once: how far that has come is written down as
// well, so that a sender who does not wait for it finds it further the next time.
func (a *arriving) digest(ctx context.Context) (*digest, error) {
	whole := restoreDigest(a.upload.DigestState)
	if whole.offset > a.upload.Bytes {
		whole = newDigest()
	}
	if whole.offset == a.upload.Bytes {
		return whole, nil
	}
	a.Logger.Warn("the digest of an upload is made by reading it", "upload", a.upload.ID, "from", whole.offset, "bytes", a.upload.Bytes)
	object, err := a.Store.Open(ctx, Key(a.upload.ID))
	if err != nil {
		return nil, err
	}
	defer object.Close()
	if _, err := object.Seek(whole.offset, io.SeekStart); err != nil {
		return nil, err
	}
	for whole.offset < a.upload.Bytes {
		if _, err := io.CopyN(whole, object, min(readSpan, a.upload.Bytes-whole.offset)); err != nil {
			return nil, err
		}
		state, err := whole.state()
		if err != nil {
			return nil, err
		}
		if err := a.progress(ctx, a.upload.Bytes, state); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

const readSpan = 1 << 30 // bytes that are read between two notes of how far the digest has come

// GetReader implements handler.Upload. Uploads are not served.
func (a *arriving) GetReader(context.Context) (io.ReadCloser, error) { return nil, handler.ErrNotFound }

// Terminate implements handler.TerminatableUpload.
func (a *arriving) Terminate(ctx context.Context) error {
	return a.failed(a.discard(ctx, a.upload))
}
