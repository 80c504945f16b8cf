package catalogue

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"rostrum"
	"rostrum/storage/queue"
)

// State is how a database stands before anything is done to it.
type State struct {
	Kind   string // SQLite or PostgreSQL
	Server string // its version
	Has    int64  // version of its tables; 0 for none yet
	Knows  int64  // version that this program brings them to
	// Clock is the server's, as it answered; zero on SQLite, which has none of its own.
	Clock time.Time
	// Latest is the newest entry of the audit log: a clock that shows an earlier time has been set back.
	Latest time.Time
}

// Look opens a database as Open does, but makes nothing and leaves its tables as they are, so that an operator can look before a
// newer program takes it over. What reads tables may fail unless State.Has is State.Knows. NotFound when SQLite's file
// does not exist yet; the State then says the rest. The caller closes what it gives.
func Look(ctx context.Context, setting, folder string) (*Catalogue, State, error) {
	s := State{Kind: "PostgreSQL"}
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, s, err
	}
	if s.Knows, err = goose.NumericComponent(files[len(files)-1].Name()); err != nil {
		return nil, s, err
	}
	var c *Catalogue
	switch {
	case setting == "":
		s.Kind = "SQLite"
		if _, err := os.Stat(filepath.Join(folder, "rostrum.db")); errors.Is(err, os.ErrNotExist) {
			return nil, s, rostrum.Errorf(rostrum.NotFound, "There is no database in the data folder yet; the first command that needs one makes it.")
		}
		c, err = openSQLite(folder)
	case strings.HasPrefix(setting, "postgres://"), strings.HasPrefix(setting, "postgresql://"):
		c, err = openPostgres(ctx, setting)
	default:
		_, err = Open(ctx, setting, folder) // which refuses it
	}
	if err != nil {
		return nil, s, err
	}
	c.reader = reader{c.read}
	if err := c.look(ctx, &s); err != nil {
		c.Close()
		return nil, s, failure(err)
	}
	return c, s, nil
}

func (c *Catalogue) look(ctx context.Context, s *State) error {
	version, known := `SELECT sqlite_version()`, `SELECT count(*) > 0 FROM sqlite_master WHERE name = 'goose_db_version'`
	if c.dialect == queue.Postgres {
		version, known = `SHOW server_version`, `SELECT to_regclass('goose_db_version') IS NOT NULL`
	}
	if err := c.read.QueryRowContext(ctx, version).Scan(&s.Server); err != nil {
		return err
	}
	if c.dialect == queue.Postgres {
		if err := c.read.QueryRowContext(ctx, `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`).Scan(asTime{&s.Clock}); err != nil {
			return err
		}
	}
	var has bool
	if err := c.read.QueryRowContext(ctx, known).Scan(&has); err != nil || !has {
		return err
	}
	if err := c.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&s.Has); err != nil || s.Has == 0 {
		return err
	}
	return c.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(at), 0) FROM audit`).Scan(asTime{&s.Latest})
}
