package objects

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"rostrum"
)

const (
	// copyAtMost is the largest object in bytes that S3 copies by one request.
	copyAtMost   = 5 << 30
	copyPartSize = 512 << 20 // bytes; 10,000 of them are S3's largest object
	copiesAtOnce = 4         // parts of one Move under way

	// movedFrom is the metadata of a moved object that names the version it was copied from.
	movedFrom = "rostrum-moved-from"
)

// Move implements Store: the service copies the object within the bucket, and it is deleted where it was.
func (s *S3) Move(ctx context.Context, to, from string) (Info, error) {
	if err := checkMove(to, from); err != nil {
		return Info{}, err
	}
	source, err := s.head(ctx, from)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		info, err := s.stat(ctx, to)
		return info, absentUnless(err, from)
	}
	if err != nil {
		return Info{}, err
	}
	moved, err := s.movedAlready(ctx, to, source)
	if err != nil {
		return Info{}, err
	}
	if !moved {
		if err := s.copy(ctx, to, source); err != nil {
			return Info{}, err
		}
	}
	info, err := s.stat(ctx, to)
	if err == nil && info.Size != source.Size {
		err = fmt.Errorf("the copy of %s has %d bytes, not %d", from, info.Size, source.Size)
	}
	if err != nil {
		return Info{}, err
	}
	return info, s.remove(ctx, from)
}

// movedAlready tells whether to is a whole copy of that very version: then a Move was cut off before it deleted, and hundreds of
// gigabytes need not be copied again.
func (s *S3) movedAlready(ctx context.Context, to string, source version) (bool, error) {
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: s.bucket(), Key: s.name(to)})
	if err != nil {
		err = s.failure(ctx, "look at", to, err)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return false, nil
		}
		return false, err
	}
	return out.Metadata[movedFrom] == moveMark(source) && aws.ToInt64(out.ContentLength) == source.Size, nil
}

// moveMark names a version for movedFrom. The key has only characters that headers take.
func moveMark(source version) string { return source.Key + " " + source.etag }

func (s *S3) copy(ctx context.Context, to string, source version) error {
	if source.Size > s.copyAtMost {
		return s.copyInParts(ctx, to, source)
	}
	_, err := s.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: s.bucket(), Key: s.name(to), CopySource: s.copySource(source.Key), CopySourceIfMatch: aws.String(source.etag),
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: map[string]string{movedFrom: moveMark(source)},
	})
	return s.failure(ctx, "move to", to, err)
}

// copySource needs no escaping: keys, prefixes and buckets have no characters for it.
func (s *S3) copySource(key string) *string { return aws.String(*s.bucket() + "/" + *s.name(key)) }

func (s *S3) copyInParts(ctx context.Context, to string, source version) error {
	begun, err := s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: s.bucket(), Key: s.name(to), Metadata: map[string]string{movedFrom: moveMark(source)},
	})
	if err != nil {
		return s.failure(ctx, "move to", to, err)
	}
	parts := make([]types.CompletedPart, (source.Size+s.copyPartSize-1)/s.copyPartSize)
	copies, within := errgroup.WithContext(ctx)
	copies.SetLimit(copiesAtOnce)
	for i := range parts {
		copies.Go(func() error {
			from := int64(i) * s.copyPartSize
			number := aws.Int32(int32(i + 1))
			out, err := s.client.UploadPartCopy(within, &s3.UploadPartCopyInput{
				Bucket: s.bucket(), Key: s.name(to), UploadId: begun.UploadId, PartNumber: number,
				CopySource: s.copySource(source.Key), CopySourceIfMatch: aws.String(source.etag),
				CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", from, min(from+s.copyPartSize, source.Size)-1)),
			})
			if err != nil {
				return s.failure(within, "move a part to", to, err)
			}
			parts[i] = types.CompletedPart{PartNumber: number, ETag: out.CopyPartResult.ETag, ChecksumCRC32: out.CopyPartResult.ChecksumCRC32}
			return nil
		})
	}
	if err = copies.Wait(); err == nil {
		_, err = s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: s.bucket(), Key: s.name(to), UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		})
		err = s.failure(ctx, "move to", to, err)
	}
	if err != nil {
		s.abort(ctx, to, begun.UploadId) // what cannot be abandoned now is swept later
	}
	return err
}

// abort abandons a multipart upload, even when ctx has ended.
func (s *S3) abort(ctx context.Context, key string, upload *string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortPatience)
	defer cancel()
	_, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: s.bucket(), Key: s.name(key), UploadId: upload})
	return s.failure(ctx, "abandon the upload of", key, err)
}
