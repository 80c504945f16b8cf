package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rostrum"
)

// A Put must not fail because a Delete prunes its folder beneath it.
func TestFolderPutsBesideDeletions(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	var working sync.WaitGroup
	for i := range 4 {
		working.Go(func() {
			key := fmt.Sprintf("one/folder/%d", i)
			for range 100 {
				if _, err := store.Put(t.Context(), key, strings.NewReader("x"), 1); err != nil {
					t.Errorf("put: %v", err)
				}
				if err := store.Delete(t.Context(), key); err != nil {
					t.Errorf("delete: %v", err)
				}
			}
		})
	}
	working.Wait()
	wantKeys(t, store, "")
}

// What http.ServeContent needs for sendfile, and what it then serves.
func TestFolderServesFiles(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	put(t, store, "segment.m4s", "0123456789")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		object, err := store.Open(r.Context(), "segment.m4s")
		if err != nil {
			t.Error(err)
			return
		}
		defer object.Close()
		if _, ok := object.ReadSeekCloser.(*os.File); !ok {
			t.Errorf("the reader is a %T", object.ReadSeekCloser)
		}
		http.ServeContent(w, r, object.Key, object.Modified, object.ReadSeekCloser)
	}))
	defer server.Close()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	request.Header.Set("Range", "bytes=3-5")
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); string(body) != "345" || err != nil {
		t.Errorf("got %q, %v", body, err)
	}
}

// The name that is both a file and a folder is refused, and nothing is left of the attempt.
func TestFolderRefusesFileAndFolder(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	put(t, store, "a/b", "x")
	for _, key := range []string{"a", "a/b/c", "a/b/c/d"} {
		_, err := store.Put(t.Context(), key, strings.NewReader("y"), 1)
		wantCode(t, err, rostrum.Conflict)
	}
	wantKeys(t, store, "", "a/b")
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d temporary files are left", n)
	}
}

func TestFolderAdoptsByRename(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	file := filepath.Join(t.TempDir(), "finished")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Adopt(t.Context(), "adopted", file); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(store.path("adopted")); err != nil || !os.SameFile(before, after) {
		t.Errorf("it was copied: %v", err)
	}
}

// /dev/shm is a file system of its own on Linux.
func TestFolderAdoptsFromAnotherFileSystem(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	elsewhere, err := os.MkdirTemp("/dev/shm", "rostrum-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(elsewhere)
	file := filepath.Join(elsewhere, "finished")
	if err := os.WriteFile(file, []byte("from afar"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Adopt(t.Context(), "a/adopted", file); err != nil {
		t.Fatal(err)
	}
	if got := get(t, store, "a/adopted"); got != "from afar" {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d temporary files are left", n)
	}
}

func TestFolderSweepsOnlyTheOld(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	now := time.Now()
	for name, age := range map[string]time.Duration{"old": 25 * time.Hour, "young": 23 * time.Hour} {
		file := filepath.Join(store.temp(), name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, store, "kept", "x")
	n, err := store.SweepUnfinished(t.Context(), now.Add(-24*time.Hour))
	if n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, err := os.Stat(filepath.Join(store.temp(), "young")); err != nil {
		t.Error(err)
	}
	wantKeys(t, store, "", "kept")
}

func TestFolderShowsOnlyKeys(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	put(t, store, "a/kept", "x")
	for _, name := range []string{".hidden", "UPPER", "a/with space", "lost+found"} {
		if err := os.WriteFile(filepath.Join(store.root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantKeys(t, store, "", "a/kept")
}

func TestFolderThatIsAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{file, filepath.Join(file, "below")} {
		_, err := OpenFolder(root)
		wantSentence(t, err, rostrum.Unavailable, "The storage folder is a file,")
	}
}

// A disk that is no longer mounted must not look like objects that were never there.
func TestFolderThatHasGone(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	put(t, store, "a/b", "x")
	if err := os.Rename(store.root, store.root+"-elsewhere"); err != nil {
		t.Fatal(err)
	}
	_, openErr := store.Open(t.Context(), "a/b")
	_, statErr := store.Stat(t.Context(), "a/b")
	_, _, localErr := store.Local(t.Context(), "a/b")
	_, putErr := store.Put(t.Context(), "a/c", strings.NewReader("x"), 1)
	_, sweepErr := store.SweepUnfinished(t.Context(), time.Now())
	listErr := store.List(t.Context(), "", func(Info) error { return nil })
	for _, err := range []error{openErr, statErr, localErr, putErr, sweepErr, listErr, store.Check(t.Context())} {
		wantSentence(t, err, rostrum.Unavailable, "The storage folder is no longer there;")
	}
	if _, err := os.Stat(store.root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made again: %v", err)
	}
}

func TestFolderNotPermitted(t *testing.T) {
	t.Parallel()
	store := openTestFolder(t)
	put(t, store, "a", "x")
	if err := os.Chmod(store.root, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(store.temp(), 0o500); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Root may write anywhere, so this thread alone becomes somebody else. It stays locked, so
		// that it ends with the goroutine and nobody inherits it.
		runtime.LockOSThread()
		if os.Geteuid() == 0 {
			if err := unix.Setfsuid(65534); err != nil {
				t.Error(err)
				return
			}
		}
		_, putErr := store.Put(t.Context(), "b", strings.NewReader("x"), 1)
		for _, err := range []error{putErr, store.Delete(t.Context(), "a"), store.Check(t.Context())} {
			wantSentence(t, err, rostrum.Unavailable, "Rostrum may not use the storage folder;")
		}
	}()
	<-done
	wantKeys(t, store, "", "a")
}

// TestFolderLimit runs itself again in a process that may write no file over 64 KiB: this real
// failure of a write needs neither a full disk nor a mount.
func TestFolderLimit(t *testing.T) {
	const variable, limit = "ROSTRUM_TEST_LIMITED_FOLDER", 64 << 10
	if root := os.Getenv(variable); root != "" {
		// The signal's default would end the process before the write can fail.
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(unix.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
		store, err := OpenFolder(root)
		if err != nil {
			t.Fatal(err)
		}
		put(t, store, "kept", "the old one")
		for _, key := range []string{"kept", "new/one"} {
			_, err = store.Put(t.Context(), key, strings.NewReader(strings.Repeat("x", 2*limit)), 2*limit)
			wantSentence(t, err, rostrum.Unavailable, "The file is larger than the disk or the limits of the machine allow")
		}
		wantKeys(t, store, "", "kept")
		if got := get(t, store, "kept"); got != "the old one" {
			t.Errorf("the old object is %q", got)
		}
		if n := unfinished(t, store); n != 0 {
			t.Errorf("%d temporary files are left", n)
		}
		return
	}
	limited := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFolderLimit$", "-test.v")
	limited.Env = append(os.Environ(), variable+"="+filepath.Join(t.TempDir(), "kept"))
	if out, err := limited.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestFolderLimit") {
		t.Errorf("%v\n%s", err, out)
	}
}

// The kernel itself says that this disk is full.
func TestFolderFullDisk(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	store := openTestFolder(t)
	_, err = store.fill(t.Context(), full, "key", strings.NewReader("x"), 1)
	wantSentence(t, err, rostrum.Unavailable, "The disk of the storage folder is full,")
}

func TestDiskFailure(t *testing.T) {
	t.Parallel()
	for errno, begin := range map[syscall.Errno]string{
		syscall.ENOSPC: "The disk of the storage folder is full,",
		syscall.EDQUOT: "The disk of the storage folder is full,",
		syscall.EROFS:  "The disk of the storage folder is read-only,",
		syscall.EACCES: "Rostrum may not use the storage folder;",
		syscall.EPERM:  "Rostrum may not use the storage folder;",
		syscall.EIO:    "The disk of the storage folder reports a fault;",
		syscall.EXDEV:  "The storage folder is spread over more than one disk,",
		syscall.EMFILE: "Too many files are open at once to use the storage folder;",
	} {
		err := diskFailure(folderPlace, "write", &fs.PathError{Op: "write", Path: "/srv/secret", Err: errno})
		wantSentence(t, err, rostrum.Unavailable, begin)
		if !errors.Is(err, errno) {
			t.Errorf("%v lost its cause", err)
		}
		if strings.Contains(rostrum.ErrorMessage(err), "secret") {
			t.Errorf("the sentence names a path: %s", rostrum.ErrorMessage(err))
		}
	}
	wantCode(t, diskFailure(folderPlace, "write", context.Canceled), rostrum.Internal)
	wantCode(t, diskFailure(folderPlace, "write", nil), "")
}

func wantSentence(t *testing.T, err error, code rostrum.Code, begin string) {
	t.Helper()
	wantCode(t, err, code)
	if got := rostrum.ErrorMessage(err); !strings.HasPrefix(got, begin) {
		t.Errorf("the sentence is %q, want it to begin %q", got, begin)
	}
}
