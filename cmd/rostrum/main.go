// Command rostrum turns recordings of meetings into interventions that play anywhere.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"rostrum"
)

// Exit codes, which scripts rely on.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3 // bad input, no consent, embargo
)

// version is set by the build.
var version = "development"

// cli is the command line. Every flag can also be set in the environment.
type cli struct {
	settings

	Serve    serveCommand    `cmd:"" help:"Web and worker in one process."`
	Web      webCommand      `cmd:"" help:"Web only; workers run elsewhere."`
	Work     workCommand     `cmd:"" help:"Worker only."`
	Ingest   ingestCommand   `cmd:"" help:"Take a recording in, with its cut list and captions."`
	Import   importCommand   `cmd:"" help:"Add or change meetings, speakers' lists, topics, organisations, persons and partners from a file."`
	Status   statusCommand   `cmd:"" help:"Show how recordings and interventions stand."`
	Cut      cutCommand      `cmd:"" help:"Give an intervention new in and out points."`
	Publish  publishCommand  `cmd:"" help:"Publish interventions that are ready."`
	Withdraw withdrawCommand `cmd:"" help:"Take published interventions away from everybody."`
	Sound    soundCommand    `cmd:"" help:"Show or change the sound channels of a recording."`
	Room     roomCommand     `cmd:"" help:"Keep the channel maps of meeting rooms."`
	User     userCommand     `cmd:"" help:"Look after the accounts of the studio."`
	Verify   verifyCommand   `cmd:"" help:"Read all that is stored again, and say what is missing or changed."`
	Doctor   doctorCommand   `cmd:"" help:"Check what the program needs, and say what to do."`
	Demo     demoCommand     `cmd:"" help:"Make a demo meeting."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer
	json     bool // one JSON document on out and nothing else
	printed  bool // the document is out
}

// print writes the command's one JSON document.
func (s *streams) print(v any) error {
	s.printed = true
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func main() {
	// Most of the time the program waits for ffmpeg, which can use the memory better: collecting twice as often keeps it 10 MB smaller.
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run does what args ask for and gives the exit code.
func run(ctx context.Context, args []string, s *streams) (code int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("rostrum"), kong.Description("Filmed interventions of meetings, encoded once and cut by reference."),
		kong.Writers(s.out, s.err), kong.UsageOnError(), kong.Exit(func(code int) { exited = code; panic(exitPanic{}) }))
	if err != nil {
		fmt.Fprintln(s.err, "rostrum:", err)
		return exitFailed
	}
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(exitPanic); !ok {
				panic(p)
			}
			code = exited
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		var usage *kong.ParseError
		if errors.As(err, &usage) {
			parser.Stdout = s.err // what goes out is for scripts
			usage.Context.PrintUsage(true)
		}
		fmt.Fprintln(s.err, "rostrum:", err)
		return exitUsage
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: c.level()}))
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(s, log, &c.settings)
	return s.exit(parsed.Run(), log)
}

type exitPanic struct{}

// exit says what went wrong, once, and gives the code.
func (s *streams) exit(err error, log *slog.Logger) int {
	if err == nil {
		return exitDone
	}
	code, word := rostrum.ErrorCode(err), rostrum.ErrorMessage(err)
	if errors.Is(err, context.Canceled) {
		word = "Stopped. What had been taken in is kept, and the work goes on when a worker runs."
	} else {
		log.Debug("command failed", "code", code, "error", err)
	}
	if code == rostrum.Internal && !errors.Is(err, context.Canceled) {
		log.Error("internal error", "error", err)
	}
	fmt.Fprintln(s.err, "rostrum:", word)
	if s.json && !s.printed {
		s.print(map[string]any{"error": map[string]any{"code": code, "message": word}})
	}
	switch code {
	case rostrum.Invalid, rostrum.NotFound, rostrum.Refused, rostrum.TooLarge, rostrum.Conflict, rostrum.Withdrawn:
		return exitRefused
	}
	return exitFailed
}

type versionCommand struct{}

func (versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, "rostrum", version)
	return err
}
