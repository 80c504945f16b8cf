package captions_test

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"rostrum"
	. "rostrum/pipeline/captions"
)

const ms = time.Millisecond

func text(s string) []Node { return []Node{{Text: s}} }

func cue(start, end time.Duration, nodes ...Node) Cue {
	return Cue{Start: start, End: end, Text: nodes}
}

func wrap(k Kind, name string, children ...Node) Node {
	return Node{Kind: k, Name: name, Children: children}
}

func TestParse(t *testing.T) {
	tests := map[string]struct {
		in      string
		want    []Cue
		notices []string // a part of each, in order
	}{
		"srt": {
			"1\n00:00:01,000 --> 00:00:02,500\nHello\nworld\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>a</i> <b>b</b>\n",
			[]Cue{
				cue(1000*ms, 2500*ms, Node{Text: "Hello\nworld"}),
				cue(3000*ms, 4000*ms, wrap(Italic, "", Node{Text: "a"}), Node{Text: " "}, wrap(Bold, "", Node{Text: "b"})),
			}, nil,
		},
		"srt with CR only": {"1\r00:00:01,000 --> 00:00:02,000\rone\r\r2\r00:00:03,000 --> 00:00:04,000\rtwo\r",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...), cue(3000*ms, 4000*ms, text("two")...)}, nil},
		"srt with a blank line within": {"1\n00:00:01,000 --> 00:00:02,000\none\n\nand a half\n\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n",
			[]Cue{cue(1000*ms, 2000*ms, text("one\nand a half")...), cue(3000*ms, 4000*ms, text("two")...)}, nil},
		"srt without blank lines and a number as text": {"1\n00:00:01,000 --> 00:00:02,000\nsince\n2020\n2\n00:00:03,000 --> 00:00:04,000\ntwo",
			[]Cue{cue(1000*ms, 2000*ms, text("since\n2020")...), cue(3000*ms, 4000*ms, text("two")...)}, nil},
		"srt without numbers": {"00:00:01,000 --> 00:00:02,000\nin\n2030\n00:00:03,000 --> 00:00:04,000\ntwo",
			[]Cue{cue(1000*ms, 2000*ms, text("in\n2030")...), cue(3000*ms, 4000*ms, text("two")...)}, nil},
		"srt with Arabic digits, direction marks and a typographic dash": {"١\n\u200F٠٠:٠٠:٠١,٠٠٠ –> ٠٠:٠٠:٠٢,٠٠٠\u200F\nنعم",
			[]Cue{cue(1000*ms, 2000*ms, text("نعم")...)}, []string{"unusual way"}},
		"srt words in angle brackets and entities": {"1\n00:00:01,000 --> 00:00:02,000\n<inaudible> 3 < 4 > 2 &amp; <font color=\"red\">red</font> &rlm;&gt;",
			[]Cue{cue(1000*ms, 2000*ms, text("<inaudible> 3 < 4 > 2 & red \u200F>")...)}, nil},
		"srt position": {"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}above",
			[]Cue{{Start: 1000 * ms, End: 2000 * ms, Text: text("above"), Settings: Settings{Line: "10%"}}}, nil},
		"srt bad cue between good ones": {"1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:0x,000 --> 00:00:04,000\nlost\n\n3\n00:00:05,000 --> 00:00:06,000\nthree",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...), cue(5000*ms, 6000*ms, text("three")...)},
			[]string{"cannot be read", "2 of 3"}},
		"srt arrow in text": {"1\n00:00:01,000 --> 00:00:02,000\n2G --> 5G\n",
			[]Cue{cue(1000*ms, 2000*ms, text("2G --> 5G")...)}, []string{"kept as text"}},
		"srt with a speaker": {"1\n00:00:01,000 --> 00:00:02,000\n<v Ann Sample>yes\n",
			[]Cue{cue(1000*ms, 2000*ms, wrap(Voice, "Ann Sample", Node{Text: "yes"}))}, nil},
		"vtt": {
			"WEBVTT some title\n\nNOTE a\nremark\n\nintro\n00:01.000 --> 00:02.000 align:middle line:-1 size:50% position:10%,line-left\n<v.loud Félicité &amp; Co>Bonjour <i.x>à</i> tous &lrm;!\n\n01:00:00.000 --> 01:00:01.000\n<ruby>漢<rt>kan</rt></ruby> <lang fr>oui</lang>",
			[]Cue{
				{Start: 1000 * ms, End: 2000 * ms,
					Text: []Node{{Kind: Voice, Name: "Félicité & Co", Classes: []string{"loud"}, Children: []Node{
						{Text: "Bonjour "}, {Kind: Italic, Classes: []string{"x"}, Children: text("à")}, {Text: " tous \u200E!"}}}},
					Settings: Settings{Line: "-1", Position: "10%,line-left", Size: "50%", Align: "center"}},
				cue(time.Hour, time.Hour+time.Second,
					wrap(Ruby, "", Node{Text: "漢"}, wrap(RubyText, "", Node{Text: "kan"})), Node{Text: " "}, wrap(Lang, "fr", Node{Text: "oui"})),
			}, nil,
		},
		"vtt two voices in a cue": {"WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>one</v>\n<v B>two",
			[]Cue{cue(1000*ms, 2000*ms, wrap(Voice, "A", Node{Text: "one"}), Node{Text: "\n"}, wrap(Voice, "B", Node{Text: "two"}))}, nil},
		"vtt voice that is not closed": {"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bob hello there",
			[]Cue{cue(1000*ms, 2000*ms, text("<v Bob hello there")...)}, nil},
		"vtt bad cue between good ones": {"WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:0x.000 --> 00:04.000\nlost\n\n00:05.000 --> 00:06.000\nthree",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...), cue(5000*ms, 6000*ms, text("three")...)},
			[]string{"cannot be read", "2 of 3"}},
		"vtt with commas": {"WEBVTT\n\n00:00:01,5 --> 00:00:02,000\none",
			[]Cue{cue(1500*ms, 2000*ms, text("one")...)}, []string{"read as 00:00:01.500 to 00:00:02.000"}},
		"vtt timing right after the signature": {"WEBVTT\n00:01.000 --> 00:02.000\none\n00:03.000 --> 00:04.000\ntwo",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...), cue(3000*ms, 4000*ms, text("two")...)}, nil},
		"vtt text after a blank line": {"WEBVTT\n\n00:01.000 --> 00:02.000\none\n\nmore\n\n2\n00:03.000 --> 00:04.000\ntwo",
			[]Cue{cue(1000*ms, 2000*ms, text("one\nmore")...), cue(3000*ms, 4000*ms, text("two")...)}, []string{"blank line divides"}},
		"vtt style, region, offset": {"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nSTYLE\n::cue{background:url(//x)}\n\nREGION\nid:a\n\n00:01.000 --> 00:02.000 region:a\none",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...)}, []string{"offset", "Styles and regions"}},
		"vtt bad settings": {"WEBVTT\n\n00:01.000 --> 00:02.000 line:101% align:x\" onload=1\none",
			[]Cue{cue(1000*ms, 2000*ms, text("one")...)}, []string{"position setting"}},
		"vtt out of order, without end, without text": {"WEBVTT\n\n00:05.000 --> 00:05.000\nb\n\n00:01.000 --> 00:02.000\na\n\n00:06.000 --> 00:07.000\nc\n\n00:08.000 --> 00:09.000\n<b> </b>",
			[]Cue{cue(1000*ms, 2000*ms, text("a")...), cue(5000*ms, 6000*ms, text("b")...), cue(6000*ms, 7000*ms, text("c")...)},
			[]string{"does not end", "no text", "sorted", "3 of 4"}},
		"vtt attack": {"WEBVTT\n\n00:01.000 --> 00:02.000\n<v \"><img src=x onerror=alert(1)>\"><script>alert(2)</script>\x07",
			[]Cue{cue(1000*ms, 2000*ms, wrap(Voice, `"`, Node{Text: `">alert(2)`}))}, nil},
		"vtt empty": {"WEBVTT\n", nil, []string{"holds no captions"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, notices, err := Parse([]byte(tt.in), "en")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Cues, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got.Cues, tt.want)
			}
			if len(notices) != len(tt.notices) {
				t.Fatalf("notices %v, want %q", notices, tt.notices)
			}
			for i, n := range notices {
				if !strings.Contains(n.Text, tt.notices[i]) {
					t.Errorf("notice %q, want %q", n.Text, tt.notices[i])
				}
			}
		})
	}
}

func TestParseNoticeTellsTheLine(t *testing.T) {
	_, notices, err := Parse([]byte("WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\none\r\n\r\n00:99 --> 1\r\nlost\r\n"), "en")
	if err != nil || len(notices) == 0 || notices[0].Line != 6 {
		t.Fatalf("%v, %v", notices, err)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct {
		in   []byte
		code rostrum.Code
	}{
		"nothing":       {nil, rostrum.Invalid},
		"prose":         {[]byte(">> CHAIR: Good morning.\n"), rostrum.Invalid},
		"all broken":    {[]byte("1\nfoo --> bar\ntext\n"), rostrum.Invalid},
		"too large":     {bytes.Repeat([]byte(" "), MaxBytes+1), rostrum.TooLarge},
		"too many cues": {[]byte(strings.Repeat("00:00:01,000 --> 00:00:02,000\na\n\n", MaxCues+1)), rostrum.TooLarge},
		"binary":        {[]byte{0, 1, 2, 3, 0xFF, 0xFE, 0, 9}, rostrum.Invalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := Parse(tt.in, "")
			if got := rostrum.ErrorCode(err); got != tt.code {
				t.Errorf("code %q (%v), want %q", got, err, tt.code)
			}
		})
	}
}

func TestParseKeepsLongLines(t *testing.T) {
	long := strings.Repeat("word ", 20_000) // 100 kB: a line reader with a 64 kB buffer stops here
	for _, in := range []string{
		"1\n00:00:01,000 --> 00:00:02,000\n" + long + "\n\n2\n00:00:03,000 --> 00:00:04,000\nafter\n",
		"WEBVTT\n\n00:01.000 --> 00:02.000\n" + long + "\n\n00:03.000 --> 00:04.000\nafter\n",
	} {
		got, _, err := Parse([]byte(in), "en")
		if err != nil || len(got.Cues) != 2 || len(got.Cues[0].Text[0].Text) < 99_000 || got.Cues[1].Text[0].Text != "after" {
			t.Errorf("%d cues, %v", len(got.Cues), err)
		}
	}
}

// The worst that fits the limits: what must not take quadratic time or unbounded stack.
func TestParseHostileSizes(t *testing.T) {
	head := "WEBVTT\n\n00:01.000 --> 00:02.000\n"
	for name, filler := range map[string]string{"open brackets": "<", "nested": "<b>", "blank lines": "a&#10;<i>&#10; ", "ampersands": "&"} {
		t.Run(name, func(t *testing.T) {
			in := head + strings.Repeat(filler, (512<<10)/len(filler)) + "x"
			got, _, err := Parse([]byte(in), "en")
			if err != nil || len(got.Cues) != 1 {
				t.Fatalf("%d cues, %v", len(got.Cues), err)
			}
			WriteVTT(got, VTTOptions{})
		})
	}
}

func utf16Bytes(order binary.ByteOrder, bom bool, s string) []byte {
	units := utf16.Encode([]rune(s))
	if bom {
		units = append([]uint16{0xFEFF}, units...)
	}
	out := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(out[2*i:], u)
	}
	return out
}

func TestParseEncodings(t *testing.T) {
	page := func(m *charmap.Charmap, s string) []byte {
		b, err := m.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	srt := func(s string) string { return "1\r\n00:00:01,000 --> 00:00:02,000\r\n" + s + "\r\n" }
	const french, arabic, russian, chinese = "Réunion générale à Genève, où ça?", "صباح الخير لكم جميعا في هذا الاجتماع", "Доброе утро, уважаемые коллеги", "各位早上好"
	tests := map[string]struct {
		in      []byte
		lang    rostrum.Language
		want    string
		guessed bool
	}{
		"UTF-8":                         {[]byte(srt(chinese)), "zh", chinese, false},
		"UTF-8 with mark":               {[]byte("\uFEFF" + srt(french)), "fr", french, false},
		"UTF-16 LE":                     {utf16Bytes(binary.LittleEndian, true, srt(arabic)), "ar", arabic, false},
		"UTF-16 BE":                     {utf16Bytes(binary.BigEndian, true, srt(chinese)), "zh", chinese, false},
		"UTF-16 LE, no mark":            {utf16Bytes(binary.LittleEndian, false, srt(chinese)), "zh", chinese, true},
		"UTF-16 BE, no mark":            {utf16Bytes(binary.BigEndian, false, srt(russian)), "ru", russian, true},
		"Windows-1252":                  {page(charmap.Windows1252, srt(french)), "fr", french, true},
		"Windows-1252, language wrong":  {page(charmap.Windows1252, srt(french)), "ru", french, true},
		"Windows-1256":                  {page(charmap.Windows1256, srt(arabic)), "ar", arabic, true},
		"Windows-1251":                  {page(charmap.Windows1251, srt(russian)), "ru", russian, true},
		"Windows-1251, language absent": {page(charmap.Windows1251, srt(russian)), "", russian, true},
		"Windows-1256, language absent": {page(charmap.Windows1256, srt(arabic)), "", arabic, true},
		"UTF-8 with a damaged byte":     {[]byte(srt(russian + "\xFF")), "ru", russian + "\uFFFD", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, notices, err := Parse(tt.in, tt.lang)
			if err != nil || len(got.Cues) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			if s := got.Cues[0].Text[0].Text; s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
			if guessed := len(notices) > 0; guessed != tt.guessed {
				t.Errorf("notices %v", notices)
			}
		})
	}
}

func TestSlice(t *testing.T) {
	in := Track{Language: "en", Cues: []Cue{
		cue(0, 900*ms, text("before")...),
		cue(900*ms, 1300*ms, text("flash")...), // 0.3 s after the cut at 1 s: only flashes
		cue(500*ms, 1301*ms, text("clipped")...),
		cue(1500*ms, 1600*ms, text("short but whole")...),
		cue(2000*ms, 3050*ms, text("rounding")...),
		cue(3000*ms, 5000*ms, text("both")...),
		cue(4000*ms, 4500*ms, text("speak")...),
		cue(9500*ms, 12*time.Second, text("end")...),
		cue(10*time.Second, 11*time.Second, text("after")...),
	}}
	want := func(oneAtATime bool) []Cue {
		both := 4000 * ms
		if oneAtATime {
			both = 3000 * ms
		}
		return []Cue{
			cue(0, 301*ms, text("clipped")...),
			cue(500*ms, 600*ms, text("short but whole")...),
			cue(1000*ms, 2000*ms, text("rounding")...),
			cue(2000*ms, both, text("both")...),
			cue(3000*ms, 3500*ms, text("speak")...),
			cue(8500*ms, 9000*ms, text("end")...),
		}
	}
	for _, one := range []bool{false, true} {
		if got := Slice(in, time.Second, 10*time.Second, SliceOptions{OneAtATime: one}).Cues; !reflect.DeepEqual(got, want(one)) {
			t.Errorf("OneAtATime %v: got %+v", one, got)
		}
	}
	if got := Slice(in, 3*time.Second, time.Second, SliceOptions{}).Cues; len(got) != 0 {
		t.Errorf("a part that ends before it starts holds %v", got)
	}
	// A cut between milliseconds, as frames at 29.97 a second give it, is off by less than one.
	from := rostrum.Rate2997.Duration(29)
	if got := Slice(in, from, 10*time.Second, SliceOptions{}).Cues[2].Start; got != 532*ms {
		t.Errorf("1.5 s after a cut at %v lies at %v", from, got)
	}
}

func TestWriteVTT(t *testing.T) {
	in := Track{Cues: []Cue{
		{Start: 1499600 * time.Microsecond, End: 100 * time.Hour,
			Text: []Node{
				wrap(Voice, "A > B & <\n\nC", Node{Text: "x --> y\n\n \nz\x00\u200F\u00A0<"}),
				wrap("script", "", Node{Text: "t"}),
				{Kind: Class, Classes: []string{"ok", "no>t"}, Children: text("c")},
				wrap(Lang, "not a language", Node{Text: "l"}),
			},
			Settings: Settings{Line: "0", Align: "start\n\nNOTE", Size: "40% line:1"}},
		cue(time.Second, time.Second, text("no length")...),
		cue(-5*time.Second, -4*time.Second, text("before the start")...),
	}}
	want := "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:90000,LOCAL:00:00:00.000\n\n" +
		"00:00:01.500 --> 100:00:00.000 line:0\n<v A &gt; B &amp; &lt; C>x --&gt; y\nz&rlm;&nbsp;&lt;</v>t<c.ok>c</c>l\n"
	if got := string(WriteVTT(in, VTTOptions{TimestampMap: true, MPEGTS: 1<<33 + 90000})); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	shifted := string(WriteVTT(Track{Cues: []Cue{cue(time.Second, 2*time.Second, text("a")...)}}, VTTOptions{Shift: -1500 * ms}))
	if want := "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\na\n"; shifted != want {
		t.Errorf("got %q, want %q", shifted, want)
	}
}

func TestWriteSRT(t *testing.T) {
	in := Track{Cues: []Cue{
		cue(time.Second, 2*time.Second, wrap(Voice, "Ann", Node{Text: "a --> "}, wrap(Bold, "", Node{Text: "b"}))),
		cue(2*time.Second, 3*time.Second, wrap(Voice, "Ann", wrap(Ruby, "", Node{Text: "漢"}, wrap(RubyText, "", Node{Text: "kan"})))),
	}}
	want := "1\n00:00:01,000 --> 00:00:02,000\nAnn: a -- > <b>b</b>\n\n2\n00:00:02,000 --> 00:00:03,000\n漢(kan)\n\n"
	if got := string(WriteSRT(in)); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestPlainText(t *testing.T) {
	in := Track{Language: "en", Cues: []Cue{
		cue(0, time.Second, wrap(Voice, "Ann", Node{Text: "Good\nmorning,"})),
		cue(time.Second, 2*time.Second, wrap(Voice, "Ann", Node{Text: "all."}), Node{Text: "\n"}, wrap(Voice, "Bob", Node{Text: "Hello."})),
		cue(9*time.Second, 10*time.Second, wrap(Voice, "Bob", wrap(Italic, "", Node{Text: "Next."}))),
	}}
	if got, want := PlainText(in), "Ann: Good morning, all.\n\nBob: Hello.\n\nNext."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	zh := Track{Language: "zh-Hans", Cues: []Cue{cue(0, time.Second, text("各位")...), cue(time.Second, 2*time.Second, text("早上\n好")...)}}
	if got := PlainText(zh); got != "各位早上好" {
		t.Errorf("got %q", got)
	}
}
