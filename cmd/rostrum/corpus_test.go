package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A session of seven interventions with seven sound tracks, its CMX3600 list, and the same as a French
// logging sheet, which says who agreed to what.
func TestSession(t *testing.T) {
	folder := filepath.Join(need(t, "ROSTRUM_TEST_CORPUS", "folder of real footage"), "footage", "derived-session-A")
	data, err := os.ReadFile(filepath.Join(folder, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		File          string
		FPS           float64
		Interventions []struct {
			In  float64 `json:"in_s"`
			Out float64 `json:"out_s"`
		}
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	ingest := func(t *testing.T, data, sheet, channels string, more ...string) printed {
		t.Helper()
		p := document(t, done(t, data, append([]string{"ingest", filepath.Join(folder, truth.File), "--meeting", "session-a", "--create",
			"--sheet", filepath.Join(folder, sheet), "--channels", channels, "--json"}, more...)...).out)
		if len(p.Interventions) != len(truth.Interventions) {
			t.Fatalf("%d interventions, want %d", len(p.Interventions), len(truth.Interventions))
		}
		for i, x := range p.Interventions {
			in, out := int(math.Round(truth.Interventions[i].In*truth.FPS)), int(math.Round(truth.Interventions[i].Out*truth.FPS))
			if x.In != in || x.Out != out || x.Failure != "" {
				t.Errorf("intervention %d is frames %d to %d, want %d to %d; failure %q", i+1, x.In, x.Out, in, out, x.Failure)
			}
		}
		return p
	}
	t.Run("CMX3600", func(t *testing.T) {
		ingest(t, t.TempDir(), "cuts.edl", "floor,en,fr,es,ar,zh,ru", "--consent", "public", "--publish")
	})
	t.Run("feuille de minutage", func(t *testing.T) {
		data := t.TempDir()
		p := ingest(t, data, "feuille-de-minutage.csv", "floor,-,fr,-,-,-,-", "--wait") // all seven would take minutes
		s := serve(t, data)
		for i, x := range p.Interventions {
			addresses := []string{x.Page, "/embed/" + x.ID, x.Outputs.Master, x.Outputs.MP4}
			s.wantStatus(404, addresses...)
			o := execute(t, data, "publish", x.ID)
			switch i + 1 {
			case 4: // partners only: published, and not for everybody
				if o.code != 0 {
					t.Errorf("publishing to partners ended with %d: %s", o.code, o.err)
				}
				s.wantStatus(404, addresses...)
			case 7: // one of the two said no
				refused(t, o, exitRefused, "", "refused")
				s.wantStatus(404, addresses...)
			default:
				if o.code != 0 {
					t.Errorf("publishing ended with %d: %s", o.code, o.err)
				}
				s.wantStatus(200, addresses...)
				if n := packets(t, "v", s.url+x.Outputs.MP4); n != x.Out-x.In {
					t.Errorf("%s: the MP4 has %d pictures, want %d", x.Title, n, x.Out-x.In)
				}
			}
		}
	})
}
