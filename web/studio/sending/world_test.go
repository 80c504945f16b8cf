package sending_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/uploads"
	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/sending"
)

// world is a Rostrum that takes uploads, over a line that can be cut, held, and made to damage what it carries.
type world struct {
	*desktest.World
	t      *testing.T
	url    string // with the base path
	server *httptest.Server
	sent   atomic.Int64 // bytes of pieces that came through the line
	pieces atomic.Int32 // on the line now
	cut    atomic.Bool
	damage atomic.Int32 // so many pieces to come arrive with another first byte

	mu     sync.Mutex
	gate   *gate
	lowest int64 // from which a piece was sent since a test set it
}

// gate stops the bytes of pieces once so many have come through.
type gate struct {
	after   int64
	reached chan struct{}
	opened  chan struct{}
	once    sync.Once
}

func open(t *testing.T, largest int64) *world {
	t.Helper()
	w := &world{World: desktest.New(t), t: t}
	w.Largest = largest
	w.Desk.PublicURL = ""
	w.newUploads()
	w.Desk.Mount(w.Router, sending.Routes(w.Desk, w.Pipeline))
	w.serve("127.0.0.1:0")
	t.Cleanup(func() {
		w.release()
		w.stop()
	})
	return w
}

func (w *world) newUploads() {
	w.t.Helper()
	var err error
	if w.Uploads, err = uploads.New(uploads.Options{Store: w.Store, Ledger: w.Ledger(), Largest: w.Largest, MaxOf: w.AdmitUpload, Base: desktest.Base + sending.FilesPath,
		Logger: w.Log, Now: func() time.Time { return w.Now() }}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) serve(address string) {
	w.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		w.t.Fatal(err)
	}
	handler := http.StripPrefix(desktest.Base, w.Router)
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if w.cut.Load() {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		if r.Method == http.MethodPatch {
			w.pieces.Add(1)
			defer w.pieces.Add(-1)
			w.note(r.Header.Get("Upload-Offset"))
			r.Body = &line{ReadCloser: r.Body, w: w}
		}
		handler.ServeHTTP(answer, r)
	}))
	w.server.Listener.Close()
	w.server.Listener = listener
	w.server.Start()
	w.url = w.server.URL + desktest.Base
}

func (w *world) stop() {
	w.server.CloseClientConnections()
	w.server.Close()
}

// restart ends the program in the middle of what it does and begins it again at the same address.
func (w *world) restart() {
	w.t.Helper()
	address := w.server.Listener.Addr().String()
	w.server.CloseClientConnections()
	w.release()
	w.server.Close()
	w.newUploads()
	w.serve(address)
}

// hold lets so many bytes of pieces through from now on, and no more until release.
func (w *world) hold(after int64) *gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gate = &gate{after: w.sent.Load() + after, reached: make(chan struct{}), opened: make(chan struct{})}
	return w.gate
}

func (w *world) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gate != nil {
		close(w.gate.opened)
		w.gate = nil
	}
}

func (w *world) note(offset string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n, err := strconv.ParseInt(offset, 10, 64); err == nil {
		w.lowest = min(w.lowest, n)
	}
}

// watch begins to look for what is sent again; wantResumed tells when it was the first piece.
func (w *world) watch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lowest = math.MaxInt64
}

func (w *world) wantResumed() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lowest < 16*mib {
		w.t.Errorf("it went on at byte %d, where there was a whole piece", w.lowest)
	}
}

func (w *world) theGate() *gate {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gate
}

// waits returns when the bytes stand before a gate.
func (w *world) waits(g *gate) {
	w.t.Helper()
	select {
	case <-g.reached:
	case <-time.After(time.Minute):
		w.t.Fatal("no byte came to the gate in a minute")
	}
}

// line is the body of a piece on its way.
type line struct {
	io.ReadCloser
	w     *world
	begun bool
}

func (l *line) Read(p []byte) (int, error) {
	if g := l.w.theGate(); g != nil && l.w.sent.Load() >= g.after {
		g.once.Do(func() { close(g.reached) })
		<-g.opened
	}
	n, err := l.ReadCloser.Read(p)
	l.w.sent.Add(int64(n))
	if n > 0 && !l.begun {
		l.begun = true
		if l.w.damage.Load() > 0 {
			l.w.damage.Add(-1)
			p[0] ^= 1
		}
	}
	return n, err
}

// write puts a file into a folder, for the browser to choose.
func write(t *testing.T, folder, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// padded makes a film larger, by an empty box of noise at its end (ISO/IEC 14496-12, 8.1.2).
func padded(film []byte, seed byte, size int) []byte {
	box := make([]byte, size-len(film))
	rand.NewChaCha8([32]byte{seed}).Read(box)
	binary.BigEndian.PutUint32(box, uint32(len(box)))
	copy(box[4:], "free")
	return append(bytes.Clone(film), box...)
}

func digest(data []byte) rostrum.Digest {
	sum := sha256.Sum256(data)
	return rostrum.Digest(hex.EncodeToString(sum[:]))
}

// deliveries are those of the person, oldest first.
func (w *world) deliveries(account rostrum.AccountID) []*rostrum.Delivery {
	w.t.Helper()
	all, err := w.Catalogue.DeliveriesOf(context.Background(), account, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// received is how much of the first file of the only delivery counts.
func (w *world) received() int64 {
	w.t.Helper()
	all := w.deliveries("av")
	if len(all) != 1 || len(all[0].Files) == 0 {
		return 0
	}
	return all[0].Files[0].Received
}

// call makes a request that must be answered with 200 and reads its JSON.
func call[T any](w *world, method, path string, body any) (v T) {
	w.t.Helper()
	status, text := w.Call("av", method, path, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

// tus makes a request of the upload protocol as somebody of AV staff.
func (w *world) tus(method, address string, body io.Reader, headers ...string) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+address, body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	r.Header.Set("As", "av")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

// begin begins an upload in a delivery and gives its address.
func (w *world) begin(delivery, name string, size int) string {
	w.t.Helper()
	answer := w.tus(http.MethodPost, desktest.Base+"/files/", nil, "Upload-Length", fmt.Sprint(size), "Upload-Metadata", metadata("filename", name, "delivery", delivery, "fingerprint", "1-"+name))
	if answer.StatusCode != http.StatusCreated {
		w.t.Fatalf("beginning %s: %d", name, answer.StatusCode)
	}
	return answer.Header.Get("Location")
}

// arriving puts a file on its way without any bytes; one that has come as far as its size is whole.
func (w *world) arriving(delivery, name string, size, received int64) {
	w.t.Helper()
	id := strings.ToLower(crand.Text())
	l := w.Ledger()
	err := l.Create(w.t.Context(), rostrum.Upload{ID: id, Account: "av", Delivery: rostrum.DeliveryID(delivery), Name: name, Bytes: size, Fingerprint: "1-" + name, Created: w.Now(), Touched: w.Now()})
	switch {
	case err == nil && received == size:
		err = l.Finish(w.t.Context(), id, digest([]byte(name)))
	case err == nil && received > 0:
		err = l.Progress(w.t.Context(), id, received, nil, w.Now())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
