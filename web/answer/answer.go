// Package answer says errors over HTTP: which status, which words, and problem details for programs.
package answer

import (
	"encoding/json"
	"errors"
	"net/http"

	"rostrum"
)

// StatusError is an error with an HTTP status that no rostrum.Code stands for.
type StatusError struct {
	Code    int // HTTP status
	Message string
}

func (e *StatusError) Error() string { return e.Message }

// Status is the HTTP status for an error.
func Status(err error) int {
	if e, ok := errors.AsType[*StatusError](err); ok {
		return e.Code
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

// Message is the sentence for a person.
func Message(err error) string {
	if e, ok := errors.AsType[*StatusError](err); ok {
		return e.Message
	}
	return rostrum.ErrorMessage(err)
}

// Problem writes problem details (RFC 9457). say gives the sentence in the reader's language; nil leaves it in English.
func Problem(w http.ResponseWriter, err error, say func(string) string) {
	detail := Message(err)
	if say != nil {
		detail = say(detail)
	}
	status, code := Status(err), string(rostrum.ErrorCode(err))
	if _, ok := errors.AsType[*StatusError](err); ok {
		code = "not_supported"
		switch status {
		case http.StatusUnauthorized:
			code = "not_signed_in"
		case http.StatusTooManyRequests:
			code = "too_many"
		}
	}
	body, _ := json.Marshal(map[string]any{ // strings and a number cannot fail
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail, "code": code,
	})
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
