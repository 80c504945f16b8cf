package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"bufio"

	"rostrum"
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
	Read    []string  // the files that it may read, and folders with all that is in them
	Write   string    // the folder that it may write files into; "" for none
	Stdin   io.Reader // nil for none
	Stdout  Consumer  // nil to discard
	// Progress is told about twice a second how many pictures the first output has. nil for none.
	Progress func(frames int64)
	// Aside runs it with less right to the processors than what people wait for.
	Aside bool
	// Wall is the longest time the run may take; 0 means only the context limits it.
	Wall time.Duration
}

// Pipe is the name under which a command line writes to output i of its job.
func Pipe(i int) string { return "pipe:" + strconv.Itoa(3+i) }

// Run runs ffmpeg. It returns the context's error when that ended, Unavailable when the run took
// longer than its limit or was killed from outside, a consumer's own error when one failed, and
// otherwise Invalid with what ffmpeg wrote as the cause, for the log only. The caller retries.
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
func run(ctx context.Context, program string, job Job) (string, error) {
	if job.Wall > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, job.Wall, errWall)
		defer cancel()
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	cmd := exec.CommandContext(ctx, program, job.Args...)
	cmd.Env = []string{"LC_ALL=C", "PATH=/usr/bin:/bin", "AV_LOG_FORCE_NOCOLOR=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Stdin = job.Stdin
	cmd.WaitDelay = 5 * time.Second
	stderr := &tail{limit: 64 << 10}
	cmd.Stderr = stderr

	var readers, writers []*os.File
	closeAll := func(files []*os.File) {
		for _, f := range files {
			f.Close()
		}
	}
	consumers := job.Outputs
	if job.Stdout != nil {
		consumers = append(consumers[:len(consumers):len(consumers)], job.Stdout)
	}
	for i := range consumers {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(readers)
			closeAll(writers)
			return "", fmt.Errorf("pipe for ffmpeg: %w", err)
		}
		readers, writers = append(readers, r), append(writers, w)
		if i < len(job.Outputs) {
			cmd.ExtraFiles = append(cmd.ExtraFiles, w)
		} else {
			cmd.Stdout = w
		}
	}

	// The kernel sends the parent-death signal when the *thread* that started the child ends, so
	// the thread is held until the child is gone.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	closeAll(writers)
	if err != nil {
		closeAll(readers)
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", rostrum.Errorf(rostrum.Unavailable, "ffmpeg could not be started; see whether it is installed.").Because(err)
	}
	if job.Aside {
		// Refused only where a process may not lower its own rights: then it runs as all others do.
		_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, aside)
	}
	var all sync.WaitGroup
	for i, consume := range consumers {
		all.Go(func() {
			defer readers[i].Close()
			if err := consume(readers[i]); err != nil {
				stop(&consumerError{err})
				return
			}
			// What a consumer leaves unread must not block the process.
			io.Copy(io.Discard, readers[i])
		})
	}
	all.Wait()
	err = cmd.Wait()
	text := stderr.String()
	var failed *consumerError
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &failed):
		return text, withLog(failed.err, err, text)
	case errors.Is(cause, errWall):
		return text, rostrum.Errorf(rostrum.Unavailable,
			"The work on this file took longer than its limit of %s and was stopped; the file may be damaged.", rostrum.Elapsed(job.Wall)).Because(errors.New(text))
	case cause != nil:
		return text, cause
	case err == nil:
		return text, nil
	}
	code := rostrum.Invalid
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || !exit.Exited() {
		code = rostrum.Unavailable
	}
	return text, rostrum.Errorf(code, "The file could not be processed: it is damaged or of an unknown kind.").Because(fmt.Errorf("%w: %s", err, text))
}

// aside is the nice value of what runs beside an encoding: a tenth of its share, and all that it leaves over.
const aside = 10

var errWall = errors.New("time limit reached")

// withLog keeps a consumer's own error, and adds what the process said when it failed first: a
// consumer that finds its input cut short is then only the messenger.
func withLog(err, exit error, text string) error {
	if e, ok := errors.AsType[*exec.ExitError](exit); ok && e.Exited() && e.ExitCode() != 0 {
		return fmt.Errorf("%w (%w: %s)", err, exit, text)
	}
	return err
}

type consumerError struct{ err error }

func (e *consumerError) Error() string { return e.err.Error() }

// tail keeps the last bytes written to it.
type tail struct {
	limit int
	buf   []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.limit; over > t.limit {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	return strings.ToValidUTF8(string(t.buf[max(0, len(t.buf)-t.limit):]), "?")
}
