// Package catalogue is what Rostrum knows: meetings, recordings, interventions and their revisions, captions,
// consents, partners and the audit log. It owns all SQL. SQLite and PostgreSQL run the same
// migrations and the same queries.
//
// On SQLite one connection writes and several read, in WAL mode with synchronous=FULL: NORMAL may
// lose the last commits when the power goes. The pragmas stand in the DSN, since set once on a pool
// they would be missing on its second connection.
package catalogue

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"

	"rostrum"
	"rostrum/storage/queue"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Catalogue is an open database. Its reading methods see what is committed; everything that
// writes goes through Write.
type Catalogue struct {
	reader
	write   *sql.DB
	read    *sql.DB
	pool    *pgxpool.Pool // PostgreSQL only
	dialect queue.Dialect
}

// Open opens the database that setting names: a postgres:// address, or "" for SQLite in folder. It brings the
// tables up to date, under a lock, and refuses a database that a newer program has used.
func Open(ctx context.Context, setting, folder string) (*Catalogue, error) {
	var c *Catalogue
	var err error
	switch {
	case setting == "":
		c, err = openSQLite(folder)
	case strings.HasPrefix(setting, "postgres://"), strings.HasPrefix(setting, "postgresql://"):
		c, err = openPostgres(ctx, setting)
	default:
		return nil, rostrum.Errorf(rostrum.Invalid, "ROSTRUM_DATABASE must be empty (SQLite in the data folder) or begin with postgres://.")
	}
	if err != nil {
		return nil, err
	}
	c.reader = reader{c.read}
	if err := c.migrate(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func openSQLite(folder string) (*Catalogue, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, rostrum.Errorf(rostrum.Unavailable, "The data folder can't be made; check its rights, or name another one with --data.").Because(err)
	}
	dsn := "file:" + (&url.URL{Path: filepath.Join(folder, "rostrum.db")}).EscapedPath() + "?_txlock=immediate" +
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	write, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", strings.Replace(dsn, "_txlock=immediate", "_pragma=query_only(1)", 1))
	if err != nil {
		write.Close()
		return nil, err
	}
	read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	return &Catalogue{write: write, read: read, dialect: queue.SQLite}, nil
}

func openPostgres(ctx context.Context, setting string) (*Catalogue, error) {
	config, err := pgxpool.ParseConfig(setting)
	if err != nil {
		return nil, rostrum.Errorf(rostrum.Invalid, "ROSTRUM_DATABASE is not an address of PostgreSQL; write it like postgres://user@host:5432/rostrum.").Because(err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, unreachable(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, unreachable(err)
	}
	db := stdlib.OpenDBFromPool(pool)
	return &Catalogue{write: db, read: db, pool: pool, dialect: queue.Postgres}, nil
}

func unreachable(err error) error {
	return rostrum.Errorf(rostrum.Unavailable, "The database does not answer; check that it runs and that ROSTRUM_DATABASE is right.").Because(err)
}

func (c *Catalogue) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{}
	if c.dialect == queue.Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, c.write, files, options...)
	if err != nil {
		return err
	}
	has, err := provider.GetDBVersion(ctx)
	if err != nil {
		return failure(err)
	}
	sources := provider.ListSources()
	if newest := sources[len(sources)-1].Version; has > newest {
		return rostrum.Errorf(rostrum.Refused, "The database has been used by a newer Rostrum (its tables are version %d, this program knows %d); start the newer program, or restore a backup made before.", has, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		return failure(err)
	}
	return nil
}

// Close closes all connections.
func (c *Catalogue) Close() error {
	err := c.write.Close()
	if c.read != c.write {
		err = errors.Join(err, c.read.Close())
	}
	if c.pool != nil {
		c.pool.Close()
	}
	return err
}

// SQL is the writing pool, Dialect and Pool what goes with it: for the queue, whose tables lie in the same database.
func (c *Catalogue) SQL() *sql.DB { return c.write }

// Dialect is the kind of database.
func (c *Catalogue) Dialect() queue.Dialect { return c.dialect }

// Pool is the pool below SQL on PostgreSQL, nil on SQLite.
func (c *Catalogue) Pool() *pgxpool.Pool { return c.pool }

// Ping says whether the database answers.
func (c *Catalogue) Ping(ctx context.Context) error {
	if err := c.read.PingContext(ctx); err != nil {
		return unreachable(err)
	}
	return nil
}

// Tx is a transaction: what it changes is seen whole or not at all.
type Tx struct {
	reader
	tx *sql.Tx
}

// SQL is the transaction itself, so that tasks are queued in it.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Write runs f in a transaction and commits it if f returns nil. f must use the Tx only: on SQLite there is one
// writing connection, and f holds it.
func (c *Catalogue) Write(ctx context.Context, f func(*Tx) error) error {
	tx, err := c.write.BeginTx(ctx, nil)
	if err != nil {
		return failure(err)
	}
	defer tx.Rollback()
	if err := f(&Tx{reader{tx}, tx}); err != nil {
		return failure(err)
	}
	return failure(tx.Commit())
}

// failure puts what people can mend into words.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*rostrum.Error](err); ok {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		if e.Code() == 1555 || e.Code() == 2067 { // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE
			return taken(err)
		}
		switch e.Code() & 0xff {
		case 5: // SQLITE_BUSY
			return rostrum.Errorf(rostrum.Unavailable, "The database was busy for too long; please try again.").Because(err)
		case 8, 14: // SQLITE_READONLY, SQLITE_CANTOPEN
			return rostrum.Errorf(rostrum.Unavailable, "The database can't be written; check the rights of the data folder.").Because(err)
		case 13: // SQLITE_FULL
			return rostrum.Errorf(rostrum.Unavailable, "The disk is full; make room and try again.").Because(err)
		case 11, 26: // SQLITE_CORRUPT, SQLITE_NOTADB
			return rostrum.Errorf(rostrum.Unavailable, "The database file is damaged; restore a backup.").Because(err)
		}
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return unreachable(err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "23505" { // unique_violation
		return taken(err)
	}
	return err
}

func taken(err error) error {
	return rostrum.Errorf(rostrum.Conflict, "Somebody else has just stored the same; please look, and try again.").Because(err)
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// reader holds the reading methods, which work in and outside a transaction alike.
type reader struct{ db querier }

// exec runs one statement and says how many rows it touched.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("catalogue: %w", err)
	}
	return result.RowsAffected()
}

// row is one row of a result.
type row interface{ Scan(...any) error }

// list reads all rows of a query.
func list[T any](ctx context.Context, r reader, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := r.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, failure(fmt.Errorf("catalogue: %w", err))
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, failure(fmt.Errorf("catalogue: %w", err))
	}
	return all, nil
}

// one reads one row, or answers absent.
func one[T any](ctx context.Context, r reader, absent string, scan func(row) (T, error), query string, args ...any) (T, error) {
	v, err := scan(r.db.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, rostrum.Errorf(rostrum.NotFound, "%s", absent)
	}
	if err != nil {
		return v, failure(fmt.Errorf("catalogue: %w", err))
	}
	return v, nil
}

// NewID makes a random identity of 13 small letters and digits: 65 bits.
func NewID() string { return strings.ToLower(rand.Text()[:13]) }

// asJSON stores a value as JSON text and reads it back.
type asJSON struct{ v any }

func (j asJSON) Scan(src any) error {
	switch s := src.(type) {
	case string:
		return decode([]byte(s), j.v)
	case []byte:
		return decode(s, j.v)
	}
	return fmt.Errorf("catalogue: JSON column holds %T", src)
}

func decode(data []byte, v any) error {
	if len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, v)
}

func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("catalogue: a value of ours has no JSON form: " + err.Error()) // no type stored here can fail
	}
	return string(data)
}

// instant is a time as Unix milliseconds; the zero time is 0.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

type asTime struct{ t *time.Time }

func (a asTime) Scan(src any) error {
	ms, ok := src.(int64)
	if !ok {
		return fmt.Errorf("catalogue: time column holds %T", src)
	}
	*a.t = time.Time{}
	if ms != 0 {
		*a.t = time.UnixMilli(ms).UTC()
	}
	return nil
}
