package media

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// pipes lead from a process to those who read what it writes.
type pipes struct {
	consumers []Consumer
	readers   []*os.File // one for each of them
	outputs   []*os.File // the ends that the process writes to
	stdout    *os.File   // nil for none
}

func (job Job) pipes() (*pipes, error) {
	p := &pipes{consumers: job.Outputs}
	if job.Stdout != nil {
		p.consumers = append(p.consumers[:len(p.consumers):len(p.consumers)], job.Stdout)
	}
	for i := range p.consumers {
		r, w, err := os.Pipe()
		if err != nil {
			p.close()
			return nil, fmt.Errorf("pipe for ffmpeg: %w", err)
		}
		p.readers = append(p.readers, r)
		if i < len(job.Outputs) {
			p.outputs = append(p.outputs, w)
		} else {
			p.stdout = w
		}
	}
	return p, nil
}

// closeWriters leaves them to the process alone, so that the readers see its end.
func (p *pipes) closeWriters() {
	for _, f := range append(p.outputs[:len(p.outputs):len(p.outputs)], p.stdout) {
		f.Close() // a nil file has nothing to close
	}
}

func (p *pipes) close() {
	p.closeWriters()
	for _, f := range p.readers {
		f.Close()
	}
}

// most ends with errMost when more comes than is left.
type most struct {
	from io.Reader
	left int64
}

func (m *most) Read(b []byte) (int, error) {
	if m.left < 0 {
		return 0, errMost
	}
	n, err := m.from.Read(b)
	if m.left -= int64(n); m.left < 0 {
		return 0, errMost
	}
	return n, err
}

// tail keeps the last bytes written to it.
type tail struct {
	limit int // bytes kept
	buf   []byte
	most  int64  // bytes until over is called
	over  func() // may be called more than once
}

func (t *tail) Write(p []byte) (int, error) {
	if t.most -= int64(len(p)); t.most < 0 {
		t.over()
	}
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.limit; over > t.limit {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	return strings.ToValidUTF8(string(t.buf[max(0, len(t.buf)-t.limit):]), "?")
}
