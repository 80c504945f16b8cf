package sandbox

import (
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// processor is what the filter must know of a kind of processor.
type processor struct {
	arch   uint32 // AUDIT_ARCH_… of its own system calls; 0 where there is no filter for it
	x32    bool   // has a second table of calls under the same arch
	calls  calls
	forbid []uint32 // calls that only it has
}

// calls are the numbers of those that are looked at more closely. 0 where there is none, on amd64
// read(2), which is not among them.
type calls struct {
	open, openat, openat2, clone, clone3                             uint32
	kill, tgkill, sigqueue, tgsigqueue, prlimit, fcntl, ioctl, prctl uint32
}

// newest is the last system call whose meaning was looked at: mseal, Linux 6.10. What came later does
// not exist for the program; libraries then use what was there before.
const newest = 462

// foreign marks the calls of the x32 interface (__X32_SYSCALL_BIT).
const foreign = 0x40000000

// forbidden are the calls that a program which reads, computes and writes does not need. The list is
// of what is dangerous rather than of what is allowed, because what libraries use changes with
// their versions; the file system, the network and the process table do not rest on it alone in
// the mode Namespaces.
func forbidden() []uint32 {
	return []uint32{
		// the network
		unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4,
		unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_SENDMMSG, unix.SYS_RECVFROM, unix.SYS_RECVMSG, unix.SYS_RECVMMSG,
		// other processes
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE, unix.SYS_PROCESS_MRELEASE,
		unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD, unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_KCMP, unix.SYS_TKILL, unix.SYS_EXECVEAT,
		unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES, unix.SYS_SETPRIORITY, unix.SYS_IOPRIO_SET, unix.SYS_SCHED_SETSCHEDULER,
		unix.SYS_SCHED_SETPARAM, unix.SYS_SCHED_SETATTR, unix.SYS_SETPGID, unix.SYS_SETSID, unix.SYS_SETNS, unix.SYS_UNSHARE,
		unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMCTL, unix.SYS_SEMTIMEDOP,
		unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
		// mounts
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT, unix.SYS_FSOPEN,
		unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR, unix.SYS_STATMOUNT, unix.SYS_LISTMOUNT,
		unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT,
		// links: a later reader of the folder might follow them
		unix.SYS_SYMLINKAT, unix.SYS_LINKAT,
		// what Landlock does not guard: owners, rights, times and lengths of files, and who watches them
		unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT, unix.SYS_TRUNCATE,
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR,
		unix.SYS_GETXATTR, unix.SYS_LGETXATTR, unix.SYS_LISTXATTR, unix.SYS_LLISTXATTR, unix.SYS_MKNODAT,
		unix.SYS_INOTIFY_INIT1, unix.SYS_INOTIFY_ADD_WATCH, unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK,
		// identity
		unix.SYS_SETUID, unix.SYS_SETGID, unix.SYS_SETREUID, unix.SYS_SETREGID, unix.SYS_SETRESUID, unix.SYS_SETRESGID,
		unix.SYS_SETFSUID, unix.SYS_SETFSGID, unix.SYS_SETGROUPS, unix.SYS_CAPSET, unix.SYS_PERSONALITY,
		// doors into the kernel that have been found open, or that a filter does not see through
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
		unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_MEMFD_CREATE, unix.SYS_MEMFD_SECRET,
		unix.SYS_VMSPLICE, unix.SYS_LSM_GET_SELF_ATTR, unix.SYS_LSM_SET_SELF_ATTR, unix.SYS_LSM_LIST_MODULES,
		// the machine
		unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_REBOOT,
		unix.SYS_ACCT, unix.SYS_SYNC, unix.SYS_SYNCFS, unix.SYS_SYSLOG, unix.SYS_VHANGUP, unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME,
		unix.SYS_ADJTIMEX, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME, unix.SYS_NFSSERVCTL,
	}
}

// Commands of ioctl that push into a terminal, take it, or send signals by way of it.
func forbiddenIoctls() []uint32 {
	return []uint32{unix.TIOCSTI, unix.TIOCSCTTY, unix.TIOCSETD, unix.TIOCCONS, 0x541C /* TIOCLINUX */, 0x8901 /* FIOSETOWN */, 0x8902 /* SIOCSPGRP */}
}

// Offsets in struct seccomp_data (seccomp(2)). Both processors are little-endian: the low half of an
// argument comes first, and the kernel looks at no more of those that are examined here.
const (
	offsetCall = 0
	offsetArch = 4
)

func offsetArgument(n uint32) uint32 { return 16 + 8*n }

// What the filter answers (seccomp(2)).
const (
	allowed = unix.SECCOMP_RET_ALLOW
	killed  = unix.SECCOMP_RET_KILL_PROCESS
	refused = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	unknown = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
)

// assemble makes the filter for a program whose process number is self.
func assemble(m processor, self uint32) ([]bpf.RawInstruction, error) {
	allow, refuse, nonexistent := bpf.RetConstant{Val: allowed}, bpf.RetConstant{Val: refused}, bpf.RetConstant{Val: unknown}
	kill := bpf.RetConstant{Val: killed}
	code := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: m.arch, SkipTrue: 1},
		kill,
		bpf.LoadAbsolute{Off: offsetCall, Size: 4},
	}
	if m.x32 {
		code = append(code, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: foreign, SkipFalse: 1}, kill)
	}
	code = append(code, bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: newest, SkipFalse: 1}, nonexistent)
	on := func(call uint32, then ...bpf.Instruction) {
		if call != 0 {
			code = append(code, bpf.JumpIf{Cond: bpf.JumpEqual, Val: call, SkipFalse: uint8(len(then))})
			code = append(code, then...)
		}
	}
	argument := func(n uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: offsetArgument(n), Size: 4} }
	// only lets the call pass when its argument is one of the values, except lets it not.
	only := func(call, n uint32, values ...uint32) {
		then := []bpf.Instruction{argument(n)}
		for _, v := range values {
			then = append(then, bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipFalse: 1}, allow)
		}
		on(call, append(then, refuse)...)
	}
	except := func(call, n uint32, values ...uint32) {
		then := []bpf.Instruction{argument(n)}
		for _, v := range values {
			then = append(then, bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipFalse: 1}, refuse)
		}
		on(call, append(then, allow)...)
	}
	c := m.calls
	// Threads, but no processes. What clone3 is asked lies in memory, where a filter does not look; libraries then use clone.
	on(c.clone, argument(0),
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: namespaceFlags, SkipFalse: 1}, refuse,
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: unix.CLONE_THREAD, SkipFalse: 1}, allow,
		refuse)
	on(c.clone3, nonexistent)
	// Opening to read and to make empty at once: before its version 3 Landlock sees only the reading.
	// What openat2 is asked lies in memory as well.
	empties := []bpf.Instruction{
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: unix.O_TRUNC | unix.O_ACCMODE},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.O_TRUNC, SkipFalse: 1}, refuse,
		allow,
	}
	on(c.open, append([]bpf.Instruction{argument(1)}, empties...)...)
	on(c.openat, append([]bpf.Instruction{argument(2)}, empties...)...)
	on(c.openat2, nonexistent)
	// Signals to itself, as abort(3) sends them.
	only(c.kill, 0, self)
	only(c.tgkill, 0, self)
	only(c.sigqueue, 0, self)
	only(c.tgsigqueue, 0, self)
	only(c.prlimit, 0, 0, self)
	only(unix.SYS_SCHED_SETAFFINITY, 0, 0, self)
	except(c.fcntl, 1, unix.F_SETOWN, unix.F_SETOWN_EX, unix.F_SETSIG, unix.F_NOTIFY, unix.F_SETLEASE)
	except(c.ioctl, 1, forbiddenIoctls()...)
	// It may not outlive the parent.
	except(c.prctl, 0, unix.PR_SET_PDEATHSIG, unix.PR_SET_MM, unix.PR_SET_PTRACER)
	for _, call := range slices.Concat(forbidden(), m.forbid) {
		on(call, refuse)
	}
	return bpf.Assemble(append(code, allow))
}

// namespaceFlags are those of clone that make namespaces.
const namespaceFlags = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS |
	unix.CLONE_NEWCGROUP

// install puts the filter on this thread, and so on the program that it becomes.
func install(filter []bpf.RawInstruction) error {
	if len(filter) > unix.BPF_MAXINSNS {
		return fmt.Errorf("the filter has %d instructions", len(filter))
	}
	// A bpf.RawInstruction has the fields of the kernel's struct sock_filter, in its order and sizes.
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: (*unix.SockFilter)(unsafe.Pointer(&filter[0]))}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
