package cutlist_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

func corpus(t *testing.T, parts ...string) string {
	t.Helper()
	folder := os.Getenv("ROSTRUM_TEST_CORPUS")
	if folder == "" {
		t.Skip("ROSTRUM_TEST_CORPUS does not name a folder of real files.")
	}
	return filepath.Join(append([]string{folder}, parts...)...)
}

// The same session, marked in four ways.
func TestCorpusSession(t *testing.T) {
	folder := corpus(t, "footage", "derived-session-A")
	want := []span{{125, 579}, {654, 987}, {1062, 2056}, {2131, 2398}, {2473, 2757}, {2832, 4201}, {4251, 4989}}
	for _, name := range []string{"feuille-de-minutage.csv", "cuts.edl", "resolve-markers.edl", "premiere-markers.csv"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			l, err := Read(name, data, morning)
			if err != nil || l.Err() != nil {
				t.Fatal(err, l.Err())
			}
			t.Logf("%s\n%q\n%+v", l.Format, l.Understood, l.Problems)
			got := spans(l)
			if len(got) != len(want) {
				t.Fatalf("got %v", got)
			}
			for i, r := range l.Rows {
				if got[i] != want[i] {
					t.Errorf("row %d: got %v, want %v", i, got[i], want[i])
				}
				if i == 2 && r.Title != "Solana Ejemplo" {
					t.Errorf("row %d: title %q", i, r.Title)
				}
			}
			if r := l.Rows[2]; l.Format == EDL && (r.Speaker != "Solana Ejemplo" || r.Language != "es" || r.Number != 3) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestCorpusSheetCells(t *testing.T) {
	data, err := os.ReadFile(corpus(t, "footage", "derived-session-A", "feuille-de-minutage.csv"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := Read("feuille-de-minutage.csv", data, morning)
	if err != nil || l.Err() != nil || len(l.Rows) != 7 {
		t.Fatal(err, l.Err())
	}
	r := l.Rows[2]
	if r.Number != 4 || r.Speaker != "Solana Ejemplo" || r.Function != "Fundadora (PYME)" || r.Organisation != "Pyme Inventada" ||
		r.Language != "es" || r.AgendaItem != "2" || r.Consent != ConsentPublic || r.Remarks != "micro ouvert en retard; garder 10 images avant" {
		t.Errorf("got %+v", r)
	}
	if l.Rows[3].Consent != ConsentPartners || l.Rows[6].Consent != ConsentRefused {
		t.Errorf("consent %q and %q", l.Rows[3].Consent, l.Rows[6].Consent)
	}
	if len(l.Problems) != 1 || l.Problems[0].Row != 8 {
		t.Errorf("problems %+v", l.Problems)
	}
}

// EDLs of other people's films: no recording of ours fits them, but each is an EDL, and what cannot
// be placed is said.
func TestCorpusEDLs(t *testing.T) {
	files, err := filepath.Glob(corpus(t, "cutlists", "edl", "*", "*.edl"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range []Media{
				{Rate: rostrum.Rate25, Frames: 25 * 3600},
				{Rate: rostrum.Rate24, Frames: 24 * 30, Start: rostrum.Timecode{Hours: 1}, HasStart: true},
				{Rate: rostrum.Rate2997, Frames: 30 * 7200},
			} {
				l, err := Read(file, data, m)
				if err != nil || len(l.Rows) == 0 || l.Format != EDL {
					t.Fatalf("%v, %+v", err, l)
				}
				t.Logf("%s: %d rows, %v, %q", m.Rate, len(l.Rows), l.Err(), l.Understood)
			}
		})
	}
}

// Projects and logs of other people's films: what is read of them, and what is said.
func TestCorpusProjects(t *testing.T) {
	m := Media{Rate: rostrum.Rate24, Frames: 24 * 7200, Start: rostrum.Timecode{Hours: 1}, HasStart: true}
	for name, want := range map[string]struct {
		format string
		rows   []Row // in and out, title
	}{
		"otio/simple_cut.otio":       {OTIO, []Row{{Out: 4, Title: "Clip-003"}, {Out: 6, Title: "Clip-004"}, {In: 2, Out: 8, Title: "Clip-002"}, {In: 3, Out: 6, Title: "Clip-001"}}},
		"otio/transition.otio":       {OTIO, []Row{{Out: 6, Title: "Clip-004"}, {In: 2, Out: 8, Title: "Clip-002"}, {In: 2, Out: 6, Title: "Clip-003"}, {In: 3, Out: 6, Title: "Clip-001"}}},
		"fcpxml/fcpx_clips.fcpxml":   {FCPXML, []Row{{Out: 1635, Title: "IMG_0857"}, {Out: 507, Title: "IMG_0858"}}},
		"fcpxml/fcpx_project.fcpxml": {FCPXML, []Row{{Out: 240, Title: "IMG_0715"}, {Out: 240, Title: "IMG_0513"}, {Out: 228, Title: "IMG_0268"}, {Out: 240, Title: "IMG_0857"}, {Out: 240, Title: "IMG_0233"}, {In: 12, Out: 240, Title: "IMG_0740"}, {In: 186, Out: 426, Title: "IMG_0268"}, {In: 301, Out: 541, Title: "IMG_0687"}}},
		"ale/sample.ale":             {ALE, []Row{{Out: 99, Title: "test_017056"}, {Out: 100, Title: "test_017057"}, {Out: 101, Title: "test_017058"}, {Out: 102, Title: "Something"}}},
		"ale/sampleUHD.ale":          {ALE, nil}, // of another day
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(corpus(t, "cutlists", filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			l, err := Read(name, data, m)
			if err != nil {
				t.Fatal(err)
			}
			if l.Format != want.format || (l.Err() != nil) != (want.rows == nil) {
				t.Fatalf("%s: %v", l.Format, l.Err())
			}
			if want.rows == nil {
				return
			}
			if len(l.Rows) != len(want.rows) {
				t.Fatalf("got %d rows", len(l.Rows))
			}
			for i, r := range l.Rows {
				if w := want.rows[i]; r.In != w.In || r.Out != w.Out || r.Title != w.Title {
					t.Errorf("row %d: %q, %d to %d", i, r.Title, r.In, r.Out)
				}
			}
		})
	}
}

// Lists of the same session that know less: starts in seconds, and starts in minutes of the clock in the room.
func TestCorpusStarts(t *testing.T) {
	folder := corpus(t, "footage", "derived-session-A")
	wall := morning
	wall.Wall, wall.HasWall = time.Date(2025, 5, 3, 10, 0, 0, 0, time.UTC), true
	for name, tt := range map[string]struct {
		format string
		want   []span
		third  string
	}{
		"chapters.txt":               {YouTube, []span{{0, 125}, {125, 650}, {650, 1050}, {1050, 2125}, {2125, 2450}, {2450, 2825}, {2825, 4250}, {4250, 5114}}, "Félicité Exemple"},
		"speaker-list-wallclock.csv": {CSV, []span{{0, 500}, {500, 1000}, {1000, 1500}, {1500, 2000}, {2000, 2500}, {2500, 3000}, {3000, 5114}}, "Solana Ejemplo"},
	} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read(name, data, wall)
		if err != nil || l.Err() != nil || l.Format != tt.format {
			t.Fatal(name, l.Format, err, l.Err())
		}
		if got := spans(l); !slices.Equal(got, tt.want) || l.Rows[2].Title != tt.third {
			t.Errorf("%s: got %v, %q", name, got, l.Rows[2].Title)
		}
	}
}

// The people of the session's logging sheet are those of its speakers' list.
func TestCorpusSpeakers(t *testing.T) {
	folder := corpus(t, "footage", "derived-session-A")
	read := func(name string) []Row {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read(name, data, morning)
		if err != nil || l.Err() != nil {
			t.Fatal(err, l.Err())
		}
		return l.Rows
	}
	var list []Candidate
	for i, r := range read("speaker-list-wallclock.csv") {
		list = append(list, Candidate{ID: r.Speaker, Name: r.Speaker, Organisation: r.Organisation, Position: i})
	}
	for _, name := range []string{"feuille-de-minutage.csv", "cuts.edl", "resolve-markers.edl", "premiere-markers.csv"} {
		for i, m := range Match(read(name), list) {
			if m.Candidate != i || m.Certainty != Sure {
				t.Errorf("%s, row %d: %+v", name, i, m)
			}
		}
	}
}
