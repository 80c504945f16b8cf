package objects

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// localCopies holds whole objects of a bucket as files of this machine.
//
// Every process has its own folder in the cache folder and holds a lock on a file in it as long as
// it lives. A folder that nobody has locked was left by a process that died, and is removed when the
// next one starts.
type localCopies struct {
	folder string
	lock   *os.File
	budget int64 // bytes

	mu     sync.Mutex
	made   int                   // how many files so far, for their names
	used   int64                 // bytes of all copies, and of those still being downloaded
	byID   map[copyID]*localCopy // the ones that can be taken
	unused *list.List            // of *localCopy without a reference, the longest unused first
}

type copyID struct{ key, etag string }

// localCopy is guarded by the mutex of localCopies, but for done.
type localCopy struct {
	id         copyID
	name       string
	size       int64
	references int
	done       chan struct{} // closed when the download has ended and err is set
	err        error
	cancel     context.CancelFunc
	unused     *list.Element // nil while referenced
}

const (
	lockName     = "lock"
	copiesPrefix = "copies-" // of the folders of the processes
)

func openLocalCopies(cache string, budget int64) (*localCopies, error) {
	fail := func(err error) error { return diskFailure(localCopyPlace, "open the cache folder", err) }
	cache, err := filepath.Abs(cache)
	if err != nil {
		return nil, fail(err)
	}
	if err := os.MkdirAll(cache, folderMode); err != nil {
		return nil, fail(err)
	}
	// One process at a time starts here: a folder that is not locked yet must not look abandoned.
	starting, err := lockFile(filepath.Join(cache, lockName), syscall.LOCK_EX)
	if err != nil {
		return nil, fail(err)
	}
	defer starting.Close()
	if err := removeAbandoned(cache); err != nil {
		return nil, fail(err)
	}
	folder := filepath.Join(cache, copiesPrefix+randomName())
	if err := os.Mkdir(folder, folderMode); err != nil {
		return nil, fail(err)
	}
	lock, err := lockFile(filepath.Join(folder, lockName), syscall.LOCK_EX)
	if err != nil {
		return nil, fail(err)
	}
	return &localCopies{folder: folder, lock: lock, budget: budget, byID: map[copyID]*localCopy{}, unused: list.New()}, nil
}

func removeAbandoned(cache string) error {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		folder := filepath.Join(cache, entry.Name())
		// Only what looks like ours: an operator may have named a folder that holds other things.
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), copiesPrefix) {
			continue
		}
		lock, err := lockFile(filepath.Join(folder, lockName), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			continue // its process lives
		}
		if err != nil {
			return err
		}
		err = errors.Join(os.RemoveAll(folder), lock.Close())
		if err != nil {
			return err
		}
	}
	return nil
}

// lockFile opens the file, makes it when absent, and locks it. Closing it, or the end of the
// process, however it came, unlocks it.
func lockFile(name string, how int) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), how)
		if err == nil {
			return file, nil
		}
		if err != syscall.EINTR {
			file.Close()
			return nil, &os.PathError{Op: "lock", Path: name, Err: err}
		}
	}
}

func (c *localCopies) close() error {
	return errors.Join(os.RemoveAll(c.folder), c.lock.Close())
}

// downloader fills an empty file with a version. Its errors are those of the contract, or of the
// file.
type downloader func(ctx context.Context, v version, file *os.File) error

// take gives the file of a version and a reference to it, and downloads it when nobody has.
func (c *localCopies) take(ctx context.Context, v version, download downloader) (string, func(), error) {
	held := c.reference(ctx, v, download)
	release := sync.OnceFunc(func() { c.release(held) })
	select {
	case <-held.done:
		if held.err != nil {
			release()
			return "", nil, held.err
		}
		return held.name, release, nil
	case <-ctx.Done():
		release()
		return "", nil, ctx.Err()
	}
}

func (c *localCopies) reference(ctx context.Context, v version, download downloader) *localCopy {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := copyID{v.Key, v.etag}
	if held := c.byID[id]; held != nil {
		held.references++
		if held.unused != nil {
			c.unused.Remove(held.unused)
			held.unused = nil
		}
		return held
	}
	c.evict(c.budget - v.Size)
	c.made++
	// Not the context of the first who asks alone: the others wait for the same download.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	held := &localCopy{
		id: id,
		// With the object's own ending, because ffmpeg looks at it.
		name:       filepath.Join(c.folder, fmt.Sprintf("%d-%s", c.made, path.Base(v.Key))),
		size:       v.Size,
		references: 1,
		done:       make(chan struct{}),
		cancel:     cancel,
	}
	c.byID[id] = held
	c.used += held.size
	go c.download(ctx, held, v, download)
	return held
}

func (c *localCopies) download(ctx context.Context, held *localCopy, v version, download downloader) {
	err := fillCopy(ctx, held, v, download)
	if errors.Is(err, syscall.ENOSPC) {
		// The disk is smaller than the budget says: what nobody uses goes, for one more try.
		c.mu.Lock()
		c.evict(0)
		c.mu.Unlock()
		err = fillCopy(ctx, held, v, download)
	}
	err = diskFailure(localCopyPlace, "copy "+v.Key+" to this machine", err)

	c.mu.Lock()
	defer c.mu.Unlock()
	held.cancel()
	held.err = err
	close(held.done)
	if err != nil {
		c.forget(held)
	} else if held.references == 0 {
		c.retire(held)
	}
}

func fillCopy(ctx context.Context, held *localCopy, v version, download downloader) error {
	file, err := os.OpenFile(held.name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	err = download(ctx, v, file)
	if err == nil {
		err = file.Chmod(0o440) // to be read only: several may be reading it
	}
	if err == nil {
		var stat fs.FileInfo
		if stat, err = file.Stat(); err == nil && stat.Size() != v.Size {
			err = fmt.Errorf("the copy has %d bytes of %d", stat.Size(), v.Size)
		}
	}
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(held.name)
	}
	return err
}

func (c *localCopies) release(held *localCopy) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held.references--
	if held.references > 0 {
		return
	}
	select {
	case <-held.done:
		if held.err == nil {
			c.retire(held)
		}
	default:
		// Nobody waits for it any more. Who asks from now on must not get its cancellation.
		held.cancel()
		delete(c.byID, held.id)
	}
}

// retire keeps a copy that nobody uses, until the room is needed. The last one used stays even when
// it alone is over the budget: its recording's next task is likely to ask for it again.
func (c *localCopies) retire(held *localCopy) {
	if c.byID[held.id] != held {
		c.forget(held)
		os.Remove(held.name)
		return
	}
	c.evict(c.budget)
	held.unused = c.unused.PushBack(held)
}

// evict removes copies that nobody uses, the longest unused first, until no more than budget bytes
// are used or only copies in use are left.
func (c *localCopies) evict(budget int64) {
	for c.used > budget && c.unused.Len() > 0 {
		held := c.unused.Remove(c.unused.Front()).(*localCopy)
		c.forget(held)
		os.Remove(held.name)
	}
}

// forget takes a copy out of the books.
func (c *localCopies) forget(held *localCopy) {
	c.used -= held.size
	if c.byID[held.id] == held {
		delete(c.byID, held.id)
	}
}
