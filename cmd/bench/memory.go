package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

const memoryAbout = "the compiled program takes a large file in and, started once more as a worker, surveys it, encodes its only chunk and cuts it; and the " +
	"same with a small file. The large one is the small one with a box of nothing after it, which is copied and digested like all else."

// What makes the film of this section one chunk, and what a run needs beside the copy of the file.
const (
	oneChunk  = 24 * time.Second
	spareByte = 2e9
)

// atMostMore is how much more memory a large file may take than a small one, in MB, to count as the same: garbage is not collected
// at the same moment twice.
const atMostMore = 6

// held is what the program needed for one file.
type held struct {
	bytes    int64
	ingest   float64 // MB, peak of the process that took it in
	seconds  float64 // that it lived
	encoding float64 // MB, peak of the worker until the chunk was there
	ready    float64 // MB, … until the intervention was
}

func memorySection(ctx context.Context, b *bench) ([]line, error) {
	if _, err := os.Stat(b.program); err != nil {
		return nil, rostrum.Errorf(rostrum.Invalid, "The compiled program is missing; run scripts/bench, which builds it, or name it by -rostrum.").Because(err)
	}
	large := int64(b.gb * 1e9)
	if err := room(b.folder, large+spareByte); err != nil {
		return nil, err
	}
	f, err := b.makeFilm(ctx, "small", oneChunk, []string{steadyVoice})
	if err != nil {
		return nil, err
	}
	small, err := b.hold(ctx, f.path)
	if err != nil {
		return nil, err
	}
	if err := swell(f.path, large); err != nil {
		return nil, err
	}
	say("taking in %.1f GB", b.gb)
	big, err := b.hold(ctx, f.path)
	if err != nil {
		return nil, err
	}
	one := func(what, unit string, x float64) line { return figure(what, unit, []float64{x}) }
	lines := []line{one(fmt.Sprintf("%.1f GB taken in, at a rate of", float64(big.bytes)/1e9), "MB/s", float64(big.bytes)/1e6/big.seconds)}
	for _, c := range []struct {
		what       string
		big, small float64
	}{
		{"taking in", big.ingest, small.ingest},
		{"survey and chunk", big.encoding, small.encoding},
		{"all until it is ready", big.ready, small.ready},
	} {
		lines = append(lines,
			one(fmt.Sprintf("%s: peak memory with %.1f GB", c.what, float64(big.bytes)/1e9), "MB", c.big).atMost(60),
			one(fmt.Sprintf("  more than with %.0f MB", float64(small.bytes)/1e6), "MB", c.big-c.small).atMost(atMostMore))
	}
	return lines, nil
}

// room refuses to fill the disk.
func room(folder string, wanted int64) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return err
	}
	if free := int64(fs.Bavail) * fs.Bsize; free < wanted {
		return rostrum.Errorf(rostrum.Unavailable, "The section memory needs %.0f GB on the disk of temporary files, which has %.0f GB; make room, set TMPDIR, or say -gb with less.",
			float64(wanted)/1e9, float64(free)/1e9)
	}
	return nil
}

// swell adds a box of no meaning (ISO/IEC 14496-12, 8.1.2: free) that makes an MP4 as large as wanted; on the disk it takes no room.
func swell(path string, wanted int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	at, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint64(append([]byte{0, 0, 0, 1}, "free"...), uint64(max(wanted-at, 16)))
	if _, err := f.Write(head); err != nil {
		return err
	}
	return errors.Join(f.Truncate(max(wanted, at+16)), f.Close())
}

// hold takes the file in and works on it by the compiled program, in a data folder that it removes.
func (b *bench) hold(ctx context.Context, path string) (h held, err error) {
	data := filepath.Join(b.folder, "held")
	defer os.RemoveAll(data)
	info, err := os.Stat(path)
	if err != nil {
		return h, err
	}
	h.bytes = info.Size()
	begin := time.Now()
	ingest, err := b.startRostrum(ctx, data, "ingest", path, "--meeting", "bench", "--create")
	if err != nil {
		return h, err
	}
	h.ingest, err = ingest.end()
	if err != nil {
		return h, err
	}
	h.seconds = time.Since(begin).Seconds()
	worker, err := b.startRostrum(ctx, data, "work")
	if err != nil {
		return h, err
	}
	defer func() {
		worker.stop()
		if _, e := worker.end(); err == nil {
			err = e
		}
	}()
	err = h.follow(ctx, data, worker)
	return h, err
}

// follow looks at what the worker has done, and how much memory it needed for it.
func (h *held) follow(ctx context.Context, data string, worker *process) error {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() { <-worker.done; cancel(errors.New("the worker ended before its work was done")) }()
	known, err := catalogue.Open(ctx, "", data)
	if err != nil {
		return err
	}
	defer known.Close()
	all, err := known.Recordings(ctx)
	if err != nil {
		return err
	}
	if len(all) != 1 {
		return fmt.Errorf("%d recordings were taken in, not 1", len(all))
	}
	if err := encoded(ctx, known, all[0].ID); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	h.encoding = peakMemoryOf(worker.id)
	if err := ready(ctx, known, all[0].ID); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	h.ready = peakMemoryOf(worker.id)
	return nil
}
