package pipeline_test

import (
	"strings"
	"testing"

	"rostrum"
)

func TestImport(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	for _, c := range []struct {
		name, data    string
		meetings      string
		interventions int
		others        int
	}{
		{"meetings in JSON", `{"meetings":[{"slug":"cxo-1","title":{"en":"One","fr":"Un"},"date":"2026-03-12"}]}`, "cxo-1", 0, 0},
		{"meetings, semicolons and BOM", "\xEF\xBB\xBFslug;title;title_fr;date;place\ncxo-2;Two;Deux;2026-03-12;Genève\n", "cxo-2", 0, 0},
		{"agenda", "meeting,number,title,title_ar\ncxo-1,1,Opening,افتتاح\ncxo-1,2,Access,\n", "cxo-1", 0, 0},
		{"topics", "slug,title,aliases\nimt-2020,IMT-2020,5G|IMT for 2020\n", "", 0, 1},
		{"organisations", "name,regions,country\nOryxline,ARB|AFR,TN\n", "", 0, 1},
		{"partners", "name\tcontact\tlanguages\nAPT\tav@apt.example\ten|fr\n", "", 0, 1},
		{"persons", "name,function,organisation\nSalma B,CEO,oryxline\n", "", 0, 1},
		{"a speakers' list", "meeting,speaker,title\ncxo-1,Salma B,On trust\ncxo-1,Bo,On fibre\n", "cxo-1", 2, 0},
	} {
		done, err := w.Import(ctx, []byte(c.data), "test")
		if err != nil || strings.Join(done.Meetings, " ") != c.meetings || done.Interventions != c.interventions || done.Others != c.others {
			t.Errorf("%s: %+v, %v", c.name, done, err)
		}
	}
	m, err := w.Catalogue.MeetingBySlug(ctx, "cxo-1")
	if err != nil || len(m.Agenda) != 2 || m.Agenda[0].Title["ar"] != "افتتاح" || m.Title["fr"] != "Un" || m.Ends != "2026-03-12" {
		t.Errorf("meeting %+v, %v", m, err)
	}
	if topic, err := w.Catalogue.TopicNamed(ctx, "5g"); err != nil || topic.Slug != "imt-2020" {
		t.Errorf("topic %+v, %v", topic, err)
	}
	if got := w.names("cxo-1"); got != "Salma B Bo" {
		t.Errorf("the list is %s", got)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	w := open(t)
	for data, want := range map[string]string{
		`{"meetings":[{"slug":"a",}]}`: "comma",
		`{"meeting":[]}`:               "not known",
		`{"meetings":3}`:               "wrong form",
		"just words":                   "neither JSON nor a table",
		"colour,size\nred,3\n":         "names no kind of record",
		"name,function\n张三,CEO\n":      "Row 2 has no slug",
		"name,contact,languages\nAPT,a@b.example,english language\n":                            "Row 2",
		"meeting,number,title\nnone,1,Opening\n":                                                "no meeting \"none\"",
		"meeting,speaker,title\nnone,Ana,On trust\n":                                            "no meeting none",
		`{"meetings":[{"slug":"a","title":{"en":"A"}}]}`:                                        "no date",
		`{"meetings":[{"slug":"a","title":{"en":"A"},"date":"2026-02-30"}]}`:                    "not a date",
		`{"meetings":[{"slug":"a","title":{"en":"A"},"date":"2026-02-03","time_zone":"Mars"}]}`: "time zone",
	} {
		_, err := w.Import(t.Context(), []byte(data), "test")
		if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), want) {
			t.Errorf("%q: %v; want it to say %q", data, err, want)
		}
	}
}
