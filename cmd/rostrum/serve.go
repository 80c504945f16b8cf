package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"rostrum"
	"rostrum/pipeline/media/sandbox"
	"rostrum/web"
)

type serveCommand struct {
	Listen string `env:"ROSTRUM_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on (${default})."`
	Demo   bool   `help:"Put a demo meeting into an empty catalogue."`
}

func (c *serveCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return listenAndWork(ctx, s, log, set, c.Listen, true, c.Demo)
}

type webCommand struct {
	Listen string `env:"ROSTRUM_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on (${default})."`
}

func (c *webCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return listenAndWork(ctx, s, log, set, c.Listen, false, false)
}

type workCommand struct{}

func (workCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	return listenAndWork(ctx, s, log, set, "", true, false)
}

// listenAndWork runs until ctx ends, then finishes requests and gives work back within 30 s.
func listenAndWork(ctx context.Context, s *streams, log *slog.Logger, set *settings, address string, work, demo bool) (err error) {
	p, err := set.open(ctx, log, work)
	if err != nil {
		return err
	}
	started := false
	defer func() { err = errors.Join(err, p.close(started)) }()
	if box := p.Tools.FFmpeg.Box; work && box.Mode() == sandbox.Off {
		log.Warn(box.Describe()[0])
	}
	group, ctx := errgroup.WithContext(ctx)
	if address != "" {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return rostrum.Errorf(rostrum.Unavailable, "%s can't be listened on; another program may use it, so choose another address with --listen.", address).Because(err)
		}
		staff, err := p.studio(ctx, set, log, listener.Addr().String(), s.err, group)
		if err != nil {
			listener.Close()
			return err
		}
		server := &http.Server{
			Handler:           web.New(web.Config{Catalogue: p.Catalogue, Store: p.Store, PublicURL: set.PublicURL, Now: time.Now, Logger: log, Version: version, Studio: staff}),
			ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		}
		group.Go(func() error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			return server.Shutdown(last)
		})
		fmt.Fprintf(s.err, "Rostrum is at http://%s\n", listener.Addr())
	}
	if work {
		if err := p.start(ctx); err != nil {
			return err
		}
		started = true
		if err := p.attend(ctx, set, group); err != nil {
			return err
		}
	}
	if demo {
		group.Go(func() error {
			if err := p.ingestDemo(ctx, log); err != nil && ctx.Err() == nil {
				log.Error("the demo meeting could not be made", "error", err)
			}
			return nil
		})
	}
	group.Go(func() error { <-ctx.Done(); return nil })
	return group.Wait()
}
