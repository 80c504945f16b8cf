package signin

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"rostrum/storage/catalogue"
	"rostrum/web/studio/desk/desktest"
)

func TestAuditPages(t *testing.T) {
	w := newWorld(t)
	secretariat := w.has("secretariat")
	day := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	w.write(func(tx *catalogue.Tx) error {
		for i := range 730 {
			if err := tx.Log(t.Context(), catalogue.Entry{At: day.Add(time.Duration(i) * time.Second), Who: "Bo Vang", Action: "cut", Subject: "x1", Detail: fmt.Sprint("cut ", i)}); err != nil {
				return err
			}
		}
		return tx.Log(t.Context(), catalogue.Entry{At: day.AddDate(0, 0, 1), Who: "=HYPERLINK(\"http://evil.example\")", Action: "import", Subject: desktest.Meeting, Detail: "a, \"b\"\n+c"})
	})
	p := secretariat.get("/studio/audit?who=Bo+Vang&from=2026-05-03&to=2026-05-03")
	p.want(t, "filtered", http.StatusOK, "cut 729", "cut 630", "Older", "Clear")
	if strings.Contains(p.body, "cut 629") || strings.Contains(p.body, "HYPERLINK(&#34;http://evil.example&#34;)</td>") {
		t.Error("it shows more than was asked for")
	}
	older := regexp.MustCompile(`href="` + desktest.Base + `(/studio/audit\?[^"]*after=[^"]*)"`).FindStringSubmatch(p.body)
	if older == nil {
		t.Fatal("there is no way to the older ones")
	}
	secretariat.get(html.UnescapeString(older[1])).want(t, "the second page", http.StatusOK, "cut 629", "cut 530", "Newest", "who=Bo")
	secretariat.get("/studio/audit?action=import&text=EVIL").want(t, "names in words", http.StatusOK, "CxO meeting", "meeting</span>", "Imported")
	secretariat.get("/studio/audit?action=import&ui=fr").want(t, "in French", http.StatusOK, "Réunion CxO", "Import", "Exporter")
	secretariat.get("/studio/audit?text=nothing+like+it").want(t, "nothing", http.StatusOK, "No lines")
	secretariat.get("/studio/audit?from=yesterday").want(t, "no day", http.StatusBadRequest, "not a day")
	secretariat.get("/studio/audit?after=x").want(t, "no page", http.StatusBadRequest, "first one")
	secretariat.get("/api/v1/audit.csv?to=2026").want(t, "no day, for a program", http.StatusBadRequest, `"invalid"`)

	p = secretariat.get("/api/v1/audit.csv?to=2026-05-04")
	p.want(t, "as CSV", http.StatusOK)
	if kind, name := p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"); kind != "text/csv; charset=utf-8" || !strings.Contains(name, "audit.csv") {
		t.Errorf("it comes as %q, %q", kind, name)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 732 || rows[731][6] != "cut 0" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if row := rows[1]; row[0] != "2026-05-04T12:00:00.000Z" || row[1] != "'=HYPERLINK(\"http://evil.example\")" || row[5] != "CxO meeting" || row[6] != "a, \"b\"\n+c" {
		t.Errorf("the first row is %q", row)
	}
	for cell, want := range map[string]string{"": "", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "a=1": "a=1", "é": "é"} {
		if got := inert(cell); got != want {
			t.Errorf("%q is written %q, want %q", cell, got, want)
		}
	}

	p = secretariat.get("/api/v1/audit.jsonl?who=Bo+Vang")
	decoder, n := json.NewDecoder(strings.NewReader(p.body)), 0
	decoder.DisallowUnknownFields()
	var x auditRecord
	for ; decoder.More(); n++ {
		if err := decoder.Decode(&x); err != nil {
			t.Fatal(err)
		}
	}
	if n != 730 || x.Detail != "cut 0" || !x.At.Equal(day) || x.Subject != "x1" {
		t.Errorf("%d lines, the last %+v", n, x)
	}
}
