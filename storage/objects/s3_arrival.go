package objects

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"rostrum"
)

// s3Arrival grows a multipart upload. Its parts are all of one size, so that the offset tells which of them count: a part that
// was sent again has replaced the one of its number. Bytes that fill no part yet, and need not be the last, lie beside it as the
// tail, under the offset where they end.
//
// One part is put at a time, while the next is being read: of parts put together a later one could be there and an earlier one not.
type s3Arrival struct {
	*S3
	key  string
	size int64 // bytes
}

// arrivalNote is what the next process must know of an arrival.
type arrivalNote struct {
	Upload string `json:"upload"` // its ID
	Part   int64  `json:"part"`   // size of its parts in bytes
}

const (
	mostParts     = 10_000 // that S3 takes
	longestNote   = 16 << 10
	noteName      = "note"
	contentOpaque = "application/octet-stream"
)

// Arrival implements Store.
func (s *S3) Arrival(key string, size int64) Arrival { return &s3Arrival{s, key, size} }

// beside gives the key of what lies with the arrival until it is finished.
func beside(key, name string) string { return path.Join(hidden(key), name) }

func (a *s3Arrival) tail(offset int64) string {
	return beside(a.key, strconv.FormatInt(offset, 10))
}

// Begin implements Arrival. What an earlier one that was cut off has begun is swept later.
func (a *s3Arrival) Begin(ctx context.Context) error {
	if err := checkKey(a.key); err != nil {
		return err
	}
	note := arrivalNote{Part: a.partSize}
	for a.size > mostParts*note.Part {
		note.Part *= 2
	}
	begun, err := a.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: a.bucket(), Key: a.name(a.key), ContentType: aws.String(contentOpaque),
	})
	if err != nil {
		return a.failure(ctx, "begin", a.key, err)
	}
	note.Upload = aws.ToString(begun.UploadId)
	text, err := json.Marshal(note)
	if err == nil {
		_, err = a.put(ctx, beside(a.key, noteName), bytes.NewReader(text), int64(len(text)))
	}
	if err != nil {
		return errors.Join(err, a.abort(ctx, a.key, begun.UploadId))
	}
	return nil
}

// note finds what Begin has written down.
func (s *S3) note(ctx context.Context, key string) (arrivalNote, error) {
	var note arrivalNote
	text, err := s.read(ctx, beside(key, noteName), longestNote)
	if err != nil {
		return note, err
	}
	if err := json.Unmarshal(text, &note); err != nil || note.Part <= 0 {
		return note, fmt.Errorf("the note of the arrival of %s cannot be read: %w", key, err)
	}
	return note, nil
}

// arriving tells whether a multipart upload is that of an arrival which has begun.
func (s *S3) arriving(ctx context.Context, key string, upload *string) (bool, error) {
	if !validKey(key) {
		return false, nil
	}
	note, err := s.note(ctx, key)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return false, nil
	}
	return note.Upload == aws.ToString(upload), err
}

// read gives the bytes of a small object by one request.
func (s *S3) read(ctx context.Context, key string, atMost int64) ([]byte, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: s.bucket(), Key: s.name(key)})
	if err != nil {
		return nil, s.failure(ctx, "read", key, err)
	}
	defer out.Body.Close()
	content, err := io.ReadAll(io.LimitReader(out.Body, atMost))
	return content, s.failure(ctx, "read", key, err)
}

// Write implements Arrival.
func (a *s3Arrival) Write(ctx context.Context, offset int64, r io.Reader, accept func() error) (int64, error) {
	if err := checkKey(a.key); err != nil {
		return 0, err
	}
	note, err := a.note(ctx, a.key)
	if err != nil {
		return 0, err
	}
	w := &partWriter{s3Arrival: a, note: note, at: offset / note.Part * note.Part}
	if offset == a.size {
		w.at = offset // the last bytes are a part, however few
	}
	before := offset - w.at
	if before > 0 {
		tail, err := a.read(ctx, a.tail(offset), before+1)
		if rostrum.ErrorCode(err) == rostrum.NotFound || err == nil && int64(len(tail)) != before {
			return 0, lostBytes(a.key)
		}
		if err != nil {
			return 0, err
		}
		copy(w.next(), tail)
	}
	rest, err := w.fill(ctx, &tooMany{r, a.size - offset}, before)
	if err != nil {
		return 0, err
	}
	if accept != nil {
		if err := accept(); err != nil {
			return 0, err
		}
	}
	end := w.at + int64(len(rest))
	if len(rest) > 0 && end > offset {
		if _, err := a.put(ctx, a.tail(end), bytes.NewReader(rest), int64(len(rest))); err != nil {
			return 0, err
		}
		if err := a.clear(ctx, a.tail(offset), a.tail(end), beside(a.key, noteName)); err != nil {
			return 0, err
		}
	}
	return end - offset, nil
}

// partWriter cuts the bytes of one Write into parts.
type partWriter struct {
	*s3Arrival
	note    arrivalNote
	at      int64 // where the buffer being filled begins
	buffers [2][]byte
	which   int
}

// next gives the buffer to fill, as long as the part that begins at w.at is to be.
func (w *partWriter) next() []byte {
	length := min(w.note.Part, w.size-w.at)
	if int64(cap(w.buffers[w.which])) < length {
		w.buffers[w.which] = make([]byte, length)
	}
	return w.buffers[w.which][:max(0, length)]
}

// fill puts every part that r completes, the first of which has begun with so many bytes, and gives what is left over.
func (w *partWriter) fill(ctx context.Context, r io.Reader, begun int64) (rest []byte, err error) {
	var putting errgroup.Group // one at a time
	defer func() { err = errors.Join(err, putting.Wait()) }()
	for {
		buffer := w.next()
		n, readErr := io.ReadFull(r, buffer[begun:])
		if len(buffer) == 0 {
			n, readErr = r.Read(make([]byte, 1)) // all is there: another byte would be one too many
		}
		have := begun + int64(n)
		if readErr != nil && readErr != io.EOF && readErr != io.ErrUnexpectedEOF {
			return nil, fmt.Errorf("read the bytes of %s: %w", w.key, readErr)
		}
		if readErr != nil || len(buffer) == 0 {
			return buffer[:have], nil
		}
		// The part before must be there first, and its buffer be free.
		if err := putting.Wait(); err != nil {
			return nil, err
		}
		number := w.at/w.note.Part + 1
		putting.Go(func() error { return w.putPart(ctx, number, buffer) })
		w.at, w.which, begun = w.at+have, 1-w.which, 0
	}
}

func (a *partWriter) putPart(ctx context.Context, number int64, content []byte) error {
	_, err := a.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: a.bucket(), Key: a.name(a.key), UploadId: aws.String(a.note.Upload), PartNumber: aws.Int32(int32(number)),
		Body: bytes.NewReader(content), ContentLength: aws.Int64(int64(len(content))),
	})
	return a.failure(ctx, "store a part of", a.key, err)
}

// clear removes what lies beside the arrival, but for some: tails that nobody goes on from.
func (a *s3Arrival) clear(ctx context.Context, but ...string) error {
	return a.list(ctx, hidden(a.key), func(info Info) error {
		for _, kept := range but {
			if info.Key == kept {
				return nil
			}
		}
		return a.remove(ctx, info.Key)
	})
}

// Finish implements Arrival.
func (a *s3Arrival) Finish(ctx context.Context) (Info, error) {
	if err := checkKey(a.key); err != nil {
		return Info{}, err
	}
	info, err := a.complete(ctx)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		// Finished already, and perhaps not cleared.
		if info, err = a.stat(ctx, a.key); err == nil && info.Size != a.size {
			err = lostBytes(a.key)
		}
	}
	if err != nil {
		return Info{}, err
	}
	return info, a.clear(ctx)
}

func (a *s3Arrival) complete(ctx context.Context) (Info, error) {
	note, err := a.note(ctx, a.key)
	if err != nil {
		return Info{}, err
	}
	upload := aws.String(note.Upload)
	var parts []types.CompletedPart
	have := int64(0)
	pages := s3.NewListPartsPaginator(a.client, &s3.ListPartsInput{Bucket: a.bucket(), Key: a.name(a.key), UploadId: upload})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Info{}, a.failure(ctx, "list the parts of", a.key, err)
		}
		for _, p := range page.Parts {
			if want := min(note.Part, a.size-have); int(aws.ToInt32(p.PartNumber)) != len(parts)+1 || aws.ToInt64(p.Size) != want {
				return Info{}, notWhole(a.key, have, a.size)
			}
			have += aws.ToInt64(p.Size)
			parts = append(parts, types.CompletedPart{PartNumber: p.PartNumber, ETag: p.ETag, ChecksumCRC32: p.ChecksumCRC32})
		}
	}
	if have != a.size {
		return Info{}, notWhole(a.key, have, a.size)
	}
	_, err = a.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: a.bucket(), Key: a.name(a.key), UploadId: upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		return Info{}, a.failure(ctx, "finish", a.key, err)
	}
	return a.stat(ctx, a.key)
}

// Abandon implements Arrival.
func (a *s3Arrival) Abandon(ctx context.Context) error {
	if err := checkKey(a.key); err != nil {
		return err
	}
	note, err := a.note(ctx, a.key)
	if err == nil {
		err = a.abort(ctx, a.key, aws.String(note.Upload))
	}
	if err != nil && rostrum.ErrorCode(err) != rostrum.NotFound {
		return err
	}
	return a.clear(ctx)
}
