package objects

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"rostrum"
)

func move(t *testing.T, store Store) {
	content := string(noise(6, 300_000))
	put(t, store, "arriving/one", content)
	put(t, store, "originals/old", "what was there")
	for _, to := range []string{"originals/new", "originals/old"} {
		info, err := store.Move(t.Context(), to, "arriving/one")
		if err != nil || info.Key != to || info.Size != int64(len(content)) {
			t.Fatalf("moved: %+v, %v", info, err)
		}
		if get(t, store, to) != content {
			t.Errorf("%s has other bytes", to)
		}
		_, err = store.Stat(t.Context(), "arriving/one")
		wantCode(t, err, rostrum.NotFound)
		// Again, as after a crash that nobody was told of.
		info, err = store.Move(t.Context(), to, "arriving/one")
		if err != nil || info.Key != to || info.Size != int64(len(content)) {
			t.Errorf("moved again: %+v, %v", info, err)
		}
		put(t, store, "arriving/one", content)
	}
	_, err := store.Move(t.Context(), "originals/absent", "arriving/absent")
	wantCode(t, err, rostrum.NotFound)
	_, err = store.Move(t.Context(), "originals/old", "originals/old")
	wantCode(t, err, rostrum.Invalid)
	_, err = store.Move(t.Context(), "../old", "originals/old")
	wantCode(t, err, rostrum.Invalid)
	_, err = store.Move(t.Context(), "old", "/originals/old")
	wantCode(t, err, rostrum.Invalid)
	wantKeys(t, store, "", "arriving/one", "originals/new", "originals/old")
}

// Both are there when a move ends between its two steps, and the new one may as well be another object.
func aMoveThatWasCutOff(t *testing.T, store Store) {
	put(t, store, "from", "the new one")
	put(t, store, "to", "an old one!")
	if _, err := store.Move(t.Context(), "to", "from"); err != nil {
		t.Fatal(err)
	}
	if got := get(t, store, "to"); got != "the new one" {
		t.Errorf("got %q", got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Move(ended, "from", "to"); err == nil {
		t.Error("an ended context moved it")
	}
	wantKeys(t, store, "", "to")
}

// A copy in parts, and one that is not made again when only the deletion was missing.
func TestS3MovesInParts(t *testing.T) {
	t.Parallel()
	var copies, failing atomic.Int32
	store := through(t, func(w http.ResponseWriter, r *http.Request) (bool, bodyChange) {
		if r.Header.Get("X-Amz-Copy-Source") != "" {
			copies.Add(1)
		}
		if failing.Load() == 1 && r.Method == http.MethodDelete && r.URL.Query().Get("uploadId") == "" {
			w.WriteHeader(http.StatusForbidden)
			return true, nil
		}
		return false, nil
	})
	store.copyAtMost, store.copyPartSize = 6<<20, 5<<20
	content := string(noise(7, 11<<20))
	put(t, store, "from", content)
	failing.Store(1)
	_, err := store.Move(t.Context(), "to", "from")
	wantCode(t, err, rostrum.Unavailable)
	if n := copies.Load(); n != 3 {
		t.Errorf("%d copies were asked for, want one for each of 3 parts", n)
	}
	wantKeys(t, store, "", "from", "to")
	failing.Store(0)
	if _, err := store.Move(t.Context(), "to", "from"); err != nil {
		t.Fatal(err)
	}
	if n := copies.Load(); n != 3 {
		t.Errorf("it was copied again: %d copies", n)
	}
	if get(t, store, "to") != content {
		t.Error("other bytes were moved")
	}
	wantKeys(t, store, "", "to")
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
}

type bodyChange = func(*http.Response)
