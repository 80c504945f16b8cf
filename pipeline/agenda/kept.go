package agenda

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/pipeline/spelling"
)

// object is a JSON object of a foreign hand, whose names are ticked off as they are read.
type object struct {
	all  map[string]json.RawMessage
	used map[string]bool
}

func newObject(data json.RawMessage) object {
	o := object{map[string]json.RawMessage{}, map[string]bool{}}
	if json.Unmarshal(data, &o.all) != nil {
		o.all = nil
	}
	return o
}

// words gives the first of the named values that is a text or a number.
func (o object) words(names ...string) string {
	for _, name := range names {
		if raw, ok := o.all[name]; ok {
			o.used[name] = true
			if s := looseWords(raw); s != "" {
				return s
			}
		}
	}
	return ""
}

// looseWords gives a text, or the digits of a number, of a JSON value; "" of all others.
func looseWords(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return strings.TrimSpace(s)
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

func (o object) list(name string) []json.RawMessage {
	o.used[name] = true
	var all []json.RawMessage
	if json.Unmarshal(o.all[name], &all) != nil {
		return nil
	}
	return all
}

func (o object) wordList(name string) []string {
	var all []string
	for _, raw := range o.list(name) {
		all = append(all, looseWords(raw))
	}
	return distinct(all)
}

// texts gives title, which is English, with title_fr and the like; or title as an object of languages.
func (o object) texts(name string) rostrum.Texts {
	t := rostrum.Texts{}
	if raw, ok := o.all[name]; ok {
		o.used[name] = true
		maps.Copy(t, looseTexts(raw, "en"))
	}
	for full, raw := range o.all {
		if tail, ok := strings.CutPrefix(full, name+"_"); ok {
			if l, known := spelling.Language(tail); known && l != "" {
				o.used[full] = true
				if s := looseWords(raw); s != "" {
					t[l] = s
				}
			}
		}
	}
	return someOf(t)
}

// looseTexts gives a text in the given language, or an object of languages.
func looseTexts(raw json.RawMessage, l rostrum.Language) rostrum.Texts {
	if s := looseWords(raw); s != "" {
		return rostrum.Texts{l: s}
	}
	var many map[string]json.RawMessage
	t := rostrum.Texts{}
	if json.Unmarshal(raw, &many) == nil {
		for tag, value := range many {
			if l, ok := spelling.Language(tag); ok && l != "" && looseWords(value) != "" {
				t[l] = looseWords(value)
			}
		}
	}
	return someOf(t)
}

// leftOut adds the names that nobody asked for, with what they are of.
func (o object) leftOut(of string, all map[string]bool) {
	for name := range o.all {
		if !o.used[name] {
			all[of+" "+shortened(name)] = true
		}
	}
}

// keptByRecorders recognises meetings as recording teams keep them: under an id, where ours have a slug.
func keptByRecorders(raw json.RawMessage) bool {
	var meetings []map[string]json.RawMessage
	if json.Unmarshal(raw, &meetings) != nil || len(meetings) == 0 {
		return false
	}
	_, id := meetings[0]["id"]
	_, slug := meetings[0]["slug"]
	return id && !slug
}

// readKept reads meetings with their interventions as recording teams keep them, with times as timecode and more facts than are
// ours. It is read leniently: what is not used is named in a note.
func (r *reader) readKept(top map[string]json.RawMessage) error {
	file := object{top, map[string]bool{}}
	left := map[string]bool{}
	for _, raw := range file.list("topics") {
		o := newObject(raw)
		if slug := r.slug(o.words("id", "slug"), "topic"); slug != "" {
			r.doc.Topics = append(r.doc.Topics, rostrum.Topic{Slug: slug, Title: o.named(), Aliases: o.wordList("aliases")})
		}
		o.leftOut("topic", left)
	}
	organisations := map[string]bool{}
	for _, raw := range file.list("partners") {
		o := newObject(raw)
		slug := r.slug(o.words("id", "slug"), "partner")
		if slug == "" {
			continue
		}
		p := rostrum.Partner{Slug: slug, Organisation: slug, Name: o.named(), Origins: o.wordList("embed_origins"), Contact: o.words("contact")}
		for _, tag := range o.wordList("languages") {
			if l := r.spoken(0, tag); l != "" {
				p.Languages = append(p.Languages, l)
			}
		}
		r.doc.Partners = append(r.doc.Partners, p)
		organisations[slug] = true
		site := o.words("website")
		if site != "" && !strings.Contains(site, "://") {
			site = "https://" + site
		}
		r.doc.Organisations = append(r.doc.Organisations, rostrum.Organisation{Slug: slug, Name: p.Name, Kind: o.words("type", "kind"), Country: o.words("country"), Regions: o.regions(), Website: site})
		o.leftOut("partner", left)
	}
	for _, raw := range file.list("meetings") {
		if err := r.readKeptMeeting(newObject(raw), organisations, left); err != nil {
			return err
		}
	}
	delete(file.all, "about")
	delete(file.all, "conventions")
	file.leftOut("file", left)
	if len(left) > 0 {
		r.note(0, "These facts have no place and were left out: %s.", strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return nil
}

// slug gives a slug that can stand in an address, or says that the record is left out.
func (r *reader) slug(s, what string) string {
	slug := rostrum.Slug(s)
	if slug == "" {
		r.note(0, "A %s without an id of Latin letters was left out.", what)
	}
	return slug
}

func (o object) named() rostrum.Texts {
	t := o.texts("name")
	if t == nil {
		t = o.texts("title")
	}
	return t
}

func (o object) regions() []string {
	all := o.wordList("regions")
	if one := o.words("itu_region"); one != "" {
		all = append(all, one)
	}
	return distinct(all)
}

func (r *reader) readKeptMeeting(o object, organisations, left map[string]bool) error {
	slug := r.slug(o.words("id"), "meeting")
	if slug == "" {
		return nil
	}
	if _, twice := r.at[slug]; twice {
		return rostrum.Errorf(rostrum.Invalid, "The file describes the meeting %q twice; keep one of them.", slug)
	}
	zoneName := o.words("time_zone")
	zone, named := loadZone(zoneName)
	if zoneName != "" && !named {
		r.note(0, "Meeting %s: the time zone “%s” is not known; it was left out.", slug, shortened(zoneName))
		zoneName = ""
	}
	m := rostrum.Meeting{Slug: slug, Series: o.words("series"), Kind: o.words("kind"), Title: o.texts("title"), Intro: o.texts("intro"), Place: o.words("city", "place"),
		Country: o.words("country"), TimeZone: zoneName}
	if day := o.words("date", "starts"); day != "" {
		var err error
		if m.Starts, err = rostrum.ParseDate(day); err != nil {
			return rostrum.Errorf(rostrum.Invalid, "Meeting %q: %w", slug, err)
		}
		m.Ends = m.Starts
	}
	if m.Title == nil {
		year, _, _ := strings.Cut(string(m.Starts), "-")
		m.Title = someTexts("en", oneLine(m.Kind+" "+m.Place+" "+year))
		r.note(0, "Meeting %s has no title; it was named “%s”.", slug, shortened(m.Title["en"]))
	}
	for _, raw := range o.list("agenda") {
		item := newObject(raw)
		m.Agenda = append(m.Agenda, rostrum.AgendaItem{Number: item.words("no", "number"), Title: item.texts("title")})
		item.leftOut("agenda item", left)
	}
	recording := newObject(o.all["recording"])
	if recording.words("timecode") == "time of day" && zone == nil {
		zone = r.assumed()
	}
	r.meeting(slug).Meeting = m
	embargo := false
	for i, raw := range o.list("interventions") {
		x := newObject(raw)
		s := Slot{AgendaItem: x.words("agenda_item"), Title: x.texts("title"), Speaker: oneLine(x.words("speaker")), Function: x.texts("role"),
			Organisation: x.words("organization", "organisation"), Abstract: x.texts("abstract"), Language: r.spoken(i+1, x.words("floor_language", "language")),
			Topics: x.wordList("topics"), Consent: r.consent(i+1, x.words("consent")), Notes: x.words("notes")}
		embargo = embargo || s.Consent == rostrum.ConsentEmbargo
		s.Key = x.words("id")
		s.Position, _ = strconv.Atoi(x.words("no"))
		from, timed := readClock(x.words("in_tc"))
		if timed && zone != nil && m.Starts != "" {
			s.Starts = on(m.Starts, from, zone)
		}
		if to, ok := readClock(x.words("out_tc")); ok && timed && to > from {
			s.Length = to - from
		}
		if n, err := strconv.Atoi(x.words("duration_s")); err == nil && n > 0 && n <= int(longest.Seconds()) {
			s.Length = seconds(n)
		}
		if o := rostrum.Slug(s.Organisation); o != "" && !organisations[o] {
			organisations[o] = true
			r.doc.Organisations = append(r.doc.Organisations, rostrum.Organisation{Slug: o, Name: rostrum.Texts{"en": s.Organisation},
				Kind: x.words("organization_type"), Regions: x.regions()})
		}
		x.words("organization_type", "itu_region") // of organisations that are known by now
		x.words("itu_region")
		x.leftOut("intervention", left)
		if err := r.slot(slug, s); err != nil {
			return err
		}
	}
	if embargo {
		r.note(0, "Meeting %s: for speeches that are public after the communiqué, the end of the embargo is still to be set.", slug)
	}
	o.leftOut("meeting", left)
	return nil
}
