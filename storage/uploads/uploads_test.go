package uploads

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/objects"
)

// behaviours are the same whichever store the bytes go to. Each has a store and a server of its own.
var behaviours = []struct {
	name string
	test func(*world)
}{
	{"pieces with checksums", piecesWithChecksums},
	{"one request without a checksum", oneRequest},
	{"bytes with the first request", bytesWithTheFirstRequest},
	{"a wrong checksum keeps nothing", aWrongChecksumKeepsNothing},
	{"checksums that cannot be read", checksumsThatCannotBeRead},
	{"a broken line keeps what came", aBrokenLineKeepsWhatCame},
	{"a broken line with a checksum keeps nothing", aBrokenLineWithAChecksum},
	{"the newer request wins", theNewerRequestWins},
	{"restart", restarts},
	{"a crash before the row", aCrashBeforeTheRow},
	{"a crash before the end is written down", aCrashBeforeTheEnd},
	{"a lost digest", aLostDigest},
	{"others see nothing", othersSeeNothing},
	{"deleted", deleted},
	{"expired", expired},
	{"discarded while it arrives", discardedWhileItArrives},
	{"what the protocol refuses", whatTheProtocolRefuses},
}

func TestUploadsFolder(t *testing.T) { testUploads(t, openFolder) }

func TestUploadsS3(t *testing.T) {
	serverSetting(t)
	testUploads(t, openS3)
}

func testUploads(t *testing.T, open func(*testing.T) objects.Store) {
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			b.test(newWorld(t, open(t), nil))
		})
	}
}

// wantNothingKept looks for bytes that belong to no row.
func (w *world) wantNothingKept() {
	w.Helper()
	err := w.Store.List(w.Context(), "", func(o objects.Info) error {
		w.Errorf("%s is left", o.Key)
		return nil
	})
	if err != nil {
		w.Error(err)
	}
	if len(w.ledger.all) != 0 {
		w.Errorf("rows are left: %v", w.ledger.all)
	}
}

func piecesWithChecksums(w *world) {
	content := noise(1, 9<<20+11)
	at := w.create(len(content))
	u := w.row(at)
	if u.Account != ada || u.Delivery != "d-1" || u.Name != "Séance 1.mxf" || u.Fingerprint != "f-1" || u.Bytes != int64(len(content)) || !u.Created.Equal(*w.now) || u.Finished {
		w.Errorf("the row is %+v", u)
	}
	w.wantOffset(at, 0)
	for offset := 0; offset < len(content); {
		piece := content[offset:min(offset+3<<20, len(content))]
		w.adds(at, offset, piece, "Upload-Checksum", sumOf(piece))
		offset += len(piece)
		w.wantOffset(at, offset)
	}
	w.wantWhole(at, content)
	// What is finished takes no more, and says so as often as it is asked.
	w.adds(at, len(content), nil)
	// It goes to where it is to stay, and then nothing is left of it here.
	if _, err := w.Store.Move(w.Context(), "originals/r1", Key(u.ID)); err != nil {
		w.Fatal(err)
	}
	w.wantOffset(at, len(content))
	for range 2 {
		if err := w.Discard(w.Context(), u.ID); err != nil {
			w.Fatal(err)
		}
	}
	if info, err := w.Store.Stat(w.Context(), "originals/r1"); err != nil || info.Size != int64(len(content)) {
		w.Errorf("the original is %+v, %v", info, err)
	}
	if err := w.Store.Delete(w.Context(), "originals/r1"); err != nil {
		w.Fatal(err)
	}
	w.wantNothingKept()
	if w.log.Len() > 0 {
		w.Errorf("the log says %s", w.log)
	}
}

func oneRequest(w *world) {
	content := noise(2, 6<<20+5)
	at := w.create(len(content))
	_, err := w.Open(w.Context(), w.row(at).ID)
	if rostrum.ErrorCode(err) != rostrum.Conflict {
		w.Errorf("an unfinished one was opened: %v", err)
	}
	w.adds(at, 0, content)
	w.wantWhole(at, content)
}

func bytesWithTheFirstRequest(w *world) {
	content := noise(3, 1000)
	got := w.do(http.MethodPost, strings.TrimSuffix(base, "/"), content[:600], "Upload-Length", "1000", "Content-Type", "application/offset+octet-stream",
		"Upload-Metadata", metadata("filename", `C:\films\a.mp4`), "Upload-Checksum", sumOf(content[:600]))
	if got.status != http.StatusCreated || got.header.Get("Upload-Offset") != "600" {
		w.Fatalf("created: %d %q, at %q", got.status, got.text, got.header.Get("Upload-Offset"))
	}
	at := got.header.Get("Location")
	if name := w.row(at).Name; name != "a.mp4" {
		w.Errorf("it is named %q", name)
	}
	w.adds(at, 600, content[600:])
	w.wantWhole(at, content)
}

func aWrongChecksumKeepsNothing(w *world) {
	content, other := noise(4, 7<<20), noise(5, 7<<20)
	at := w.create(len(content))
	for _, end := range []int{100, 6 << 20, len(content)} {
		offset := w.offset(at)
		w.wants(w.patch(at, offset, other[offset:end], "Upload-Checksum", sumOf(content[offset:end])), 460, "The piece arrived with other bytes than were sent,")
		w.wantOffset(at, offset)
		w.adds(at, offset, content[offset:end], "Upload-Checksum", sumOf(content[offset:end]))
	}
	w.wantWhole(at, content)
}

func checksumsThatCannotBeRead(w *world) {
	at := w.create(10)
	for _, sum := range []string{"sha1 qUiQTy8PR5uPgZdpSzAYSw0u0cE=", "sha256", "sha256 !", "sha256 AAAA"} {
		w.wants(w.patch(at, 0, []byte("0123456789"), "Upload-Checksum", sum), http.StatusBadRequest, "The checksum of the piece cannot be read,")
	}
	w.wantOffset(at, 0)
}

func aBrokenLineKeepsWhatCame(w *world) {
	content := noise(6, 6<<20)
	at := w.create(len(content))
	w.adds(at, 0, content[:1000])
	<-w.ledger.progressed
	conn := w.cutOff(at, 1000, len(content)-1000)
	send(conn, content[1000:2<<20])
	conn.Close()
	if offset := <-w.ledger.progressed; offset != 2<<20 {
		w.Errorf("%d bytes were kept", offset)
	}
	w.wantOffset(at, 2<<20)
	w.adds(at, 2<<20, content[2<<20:])
	w.wantWhole(at, content)
}

func aBrokenLineWithAChecksum(w *world) {
	content := noise(7, 6<<20)
	at := w.create(len(content))
	conn := w.cutOff(at, 0, len(content), "Upload-Checksum", sumOf(content))
	send(conn, content[:2<<20])
	conn.Close()
	w.wantOffset(at, 0)
	w.adds(at, 0, content, "Upload-Checksum", sumOf(content))
	w.wantWhole(at, content)
}

func theNewerRequestWins(w *world) {
	content := noise(8, 3<<20)
	at := w.create(len(content))
	// A line that went dead without a word: nobody will ever close it.
	older := w.cutOff(at, 0, len(content), "Upload-Checksum", sumOf(content))
	send(older, content[:1000])
	w.adds(at, 0, content[:2<<20])
	// One that has no checksum keeps what came, so the newer one has to ask first.
	older = w.cutOff(at, 2<<20, len(content)-2<<20)
	send(older, content[2<<20:2<<20+5000])
	offset := w.offset(at)
	if offset < 2<<20 || offset > 2<<20+5000 {
		w.Errorf("%d bytes have arrived", offset)
	}
	w.wants(w.patch(at, offset-1, content[offset-1:]), http.StatusConflict, "The piece does not begin where the file has arrived so far;")
	w.adds(at, offset, content[offset:])
	w.wantWhole(at, content)
}

func restarts(w *world) {
	content := noise(9, 6<<20)
	at := w.create(len(content))
	for offset := 0; offset < len(content); offset += 1 << 20 {
		w.restart()
		w.wantOffset(at, offset)
		w.adds(at, offset, content[offset:offset+1<<20])
	}
	w.restart()
	w.wantWhole(at, content)
	if w.log.Len() > 0 {
		w.Errorf("the log says %s", w.log)
	}
}

// Bytes that are there without a row that says so do not count: nobody knows whether they were the right ones.
func aCrashBeforeTheRow(w *world) {
	content := noise(10, 7<<20)
	at := w.create(len(content))
	w.adds(at, 0, content[:1<<20])
	for _, end := range []int{2 << 20, len(content)} {
		w.ledger.failNext()
		w.wants(w.patch(at, 1<<20, noise(11, end-1<<20)), http.StatusInternalServerError, "Something failed inside Rostrum.")
		w.restart()
		w.wantOffset(at, 1<<20)
	}
	w.adds(at, 1<<20, content[1<<20:])
	w.wantWhole(at, content)
	if !strings.Contains(w.log.String(), "the database has gone away") {
		w.Errorf("the log says %s", w.log)
	}
}

func aCrashBeforeTheEnd(w *world) {
	content := noise(12, 2<<20)
	at := w.create(len(content))
	w.adds(at, 0, content)
	w.wantWhole(at, content)
	// The bytes are under their key, the row of the last piece is written, and that of the end is not.
	w.ledger.change(w.row(at).ID, func(u *rostrum.Upload) { u.Finished, u.SHA256 = false, "" })
	w.restart()
	w.wantOffset(at, len(content))
	w.wantWhole(at, content)
	// The bytes are not even under their key.
	at = w.create(len(content))
	w.adds(at, 0, content[:1<<20])
	rest := &request{Uploads: w.Uploads, account: ada, sum: &checksum{}}
	upload, err := rest.GetUpload(w.Context(), w.row(at).ID)
	if err != nil {
		w.Fatal(err)
	}
	if n, err := upload.WriteChunk(w.Context(), 1<<20, bytes.NewReader(content[1<<20:])); n != 1<<20 || err != nil {
		w.Fatalf("wrote %d, %v", n, err)
	}
	w.restart()
	w.wantOffset(at, len(content))
	w.wantWhole(at, content)
}

func aLostDigest(w *world) {
	content := noise(13, 7<<20)
	for _, state := range [][]byte{nil, []byte("of another version of this program"), bytes.Repeat([]byte{0xff}, 116)} {
		at := w.create(len(content))
		w.adds(at, 0, content[:1<<20])
		if err := w.ledger.change(w.row(at).ID, func(u *rostrum.Upload) { u.DigestState = state }); err != nil {
			w.Fatal(err)
		}
		w.adds(at, 1<<20, content[1<<20:5<<20])
		w.adds(at, 5<<20, content[5<<20:])
		w.wantWhole(at, content)
	}
	// One that lags behind is read on from where it is.
	at := w.create(len(content))
	w.adds(at, 0, content[:1<<20])
	behind := w.row(at).DigestState
	w.adds(at, 1<<20, content[1<<20:2<<20])
	w.ledger.change(w.row(at).ID, func(u *rostrum.Upload) { u.DigestState = behind })
	w.adds(at, 2<<20, content[2<<20:])
	w.wantWhole(at, content)
	if want := fmt.Sprintf("from=%d", 1<<20); !strings.Contains(w.log.String(), want) {
		w.Errorf("the log does not say %s: %s", want, w.log)
	}
}

func othersSeeNothing(w *world) {
	content := noise(14, 1000)
	at := w.create(len(content))
	// Not even by stopping what the owner sends.
	conn := w.cutOff(at, 0, len(content), "Upload-Checksum", sumOf(content))
	for _, path := range []string{at, base + newID(), base + "..%2Foriginals", base + "x", at + ".info"} {
		w.wants(w.do(http.MethodHead, path, nil, "X-Account", bob), http.StatusNotFound, "")
		w.wants(w.patch(path, 0, content, "X-Account", bob), http.StatusNotFound, "There is no such upload;")
		w.wants(w.do(http.MethodDelete, path, nil, "X-Account", bob), http.StatusNotFound, "There is no such upload;")
		w.wants(w.do(http.MethodPost, path, nil, "X-Account", bob, "X-HTTP-Method-Override", "DELETE"), http.StatusNotFound, "There is no such upload;")
	}
	send(conn, content)
	for w.offset(at) == 0 { // the question itself may have stopped the request
		w.adds(at, 0, content)
	}
	w.wantWhole(at, content)
	w.wants(w.do(http.MethodGet, at, nil), http.StatusMethodNotAllowed, "An upload cannot be used in this way;")
	w.wants(w.do(http.MethodHead, at, nil, "X-Account", "nobody"), http.StatusForbidden, "")
	w.wants(w.do(http.MethodPost, base, nil, "X-Account", "nobody", "Upload-Length", "3"), http.StatusForbidden, "Sign in first.")
	w.wants(w.do(http.MethodPost, base, nil, "X-Account", "", "Upload-Length", "3"), http.StatusForbidden, "Files can be sent by those who are signed in;")
}

func deleted(w *world) {
	content := noise(15, 6<<20)
	for _, size := range []int{0, 1000, 6<<20 - 1, len(content)} {
		at := w.create(len(content))
		w.adds(at, 0, content[:size])
		if got := w.do(http.MethodDelete, at, nil); got.status != http.StatusNoContent {
			w.Errorf("deleted: %d %q", got.status, got.text)
		}
		w.wants(w.do(http.MethodHead, at, nil), http.StatusNotFound, "")
	}
	w.wantNothingKept()
}

func expired(w *world) {
	content := noise(16, 6<<20)
	begun := w.create(len(content))
	half := w.create(len(content))
	w.adds(half, 0, content[:5<<20+1])
	whole := w.create(1000)
	w.adds(whole, 0, content[:1000])
	*w.now = w.now.Add(rostrum.UnfinishedLives)
	again := w.create(len(content))
	w.adds(again, 0, content[:10])
	gone, err := w.Expire(w.Context(), w.now.Add(-rostrum.UnfinishedLives))
	if err != nil || len(gone) != 0 {
		w.Errorf("%v, %v expired at the last moment of the week", gone, err)
	}
	gone, err = w.Expire(w.Context(), w.now.Add(time.Second-rostrum.UnfinishedLives))
	names := []string{}
	for _, u := range gone {
		names = append(names, base+u.ID)
		if u.Account != ada || u.Name == "" {
			w.Errorf("nobody can be told of %+v", u)
		}
	}
	slices.Sort(names)
	want := []string{begun, half}
	slices.Sort(want)
	if err != nil || !slices.Equal(names, want) {
		w.Errorf("expired %q, %v, want %q", names, err, want)
	}
	w.wants(w.do(http.MethodHead, half, nil), http.StatusNotFound, "")
	w.wantWhole(whole, content[:1000])
	w.adds(again, 10, content[10:])
	w.wantWhole(again, content)
	for _, at := range []string{whole, again} {
		if err := w.Discard(w.Context(), w.row(at).ID); err != nil {
			w.Error(err)
		}
	}
	w.wantNothingKept()
}

func discardedWhileItArrives(w *world) {
	at := w.create(1 << 20)
	w.cutOff(at, 0, 1<<20)
	if err := w.Discard(w.Context(), w.row(at).ID); err != nil {
		w.Error(err)
	}
	w.wants(w.patch(at, 0, []byte("x")), http.StatusNotFound, "There is no such upload;")
	w.wantNothingKept()
}

func whatTheProtocolRefuses(w *world) {
	at := w.create(10)
	w.wants(w.patch(at, 0, []byte("01234567890")), http.StatusRequestEntityTooLarge, "More bytes came than the file was said to have,")
	w.wants(w.patch(at, 3, []byte("3")), http.StatusConflict, "The piece does not begin where the file has arrived so far;")
	w.wants(w.patch(at, 0, []byte("0"), "Tus-Resumable", "0.2.2"), http.StatusPreconditionFailed, "The sender speaks another version of the upload protocol;")
	w.wants(w.do(http.MethodPatch, at, []byte("0"), "Upload-Offset", "0"), http.StatusBadRequest, "The request is not one of the upload protocol")
	w.wants(w.do(http.MethodPatch, base, []byte("0")), http.StatusMethodNotAllowed, "An upload cannot be used in this way;")
	w.wants(w.do(http.MethodPost, base, nil, "Upload-Defer-Length", "1"), http.StatusNotImplemented, "The length of the file must be said")
	w.wants(w.do(http.MethodPost, base, nil), http.StatusBadRequest, "The request is not one of the upload protocol")
	w.wantOffset(at, 0)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, openFolder(t), func(o *Options) {
		o.Largest = 1 << 60
		o.MaxOf = func(_ context.Context, u rostrum.Upload) (int64, error) {
			switch u.Delivery {
			case "small":
				return 20e6, nil
			case "foreign":
				return 0, rostrum.Errorf(rostrum.NotFound, "There is no such delivery.")
			}
			return 0, nil
		}
	})
	for _, tt := range []struct {
		size           int64
		name, delivery string
		status         int
		begin          string
	}{
		{0, "a.mp4", "", http.StatusBadRequest, `"a.mp4" is empty;`},
		{10, "", "", http.StatusBadRequest, "The file has no name;"},
		{10, "\x00\r\n", "", http.StatusBadRequest, "The file has no name;"},
		{10, "a.mp4", strings.Repeat("x", 501), http.StatusBadRequest, "What comes with the file is too long"},
		{1<<60 + 1, "a.mp4", "", http.StatusRequestEntityTooLarge, `"a.mp4" has 1152921504.6 GB, more than the 1152921504.6 GB that are taken here;`},
		{20e6 + 1, "a.mp4", "small", http.StatusRequestEntityTooLarge, `"a.mp4" has 20.0 MB, more than the 20.0 MB that are taken here;`},
		{20e6, "a.mp4", "small", http.StatusCreated, ""},
		{10, "a.mp4", "foreign", http.StatusNotFound, "There is no such delivery."},
		{1 << 59, "a.mp4", "", http.StatusInsufficientStorage, `"a.mp4" has 576460752.3 GB, and the server has room for `},
	} {
		before := len(w.ledger.all)
		got := w.do(http.MethodPost, base, nil, "Upload-Length", strconv.FormatInt(tt.size, 10), "Upload-Metadata", metadata("filename", tt.name, "delivery", tt.delivery))
		w.wants(got, tt.status, tt.begin)
		if len(w.ledger.all) != before && tt.status != http.StatusCreated {
			t.Errorf("%d bytes of %q were refused and have a row", tt.size, tt.name)
		}
	}
}

// What is under way has its room; what has stood still for long keeps nobody out.
func TestRoomIsPromised(t *testing.T) {
	t.Parallel()
	w := newWorld(t, openFolder(t), nil)
	room, err := w.Store.Room(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	most := room.Free - max(keepFree, room.Total/keepFreePart)
	if most <= 0 {
		t.Skip("The disk of temporary files is too full for this test.")
	}
	upload := rostrum.Upload{Name: "a", Bytes: most * 2 / 3}
	if err := w.admit(t.Context(), upload); err != nil {
		t.Error(err)
	}
	w.ledger.Create(t.Context(), rostrum.Upload{ID: newID(), Bytes: most, Offset: most / 2, Touched: *w.now})
	if err := w.admit(t.Context(), upload); statusOf(err) != http.StatusInsufficientStorage {
		t.Errorf("half of the disk is promised, and two thirds were taken: %v", err)
	}
	*w.now = w.now.Add(underWay)
	if err := w.admit(t.Context(), upload); err != nil {
		t.Error(err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, openFolder(t), func(o *Options) { o.Largest = 200e9 })
	for _, path := range []string{base, strings.TrimSuffix(base, "/"), base + newID()} {
		got := w.do(http.MethodOptions, path, nil, "X-Account", "nobody")
		if got.status != http.StatusOK {
			t.Errorf("%s: %d %q", path, got.status, got.text)
		}
		for name, want := range map[string]string{
			"Tus-Version": "1.0.0", "Tus-Resumable": "1.0.0", "Tus-Max-Size": "200000000000", "Tus-Checksum-Algorithm": "sha256",
			"Tus-Extension": "creation,creation-with-upload,termination,checksum", "Access-Control-Allow-Origin": "",
		} {
			if value := got.header.Get(name); value != want {
				t.Errorf("%s: %s is %q, want %q", path, name, value, want)
			}
		}
	}
}

// A long request without a checksum is written down on the way, so that a crash does not take all of it.
func TestLongRequestsAreWrittenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, openFolder(t), nil)
	content := noise(17, Span+2<<20)
	at := w.create(len(content))
	conn := w.cutOff(at, 0, len(content))
	send(conn, content[:Span+1000])
	if offset := <-w.ledger.progressed; offset != Span {
		t.Errorf("the first note is at %d", offset)
	}
	conn.Close()
	w.restart() // waits for the request to end
	offset := w.offset(at)
	w.adds(at, offset, content[offset:])
	w.wantWhole(at, content)
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want int
	}{
		{rostrum.Errorf(rostrum.Unavailable, "Full.").Because(fmt.Errorf("write: %w", syscall.ENOSPC)), http.StatusInsufficientStorage},
		{rostrum.Errorf(rostrum.Unavailable, "Gone."), http.StatusServiceUnavailable},
		{rostrum.Errorf(rostrum.Withdrawn, "Gone."), http.StatusGone},
		{errors.Join(errors.New("a"), &refusal{418, rostrum.Errorf(rostrum.Refused, "No.")}), 418},
		{errors.New("a"), http.StatusInternalServerError},
	} {
		if got := statusOf(tt.err); got != tt.want {
			t.Errorf("%v has %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := newWorld(t, openFolder(t), nil).Options
	for name, spoil := range map[string]func(*Options){
		"no store":         func(o *Options) { o.Store = nil },
		"no ledger":        func(o *Options) { o.Ledger = nil },
		"a negative limit": func(o *Options) { o.Largest = -1 },
		"no base":          func(o *Options) { o.Base = "" },
		"the root":         func(o *Options) { o.Base = "/" },
		"a relative base":  func(o *Options) { o.Base = "files/" },
	} {
		o := good
		spoil(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"a.mp4": "a.mp4", "/srv/a.mp4": "a.mp4", `C:\a\b.mxf`: "b.mxf", " اجتماع.mp4 ": "اجتماع.mp4", "a\x00b\n.mov": "ab.mov", "\xff.mov": ".mov", "a/": "", "": "",
		strings.Repeat("é", 250) + ".mp4": strings.Repeat("é", 196) + ".mp4",
	} {
		if got := fileName(said); got != want {
			t.Errorf("%q became %q, want %q", said, got, want)
		}
	}
}
