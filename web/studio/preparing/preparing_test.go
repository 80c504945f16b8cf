package preparing_test

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rostrum/web/studio/desk/desktest"
	"rostrum/web/studio/preparing"
)

func open(t *testing.T) *desktest.World {
	t.Helper()
	w := desktest.New(t)
	w.Desk.Mount(w.Router, preparing.Routes(w.Desk, w.Pipeline))
	return w
}

const list = "/api/v1/meetings/" + desktest.Meeting + "/speakers"

type row struct {
	ID       string            `json:"id"`
	Position int               `json:"position"`
	Title    string            `json:"title"`
	Titles   map[string]string `json:"titles"`
	Speaker  string            `json:"speaker"`
	State    string            `json:"state"`
	Starts   string            `json:"starts"`
	Length   float64           `json:"length_s"`
	Topics   []string          `json:"topics"`
}

func decode[T any](t *testing.T, body string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

type any_ = map[string]any

// speakers lists the speakers in their order.
func speakers(t *testing.T, w *desktest.World, slug string) string {
	t.Helper()
	_, body := w.Call("reader", "GET", "/api/v1/meetings/"+slug+"/speakers", nil)
	var names []string
	for _, r := range decode[[]row](t, body) {
		names = append(names, r.Speaker)
	}
	return strings.Join(names, " ")
}

func TestSpeakersByProgram(t *testing.T) {
	t.Parallel()
	w := open(t)
	status, body := w.Call("av", "POST", list, any_{"speaker": "Ana", "title": "On trust", "titles": any_{"fr": "La confiance"}, "starts": "2026-05-03T12:05:00Z", "length_s": 300.5, "topics": []string{"trust"}})
	ana := decode[row](t, body)
	if status != http.StatusCreated || ana.State != "planned" || ana.Starts != "2026-05-03T12:05:00Z" || ana.Length != 300.5 || ana.Titles["fr"] == "" || ana.Topics[0] != "trust" {
		t.Fatalf("%d %s", status, body)
	}
	_, body = w.Call("av", "POST", list, any_{"speaker": "Bo", "after": ""})
	bo := decode[row](t, body)
	if got := speakers(t, w, desktest.Meeting); got != "Bo Ana" {
		t.Fatalf("in the order %s", got)
	}
	if status, body = w.Call("av", "PUT", list+"/order", any_{"ids": []string{ana.ID, bo.ID}}); status != http.StatusOK || speakers(t, w, desktest.Meeting) != "Ana Bo" {
		t.Fatalf("order: %d %s", status, body)
	}
	// Many at once, as a list and with an order.
	status, body = w.Call("editor", "PATCH", list, []any{any_{"id": ana.ID, "titles": any_{"fr": ""}, "length_s": 0, "starts": ""}, any_{"id": "newnewnewnew1", "add": true, "speaker": "Cleo"}})
	if rows := decode[[]row](t, body); status != http.StatusOK || rows[0].Length != 0 || rows[0].Starts != "" || rows[0].Titles["fr"] != "" || rows[1].Position != 3 {
		t.Fatalf("%d %s", status, body)
	}
	status, body = w.Call("av", "PATCH", list, any_{"rows": []any{any_{"id": bo.ID, "remove": true}}, "order": []string{"newnewnewnew1", ana.ID}})
	if status != http.StatusOK || speakers(t, w, desktest.Meeting) != "Cleo Ana" {
		t.Fatalf("%d %s: %s", status, body, speakers(t, w, desktest.Meeting))
	}
	if status, _ = w.Call("av", "DELETE", "/api/v1/interventions/newnewnewnew1", nil); status != http.StatusNoContent {
		t.Errorf("taking away: %d", status)
	}
	cut := w.Ingest("film.mp4", w.Film(2), "").Interventions[0].ID
	for _, c := range []struct {
		name, as, method, path string
		body                   any
		status                 int
		says                   string
	}{
		{"a reader adds", "reader", "POST", list, any_{"speaker": "X"}, 403, "role"},
		{"nobody looks", "nobody", "GET", list, nil, 401, "signed in"},
		{"another meeting", "av", "GET", "/api/v1/meetings/none/speakers", nil, 404, "no such meeting"},
		{"a row without anybody", "av", "POST", list, any_{"speaker": " "}, 400, "neither a speaker nor a title"},
		{"a word that is not known", "av", "POST", list, any_{"name": "X"}, 400, "JSON"},
		{"a time that is none", "av", "POST", list, any_{"speaker": "X", "starts": "noon"}, 400, "not a time"},
		{"a length that is none", "av", "POST", list, any_{"speaker": "X", "length_s": -1}, 400, "can't be right"},
		{"a language that is none", "av", "POST", list, any_{"speaker": "X", "language": "french!"}, 400, "not a language"},
		{"rows with a word that is not known", "av", "PATCH", list, []any{any_{"id": ana.ID, "colour": "red"}}, 400, "JSON"},
		{"a row of nobody's", "av", "PATCH", list, []any{any_{"id": "zzzzzzzzzzzzz", "speaker": "X"}}, 404, "not on the list"},
		{"a title too long", "av", "PATCH", list, []any{any_{"id": ana.ID, "title": strings.Repeat("x", 301)}}, 413, "Ana"},
		{"no order", "av", "PUT", list + "/order", any_{}, 400, "order"},
		{"an order of strangers", "av", "PUT", list + "/order", any_{"ids": []string{"zzzzzzzzzzzzz"}}, 400, "not on the list"},
		{"taking away what is cut", "av", "DELETE", "/api/v1/interventions/" + string(cut), nil, 403, "cut from a recording"},
		{"taking away nothing", "av", "DELETE", "/api/v1/interventions/none", nil, 404, "no such"},
	} {
		status, body := w.Call(c.as, c.method, c.path, c.body)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, body, c.status, c.says)
		}
	}
}

func TestMeetingsAndRecordsByProgram(t *testing.T) {
	t.Parallel()
	w := open(t)
	status, body := w.Call("av", "POST", "/api/v1/meetings", any_{"title": any_{"en": "Forum of 2027"}, "starts": "2027-03-01", "time_zone": "Africa/Nairobi", "country": "ke"})
	if made := decode[any_](t, body); status != http.StatusCreated || made["slug"] != "forum-of-2027" || made["ends"] != "2027-03-01" || made["country"] != "KE" {
		t.Fatalf("%d %s", status, body)
	}
	status, body = w.Call("editor", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"title": any_{"fr": "Forum 2027"}, "ends": "2027-03-02", "agenda": []any{any_{"number": "1", "title": any_{"en": "Opening"}}}})
	if now := decode[any_](t, body); status != http.StatusOK || len(now["title"].(any_)) != 2 || len(now["agenda"].([]any)) != 1 {
		t.Fatalf("%d %s", status, body)
	}
	put := func(as, path string, v any) int { status, _ := w.Call(as, "PUT", "/api/v1/"+path, v); return status }
	for path, v := range map[string]any{
		"topics/imt-2020":         any_{"title": any_{"en": "IMT-2020"}, "aliases": []string{"5G"}},
		"persons/ana-olmez":       any_{"name": "Ana Ölmez", "function": "CEO", "organisation": "oryxline"},
		"organisations/oryxline":  any_{"name": any_{"en": "Oryxline"}, "regions": []string{"ARB", "AFR"}, "country": "TN", "website": "https://oryxline.example"},
		"rooms/popov":             any_{"title": "Salle Popov", "channels": []string{"floor", "fr=2.1", "-"}},
		"series/cxo":              any_{"title": any_{"en": "CxO meetings"}},
		"organisations/oryxline2": any_{"name": any_{"fr": "Oryxline 2"}},
	} {
		if got := put("av", path, v); got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := put("av", "series/cxo", any_{"title": any_{"en": "CxO meetings"}, "second_person": true}); got != http.StatusForbidden {
		t.Errorf("AV staff set the rules for publishing: %d", got)
	}
	if got := put("secretariat", "series/cxo", any_{"title": any_{"en": "CxO meetings"}, "second_person": true, "retention_days": 365}); got != http.StatusOK {
		t.Errorf("the secretariat sets the rules for publishing: %d", got)
	}
	if got := put("av", "series/cxo", any_{"title": any_{"en": "CxO"}, "second_person": true, "retention_days": 365}); got != http.StatusOK {
		t.Errorf("AV staff rename a series: %d", got)
	}
	for _, c := range []struct {
		name, method, path string
		body               any
		status             int
		says               string
	}{
		{"a meeting of the same address", "POST", "/api/v1/meetings", any_{"slug": desktest.Meeting, "title": any_{"en": "X"}, "starts": "2027-01-01"}, 409, "already"},
		{"no date", "POST", "/api/v1/meetings", any_{"slug": "x", "title": any_{"en": "X"}}, 400, "has no date"},
		{"no title", "POST", "/api/v1/meetings", any_{"slug": "x", "starts": "2027-01-01"}, 400, "no name"},
		{"an address that is none", "POST", "/api/v1/meetings", any_{"slug": "A b", "title": any_{"en": "X"}, "starts": "2027-01-01"}, 400, "part of an address"},
		{"a day that is none", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"starts": "2027-02-30"}, 400, "not a date"},
		{"the end before the start", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"ends": "2027-02-01"}, 400, "before it starts"},
		{"a zone that is none", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"time_zone": "Mars/Base"}, 400, "not a time zone"},
		{"a country that is none", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"country": "Kenya"}, 400, "not a country"},
		{"an item twice", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"agenda": []any{any_{"number": "1"}, any_{"number": "1"}}}, 400, "two items"},
		{"an item without a number", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"agenda": []any{any_{"number": " "}}}, 400, "needs a number"},
		{"another address", "PATCH", "/api/v1/meetings/forum-of-2027", any_{"slug": "x"}, 403, "stays as it is"},
		{"no such meeting", "PATCH", "/api/v1/meetings/none", any_{"place": "X"}, 404, "no such meeting"},
		{"two addresses", "PUT", "/api/v1/topics/a", any_{"slug": "b", "title": any_{"en": "X"}}, 400, "call it the same"},
		{"a topic without a title", "PUT", "/api/v1/topics/a", any_{}, 400, "no name"},
		{"a person without a name", "PUT", "/api/v1/persons/a", any_{}, 400, "name is empty"},
		{"a website that is none", "PUT", "/api/v1/organisations/a", any_{"name": any_{"en": "A"}, "website": "javascript:alert(1)"}, 400, "website"},
		{"channels that are none", "PUT", "/api/v1/rooms/a", any_{"channels": []string{"french"}}, 400, "not a language"},
		{"days that can't be", "PUT", "/api/v1/series/a", any_{"title": any_{"en": "A"}, "retention_days": -1}, 400, "0, which is for ever"},
		{"no such room", "DELETE", "/api/v1/rooms/none", nil, 404, "no room"},
	} {
		status, body := w.Call("secretariat", c.method, c.path, c.body)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, body, c.status, c.says)
		}
	}
	if status, _ = w.Call("av", "DELETE", "/api/v1/rooms/popov", nil); status != http.StatusNoContent {
		t.Errorf("deleting a room: %d", status)
	}
	entries, err := w.Catalogue.AuditOf(t.Context(), "forum-of-2027")
	if err != nil || len(entries) != 2 || entries[1].Action != "edit meeting" || !strings.Contains(entries[1].Detail, "title (fr)") {
		t.Errorf("the audit log has %+v, %v", entries, err)
	}
	for _, path := range []string{"/studio/meetings", "/studio/meetings/forum-of-2027", "/studio/meetings/forum-of-2027/facts", "/studio/records/topics", "/studio/records/persons", "/studio/records/organisations", "/studio/records/series", "/studio/records/rooms"} {
		for _, as := range []string{"reader", "av"} {
			if status, body := w.Call(as, "GET", path+"?ui=fr", nil); status != http.StatusOK || !strings.Contains(body, `lang="fr"`) {
				t.Errorf("%s as %s: %d", path, as, status)
			}
		}
	}
	if status, _ = w.Call("reader", "GET", "/studio/new-meeting", nil); status != http.StatusForbidden {
		t.Errorf("a reader may make a meeting: %d", status)
	}
	if status, _ = w.Call("av", "GET", "/studio/records/secrets", nil); status != http.StatusNotFound {
		t.Errorf("a list that there is not: %d", status)
	}
}

// programme is a file as a page sends it.
func programme(name, data string, more any_) any_ {
	v := any_{"name": name, "data": base64.StdEncoding.EncodeToString([]byte(data)), "time_zone": ""}
	maps.Copy(v, more)
	return v
}

type change struct {
	ID, Kind, What, Speaker string
	Taken                   bool
	Fields                  []struct{ Name, Before, After string }
}

type comparison struct {
	Notes   []struct{ Text string }
	Changes []change
	Same    int
	Seen    string
}

// pretalx is a schedule as pretalx exports it.
const pretalx = `{"schedule":{"version":"1","conference":{"acronym":"cxo26","title":"CxO 2026","start":"2026-05-03","end":"2026-05-03","daysCount":1,"timeslot_duration":"00:05","time_zone_name":"Europe/Zurich","days":[{"index":1,"date":"2026-05-03","rooms":{"Popov":[
 {"id":1,"guid":"11111111-aaaa","date":"2026-05-03T14:00:00+02:00","start":"14:00","duration":"00:10","title":"Opening the market","language":"en","abstract":"Why markets open.","persons":[{"public_name":"Aurora Testwell"}]},
 {"id":2,"guid":"22222222-bbbb","date":"2026-05-03T14:10:00+02:00","start":"14:10","duration":"00:06","title":"Trust by design","language":"fr","abstract":"","persons":[{"public_name":"Benoît Modèle"}]},
 {"id":3,"guid":"33333333-cccc","date":"2026-05-03T14:16:00+02:00","start":"14:16","duration":"00:06","title":"Fibre for all","language":"en","abstract":"","persons":[{"public_name":"Carla Muster"}]}]}}]}}}`

func pretalxChanged() string {
	s := strings.Replace(pretalx, "Trust by design", "Trust and security by design", 1)
	return s[:strings.Index(s, `{"id":3`)] + `{"id":4,"guid":"44444444-dddd","date":"2026-05-03T14:30:00+02:00","start":"14:30","duration":"00:06","title":"Skies","language":"en","persons":[{"public_name":"Dora Newcomer"}]}]}}]}}}`
}

func TestProgrammeByProgram(t *testing.T) {
	t.Parallel()
	w := open(t)
	const at = "/api/v1/meetings/" + desktest.Meeting + "/programme"
	status, body := w.Call("av", "POST", at, programme("s.json", pretalx, nil))
	d := decode[comparison](t, body)
	if status != http.StatusOK || len(d.Changes) != 3 || d.Changes[0].Speaker != "Aurora Testwell" || !d.Changes[0].Taken {
		t.Fatalf("%d %s", status, body)
	}
	if status, body = w.Call("av", "POST", at+"/apply", programme("s.json", pretalx, any_{"seen": d.Seen, "take": []string{d.Changes[0].ID, d.Changes[1].ID, d.Changes[2].ID}})); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	_, body = w.Call("av", "POST", at, programme("s.json", pretalxChanged(), nil))
	d = decode[comparison](t, body)
	var what []string
	for _, c := range d.Changes {
		what = append(what, c.What+" "+c.Speaker)
	}
	if got := strings.Join(what, ", "); got != "new Dora Newcomer, changed Benoît Modèle, gone Carla Muster" || d.Changes[1].Fields[0].Name != "title" {
		t.Fatalf("another version: %s\n%s", got, body)
	}
	_, body = w.Call("av", "POST", at+"/apply", programme("s.json", pretalxChanged(), nil))
	done := decode[struct{ Import string }](t, body)
	if got := speakers(t, w, desktest.Meeting); got != "Aurora Testwell Benoît Modèle Carla Muster Dora Newcomer" {
		t.Fatalf("after it: %s", got)
	}

	// What goes out comes in as the same.
	for _, format := range []string{"json", "csv"} {
		status, file := w.Call("reader", "GET", at+"?format="+format, nil)
		_, body := w.Call("av", "POST", at, programme("again."+format, file, nil))
		if d := decode[comparison](t, body); status != http.StatusOK || len(d.Changes) != 0 || d.Same == 0 {
			t.Errorf("%s once more: %d\n%s\n%s", format, status, file, body)
		}
	}
	if status, body = w.Call("av", "POST", at+"/undo", any_{"import": done.Import}); status != http.StatusOK || speakers(t, w, desktest.Meeting) != "Aurora Testwell Benoît Modèle Carla Muster" {
		t.Errorf("undo: %d %s: %s", status, body, speakers(t, w, desktest.Meeting))
	}
	for _, c := range []struct {
		name, as, path string
		body           any
		status         int
		says           string
	}{
		{"a reader", "reader", at, programme("s.json", pretalx, nil), 403, "role"},
		{"nothing", "av", at, programme("s.json", "", nil), 400, "empty"},
		{"no programme", "av", at, programme("s.txt", "hello", nil), 400, "table"},
		{"a zone that is none", "av", at, programme("s.json", pretalx, any_{"time_zone": "Mars/Base"}), 400, "time zone"},
		{"another meeting", "av", "/api/v1/meetings/none/programme", programme("s.json", pretalx, nil), 404, "no such meeting"},
		{"no JSON", "av", at, "x", 400, "JSON"},
		{"what was seen before", "av", at + "/apply", programme("s.json", pretalxChanged(), any_{"seen": "x"}), 409, "nothing was imported"},
		{"what is not there", "av", at + "/apply", programme("s.json", pretalxChanged(), any_{"take": []string{"topic/x"}}), 409, "look at it again"},
		{"undone twice", "av", at + "/undo", any_{"import": done.Import}, 409, "already"},
		{"no such import", "av", at + "/undo", any_{"import": "x"}, 404, "no such import"},
	} {
		status, body := w.Call(c.as, "POST", c.path, c.body)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, body, c.status, c.says)
		}
	}
	if status, _ = w.Call("av", "GET", at+"?format=xlsx", nil); status != http.StatusBadRequest {
		t.Errorf("another form: %d", status)
	}
}

// TestWords checks that both languages have the same entries, and that what pages and scripts ask for is there.
func TestWords(t *testing.T) {
	t.Parallel()
	words := map[string]map[string]any{}
	for _, l := range []string{"en", "fr"} {
		data, err := os.ReadFile(filepath.Join("words", l+".json"))
		if err != nil {
			t.Fatal(err)
		}
		words[l] = decode[map[string]any](t, string(data))
	}
	if en, fr := slices.Sorted(maps.Keys(words["en"])), slices.Sorted(maps.Keys(words["fr"])); !slices.Equal(en, fr) {
		t.Errorf("the languages have other entries:\n%q\n%q", en, fr)
	}
	shared, err := os.ReadFile("../desk/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	known := decode[map[string]any](t, string(shared))
	maps.Copy(known, words["en"])
	inPages, inScripts := regexp.MustCompile(`\.T "([a-z.]+)"`), regexp.MustCompile("[^a-zA-Z]t\\(\"([a-z_.]+)\"")
	n := 0
	err = filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		asked, prefix := inPages, ""
		switch filepath.Ext(path) {
		case ".ts":
			asked, prefix = inScripts, "js."
		case ".html":
		default:
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range asked.FindAllStringSubmatch(string(data), -1) {
			n++
			if _, ok := known[prefix+m[1]]; !ok {
				t.Errorf("%s asks for %s", path, prefix+m[1])
			}
		}
		return err
	})
	if err != nil || n < 200 {
		t.Errorf("%d words were asked for: %v", n, err)
	}
}
