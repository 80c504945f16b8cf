package cutlist_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

var (
	// A recording of 204.56 s at 25 frames a second that starts at ten in the morning.
	morning = Media{Rate: rostrum.Rate25, Frames: 5114, Start: rostrum.Timecode{Hours: 10}, HasStart: true}
	// The same without a timecode.
	bare = Media{Rate: rostrum.Rate25, Frames: 5114}
	// Three hours without a timecode.
	long = Media{Rate: rostrum.Rate25, Frames: 3 * 3600 * 25}
	// An hour from ten to midnight.
	night = Media{Rate: rostrum.Rate25, Frames: 90000, Start: rostrum.Timecode{Hours: 23, Minutes: 50}, HasStart: true}
	// Twenty minutes in drop frame.
	ntsc = Media{Rate: rostrum.Rate2997, Frames: 35964, Start: rostrum.Timecode{Hours: 10, Drop: true}, HasStart: true}
)

type span struct{ in, out rostrum.Frame }

func spans(l List) []span {
	var all []span
	for _, r := range l.Rows {
		all = append(all, span{r.In, r.Out})
	}
	return all
}

func mentions(texts []string, part string) bool {
	for _, t := range texts {
		if strings.Contains(t, part) {
			return true
		}
	}
	return false
}

const event = "  AX  V  C  "

func TestReadPlacesCuts(t *testing.T) {
	tests := map[string]struct {
		in         string
		media      Media
		want       []span
		understood string // part of one sentence
		notices    string // part of one problem, "" for no problems
	}{
		"time of day":                     {"in,out,title\n10:00:05:00,10:00:23:04,A\n", morning, []span{{125, 579}}, "Timecodes are time of day, the recording starts at 10:00:00:00.", ""},
		"elapsed timecode":                {"in;out;title\n00:00:05:00;00:00:23:04;A\n", morning, []span{{125, 579}}, "from the start of the recording, not by its timecode", ""},
		"time of day, milliseconds":       {"in;out;title\n10:00:05.000;10:00:23,160;A\n", morning, []span{{125, 579}}, "time of day", ""},
		"elapsed milliseconds":            {"in\tout\ttitle\n0:00:05.000\t00:00:23.160\tA\n", bare, []span{{125, 579}}, "tabs", ""},
		"minutes and seconds":             {"in,out,title\n0:05,0:23.16,A\n", morning, []span{{125, 579}}, "minutes and seconds", ""},
		"plain seconds":                   {"in;out;title\n5;23,16;A\n", morning, []span{{125, 579}}, "Plain numbers are seconds", ""},
		"quoted comma decimals":           {"in,out,title\n\"5,0\",\"23,16\",A\n", morning, []span{{125, 579}}, "commas", ""},
		"duration":                        {"start,duration,title\n10:00:05:00,00:00:18:04,A\n", morning, []span{{125, 579}}, "no out column", ""},
		"duration that disagrees":         {"start,end,duration,title\n10:00:05:00,10:00:23:04,00:00:28:04,A\n", morning, []span{{125, 579}}, "", "apart"},
		"no headings":                     {"5,23.16,A,Ann,Org,fr,5G\n", bare, []span{{125, 579}}, "no headings", ""},
		"title rows, sep line":            {"sep=;\nCTO meeting;;\n\nDate;3 May;\nTC in;TC out;Titre\n10:00:05:00;10:00:23:04;A\n", morning, []span{{125, 579}}, "headings stand in row 5", ""},
		"past midnight":                   {"in;out;title\n23:55:00:00;00:05:00:00;A\n00:06:00:00;24:07:00:00;B\n", night, []span{{7500, 22500}, {24000, 25500}}, "past midnight", ""},
		"drop frame":                      {"in;out;title\n10;01;00;02;10;02;00;02;A\n", ntsc, nil, "", ""}, // six cells: not two times
		"drop frame, commas":              {"in,out,title\n10:01:00;02,10:10:00;00,A\n", ntsc, []span{{1800, 17982}}, "", ""},
		"drop frame written with colons":  {"in,out,title\n10:01:00:02,10:10:00:00,A\n", ntsc, []span{{1800, 17982}}, "read as drop frame although", ""},
		"drop frame, seconds only":        {"in,out,title\n10:01:00,10:10:00,A\n", ntsc, []span{{1800, 17982}}, "", ""},
		"non-drop is said":                {"in,out,title\n00:01:00:00,00:02:00:00,A\n", Media{Rate: rostrum.Rate2997, Frames: 5000}, []span{{1800, 3600}}, "read as non-drop", ""},
		"sorted":                          {"in;out;title\n20;30;B\n5;10;A\n", bare, []span{{125, 250}, {500, 750}}, "", "sorted"},
		"overlap":                         {"in;out;title\n5;10;A\n8;12;B\n", bare, []span{{125, 250}, {200, 300}}, "", "2.00 s before row 2 ends"},
		"duplicate":                       {"in;out;title\n5;10;A\n5;10;A\n", bare, []span{{125, 250}, {125, 250}}, "", "same cut as row 2"},
		"out rounded up":                  {"in;out;title\n5;205;A\n", bare, []span{{125, 5114}}, "", "set to the end"},
		"very short":                      {"in;out;title\n5;5.5;A\n", bare, []span{{125, 138}}, "", "very short"},
		"row without times":               {"in;out;title\n;;lunch\n5;10;A\n", bare, []span{{125, 250}}, "", "left out"},
		"stray quotation mark":            {"in;out;title\n5;10;the 12\" screen\n20;30;\"B\n", bare, []span{{125, 250}, {500, 750}}, "", "quotation mark"},
		"cells over two lines":            {"in;out;title;notes\n5;10;A;\"one\ntwo\"\n20;30;B;\n", bare, []span{{125, 250}, {500, 750}}, "", ""},
		"three hours from the first hour": {"in;out;title\n01:00:05:00;01:00:10:00;A\n", long, []span{{90125, 90250}}, "from the start", "one hour late"},
		"ambiguous small start":           {"in;out;title\n00:02:00:00;00:02:10:00;A\n", Media{Rate: rostrum.Rate25, Frames: 9000, Start: rostrum.Timecode{Minutes: 1}, HasStart: true}, []span{{1500, 1750}}, "time of day", "could also"},
		"EDL":                             {"001" + event + "10:00:05:00 10:00:23:04 01:00:00:00 01:00:18:04\n", morning, []span{{125, 579}}, "source timecodes", ""},
		"EDL, false hour":                 {"001" + event + "01:00:05:00 01:00:23:04 00:00:00:00 00:00:18:04\n", bare, []span{{125, 579}}, "false first hour", ""},
		"EDL, FCM drop":                   {"FCM: DROP FRAME\n001" + event + "00:01:00:02 00:10:00:00 01:00:00:00 01:00:18:04\n", Media{Rate: rostrum.Rate2997, Frames: 35964}, []span{{1800, 17982}}, "", ""},
		"EDL, FCM non-drop on drop media": {"FCM: NON-DROP FRAME\n001" + event + "10:01:00:02 10:10:00:00 01:00:00:00 01:00:18:04\n", ntsc, []span{{1800, 17982}}, "although", ""},
		"EDL, dissolve":                   {"001" + event + "00:00:05:00 00:00:05:00 01:00:00:00 01:00:00:00\n001  AX V D 010 00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n* TO CLIP NAME: B\n", bare, []span{{125, 250}}, "", "transition of 10 frames"},
		"EDL, black and sound":            {"001  BL V C 00:00:00:00 00:00:05:00 00:00:00:00 00:00:05:00\n002  AX A2 C 00:00:05:00 00:00:10:00 00:00:05:00 00:00:10:00\n003  AX AA/V C 00:00:05:00 00:00:10:00 00:00:05:00 00:00:10:00\n", bare, []span{{125, 250}}, "sound only were left out: 002", ""},
		"EDL, sound only":                 {"002  AX A C 00:00:05:00 00:00:10:00 00:00:05:00 00:00:10:00\n", bare, []span{{125, 250}}, "sound events were used", ""},
		"EDL, speed":                      {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\nM2   AX       -25.0                      00:00:00:00\n", bare, []span{{125, 250}}, "", "change of speed to -25.0"},
		"EDL, two tapes":                  {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n002 TAPE2 V C 00:00:15:00 00:00:20:00 01:00:00:00 01:00:05:00\n", bare, []span{{125, 250}, {375, 500}}, "", "2 tapes"},
		"EDL, Resolve markers":            {"001  001 V C 10:00:05:00 10:00:05:01 10:00:05:00 10:00:05:01\nChair |C:ResolveColorBlue |M:A |D:454\n", morning, []span{{125, 579}}, "name of a marker", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := Read("list", []byte(tt.in), tt.media)
			if tt.want == nil {
				if err == nil && l.Err() == nil {
					t.Fatalf("was accepted: %+v", l)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Err(); err != nil {
				t.Fatal(err)
			}
			got := spans(l)
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v (%v)", got, tt.want, l.Problems)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("row %d: got %v, want %v", i, got[i], tt.want[i])
				}
			}
			if !mentions(l.Understood, tt.understood) {
				t.Errorf("understood %q, want %q", l.Understood, tt.understood)
			}
			var problems []string
			for _, p := range l.Problems {
				problems = append(problems, p.Text)
			}
			if tt.notices == "" && len(problems) > 0 || tt.notices != "" && !mentions(problems, tt.notices) {
				t.Errorf("problems %q, want %q", problems, tt.notices)
			}
		})
	}
}

func TestReadFindsFatalProblems(t *testing.T) {
	tests := map[string]struct {
		in    string
		media Media
		row   int
		want  string
	}{
		"unreadable":                {"in;out;title\n5;10;A\nfive;10;B\n", bare, 3, "in time “five” cannot be read"},
		"missing out":               {"in;out;title\n5;;A\n", bare, 2, "out time is missing"},
		"swapped":                   {"in;out;title\n10;5;A\n", bare, 2, "swapped"},
		"same":                      {"in;out;title\n5;5;A\n", bare, 2, "the same"},
		"in after the end":          {"in;out;title\n5;10;B\n10:05:00:00;10:05:10:00;A\n", morning, 3, "in point 10:05:00:00 lies 1 min 35 s after the end of the recording, which is 3 min 25 s long"},
		"out after the end":         {"in;out;title\n10:00:00:00;10:03:26:00;A\n", morning, 2, "out point 10:03:26:00 lies 1.44 s after the end"},
		"before the start":          {"in;out;title\n09:59:58:00;10:00:10:00;A\n", morning, 2, "2.00 s before the recording starts"},
		"in at the end":             {"in;out;title\n204.56;204.8;A\n", bare, 2, "very end"},
		"frame at the rate":         {"in;out;title\n00:00:05:25;00:00:10:00;A\n", bare, 2, "does not exist at 25 frames a second"},
		"dropped label":             {"in,out,title\n10:01:00;00,10:02:00;02,A\n", ntsc, 2, "drop frame skips this label"},
		"drop frame at 25":          {"in,out,title\n00:01:00;02,00:02:00;02,A\n", bare, 2, "drop frame does not exist at 25"},
		"drop frame on non-drop":    {"in,out,title\n10:01:00;02,10:02:00;02,A\n", Media{Rate: rostrum.Rate2997, Frames: 35964, Start: rostrum.Timecode{Hours: 10}, HasStart: true}, 2, "counts non-drop"},
		"torn decimal comma":        {"in,out,title\n00:00:05,500,00:00:10,200,A\n", bare, 2, "different ways"},
		"swallowed rows":            {"in;out;title;notes\n5;10;A;\"open\n00:00:20;00:00:30;B;\"\n40;50;C;\n", bare, 2, "swallows"},
		"two in columns":            {"in;start;out;title\n5;6;10;A\n", bare, 0, "Two columns could be the in point"},
		"one slip is no false hour": {"in;out;title\n01:00:05:00;01:00:10:00;A\n01:10:00:00;01:10:10:00;B\n03:10:00:00;03:10:10:00;C\n", long, 4, "after the end"},
		"other tape's timecode":     {"001" + event + "01:00:05:00 01:00:23:04 01:00:00:00 01:00:18:04\n", morning, 1, "before the recording starts"},
		"false hour or slip":        {"001" + event + "01:00:05:00 01:00:23:04 00:00:00:00 00:00:18:04\n003" + event + "02:10:00:00 02:10:23:04 00:00:00:00 00:00:18:04\n", Media{Rate: rostrum.Rate25, Frames: 120 * 60 * 25}, 3, "after the end"},
		"torn event":                {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n002" + event + "00:00:15:00 00:00:2\n", bare, 2, "not a complete event"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := Read("list", []byte(tt.in), tt.media)
			if err != nil {
				t.Fatal(err)
			}
			if rostrum.ErrorCode(l.Err()) != rostrum.Invalid {
				t.Fatalf("was accepted: %+v", l)
			}
			for _, p := range l.Problems {
				if p.Fatal && p.Row == tt.row && strings.Contains(p.Text, tt.want) {
					return
				}
			}
			t.Errorf("problems %+v, want row %d: %q", l.Problems, tt.row, tt.want)
		})
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct {
		name string
		in   []byte
		code rostrum.Code
		want string
	}{
		"nothing":           {"a.csv", nil, rostrum.Invalid, "not a cut list"},
		"prose":             {"a.txt", []byte("Dear all,\nthe list follows.\n"), rostrum.Invalid, "not a cut list"},
		"headings only":     {"a.csv", []byte("in;out;title\n"), rostrum.Invalid, "no rows"},
		"numbered, unnamed": {"a.csv", []byte("1,5,10,A\n2,15,20,B\n"), rostrum.Invalid, "not a cut list"},
		"no out column":     {"a.csv", []byte("Order,Local time,Name\n1,10:00,Ann\n"), rostrum.Invalid, "not a cut list"},
		"workbook":          {"a.xlsx", []byte("PK\x03\x04rest"), rostrum.Invalid, "Excel"},
		"xml":               {"a.fcpxml", []byte("\xEF\xBB\xBF<?xml version=\"1.0\"?><fcpxml/>"), rostrum.Invalid, "XML"},
		"empty EDL":         {"a.edl", []byte("TITLE: X\nFCM: NON-DROP FRAME\n"), rostrum.Invalid, "no picture events"},
		"large":             {"a.csv", bytes.Repeat([]byte("a"), MaxBytes+1), rostrum.TooLarge, "larger"},
		"many rows":         {"a.csv", []byte("in;out;title\n" + strings.Repeat("5;10;A\n", MaxRows+1)), rostrum.TooLarge, "more than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(tt.name, tt.in, bare)
			if rostrum.ErrorCode(err) != tt.code || !strings.Contains(rostrum.ErrorMessage(err), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := Read("a.csv", []byte("in;out\n1;2\n"), Media{}); err == nil {
		t.Error("a recording of unknown length was accepted")
	}
}

func TestReadEncodings(t *testing.T) {
	const text = "TC entrée;TC sortie;Orateur\r\n00:00:05,000;00:00:10,000;Félicité\r\n"
	latin, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	units := utf16.Encode([]rune("\uFEFF" + text))
	wide := make([]byte, 2*len(units))
	for i, u := range units {
		binary.LittleEndian.PutUint16(wide[2*i:], u)
	}
	for name, data := range map[string][]byte{"UTF-8": []byte(text), "with mark": []byte("\uFEFF" + text), "Windows-1252": latin, "UTF-16": wide} {
		t.Run(name, func(t *testing.T) {
			l, err := Read("list.csv", data, bare)
			if err != nil || l.Err() != nil {
				t.Fatal(err, l.Problems)
			}
			if r := l.Rows[0]; r.Speaker != "Félicité" || r.In != 125 || r.Out != 250 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestReadTitles(t *testing.T) {
	tests := map[string]struct{ in, want, notice string }{
		"given":             {"in;out;title;speaker\n5;10;T;Ann\n", "T", ""},
		"from speaker":      {"in;out;title;speaker\n5;10;;Ann\n", "Ann", "speaker's name"},
		"no title column":   {"in;out;speaker\n5;10;Ann\n", "Ann", ""},
		"neither":           {"in;out;title;speaker\n5;10;;\n", "Intervention 1", "neither"},
		"EDL comment":       {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n* FROM CLIP NAME: x.mov\n* COMMENT: A / B / fr\n", "A / B", ""},
		"EDL clip names":    {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n*FROM CLIP NAME: Opening\n002" + event + "00:00:15:00 00:00:20:00 01:00:00:00 01:00:05:00\nFROM CLIP NAME: Close\n", "Opening", ""},
		"EDL one clip name": {"001" + event + "00:00:05:00 00:00:10:00 01:00:00:00 01:00:05:00\n* FROM CLIP NAME: x\n", "Intervention 1", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := Read("list", []byte(tt.in), bare)
			if err != nil || l.Err() != nil {
				t.Fatal(err, l.Problems)
			}
			if l.Rows[0].Title != tt.want {
				t.Errorf("got %q, want %q", l.Rows[0].Title, tt.want)
			}
			if tt.notice == "" != (len(l.Problems) == 0) || tt.notice != "" && !strings.Contains(l.Problems[0].Text, tt.notice) {
				t.Errorf("problems %+v", l.Problems)
			}
		})
	}
}

func TestReadConsentAndLanguage(t *testing.T) {
	for words, want := range map[string]struct {
		consent Consent
		notice  bool
	}{
		"":                        {ConsentNotGiven, false},
		"oui":                     {ConsentPublic, false},
		"Yes":                     {ConsentPublic, false},
		"public":                  {ConsentPublic, false},
		"partenaires seulement":   {ConsentPartners, false},
		"Partners only":           {ConsentPartners, false},
		"Embargo":                 {ConsentEmbargo, false},
		"embargo until 3 May":     {ConsentEmbargo, true},
		"en attente":              {ConsentPending, false},
		"?":                       {ConsentPending, false},
		"✓":                       {ConsentPending, true},
		"oui, sauf les images":    {ConsentPending, true},
		"NON pour la 2e personne": {ConsentRefused, true},
		"no":                      {ConsentRefused, false},
		"Refusé":                  {ConsentRefused, false},
	} {
		l, err := Read("list", []byte("in;out;title;Autorisation\n5;10;A;"+words+"\n"), bare)
		if err != nil || len(l.Rows) != 1 {
			t.Fatal(words, err, l.Problems)
		}
		if r := l.Rows[0]; r.Consent != want.consent || r.ConsentWords != words || (len(l.Problems) > 0) != want.notice {
			t.Errorf("%q: got %q, %+v", words, r.Consent, l.Problems)
		}
	}
	for words, want := range map[string]rostrum.Language{"": "", "EN": "en", "fra": "fr", "zh-hans": "zh-Hans", "Arabe": "ar", "Русский": "ru", "xx": "", "Klingonese": "", "en/fr": ""} {
		l, err := Read("list", []byte("in;out;title;Langue\n5;10;A;"+words+"\n"), bare)
		if err != nil || len(l.Rows) != 1 {
			t.Fatal(words, err, l.Problems)
		}
		if r := l.Rows[0]; r.Language != want || (len(l.Problems) > 0) != (want == "" && words != "") {
			t.Errorf("%q: got %q, %+v", words, r.Language, l.Problems)
		}
	}
}
