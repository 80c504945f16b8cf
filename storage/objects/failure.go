package objects

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"rostrum"
)

// diskFailure gives an error of the operating system the sentence an operator can act on, when it
// is one that an operator can put right. place is how the sentence names the folder.
func diskFailure(place, doing string, err error) error {
	if err == nil {
		return nil
	}
	cause := fmt.Errorf("%s: %w", doing, err)
	unavailable := func(format string) error {
		return rostrum.Errorf(rostrum.Unavailable, format, place).Because(cause)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return unavailable("The disk of the %s is full, so nothing was stored; make room on it and try again.")
	case errors.Is(err, syscall.EFBIG):
		return unavailable("The file is larger than the disk or the limits of the machine allow in the %s, so nothing was stored; raise the limit or use another disk.")
	case errors.Is(err, syscall.EROFS):
		return unavailable("The disk of the %s is read-only, so nothing was stored; mount it for writing and try again.")
	case errors.Is(err, fs.ErrPermission):
		return unavailable("Rostrum may not use the %s; give its user the right to read and write there and try again.")
	case errors.Is(err, syscall.EIO):
		return unavailable("The disk of the %s reports a fault; check the disk before trying again.")
	case errors.Is(err, syscall.EXDEV):
		return unavailable("The %s is spread over more than one disk, so nothing was stored; keep all of it on one.")
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return unavailable("Too many files are open at once to use the %s; try again, and raise the limit of open files if it happens twice.")
	}
	return cause
}
