package agenda

import (
	"strings"
	"testing"

	"rostrum"
)

// holds checks what is true of whatever bytes: a value or one sentence, bounded, that is written, reads back, and differs in nothing from
// itself.
func holds(t *testing.T, data string, o Options) {
	d, notes, err := Read("x", []byte(data), o)
	if err != nil {
		if code := rostrum.ErrorCode(err); code != rostrum.Invalid && code != rostrum.TooLarge || rostrum.ErrorMessage(err) == "" {
			t.Fatalf("%q: %v", data, err)
		}
		return
	}
	if len(notes) > maxNotes+1 {
		t.Fatalf("%d notes", len(notes))
	}
	for _, m := range d.Meetings {
		if rostrum.CheckSlug(m.Slug) != nil || len(m.Slots) > MaxSlots {
			t.Fatalf("meeting %q with %d slots", m.Slug, len(m.Slots))
		}
		for _, s := range m.Slots {
			if s.Position < 1 || s.Length < 0 || s.Length > longest {
				t.Fatalf("%+v", s)
			}
		}
	}
	readsBack(t, d)
	if diff := Compare(d, d); !diff.Empty() {
		t.Fatalf("differs from itself: %+v", diff)
	}
	if diff := Compare(Document{}, d); len(d.Meetings) != len(diff.Meetings.New)+len(diff.Unknown) {
		t.Fatalf("%d meetings, %+v", len(d.Meetings), diff)
	}
}

func FuzzJSON(f *testing.F) {
	data, err := Write(full())
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(data), kept, indicoEvent, pretalxJSON} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { holds(t, "{"+s, geneva); holds(t, s, Options{}) })
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{frenchList, "meeting,number,title,title_ar\ncxo-1,1,Opening,افتتاح\n", "speaker,title,notes\nAnna,\"One,x\nBen,Two,y\n",
		"title,starts,ends,time_zone\nA,2026-03-12,,x\n", "time,length,speaker\n9h-9h05,1 h 5,Anna\n10:00 pm,5'30\",Ben\n", "sep=|\nspeaker|date\nA|12.03.2026 10:00\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.HasPrefix(strings.TrimSpace(s), "{") {
			holds(t, s, geneva)
		}
	})
}

func FuzzCalendar(f *testing.F) {
	f.Add(calendar)
	f.Add("BEGIN:VEVENT\nUID:a\nDTSTART;TZID=\"/x/Europe/Paris\":20260312T101000\nDURATION:P1DT1H\nRRULE:FREQ=DAILY\nSUMMARY:A: b\nORGANIZER;CN=A:b\n")
	f.Fuzz(func(t *testing.T, s string) { holds(t, "BEGIN:VCALENDAR\n"+s, geneva) })
}

func FuzzSchedule(f *testing.F) {
	f.Add(frabXML)
	f.Fuzz(func(t *testing.T, s string) { holds(t, "<"+s, Options{}); holds(t, s, geneva) })
}

func FuzzCompare(f *testing.F) {
	f.Add("speaker,title,no\nAnna,One,1\nBen,Two,2\n", "speaker,title,no\nBen,Two,1\nAnna,Un,2\nChen,,3\n")
	f.Fuzz(func(t *testing.T, now, incoming string) {
		a, _, err := Read("x", []byte(now), geneva)
		b, _, err2 := Read("x", []byte(incoming), geneva)
		if err != nil || err2 != nil || len(a.Meetings) != 1 || len(b.Meetings) != 1 || a.Meetings[0].Slug != b.Meetings[0].Slug || len(b.Meetings[0].Slots) == 0 {
			return
		}
		d := Compare(a, b).Slots
		if len(d.New)+len(d.Changed)+d.Same != len(b.Meetings[0].Slots) || len(d.Gone)+len(d.Changed)+d.Same != len(a.Meetings[0].Slots) {
			t.Fatalf("%d known, %d incoming: %+v", len(a.Meetings[0].Slots), len(b.Meetings[0].Slots), d)
		}
	})
}
