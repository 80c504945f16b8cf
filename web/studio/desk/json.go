package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/gorilla/mux"

	"rostrum"
)

// largestBody is the most that is read of a request in JSON: a draft of some thousand cuts.
const largestBody = 4 << 20

// Read reads the request's JSON into v. Names that v does not have are refused, so that a mistyped one does not get lost in silence.
func Read(r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largestBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return rostrum.Errorf(rostrum.TooLarge, "That is more than can be stored at once (%d MB).", largestBody>>20)
		}
		return rostrum.Errorf(rostrum.Invalid, "The request broke off; please try again.").Because(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		if e, ok := errors.AsType[*rostrum.Error](err); ok {
			return e
		}
		return rostrum.Errorf(rostrum.Invalid, "The request is not the JSON that is expected here, near byte %d.", decoder.InputOffset()).Because(err)
	}
	return nil
}

// Reply writes v as JSON with the status 200.
func Reply(w http.ResponseWriter, v any) error { return ReplyWith(w, http.StatusOK, v) }

// ReplyWith writes v as JSON.
func ReplyWith(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
	return nil
}

// Var is a part of the address, by its name in the route.
func Var(r *http.Request, name string) string { return mux.Vars(r)[name] }
