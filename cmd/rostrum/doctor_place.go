package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
)

// examineDatabase looks at the database, at the clock by what the database knows of time, and at the workers.
func (c *settings) examineDatabase(ctx context.Context, folder string) []finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	address, err := c.address()
	if err != nil {
		return []finding{fault("database", err), examineClock(catalogue.State{}, time.Now())}
	}
	known, state, err := catalogue.Look(ctx, address, folder)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		return []finding{found("database", good, "%s in the data folder; it is made by the first command that needs it.", state.Kind),
			examineClock(state, time.Now()), noWorker(0)}
	case err != nil:
		if errors.Is(err, context.DeadlineExceeded) {
			err = rostrum.Errorf(rostrum.Unavailable, "The database did not answer in %s; check that it runs and that ROSTRUM_DATABASE is right.", patience)
		}
		return []finding{fault("database", err), examineClock(state, time.Now())}
	}
	defer known.Close()
	return []finding{ofTables(state), examineClock(state, time.Now()), examineWorkers(ctx, known, state, folder)}
}

// ofTables compares the version of the tables with the program's.
func ofTables(s catalogue.State) finding {
	switch {
	case s.Has == 0:
		return found("database", good, "%s %s; its tables are made by the first command that needs them.", s.Kind, s.Server)
	case s.Has < s.Knows:
		return found("database", warning, "%s %s; its tables are version %d and this program's are %d: the next command brings them there, and older programs can't use them after that, so make a backup first.", s.Kind, s.Server, s.Has, s.Knows)
	case s.Has > s.Knows:
		return found("database", bad, "%s %s; its tables are version %d, of a newer Rostrum than this one, which knows %d; use the newer program.", s.Kind, s.Server, s.Has, s.Knows)
	}
	return found("database", good, "%s %s, its tables are version %d, as they should be.", s.Kind, s.Server, s.Has)
}

// clockSlack is what a clock may differ by: embargoes end by it, and links expire.
const clockSlack = 5 * time.Second

// examineClock compares the machine's clock with what the database knows, and asks the kernel whether somebody keeps it right.
func examineClock(s catalogue.State, now time.Time) finding {
	const unsynchronised = 0x40 // STA_UNSYNC, adjtimex(2)
	off := time.Duration(0)
	if !s.Clock.IsZero() {
		off = now.Sub(s.Clock).Abs()
	}
	var kernel syscall.Timex
	_, err := syscall.Adjtimex(&kernel)
	switch {
	case off > clockSlack:
		return found("clock", warning, "It differs from that of the database by %s; let a time server set both.", off.Round(time.Second))
	case s.Latest.After(now.Add(clockSlack)):
		return found("clock", warning, "It says %s, but the database has an entry of %s: it is wrong now or was then; let a time server set it.",
			now.UTC().Format(time.DateTime), s.Latest.UTC().Format(time.DateTime))
	case err == nil && kernel.Status&unsynchronised != 0:
		return found("clock", warning, "%s UTC; no time server sets it, as far as the kernel knows, and embargoes end by it.", now.UTC().Format(time.DateTime))
	}
	return found("clock", good, "%s UTC.", now.UTC().Format(time.DateTime))
}

func examineWorkers(ctx context.Context, known *catalogue.Catalogue, s catalogue.State, folder string) finding {
	if s.Has == 0 {
		return noWorker(0)
	}
	q, err := queue.New(known.SQL(), known.Dialect(), queue.Options{Folder: folder})
	if err != nil {
		return fault("workers", err)
	}
	alive, err := q.Alive(ctx)
	if err != nil {
		return fault("workers", err)
	}
	counts, err := q.Counts(ctx)
	if err != nil {
		return fault("workers", err)
	}
	waiting, failed := 0, 0
	for _, lane := range counts {
		waiting += lane[queue.Waiting] + lane[queue.Running]
		failed += lane[queue.Failed]
	}
	switch {
	case !alive:
		return noWorker(waiting)
	case failed > 0:
		return found("workers", warning, "At work; %d tasks are not done, and %d were given up in the last seven days: rostrum status says why.", waiting, failed)
	}
	return found("workers", good, "At work; %d tasks are not done.", waiting)
}

// noWorker is no fault: ingest --wait works by itself.
func noWorker(waiting int) finding {
	if waiting > 0 {
		return found("workers", warning, "None runs, and %d tasks wait; start rostrum serve or rostrum work.", waiting)
	}
	return found("workers", good, "None runs, and nothing waits for one.")
}

func (c *settings) examineStorage(ctx context.Context, folder string) finding {
	kind := "A folder"
	if strings.HasPrefix(c.Storage, "s3:") {
		kind = "An S3 bucket"
	}
	place := filepath.Join(folder, "objects")
	if c.Storage == "" {
		if at := nearest(place); at != place {
			if err := syscall.Access(at, accessWrite); err != nil {
				return found("storage", bad, "The data folder is not there and can't be made; check the rights of the folder it would lie in, or name another one with --data.")
			}
			return found("storage", good, "A folder in the data folder; it is made by the first command that needs it.")
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	store, err := objects.Open(ctx, c.Storage, place)
	if err != nil {
		return fault("storage", err)
	}
	defer store.Close()
	if err := store.Check(ctx); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = rostrum.Errorf(rostrum.Unavailable, "The storage did not answer in %s; check that it runs and that ROSTRUM_STORAGE is right.", patience)
		}
		return fault("storage", err)
	}
	return found("storage", good, "%s; a test object was written, read and deleted.", kind)
}

const accessWrite = 2 // W_OK, access(2)

// nearest is the path itself, or the nearest folder above it that is there.
func nearest(path string) string {
	for {
		if _, err := os.Stat(path); err == nil || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}

// Free space in bytes, of 10⁹: an hour of a meeting at 8 Mbit/s is 3.6 GB as it came and about 1.3 GB encoded, and its
// interventions take about as much again to download.
const (
	roomyDisk = 20e9
	fullDisk  = 1e9
)

func examineSpace(folder string) finding {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(nearest(folder), &disk); err != nil {
		return found("space", warning, "How much is free where the data folder lies can't be found out.")
	}
	return ofSpace(float64(disk.Bavail) * float64(disk.Bsize))
}

func ofSpace(free float64) finding {
	switch {
	case free < fullDisk:
		return found("space", bad, "Only %.1f GB are free where the data folder lies; make room before anything is taken in.", free/1e9)
	case free < roomyDisk:
		return found("space", warning, "%.1f GB are free where the data folder lies; a recording of three hours needs about 20.", free/1e9)
	}
	return found("space", good, "%.0f GB are free where the data folder lies.", free/1e9)
}
