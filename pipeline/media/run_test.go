package media_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

func TestFloods(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	endless := []string{"-f", "lavfi", "-i", "nullsrc=s=320x192:r=1000"}
	raw := []string{"-f", "rawvideo"}
	for _, c := range []struct {
		name string
		job  media.Job
	}{
		{"an output", media.Job{Args: slices.Concat(endless, raw, []string{media.Pipe(0)}), Outputs: []media.Consumer{media.To(io.Discard)}}},
		{"an output that is kept in part", media.Job{Args: slices.Concat(endless, raw, []string{media.Pipe(0)}), Outputs: []media.Consumer{func(r io.Reader) error {
			_, err := io.Copy(io.Discard, io.LimitReader(r, 1000))
			return err
		}}}},
		{"stdout", media.Job{Args: slices.Concat(endless, raw, []string{"pipe:1"}), Stdout: media.To(io.Discard)}},
		{"the log", media.Job{Args: slices.Concat([]string{"-loglevel", "repeat+trace"}, endless, []string{"-f", "null", "-"})}},
	} {
		c.job.Most, c.job.Wall = 1<<20, time.Minute
		err := tools.Run(t.Context(), c.job)
		if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), "Far more") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestManyChapters(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	folder := t.TempDir()
	var chapters strings.Builder
	chapters.WriteString(";FFMETADATA1\n")
	for i := range 100_000 {
		fmt.Fprintf(&chapters, "[CHAPTER]\nTIMEBASE=1/100000\nSTART=%d\nEND=%d\ntitle=%s\n", i, i+1, "a chapter of a hundred thousand")
	}
	path := filepath.Join(folder, "a.mkv")
	args := []string{"-f", "ffmetadata", "-i", "pipe:0", "-f", "lavfi", "-i", "sine=d=2", "-map", "1:a", "-map_chapters", "0", "-c:a", "pcm_s16le", "file:" + path}
	if err := tools.Run(t.Context(), media.Job{Args: args, Stdin: strings.NewReader(chapters.String()), Write: folder}); err != nil {
		t.Fatal(err)
	}
	facts, err := tools.Probe(t.Context(), path)
	if n := len(facts.Source.Chapters); err != nil || len(facts.Source.Sound) != 1 || n == 0 || n > 5000 {
		t.Errorf("%d chapters, %+v, %v", n, facts.Source.Sound, err)
	}
}

func TestPicturesTooLargeToDecode(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "a.mkv")
	args := []string{"-f", "lavfi", "-i", "color=s=8192x5000:r=25,format=gray", "-frames:v", "1", "-c:v", "png", "file:" + path}
	if err := tools.Run(t.Context(), media.Job{Args: args, Write: folder}); err != nil {
		t.Fatal(err)
	}
	if _, err := tools.Probe(t.Context(), path); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("probe: %v", err)
	}
	var raw bytes.Buffer
	args = append(media.Input(path), "-f", "rawvideo", media.Pipe(0))
	err := tools.Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}})
	if rostrum.ErrorCode(err) != rostrum.Invalid || raw.Len() > 0 {
		t.Errorf("decoding: %d bytes, %v", raw.Len(), err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	args := []string{"-f", "lavfi", "-i", "color=s=4096x2160:r=25,reverse", "-frames:v", "1", "-f", "null", "-"} // keeps every picture
	begin := time.Now()
	err := tools(t).Run(t.Context(), media.Job{Args: args, Memory: 1 << 30, Wall: time.Minute})
	if err == nil || time.Since(begin) >= time.Minute {
		t.Errorf("after %s: %v", time.Since(begin), err)
	}
}

// A full disk is no damage of the file: the work is tried again when there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("only root can make a small disk: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	args := []string{"-f", "lavfi", "-i", "sine=d=10", "-c:a", "pcm_s16le", "file:" + filepath.Join(folder, "a.wav")}
	err := tools(t).Run(t.Context(), media.Job{Args: args, Write: folder})
	if rostrum.ErrorCode(err) != rostrum.Unavailable || !strings.Contains(rostrum.ErrorMessage(err), "full") {
		t.Errorf("full disk: %v", err)
	}
}

// What a job does not name is not there for it.
func TestJobsReachOnlyWhatTheyName(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	folder := t.TempDir()
	path, out := filepath.Join(folder, "a.wav"), filepath.Join(folder, "b.wav")
	args := []string{"-f", "lavfi", "-i", "sine=d=1", "-c:a", "pcm_s16le", "-y", "file:" + path}
	if err := tools.Run(t.Context(), media.Job{Args: args, Write: folder}); err != nil {
		t.Fatal(err)
	}
	copying := append(append([]string{"-y"}, media.Input(path)...), "-c", "copy", "file:"+out)
	for _, c := range []struct {
		name string
		job  media.Job
		want rostrum.Code
	}{
		{"both named", media.Job{Args: copying, Read: []string{path}, Write: folder}, ""},
		{"neither named", media.Job{Args: copying}, rostrum.Invalid},
		{"no folder to write", media.Job{Args: copying, Read: []string{path}}, rostrum.Invalid},
		{"the file to read as folder to write", media.Job{Args: copying, Write: path}, rostrum.Unavailable},
		{"a file to read that is gone", media.Job{Args: copying, Read: []string{path + "x"}, Write: folder}, rostrum.Unavailable},
	} {
		os.Remove(out)
		if err := tools.Run(t.Context(), c.job); rostrum.ErrorCode(err) != c.want {
			t.Errorf("%s: %v, want code %q", c.name, err, c.want)
		}
	}
	var none media.Tools
	if err := none.Run(t.Context(), media.Job{Args: copying}); err == nil {
		t.Error("tools that were not found ran")
	}
	if err := media.Later("").Run(t.Context(), media.Job{Args: copying, Read: []string{path}, Write: folder}); err != nil {
		t.Errorf("tools that are found later: %v", err)
	}
}
