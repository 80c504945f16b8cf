package objects

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
)

// behaviours is what every Store must do. Each runs in a store of its own.
var behaviours = []struct {
	name string
	test func(*testing.T, Store)
}{
	{"what was put is there", whatWasPutIsThere},
	{"absent objects", absentObjects},
	{"a folder is no object", aFolderIsNoObject},
	{"put replaces", putReplaces},
	{"an old version is read on", anOldVersionIsReadOn},
	{"a wrong length leaves nothing", aWrongLengthLeavesNothing},
	{"a failing reader leaves nothing", aFailingReaderLeavesNothing},
	{"an ended context leaves nothing", anEndedContextLeavesNothing},
	{"puts at the same time", putsAtTheSameTime},
	{"ranges", ranges},
	{"large objects", largeObjects},
	{"list", lists},
	{"delete", deletes},
	{"delete prefix", deletePrefix},
	{"keys that cannot be", keysThatCannotBe},
	{"local", local},
	{"adopt", adopt},
	{"move", move},
	{"a move that was cut off", aMoveThatWasCutOff},
	{"arrival", arrival},
	{"an arrival goes on elsewhere", anArrivalGoesOnElsewhere},
	{"an arrival keeps nothing unaccepted", anArrivalKeepsNothingUnaccepted},
	{"an arrival cut off", anArrivalCutOff},
	{"an arrival that lost bytes", anArrivalThatLostBytes},
	{"an arrival of more than was said", anArrivalOfMoreThanWasSaid},
	{"an arrival abandoned", anArrivalAbandoned},
	{"check", check},
}

func TestStoreFolder(t *testing.T) {
	testStore(t, func(t *testing.T) Store { return openTestFolder(t) })
}

func TestStoreS3(t *testing.T) {
	serverSetting(t)
	testStore(t, func(t *testing.T) Store { return openTestS3(t, serverSetting(t)) })
}

func testStore(t *testing.T, open func(*testing.T) Store) {
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			b.test(t, open(t))
		})
	}
}

func openTestFolder(t *testing.T) *Folder {
	t.Helper()
	f, err := OpenFolder(filepath.Join(t.TempDir(), "kept"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// serverSetting gives the storage setting of the S3 server that the tests may use.
func serverSetting(t *testing.T) *url.URL {
	t.Helper()
	setting := os.Getenv("ROSTRUM_TEST_S3")
	if setting == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_S3 is not set, and all tests are to run.")
		}
		t.Skip("No S3 server to test with: ROSTRUM_TEST_S3 is not set to the storage setting of one.")
	}
	u, err := url.Parse(setting)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// openTestS3 opens a store below a prefix that nobody else has, and empties it in the end.
func openTestS3(t *testing.T, setting *url.URL) *S3 {
	t.Helper()
	prefix := "test-" + randomName()
	query := setting.Query()
	query.Set("cache", t.TempDir())
	u := *setting
	u.Path, u.RawQuery = u.Path+"/"+prefix, query.Encode()
	store, err := Open(t.Context(), u.String(), "")
	if err != nil {
		t.Fatal(err)
	}
	s := store.(*S3)
	s.partSize = 5 << 20 // the smallest that S3 takes
	t.Cleanup(func() {
		err := s.list(context.Background(), "", func(info Info) error { return s.remove(context.Background(), info.Key) })
		if err := errors.Join(err, s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t *testing.T, store Store, key, content string) Info {
	t.Helper()
	info, err := store.Put(t.Context(), key, strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return info
}

func get(t *testing.T, store Store, key string) string {
	t.Helper()
	object, err := store.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("open %s: %v", key, err)
	}
	defer object.Close()
	content, err := io.ReadAll(object)
	if err != nil {
		t.Fatalf("read %s: %v", key, err)
	}
	return string(content)
}

func keysOf(t *testing.T, store Store, prefix string) []string {
	t.Helper()
	keys := []string{}
	err := store.List(t.Context(), prefix, func(info Info) error {
		keys = append(keys, info.Key)
		return nil
	})
	if err != nil {
		t.Fatalf("list %q: %v", prefix, err)
	}
	return keys
}

func wantKeys(t *testing.T, store Store, prefix string, want ...string) {
	t.Helper()
	if got := keysOf(t, store, prefix); !slices.Equal(got, want) {
		t.Errorf("list %q: got %q, want %q", prefix, got, want)
	}
}

func wantCode(t *testing.T, err error, want rostrum.Code) {
	t.Helper()
	if got := rostrum.ErrorCode(err); got != want {
		t.Errorf("got code %q of %v, want %q", got, err, want)
	}
}

// unfinished counts what a sweep of everything finds.
func unfinished(t *testing.T, store Store) int {
	t.Helper()
	n, err := store.SweepUnfinished(t.Context(), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func noise(seed byte, size int) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func absentObjects(t *testing.T, store Store) {
	put(t, store, "here/file", "x")
	for _, key := range []string{"nothing", "here/nothing", "here/file/below", "no/such/folder/nothing"} {
		_, err := store.Open(t.Context(), key)
		wantCode(t, err, rostrum.NotFound)
		_, err = store.Stat(t.Context(), key)
		wantCode(t, err, rostrum.NotFound)
		_, _, err = store.Local(t.Context(), key)
		wantCode(t, err, rostrum.NotFound)
		if err := store.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
		if err := store.DeletePrefix(t.Context(), key); err != nil {
			t.Errorf("delete prefix %s: %v", key, err)
		}
		wantKeys(t, store, key)
	}
	wantKeys(t, store, "", "here/file")
}

func aFolderIsNoObject(t *testing.T, store Store) {
	put(t, store, "a/b/c", "x")
	for _, key := range []string{"a", "a/b"} {
		_, err := store.Open(t.Context(), key)
		wantCode(t, err, rostrum.NotFound)
		_, err = store.Stat(t.Context(), key)
		wantCode(t, err, rostrum.NotFound)
		if err := store.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
	}
	wantKeys(t, store, "", "a/b/c")
}

func ranges(t *testing.T, store Store) {
	content := noise(3, 1<<20)
	put(t, store, "segment", string(content))
	object, err := store.Open(t.Context(), "segment")
	if err != nil {
		t.Fatal(err)
	}
	if object.Key != "segment" || object.Size != int64(len(content)) {
		t.Errorf("opened %+v", object.Info)
	}
	size := int64(len(content))
	for _, tt := range []struct {
		offset int64
		whence int
		read   int
		from   int64 // where the bytes must come from
	}{
		{0, io.SeekStart, 100, 0},
		{0, io.SeekCurrent, 100, 100},
		{10, io.SeekCurrent, 100, 210},       // a little ahead
		{300_000, io.SeekCurrent, 5, 300310}, // far ahead
		{-305, io.SeekCurrent, 100, 300010},  // back
		{-7, io.SeekEnd, 7, size - 7},        // to the last byte
		{0, io.SeekStart, int(size), 0},      // all of it
		{size - 1, io.SeekStart, 1, size - 1},
	} {
		at, err := object.Seek(tt.offset, tt.whence)
		if err != nil || at != tt.from {
			t.Fatalf("seek %d from %d: at %d, %v", tt.offset, tt.whence, at, err)
		}
		got := make([]byte, tt.read)
		if _, err := io.ReadFull(object, got); err != nil {
			t.Fatalf("read %d at %d: %v", tt.read, at, err)
		}
		if !bytes.Equal(got, content[tt.from:tt.from+int64(tt.read)]) {
			t.Errorf("other bytes at %d", at)
		}
	}
	for _, offset := range []int64{size, size + 100} {
		if _, err := object.Seek(offset, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if n, err := object.Read(make([]byte, 10)); n != 0 || err != io.EOF {
			t.Errorf("read at %d gave %d, %v", offset, n, err)
		}
	}
	if _, err := object.Seek(-1, io.SeekStart); err == nil {
		t.Error("a seek before the start was taken")
	}
	if err := object.Close(); err != nil {
		t.Error(err)
	}
	if _, err := object.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a read after Close gave %v", err)
	}
}

func lists(t *testing.T, store Store) {
	// In the byte order of the keys, which is not that of the names in each folder.
	want := []string{"a-b/x", "a.b/x", "a/b-c", "a/b.c", "a/b/1", "a/b/10", "a/b/2", "a0", "a_", "b"}
	for _, i := range rand.Perm(len(want)) {
		put(t, store, want[i], want[i])
	}
	wantKeys(t, store, "", want...)
	wantKeys(t, store, "a", "a/b-c", "a/b.c", "a/b/1", "a/b/10", "a/b/2")
	wantKeys(t, store, "a/", "a/b-c", "a/b.c", "a/b/1", "a/b/10", "a/b/2")
	wantKeys(t, store, "a/b", "a/b/1", "a/b/10", "a/b/2")
	wantKeys(t, store, "b")

	err := store.List(t.Context(), "a/b", func(info Info) error {
		if info.Size != int64(len(info.Key)) || time.Since(info.Modified).Abs() > time.Minute {
			t.Errorf("listed %+v", info)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	stop, seen := errors.New("enough"), 0
	err = store.List(t.Context(), "", func(Info) error {
		seen++
		if seen == 2 {
			return stop
		}
		return nil
	})
	if err != stop || seen != 2 {
		t.Errorf("after %d, list gave %v", seen, err)
	}
}

func deletes(t *testing.T, store Store) {
	put(t, store, "a/b/c", "1")
	put(t, store, "a/d", "2")
	for range 2 {
		if err := store.Delete(t.Context(), "a/b/c"); err != nil {
			t.Fatal(err)
		}
		wantKeys(t, store, "", "a/d")
	}
	// With its last object a folder is gone, so that its name is free.
	put(t, store, "a/b", "3")
	wantKeys(t, store, "", "a/b", "a/d")
}

func deletePrefix(t *testing.T, store Store) {
	for _, key := range []string{"r/1/a", "r/1/b/c", "r/10/a", "r/1-x", "r/2"} {
		put(t, store, key, key)
	}
	if err := store.DeletePrefix(t.Context(), "r/1"); err != nil {
		t.Fatal(err)
	}
	wantKeys(t, store, "", "r/1-x", "r/10/a", "r/2")
	if err := store.DeletePrefix(t.Context(), "r/2/"); err != nil {
		t.Fatal(err)
	}
	wantKeys(t, store, "", "r/1-x", "r/10/a", "r/2")
	wantCode(t, store.DeletePrefix(t.Context(), ""), rostrum.Invalid)
	if err := store.DeletePrefix(t.Context(), "r/"); err != nil {
		t.Fatal(err)
	}
	wantKeys(t, store, "")
	put(t, store, "r", "the name is free")
}

func keysThatCannotBe(t *testing.T, store Store) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "/", "/a", "../a", "a/../../b"} {
		_, err := store.Put(t.Context(), key, strings.NewReader("x"), 1)
		wantCode(t, err, rostrum.Invalid)
		_, err = store.Open(t.Context(), key)
		wantCode(t, err, rostrum.Invalid)
		_, err = store.Stat(t.Context(), key)
		wantCode(t, err, rostrum.Invalid)
		_, _, err = store.Local(t.Context(), key)
		wantCode(t, err, rostrum.Invalid)
		_, err = store.Adopt(t.Context(), key, file)
		wantCode(t, err, rostrum.Invalid)
		wantCode(t, store.Delete(t.Context(), key), rostrum.Invalid)
		wantCode(t, store.DeletePrefix(t.Context(), key), rostrum.Invalid)
	}
}

func local(t *testing.T, store Store) {
	content := noise(5, 1<<20)
	put(t, store, "sound/en.m4a", string(content))
	name, release, err := store.Local(t.Context(), "sound/en.m4a")
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(name) || filepath.Ext(name) != ".m4a" {
		t.Errorf("the file is %q", name)
	}
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	release()
	release()

	put(t, store, "sound/en.m4a", "another")
	name, release, err = store.Local(t.Context(), "sound/en.m4a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got, err := os.ReadFile(name); string(got) != "another" {
		t.Errorf("after it was replaced: %d bytes, %v", len(got), err)
	}
}

func check(t *testing.T, store Store) {
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	wantKeys(t, store, "")
}
