// Command escape stands for a program that hostile bytes have taken over: it tries ways out, each
// harmless where it succeeds, and prints as JSON the names of those that were open. Then it tries to
// become a shell, which says "escaped".
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// target is what the test tells: things outside that are worth reaching.
type target struct {
	Canary   string // a file that is no file of the job
	Read     string // one that the job may read
	Write    string // the folder that it may write
	Outside  string // a folder beside it
	TCP, UDP int    // ports of 127.0.0.1
	Socket   string // of a Unix listener
	Abstract string // of another
	Parent   int
	Sibling  int
	Open     int // a descriptor that the parent has open
	FileSize int // bytes that a file may have
	Memory   int // bytes of addresses
}

func main() {
	runtime.LockOSThread() // ptrace counts threads
	var t target
	if err := json.Unmarshal([]byte(os.Args[1]), &t); err != nil {
		panic(err)
	}
	open := []string{}
	for _, way := range t.ways() {
		if err := way.try(); err == nil {
			open = append(open, way.name)
		} else if len(os.Args) > 2 { // to see why
			fmt.Fprintln(os.Stderr, way.name, err)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(open); err != nil {
		panic(err)
	}
	own := filepath.Join(t.Write, "own")
	_ = os.WriteFile(own, []byte("#!/bin/sh\necho escaped\n"), 0o700)
	_ = syscall.Exec(own, []string{own}, nil)
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "echo escaped"}, nil)
}

type way struct {
	name string
	try  func() error
}

func read(path string) func() error {
	return func() error { _, err := os.ReadFile(path); return err }
}

func list(path string) func() error {
	return func() error { _, err := os.ReadDir(path); return err }
}

func write(path string, bytes int) func() error {
	return func() error {
		defer os.Remove(path)
		return os.WriteFile(path, make([]byte, bytes), 0o600)
	}
}

// call tries one system call.
func call(number uintptr, args ...uintptr) func() error {
	return func() error { _, err := result(number, args...); return err }
}

func result(number uintptr, args ...uintptr) (uintptr, error) {
	var a [6]uintptr
	copy(a[:], args)
	r, _, errno := syscall.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
	if errno != 0 {
		return 0, errno
	}
	return r, nil
}

// descriptor tries a call that gives one.
func descriptor(number uintptr, args ...uintptr) func() error {
	return func() error {
		fd, err := result(number, args...)
		if err == nil {
			unix.Close(int(fd))
		}
		return err
	}
}

func text(s string) uintptr {
	p, err := unix.BytePtrFromString(s)
	if err != nil {
		panic(err)
	}
	return uintptr(unsafe.Pointer(p))
}

// fork makes a process that ends at once.
func fork(flags uintptr) func() error {
	return func() error {
		pid, err := syscall.ForkExec("/bin/true", []string{"true"}, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Cloneflags: flags}})
		if err != nil {
			return err
		}
		_, err = unix.Wait4(pid, nil, 0, nil)
		return err
	}
}

func socket(family, kind, protocol int, then func(fd int) error) func() error {
	return func() error {
		fd, err := unix.Socket(family, kind, protocol)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return then(fd)
	}
}

func connect(to unix.Sockaddr) func(int) error {
	return func(fd int) error { return unix.Connect(fd, to) }
}

func nothing(int) error { return nil }

func seize(pid int) func() error {
	return func() error {
		if _, err := result(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(pid)); err != nil {
			return err
		}
		_, _ = result(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(pid))
		return nil
	}
}

func readMemory(pid int) func() error {
	return func() error {
		var into [16]byte
		local := []unix.Iovec{{Base: &into[0], Len: 16}}
		for _, at := range []uintptr{0x400000, 0x401000, 0x10000} { // where programs of Go begin
			if n, err := unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: at, Len: 16}}, 0); err == nil && n > 0 {
				return nil
			}
		}
		return errors.New("nothing read")
	}
}

func stealDescriptor(pid int) func() error {
	return func() error {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		got, err := unix.PidfdGetfd(fd, 0, 0)
		if err == nil {
			unix.Close(got)
		}
		return err
	}
}

func raise(resource int, to uint64) func() error {
	return func() error {
		return unix.Setrlimit(resource, &unix.Rlimit{Cur: to, Max: to})
	}
}
