package rostrum

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong. The set is closed: callers decide by it, never by
// the text of an error.
type Code string

// The codes. Everything that carries none of them is Internal: it is logged where it is
// answered, and the person sees only that something failed.
const (
	Invalid     Code = "invalid"     // the input cannot be right: a cut outside the recording, a file that is no media
	NotFound    Code = "not_found"   // there is no such thing, or this viewer may not know that there is
	Refused     Code = "refused"     // right in form, but not allowed: no consent, embargo, unknown meeting
	Conflict    Code = "conflict"    // somebody or something was faster: the row changed, the folder is in use
	Withdrawn   Code = "withdrawn"   // it was public once; only that is said (HTTP 410)
	TooLarge    Code = "too_large"   // over a limit that an operator set
	Unavailable Code = "unavailable" // an outside world does not answer: database, store, ffmpeg; trying again may help
	Internal    Code = "internal"    // everything else
)

// Error is an error with one sentence for a person: what happened, why, and what to do next.
// The sentence carries no path of the machine, no trace, and no words of a library.
type Error struct {
	Code    Code
	Message string
	cause   error
}

// Errorf makes an Error of the given code. A %w in the format keeps its argument as the cause,
// for the log; the words of the cause do become part of the message, so wrap only errors that
// are meant for people, and use Because for others.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: wrapped.Error(), cause: errors.Unwrap(wrapped)}
}

// Because adds a technical cause, which is logged and never shown.
func (e *Error) Because(cause error) *Error {
	return &Error{Code: e.Code, Message: e.Message, cause: cause}
}

// Error gives the code, the sentence and the cause: the form for logs.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message
	}
	return e.Message + " (" + e.cause.Error() + ")"
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// ErrorCode gives the code of the first Error in err's chain, Internal when there is none, and
// "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ErrorMessage gives the sentence that may be shown to a person. An error without one gives a
// general sentence: its own words may name paths or hosts.
func ErrorMessage(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return "Something failed inside Rostrum. It has been written to the log; please try again, and tell the operator if it happens twice."
}
