package signin

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/web/page"
	"rostrum/web/studio/desk"
)

const (
	auditLines  = 100 // on a page
	exportLines = 500 // read at once while exporting
)

// auditRow is a line of the audit log as the page shows it.
type auditRow struct {
	catalogue.AuditLine
	Do      string // the action in words
	Named   string // the subject in words, or its identity
	About   string // address that shows this subject's lines only
	OfAbout bool   // such lines are shown already
}

type auditView struct {
	Who, Actions         []choice
	Subject, Named       string // that is looked at, "" for all
	From, To, Text       string
	Rows                 []auditRow
	Older, First         string // addresses, "" without such a page
	CSV, JSON, NoSubject string
	Filtered             bool
}

// auditFilter reads a filter from the address: who, action, subject, from and to as days in UTC, both inclusive, and text.
func auditFilter(q url.Values) (f catalogue.AuditFilter, err error) {
	f = catalogue.AuditFilter{Who: q.Get("who"), Action: q.Get("action"), Subject: q.Get("subject"), Text: strings.TrimSpace(q.Get("text"))}
	for _, d := range []struct {
		name string
		at   *time.Time
		plus int
	}{{"from", &f.From, 0}, {"to", &f.To, 1}} {
		if s := q.Get(d.name); s != "" {
			t, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return f, complain(rostrum.Invalid, "error.day", "day", s)
			}
			*d.at = t.AddDate(0, 0, d.plus)
		}
	}
	return f, nil
}

// subjectName is what a line is about, in words.
func subjectName(l *page.Locale, x catalogue.AuditLine) string {
	name := x.Name
	if x.Kind == "meeting" {
		name, _ = x.Title.In(l.Tag)
	}
	if name == "" {
		return x.Subject
	}
	return name
}

func (s *SignIn) showAudit(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	q := r.URL.Query()
	f, err := auditFilter(q)
	if err != nil {
		return err
	}
	lines, next, err := s.o.Catalogue.AuditPage(r.Context(), f, q.Get("after"), auditLines)
	if err != nil {
		return err
	}
	people, actions, err := s.o.Catalogue.AuditWords(r.Context())
	if err != nil {
		return err
	}
	l, base := s.locale(r, who), s.o.Desk.Base
	with := func(path, key, value string) string {
		next := url.Values{}
		for _, name := range []string{"who", "action", "subject", "from", "to", "text"} {
			if v := q.Get(name); v != "" {
				next.Set(name, v)
			}
		}
		next.Del(key)
		if value != "" {
			next.Set(key, value)
		}
		if len(next) > 0 {
			path += "?" + next.Encode()
		}
		return base + path
	}
	v := auditView{Subject: f.Subject, Named: f.Subject, From: q.Get("from"), To: q.Get("to"), Text: f.Text, Filtered: f != catalogue.AuditFilter{},
		CSV: with("/api/v1/audit.csv", "", ""), JSON: with("/api/v1/audit.jsonl", "", ""), NoSubject: with("/studio/audit", "subject", "")}
	for _, x := range people {
		v.Who = append(v.Who, choice{x, x, x == f.Who})
	}
	for _, x := range actions {
		v.Actions = append(v.Actions, choice{x, doWord(l, x), x == f.Action})
	}
	for _, x := range lines {
		row := auditRow{AuditLine: x, Do: doWord(l, x.Action), Named: subjectName(l, x), About: with("/studio/audit", "subject", x.Subject), OfAbout: x.Subject == f.Subject}
		if row.OfAbout {
			v.Named = row.Named
		}
		v.Rows = append(v.Rows, row)
	}
	if next != "" {
		v.Older = with("/studio/audit", "after", next)
	}
	if q.Get("after") != "" {
		v.First = with("/studio/audit", "", "")
	}
	return s.o.Desk.Render(w, r, who, pages(), desk.Page{Name: "audit", Title: l.Word("audit.title"), Area: "audit", Script: "signin.js", Data: v})
}

// doWord is an action in words; one without an entry stands as it is.
func doWord(l *page.Locale, action string) string {
	key := "do." + action
	if word := l.Word(key); word != key {
		return word
	}
	return action
}

// export sends all lines of the filter, the newest first, as they are read: however many there are, little is held in memory.
func (s *SignIn) export(w http.ResponseWriter, r *http.Request, who rostrum.Actor, kind, name string, head func() error, put func(catalogue.AuditLine, string) error, flush func() error) error {
	f, err := auditFilter(r.URL.Query())
	if err != nil {
		return err
	}
	l, ctx := s.locale(r, who), r.Context()
	lines, next, err := s.o.Catalogue.AuditPage(ctx, f, "", exportLines)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return nil
	}
	fail := func(err error) error {
		// The answer has begun: breaking off is all that tells that it is not whole.
		s.o.Log.Error("the export of the audit log broke off", "error", err)
		panic(http.ErrAbortHandler)
	}
	if err := head(); err != nil {
		return fail(err)
	}
	for {
		for _, x := range lines {
			if err := put(x, subjectName(l, x)); err != nil {
				return fail(err)
			}
		}
		if err := flush(); err != nil {
			return fail(err)
		}
		if next == "" {
			return nil
		}
		if lines, next, err = s.o.Catalogue.AuditPage(ctx, f, next, exportLines); err != nil {
			return fail(err)
		}
	}
}

func (s *SignIn) exportCSV(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	c := csv.NewWriter(w)
	return s.export(w, r, who, "text/csv; charset=utf-8", "audit.csv",
		func() error {
			// Spreadsheets take the mark at the beginning for UTF-8, and would take Latin letters for something else without it.
			if _, err := w.Write([]byte("\ufeff")); err != nil {
				return err
			}
			return c.Write([]string{"at", "who", "action", "subject", "kind", "name", "detail"})
		},
		func(x catalogue.AuditLine, name string) error {
			row := []string{x.At.UTC().Format("2006-01-02T15:04:05.000Z"), x.Who, x.Action, x.Subject, x.Kind, name, x.Detail}
			for i := range row {
				row[i] = inert(row[i])
			}
			return c.Write(row)
		},
		func() error { c.Flush(); return c.Error() })
}

// inert keeps a spreadsheet from taking a cell for a formula: an apostrophe goes before what begins like one.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// auditRecord is a line of the audit log for programs.
type auditRecord struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Action  string    `json:"action"`
	Subject string    `json:"subject"`
	Kind    string    `json:"kind"`
	Name    string    `json:"name"`
	Detail  string    `json:"detail"`
}

func (s *SignIn) exportJSONLines(w http.ResponseWriter, r *http.Request, who rostrum.Actor) error {
	e := json.NewEncoder(w)
	return s.export(w, r, who, "application/jsonl; charset=utf-8", "audit.jsonl", func() error { return nil },
		func(x catalogue.AuditLine, name string) error {
			return e.Encode(auditRecord{x.At, x.Who, x.Action, x.Subject, x.Kind, name, x.Detail})
		},
		func() error { return http.NewResponseController(w).Flush() })
}
