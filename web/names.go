package web

import (
	"context"
	"strings"

	"rostrum"
	"rostrum/web/page"
)

// names put the words that stand in interventions into the language of a page, where the catalogue
// has them in several.
type names struct {
	ui            rostrum.Language
	topics        []rostrum.Topic
	organisations []rostrum.Organisation
}

func (s *server) names(ctx context.Context, ui rostrum.Language) (names, error) {
	topics, err := s.Catalogue.Topics(ctx)
	if err != nil {
		return names{}, err
	}
	organisations, err := s.Catalogue.Organisations(ctx)
	return names{ui, topics, organisations}, err
}

// organisation is the name of an organisation that is given by its slug or by any of its names.
func (n names) organisation(given string) page.Text {
	for _, o := range n.organisations {
		if called(given, o.Slug, o.Name, nil) {
			return page.TextIn(o.Name, n.ui)
		}
	}
	return page.Text{Text: given}
}

// topicLinks are the titles of topics. A topic has no page of its own yet.
func (n names) topicLinks(given []string) []page.Link {
	var links []page.Link
	for _, g := range given {
		name := page.Text{Text: g}
		for _, t := range n.topics {
			if called(g, t.Slug, t.Title, t.Aliases) {
				name = page.TextIn(t.Title, n.ui)
				break
			}
		}
		links = append(links, page.Link{Name: name})
	}
	return links
}

func called(given, slug string, title rostrum.Texts, aliases []string) bool {
	if given == "" {
		return false
	}
	if strings.EqualFold(given, slug) {
		return true
	}
	for _, t := range title {
		if strings.EqualFold(given, t) {
			return true
		}
	}
	for _, a := range aliases {
		if strings.EqualFold(given, a) {
			return true
		}
	}
	return false
}
