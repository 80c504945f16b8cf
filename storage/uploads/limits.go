package uploads

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rostrum"
)

const (
	keepFree      = 2e9       // bytes of the disk that uploads leave, or
	keepFreePart  = 20        // one part in so many, whichever is more: encoding needs room too
	underWay      = time.Hour // after its last byte an upload still counts as one that needs its room
	longestName   = 200       // characters
	longestMarker = 500       // bytes of a fingerprint or the ID of a delivery
)

// describe makes the row of an upload from what the sender says of the file.
func describe(said map[string]string, account rostrum.AccountID, bytes int64, now time.Time) (rostrum.Upload, error) {
	if len(said["fingerprint"]) > longestMarker || len(said["delivery"]) > longestMarker {
		return rostrum.Upload{}, rostrum.Errorf(rostrum.Invalid, "What comes with the file is too long to be right; reload the page and send the file again.")
	}
	return rostrum.Upload{
		ID: newID(), Account: account, Delivery: rostrum.DeliveryID(clean(said["delivery"])), Name: fileName(said["filename"]), Bytes: bytes,
		Fingerprint: clean(said["fingerprint"]), Created: now, Touched: now,
	}, nil
}

// fileName is the last part of a path, whichever system it came from, without what no name should have.
func fileName(said string) string {
	if i := strings.LastIndexAny(said, `/\`); i >= 0 {
		said = said[i+1:]
	}
	name := strings.TrimSpace(clean(said))
	for utf8.RuneCountInString(name) > longestName {
		_, size := utf8.DecodeRuneInString(name) // the end tells the kind
		name = name[size:]
	}
	return name
}

// clean leaves out what cannot be shown.
func clean(said string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(said, ""))
}

// admit says whether an upload may begin.
func (u *Uploads) admit(ctx context.Context, upload rostrum.Upload) error {
	switch {
	case upload.Name == "":
		return rostrum.Errorf(rostrum.Invalid, "The file has no name; give it one and send it again.")
	case upload.Bytes <= 0:
		return rostrum.Errorf(rostrum.Invalid, "%q is empty; check that the recorder has finished writing it.", upload.Name)
	}
	largest := u.Largest
	if u.MaxOf != nil {
		own, err := u.MaxOf(ctx, upload)
		if err != nil {
			return err
		}
		if own > 0 && (largest == 0 || own < largest) {
			largest = own
		}
	}
	if largest > 0 && upload.Bytes > largest {
		return rostrum.Errorf(rostrum.TooLarge, "%q has %s, more than the %s that are taken here; split it, or ask the operator for a higher limit.",
			upload.Name, size(upload.Bytes), size(largest))
	}
	return u.admitByRoom(ctx, upload)
}

func (u *Uploads) admitByRoom(ctx context.Context, upload rostrum.Upload) error {
	room, err := u.Store.Room(ctx)
	if err != nil || room.Total == 0 {
		return err
	}
	// What is under way will need its room too. What has stood still does not keep others out.
	promised, since := int64(0), u.Now().Add(-underWay)
	unfinished, err := u.Ledger.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, other := range unfinished {
		if other.Touched.After(since) {
			promised += other.Bytes - other.Offset
		}
	}
	if free := room.Free - max(keepFree, room.Total/keepFreePart) - promised; upload.Bytes > free {
		return &refusal{http.StatusInsufficientStorage, rostrum.Errorf(rostrum.Unavailable,
			"%q has %s, and the server has room for %s; ask the operator to make room, then send it again.", upload.Name, size(upload.Bytes), size(max(0, free)))}
	}
	return nil
}

// size writes bytes as people read them.
func size(bytes int64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
