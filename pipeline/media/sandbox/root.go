package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// bind is something of the machine's file system that the program sees, at the same path.
type bind struct {
	path  string
	attrs uint64 // MOUNT_ATTR_…
	must  bool   // fail where there is nothing
}

const (
	readOnly = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC
	// libraries are code; noexec would forbid to map them.
	code = readOnly &^ unix.MOUNT_ATTR_NOEXEC
	// nodev would forbid to open devices.
	device   = readOnly &^ unix.MOUNT_ATTR_NODEV
	writable = readOnly &^ unix.MOUNT_ATTR_RDONLY
)

// What a dynamically linked program needs to start, on Debian and its like, and with musl.
func systemCode() []string {
	return []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"}
}

func systemFiles() []string {
	musl, _ := filepath.Glob("/etc/ld-musl-*.path") // fails only for a bad pattern
	return append(musl, "/etc/ld.so.cache", "/etc/alternatives")
}

func systemDevices() []string { return []string{"/dev/null", "/dev/urandom"} }

func systemFonts() []string {
	return []string{"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig"}
}

// ownCode is where a program outside of the system's folders keeps its libraries: beside its folder "bin".
func (p plan) ownCode() string { return filepath.Join(filepath.Dir(filepath.Dir(p.Program)), "lib") }

// binds lists everything, parents before what is in them.
func (p plan) binds() []bind {
	var all []bind
	add := func(attrs uint64, must bool, paths ...string) {
		for _, path := range paths {
			all = append(all, bind{path, attrs, must})
		}
	}
	add(device, false, systemDevices()...)
	if p.Program != "" {
		add(code, true, p.Program)
		if p.Interpreter != "" {
			add(code, false, systemCode()...)
			add(readOnly, false, systemFiles()...)
			if own := p.ownCode(); own != "/lib" && !slices.Contains(systemCode(), own) {
				add(code, false, own)
			}
		}
	}
	if p.Fonts {
		add(readOnly, false, systemFonts()...)
	}
	add(readOnly, true, p.Read...)
	if p.Write != "" {
		add(writable, true, p.Write)
	}
	// The stable order keeps a folder to write from hiding a file to read that is the same path.
	slices.SortStableFunc(all, func(a, b bind) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(all, func(a, b bind) bool { return a.path == b.path })
}

// enterRoot makes a fresh file system of the binds, and leaves the old one for good.
func (p plan) enterRoot() error {
	if p.Mode != Namespaces {
		return unix.Chdir("/")
	}
	if err := unix.Sethostname([]byte("localhost")); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	type tree struct {
		bind
		fd     int
		folder bool
	}
	var trees []tree
	links := map[string]string{}
	for _, b := range p.binds() {
		if target, err := os.Readlink(b.path); err == nil && !b.must { // /lib, which is in /usr
			links[b.path] = target
			continue
		}
		fd, folder, err := clone(b)
		if errors.Is(err, unix.ENOENT) && !b.must {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", b.path, err)
		}
		trees = append(trees, tree{b, fd, folder})
	}
	old, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	root, err := freshRoot()
	if err != nil {
		return fmt.Errorf("fresh root: %w", err)
	}
	// Any folder does, since all that is needed of the old root is held by its descriptor.
	if err := unix.MoveMount(root, "", old, "usr", unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("attaching the root: %w", err)
	}
	for path, target := range links {
		place, err := makeFolder(root, filepath.Dir(path))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := unix.Symlinkat(target, place, filepath.Base(path)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		unix.Close(place)
	}
	for _, t := range trees {
		place, err := makePlace(root, t.path, t.folder)
		if err != nil {
			return fmt.Errorf("place for %s: %w", t.path, err)
		}
		if err := unix.MoveMount(t.fd, "", place, "", unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH); err != nil {
			return fmt.Errorf("attaching %s: %w", t.path, err)
		}
		unix.Close(t.fd)
		unix.Close(place)
	}
	if err := unix.MountSetattr(root, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
		return fmt.Errorf("read-only root: %w", err)
	}
	// The old root comes to lie upon the new one, and is then taken off (pivot_root(2)).
	if err := unix.Fchdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot: %w", err)
	}
	if err := unix.Fchdir(old); err != nil {
		return err
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leaving the old root: %w", err)
	}
	return unix.Chdir("/")
}

// clone takes what is at the path, with what is mounted below, out of the machine's file system.
func clone(b bind) (fd int, folder bool, err error) {
	// A symbolic link as last part is refused: an earlier program might have put it into a
	// folder that it could write, where this one now shall read.
	fd, err = unix.OpenTree(unix.AT_FDCWD, b.path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE|unix.AT_SYMLINK_NOFOLLOW)
	if err != nil {
		return -1, false, err
	}
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return -1, false, err
	}
	kind := info.Mode & unix.S_IFMT
	if kind == unix.S_IFLNK {
		return -1, false, unix.ELOOP
	}
	if b.attrs == writable && kind != unix.S_IFDIR {
		return -1, false, unix.ENOTDIR
	}
	return fd, kind == unix.S_IFDIR, unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: b.attrs})
}

// freshRoot gives an empty file system that holds nothing but places to mount on.
func freshRoot() (int, error) {
	config, err := unix.Fsopen("tmpfs", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, err
	}
	defer unix.Close(config)
	for _, o := range [][2]string{{"size", "1m"}, {"nr_inodes", "8192"}, {"mode", "0755"}} {
		if err := unix.FsconfigSetString(config, o[0], o[1]); err != nil {
			return -1, err
		}
	}
	if err := unix.FsconfigCreate(config); err != nil {
		return -1, err
	}
	return unix.Fsmount(config, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
}

// makePlace gives a descriptor of the path below root, which is made where it is missing. It follows
// no symbolic links, which a folder to write may hold.
func makePlace(root int, path string, folder bool) (int, error) {
	if folder {
		return makeFolder(root, path)
	}
	parent, err := makeFolder(root, filepath.Dir(path))
	if err != nil {
		return -1, err
	}
	defer unix.Close(parent)
	name := filepath.Base(path)
	fd, err := unix.Openat(parent, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if !errors.Is(err, unix.ENOENT) {
		return fd, err
	}
	made, err := unix.Openat(parent, name, unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return -1, err
	}
	unix.Close(made)
	return unix.Openat(parent, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
}

func makeFolder(root int, path string) (int, error) {
	at, err := unix.Openat(root, ".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		const how = unix.O_PATH | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
		next, err := unix.Openat(at, name, how, 0)
		if errors.Is(err, unix.ENOENT) {
			if err = unix.Mkdirat(at, name, 0o755); err == nil {
				next, err = unix.Openat(at, name, how, 0)
			}
		}
		unix.Close(at)
		if err != nil {
			return -1, err
		}
		at = next
	}
	return at, nil
}
