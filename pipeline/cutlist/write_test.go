package cutlist_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

// carried says what of a row each format gives back.
var carried = map[string]func(Row) Row{
	WriteCSV: whole, WriteCSVFrench: whole, WriteTSV: whole,
	WriteEDL: withID, WriteFCPXML: withID, WriteOTIO: withID, WriteFFMetadata: withID,
	WriteResolve: func(r Row) Row {
		bars := strings.NewReplacer("|", "/")
		return Row{In: r.In, Out: r.Out, Title: bars.Replace(oneLine(r.Title)), Remarks: bars.Replace(oneLine(r.Remarks))}
	},
	WritePremiere: func(r Row) Row {
		return Row{In: r.In, Out: r.Out, Title: oneLine(r.Title), Remarks: oneLine(r.Remarks)}
	},
	WriteWebVTT:     func(r Row) Row { return Row{ID: r.ID, In: r.In, Out: r.Out, Title: oneLine(r.Title)} },
	WriteAudacity:   placeAndTitle,
	WritePodcasting: placeAndTitle,
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func placeAndTitle(r Row) Row { return Row{In: r.In, Out: r.Out, Title: oneLine(r.Title)} }

func whole(r Row) Row {
	r.ID, r.Number, r.InText, r.OutText = "", 0, "", ""
	r.Title, r.Speaker, r.Function, r.Organisation = oneLine(r.Title), oneLine(r.Speaker), oneLine(r.Function), oneLine(r.Organisation)
	lines := strings.Split(r.Remarks, "\n")
	for i := range lines {
		lines[i] = oneLine(lines[i])
	}
	r.Remarks = strings.Join(lines, "\n")
	return r
}

func withID(r Row) Row {
	id := r.ID
	r = whole(r)
	r.ID, r.Remarks = id, oneLine(r.Remarks)
	return r
}

var timelines = map[string]Media{
	"25":               {Rate: rostrum.Rate25, Frames: 25 * 3600 * 3},
	"25 from ten":      {Rate: rostrum.Rate25, Frames: 25 * 3600 * 3, Start: rostrum.Timecode{Hours: 10, Minutes: 1, Frames: 7}, HasStart: true, Name: "Réunion A.mov"},
	"25 over night":    {Rate: rostrum.Rate25, Frames: 25 * 3600 * 3, Start: rostrum.Timecode{Hours: 23}, HasStart: true},
	"50 to 25":         {Rate: rostrum.Rate25, Frames: 25 * 3600 * 3, Start: rostrum.Timecode{Hours: 9}, HasStart: true, Halved: true},
	"29.97":            {Rate: rostrum.Rate2997, Frames: 107892, Start: rostrum.Timecode{Hours: 10}, HasStart: true},
	"29.97 untimed":    {Rate: rostrum.Rate2997, Frames: 107892},
	"29.97 drop":       {Rate: rostrum.Rate2997, Frames: 107892, Start: rostrum.Timecode{Hours: 9, Minutes: 59, Frames: 3, Drop: true}, HasStart: true},
	"23.976":           {Rate: rostrum.Rate23976, Frames: 86314, Start: rostrum.Timecode{Hours: 1}, HasStart: true},
	"23.976 with wall": {Rate: rostrum.Rate23976, Frames: 86314, Wall: time.Date(2025, 5, 3, 10, 0, 0, 0, time.UTC), HasWall: true},
}

// words are what titles and names are made of.
var words = []string{"5G", "a\ttab", `the "quoted" one`, "two\nlines", "a|bar", "comma, semicolon; end", "العربية والمعايير", "标准化 差距", "l'été à Genève",
	"=SUM(A1)", "#1", `back\slash`, "x=y", "<b>&amp;", "-", "— dash", "10:05 later", "M2 AX", "FCM", "00:00:01:00", "] [CHAPTER]", "*", "|D:9", "--> x", "]]>", "/ fr"}

func randomRows(r *rand.Rand, m Media) []Row {
	some := func(n int) string {
		var all []string
		for range 1 + r.IntN(n) {
			all = append(all, words[r.IntN(len(words))])
		}
		return strings.Join(all, " ")
	}
	maybe := func(s string) string {
		if r.IntN(2) == 0 {
			return ""
		}
		return s
	}
	var rows []Row
	at := rostrum.Frame(r.Int64N(200))
	for i := range 3 + r.IntN(12) {
		out := at + 30 + rostrum.Frame(r.Int64N(4000))
		if out > m.Frames {
			break
		}
		row := Row{
			ID: maybe(fmt.Sprintf("mark-%d", i)), In: at, Out: out, Title: some(4), Speaker: maybe(some(2)), Function: maybe(some(2)), Organisation: maybe(some(3)),
			AgendaItem: maybe("3.1"), Language: rostrum.Language(maybe("pt-BR")), Consent: []Consent{"", ConsentPublic, ConsentPartners, ConsentRefused}[r.IntN(4)],
			Remarks: maybe("line one\nline " + words[r.IntN(6)]),
		}
		row.ConsentWords = string(row.Consent)
		if r.IntN(2) == 0 {
			row.Topics = []string{"5G", "الأمن"}
		}
		rows = append(rows, row)
		at = out + rostrum.Frame(r.Int64N(500))
	}
	return rows
}

func TestWriteReadsBack(t *testing.T) {
	for name, m := range timelines {
		for _, f := range Formats() {
			want := carried[f.Name]
			if want == nil {
				continue // YouTube's, below
			}
			t.Run(name+"/"+f.Name, func(t *testing.T) {
				for seed := range uint64(20) {
					rows := randomRows(rand.New(rand.NewPCG(seed, 7)), m)
					data, err := Write(f.Name, rows, m)
					if err != nil {
						t.Fatal(err)
					}
					l, err := Read("list"+f.Extension, data, m)
					if err != nil || l.Err() != nil {
						t.Fatalf("seed %d: %v %v\n%s", seed, err, l.Err(), data)
					}
					if len(l.Rows) != len(rows) {
						t.Fatalf("seed %d: %d rows of %d\n%s", seed, len(l.Rows), len(rows), data)
					}
					if f.Name != WriteCSVFrench && f.Name != WriteTSV && l.Format != f.Label {
						t.Fatalf("read as %s", l.Format)
					}
					for i, got := range l.Rows {
						expected := want(rows[i])
						if got.Number, got.InText, got.OutText = 0, "", ""; expected.ID == "" {
							got.ID = ""
						}
						if !reflect.DeepEqual(got, expected) {
							t.Fatalf("seed %d, row %d:\n got %+v\nwant %+v\n%s", seed, i, got, expected, data)
						}
					}
				}
			})
		}
	}
}

func TestWriteYouTube(t *testing.T) {
	m := timelines["25"]
	rows := []Row{{In: 130, Out: 300, Title: "- One"}, {In: 140, Out: 310, Title: "Two"}, {In: 25 * 3725, Out: 25*3725 + 90, Title: "الأمن, \"5G\""}}
	data, err := Write(WriteYouTube, rows, m)
	if want := "0:00 Start\n0:05 - - One\n0:06 Two\n1:02:05 الأمن, \"5G\"\n"; err != nil || string(data) != want {
		t.Fatalf("%v, got %q", err, data)
	}
	l, err := Read("chapters.txt", data, m)
	if err != nil || l.Err() != nil || l.Format != YouTube {
		t.Fatal(err, l.Problems)
	}
	want := []Row{{In: 0, Out: 125, Title: "Start"}, {In: 125, Out: 150, Title: "- One"}, {In: 150, Out: 25 * 3725, Title: "Two"}, {In: 25 * 3725, Out: m.Frames, Title: "الأمن, \"5G\""}}
	for i, r := range l.Rows {
		if r.In != want[i].In || r.Out != want[i].Out || r.Title != want[i].Title {
			t.Errorf("row %d: %+v", i, r)
		}
	}
	for seed := range uint64(100) { // starts, rounded down, and titles
		rows := randomRows(rand.New(rand.NewPCG(seed, 9)), m)
		data, err := Write(WriteYouTube, rows, m)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read("chapters.txt", data, m)
		if err != nil || l.Err() != nil {
			t.Fatalf("%v %v\n%s", err, l.Problems, data)
		}
		got := l.Rows[len(l.Rows)-len(rows):]
		second := rostrum.Frame(-1)
		for i, r := range rows {
			if second = max(second+1, r.In/25); i == 0 && len(got) < len(l.Rows) {
				second = max(second, 1) // after the line “Start”
			}
			if got[i].Title != oneLine(r.Title) || got[i].In != second*25 {
				t.Fatalf("row %d: got %+v, want %+v at %d s\n%s", i, got[i], r, second, data)
			}
		}
	}
}

// Others' readers take what is written.
func TestWriteIsWellFormed(t *testing.T) {
	m := timelines["29.97 drop"]
	rows := randomRows(rand.New(rand.NewPCG(1, 1)), m)
	write := func(format string) []byte {
		data, err := Write(format, rows, m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, format := range []string{WriteOTIO, WritePodcasting} {
		if !json.Valid(write(format)) {
			t.Errorf("%s is no JSON", format)
		}
	}
	d := xml.NewDecoder(strings.NewReader(string(write(WriteFCPXML))))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	french := string(write(WriteCSVFrench))
	if !strings.HasPrefix(french, "\uFEFFN°;Point ODJ;") {
		t.Errorf("no byte order mark or other headings: %.40q", french)
	}
	in := csv.NewReader(strings.NewReader(string(write(WriteCSV))))
	if cells, err := in.ReadAll(); err != nil || len(cells) != len(rows)+1 || cells[0][0] != "No" {
		t.Errorf("%v, %d rows", err, len(cells))
	}
	if edl := string(write(WriteEDL)); !strings.Contains(edl, "FCM: DROP FRAME") || !strings.Contains(edl, "01:00:00;00") {
		t.Error(edl)
	}
}

func TestWriteRefuses(t *testing.T) {
	good := []Row{{In: 0, Out: 100, Title: "A"}}
	for name, tt := range map[string]struct {
		format string
		rows   []Row
		media  Media
	}{
		"unknown format": {"xlsx", good, bare},
		"no rows":        {WriteCSV, nil, bare},
		"outside":        {WriteCSV, []Row{{In: 0, Out: bare.Frames + 1}}, bare},
		"empty":          {WriteCSV, []Row{{In: 5, Out: 5}}, bare},
		"before":         {WriteCSV, []Row{{In: -1, Out: 5}}, bare},
		"no rate":        {WriteCSV, good, Media{Frames: 100}},
	} {
		if _, err := Write(tt.format, tt.rows, tt.media); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
