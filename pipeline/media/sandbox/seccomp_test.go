package sandbox

import (
	"encoding/binary"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// answer runs the filter on one call. The machine of package bpf reads big-endian numbers; the kernel's
// reads those of the processor, whose lower half of an argument comes first.
func answer(t *testing.T, m processor, self, arch, call uint32, arguments ...uint64) int {
	t.Helper()
	raw, err := assemble(m, self)
	if err != nil {
		t.Fatal(err)
	}
	code, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("the filter has unknown instructions")
	}
	vm, err := bpf.NewVM(code)
	if err != nil {
		t.Fatal(err)
	}
	var data [64]byte
	binary.BigEndian.PutUint32(data[offsetCall:], call)
	binary.BigEndian.PutUint32(data[offsetArch:], arch)
	for i, a := range arguments {
		binary.BigEndian.PutUint32(data[offsetArgument(uint32(i)):], uint32(a))
		binary.BigEndian.PutUint32(data[offsetArgument(uint32(i))+4:], uint32(a>>32))
	}
	n, err := vm.Run(data[:])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFilter(t *testing.T) {
	m := machine()
	if m.arch == 0 {
		t.Skip("there is no filter for this processor")
	}
	const self = 77
	const here = ^uint64(0) - 99 // AT_FDCWD
	threads := uint64(unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD | unix.CLONE_SYSVSEM | unix.CLONE_SETTLS)
	for _, c := range []struct {
		name      string
		arch      uint32
		call      uint32
		arguments []uint64
		want      uint32
	}{
		{"read", m.arch, unix.SYS_READ, []uint64{0, 0, 0}, allowed},
		{"mmap", m.arch, unix.SYS_MMAP, nil, allowed},
		{"futex", m.arch, unix.SYS_FUTEX, nil, allowed},
		{"getrandom", m.arch, unix.SYS_GETRANDOM, nil, allowed},
		{"another architecture", 0x40000003, unix.SYS_READ, nil, killed},
		{"an unknown call", m.arch, newest + 1, nil, unknown},
		{"the last known call", m.arch, newest, nil, allowed},
		{"socket", m.arch, unix.SYS_SOCKET, nil, refused},
		{"ptrace", m.arch, unix.SYS_PTRACE, nil, refused},
		{"io_uring", m.arch, unix.SYS_IO_URING_SETUP, nil, refused},
		{"a thread", m.arch, unix.SYS_CLONE, []uint64{threads}, allowed},
		{"a process", m.arch, unix.SYS_CLONE, []uint64{uint64(unix.SIGCHLD)}, refused},
		{"a process that shares memory", m.arch, unix.SYS_CLONE, []uint64{unix.CLONE_VM | unix.CLONE_VFORK}, refused},
		{"a thread in a namespace", m.arch, unix.SYS_CLONE, []uint64{threads | unix.CLONE_NEWUSER}, refused},
		{"clone3", m.arch, unix.SYS_CLONE3, nil, unknown},
		{"a signal to itself", m.arch, unix.SYS_TGKILL, []uint64{self, 78, 6}, allowed},
		{"a signal to itself, with a high half", m.arch, unix.SYS_KILL, []uint64{1<<32 | self, 6}, allowed},
		{"a signal to another", m.arch, unix.SYS_KILL, []uint64{78, 0}, refused},
		{"a signal to all", m.arch, unix.SYS_KILL, []uint64{^uint64(0), 9}, refused},
		{"a signal to its group", m.arch, unix.SYS_KILL, []uint64{0, 9}, refused},
		{"its limits", m.arch, unix.SYS_PRLIMIT64, []uint64{0, 7}, allowed},
		{"another's limits", m.arch, unix.SYS_PRLIMIT64, []uint64{78, 7}, refused},
		{"open to read", m.arch, unix.SYS_OPENAT, []uint64{here, 0, unix.O_RDONLY | unix.O_CLOEXEC}, allowed},
		{"open to write anew", m.arch, unix.SYS_OPENAT, []uint64{here, 0, unix.O_WRONLY | unix.O_CREAT | unix.O_TRUNC}, allowed},
		{"open to read and empty", m.arch, unix.SYS_OPENAT, []uint64{here, 0, unix.O_RDONLY | unix.O_TRUNC}, refused},
		{"openat2", m.arch, unix.SYS_OPENAT2, nil, unknown},
		{"the width of a terminal", m.arch, unix.SYS_IOCTL, []uint64{1, unix.TIOCGWINSZ}, allowed},
		{"pushing into a terminal", m.arch, unix.SYS_IOCTL, []uint64{0, unix.TIOCSTI}, refused},
		{"pushing, with a high half", m.arch, unix.SYS_IOCTL, []uint64{0, 1<<32 | unix.TIOCSTI}, refused},
		{"flags of a descriptor", m.arch, unix.SYS_FCNTL, []uint64{1, unix.F_GETFL}, allowed},
		{"signals of a descriptor", m.arch, unix.SYS_FCNTL, []uint64{1, unix.F_SETOWN, 78}, refused},
		{"a thread's name", m.arch, unix.SYS_PRCTL, []uint64{unix.PR_SET_NAME}, allowed},
		{"outliving the parent", m.arch, unix.SYS_PRCTL, []uint64{unix.PR_SET_PDEATHSIG, 0}, refused},
	} {
		if got := uint32(answer(t, m, self, c.arch, c.call, c.arguments...)); got != c.want {
			t.Errorf("%s: %#x, want %#x", c.name, got, c.want)
		}
	}
	if m.x32 {
		if got := uint32(answer(t, m, self, m.arch, foreign|unix.SYS_READ)); got != killed {
			t.Errorf("x32: %#x, want %#x", got, killed)
		}
	}
	for _, call := range append(forbidden(), m.forbid...) {
		if got := uint32(answer(t, m, self, m.arch, call)); got != refused && got != unknown {
			t.Errorf("call %d: %#x, want %#x", call, got, refused)
		}
	}
}
