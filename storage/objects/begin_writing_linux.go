package objects

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginWriting asks the kernel to begin writing a range to the disk. It promises nothing: that is what the flush is for.
func beginWriting(file *os.File, from, length int64) {
	unix.SyncFileRange(int(file.Fd()), from, length, unix.SYNC_FILE_RANGE_WRITE)
}
