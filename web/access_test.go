package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

func TestWhoMayWatchWhat(t *testing.T) {
	w := newWorld(t, "https://example.org")
	embargo := rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: noon.Add(time.Hour)}
	for _, c := range []struct {
		slug    string
		state   rostrum.InterventionState
		consent rostrum.Consent
		at      time.Time
		status  int
	}{
		{"public", rostrum.Published, public, noon, 200},
		{"ready", rostrum.Ready, public, noon, 404},
		{"no-consent", rostrum.Published, rostrum.Consent{}, noon, 404},
		{"partners", rostrum.Published, rostrum.Consent{Kind: rostrum.ConsentPartners}, noon, 404},
		{"embargo", rostrum.Published, embargo, noon.Add(time.Hour - time.Millisecond), 404},
		{"embargo-over", rostrum.Published, embargo, noon.Add(time.Hour), 200},
		{"withdrawn", rostrum.WithdrawnState, public, noon, 410},
		{"partners-withdrawn", rostrum.WithdrawnState, rostrum.Consent{Kind: rostrum.ConsentPartners}, noon, 404},
	} {
		i := w.add(c.slug, c.state, c.consent)
		w.now = c.at
		for _, address := range []string{i.Page(), "/embed/" + string(i.ID), "/media/" + string(i.ID) + "/master.m3u8", "/media/" + string(i.ID) + "/" + segmentName,
			"/oembed?url=https://example.org" + i.Page()} {
			status(t, c.slug+" "+address, w.get(address), c.status)
		}
		if got := strings.Contains(w.get("/m/cxo-2026").Body.String(), ">On "+c.slug+"<"); got != (c.status == 200) {
			t.Errorf("%s stands on the meeting's page: %v", c.slug, got)
		}
	}
}

func TestNobodyCanTellWhatExists(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("hidden", rostrum.Ready, public)
	for _, pair := range [][2]string{
		{i.Page(), "/m/cxo-2026/no-such"}, {"/embed/" + string(i.ID), "/embed/nosuch"}, {"/media/" + string(i.ID) + "/master.m3u8", "/media/nosuch/master.m3u8"},
	} {
		hidden, none := w.get(pair[0]), w.get(pair[1])
		if words(hidden.Body.String()) != words(none.Body.String()) || hidden.Code != 404 || none.Code != 404 {
			t.Errorf("%s and %s differ", pair[0], pair[1])
		}
	}
}

// words is a page without what differs by address and by request.
func words(s string) string {
	_, main, found := strings.Cut(s, "<main")
	if !found {
		return s
	}
	main, _, _ = strings.Cut(main, "</main>")
	return main
}

func TestWithdrawalReachesAtOnce(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("gone", rostrum.Published, public)
	addresses := []string{i.Page(), "/embed/" + string(i.ID), "/media/" + string(i.ID) + "/" + segmentName, "/media/" + string(i.ID) + "/master.m3u8"}
	var tags []string
	for _, a := range addresses {
		answer := w.get(a)
		status(t, a, answer, 200)
		tags = append(tags, answer.Header().Get("ETag"))
	}
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.State, i.Withdrawn = rostrum.WithdrawnState, noon
		return tx.PutIntervention(ctx, i)
	})
	for n, a := range addresses {
		answer := w.get(a, "If-None-Match", tags[n])
		status(t, a, answer, 410)
		header(t, a, answer, "Cache-Control", "no-store")
		if strings.Contains(answer.Body.String(), "On gone") {
			t.Errorf("%s tells more than that it was withdrawn", a)
		}
	}
}

func TestSpeakersDoNotLeakIntoEachOther(t *testing.T) {
	w := newWorld(t, "")
	a, b := w.add("a", rostrum.Published, public), w.add("b", rostrum.Published, public)
	own := "only-b-0a1b2c3d4e5f6a7b8.m4s"
	status(t, "own", w.get("/media/"+string(b.ID)+"/"+own), 200)
	for _, address := range []string{
		"/media/" + string(a.ID) + "/" + own,
		"/media/" + string(a.ID) + "/..%2F" + string(b.ID) + "%2F" + own,
		"/media/" + string(a.ID) + "/../" + string(b.ID) + "/x",
		"/media/" + string(a.ID) + "/i%2F" + string(b.ID) + "%2F" + own,
		"/media/" + string(a.ID) + "/",
	} {
		status(t, address, w.get(address), 404)
	}
}

func TestOnlyThePublishedRevisionIsServed(t *testing.T) {
	w := newWorld(t, "")
	i := w.add("recut", rostrum.Published, public)
	next := w.manifest(i)
	next.Revision = 2
	f := next.Files[segmentName]
	next.Files = map[string]rostrum.File{"v720-newnewnewnewnew00.m4s": f, rostrum.MasterName: next.Files[rostrum.MasterName]}
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		if err := tx.AddRevision(ctx, i.ID, 2, rostrum.Span{In: 0, Out: 9}, noon); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, i.ID, 2)
		if err != nil {
			return err
		}
		i.Revision = 2
		if err := tx.PutIntervention(ctx, i); err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, next, 0)
	})
	at := "/media/" + string(i.ID) + "/"
	status(t, "old before", w.get(at+segmentName), 200)
	status(t, "new before", w.get(at+"v720-newnewnewnewnew00.m4s"), 404)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.PublishedRevision = 2
		return tx.PutIntervention(ctx, i)
	})
	status(t, "old after", w.get(at+segmentName), 404)
	status(t, "new after", w.get(at+"v720-newnewnewnewnew00.m4s"), 200)
}
