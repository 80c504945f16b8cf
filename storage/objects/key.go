package objects

import (
	"strings"

	"rostrum"
)

const (
	longestKey     = 700 // bytes; S3 allows 1,024, and the prefix of the setting needs some of them
	longestSegment = 200 // bytes; file systems allow 255
)

// validKey tells whether key has the form that Store describes.
func validKey(key string) bool {
	if len(key) > longestKey {
		return false
	}
	for segment := range strings.SplitSeq(key, "/") {
		if !validSegment(segment) {
			return false
		}
	}
	return true
}

func validSegment(segment string) bool {
	// A leading dot is kept for the store's own things, and makes ".." impossible.
	if segment == "" || len(segment) > longestSegment || segment[0] == '.' {
		return false
	}
	for _, c := range []byte(segment) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func checkKey(key string) error {
	if !validKey(key) {
		return rostrum.Errorf(rostrum.Invalid, "%q cannot be the name of a stored file; use lower-case letters, digits, dots, dashes, underscores and single slashes.", key)
	}
	return nil
}

// folderOf gives prefix without its closing slash, "" for everything.
func folderOf(prefix string) (string, error) {
	folder := strings.TrimSuffix(prefix, "/")
	if prefix == "" {
		return "", nil
	}
	return folder, checkKey(folder)
}

// checkDeletable guards DeletePrefix against a forgotten prefix, which would mean everything.
func checkDeletable(prefix string) error {
	if prefix == "" {
		return rostrum.Errorf(rostrum.Invalid, "A folder must be named before everything in it can be deleted; the whole store is never deleted at once.")
	}
	return nil
}

func absent(key string) error {
	return rostrum.Errorf(rostrum.NotFound, "There is no stored file %q; it may have been deleted or not been made yet.", key)
}
