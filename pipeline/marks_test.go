package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

var inRoom = time.Date(2026, 5, 3, 10, 0, 0, 0, time.UTC)

func mark(id string, after time.Duration, x rostrum.InterventionID, speaker string) pipeline.MarkSaid {
	return pipeline.MarkSaid{Mark: rostrum.Mark{ID: "mark-no-" + id, Intervention: x, Speaker: speaker, End: x == "" && speaker == "", At: inRoom.Add(after), Unsure: 40 * time.Millisecond}}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	w.Now = func() time.Time { return inRoom.Add(time.Hour) }
	r := w.surveyedAs("r1", nil)
	grace := w.listed(r, "Trust", "Grace")
	put := func(who rostrum.Actor, marks ...pipeline.MarkSaid) {
		t.Helper()
		if err := w.PutMarks(ctx, meeting, marks, who); err != nil {
			t.Fatal(err)
		}
	}
	says := func(what string, want ...string) {
		t.Helper()
		all, err := w.Marks(ctx, meeting)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range all {
			got = append(got, fmt.Sprintf("%s %s %q %t by %s", m.ID, m.At.Sub(inRoom), m.Speaker, m.End, m.Who))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", what, got, want)
		}
	}
	put(vidal, mark("2", 20*time.Second, "", ""), mark("1", 10*time.Second, grace.ID, ""))
	put(vang, mark("3", 30*time.Second, "", "Somebody  "))
	first, second, third := `mark-no-1 10s "Grace" false by Aline Vidal`, `mark-no-2 20s "" true by Aline Vidal`, `mark-no-3 30s "Somebody" false by Bo Vang`
	says("two phones", first, second, third)
	logged := len(w.actions(string(r.Meeting)))
	put(vang, mark("1", 10*time.Second, grace.ID, "")) // another phone repeats it
	says("sent twice", first, second, third)
	if got := len(w.actions(string(r.Meeting))); got != logged || logged != 3 {
		t.Errorf("%d lines in the audit log, then %d", logged, got)
	}
	put(vang, mark("1", 10*time.Second, "", "Ada"))
	says("another person", `mark-no-1 10s "Ada" false by Aline Vidal`, second, third)
	for range 2 {
		if err := w.DropMark(ctx, meeting, "mark-no-3", vidal); err != nil {
			t.Fatal(err)
		}
	}
	put(vang, mark("3", 30*time.Second, "", "Somebody"))
	says("deleted, and sent again by a phone that had not heard", `mark-no-1 10s "Ada" false by Aline Vidal`, second)
	back := mark("3", 30*time.Second, "", "Somebody")
	back.Deleted = new(bool)
	put(vang, back)
	says("brought back", `mark-no-1 10s "Ada" false by Aline Vidal`, second, third)
	put(vidal, mark("4", 40*time.Second, "gone", "Who was listed"))
	says("somebody who is no longer on the list", `mark-no-1 10s "Ada" false by Aline Vidal`, second, third, `mark-no-4 40s "Who was listed" false by Aline Vidal`)

	if _, err := w.Import(ctx, []byte(`{"meetings":[{"slug":"other","title":{"en":"Other"},"date":"2026-05-03"}]}`), "test"); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		slug string
		mark pipeline.MarkSaid
		code rostrum.Code
	}{
		"no meeting":         {"none", mark("9", 0, "", ""), rostrum.NotFound},
		"another meeting":    {"other", mark("1", 0, "", ""), rostrum.Invalid},
		"a short ID":         {meeting, pipeline.MarkSaid{Mark: rostrum.Mark{ID: "x", End: true, At: inRoom}}, rostrum.Invalid},
		"an odd ID":          {meeting, mark("9/<>", 0, "", ""), rostrum.Invalid},
		"of nobody":          {meeting, mark("9", 0, "gone", ""), rostrum.Invalid},
		"a long name":        {meeting, mark("9", 0, "", strings.Repeat("x", 400)), rostrum.Invalid},
		"a name in lines":    {meeting, mark("9", 0, "", "a\nb"), rostrum.Invalid},
		"in the future":      {meeting, mark("9", 3*time.Hour, "", ""), rostrum.Invalid},
		"no time":            {meeting, pipeline.MarkSaid{Mark: rostrum.Mark{ID: "mark-no-9999", End: true}}, rostrum.Invalid},
		"surer than certain": {meeting, pipeline.MarkSaid{Mark: rostrum.Mark{ID: "mark-no-9999", End: true, At: inRoom, Unsure: -1 * time.Second}}, rostrum.Invalid},
	} {
		if err := w.PutMarks(ctx, c.slug, []pipeline.MarkSaid{mark("8", 0, "", "Good"), c.mark}, vidal); rostrum.ErrorCode(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := w.Catalogue.Mark(ctx, "mark-no-8"); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("a mark beside a bad one was stored: %v", err)
	}
	if err := w.DropMark(ctx, "other", "mark-no-1", vidal); rostrum.ErrorCode(err) != rostrum.NotFound {
		t.Errorf("deleted through another meeting: %v", err)
	}
}

func TestSuggestFromMarks(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	w.Now = func() time.Time { return inRoom.Add(time.Hour) }
	r := w.surveyedAs("clock", func(r *rostrum.Recording) { r.Source.Created = inRoom })
	w.surveyedAs("no-clock", nil)
	w.surveyedAs("before", func(r *rostrum.Recording) { r.State, r.Source.Created = rostrum.Received, inRoom })
	grace := w.listed(r, "Trust", "Grace")
	brief := func(id rostrum.RecordingID, offset time.Duration) string {
		t.Helper()
		all, err := w.SuggestFromMarks(ctx, id, offset)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, s := range all {
			if s.Source != pipeline.FromMarks || s.Why == "" {
				t.Errorf("%+v", s)
			}
			fmt.Fprintf(&b, "%d-%d %s %t; ", s.Span.In, s.Span.Out, s.Title, s.Sure)
		}
		return b.String()
	}
	if got := brief("clock", 0); got != "" {
		t.Errorf("without marks: %s", got)
	}
	unsure := mark("5", 40*time.Second, "", "Unsure")
	unsure.Unsure = 5 * time.Second
	if err := w.PutMarks(ctx, meeting, []pipeline.MarkSaid{mark("0", -5*time.Second, "", "Before"), mark("1", 10*time.Second, grace.ID, ""), mark("2", 11*time.Second, grace.ID, ""),
		mark("3", 20*time.Second, "", ""), mark("4", 30*time.Second, "", "Ada"), unsure, mark("6", 50*time.Second, "", "Last"), mark("7", 2*time.Minute, "", "After")}, vidal); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id     rostrum.RecordingID
		offset time.Duration
		want   string
	}{
		{"clock", 0, "0-250 Before true; 250-500 Trust true; 750-1000 Ada true; 1000-1250 Unsure false; 1250-1500 Last true; "},
		{"clock", -2 * time.Second, "0-200 Before true; 200-450 Trust true; 700-950 Ada true; 950-1200 Unsure false; 1200-1500 Last true; "},
		{"clock", time.Hour, ""},
		{"no-clock", 0, "0-375 Before false; 375-625 Trust false; 875-1125 Ada false; 1125-1375 Unsure false; 1375-1500 Last false; "},
	} {
		if got := brief(c.id, c.offset); got != c.want {
			t.Errorf("%s moved by %s:\n got %s\nwant %s", c.id, c.offset, got, c.want)
		}
	}
	if err := w.DropMark(ctx, meeting, "mark-no-7", vidal); err != nil {
		t.Fatal(err)
	}
	if got := brief("clock", 0); !strings.HasSuffix(got, "1250-1500 Last false; ") {
		t.Errorf("an end that nobody marked: %s", got)
	}
	if _, err := w.SuggestFromMarks(ctx, "before", 0); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("before the survey: %v", err)
	}
}

func TestBegan(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	if _, err := w.Import(ctx, []byte(`{"meetings":[{"slug":"`+meeting+`","title":{"en":"CxO"},"starts":"2026-05-03","ends":"2026-05-05","time_zone":"Asia/Tokyo"}]}`), "test"); err != nil {
		t.Fatal(err)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour, minute, 0, 0, tokyo) }
	for i, c := range []struct {
		name     string
		start    string
		created  time.Time
		received time.Time
		want     time.Time
	}{
		{"nothing is known", "", time.Time{}, at(3, 20, 0), time.Time{}},
		{"a recorder that counts from 0", "00:00:00:00", time.Time{}, at(3, 20, 0), time.Time{}},
		{"the file says", "", at(4, 9, 30), at(4, 20, 0), at(4, 9, 30)},
		{"the timecode says, received on the second day", "09:00:00:00", time.Time{}, at(4, 22, 0), at(4, 9, 0)},
		{"the timecode says, received afterwards", "09:00:00:00", time.Time{}, at(9, 8, 0), at(3, 9, 0)},
		{"both, and the timecode is finer", "09:00:00:00", at(5, 9, 1), at(6, 8, 0), at(5, 9, 0)},
	} {
		r := w.surveyedAs(rostrum.RecordingID(fmt.Sprint("r", i)), func(r *rostrum.Recording) {
			r.Source.Start, r.Source.Created, r.Received = c.start, c.created, c.received
		})
		got, err := w.Began(ctx, r.ID)
		if err != nil || !got.Equal(c.want) || !got.IsZero() && got.Location().String() != "Asia/Tokyo" {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}
