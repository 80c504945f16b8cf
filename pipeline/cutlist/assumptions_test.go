package cutlist_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"rostrum"
	. "rostrum/pipeline/cutlist"
)

// inForce gives the values of a list's assumptions, as a page sends them back.
func inForce(l List) map[string]string {
	all := map[string]string{}
	for _, a := range l.Assumed {
		all[a.Key] = a.Value
	}
	return all
}

func TestReadWith(t *testing.T) {
	wall := Media{Rate: rostrum.Rate25, Frames: 5114, Start: rostrum.Timecode{Hours: 8}, HasStart: true, Wall: time.Date(2025, 5, 3, 10, 0, 0, 0, time.UTC), HasWall: true}
	tests := map[string]struct {
		in     string
		media  Media
		say    map[string]string
		want   []span // nil: not to be used
		assume map[string]string
	}{
		"rate":               {"in;out;title\n00:00:05:12;00:00:10:00;A\n", bare, map[string]string{"rate": "50/1"}, []span{{131, 250}}, map[string]string{"rate": "50/1", "clock": "elapsed"}},
		"rate of decimals":   {"in;out;title\n00:00:05:12;00:00:10:00;A\n", bare, map[string]string{"rate": "29.97"}, []span{{135, 250}}, map[string]string{"rate": "30000/1001", "drop": "no"}},
		"first hour":         {"in;out;title\n01:00:05:00;01:00:10:00;A\n", long, map[string]string{"clock": "hour"}, []span{{125, 250}}, map[string]string{"clock": "hour"}},
		"elapsed":            {"in;out;title\n00:02:00:00;00:02:10:00;A\n", Media{Rate: rostrum.Rate25, Frames: 9000, Start: rostrum.Timecode{Minutes: 1}, HasStart: true}, map[string]string{"clock": "elapsed"}, []span{{3000, 3250}}, nil},
		"offset":             {"in;out;title\n00:00:05:00;00:00:10:00;A\n", bare, map[string]string{"clock": "offset", "offset": "-25"}, []span{{150, 275}}, map[string]string{"offset": "-25"}},
		"offset of chapters": {"0:05 A\n0:10 B\n", bare, map[string]string{"clock": "offset", "offset": "100"}, []span{{25, 150}, {150, 5114}}, nil},
		"wall":               {"in;out;title\n10:00:05;10:00:10;A\n", wall, map[string]string{"clock": "wall"}, []span{{125, 250}}, nil},
		"wall by minutes":    {"10:00 A\n10:01 B\n", wall, map[string]string{"clock": "wall"}, []span{{0, 1500}, {1500, 5114}}, nil},
		"drop":               {"in;out;title\n00:01:00:02;00:02:00:02;A\n", Media{Rate: rostrum.Rate2997, Frames: 5000}, map[string]string{"drop": "yes"}, []span{{1800, 3598}}, map[string]string{"drop": "yes"}},
		"non-drop":           {"in;out;title\n00:01:00;02;00:02:00;02;A\n", Media{Rate: rostrum.Rate2997, Frames: 5000}, nil, nil, nil},
		"non-drop, commas":   {"in,out,title\n00:01:00;02,00:02:00;02,A\n", Media{Rate: rostrum.Rate2997, Frames: 5000}, map[string]string{"drop": "no"}, []span{{1802, 3602}}, map[string]string{"drop": "no"}},
		"midnight":           {"in;out;title\n23:55:00:00;00:05:00:00;A\n", night, map[string]string{"midnight": "no"}, nil, map[string]string{"midnight": "no", "swap": "no"}},
		"swap":               {"in;out;title\n10;5;A\n", bare, map[string]string{"swap": "yes"}, []span{{125, 250}}, map[string]string{"swap": "yes"}},
		"no swap":            {"in;out;title\n10;5;A\n", bare, nil, nil, map[string]string{"swap": "no"}},
		"nudge":              {"in;out;title\n0;5;A\n5;10;B\n", bare, map[string]string{"nudge": "-10"}, []span{{0, 115}, {115, 240}}, map[string]string{"nudge": "-10"}},
		"columns":            {"a;b;c\n5;10;A\n20;30;B\n", bare, map[string]string{"columns.in": "1", "columns.out": "2", "columns.speaker": "3"}, []span{{125, 250}, {500, 750}}, map[string]string{"columns.in": "1", "columns.title": "0", "columns.speaker": "3"}},
		"columns, clash":     {"in;start;out;title\n5;6;10;A\n", bare, map[string]string{"columns.in": "2"}, []span{{150, 250}}, map[string]string{"columns.in": "2"}},
		"columns, none":      {"in;out;duration;title\n5;10;99;A\n", bare, map[string]string{"columns.out": "0", "columns.duration": "0"}, []span{{125, 5114}}, nil},
		"markers":            {fcpHead + `<asset-clip name="All" ref="r1" duration="100s"><marker start="36005s" duration="1/25s" value="A"/></asset-clip>` + fcpTail, bare, map[string]string{"marks": "markers"}, []span{{125, 5114}}, map[string]string{"marks": "markers"}},
		"clips":              {fcpHead + `<asset-clip name="All" ref="r1" duration="100s"><marker start="36005s" duration="1/25s" value="A"/></asset-clip>` + fcpTail, bare, nil, []span{{0, 2500}}, map[string]string{"marks": "clips"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a, err := ParseAssumptions(tt.say)
			if err != nil {
				t.Fatal(err)
			}
			l, err := ReadWith("list", []byte(tt.in), tt.media, a)
			if tt.want == nil {
				if err == nil && l.Err() == nil {
					t.Fatalf("was accepted: %+v", spans(l))
				}
			} else if err != nil || l.Err() != nil {
				t.Fatal(err, l.Err())
			} else if got := spans(l); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for key, value := range tt.assume {
				if got := inForce(l); got[key] != value {
					t.Errorf("%s is %q, want %q", key, got[key], value)
				}
			}
			for _, a := range l.Assumed {
				if a.Text == "" || len(a.Choices) > 0 && a.Value != "" && !slices.ContainsFunc(a.Choices, func(c Choice) bool { return c.Value == a.Value }) {
					t.Errorf("not a choice: %+v", a)
				}
			}
		})
	}
}

// A page sends back all that it shows; what nobody changed changes nothing.
func TestAssumedAreInForce(t *testing.T) {
	lists := map[string]string{
		"time of day": "in;out;title\n10:00:05:00;10:00:23:04;A\n20;30;B\n0:40;0:50;C\n",
		"local time":  "Local time,Name\n10:00,Ann\n10:02,Bob\n",
		"drop":        "in,out,title\n10:01:00;02,10:10:00:00,A\n",
		"chapters":    "0:05 A\n0:20 B\n",
		"double":      "in;out\n10:00:05:30;10:00:10:49\n",
	}
	for name, in := range lists {
		for at, m := range map[string]Media{"morning": morning, "bare": bare, "long": long, "night": night, "ntsc": ntsc} {
			first, err := Read("list", []byte(in), m)
			if err != nil {
				continue // these recordings do not fit this list
			}
			a, err := ParseAssumptions(inForce(first))
			if err != nil {
				t.Fatal(name, at, err)
			}
			second, err := ReadWith("list", []byte(in), m, a)
			if err != nil || !reflect.DeepEqual(first.Rows, second.Rows) || !maps.Equal(inForce(first), inForce(second)) {
				t.Errorf("%s, %s: %v\n%+v\n%+v", name, at, err, first, second)
			}
		}
	}
}

func TestAssumedHelpsWithAnUnknownSheet(t *testing.T) {
	l, err := Read("list.csv", []byte("un;deux;trois\n5;10;A\n"), bare)
	if err == nil || len(l.Assumed) == 0 || l.Assumed[0].Key != "columns.in" || len(l.Assumed[0].Choices) != 4 {
		t.Errorf("%v %+v", err, l.Assumed)
	}
}

func TestParseAssumptionsRefuses(t *testing.T) {
	for key, value := range map[string]string{
		"rate": "26", "clock": "noon", "offset": "x", "nudge": "10000001", "drop": "perhaps", "midnight": "1", "swap": "true", "marks": "both",
		"columns.in": "-1", "columns.nose": "1", "columns.out": "201", "colour": "red",
	} {
		if _, err := ParseAssumptions(map[string]string{key: value}); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%s=%s: %v", key, value, err)
		}
	}
	if a, err := ParseAssumptions(map[string]string{"rate": "", "clock": " "}); err != nil || !reflect.DeepEqual(a, Assumptions{}) {
		t.Errorf("%v %+v", err, a)
	}
	for name, a := range map[string]Assumptions{"far": {Nudge: 1 << 62}, "rate": {Rate: rostrum.Rate{Num: 1, Den: 1}}, "wall": {Clock: ClockWall}, "day": {Clock: ClockDay}, "columns": {Columns: map[string]int{"in": 1 << 40}}} {
		if _, err := ReadWith("list", []byte("in;out\n5;10\n"), bare, a); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
