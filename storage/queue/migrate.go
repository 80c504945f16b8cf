package queue

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river/rivermigrate"
)

// Migrate makes or renews the tables of the queue. It is safe to call at each start, by several
// processes at once, and on a pool of one connection.
func Migrate(ctx context.Context, db *sql.DB, dialect Dialect) error {
	driver, err := newDriver(db, dialect, nil)
	if err != nil {
		return err
	}
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	for done := -1; ; {
		_, failed := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if failed == nil {
			break
		}
		// River takes no lock. Each version is a transaction of its own, so when another process
		// was faster with one, ours fails without harm: go on for as long as there is progress.
		versions, err := migrator.ExistingVersions(ctx)
		if err != nil || len(versions) <= done {
			return fmt.Errorf("queue: making the tables: %w", failed)
		}
		done = len(versions)
	}
	if err := addOurs(ctx, db, dialect); err != nil {
		return fmt.Errorf("queue: making the tables: %w", err)
	}
	return nil
}

// addOurs adds what River's tables lack: finding tasks by their key, and proof of life.
func addOurs(ctx context.Context, db *sql.DB, dialect Dialect) error {
	statements := []string{`CREATE INDEX IF NOT EXISTS rostrum_task_key ON river_job ((args->>'key'))`}
	if dialect == Postgres {
		statements = []string{
			// IF NOT EXISTS does not keep two sessions from creating one thing at the same time.
			`SELECT pg_advisory_xact_lock(hashtextextended('rostrum queue tables', 0))`,
			statements[0],
			`CREATE TABLE IF NOT EXISTS worker_life (id text PRIMARY KEY, beat timestamptz NOT NULL)`,
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return tx.Commit()
}
