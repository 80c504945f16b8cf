package queue

import (
	"bufio"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// bound is how long a test waits for what must happen before it says that it did not.
const bound = 10 * time.Second

// TestMain lets the test binary be the other process of a test, too.
func TestMain(m *testing.M) {
	if role := os.Getenv("ROSTRUM_TEST_QUEUE_ROLE"); role != "" {
		if err := beChild(role, os.Getenv("ROSTRUM_TEST_QUEUE_DATABASE")); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// The tests mostly wait, for the database and for each other's processes.
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// beChild is the other process: a worker that hangs in its task until it is killed, or a program
// that only adds a task.
func beChild(role, at string) error {
	b, err := open(at)
	if err != nil {
		return err
	}
	ctx := context.Background()
	switch role {
	case "hang":
		q, err := New(b.db, b.dialect, b.options("child", map[Lane]int{Render: 1}))
		if err != nil {
			return err
		}
		q.Handle("work", func(ctx context.Context, job Job) error {
			fmt.Println("running", job.Attempt)
			<-ctx.Done()
			return nil
		})
		if err := q.Start(ctx); err != nil {
			return err
		}
		select {}
	case "add":
		q, err := New(b.db, b.dialect, Options{})
		if err != nil {
			return err
		}
		if err := inTx(b.db, func(tx *sql.Tx) error {
			return q.Add(ctx, tx, Task{Kind: "work", Key: "from the child", Lane: Render})
		}); err != nil {
			return err
		}
		fmt.Println("added")
		return nil
	}
	return fmt.Errorf("no role %q", role)
}

// base is a database to test on.
type base struct {
	at      string // postgres://… or the data folder
	dialect Dialect
	db      *sql.DB
	pool    *pgxpool.Pool // Postgres
}

func open(at string) (*base, error) {
	if strings.HasPrefix(at, "postgres") {
		pool, err := pgxpool.New(context.Background(), at)
		if err != nil {
			return nil, err
		}
		return &base{at, Postgres, stdlib.OpenDBFromPool(pool), pool}, nil
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(at, "rostrum.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(ON)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &base{at: at, dialect: SQLite, db: db}, nil
}

func (b *base) close() {
	b.db.Close()
	if b.pool != nil {
		b.pool.Close()
	}
}

func (b *base) options(name string, workers map[Lane]int) Options {
	o := Options{Workers: workers, Worker: name, Listener: b.pool, Grace: time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 1}))}
	if b.dialect == SQLite {
		o.Folder = b.at
	}
	return o
}

// onBoth runs a test on a fresh database of each dialect.
func onBoth(t *testing.T, test func(t *testing.T, b *base)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, migrated(t, t.TempDir()))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, migrated(t, freshPostgres(t)))
	})
}

func migrated(t *testing.T, at string) *base {
	t.Helper()
	b, err := open(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	if err := Migrate(t.Context(), b.db, b.dialect); err != nil {
		t.Fatal(err)
	}
	return b
}

// freshPostgres makes a database that lasts as long as the test, and gives its address.
func freshPostgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("ROSTRUM_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_POSTGRES does not name a server, and all tests were asked for")
		}
		t.Skip("ROSTRUM_TEST_POSTGRES does not name a server on which databases may be created")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("queue_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.Exec(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// worker makes a queue that is not started yet.
func (b *base) worker(t *testing.T, workers map[Lane]int) *Queue {
	t.Helper()
	q, err := New(b.db, b.dialect, b.options("test", workers))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// start starts q and stops it at the end of the test.
func start(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
}

func stop(t *testing.T, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func (b *base) add(t *testing.T, q *Queue, tasks ...Task) {
	t.Helper()
	if err := inTx(b.db, func(tx *sql.Tx) error { return q.Add(t.Context(), tx, tasks...) }); err != nil {
		t.Fatal(err)
	}
}

func inTx(db *sql.DB, f func(tx *sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// receive gives the next value of c.
func receive[T any](t *testing.T, c <-chan T, within time.Duration) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(within):
		t.Fatalf("nothing happened within %s", within)
		panic("unreachable")
	}
}

// child starts another process of this program and gives the lines it prints.
func (b *base) child(t *testing.T, role string) (*exec.Cmd, <-chan string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ROSTRUM_TEST_QUEUE_ROLE="+role, "ROSTRUM_TEST_QUEUE_DATABASE="+b.at)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := make(chan string, 10)
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return cmd, lines
}

// stands gives the state of the only task about key.
func stands(t *testing.T, q *Queue, key string) Status {
	t.Helper()
	all, err := q.About(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%d tasks about %q, want 1: %+v", len(all), key, all)
	}
	return all[0]
}
