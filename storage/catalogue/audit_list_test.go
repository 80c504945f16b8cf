package catalogue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rostrum"
)

func TestAuditLogIsReadInPages(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		id := filled(t, c)
		write(t, c, func(tx *Tx) error {
			if err := tx.PutAccount(ctx, sampleAccount("a", rostrum.Reader)); err != nil {
				return err
			}
			for i, e := range []Entry{
				{Who: "Aline", Action: "publish", Subject: "r1", Detail: "100% sure"},
				{Who: "Aline", Action: "roles", Subject: "a", Detail: "av → reader"},
				{Who: "Bo", Action: "publish", Subject: string(id), Detail: "A_B"},
				{Who: "Bo", Action: "import", Subject: "cxo-2026", Detail: ""},
				{Who: "Bo", Action: "room", Subject: "popov", Detail: "floor"},
				{Who: "Bo", Action: "room", Subject: "popov", Detail: "FLOOR,fr"}, // at the same moment as the one before
			} {
				e.At = day.Add(time.Duration(min(i, 4)) * time.Hour)
				if err := tx.Log(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		read := func(f AuditFilter, limit int) (all []AuditLine) {
			t.Helper()
			for cursor := ""; ; {
				lines, next, err := c.AuditPage(ctx, f, cursor, limit)
				if err != nil {
					t.Fatal(err)
				}
				if all = append(all, lines...); next == "" {
					return all
				}
				cursor = next
			}
		}
		words := func(lines []AuditLine) string {
			var b strings.Builder
			for _, l := range lines {
				fmt.Fprintf(&b, "%s %s/%s;", l.Action, l.Kind, l.Name)
			}
			return b.String()
		}
		const whole = "room /;room /;import meeting/;publish meeting/;roles account/Aline a;publish recording/day 1.mov;"
		for _, limit := range []int{1, 2, 3, 5, 100} {
			if got := words(read(AuditFilter{}, limit)); got != whole {
				t.Errorf("in pages of %d it is %s, want %s", limit, got, whole)
			}
		}
		if all := read(AuditFilter{}, 10); all[3].Slug != "cxo-2026" || all[2].Title["en"] != "CxO" {
			t.Errorf("the meeting is %+v", all[3])
		}
		for _, x := range []struct {
			name string
			f    AuditFilter
			want int
		}{
			{"who", AuditFilter{Who: "Aline"}, 2},
			{"action", AuditFilter{Action: "room"}, 2},
			{"subject", AuditFilter{Subject: "a"}, 1},
			{"from", AuditFilter{From: day.Add(time.Hour)}, 5},
			{"to", AuditFilter{To: day.Add(time.Hour)}, 1},
			{"text in any case", AuditFilter{Text: "Floor"}, 2},
			{"text in a name", AuditFilter{Text: "DAY 1"}, 1},
			{"per cent is no wildcard", AuditFilter{Text: "100%"}, 1},
			{"nor is a line", AuditFilter{Text: "a_b"}, 1},
			{"nor is what escapes", AuditFilter{Text: "!"}, 0},
			{"all together", AuditFilter{Who: "Bo", Action: "publish", Text: "a_", From: day, To: day.Add(9 * time.Hour)}, 1},
			{"nothing", AuditFilter{Who: "'; DROP TABLE audit; --"}, 0},
		} {
			if got := read(x.f, 1); len(got) != x.want {
				t.Errorf("%s: %d lines, want %d", x.name, len(got), x.want)
			}
		}
		for _, cursor := range []string{"x", "-", "12", "12-", "x-y"} {
			_, _, err := c.AuditPage(ctx, AuditFilter{}, cursor, 10)
			wantCode(t, "cursor "+cursor, err, rostrum.Invalid)
		}
		who, actions, err := c.AuditWords(ctx)
		equal(t, "who", who, []string{"Aline", "Bo"})
		equal(t, "actions", actions, []string{"import", "publish", "roles", "room"})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestAuditLogStays tries to change the log behind the program's back.
func TestAuditLogStays(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		write(t, c, func(tx *Tx) error { return tx.Log(ctx, Entry{At: day, Who: "Aline", Action: "publish", Subject: "x"}) })
		for _, query := range []string{"UPDATE audit SET who = 'Bo'", "DELETE FROM audit", "DELETE FROM audit WHERE who = 'Aline'"} {
			if _, err := c.SQL().ExecContext(ctx, query); err == nil || !strings.Contains(err.Error(), "only ever added") {
				t.Errorf("%s: %v", query, err)
			}
		}
		if c.Pool() != nil {
			if _, err := c.SQL().ExecContext(ctx, "TRUNCATE audit"); err == nil {
				t.Error("it can be emptied")
			}
		}
		if all, err := c.AuditOf(ctx, "x"); err != nil || len(all) != 1 || all[0].Who != "Aline" {
			t.Errorf("the log is %+v, %v", all, err)
		}
	})
}
