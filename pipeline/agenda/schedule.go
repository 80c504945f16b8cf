package agenda

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// event is a talk of a schedule, as frab writes it in XML and pretalx in JSON.
type event struct {
	guid, id, date, start, duration, end string
	room, title, subtitle, track         string
	titles                               rostrum.Texts // when the source gives several languages
	language, abstract, description      string
	speakers                             []string
	organisations                        []string
	notRecorded                          bool
}

// conference is the head of a schedule.
type conference struct {
	acronym, title, start, end, zone, city, country, dayChange string
}

func (c conference) programme() programme {
	day := func(s string) rostrum.Date {
		d, err := rostrum.ParseDate(s[:min(len(s), 10)])
		if err != nil {
			return ""
		}
		return d
	}
	p := programme{source: "the schedule", name: c.acronym, title: someTexts("en", oneLine(c.title)), starts: day(c.start), ends: day(c.end),
		place: oneLine(c.city), country: strings.ToUpper(strings.TrimSpace(c.country))}
	if p.name == "" {
		p.name = c.title
	}
	if len(p.country) != 2 {
		p.country = ""
	}
	if _, ok := loadZone(c.zone); ok {
		p.zone = strings.TrimSpace(c.zone)
	}
	return p
}

// talk makes a slot of an event. The day is that of the schedule under which the event stands.
func (r *reader) talk(row int, e event, c conference, day string) talk {
	l := r.spoken(row, e.language)
	words := l // titles are usually in the language of the talk
	if words == "" {
		words = "en"
	}
	s := Slot{Key: e.guid, Title: e.titles, Speaker: speakerWords(e.speakers), Organisation: strings.Join(distinct(e.organisations), ", "), Language: l,
		Topics: distinct([]string{e.track}), Abstract: someTexts(words, plain(e.abstract))}
	if s.Title == nil {
		s.Title = someTexts(words, oneLine(strings.TrimSuffix(oneLine(e.title)+": "+oneLine(e.subtitle), ": ")))
	}
	if s.Abstract == nil {
		s.Abstract = someTexts(words, plain(e.description))
	}
	if s.Key == "" && e.id != "" {
		s.Key = "event:" + e.id // a small number, which another system may also have
	}
	if e.notRecorded {
		s.Consent = rostrum.ConsentRefused
		r.note(row, "“%s” is not to be recorded; that was taken as a refusal.", shortened(e.title))
	}
	s.Starts = r.eventStart(e, c, day)
	if s.Starts.IsZero() {
		r.note(row, "The time of “%s” could not be read; it was left out.", shortened(e.title))
	}
	if e.duration != "" {
		p := strings.Split(e.duration, ":")
		if h, err := strconv.Atoi(p[0]); err == nil && len(p) >= 2 && h >= 0 && h < 24 {
			m, _ := strconv.Atoi(p[1])
			s.Length = max(0, min(seconds(h*3600+min(max(m, 0), 59)*60), longest))
		} else if d, _, ok := readLength(e.duration); ok {
			s.Length = d
		}
	} else if end, ok := r.moment(e.end, r.zoneOf(c)); ok && !s.Starts.IsZero() && end.After(s.Starts) && end.Sub(s.Starts) <= longest {
		s.Length = end.Sub(s.Starts)
	}
	return talk{row: row, slot: s, sortAt: s.Starts, room: oneLine(e.room)}
}

// zoneOf gives the zone of a schedule, nil for none.
func (r *reader) zoneOf(c conference) *time.Location {
	zone, _ := loadZone(c.zone)
	return zone
}

func (r *reader) eventStart(e event, c conference, day string) time.Time {
	zone := r.zoneOf(c)
	if t, ok := r.moment(strings.TrimSpace(e.date), zone); ok {
		return t
	}
	date, err := rostrum.ParseDate(day[:min(len(day), 10)])
	clock, ok := readClock(e.start)
	if err != nil || !ok {
		return time.Time{}
	}
	if zone == nil {
		zone = r.assumed()
	}
	if change, ok := readClock(c.dayChange); ok && clock < change { // after midnight, but still of the day before
		clock += 24 * time.Hour
	}
	return on(date, clock, zone)
}

// frab is the schedule of frab, pentabarf and voctomix, which pretalx writes as well.
type frab struct {
	XMLName    xml.Name `xml:"schedule"`
	Conference struct {
		Acronym   string `xml:"acronym"`
		Title     string `xml:"title"`
		Start     string `xml:"start"`
		End       string `xml:"end"`
		City      string `xml:"city"`
		Zone      string `xml:"time_zone_name"`
		DayChange string `xml:"day_change"`
	} `xml:"conference"`
	Days []struct {
		Date  string `xml:"date,attr"`
		Rooms []struct {
			Name   string      `xml:"name,attr"`
			Events []frabEvent `xml:"event"`
		} `xml:"room"`
	} `xml:"day"`
}

type frabEvent struct {
	ID          string   `xml:"id,attr"`
	GUID        string   `xml:"guid,attr"`
	Date        string   `xml:"date"`
	Start       string   `xml:"start"`
	Duration    string   `xml:"duration"`
	Room        string   `xml:"room"`
	Title       string   `xml:"title"`
	Subtitle    string   `xml:"subtitle"`
	Track       string   `xml:"track"`
	Language    string   `xml:"language"`
	Abstract    string   `xml:"abstract"`
	Description string   `xml:"description"`
	Persons     []string `xml:"persons>person"`
	OptOut      string   `xml:"recording>optout"`
}

// maxTags bounds what a text of XML can become when it is read: 100 for each intervention.
const maxTags = 100 * MaxSlots

// readFrab reads a schedule in XML.
func (r *reader) readFrab(text string) error {
	if strings.Count(text, "<event") > 3*MaxSlots || strings.Count(text, "<") > maxTags {
		return tooManySlots() // before they take up memory
	}
	var x frab
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is decoded already, whatever it says of itself
	if err := decoder.Decode(&x); err != nil {
		if _, ok := err.(xml.UnmarshalError); ok {
			return rostrum.Errorf(rostrum.Invalid, "The file is XML, but not a schedule; export the schedule as frab or pretalx writes it.").Because(err)
		}
		return rostrum.Errorf(rostrum.Invalid, "The schedule is damaged near byte %d; please export it again.", decoder.InputOffset()).Because(err)
	}
	c := conference{acronym: x.Conference.Acronym, title: x.Conference.Title, start: x.Conference.Start, end: x.Conference.End, zone: x.Conference.Zone,
		city: x.Conference.City, dayChange: x.Conference.DayChange}
	p := c.programme()
	row := 0
	for _, day := range x.Days {
		for _, room := range day.Rooms {
			for _, e := range room.Events {
				if row++; row > MaxSlots {
					break
				}
				if e.Room == "" {
					e.Room = room.Name
				}
				p.talks = append(p.talks, r.talk(row, event{guid: e.GUID, id: e.ID, date: e.Date, start: e.Start, duration: oneLine(e.Duration), room: e.Room,
					title: e.Title, subtitle: e.Subtitle, track: e.Track, language: e.Language, abstract: e.Abstract, description: e.Description,
					speakers: e.Persons, notRecorded: oneLine(e.OptOut) == "true"}, c, day.Date))
			}
		}
	}
	if row > MaxSlots {
		return tooManySlots()
	}
	return r.file(p)
}

// readPretalx reads a schedule in JSON, as pretalx and frab write it.
func (r *reader) readPretalx(raw json.RawMessage) error {
	o := newObject(newObject(raw).all["conference"])
	if o.all["days"] == nil {
		return rostrum.Errorf(rostrum.Invalid, "The schedule names no conference with days; export it again.")
	}
	c := conference{acronym: o.words("acronym"), start: o.words("start"), end: o.words("end"), zone: o.words("time_zone_name"), city: o.words("city"), country: o.words("country"),
		dayChange: o.words("day_change")}
	titles := looseTexts(o.all["title"], "en")
	c.title, _ = titles.In()
	p := c.programme()
	p.title = titles
	row := 0
	for _, rawDay := range o.list("days") {
		day := newObject(rawDay)
		rooms := newObject(day.all["rooms"])
		for _, name := range slices.Sorted(maps.Keys(rooms.all)) {
			for _, rawEvent := range rooms.list(name) {
				if row++; row > MaxSlots {
					return tooManySlots()
				}
				e := readPretalxEvent(newObject(rawEvent))
				if e.room == "" {
					e.room = name
				}
				p.talks = append(p.talks, r.talk(row, e, c, day.words("date")))
			}
		}
	}
	return r.file(p)
}

func readPretalxEvent(x object) event {
	e := event{guid: x.words("guid"), id: x.words("code", "id"), date: x.words("date"), start: x.words("start"), duration: x.words("duration"), end: x.words("end"),
		room: x.words("room"), title: x.words("title"), subtitle: x.words("subtitle"), track: x.words("track"), language: x.words("language"),
		abstract: x.words("abstract"), description: x.words("description")}
	if e.title == "" {
		e.titles = looseTexts(x.all["title"], "en")
		e.title, _ = e.titles.In()
	}
	if e.track == "" {
		e.track, _ = looseTexts(x.all["track"], "en").In()
	}
	if e.room == "" {
		e.room, _ = looseTexts(x.all["room"], "en").In()
	}
	e.notRecorded = string(x.all["do_not_record"]) == "true"
	for _, raw := range x.list("persons") {
		person := newObject(raw)
		e.speakers = append(e.speakers, person.words("name", "public_name", "full_public_name"))
		e.organisations = append(e.organisations, person.words("affiliation", "organisation", "organization"))
	}
	return e
}
