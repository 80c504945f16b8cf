// Package queue is what is still to do: tasks that wait, run, are tried again, or are given up.
// It is the only package that names River, the library that keeps the tasks in the tables of the
// same database as the catalogue, so that a row and the task that follows from it are committed
// in one transaction or not at all.
//
// What an operator should know. On SQLite exactly one process works per data folder; others may
// add tasks and are served by it within a fraction of a second. On Postgres any number of
// processes work; each proves every two seconds that it is alive, by the clock of the database,
// and when one dies, even by kill -9 or a power cut, the others run its tasks within 15 seconds.
// Work that was cut off counts as an attempt, so a task that kills its process is given up after
// its last attempt instead of killing process after process.
//
// What a newcomer must know. A task is delivered at least once: a worker that lives but could
// not reach the database for eight seconds may find its task running elsewhere too, and either
// of the two runs may be the one that is recorded. Handlers must be idempotent, and what they
// publish must be fenced by the catalogue. No method of Queue but Add may be called
// while the caller holds a transaction on SQLite: the pool has one connection, which the
// transaction holds already.
package queue

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// Dialect is the kind of database that the tasks lie in.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

const (
	// fetchCooldown is the shortest time between two looks for tasks of one lane.
	fetchCooldown = 100 * time.Millisecond
	// pollUnheard is how often a lane looks for tasks when nobody tells it of new ones.
	pollUnheard = 100 * time.Millisecond
	// pollHeard is the same where Postgres notifies; it only bounds what a lost notice costs,
	// and many workers ask one server.
	pollHeard = 500 * time.Millisecond

	defaultGrace = 10 * time.Second
	// keepFailed is how long a task that was given up stays readable, keepDone the same for one
	// that ended well.
	keepFailed = 7 * 24 * time.Hour
	keepDone   = 24 * time.Hour
	// neverRescue is long enough that River's own rescue of long-running jobs does not happen: it would
	// run a long encoding twice, and finds a dead worker an hour late. Proof of life is ours.
	neverRescue = 10 * 365 * 24 * time.Hour
)

// Options are what New needs beyond the database. The zero value is a queue that can add and
// read but not work.
type Options struct {
	Logger *slog.Logger // nil: nothing is logged

	// Workers says how many tasks of a lane run at once in this process. A lane that is absent
	// or 0 is not fetched at all.
	Workers map[Lane]int

	// Worker names this process in the database, a host name for instance; at most 80 bytes are
	// used. A random part is added, so that a container that is restarted under its old name is
	// never taken for the one that died.
	Worker string

	// Grace is how long Stop lets running handlers go on before it cancels their contexts.
	// 0 means 10 s.
	Grace time.Duration

	// Folder is the data folder whose lock keeps a second working process away. SQLite only, where
	// Start and Alive need it.
	Folder string

	// Listener is a pool to the same Postgres, from which one connection is taken for good to
	// listen for new tasks. Without it, lanes look ten times a second.
	Listener *pgxpool.Pool
}

// Queue adds tasks, tells how they stand and, once started, works them. It is safe for use by
// many goroutines after the last call of Handle and HandleFailure.
type Queue struct {
	db      *sql.DB
	dialect Dialect
	client  *river.Client[*sql.Tx]
	logger  *slog.Logger
	id      string
	folder  string
	working bool

	handlers map[string]Handler
	failure  FailureHandler

	unlock   func()             // SQLite, while started
	stopLife context.CancelFunc // while started
	lifeOver chan struct{}      // closed when the proof of life has ended

	strays strays
}

// New makes a queue on a database on which Migrate has run. It opens no connection. The queue
// uses db for all its statements, one at a time, and never asks for a second connection while it
// holds one: a pool of one connection is enough.
func New(db *sql.DB, dialect Dialect, o Options) (*Queue, error) {
	logger := o.Logger
	if logger == nil {
		// River writes to standard output when it is given no logger; that belongs to --json.
		logger = slog.New(slog.DiscardHandler)
	}
	driver, err := newDriver(db, dialect, o.Listener)
	if err != nil {
		return nil, err
	}

	q := &Queue{
		db: db, dialect: dialect, logger: logger, folder: o.Folder,
		id:       fmt.Sprintf("%.80s-%s", o.Worker, rand.Text()),
		handlers: map[string]Handler{},
	}
	lanes := map[string]river.QueueConfig{}
	for lane, n := range o.Workers {
		if !lane.known() {
			return nil, fmt.Errorf("queue: no lane is called %q", lane)
		}
		if n > 0 {
			lanes[string(lane)] = river.QueueConfig{MaxWorkers: n}
		}
	}
	q.working = len(lanes) > 0

	grace := o.Grace
	if grace == 0 {
		grace = defaultGrace
	}
	poll := pollUnheard
	if o.Listener != nil {
		poll = pollHeard
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{queue: q})
	q.client, err = river.NewClient(driver, &river.Config{
		ID:                          q.id,
		Logger:                      logger,
		Queues:                      lanes,
		Workers:                     workers,
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           poll,
		PollOnly:                    o.Listener == nil,
		JobTimeout:                  -1, // handlers bound the processes they start themselves
		RescueStuckJobsAfter:        neverRescue,
		RetryPolicy:                 retryPolicy{},
		SoftStopTimeout:             grace,
		CompletedJobRetentionPeriod: keepDone,
		CancelledJobRetentionPeriod: keepFailed,
		DiscardedJobRetentionPeriod: keepFailed,
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return q, nil
}

func newDriver(db *sql.DB, dialect Dialect, listener *pgxpool.Pool) (riverdriver.Driver[*sql.Tx], error) {
	switch {
	case dialect == SQLite && listener == nil:
		return riversqlite.New(db), nil
	case dialect == Postgres && listener != nil:
		return riverdatabasesql.NewWithPgxListener(db, listener), nil
	case dialect == Postgres:
		return riverdatabasesql.New(db), nil
	}
	return nil, fmt.Errorf("queue: dialect %q with listener %t is not possible", dialect, listener != nil)
}

// Handle says who does the tasks of a kind. It must be called before Start, once per kind.
func (q *Queue) Handle(kind string, h Handler) {
	if _, twice := q.handlers[kind]; twice {
		panic("queue: two handlers for tasks of kind " + kind)
	}
	q.handlers[kind] = h
}

// HandleFailure says who hears of tasks that are given up. It must be called before Start.
func (q *Queue) HandleFailure(h FailureHandler) { q.failure = h }

// Start begins to work and returns. First it puts back what a dead process left running. On
// SQLite it takes the lock of the data folder and gives rostrum.Conflict while another process
// holds it. ctx bounds the starting only: the work goes on until Stop. A queue starts once.
func (q *Queue) Start(ctx context.Context) (err error) {
	if !q.working {
		return errors.New("queue: no lane has workers in this process")
	}
	if q.lifeOver != nil {
		return errors.New("queue: started twice")
	}
	lifeCtx, stopLife := context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			stopLife()
			q.release()
		}
	}()

	switch q.dialect {
	case SQLite:
		if q.unlock, err = LockFolder(q.folder); err != nil {
			return err
		}
		if err := q.putBackAll(ctx); err != nil {
			return err
		}
	case Postgres:
		if err := q.beat(ctx); err != nil {
			return err
		}
		if err := q.putBackDead(ctx); err != nil {
			return err
		}
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("queue: starting: %w", err)
	}

	over := make(chan struct{})
	q.stopLife, q.lifeOver = stopLife, over
	go func() {
		defer close(over)
		q.keepAlive(lifeCtx)
	}()
	return nil
}

// Stop ends the work: nothing more is fetched, handlers may go on for Options.Grace, then their
// contexts are cancelled, and tasks whose handlers give up because of that wait again at once,
// without having lost an attempt. It returns when all handlers have returned and their results
// are recorded. When ctx ends before that it gives ctx's error, and the process goes on proving
// that it lives, for its handlers still run; call Stop again or end the process.
func (q *Queue) Stop(ctx context.Context) error {
	if q.lifeOver == nil {
		return nil
	}
	if err := q.client.Stop(ctx); err != nil {
		return fmt.Errorf("queue: handlers are still running: %w", err)
	}
	q.stopLife()
	<-q.lifeOver
	if q.dialect == Postgres {
		q.endLife(ctx)
	}
	q.release()
	return nil
}

// release gives the data folder back; others may work in it from then on.
func (q *Queue) release() {
	if q.unlock != nil {
		q.unlock()
		q.unlock = nil
	}
}
