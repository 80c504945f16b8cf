package cutlist

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"rostrum/pipeline/spelling"
)

// person is a name made comparable.
type person struct {
	words  []string // folded, without titles, in the order written
	sorted string   // the same in alphabetical order: family name first or last makes no difference
	joined string   // the same without spaces: Li Yang Ben is Li Yangben
}

var (
	inBrackets   = pattern(`\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）`)
	excellency   = pattern(`(?i)^[\s]*(?:(?:h|s)\.?[ ]?e\.?|(?:his|her|son|your)[ ]excellenc[ey]|son excellence)[\s]+`)
	aboveLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i", "ħ", "h", "’", "", "'", "", "ʼ", "",
		"\u0640", "", "ٱ", "ا", "ى", "ي", "ة", "ه", "ک", "ك", "ی", "ي") // tatweel, and Arabic letters that keyboards write in two ways
)

// honorifics are words before or after a name that are none of it, folded.
func honorifics() map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(`mr mrs ms miss mx mister dr doctor docteur prof professor professeur sir dame madam madame mme mlle mademoiselle
		monsieur mm amb ambassador ambassadeur ambassadrice hon honourable honorable eng engr ing sr sra srta senor senora don dona phd
		السيد السيده الدكتور الدكتوره د 先生 女士 博士 教授`) {
		all[w] = true
	}
	return all
}

// readPerson makes a name comparable: compatible forms alike (NFKD), lower case, no accents, no titles, nothing in
// brackets.
func readPerson(name string, titles map[string]bool) person {
	name = excellency().ReplaceAllString(inBrackets().ReplaceAllString(name, " "), " ")
	name = aboveLetters.Replace(strings.ToLower(norm.NFC.String(name)))
	var p person
	for _, w := range strings.Fields(spelling.Fold(norm.NFKD.String(name))) {
		w = strings.TrimSpace(w)
		for _, title := range []string{"先生", "女士", "博士", "教授"} { // written without a space
			if rest := strings.TrimSuffix(w, title); rest != "" {
				w = rest
			}
		}
		if !titles[w] {
			p.words = append(p.words, w)
		}
	}
	// M. is Monsieur before a whole name, and an initial before a family name; as an initial it is tried too.
	if len(p.words) > 2 && p.words[0] == "m" {
		p.words = p.words[1:]
	}
	s := slices.Sorted(slices.Values(p.words))
	p.sorted, p.joined = strings.Join(s, " "), strings.Join(p.words, "")
	return p
}

// likeness says how alike two names are: 0 is not at all, same is the same name.
func (p person) likeness(q person) int {
	switch {
	case len(p.words) == 0 || len(q.words) == 0:
		return 0
	case p.sorted == q.sorted, p.joined == q.joined:
		return same
	}
	if p.words[0] == "m" && len(p.words) == 2 {
		rest := person{words: p.words[1:], sorted: p.words[1], joined: p.words[1]}
		if rest.sorted == q.sorted {
			return same
		}
	}
	small, large := p.words, q.words
	if len(small) > len(large) {
		small, large = large, small
	}
	free := slices.Clone(large)
	whole, initials, slips := 0, 0, 0
	take := func(fits func(a, b string) bool, w string) bool {
		i := slices.IndexFunc(free, func(other string) bool { return fits(w, other) })
		if i >= 0 {
			free = slices.Delete(free, i, i+1)
		}
		return i >= 0
	}
	var rest []string
	for _, w := range small { // whole words first, so that an initial does not take one away
		if take(func(a, b string) bool { return a == b }, w) && len([]rune(w)) > 1 {
			whole++
		} else {
			rest = append(rest, w)
		}
	}
	for _, w := range rest {
		switch {
		case take(slip, w):
			slips++
		case take(initial, w):
			initials++
		default:
			return 0
		}
	}
	switch {
	case slips > 0 && len(small) == len(large) && (whole > 0 || len(small) == 1) && slips == 1:
		return oneSlip
	case slips > 0 && (whole < 1 || slips > 1):
		return 0
	case slips > 0:
		return nameAlone
	case initials > 0 && whole > 0:
		return withInitials
	case whole > 1:
		return partOfName
	case whole == 1 && len(small) == 1 && len([]rune(small[0])) > 2:
		return nameAlone
	}
	return 0
}

// The degrees of likeness.
const (
	same         = 100
	partOfName   = 90 // a middle name is missing in one
	oneSlip      = 80 // a small typing error
	withInitials = 70
	nameAlone    = 60 // a family name or a given name alone
)

// initial says whether one of two words is the first letter of the other.
func initial(a, b string) bool {
	return a != b && (utf8Len(a) == 1 && strings.HasPrefix(b, a) || utf8Len(b) == 1 && strings.HasPrefix(a, b))
}

func utf8Len(s string) int { return len([]rune(s)) }

// slip says whether two words differ by a small typing error: one letter changed, missing, added or exchanged with
// its neighbour, two in words of eight letters and more. Words of fewer than four letters, and of scripts that count
// a word in few signs or write no vowels, must be the same.
func slip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	short := min(len(x), len(y))
	if short < 4 || len(x)-len(y) > 2 || len(y)-len(x) > 2 || len(x) > 64 || len(y) > 64 {
		return false
	}
	for _, r := range a + b {
		if !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) {
			return false
		}
	}
	most := 1
	if short >= 8 {
		most = 2
	}
	return distance(x, y) <= most
}

// distance is the optimal string alignment distance: insertions, deletions, changes, and neighbours exchanged.
func distance(x, y []rune) int {
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
