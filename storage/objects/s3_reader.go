package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"rostrum"
)

const (
	breaksInARow = 3        // of a response, without a byte between, before a Read gives up
	skipAtMost   = 64 << 10 // bytes read and thrown away sooner than a new request is sent
)

// rangeReader reads one version of an object up to end, by one request from the current offset on.
type rangeReader struct {
	store   *S3
	ctx     context.Context
	version version
	end     int64
	offset  int64 // of the next Read

	body   io.ReadCloser // the response under way, nil when there is none
	at     int64         // the offset of the body's next byte
	cancel context.CancelFunc
	clock  *time.Timer // cancels a response that is silent
	closed bool
}

// reader gives a reader of the bytes from until to, exclusive; offsets count from the object's start.
func (s *S3) reader(ctx context.Context, v version, from, to int64) *rangeReader {
	return &rangeReader{store: s, ctx: ctx, version: v, end: to, offset: from}
}

// Read implements io.Reader.
func (r *rangeReader) Read(p []byte) (int, error) {
	if r.closed {
		return 0, fs.ErrClosed
	}
	if r.offset >= r.end {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	for breaks := 1; ; breaks++ {
		switch err := r.request(); {
		case errors.Is(err, errNoAnswer) && breaks < breaksInARow && r.ctx.Err() == nil:
			continue
		case err != nil:
			return 0, err
		}
		r.clock.Reset(r.store.stall)
		n, err := r.body.Read(p)
		r.clock.Stop()
		r.at += int64(n)
		if err != nil {
			r.drop()
		}
		if n > 0 {
			r.offset = r.at
			return n, nil
		}
		// An end before r.end is a broken connection too. Asked again, the service goes on from here.
		if breaks == breaksInARow {
			return 0, r.store.failure(r.ctx, "read", r.version.Key, fmt.Errorf("the response broke off at byte %d: %w", r.offset, errors.Join(err, io.ErrUnexpectedEOF)))
		}
	}
}

// request makes body stand at offset.
func (r *rangeReader) request() error {
	if r.body != nil && r.at != r.offset {
		if ahead := r.offset - r.at; ahead < 0 || ahead > skipAtMost || r.skip(ahead) != nil {
			r.drop()
		}
	}
	if r.body != nil {
		return nil
	}
	ctx, cancel := context.WithCancelCause(r.ctx)
	clock := time.AfterFunc(r.store.stall, func() { cancel(errNoAnswer) })
	out, err := r.store.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket:  r.store.bucket(),
		Key:     r.store.name(r.version.Key),
		Range:   aws.String(fmt.Sprintf("bytes=%d-%d", r.offset, r.end-1)),
		IfMatch: aws.String(r.version.etag),
	})
	clock.Stop()
	if err != nil {
		defer cancel(nil)
		if context.Cause(ctx) == errNoAnswer {
			err = errors.Join(errNoAnswer, err)
		}
		return r.store.failure(ctx, "read", r.version.Key, err)
	}
	r.body, r.at, r.clock, r.cancel = out.Body, r.offset, clock, func() { cancel(nil) }
	// A service that knows no ranges, or no If-Match, must not have its bytes taken for others.
	wholeIsRight := r.offset == 0 && r.end == r.version.Size
	if out.ContentRange == nil && !wholeIsRight || out.ETag != nil && *out.ETag != r.version.etag {
		r.drop()
		return rostrum.Errorf(rostrum.Conflict, "The storage service gave other bytes of %q than were asked for; the file was replaced, or the service does not know ranges.", r.version.Key)
	}
	return nil
}

// skip reads on over n bytes.
func (r *rangeReader) skip(n int64) error {
	r.clock.Reset(r.store.stall)
	defer r.clock.Stop()
	read, err := io.CopyN(io.Discard, r.body, n)
	r.at += read
	return err
}

// drop ends the response under way. The little that is left of one is read, because only a response
// read to its end leaves its connection to the next request.
func (r *rangeReader) drop() {
	if r.body == nil {
		return
	}
	if left := r.end - r.at; left > 0 && left <= skipAtMost {
		r.skip(left)
	}
	r.clock.Stop()
	r.body.Close()
	r.cancel()
	r.body = nil
}

// Seek implements io.Seeker. It sends nothing.
func (r *rangeReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.end
	default:
		return 0, fmt.Errorf("seek: unknown whence %d", whence)
	}
	if offset < 0 {
		return 0, errors.New("seek: before the start")
	}
	r.offset = offset
	return offset, nil
}

// Close implements io.Closer.
func (r *rangeReader) Close() error {
	if r.closed {
		return fs.ErrClosed
	}
	r.closed = true
	r.drop()
	return nil
}
