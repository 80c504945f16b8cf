package agenda

import (
	"reflect"
	"testing"
	"time"

	"rostrum"
)

// full has every fact of every record.
func full() Document {
	return Document{
		Series:        []rostrum.Series{{Slug: "cxo", Title: rostrum.Texts{"en": "CxO meetings"}}},
		StudyPeriods:  []rostrum.StudyPeriod{{Name: "2025-2028", Starts: "2024-10-25", Ends: "2028-11-01"}},
		Topics:        []rostrum.Topic{{Slug: "imt-2020", Title: rostrum.Texts{"en": "IMT-2020"}, Aliases: []string{"5G"}}},
		Organisations: []rostrum.Organisation{{Slug: "oryxline", Name: rostrum.Texts{"ar": "أوريكس"}, Kind: "operator", Country: "TN", Regions: []string{"ARB", "AFR"}, Website: "https://oryxline.example"}},
		Persons:       []rostrum.Person{{Slug: "amal-mithal", Name: "Amal Mithal", Function: "CTO", Organisation: "oryxline"}},
		Partners:      []rostrum.Partner{{Slug: "apt", Organisation: "apt", Name: rostrum.Texts{"en": "APT"}, Languages: []rostrum.Language{"en"}, Origins: []string{"https://www.apt.example"}, Contact: "av@apt.example"}},
		Meetings: []Meeting{{
			Meeting: rostrum.Meeting{Slug: "cxo-1", Series: "cxo", Kind: "CxO", Title: rostrum.Texts{"en": "One", "fr": "Un"}, Intro: rostrum.Texts{"en": "Welcome"}, Place: "Geneva", Country: "CH",
				Starts: "2026-03-12", Ends: "2026-03-13", TimeZone: "Europe/Zurich", Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Opening"}}}},
			Slots: []Slot{
				{Key: "a", Position: 1, AgendaItem: "1", Title: rostrum.Texts{"en": "Welcome <all>"}, Speaker: "Amal Mithal", Function: rostrum.Texts{"fr": "Directrice"}, Organisation: "Oryxline",
					Abstract: rostrum.Texts{"en": "Two\nparagraphs"}, Language: "zh-Hans", Topics: []string{"imt-2020"}, Starts: utc("2026-03-12T08:00:30Z"), Length: 6*time.Minute + 1500*time.Millisecond,
					Consent: rostrum.ConsentEmbargo, Notes: "slides"},
				{Position: 4},
			}},
			{Meeting: rostrum.Meeting{Slug: "cxo-2"}}},
	}
}

func TestWriteReadsBack(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Document{"full": full(), "empty": {}} {
		data, err := Write(d)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := Read("x.json", data, Options{})
		if err != nil || !reflect.DeepEqual(got, d) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// What every reader makes of a file is written and reads back.
func TestWriteReadsBackOthers(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"table": frenchList, "calendar": calendar, "Indico": indicoEvent, "frab": frabXML, "pretalx": pretalxJSON, "kept": kept} {
		first, _, err := Read(name, []byte(data), geneva)
		if err != nil {
			t.Fatal(name, err)
		}
		readsBack(t, first)
	}
}

func readsBack(t *testing.T, d Document) {
	t.Helper()
	data, err := Write(d)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := Read("x.json", data, Options{})
	if err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("got %+v, %v; want %+v", again, err, d)
	}
}
