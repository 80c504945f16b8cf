package cutlist

import "strings"

// ColumnKeys lists the fields of a row that a list can name, by the keys that Assumptions.Columns, comments in EDLs
// and metadata in projects use.
func ColumnKeys() []string {
	return []string{"in", "out", "duration", "title", "speaker", "function", "organisation", "language", "agenda", "topics", "consent", "remarks"}
}

// fieldOf gives the field of a key.
func fieldOf(key string) field {
	switch key {
	case "in":
		return in
	case "out":
		return out
	case "duration":
		return duration
	case "title":
		return title
	case "speaker":
		return speaker
	case "function":
		return function
	case "organisation":
		return organisation
	case "language":
		return spoken
	case "agenda", "agenda item":
		return agendaItem
	case "topics":
		return topics
	case "consent":
		return consent
	case "remarks":
		return remarks
	}
	return unused
}

// fill gives a row's field the words of a list that names it.
func (r *reader) fill(row *Row, key, value string) {
	switch fieldOf(key) {
	case title:
		row.Title = oneLine(value)
	case speaker:
		row.Speaker = oneLine(value)
	case function:
		row.Function = oneLine(value)
	case organisation:
		row.Organisation = oneLine(value)
	case spoken:
		r.readSpoken(row, value)
	case agendaItem:
		row.AgendaItem = oneLine(value)
	case topics:
		row.Topics = readTopics(value)
	case consent:
		row.ConsentWords = oneLine(value)
		r.readConsentOf(row)
	case remarks:
		row.Remarks = strings.TrimSpace(value)
	default:
		if key == "id" {
			row.ID = oneLine(value)
		}
	}
}

// named is a field of a row with its key.
type named struct{ key, value string }

// fields gives a row's fields that are not empty, mended for lists whose entries stand on one line each: white
// space becomes single spaces, and a sign that parts topics becomes a space within one.
func (row Row) fields() []named {
	var parts []string
	for _, topic := range row.Topics {
		if topic = oneLine(strings.NewReplacer(";", " ", ",", " ", "|", " ").Replace(plain(topic))); topic != "" {
			parts = append(parts, topic)
		}
	}
	words := row.ConsentWords
	if words == "" {
		words = string(row.Consent)
	}
	var all []named
	for _, f := range []named{
		{"title", row.Title}, {"speaker", row.Speaker}, {"function", row.Function}, {"organisation", row.Organisation},
		{"language", string(row.Language)}, {"agenda item", row.AgendaItem}, {"topics", strings.Join(parts, "; ")},
		{"consent", words}, {"remarks", row.Remarks}, {"id", row.ID},
	} {
		if f.value = plain(f.value); f.value != "" {
			all = append(all, f)
		}
	}
	return all
}

// plain makes one line of words: white space becomes single spaces, and characters that control something go.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return oneLine(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7F && r < 0xA0 || r == '\uFEFF' || r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, s))
}
