package uploads

import (
	"io"
	"sync"
)

const (
	asideBuffer  = 256 << 10 // bytes
	asideBuffers = 4
)

// aside digests what is read of r in a goroutine of its own, so that receiving, digesting and storing go on at once.
type aside struct {
	r          io.Reader
	buffers    *sync.Pool // of *[]byte, shared by all requests
	full, free chan *[]byte
	done       chan struct{}
	end        sync.Once
}

// digestAside begins; to take what is read, one after the other. The caller ends with wait.
func digestAside(r io.Reader, buffers *sync.Pool, to ...io.Writer) *aside {
	a := &aside{r: r, buffers: buffers, full: make(chan *[]byte, asideBuffers), free: make(chan *[]byte, asideBuffers), done: make(chan struct{})}
	for range asideBuffers {
		a.free <- nil // taken when it is needed: many a piece is short
	}
	go func() {
		defer close(a.done)
		for b := range a.full {
			for _, w := range to {
				w.Write(*b) // digests do not fail
			}
			a.free <- b
		}
	}()
	return a
}

// Read implements io.Reader.
func (a *aside) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		b := <-a.free
		if b == nil {
			if b, _ = a.buffers.Get().(*[]byte); b == nil {
				made := make([]byte, asideBuffer)
				b = &made
			}
		}
		*b = (*b)[:copy((*b)[:cap(*b)], rest)]
		rest = rest[len(*b):]
		a.full <- b
	}
	return n, err
}

// wait returns when all that was read has been digested. Nothing may be read afterwards.
func (a *aside) wait() {
	a.end.Do(func() {
		close(a.full)
		<-a.done
		for range asideBuffers {
			if b := <-a.free; b != nil {
				a.buffers.Put(b)
			}
		}
	})
}
