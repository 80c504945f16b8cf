package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"bufio"

	"rostrum"
	"rostrum/pipeline/media/sandbox"
)

// Consumer reads one output of a process to its end. It runs in a goroutine of its own. When it
// fails, the process is killed and its error is the job's.
type Consumer func(io.Reader) error

// To is the consumer that copies to w.
func To(w io.Writer) Consumer {
	return func(r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	}
}

// Job is one run of ffmpeg.
type Job struct {
	Args    []string // without the program; outputs are written to Pipe(0), Pipe(1), …
	Outputs []Consumer
	// Read are the files that it may read, and folders with all that is in them; Write is the folder
	// that it may write files into, "" for none. Both by absolute path. The sandbox hides everything else.
	Read   []string
	Write  string
	Fonts  bool      // it may use the machine's fonts
	Stdin  io.Reader // nil for none
	Stdout Consumer  // nil to discard
	// Progress is told about twice a second how many pictures the first output has. nil for none.
	Progress func(frames int64)
	// Aside runs it with less right to the processors than what people wait for.
	Aside bool
	// Wall is the longest time the run may take; 0 means only the context limits it.
	Wall time.Duration
	// Most is how many bytes each output, Stdout and the log may have; 0 for 4 GiB. A file that gives more is Invalid.
	Most int64
	// Memory is how many bytes of addresses it may use; 0 for 4 GiB.
	Memory int64
}

const defaultMost = 4 << 30

// Pipe is the name under which a command line writes to output i of its job.
func Pipe(i int) string { return "pipe:" + strconv.Itoa(3+i) }

// Run runs ffmpeg. It returns the context's error when that ended, a consumer's own error when one
// failed, and Unavailable when the run took longer than its limit, was killed from outside, found the
// disk full, or could not be held by its sandbox. Otherwise it is Invalid, with what ffmpeg wrote as
// the cause, for the log only. The caller retries.
func (t Tools) Run(ctx context.Context, job Job) error {
	args := []string{"-hide_banner", "-loglevel", "warning"}
	if job.Stdin == nil {
		args = append(args, "-nostdin")
	}
	if job.Progress != nil {
		args = append(args, "-stats_period", "0.5", "-progress", Pipe(len(job.Outputs)))
		job.Outputs = append(job.Outputs[:len(job.Outputs):len(job.Outputs)], progress(job.Progress))
	}
	job.Args = append(args, job.Args...)
	_, err := run(ctx, t.FFmpeg, job)
	return err
}

// progress reads ffmpeg's key=value report.
func progress(tell func(int64)) Consumer {
	return func(r io.Reader) error {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			if s, ok := strings.CutPrefix(lines.Text(), "frame="); ok {
				if n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err == nil {
					tell(n)
				}
			}
		}
		return lines.Err()
	}
}

// run starts the program and waits until it and everything that reads from it have ended. It
// returns the end of what it wrote to stderr.
func run(ctx context.Context, program Program, job Job) (string, error) {
	if program.find != nil {
		var err error
		if program, err = program.find(); err != nil {
			return "", err
		}
	}
	if job.Wall > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, job.Wall, errWall)
		defer cancel()
	}
	if job.Most == 0 {
		job.Most = defaultMost
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	pipes, err := job.pipes()
	if err != nil {
		return "", err
	}
	cmd, err := program.Box.Command(ctx, sandbox.Spec{
		Program: program.Path, Args: job.Args, Env: []string{"LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1",
			// Each arena takes addresses from the limit of memory, and there would be eight for each processor.
			"MALLOC_ARENA_MAX=4"},
		Read: job.Read, Write: job.Write, Fonts: job.Fonts, Files: pipes.outputs,
		Limits: sandbox.Limits{Memory: job.Memory, CPU: job.Wall},
	})
	if err != nil {
		pipes.close()
		return "", err
	}
	cmd.Stdin = job.Stdin
	if pipes.stdout != nil {
		cmd.Stdout = pipes.stdout
	}
	cmd.WaitDelay = 5 * time.Second
	stderr := &tail{limit: 8 << 10, most: job.Most, over: func() { stop(errMost) }}
	cmd.Stderr = stderr

	// The kernel sends the parent-death signal when the *thread* that started the child ends, so
	// the thread is held until the child is gone.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err = cmd.Start()
	pipes.closeWriters()
	if err != nil {
		pipes.close()
		if ctx.Err() != nil {
			return "", cause(ctx, job)
		}
		return "", err
	}
	if job.Aside {
		// Refused only where a process may not lower its own rights: then it runs as all others do.
		_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, aside)
	}
	var all sync.WaitGroup
	for i, consume := range pipes.consumers {
		all.Go(func() {
			defer pipes.readers[i].Close()
			bounded := &most{from: pipes.readers[i], left: job.Most}
			err := consume(bounded)
			if err == nil {
				// What a consumer leaves unread must not block the process.
				_, err = io.Copy(io.Discard, bounded)
			}
			switch {
			case bounded.left < 0: // whatever the consumer made of it
				stop(errMost)
			case err != nil:
				stop(&consumerError{err})
			}
		})
	}
	all.Wait()
	err = cmd.Wait()
	text := stderr.String()
	failed := cause(ctx, job)
	if consumer, ok := errors.AsType[*consumerError](failed); ok {
		return text, withLog(consumer.err, cmd.ProcessState, text)
	}
	if said, ok := errors.AsType[*rostrum.Error](failed); ok {
		return text, said.Because(fmt.Errorf("%w: %s", context.Cause(ctx), text))
	}
	if failed != nil || err == nil {
		return text, failed
	}
	return text, ended(cmd.ProcessState, job, text).Because(fmt.Errorf("%w: %s", err, text))
}

// cause says why the run was ended, nil when it ended by itself.
func cause(ctx context.Context, job Job) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errWall):
		return rostrum.Errorf(rostrum.Unavailable,
			"The work on this file took longer than its limit of %s and was stopped; the file may be damaged.", rostrum.Elapsed(job.Wall))
	case errors.Is(cause, errMost):
		return rostrum.Errorf(rostrum.Invalid, "Far more came out of the file than a recording holds, so the work on it was stopped; it is damaged, or was made to do harm.")
	default:
		return cause
	}
}

// ended says what the end of a process that failed tells about the file.
func ended(state *os.ProcessState, job Job, text string) *rostrum.Error {
	const damaged = "The file could not be processed: it is damaged or of an unknown kind."
	status, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Exited() && job.Write != "" && diskFull(text):
		return rostrum.Errorf(rostrum.Unavailable, "The disk for work files is full; make room on it, and the work goes on.")
	case ok && status.Exited() && status.ExitStatus() != 0:
		return rostrum.Errorf(rostrum.Invalid, damaged)
	case ok && status.Signaled():
		switch status.Signal() {
		case syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGABRT, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS:
			return rostrum.Errorf(rostrum.Invalid, "The file could not be processed: the decoder broke down over it, so it is damaged; export or record it again.")
		case syscall.SIGXFSZ:
			return rostrum.Errorf(rostrum.Invalid, "Far more came out of the file than a recording holds, so the work on it was stopped; it is damaged, or was made to do harm.")
		}
	}
	return rostrum.Errorf(rostrum.Unavailable, "The work on this file was stopped from outside, perhaps for lack of memory; it can be tried again.")
}

// diskFull looks for the words at the end of ffmpeg's log. Its exit status does not tell, and a moment
// later the disk may have room again; a file whose own words deceive is only tried once more.
func diskFull(text string) bool {
	text = text[max(0, len(text)-2048):]
	return strings.Contains(text, "No space left on device") ||
		strings.Contains(text, "Disk quota exceeded")
}

// aside is the nice value of what runs beside an encoding: a tenth of its share, and all that it leaves over.
const aside = 10

var (
	errWall = errors.New("time limit reached")
	errMost = errors.New("limit of output reached")
)

// withLog keeps a consumer's own error, and adds what the process said when it failed first: a
// consumer that finds its input cut short is then only the messenger.
func withLog(err error, state *os.ProcessState, text string) error {
	if state.Exited() && state.ExitCode() != 0 {
		return fmt.Errorf("%w (%s: %s)", err, state, text)
	}
	return err
}

type consumerError struct{ err error }

func (e *consumerError) Error() string { return e.err.Error() }
