// Package objects keeps what Rostrum may not lose and what can be made again: original recordings
// (up to 200 GB), immutable segments, and small files such as playlists, captions and posters.
//
// One contract, [Store], has two implementations, chosen by the storage setting (see [Open]): a
// folder on one machine, and a bucket of an S3 service for many. Nothing else in the program knows
// which of the two it is, and both pass the same behaviour suite.
//
// # The folder
//
// Disk: everything that is kept, plus whatever is being written: in the subfolder .tmp, and what
// arrives piece by piece under a name with a leading dot (see [Arrival]). The whole folder must lie
// on one file system, because a file becomes visible by a rename. Rights: the program's user reads, writes and makes folders; files are made 0640, folders 0750, less the umask.
// It may be read, copied and backed up with any tool while the program runs: a file there under its
// own name is whole and never changes; it is only replaced or removed.
//
// # The bucket
//
// Rights of the access key: s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject,
// s3:AbortMultipartUpload, s3:ListMultipartUploadParts and s3:ListBucketMultipartUploads, on the
// bucket and below the prefix. Without s3:ListBucket many services answer 403 for an object that is
// absent, which then reads as "refused". No ACL is ever sent. A rule of the bucket that abandons
// multipart uploads must wait longer than unfinished uploads are kept. Memory: up to about 120 MB
// for each upload of more than 16 MiB, whatever its length; for each [Arrival] two parts, which are
// of 8 MiB up to 80 GB. Disk: the cache folder, in which whole objects lie for ffmpeg (see [Store.Local]), each process its own part of it.
package objects

import (
	"context"
	"io"
	"time"
)

// Info describes an object.
type Info struct {
	Key      string
	Size     int64     // bytes
	Modified time.Time // when it became visible, by the store's clock; S3 gives whole seconds
}

// Object is an open object: its bytes, from any offset, and what is known of it.
//
// The reader of a folder is an *os.File. Hand ReadSeekCloser itself to http.ServeContent, not a
// wrapper of it: only then can the bytes go out by sendfile.
//
// The reader of a bucket asks for nothing before the first Read, and then by one ranged request from
// the current offset on; Seek costs nothing. It lives as long as the context given to Store.Open. A
// broken or silent connection is taken up again where it broke.
//
// Bytes of two versions are never mixed: when an object is replaced or deleted, its reader goes on
// with the old bytes, or, on S3 when it needs a new request, fails with Conflict or NotFound. An
// Object is for one goroutine at a time.
type Object struct {
	io.ReadSeekCloser
	Info
}

// Store keeps objects under keys.
//
// A key is a relative path of segments separated by single slashes; a segment is made of the
// characters a to z, 0 to 9, ".", "_" and "-", does not begin with a dot, and has at most 200 of
// them; a key has at most 700. Other keys are refused with Invalid. No key may be the folder of
// another ("a" beside "a/b"): folders and some S3 services answer Conflict, others would take it, so
// callers must not try.
//
// A prefix names a folder: "a/b" and "a/b/" both cover "a/b/c", but neither "a/bc" nor "a/b"; ""
// covers everything.
//
// Errors: NotFound for an absent object; Unavailable when the disk or the service cannot do its part
// (full, not permitted, not answering): trying again later may help; Conflict as said above; the
// context's own error when that ended. S3 requests are tried up to three times inside; beyond that
// the caller retries, and every method may simply be called again.
//
// All methods may be called at the same time, also from several processes.
type Store interface {
	// Put stores what r gives until its end under key, and replaces what was there. The object
	// becomes visible at once and whole, and survives a power cut, when Put returns; after an error
	// the old object, if any, is still there. Of Puts at the same time, one wins whole. size is in
	// bytes; -1 when it is unknown, otherwise a reader that gives fewer or more is refused with
	// Invalid. An error of r comes back wrapped, with its code. On S3 a reader of unknown size may
	// give at most 240 GB.
	Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error)

	// Open opens an object for reading. The caller closes it.
	Open(ctx context.Context, key string) (*Object, error)

	// Stat describes an object without reading it.
	Stat(ctx context.Context, key string) (Info, error)

	// Delete removes an object. That it is absent already is no error.
	Delete(ctx context.Context, key string) error

	// DeletePrefix removes every object that prefix covers, one after the other: when it fails,
	// some are gone. The empty prefix is refused with Invalid.
	DeletePrefix(ctx context.Context, prefix string) error

	// List calls each for every object that prefix covers, in the byte order of the keys, and stops
	// at the first error, which it returns as it is. Objects that come or go meanwhile may be
	// missing. Files that are not under a valid key are passed over.
	List(ctx context.Context, prefix string, each func(Info) error) error

	// Local gives a file on this machine with the object's bytes, for programs that want a path. It
	// is to be read only. The caller calls release once it no longer needs the file; more calls do
	// nothing. The folder gives its own file. S3 downloads the object into the cache folder, once
	// for all who ask at the same time, and keeps it afterwards until others need the room.
	Local(ctx context.Context, key string) (path string, release func(), err error)

	// Adopt takes in a finished regular file, as Put does, and removes it: path is then gone. The
	// folder renames it when it lies on the same file system, which costs nothing whatever the size.
	// After an error the file is still at path, or, if that is gone, whole under key.
	Adopt(ctx context.Context, key, path string) (Info, error)

	// Move gives the object at from the key to, in place of what had it, without its bytes passing through this process. A folder
	// renames the file; a bucket copies it inside the service, which takes time with the size, and then deletes the old one: between
	// the two both are there. Called again after it was cut off, it ends what was begun: when from is absent and to is
	// there, it has been done, and Info tells of to.
	Move(ctx context.Context, to, from string) (Info, error)

	// Arrival gives the object of size bytes that is to come piece by piece under key. It asks nothing of the store yet.
	Arrival(key string, size int64) Arrival

	// Room tells how much fits on the disk.
	Room(ctx context.Context) (Room, error)

	// Check writes a small object, reads a part of it back and deletes it. Its error is one
	// sentence on what the operator has to put right.
	Check(ctx context.Context) error

	// SweepUnfinished removes what Puts and Moves that never ended have left and nobody has added to
	// since olderThan: temporary files of the folder, multipart uploads of the bucket below the prefix.
	// Arrivals that have begun stay: only Abandon removes them. n counts what was removed.
	SweepUnfinished(ctx context.Context, olderThan time.Time) (n int, err error)

	// Close gives up what this process alone holds: the cache folder and idle connections. Objects
	// and files of Local must no longer be in use.
	Close() error
}
