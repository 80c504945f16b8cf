package sentences

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What the functions that make sentences for people are called, and which of their arguments is the format.
var speaking = map[string]int{"Errorf": 1, "fatal": 1, "notice": 1, "understood": 0}

// Every sentence that the studio may have to say is there in French.
func TestEverythingIsSaid(t *testing.T) {
	known := Formats("fr")
	missing, found := 0, 0
	err := filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			// The command line and the public pages have their own ways.
			if p != "../.." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "testdata", "cmd", "demo", "desktest", "oidcprovider", "browsertest", "data", "bin"}, name)) || p == "../../web/page" {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			called := ""
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				called = f.Sel.Name
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "fmt" {
					return true
				}
			case *ast.Ident:
				called = f.Name
			}
			at, ok := speaking[called]
			if !ok || len(call.Args) <= at {
				return true
			}
			literal, ok := call.Args[at].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			format, err := strconv.Unquote(literal.Value)
			if err != nil || strings.Trim(format, "%swqv.: ") == "" {
				return true
			}
			found++
			if _, ok := known[format]; !ok {
				missing++
				t.Errorf("%s: %q is not there in French", p, format)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 300 {
		t.Errorf("%d sentences were found: this test looks in the wrong place", found)
	}
}

// A sentence in another language fills in what the English one does, each thing once.
func TestFormats(t *testing.T) {
	for english, other := range Formats("fr") {
		f := parse(english, other)
		if f == nil {
			if strings.Contains(other, "%") && !strings.Contains(english, "%") {
				t.Errorf("%q fills in nothing, %q does", english, other)
			}
			continue
		}
		var used []int
		for _, p := range f.parts {
			if p.verb > 0 {
				used = append(used, p.verb)
			}
		}
		slices.Sort(used)
		want := make([]int, len(f.verbs))
		for i := range want {
			want[i] = i + 1
		}
		if !slices.Equal(slices.Compact(used), want) {
			t.Errorf("%q fills in %v of %d: %q", english, used, len(want), other)
		}
	}
}

func TestIn(t *testing.T) {
	b := &book{whole: map[string]string{"The disk is full; make room and try again.": "Le disque est plein ; faites de la place et réessayez."}}
	for english, other := range map[string]string{
		"There is no meeting %q; choose one.":   "Il n’y a pas de réunion « %s » ; choisissez-en une.",
		"%q can't be published. %w":             "« %s » ne peut pas être publié. %w",
		"%d of %d files came.":                  "Sur %[2]d fichiers, %[1]d sont arrivés.",
		"%s: %s":                                "%s : %s",
		"The peak is %.1f dBTP.":                "La crête est à %s dBTP.",
		"It is held back by its quality: %s Go": "La qualité le retient : %s Allez",
	} {
		b.forms = append(b.forms, parse(english, other))
	}
	for _, c := range []struct{ english, want string }{
		{"The disk is full; make room and try again.", "Le disque est plein ; faites de la place et réessayez."},
		{`There is no meeting "a \"b\""; choose one.`, "Il n’y a pas de réunion « a \"b\" » ; choisissez-en une."},
		{`"Water" can't be published. The disk is full; make room and try again.`, "« Water » ne peut pas être publié. Le disque est plein ; faites de la place et réessayez."},
		{"3 of 5 files came. The peak is -1.5 dBTP.", "Sur 5 fichiers, 3 sont arrivés. La crête est à -1,5 dBTP."},
		{"a.mov: The disk is full; make room and try again.", "a.mov : Le disque est plein ; faites de la place et réessayez."},
		{"a.mov: something that nobody knows", ""},
		{`"Water" can't be published. Nobody knows why.`, ""},
		{"Something else.", ""},
	} {
		got, ok := b.say(c.english, 0)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s:\n got %q, %t\nwant %q", c.english, got, ok, c.want)
		}
	}
	if s, ok := In("en", "Anything."); s != "Anything." || !ok {
		t.Error("English is not English")
	}
	if s, ok := In("ar", "Anything."); s != "Anything." || ok {
		t.Errorf("Arabic: %q, %t", s, ok)
	}
	for _, s := range []string{"", "a", strings.Repeat("x: ", 400), strings.Repeat("Nobody knows. ", 300)} {
		if got, ok := In("fr", s); got != s || ok != (s == "") {
			t.Errorf("%.20q became %.40q, %t", s, got, ok)
		}
	}
}

// Saying must stay cheap: a page may hold some hundred sentences.
func BenchmarkIn(b *testing.B) {
	for b.Loop() {
		In("fr", fmt.Sprintf("There is no such page; the address may be mistyped or out of date (%d).", b.N))
	}
}
