// Package playout opens the files of one revision of an intervention for somebody who may watch it: for viewers, for the speaker who
// reviews it, and for colleagues who look at it before it is published. Nothing that is not on the manifest can be opened, and an
// interpretation that is withheld is as if it had never been recorded: the master playlists do not name it, and its files are not there.
package playout

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"rostrum"
	"rostrum/pipeline/hls"
	"rostrum/storage/objects"
)

// Policy keeps a file that is opened as a page from doing anything.
const Policy = "default-src 'none'; sandbox"

// Hear says whether a channel may be heard: nil, or the error to answer with.
type Hear func(channel string) error

// For is what a viewer may hear of an intervention at a moment.
func For(v rostrum.Viewer, i *rostrum.Intervention, now time.Time) Hear {
	return func(channel string) error { return rostrum.MayHear(v, i, channel, now) }
}

// Heard is the manifest as it is without the interpretations that may not be heard; the manifest itself when none is withheld. Its Files
// still list theirs, for those who only look names up; Open refuses them.
func Heard(m *rostrum.Manifest, hear Hear) *rostrum.Manifest {
	var kept []rostrum.Sound
	for _, s := range m.Sounds {
		if hear(s.Channel) == nil {
			kept = append(kept, s)
		}
	}
	if len(kept) == len(m.Sounds) {
		return m
	}
	heard := *m
	heard.Sounds = kept
	return &heard
}

// Opener opens the bytes of a file.
type Opener func(context.Context, rostrum.File) (io.ReadSeekCloser, error)

// From opens the files of a store. What it gives for a file of a folder is the *os.File itself, without any wrapping, so that it goes out
// by sendfile.
func From(store objects.Store) Opener {
	return func(ctx context.Context, f rostrum.File) (io.ReadSeekCloser, error) {
		o, err := store.Open(ctx, f.Key)
		if err != nil {
			return nil, err
		}
		return o.ReadSeekCloser, nil
	}
}

// Open opens a file by its name on the manifest. It gives NotFound for a name that is not there, hear's own error for what belongs to an
// interpretation that may not be heard, and an error that is ours when the bytes of a file on the manifest are absent.
func Open(ctx context.Context, m *rostrum.Manifest, name string, hear Hear, open Opener) (rostrum.File, io.ReadSeekCloser, error) {
	file, ok := m.Files[name]
	if !ok {
		return file, nil, rostrum.Errorf(rostrum.NotFound, "The intervention has no such file; reload its page.")
	}
	heard := Heard(m, hear)
	if heard != m {
		if channel := channelOf(m, name); channel != "" {
			if err := hear(channel); err != nil {
				return file, nil, err
			}
		}
		write := map[string]func(*rostrum.Manifest, hls.Label) string{rostrum.MasterName: hls.Master, rostrum.AudioOnlyName: hls.AudioMaster}[name]
		if write != nil {
			text := []byte(write(heard, hls.OwnName))
			sum := sha256.Sum256(text)
			file.Bytes, file.SHA256 = int64(len(text)), rostrum.Digest(hex.EncodeToString(sum[:]))
			return file, inMemory{bytes.NewReader(text)}, nil
		}
	}
	content, err := open(ctx, file)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		// Not the viewer's mistake: what is on the manifest must be there.
		err = fmt.Errorf("%s of intervention %s is absent from the store: %v", name, m.Intervention, err)
	}
	return file, content, err
}

// channelOf is the booth that a file belongs to; "" for all that is the floor's, that is no sound, or that a heard sound needs as well:
// equal settings give equal initialisation segments, and these hold nothing that anybody said.
func channelOf(m *rostrum.Manifest, name string) string {
	for _, s := range m.Sounds {
		if !s.Interpreted() {
			continue
		}
		for _, plain := range []string{rostrum.MP4Name, rostrum.SmallMP4Name, rostrum.AudioName, rostrum.OpusName} {
			if name == rostrum.NameIn(plain, s.Channel) {
				return s.Channel
			}
		}
		if name == s.Playlist || name == s.File {
			return s.Channel
		}
		for _, g := range s.Segments {
			if g.Name == name {
				return s.Channel
			}
		}
	}
	return ""
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// ETag is strong: equal tags are equal bytes. A segment's key stands for its bytes, and goes out
// digested, since it tells more than the viewer needs.
func ETag(f rostrum.File) string {
	if f.SHA256 != "" {
		return `"` + string(f.SHA256) + `"`
	}
	sum := sha256.Sum256([]byte(f.Key))
	return `"k-` + hex.EncodeToString(sum[:16]) + `"`
}

// Send answers with one file that is not public: no cache keeps it, and no other site may use it.
func Send(w http.ResponseWriter, r *http.Request, m *rostrum.Manifest, name string, hear Hear, open Opener) error {
	file, content, err := Open(r.Context(), m, name, hear, open)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
