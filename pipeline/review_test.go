package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

func TestReviewLinks(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	id := s.ready("Grace Mfano")
	for what, lasts := range map[string]time.Duration{"too short": time.Minute, "too long": 91 * 24 * time.Hour, "negative": -time.Hour} {
		_, _, err := s.NewReviewLink(ctx, id, "", lasts, "Sami")
		refused(t, what, err, rostrum.Invalid, "90 days")
	}
	l, secret, err := s.NewReviewLink(ctx, id, "", 0, "Sami")
	if err != nil || len(secret) < 24 || l.For != "Grace Mfano" || !l.Expires.Equal(s.now.Add(14*24*time.Hour)) {
		t.Fatalf("link %+v, secret of %d, %v", l, len(secret), err)
	}
	v, err := s.Review(ctx, strings.ToUpper(secret)) // as a mail program may write it
	if err != nil || v.Manifest == nil || v.Intervention.ID != id {
		t.Fatalf("opens %+v, %v", v, err)
	}
	for _, wrong := range []string{"", l.ID, secret[1:], secret + "a"} {
		_, err := s.Review(ctx, wrong)
		refused(t, "secret "+wrong, err, rostrum.NotFound, "no such")
	}
	s.now = l.Expires.Add(-time.Millisecond)
	if _, err := s.Review(ctx, secret); err != nil {
		t.Errorf("before its end: %v", err)
	}
	s.now = l.Expires
	_, err = s.Review(ctx, secret)
	refused(t, "at its end", err, rostrum.Withdrawn, "Sami")
	l, secret, err = s.NewReviewLink(ctx, id, "Bo", time.Hour, "Sami")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeReviewLink(ctx, l.ID, "Sami"); err != nil {
		t.Fatal(err)
	}
	_, err = s.Review(ctx, secret)
	refused(t, "revoked", err, rostrum.Withdrawn, "no longer")
}

func TestWhatReviewersSay(t *testing.T) {
	t.Parallel()
	s, ctx := stock(t, rostrum.Series{Slug: "cxo"}), t.Context()
	id := s.ready("Grace")
	_, secret, err := s.NewReviewLink(ctx, id, "", 0, "Sami")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Review(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) *time.Duration { return &d }
	for _, c := range []struct {
		name string
		said pipeline.Said
		code rostrum.Code
		says string
	}{
		{"empty", pipeline.Said{Kind: rostrum.Remark, Text: " \n"}, rostrum.Invalid, "empty"},
		{"no kind", pipeline.Said{Text: "x"}, rostrum.Invalid, "whether"},
		{"after the end", pipeline.Said{Kind: rostrum.Remark, Text: "x", At: 41 * time.Second}, rostrum.Invalid, "0:40"},
		{"before the beginning", pipeline.Said{Kind: rostrum.Remark, Text: "x", At: -time.Second}, rostrum.Invalid, "0:40"},
		{"a book", pipeline.Said{Kind: rostrum.Remark, Text: strings.Repeat("x", 4001)}, rostrum.TooLarge, "4000"},
		{"another cut without words", pipeline.Said{Kind: rostrum.AnotherCut}, rostrum.Invalid, "which other cut"},
		{"a beginning far before", pipeline.Said{Kind: rostrum.AnotherCut, Begin: at(-31 * time.Second)}, rostrum.Invalid, "30 seconds"},
		{"an end far after", pipeline.Said{Kind: rostrum.AnotherCut, End: at(71 * time.Second)}, rostrum.Invalid, "30 seconds"},
		{"swapped", pipeline.Said{Kind: rostrum.AnotherCut, Begin: at(25 * time.Second), End: at(20 * time.Second)}, rostrum.Invalid, "after the new end"},
	} {
		refused(t, c.name, s.Comment(ctx, v, c.said), c.code, c.says)
	}
	for _, said := range []pipeline.Said{
		{Kind: rostrum.Remark, Text: "The name is wrong.", At: 4 * time.Second},
		{Kind: rostrum.AnotherCut, Begin: at(-2 * time.Second), End: at(38 * time.Second), Who: "Her assistant"},
		{Kind: rostrum.Approval},
	} {
		if err := s.Comment(ctx, v, said); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(time.Second)
	}
	all, err := s.Catalogue.Comments(ctx, id)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	if c := all[0]; c.Frame != 1100 || c.Who != "Grace" || c.Revision != 1 || c.Wish != (rostrum.Span{}) {
		t.Errorf("the remark is %+v", c)
	}
	if c := all[1]; c.Wish != (rostrum.Span{In: 950, Out: 1950}) || c.Who != "Her assistant" {
		t.Errorf("the wish is %+v", c)
	}
	if x := s.intervention(id); x.Consent.Kind != rostrum.ConsentNone || x.Approved != 0 {
		t.Errorf("an approval through a link recorded %+v, approved %d", x.Consent, x.Approved)
	}
	for _, resolved := range []bool{true, true, false} {
		c, err := s.ResolveComment(ctx, all[0].ID, resolved, "Aline")
		if err != nil || c.Resolved.IsZero() == resolved {
			t.Errorf("resolved %t gives %+v, %v", resolved, c, err)
		}
	}
	for range 30 {
		err = s.Comment(ctx, v, pipeline.Said{Kind: rostrum.Remark, Text: "again"})
	}
	refused(t, "a flood", err, rostrum.Refused, "wait an hour")
	s.now = s.now.Add(time.Hour)
	if err := s.Comment(ctx, v, pipeline.Said{Kind: rostrum.Remark, Text: "later"}); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
