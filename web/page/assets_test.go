package page

import (
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBundleNames(t *testing.T) {
	b := readAssets(fstest.MapFS{
		"dist/README":             {Data: []byte("no asset")},
		"dist/player-AAAA1111.js": {Data: []byte("1")},
		"dist/part-BBBB2222.js":   {Data: []byte("2")},
		"dist/style-CCCC3333.css": {Data: []byte("3")},
	})
	for plain, want := range map[string]string{"player.js": "player-AAAA1111.js", "style.css": "style-CCCC3333.css", "embed.js": "", "style.js": "", "README": ""} {
		if got := b.name(plain); got != want {
			t.Errorf("%s is %q, want %q", plain, got, want)
		}
	}
}

func TestAssets(t *testing.T) {
	file := assets.name("player.js")
	if file == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("the assets are not built; run scripts/build first")
		}
		t.Skip("the assets are not built; scripts/build makes them")
	}
	for _, c := range []struct {
		name, method, path, accept string
		status                     int
		cache, encoding            string
	}{
		{"a file", "GET", AssetsPath + file, "gzip, br", 200, "immutable", "gzip"},
		{"without compression", "GET", AssetsPath + file, "", 200, "immutable", ""},
		{"head", "HEAD", AssetsPath + file, "gzip", 200, "immutable", "gzip"},
		{"old name", "GET", AssetsPath + "player-OLDOLD00.js", "gzip", 404, "no-store", ""},
		{"no asset", "GET", AssetsPath + "README", "gzip", 404, "no-store", ""},
		{"climbing", "GET", AssetsPath + "../words/en.json", "gzip", 404, "no-store", ""},
		{"post", "POST", AssetsPath + file, "gzip", 405, "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Header().Get("Cache-Control"), c.cache) || w.Header().Get("Content-Encoding") != c.encoding || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", c.name, w.Code, w.Header())
		}
	}
	if !AssetsBuilt() {
		t.Error("some assets are built, others not")
	}
	// Before the first play a page may cost 150 kB; the library for HLS comes with the play.
	fetched := map[string]bool{assets.name("style.css"): true, file: true}
	for _, m := range regexp.MustCompile(`from"\./(part-\w+\.js)"`).FindAllSubmatch(assets[file].plain, -1) {
		fetched[string(m[1])] = true
	}
	sum := 0
	for name := range fetched {
		sum += len(assets[name].gzipped())
	}
	if len(fetched) < 3 || sum > 90_000 {
		t.Errorf("styles and scripts before the first play are %d bytes in %v", sum, fetched)
	}
}
