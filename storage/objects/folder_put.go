package objects

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"rostrum"
)

// Put implements Store.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	return f.put(ctx, key, r, size)
}

func (f *Folder) put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	// Into a file that nobody looks at: a reader never sees half an object, and a crash leaves
	// nothing under the key.
	temp, err := f.createTemp()
	if err != nil {
		return Info{}, err
	}
	info, err := f.fill(ctx, temp, key, r, size)
	if err != nil {
		err = errors.Join(err, temp.Close())
	} else if err = temp.Close(); err != nil {
		err = diskFailure(folderPlace, "close "+key, err)
	} else if err = f.publish(temp.Name(), key); err == nil {
		return info, nil
	}
	os.Remove(temp.Name()) // what cannot be removed now is swept later
	return Info{}, err
}

func (f *Folder) createTemp() (*os.File, error) {
	name := filepath.Join(f.temp(), randomName())
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		// Not made again here: with its disk not mounted, the folder would grow on the disk beneath.
		return nil, folderGone(err)
	}
	return file, diskFailure(folderPlace, "make a temporary file", err)
}

// fill writes all of r to temp and flushes it.
func (f *Folder) fill(ctx context.Context, temp *os.File, key string, r io.Reader, size int64) (Info, error) {
	in := &exactReader{r: r, want: size}
	buffer := make([]byte, bufferFor(size))
	for {
		if err := ctx.Err(); err != nil {
			return Info{}, err
		}
		n, readErr := in.Read(buffer)
		if n > 0 {
			if _, err := temp.Write(buffer[:n]); err != nil {
				return Info{}, diskFailure(folderPlace, "write "+key, err)
			}
		}
		if readErr == io.EOF {
			break
		}
		if readErr != nil {
			return Info{}, fmt.Errorf("read the bytes of %s: %w", key, readErr)
		}
	}
	// Before the rename: a name that a power cut leaves must not lead to bytes it has taken. Full
	// disks and quotas of network file systems also show only here.
	if err := temp.Sync(); err != nil {
		return Info{}, diskFailure(folderPlace, "flush "+key, err)
	}
	// The length on the disk, whatever was counted: the last check before the object is shown.
	stat, err := temp.Stat()
	if err == nil && stat.Size() != in.read {
		err = fmt.Errorf("%d bytes were written, %d are there", in.read, stat.Size())
	}
	if err != nil {
		return Info{}, diskFailure(folderPlace, "verify "+key, err)
	}
	return infoOf(key, stat), nil
}

// publish gives the finished, flushed file at from the name of key, in place of what had it.
func (f *Folder) publish(from, key string) error {
	name, folder := f.path(key), path.Dir(key)
	var err error
	// A few times, because a Delete may prune the new folder before the rename comes to it.
	for range 10 {
		if err = f.makeFolder(folder); err == nil {
			// One step for everybody who looks: the old object or the new one, never none. Those
			// who have the old one open keep it.
			err = os.Rename(from, name)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	switch {
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return rostrum.Errorf(rostrum.Conflict, "The file %q cannot be stored, because one name would be both a file and a folder; use another name.", key).Because(err)
	case err != nil:
		return diskFailure(folderPlace, "publish "+key, err)
	}
	// The new name is an entry of its folder, which has to reach the disk as well: otherwise a
	// power cut can take back what we have answered for.
	err = syncFolder(filepath.Dir(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // deleted by somebody already, with its folder
	}
	return diskFailure(folderPlace, "flush the folder of "+key, err)
}

// makeFolder makes folder and those above it, as far as they are absent, and flushes each entry it
// makes: a flushed file in a folder whose own name was lost is lost too.
func (f *Folder) makeFolder(folder string) error {
	// Locked, so that whoever finds the folder there may rely on its having been flushed.
	f.making.Lock()
	defer f.making.Unlock()
	if folder == "." {
		return nil // the root is never made again, see createTemp
	}
	made := f.root
	for segment := range strings.SplitSeq(folder, "/") {
		above := made
		made = filepath.Join(above, segment)
		switch err := os.Mkdir(made, folderMode); {
		case err == nil:
			if err := syncFolder(above); err != nil {
				return err
			}
		case !errors.Is(err, fs.ErrExist):
			return err
		}
	}
	return nil
}

// Adopt implements Store.
func (f *Folder) Adopt(ctx context.Context, key, from string) (Info, error) {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return Info{}, err
	}
	file, stat, err := openFinished(from)
	if err != nil {
		return Info{}, err
	}
	defer file.Close()
	// Whoever wrote it need not have flushed it, and after the rename it counts as stored.
	if err := file.Sync(); err != nil {
		return Info{}, diskFailure("folder of finished files", "flush the file for "+key, err)
	}
	err = f.publish(from, key)
	if err == nil {
		return infoOf(key, stat), nil
	}
	if !errors.Is(err, syscall.EXDEV) {
		return Info{}, err
	}
	info, err := f.put(ctx, key, file, stat.Size())
	if err != nil {
		return Info{}, err
	}
	return info, removeAdopted(from, key)
}

// openFinished opens a file that is to be adopted. It does not follow a link: the rename would take
// the link and leave the bytes.
func openFinished(name string) (*os.File, fs.FileInfo, error) {
	stat, err := os.Lstat(name)
	if err != nil {
		return nil, nil, diskFailure("folder of finished files", "adopt a file", err)
	}
	if !stat.Mode().IsRegular() {
		return nil, nil, rostrum.Errorf(rostrum.Invalid, "Only a plain file can be taken into the store; this is a folder, a link or a device.")
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, diskFailure("folder of finished files", "adopt a file", err)
	}
	return file, stat, nil
}

func removeAdopted(name, key string) error {
	return diskFailure("folder of finished files", "remove the file that is stored as "+key+" now", os.Remove(name))
}

// exactReader ends with an error instead of io.EOF when r gave another length than was announced.
type exactReader struct {
	r    io.Reader
	want int64 // -1 for any
	read int64
	err  error // what ended it, if not io.EOF
}

func (e *exactReader) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.read += int64(n)
	if e.want >= 0 && (e.read > e.want || err == io.EOF && e.read < e.want) {
		err = rostrum.Errorf(rostrum.Invalid, "The file did not arrive whole: %d bytes were announced and %d came; send it again.", e.want, e.read)
	}
	if err != nil && err != io.EOF {
		e.err = err
	}
	return n, err
}

// bufferFor keeps the buffers of the many small objects small; its sizes are in bytes.
func bufferFor(size int64) int64 {
	const largest, least = 1 << 20, 4 << 10
	if size < 0 {
		return 256 << 10
	}
	return min(max(size, least), largest)
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// randomName is unguessable and does not repeat.
func randomName() string { return strings.ToLower(rand.Text()) }
