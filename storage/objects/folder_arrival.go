package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// folderArrival grows a hidden file.
type folderArrival struct {
	*Folder
	key  string
	size int64 // bytes
}

// Arrival implements Store.
func (f *Folder) Arrival(key string, size int64) Arrival { return &folderArrival{f, key, size} }

func (a *folderArrival) name() string { return a.path(hidden(a.key)) }

// Begin implements Arrival.
func (a *folderArrival) Begin(ctx context.Context) error {
	if err := errors.Join(checkKey(a.key), ctx.Err()); err != nil {
		return err
	}
	if _, err := os.Stat(a.temp()); err != nil {
		return folderGone(err)
	}
	var file *os.File
	var err error
	// A few times, for the reason that publish has.
	for range 10 {
		if err = a.makeFolder(path.Dir(a.key)); err == nil {
			file, err = os.OpenFile(a.name(), os.O_WRONLY|os.O_CREATE, fileMode)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err == nil {
		err = errors.Join(file.Close(), syncFolder(filepath.Dir(a.name())))
	}
	return diskFailure(folderPlace, "begin "+a.key, err)
}

// Write implements Arrival.
func (a *folderArrival) Write(ctx context.Context, offset int64, r io.Reader, accept func() error) (int64, error) {
	if err := errors.Join(checkKey(a.key), ctx.Err()); err != nil {
		return 0, err
	}
	file, err := os.OpenFile(a.name(), os.O_WRONLY, 0)
	if err != nil {
		return 0, a.readFailure("go on with", a.key, err)
	}
	n, err := a.write(file, offset, r, accept)
	if err != nil {
		// Kept no longer than it must be; what cannot be cut off now is by the next Write.
		return 0, errors.Join(err, file.Truncate(offset), file.Close())
	}
	return n, diskFailure(folderPlace, "close "+a.key, file.Close())
}

func (a *folderArrival) write(file *os.File, offset int64, r io.Reader, accept func() error) (int64, error) {
	stat, err := file.Stat()
	if err == nil && stat.Size() > offset {
		err = file.Truncate(offset)
	}
	if err != nil {
		return 0, diskFailure(folderPlace, "go on with "+a.key, err)
	}
	if stat.Size() < offset {
		return 0, lostBytes(a.key)
	}
	in := &tooMany{r, a.size - offset}
	buffer := make([]byte, pieceBuffer)
	at, begun := offset, offset
	for {
		n, readErr := in.Read(buffer)
		if readErr != nil && readErr != io.EOF {
			return 0, fmt.Errorf("read the bytes of %s: %w", a.key, readErr)
		}
		if _, err := file.WriteAt(buffer[:n], at); err != nil {
			return 0, diskFailure(folderPlace, "write "+a.key, err)
		}
		at += int64(n)
		// The disk works while the next bytes come, so that the flush in the end has little left to wait for.
		if at-begun >= beginEvery {
			beginWriting(file, begun, at-begun)
			begun = at
		}
		if readErr == io.EOF {
			break
		}
	}
	if accept != nil {
		if err := accept(); err != nil {
			return 0, err
		}
	}
	return at - offset, diskFailure(folderPlace, "flush "+a.key, file.Sync())
}

const (
	pieceBuffer = 128 << 10 // bytes
	beginEvery  = 1 << 20   // bytes
)

// Finish implements Arrival. Each Write has flushed its bytes already.
func (a *folderArrival) Finish(ctx context.Context) (Info, error) {
	if err := errors.Join(checkKey(a.key), ctx.Err()); err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(a.name())
	if errors.Is(err, fs.ErrNotExist) {
		info, err := a.Stat(ctx, a.key) // finished already
		if err == nil && info.Size != a.size {
			err = lostBytes(a.key)
		}
		return info, err
	}
	if err != nil {
		return Info{}, a.readFailure("finish", a.key, err)
	}
	if stat.Size() != a.size {
		return Info{}, notWhole(a.key, stat.Size(), a.size)
	}
	return infoOf(a.key, stat), a.publish(a.name(), a.key)
}

// Abandon implements Arrival.
func (a *folderArrival) Abandon(ctx context.Context) error {
	if err := errors.Join(checkKey(a.key), ctx.Err()); err != nil {
		return err
	}
	return a.remove(hidden(a.key))
}
