package pipeline

import (
	"encoding/csv"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions/charset"
)

// readCSV makes a document of a table of one kind of record. The header says which kind: a column "meeting" makes agenda
// items, "date" or "starts" meetings, "aliases" topics, "origins" or "contact" partners, "regions" organisations, "organisation" persons.
// "title_fr" is the French of "title". Lists within a cell are parted by "|".
func readCSV(data []byte) (*document, error) {
	text, _ := charset.Decode(data, "")
	head, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	for _, sep := range []rune{';', '\t'} {
		if strings.ContainsRune(head, sep) {
			r.Comma = sep
			break
		}
	}
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, rostrum.Errorf(rostrum.Invalid, "The file is neither JSON nor a table with a header and rows; see rostrum import --help.").Because(err)
	}
	columns := map[string]int{}
	for i, name := range rows[0] {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	d := &document{}
	agenda := map[string][]rostrum.AgendaItem{}
	var order []string
	for i, cells := range rows[1:] {
		row := table{columns, cells}
		slug := row.cell("slug")
		if slug == "" {
			if name := row.cell("name") + row.cell("title"); row.has("meeting") || name != "" {
				slug = rostrum.Slug(name)
			}
		}
		switch {
		case row.has("meeting"):
			m := row.cell("meeting")
			if _, ok := agenda[m]; !ok {
				order = append(order, m)
			}
			agenda[m] = append(agenda[m], rostrum.AgendaItem{Number: row.cell("number"), Title: row.texts("title")})
			continue
		case row.has("date") || row.has("starts"):
			d.Meetings = append(d.Meetings, importedMeeting{Slug: slug, Series: row.cell("series"), Kind: row.cell("kind"), Title: row.texts("title"), Place: row.cell("place"),
				Country: row.cell("country"), Date: rostrum.Date(row.cell("date")), Starts: rostrum.Date(row.cell("starts")), Ends: rostrum.Date(row.cell("ends")), TimeZone: row.cell("time_zone")})
		case row.has("aliases"):
			d.Topics = append(d.Topics, rostrum.Topic{Slug: slug, Title: row.texts("title"), Aliases: row.list("aliases")})
		case row.has("origins") || row.has("contact"):
			p := rostrum.Partner{Slug: slug, Organisation: row.cell("organisation"), Name: row.texts("name"), Origins: row.list("origins"), Contact: row.cell("contact")}
			for _, l := range row.list("languages") {
				tag, err := rostrum.ParseLanguage(l)
				if err != nil {
					return nil, rostrum.Errorf(rostrum.Invalid, "Row %d: %w", i+2, err)
				}
				p.Languages = append(p.Languages, tag)
			}
			d.Partners = append(d.Partners, p)
		case row.has("regions"):
			d.Organisation = append(d.Organisation, rostrum.Organisation{Slug: slug, Name: row.texts("name"), Kind: row.cell("kind"), Country: row.cell("country"), Regions: row.list("regions"), Website: row.cell("website")})
		case row.has("name"):
			d.Persons = append(d.Persons, rostrum.Person{Slug: slug, Name: row.cell("name"), Function: row.cell("function"), Organisation: row.cell("organisation")})
		default:
			return nil, rostrum.Errorf(rostrum.Invalid, "The table's header names no kind of record; meetings have a column date, agenda items meeting, topics aliases, organisations regions, partners contact, persons name.")
		}
		if slug == "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "Row %d has no slug and no Latin name to make one of; fill the column slug.", i+2)
		}
	}
	for _, m := range order {
		d.Agendas = append(d.Agendas, importedAgenda{m, agenda[m]})
	}
	return d, nil
}

// table is a row with its header.
type table struct {
	columns map[string]int
	cells   []string
}

func (t table) has(column string) bool { _, ok := t.columns[column]; return ok }

func (t table) cell(column string) string {
	if i, ok := t.columns[column]; ok && i < len(t.cells) {
		return strings.TrimSpace(t.cells[i])
	}
	return ""
}

func (t table) list(column string) (all []string) {
	for s := range strings.SplitSeq(t.cell(column), "|") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// texts reads a column and its languages: title is English, title_fr French.
func (t table) texts(column string) rostrum.Texts {
	all := rostrum.Texts{}
	if s := t.cell(column); s != "" {
		all["en"] = s
	}
	for name := range t.columns {
		if tail, ok := strings.CutPrefix(name, column+"_"); ok && t.cell(name) != "" {
			if l, err := rostrum.ParseLanguage(tail); err == nil {
				all[l] = t.cell(name)
			}
		}
	}
	return all
}
