package cutting

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/cutlist"
	"rostrum/pipeline/media"
	"rostrum/web/studio/desk"
)

// recordingFacts is what the editor must know of a recording. Addresses carry the base path.
type recordingFacts struct {
	ID             rostrum.RecordingID    `json:"id"`
	Name           string                 `json:"name"`
	Meeting        meetingFacts           `json:"meeting"`
	Rate           string                 `json:"rate"`
	Frames         rostrum.Frame          `json:"frames"`
	Start          string                 `json:"start"` // timecode of frame 0; "" without one
	Drop           bool                   `json:"drop"`
	WallStart      string                 `json:"wall_start"` // when frame 0 was; "" when unknown
	State          rostrum.RecordingState `json:"state"`
	Failure        string                 `json:"failure"`
	Notices        []string               `json:"notices"`
	Surveyed       bool                   `json:"surveyed"`
	Encoded        float64                `json:"encoded"` // share, 0 to 1
	Playable       bool                   `json:"playable"`
	OriginalURL    string                 `json:"original_url"`
	OriginalOffset float64                `json:"original_offset"` // where the timeline begins in the original, in seconds
	PreviewURL     string                 `json:"preview_url"`
	Channels       []channelFacts         `json:"channels"`
	Picture        *pictureFacts          `json:"picture"`
	Stills         *stillFacts            `json:"stills"`
	Chapters       []rostrum.Chapter      `json:"chapters"`
	Rows           []rowState             `json:"rows_state"`
	Formats        []formatFacts          `json:"formats"`
	Me             meFacts                `json:"me"`
}

type meetingFacts struct {
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	TimeZone string `json:"time_zone"`
}

type channelFacts struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Listen string `json:"listen_url"`
}

type pictureFacts struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

type stillFacts struct {
	Every   rostrum.Frame   `json:"every"`  // from one to the next, at most
	Frames  []rostrum.Frame `json:"frames"` // of each, since key pictures do not come evenly
	Columns int             `json:"columns"`
	Rows    int             `json:"rows"`
	Width   int             `json:"width"`
	Height  int             `json:"height"`
	Count   int             `json:"count"`
	Sheets  []string        `json:"sheets"`
}

type rowState struct {
	Intervention rostrum.InterventionID    `json:"intervention"`
	State        rostrum.InterventionState `json:"state"`
	Failure      string                    `json:"failure"`
	Revision     int                       `json:"revision"`
	Page         string                    `json:"page"` // "" while nothing is published
}

type formatFacts struct {
	Name      string `json:"name"`
	Label     string `json:"label"`
	Extension string `json:"extension"`
}

type meFacts struct {
	Account rostrum.AccountID `json:"account"`
	Name    string            `json:"name"`
}

func (a *area) facts(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	f, err := a.about(r, who)
	if err != nil {
		return err
	}
	return desk.Reply(w, f)
}

// about gathers the facts of the recording that a request names.
func (a *area) about(r *http.Request, who rostrum.Actor) (*recordingFacts, error) {
	ctx, id := r.Context(), recordingID(r)
	x, err := a.pipeline.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, err
	}
	m, err := a.pipeline.MeetingOf(ctx, x)
	if err != nil {
		return nil, err
	}
	began, err := a.pipeline.Began(ctx, id)
	if err != nil {
		return nil, err
	}
	say := a.Say(r, who)
	f := &recordingFacts{ID: id, Name: x.Name, Frames: x.Frames, State: x.State, Failure: say(x.Failure), Notices: []string{}, Chapters: notNil(x.Source.Chapters),
		Surveyed: surveyed(x), Me: meFacts{who.Account, who.Name}, Channels: []channelFacts{}, Rows: []rowState{}}
	for _, n := range x.Notices {
		f.Notices = append(f.Notices, say(n))
	}
	ui := a.UI(r, who)
	title, _ := titleIn(m.Title, ui)
	f.Meeting = meetingFacts{m.Slug, title, m.TimeZone}
	if x.Rate.Num > 0 {
		f.Rate = x.Rate.String()
	}
	if t, err := rostrum.ParseTimecode(x.Source.Start); err == nil {
		f.Start, f.Drop = t.String(), t.Drop
	}
	if !began.IsZero() {
		f.WallStart = began.Format(time.RFC3339Nano)
	}
	for _, x := range cutlist.Formats() {
		f.Formats = append(f.Formats, formatFacts{x.Name, x.Label, x.Extension})
	}
	if err := a.addMedia(r, ui, x, f); err != nil {
		return nil, err
	}
	return f, a.addRows(r, f, say)
}

// addMedia says what there is to see and to hear.
func (a *area) addMedia(r *http.Request, ui rostrum.Language, x *rostrum.Recording, f *recordingFacts) error {
	ctx := r.Context()
	at := a.Base + "/api/v1/recordings/" + url.PathEscape(string(x.ID))
	for _, c := range x.Source.Channels {
		channel := channelFacts{Name: c.Name, Label: a.pages.Locale(ui).LanguageName(rostrum.Language(c.Name))}
		if c.Name == rostrum.Floor {
			channel.Label = a.pages.Locale(ui).Word("floor")
		}
		if f.Surveyed {
			channel.Listen = at + "/listen/" + url.PathEscape(c.Name)
		}
		f.Channels = append(f.Channels, channel)
	}
	v := x.Source.Video
	if f.Encoded = 1; v == nil {
		if !f.Surveyed {
			f.Encoded = 0
		}
		return nil
	}
	f.Picture = &pictureFacts{v.Width, v.Height}
	f.PreviewURL = at + "/preview.m3u8"
	if f.Playable = media.Playable(x.Source); f.Playable {
		f.OriginalURL = at + "/original"
		f.OriginalOffset, _ = strconv.ParseFloat(v.Offset, 64)
	}
	if x.State != rostrum.Encoded {
		chunks, err := a.pipeline.Catalogue.Chunks(ctx, x.ID, rostrum.H264)
		if err != nil {
			return err
		}
		frames := rostrum.Frame(0)
		for _, c := range chunks {
			frames += c.Frames
		}
		f.Encoded = min(1, float64(frames)/float64(max(1, x.Frames)))
	}
	stills, err := a.pipeline.StillsOf(ctx, x.ID)
	switch rostrum.ErrorCode(err) {
	case "":
	case rostrum.Conflict, rostrum.NotFound: // not yet, or none could be made
		return nil
	default:
		return err
	}
	f.Stills = &stillFacts{Columns: media.SheetColumns, Rows: media.SheetRows, Width: media.StillWidth, Height: stills.Height, Count: len(stills.Stills), Frames: []rostrum.Frame{}, Sheets: []string{}}
	for i, s := range stills.Stills {
		if f.Stills.Frames = append(f.Stills.Frames, s.Frame); i > 0 {
			f.Stills.Every = max(f.Stills.Every, s.Frame-stills.Stills[i-1].Frame)
		}
		if i%(media.SheetColumns*media.SheetRows) == 0 {
			f.Stills.Sheets = append(f.Stills.Sheets, at+"/stills/"+strconv.Itoa(len(f.Stills.Sheets)))
		}
	}
	return nil
}

// addRows says how the interventions of the recording stand.
func (a *area) addRows(r *http.Request, f *recordingFacts, say func(string) string) error {
	all, err := a.pipeline.Catalogue.InterventionsOfRecording(r.Context(), f.ID)
	for _, x := range all {
		row := rowState{Intervention: x.ID, State: x.State, Failure: say(x.Failure), Revision: x.Revision}
		if x.PublishedRevision > 0 && x.State != rostrum.WithdrawnState {
			row.Page = a.Base + x.Page()
		}
		f.Rows = append(f.Rows, row)
	}
	return err
}

func surveyed(r *rostrum.Recording) bool {
	return r.State == rostrum.Surveyed || r.State == rostrum.Encoding || r.State == rostrum.Encoded
}

// notNil keeps lists lists in JSON.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fileName makes a name for a file to keep, of letters that every system takes.
func fileName(parts ...string) string {
	var words []string
	for _, p := range parts {
		if s := rostrum.Slug(p); s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, "-")
}
