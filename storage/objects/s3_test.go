package objects

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"rostrum"
)

// through puts a proxy of ours before the server, which sees every request first. It may answer
// itself, or change the response by what it returns.
func through(t *testing.T, see func(w http.ResponseWriter, r *http.Request) (answered bool, change func(*http.Response))) *S3 {
	t.Helper()
	setting := serverSetting(t)
	query := setting.Query()
	server, err := url.Parse(query.Get("endpoint"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered, change := see(w, r)
		if answered {
			return
		}
		forward := &httputil.ReverseProxy{
			// The host stays the one that was signed.
			Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(server); p.Out.Host = p.In.Host },
			ModifyResponse: func(response *http.Response) error {
				if change != nil {
					change(response)
				}
				return nil
			},
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	query.Set("endpoint", proxy.URL)
	query.Set("path_style", "true")
	behind := *setting
	behind.RawQuery = query.Encode()
	return openTestS3(t, &behind)
}

// brokenBody ends with an error after some bytes.
type brokenBody struct {
	io.Reader
	io.Closer
}

// breakAfter breaks a response that is longer than n bytes.
func breakAfter(n int64) func(*http.Response) {
	return func(response *http.Response) {
		if response.ContentLength <= n {
			return
		}
		response.Body = brokenBody{io.MultiReader(io.LimitReader(response.Body, n), brokenEnd{}), response.Body}
	}
}

type brokenEnd struct{}

func (brokenEnd) Read([]byte) (int, error) { panic(http.ErrAbortHandler) }

// A download goes on where its connection broke, and each request asks only for what is missing.
func TestS3ReadsOnAfterABreak(t *testing.T) {
	t.Parallel()
	const every = 300_000
	var mu sync.Mutex
	var asked []string
	store := through(t, func(_ http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
		if r.Method != http.MethodGet || r.Header.Get("Range") == "" {
			return false, nil
		}
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Header.Get("Range"))
		return false, breakAfter(every)
	})
	content := noise(1, 1_000_000)
	put(t, store, "segment", string(content))
	if got := get(t, store, "segment"); got != string(content) {
		t.Errorf("other bytes came, %d of them", len(got))
	}
	mu.Lock()
	n := len(asked)
	mu.Unlock()
	if n < 4 {
		t.Errorf("it asked for %q; the connections did not break", asked)
	}
	name, release, err := store.Local(t.Context(), "segment")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got, err := os.ReadFile(name); !bytes.Equal(got, content) {
		t.Errorf("the local copy has other bytes, %d of them, %v", len(got), err)
	}
}

func TestS3GivesUpAfterBreaks(t *testing.T) {
	t.Parallel()
	store := through(t, func(_ http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
		if r.Method != http.MethodGet || r.Header.Get("Range") == "" {
			return false, nil
		}
		return false, breakAfter(0)
	})
	put(t, store, "segment", "0123456789")
	object, err := store.Open(t.Context(), "segment")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	_, err = io.ReadAll(object)
	wantSentence(t, err, rostrum.Unavailable, "The storage service does not answer;")
	_, _, err = store.Local(t.Context(), "segment")
	wantSentence(t, err, rostrum.Unavailable, "The storage service does not answer;")
}

// A response that falls silent, before its first byte or later, is dropped and asked for again.
func TestS3ReadsOnAfterSilence(t *testing.T) {
	t.Parallel()
	var responses atomic.Int32
	store := through(t, func(_ http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
		if r.Method != http.MethodGet || r.Header.Get("Range") == "" {
			return false, nil
		}
		switch responses.Add(1) {
		case 1:
			<-r.Context().Done()
			return true, nil
		case 2:
		default:
			return false, nil
		}
		return false, func(response *http.Response) {
			silent := readerFunc(func([]byte) (int, error) {
				<-r.Context().Done()
				return 0, r.Context().Err()
			})
			response.Body = brokenBody{io.MultiReader(io.LimitReader(response.Body, 100_000), silent), response.Body}
		}
	})
	store.stall = time.Second // more than the server needs on a busy machine
	content := noise(1, 1_000_000)
	put(t, store, "segment", string(content))
	if got := get(t, store, "segment"); got != string(content) {
		t.Errorf("other bytes came, %d of them", len(got))
	}
	if n := responses.Load(); n < 3 {
		t.Errorf("%d requests were sent; nothing fell silent", n)
	}
}

// One version is never continued with the bytes of another.
func TestS3DoesNotMixVersions(t *testing.T) {
	t.Parallel()
	store := openTestS3(t, serverSetting(t))
	put(t, store, "playlist", strings.Repeat("1", 1000))
	object, err := store.Open(t.Context(), "playlist")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	put(t, store, "playlist", strings.Repeat("2", 1000))
	n, err := object.Read(make([]byte, 10))
	wantCode(t, err, rostrum.Conflict)
	if n != 0 {
		t.Errorf("it gave %d bytes", n)
	}
}

func TestS3SeekSendsNothing(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	store := through(t, func(http.ResponseWriter, *http.Request) (bool, func(*http.Response)) {
		requests.Add(1)
		return false, nil
	})
	put(t, store, "segment", string(noise(1, 1_000_000)))
	object, err := store.Open(t.Context(), "segment")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	before := requests.Load()
	for _, whence := range []int{io.SeekEnd, io.SeekStart, io.SeekCurrent} {
		if _, err := object.Seek(0, whence); err != nil {
			t.Fatal(err)
		}
	}
	if n := requests.Load() - before; n != 0 {
		t.Errorf("seeking sent %d requests", n)
	}
	if _, err := io.Copy(io.Discard, object); err != nil {
		t.Fatal(err)
	}
	if n := requests.Load() - before; n != 1 {
		t.Errorf("reading to the end sent %d requests", n)
	}
}

// No ACL is ever sent, and checksums only when the setting says so, in one part or in many.
func TestS3Headers(t *testing.T) {
	t.Parallel()
	for setting, want := range map[bool]bool{false: false, true: true} {
		var mu sync.Mutex
		sums := map[string]bool{}
		store := through(t, func(_ http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
			mu.Lock()
			defer mu.Unlock()
			for name := range r.Header {
				name = strings.ToLower(name)
				if strings.Contains(name, "acl") || strings.Contains(name, "grant") {
					t.Errorf("%s %s has the header %s", r.Method, r.URL, name)
				}
				isSum := strings.HasPrefix(name, "x-amz-checksum-") || strings.HasPrefix(name, "x-amz-sdk-checksum") || name == "x-amz-trailer"
				if isSum {
					sums[r.Method] = true
				}
			}
			return false, nil
		})
		if setting {
			// The same way as a setting with checksum=when_supported is opened.
			with := store.setting
			with.checksums, with.cache = true, t.TempDir()
			other, err := openS3(t.Context(), with)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			other.partSize = store.partSize
			store = other
		}
		put(t, store, "small", "x")
		put(t, store, "large", string(noise(1, 12<<20)))
		get(t, store, "large")
		mu.Lock()
		if got := sums[http.MethodPut] || sums[http.MethodPost] || sums[http.MethodGet]; got != want {
			t.Errorf("with when_supported %v, checksums were sent: %v", setting, sums)
		}
		mu.Unlock()
	}
}

// A service that fails in the middle of a large upload leaves nothing, and the old object stands.
func TestS3FailsInAMultipart(t *testing.T) {
	t.Parallel()
	var failing atomic.Bool
	store := through(t, func(w http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
		if failing.Load() && r.URL.Query().Get("partNumber") == "2" {
			// All of it, so that the answer is not lost with a connection that is still being written.
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusInternalServerError)
			return true, nil
		}
		return false, nil
	})
	put(t, store, "recording", "the old one")
	failing.Store(true)
	content := noise(1, 12<<20)
	_, err := store.Put(t.Context(), "recording", bytes.NewReader(content), int64(len(content)))
	wantSentence(t, err, rostrum.Unavailable, "The storage service is overloaded or failing;")
	if got := get(t, store, "recording"); got != "the old one" {
		t.Errorf("there are %d bytes", len(got))
	}
	if n := unfinished(t, store); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
	failing.Store(false)
	put(t, store, "recording", string(content))
}

// Every answer that a service may give has its sentence.
func TestS3Failures(t *testing.T) {
	t.Parallel()
	var status atomic.Int32
	store := through(t, func(w http.ResponseWriter, r *http.Request) (bool, func(*http.Response)) {
		answer := int(status.Load())
		if answer == 0 {
			return false, nil
		}
		w.WriteHeader(answer)
		return true, nil
	})
	for _, tt := range []struct {
		status int
		code   rostrum.Code
		begin  string
	}{
		{http.StatusForbidden, rostrum.Unavailable, "The storage service refused the access key"},
		{http.StatusUnauthorized, rostrum.Unavailable, "The storage service refused the access key"},
		{http.StatusNotFound, rostrum.NotFound, "There is no stored file"},
		{http.StatusConflict, rostrum.Conflict, `The file "a" cannot be stored`},
		{http.StatusInsufficientStorage, rostrum.Unavailable, "The storage service has no room left"},
		{http.StatusBadRequest, rostrum.Internal, "Something failed inside Rostrum."},
	} {
		status.Store(int32(tt.status))
		_, err := store.Put(t.Context(), "a", strings.NewReader("x"), 1)
		wantSentence(t, err, tt.code, tt.begin)
	}
	status.Store(0)
}

func TestS3SweepsAbandonedUploads(t *testing.T) {
	t.Parallel()
	store := openTestS3(t, serverSetting(t))
	put(t, store, "kept", "x")
	begin := func(key string) *string {
		out, err := store.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: store.bucket(), Key: store.name(key)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.client.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: store.bucket(), Key: store.name(key), UploadId: out.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part"),
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.UploadId
	}
	begin("a/1")
	begin("a/2")
	other := openTestS3(t, serverSetting(t))
	for _, tt := range []struct {
		store *S3
		older time.Time
		want  int
	}{
		{store, time.Now().Add(-time.Hour), 0},
		{other, time.Now().Add(time.Hour), 0}, // below another prefix
		{store, time.Now().Add(time.Hour), 2},
		{store, time.Now().Add(time.Hour), 0},
	} {
		if n, err := tt.store.SweepUnfinished(t.Context(), tt.older); n != tt.want || err != nil {
			t.Errorf("swept %d, %v, want %d", n, err, tt.want)
		}
	}
	wantKeys(t, store, "", "kept")
}

// Deleting a folder also takes what others have put there under names that are no keys.
func TestS3ForeignNames(t *testing.T) {
	t.Parallel()
	store := openTestS3(t, serverSetting(t))
	put(t, store, "a/kept", "x")
	for _, name := range []string{"a/UPPER", "a/with space", "a/folder/"} {
		_, err := store.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: store.bucket(), Key: store.name(name), Body: strings.NewReader("")})
		if err != nil {
			t.Fatal(err)
		}
	}
	wantKeys(t, store, "", "a/kept")
	if err := store.DeletePrefix(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	err := store.list(t.Context(), "", func(info Info) error {
		t.Errorf("%s is left", info.Key)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestS3CheckWithoutBucket(t *testing.T) {
	t.Parallel()
	setting := *serverSetting(t)
	setting.Host = "there-is-no-such-bucket"
	store, err := Open(t.Context(), setting.String(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	wantSentence(t, store.Check(t.Context()), rostrum.Unavailable, "The bucket of the storage setting does not exist;")
}

// These need no server.

func TestS3CheckWithoutServer(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "rostrum")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	store, err := Open(t.Context(), "s3://media?endpoint="+closed.URL, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	wantSentence(t, store.Check(t.Context()), rostrum.Unavailable, "The storage service does not answer;")
}

func TestS3CheckWithoutAccessKey(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	store, err := Open(t.Context(), "s3://media?endpoint=http://127.0.0.1:1", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	wantSentence(t, store.Check(t.Context()), rostrum.Unavailable, "There is no access key for the storage service;")
}
