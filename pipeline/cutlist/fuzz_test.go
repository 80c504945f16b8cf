package cutlist_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

// crashers are inputs that broke a reader once. All are tried on all recordings.
var crashers = map[string]string{
	"seconds by the clock in the room": "Local time,Name\n0",
}

var fuzzMedia = []Media{morning, bare, long, night, ntsc, {
	Rate: rostrum.Rate23976, Frames: 5000, Wall: time.Date(2025, 5, 3, 23, 59, 0, 0, time.UTC), HasWall: true, Halved: true,
}}

var fuzzAssumptions = []Assumptions{
	{}, {Rate: rostrum.Rate{Num: 60000, Den: 1001}, Drop: Yes}, {Clock: ClockHour, Swap: Yes}, {Clock: ClockOffset, Offset: -700, Nudge: -30},
	{Marks: MarkerMarks, Drop: No, Nudge: 12}, {Columns: map[string]int{"in": 1, "out": 2, "title": 3}, Midnight: No},
}

// readsWell checks what holds for whatever is read.
func readsWell(t *testing.T, name string, data []byte, which uint) {
	m := fuzzMedia[which%uint(len(fuzzMedia))]
	a := fuzzAssumptions[which/uint(len(fuzzMedia))%uint(len(fuzzAssumptions))]
	l, err := ReadWith(name, data, m, a)
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
	back, err := ParseAssumptions(inForce(l))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ReadWith(name, data, m, back); err != nil || !reflect.DeepEqual(again.Rows, l.Rows) {
		t.Fatalf("what is in force changes the list: %v\n%+v\n%+v", err, l, again)
	}
	for _, f := range []string{WriteCSV, WriteEDL, WriteFCPXML, WriteOTIO, WriteWebVTT, WriteFFMetadata} {
		text, err := Write(f, l.Rows, m)
		if err != nil {
			t.Fatal(f, err)
		}
		again, err := Read("", text, m)
		if err != nil || again.Err() != nil || len(again.Rows) != len(l.Rows) {
			t.Fatalf("%s does not come back: %v %v\n%q", f, err, again.Err(), text)
		}
		for i, r := range l.Rows {
			if got := again.Rows[i]; got.In != r.In || got.Out != r.Out {
				t.Fatalf("%s: row %d: %d to %d became %d to %d\n%q", f, i, r.In, r.Out, got.In, got.Out, text)
			}
		}
	}
}

func TestReadCrashers(t *testing.T) {
	for name, in := range crashers {
		t.Run(name, func(t *testing.T) {
			for which := range uint(len(fuzzMedia) * len(fuzzAssumptions)) {
				readsWell(t, "list", []byte(in), which)
			}
		})
	}
}

func fuzzFormat(f *testing.F, name string, seeds ...string) {
	for _, seed := range seeds {
		for which := range uint(len(fuzzMedia)) {
			f.Add([]byte(seed), which*7)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint) { readsWell(t, name, data, which) })
}

func FuzzReadSheet(f *testing.F) {
	fuzzFormat(f, "list.csv", "in;out;title\n10:00:05:00;10:00:23:04;A\n", "sep=,\nTC in,duration,Orateur,Langue,consent\n5,\"3,5\",\"a\nb\",fr,oui\n",
		"Local time,Name\n10:00,Ann\n10:00,Bob\n10:02,Cy\n", "start\ttitle\n5\tA\n10\tB\n", "Marker Name\tIn\tOut\nA\t00;00;05;00\t00;00;05;00\n", "a;b\n5;10\n")
}

func FuzzReadEDL(f *testing.F) {
	fuzzFormat(f, "list.edl", "FCM: DROP FRAME\n001  AX  V  C  00:01:00:02 00:10:00:00 01:00:00:00 01:00:18:04\n* COMMENT: A / fr\n* TITLE: B\nM2 AX 0.0 x\n",
		"* FRAME RATE: 50\n001  BL  V D 010 01:00:00;02 01:01:00.02 01:00:00:00 01:00:18:04\nx |C:a |M:b |D:9\n", "001  001 V C 00:00:05:00 00:00:05:01 10:00:05:00 10:00:05:01\n |C:x |M:A |D:1\n")
}

func FuzzReadYouTube(f *testing.F) {
	fuzzFormat(f, "list.txt", "Chapters\n0:00 Intro\n0:05 – Ann\n1:00:30 Bob\n", "(0:05-0:10) Ann\n[0:20 - 0:30] Bob")
}

func FuzzReadWebVTT(f *testing.F) {
	fuzzFormat(f, "list.vtt", "WEBVTT\n\nNOTE x\n\nid\n00:05.000 --> 00:00:23.160 align:start\n<v Ann>A &amp; <b>B</b>\n\n00:30.000 --> 00:31.000\nC\n")
}

func FuzzReadFCPXML(f *testing.F) {
	fuzzFormat(f, "list.fcpxml", fcpHead+`<asset-clip name="A" ref="r1" offset="0s" start="36005s" duration="454/25s"><note>n</note><keyword value="5G"/><marker start="36006s" duration="1/25s" value="M"/></asset-clip>`+fcpTail,
		fcpHead+`<clip name="A" start="5s" duration="1001/30s"><video ref="r1" start="36000s"/></clip><gap><clip lane="1" duration="2.5s"><video/></clip></gap><ref-clip/>`+fcpTail)
}

func FuzzReadOTIO(f *testing.F) {
	fuzzFormat(f, "list.otio", otioTimeline(otioClip("A", "900125", "454", otioFile), ""), otioTimeline(otioClip("A", "125", "454", ""), ""),
		otioTimeline(otioClip("A", "900000", "5000", otioFile+`,"markers":[{"name":"M","marked_range":{"start_time":{"rate":25,"value":900125},"duration":{"rate":25,"value":1}}}]`), `{"name":"N","marked_range":{"start_time":{"rate":29.97,"value":30},"duration":{"rate":25,"value":50}}}`))
}

func FuzzReadFFMetadata(f *testing.F) {
	fuzzFormat(f, "list", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=5000\nEND=23160\ntitle=A\\=B\\\nC\nartist=Ann\n[CHAPTER]\nSTART=30000000000\nEND=30000000000\n")
}

func FuzzReadAudacity(f *testing.F) {
	fuzzFormat(f, "list.txt", "5.000000\t23.160000\tA\n\\\t100.0\t200.0\n30,5\t30,5\tB\n")
}

func FuzzReadPodcasting(f *testing.F) {
	fuzzFormat(f, "list.json", `{"version":"1.2.0","chapters":[{"startTime":5,"endTime":23.16,"title":"A"},{"startTime":20,"toc":false},{"startTime":3e1,"title":"B"}]}`)
}

func FuzzReadALE(f *testing.F) {
	fuzzFormat(f, "list.ale", "Heading\nFPS\t25\n\nColumn\nName\tTape\tStart\tEnd\tMark IN\tMark OUT\n\nData\nA\tT1\t00:00:00:00\t00:00:40:00\t00:00:05:00\t00:00:23:04\n")
}

func FuzzMatch(f *testing.F) {
	f.Add("Ann Lee\nH.E. Bob / Cy", "LEE Ann\nBobby\nأمل مثال")
	f.Fuzz(func(t *testing.T, speakers, names string) {
		if len(speakers)+len(names) > 2_000 {
			return
		}
		var rows []Row
		for i, s := range strings.Split(speakers, "\n") {
			rows = append(rows, Row{Number: i + 1, Speaker: s})
		}
		var list []Candidate
		for i, s := range strings.Split(names, "\n") {
			list = append(list, Candidate{ID: s, Name: s, Position: i})
		}
		holders := map[int]int{}
		for i, m := range Match(rows, list) {
			if (m.Candidate < 0) != (m.Certainty == NoOne) {
				t.Fatalf("row %d: %+v", i, m)
			}
			if m.Candidate < 0 {
				continue
			}
			if _, taken := holders[m.Candidate]; taken && m.Note == "" {
				t.Fatalf("row %d silently has the same candidate as row %d", i, holders[m.Candidate])
			}
			holders[m.Candidate] = i
		}
	})
}
