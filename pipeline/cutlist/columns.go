package cutlist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rostrum/pipeline/spelling"
)

// field is a column that means something.
type field int

const (
	unused field = iota
	number
	in
	out
	duration
	title
	speaker
	function
	organisation
	spoken
	topics
	consent
	agendaItem
	remarks
	someTime  // a time of which its heading says no more: the in point where no other is
	clockTime // the same, read off the clock in the room
)

// headings lists the words for each field, folded, in English and French, as logging sheets,
// speakers' lists and editing programs write them.
func headings() map[string]field {
	words := map[field][]string{
		number: {"no", "n", "nr", "num", "numero", "number", "order", "ordre", "id", "row", "ligne", "no d ordre"},
		in: {"in", "tc in", "tcin", "in tc", "timecode in", "in timecode", "in point", "mark in", "time in", "cut in", "start", "start time", "start tc", "tc start",
			"start timecode", "timecode start", "begin", "begin time", "beginning", "from", "entree", "tc entree", "timecode entree", "point d entree",
			"point entree", "debut", "tc debut", "timecode debut", "heure debut", "heure de debut", "source in"},
		out: {"out", "tc out", "tcout", "out tc", "timecode out", "out timecode", "out point", "mark out", "time out", "cut out", "end", "end time", "end tc", "tc end",
			"end timecode", "timecode end", "stop", "to", "until", "sortie", "tc sortie", "timecode sortie", "point de sortie",
			"point sortie", "fin", "tc fin", "timecode fin", "heure fin", "heure de fin", "source out"},
		duration: {"duration", "length", "dur", "duree", "longueur"},
		title: {"title", "titre", "intervention", "marker name", "subject", "sujet", "objet", "intitule", "talk title",
			"title of intervention", "titre de l intervention", "intervention title"},
		speaker: {"speaker", "speakers", "speaker name", "name", "names", "nom", "orateur", "oratrice", "orateur oratrice", "orateurs", "orateur trice",
			"intervenant", "intervenante", "intervenants", "nom de l orateur", "nom orateur", "delegate", "delegue"},
		function: {"function", "fonction", "role", "position", "job title", "speaker title", "post", "poste", "qualite"},
		organisation: {"organisation", "organization", "organisme", "org", "company", "entity", "entite", "societe", "entreprise",
			"affiliation", "delegation", "institution"},
		spoken: {"language", "lang", "langue", "floor language", "spoken language", "langue parlee", "langue de l orateur"},
		topics: {"topics", "topic", "themes", "theme", "tags", "tag", "keywords", "mots cles", "sujets", "thematique", "thematiques"},
		consent: {"consent", "consentement", "authorisation", "authorization", "autorisation", "permission", "release", "accord",
			"consent given", "diffusion", "autorisation de diffusion"},
		agendaItem: {"agenda item", "agenda", "item", "agenda no", "odj", "point odj", "point", "point de l odj", "point de l ordre du jour", "ordre du jour"},
		remarks: {"remarks", "remark", "remarques", "remarque", "comments", "comment", "commentaires", "commentaire", "notes", "note",
			"observations", "observation", "description"},
		someTime:  {"time", "timecode", "tc", "temps", "heure", "at", "offset"},
		clockTime: {"local time", "clock", "clock time", "wall clock", "time of day", "heure locale", "heure murale", "heure reelle", "local start", "local start time"},
	}
	all := map[string]field{}
	for f, list := range words {
		for _, w := range list {
			all[w] = f
		}
	}
	return all
}

// withoutHeadings is the order of columns in a sheet that has no heading row.
var withoutHeadings = [...]field{in, out, title, speaker, organisation, spoken, topics}

// columns says which column of a sheet holds which field.
type columns struct {
	at      map[field]int
	names   []string // of all columns, as written
	unknown []string
	double  []string // headings for a field that an earlier one has taken
	clash   []field  // in or out found twice
	wall    bool     // in is read off the clock in the room
	starts  bool     // there are starts only
}

// readHeadings reads a row as headings; ok says that it has enough of them to place cuts.
func readHeadings(cells []string, known map[string]field) (c columns, ok bool) {
	c = columns{at: map[field]int{}, names: cells}
	for i, cell := range cells {
		f := known[spelling.Fold(cell)]
		_, taken := c.at[f]
		switch {
		case f == unused && spelling.Fold(cell) != "":
			c.unknown = append(c.unknown, cell)
		case f == unused:
		case taken && (f == in || f == out):
			c.clash = append(c.clash, f)
		case taken:
			c.double = append(c.double, cell)
		default:
			c.at[f] = i
		}
	}
	if _, hasIn := c.at[in]; !hasIn {
		for _, f := range []field{clockTime, someTime} {
			if i, ok := c.at[f]; ok {
				c.at[in], c.wall = i, f == clockTime
				break
			}
		}
	}
	for _, f := range []field{someTime, clockTime} {
		if i, ok := c.at[f]; ok && i != c.at[in] {
			c.unknown = append(c.unknown, cells[i])
		}
		delete(c.at, f)
	}
	_, hasIn := c.at[in]
	_, hasOut := c.at[out]
	_, hasLength := c.at[duration]
	_, hasTitle := c.at[title]
	_, hasSpeaker := c.at[speaker]
	c.starts = !hasOut && !hasLength
	return c, hasIn && (!c.starts || hasTitle || hasSpeaker)
}

// choose puts the columns that a person named in the place of those that were found.
func (c *columns) choose(chosen map[string]int) {
	if len(chosen) == 0 {
		return
	}
	for key, n := range chosen {
		f := fieldOf(key)
		c.clash = slices.DeleteFunc(c.clash, func(other field) bool { return other == f })
		if before, ok := c.at[f]; f == in && (!ok || before != n-1) {
			c.wall = false
		}
		delete(c.at, f)
		if n > 0 {
			c.at[f] = n - 1
		}
	}
	_, hasOut := c.at[out]
	_, hasLength := c.at[duration]
	c.starts = !hasOut && !hasLength
}

// assumedColumns notes which column was taken for which field.
func (r *reader) assumedColumns(s sheet) {
	width := len(s.columns.names)
	for _, l := range s.lines[:min(len(s.lines), headSearch)] {
		width = max(width, len(l.cells))
	}
	choices := []Choice{{"0", "none"}}
	for i := range min(width, widest) {
		label := fmt.Sprintf("column %d", i+1)
		if i < len(s.columns.names) && s.columns.names[i] != "" {
			label = shortened(s.columns.names[i])
		}
		choices = append(choices, Choice{strconv.Itoa(i + 1), label})
	}
	for _, key := range ColumnKeys() {
		value, text := "0", fmt.Sprintf("No column gives the %s.", fieldWord(key))
		if i, ok := s.columns.at[fieldOf(key)]; ok && i < len(choices)-1 {
			value, text = strconv.Itoa(i+1), fmt.Sprintf("The column “%s” gives the %s.", choices[i+1].Label, fieldWord(key))
		}
		if slices.Contains(s.columns.clash, fieldOf(key)) {
			value, text = "", fmt.Sprintf("Two columns could be the %s.", fieldWord(key))
		}
		r.assumed("columns."+key, value, text, choices...)
	}
}

// fieldWord is how a sentence names a field.
func fieldWord(key string) string {
	switch key {
	case "in", "out":
		return key + " point"
	case "agenda":
		return "agenda item"
	}
	return key
}

// words lists the fields in the order of their columns.
func (c columns) words() string {
	keys := slices.DeleteFunc(ColumnKeys(), func(key string) bool { _, ok := c.at[fieldOf(key)]; return !ok })
	slices.SortStableFunc(keys, func(a, b string) int { return c.at[fieldOf(a)] - c.at[fieldOf(b)] })
	return strings.Join(keys, ", ")
}
