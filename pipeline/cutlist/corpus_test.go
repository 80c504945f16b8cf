package cutlist_test

import (
	"os"
	"path/filepath"
	"testing"

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

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"in;out;title\n10:00:05:00;10:00:23:04;A\n",
		"sep=,\nTC in,duration,Orateur,Langue,consent\n5,\"3,5\",\"a\nb\",fr,oui\n",
		"5\t23.16\tA\n0:20\t0:30,5\tB",
		"FCM: DROP FRAME\n001  AX  V  C  00:01:00:02 00:10:00:00 01:00:00:00 01:00:18:04\n* COMMENT: A / fr\nM2 AX 0.0 x\n",
		"001  BL  V D 010 01:00:00;02 01:01:00.02 01:00:00:00 01:00:18:04\nx |C:a |M:b |D:9\n",
	} {
		for i := range 5 {
			f.Add([]byte(seed), i)
		}
	}
	media := []Media{morning, bare, long, night, ntsc}
	f.Fuzz(func(t *testing.T, data []byte, which int) {
		m := media[uint(which)%uint(len(media))]
		l, err := Read("list", data, m)
		if err != nil {
			if rostrum.ErrorCode(err) == rostrum.Internal {
				t.Fatalf("not a sentence for a person: %v", err)
			}
			return
		}
		if l.Err() != nil {
			return
		}
		if len(l.Rows) == 0 {
			t.Fatal("accepted without rows")
		}
		for i, r := range l.Rows {
			if r.In < 0 || r.In >= r.Out || r.Out > m.Frames || r.Title == "" || i > 0 && r.In < l.Rows[i-1].In {
				t.Fatalf("row %d: %+v", i, r)
			}
		}
	})
}
