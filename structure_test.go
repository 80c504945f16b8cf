package rostrum_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "rostrum"

// layers are the parts of the program in the order in which they may import each other: only what
// stands further right.
var layers = []string{"cmd", "web", "pipeline", "storage", module}

// noIO are what the root package may not name, to keep it free of input and output.
var noIO = []string{"os", "net", "io/fs", "io/ioutil", "database/sql", "syscall", "embed", "log", "plugin"}

// pure are packages below those that only read texts.
var pure = []string{"net/url", "net/netip", "net/mail"}

// owners says which packages alone may import what reaches an outside world, so that another
// database, service or program changes one package. A path covers all below it.
var owners = []struct {
	imports    []string
	owners     []string
	inTests    bool // tests of other packages may import it as well
	whatItIsOf string
}{
	{[]string{"os/exec"}, []string{"pipeline/media/sandbox"}, true, "processes"},
	{[]string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx"}, []string{"storage/catalogue", "storage/queue"}, false, "databases"},
	{[]string{"github.com/riverqueue", "riverqueue.com"}, []string{"storage/queue"}, false, "the queue"},
	{[]string{"github.com/aws"}, []string{"storage/objects"}, false, "S3"},
	{[]string{"github.com/tus/tusd"}, []string{"storage/uploads"}, false, "the upload protocol"},
	{[]string{"github.com/asticode/go-astisub"}, []string{"pipeline/captions"}, false, "caption formats"},
	{[]string{"github.com/arran4/golang-ical"}, []string{"pipeline/agenda"}, false, "calendars"},
	{[]string{"github.com/coreos/go-oidc", "golang.org/x/oauth2", "github.com/alexedwards/argon2id"}, []string{"web/studio/signin"}, false, "identities"},
	{[]string{"github.com/Eyevinn/mp4ff"}, []string{"pipeline/fmp4"}, false, "MP4 boxes"},
}

// vague names say nothing about what a package is of.
var vague = []string{"util", "utils", "common", "helper", "helpers", "model", "models"}

const longestFile = 500 // lines; what is longer holds two nouns

// file is one Go file of the program.
type file struct {
	path    string   // from the root, with slashes
	folder  string   // "" for the root
	name    string   // of the package
	imports []string // paths
	lines   int
}

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// layer gives the part of the program that the folder belongs to, as an index in layers; -1 for
// none.
func layer(folder string) int {
	first, _, _ := strings.Cut(folder, "/")
	if first == "" {
		first = module
	}
	return slices.Index(layers, first)
}

// under says whether an import path is that one or below it.
func under(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

func underAny(p string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return under(p, root) })
}

// breaches gives a sentence for each rule that f breaks.
func breaches(f file) []string {
	var found []string
	breach := func(format string, args ...any) {
		found = append(found, f.path+" "+fmt.Sprintf(format, args...))
	}
	at := layer(f.folder)
	if at < 0 {
		breach("lies in a folder that is no part of the program; the parts are %s and the root.", strings.Join(layers[:len(layers)-1], ", "))
	}
	for _, imported := range f.imports {
		inner := under(imported, module)
		if inner {
			folder := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
			// A test outside its package may import it; then both have the same folder.
			if to := layer(folder); to >= 0 && at >= 0 && to < at {
				breach("imports %s; imports may only go rightwards in %s.", imported, strings.Join(layers, " -> "))
			}
		}
		if f.folder == "" && !f.test() {
			first, _, _ := strings.Cut(imported, "/")
			if inner || strings.Contains(first, ".") {
				breach("imports %s; the root package uses the standard library only.", imported)
			}
			if underAny(imported, noIO) && !slices.Contains(pure, imported) {
				breach("imports %s; the root package does no input or output.", imported)
			}
		}
		for _, o := range owners {
			if !underAny(imported, o.imports) || underAny(f.folder, o.owners) || o.inTests && f.test() {
				continue
			}
			breach("imports %s; only %s may, the owner of %s.", imported, strings.Join(o.owners, " and "), o.whatItIsOf)
		}
	}
	name := strings.TrimSuffix(f.name, "_test")
	if slices.Contains(vague, name) || slices.Contains(vague, path.Base(f.folder)) {
		breach("belongs to a package named %s; name it after what it is of.", name)
	}
	if f.lines > longestFile && !f.test() {
		breach("has %d lines; split what has more than %d by its nouns.", f.lines, longestFile)
	}
	return found
}

func TestStructure(t *testing.T) {
	files := readTree(t, ".")
	seen := map[string]bool{}
	for _, f := range files {
		if at := layer(f.folder); at >= 0 {
			seen[layers[at]] = true
		}
		for _, sentence := range breaches(f) {
			t.Error(sentence)
		}
	}
	for _, l := range layers {
		if !seen[l] {
			t.Errorf("No Go file of %s was read: this test looks in the wrong place.", l)
		}
	}
}

// TestStructureNotices makes sure that each rule can fail.
func TestStructureNotices(t *testing.T) {
	for _, c := range []struct {
		name string
		file file
		want int
	}{
		{"web on pipeline", file{path: "web/a.go", folder: "web", imports: []string{"rostrum/pipeline/media", "rostrum"}}, 0},
		{"within a part", file{path: "web/a.go", folder: "web", imports: []string{"rostrum/web/page"}}, 0},
		{"storage on pipeline", file{path: "storage/queue/a.go", folder: "storage/queue", imports: []string{"rostrum/pipeline"}}, 1},
		{"pipeline on web, in a test", file{path: "pipeline/a_test.go", folder: "pipeline", imports: []string{"rostrum/web"}}, 1},
		{"root on a part", file{path: "a.go", imports: []string{"rostrum/storage/objects"}}, 2},
		{"root on a module", file{path: "a.go", imports: []string{"golang.org/x/text/language"}}, 1},
		{"root on files", file{path: "a.go", imports: []string{"os"}}, 1},
		{"root on the network", file{path: "a.go", imports: []string{"net/http"}}, 1},
		{"root on a pure package", file{path: "a.go", imports: []string{"net/url", "strings"}}, 0},
		{"a test of the root", file{path: "a_test.go", imports: []string{"os", "rostrum"}}, 0},
		{"a process", file{path: "pipeline/a.go", folder: "pipeline", imports: []string{"os/exec"}}, 1},
		{"a process beside the sandbox", file{path: "pipeline/media/a.go", folder: "pipeline/media", imports: []string{"os/exec"}}, 1},
		{"a process by its owner", file{path: "pipeline/media/sandbox/a.go", folder: "pipeline/media/sandbox", imports: []string{"os/exec"}}, 0},
		{"a process in a test", file{path: "cmd/rostrum/a_test.go", folder: "cmd/rostrum", imports: []string{"os/exec"}}, 0},
		{"SQL", file{path: "web/a.go", folder: "web", imports: []string{"database/sql"}}, 1},
		{"SQL by its owner", file{path: "storage/catalogue/a.go", folder: "storage/catalogue", imports: []string{"database/sql", "github.com/jackc/pgx/v5/pgxpool", "modernc.org/sqlite"}}, 0},
		{"SQLite", file{path: "cmd/rostrum/a.go", folder: "cmd/rostrum", imports: []string{"modernc.org/sqlite"}}, 1},
		{"Postgres", file{path: "cmd/rostrum/a.go", folder: "cmd/rostrum", imports: []string{"github.com/jackc/pgx/v5"}}, 1},
		{"River", file{path: "storage/catalogue/a.go", folder: "storage/catalogue", imports: []string{"github.com/riverqueue/river"}}, 1},
		{"S3", file{path: "pipeline/a.go", folder: "pipeline", imports: []string{"github.com/aws/aws-sdk-go-v2/aws"}}, 1},
		{"the upload protocol", file{path: "web/a.go", folder: "web", imports: []string{"github.com/tus/tusd/v2/pkg/handler"}}, 1},
		{"captions", file{path: "web/page/a.go", folder: "web/page", imports: []string{"github.com/asticode/go-astisub"}}, 1},
		{"boxes", file{path: "pipeline/media/a.go", folder: "pipeline/media", imports: []string{"github.com/Eyevinn/mp4ff/mp4"}}, 1},
		{"a vague name", file{path: "web/util/a.go", folder: "web/util", name: "util"}, 1},
		{"a vague folder", file{path: "web/models/a.go", folder: "web/models", name: "page"}, 1},
		{"a part nobody knows", file{path: "internal/a.go", folder: "internal"}, 1},
		{"a long file", file{path: "web/a.go", folder: "web", lines: longestFile + 1}, 1},
		{"a long test", file{path: "web/a_test.go", folder: "web", lines: longestFile + 1}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := breaches(c.file); len(got) != c.want {
				t.Errorf("%d breaches, want %d: %q", len(got), c.want, got)
			}
		})
	}
}

// readTree parses the Go files of the program below root.
func readTree(t *testing.T, root string) []file {
	t.Helper()
	var files []file
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			// These hold no code of ours: packages of others, what was built, what is kept.
			if at != root && (strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "testdata", "bin", "data"}, name)) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(set, at, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(at)
		folder := path.Dir(slashed)
		if folder == "." {
			folder = ""
		}
		files = append(files, file{slashed, folder, parsed.Name.Name, importsOf(t, parsed), bytes.Count(source, []byte("\n"))})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func importsOf(t *testing.T, f *ast.File) []string {
	t.Helper()
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}
