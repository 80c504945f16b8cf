package page

import (
	"fmt"
	"io"
)

// ErrorPage says that something did not work: what, why, and what to do next.
type ErrorPage struct {
	Chrome
	Status  int
	Title   Text // "" gives the general title of the status
	Message Text // "" gives the general sentence of the status
	// Embedded leaves header and footer away, for a frame on a partner's page.
	Embedded bool
}

// Render writes the page. The status line is the handler's to write.
func (p ErrorPage) Render(w io.Writer) error {
	l := LocaleFor(p.UI)
	key := fmt.Sprintf("error.%d", p.Status)
	if _, ok := l.words[key+".title"]; !ok {
		key = "error.other"
		if p.Status >= 500 {
			key = "error.500"
		}
	}
	if p.Title.Text == "" {
		p.Title = Text{l.Word(key + ".title"), l.Tag}
	}
	if p.Message.Text == "" {
		p.Message = Text{l.Word(key + ".text"), l.Tag}
	}
	return render(w, "problem.html", p.Chrome, p)
}
