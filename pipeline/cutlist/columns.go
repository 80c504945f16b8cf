package cutlist

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
}

// readHeadings reads a row as headings; ok says that it has enough of them to place cuts.
func readHeadings(cells []string, known map[string]field) (c columns, ok bool) {
	c = columns{at: map[field]int{}, names: cells}
	for i, cell := range cells {
		f := known[fold(cell)]
		_, taken := c.at[f]
		switch {
		case f == unused && fold(cell) != "":
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
	_, hasIn := c.at[in]
	_, hasOut := c.at[out]
	_, hasLength := c.at[duration]
	return c, hasIn && (hasOut || hasLength)
}
