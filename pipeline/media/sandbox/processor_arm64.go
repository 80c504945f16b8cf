package sandbox

import "golang.org/x/sys/unix"

// machine is the processor that this program was built for.
func machine() processor {
	return processor{
		arch: unix.AUDIT_ARCH_AARCH64,
		calls: calls{
			openat: unix.SYS_OPENAT, openat2: unix.SYS_OPENAT2, clone: unix.SYS_CLONE, clone3: unix.SYS_CLONE3,
			kill: unix.SYS_KILL, tgkill: unix.SYS_TGKILL, sigqueue: unix.SYS_RT_SIGQUEUEINFO, tgsigqueue: unix.SYS_RT_TGSIGQUEUEINFO,
			prlimit: unix.SYS_PRLIMIT64, fcntl: unix.SYS_FCNTL, ioctl: unix.SYS_IOCTL, prctl: unix.SYS_PRCTL,
		},
		forbid: []uint32{unix.SYS_LOOKUP_DCOOKIE},
	}
}
