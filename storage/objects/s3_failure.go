package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"rostrum"
)

// errNoAnswer is why the store itself gave up on a request.
var errNoAnswer = errors.New("no answer in time")

// failure gives an error of a request the code and the sentence of the contract.
func (s *S3) failure(ctx context.Context, doing, key string, err error) error {
	if err == nil {
		return nil
	}
	cause := fmt.Errorf("%s %s in %s: %w", doing, key, s.setting, err)
	// The caller has ended it; the service is not to blame.
	if ended := ctx.Err(); ended != nil && !errors.Is(context.Cause(ctx), errNoAnswer) {
		return errors.Join(ended, cause)
	}
	unavailable := func(sentence string) error {
		return rostrum.Errorf(rostrum.Unavailable, "%s", sentence).Because(cause)
	}
	var code string
	if service, ok := errors.AsType[smithy.APIError](err); ok {
		code = service.ErrorCode()
	}
	status := 0
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	switch {
	case code == "NoSuchBucket":
		return unavailable("The bucket of the storage setting does not exist; make it, or correct the setting.")
	case status == http.StatusNotFound:
		return rostrum.Errorf(rostrum.NotFound, "There is no stored file %q; it may have been deleted or not been made yet.", key).Because(cause)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return unavailable("The storage service refused the access key or what was asked for with it; check the key, its rights on the bucket and the clock of this machine.")
	case status == http.StatusPreconditionFailed:
		return rostrum.Errorf(rostrum.Conflict, "The stored file %q was replaced while it was being read; read it again.", key).Because(cause)
	case status == http.StatusConflict:
		return rostrum.Errorf(rostrum.Conflict, "The file %q cannot be stored, because somebody else is changing it or its name is both a file and a folder; try again or use another name.", key).Because(cause)
	case status == http.StatusMovedPermanently, status == http.StatusTemporaryRedirect, code == "AuthorizationHeaderMalformed":
		return unavailable("The storage service keeps the bucket elsewhere; correct the region or the endpoint in the storage setting.")
	case status == http.StatusInsufficientStorage, code == "QuotaExceeded", code == "XMinioStorageFull":
		return unavailable("The storage service has no room left, so nothing was stored; make room there and try again.")
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return unavailable("The storage service is overloaded or failing; try again later.")
	case status >= 400:
		return cause // a request that is wrong remains wrong
	default:
		return unavailable("The storage service does not answer; check that it runs, and the endpoint in the storage setting.")
	}
}
