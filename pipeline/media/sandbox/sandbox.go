// Package sandbox runs a program that reads bytes of unknown origin, so that a program taken over by
// such bytes reaches nothing but the files it was given. It is the only package that starts a process.
//
// The running executable starts itself once more under a private name; that child, in an init
// function of this package, takes its own rights away one after the other and then becomes the
// program. Every step must succeed: otherwise the child ends, the program does not run, and the caller
// gets Unavailable. There are two strengths:
//
//   - Namespaces: user, mount, pid, network, ipc, uts (and cgroup) namespaces of its own; as its file
//     system a small read-only tmpfs that holds the program's libraries, the files to read, read-only,
//     and the folder to write. Linux 5.12 and unprivileged user namespaces are needed. All of the
//     second strength is in force as well.
//   - Restricted: Landlock (Linux 5.13), a seccomp filter and resource limits. For containers, which
//     usually forbid user namespaces. What it leaves open, Box.Describe says.
//
// In both, the program cannot start another process, so nothing of it outlives it.
package sandbox

import (
	"context"
	"fmt"
	"os"
	"strings"

	"rostrum"
)

// Mode is how strongly programs are held.
type Mode string

// The modes. The zero Mode starts nothing.
const (
	Namespaces Mode = "namespaces" // a file system, a network and a process table of its own
	Restricted Mode = "restricted" // the machine's own, with most of it forbidden
	Off        Mode = "off"        // not at all: only for an operator who says so
)

// Box starts programs in one mode. Its zero value starts nothing. It may be used by many goroutines at once.
type Box struct {
	mode     Mode
	landlock int    // version of the kernel's Landlock that is used; 0 for none
	cgroup   bool   // a cgroup namespace works as well
	weaker   string // why it is not Namespaces, for an operator
}

// Mode says how strongly programs are held.
func (b Box) Mode() Mode { return b.mode }

// Find tries a tiny child and gives the strongest Box that works, or the wanted one: "", "namespaces",
// "restricted" or "off". It takes some milliseconds; call it once. Invalid for another word, and
// Unavailable when none works, or the wanted one does not; trying again does not help before an
// operator has changed something.
func Find(ctx context.Context, want string) (Box, error) {
	switch Mode(want) {
	case Off:
		return Box{mode: Off}, nil
	case "", Namespaces, Restricted:
	default:
		return Box{}, rostrum.Errorf(rostrum.Invalid, "%q is no kind of sandbox; say namespaces, restricted or off, or nothing for the strongest that works.", want)
	}
	if machine().arch == 0 {
		return Box{}, rostrum.Errorf(rostrum.Unavailable, "There is no sandbox for this kind of processor; use one of amd64 or arm64, or set ROSTRUM_SANDBOX=off if all recordings can be trusted.")
	}
	version := landlockVersion()
	var weaker error
	if Mode(want) != Restricted {
		for _, cgroup := range []bool{true, false} {
			b := Box{mode: Namespaces, landlock: version, cgroup: cgroup}
			if weaker = b.try(ctx); weaker == nil {
				return b, nil
			}
		}
		if ctx.Err() != nil {
			return Box{}, context.Cause(ctx)
		}
		if Mode(want) == Namespaces {
			return Box{}, rostrum.Errorf(rostrum.Unavailable, "The sandbox with namespaces does not work on this machine: user namespaces are forbidden, or the kernel is older than 5.12; allow them, or leave ROSTRUM_SANDBOX unset for the strongest that works.").Because(weaker)
		}
	}
	b := Box{mode: Restricted, landlock: version}
	if weaker != nil {
		b.weaker = weaker.Error()
	}
	if version < 1 {
		return Box{}, rostrum.Errorf(rostrum.Unavailable, "No sandbox works on this machine: user namespaces are forbidden and the kernel has no Landlock; allow one of them, or set ROSTRUM_SANDBOX=off if all recordings can be trusted.").Because(weaker)
	}
	if err := b.try(ctx); err != nil {
		if ctx.Err() != nil {
			return Box{}, context.Cause(ctx)
		}
		return Box{}, rostrum.Errorf(rostrum.Unavailable, "No sandbox works on this machine; allow user namespaces or Landlock, or set ROSTRUM_SANDBOX=off if all recordings can be trusted.").Because(fmt.Errorf("%w; %w", err, weaker))
	}
	return b, nil
}

// try goes through all steps without becoming a program, and looks whether they hold.
func (b Box) try(ctx context.Context) error {
	c, err := b.command(ctx, Spec{}, plan{})
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}

// Describe says in sentences for an operator what is in force and what it leaves open.
func (b Box) Describe() []string {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	switch b.mode {
	case Namespaces:
		say("ffmpeg runs in a sandbox with namespaces: it sees its libraries, the files of its job and nothing else, and has no network.")
	case Restricted:
		say("ffmpeg runs in a restricted sandbox: it may open only its libraries and the files of its job, and may not use the network.")
		if b.weaker != "" {
			say("The stronger sandbox with namespaces does not work here (%s).", strings.TrimSuffix(b.weaker, "."))
		}
	case Off:
		return []string{"ffmpeg runs without a sandbox, because ROSTRUM_SANDBOX=off: a hostile recording that takes it over has all rights of this program."}
	default:
		return []string{"No sandbox is set up, so ffmpeg is not run."}
	}
	if b.landlock > 0 {
		say("Landlock is in force, version %d of the kernel's.", b.landlock)
	} else {
		say("The kernel has no Landlock; the namespaces do without it.")
	}
	say("A seccomp filter is in force: no sockets, no new processes, no signals to others, no change of owners and rights of files.")
	if b.mode == Restricted {
		say("Left open: whether a file of a guessed name exists, its size and its times; the name and the load of the machine, and which process numbers are in use.")
		say("Left open: a file to be read that lies in the job's own folder to be written can be changed.")
	}
	if os.Geteuid() == 0 {
		say("Rostrum runs as root: the number of ffmpeg's threads is then not limited. Run it as an ordinary user.")
	}
	return said
}
