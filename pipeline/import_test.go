package pipeline

import (
	"strings"
	"testing"

	"rostrum"
)

func TestReadDocument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		want       func(d *document) bool
	}{
		{"meetings in JSON", `{"meetings":[{"slug":"cxo-1","title":{"en":"One","fr":"Un"},"date":"2026-03-12"}]}`,
			func(d *document) bool { return d.Meetings[0].Title["fr"] == "Un" && d.Meetings[0].Date == "2026-03-12" }},
		{"meetings, semicolons and BOM", "\xEF\xBB\xBFslug;title;title_fr;date;place\ncxo-1;One;Un;2026-03-12;Genève\n",
			func(d *document) bool { return d.Meetings[0].Title["fr"] == "Un" && d.Meetings[0].Place == "Genève" }},
		{"agenda", "meeting,number,title,title_ar\ncxo-1,1,Opening,افتتاح\ncxo-1,2,Access,\n",
			func(d *document) bool {
				return len(d.Agendas) == 1 && len(d.Agendas[0].Items) == 2 && d.Agendas[0].Items[0].Title["ar"] == "افتتاح"
			}},
		{"topics", "slug,title,aliases\nimt-2020,IMT-2020,5G|IMT for 2020\n",
			func(d *document) bool { return len(d.Topics[0].Aliases) == 2 && d.Topics[0].Aliases[0] == "5G" }},
		{"organisations", "name,regions,country\nOryxline,ARB|AFR,TN\n",
			func(d *document) bool {
				return d.Organisation[0].Slug == "oryxline" && len(d.Organisation[0].Regions) == 2
			}},
		{"partners", "name\tcontact\tlanguages\nAPT\tav@apt.example\ten|fr\n",
			func(d *document) bool {
				return d.Partners[0].Contact == "av@apt.example" && d.Partners[0].Languages[1] == "fr"
			}},
		{"persons", "name,function,organisation\nSalma B,CEO,oryxline\n",
			func(d *document) bool { return d.Persons[0].Slug == "salma-b" && d.Persons[0].Function == "CEO" }},
	} {
		d, err := readDocument([]byte(c.data))
		if err != nil || !c.want(d) {
			t.Errorf("%s: got %+v, %v", c.name, d, err)
		}
	}
}

func TestReadDocumentRefuses(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"meetings":[{"slug":"a",}]}`: "comma",
		`{"meeting":[]}`:               "not known",
		`{"meetings":3}`:               "wrong form",
		"just words":                   "neither JSON nor a table",
		"colour,size\nred,3\n":         "names no kind of record",
		"name,function\n张三,CEO\n":      "Row 2 has no slug",
		"name,contact,languages\nAPT,a@b.example,english language\n": "Row 2",
	} {
		_, err := readDocument([]byte(data))
		if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), want) {
			t.Errorf("%q: %v; want it to say %q", data, err, want)
		}
	}
}
