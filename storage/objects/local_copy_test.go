package objects

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rostrum"
)

func openTestCopies(t *testing.T, cache string, budget int64) *localCopies {
	t.Helper()
	c, err := openLocalCopies(cache, budget)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fill downloads as many bytes as the version has.
func fill(_ context.Context, v version, file *os.File) error {
	_, err := file.WriteString(strings.Repeat("x", int(v.Size)))
	return err
}

func versionOf(key, etag string, size int64) version {
	return version{Info: Info{Key: key, Size: size}, etag: etag}
}

func take(t *testing.T, c *localCopies, v version, download downloader) (string, func()) {
	t.Helper()
	name, release, err := c.take(t.Context(), v, download)
	if err != nil {
		t.Fatal(err)
	}
	return name, release
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func TestLocalCopyIsDownloadedOnce(t *testing.T) {
	t.Parallel()
	c := openTestCopies(t, t.TempDir(), 1000)
	defer c.close()
	v := versionOf("a/recording.mxf", "1", 100)
	var mu sync.Mutex
	downloads, names := 0, map[string]int{}
	everybodyAsks := make(chan struct{})
	slow := func(ctx context.Context, v version, file *os.File) error {
		mu.Lock()
		downloads++
		mu.Unlock()
		<-everybodyAsks
		return fill(ctx, v, file)
	}
	var asking, using sync.WaitGroup
	for range 8 {
		asking.Add(1)
		using.Go(func() {
			held := c.reference(t.Context(), v, slow)
			asking.Done()
			defer c.release(held)
			name, release, err := c.take(t.Context(), v, slow)
			if err != nil {
				t.Error(err)
				return
			}
			defer release()
			mu.Lock()
			names[name]++
			mu.Unlock()
		})
	}
	asking.Wait()
	close(everybodyAsks)
	using.Wait()
	if downloads != 1 || len(names) != 1 {
		t.Errorf("%d downloads gave %v", downloads, names)
	}
	// Another version is another file.
	name, release := take(t, c, versionOf("a/recording.mxf", "2", 50), fill)
	defer release()
	if names[name] != 0 {
		t.Error("the new version has the old one's file")
	}
}

func TestLocalCopiesAreEvicted(t *testing.T) {
	t.Parallel()
	c := openTestCopies(t, t.TempDir(), 250)
	defer c.close()
	a, releaseA := take(t, c, versionOf("a", "1", 100), fill)
	b, releaseB := take(t, c, versionOf("b", "1", 100), fill)
	releaseB()
	releaseA() // b is the longest unused now
	d, releaseD := take(t, c, versionOf("d", "1", 100), fill)
	if exists(b) || !exists(a) || !exists(d) {
		t.Errorf("of a, b, d there are %v %v %v", exists(a), exists(b), exists(d))
	}
	again, releaseA := take(t, c, versionOf("a", "1", 100), func(context.Context, version, *os.File) error {
		return errors.New("downloaded again")
	})
	if again != a {
		t.Errorf("got %s, want %s", again, a)
	}
	// More than the budget, but all in use.
	e, releaseE := take(t, c, versionOf("e", "1", 1000), fill)
	for _, name := range []string{a, d, e} {
		if !exists(name) {
			t.Errorf("%s was removed while in use", name)
		}
	}
	releaseA()
	releaseD()
	releaseE()
	if exists(a) || exists(d) || !exists(e) {
		t.Errorf("of a, d, e there are %v %v %v; only the last used may be over the budget", exists(a), exists(d), exists(e))
	}
	if c.used != 1000 {
		t.Errorf("%d bytes are counted", c.used)
	}
}

func TestLocalCopyThatFails(t *testing.T) {
	t.Parallel()
	c := openTestCopies(t, t.TempDir(), 250)
	defer c.close()
	v := versionOf("a", "1", 100)
	_, _, err := c.take(t.Context(), v, func(ctx context.Context, _ version, file *os.File) error {
		return rostrum.Errorf(rostrum.Unavailable, "Down.")
	})
	wantCode(t, err, rostrum.Unavailable)
	// Too short, without an error.
	_, _, err = c.take(t.Context(), v, func(ctx context.Context, v version, file *os.File) error {
		return fill(ctx, versionOf("a", "1", 99), file)
	})
	wantCode(t, err, rostrum.Internal)
	if entries, err := os.ReadDir(c.folder); len(entries) != 1 || c.used != 0 || len(c.byID) != 0 {
		t.Errorf("there are %v, %d bytes, %v", entries, c.used, err)
	}
	_, release := take(t, c, v, fill)
	release()
}

// One who gives up does not end the download of the others; the last one does.
func TestLocalCopyGivenUp(t *testing.T) {
	t.Parallel()
	c := openTestCopies(t, t.TempDir(), 250)
	defer c.close()
	v := versionOf("a", "1", 100)
	begun, ended, goOn := make(chan struct{}), make(chan error, 1), make(chan struct{})
	slow := func(ctx context.Context, v version, file *os.File) error {
		close(begun)
		select {
		case <-ctx.Done():
			ended <- ctx.Err()
			return ctx.Err()
		case <-goOn:
			return fill(ctx, v, file)
		}
	}
	first, giveUp := context.WithCancel(t.Context())
	other := c.reference(first, v, slow)
	<-begun
	giveUp()
	if _, _, err := c.take(first, v, slow); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	select {
	case err := <-ended:
		t.Fatalf("the download ended with %v while somebody waited", err)
	default:
	}
	c.release(other)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the download ended with %v", err)
	}
	// Who asks now gets a download of his own.
	name, release := take(t, c, v, fill)
	defer release()
	<-other.done
	if !exists(name) || c.used != 100 {
		t.Errorf("exists %v, %d bytes are counted", exists(name), c.used)
	}
}

func TestLocalCopiesOfTheDead(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	alive := openTestCopies(t, cache, 250)
	defer alive.close()
	kept, release := take(t, alive, versionOf("a", "1", 100), fill)
	defer release()
	dead := openTestCopies(t, cache, 250)
	left, _ := take(t, dead, versionOf("a", "1", 100), fill)
	dead.lock.Close() // as the end of its process does
	foreign := filepath.Join(cache, "not-ours")
	if err := os.Mkdir(foreign, 0o700); err != nil {
		t.Fatal(err)
	}

	next := openTestCopies(t, cache, 250)
	if exists(left) || exists(dead.folder) {
		t.Error("the copies of a dead process are still there")
	}
	if !exists(kept) || !exists(foreign) {
		t.Error("more than the copies of the dead was removed")
	}
	if err := next.close(); err != nil || exists(next.folder) {
		t.Errorf("after close: %v", err)
	}
}
