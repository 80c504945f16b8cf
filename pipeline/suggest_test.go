package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
)

// seconds makes spans at 25 frames a second of pairs of seconds.
func seconds(pairs ...float64) []rostrum.Span {
	var all []rostrum.Span
	for p := range slices.Chunk(pairs, 2) {
		all = append(all, rostrum.Span{In: rostrum.Frame(p[0] * 25), Out: rostrum.Frame(p[1] * 25)})
	}
	return all
}

// hesitant are short silences within speeches from a second to another, each so long, one every ten seconds.
func hesitant(from, to, long float64) []rostrum.Span {
	var all []rostrum.Span
	for at := from + 10; at+long < to; at += 10 {
		all = append(all, seconds(at, at+long)...)
	}
	return all
}

func brief(all []Suggestion) string {
	var b strings.Builder
	for _, s := range all {
		sure := "?"
		if s.Sure {
			sure = "!"
		}
		fmt.Fprintf(&b, "%s%.2f-%.2f%s%s ", s.Source[:2], float64(s.Span.In)/25, float64(s.Span.Out)/25, s.PlannedID, sure)
	}
	return strings.TrimSpace(b.String())
}

func TestSuggestBySilence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		long     float64 // the recording, in seconds
		silences []rostrum.Span
		want     string
	}{
		{"two speeches", 200, seconds(0, 10, 100, 104, 190, 200), "si9.68-100.52! si103.68-190.52!"},
		{"from the first frame to the last", 100, seconds(40, 44), "si0.00-40.52! si43.68-100.00!"},
		{"pauses within a speech", 200, slices.Concat(seconds(0, 5), hesitant(5, 100, 1.2), seconds(100, 103), hesitant(103, 195, 1.6), seconds(195, 200)), "si4.68-100.52! si102.68-195.52!"},
		{"a speaker who thinks for long", 300, slices.Concat(seconds(0, 5), hesitant(5, 140, 3), seconds(140, 150), hesitant(150, 290, 3.4), seconds(290, 300)), "si4.68-140.52! si149.68-290.52!"},
		{"the Chair gives the floor", 300, seconds(0, 5, 125, 128, 133, 135, 290, 300), "si4.68-125.52! si127.68-290.52?"},
		{"the Chair thanks", 300, seconds(0, 5, 125, 127, 132, 135, 290, 300), "si4.68-132.52? si134.68-290.52!"},
		{"a word in a long break", 700, seconds(0, 5, 205, 305, 310, 400, 690, 700), "si4.68-205.52! si304.68-310.52? si399.68-690.52!"},
		{"a knock in a pause", 200, seconds(0, 5, 100, 103, 103.2, 106, 190, 200), "si4.68-100.52! si105.68-190.52!"},
		{"pads never meet", 200, seconds(99.6, 99.9, 100, 101.8), "si0.00-100.52! si101.48-200.00!"},
		{"silent throughout", 60, seconds(0, 60), ""},
		{"never silent", 60, nil, ""},
		{"nothing", 0, nil, ""},
	} {
		r := &rostrum.Recording{Rate: rostrum.Rate25, Frames: rostrum.Frame(c.long * 25)}
		got := suggest(r, c.silences, nil, nil)
		if brief(got) != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, brief(got), c.want)
		}
		for i, s := range got {
			if s.Span.Check(r.Rate, r.Frames) != nil || i > 0 && got[i-1].Span.Overlaps(s.Span) || !strings.HasSuffix(s.Why, ".") {
				t.Errorf("%s: %+v", c.name, s)
			}
		}
	}
}

func TestSuggestByChapters(t *testing.T) {
	t.Parallel()
	r := &rostrum.Recording{Rate: rostrum.Rate25, Frames: 2500, Source: rostrum.Source{Chapters: []rostrum.Chapter{
		{At: 0, End: 50, Title: "Test"}, {At: 50, End: 1000, Title: "Ann"}, {At: 900, End: 3000}, {At: 2600, End: 2700}}}}
	got := suggest(r, nil, nil, nil)
	if want := "ch0.00-2.00? ch2.00-40.00! ch40.00-100.00!"; brief(got) != want {
		t.Errorf("%s, want %s", brief(got), want)
	}
	if got[1].Title != "Ann" || got[1].Why != `The recording has a chapter "Ann" here.` || got[0].Why != `The recording has a chapter "Test" here, but a very short one.` {
		t.Errorf("%+v", got)
	}
}

func TestSuggestBySchedule(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 2*3600)
	at := func(clock string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-05-03 "+clock, zone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	list := []Planned{
		{ID: "b", Starts: at("10:05:00"), Length: 4 * time.Minute, Speaker: "Bo"},
		{ID: "a", Starts: at("10:00:00"), Length: 5 * time.Minute, Title: "Opening"},
		{ID: "c", Starts: at("10:10:00"), Length: 2 * time.Minute},
		{ID: "x"}, // when, nobody knows
		{ID: "z", Starts: at("14:00:00"), Length: time.Hour},
	}
	// Speeches from 0:30 to 5:50, from 6:00 to 9:30, from 9:40 to 12:00, and from 17:00 to 19:00.
	silences := seconds(0, 30, 350, 360, 570, 580, 720, 1020, 1140, 1200)
	for _, c := range []struct {
		name     string
		start    string
		created  time.Time
		silences []rostrum.Span
		planned  []Planned
		want     string
	}{
		{"by the timecode", "10:00:00:00", time.Time{}, silences, list, "sc29.68-350.52a! sc359.68-570.52b! sc579.68-720.52c!"},
		{"by the file's own time", "", at("10:00:00").UTC(), silences, list, "sc29.68-350.52a! sc359.68-570.52b! sc579.68-720.52c!"},
		{"the timecode counts from 0", "00:00:00:00", at("10:00:00"), silences, list, "sc29.68-350.52a! sc359.68-570.52b! sc579.68-720.52c!"},
		{"the timecode is what counts", "10:00:00:00", at("10:20:00"), silences, list, "sc29.68-350.52a! sc359.68-570.52b! sc579.68-720.52c!"},
		{"the recording began in the middle", "10:04:00:00", time.Time{}, seconds(60, 65, 290, 310, 600, 1200), list, "sc0.00-60.52a! sc64.68-290.52b! sc309.68-600.52c?"},
		{"nobody knows when", "", time.Time{}, silences, list, ""},
		{"on another day", "22:00:00:00", time.Time{}, silences, list, ""},
		{"no pause near", "10:00:00:00", time.Time{}, nil, list[:1], "sc300.00-540.00b?"},
		{"without lengths", "10:00:00:00", time.Time{}, silences, []Planned{{ID: "a", Starts: at("10:00:20")}, {ID: "b", Starts: at("10:06:00")}}, "sc29.68-350.52a! sc359.68-720.52b!"},
	} {
		r := &rostrum.Recording{Rate: rostrum.Rate25, Frames: 30000, Source: rostrum.Source{Start: c.start, Created: c.created}}
		got := slices.DeleteFunc(suggest(r, c.silences, c.planned, zone), func(s Suggestion) bool { return s.Source != FromSchedule })
		if brief(got) != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, brief(got), c.want)
		}
		for i, s := range got {
			if s.Span.Check(r.Rate, r.Frames) != nil || i > 0 && got[i-1].Span.Overlaps(s.Span) || !strings.HasSuffix(s.Why, ".") {
				t.Errorf("%s: %+v", c.name, s)
			}
		}
	}
	for title, c := range map[string]struct {
		planned Planned
		why     string
	}{
		"Bo": {Planned{Starts: at("10:06:00"), Length: 3 * time.Minute, Speaker: "Bo"},
			"The list says 10:06; somebody begins to speak at 6:00 of the recording and stops at 9:30."},
		"Opening": {Planned{Starts: at("10:07:00"), Length: 2 * time.Minute, Title: "Opening", Speaker: "Ann"},
			"The list says 10:07; somebody begins to speak at 6:00 of the recording and stops at 9:30, which is not quite what was planned, so look at both ends."},
		"Late": {Planned{Starts: at("10:14:00"), Length: 30 * time.Second, Title: "Late"},
			"The list says 10:14; somebody begins to speak at 17:00 of the recording and stops at 19:00, which is not quite what was planned, so look at both ends."},
		"Nobody": {Planned{Starts: at("10:13:50"), Length: 30 * time.Second, Title: "Nobody"},
			"The list says 10:13; nobody begins to speak near that time, so look at both ends."},
	} {
		r := &rostrum.Recording{Rate: rostrum.Rate25, Frames: 30000, Source: rostrum.Source{Start: "10:00:00:00"}}
		got := suggest(r, silences, []Planned{c.planned}, zone)
		if last := got[len(got)-1]; last.Title != title || last.Why != c.why {
			t.Errorf("%+v", last)
		}
	}
}

// In a room with fans no second is silent, but the pauses are quieter than the voices.
func TestLulls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		room, voice float64
		want        []rostrum.Span
	}{
		{"fans", -44, -22, seconds(0, 3, 30, 34)},
		{"voices hardly stand out", -30, -22, nil},
	} {
		var loudness []float64
		for i := range 40 {
			if i < 3 || i >= 30 && i < 34 {
				loudness = append(loudness, c.room+float64(i%3))
			} else {
				loudness = append(loudness, c.voice)
			}
		}
		if got := lulls(loudness, rostrum.Rate25, 1000); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// The preview is large enough to know a face by, and at the full rate.
func TestPreviewRung(t *testing.T) {
	t.Parallel()
	for size, want := range map[[2]int]string{{1920, 1080}: "360", {1080, 1920}: "360", {640, 360}: "360", {720, 576}: "360", {426, 240}: "240", {320, 180}: "180"} {
		r := &rostrum.Recording{Rungs: append(rostrum.Ladder(size[0], size[1]), rostrum.LadderAV1(size[0], size[1])...)}
		if got := previewRung(r); got == nil || got.Name != want || got.HalfRate || got.Codec != rostrum.H264 {
			t.Errorf("%v: %+v", size, got)
		}
	}
	if got := previewRung(&rostrum.Recording{}); got != nil {
		t.Errorf("without a picture: %+v", got)
	}
}
