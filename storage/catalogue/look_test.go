package catalogue

import (
	"os"
	"testing"
	"time"

	"rostrum"
)

func TestLookMakesNothing(t *testing.T) {
	folder := t.TempDir()
	_, s, err := Look(t.Context(), "", folder)
	wantCode(t, "without a database", err, rostrum.NotFound)
	if s.Kind != "SQLite" || s.Has != 0 || s.Knows < 2 {
		t.Errorf("the state is %+v", s)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("it made %v, %v", left, err)
	}
	_, _, err = Look(t.Context(), "mysql://somewhere", folder)
	wantCode(t, "another kind", err, rostrum.Invalid)
}

// A database of an older program is looked at and stays one.
func TestLook(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		lookTwice(t, "SQLite", "", t.TempDir())
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		setting := ownDatabase(t)
		c, s, err := Look(t.Context(), setting, "")
		if err != nil || s.Has != 0 {
			t.Fatalf("of an empty database: %+v, %v", s, err)
		}
		c.Close()
		lookTwice(t, "PostgreSQL", setting, "")
	})
}

func lookTwice(t *testing.T, kind, setting, folder string) {
	t.Helper()
	c, err := Open(t.Context(), setting, folder)
	if err != nil {
		t.Fatal(err)
	}
	write(t, c, func(tx *Tx) error { return tx.Log(t.Context(), Entry{At: day, Action: "test"}) })
	_, err = c.write.ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)`)
	if c.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, s, err := Look(t.Context(), setting, folder)
		if err != nil {
			t.Fatal(err)
		}
		if s.Kind != kind || s.Server == "" || s.Has != s.Knows-1 || !s.Latest.Equal(day.Truncate(time.Millisecond)) || s.Clock.IsZero() != (kind == "SQLite") {
			t.Errorf("the state is %+v", s)
		}
		c.Close()
	}
}
