package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"rostrum/storage/uploads"
)

// TestUpload makes sure that what is measured is a whole file with the right digest, and that another would be noticed.
func TestUpload(t *testing.T) {
	b := &bench{folder: t.TempDir(), mb: smallUpload + 1}
	ctx, stop := context.WithCancel(t.Context())
	folder := t.TempDir()
	out, in := io.Pipe()
	served := make(chan error, 1)
	go func() { served <- serveUploads(ctx, folder, in) }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	const size = uploads.Piece + 1000
	s := newSender(size)
	if _, err := s.send(ctx, strings.TrimSpace(address), size); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	if err := b.sentWhole(t.Context(), folder, s.digest(size)); err != nil {
		t.Error(err)
	}
	if b.sentWhole(t.Context(), folder, s.digest(size-1)) == nil {
		t.Error("another digest passed")
	}
	for _, flush := range []int64{uploads.Piece, int64(b.mb) * 1e6} {
		if took, err := b.writeBare(s, flush); took <= 0 || err != nil {
			t.Errorf("bare took %f s, %v", took, err)
		}
	}
}
