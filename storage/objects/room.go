package objects

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// Room is what the disk of a store has, in bytes. Total is 0 for a bucket, whose service tells nobody.
type Room struct {
	Free  int64 // that the program's user may still fill
	Total int64
}

// Room implements Store.
func (f *Folder) Room(context.Context) (Room, error) {
	var disk syscall.Statfs_t
	err := syscall.Statfs(f.temp(), &disk)
	if errors.Is(err, fs.ErrNotExist) {
		return Room{}, folderGone(err)
	}
	if err != nil {
		return Room{}, diskFailure(folderPlace, "look for room", err)
	}
	return Room{Free: int64(disk.Bavail) * int64(disk.Bsize), Total: int64(disk.Blocks) * int64(disk.Bsize)}, nil
}

// Room implements Store.
func (s *S3) Room(context.Context) (Room, error) { return Room{}, nil }
