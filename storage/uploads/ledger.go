package uploads

import (
	"context"
	"time"

	"rostrum"
)

// Ledger keeps what is known of the uploads, one row for each. It must outlive a power cut: what it has taken is told to the sender.
//
// Errors: NotFound for an absent row, from all but Delete; others as they come. Every method may be called again.
type Ledger interface {
	// Create adds the row of an upload that begins.
	Create(ctx context.Context, u rostrum.Upload) error

	// Progress sets how many bytes count, the state of the digest over them, opaque and at most 200 bytes, and when that was, all in
	// one step. A row that is finished stays as it is.
	Progress(ctx context.Context, id string, offset int64, digestState []byte, now time.Time) error

	// Finish says that all bytes are there, and what their SHA-256 is.
	Finish(ctx context.Context, id string, digest rostrum.Digest) error

	// Get gives one row.
	Get(ctx context.Context, id string) (rostrum.Upload, error)

	// Delete removes a row. That it is absent already is no error.
	Delete(ctx context.Context, id string) error

	// Unfinished gives every row that is not finished, in any order.
	Unfinished(ctx context.Context) ([]rostrum.Upload, error)
}
