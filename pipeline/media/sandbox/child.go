package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// plan is what the parent tells the child.
type plan struct {
	Mode        Mode
	Landlock    int      // version to use; 0 for none
	Program     string   // "" to try only
	Interpreter string   // of the program; "" for none
	Env         []string `json:",omitempty"`
	Read        []string `json:",omitempty"`
	Write       string   `json:",omitempty"`
	Fonts       bool     `json:",omitempty"`
	Files       int      // descriptors kept besides 0, 1 and 2; the next one is for the report
	Memory      int64    // bytes
	FileSize    int64    // bytes
	Seconds     int64    // of processor time; 0 for no limit
}

// init turns this process into the program, when it was started to be that. It is an init function so
// that it works in every executable that imports the package, tests among them, and before anything
// else of them runs.
func init() {
	if len(os.Args) < 2 || os.Args[0] != word {
		return
	}
	runtime.LockOSThread() // rights are those of a thread
	var p plan
	if err := json.Unmarshal([]byte(os.Args[1]), &p); err != nil {
		os.Exit(failed)
	}
	report := os.NewFile(uintptr(3+p.Files), "report")
	err := p.become(os.Args[2:], report)
	if err == nil { // it was only tried
		os.Exit(0)
	}
	fmt.Fprint(report, err)
	os.Exit(failed)
}

// become takes the rights away and becomes the program. The order matters: what needs a right comes
// before the step that takes it away.
func (p plan) become(args []string, report io.Writer) error {
	argv := append([]string{p.Program}, args...)
	filter, err := assemble(machine(), uint32(os.Getpid())) // 1 in a process table of its own; stays the same over exec
	if err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	for _, step := range []struct {
		name string
		take func() error
	}{
		{"parent's death", func() error { return unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0) }},
		{"file system", p.enterRoot},
		{"no new privileges", func() error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }},
		{"Landlock", p.landlock},
		{"capabilities", dropCapabilities},
		{"descriptors", func() error {
			return unix.CloseRange(uint(3+p.Files), 1<<31-1, unix.CLOSE_RANGE_CLOEXEC)
		}},
		{"limits", p.limit},
		{"seccomp", func() error { return install(filter) }},
	} {
		if err := step.take(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	if p.Program == "" {
		if err := p.holds(); err != nil {
			return err
		}
	}
	// A child that dies by itself, of too little memory perhaps, has not said this.
	if _, err := io.WriteString(report, held); err != nil {
		return err
	}
	if p.Program == "" {
		return nil
	}
	return fmt.Errorf("exec: %w", syscall.Exec(p.Program, argv, p.Env))
}

// holds looks whether what was asked of the kernel is in force: some kernels that are none
// answer kindly and do nothing.
func (p plan) holds() error {
	if fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); err == nil {
		unix.Close(fd)
		return errors.New("the seccomp filter is not in force")
	}
	if p.Landlock > 0 {
		if fd, err := unix.Open("/", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err == nil {
			unix.Close(fd)
			return errors.New("no Landlock is in force")
		}
	}
	return nil
}

// dropCapabilities leaves none, and none to be had.
func dropCapabilities() error {
	for c := uintptr(0); c <= 63; c++ {
		// EINVAL ends the list that this kernel knows. EPERM: a process without CAP_SETPCAP keeps the
		// set, which gives it nothing, because with no_new_privs no file does.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EPERM) {
			break
		} else if err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return err
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&head, &none[0])
}

// limit sets the resource limits. The child itself lives within them for its last steps only.
func (p plan) limit() error {
	unix.Umask(0o077)
	type limit struct {
		of   int
		most uint64
	}
	limits := []limit{
		// A program that writes core files into a pipe (core(5)) is not told by 0, but by 1.
		{unix.RLIMIT_CORE, 1},
		{unix.RLIMIT_FSIZE, uint64(p.FileSize)},
		{unix.RLIMIT_STACK, 8 << 20},
		{unix.RLIMIT_AS, uint64(p.Memory)},
	}
	if p.Seconds > 0 {
		limits = append(limits, limit{unix.RLIMIT_CPU, uint64(p.Seconds)})
	}
	if p.Mode == Namespaces {
		// Counted in its own user namespace. Elsewhere it would count all processes of the user.
		limits = append(limits, limit{unix.RLIMIT_NPROC, 1024})
	}
	for _, l := range limits {
		var now unix.Rlimit
		if err := unix.Getrlimit(l.of, &now); err != nil {
			return err
		}
		most := min(l.most, now.Max)
		if err := unix.Setrlimit(l.of, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	// By this function, or exec would put back the limit that Go found at its start.
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 512, Max: 512})
}
