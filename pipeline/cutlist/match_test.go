package cutlist_test

import (
	"strings"
	"testing"

	. "rostrum/pipeline/cutlist"
)

func TestMatch(t *testing.T) {
	list := []Candidate{
		{ID: "ad", Name: "Aminata Diallo", Organisation: "Opérateur (PMA)", Position: 1},
		{ID: "jm", Name: "Jean-Pierre Müller", Organisation: "Vendor", Position: 2},
		{ID: "am", Name: "أمل مثال", Organisation: "Arab Operator", Position: 3},
		{ID: "ly", Name: "李杨本", Organisation: "Vendor", Position: 4},
		{ID: "ts", Name: "Theodora Placeholder", Organisation: "TSB", Position: 5},
		{ID: "js", Name: "John Smith", Organisation: "Alpha", Position: 6},
		{ID: "js2", Name: "John Smith", Organisation: "Beta", Position: 7},
		{ID: "ob", Name: "Siobhán O'Brien", Organisation: "Gamma", Position: 8},
		{ID: "kr", Name: "Kateryna Kowalczyk", Organisation: "Delta", Position: 9},
		{ID: "nk", Name: "Nadia Kone", Organisation: "Delta", Position: 10},
	}
	for name, want := range map[string]string{
		"DIALLO Aminata":                          "ad sure",
		"H.E. Aminata Diallo":                     "ad sure",
		"S.E. Mme Aminata DIALLO":                 "ad sure",
		"Mme Diallo, Aminata (PMA)":               "ad sure",
		"His Excellency Dr. A. Diallo":            "ad likely",
		"Diallo":                                  "ad likely",
		"Aminata Dialo":                           "ad likely",
		"Aminata Binta Diallo":                    "ad likely",
		"Aminat Dialo":                            "none",
		"M. Jean-Pierre Muller":                   "jm sure",
		"Jean Pierre MÜLLER":                      "jm sure",
		"J.-P. Müller":                            "jm likely",
		"امل مثال":                                "am sure",
		"أَمَل مـثال":                             "am sure",
		"أمل مثالي":                               "none",
		"李 杨本":                                    "ly sure",
		"李杨本先生":                                   "ly sure",
		"李杨木":                                     "none",
		"John Smith":                              "none could be",
		"John Smith|Beta":                         "js2 sure",
		"Siobhan OBrien":                          "ob sure",
		"Kateryna Kowalzcyk":                      "kr likely",
		"Nadia Kane":                              "nk likely",
		"Nadia":                                   "nk likely",
		"Prof. Theodora Placeholder / Katie Demo": "ts likely several",
		"Nobody at all":                           "none",
		"":                                        "none",
		"Mr":                                      "none",
	} {
		speaker, organisation, _ := strings.Cut(name, "|")
		got := Match([]Row{{Number: 1, Speaker: speaker, Organisation: organisation}}, list)[0]
		words := strings.TrimSpace(got.ID + " " + string(got.Certainty))
		expected, note, _ := strings.Cut(want, " could")
		if strings.HasSuffix(expected, " several") {
			expected, note = strings.TrimSuffix(expected, " several"), "several"
		}
		if words != expected || (got.Candidate >= 0) != (got.Certainty != NoOne) || !strings.Contains(got.Note, strings.TrimSpace(note)) || note == "" && got.Note != "" {
			t.Errorf("%q: got %q (%s), want %q", name, words, got.Note, want)
		}
	}
}

func TestMatchSharesCandidates(t *testing.T) {
	list := []Candidate{{ID: "a1", Name: "Ann Lee", Position: 1}, {ID: "b", Name: "Bob Ray", Position: 2}, {ID: "a2", Name: "Ann Lee", Position: 3}}
	tests := map[string]struct {
		list []Candidate
		rows []string
		want []string // ID and certainty
		said []string // part of the note, "" for none
	}{
		"two positions":         {list, []string{"Ann Lee", "Bob Ray", "LEE Ann"}, []string{"a1 sure", "b sure", "a2 sure"}, []string{"", "", ""}},
		"speaks twice":          {list, []string{"Bob Ray", "Ann Lee", "Ray Bob"}, []string{"b sure", "a1 sure", "b sure"}, []string{"twice: in row 3", "", "twice: in row 1"}},
		"like one who is there": {list, []string{"Bob", "Bob Ray"}, []string{" none", "b sure"}, []string{"speaks in row 2 already", ""}},
		"two alike":             {[]Candidate{{ID: "n", Name: "Nadia Kone"}}, []string{"Nadia Kane", "Nadia Kune"}, []string{"n likely", " none"}, []string{"Row 2 is like", "speaks in row 1 already"}},
		"likely twice":          {[]Candidate{{ID: "n", Name: "Nadia Kone"}}, []string{"Nadia Kane", "KANE N."}, []string{"n likely", " none"}, []string{"", ""}},
		"the list has several":  {[]Candidate{{ID: "k", Name: "Katie Demo"}, {ID: "ks", Name: "Katie Demo / Steve Demo"}}, []string{"Steve Demo / Katie Demo"}, []string{"ks sure"}, []string{""}},
		"the title stands":      {list, []string{""}, []string{" none"}, []string{""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var rows []Row
			for i, speaker := range tt.rows {
				rows = append(rows, Row{Number: i + 1, Speaker: speaker, Title: "Words"})
			}
			holders := map[int]string{}
			for i, m := range Match(rows, tt.list) {
				got := m.ID + " " + string(m.Certainty)
				if got != tt.want[i] || !strings.Contains(m.Note, tt.said[i]) || tt.said[i] == "" && m.Note != "" {
					t.Errorf("row %d: got %q (%s), want %q (%s)", i+1, got, m.Note, tt.want[i], tt.said[i])
				}
				if other, taken := holders[m.Candidate]; m.Candidate >= 0 && taken && m.Note == "" {
					t.Errorf("row %d silently has the candidate of %s", i+1, other)
				}
				holders[m.Candidate] = tt.rows[i]
			}
		})
	}
	if got := Match([]Row{{Title: "Bob Ray"}}, list); got[0].ID != "b" {
		t.Errorf("a title that is a name: %+v", got)
	}
	if got := Match(nil, list); len(got) != 0 {
		t.Error(got)
	}
}
