package rostrum_test

import (
	"testing"
	"time"

	"rostrum"
)

func TestMayHear(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	later := rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: now.Add(time.Hour)}
	back := rostrum.Consent{Kind: rostrum.ConsentRefused, TakenBack: true}
	const (
		yes  = rostrum.Code("")
		none = rostrum.NotFound
		gone = rostrum.Withdrawn
	)
	for _, c := range []struct {
		name                                   string
		booths                                 map[string]rostrum.Consent
		channel                                string
		asPublic, asPartner, asStaff, asReview rostrum.Code
	}{
		{"the floor", map[string]rostrum.Consent{}, rostrum.Floor, yes, yes, yes, yes},
		{"from before booths were asked", nil, "fr", yes, yes, yes, yes},
		{"nothing recorded", map[string]rostrum.Consent{}, "fr", none, none, yes, none},
		{"another booth", map[string]rostrum.Consent{"ar": {Kind: rostrum.ConsentPublic}}, "fr", none, none, yes, none},
		{"public", map[string]rostrum.Consent{"fr": {Kind: rostrum.ConsentPublic}}, "fr", yes, yes, yes, yes},
		{"partners", map[string]rostrum.Consent{"fr": {Kind: rostrum.ConsentPartners}}, "fr", none, yes, yes, yes},
		{"embargo", map[string]rostrum.Consent{"fr": later}, "fr", none, none, yes, yes},
		{"embargo over", map[string]rostrum.Consent{"fr": {Kind: rostrum.ConsentEmbargo, Until: now}}, "fr", yes, yes, yes, yes},
		{"pending", map[string]rostrum.Consent{"fr": {Kind: rostrum.ConsentPending}}, "fr", none, none, yes, none},
		{"refused", map[string]rostrum.Consent{"fr": {Kind: rostrum.ConsentRefused}}, "fr", none, none, yes, none},
		{"taken back", map[string]rostrum.Consent{"fr": back}, "fr", gone, gone, yes, gone},
	} {
		i := &rostrum.Intervention{Booths: c.booths}
		for _, v := range []struct {
			as     string
			viewer rostrum.Viewer
			want   rostrum.Code
		}{
			{"the public", rostrum.Viewer{}, c.asPublic}, {"a partner", rostrum.Viewer{Partner: "atu"}, c.asPartner},
			{"staff", rostrum.Viewer{Staff: true}, c.asStaff}, {"the speaker", rostrum.Viewer{Reviewer: true}, c.asReview},
		} {
			if got := rostrum.ErrorCode(rostrum.MayHear(v.viewer, i, c.channel, now)); got != v.want {
				t.Errorf("%s, as %s: %q, want %q", c.name, v.as, got, v.want)
			}
		}
	}
}

// What everybody has seen is said to be withdrawn when its consent is taken back, and only that.
func TestConsentTakenBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	public, partners, refused := rostrum.Consent{Kind: rostrum.ConsentPublic}, rostrum.Consent{Kind: rostrum.ConsentPartners}, rostrum.Consent{Kind: rostrum.ConsentRefused}
	for _, c := range []struct {
		name   string
		shown  bool
		chain  []rostrum.Consent
		want   bool
		public rostrum.Code // what the public is answered
	}{
		{"refused after public", true, []rostrum.Consent{public, refused}, true, rostrum.Withdrawn},
		{"refused before it was shown", false, []rostrum.Consent{public, refused}, false, rostrum.NotFound},
		{"only ever for partners", true, []rostrum.Consent{partners, refused}, false, rostrum.NotFound},
		{"for partners after public", true, []rostrum.Consent{public, partners}, true, rostrum.Withdrawn},
		{"twice", true, []rostrum.Consent{public, partners, refused}, true, rostrum.Withdrawn},
		{"given again", true, []rostrum.Consent{public, refused, public}, false, ""},
	} {
		var last rostrum.Consent
		for _, next := range c.chain {
			last = next.After(last, c.shown, now)
		}
		if last.TakenBack != c.want {
			t.Errorf("%s: taken back is %t", c.name, last.TakenBack)
		}
		i := &rostrum.Intervention{State: rostrum.Published, PublishedRevision: 1, Consent: last}
		if got := rostrum.ErrorCode(rostrum.MayWatch(rostrum.Viewer{}, i, now)); got != c.public {
			t.Errorf("%s: the public is answered %q, want %q", c.name, got, c.public)
		}
	}
}

// An intervention from before booths were asked keeps its other booths when one is recorded.
func TestBoothsFor(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	old := &rostrum.Intervention{State: rostrum.Published, PublishedRevision: 1, Consent: rostrum.Consent{Kind: rostrum.ConsentPublic}}
	old.Booths = old.BoothsFor("fr", rostrum.Consent{Kind: rostrum.ConsentRefused}, []string{rostrum.Floor, "fr", "ar"}, now)
	if got := rostrum.ErrorCode(rostrum.MayHear(rostrum.Viewer{}, old, "fr", now)); got != rostrum.Withdrawn {
		t.Errorf("the French booth answers %q", got)
	}
	if err := rostrum.MayHear(rostrum.Viewer{}, old, "ar", now); err != nil {
		t.Errorf("the Arabic booth answers %v", err)
	}
	if len(old.Booths) != 2 {
		t.Errorf("booths are %v", old.Booths)
	}
	strict := &rostrum.Intervention{State: rostrum.Ready, Booths: map[string]rostrum.Consent{}}
	strict.Booths = strict.BoothsFor("fr", rostrum.Consent{Kind: rostrum.ConsentRefused}, []string{rostrum.Floor, "fr", "ar"}, now)
	for _, channel := range []string{"fr", "ar"} {
		if got := rostrum.ErrorCode(rostrum.MayHear(rostrum.Viewer{}, strict, channel, now)); got != rostrum.NotFound {
			t.Errorf("before publication, %s answers %q", channel, got)
		}
	}
}

func TestChathamHouseRule(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	i := &rostrum.Intervention{State: rostrum.Published, PublishedRevision: 1, Consent: rostrum.Consent{Kind: rostrum.ConsentPublic}, Unattributable: true}
	if err := i.MayPublish(now); rostrum.ErrorCode(err) != rostrum.Refused {
		t.Errorf("it may be published: %v", err)
	}
	if got := rostrum.ErrorCode(rostrum.MayWatch(rostrum.Viewer{}, i, now)); got != rostrum.NotFound {
		t.Errorf("the public is answered %q", got)
	}
	i.Unattributable = false
	if err := i.MayPublish(now); err != nil {
		t.Errorf("without the mark: %v", err)
	}
}
