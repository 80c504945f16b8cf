package sandbox

import "golang.org/x/sys/unix"

// machine is the processor that this program was built for.
func machine() processor {
	return processor{
		arch: unix.AUDIT_ARCH_X86_64, x32: true,
		calls: calls{
			open: unix.SYS_OPEN, openat: unix.SYS_OPENAT, openat2: unix.SYS_OPENAT2, clone: unix.SYS_CLONE, clone3: unix.SYS_CLONE3,
			kill: unix.SYS_KILL, tgkill: unix.SYS_TGKILL, sigqueue: unix.SYS_RT_SIGQUEUEINFO, tgsigqueue: unix.SYS_RT_TGSIGQUEUEINFO,
			prlimit: unix.SYS_PRLIMIT64, fcntl: unix.SYS_FCNTL, ioctl: unix.SYS_IOCTL, prctl: unix.SYS_PRCTL,
		},
		forbid: []uint32{
			unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT,
			unix.SYS_MKNOD, unix.SYS_SYMLINK, unix.SYS_LINK, unix.SYS_INOTIFY_INIT, unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_USELIB, unix.SYS_USTAT,
			unix.SYS_SYSFS, unix.SYS__SYSCTL, unix.SYS_CREATE_MODULE, unix.SYS_GET_KERNEL_SYMS, unix.SYS_QUERY_MODULE, unix.SYS_LOOKUP_DCOOKIE,
		},
	}
}
