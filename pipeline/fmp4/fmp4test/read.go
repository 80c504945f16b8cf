// Package fmp4test reads what fmp4 has written, for tests: the times that a player would find.
package fmp4test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Sample is one picture or one packet of sound.
type Sample struct {
	Begin, End int64 // when it is presented, in ticks of the track's clock
	Key        bool
}

// Read gives the samples of an initialisation segment with the media segments behind it, in the
// order in which they are presented.
func Read(t testing.TB, joined []byte) []Sample {
	t.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(joined))
	if err != nil {
		t.Fatal(err)
	}
	var all []Sample
	for _, s := range f.Segments {
		for _, g := range s.Fragments {
			samples, err := g.GetFullSamples(f.Init.Moov.Mvex.Trex)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range samples {
				at := int64(x.DecodeTime) + int64(x.CompositionTimeOffset)
				all = append(all, Sample{at, at + int64(x.Dur), mp4.IsSyncSampleFlags(x.Flags)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Sample) int { return int(a.Begin - b.Begin) })
	return all
}
