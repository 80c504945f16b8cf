package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"rostrum"
)

const (
	// partSize is in bytes. S3 takes 10,000 parts; when the size is known and needs larger ones, the
	// transfer manager makes them larger, when it is unknown they must be large from the start:
	// 10,000 of unknownPartSize are 240 GB.
	partSize        = 8 << 20
	unknownPartSize = 24 << 20

	uploadsAtOnce   = 4                // parts of one Put under way
	deletesAtOnce   = 16               // requests of one DeletePrefix
	abortPatience   = 30 * time.Second // to abandon a failed upload, even when its context has ended
	checkPatience   = 30 * time.Second // of Check: its reader waits before a screen
	localCopyPlace  = "cache folder"   // as diskFailure's sentences name it
	cacheName       = ".cache"         // in the default folder; no key begins with a dot
	downloadsAtOnce = 4                // ranges of one Local under way
	downloadRange   = 64 << 20         // bytes
)

// S3 is the Store in a bucket. Open makes it.
type S3 struct {
	setting  bucketSetting
	client   *s3.Client
	transfer *transfermanager.Client
	copies   *localCopies
	partSize int64

	copyAtMost, copyPartSize int64 // see Move

	stall time.Duration // how long a response may be silent, see rangeReader
}

var _ Store = (*S3)(nil)

func openS3(ctx context.Context, setting bucketSetting) (*S3, error) {
	// One switch for both directions and, below, for the transfer manager, which has its own default.
	request, response := aws.RequestChecksumCalculationWhenRequired, aws.ResponseChecksumValidationWhenRequired
	if setting.checksums {
		request, response = aws.RequestChecksumCalculationWhenSupported, aws.ResponseChecksumValidationWhenSupported
	}
	options := []func(*config.LoadOptions) error{
		config.WithRequestChecksumCalculation(request),
		config.WithResponseChecksumValidation(response),
	}
	if setting.region != "" {
		options = append(options, config.WithRegion(setting.region))
	}
	environment, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, rostrum.Errorf(rostrum.Unavailable, "The access settings of the storage service cannot be read; check the AWS variables and profile files of this machine.").Because(err)
	}
	if environment.Region == "" {
		environment.Region = "us-east-1"
	}
	client := s3.NewFromConfig(environment, func(o *s3.Options) {
		o.UsePathStyle = setting.pathStyle
		o.RequestChecksumCalculation = request
		o.ResponseChecksumValidation = response
		o.DisableLogOutputChecksumValidationSkipped = true // a line for every object made in parts
		if setting.endpoint != "" {
			o.BaseEndpoint = aws.String(setting.endpoint)
		}
	})
	transfer := transfermanager.New(client, func(o *transfermanager.Options) {
		o.RequestChecksumCalculation = request
		o.Concurrency = uploadsAtOnce
		o.FailTimeout = abortPatience
	})
	copies, err := openLocalCopies(setting.cache, setting.budget)
	if err != nil {
		return nil, err
	}
	return &S3{setting: setting, client: client, transfer: transfer, copies: copies, partSize: partSize,
		copyAtMost: copyAtMost, copyPartSize: copyPartSize, stall: time.Minute}, nil
}

// Close implements Store.
func (s *S3) Close() error { return s.copies.close() }

// String names the bucket for the log.
func (s *S3) String() string { return s.setting.String() }

func (s *S3) bucket() *string { return aws.String(s.setting.bucket) }

// name gives the key in the bucket. It cleans nothing: DeletePrefix also meets foreign names, and
// "a/" must not become "a".
func (s *S3) name(key string) *string { return aws.String(s.within("") + key) }

// Put implements Store.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	return s.put(ctx, key, r, size)
}

func (s *S3) put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	// A bucket shows an object when its last byte and the request after it have arrived, so a
	// reader that ends with an error leaves nothing, in one part or in many.
	in := &exactReader{r: r, want: size}
	upload := &transfermanager.UploadObjectInput{Bucket: s.bucket(), Key: s.name(key), Body: in}
	if size >= 0 {
		upload.ContentLength = aws.Int64(size)
	}
	out, err := s.transfer.UploadObject(ctx, upload, func(o *transfermanager.Options) {
		o.PartSizeBytes = s.partSize
		if size < 0 {
			o.PartSizeBytes = max(s.partSize, unknownPartSize)
		}
		o.MultipartUploadThreshold = 2 * s.partSize
	})
	if in.err != nil {
		return Info{}, fmt.Errorf("read the bytes of %s: %w", key, in.err)
	}
	if err != nil {
		return Info{}, s.failure(ctx, "store", key, err)
	}
	modified, ok := awsmiddleware.GetServerTime(out.ResultMetadata)
	if !ok {
		return s.stat(ctx, key)
	}
	return Info{Key: key, Size: in.read, Modified: modified}, nil
}

// version is one version of an object: a request that names its ETag gets its bytes or nothing.
type version struct {
	Info
	etag string
}

func (s *S3) head(ctx context.Context, key string) (version, error) {
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: s.bucket(), Key: s.name(key)})
	if err != nil {
		return version{}, s.failure(ctx, "look at", key, err)
	}
	return version{
		Info: Info{Key: key, Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified)},
		etag: aws.ToString(out.ETag),
	}, nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	return s.stat(ctx, key)
}

func (s *S3) stat(ctx context.Context, key string) (Info, error) {
	v, err := s.head(ctx, key)
	return v.Info, err
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, key string) (*Object, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	return s.open(ctx, key)
}

func (s *S3) open(ctx context.Context, key string) (*Object, error) {
	v, err := s.head(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Object{s.reader(ctx, v, 0, v.Size), v.Info}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return s.remove(ctx, key)
}

func (s *S3) remove(ctx context.Context, key string) error {
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: s.bucket(), Key: s.name(key)})
	err = s.failure(ctx, "delete", key, err)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return nil
	}
	return err
}

// DeletePrefix implements Store. It sends one request for each object: the request for many at once
// is missing from some services and wants checksums that others refuse.
func (s *S3) DeletePrefix(ctx context.Context, prefix string) error {
	folder, err := folderOf(prefix)
	if err := errors.Join(checkDeletable(prefix), err); err != nil {
		return err
	}
	deletes, ctx := errgroup.WithContext(ctx)
	deletes.SetLimit(deletesAtOnce)
	listed := s.list(ctx, folder, func(info Info) error {
		deletes.Go(func() error { return s.remove(ctx, info.Key) })
		return ctx.Err()
	})
	// The first failed deletion ends the list; it is the one to tell.
	if err := deletes.Wait(); err != nil {
		return err
	}
	return listed
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string, each func(Info) error) error {
	folder, err := folderOf(prefix)
	if err != nil {
		return err
	}
	return s.list(ctx, folder, func(info Info) error {
		if !validKey(info.Key) {
			return nil
		}
		return each(info)
	})
}

// list also gives what is not under a valid key.
func (s *S3) list(ctx context.Context, folder string, each func(Info) error) error {
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{
		Bucket: s.bucket(), Prefix: aws.String(s.within(folder)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return s.failure(ctx, "list", folder, err)
		}
		for _, object := range page.Contents {
			info := Info{Key: s.key(object.Key), Size: aws.ToInt64(object.Size), Modified: aws.ToTime(object.LastModified)}
			if err := each(info); err != nil {
				return err
			}
		}
	}
	return nil
}

// within gives what the names of all objects in folder begin with.
func (s *S3) within(folder string) string {
	if folder = path.Join(s.setting.prefix, folder); folder != "" {
		return folder + "/"
	}
	return ""
}

// key is the inverse of name.
func (s *S3) key(name *string) string {
	return strings.TrimPrefix(aws.ToString(name), s.within(""))
}

// Adopt implements Store.
func (s *S3) Adopt(ctx context.Context, key, from string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	file, stat, err := openFinished(from)
	if err != nil {
		return Info{}, err
	}
	defer file.Close()
	info, err := s.put(ctx, key, file, stat.Size())
	if err != nil {
		return Info{}, err
	}
	return info, removeAdopted(from, key)
}

// Local implements Store.
func (s *S3) Local(ctx context.Context, key string) (string, func(), error) {
	if err := checkKey(key); err != nil {
		return "", nil, err
	}
	for tries := 1; ; tries++ {
		v, err := s.head(ctx, key)
		if err != nil {
			return "", nil, err
		}
		name, release, err := s.copies.take(ctx, v, s.download)
		// Replaced between the two requests: what counts is the new version.
		if rostrum.ErrorCode(err) == rostrum.Conflict && tries < 3 {
			continue
		}
		return name, release, err
	}
}

// download writes the version into file, several ranges at once: one connection is seldom as fast as
// the line.
func (s *S3) download(ctx context.Context, v version, file *os.File) error {
	ranges, ctx := errgroup.WithContext(ctx)
	ranges.SetLimit(downloadsAtOnce)
	for from := int64(0); from < v.Size && ctx.Err() == nil; from += downloadRange {
		ranges.Go(func() error {
			r := s.reader(ctx, v, from, min(from+downloadRange, v.Size))
			defer r.Close()
			_, err := io.CopyBuffer(io.NewOffsetWriter(file, from), r, make([]byte, 256<<10))
			return err
		})
	}
	return ranges.Wait()
}

// Check implements Store.
func (s *S3) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, checkPatience, errNoAnswer)
	defer cancel()
	if _, err := s.client.Options().Credentials.Retrieve(ctx); err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "There is no access key for the storage service; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.").Because(err)
	}
	probe := newProbe()
	if _, err := s.put(ctx, probe.key, bytes.NewReader(probe.bytes), int64(len(probe.bytes))); err != nil {
		return err
	}
	object, err := s.open(ctx, probe.key)
	if err == nil {
		err = probe.compare(object)
	}
	return errors.Join(err, s.remove(ctx, probe.key))
}

// SweepUnfinished implements Store. An upload is as old as its newest part, so that one of a day is
// not taken for abandoned.
func (s *S3) SweepUnfinished(ctx context.Context, olderThan time.Time) (int, error) {
	n := 0
	request := &s3.ListMultipartUploadsInput{Bucket: s.bucket(), Prefix: aws.String(s.within(""))}
	for {
		page, err := s.client.ListMultipartUploads(ctx, request)
		if err != nil {
			return n, s.failure(ctx, "list the unfinished uploads", "", err)
		}
		for _, upload := range page.Uploads {
			abandoned, err := s.abandoned(ctx, upload.Key, upload.UploadId, aws.ToTime(upload.Initiated), olderThan)
			if err == nil && abandoned {
				arriving, e := s.arriving(ctx, s.key(upload.Key), upload.UploadId)
				abandoned, err = !arriving, e
			}
			if err == nil && abandoned {
				_, err = s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
					Bucket: s.bucket(), Key: upload.Key, UploadId: upload.UploadId,
				})
			}
			err = s.failure(ctx, "abandon the upload of", s.key(upload.Key), err)
			switch {
			case rostrum.ErrorCode(err) == rostrum.NotFound: // finished meanwhile
			case err != nil:
				return n, err
			case abandoned:
				n++
			}
		}
		if !aws.ToBool(page.IsTruncated) {
			return n, nil
		}
		request.KeyMarker, request.UploadIdMarker = page.NextKeyMarker, page.NextUploadIdMarker
	}
}

// abandoned tells whether an upload was begun, and got its newest part, before olderThan.
func (s *S3) abandoned(ctx context.Context, name, upload *string, begun, olderThan time.Time) (bool, error) {
	if !begun.Before(olderThan) {
		return false, nil
	}
	pages := s3.NewListPartsPaginator(s.client, &s3.ListPartsInput{Bucket: s.bucket(), Key: name, UploadId: upload})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, err
		}
		for _, part := range page.Parts {
			if !aws.ToTime(part.LastModified).Before(olderThan) {
				return false, nil
			}
		}
	}
	return true, nil
}
