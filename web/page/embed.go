package page

import "io"

// EmbedPage is the player alone, in a frame on a partner's page. Who may frame it is said by
// Chrome.Policy. It also lives in a frame with sandbox="allow-scripts", where its origin is null:
// the media, captions and scripts need Access-Control-Allow-Origin: *.
type EmbedPage struct {
	Chrome
	Media
	ID           string
	Title        Text
	Speaker      string
	Organisation Text
	WatchPath    string // the page of the intervention
}

// Render writes the page.
func (p EmbedPage) Render(w io.Writer) error { return render(w, "embed.html", p.Chrome, p) }

// PlayerData is what the scripts need, as the template puts it into the page.
func (p EmbedPage) PlayerData() playerData {
	return p.player(p.ID, p.Absolute(p.WatchPath), LocaleFor(p.UI))
}
