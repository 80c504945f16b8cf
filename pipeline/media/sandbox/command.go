package sandbox

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"rostrum"
)

// Spec is one run of a program.
type Spec struct {
	Program string   // absolute path of an executable, not of a script; Look gives it
	Args    []string // without the program's name
	Env     []string // the whole environment, as "NAME=value"
	// Read are the absolute paths of the files that it may read, and of folders with all that is in
	// them. They keep their paths. The last part of a path may not be a symbolic link.
	Read []string
	// Write is the absolute path of the folder in which it may make, change and remove files, but no
	// folders and links; "" for none.
	Write string
	// Fonts lets it see the machine's fonts and how they are found, and make folders in Write for a cache of them.
	Fonts bool
	// Files become its descriptors 3, 4, …; it gets no others but 0, 1 and 2.
	Files  []*os.File
	Limits Limits
}

// Limits bound what a program may use. They are not in force in the mode Off.
type Limits struct {
	Memory   int64         // address space in bytes; 0 for 4 GiB, which 4K pictures need 3 of
	CPU      time.Duration // processor time; 0 for no limit
	FileSize int64         // bytes of each file that it writes; 0 for 1 TiB
}

const (
	defaultMemory   = 4 << 30
	defaultFileSize = 1 << 40
)

// Command is a program that is ready to be started. Its input, output and cancellation are set as
// those of any exec.Cmd; its ExtraFiles, Env, Dir and SysProcAttr are the sandbox's.
type Command struct {
	*exec.Cmd
	report *os.File // where a child that cannot hold itself says so
}

// word is the name under which the child knows itself. No shell and no user starts a program by it.
const word = "rostrum-sandbox"

// held is what a child reports when all steps are done and it is about to become the program.
const held = "+"

// failed is the exit status of a child that could not hold itself.
const failed = 125

// Look finds a program in PATH and gives its absolute path, free of symbolic links.
func Look(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// Command makes the command. When ctx ends, the program and everything in its process group are
// killed. The program is also killed when the thread that called Start ends (PR_SET_PDEATHSIG), so
// that goroutine holds its thread until the program has ended.
func (b Box) Command(ctx context.Context, s Spec) (*Command, error) {
	for _, path := range append([]string{s.Program, s.Write}, s.Read...) {
		if path != "" && (!filepath.IsAbs(path) || path != filepath.Clean(path) || path == "/") {
			return nil, fmt.Errorf("sandbox: %q is not a clean absolute path", path)
		}
	}
	if s.Fonts && s.Write != "" {
		s.Env = append(s.Env[:len(s.Env):len(s.Env)], "XDG_CACHE_HOME="+s.Write)
	}
	if b.mode == Off {
		cmd := exec.CommandContext(ctx, s.Program, s.Args...)
		cmd.Env, cmd.ExtraFiles = append([]string{}, s.Env...), s.Files // nil would be this program's own
		return hold(cmd), nil
	}
	p := plan{Program: s.Program}
	var err error
	if p.Interpreter, err = interpreter(s.Program); err != nil {
		return nil, rostrum.Errorf(rostrum.Unavailable, "%s is not a program that can be run in a sandbox; install the system's own package of it.", filepath.Base(s.Program)).Because(err)
	}
	return b.command(ctx, s, p)
}

// hold sets what is the same in all modes.
func hold(cmd *exec.Cmd) *Command {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.Dir = "/"
	cmd.SysProcAttr.Setsid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return &Command{Cmd: cmd}
}

// command makes the command of the child that becomes p.Program, or only tries when that is "".
func (b Box) command(ctx context.Context, s Spec, p plan) (*Command, error) {
	p.Mode, p.Landlock = b.mode, b.landlock
	p.Read, p.Write, p.Fonts, p.Env, p.Files = s.Read, s.Write, s.Fonts, s.Env, len(s.Files)
	p.Memory, p.FileSize = s.Limits.Memory, s.Limits.FileSize
	if p.Memory == 0 {
		p.Memory = defaultMemory
	}
	switch {
	case s.Write == "":
		p.FileSize = 0
	case p.FileSize == 0:
		p.FileSize = defaultFileSize
	}
	// The limit counts all threads together.
	p.Seconds = int64(s.Limits.CPU.Seconds()) * int64(runtime.NumCPU())
	if s.Limits.CPU > 0 {
		p.Seconds += 10
	}
	told, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "/proc/self/exe", s.Args...)
	cmd.Args = append([]string{word, string(told)}, s.Args...)
	// For the child itself, which is a program of Go: threads that it does not need would cost a third of its start.
	cmd.Env = []string{"GOMAXPROCS=1", "GOGC=off"}
	cmd.ExtraFiles = append(s.Files[:len(s.Files):len(s.Files)], nil) // Start puts the report there
	switch b.mode {
	case Namespaces:
		attr := &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getegid(), Size: 1}},
			// Only root keeps capabilities over exec without being told.
			AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP},
		}
		if b.cgroup {
			attr.Cloneflags |= unix.CLONE_NEWCGROUP
		}
		cmd.SysProcAttr = attr
	case Restricted:
	default:
		return nil, rostrum.Errorf(rostrum.Unavailable, "The sandbox for ffmpeg is not set up; tell the operator.")
	}
	return hold(cmd), nil
}

// nobody is the user and the group that a program in namespaces takes itself for.
const nobody = 65534

// interpreter gives the dynamic linker that an executable names, "" for one without.
func interpreter(program string) (string, error) {
	f, err := elf.Open(program)
	if err != nil {
		return "", err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < unix.PathMax {
			name, err := io.ReadAll(p.Open())
			return string(bytes.TrimRight(name, "\x00")), err
		}
	}
	return "", nil
}

// Start starts the program and returns when it runs. A program that cannot be started in its sandbox,
// for whatever reason, does not run: the error is Unavailable, and nothing is left of it.
func (c *Command) Start() error {
	var tell *os.File
	if n := len(c.ExtraFiles); n > 0 && c.ExtraFiles[n-1] == nil {
		var err error
		if c.report, tell, err = os.Pipe(); err != nil {
			return fmt.Errorf("pipe for the sandbox: %w", err)
		}
		c.ExtraFiles[n-1] = tell
	}
	err := c.Cmd.Start()
	if tell == nil {
		return broken(err)
	}
	defer c.report.Close()
	tell.Close()
	if err != nil {
		return broken(err)
	}
	said, err := io.ReadAll(io.LimitReader(c.report, 4096))
	if string(said) == held && err == nil {
		return nil
	}
	c.Cancel() // it is at its end already, unless reading failed
	return broken(errors.Join(errors.New(strings.ToValidUTF8(string(said), "?")), err, c.Wait()))
}

func broken(err error) error {
	if err == nil {
		return nil
	}
	return rostrum.Errorf(rostrum.Unavailable, "ffmpeg could not be started in its sandbox, so it was not run; see whether it is installed, and tell the operator.").Because(err)
}
