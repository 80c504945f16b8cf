package sandbox

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// landlockVersion is the version of Landlock's interface that the kernel offers, 0 for none
// (landlock(7)). Versions above the newest known here are used as that one.
func landlockVersion() int {
	v, _, err := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if err != 0 {
		return 0
	}
	return int(v)
}

const (
	readFile   = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readFolder = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runFile    = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
	writeFile  = readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	// No folders, links, sockets or pipes: a later reader of the folder might follow them.
	writeFolder = readFolder | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	ofFiles = readFile | runFile | writeFile | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
)

// landlocked gives what a version of Landlock can forbid, all of which is forbidden but for the rules.
func landlocked(version int) unix.LandlockRulesetAttr {
	a := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1}
	if version >= 2 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		a.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 5 {
		a.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		a.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return a
}

// landlock forbids everything but what the plan names.
func (p plan) landlock() error {
	if p.Landlock < 1 {
		return nil
	}
	handled := landlocked(p.Landlock)
	size := unsafe.Offsetof(handled.Quiet_access_fs)
	switch { // an older kernel refuses what it does not know
	case p.Landlock < 4:
		size = unsafe.Offsetof(handled.Handled_access_net)
	case p.Landlock < 6:
		size = unsafe.Offsetof(handled.Scoped)
	}
	set, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&handled)), size, 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(set))
	allow := func(access uint64, must bool, paths ...string) error {
		for _, path := range paths {
			if err := allowBeneath(int(set), path, access&handled.Handled_access_fs, must); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		return nil
	}
	if err := allow(writeFile, false, systemDevices()...); err != nil {
		return err
	}
	if p.Program != "" {
		if err := allow(runFile, true, p.Program); err != nil {
			return err
		}
	}
	if p.Interpreter != "" {
		err := errors.Join(
			allow(runFile, false, p.Interpreter), // a symbolic link, usually
			allow(readFolder, false, systemCode()...),
			allow(readFolder, false, systemFiles()...),
			allow(readFolder, false, p.ownCode()))
		if err != nil {
			return err
		}
	}
	write := uint64(writeFolder)
	if p.Fonts {
		if err := allow(readFolder, false, systemFonts()...); err != nil {
			return err
		}
		write |= unix.LANDLOCK_ACCESS_FS_MAKE_DIR
	}
	if err := allow(readFolder, true, p.Read...); err != nil {
		return err
	}
	if p.Write != "" {
		if err := allow(write, true, p.Write); err != nil {
			return err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// allowBeneath adds a rule for the path and, when it is a folder, all below it.
func allowBeneath(set int, path string, access uint64, must bool) error {
	flags := unix.O_PATH | unix.O_CLOEXEC
	if must {
		flags |= unix.O_NOFOLLOW // see clone
	}
	fd, err := unix.Open(path, flags, 0)
	if errors.Is(err, unix.ENOENT) && !must {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return err
	}
	switch info.Mode & unix.S_IFMT {
	case unix.S_IFLNK:
		return unix.ELOOP
	case unix.S_IFDIR:
	default:
		access &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(set), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
