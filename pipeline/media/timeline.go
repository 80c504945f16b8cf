package media

import (
	"math/big"

	"rostrum"
)

// timelineRate chooses the rate of the timeline for a source of the given rate: the same, half of
// it, or, for a rate that no timeline has, one of which it is a whole part, else the next higher.
func timelineRate(source *big.Rat) (rate rostrum.Rate, halved, exact bool) {
	best := func(x *big.Rat) (rostrum.Rate, bool) {
		var at rostrum.Rate
		var off *big.Rat
		for _, r := range rostrum.TimelineRates() {
			d := new(big.Rat).Sub(x, big.NewRat(r.Num, r.Den))
			if d.Abs(d); off == nil || d.Cmp(off) < 0 {
				at, off = r, d
			}
		}
		return at, near(x, big.NewRat(at.Num, at.Den))
	}
	if r, ok := best(source); ok {
		return r, false, true
	}
	if r, ok := best(new(big.Rat).Quo(source, big.NewRat(2, 1))); ok {
		return r, true, true
	}
	for _, r := range []rostrum.Rate{rostrum.Rate25, rostrum.Rate30, rostrum.Rate24} {
		times := new(big.Rat).Quo(big.NewRat(r.Num, r.Den), source)
		if times.IsInt() {
			return r, false, false
		}
	}
	if source.Cmp(big.NewRat(25, 1)) < 0 {
		return rostrum.Rate25, false, false
	}
	return rostrum.Rate30, false, false
}

// near says whether a and b differ by at most 1 %.
func near(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	d.Abs(d).Mul(d, big.NewRat(100, 1))
	return d.Cmp(b) <= 0
}
