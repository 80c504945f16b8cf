package pipeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSweepTakesOnlyWhatNobodyClaims(t *testing.T) {
	t.Parallel()
	w := open(t)
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", film{rate: "25", pictures: 50, name: "a.mp4"}.make(t), ""))
	if err != nil {
		t.Fatal(err)
	}
	claimed := w.kept()
	if _, err := w.Store.Put(t.Context(), "originals/abandoned", strings.NewReader("half an intake"), -1); err != nil {
		t.Fatal(err)
	}
	if err := w.Sweep(t.Context()); err != nil || len(w.kept()) != len(claimed)+1 {
		t.Errorf("a fresh original was swept: %q, %v", w.kept(), err)
	}
	w.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := w.kept(); !slices.Equal(now, claimed) {
		t.Errorf("kept %q, want %q with the original of %s", now, claimed, receipt.Recording.ID)
	}
}
