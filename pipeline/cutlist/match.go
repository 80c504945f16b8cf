package cutlist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rostrum/pipeline/spelling"
)

// Candidate is a speaker of the meeting's list. One who is on it twice has two positions.
type Candidate struct {
	ID           string // the caller's own; two positions of a person may share it
	Name         string
	Organisation string
	Position     int // in the list; earlier ones speak earlier
}

// Certainty says how far a match may be trusted.
type Certainty string

// The certainties.
const (
	Sure   Certainty = "sure"   // the same name, and nobody else of that name
	Likely Certainty = "likely" // a person should look
	NoOne  Certainty = "none"
)

// Matched is who speaks in a row.
type Matched struct {
	Candidate int    // index of the candidate; -1 for none
	ID        string // of the candidate; "" for none
	Certainty Certainty
	Note      string // one sentence for a person where there is something to look at, else empty
}

// claim is a candidate that a row could be.
type claim struct{ row, candidate, likeness int }

// Match finds the speakers of rows in a meeting's list: one Matched for each row, in their order. Accents, case, the
// order of names and titles make no difference; initials, missing middle names and small typing errors make a match
// likely. Arabic and Chinese names must be the same, but for signs that are written in two ways. Two rows get the same
// candidate only when they carry the same name, and it is said; a row whose candidates are equally like it gets none.
// A row without a speaker is matched by its title.
func Match(rows []Row, speakers []Candidate) []Matched {
	titles := honorifics()
	people := make([]person, len(speakers))
	for i, s := range speakers {
		people[i] = readPerson(s.Name, titles)
	}
	m := matching{rows: rows, speakers: speakers, people: people, titles: titles, taken: map[int][]int{}, out: make([]Matched, len(rows))}
	names := make([]person, len(rows))
	var claims []claim
	for i, row := range rows {
		m.out[i] = Matched{Candidate: -1, Certainty: NoOne}
		name := cmp.Or(strings.TrimSpace(row.Speaker), row.Title)
		if names[i] = readPerson(name, titles); len(names[i].words) == 0 || len(names[i].words) > 12 {
			continue
		}
		of := m.claims(i, names[i], row.Organisation)
		if len(of) == 0 || of[0].likeness/2 < same {
			if several := m.several(i, name); len(several) > 0 {
				of = several
			}
		}
		claims = append(claims, of...)
	}
	m.names = names
	// The surest first: whoever is only like somebody does not take the place of one who is that person.
	slices.SortStableFunc(claims, func(a, b claim) int { return b.likeness - a.likeness })
	for _, c := range claims {
		m.settle(c)
	}
	return m.out
}

type matching struct {
	rows     []Row
	speakers []Candidate
	people   []person
	names    []person
	titles   map[string]bool
	taken    map[int][]int // rows by candidate
	out      []Matched
}

// claims gives the candidates that a row is most like, in the order of the list; none when several people are
// equally like it.
func (m *matching) claims(i int, name person, organisation string) []claim {
	best, found := 0, []claim(nil)
	for k := range m.speakers {
		n := name.likeness(m.people[k])
		if n == 0 {
			continue
		}
		n *= 2
		if o := spelling.Fold(organisation); o != "" && o == spelling.Fold(m.speakers[k].Organisation) {
			n++ // decides between equals only
		}
		if n > best {
			best, found = n, nil
		}
		if n == best {
			found = append(found, claim{i, k, n})
		}
	}
	slices.SortStableFunc(found, func(a, b claim) int { return m.speakers[a.candidate].Position - m.speakers[b.candidate].Position })
	for _, c := range found {
		if !m.samePerson(c.candidate, found[0].candidate) {
			m.out[i].Note = fmt.Sprintf("It could be %s or %s; please choose.", m.speakers[found[0].candidate].Name, m.speakers[c.candidate].Name)
			return nil
		}
	}
	return found
}

// samePerson says whether two candidates are two positions of one person.
func (m *matching) samePerson(a, b int) bool {
	return m.people[a].sorted == m.people[b].sorted && spelling.Fold(m.speakers[a].Organisation) == spelling.Fold(m.speakers[b].Organisation)
}

var betweenNames = pattern(`(?i)[ \t]*(?:/|&|\+|;|、|[ \t](?:and|et|y|und|e|و)[ \t])[ \t]*`)

// several gives the claim of the first person known in a row that names several.
func (m *matching) several(i int, name string) []claim {
	parts := betweenNames().Split(name[:min(len(name), 500)], 6)
	if len(parts) < 2 {
		return nil
	}
	for _, part := range parts {
		p := readPerson(part, m.titles)
		if len(p.words) == 0 {
			continue
		}
		if found := m.claims(i, p, ""); len(found) > 0 {
			m.out[i].Note = "The row names several people; please check who speaks."
			for k := range found {
				found[k].likeness = min(found[k].likeness, 2*nameAlone)
			}
			return found
		}
	}
	return nil
}

// settle gives a row a candidate that nobody else has, or says why not.
func (m *matching) settle(c claim) {
	if m.out[c.row].Candidate >= 0 {
		return
	}
	name := m.speakers[c.candidate].Name
	note := m.out[c.row].Note
	if others := m.taken[c.candidate]; len(others) > 0 {
		free := m.free(c)
		first := others[0]
		switch {
		case free >= 0:
			c.candidate = free // a later position of the same person
		case m.names[first].sorted != m.names[c.row].sorted:
			m.out[c.row].Note = fmt.Sprintf("It is like %s, who speaks in row %d already; please choose.", name, m.rows[first].Number)
			if m.rows[first].Number != m.rows[c.row].Number && m.out[first].Certainty == Likely && m.out[first].Note == "" {
				m.out[first].Note = fmt.Sprintf("Row %d is like %s as well; please check.", m.rows[c.row].Number, name)
			}
			return
		default:
			note = fmt.Sprintf("%s speaks twice: in row %d as well.", name, m.rows[first].Number)
			if m.out[first].Note == "" {
				m.out[first].Note = fmt.Sprintf("%s speaks twice: in row %d as well.", name, m.rows[c.row].Number)
			}
		}
	}
	certainty := Likely
	if c.likeness/2 >= same {
		certainty = Sure
	}
	m.taken[c.candidate] = append(m.taken[c.candidate], c.row)
	m.out[c.row] = Matched{c.candidate, m.speakers[c.candidate].ID, certainty, note}
}

// free gives the first position of the same person that no row has; -1 for none.
func (m *matching) free(c claim) int {
	best := -1
	for k := range m.speakers {
		if m.samePerson(k, c.candidate) && len(m.taken[k]) == 0 && (best < 0 || m.speakers[k].Position < m.speakers[best].Position) {
			best = k
		}
	}
	return best
}
