package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestIngestBesideServe(t *testing.T) {
	f, data := filmOf(t, largeFilm), t.TempDir()
	s := serve(t, data)
	s.wantStatus(200, "/", "/healthz", "/readyz")
	o := done(t, data, f.ingest("--captions", "en="+f.en, "--captions", "ar="+f.ar, "--channels", "floor,fr", "--consent", "public", "--publish", "--wait", "--json")...)
	p := document(t, o.out)
	checkReport(t, f, p)
	if t.Failed() {
		t.Fatalf("the report is\n%s\nand was told\n%s", o.out, o.err)
	}
	for _, x := range p.Interventions {
		s.wantStatus(200, x.Page, "/embed/"+x.ID, x.Outputs.Master, x.Outputs.Audio, x.Outputs.Poster, x.Outputs.Captions["en"], x.Outputs.Captions["ar"])
		if n := packets(t, "v", s.url+x.Outputs.MP4); n != x.Out-x.In {
			t.Errorf("%s: the MP4 has %d pictures, want %d", x.Title, n, x.Out-x.In)
		}
	}
	t.Run("the same again", func(t *testing.T) {
		again := document(t, done(t, data, f.ingest("--wait", "--json")...).out)
		if again.Recording.ID != p.Recording.ID || len(again.Interventions) != len(p.Interventions) {
			t.Errorf("it became %s with %d interventions", again.Recording.ID, len(again.Interventions))
		}
	})
	t.Run("browser", func(t *testing.T) { watchInBrowser(t, s, p.Interventions[0]) })
	t.Run("cut, withdraw, publish", func(t *testing.T) { takeAndGive(t, s, data, p.Interventions[1]) })
}

func checkReport(t *testing.T, f film, p printed) {
	t.Helper()
	r := p.Recording
	if r.ID == "" || r.Name != "recording.mov" || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(r.SHA256) || r.Rate != "25/1" ||
		r.Frames != filmSeconds*25 || r.State != "encoded" || r.Progress != 1 || r.Failure != "" || r.Notices == nil || p.Error != nil {
		t.Errorf("the recording is %+v, the error %v", r, p.Error)
	}
	if len(p.Interventions) != len(f.spans) {
		t.Fatalf("%d interventions, want %d", len(p.Interventions), len(f.spans))
	}
	for i, x := range p.Interventions {
		in, out := f.spans[i][0], f.spans[i][1]
		first, end := (in+99)/100*100, out/100*100
		edges := out - in
		if end > first {
			edges = first - in + out - end
		}
		if x.In != in || x.Out != out || x.Encoded != edges || x.State != "published" || x.Revision != 1 || x.Failure != "" || x.Notices == nil ||
			x.Title == "" || x.Speaker == "" || !strings.HasPrefix(x.Page, "/m/water-2026/") {
			t.Errorf("intervention %d is %+v, want frames %d to %d with %d encoded", i+1, x, in, out, edges)
		}
		if o := x.Outputs; o == nil || o.Master == "" || o.MP4 == "" || o.Audio == "" || o.Poster == "" || len(o.Captions) != 2 {
			t.Errorf("the outputs of intervention %d are %+v", i+1, o)
		}
	}
	if got := p.Interventions[0].Timecode; got != [2]string{"00:00:01:07", "00:00:10:11"} {
		t.Errorf("the timecode of the first is %q", got)
	}
}

// takeAndGive withdraws and publishes one intervention and gives it another cut; its addresses stay.
func takeAndGive(t *testing.T, s *service, data string, x printedIntervention) {
	addresses := []string{x.Page, "/embed/" + x.ID, x.Outputs.Master, x.Outputs.MP4, x.Outputs.Captions["en"]}
	done(t, data, "withdraw", x.ID, "--why", "the speaker asked for it")
	s.wantStatus(410, addresses...)
	done(t, data, "publish", x.ID)
	s.wantStatus(200, addresses...)

	p := document(t, done(t, data, "cut", x.ID, "00:00:11:10", "00:00:18:02", "--wait", "--json").out)
	for _, y := range p.Interventions {
		if y.ID != x.ID {
			continue
		}
		if y.In != 285 || y.Out != 452 || y.Revision != 2 || y.State != "published" || y.Page != x.Page || y.Outputs.MP4 != x.Outputs.MP4 {
			t.Errorf("after the cut it is %+v", y)
		}
		if n := packets(t, "v", s.url+y.Outputs.MP4); n != 452-285 {
			t.Errorf("after the cut, the MP4 has %d pictures, want %d", n, 452-285)
		}
	}
	s.wantStatus(200, addresses...)
}
