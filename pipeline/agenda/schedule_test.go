package agenda

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"rostrum"
)

const indicoEvent = `{"count":1,"_type":"HTTPAPIResult","results":[{"_type":"Conference","title":"CxO Geneva","timezone":"Europe/Zurich","location":"Geneva",
"startDate":{"date":"2026-03-12","tz":"Europe/Zurich","time":"09:00:00"},"endDate":{"date":"2026-03-13","tz":"Europe/Zurich","time":"18:00:00"},
"contributions":[
 {"id":"4","db_id":585,"title":"Opening","startDate":{"date":"2026-03-12","tz":"Europe/Zurich","time":"09:00:00"},"duration":5,"session":null,"description":"<p>Good &amp; short</p><script>x()</script>","keywords":["bsg"],
  "speakers":[{"first_name":"Félicité","last_name":"Exemple","fullName":"EXEMPLE, Félicité","affiliation":"TSB"}]},
 {"id":"9","title":"Unplanned","startDate":null,"duration":10,"speakers":[{"fullName":"Ben Example"}]},
 {"id":"8","title":"Lunch","startDate":{"date":"2026-03-12","tz":"Europe/Zurich","time":"12:00:00"},"duration":60,"speakers":[]}],
"sessions":[{"title":"Access","contributions":[
 {"id":"5","title":"Round","startDate":{"date":"2026-03-12","tz":"Europe/Zurich","time":"10:00:00"},"duration":20,"session":"Access","speakers":[],"track":"5G",
  "subContributions":[{"id":"1","title":"One","duration":6,"speakers":[{"first_name":"Amal","last_name":"Mithal","affiliation":""}]},{"id":"2","title":"Two","duration":7,"speakers":[{"first_name":"Li","last_name":"Yangben"}]}]}]}]}]}`

func TestReadIndico(t *testing.T) {
	t.Parallel()
	d, notes, err := Read("x.json", []byte(indicoEvent), Options{})
	want := Document{Meetings: []Meeting{{
		Meeting: rostrum.Meeting{Slug: "cxo-geneva", Title: rostrum.Texts{"en": "CxO Geneva"}, Place: "Geneva", Starts: "2026-03-12", Ends: "2026-03-13", TimeZone: "Europe/Zurich",
			Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Access"}}}},
		Slots: []Slot{
			{Key: "indico:585", Position: 1, Title: rostrum.Texts{"en": "Opening"}, Speaker: "Félicité Exemple", Organisation: "TSB", Abstract: rostrum.Texts{"en": "Good & short"},
				Topics: []string{"bsg"}, Starts: utc("2026-03-12T08:00:00Z"), Length: 5 * time.Minute},
			{Key: "indico:5/indico:1", Position: 2, AgendaItem: "1", Title: rostrum.Texts{"en": "One"}, Speaker: "Amal Mithal", Topics: []string{"5G"}, Length: 6 * time.Minute},
			{Key: "indico:5/indico:2", Position: 3, AgendaItem: "1", Title: rostrum.Texts{"en": "Two"}, Speaker: "Li Yangben", Topics: []string{"5G"}, Length: 7 * time.Minute},
			{Key: "indico:9", Position: 4, Title: rostrum.Texts{"en": "Unplanned"}, Speaker: "Ben Example", Length: 10 * time.Minute},
		}}}}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Fatalf("got %+v, %v", d, err)
	}
	for _, n := range []Note{{0, "agenda items 1 to 1"}, {3, "no speech"}, {4, "its 2 parts"}} {
		if !noted(notes, n.Row, n.Text) {
			t.Errorf("row %d does not say %q: %+v", n.Row, n.Text, notes)
		}
	}
}

const frabXML = `<?xml version="1.0" encoding="iso-8859-1"?><schedule><conference><acronym>cxo-26</acronym><title>CxO 2026</title><start>2026-03-12</start><end>2026-03-12</end>
<time_zone_name>Europe/Zurich</time_zone_name><day_change>06:00</day_change></conference><day date="2026-03-12"><room name="A">
<event id="7" guid="e5a1f0a2-7a2e-4a52-8d3e-3d7a1d8b4a10"><start>09:30</start><duration>00:20</duration><title>Trust</title><subtitle>what next</subtitle><track>Security</track><language>en</language><abstract>Short.</abstract>
<persons><person id="1">Alice</person><person id="2">Bob</person></persons><recording><license/><optout>true</optout></recording></event>
<event id="8"><date>2026-03-12T09:00:00+01:00</date><start>09:00</start><duration>00:30</duration><title>Ouverture</title><language>fr</language><persons><person id="3">F` + "\xe9" + `licit` + "\xe9" + `</person></persons></event>
<event id="9"><start>00:30</start><duration>00:05</duration><title>Late</title><persons><person>Zoe</person></persons></event></room></day></schedule>`

const pretalxJSON = `{"$schema":"https://c3voc.de/schedule/schema.json","schedule":{"version":"1","conference":{"acronym":"cxo-26","title":"CxO 2026","start":"2026-03-12","end":"2026-03-12","daysCount":1,"time_zone_name":"Europe/Zurich",
"days":[{"index":1,"date":"2026-03-12","day_start":"2026-03-12T06:00:00+01:00","rooms":{"A":[
{"guid":"e5a1f0a2-7a2e-4a52-8d3e-3d7a1d8b4a10","id":7,"date":"2026-03-12T09:30:00+01:00","start":"09:30","duration":"00:20","title":"Trust","subtitle":"what next","track":"Security","language":"en","abstract":"Short.","persons":[{"name":"Alice","code":"A1"},{"public_name":"Bob","id":2}],"do_not_record":true},
{"id":8,"code":"OPEN","date":"2026-03-12T09:00:00+01:00","end":"2026-03-12T09:30:00+01:00","title":{"fr":"Ouverture","en":"Opening"},"track":null,"language":"fr","persons":[{"name":"Félicité"}]}]}}]}}}`

func TestReadSchedule(t *testing.T) {
	t.Parallel()
	meeting := rostrum.Meeting{Slug: "cxo-26", Title: rostrum.Texts{"en": "CxO 2026"}, Starts: "2026-03-12", Ends: "2026-03-12", TimeZone: "Europe/Zurich"}
	trust := Slot{Key: "e5a1f0a2-7a2e-4a52-8d3e-3d7a1d8b4a10", Position: 2, Title: rostrum.Texts{"en": "Trust: what next"}, Speaker: "Alice, Bob", Abstract: rostrum.Texts{"en": "Short."},
		Language: "en", Topics: []string{"Security"}, Starts: utc("2026-03-12T08:30:00Z"), Length: 20 * time.Minute, Consent: rostrum.ConsentRefused}
	opening := Slot{Key: "event:8", Position: 1, Title: rostrum.Texts{"fr": "Ouverture"}, Speaker: "Félicité", Language: "fr", Starts: utc("2026-03-12T08:00:00Z"), Length: 30 * time.Minute}
	late := Slot{Key: "event:9", Position: 3, Title: rostrum.Texts{"en": "Late"}, Speaker: "Zoe", Starts: utc("2026-03-12T23:30:00Z"), Length: 5 * time.Minute}
	both := opening
	both.Key, both.Title = "event:OPEN", rostrum.Texts{"fr": "Ouverture", "en": "Opening"}
	for name, c := range map[string]struct {
		data string
		want []Slot
	}{"frab": {frabXML, []Slot{opening, trust, late}}, "pretalx": {pretalxJSON, []Slot{both, trust}}} {
		d, notes, err := Read(name, []byte(c.data), Options{})
		if err != nil || !reflect.DeepEqual(d, Document{Meetings: []Meeting{{meeting, c.want}}}) {
			t.Errorf("%s: got %+v, %v", name, d, err)
		}
		if !noted(notes, 1, "refusal") {
			t.Errorf("%s: notes %+v", name, notes)
		}
	}
}

const kept = `{"about":"x","topics":[{"id":"trust","name_en":"Trust","name_fr":"Confiance","history":[]}],
"partners":[{"id":"apt","name_en":"APT","type":"RTO","itu_region":"ASP","languages":["en"],"website":"apt.example","contact":"av@apt.example","embed_origins":["https://www.apt.example"],"seat":"Bangkok"}],
"meetings":[{"id":"cxo-26","kind":"CxO","date":"2026-03-12","city":"Geneva","country":"CH","recording":{"timecode":"time of day"},"agenda":[{"no":1,"title":"Opening","title_fr":"Ouverture"}],
"interventions":[{"no":1,"agenda_item":1,"speaker":"Anna Example","role":"CTO","organization":"Oryxline","organization_type":"operator","itu_region":"ARB","floor_language":"fr","in_tc":"09:00:10:12","out_tc":"09:05:10:00","topics":["trust"],"consent":"public_after_communique","attendance":"remote"}]}]}`

func TestReadKeptByRecorders(t *testing.T) {
	t.Parallel()
	d, notes, err := Read("x.json", []byte(kept), Options{TimeZone: "Europe/Zurich"})
	want := Document{
		Topics:   []rostrum.Topic{{Slug: "trust", Title: rostrum.Texts{"en": "Trust", "fr": "Confiance"}}},
		Partners: []rostrum.Partner{{Slug: "apt", Organisation: "apt", Name: rostrum.Texts{"en": "APT"}, Languages: []rostrum.Language{"en"}, Origins: []string{"https://www.apt.example"}, Contact: "av@apt.example"}},
		Organisations: []rostrum.Organisation{{Slug: "apt", Name: rostrum.Texts{"en": "APT"}, Kind: "RTO", Regions: []string{"ASP"}, Website: "https://apt.example"},
			{Slug: "oryxline", Name: rostrum.Texts{"en": "Oryxline"}, Kind: "operator", Regions: []string{"ARB"}}},
		Meetings: []Meeting{{rostrum.Meeting{Slug: "cxo-26", Kind: "CxO", Title: rostrum.Texts{"en": "CxO Geneva 2026"}, Place: "Geneva", Country: "CH", Starts: "2026-03-12", Ends: "2026-03-12",
			Agenda: []rostrum.AgendaItem{{Number: "1", Title: rostrum.Texts{"en": "Opening", "fr": "Ouverture"}}}},
			[]Slot{{Position: 1, AgendaItem: "1", Speaker: "Anna Example", Function: rostrum.Texts{"en": "CTO"}, Organisation: "Oryxline", Language: "fr", Topics: []string{"trust"},
				Starts: utc("2026-03-12T08:00:10Z"), Length: 5 * time.Minute, Consent: rostrum.ConsentEmbargo}}}},
	}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Fatalf("got %+v, %v", d, err)
	}
	for _, words := range []string{"end of the embargo", "has no title", "intervention attendance", "partner seat"} {
		if !noted(notes, 0, words) {
			t.Errorf("does not say %q: %+v", words, notes)
		}
	}
}

func corpus(t *testing.T, parts ...string) []byte {
	t.Helper()
	folder := os.Getenv("ROSTRUM_TEST_CORPUS")
	if folder == "" {
		t.Skip("ROSTRUM_TEST_CORPUS does not name a folder of real files.")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{folder}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file     []string
		meetings int
		slots    int
		first    Slot
	}{
		{[]string{"sample-meetings.json"}, 4, 39, Slot{Position: 1, AgendaItem: "1", Speaker: "Director of TSB (role, no name)", Function: rostrum.Texts{"en": "Director of TSB"}, Organisation: "TSB",
			Language: "en", Topics: []string{"bsg"}, Starts: utc("2015-10-11T12:02:30Z"), Length: 4 * time.Minute, Consent: rostrum.ConsentPublic}},
		{[]string{"cutlists", "schedule", "voctomix_frab.xml"}, 1, 3, Slot{Key: "event:1", Position: 1, Title: rostrum.Texts{"en": "Interesting talk in HALL 1 at 10:00"},
			Speaker: "Alice, Bob, Claire", Starts: utc("2019-01-01T08:00:00Z"), Length: time.Hour, Notes: "HALL 1"}},
		{[]string{"footage", "derived-session-A", "speaker-list-wallclock.csv"}, 1, 7, Slot{Position: 1, Speaker: "Cornelius Sample", Organisation: "Fictional Chair", Language: "en",
			Starts: utc("2026-03-12T09:00:00Z")}},
	} {
		d, notes, err := Read(c.file[len(c.file)-1], corpus(t, c.file...), geneva)
		n := 0
		for _, m := range d.Meetings {
			n += len(m.Slots)
		}
		if err != nil || len(d.Meetings) != c.meetings || n != c.slots || !reflect.DeepEqual(d.Meetings[0].Slots[0], c.first) {
			t.Errorf("%s: %d meetings, %d slots, %v, %+v", c.file, len(d.Meetings), n, err, d.Meetings)
		}
		t.Logf("%s: %+v", c.file, notes)
	}
}
