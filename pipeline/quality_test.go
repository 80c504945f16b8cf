package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"rostrum"
)

// A floor on which nothing is said keeps its intervention back, until somebody gives a reason; the reason counts for the next revision too.
func TestRedFindingsNeedAReason(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 250, name: "a.mp4", sound: tone(440, 6, 10)}.make(t)
	in := incoming("a.mp4", data, "in;out;title\n0;4;Dead microphone\n6;10;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	good := w.published(receipt.Interventions[1].ID)
	if g := good.Quality.Grade(); g == rostrum.Red {
		t.Errorf("a good one is %s: %+v", g, good.Quality.Findings)
	}
	id := receipt.Interventions[0].ID
	x := w.intervention(id)
	if x.State != rostrum.Ready || !strings.Contains(strings.Join(x.Notices, " "), "held back by its quality") {
		t.Fatalf("it is %s, %q", x.State, x.Notices)
	}
	reds := w.revision(id, 1).Manifest.Quality.Reds()
	if len(reds) != 1 || reds[0].Check != "silence" || reds[0].Channel != rostrum.Floor {
		t.Errorf("red are %+v", reds)
	}
	for _, reason := range []string{"", "  "} {
		if err := w.Publish(t.Context(), id, "test", reason); rostrum.ErrorCode(err) != rostrum.Refused {
			t.Errorf("published for the reason %q: %v", reason, err)
		}
	}
	if err := w.Publish(t.Context(), id, "test", "The speaker signs."); err != nil {
		t.Fatal(err)
	}
	w.published(id)
	log, err := w.Catalogue.AuditOf(t.Context(), string(id))
	if err != nil || len(log) == 0 || !strings.Contains(log[len(log)-1].Detail, "The speaker signs.") {
		t.Errorf("audit log %+v, %v", log, err)
	}
	if _, err := w.Recut(t.Context(), id, rostrum.Span{In: 5, Out: 95}, "test"); err != nil {
		t.Fatal(err)
	}
	w.finished(receipt.Recording.ID)
	if m := w.published(id); m.Revision != 2 {
		t.Errorf("the next revision was held back again: revision %d is published", m.Revision)
	}
}

// The sizes in AV1 come when all else is done, in the same master playlist, and cost nothing but themselves.
func TestAV1ComesLater(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.AV1 = true
	data := film{rate: "25", pictures: 220, name: "a.mp4", sound: tone(440, 0, 9)}.make(t)
	in := incoming("a.mp4", data, "in;out;title\n1.2;8.4;A\n")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	id := receipt.Interventions[0].ID
	// They come with the first revision where they are done before it is, else with one of their own.
	w.until("the sizes in AV1", func() bool {
		x := w.intervention(id)
		return x.PublishedRevision > 0 && slices.ContainsFunc(w.published(id).Pictures, func(p rostrum.Picture) bool { return p.Codec == rostrum.AV1 })
	})
	m := w.published(id)
	var names []string
	for _, p := range m.Pictures {
		names = append(names, p.Name)
		if got := numbers(t, w.play(m, p.Playlist)); p.Step() == 1 && (len(got) != 180 || got[0] != 30 || got[179] != 209) {
			t.Errorf("%s shows %d pictures, %v", p.Name, len(got), got)
		}
	}
	if got := strings.Join(names, " "); got != "360 240 360-av1 240-av1" {
		t.Errorf("sizes %s", got)
	}
	if master := string(w.file(m, rostrum.MasterName)); strings.Count(master, "av01.") != 2 || strings.Count(master, "avc1.") != 2 {
		t.Errorf("master playlist:\n%s", master)
	}
	if n, edges := w.revision(id, m.Revision).EncodedFrames, int64(180-100); n != edges*int64(3-m.Revision) {
		t.Errorf("%d frames were encoded in revision %d", n, m.Revision)
	}
	for _, s := range m.Sounds {
		for _, g := range s.Segments {
			if key := m.Files[g.Name].Key; !strings.HasPrefix(key, "interventions/"+string(id)+"/1/") {
				t.Errorf("%s sound was made again: %s", s.Quality, key)
			}
		}
	}
}
