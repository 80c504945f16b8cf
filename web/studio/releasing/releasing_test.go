package releasing_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/web/studio/releasing"
)

func TestBadInput(t *testing.T) {
	s := stock(t)
	id := string(s.ready("Trust", "Grace Mfano"))
	ids := []string{id}
	for _, c := range []struct {
		name, as, method, path string
		body                   any
		status                 int
		says                   string
	}{
		{"no kind", "secretariat", "POST", "/api/v1/consents", object{"ids": ids}, 400, "Say which"},
		{"another kind", "secretariat", "POST", "/api/v1/consents", object{"ids": ids, "kind": "perhaps"}, 400, "perhaps"},
		{"embargo without end", "secretariat", "POST", "/api/v1/consents", object{"ids": ids, "kind": "embargo"}, 400, "needs the date"},
		{"no date", "secretariat", "POST", "/api/v1/consents", object{"ids": ids, "kind": "embargo", "until": "tomorrow"}, 400, "tomorrow"},
		{"nobody", "secretariat", "POST", "/api/v1/consents", object{"kind": "public"}, 400, "at least one"},
		{"not there", "secretariat", "POST", "/api/v1/consents", object{"ids": []string{"nosuch"}, "kind": "public"}, 404, "no such"},
		{"no booth", "secretariat", "POST", "/api/v1/consents", object{"ids": ids, "kind": "public", "channels": []string{"ru"}}, 400, "no booth"},
		{"an unknown name", "secretariat", "POST", "/api/v1/consents", object{"ids": ids, "kind": "public", "object": "originals/x"}, 400, "JSON"},
		{"no booth named", "secretariat", "POST", "/api/v1/recordings/r1/booths", object{"kind": "public"}, 400, "No booth"},
		{"no recording", "secretariat", "POST", "/api/v1/recordings/nosuch/booths", object{"kind": "public", "channels": []string{"fr"}}, 404, "no such"},
		{"no action", "secretariat", "POST", "/api/v1/releases", object{"ids": ids, "action": "burn"}, 400, "burn"},
		{"nothing to publish", "secretariat", "POST", "/api/v1/releases", object{"action": "publish"}, 400, "at least one"},
		{"withdraw without reason", "secretariat", "POST", "/api/v1/releases", object{"ids": ids, "action": "withdraw", "reason": " "}, 400, "Say why"},
		{"schedule without time", "secretariat", "POST", "/api/v1/releases", object{"ids": ids, "action": "schedule"}, 400, "Choose"},
		{"another revision", "secretariat", "POST", "/api/v1/interventions/" + id + "/approve", object{"revision": 7}, 409, "cut again"},
		{"approve nothing", "secretariat", "POST", "/api/v1/interventions/nosuch/approve", object{"revision": 1}, 404, "no such"},
		{"a link for years", "secretariat", "POST", "/api/v1/review-links", object{"ids": ids, "days": 400}, 400, "90 days"},
		{"a link for less than nothing", "secretariat", "POST", "/api/v1/review-links", object{"ids": ids, "days": -1}, 400, "90 days"},
		{"no link", "secretariat", "DELETE", "/api/v1/review-links/nosuch", nil, 404, "no such"},
		{"no comment", "av", "POST", "/api/v1/comments/nosuch/resolve", nil, 404, "no such"},
		{"no recording's comments", "av", "GET", "/api/v1/recordings/nosuch/comments", nil, 404, "no such"},
		{"no title", "editor", "PATCH", "/api/v1/interventions/" + id, object{"title": ""}, 400, "needs one"},
		{"an unknown text", "editor", "PATCH", "/api/v1/interventions/" + id, object{"titel": "x"}, 400, "JSON"},
		{"no language", "editor", "PATCH", "/api/v1/interventions/" + id, object{"titles": object{"x": "y"}}, 400, "language"},
		{"a length", "editor", "PATCH", "/api/v1/interventions/" + id, object{"length_s": -3}, 400, "0 to 24 hours"},
		{"a time", "editor", "PATCH", "/api/v1/interventions/" + id, object{"starts": "noon"}, 400, "noon"},
		{"no document", "av", "GET", "/api/v1/interventions/" + id + "/consents/1/document", nil, 404, "no consent"},
		{"no number", "av", "GET", "/api/v1/interventions/" + id + "/consents/x/document", nil, 404, "no such"},
		{"no revision", "reader", "GET", "/studio/media/" + id + "/9/master.m3u8", nil, 404, "no such"},
		{"no file", "reader", "GET", "/studio/media/" + id + "/1/..%2F..%2Foriginals%2Fr1", nil, 404, ""},
	} {
		status, body := s.Call(c.as, c.method, c.path, c.body)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, strings.TrimSpace(body), c.status, c.says)
		}
	}
	if x := s.intervention(rostrum.InterventionID(id)); x.Consent.Kind != rostrum.ConsentNone || x.Title != "Trust" || x.Approved != 0 {
		t.Errorf("what was refused left %+v", x)
	}
}

// Every address says who may call it, and answers the others so.
func TestWhoMay(t *testing.T) {
	s := stock(t)
	people := map[string][]rostrum.Role{"admin": {rostrum.Administrator}, "secretariat": {rostrum.Secretariat}, "av": {rostrum.AVStaff}, "editor": {rostrum.Editor}, "reader": {rostrum.Reader}}
	for _, route := range releasing.Routes(s.Desk, s.Pipeline) {
		path := strings.NewReplacer("{id}", "nosuch", "{meeting}", "nosuch", "{number}", "1", "{revision}", "1", "{file}", "x", "{secret}", "nosuch").Replace(route.Path)
		for who, roles := range people {
			status, _ := s.Call(who, route.Method, path, nil)
			may := route.Open || roles[0].May(route.Act)
			if (status == http.StatusForbidden) == may {
				t.Errorf("%s %s as %s: %d, may %t", route.Method, route.Path, who, status, may)
			}
		}
		status, _ := s.Call("nobody", route.Method, path, nil)
		if in := status != http.StatusUnauthorized && status != http.StatusSeeOther; in != route.Open {
			t.Errorf("%s %s as nobody: %d", route.Method, route.Path, status)
		}
	}
}

func TestPublishingSeveral(t *testing.T) {
	s := stock(t)
	good, red, none := s.ready("Good", "A"), s.ready("Red", "B", rostrum.Finding{Check: "sync", Grade: rostrum.Red, Text: "The sound begins 300 ms after the picture."}), s.ready("None", "C")
	plan := s.planned("Planned", "D")
	s.ok("secretariat", "POST", "/api/v1/consents", object{"ids": []rostrum.InterventionID{good, red}, "kind": "public", "how": "form"}, nil)
	type results struct {
		Results []struct {
			ID      rostrum.InterventionID
			Done    bool
			Code    rostrum.Code
			Message string
		}
	}
	all := []rostrum.InterventionID{good, red, none, plan, "nosuch"}
	check := func(what, action string, more object, want ...string) {
		t.Helper()
		body := object{"ids": all, "action": action}
		for k, v := range more {
			body[k] = v
		}
		var got results
		s.ok("secretariat", "POST", "/api/v1/releases", body, &got)
		for i, w := range want {
			r := got.Results[i]
			if r.Done != (w == "") || !strings.Contains(r.Message, w) {
				t.Errorf("%s, %d: done %t, %q, want %q", what, i, r.Done, r.Message, w)
			}
		}
	}
	check("publish", "publish", nil, "", "held back by its quality", "No consent", "No consent", "no such")
	check("publish with a reason", "publish", object{"reason": "The speaker signs."}, "", "", "No consent", "No consent", "no such")
	if x := s.intervention(red); x.State != rostrum.Published {
		t.Errorf("with a reason it is %s", x.State)
	}
	check("restore what is out", "restore", nil, "not withdrawn", "not withdrawn")
	check("withdraw", "withdraw", object{"reason": "asked"}, "", "", "not been published")
	check("restore", "restore", nil, "", "", "not withdrawn", "not withdrawn")
	if x := s.intervention(good); x.State != rostrum.Published {
		t.Errorf("brought back it is %s", x.State)
	}
	check("schedule", "schedule", object{"at": "2026-05-04T09:00"}, "published already", "published already", "No consent")
	s.ok("secretariat", "POST", "/api/v1/consents", object{"ids": []rostrum.InterventionID{none}, "kind": "embargo", "until": "2026-05-10T09:00"}, nil)
	want := time.Date(2026, 5, 10, 7, 0, 0, 0, time.UTC) // Zurich's summer time
	if x := s.intervention(none); !x.Consent.Until.Equal(want) {
		t.Errorf("embargo until %s", x.Consent.Until)
	}
	check("schedule to the end of the embargo", "schedule", object{"at": "embargo"}, "no embargo", "no embargo", "")
	if x := s.intervention(none); !x.PublishAt.Equal(want) {
		t.Errorf("to be published at %s", x.PublishAt)
	}
	check("unschedule", "unschedule", nil, "", "", "")
	if x := s.intervention(none); !x.PublishAt.IsZero() {
		t.Errorf("still to be published at %s", x.PublishAt)
	}
	check("approve a revision that is not there", "approve", object{"revisions": map[rostrum.InterventionID]int{good: 4}}, "cut again", "", "")
}

// upload sends a consent with a document.
func (s *shelf) upload(name string, content []byte, fields ...string) (int, string) {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		form.WriteField(fields[i], fields[i+1])
	}
	if name != "" {
		w, err := form.CreateFormFile("document", name)
		if err != nil {
			s.t.Fatal(err)
		}
		w.Write(content)
	}
	form.Close()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+"/api/v1/consents", &b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("As", "secretariat")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

func TestDocuments(t *testing.T) {
	s := stock(t)
	id := string(s.ready("Trust", "Grace"))
	for _, c := range []struct {
		name, file string
		content    []byte
		kind       string
		status     int
	}{
		{"a program", "form.pdf", []byte("MZ\x90\x00"), "public", 400},
		{"empty", "form.pdf", nil, "public", 400},
		{"too large", "form.txt", bytes.Repeat([]byte("a"), 22<<20), "public", 413},
		{"for no consent", "form.pdf", []byte("%PDF-1.7"), "perhaps", 400},
	} {
		if status, body := s.upload(c.file, c.content, "ids", id, "kind", c.kind); status != c.status {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
	}
	if all, err := s.Catalogue.Consents(t.Context(), rostrum.InterventionID(id)); err != nil || len(all) != 0 {
		t.Errorf("recorded %v, %v", all, err)
	}
	if status, body := s.upload("Formulaire signé \"1\".pdf", []byte("%PDF-1.7 signed"), "ids", id, "kind", "public", "until", "2026-05-10T09:00", "how", "form"); status != 200 {
		t.Fatal(status, body)
	}
	if status, body := s.upload("", nil, "ids", id, "kind", "partners", "how", "by e-mail", "channels", "fr"); status != 200 {
		t.Fatal(status, body)
	}
	var history struct {
		Consents []struct {
			Number        int
			Channel, Kind string
			Document      *struct {
				Name, Type string
				Bytes      int64
			}
		}
	}
	s.ok("reader", "GET", "/api/v1/interventions/"+id+"/consents", nil, &history)
	if len(history.Consents) != 2 || history.Consents[0].Document == nil || history.Consents[0].Document.Type != "application/pdf" || history.Consents[1].Channel != "fr" {
		t.Fatalf("history is %+v", history)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/interventions/"+id+"/consents/1/document", nil)
	r.Header.Set("As", "av")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if string(body) != "%PDF-1.7 signed" {
		t.Errorf("the document is %q", body)
	}
	for key, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Content-Disposition": "attachment; filename*=UTF-8''Formulaire%20sign%C3%A9%20%221%22.pdf", "Cache-Control": "private, no-store"} {
		if got := answer.Header.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

func TestTextsAndComments(t *testing.T) {
	s := stock(t)
	id := s.ready("Trust", "Grace")
	var row struct {
		Title, Starts, Agenda_item string
		Titles                     map[string]string
		Topics                     []string
		Length_s                   float64
		Speaker                    string
	}
	s.ok("editor", "PATCH", "/api/v1/interventions/"+string(id), object{"titles": object{"fr": "Confiance", "AR": "الثقة"}, "topics": []string{"5G"}, "starts": "2026-05-03T10:30", "length_s": 372.5}, &row)
	if row.Title != "Trust" || row.Titles["fr"] != "Confiance" || row.Titles["ar"] == "" || row.Starts != "2026-05-03T08:30:00Z" || row.Length_s != 372.5 || row.Agenda_item != "2" || row.Speaker != "Grace" || len(row.Topics) != 1 {
		t.Errorf("the row is %+v", row)
	}
	var made struct {
		Links []struct{ ID, Address, For string }
	}
	s.ok("av", "POST", "/api/v1/review-links", object{"ids": []rostrum.InterventionID{id}, "days": 3}, &made)
	if len(made.Links) != 1 || !strings.HasPrefix(made.Links[0].Address, s.URL+"/review/") || made.Links[0].For != "Grace" {
		t.Fatalf("links are %+v", made)
	}
	var list struct{ Comments []object }
	s.ok("reader", "GET", "/api/v1/recordings/r1/comments", nil, &list)
	if list.Comments == nil || len(list.Comments) != 0 {
		t.Errorf("comments are %v", list.Comments)
	}
	review := strings.TrimPrefix(made.Links[0].Address, s.URL)
	answer, err := http.PostForm(s.URL+review, map[string][]string{"kind": {"comment"}, "at": {"1:04"}, "text": {"The name is wrong."}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	s.ok("reader", "GET", "/api/v1/recordings/r1/comments", nil, &list)
	if len(list.Comments) != 1 || list.Comments[0]["frame"] != 2600.0 || list.Comments[0]["kind"] != "comment" || list.Comments[0]["resolved"] != nil {
		t.Fatalf("comments are %v", list.Comments)
	}
	at := "/api/v1/comments/" + list.Comments[0]["id"].(string) + "/resolve"
	var one object
	for _, c := range []struct {
		body     any
		resolved bool
	}{{nil, true}, {object{"resolved": false}, false}, {object{"resolved": true}, true}} {
		one = nil
		s.ok("av", "POST", at, c.body, &one)
		if (one["resolved"] != nil) != c.resolved {
			t.Errorf("after %v it is %v", c.body, one)
		}
	}
	s.ok("av", "DELETE", "/api/v1/review-links/"+made.Links[0].ID, nil, nil)
	if status, _ := s.Call("nobody", "GET", review, nil); status != http.StatusGone {
		t.Errorf("a revoked link answers %d", status)
	}
}

func TestPages(t *testing.T) {
	s := stock(t)
	id := s.ready("Trust & <security>", "Grace", rostrum.Finding{Check: "silence", Channel: "fr", Grade: rostrum.Yellow, Text: "It is silent for long."})
	s.planned("Planned", "Bo")
	for _, ui := range []string{"en", "fr"} {
		for _, path := range []string{"/studio/release", "/studio/release/cxo-2026", "/studio/interventions/" + string(id)} {
			for _, as := range []string{"secretariat", "reader"} {
				status, body := s.Call(as, "GET", path+"?ui="+ui, nil)
				if status != 200 || strings.Contains(body, "<security>") {
					t.Errorf("%s as %s: %d", path, as, status)
				}
				if as == "reader" && strings.Contains(body, `data-do="publish"`) {
					t.Errorf("%s offers a reader to publish", path)
				}
			}
		}
	}
	if status, _ := s.Call("reader", "GET", "/studio/release/nosuch", nil); status != 404 {
		t.Errorf("no meeting: %d", status)
	}
	if status, _ := s.Call("reader", "GET", "/studio/interventions/nosuch", nil); status != 404 {
		t.Errorf("no intervention: %d", status)
	}
}
