package rostrum_test

import (
	"testing"
	"time"

	"rostrum"
)

// TestWhoMayWatch is a play: an intervention in some state, then one viewer after the other knocks.
func TestWhoMayWatch(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	public := rostrum.Consent{Kind: rostrum.ConsentPublic}
	partners := rostrum.Consent{Kind: rostrum.ConsentPartners}
	until := func(d time.Duration) rostrum.Consent {
		return rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: now.Add(d)}
	}
	const (
		yes  = rostrum.Code("")
		none = rostrum.NotFound
		gone = rostrum.Withdrawn
	)
	for _, c := range []struct {
		name      string
		state     rostrum.InterventionState
		published int
		consent   rostrum.Consent
		// What each viewer gets.
		asPublic, asPartner, asStaff rostrum.Code
	}{
		{"planned", rostrum.Planned, 0, public, none, none, none},
		{"ready, not published", rostrum.Ready, 0, public, none, none, none},
		{"failed before it was ever published", rostrum.InterventionFailed, 0, public, none, none, none},
		{"published to all", rostrum.Published, 1, public, yes, yes, yes},
		{"published to all, being cut anew", rostrum.Published, 3, public, yes, yes, yes},
		{"published to partners", rostrum.Published, 1, partners, none, yes, yes},
		{"embargo over", rostrum.Published, 1, until(-time.Second), yes, yes, yes},
		{"embargo ends now", rostrum.Published, 1, until(0), yes, yes, yes},
		{"embargo set again after publishing", rostrum.Published, 1, until(time.Hour), none, none, yes},
		{"embargo without an end", rostrum.Published, 1, rostrum.Consent{Kind: rostrum.ConsentEmbargo}, none, none, yes},
		{"consent taken back", rostrum.Published, 1, rostrum.Consent{Kind: rostrum.ConsentRefused}, none, none, yes},
		{"consent pending again", rostrum.Published, 1, rostrum.Consent{Kind: rostrum.ConsentPending}, none, none, yes},
		{"withdrawn from all", rostrum.WithdrawnState, 1, public, gone, gone, yes},
		{"withdrawn from partners", rostrum.WithdrawnState, 1, partners, none, gone, yes},
		{"withdrawn, never published", rostrum.WithdrawnState, 0, public, none, none, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := &rostrum.Intervention{State: c.state, Revision: 3, PublishedRevision: c.published, Consent: c.consent}
			for _, v := range []struct {
				as     string
				viewer rostrum.Viewer
				expect rostrum.Code
			}{
				{"the public", rostrum.Viewer{}, c.asPublic},
				{"a partner", rostrum.Viewer{Partner: "atu"}, c.asPartner},
				{"staff", rostrum.Viewer{Staff: true}, c.asStaff},
			} {
				if got := rostrum.ErrorCode(rostrum.MayWatch(v.viewer, i, now)); got != v.expect {
					t.Errorf("as %s: %q, expected %q", v.as, got, v.expect)
				}
			}
		})
	}
}

func TestMayPublish(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		consent rostrum.Consent
		want    string // the sentence, "" when it may
	}{
		{"none", rostrum.Consent{}, "No consent of the speaker is recorded; record it first, for example with --consent public."},
		{"public", rostrum.Consent{Kind: rostrum.ConsentPublic}, ""},
		{"partners", rostrum.Consent{Kind: rostrum.ConsentPartners}, ""},
		{"pending", rostrum.Consent{Kind: rostrum.ConsentPending}, "The speaker's consent is still pending; record it before publishing."},
		{"refused", rostrum.Consent{Kind: rostrum.ConsentRefused}, "The speaker refused publication; it can't be published."},
		{"embargo", rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: now.Add(time.Hour)}, "It is under embargo until 3 May 2026, 13:00 UTC; publish it after that."},
		{"embargo over", rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: now}, ""},
		{"embargo without an end", rostrum.Consent{Kind: rostrum.ConsentEmbargo}, "It is under embargo without an end date; record the date first."},
	} {
		err := c.consent.MayPublish(now)
		if rostrum.ErrorMessage(err) != c.want || err != nil && rostrum.ErrorCode(err) != rostrum.Refused {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
