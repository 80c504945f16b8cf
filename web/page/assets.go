package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// AssetsPath is where the handler of Assets is expected, below the base path.
const AssetsPath = "/assets/"

//go:embed all:dist
var distFiles embed.FS

// assets is filled once, before main, and only read afterwards.
var assets = readAssets(distFiles)

// bundle is what scripts/build made: files whose names carry a hash of their content.
type bundle map[string]*asset // by file name

type asset struct {
	kind    string
	plain   []byte
	gzipped func() []byte
}

func readAssets(files fs.FS) bundle {
	b := bundle{}
	names, err := fs.Glob(files, "dist/*")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		kind := ""
		switch path.Ext(name) {
		case ".js":
			kind = "text/javascript; charset=utf-8"
		case ".css":
			kind = "text/css; charset=utf-8"
		case ".svg":
			kind = "image/svg+xml"
		default:
			continue // README
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		b[path.Base(name)] = &asset{kind, plain, sync.OnceValue(func() []byte { return compress(plain) })}
	}
	return b
}

func compress(plain []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // fails only on a level that does not exist
	w.Write(plain)                                        // a bytes.Buffer does not fail
	w.Close()
	return b.Bytes()
}

// name is the file name of "player.js" in this build: "player-ABCDEFGH.js".
func (b bundle) name(plain string) string {
	base, ext, _ := strings.Cut(plain, ".")
	for file := range b {
		if strings.HasPrefix(file, base+"-") && strings.HasSuffix(file, "."+ext) && strings.Count(file, "-") == strings.Count(base, "-")+1 {
			return file
		}
	}
	return ""
}

// AssetFile is the name of a bundled file in this build, below AssetsPath: of "studio.css", "studio-ABCDEFGH.css". It is "" when the
// assets are not built.
func AssetFile(plain string) string { return assets.name(plain) }

// AssetText is a bundled file as it is served: for a worker, whose address must not change with its content.
func AssetText(plain string) []byte {
	if a := assets[assets.name(plain)]; a != nil {
		return a.plain
	}
	return nil
}

// AssetsBuilt says whether the styles and scripts are in this program. They are not in one that
// was compiled without scripts/build before; its pages work, unstyled.
func AssetsBuilt() bool {
	return assets.name("style.css") != "" && assets.name("player.js") != "" && assets.name("embed.js") != ""
}

// Assets serves the styles and scripts at AssetsPath (the base path taken off before). Names carry
// a hash of the content, so answers may be kept for a year; every origin may read them, because an
// embed in a sandbox has the origin null.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("X-Content-Type-Options", "nosniff")
		file, ok := strings.CutPrefix(r.URL.Path, AssetsPath)
		a := assets[file]
		if !ok || a == nil {
			h.Set("Cache-Control", "no-store")
			http.Error(w, "There is no such file; reload the page.", http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET is possible here.", http.StatusMethodNotAllowed)
			return
		}
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Content-Type", a.kind)
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "gzip")
			body = a.gzipped()
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}
