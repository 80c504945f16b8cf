package pipeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

func TestChangeTexts(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	id := s.ready("A")
	text := func(s string) *string { return &s }
	long, day := strings.Repeat("x", 301), 25*time.Hour
	bad := rostrum.Language("klingonese-x")
	for _, c := range []struct {
		name   string
		change pipeline.TextsChange
		code   rostrum.Code
	}{
		{"no title", pipeline.TextsChange{Title: text("  ")}, rostrum.Invalid},
		{"a long title", pipeline.TextsChange{Title: &long}, rostrum.TooLarge},
		{"a long title in French", pipeline.TextsChange{Titles: rostrum.Texts{"fr": long}}, rostrum.TooLarge},
		{"no language", pipeline.TextsChange{Titles: rostrum.Texts{"klingonese-x": "x"}}, rostrum.Invalid},
		{"no language of the speaker", pipeline.TextsChange{Language: &bad}, rostrum.Invalid},
		{"a long topic", pipeline.TextsChange{Topics: &[]string{long}}, rostrum.TooLarge},
		{"a day and more", pipeline.TextsChange{Length: &day}, rostrum.Invalid},
	} {
		if _, err := s.ChangeTexts(ctx, id, c.change, "Edith"); rostrum.ErrorCode(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	before := s.intervention(id)
	x, err := s.ChangeTexts(ctx, id, pipeline.TextsChange{Title: text(" Trust  and\nsecurity "), Titles: rostrum.Texts{"FR": "Confiance", "ar": "الثقة"}, Topics: &[]string{"5G", "", "5G", "BSG"}}, "Edith")
	if err != nil {
		t.Fatal(err)
	}
	if x.Title != "Trust and security" || x.Titles["fr"] != "Confiance" || x.Titles["ar"] == "" || !slices.Equal(x.Topics, []string{"5G", "BSG"}) || x.Speaker != before.Speaker || x.Slug != before.Slug {
		t.Errorf("changed to %+v", x)
	}
	if x, err = s.ChangeTexts(ctx, id, pipeline.TextsChange{Titles: rostrum.Texts{"ar": ""}}, "Edith"); err != nil || len(x.Titles) != 1 {
		t.Errorf("titles are %v, %v", x.Titles, err)
	}
	if _, err = s.ChangeTexts(ctx, id, pipeline.TextsChange{Titles: rostrum.Texts{"fr": "Confiance"}}, "Edith"); err != nil {
		t.Fatal(err)
	}
	if got := s.actions(id); !slices.Equal(got, []string{"edit Edith", "edit Edith"}) { // what changes nothing is no edit
		t.Errorf("the log has %q", got)
	}
}
