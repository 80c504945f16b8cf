package page

import "rostrum"

// Text is words of a person (a title, a function), with their language where it is known: they
// are often not in the language of the page (WCAG 2.2, 3.1.2).
type Text struct {
	Text     string
	Language rostrum.Language // "" when unknown
}

// TextIn takes from texts the one that suits a page in language ui.
func TextIn(texts rostrum.Texts, ui rostrum.Language) Text {
	s, l := texts.In(ui)
	return Text{Text: s, Language: l}
}

// Link is a name with an address. An empty Path gives the name without a link.
type Link struct {
	Name Text
	Path string
}
