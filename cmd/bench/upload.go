package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/uploads"
)

const uploadAbout = "a file sent by tus in pieces of 16 MiB, each with its SHA-256, over 127.0.0.1 to a process that has the store, the handler and an SQLite catalogue; " +
	"and a bare loop that writes the same bytes to the same disk and flushes them. Time is from the first request until the last is answered: what " +
	"is stored, flushed and digested by then. The sender is this process, which has digested its pieces before; on few cores it takes its share of them."

const (
	smallUpload = 64      // MB, beside which the memory of the large file is looked at
	bareBuffer  = 1 << 20 // bytes
)

func uploadSection(ctx context.Context, b *bench) ([]line, error) {
	size := int64(b.mb) * 1e6
	if err := room(b.folder, 2*size+spareByte); err != nil {
		return nil, err
	}
	sent := newSender(size)
	var ours, once, each, peak, small []float64
	for range b.runs {
		for _, side := range []struct {
			into  *[]float64
			every int64
		}{{&once, size}, {&each, uploads.Piece}} {
			took, err := b.writeBare(sent, side.every)
			if err != nil {
				return nil, err
			}
			*side.into = append(*side.into, took)
		}
		took, held, err := b.sendTo(ctx, sent, size)
		if err != nil {
			return nil, err
		}
		_, heldSmall, err := b.sendTo(ctx, sent, smallUpload*1e6)
		if err != nil {
			return nil, err
		}
		ours, peak, small = append(ours, took), append(peak, held), append(small, heldSmall)
	}
	var more []float64
	for i := range peak {
		more = append(more, peak[i]-small[i])
	}
	return []line{
		compared(fmt.Sprintf("%d MB; bare flushes once, at the end", b.mb), "s", ours, once).atMost(1 / 0.9),
		compared("  bare flushes after each piece, as ours does", "s", ours, each),
		figure("  at a rate of", "MB/s", []float64{float64(size) / 1e6 / median(ours)}),
		figure(fmt.Sprintf("peak memory of the process with %d MB", b.mb), "MB", peak).atMost(60),
		figure(fmt.Sprintf("  more than with %d MB", smallUpload), "MB", more).atMost(atMostMore),
	}, nil
}

// sender has a file that is one piece of noise over and over, and its digests.
type sender struct {
	piece []byte
	sums  map[int]string // by the length of what is sent of it
}

func newSender(size int64) *sender {
	s := &sender{piece: make([]byte, uploads.Piece), sums: map[int]string{}}
	rand.NewChaCha8([32]byte{1}).Read(s.piece)
	for _, size := range []int64{size, smallUpload * 1e6} {
		for _, n := range []int64{uploads.Piece, size % uploads.Piece} {
			sum := sha256.Sum256(s.piece[:n])
			s.sums[int(n)] = "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
		}
	}
	return s
}

// digest is that of the whole file.
func (s *sender) digest(size int64) rostrum.Digest {
	h := sha256.New()
	for left := size; left > 0; left -= uploads.Piece {
		h.Write(s.piece[:min(left, uploads.Piece)])
	}
	return rostrum.Digest(hex.EncodeToString(h.Sum(nil)))
}

// writeBare writes the file and flushes it after so many bytes and at the end; it gives the seconds.
func (b *bench) writeBare(s *sender, flush int64) (float64, error) {
	path := filepath.Join(b.folder, "bare")
	defer os.Remove(path)
	syscall.Sync()
	begin := time.Now()
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	size := int64(b.mb) * 1e6
	for at := int64(0); at < size; {
		n := min(bareBuffer, size-at)
		from := at % uploads.Piece
		if _, err := file.Write(s.piece[from : from+n]); err != nil {
			return 0, err
		}
		if at += n; at%flush == 0 || at == size {
			if err := file.Sync(); err != nil {
				return 0, err
			}
		}
	}
	took := time.Since(begin).Seconds()
	return took, file.Close()
}

// sendTo sends the file to a process of its own; it gives the seconds and the most memory in MB that the process held.
func (b *bench) sendTo(ctx context.Context, s *sender, size int64) (took, peak float64, err error) {
	folder := filepath.Join(b.folder, "uploads")
	defer os.RemoveAll(folder)
	own, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	out, in := io.Pipe()
	server, err := launch(ctx, own, []string{"HOME=" + b.folder}, in, uploadServer, folder)
	if err != nil {
		return 0, 0, err
	}
	go func() { <-server.done; in.Close() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return 0, 0, errors.Join(err, server.err)
	}
	syscall.Sync() // what was removed before must not be paid for here
	took, err = s.send(ctx, strings.TrimSpace(address), size)
	peak = peakMemoryOf(server.id)
	server.stop()
	if _, e := server.end(); err == nil {
		err = e
	}
	if err != nil {
		return 0, 0, err
	}
	return took, peak, b.sentWhole(ctx, folder, s.digest(size))
}

// send is what a browser does.
func (s *sender) send(ctx context.Context, address string, size int64) (float64, error) {
	begin := time.Now()
	answer, err := tus(ctx, http.MethodPost, address, nil, http.StatusCreated, "Upload-Length", strconv.FormatInt(size, 10),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("film.mp4")))
	if err != nil {
		return 0, err
	}
	at, err := answer.Location()
	if err != nil {
		return 0, err
	}
	for offset := int64(0); offset < size; offset += uploads.Piece {
		piece := s.piece[:min(uploads.Piece, size-offset)]
		if _, err := tus(ctx, http.MethodPatch, at.String(), piece, http.StatusNoContent, "Upload-Offset", strconv.FormatInt(offset, 10),
			"Upload-Checksum", s.sums[len(piece)], "Content-Type", "application/offset+octet-stream"); err != nil {
			return 0, err
		}
	}
	return time.Since(begin).Seconds(), nil
}

func tus(ctx context.Context, method, address string, body []byte, want int, header ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != want {
		err = fmt.Errorf("%s was answered %d: %s", method, answer.StatusCode, text)
	}
	return answer, err
}

// sentWhole makes sure that the server has written down the end, and the right digest.
func (b *bench) sentWhole(ctx context.Context, folder string, want rostrum.Digest) error {
	known, err := catalogue.Open(ctx, "", folder)
	if err != nil {
		return err
	}
	defer known.Close()
	all, err := known.UploadsLike(ctx, uploader, "")
	if err != nil {
		return err
	}
	if len(all) != 1 || !all[0].Finished || all[0].SHA256 != want {
		return fmt.Errorf("%d uploads are known, not one that is whole", len(all))
	}
	return nil
}
