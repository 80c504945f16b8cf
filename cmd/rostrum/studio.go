package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
	_ "time/tzdata" // meetings have time zones, and a container may have none

	"golang.org/x/sync/errgroup"

	"rostrum/pipeline"
	"rostrum/storage/objects"
	"rostrum/web/studio"
	"rostrum/web/studio/desk"
	"rostrum/web/studio/signin"
)

// studio gives the handler of the studio, and prints the way in for the first administrator while there is none.
func (p *program) studio(ctx context.Context, set *settings, log *slog.Logger, address string, out io.Writer, group *errgroup.Group) (http.Handler, error) {
	d := &desk.Desk{PublicURL: strings.TrimRight(set.PublicURL, "/"), Base: set.basePath(), Now: time.Now, Log: log, Ending: ctx.Done()}
	provider, err := set.provider()
	if err != nil {
		return nil, err
	}
	proxies, err := set.proxies()
	if err != nil {
		return nil, err
	}
	s := signin.New(signin.Options{Desk: d, Catalogue: p.Catalogue, OIDC: provider, Secure: strings.HasPrefix(d.PublicURL, "https://"),
		TrustedProxies: proxies, Now: time.Now, Log: log})
	group.Go(func() error { return s.Run(ctx) })
	d.Who, d.Language, d.Unseen = s.Who, s.Language, s.Unseen
	first, err := s.FirstLink(ctx)
	if err != nil {
		return nil, err
	}
	if first != "" {
		if d.PublicURL == "" {
			first = "http://" + address + first
		}
		fmt.Fprintf(out, "Nobody can sign in to the studio yet. Open %s to make the first administrator; the link works once, for a day.\n", first)
	}
	return studio.New(d, p.Pipeline, s), nil
}

// attend does beside the queue what a process that works does: what comes due by the clock, and the places where recordings appear.
func (p *program) attend(ctx context.Context, set *settings, group *errgroup.Group) error {
	group.Go(func() error { p.DoChores(ctx); return nil })
	if set.Watch != "" {
		group.Go(func() error { return p.WatchFolder(ctx, pipeline.Watch{Folder: set.Watch}) })
	}
	if set.Drop != "" {
		drop, err := objects.OpenDrop(ctx, set.Drop, p.Work)
		if err != nil {
			return err
		}
		group.Go(func() error {
			defer drop.Close()
			p.WatchDrop(ctx, drop, 0)
			return nil
		})
	}
	return nil
}
