package page

import (
	"strings"
	"testing"
	"time"

	"rostrum"
)

func TestParagraphs(t *testing.T) {
	long := strings.Repeat("word ", 30) // 149 letters
	lines := func(language rostrum.Language, texts ...string) Transcript {
		tr := Transcript{Language: language}
		for i, s := range texts {
			tr.Lines = append(tr.Lines, Line{Start: time.Duration(i) * time.Second, Text: s})
		}
		return tr
	}
	withSpeaker := lines("en", "One.", "Two.", "Three.")
	withSpeaker.Lines[0].Speaker, withSpeaker.Lines[1].Speaker, withSpeaker.Lines[2].Speaker = "A", "A", "B"
	twoLanguages := lines("en", "One.", "Deux.")
	twoLanguages.Lines[1].Language = "fr"
	for _, c := range []struct {
		name string
		tr   Transcript
		want []int // lines in each paragraph
	}{
		{"none", lines("en"), nil},
		{"short lines stay together", lines("en", "One.", "two", "three."), []int{3}},
		{"a long paragraph ends with its sentence", lines("en", long, long, "not yet", long+"end.", "new"), []int{4, 1}},
		{"Arabic question mark", lines("ar", long, long, long+"؟", "new"), []int{3, 1}},
		{"quotes after the sentence", lines("en", long, long, long+".”", "new"), []int{3, 1}},
		{"without any sentence it ends all the same", lines("en", long, long, long, long, long, long, long, long, long, long, long), []int{9, 2}},
		{"a speaker who goes on", withSpeaker, []int{2, 1}},
		{"another language", twoLanguages, []int{1, 1}},
		{"empty lines fall away", lines("en", "One.", " \n ", "two"), []int{2}},
	} {
		var got []int
		for _, p := range c.tr.Paragraphs() {
			got = append(got, len(p.Lines))
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestChineseHasNoSpacesBetweenLines(t *testing.T) {
	p := Transcript{Language: "zh", Lines: []Line{{Text: "谢谢主席。"}, {Text: "各位同事，早上好。"}}}.Paragraphs()
	if len(p) != 1 || p[0].Joiner != "" {
		t.Errorf("paragraphs are %+v", p)
	}
}
