package agenda

import (
	"cmp"
	"slices"
	"strings"

	"rostrum/pipeline/spelling"
)

// From these likenesses on, names are taken for spellings of one name, and titles for forms of one title.
const (
	sameNameFrom  = 0.8
	sameTitleFrom = 0.5
)

// maxPairs bounds the comparing of each with each. A meeting of 500 speeches that are all renamed stays under it; beyond, only
// keys, equal names and equal titles match.
const maxPairs = 250_000

// likeness of two folded texts is the share of pairs of letters that they have in common (Sørensen–Dice), 0 to 1; of two empty
// texts it is 0, since they say nothing.
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return 1
	}
	pairs := func(s string) map[[2]rune]int {
		all := map[[2]rune]int{}
		letters := []rune(" " + s + " ")
		for i := range letters[1:] {
			all[[2]rune{letters[i], letters[i+1]}]++
		}
		return all
	}
	x, y := pairs(a), pairs(b)
	shared, total := 0, 0
	for p, n := range x {
		shared += min(n, y[p])
		total += n
	}
	for _, n := range y {
		total += n
	}
	return 2 * float64(shared) / float64(total)
}

// nameKey makes "PIG, Guinea" and "Guinea Pig" the same.
func nameKey(s string) string {
	words := strings.Fields(spelling.Fold(s))
	slices.Sort(words)
	return strings.Join(words, " ")
}

func sameName(a, b string) bool {
	x, y := nameKey(a), nameKey(b)
	return x == y || likeness(x, y) >= sameNameFrom
}

// candidate is a slot with what it is told by.
type candidate struct {
	at      int // index in its list
	slot    Slot
	speaker string
	title   string
	done    bool
}

func candidates(slots []Slot) []candidate {
	all := make([]candidate, len(slots))
	for i, s := range slots {
		title, _ := s.Title.In()
		all[i] = candidate{at: i, slot: s, speaker: nameKey(s.Speaker), title: spelling.Fold(title)}
	}
	return all
}

// titleLikeness is the best over the languages that both have, else that of the titles at hand.
func titleLikeness(a, b candidate) float64 {
	best := likeness(a.title, b.title)
	for l, s := range a.slot.Title {
		if other := b.slot.Title[l]; other != "" && best < 1 {
			best = max(best, likeness(spelling.Fold(s), spelling.Fold(other)))
		}
	}
	return best
}

// matcher finds for each incoming slot the one that it was.
type matcher struct {
	now, incoming []candidate
	was           []int // index in now for each incoming slot, -1 for none
}

func match(now, incoming []Slot) []int {
	m := matcher{candidates(now), candidates(incoming), make([]int, len(incoming))}
	for i := range m.was {
		m.was[i] = -1
	}
	m.equal(func(c candidate) string { return c.slot.Key }, false)
	m.equal(func(c candidate) string {
		if c.speaker == "" || c.title == "" {
			return ""
		}
		return c.speaker + "\n" + c.title
	}, false)
	// Somebody who speaks once, then and now, gives the same speech under another title.
	m.like(func(a, b candidate) float64 {
		if a.speaker == "" || a.speaker != b.speaker {
			return 0
		}
		if l := titleLikeness(a, b); l >= sameTitleFrom || a.title == "" || b.title == "" {
			return 1 + l
		}
		return 0
	})
	m.equal(func(c candidate) string { return c.speaker }, true)
	m.like(func(a, b candidate) float64 {
		speaker, title := likeness(a.speaker, b.speaker), titleLikeness(a, b)
		if speaker >= sameNameFrom && (title >= sameTitleFrom || a.title == "" || b.title == "") {
			return speaker + title
		}
		return 0
	})
	m.equal(func(c candidate) string { return c.title }, true)
	m.place()
	return m.was
}

func (m *matcher) pair(n, i int) {
	m.now[n].done, m.incoming[i].done = true, true
	m.was[m.incoming[i].at] = m.now[n].at
}

// apart says that the source itself tells two slots apart.
func apart(a, b candidate) bool {
	return a.slot.Key != "" && b.slot.Key != "" && a.slot.Key != b.slot.Key && (a.speaker != b.speaker || a.title != b.title)
}

// equal matches what has the same mark, in order; or, if once, only a mark that stands once on either side.
func (m *matcher) equal(mark func(candidate) string, once bool) {
	left := map[string][]int{}
	for n, c := range m.now {
		if s := mark(c); s != "" && !c.done {
			left[s] = append(left[s], n)
		}
	}
	times := map[string]int{}
	for _, c := range m.incoming {
		if !c.done {
			times[mark(c)]++
		}
	}
	for i, c := range m.incoming {
		s := mark(c)
		list := left[s]
		if c.done || s == "" || len(list) == 0 || once && (len(list) > 1 || times[s] > 1) || apart(m.now[list[0]], c) {
			continue
		}
		left[s] = list[1:]
		m.pair(list[0], i)
	}
}

// like matches the pairs that are most alike first; a likeness of 0 is none.
func (m *matcher) like(of func(a, b candidate) float64) {
	open := func(all []candidate) (at []int) {
		for i, c := range all {
			if !c.done {
				at = append(at, i)
			}
		}
		return at
	}
	now, incoming := open(m.now), open(m.incoming)
	if len(now)*len(incoming) > maxPairs {
		return
	}
	type pair struct {
		n, i int
		l    float64
	}
	var pairs []pair
	for _, n := range now {
		for _, i := range incoming {
			if l := of(m.now[n], m.incoming[i]); l > 0 && !apart(m.now[n], m.incoming[i]) {
				pairs = append(pairs, pair{n, i, l})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.l, a.l) })
	for _, p := range pairs {
		if !m.now[p.n].done && !m.incoming[p.i].done {
			m.pair(p.n, p.i)
		}
	}
}

// place matches what stands in the same place of the same agenda item, unless speaker and title are both others: that is
// another speech. Without agenda items, the place tells only a slot that is kept free, with neither speaker nor title.
func (m *matcher) place() {
	type spot struct {
		item     string
		position int
	}
	left := map[spot]int{}
	for n, c := range m.now {
		if !c.done {
			left[spot{c.slot.AgendaItem, c.slot.Position}] = n
		}
	}
	for i, c := range m.incoming {
		s := spot{c.slot.AgendaItem, c.slot.Position}
		n, ok := left[s]
		if c.done || !ok || apart(m.now[n], c) {
			continue
		}
		was := m.now[n]
		if s.item == "" && was.speaker+was.title != "" && c.speaker+c.title != "" {
			continue
		}
		if was.title != "" && c.title != "" && titleLikeness(was, c) < sameTitleFrom && was.speaker != "" && c.speaker != "" {
			continue
		}
		delete(left, s)
		m.pair(n, i)
	}
}

// moved says which of the matched slots do not stand in the order in which they stood: all but the longest row of them that
// kept its order. order holds, for each in the new order, where it stood.
func moved(order []int) []bool {
	var tails []int // index in order of the smallest end of a row of each length
	before := make([]int, len(order))
	for i, x := range order {
		at, _ := slices.BinarySearchFunc(tails, x, func(t, x int) int { return cmp.Compare(order[t], x) })
		before[i] = -1
		if at > 0 {
			before[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	all := make([]bool, len(order))
	for i := range all {
		all[i] = true
	}
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = before[i] {
			all[i] = false
		}
	}
	return all
}
