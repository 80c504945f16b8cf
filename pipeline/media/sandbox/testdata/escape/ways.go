package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

func (t target) ways() []way {
	at := func(elements ...string) string { return filepath.Join(append([]string{t.Write}, elements...)...) }
	up := "../../../../../../../../../../../.."
	local := [4]byte{127, 0, 0, 1}
	var all []way
	add := func(name string, try func() error) { all = append(all, way{name, try}) }

	// Before anything of its own is open.
	add("a descriptor of the parent's", func() error {
		var info, canary unix.Stat_t
		if err := unix.Fstat(t.Open, &info); err != nil {
			return err
		}
		if err := unix.Stat(t.Canary, &canary); err != nil || canary.Ino != info.Ino {
			return errors.New("another file")
		}
		return nil
	})
	add("a folder as descriptor", func() error {
		for fd := range 256 {
			var info unix.Stat_t
			if unix.Fstat(fd, &info) == nil && info.Mode&unix.S_IFMT == unix.S_IFDIR {
				return nil
			}
		}
		return errors.New("none")
	})
	add("secrets in the environment", func() error {
		if os.Getenv("ROSTRUM_CANARY") == "" {
			return errors.New("none")
		}
		return nil
	})

	// Files.
	add("read a file", read(t.Canary))
	add("read by ..", read(at("")+"/"+up+t.Canary))
	add("read by /proc/1/root", read("/proc/1/root"+t.Canary))
	add("read by the parent's root", read(fmt.Sprintf("/proc/%d/root%s", t.Parent, t.Canary)))
	add("read by its own root", read("/proc/self/root"+t.Canary))
	add("read by its own folder", read("/proc/self/cwd"+t.Canary))
	add("read the parent's environment", read(fmt.Sprintf("/proc/%d/environ", t.Parent)))
	add("read the parent's memory map", read(fmt.Sprintf("/proc/%d/maps", t.Parent)))
	add("read the mounts", read("/proc/self/mountinfo"))
	add("read the accounts", read("/etc/passwd"))
	add("read the resolver", read("/etc/hosts"))
	add("read by a symbolic link", func() error {
		defer os.Remove(at("link"))
		if err := os.Symlink(t.Canary, at("link")); err != nil {
			return err
		}
		return read(at("link"))()
	})
	add("make a symbolic link", func() error {
		defer os.Remove(at("dangling"))
		return os.Symlink("/nowhere", at("dangling"))
	})
	add("make a hard link", func() error {
		defer os.Remove(at("hard"))
		return os.Link(t.Canary, at("hard"))
	})
	add("make a pipe", func() error { defer os.Remove(at("pipe")); return unix.Mkfifo(at("pipe"), 0o600) })
	add("make a folder", func() error { defer os.Remove(at("folder")); return os.Mkdir(at("folder"), 0o700) })
	add("make a device", func() error {
		defer os.Remove(at("device"))
		return unix.Mknod(at("device"), unix.S_IFBLK|0o600, int(unix.Mkdev(254, 0)))
	})
	add("find a file's size", func() error { _, err := os.Stat(t.Canary); return err })
	add("list the root's neighbour", list(filepath.Dir(t.Canary)))
	add("list the root", list("/"))
	add("list /home", list("/home"))
	add("list /proc", list("/proc"))
	add("list /sys", list("/sys"))
	add("write outside", write(filepath.Join(t.Outside, "new"), 1))
	add("write into the root", write("/new", 1))
	add("write into /tmp", write("/tmp/rostrum-escape-new", 8<<20))
	add("write into /dev/shm", write("/dev/shm/rostrum-escape-new", 1))
	add("write to the file to read", func() error {
		f, err := os.OpenFile(t.Read, os.O_WRONLY, 0)
		if err == nil {
			f.Close()
		}
		return err
	})
	// Its length is none, so that nothing is lost.
	add("empty a file by opening to read", func() error {
		f, err := os.OpenFile(t.Read, os.O_RDONLY|unix.O_TRUNC, 0)
		if err == nil {
			f.Close()
		}
		return err
	})
	add("empty the file to read", func() error { return unix.Truncate(t.Read, 0) })
	add("change its rights", func() error { return os.Chmod(t.Read, 0o600) })
	add("change the canary's rights", func() error { return os.Chmod(t.Canary, 0o600) })
	add("change its owner", func() error { return os.Chown(t.Canary, os.Getuid(), os.Getgid()) })
	add("change its times", func() error { return unix.Utimes(t.Canary, []unix.Timeval{{Sec: 1}, {Sec: 1}}) })
	add("set an attribute", func() error { return unix.Setxattr(t.Canary, "user.rostrum", []byte("x"), 0) })
	add("watch a folder", descriptor(unix.SYS_INOTIFY_INIT1, 0))
	add("open by handle", func() error { _, _, err := unix.NameToHandleAt(unix.AT_FDCWD, t.Read, 0); return err })
	add("a file larger than allowed", write(at("large"), t.FileSize+1))
	add("a terminal", func() error {
		fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY, 0)
		if err == nil {
			unix.Close(fd)
		}
		return err
	})
	add("push into a terminal", func() error {
		// Without a terminal, the kernel would say ENOTTY or EBADF if the filter let it be asked.
		c := byte('x')
		err := call(unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&c)))()
		if errors.Is(err, unix.EPERM) {
			return err
		}
		return nil
	})

	// The network.
	add("TCP", socket(unix.AF_INET, unix.SOCK_STREAM, 0, connect(&unix.SockaddrInet4{Port: t.TCP, Addr: local})))
	add("UDP", socket(unix.AF_INET, unix.SOCK_DGRAM, 0, func(fd int) error {
		return unix.Sendto(fd, []byte("escaped"), 0, &unix.SockaddrInet4{Port: t.UDP, Addr: local})
	}))
	add("listen", socket(unix.AF_INET, unix.SOCK_STREAM, 0, func(fd int) error {
		return errors.Join(unix.Bind(fd, &unix.SockaddrInet4{Addr: local}), unix.Listen(fd, 1))
	}))
	add("a Unix socket", socket(unix.AF_UNIX, unix.SOCK_STREAM, 0, connect(&unix.SockaddrUnix{Name: t.Socket})))
	add("an abstract Unix socket", socket(unix.AF_UNIX, unix.SOCK_STREAM, 0, connect(&unix.SockaddrUnix{Name: "@" + t.Abstract})))
	add("a pair of sockets", func() error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err })
	add("a raw socket", socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP, nothing))
	add("a netlink socket", socket(unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE, nothing))

	// Other processes.
	for name, pid := range map[string]int{"the parent": t.Parent, "a sibling": t.Sibling} {
		add("signal "+name, func() error { return unix.Kill(pid, unix.SIGCONT) })
		add("trace "+name, seize(pid))
		add("read the memory of "+name, readMemory(pid))
		add("take a descriptor of "+name, stealDescriptor(pid))
		add("limit "+name, func() error {
			var now unix.Rlimit
			return unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &now)
		})
		add("hurry "+name, call(unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, uintptr(pid), 0))
		add("see "+name, func() error { _, err := unix.Getpgid(pid); return err })
	}
	add("signal its group", func() error { return unix.Kill(0, unix.SIGCONT) })
	add("signals by a descriptor", func() error {
		_, err := unix.FcntlInt(0, unix.F_SETOWN, t.Parent)
		return err
	})
	add("outlive the parent", func() error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) })
	add("another process", fork(0))
	add("another process of new kind", func() error {
		// The kernel takes offence at arguments of no size, when it is asked.
		if err := call(unix.SYS_CLONE3, 0, 0)(); !errors.Is(err, unix.EINVAL) {
			return err
		}
		return nil
	})
	add("shared memory", func() error { id, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4096, 0o600); _ = id; return err })

	// More rights. The namespaces are tried in processes that end at once.
	add("a new user namespace", fork(unix.CLONE_NEWUSER))
	add("a new mount namespace", fork(unix.CLONE_NEWNS))
	add("a new network namespace", fork(unix.CLONE_NEWNET))
	add("leave for a user namespace", call(unix.SYS_UNSHARE, unix.CLONE_NEWUSER|unix.CLONE_FS))
	add("leave for a mount namespace", call(unix.SYS_UNSHARE, unix.CLONE_NEWNS))
	add("mount", func() error {
		if err := unix.Mount("tmpfs", t.Outside, "tmpfs", 0, "size=4k"); err != nil {
			return err
		}
		return unix.Unmount(t.Outside, unix.MNT_DETACH)
	})
	add("mount anew", descriptor(unix.SYS_FSOPEN, text("tmpfs"), 0))
	add("a tree of mounts", descriptor(unix.SYS_OPEN_TREE, uintptr(unix.AT_FDCWD&(1<<63-1))|1<<63, text("/"), 0))
	add("chroot", func() error { return unix.Chroot("/") })
	add("become root", func() error { return unix.Setuid(0) })
	add("change groups", func() error { return unix.Setgroups([]int{0}) })
	add("keys", call(unix.SYS_KEYCTL, unix.KEYCTL_GET_KEYRING_ID, ^uintptr(2)))
	add("performance counters", func() error {
		fd, err := unix.PerfEventOpen(&unix.PerfEventAttr{Type: unix.PERF_TYPE_SOFTWARE, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})), Config: unix.PERF_COUNT_SW_CPU_CLOCK}, 0, -1, -1, 0)
		if err == nil {
			unix.Close(fd)
		}
		return err
	})
	add("BPF", func() error {
		var attr [128]byte
		attr[0], attr[4], attr[8], attr[12] = 2, 4, 4, 1 // an array of one value
		return descriptor(unix.SYS_BPF, 0, uintptr(unsafe.Pointer(&attr)), 128)()
	})
	add("io_uring", func() error {
		var params [120]byte
		return descriptor(unix.SYS_IO_URING_SETUP, 1, uintptr(unsafe.Pointer(&params)))()
	})
	add("userfaultfd", descriptor(unix.SYS_USERFAULTFD, 1))
	add("a file without a name", descriptor(unix.SYS_MEMFD_CREATE, text("x"), 0))
	add("load a module", func() error {
		err := unix.FinitModule(0, "", 0)
		if errors.Is(err, unix.EPERM) {
			return err
		}
		return nil // asked the kernel, which took offence at the descriptor
	})

	// More than its share.
	add("core files", raise(unix.RLIMIT_CORE, 1<<20))
	add("more memory", func() error {
		_, err := unix.MmapPtr(-1, 0, nil, uintptr(t.Memory)+1<<30, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
		return err
	})
	add("a higher limit of memory", raise(unix.RLIMIT_AS, unix.RLIM_INFINITY))
	add("a higher limit of files", raise(unix.RLIMIT_FSIZE, unix.RLIM_INFINITY))
	return all
}
