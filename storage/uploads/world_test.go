package uploads

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/objects"
)

// rows is a ledger in memory. It outlives the Uploads of a test, as a database outlives the program.
type rows struct {
	mu         sync.Mutex
	all        map[string]rostrum.Upload
	progressed chan int64 // each offset that was written down
	fail       error      // of the next Progress or Finish
}

func newRows() *rows {
	return &rows{all: map[string]rostrum.Upload{}, progressed: make(chan int64, 1000)}
}

func (r *rows) change(id string, how func(*rostrum.Upload)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.fail; err != nil {
		r.fail = nil
		return err
	}
	u, ok := r.all[id]
	if !ok {
		return rostrum.Errorf(rostrum.NotFound, "There is no such row.")
	}
	how(&u)
	r.all[id] = u
	return nil
}

func (r *rows) failNext() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = errors.New("the database has gone away")
}

func (r *rows) Create(_ context.Context, u rostrum.Upload) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all[u.ID] = u
	return nil
}

func (r *rows) Progress(_ context.Context, id string, offset int64, state []byte, now time.Time) error {
	err := r.change(id, func(u *rostrum.Upload) {
		if !u.Finished {
			u.Offset, u.DigestState, u.Touched = offset, bytes.Clone(state), now
		}
	})
	if err == nil {
		r.progressed <- offset
	}
	return err
}

func (r *rows) Finish(_ context.Context, id string, digest rostrum.Digest) error {
	return r.change(id, func(u *rostrum.Upload) { u.Finished, u.SHA256 = true, digest })
}

func (r *rows) Get(_ context.Context, id string) (rostrum.Upload, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u, ok := r.all[id]
	if !ok {
		return u, rostrum.Errorf(rostrum.NotFound, "There is no such row.")
	}
	return u, nil
}

func (r *rows) Delete(_ context.Context, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, id)
	return nil
}

func (r *rows) Unfinished(context.Context) ([]rostrum.Upload, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var some []rostrum.Upload
	for _, u := range r.all {
		if !u.Finished {
			some = append(some, u)
		}
	}
	return some, nil
}

// world is a server of uploads, and what a browser does.
type world struct {
	*testing.T
	*Uploads
	ledger *rows
	server *httptest.Server
	now    *time.Time
	log    *bytes.Buffer
}

const (
	base = "/rostrum/files/" // what the public sees
	ada  = "ada"
	bob  = "bob"
)

func newWorld(t *testing.T, store objects.Store, options func(*Options)) *world {
	t.Helper()
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	w := &world{T: t, ledger: newRows(), now: &now, log: new(bytes.Buffer)}
	o := Options{Store: store, Ledger: w.ledger, Base: base, Logger: slog.New(slog.NewTextHandler(w.log, nil)), Now: func() time.Time { return *w.now }}
	if options != nil {
		options(&o)
	}
	w.start(o)
	t.Cleanup(func() {
		left, _ := w.ledger.Unfinished(context.Background())
		for _, u := range left {
			if err := w.Discard(context.Background(), u.ID); err != nil {
				t.Error(err)
			}
		}
	})
	return w
}

// start begins the program over what is kept; called again, it is a restart.
func (w *world) start(o Options) {
	w.Helper()
	var err error
	if w.Uploads, err = New(o); err != nil {
		w.Fatal(err)
	}
	if w.server != nil {
		w.server.Close()
	}
	h := w.Handler(func(r *http.Request) (rostrum.AccountID, error) {
		who := rostrum.AccountID(r.Header.Get("X-Account"))
		if who == "nobody" {
			return "", rostrum.Errorf(rostrum.Refused, "Sign in first.")
		}
		return who, nil
	})
	mux := http.NewServeMux()
	mux.Handle("/files", h)
	mux.Handle("/files/", h)
	w.server = httptest.NewServer(http.StripPrefix("/rostrum", mux))
	w.Cleanup(w.server.Close)
}

func (w *world) restart() { w.start(w.Options) }

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	text   string
}

func (w *world) do(method, path string, body []byte, header ...string) reply {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.server.URL+path, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	r.Header.Set("X-Account", ada)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := w.server.Client().Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

// wants checks an answer, and that a refusal is one sentence for a person.
func (w *world) wants(got reply, status int, begin string) {
	w.Helper()
	if got.status != status || !strings.HasPrefix(got.text, begin) {
		w.Errorf("answered %d %q, want %d %q…", got.status, got.text, status, begin)
	}
	if got.status >= 400 && got.text != "" && (strings.Contains(got.text, "ERR_") || !strings.HasSuffix(got.text, ".\n") || strings.Count(got.text, "\n") != 1) {
		w.Errorf("%q is no sentence", got.text)
	}
	if got.header.Get("Tus-Resumable") != "1.0.0" {
		w.Error("the answer does not name the protocol")
	}
}

func metadata(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(all, ",")
}

// create begins an upload and gives its path.
func (w *world) create(size int) string {
	w.Helper()
	got := w.do(http.MethodPost, base, nil, "Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", metadata("filename", "Séance 1.mxf", "filetype", "video/mxf", "fingerprint", "f-1", "delivery", "d-1"))
	location := got.header.Get("Location")
	if got.status != http.StatusCreated || !strings.HasPrefix(location, base) || !validID(strings.TrimPrefix(location, base)) {
		w.Fatalf("created: %d %q, at %q", got.status, got.text, location)
	}
	return location
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
}

// patch adds bytes; header may say more of them.
func (w *world) patch(at string, offset int, body []byte, header ...string) reply {
	w.Helper()
	return w.do(http.MethodPatch, at, body, append([]string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset)}, header...)...)
}

// adds is patch for bytes that must be taken.
func (w *world) adds(at string, offset int, body []byte, header ...string) {
	w.Helper()
	got := w.patch(at, offset, body, header...)
	if want := strconv.Itoa(offset + len(body)); got.status != http.StatusNoContent || got.header.Get("Upload-Offset") != want {
		w.Fatalf("added: %d %q, now at %q, want %s", got.status, got.text, got.header.Get("Upload-Offset"), want)
	}
}

// offset is what the server says has arrived.
func (w *world) offset(at string) int {
	w.Helper()
	got := w.do(http.MethodHead, at, nil)
	n, err := strconv.Atoi(got.header.Get("Upload-Offset"))
	if got.status != http.StatusOK || err != nil {
		w.Fatalf("asked: %d, %v", got.status, err)
	}
	return n
}

func (w *world) wantOffset(at string, want int) {
	w.Helper()
	if got := w.offset(at); got != want {
		w.Errorf("%d bytes have arrived, want %d", got, want)
	}
}

func (w *world) row(at string) rostrum.Upload {
	w.Helper()
	u, err := w.ledger.Get(w.Context(), strings.TrimPrefix(at, base))
	if err != nil {
		w.Fatal(err)
	}
	return u
}

// wantWhole makes sure that content has arrived, with its digest.
func (w *world) wantWhole(at string, content []byte) {
	w.Helper()
	u := w.row(at)
	sum := sha256.Sum256(content)
	if !u.Finished || u.Offset != int64(len(content)) || u.SHA256 != rostrum.Digest(hex.EncodeToString(sum[:])) {
		w.Errorf("the row says finished %t, at %d, digest %s", u.Finished, u.Offset, u.SHA256)
	}
	object, err := w.Open(w.Context(), u.ID)
	if err != nil {
		w.Fatal(err)
	}
	defer object.Close()
	if got, err := io.ReadAll(object); err != nil || !bytes.Equal(got, content) {
		w.Errorf("%d other bytes lie in the store, %v", len(got), err)
	}
}

// cutOff sends a PATCH whose body is not sent to its end. It returns when the server has begun to read, which is after it has
// taken the lock.
func (w *world) cutOff(at string, offset int, announced int, header ...string) net.Conn {
	w.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.server.URL, "http://"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: rostrum\r\nTus-Resumable: 1.0.0\r\nX-Account: %s\r\nContent-Type: application/offset+octet-stream\r\n"+
		"Upload-Offset: %d\r\nContent-Length: %d\r\nExpect: 100-continue\r\n", at, ada, offset, announced)
	for i := 0; i < len(header); i += 2 {
		fmt.Fprintf(conn, "%s: %s\r\n", header[i], header[i+1])
	}
	fmt.Fprint(conn, "\r\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, " 100 ") {
		w.Fatalf("the server said %q, %v", line, err)
	}
	return conn
}

// send writes to a connection from beside the test: a server that has been told to stop does not read on.
func send(conn net.Conn, content []byte) { conn.Write(content) }

func noise(seed byte, size int) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func openFolder(t *testing.T) objects.Store {
	t.Helper()
	store, err := objects.OpenFolder(filepath.Join(t.TempDir(), "kept"))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func serverSetting(t *testing.T) *url.URL {
	t.Helper()
	setting := os.Getenv("ROSTRUM_TEST_S3")
	if setting == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_S3 is not set, and all tests are to run.")
		}
		t.Skip("No S3 server to test with: ROSTRUM_TEST_S3 is not set to the storage setting of one.")
	}
	u, err := url.Parse(setting)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func openS3(t *testing.T) objects.Store {
	t.Helper()
	u := serverSetting(t)
	query := u.Query()
	query.Set("cache", t.TempDir())
	u.Path, u.RawQuery = u.Path+"/uploads-"+newID(), query.Encode()
	store, err := objects.Open(t.Context(), u.String(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		err := errors.Join(store.DeletePrefix(ctx, "arriving"), store.DeletePrefix(ctx, "originals"), store.Close())
		if err != nil {
			t.Error(err)
		}
	})
	return store
}
