package agenda

import (
	"maps"
	"slices"
	"strings"

	"rostrum"
)

// recordWords are the headings of tables of records, which are written as they stand here.
func recordWords() []string {
	return []string{"slug", "series", "kind", "title", "place", "country", "date", "starts", "ends", "time_zone", "aliases", "name", "origins", "contact",
		"languages", "regions", "website", "function", "organisation", "meeting", "number"}
}

// knownRecord counts the headings of a table of records; 0 when none of them says what the records are.
func knownRecord(cells []string) (n int) {
	kind := false
	for _, c := range cells {
		c = strings.ToLower(c)
		if slices.Contains(recordWords(), c) {
			n++
		}
		kind = kind || slices.Contains([]string{"date", "starts", "aliases", "origins", "contact", "regions", "name", "meeting"}, c)
	}
	if !kind {
		return 0
	}
	return n
}

// record is a row of a table of records.
type record struct {
	table
	line
}

func (t record) has(column string) bool { _, ok := t.exact[column]; return ok }

func (t record) cell(column string) string {
	if i, ok := t.exact[column]; ok && i < len(t.cells) {
		return t.cells[i]
	}
	return ""
}

// list parts a cell by "|".
func (t record) list(column string) []string {
	return distinct(strings.Split(t.cell(column), "|"))
}

// texts reads a column and its languages: title is English, title_fr French.
func (t record) texts(column string) rostrum.Texts {
	all := rostrum.Texts{}
	for _, name := range slices.Sorted(maps.Keys(t.exact)) {
		tail, ok := strings.CutPrefix(name, column+"_")
		if name == column {
			tail, ok = "en", true
		}
		if ok && t.cell(name) != "" {
			if l, err := rostrum.ParseLanguage(tail); err == nil {
				all[l] = t.cell(name)
			}
		}
	}
	return someOf(all)
}

// readRecords reads a table of one kind of record. The header says which kind: a column "date" or "starts" makes meetings,
// "aliases" topics, "origins" or "contact" partners, "regions" organisations, "name" persons.
func (r *reader) readRecords(t table) error {
	for _, l := range t.lines[t.heading+1:] {
		row := record{t, l}
		slug := row.cell("slug")
		if slug == "" {
			slug = rostrum.Slug(row.cell("name") + row.cell("title"))
		}
		kinds := []string{"date", "starts", "aliases", "origins", "contact", "regions", "name"}
		if !slices.ContainsFunc(kinds, row.has) {
			return noRecord()
		}
		if slug == "" {
			return rostrum.Errorf(rostrum.Invalid, "Row %d has no slug and no Latin name to make one of; fill the column slug.", l.number)
		}
		if err := rostrum.CheckSlug(slug); err != nil {
			return rostrum.Errorf(rostrum.Invalid, "Row %d: %w", l.number, err)
		}
		var err error
		switch {
		case row.has("date") || row.has("starts"):
			err = r.readMeetingRow(row, slug)
		case row.has("aliases"):
			r.doc.Topics = append(r.doc.Topics, rostrum.Topic{Slug: slug, Title: row.texts("title"), Aliases: row.list("aliases")})
		case row.has("origins") || row.has("contact"):
			p := rostrum.Partner{Slug: slug, Organisation: row.cell("organisation"), Name: row.texts("name"), Origins: row.list("origins"), Contact: row.cell("contact")}
			for _, l := range row.list("languages") {
				tag, wrong := rostrum.ParseLanguage(l)
				if wrong != nil {
					return rostrum.Errorf(rostrum.Invalid, "Row %d: %w", row.number, wrong)
				}
				p.Languages = append(p.Languages, tag)
			}
			r.doc.Partners = append(r.doc.Partners, p)
		case row.has("regions"):
			r.doc.Organisations = append(r.doc.Organisations, rostrum.Organisation{Slug: slug, Name: row.texts("name"), Kind: row.cell("kind"), Country: row.cell("country"), Regions: row.list("regions"), Website: row.cell("website")})
		default:
			r.doc.Persons = append(r.doc.Persons, rostrum.Person{Slug: slug, Name: row.cell("name"), Function: row.cell("function"), Organisation: row.cell("organisation")})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readMeetingRow(row record, slug string) error {
	x := ownMeeting{Slug: slug, Series: row.cell("series"), Kind: row.cell("kind"), Title: row.texts("title"), Intro: row.texts("intro"), Place: row.cell("place"),
		Country: row.cell("country"), Date: rostrum.Date(row.cell("date")), Starts: rostrum.Date(row.cell("starts")), Ends: rostrum.Date(row.cell("ends")), TimeZone: row.cell("time_zone")}
	if err := r.readOwnMeeting(x); err != nil {
		return rostrum.Errorf(rostrum.Invalid, "Row %d: %w", row.number, err)
	}
	return nil
}
