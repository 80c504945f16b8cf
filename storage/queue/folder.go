package queue

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"rostrum"
)

// lockName is the file whose lock says that a process works in a data folder. It stays when
// the process ends: removing it would let two processes lock two files of one name.
const lockName = "worker.lock"

// FolderInUse only looks, but to look it takes the lock for some microseconds; LockFolder
// therefore asks more than once.
const (
	lockTries = 10
	lockPause = 20 * time.Millisecond
)

// LockFolder takes the lock that lets one process work in a data folder, and gives
// rostrum.Conflict when another has it. The kernel releases it when the process ends, however it
// ends; processes that it started do not inherit it. Start takes it by itself.
func LockFolder(dir string) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, rostrum.Errorf(rostrum.Unavailable,
			"The data folder cannot be written to; please check that it exists and belongs to the user Rostrum runs as.").Because(err)
	}
	for try := 1; ; try++ {
		err = flock(f, syscall.LOCK_EX)
		if !errors.Is(err, syscall.EWOULDBLOCK) || try == lockTries {
			break
		}
		time.Sleep(lockPause)
	}
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		f.Close()
		return nil, rostrum.Errorf(rostrum.Conflict,
			"Another Rostrum is already working in this data folder, and only one can; let it do the work, or stop it first.")
	case err != nil:
		f.Close()
		return nil, rostrum.Errorf(rostrum.Unavailable,
			"The data folder cannot be locked, which its file system must allow; please move it to a local disk.").Because(err)
	}
	return sync.OnceFunc(func() { f.Close() }), nil // closing releases the lock
}

// FolderInUse says whether a process works in a data folder now.
func FolderInUse(dir string) (bool, error) {
	f, err := os.Open(filepath.Join(dir, lockName))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("queue: looking at the lock of the data folder: %w", err)
	}
	defer f.Close()
	switch err := flock(f, syscall.LOCK_SH); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("queue: looking at the lock of the data folder: %w", err)
	}
	return false, nil
}

// flock asks for a lock without waiting for it.
func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
