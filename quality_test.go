package rostrum_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
)

// good is an intervention of 40 s at 25 frames a second, with the floor and a French booth, that nothing is wrong with.
func good() rostrum.Measured {
	sound := func(channel string, length time.Duration) rostrum.MeasuredSound {
		return rostrum.MeasuredSound{Channel: channel, Before: rostrum.Loudness{Integrated: -30, TruePeak: -20}, After: rostrum.Loudness{Integrated: -16, TruePeak: -2},
			Target: -16, Ceiling: -1, Length: length}
	}
	return rostrum.Measured{
		Asked: 40 * time.Second, Found: 40 * time.Second,
		Frames:   []rostrum.MeasuredRung{{Name: "720", Expected: 1000, Found: 1000}, {Name: "240", Expected: 500, Found: 500}},
		Sounds:   []rostrum.MeasuredSound{sound(rostrum.Floor, 40*time.Second), sound("fr", 44*time.Second)},
		Sync:     10 * time.Millisecond,
		Likeness: []float64{0.98, 0.97},
		Captions: []rostrum.Language{"en", "zh-Hans"},
		Wanted:   []rostrum.Language{"en"},
	}
}

func TestJudgeGoesThroughTheChecksInOrder(t *testing.T) {
	t.Parallel()
	q := rostrum.Judge(good())
	var got []string
	for _, f := range q.Findings {
		if f.Grade != rostrum.Green {
			t.Errorf("%s is %s: %s", f.Check, f.Grade, f.Text)
		}
		if f.Text == "" || !strings.HasSuffix(f.Text, ".") || strings.Contains(f.Text, "%!") {
			t.Errorf("%s: %q is no sentence", f.Check, f.Text)
		}
		got = append(got, strings.TrimSuffix(f.Check+" "+f.Channel, " "))
	}
	want := []string{"duration", "duration floor", "duration fr", "frames", "streams", "loudness floor", "loudness fr", "peak floor", "peak fr",
		"silence floor", "silence fr", "clipping floor", "clipping fr", "black", "frozen", "sync", "captions", "likeness"}
	if !slices.Equal(got, want) {
		t.Errorf("findings are %q, want %q", got, want)
	}
	if q.Grade() != rostrum.Green || len(q.Reds()) != 0 {
		t.Errorf("the whole is %s, with %v", q.Grade(), q.Reds())
	}
}

func TestJudgeLeavesOutWhatThereIsNot(t *testing.T) {
	t.Parallel()
	m := good()
	m.Frames, m.Likeness, m.Sync = nil, nil, time.Second
	for _, f := range rostrum.Judge(m).Findings {
		if slices.Contains([]string{"frames", "black", "frozen", "sync", "likeness"}, f.Check) {
			t.Errorf("sound alone: %+v", f)
		}
	}
	m = good()
	m.Sounds, m.Sync = nil, time.Second
	for _, f := range rostrum.Judge(m).Findings {
		if f.Channel != "" || f.Check == "sync" {
			t.Errorf("picture alone: %+v", f)
		}
	}
	m.Frames = nil
	if q := rostrum.Judge(m); q.Grade() != rostrum.Red {
		t.Errorf("neither picture nor sound: %+v", q)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	span := func(in, out rostrum.Frame) []rostrum.Span { return []rostrum.Span{{In: in, Out: out}} }
	for _, c := range []struct {
		name    string
		change  func(*rostrum.Measured)
		check   string
		channel string
		want    rostrum.Grade
		says    string
	}{
		{"a frame short", func(m *rostrum.Measured) { m.Found -= 40 * ms }, "duration", "", rostrum.Green, "39.960 s"},
		{"more than a frame short", func(m *rostrum.Measured) { m.Found -= 41 * ms }, "duration", "", rostrum.Red, "39.959 s instead of 40.000 s"},
		{"a frame long", func(m *rostrum.Measured) { m.Found += 40 * ms }, "duration", "", rostrum.Green, ""},
		{"more than a frame long", func(m *rostrum.Measured) { m.Found += 41 * ms }, "duration", "", rostrum.Red, ""},
		{"a frame of 29.97 long", func(m *rostrum.Measured) {
			m.Asked, m.Frames[0].Expected = rostrum.Rate2997.Duration(1001), 1001
			m.Found = rostrum.Rate2997.Duration(1002)
		}, "duration", "", rostrum.Green, ""},
		{"two frames of 29.97 long", func(m *rostrum.Measured) {
			m.Asked, m.Frames[0].Expected = rostrum.Rate2997.Duration(1001), 1001
			m.Found = rostrum.Rate2997.Duration(1003)
		}, "duration", "", rostrum.Red, ""},
		{"sound alone, a frame of 25 long", func(m *rostrum.Measured) { m.Frames, m.Found = nil, m.Found+40*ms }, "duration", "", rostrum.Green, ""},
		{"sound alone, more than that", func(m *rostrum.Measured) { m.Frames, m.Found = nil, m.Found+41*ms }, "duration", "", rostrum.Red, ""},
		{"the floor a packet long", func(m *rostrum.Measured) { m.Sounds[0].Length += 21 * ms }, "duration", rostrum.Floor, rostrum.Green, ""},
		{"the floor long", func(m *rostrum.Measured) { m.Sounds[0].Length += 41 * ms }, "duration", rostrum.Floor, rostrum.Red, ""},
		{"the floor short", func(m *rostrum.Measured) { m.Sounds[0].Length -= 41 * ms }, "duration", rostrum.Floor, rostrum.Red, ""},
		{"a booth without its tail", func(m *rostrum.Measured) { m.Sounds[1].Length = 40*time.Second - 40*ms }, "duration", "fr", rostrum.Green, ""},
		{"a booth short", func(m *rostrum.Measured) { m.Sounds[1].Length = 40*time.Second - 41*ms }, "duration", "fr", rostrum.Red, ""},

		{"a picture missing", func(m *rostrum.Measured) { m.Frames[1].Found-- }, "frames", "", rostrum.Red, "240 has 499 pictures instead of 500"},
		{"a picture too many", func(m *rostrum.Measured) { m.Frames[0].Found++ }, "frames", "", rostrum.Red, ""},
		{"a rung missing", func(m *rostrum.Measured) { m.Frames[1].Found = 0 }, "streams", "", rostrum.Red, "Of 4 streams, 1 came out empty: the picture 240"},
		{"a sound missing", func(m *rostrum.Measured) { m.Sounds[1].Length = 0 }, "streams", "", rostrum.Red, "the sound fr"},

		{"0.5 LU quiet", func(m *rostrum.Measured) { m.Sounds[0].After.Integrated = -16.5 }, "loudness", rostrum.Floor, rostrum.Green, ""},
		{"0.6 LU quiet", func(m *rostrum.Measured) { m.Sounds[0].After.Integrated = -16.6 }, "loudness", rostrum.Floor, rostrum.Yellow, "0.6 LU too quiet"},
		{"0.5 LU loud", func(m *rostrum.Measured) { m.Sounds[1].After.Integrated = -15.5 }, "loudness", "fr", rostrum.Green, ""},
		{"0.6 LU loud", func(m *rostrum.Measured) { m.Sounds[1].After.Integrated = -15.4 }, "loudness", "fr", rostrum.Yellow, "0.6 LU too loud"},
		{"0.5 LU off a target that is no binary fraction", func(m *rostrum.Measured) { m.Sounds[0].Target, m.Sounds[0].After.Integrated = -18.2, -18.7 }, "loudness", rostrum.Floor, rostrum.Green, ""},
		{"3 LU quiet", func(m *rostrum.Measured) { m.Sounds[0].After.Integrated = -19 }, "loudness", rostrum.Floor, rostrum.Yellow, ""},
		{"3.1 LU quiet", func(m *rostrum.Measured) { m.Sounds[0].After.Integrated = -19.1 }, "loudness", rostrum.Floor, rostrum.Red, ""},
		{"3.1 LU loud", func(m *rostrum.Measured) { m.Sounds[0].After.Integrated = -12.9 }, "loudness", rostrum.Floor, rostrum.Red, ""},
		{"quiet because of peaks", func(m *rostrum.Measured) {
			m.Sounds[0].After.Integrated, m.Sounds[0].Before.TruePeak = -20, -14.9 // −0.9 dBTP after 14 dB of gain
		}, "loudness", rostrum.Floor, rostrum.Yellow, "peaks"},
		{"quiet, and peaks only reach the ceiling", func(m *rostrum.Measured) {
			m.Sounds[0].After.Integrated, m.Sounds[0].Before.TruePeak = -20, -15
		}, "loudness", rostrum.Floor, rostrum.Red, ""},
		{"loud with peaks", func(m *rostrum.Measured) {
			m.Sounds[0].After.Integrated, m.Sounds[0].Before.TruePeak = -12, 0
		}, "loudness", rostrum.Floor, rostrum.Red, ""},
		{"quiet because faint", func(m *rostrum.Measured) {
			m.Sounds[0].Before.Integrated, m.Sounds[0].After.Integrated = -46.1, -20
		}, "loudness", rostrum.Floor, rostrum.Yellow, "nearly silent"},
		{"quiet and not faint enough", func(m *rostrum.Measured) {
			m.Sounds[0].Before = rostrum.Loudness{Integrated: -46, TruePeak: -40}
			m.Sounds[0].After.Integrated = -20
		}, "loudness", rostrum.Floor, rostrum.Red, ""},
		{"quiet because silent", func(m *rostrum.Measured) { m.Sounds[0].Silent, m.Sounds[0].After.Integrated = true, -60 }, "loudness", rostrum.Floor, rostrum.Yellow, ""},

		{"peak 0.3 dB over", func(m *rostrum.Measured) { m.Sounds[0].After.TruePeak = -0.7 }, "peak", rostrum.Floor, rostrum.Green, ""},
		{"peak 0.4 dB over", func(m *rostrum.Measured) { m.Sounds[0].After.TruePeak = -0.6 }, "peak", rostrum.Floor, rostrum.Red, "0.4 dB over"},
		{"peak of a booth", func(m *rostrum.Measured) { m.Sounds[1].After.TruePeak = 0 }, "peak", "fr", rostrum.Red, ""},

		{"silent for 10 s", func(m *rostrum.Measured) { m.Sounds[0].Silences = span(5000, 5250) }, "silence", rostrum.Floor, rostrum.Green, ""},
		{"silent for longer", func(m *rostrum.Measured) { m.Sounds[0].Silences = span(5000, 5251) }, "silence", rostrum.Floor, rostrum.Yellow, "10.0 s from 3:20 of the recording"},
		{"a floor that says nothing", func(m *rostrum.Measured) { m.Sounds[0].Silent = true }, "silence", rostrum.Floor, rostrum.Red, ""},
		{"a floor at the gate", func(m *rostrum.Measured) { m.Sounds[0].Before.Integrated = -70 }, "silence", rostrum.Floor, rostrum.Red, ""},
		{"a floor over the gate", func(m *rostrum.Measured) { m.Sounds[0].Before.Integrated = -69.9 }, "silence", rostrum.Floor, rostrum.Green, ""},
		{"a booth that says nothing", func(m *rostrum.Measured) { m.Sounds[1].Silent = true }, "silence", "fr", rostrum.Yellow, ""},
		{"a booth that is left out", func(m *rostrum.Measured) { m.Silent = []rostrum.Language{"ru"} }, "silence", "ru", rostrum.Green, "original"},

		{"one clipped sample", func(m *rostrum.Measured) { m.Sounds[1].Clipped = 1 }, "clipping", "fr", rostrum.Yellow, "full scale: 1)"},

		{"black for 2 s", func(m *rostrum.Measured) { m.Black = span(0, 50) }, "black", "", rostrum.Green, ""},
		{"black for longer", func(m *rostrum.Measured) { m.Black = span(500, 551) }, "black", "", rostrum.Yellow, "2.0 s from 0:20"},
		{"black but for a hundredth and a frame", func(m *rostrum.Measured) { m.Black = span(11, 1000) }, "black", "", rostrum.Yellow, ""},
		{"black but for a hundredth", func(m *rostrum.Measured) { m.Black = span(10, 1000) }, "black", "", rostrum.Red, ""},
		{"black in five places", func(m *rostrum.Measured) {
			for i := range rostrum.Frame(5) {
				m.Black = append(m.Black, rostrum.Span{In: 200 * i, Out: 200*i + 75})
			}
		}, "black", "", rostrum.Yellow, "3.0 s from 0:00 on, 3.0 s from 0:08 on, 3.0 s from 0:16 on and 2 more"},
		{"still for 5 s", func(m *rostrum.Measured) { m.Frozen = span(0, 125) }, "frozen", "", rostrum.Green, ""},
		{"still for longer", func(m *rostrum.Measured) { m.Frozen = span(0, 126) }, "frozen", "", rostrum.Yellow, ""},
		{"still throughout", func(m *rostrum.Measured) { m.Frozen = span(0, 1000) }, "frozen", "", rostrum.Yellow, "40.0 s"},

		{"sound 40 ms late", func(m *rostrum.Measured) { m.Sync = 40 * ms }, "sync", "", rostrum.Green, "40.0 ms after"},
		{"sound more late", func(m *rostrum.Measured) { m.Sync = 40*ms + 1 }, "sync", "", rostrum.Red, ""},
		{"sound 40 ms early", func(m *rostrum.Measured) { m.Sync = -40 * ms }, "sync", "", rostrum.Green, "40.0 ms before"},
		{"sound more early", func(m *rostrum.Measured) { m.Sync = -41 * ms }, "sync", "", rostrum.Red, ""},

		{"no captions, none wanted", func(m *rostrum.Measured) { m.Captions, m.Wanted = nil, nil }, "captions", "", rostrum.Yellow, ""},
		{"no captions, some wanted", func(m *rostrum.Measured) { m.Captions = nil }, "captions", "", rostrum.Yellow, "wanted in en"},
		{"captions missing", func(m *rostrum.Measured) { m.Wanted = []rostrum.Language{"en", "fr", "ar"} }, "captions", "", rostrum.Yellow, "none in fr, ar"},
		{"any Chinese wanted, simplified there", func(m *rostrum.Measured) { m.Wanted = []rostrum.Language{"zh"} }, "captions", "", rostrum.Green, ""},
		{"traditional Chinese wanted, simplified there", func(m *rostrum.Measured) { m.Wanted = []rostrum.Language{"zh-Hant"} }, "captions", "", rostrum.Yellow, ""},
		{"British English wanted, English there", func(m *rostrum.Measured) { m.Wanted = []rostrum.Language{"en-GB"} }, "captions", "", rostrum.Green, ""},

		{"likeness at the first limit", func(m *rostrum.Measured) { m.Likeness[1] = 0.90 }, "likeness", "", rostrum.Green, "0.900"},
		{"likeness under it", func(m *rostrum.Measured) { m.Likeness[1] = 0.8999 }, "likeness", "", rostrum.Yellow, ""},
		{"likeness at the second limit", func(m *rostrum.Measured) { m.Likeness[0] = 0.80 }, "likeness", "", rostrum.Yellow, ""},
		{"likeness under that", func(m *rostrum.Measured) { m.Likeness[0] = 0.7999 }, "likeness", "", rostrum.Red, ""},
		{"likeness that is no number", func(m *rostrum.Measured) { m.Likeness[0] = math.NaN() }, "likeness", "", rostrum.Red, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := good()
			c.change(&m)
			found := false
			for _, f := range rostrum.Judge(m).Findings {
				if f.Check != c.check || f.Channel != c.channel {
					continue
				}
				found = true
				if f.Grade != c.want || !strings.Contains(f.Text, c.says) {
					t.Errorf("%s: %q; want %s with %q", f.Grade, f.Text, c.want, c.says)
				}
			}
			if !found {
				t.Errorf("no finding on %s %s", c.check, c.channel)
			}
		})
	}
}

func TestQualityGrade(t *testing.T) {
	t.Parallel()
	of := func(grades ...rostrum.Grade) *rostrum.Quality {
		q := &rostrum.Quality{}
		for _, g := range grades {
			q.Findings = append(q.Findings, rostrum.Finding{Grade: g})
		}
		return q
	}
	for _, c := range []struct {
		quality *rostrum.Quality
		want    rostrum.Grade
		reds    int
	}{
		{nil, rostrum.Green, 0},
		{of(), rostrum.Green, 0},
		{of(rostrum.Green, rostrum.Yellow, rostrum.Green), rostrum.Yellow, 0},
		{of(rostrum.Red, rostrum.Yellow, rostrum.Red), rostrum.Red, 2},
	} {
		if got := c.quality.Grade(); got != c.want || len(c.quality.Reds()) != c.reds {
			t.Errorf("%+v is %s with %d reds, want %s with %d", c.quality, got, len(c.quality.Reds()), c.want, c.reds)
		}
	}
}
