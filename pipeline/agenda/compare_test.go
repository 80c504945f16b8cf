package agenda

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
)

// told writes a difference in slots on one line each, so that tables can say what they expect.
func told(p Part[MeetingSlot]) (lines []string) {
	who := func(s MeetingSlot) string { title, _ := s.Title.In(); return s.Speaker + "/" + title }
	for _, s := range p.New {
		lines = append(lines, "new "+who(s))
	}
	for _, c := range p.Changed {
		line := "changed " + who(c.Before)
		for _, f := range c.Fields {
			name := f.Name
			if f.Language != "" {
				name += "." + string(f.Language)
			}
			line += fmt.Sprintf(" %s:%s>%s", name, f.Before, f.After)
		}
		lines = append(lines, line)
	}
	for _, s := range p.Gone {
		lines = append(lines, "gone "+who(s))
	}
	for _, c := range p.Quiet {
		lines = append(lines, fmt.Sprintf("quiet %s %d>%d", who(c.Before), c.Before.Position, c.After.Position))
	}
	return append(lines, fmt.Sprintf("same %d", p.Same))
}

func speech(position int, who, title string, more ...func(*Slot)) Slot {
	s := Slot{Position: position, Speaker: who, Title: someTexts("en", title)}
	for _, f := range more {
		f(&s)
	}
	return s
}

func withKey(k string) func(*Slot)  { return func(s *Slot) { s.Key = k } }
func withItem(n string) func(*Slot) { return func(s *Slot) { s.AgendaItem = n } }

func TestCompareSlots(t *testing.T) {
	t.Parallel()
	anna, ben, chen := speech(1, "Anna Example", "Opening"), speech(2, "Ben Sample", "Access for all"), speech(3, "Li Chen", "Trust in networks")
	at := func(s Slot, n int) Slot { s.Position = n; return s }
	consented := func(s *Slot) {
		s.Consent, s.Organisation, s.Function = rostrum.ConsentPublic, "Oryxline", rostrum.Texts{"en": "CEO"}
	}
	for _, c := range []struct {
		name          string
		now, incoming []Slot
		want          []string
	}{
		{"nothing changes", []Slot{anna, ben}, []Slot{anna, ben}, []string{"same 2"}},
		{"the first list", nil, []Slot{ben, anna}, []string{"new Anna Example/Opening", "new Ben Sample/Access for all", "same 0"}},
		{"no list is no empty list", []Slot{anna}, nil, []string{"same 0"}},
		{"one comes between", []Slot{anna, ben}, []Slot{anna, at(chen, 2), at(ben, 3)}, []string{"new Li Chen/Trust in networks", "quiet Ben Sample/Access for all 2>3", "same 2"}},
		{"one goes", []Slot{anna, ben, chen}, []Slot{anna, at(chen, 2)}, []string{"gone Ben Sample/Access for all", "quiet Li Chen/Trust in networks 3>2", "same 2"}},
		{"one moves to the front", []Slot{anna, ben, chen}, []Slot{at(chen, 1), at(anna, 2), at(ben, 3)},
			[]string{"changed Li Chen/Trust in networks position:3>1", "quiet Anna Example/Opening 1>2", "quiet Ben Sample/Access for all 2>3", "same 2"}},
		{"by key, with another speaker and title", []Slot{speech(1, "Anna Example", "Opening", withKey("7"))}, []Slot{speech(1, "Zoë Autre", "Closing", withKey("7"))},
			[]string{"changed Anna Example/Opening title.en:Opening>Closing speaker:Anna Example>Zoë Autre", "same 0"}},
		{"the key comes later", []Slot{anna}, []Slot{speech(1, "EXAMPLE, Anna", "Opening", withKey("7"))}, []string{"changed Anna Example/Opening speaker:Anna Example>EXAMPLE, Anna", "same 0"}},
		{"only the key comes", []Slot{anna}, []Slot{speech(1, "Anna Example", "Opening", withKey("7"))}, []string{"quiet Anna Example/Opening 1>1", "same 1"}},
		{"another title by the same speaker", []Slot{speech(1, "Anna Example", "To be confirmed"), ben}, []Slot{speech(1, "Anna Example", "5G in the Pacific"), ben},
			[]string{"changed Anna Example/To be confirmed title.en:To be confirmed>5G in the Pacific", "same 1"}},
		{"a name spelt otherwise", []Slot{speech(1, "Félicité Exemple", "Opening")}, []Slot{speech(1, "Felicite Exempel", "Opening")},
			[]string{"changed Félicité Exemple/Opening speaker:Félicité Exemple>Felicite Exempel", "same 0"}},
		{"two speeches of one speaker", []Slot{speech(1, "Anna", "Opening of the meeting"), speech(2, "Anna", "Closing of the day")},
			[]Slot{speech(1, "Anna", "Closing of the days"), speech(2, "Anna", "Opening of the meetings")},
			[]string{"changed Anna/Closing of the day position:2>1 title.en:Closing of the day>Closing of the days",
				"changed Anna/Opening of the meeting title.en:Opening of the meeting>Opening of the meetings", "same 0"}},
		{"keys tell two speeches of one speaker apart", []Slot{speech(1, "Anna", "Opening", withKey("1"))}, []Slot{speech(1, "Anna", "Something else", withKey("2"))},
			[]string{"new Anna/Something else", "gone Anna/Opening", "same 0"}},
		{"by agenda item and position", []Slot{speech(1, "", "Message", withItem("2"))}, []Slot{speech(1, "Anna", "Words by video", withItem("2"))},
			[]string{"changed /Message title.en:Message>Words by video speaker:>Anna", "same 0"}},
		{"a place kept free", []Slot{speech(1, "", "")}, []Slot{speech(1, "Anna", "Opening")}, []string{"changed / title.en:>Opening speaker:>Anna", "same 0"}},
		{"the same place without agenda items", []Slot{speech(1, "Anna", "")}, []Slot{speech(1, "Li Chen", "")}, []string{"new Li Chen/", "gone Anna/", "same 0"}},
		{"another speech in the same place", []Slot{speech(1, "Anna", "Opening", withItem("2"))}, []Slot{speech(1, "Li Chen", "Trust in networks", withItem("2"))},
			[]string{"new Li Chen/Trust in networks", "gone Anna/Opening", "same 0"}},
		{"another speaker takes over, without the consent of the first", []Slot{speech(1, "Anna Example", "Access for all", consented)}, []Slot{speech(1, "Zoë Autre", "Access for all")},
			[]string{"changed Anna Example/Access for all speaker:Anna Example>Zoë Autre function.en:CEO> organisation:Oryxline> consent:public>", "same 0"}},
		{"what is not stated stays", []Slot{speech(1, "Anna", "Opening", consented)}, []Slot{speech(1, "Anna", "")}, []string{"same 1"}},
		{"facts", []Slot{speech(1, "Anna", "Opening", func(s *Slot) {
			s.Starts, s.Length, s.Topics = utc("2026-03-12T08:00:00Z"), 5*time.Minute, []string{"a", "b"}
		})},
			[]Slot{speech(1, "Anna", "Opening", func(s *Slot) {
				s.Starts, s.Length, s.Topics = utc("2026-03-12T08:10:30Z"), 65*time.Minute, []string{"b", "a"}
			})},
			[]string{"changed Anna/Opening starts:2026-03-12 09:00>2026-03-12 09:10:30 length:5 min>1 h 5 min", "same 0"}},
	} {
		meeting := rostrum.Meeting{Slug: "a", TimeZone: "Europe/Zurich"}
		now, incoming := Document{Meetings: []Meeting{{meeting, c.now}}}, Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, c.incoming}}}
		for i := range 3 { // the order is the same each time
			if got := told(Compare(now, incoming).Slots); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s, time %d:\n%s\nwant\n%s", c.name, i, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		}
	}
}

// Storing what a difference says leaves nothing to be said.
func TestCompareSettles(t *testing.T) {
	t.Parallel()
	now := Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, []Slot{
		speech(1, "Anna", "Opening", func(s *Slot) { s.ID, s.Consent = "i-1", rostrum.ConsentPublic }), speech(2, "Ben", "Access"), speech(3, "Chen", "Trust")}}}}
	incoming := Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, []Slot{speech(1, "Chen", "Trust"), speech(2, "Dora", "Health"), speech(3, "Anna", "Opening of all", withKey("k"))}}}}
	d := Compare(now, incoming)
	var stored []Slot
	for _, c := range append(d.Slots.Changed, d.Slots.Quiet...) {
		stored = append(stored, c.After.Slot)
	}
	for _, s := range d.Slots.New {
		stored = append(stored, s.Slot)
	}
	if len(stored) != 3 || stored[0].ID+stored[1].ID != "i-1" || len(d.Slots.Gone) != 1 || d.Slots.Gone[0].Speaker != "Ben" {
		t.Fatalf("got %+v", d.Slots)
	}
	again := Compare(Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, stored}}}, incoming)
	if !again.Empty() || len(again.Slots.Quiet) > 0 || again.Slots.Same != 3 {
		t.Errorf("got %v", told(again.Slots))
	}
}

func TestCompareRecords(t *testing.T) {
	t.Parallel()
	now := full()
	now.Meetings[0].ID = "m-1"
	if d := Compare(now, full()); !d.Empty() || d.Series.Same+d.StudyPeriods.Same+d.Topics.Same+d.Organisations.Same+d.Persons.Same+d.Partners.Same != 6 || d.AgendaItems.Same != 1 || d.Slots.Same != 2 {
		t.Errorf("the same document: %+v", d)
	}
	incoming := Document{
		Topics:        []rostrum.Topic{{Slug: "trust"}, {Slug: "imt-2020", Aliases: []string{"5G", "IMT for 2020"}}, {Slug: "trust", Title: rostrum.Texts{"en": "Trust"}}},
		Organisations: []rostrum.Organisation{{Slug: "oryxline", Name: rostrum.Texts{"en": "Oryxline"}}},
		Meetings: []Meeting{
			{Meeting: rostrum.Meeting{Slug: "cxo-1", Ends: "2026-03-12", Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Welcome"}}, {Number: "2", Title: rostrum.Texts{"en": "Opening", "fr": "Ouverture"}}}}},
			{Meeting: rostrum.Meeting{Slug: "cxo-3"}, Slots: []Slot{speech(1, "Anna", "Opening")}}},
	}
	d := Compare(now, incoming)
	if want := (Part[rostrum.Topic]{New: []rostrum.Topic{{Slug: "trust", Title: rostrum.Texts{"en": "Trust"}}}, Changed: []Change[rostrum.Topic]{{now.Topics[0],
		rostrum.Topic{Slug: "imt-2020", Title: rostrum.Texts{"en": "IMT-2020"}, Aliases: []string{"5G", "IMT for 2020"}}, []Field{{"aliases", "", "5G", "5G, IMT for 2020"}}}}}); !reflect.DeepEqual(d.Topics, want) {
		t.Errorf("topics %+v", d.Topics)
	}
	if o := d.Organisations.Changed; len(o) != 1 || !reflect.DeepEqual(o[0].Fields, []Field{{"name", "en", "", "Oryxline"}}) || o[0].After.Name["ar"] != "أوريكس" || o[0].After.Country != "TN" {
		t.Errorf("organisations %+v", d.Organisations)
	}
	if m := d.Meetings.Changed; len(m) != 1 || m[0].After.ID != "m-1" || m[0].After.Place != "Geneva" || !reflect.DeepEqual(m[0].Fields, []Field{{"ends", "", "2026-03-13", "2026-03-12"},
		{"agenda", "", "1 Opening", "1 Welcome · 2 Opening"}}) {
		t.Errorf("meetings %+v", d.Meetings)
	}
	if a := d.AgendaItems; len(a.New) != 1 || a.New[0].Title["en"] != "Welcome" || len(a.Changed) != 1 || len(a.Gone) != 0 ||
		!reflect.DeepEqual(a.Changed[0].Fields, []Field{{"number", "", "1", "2"}, {"title", "fr", "", "Ouverture"}}) {
		t.Errorf("agenda %+v", a)
	}
	if !reflect.DeepEqual(d.Unknown, []string{"cxo-3"}) || len(d.Slots.New) != 1 || len(d.Slots.Gone) != 0 {
		t.Errorf("unknown %v, slots %v", d.Unknown, told(d.Slots))
	}
	if now.Topics[0].Title["en"] != "IMT-2020" || len(incoming.Organisations[0].Name) != 1 {
		t.Error("what was compared has changed")
	}
	gone := Compare(now, Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-1", Agenda: []rostrum.AgendaItem{{Number: "9", Title: rostrum.Texts{"en": "End"}}}}}}})
	if g := gone.AgendaItems.Gone; len(g) != 1 || g[0].Number != "1" || g[0].Meeting != "cxo-1" {
		t.Errorf("gone %+v", gone.AgendaItems)
	}
}

// A programme at the limit, all of it renamed, does not compare each with each.
func TestCompareBounded(t *testing.T) {
	t.Parallel()
	var now, incoming []Slot
	for i := range MaxSlots {
		now = append(now, speech(i+1, fmt.Sprintf("Speaker %d", i), fmt.Sprintf("Title %d", i)))
		incoming = append(incoming, speech(i+1, fmt.Sprintf("Other %d", i+MaxSlots), fmt.Sprintf("Another %d", i+MaxSlots)))
	}
	d := Compare(Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, now}}}, Document{Meetings: []Meeting{{rostrum.Meeting{Slug: "a"}, incoming}}})
	if len(d.Slots.New) != MaxSlots || len(d.Slots.Gone) != MaxSlots {
		t.Errorf("%d new, %d gone", len(d.Slots.New), len(d.Slots.Gone))
	}
}
