package cutlist

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"rostrum"
)

// fcpxml is a project of Final Cut Pro while it is read. Times are rational seconds ("1001/30000s"). A clip's offset
// is its place in what holds it, its start the time of its own inside at which it begins, and what it holds counts
// in that time; the inside of a clip of one file is the time of that file.
type fcpxml struct {
	*reader
	assets         map[string]*element
	clips, markers []entry
	files          []string
	transitions    int
	hidden, lost   int
	compounds      int
}

// readFCPXML reads the first project of a file: the clips of its timeline, or its markers. A file without a project
// gives the clips of its events.
func (r *reader) readFCPXML(text string) error {
	r.word, r.list.Format = "clip", FCPXML
	root, err := readXML(text)
	if err != nil {
		return err
	}
	if root.name != "fcpxml" {
		return rostrum.Errorf(rostrum.Invalid, "This is an XML file of another kind, which cannot be read as a cut list; export FCPXML, an EDL (CMX3600) or CSV.")
	}
	f := &fcpxml{reader: r, assets: map[string]*element{}}
	var projects []*element
	f.index(root, &projects)
	if len(projects) > 0 {
		f.walk(projects[0])
	} else {
		for _, c := range root.children {
			if c.name != "resources" {
				f.walk(&element{children: []*element{c}})
			}
		}
	}
	if err := r.chooseMarks(f.clips, f.markers); err != nil {
		return err
	}
	if len(projects) > 1 {
		r.notice(0, "The file holds %d projects; the first, “%s”, was read.", len(projects), shortened(projects[0].attrs["name"]))
	}
	if f.transitions > 0 {
		r.understood("Transitions were not applied: %d. Cuts are made where the clips begin and end.", f.transitions)
	}
	if f.hidden > 0 {
		r.understood("Clips that are switched off or hold sound only were left out: %d.", f.hidden)
	}
	if f.compounds > 0 {
		r.notice(0, "Compound and multicam clips were left out, since they have times of their own: %d. Break them apart and export again if they hold cuts.", f.compounds)
	}
	if f.lost > 0 {
		r.notice(0, markersLost, f.lost)
	}
	r.sayFiles(f.files)
	return nil
}

// index finds the files and the projects.
func (f *fcpxml) index(e *element, projects *[]*element) {
	for _, c := range e.children {
		switch c.name {
		case "asset":
			f.assets[c.attrs["id"]] = c
		case "project":
			*projects = append(*projects, c)
		}
		if c.name != "media" { // the inside of a compound clip is no project
			f.index(c, projects)
		}
	}
}

// walk reads what a spine, an event or a gap holds.
func (f *fcpxml) walk(e *element) {
	for _, c := range e.children {
		switch c.name {
		case "asset-clip", "clip", "video":
			f.clip(c)
		case "ref-clip", "mc-clip", "sync-clip":
			f.compounds++
			f.markersOf(c, nil, false)
		case "transition":
			f.transitions++
		case "marker", "chapter-marker":
			f.lost++
		case "library", "event", "project", "sequence", "spine", "gap", "title":
			f.walk(c)
		case "audition": // of its alternatives the first is in use
			f.walk(&element{children: c.children[:min(len(c.children), 1)]})
		}
	}
}

// clip reads a clip of one file, and what is connected to it.
func (f *fcpxml) clip(c *element) {
	source, shift := c, new(big.Rat) // shift leads from the clip's time to the file's
	if c.name == "clip" {
		if source = c.child("video", "asset-clip"); source == nil {
			f.hidden++ // sound only
			f.markersOf(c, nil, false)
			return
		}
	}
	asset := f.assets[source.attrs["ref"]]
	var base *big.Rat
	if asset != nil {
		base = rational(asset.attrs["start"])
		if name := fileName(asset.attrs["name"], asset.attrs["src"]); !slices.Contains(f.files, name) && len(f.files) < 10 {
			f.files = append(f.files, name)
		}
		if base == nil {
			base = new(big.Rat)
		}
	}
	start := rational(c.attrs["start"])
	if c.name == "clip" {
		inner, offset := rational(source.attrs["start"]), rational(source.attrs["offset"])
		if inner == nil {
			inner = orZero(base)
		}
		shift.Sub(inner, orZero(offset))
		start = orZero(start)
	} else if start == nil {
		start = orZero(base)
	}
	lane, _ := strconv.Atoi(c.attrs["lane"])
	if c.attrs["enabled"] == "0" || lane < 0 || c.attrs["srcEnable"] == "audio" {
		f.hidden++
		return
	}
	length := rational(c.attrs["duration"])
	if length == nil && asset != nil {
		length = rational(asset.attrs["duration"])
	}
	e := entry{row: Row{Number: len(f.clips) + 1, Title: oneLine(c.attrs["name"])}}
	if length == nil {
		e.untimed = true
	} else {
		from := new(big.Rat).Add(start, shift)
		e.in, e.out = mediaTime(from, base), mediaTime(new(big.Rat).Add(from, length), base)
	}
	e.fields = fcpFields(c)
	if len(f.clips) <= MaxRows {
		f.clips = append(f.clips, e)
	}
	f.markersOf(c, base, true, shift)
	for _, inner := range c.children { // connected clips; the clip's own pictures are no cut
		if inner.attrs["lane"] != "" {
			f.walk(&element{children: []*element{inner}})
		}
	}
}

// markersOf reads the markers of a clip, which count in the clip's time.
func (f *fcpxml) markersOf(c *element, base *big.Rat, known bool, shift ...*big.Rat) {
	for _, m := range c.children {
		if m.name != "marker" && m.name != "chapter-marker" {
			continue
		}
		at := rational(m.attrs["start"])
		if !known || at == nil {
			f.lost++
			continue
		}
		at = new(big.Rat).Add(at, shift[0])
		e := entry{row: Row{Number: len(f.markers) + 1, Title: oneLine(m.attrs["value"]), Remarks: strings.TrimSpace(m.attrs["note"])}}
		length := orZero(rational(m.attrs["duration"]))
		e.in, e.out = mediaTime(at, base), mediaTime(new(big.Rat).Add(at, length), base)
		e.point = frameOf(length, f.media.Rate) <= 1
		if len(f.markers) <= MaxRows {
			f.markers = append(f.markers, e)
		}
	}
}

// fcpFields gives a clip's note and keywords, and those of our fields that it carries.
func fcpFields(c *element) (all []named) {
	var topics []string
	for _, part := range c.children {
		switch part.name {
		case "note":
			all = append(all, named{"remarks", part.text})
		case "keyword":
			topics = append(topics, part.attrs["value"])
		case "metadata":
			for _, md := range part.children {
				if key, found := strings.CutPrefix(md.attrs["key"], metadataKey+"."); found {
					all = append(all, named{key, md.attrs["value"]})
				}
			}
		}
	}
	if len(topics) > 0 {
		all = append([]named{{"topics", strings.Join(topics, ";")}}, all...)
	}
	return all
}

var rationalTime = pattern(`^(-?\d{1,15})(?:/(\d{1,12}))?s$`)

// rational reads a time of FCPXML, in seconds; nil for none or one that makes no sense.
func rational(s string) *big.Rat {
	if value, found := strings.CutSuffix(s, "s"); found && strings.Contains(value, ".") {
		x, _ := readDecimal(value)
		return x
	}
	m := rationalTime().FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	num, err1 := strconv.ParseInt(m[1], 10, 64)
	den := int64(1)
	var err2 error
	if m[2] != "" {
		den, err2 = strconv.ParseInt(m[2], 10, 64)
	}
	if err1 != nil || err2 != nil || den == 0 {
		return nil
	}
	x := big.NewRat(num, den)
	if f, _ := x.Float64(); f > longest || f < -longest {
		return nil
	}
	return x
}

func orZero(x *big.Rat) *big.Rat {
	if x == nil {
		return new(big.Rat)
	}
	return x
}
