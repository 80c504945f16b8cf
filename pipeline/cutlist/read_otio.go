package cutlist

import (
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"rostrum"
)

// deepest bounds how far the parts of a project may be nested.
const deepest = 64

// otio is any object of OpenTimelineIO, as far as cuts are concerned (OTIO serialized schemas, Timeline.1, Stack.1,
// Track.1, Clip.1 and .2, Gap.1, Marker.1 and .2).
type otio struct {
	Schema   string                     `json:"OTIO_SCHEMA"`
	Name     string                     `json:"name"`
	Kind     string                     `json:"kind,omitempty"`
	Enabled  *bool                      `json:"enabled,omitempty"`
	Tracks   *otio                      `json:"tracks,omitempty"`
	Children []otio                     `json:"children,omitempty"`
	Markers  []otioMarker               `json:"markers,omitempty"`
	Source   *otioRange                 `json:"source_range,omitempty"`
	Media    *otioMedia                 `json:"media_reference,omitempty"`
	Several  map[string]*otioMedia      `json:"media_references,omitempty"`
	Active   string                     `json:"active_media_reference_key,omitempty"`
	Start    *otioTime                  `json:"global_start_time,omitempty"`
	Metadata map[string]json.RawMessage `json:"metadata,omitempty"`
}

type otioMedia struct {
	Schema    string     `json:"OTIO_SCHEMA"`
	Name      string     `json:"name,omitempty"`
	Available *otioRange `json:"available_range"`
	URL       string     `json:"target_url,omitempty"`
}

type otioMarker struct {
	Schema   string                     `json:"OTIO_SCHEMA"`
	Name     string                     `json:"name"`
	Comment  string                     `json:"comment,omitempty"`
	Range    *otioRange                 `json:"marked_range"`
	Metadata map[string]json.RawMessage `json:"metadata,omitempty"`
}

type otioRange struct {
	Schema   string   `json:"OTIO_SCHEMA"`
	Start    otioTime `json:"start_time"`
	Duration otioTime `json:"duration"`
}

type otioTime struct {
	Schema string  `json:"OTIO_SCHEMA"`
	Rate   float64 `json:"rate"`
	Value  float64 `json:"value"`
}

// seconds is the time as a rational: rates that are written as decimals are those of the trade.
func (t otioTime) seconds() (*big.Rat, bool) {
	if !(t.Rate > 0.01 && t.Rate < 1e6) || !(math.Abs(t.Value/t.Rate) <= longest) {
		return nil, false
	}
	rate := new(big.Rat).SetFloat64(t.Rate)
	for _, known := range ListRates() {
		if math.Abs(known.Float()-t.Rate) < 0.006 {
			rate = big.NewRat(known.Num, known.Den)
		}
	}
	return new(big.Rat).Quo(new(big.Rat).SetFloat64(t.Value), rate), true
}

// stretch is a piece of a track: where it lies there, and where its beginning lies in the media.
type stretch struct {
	from, to, media *big.Rat
	base            *big.Rat // where the media itself begins; nil where that is not known
	begin, end      float64  // from and to, to pass over most stretches quickly
}

func newStretch(from, length, media, base *big.Rat) stretch {
	s := stretch{from: from, to: new(big.Rat).Add(from, length), media: media, base: base}
	s.begin, _ = s.from.Float64()
	s.end, _ = s.to.Float64()
	return s
}

// holds says whether a time of the track, given twice, lies in the stretch.
func (s stretch) holds(at *big.Rat, near float64) bool {
	return s.begin <= near+1 && near <= s.end+1 && s.from.Cmp(at) <= 0 && at.Cmp(s.to) < 0
}

// otioReader collects clips and markers.
type otioReader struct {
	*reader
	clips, markers []entry
	files          []string
	transitions    int
	hidden, lost   int // clips that are switched off, markers that stand on no clip
}

// readOTIO reads a timeline: the clips of its picture tracks, or its markers.
func (r *reader) readOTIO(text string) error {
	r.word, r.list.Format = "clip", OTIO
	var root otio
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		return rostrum.Errorf(rostrum.Invalid, "This OpenTimelineIO file is damaged; export it again.").Because(err)
	}
	o := &otioReader{reader: r}
	stack := root.Tracks
	if stack == nil {
		stack = &root // a file may hold a part of a timeline
	}
	o.stack(*stack, 0)
	if err := r.chooseMarks(o.clips, o.markers); err != nil {
		return err
	}
	if o.transitions > 0 {
		r.understood("Transitions were not applied: %d. Cuts are made where the clips begin and end.", o.transitions)
	}
	if o.hidden > 0 {
		r.understood("Clips that are switched off were left out: %d.", o.hidden)
	}
	if o.lost > 0 {
		r.notice(0, markersLost, o.lost)
	}
	r.sayFiles(o.files)
	return nil
}

// stack reads tracks; those with pictures, if any. It gives their stretches.
func (o *otioReader) stack(s otio, depth int) {
	if depth > deepest {
		return
	}
	if !strings.HasPrefix(s.Schema, "Stack.") {
		o.track(s, depth)
		return
	}
	pictures := slices.ContainsFunc(s.Children, func(c otio) bool { return c.Kind == "" || c.Kind == "Video" })
	var all []stretch
	for _, c := range s.Children {
		if pictures && c.Kind != "" && c.Kind != "Video" {
			continue
		}
		all = append(all, o.track(c, depth+1)...)
	}
	o.outside(s.Markers, all)
}

// track reads what follows on a track, and where it lies there.
func (o *otioReader) track(t otio, depth int) (all []stretch) {
	if depth > deepest {
		return nil
	}
	if strings.HasPrefix(t.Schema, "Clip.") {
		t = otio{Children: []otio{t}}
	}
	at := new(big.Rat) // nil where it is no longer known
	for _, c := range t.Children {
		kind, _, _ := strings.Cut(c.Schema, ".")
		var length *big.Rat
		switch {
		case kind == "Transition":
			o.transitions++
			continue
		case kind == "Clip":
			var media, base *big.Rat
			if media, length, base = o.clip(c); media != nil && length != nil && at != nil {
				all = append(all, newStretch(at, length, media, base))
			}
		default:
			if c.Source != nil {
				length, _ = c.Source.Duration.seconds()
			}
			if kind == "Stack" || kind == "Track" {
				o.stack(c, depth+1)
			}
		}
		if at == nil || length == nil || length.Sign() < 0 {
			at = nil
		} else {
			at = new(big.Rat).Add(at, length)
		}
	}
	o.outside(t.Markers, all)
	return all
}

// clip reads a clip and its markers, which count in the time of its media. It gives where the clip begins in its
// media, how long it is, and where the media begins.
func (o *otioReader) clip(c otio) (media, length, base *big.Rat) {
	if c.Enabled != nil && !*c.Enabled {
		o.hidden++
		return nil, nil, nil
	}
	file := c.Media
	if file == nil {
		if file = c.Several[c.Active]; file == nil {
			file = c.Several["DEFAULT_MEDIA"]
		}
	}
	span := c.Source
	if file != nil {
		if name := fileName(file.Name, file.URL); name != "" && !slices.Contains(o.files, name) && len(o.files) < 10 {
			o.files = append(o.files, name)
		}
		if file.Available != nil {
			base, _ = file.Available.Start.seconds()
			if span == nil {
				span = file.Available
			}
		}
	}
	e := entry{row: Row{Number: len(o.clips) + 1, Title: oneLine(c.Name)}}
	if span == nil {
		o.notice(0, "The clip “%s” says nothing of its place in the recording; it was left out.", shortened(c.Name))
		return nil, nil, nil
	}
	o.times(&e, *span, base)
	e.fields = ourFields(c.Metadata)
	for _, m := range c.Markers {
		if m.Range == nil {
			continue
		}
		if at, ok := m.Range.Start.seconds(); ok {
			o.marker(m, at, base)
		} else {
			o.lost++
		}
	}
	if len(o.clips) <= MaxRows {
		o.clips = append(o.clips, e)
	}
	media, okMedia := span.Start.seconds()
	length, okLength := span.Duration.seconds()
	if !okMedia || !okLength {
		return nil, nil, nil
	}
	return media, length, base
}

// times gives an entry the ends of a range: elapsed where the media's own start is known.
func (o *otioReader) times(e *entry, span otioRange, base *big.Rat) {
	start, ok := span.Start.seconds()
	length, okLength := span.Duration.seconds()
	if !ok || !okLength {
		e.untimed = true
		return
	}
	e.in, e.out = mediaTime(start, base), mediaTime(new(big.Rat).Add(start, length), base)
}

// mediaTime makes a time of the media elapsed where the start of the media is known.
func mediaTime(t, start *big.Rat) moment {
	if start == nil {
		return moment{text: t.FloatString(3) + " s", form: exact, value: t}
	}
	t = new(big.Rat).Sub(t, start)
	return elapsedTime(t.FloatString(3)+" s", t)
}

// outside reads the markers of a track or of the whole, which count in its own time.
func (o *otioReader) outside(markers []otioMarker, track []stretch) {
	for _, m := range markers {
		if m.Range == nil || len(o.markers) > MaxRows {
			continue
		}
		i := -1
		at, ok := m.Range.Start.seconds()
		if ok {
			near, _ := at.Float64()
			i = slices.IndexFunc(track, func(s stretch) bool { return s.holds(at, near) })
		}
		if i < 0 {
			o.lost++
			continue
		}
		s := track[i]
		o.marker(m, at.Add(s.media, at.Sub(at, s.from)), s.base)
	}
}

// marker takes a marker that begins at a time of the media.
func (o *otioReader) marker(m otioMarker, at, base *big.Rat) {
	length, ok := m.Range.Duration.seconds()
	if !ok {
		o.lost++
		return
	}
	if len(o.markers) > MaxRows {
		return
	}
	e := entry{row: Row{Number: len(o.markers) + 1, Title: oneLine(m.Name), Remarks: strings.TrimSpace(m.Comment)}}
	e.in, e.out = mediaTime(at, base), mediaTime(new(big.Rat).Add(at, length), base)
	e.point = frameOf(length, o.media.Rate) <= 1
	e.fields = ourFields(m.Metadata)
	o.markers = append(o.markers, e)
}

// metadataKey is under which our own fields stand in a timeline's metadata.
const metadataKey = "rostrum"

func ourFields(data map[string]json.RawMessage) (all []named) {
	var ours map[string]string
	if json.Unmarshal(data[metadataKey], &ours) != nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(ours)) {
		all = append(all, named{key, ours[key]})
	}
	return all
}
