package sandbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rostrum"
	"rostrum/pipeline/media/sandbox"
)

// held are the modes that hold.
func held() []sandbox.Mode { return []sandbox.Mode{sandbox.Namespaces, sandbox.Restricted} }

func look(t testing.TB, name string) string {
	t.Helper()
	path, err := sandbox.Look(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

func TestReadsAndWritesWhatItMay(t *testing.T) {
	cat, tee := look(t, "cat"), look(t, "tee")
	for _, mode := range append(held(), sandbox.Off) {
		t.Run(string(mode), func(t *testing.T) {
			box, folder := find(t, mode), t.TempDir()
			input, inside := filepath.Join(folder, "input"), filepath.Join(folder, "out", "measured")
			if err := os.Mkdir(filepath.Join(folder, "out"), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{input, inside} {
				if err := os.WriteFile(path, []byte("read "), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			said, err := run(t, box, sandbox.Spec{Program: cat, Args: []string{input, inside}, Read: []string{input, inside}, Write: filepath.Join(folder, "out")})
			if err != nil || said != "read read " {
				t.Errorf("%q, %v", said, err)
			}
			said, err = run(t, box, sandbox.Spec{Program: cat, Args: []string{filepath.Join(folder, "input")}, Read: []string{folder}})
			if err != nil || said != "read " {
				t.Errorf("in a folder: %q, %v", said, err)
			}
			made := filepath.Join(folder, "out", "made")
			if _, err := run(t, box, sandbox.Spec{Program: tee, Args: []string{made}, Write: filepath.Join(folder, "out")}); err != nil {
				t.Errorf("writing: %v", err)
			}
			if _, err := os.Stat(made); err != nil {
				t.Error(err)
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			defer w.Close()
			if mode == sandbox.Off {
				return // a file of that name is the machine's
			}
			if _, err := run(t, box, sandbox.Spec{Program: tee, Args: []string{filepath.Join(folder, "elsewhere")}, Write: filepath.Join(folder, "out")}); err == nil {
				t.Error("wrote elsewhere")
			}
		})
	}
}

// What can't be held must not run.
func TestFailsClosed(t *testing.T) {
	tee := look(t, "tee")
	folder := t.TempDir()
	made, link := filepath.Join(folder, "made"), filepath.Join(folder, "link")
	if err := os.Symlink("/etc/passwd", link); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(folder, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch "+made), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, mode := range held() {
		box := find(t, mode)
		for _, c := range []struct {
			name string
			spec sandbox.Spec
		}{
			{"a missing file", sandbox.Spec{Program: tee, Args: []string{made}, Read: []string{filepath.Join(folder, "missing")}, Write: folder}},
			{"a symbolic link", sandbox.Spec{Program: tee, Args: []string{made}, Read: []string{link}, Write: folder}},
			{"a missing folder", sandbox.Spec{Program: tee, Args: []string{made}, Write: filepath.Join(folder, "missing")}},
			{"a missing program", sandbox.Spec{Program: filepath.Join(folder, "missing"), Write: folder}},
			{"a script", sandbox.Spec{Program: script, Write: folder}},
		} {
			cmd, err := box.Command(t.Context(), c.spec)
			if err == nil {
				err = cmd.Start()
			}
			if rostrum.ErrorCode(err) != rostrum.Unavailable || strings.Contains(rostrum.ErrorMessage(err), folder) {
				t.Errorf("%s, %s: %v", mode, c.name, err)
			}
			if _, err := os.Stat(made); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s, %s: the program ran", mode, c.name)
			}
		}
	}
	var none sandbox.Box
	if _, err := none.Command(t.Context(), sandbox.Spec{Program: tee}); rostrum.ErrorCode(err) != rostrum.Unavailable {
		t.Errorf("no sandbox: %v", err)
	}
	if said := none.Describe(); len(said) != 1 {
		t.Errorf("no sandbox is described as %q", said)
	}
}

// A child with too little memory for its own last steps is none that ran.
func TestTooLittleMemory(t *testing.T) {
	cat := look(t, "cat")
	for _, mode := range held() {
		_, err := run(t, find(t, mode), sandbox.Spec{Program: cat, Limits: sandbox.Limits{Memory: 64 << 10}})
		if err == nil {
			t.Errorf("%s: ran in 64 KiB", mode)
		}
	}
}

func TestFind(t *testing.T) {
	if _, err := sandbox.Find(t.Context(), "strong"); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("a word of no meaning: %v", err)
	}
	strongest, err := sandbox.Find(t.Context(), "")
	if err != nil {
		t.Skip(err)
	}
	if strongest.Mode() != sandbox.Namespaces && strongest.Mode() != sandbox.Restricted {
		t.Errorf("the strongest is %q", strongest.Mode())
	}
	for _, mode := range append(held(), sandbox.Off) {
		for _, sentence := range find(t, mode).Describe() {
			if !strings.HasSuffix(sentence, ".") {
				t.Errorf("%q is no sentence", sentence)
			}
		}
	}
}

// Nothing of a program is left when its context ends, whatever it does.
func TestGoneWithItsContext(t *testing.T) {
	program := build(t, "daemon")
	for _, mode := range append(held(), sandbox.Off) {
		t.Run(string(mode), func(t *testing.T) {
			pids := daemon(t, find(t, mode), program)
			if mode != sandbox.Off && len(pids) > 0 {
				t.Errorf("made processes %v", pids)
			}
			if mode == sandbox.Off && len(pids) == 0 {
				t.Error("made no process even without a sandbox")
			}
			for _, pid := range pids {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		})
	}
}
