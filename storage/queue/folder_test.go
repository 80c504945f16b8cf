package queue

import (
	"sync"
	"testing"

	"rostrum"
)

func TestSecondWorkerInOneFolderIsRefused(t *testing.T) {
	t.Parallel()
	b := migrated(t, t.TempDir())
	first, second := b.worker(t, render), b.worker(t, render)
	if alive, err := second.Alive(t.Context()); err != nil || alive {
		t.Errorf("before: alive %t, %v", alive, err)
	}
	start(t, first)
	if alive, err := second.Alive(t.Context()); err != nil || !alive {
		t.Errorf("alive %t, %v", alive, err)
	}
	err := second.Start(t.Context())
	if rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Fatalf("second start: %v", err)
	}
	stop(t, first)
	third := b.worker(t, render)
	start(t, third)
}

func TestLockFolderBearsThoseWhoLook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	end := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(end)
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
					if _, err := FolderInUse(dir); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for range 100 {
		release, err := LockFolder(dir)
		if err != nil {
			t.Error(err)
			return
		}
		release()
		release() // twice does no harm
	}
	if _, err := LockFolder(dir + "/absent"); rostrum.ErrorCode(err) != rostrum.Unavailable {
		t.Errorf("absent folder: %v", err)
	}
}
