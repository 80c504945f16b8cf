package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
	"rostrum/storage/uploads"
	"rostrum/web/studio/sending"
)

// settings are what an operator may set; nothing else in the program reads the environment.
type settings struct {
	Data         string  `env:"ROSTRUM_DATA" default:"data" placeholder:"FOLDER" help:"Data folder (${default})."`
	Database     string  `env:"ROSTRUM_DATABASE" placeholder:"URL" help:"postgres://…; without it SQLite in the data folder."`
	DatabaseFile string  `env:"ROSTRUM_DATABASE_FILE" hidden:""`
	Storage      string  `env:"ROSTRUM_STORAGE" placeholder:"URL" help:"s3://bucket/prefix?endpoint=…; without it a folder in the data folder."`
	PublicURL    string  `name:"public-url" env:"ROSTRUM_PUBLIC_URL" placeholder:"URL" help:"Address that viewers use; may carry a base path."`
	Loudness     float64 `env:"ROSTRUM_LOUDNESS" default:"-16" placeholder:"LUFS" help:"Loudness that every intervention is brought to, from -31 to -10 LUFS (${default})."`
	MaxGB        float64 `name:"max-gb" env:"ROSTRUM_MAX_GB" default:"200" placeholder:"GB" help:"Largest recording that is taken (${default})."`
	MaxHours     float64 `name:"max-hours" env:"ROSTRUM_MAX_HOURS" default:"12" placeholder:"HOURS" help:"Longest recording that is taken, at most 12 (${default})."`
	AV1          bool    `name:"av1" env:"ROSTRUM_AV1" help:"Also encode for slow lines in AV1, when nothing else waits."`
	Sandbox      string  `env:"ROSTRUM_SANDBOX" placeholder:"KIND" help:"How ffmpeg is kept from everything but its files: namespaces, restricted, or off; without it, the strongest that works here."`
	Watch        string  `env:"ROSTRUM_WATCH" placeholder:"FOLDER" help:"Take in what appears in MEETING/ of this folder, when nobody writes it any more."`
	Drop         string  `env:"ROSTRUM_DROP" placeholder:"URL" help:"Take in what appears under MEETING/ of this prefix: s3://bucket/prefix?endpoint=…"`
	signInSettings
	LogLevel string `env:"ROSTRUM_LOG" default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error."`
}

func (c *settings) level() slog.Level {
	var l slog.Level
	if l.UnmarshalText([]byte(c.LogLevel)) != nil {
		return slog.LevelInfo
	}
	return l
}

// check refuses settings that are out of range.
func (c *settings) check() error {
	switch {
	case c.Loudness < -31 || c.Loudness > -10:
		return rostrum.Errorf(rostrum.Invalid, "A loudness of %g LUFS is out of range; set ROSTRUM_LOUDNESS between -31 and -10.", c.Loudness)
	case c.MaxGB <= 0:
		return rostrum.Errorf(rostrum.Invalid, "A limit of %g GB lets nothing in; set ROSTRUM_MAX_GB to more than 0.", c.MaxGB)
	case c.MaxHours <= 0 || c.MaxHours > 12:
		return rostrum.Errorf(rostrum.Invalid, "A limit of %g hours is out of range; set ROSTRUM_MAX_HOURS to more than 0 and at most 12.", c.MaxHours)
	}
	return nil
}

// who names the person at this terminal, for the audit log.
func who() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// address is that of the database, which may stand in a file because it holds a secret.
func (c *settings) address() (string, error) {
	if c.DatabaseFile == "" {
		return c.Database, nil
	}
	secret, err := os.ReadFile(c.DatabaseFile)
	if err != nil {
		return "", rostrum.Errorf(rostrum.Unavailable, "The file named by ROSTRUM_DATABASE_FILE can't be read; check its name and rights.").Because(err)
	}
	return strings.TrimSpace(string(secret)), nil
}

// program is everything wired together.
type program struct {
	*pipeline.Pipeline
	work bool
}

// open wires the parts. With work, the process takes tasks once started.
func (c *settings) open(ctx context.Context, log *slog.Logger, work bool) (_ *program, err error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(c.Data)
	if err != nil {
		return nil, err
	}
	tools := media.Later(c.Sandbox)
	if work { // what can't be held must not begin
		if tools, err = media.Find(ctx, c.Sandbox); err != nil {
			return nil, err
		}
	}
	tools.Longest = time.Duration(c.MaxHours * float64(time.Hour))
	known, err := catalogue.Open(ctx, address, folder)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			known.Close()
		}
	}()
	if err := queue.Migrate(ctx, known.SQL(), known.Dialect()); err != nil {
		return nil, err
	}
	store, err := objects.Open(ctx, c.Storage, filepath.Join(folder, "objects"))
	if err != nil {
		return nil, err
	}
	if err := store.Check(ctx); err != nil {
		store.Close()
		return nil, err
	}
	scratch := filepath.Join(folder, "work")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		store.Close()
		return nil, rostrum.Errorf(rostrum.Unavailable, "The data folder can't be written; check its rights and its free space.").Because(err)
	}
	host, _ := os.Hostname()
	o := queue.Options{Logger: slog.New(quiet{log.Handler()}), Worker: host, Folder: folder, Listener: known.Pool()}
	if work {
		o.Workers = workers()
	}
	q, err := queue.New(known.SQL(), known.Dialect(), o)
	if err != nil {
		store.Close()
		return nil, err
	}
	p := &pipeline.Pipeline{Catalogue: known, Store: store, Queue: q, Tools: tools, Log: log, Now: time.Now, Work: scratch,
		Target: c.Loudness, Largest: int64(c.MaxGB * 1e9), AV1: c.AV1}
	p.Uploads, err = uploads.New(uploads.Options{Store: store, Ledger: p.Ledger(), Largest: p.Largest, MaxOf: p.AdmitUpload,
		Base: c.basePath() + sending.FilesPath, Logger: log, Now: time.Now})
	if err != nil {
		store.Close()
		return nil, err
	}
	p.Register()
	return &program{p, work}, nil
}

// basePath is the path of the public address: "" or "/video".
func (c *settings) basePath() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// quiet lets a library's warnings through and keeps its chatter back, unless an operator asks for all.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return q.Handler.Enabled(ctx, l) && (l >= slog.LevelWarn || q.Handler.Enabled(ctx, slog.LevelDebug))
}

// workers is how many tasks run at once: one encoding keeps about two cores busy; what people wait for runs beside it.
func workers() map[queue.Lane]int {
	return map[queue.Lane]int{queue.Encode: max(1, runtime.NumCPU()/2), queue.Render: 2}
}

// start begins to take tasks, and removes what processes that were killed have left: in the store, and on
// SQLite what lay in the work folder, of which the lock that the queue takes as it starts says that nobody works on it.
func (p *program) start(ctx context.Context) error {
	left, err := filepath.Glob(filepath.Join(p.Work, pipeline.TaskFolder+"*"))
	if err != nil {
		return err
	}
	if err := p.Queue.Start(ctx); err != nil {
		return err
	}
	if err := p.Sweep(ctx); err != nil {
		p.Log.Warn("what killed processes left could not all be removed", "error", err)
	}
	if p.Catalogue.Dialect() != queue.SQLite { // without the lock, another worker may be at them
		return nil
	}
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			p.Log.Warn("what a killed worker left could not be removed", "error", err)
		}
	}
	return nil
}

// startIfAlone begins to take tasks unless another process already does, be it since this moment.
func (p *program) startIfAlone(ctx context.Context) (started bool, err error) {
	alive, err := p.Queue.Alive(ctx)
	if err != nil || alive {
		return false, err
	}
	err = p.start(ctx)
	if rostrum.ErrorCode(err) == rostrum.Conflict {
		return false, nil
	}
	return err == nil, err
}

// close gives unfinished work back and closes everything.
func (p *program) close(started bool) error {
	var err error
	if started {
		ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
		defer cancel()
		err = p.Queue.Stop(ctx)
	}
	return errors.Join(err, p.Store.Close(), p.Catalogue.Close())
}
