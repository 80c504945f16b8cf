package agenda

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"rostrum"
)

// geneva is a meeting that is there already.
var geneva = Options{Meeting: "cxo-2026-geneva", Date: "2026-03-12", TimeZone: "Europe/Zurich"}

func utc(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func slotsOf(d Document) []Slot {
	if len(d.Meetings) != 1 {
		return nil
	}
	return d.Meetings[0].Slots
}

func noted(notes []Note, row int, words string) bool {
	return slices.ContainsFunc(notes, func(n Note) bool { return n.Row == row && strings.Contains(n.Text, words) })
}

// What the import of records has read until now reads the same.
func TestReadRecords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		want       Document
	}{
		{"meetings in JSON", `{"meetings":[{"slug":"cxo-1","title":{"en":"One","fr":"Un"},"date":"2026-03-12"}]}`,
			Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-1", Title: rostrum.Texts{"en": "One", "fr": "Un"}, Starts: "2026-03-12", Ends: "2026-03-12"}}}}},
		{"meetings, semicolons and BOM", "\xEF\xBB\xBFslug;title;title_fr;date;place\ncxo-1;One;Un;2026-03-12;Genève\n",
			Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-1", Title: rostrum.Texts{"en": "One", "fr": "Un"}, Place: "Genève", Starts: "2026-03-12", Ends: "2026-03-12"}}}}},
		{"agenda", "meeting,number,title,title_ar\ncxo-1,1,Opening,افتتاح\ncxo-1,2,Access,\n",
			Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-1", Agenda: []rostrum.AgendaItem{
				{Number: "1", Title: rostrum.Texts{"en": "Opening", "ar": "افتتاح"}}, {Number: "2", Title: rostrum.Texts{"en": "Access"}}}}}}}},
		{"agenda in JSON", `{"agendas":[{"meeting":"cxo-1","items":[{"number":"1","title":{"en":"Opening"}}]}]}`,
			Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-1", Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Opening"}}}}}}}},
		{"topics", "slug,title,aliases\nimt-2020,IMT-2020,5G|IMT for 2020\n",
			Document{Topics: []rostrum.Topic{{Slug: "imt-2020", Title: rostrum.Texts{"en": "IMT-2020"}, Aliases: []string{"5G", "IMT for 2020"}}}}},
		{"organisations", "name,regions,country\nOryxline,ARB|AFR,TN\n",
			Document{Organisations: []rostrum.Organisation{{Slug: "oryxline", Name: rostrum.Texts{"en": "Oryxline"}, Country: "TN", Regions: []string{"ARB", "AFR"}}}}},
		{"partners", "name\tcontact\tlanguages\nAPT\tav@apt.example\ten|fr\n",
			Document{Partners: []rostrum.Partner{{Slug: "apt", Name: rostrum.Texts{"en": "APT"}, Contact: "av@apt.example", Languages: []rostrum.Language{"en", "fr"}}}}},
		{"persons", "name,function,organisation\nSalma B,CEO,oryxline\n",
			Document{Persons: []rostrum.Person{{Slug: "salma-b", Name: "Salma B", Function: "CEO", Organisation: "oryxline"}}}},
		{"meetings by starts", "title,starts,ends,time_zone,series\nCxO Geneva,2026-03-12,2026-03-13,Europe/Zurich,cxo\n",
			Document{Meetings: []Meeting{{Meeting: rostrum.Meeting{Slug: "cxo-geneva", Series: "cxo", Title: rostrum.Texts{"en": "CxO Geneva"}, Starts: "2026-03-12", Ends: "2026-03-13", TimeZone: "Europe/Zurich"}}}}},
	} {
		got, _, err := Read(c.name, []byte(c.data), Options{})
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, %v; want %+v", c.name, got, err, c.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"meetings":[{"slug":"a",}]}`: "comma",
		`{"meeting":[]}`:               "not known",
		`{"meetings":3}`:               "wrong form",
		"just words":                   "neither JSON nor a table",
		"colour,size\nred,3\n":         "names no kind of record",
		"name,function\n张三,CEO\n":      "Row 2 has no slug",
		"name,contact,languages\nAPT,a@b.example,english language\n":                          "Row 2",
		"speaker,title\nAnna Example,Opening\n":                                               "names no meeting",
		"speaker;title\n":                                                                     "no rows",
		"meeting,speaker\nCxO Geneva,Anna\n":                                                  "part of an address",
		`{"meetings":[{"slug":"a","date":"12.3.2026"}]}`:                                      "not a date",
		`{"meetings":[{"slug":"a"},{"slug":"a"}]}`:                                            "twice",
		`{"meetings":[{"slug":"a","interventions":[{"consent":"perhaps"}]}]}`:                 "intervention 1",
		`{"meetings":[{"slug":"a","interventions":[{"length_s":-1}]}]}`:                       "length",
		`{"meetings":[{"slug":"a","interventions":[{"language":"the one of the speaker"}]}]}`: "not a language",
		`{"$schema":"x","definitions":{},"properties":{"schedule":{}}}`:                       "describes the form",
		`{"schedule":{"version":"1"}}`:                                                        "no conference",
		`{"results":{"1":{"20260312":{}}}}`:                                                   "timetable",
		`{"results":[]}`:                                                                      "no event",
		`[1,2]`:                                                                               "JSON list",
		"<rss><channel/></rss>":                                                               "not a schedule",
		"<schedule><day>":                                                                     "damaged",
		"<!DOCTYPE html><html></html>":                                                        "web page",
		"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n":                                                "no events",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260312T090000Z\nSUMMARY:Opening\nEND:VEVENT\nEND:VCALENDAR\n": "does not name its meeting",
		"<schedule><day><room><event id='1'><title>One</title></event></room></day></schedule>":                 "does not name its meeting",
		"PK\x03\x04":                            "Excel",
		"%PDF-1.7":                              "PDF",
		" \n":                                   "empty",
		"db_version:\n- a\nindico_version: 2\n": "archive",
	} {
		_, _, err := Read("x", []byte(data), Options{})
		if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), want) {
			t.Errorf("%q: %v; want it to say %q", data, err, want)
		}
	}
}

func TestReadLimits(t *testing.T) {
	t.Parallel()
	event := "BEGIN:VEVENT\nSUMMARY:One\nEND:VEVENT\n"
	for name, data := range map[string]string{
		"bytes":    strings.Repeat("x", MaxBytes+1),
		"cells":    "speaker,title\n" + strings.Repeat("Anna,One\n", maxLines+1),
		"tags":     "<schedule>" + strings.Repeat("<day/>", maxTags+1),
		"rows":     "speaker,title\n" + strings.Repeat("Anna,One\n", MaxSlots+1),
		"events":   "BEGIN:VCALENDAR\n" + strings.Repeat(event, MaxSlots+1) + "END:VCALENDAR\n",
		"JSON":     `{"meetings":[{"slug":"a","interventions":[{}` + strings.Repeat(",{}", MaxSlots) + `]}]}`,
		"Indico":   `{"results":[{"title":"A","contributions":[{}` + strings.Repeat(",{}", MaxSlots) + `]}]}`,
		"schedule": "<schedule><day><room>" + strings.Repeat("<event/>", MaxSlots+1) + "</room></day></schedule>",
	} {
		_, _, err := Read("x", []byte(data), geneva)
		if rostrum.ErrorCode(err) != rostrum.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, notes, err := Read("x", []byte("speaker,language\n"+strings.Repeat("Anna,Klingon of old\n", 300)), geneva)
	if err != nil || len(notes) != maxNotes+1 || !strings.Contains(notes[maxNotes].Text, "more notes") {
		t.Errorf("%d notes, %v", len(notes), err)
	}
	d, notes, err := Read("x", []byte("speaker,abstract\nAnna,"+strings.Repeat("é", maxText)), geneva)
	if words := slotsOf(d)[0].Abstract["en"]; err != nil || len(words) > maxText || len(words) < maxText-5 || !strings.HasSuffix(words, "é…") || !noted(notes, 0, "too long") {
		t.Errorf("a long abstract: %d bytes, %v, %+v", len(words), err, notes)
	}
	if _, _, err := Read("x", []byte("speaker,title\nA,B\n"), Options{Meeting: "a", TimeZone: "Local"}); rostrum.ErrorCode(err) != rostrum.Invalid {
		t.Errorf("the zone of the server: %v", err)
	}
}

const frenchList = "Réunion des directeurs;;;;;;;\n\nNo;Heure;Point ODJ;Titre;Titre (EN);Orateur;Fonction;Organisme;Langue;Thématiques;Durée;Consentement\n" +
	"1;9h00;1. Ouverture;Ouverture;Opening;Félicité Exemple;Directrice;Opérateur Fictif;français;;5 min;oui\n" +
	"2;9h05 – 9h12;2;La 5G en Afrique;;Amal Mithal;PDG;Société Fictive;ar;5G, accès;;partenaires seulement\n" +
	";;;Pause café;;;;;;;;\n"

func TestReadSpeakersList(t *testing.T) {
	t.Parallel()
	want := []Slot{
		{Position: 1, AgendaItem: "1", Title: rostrum.Texts{"fr": "Ouverture", "en": "Opening"}, Speaker: "Félicité Exemple", Function: rostrum.Texts{"fr": "Directrice"},
			Organisation: "Opérateur Fictif", Language: "fr", Starts: utc("2026-03-12T08:00:00Z"), Length: 5 * time.Minute, Consent: rostrum.ConsentPublic},
		{Position: 2, AgendaItem: "2", Title: rostrum.Texts{"fr": "La 5G en Afrique"}, Speaker: "Amal Mithal", Function: rostrum.Texts{"fr": "PDG"},
			Organisation: "Société Fictive", Language: "ar", Topics: []string{"5G", "accès"}, Starts: utc("2026-03-12T08:05:00Z"), Length: 7 * time.Minute, Consent: rostrum.ConsentPartners},
	}
	utf16le := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(frenchList, ";", "\t"))) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	var ansi []byte
	for _, c := range strings.ReplaceAll(frenchList, "–", "-") {
		ansi = append(ansi, byte(c)) // Latin letters of Windows-1252 are those of Unicode
	}
	for name, data := range map[string][]byte{
		"UTF-8": []byte(frenchList), "BOM": []byte("\xEF\xBB\xBF" + frenchList), "tabs in UTF-16": utf16le, "Windows-1252": ansi,
		"CRLF": []byte(strings.ReplaceAll(frenchList, "\n", "\r\n")),
	} {
		d, notes, err := Read(name, data, geneva)
		if err != nil || !reflect.DeepEqual(slotsOf(d), want) {
			t.Errorf("%s: got %+v, %v", name, slotsOf(d), err)
			continue
		}
		if m := d.Meetings[0]; !reflect.DeepEqual(m.Agenda, []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"fr": "Ouverture"}}}) || m.Slug != geneva.Meeting {
			t.Errorf("%s: agenda %+v", name, m.Agenda)
		}
		if !noted(notes, 6, "no speech") || !noted(notes, 0, "row 3") {
			t.Errorf("%s: notes %+v", name, notes)
		}
	}
}

func TestReadSpeakersTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		o          Options
		want       []Slot
		row        int
		note       string
	}{
		{"any order, with the day and the end", "title,speaker,organization,date,start,end,id\nOpening,Anna Example,Oryxline,12.03.2026,10:00 am,10:06,s-1\n", Options{Meeting: "a"},
			[]Slot{{Key: "s-1", Position: 1, Title: rostrum.Texts{"en": "Opening"}, Speaker: "Anna Example", Organisation: "Oryxline", Starts: utc("2026-03-12T10:00:00Z"), Length: 6 * time.Minute}}, 0, "UTC"},
		{"names alone, for a meeting", "Nom;Fonction\nAnna;PDG\n", geneva,
			[]Slot{{Position: 1, Speaker: "Anna", Function: rostrum.Texts{"fr": "PDG"}}}, 0, "row 1"},
		{"times without a day", "order,time,name\n1,10:00,Anna\n", Options{Meeting: "a"}, []Slot{{Position: 1, Speaker: "Anna"}}, 0, "No date is named"},
		{"order by number", "no,speaker\n2,Anna\n1,Ben\n", geneva, []Slot{{Position: 1, Speaker: "Ben"}, {Position: 2, Speaker: "Anna"}}, 0, "2 interventions"},
		{"numbers that start anew", "no,agenda item,speaker\n1,A,Anna\n1,B,Ben\n", geneva, []Slot{{Position: 1, AgendaItem: "A", Speaker: "Anna"}, {Position: 2, AgendaItem: "B", Speaker: "Ben"}}, 0, "2 interventions"},
		{"doubtful length", "speaker,length\nAnna,05:30\n", geneva, []Slot{{Position: 1, Speaker: "Anna", Length: 5*time.Minute + 30*time.Second}}, 2, "taken as 5 min 30 s"},
		{"unknown words", "speaker,language,consent\nAnna,Klingon of old,ask her again\n", geneva, []Slot{{Position: 1, Speaker: "Anna", Consent: rostrum.ConsentPending}}, 2, "pending"},
		{"torn quotation mark", "speaker,title,notes\nAnna,\"One,x\nBen,Two,y\n", geneva,
			[]Slot{{Position: 1, Speaker: "Anna", Title: rostrum.Texts{"en": "\"One"}, Notes: "x"}, {Position: 2, Speaker: "Ben", Title: rostrum.Texts{"en": "Two"}, Notes: "y"}}, 2, "not closed"},
		{"a row that steps back", "time,speaker\n16:00,Anna\n09:00,Ben\n", geneva,
			[]Slot{{Position: 1, Speaker: "Anna", Starts: utc("2026-03-12T15:00:00Z")}, {Position: 2, Speaker: "Ben", Starts: utc("2026-03-12T08:00:00Z")}}, 3, "several days"},
		{"separator of Excel", "sep=|\nspeaker|title\nAnna|One\n", geneva, []Slot{{Position: 1, Speaker: "Anna", Title: rostrum.Texts{"en": "One"}}}, 0, "row 2"},
		{"no speaker", "speaker,title\n,Message by video\n", geneva, []Slot{{Position: 1, Title: rostrum.Texts{"en": "Message by video"}}}, 2, "names no speaker"},
	} {
		d, notes, err := Read(c.name, []byte(c.data), c.o)
		if err != nil || !reflect.DeepEqual(slotsOf(d), c.want) {
			t.Errorf("%s: got %+v, %v", c.name, slotsOf(d), err)
		}
		if !noted(notes, c.row, c.note) {
			t.Errorf("%s: notes %+v", c.name, notes)
		}
	}
}

const calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:CxO Geneva 2026\r\nBEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VEVENT\r\nUID:b@example\r\nDTSTART;TZID=W. Europe Standard Time:20260312T101000\r\nDTEND;TZID=W. Europe Standard Time:20260312T101600\r\nSUMMARY:Amal Mithal: 5G\\, for\r\n  all\r\nATTENDEE;CN=\"Mithal, Amal\";CUTYPE=INDIVIDUAL:mailto:amal@example.org\r\nATTENDEE;CN=Ben Example:mailto:ben@example.org\r\nBEGIN:VALARM\r\nSUMMARY:wake up\r\nEND:VALARM\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:a@example\r\nDTSTART:20260312T090000Z\r\nDURATION:PT5M\r\nSUMMARY;LANGUAGE=fr:Sécurité: un état des lieux\r\nCATEGORIES:trust,5G\r\nDESCRIPTION:Speakers: Félicité Exemple (Opérateur Fictif)\\n\\nCe qui reste à faire.\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:c@example\r\nSTATUS:CANCELLED\r\nDTSTART:20260312T110000Z\r\nSUMMARY:Gone\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:d@example\r\nDTSTART;VALUE=DATE:20260312\r\nSUMMARY:The day\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:e@example\r\nDTSTART;TZID=Nowhere/At_All:20260312T120000\r\nnonsense\r\nSUMMARY:Trust: what next\r\nATTENDEE;CN=Ben Example:mailto:ben@example.org\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

func TestReadCalendar(t *testing.T) {
	t.Parallel()
	d, notes, err := Read("x.ics", []byte(calendar), Options{TimeZone: "Europe/Zurich"})
	want := []Slot{
		{Key: "a@example", Position: 1, Title: rostrum.Texts{"fr": "Sécurité: un état des lieux"}, Speaker: "Félicité Exemple", Organisation: "Opérateur Fictif",
			Abstract: rostrum.Texts{"fr": "Ce qui reste à faire."}, Topics: []string{"trust", "5G"}, Starts: utc("2026-03-12T09:00:00Z"), Length: 5 * time.Minute},
		{Key: "b@example", Position: 2, Title: rostrum.Texts{"en": "5G, for all"}, Speaker: "Amal Mithal", Starts: utc("2026-03-12T09:10:00Z"), Length: 6 * time.Minute},
		{Key: "e@example", Position: 3, Title: rostrum.Texts{"en": "Trust: what next"}, Speaker: "Ben Example", Starts: utc("2026-03-12T11:00:00Z")},
	}
	if err != nil || !reflect.DeepEqual(slotsOf(d), want) {
		t.Fatalf("got %+v, %v", slotsOf(d), err)
	}
	if m := d.Meetings[0]; m.Slug != "cxo-geneva-2026" || m.Title["en"] != "CxO Geneva 2026" || m.Starts != "2026-03-12" || m.Ends != "2026-03-12" {
		t.Errorf("meeting %+v", m.Meeting)
	}
	for _, n := range []Note{{3, "cancelled"}, {4, "whole days"}, {5, "not known"}, {5, "damaged"}} {
		if !noted(notes, n.Row, n.Text) {
			t.Errorf("row %d does not say %q: %+v", n.Row, n.Text, notes)
		}
	}
	d, _, err = Read("x.ics", []byte(calendar), geneva)
	if err != nil || d.Meetings[0].Slug != geneva.Meeting || !d.Meetings[0].Bare() {
		t.Errorf("a chosen meeting: got %+v, %v", d.Meetings, err)
	}
}
