package cutlist

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"rostrum"
)

// mostElements bounds an XML file: a project with a thousand clips has some thirty thousand.
const mostElements = 200_000

// longestText is how many bytes of text of one element are kept before no more are added.
const longestText = 64 << 10

// element is a part of an XML file.
type element struct {
	name     string
	attrs    map[string]string
	children []*element
	text     string
}

// child gives the first child of one of the names; nil for none.
func (e *element) child(names ...string) *element {
	for _, c := range e.children {
		for _, name := range names {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// readXML reads an XML file. External entities and entities of its own do not exist for it, so it cannot name other
// files or grow.
func readXML(text string) (*element, error) {
	damaged := rostrum.Errorf(rostrum.Invalid, "This XML file is damaged; export it again.")
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is decoded already
	root := &element{}
	open := []*element{root}
	count := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, damaged.Because(err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > mostElements || len(open) > deepest {
				return nil, rostrum.Errorf(rostrum.TooLarge, "This XML file holds more than a list of cuts can; export only the project with the cuts.")
			}
			e := &element{name: t.Name.Local, attrs: make(map[string]string, len(t.Attr))}
			for _, a := range t.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 && len(top.text) < longestText && len(strings.TrimSpace(string(t))) > 0 {
				top.text += string(t)
			}
		}
	}
	if len(root.children) != 1 {
		return nil, damaged
	}
	return root.children[0], nil
}
