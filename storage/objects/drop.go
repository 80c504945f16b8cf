package objects

import (
	"context"
	"io"
	"strings"

	"rostrum"
)

// Drop is a place in a bucket where others put files for us, under whatever names they like. It is no Store: we read there, and take
// away what we have taken over.
type Drop struct{ s3 *S3 }

// OpenDrop opens the place that a setting names, s3://bucket/prefix?..., with the parameters of Open. No request is sent. Invalid for
// what cannot be one, and for a bucket without a prefix: the store's own objects would lie there too.
func OpenDrop(ctx context.Context, setting, cache string) (*Drop, error) {
	bucket, err := parseBucket(setting, cache)
	if err != nil || !strings.HasPrefix(setting, "s3://") || bucket.prefix == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "The drop must be a prefix in a bucket; write it like s3://bucket/drop?endpoint=https://s3.example.org.").Because(err)
	}
	store, err := openS3(ctx, bucket)
	if err != nil {
		return nil, err
	}
	return &Drop{store}, nil
}

// Close gives back what the drop holds on this machine.
func (d *Drop) Close() error { return d.s3.Close() }

// List tells each of the files that are there: Info.Key is its name below the drop, as others chose it, and may hold anything.
func (d *Drop) List(ctx context.Context, each func(Info) error) error {
	return d.s3.list(ctx, "", each)
}

// Open opens one file.
func (d *Drop) Open(ctx context.Context, name string) (*Object, error) { return d.s3.open(ctx, name) }

// Delete takes one file away. That it is absent already is no error.
func (d *Drop) Delete(ctx context.Context, name string) error { return d.s3.remove(ctx, name) }

// Put writes a small file there, for those who use the drop.
func (d *Drop) Put(ctx context.Context, name, text string) error {
	_, err := d.s3.put(ctx, name, io.Reader(strings.NewReader(text)), int64(len(text)))
	return err
}
