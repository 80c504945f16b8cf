package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"rostrum/pipeline/media/sandbox"
)

// process is a running program.
type process struct {
	id   string
	stop func() // asks it to end
	done chan struct{}
	err  error
}

// glance is how often a process that will end by itself is looked at: what it needed in its last moments is not seen.
const glance = 10 * time.Millisecond

func (b *bench) startRostrum(ctx context.Context, data string, args ...string) (*process, error) {
	path, err := filepath.Abs(b.program)
	if err != nil {
		return nil, err
	}
	return launch(ctx, path, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.folder, "ROSTRUM_DATA=" + data, "ROSTRUM_LOG=warn"}, nil, args...)
}

// launch starts a program that takes its orders from args and writes to out.
func launch(ctx context.Context, path string, env []string, out io.Writer, args ...string) (*process, error) {
	plain, err := sandbox.Find(ctx, string(sandbox.Off))
	if err != nil {
		return nil, err
	}
	var log bytes.Buffer
	cmd, err := plain.Command(ctx, sandbox.Spec{Program: path, Args: args, Env: env})
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = out, &log
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		defer close(p.done)
		runtime.LockOSThread() // the program dies with the thread
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if p.err = cmd.Wait(); p.err != nil {
			p.err = fmt.Errorf("%s %s: %w: %s", filepath.Base(path), args[0], p.err, log.String())
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.id, p.stop = strconv.Itoa(cmd.Process.Pid), func() { cmd.Process.Signal(syscall.SIGTERM) }
	return p, nil
}

// end waits for the end of the process and gives its peak memory in MB.
func (p *process) end() (float64, error) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	peak := 0.0
	for {
		select {
		case <-p.done:
			return peak, p.err
		case <-tick.C:
			peak = max(peak, peakMemoryOf(p.id))
		}
	}
}
