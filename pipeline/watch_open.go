package pipeline

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten says whether somebody has a file open for writing, as far as the system tells: it grants a lease for reading only when
// nobody has (fcntl(2), F_SETLEASE). On shares of other machines, and for files of other users, it does not tell; then the file's
// stillness has to do.
func beingWritten(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
		return err != nil
	}
	return errors.Is(err, unix.EAGAIN)
}
