package web

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"image"
	_ "image/jpeg" // posters are JPEG
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/page"
)

// oembed is an answer of oEmbed 1.0, section 2.3.4.2. The order is that of its XML form.
type oembed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Version         string   `json:"version" xml:"version"`
	Type            string   `json:"type" xml:"type"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	HTML            string   `json:"html" xml:"html"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
}

const oembedWidth = 640 // pixels, when the asker names no limit

// showOEmbed answers how to show one of our addresses on another page.
func (s *server) showOEmbed(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, c, q := r.Context(), rostrum.Viewer{}, s.chrome(r), r.URL.Query()
	format := q.Get("format")
	if format == "" {
		format = "json"
	}
	if format != "json" && format != "xml" {
		return &answer.StatusError{Code: http.StatusNotImplemented, Message: "The format is not supported; ask for json or xml."}
	}
	maxWidth, err := limit(q, "maxwidth")
	if err != nil {
		return err
	}
	maxHeight, err := limit(q, "maxheight")
	if err != nil {
		return err
	}
	i, query, err := s.ofAddress(ctx, viewer, c, q.Get("url"))
	if err != nil {
		return err
	}
	m, err := s.published(ctx, i)
	if err != nil {
		return err
	}
	answer := oembed{
		Version: "1.0", Type: "video", Title: i.Title, AuthorName: i.Speaker, ProviderName: c.Site(), ProviderURL: c.PublicURL + "/",
	}
	if len(m.Pictures) == 0 {
		answer.Type = "rich" // there is no type for sound
	}
	across, down := 16, 9
	if len(m.Pictures) > 0 && m.Pictures[0].Width > 0 && m.Pictures[0].Height > 0 {
		across, down = m.Pictures[0].Width, m.Pictures[0].Height
	}
	answer.Width, answer.Height = fit(across, down, maxWidth, maxHeight)
	answer.HTML = fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" loading="lazy" allow="fullscreen; autoplay" allowfullscreen referrerpolicy="strict-origin-when-cross-origin" style="border:0;max-width:100%%"></iframe>`,
		html.EscapeString(c.PublicURL+embedPath(i)+query), html.EscapeString(i.Title), answer.Width, answer.Height)
	for _, name := range []string{rostrum.PosterName, rostrum.SmallPosterName} {
		wide, high := s.pictureSize(ctx, m.Files[name])
		if wide > 0 && (maxWidth == 0 || wide <= maxWidth) && (maxHeight == 0 || high <= maxHeight) {
			answer.ThumbnailURL, answer.ThumbnailWidth, answer.ThumbnailHeight = c.Absolute(s.mediaPath(i.ID, name)), wide, high
			break
		}
	}
	var body []byte
	kind := "application/json"
	if format == "xml" {
		kind = "text/xml; charset=utf-8"
		body, err = xml.Marshal(answer)
		body = append([]byte(xml.Header), body...)
	} else {
		body, err = json.Marshal(answer)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(append(body, '\n'))
	return nil
}

// limit reads a size in pixels; 0 is none.
func limit(q url.Values, key string) (int, error) {
	if q.Get(key) == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get(key))
	if err != nil || n < 1 {
		return 0, rostrum.Errorf(rostrum.Invalid, "%s must be a number of pixels above 0.", key)
	}
	return n, nil
}

// ofAddress gives the intervention that one of our addresses shows, and what of its query the
// player understands.
func (s *server) ofAddress(ctx context.Context, v rostrum.Viewer, c page.Chrome, address string) (*rostrum.Intervention, string, error) {
	if address == "" {
		return nil, "", rostrum.Errorf(rostrum.Invalid, "Say which page to embed in the parameter url.")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", rostrum.Errorf(rostrum.Invalid, "The parameter url is no address; give the whole address of a page here.").Because(err)
	}
	ours, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil, "", err
	}
	path, below := strings.CutPrefix(u.Path, s.base+"/")
	// http and https lead to the same page, so that the scheme does not matter.
	if !strings.EqualFold(u.Host, ours.Host) || !below || u.Scheme != "http" && u.Scheme != "https" {
		return nil, "", rostrum.Errorf(rostrum.NotFound, "The address is not one of this site; give the address of a page at %s.", c.PublicURL)
	}
	kept := url.Values{}
	for _, key := range []string{"t", "end", "lang", "cc", "ui"} {
		if x := u.Query().Get(key); x != "" {
			kept.Set(key, x)
		}
	}
	query := ""
	if len(kept) > 0 {
		query = "?" + kept.Encode()
	}
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	var i *rostrum.Intervention
	switch {
	case len(parts) == 3 && parts[0] == "m":
		i, err = s.watchableAt(ctx, v, parts[1], parts[2])
	case len(parts) == 2 && parts[0] == "embed":
		i, err = s.watchableByID(ctx, v, parts[1])
	default:
		err = rostrum.Errorf(rostrum.NotFound, "Only single interventions can be embedded; give the address of one.")
	}
	return i, query, err
}

// fit is the size of a player of the given shape that keeps within the limits (0: none).
func fit(across, down, maxWidth, maxHeight int) (width, height int) {
	width = oembedWidth
	if maxWidth > 0 {
		width = min(maxWidth, 1920)
	}
	height = max(1, width*down/across)
	if maxHeight > 0 && height > maxHeight {
		height = maxHeight
		width = max(1, height*across/down)
	}
	return width, height
}

// pictureSize reads the size of a JPEG from its beginning; zeros when that can't be done: oEmbed
// wants a thumbnail's size or no thumbnail.
func (s *server) pictureSize(ctx context.Context, f rostrum.File) (width, height int) {
	if f.Key == "" {
		return 0, 0
	}
	o, err := s.Store.Open(ctx, f.Key)
	if err != nil {
		return 0, 0
	}
	defer o.Close()
	config, _, err := image.DecodeConfig(o)
	if err != nil {
		return 0, 0
	}
	return config.Width, config.Height
}
