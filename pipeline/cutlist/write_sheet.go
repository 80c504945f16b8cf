package cutlist

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
)

func englishHeadings() []string {
	return []string{"No", "Agenda item", "Title", "Speaker", "Function", "Organisation", "Language", "TC in", "TC out", "Duration", "Topics", "Consent", "Remarks"}
}

func frenchHeadings() []string {
	return []string{"N°", "Point ODJ", "Titre", "Orateur", "Fonction", "Organisation", "Langue", "TC entrée", "TC sortie", "Durée", "Thèmes", "Autorisation", "Remarques"}
}

// sheet writes a logging sheet (RFC 4180), which carries all of a row but its ID and its number. mark puts a byte
// order mark before it, without which Excel takes UTF-8 for the code page of the machine. Signs that part topics become
// spaces within one. Remarks keep their lines, unless one reads like a row of the sheet.
func (w writer) sheet(separator rune, headings []string, mark bool) []byte {
	var b bytes.Buffer
	if mark {
		b.WriteString("\uFEFF")
	}
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = separator, true
	_ = out.Write(headings) // to memory, with a separator that is one: it cannot fail
	for i, row := range w.rows {
		cells := map[string]string{}
		for _, f := range row.fields() {
			cells[f.key] = f.value
		}
		remarks := linesOf(row.Remarks)
		if looksLikeRow(remarks, separator) {
			remarks = cells["remarks"]
		}
		_ = out.Write([]string{
			strconv.Itoa(i + 1), cells["agenda item"], w.title(i), cells["speaker"], cells["function"], cells["organisation"], cells["language"],
			w.label(row.In), w.label(row.Out), w.length(row.Out - row.In), cells["topics"], cells["consent"], remarks,
		})
	}
	out.Flush()
	return b.Bytes()
}

// linesOf makes each line of a text plain.
func linesOf(s string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
		if line = plain(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// premiere writes the list of markers as Premiere exports it: title, remarks as the description, in, out.
func (w writer) premiere() []byte {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = '\t', true
	_ = out.Write([]string{"Marker Name", "Description", "In", "Out", "Duration", "Marker Type"})
	for i, row := range w.rows {
		_ = out.Write([]string{w.title(i), plain(row.Remarks), w.label(row.In), w.label(row.Out), w.length(row.Out - row.In), "Comment"})
	}
	out.Flush()
	return b.Bytes()
}
