package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"sync"
	"time"

	"rostrum"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates are parsed at their first use and only executed afterwards.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(templateFiles, "templates/*.html"))
})

// view is what a template sees: the page, and the language it is written in.
type view struct {
	Chrome Chrome
	L      *Locale
	P      any
}

// render writes a page. It writes all of it or nothing.
func render(w io.Writer, name string, c Chrome, p any) error {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, view{Chrome: c, L: LocaleFor(c.UI), P: p}); err != nil {
		return fmt.Errorf("rendering %s: %w", name, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// With is the view of a part of the page.
func (v view) With(p any) view { v.P = p; return v }

// T is Locale.Word.
func (v view) T(key string, pairs ...string) string { return v.L.Word(key, pairs...) }

// Clock is the function of that name.
func (v view) Clock(d time.Duration) string { return Clock(d) }

// ISO is a length for machines.
func (v view) ISO(d time.Duration) string { return isoDuration(d) }

// Asset is the address of a bundled file, "" when the assets are not built.
func (v view) Asset(name string) string {
	file := assets.name(name)
	if file == "" {
		return ""
	}
	return v.Chrome.BasePath + AssetsPath + file
}

// Tracks are the captions tracks of the video element.
func (v view) Tracks(m Media) []track { return m.tracks(v.L) }

// Takes are the files to take away, language by language.
func (v view) Takes(m Media) []take { return m.takes(v.L) }

// Own is a language's name for itself.
func (v view) Own(l rostrum.Language) string { return ownName(l) }

// Aspect is the shape of the picture as CSS writes it.
func (v view) Aspect(m Media) template.CSS {
	width, height := m.Aspect()
	return template.CSS(fmt.Sprintf("%d/%d", width, height))
}

// Foreign is the language of a text where it is not the page's, "" where it is or is not known.
func (v view) Foreign(l rostrum.Language) rostrum.Language {
	if l == v.L.Tag {
		return ""
	}
	return l
}
