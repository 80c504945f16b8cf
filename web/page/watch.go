package page

import (
	"fmt"
	"io"
	"strings"
	"time"

	"rostrum"
)

// WatchPage is the page of one intervention.
type WatchPage struct {
	Chrome
	Media
	ID           string
	Title        Text
	Speaker      string
	Function     Text
	Organisation Text
	Abstract     Text
	Meeting      Link
	Starts, Ends rostrum.Date // of the meeting
	Place        Text
	AgendaNumber string
	AgendaTitle  Text
	Topics       []Link
	Transcript   Transcript
	EmbedPath    string // "" offers no embedding
	OEmbedJSON   string
	OEmbedXML    string
	Prev, Next   *Link
	PublishedAt  time.Time
	Upcoming     *Upcoming
	NoIndex      bool // asks search engines to stay away: partners only, review
}

// Render writes the page.
func (p WatchPage) Render(w io.Writer) error { return render(w, "watch.html", p.Chrome, p) }

// Description is one line about the intervention, for search engines and link previews.
func (p WatchPage) Description() string {
	var parts []string
	for _, s := range []string{p.Speaker, p.Function.Text, p.Organisation.Text, p.Meeting.Name.Text} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// PublishedDay is the day of publication.
func (p WatchPage) PublishedDay() rostrum.Date {
	if p.PublishedAt.IsZero() {
		return ""
	}
	return rostrum.Date(p.PublishedAt.Format(time.DateOnly))
}

// At is the root-relative address of this page at a position, so that a time in the transcript is
// a link without scripts too.
func (p WatchPage) At(d time.Duration) string { return p.with("t", fmt.Sprint(int(d/time.Second))) }

// InLanguage is the root-relative address of this page with the transcript in another language.
func (p WatchPage) InLanguage(l rostrum.Language) string {
	return p.with("text", string(l)) + "#transcript"
}

// InSound is the root-relative address of this page with another sound, and its files to take away.
func (p WatchPage) InSound(channel string) string { return p.with("lang", channel) + "#downloads" }

// EmbedCode is the HTML that a partner pastes.
func (p WatchPage) EmbedCode() string {
	width, height := p.Aspect()
	return fmt.Sprintf(`<iframe src="%s" title="%s" loading="lazy" allow="fullscreen; autoplay" allowfullscreen referrerpolicy="strict-origin-when-cross-origin" style="width:100%%;aspect-ratio:%d/%d;border:0"></iframe>`,
		attribute(p.Absolute(p.EmbedPath)), attribute(p.Title.Text), width, height)
}

var attributeEscapes = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")

func attribute(s string) string { return attributeEscapes.Replace(s) }

// PlayerData is what the scripts need, as the template puts it into the page.
func (p WatchPage) PlayerData() playerData {
	return p.player(p.ID, p.Canonical(), LocaleFor(p.UI))
}

// StructuredData describes the intervention to search engines (schema.org VideoObject or AudioObject). It names the
// original, whatever is played.
func (p WatchPage) StructuredData() map[string]any {
	kind, files := "VideoObject", p.filesOf(p.original())
	content := files.Large
	if p.SoundOnly() {
		kind, content = "AudioObject", files.Audio
	}
	d := map[string]any{
		"@context": "https://schema.org", "@type": kind,
		"name": p.Title.Text, "description": p.Description(), "url": p.Canonical(),
		"duration": isoDuration(p.Duration),
		"potentialAction": map[string]any{
			"@type": "SeekToAction", "target": p.Canonical() + "?t={seek_to_second_number}",
			"startOffset-input": "required name=seek_to_second_number",
		},
	}
	set := func(key, value string) {
		if value != "" {
			d[key] = value
		}
	}
	set("thumbnailUrl", p.Absolute(p.Poster))
	set("contentUrl", p.Absolute(content.Path))
	set("embedUrl", p.Absolute(p.EmbedPath))
	set("inLanguage", string(p.Language))
	if !p.PublishedAt.IsZero() {
		d["uploadDate"] = p.PublishedAt.UTC().Format(time.RFC3339)
	}
	if p.Speaker != "" {
		person := map[string]any{"@type": "Person", "name": p.Speaker}
		if p.Function.Text != "" {
			person["jobTitle"] = p.Function.Text
		}
		if p.Organisation.Text != "" {
			person["affiliation"] = map[string]any{"@type": "Organization", "name": p.Organisation.Text}
		}
		d["creator"] = person
	}
	if p.Meeting.Name.Text != "" {
		event := map[string]any{"@type": "Event", "name": p.Meeting.Name.Text}
		if p.Starts != "" {
			event["startDate"] = p.Starts
		}
		if p.Place.Text != "" {
			event["location"] = map[string]any{"@type": "Place", "name": p.Place.Text}
		}
		d["recordedAt"] = event
	}
	var text []string
	for _, paragraph := range p.Transcript.Paragraphs() {
		for _, line := range paragraph.Lines {
			text = append(text, line.Text)
		}
	}
	set("transcript", strings.Join(text, " "))
	return d
}
