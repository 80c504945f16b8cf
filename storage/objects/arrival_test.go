package objects

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"rostrum"
)

// begin begins the arrival of size bytes under the key.
func begin(t *testing.T, store Store, key string, size int) Arrival {
	t.Helper()
	a := store.Arrival(key, int64(size))
	if err := a.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// arrive writes content from offset to end.
func arrive(t *testing.T, a Arrival, content []byte, offset, end int) {
	t.Helper()
	n, err := a.Write(t.Context(), int64(offset), bytes.NewReader(content[offset:end]), nil)
	if err != nil || n != int64(end-offset) {
		t.Fatalf("wrote %d from %d to %d: %v", n, offset, end, err)
	}
}

// finish ends the arrival and compares what is there.
func finish(t *testing.T, store Store, a Arrival, key string, content []byte) {
	t.Helper()
	for range 2 { // the second time as after a crash that nobody was told of
		info, err := a.Finish(t.Context())
		if err != nil || info.Key != key || info.Size != int64(len(content)) {
			t.Fatalf("finished: %+v, %v", info, err)
		}
	}
	if get(t, store, key) != string(content) {
		t.Error("other bytes arrived")
	}
	wantKeys(t, store, "", key)
}

// Pieces that fill parts of a bucket, that do not, and that fill several. A part of the tests has 5 MiB.
func arrival(t *testing.T, store Store) {
	content := noise(8, 11<<20+7)
	for _, ends := range [][]int{
		{len(content)},
		{5 << 20, 10 << 20, len(content)},
		{1, 3, 6 << 20, 6<<20 + 1, len(content) - 1, len(content)},
		{7 << 20, 7 << 20, len(content), len(content)},
	} {
		a, at := begin(t, store, "arriving/one", len(content)), 0
		for _, end := range ends {
			arrive(t, a, content, at, end)
			at = end
			wantKeys(t, store, "")
		}
		if n := unfinished(t, store); n != 0 {
			t.Errorf("%d of what is arriving were swept", n)
		}
		finish(t, store, a, "arriving/one", content)
		if err := store.Delete(t.Context(), "arriving/one"); err != nil {
			t.Fatal(err)
		}
	}
}

func anArrivalGoesOnElsewhere(t *testing.T, store Store) {
	content := noise(9, 6<<20)
	begin(t, store, "a", len(content))
	at := 0
	for _, end := range []int{100, 5<<20 + 100, len(content)} {
		arrive(t, store.Arrival("a", int64(len(content))), content, at, end)
		at = end
	}
	finish(t, store, store.Arrival("a", int64(len(content))), "a", content)
}

func anArrivalKeepsNothingUnaccepted(t *testing.T, store Store) {
	content, wrong := noise(10, 11<<20), noise(11, 11<<20)
	refused := errors.New("another digest")
	a := begin(t, store, "a", len(content))
	at := 0
	for _, end := range []int{3 << 20, 9 << 20, len(content)} {
		n, err := a.Write(t.Context(), int64(at), bytes.NewReader(wrong[at:end]), func() error { return refused })
		if n != 0 || !errors.Is(err, refused) {
			t.Fatalf("wrote %d, %v", n, err)
		}
		if end < len(content) {
			_, err = a.Finish(t.Context())
			wantCode(t, err, rostrum.Conflict)
		}
		arrive(t, a, content, at, end)
		at = end
	}
	finish(t, store, a, "a", content)
}

// A process that died, or a failing reader, may leave bytes that nobody has counted.
func anArrivalCutOff(t *testing.T, store Store) {
	content, wrong := noise(12, 11<<20), noise(13, 11<<20)
	a := begin(t, store, "a", len(content))
	arrive(t, a, content, 0, 1<<20)
	arrive(t, a, wrong, 1<<20, 8<<20) // written, and never written down
	broken := rostrum.Errorf(rostrum.Unavailable, "The line broke.")
	n, err := a.Write(t.Context(), 1<<20, io.MultiReader(bytes.NewReader(wrong[:6<<20]), iotest.ErrReader(broken)), nil)
	if n != 0 {
		t.Errorf("%d bytes count", n)
	}
	wantCode(t, err, rostrum.Unavailable)
	arrive(t, a, content, 1<<20, len(content))
	finish(t, store, a, "a", content)
}

func anArrivalThatLostBytes(t *testing.T, store Store) {
	a := begin(t, store, "a", 10)
	arrive(t, a, []byte("0123456789"), 0, 3)
	_, err := a.Write(t.Context(), 5, strings.NewReader("56789"), nil)
	wantCode(t, err, rostrum.NotFound)
	_, err = a.Finish(t.Context())
	wantCode(t, err, rostrum.Conflict)
	_, err = store.Arrival("never-begun", 3).Write(t.Context(), 0, strings.NewReader("abc"), nil)
	wantCode(t, err, rostrum.NotFound)
	_, err = store.Arrival("never-begun", 3).Finish(t.Context())
	wantCode(t, err, rostrum.NotFound)
}

func anArrivalOfMoreThanWasSaid(t *testing.T, store Store) {
	a := begin(t, store, "a", 10)
	for _, offset := range []int{0, 4} {
		_, err := a.Write(t.Context(), int64(offset), strings.NewReader("0123456789x"[offset:]), nil)
		wantCode(t, err, rostrum.Invalid)
		arrive(t, a, []byte("0123456789"), offset, 4)
	}
	arrive(t, a, []byte("0123456789"), 4, 10)
	_, err := a.Write(t.Context(), 10, strings.NewReader("x"), nil)
	wantCode(t, err, rostrum.Invalid)
	finish(t, store, a, "a", []byte("0123456789"))
	wantCode(t, store.Arrival("../a", 3).Begin(t.Context()), rostrum.Invalid)
}

func anArrivalAbandoned(t *testing.T, store Store) {
	content := noise(14, 6<<20)
	a := begin(t, store, "a/b", len(content))
	arrive(t, a, content, 0, len(content)-1)
	for range 2 {
		if err := a.Abandon(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := a.Finish(t.Context())
	wantCode(t, err, rostrum.NotFound)
	if err := store.Arrival("never/begun", 3).Abandon(t.Context()); err != nil {
		t.Error(err)
	}
	wantKeys(t, store, "")
	put(t, store, "a", "the name of the folder is free")
}

func TestFolderRoom(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	room, err := store.Room(t.Context())
	if err != nil || room.Free <= 0 || room.Total <= room.Free {
		t.Errorf("room %+v, %v", room, err)
	}
}

// What an arrival has begun twice, or has not put under its key, is removed by sweeping and by abandoning, and nothing of it is left.
func TestS3ArrivalLeavesNothing(t *testing.T) {
	t.Parallel()
	store := openTestS3(t, serverSetting(t))
	a := begin(t, store, "a", 6<<20)
	begin(t, store, "a", 6<<20)
	if n, err := store.SweepUnfinished(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("swept %d, %v, want the first that was begun", n, err)
	}
	arrive(t, a, noise(15, 6<<20), 0, 100)
	if err := a.Abandon(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
	err := store.list(t.Context(), "", func(info Info) error {
		t.Errorf("%s is left", info.Key)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A part that the service refuses leaves the offset where it was, also when the next was on its way.
func TestS3ArrivalAfterAFailedPart(t *testing.T) {
	t.Parallel()
	var refuse atomic.Bool
	store := through(t, func(w http.ResponseWriter, r *http.Request) (bool, bodyChange) {
		if refuse.Load() && r.URL.Query().Get("partNumber") == "2" {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusForbidden)
			return true, nil
		}
		return false, nil
	})
	content := noise(16, 16<<20)
	a := begin(t, store, "a", len(content))
	refuse.Store(true)
	n, err := a.Write(t.Context(), 0, bytes.NewReader(content), nil)
	if n != 0 {
		t.Errorf("%d bytes count", n)
	}
	wantCode(t, err, rostrum.Unavailable)
	refuse.Store(false)
	arrive(t, a, content, 0, len(content))
	finish(t, store, a, "a", content)
}
