package objects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"rostrum"
)

func whatWasPutIsThere(t *testing.T, store Store) {
	for _, content := range []string{"", "x", strings.Repeat("speech ", 100_000)} {
		for _, size := range []int64{int64(len(content)), -1} {
			before := time.Now().Add(-2 * time.Second) // S3 tells whole seconds
			info, err := store.Put(t.Context(), "meeting/1/file.bin", strings.NewReader(content), size)
			if err != nil {
				t.Fatal(err)
			}
			stat, err := store.Stat(t.Context(), "meeting/1/file.bin")
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []Info{info, stat} {
				if got.Key != "meeting/1/file.bin" || got.Size != int64(len(content)) || got.Modified.Before(before) || got.Modified.After(time.Now().Add(2*time.Second)) {
					t.Errorf("info is %+v", got)
				}
			}
			if got := get(t, store, "meeting/1/file.bin"); got != content {
				t.Errorf("got %d bytes, want %d", len(got), len(content))
			}
		}
	}
}

func putReplaces(t *testing.T, store Store) {
	put(t, store, "playlist", "the first and longer version")
	put(t, store, "playlist", "the second")
	if got := get(t, store, "playlist"); got != "the second" {
		t.Errorf("got %q", got)
	}
	wantKeys(t, store, "", "playlist")
}

func anOldVersionIsReadOn(t *testing.T, store Store) {
	// More than the buffers between here and a server hold.
	before, after := noise(1, 12<<20), noise(2, 12<<20)
	put(t, store, "recording", string(before))
	object, err := store.Open(t.Context(), "recording")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	head := make([]byte, 1000)
	if _, err := io.ReadFull(object, head); err != nil {
		t.Fatal(err)
	}
	put(t, store, "recording", string(after))
	rest, err := io.ReadAll(object)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(head, rest...), before) {
		t.Error("the reader did not go on with the version it had begun")
	}
	if got := get(t, store, "recording"); got != string(after) {
		t.Error("a new reader does not get the new version")
	}
}

func aWrongLengthLeavesNothing(t *testing.T, store Store) {
	for _, size := range []int64{0, 4, 6, 100} {
		_, err := store.Put(t.Context(), "new", strings.NewReader("12345"), size)
		wantCode(t, err, rostrum.Invalid)
	}
	large := noise(1, 12<<20)
	for _, size := range []int64{int64(len(large)) - 1, int64(len(large)) + 1} {
		_, err := store.Put(t.Context(), "new", bytes.NewReader(large), size)
		wantCode(t, err, rostrum.Invalid)
	}
	wantKeys(t, store, "")
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d unfinished are left", n)
	}
}

func aFailingReaderLeavesNothing(t *testing.T, store Store) {
	put(t, store, "old", "the old one")
	broken := rostrum.Errorf(rostrum.TooLarge, "The upload is over the limit.")
	for _, length := range []int{0, 10, 12 << 20} {
		for _, key := range []string{"old", "new/one"} {
			for _, size := range []int64{-1, int64(length) + 10} {
				r := io.MultiReader(bytes.NewReader(noise(1, length)), iotest.ErrReader(broken))
				_, err := store.Put(t.Context(), key, r, size)
				wantCode(t, err, rostrum.TooLarge)
			}
		}
	}
	wantKeys(t, store, "", "old")
	if got := get(t, store, "old"); got != "the old one" {
		t.Errorf("the old object is %q", got)
	}
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d unfinished are left", n)
	}
}

func anEndedContextLeavesNothing(t *testing.T, store Store) {
	ctx, cancel := context.WithCancel(t.Context())
	// It ends in the middle of the bytes.
	r := io.MultiReader(bytes.NewReader(noise(1, 12<<20)), readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, nil
	}), bytes.NewReader(noise(2, 6<<20)))
	if _, err := store.Put(ctx, "new", r, 18<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := store.Open(ctx, "new"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	wantKeys(t, store, "")
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d unfinished are left", n)
	}
}

// readerFunc is called once, and is then at its end.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) {
	n, err := f(p)
	if err == nil {
		err = io.EOF
	}
	return n, err
}

func putsAtTheSameTime(t *testing.T, store Store) {
	const writers, size = 8, 300_000
	valid := map[[32]byte]bool{}
	for i := range writers {
		valid[sha256.Sum256(noise(byte(i), size+i))] = true
	}
	put(t, store, "made/at/once", string(noise(0, size)))
	var writing, reading sync.WaitGroup
	written := make(chan struct{})
	for i := range writers {
		writing.Go(func() {
			content := noise(byte(i), size+i)
			for range 3 {
				info, err := store.Put(t.Context(), "made/at/once", bytes.NewReader(content), int64(len(content)))
				if err != nil || info.Size != int64(len(content)) {
					t.Errorf("put: %+v, %v", info, err)
				}
			}
		})
	}
	reading.Go(func() {
		for {
			object, err := store.Open(t.Context(), "made/at/once")
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			content, err := io.ReadAll(object)
			object.Close()
			// A bucket may have replaced it between two requests.
			if rostrum.ErrorCode(err) != rostrum.Conflict && (err != nil || !valid[sha256.Sum256(content)]) {
				t.Errorf("read %d bytes of no version, %v", len(content), err)
			}
			select {
			case <-written:
				return
			default:
			}
		}
	})
	writing.Wait()
	close(written)
	reading.Wait()
	if !valid[sha256.Sum256([]byte(get(t, store, "made/at/once")))] {
		t.Error("what is left is no version that was put")
	}
	wantKeys(t, store, "", "made/at/once")
}

func largeObjects(t *testing.T, store Store) {
	content := noise(4, 12<<20)
	for _, size := range []int64{int64(len(content)), -1} {
		info, err := store.Put(t.Context(), "recording.mxf", bytes.NewReader(content), size)
		if err != nil || info.Size != int64(len(content)) {
			t.Fatalf("put: %+v, %v", info, err)
		}
		if got := get(t, store, "recording.mxf"); got != string(content) {
			t.Errorf("other bytes came back, of length %d", len(got))
		}
	}
}

func adopt(t *testing.T, store Store) {
	folder := t.TempDir()
	file := filepath.Join(folder, "finished")
	for _, content := range []string{"the first", "the second"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := store.Adopt(t.Context(), "a/b/adopted", file)
		if err != nil || info.Key != "a/b/adopted" || info.Size != int64(len(content)) {
			t.Fatalf("adopted %+v, %v", info, err)
		}
		if got := get(t, store, "a/b/adopted"); got != content {
			t.Errorf("got %q", got)
		}
		if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
	}
	if _, err := store.Adopt(t.Context(), "a/b/adopted", file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("adopting a file that is not there gave %v", err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink("elsewhere", link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{folder, link} {
		_, err := store.Adopt(t.Context(), "a/c", name)
		wantCode(t, err, rostrum.Invalid)
	}
	wantKeys(t, store, "", "a/b/adopted")
}
