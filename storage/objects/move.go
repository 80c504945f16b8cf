package objects

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"

	"rostrum"
)

// checkMove guards Move against an object that would be copied onto itself and then deleted.
func checkMove(to, from string) error {
	if to == from {
		return rostrum.Errorf(rostrum.Invalid, "The stored file %q cannot be moved to its own name; use another.", from)
	}
	return errors.Join(checkKey(to), checkKey(from))
}

// Move implements Store: it renames the file.
func (f *Folder) Move(ctx context.Context, to, from string) (Info, error) {
	if err := errors.Join(checkMove(to, from), ctx.Err()); err != nil {
		return Info{}, err
	}
	info, err := f.Stat(ctx, from)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		// Moved already, perhaps by a process that did not live to flush it.
		if info, err = f.Stat(ctx, to); err != nil {
			return Info{}, absentUnless(err, from)
		}
		if err := syncFolder(filepath.Dir(f.path(to))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Info{}, diskFailure(folderPlace, "flush the folder of "+to, err)
		}
	case err != nil:
		return Info{}, err
	default:
		if err := f.publish(f.path(from), to); err != nil {
			return Info{}, err
		}
	}
	info.Key = to
	// Its old folder has to reach the disk too, or a power cut could leave both names.
	return info, f.prune(path.Dir(from))
}

// absentUnless says that from is absent, unless err is more than that its new place is empty as well.
func absentUnless(err error, from string) error {
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return absent(from)
	}
	return err
}
