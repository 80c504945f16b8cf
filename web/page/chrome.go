package page

import (
	"net/url"
	"strings"

	"rostrum"
)

// Chrome is what surrounds every page and does not depend on what it shows.
type Chrome struct {
	BasePath  string           // "" or "/video"
	PublicURL string           // absolute, with the base path, without a slash at the end
	UI        rostrum.Language // wanted language of the interface; one without words falls back to English
	Nonce     string           // of this answer's Content-Security-Policy
	Path      string           // path and query of this page without the base path: "/m/cxo-2025?t=5"
	SiteName  string           // "" gives "Rostrum"
}

// Policy is the Content-Security-Policy for this page. Ancestors is the value of frame-ancestors:
// "'none'" for pages, the partner's hosts for embeds. Scripts and styles pass by nonce only;
// media-chrome's own style elements get the nonce from our script.
func (c Chrome) Policy(ancestors string) string {
	return "default-src 'none'; script-src 'nonce-" + c.Nonce + "'; style-src 'nonce-" + c.Nonce + "'; " +
		"img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors " + ancestors
}

// Site is the name of the site.
func (c Chrome) Site() string {
	if c.SiteName == "" {
		return "Rostrum"
	}
	return c.SiteName
}

// Home is the address of the first page.
func (c Chrome) Home() string { return c.BasePath + "/" + c.uiQuery() }

// uiQuery keeps the language on links made here, where it was asked for in the address.
func (c Chrome) uiQuery() string {
	if ui := c.query().Get("ui"); ui != "" {
		return "?" + url.Values{"ui": {ui}}.Encode()
	}
	return ""
}

func (c Chrome) query() url.Values {
	_, q, _ := strings.Cut(c.Path, "?")
	v, err := url.ParseQuery(q)
	if err != nil {
		return url.Values{}
	}
	return v
}

// with is the root-relative address of this page with one parameter set.
func (c Chrome) with(key, value string) string {
	path, _, _ := strings.Cut(c.Path, "?")
	v := c.query()
	v.Set(key, value)
	return c.BasePath + path + "?" + v.Encode()
}

// Canonical is the absolute address of this page without parameters.
func (c Chrome) Canonical() string {
	path, _, _ := strings.Cut(c.Path, "?")
	return c.PublicURL + path
}

// Absolute makes a root-relative address absolute. "" and absolute addresses stay as they are.
func (c Chrome) Absolute(path string) string {
	if !strings.HasPrefix(path, "/") {
		return path
	}
	return strings.TrimSuffix(c.PublicURL, c.BasePath) + path
}

// A languageLink leads to this page in another language of the interface.
type languageLink struct {
	Language rostrum.Language
	Name     string // in that language
	Href     string // root-relative
	Absolute string
	Current  bool
}

// Languages lists the languages that the interface has words for.
func (c Chrome) Languages() []languageLink {
	current := LocaleFor(c.UI).Tag
	var links []languageLink
	for _, l := range Languages() {
		links = append(links, languageLink{
			Language: l, Name: ownName(l), Href: c.with("ui", string(l)),
			Absolute: c.Canonical() + "?ui=" + string(l), Current: l == current,
		})
	}
	return links
}
