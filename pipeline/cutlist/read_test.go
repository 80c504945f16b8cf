package cutlist_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

const fcpHead = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.8"><resources>
<asset id="r1" name="A" src="file:///A.mov" start="36000s" duration="200s"/></resources><project name="P"><sequence><spine>`

const fcpTail = `</spine></sequence></project></fcpxml>`

func otioTimeline(children, markers string) string {
	return `{"OTIO_SCHEMA":"Timeline.1","tracks":{"OTIO_SCHEMA":"Stack.1","markers":[` + markers + `],"children":[{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[` + children + `]}]}}`
}

func otioClip(name, start, length, extra string) string {
	return `{"OTIO_SCHEMA":"Clip.2","name":"` + name + `","source_range":{"start_time":{"rate":25,"value":` + start + `},"duration":{"rate":25.0,"value":` + length + `}}` + extra + `}`
}

const otioFile = `,"active_media_reference_key":"DEFAULT_MEDIA","media_references":{"DEFAULT_MEDIA":{"target_url":"A.mov","available_range":{"start_time":{"rate":25,"value":900000},"duration":{"rate":25,"value":5000}}}}`

func TestReadFormats(t *testing.T) {
	type row struct {
		in, out rostrum.Frame
		title   string
	}
	tests := map[string]struct {
		in         string
		media      Media
		format     string
		want       []row
		understood string
		notices    string
	}{
		"YouTube":               {"Chapters\n0:00 Intro\n0:05 – Ann\n1:00:30 Bob\n", long, YouTube, []row{{0, 125, "Intro"}, {125, 90750, "Ann"}, {90750, 270000, "Bob"}}, "last one with the recording", ""},
		"YouTube, ends":         {"(0:05-0:10) Ann\n[0:20 - 0:30] Bob", bare, YouTube, []row{{125, 250, "Ann"}, {500, 750, "Bob"}}, "", ""},
		"YouTube is elapsed":    {"0:00:01 Ann\n0:00:05 Bob\n", night, YouTube, []row{{25, 125, "Ann"}, {125, 90000, "Bob"}}, "", ""},
		"WebVTT":                {"WEBVTT - x\n\nNOTE\n00:00.000 --> 00:01.000\n\nSTYLE\n::cue{}\n\nfirst\n00:05.000 --> 00:00:23.160 align:start\n<v Ann>A &amp; <b>B</b>\n\n1:00:00.000 --> 1:00:10.000\nC\nD\n", long, WebVTT, []row{{125, 579, "A & B"}, {90000, 90250, "C D"}}, "", ""},
		"WebVTT captions":       {"WEBVTT\n" + strings.Repeat("\n00:05.000 --> 00:07.000\nx\n", 25), bare, WebVTT, nil, "", "captions"},
		"FFmetadata":            {";FFMETADATA1\ntitle=whole\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=5000\nEND=23160\ntitle=A\\=B\\\nC\\\\\nartist=Ann\n[STREAM]\ntitle=no\n[CHAPTER]\nTIMEBASE=1/25\nSTART=600\nEND=700\n", bare, FFMetadata, []row{{125, 579, `A=B C\`}, {600, 700, "Intervention 2"}}, "", "neither title"},
		"FFmetadata, ns":        {";FFMETADATA1\n[CHAPTER]\nSTART=5000000000\nEND=6000000000\ntitle=A", bare, FFMetadata, []row{{125, 150, "A"}}, "", ""},
		"FFmetadata, starts":    {";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=5\nEND=5\ntitle=A\n[CHAPTER]\nTIMEBASE=1/1\nSTART=9\nEND=9\ntitle=B", bare, FFMetadata, []row{{125, 225, "A"}, {225, 5114, "B"}}, "starts only", ""},
		"Audacity":              {"5.000000\t23.160000\tA\n\\\t100.0\t200.0\n30,5\t40,25\tB\n", bare, Audacity, []row{{125, 579, "A"}, {763, 1006, "B"}}, "", ""},
		"Audacity, points":      {"5.000000\t5.000000\tA\n23.160000\t23.160000\tB\n30.0\t40.0\tC\n", bare, Audacity, []row{{125, 579, "A"}, {579, 750, "B"}, {750, 1000, "C"}}, "Rows with a start only", ""},
		"Podcasting":            {`{"version":"1.2.0","chapters":[{"startTime":5,"endTime":23.16,"title":"A"},{"startTime":20,"toc":false},{"startTime":30,"title":"B"}]}`, bare, Podcasting, []row{{125, 579, "A"}, {750, 5114, "B"}}, "left out: 1", ""},
		"OTIO":                  {otioTimeline(otioClip("A", "900125", "454", otioFile)+`,{"OTIO_SCHEMA":"Transition.1"},`+otioClip("B", "900600", "100", otioFile), ""), bare, OTIO, []row{{125, 579, "A"}, {600, 700, "B"}}, "Transitions were not applied: 1", ""},
		"OTIO, no media":        {otioTimeline(otioClip("A", "900125", "454", ""), ""), morning, OTIO, []row{{125, 579, "A"}}, "time of day", ""},
		"OTIO, no media, hour":  {otioTimeline(otioClip("A", "90125", "454", ""), ""), bare, OTIO, []row{{125, 579, "A"}}, "false first hour", ""},
		"OTIO, clip markers":    {otioTimeline(otioClip("A", "900000", "5000", otioFile+`,"markers":[{"name":"M","marked_range":{"start_time":{"rate":25,"value":900125},"duration":{"rate":25,"value":454}}},{"name":"N","comment":"x","marked_range":{"start_time":{"rate":25,"value":900600},"duration":{"rate":25,"value":1}}}]`), ""), bare, OTIO, []row{{125, 579, "M"}, {600, 5114, "N"}}, "2 markers are the cuts", ""},
		"OTIO, stack markers":   {otioTimeline(`{"OTIO_SCHEMA":"Gap.1","source_range":{"start_time":{"rate":25,"value":0},"duration":{"rate":25,"value":100}}},`+otioClip("A", "900000", "5000", otioFile), `{"name":"M","marked_range":{"start_time":{"rate":25,"value":225},"duration":{"rate":25,"value":454}}},{"name":"N","marked_range":{"start_time":{"rate":25,"value":700},"duration":{"rate":25,"value":50}}},{"name":"in the gap","marked_range":{"start_time":{"rate":25,"value":7},"duration":{"rate":25,"value":50}}}`), bare, OTIO, []row{{125, 579, "M"}, {600, 650, "N"}}, "", "stand on no clip"},
		"OTIO, switched off":    {otioTimeline(otioClip("A", "900125", "454", otioFile)+","+otioClip("B", "900600", "100", otioFile+`,"enabled":false`), ""), bare, OTIO, []row{{125, 579, "A"}}, "switched off", ""},
		"FCPXML":                {fcpHead + `<asset-clip name="A" ref="r1" offset="0s" start="36005s" duration="454/25s"><note>n</note><keyword value="5G, IoT"/></asset-clip><transition/><asset-clip name="B" ref="r1" start="36024s" duration="4s"/>` + fcpTail, bare, FCPXML, []row{{125, 579, "A"}, {600, 700, "B"}}, "Transitions", ""},
		"FCPXML, clip of video": {fcpHead + `<clip name="A" start="5s" duration="454/25s"><video ref="r1" offset="0s" start="36000s"/><clip lane="-1" duration="5s"><audio ref="r1"/></clip></clip>` + fcpTail, bare, FCPXML, []row{{125, 579, "A"}}, "", ""},
		"FCPXML, markers":       {fcpHead + `<asset-clip name="All" ref="r1" duration="200s"><marker start="36005s" duration="1/25s" value="A"/><chapter-marker start="36024s" duration="1/25s" value="B"/></asset-clip><gap><marker start="1s" value="lost"/></gap>` + fcpTail, bare, FCPXML, []row{{125, 600, "A"}, {600, 5114, "B"}}, "", "stand on no clip"},
		"FCPXML, connected":     {fcpHead + `<gap start="3600s"><clip lane="1" name="A" duration="4s"><video ref="r1" start="36005s"/></clip></gap><ref-clip ref="r9"/>` + fcpTail, bare, FCPXML, []row{{125, 225, "A"}}, "", "multicam clips"},
		"ALE":                   {"Heading\nFIELD_DELIM\tTABS\nFPS\t25\n\nColumn\nName\tTape\tStart\tEnd\tMark IN\tMark OUT\n\nData\nA\tT1\t10:00:00:00\t10:00:40:00\t10:00:05:00\t10:00:23:04\nB\tT1\t10:00:24:00\t10:00:28:00\n", morning, ALE, []row{{125, 579, "A"}, {600, 700, "B"}}, "", ""},
		"Premiere points":       {"Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\nA\td\t00;00;05;00\t00;00;05;00\t00;00;00;00\tComment\nB\t\t00;00;10;00\t00;00;20;00\t00;00;10;00\tChapter\n", Media{Rate: rostrum.Rate2997, Frames: 3000}, Premiere, []row{{150, 300, "A"}, {300, 600, "B"}}, "a start only", ""},
		"Resolve points":        {"001  001 V C 10:00:05:00 10:00:05:01 10:00:05:00 10:00:05:01\n |C:ResolveColorBlue |M:A |D:1\n002  001 V C 10:00:09:00 10:00:09:01 10:00:09:00 10:00:09:01\n |C:ResolveColorBlue |M:B |D:25\n", morning, ResolveMarkers, []row{{125, 225, "A"}, {225, 250, "B"}}, "", ""},
		"starts only":           {"start;title\n5;A\n10;B\n", bare, CSV, []row{{125, 250, "A"}, {250, 5114, "B"}}, "starts only", ""},
		"local time":            {"Order,Local time,Name\n1,10:00,Ann\n2,10:00,Bob\n3,10:01,Cy\n", Media{Rate: rostrum.Rate25, Frames: 5114, Wall: time.Date(2025, 5, 3, 10, 0, 30, 0, time.FixedZone("", 7200)), HasWall: true}, CSV, []row{{0, 375, "Ann"}, {375, 750, "Bob"}, {750, 5114, "Cy"}}, "clock in the room", "within the same minute"},
		"local time, timecode":  {"Local time,Name\n10:00,Ann\n10:02,Bob\n", morning, CSV, []row{{0, 3000, "Ann"}, {3000, 5114, "Bob"}}, "timecode was taken to show", ""},
		"wall found out":        {"in;out;title\n10:00:05;10:00:10;A\n", Media{Rate: rostrum.Rate25, Frames: 5114, Wall: time.Date(2025, 5, 3, 10, 0, 0, 0, time.UTC), HasWall: true}, CSV, []row{{125, 250, "A"}}, "the recording began at 10:00:00", ""},
		"twice the rate":        {"in;out;title\n10:00:05:30;10:00:10:49;A\n", morning, CSV, []row{{140, 275, "A"}}, "50 frames a second", ""},
		"twice the rate, known": {"in;out;title\n10:00:05:30;10:00:10:10;A\n", Media{Rate: rostrum.Rate25, Frames: 5114, Start: rostrum.Timecode{Hours: 10, Frames: 5}, HasStart: true, Halved: true}, CSV, []row{{135, 250, "A"}}, "50 frames a second", ""},
		"59.94 drop":            {"* FRAME RATE: 59.94\nFCM: DROP FRAME\n001" + event + "10:01:00:04 10:10:00:00 01:00:00:00 01:00:18:04\n", ntsc, EDL, []row{{1800, 17982, "Intervention 1"}}, "59.94", ""},
		"25 on 29.97":           {"Heading\nFPS\t25\nColumn\nName\tStart\tEnd\nData\nA\t00:00:10:00\t00:00:20:00\n", Media{Rate: rostrum.Rate2997, Frames: 3000}, ALE, []row{{300, 599, "A"}}, "25 frames a second; the recording has 29.97", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, err := Read("list", []byte(tt.in), tt.media)
			if err != nil || l.Err() != nil {
				t.Fatal(err, l.Err())
			}
			var got []row
			var problems []string
			for _, r := range l.Rows {
				got = append(got, row{r.In, r.Out, r.Title})
			}
			for _, p := range l.Problems {
				problems = append(problems, p.Text)
			}
			if l.Format != tt.format || tt.want != nil && !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: got %v, want %v (%q)", l.Format, got, tt.want, problems)
			}
			if !mentions(l.Understood, tt.understood) {
				t.Errorf("understood %q, want %q", l.Understood, tt.understood)
			}
			if tt.notices != "" && !mentions(problems, tt.notices) && !mentions(l.Understood, tt.notices) || tt.notices == "" && len(problems) > 0 {
				t.Errorf("problems %q, want %q", problems, tt.notices)
			}
		})
	}
}

func TestReadCells(t *testing.T) {
	l, err := Read("x.vtt", []byte("WEBVTT\n\nc-7\n00:05.000 --> 00:09.000\n<v.loud Ann Lee>Title\n"), bare)
	if err != nil || l.Err() != nil || l.Rows[0].ID != "c-7" || l.Rows[0].Speaker != "Ann Lee" {
		t.Errorf("%v %+v", err, l.Rows)
	}
	l, err = Read("x.fcpxml", []byte(fcpHead+`<asset-clip name="A" ref="r1" start="36005s" duration="4s"><note>n</note><keyword value="5G, IoT"/></asset-clip>`+fcpTail), bare)
	if err != nil || l.Err() != nil || l.Rows[0].Remarks != "n" || !reflect.DeepEqual(l.Rows[0].Topics, []string{"5G", "IoT"}) {
		t.Errorf("%v %+v", err, l.Rows)
	}
}

func TestReadFormatsRefuses(t *testing.T) {
	deep := strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)
	for name, tt := range map[string]struct {
		in   string
		want string
	}{
		"other XML":         {"<html></html>", "another kind"},
		"torn XML":          {"<?xml version='1.0'?><fcpxml><a></fcpxml>", "damaged"},
		"entity":            {`<?xml version="1.0"?><!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>`, "damaged"},
		"deep XML":          {"<fcpxml>" + deep + "</fcpxml>", "holds more"},
		"wide XML":          {"<fcpxml>" + strings.Repeat("<a/>", 200_001) + "</fcpxml>", "holds more"},
		"empty FCPXML":      {"<fcpxml/>", "neither clips nor markers"},
		"other JSON":        {`{"a":1}`, "neither a timeline"},
		"torn JSON":         {`{"a":`, "damaged"},
		"JSON array":        {`[1]`, "another kind"},
		"JSON with NaN":     {`{"OTIO_SCHEMA":"Timeline.1","x":NaN}`, "damaged"},
		"empty OTIO":        {`{"OTIO_SCHEMA":"Timeline.1"}`, "neither clips nor markers"},
		"empty VTT":         {"WEBVTT\n\nNOTE nothing\n", "no cues"},
		"no chapters":       {";FFMETADATA1\ntitle=x\n", "no chapters"},
		"empty ALE":         {"Heading\nColumn\nName\nData\n", "no clips"},
		"clock unknown":     {"Local time,Name\n10:00,Ann\n", "not known when the recording began"},
		"many labels":       {strings.Repeat("1.0\t2.0\tx\n", MaxRows+2), "more than"},
		"many chapters":     {";FFMETADATA1\n" + strings.Repeat("[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=2\n", MaxRows+2), "more than"},
		"many YouTube":      {strings.Repeat("0:01 x\n", MaxRows+2), "more than"},
		"many cues":         {"WEBVTT\n" + strings.Repeat("\n00:01.000 --> 00:02.000\nx\n", MaxRows+2), "more than"},
		"many podcast":      {`{"chapters":[{"startTime":1}` + strings.Repeat(`,{"startTime":1}`, MaxRows+2) + "]}", "more than"},
		"many OTIO markers": {otioTimeline(otioClip("A", "0", "9", ""), strings.Repeat(`{"name":"M","marked_range":{"start_time":{"rate":25,"value":1},"duration":{"rate":25,"value":1}}},`, MaxRows+2)+`{}`), "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("list", []byte(tt.in), bare)
			if code := rostrum.ErrorCode(err); code != rostrum.Invalid && code != rostrum.TooLarge || !strings.Contains(rostrum.ErrorMessage(err), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	fatal := map[string]string{
		"two points at once": "5.0\t5.0\tA\n5.0\t5.0\tB\n",
		"OTIO without rate":  otioTimeline(strings.ReplaceAll(otioClip("A", "1", "2", ""), `"rate":25`, `"rate":0`), ""),
		"huge decimals":      `{"chapters":[{"startTime":1e99,"title":"A"}]}`,
		"tiny decimals":      `{"chapters":[{"startTime":-1e-400000000,"endTime":-1,"title":"A"}]}`,
		"torn cue":           "WEBVTT\n\n00:05 --> x\nA\n",
		"time base":          ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=0/0\nSTART=1\nEND=2\n",
		"FCPXML no duration": fcpHead + `<asset-clip name="A" ref="r0" start="5s"/>` + fcpTail,
	}
	for name, in := range fatal {
		l, err := Read("list", []byte(in), bare)
		if err != nil || l.Err() == nil {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}
