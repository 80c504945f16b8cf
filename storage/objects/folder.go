package objects

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"rostrum"
)

const (
	folderPlace = "storage folder" // as diskFailure's sentences name it
	tempName    = ".tmp"           // in the root, so that a rename from it never leaves the file system
	fileMode    = 0o640
	folderMode  = 0o750
)

// Folder is the Store in a folder of this machine.
type Folder struct {
	root   string     // absolute
	making sync.Mutex // held while folders are made, see makeFolder
}

var _ Store = (*Folder)(nil)

// OpenFolder opens the store in the folder at root, and makes the folder when it is absent. Several
// processes may have the same one open.
func OpenFolder(root string) (*Folder, error) {
	if root == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "No folder is given to store files in; name one in the storage setting.")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("open the storage folder: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(root, tempName), folderMode); err != nil {
		if errors.Is(err, syscall.ENOTDIR) {
			return nil, rostrum.Errorf(rostrum.Unavailable, "The storage folder is a file, so nothing can be stored in it; name a folder in the storage setting.").Because(err)
		}
		return nil, diskFailure(folderPlace, "open the storage folder", err)
	}
	return &Folder{root: root}, nil
}

// Close does nothing.
func (f *Folder) Close() error { return nil }

// path gives the file of a key or the folder of a prefix.
func (f *Folder) path(key string) string {
	return filepath.Join(f.root, filepath.FromSlash(key))
}

func (f *Folder) temp() string { return filepath.Join(f.root, tempName) }

// Open implements Store.
func (f *Folder) Open(ctx context.Context, key string) (*Object, error) {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return nil, err
	}
	return f.open(key)
}

func (f *Folder) open(key string) (*Object, error) {
	file, err := os.Open(f.path(key))
	if err != nil {
		return nil, f.readFailure("open", key, err)
	}
	// What is told is told of the open file: the one of that name may be another by now.
	stat, err := file.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, f.readFailure("open", key, err)
	}
	return &Object{file, infoOf(key, stat)}, nil
}

// Stat implements Store.
func (f *Folder) Stat(ctx context.Context, key string) (Info, error) {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(f.path(key))
	if err == nil && !stat.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, f.readFailure("look at", key, err)
	}
	return infoOf(key, stat), nil
}

func infoOf(key string, stat fs.FileInfo) Info {
	return Info{Key: key, Size: stat.Size(), Modified: stat.ModTime()}
}

// Local implements Store: it gives the object's own file.
func (f *Folder) Local(ctx context.Context, key string) (string, func(), error) {
	if _, err := f.Stat(ctx, key); err != nil {
		return "", nil, err
	}
	return f.path(key), func() {}, nil
}

// readFailure tells an absent object from an absent disk: a recording must not be taken for lost
// because its disk is not mounted.
func (f *Folder) readFailure(doing, key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		if _, gone := os.Stat(f.temp()); gone != nil {
			return folderGone(gone)
		}
		return absent(key)
	}
	return diskFailure(folderPlace, doing+" "+key, err)
}

func folderGone(cause error) error {
	return rostrum.Errorf(rostrum.Unavailable, "The storage folder is no longer there; check that its disk is mounted, then start Rostrum again.").Because(cause)
}

// Delete implements Store.
func (f *Folder) Delete(ctx context.Context, key string) error {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return err
	}
	return f.remove(key)
}

func (f *Folder) remove(key string) error {
	name := f.path(key)
	// Unlink and not os.Remove, which would also take an empty folder of that name.
	switch err := syscall.Unlink(name); err {
	case nil:
		return f.prune(path.Dir(key))
	case syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.EPERM:
		// Linux says EISDIR for a folder, others EPERM, which may also be a real refusal.
		if stat, missing := os.Lstat(name); missing == nil && !stat.IsDir() {
			return diskFailure(folderPlace, "delete "+key, err)
		}
		return nil
	default:
		return diskFailure(folderPlace, "delete "+key, err)
	}
}

// DeletePrefix implements Store.
func (f *Folder) DeletePrefix(ctx context.Context, prefix string) error {
	folder, err := folderOf(prefix)
	if err := errors.Join(checkDeletable(prefix), err, ctx.Err()); err != nil {
		return err
	}
	// RemoveAll would also remove an object of that very name, which the prefix does not cover.
	if stat, err := os.Lstat(f.path(folder)); err != nil || !stat.IsDir() {
		return nil
	}
	for {
		err := os.RemoveAll(f.path(folder))
		if err == nil {
			return f.prune(path.Dir(folder))
		}
		// A Put into it at this moment can leave it not empty; its object is deleted as well.
		if !errors.Is(err, syscall.ENOTEMPTY) || ctx.Err() != nil {
			return diskFailure(folderPlace, "delete everything in "+folder, err)
		}
	}
}

// prune removes folder and the ones above it as far as they are empty, because a bucket has none
// either, and flushes the first that is not: only then does a deletion outlive a power cut.
func (f *Folder) prune(folder string) error {
	for ; folder != "."; folder = path.Dir(folder) {
		// Rmdir and not os.Remove: somebody may have put an object of that name there just now.
		if err := syscall.Rmdir(f.path(folder)); err != nil && err != syscall.ENOENT {
			break
		}
	}
	err := syncFolder(f.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else has pruned further, and flushes there
	}
	return diskFailure(folderPlace, "flush the folder after deleting", err)
}

// List implements Store.
func (f *Folder) List(ctx context.Context, prefix string, each func(Info) error) error {
	folder, err := folderOf(prefix)
	if err != nil {
		return err
	}
	if _, err := os.Stat(f.temp()); err != nil {
		return folderGone(err)
	}
	return f.list(ctx, folder, each)
}

func (f *Folder) list(ctx context.Context, folder string, each func(Info) error) error {
	entries, err := os.ReadDir(f.path(folder))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err != nil {
		return diskFailure(folderPlace, "list "+folder, err)
	}
	// The keys in a folder begin with its name and a slash, and "-" and "." come before the slash:
	// "a-b" is between "a" and "a/c" by name, but "a-b/x" comes before "a/c" by key.
	order := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(order(a), order(b)) })
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		key := path.Join(folder, entry.Name())
		if !validKey(key) {
			continue
		}
		if entry.IsDir() {
			if err := f.list(ctx, key, each); err != nil {
				return err
			}
			continue
		}
		stat, err := os.Stat(f.path(key))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !stat.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return diskFailure(folderPlace, "look at "+key, err)
		}
		if err := each(infoOf(key, stat)); err != nil {
			return err
		}
	}
	return nil
}

// Check implements Store.
func (f *Folder) Check(ctx context.Context) error {
	probe := newProbe()
	if _, err := f.put(ctx, probe.key, bytes.NewReader(probe.bytes), int64(len(probe.bytes))); err != nil {
		return err
	}
	object, err := f.open(probe.key)
	if err == nil {
		err = probe.compare(object)
	}
	return errors.Join(err, f.remove(probe.key))
}

// SweepUnfinished implements Store. A temporary file that is being written is always young: every
// write renews its time.
func (f *Folder) SweepUnfinished(ctx context.Context, olderThan time.Time) (int, error) {
	entries, err := os.ReadDir(f.temp())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, folderGone(err)
	}
	if err != nil {
		return 0, diskFailure(folderPlace, "list the temporary files", err)
	}
	n := 0
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		stat, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !stat.ModTime().Before(olderThan) {
			continue
		}
		if err == nil {
			err = os.Remove(filepath.Join(f.temp(), entry.Name()))
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return n, diskFailure(folderPlace, "remove a temporary file", err)
		}
		n++
	}
	return n, nil
}
