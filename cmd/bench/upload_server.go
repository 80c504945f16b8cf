package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/uploads"
)

const (
	uploadServer = "serve-uploads" // starts this program as one
	uploader     = rostrum.AccountID("bench")
)

// serveUploads takes uploads into a store and a catalogue in the folder until ctx ends, and first says where.
func serveUploads(ctx context.Context, folder string, out io.Writer) error {
	debug.SetGCPercent(50) // as rostrum does
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	known, err := catalogue.Open(ctx, "", folder)
	if err != nil {
		return err
	}
	defer known.Close()
	store, err := objects.Open(ctx, "", filepath.Join(folder, "objects"))
	if err != nil {
		return err
	}
	defer store.Close()
	u, err := uploads.New(uploads.Options{Store: store, Ledger: uploadRows{known}, Base: "/files/", Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), Now: time.Now})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h := u.Handler(func(*http.Request) (rostrum.AccountID, error) { return uploader, nil })
	server := &http.Server{Handler: h}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Fprintf(out, "http://%s/files/\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// uploadRows are the rows of uploads, without the deliveries that they belong to.
type uploadRows struct{ known *catalogue.Catalogue }

func (r uploadRows) change(ctx context.Context, id string, how func(*rostrum.Upload)) error {
	return r.known.Write(ctx, func(tx *catalogue.Tx) error {
		u, err := tx.Upload(ctx, id)
		if err != nil {
			return err
		}
		how(u)
		return tx.PutUpload(ctx, u)
	})
}

func (r uploadRows) Create(ctx context.Context, u rostrum.Upload) error {
	return r.known.Write(ctx, func(tx *catalogue.Tx) error { return tx.PutUpload(ctx, &u) })
}

func (r uploadRows) Progress(ctx context.Context, id string, offset int64, state []byte, now time.Time) error {
	return r.change(ctx, id, func(u *rostrum.Upload) { u.Offset, u.DigestState, u.Touched = offset, state, now })
}

func (r uploadRows) Finish(ctx context.Context, id string, digest rostrum.Digest) error {
	return r.change(ctx, id, func(u *rostrum.Upload) { u.Finished, u.SHA256 = true, digest })
}

func (r uploadRows) Get(ctx context.Context, id string) (rostrum.Upload, error) {
	u, err := r.known.Upload(ctx, id)
	if err != nil {
		return rostrum.Upload{}, err
	}
	return *u, nil
}

func (r uploadRows) Delete(ctx context.Context, id string) error {
	return r.known.Write(ctx, func(tx *catalogue.Tx) error { return tx.DeleteUpload(ctx, id) })
}

func (r uploadRows) Unfinished(ctx context.Context) ([]rostrum.Upload, error) {
	left, err := r.known.UploadsLeft(ctx, time.Now().Add(time.Hour))
	var all []rostrum.Upload
	for _, u := range left {
		all = append(all, *u)
	}
	return all, err
}
