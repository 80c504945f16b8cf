package uploads

import (
	"errors"
	"net/http"
	"syscall"

	"rostrum"
)

const statusChecksumMismatch = 460

// errCutOff is why nothing counts of a piece with a checksum whose line broke. Nobody is there to be told.
var errCutOff = errors.New("the line broke before the end of the piece")

// refusal is an error that has its own status in HTTP.
type refusal struct {
	status int
	err    *rostrum.Error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// statusOf gives the status of an error.
func statusOf(err error) int {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.status
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return http.StatusInsufficientStorage
	}
	switch rostrum.ErrorCode(err) {
	case rostrum.Invalid:
		return http.StatusBadRequest
	case rostrum.NotFound:
		return http.StatusNotFound
	case rostrum.Refused:
		return http.StatusForbidden
	case rostrum.Conflict:
		return http.StatusConflict
	case rostrum.Withdrawn:
		return http.StatusGone
	case rostrum.TooLarge:
		return http.StatusRequestEntityTooLarge
	case rostrum.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// protocolSentence says in words what the protocol's own refusals mean, by their status.
func protocolSentence(status int) string {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return noSuchUpload().Message
	case http.StatusMethodNotAllowed:
		return "An upload cannot be used in this way; it can be begun, asked about, added to and deleted."
	case http.StatusConflict:
		return "The piece does not begin where the file has arrived so far; ask how far that is, and go on from there."
	case http.StatusPreconditionFailed:
		return "The sender speaks another version of the upload protocol; it must be tus 1.0.0."
	case http.StatusRequestEntityTooLarge:
		return "More bytes came than the file was said to have, so it has changed meanwhile; send it again from the start."
	case http.StatusLocked:
		return "Another piece of this file is still being stored; try again in a moment."
	case http.StatusNotImplemented:
		return "The length of the file must be said before its first byte; begin the upload with it."
	}
	if status >= http.StatusInternalServerError {
		return "The piece did not arrive whole; go on from where the file has arrived so far."
	}
	return "The request is not one of the upload protocol tus 1.0.0, or it was cut off; go on from where the file has arrived so far."
}

func noSuchUpload() *rostrum.Error {
	return rostrum.Errorf(rostrum.NotFound, "There is no such upload; it may have been finished and taken, or removed after a week without a new byte. Send the file again.")
}
