package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"rostrum"
	"rostrum/pipeline/hls"
	"rostrum/storage/catalogue"
)

// rendering is one run of making a revision: the manifest as it grows, and a folder for what must be a local file.
type rendering struct {
	*Pipeline
	recording    *rostrum.Recording
	intervention *rostrum.Intervention
	revision     *rostrum.Revision
	before       *rostrum.Manifest // newest revision that is ready, whose parts are taken over where nothing has changed; nil without one
	next         rostrum.Frame     // where the intervention after this one begins
	source       string            // local path of the recording's file
	folder       string
	fence        int64
	encoded      int64 // frames of the timeline that were encoded, edges only
	measured     rostrum.Measured

	mu       sync.Mutex
	manifest *rostrum.Manifest
	locals   map[string]string // local paths of streams in one file, by the name of their playlist
}

// render makes one revision of an intervention whose chunks are all encoded.
func (p *Pipeline) render(ctx context.Context, id rostrum.InterventionID, number int) error {
	revision, err := p.Catalogue.Revision(ctx, id, number)
	if err != nil || revision.State != rostrum.Rendering {
		return err
	}
	x, err := p.Catalogue.Intervention(ctx, id)
	if err != nil || x.Revision != number { // a newer cut has overtaken this one
		return err
	}
	r, err := p.Catalogue.Recording(ctx, x.Recording)
	if err != nil {
		return err
	}
	var fence int64
	if err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) (err error) {
		fence, err = tx.StartRevision(ctx, id, number)
		return err
	}); err != nil {
		return err
	}
	before, err := p.Catalogue.ReadyBefore(ctx, id, number)
	if err != nil {
		return err
	}
	all, err := p.Catalogue.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return err
	}
	source, release, err := p.Store.Local(ctx, mediaKey(r))
	if err != nil {
		return err
	}
	defer release()
	folder, err := os.MkdirTemp(p.Work, TaskFolder)
	if err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	defer os.RemoveAll(folder)
	w := &rendering{Pipeline: p, recording: r, intervention: x, revision: revision, before: before, next: nextIn(r, all, revision.Span),
		source: source, folder: folder, fence: fence, locals: map[string]string{},
		manifest: &rostrum.Manifest{Intervention: id, Revision: number, Recording: r.ID, Rate: r.Rate.String(), Span: revision.Span,
			Duration: r.Rate.Duration(revision.Span.Len()), Files: map[string]rostrum.File{}, Recipes: map[string]rostrum.Digest{}}}
	g, parallel := errgroup.WithContext(ctx)
	g.Go(func() error { return w.cutPictures(parallel) })
	g.Go(func() error { return w.makeSounds(parallel) })
	if err := g.Wait(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{w.sliceCaptions, w.makeStills, w.makeDownloads, w.writePlaylists, w.inspect} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return p.finish(ctx, fence, w.manifest, w.encoded)
}

// same says whether the revision before has a part made from exactly what is given, and notes the recipe of this one's.
func (w *rendering) same(part string, from ...any) bool {
	data, err := json.Marshal(from)
	if err != nil {
		return false // it is only made again
	}
	recipe := digestOf(data)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manifest.Recipes[part] = recipe
	return w.before != nil && w.before.Recipes[part] == recipe
}

// take puts files of the revision before on this one's manifest.
func (w *rendering) take(names ...string) {
	for _, name := range names {
		if f, ok := w.before.Files[name]; ok {
			w.list(name, f)
		}
	}
}

// takeStream takes over a stream's files.
func (w *rendering) takeStream(s *rostrum.Stream) {
	w.take(s.Init)
	for _, g := range s.Segments {
		w.take(g.Name)
	}
}

// keepLocal notes that a stream lies in one local file.
func (w *rendering) keepLocal(playlist, path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.locals[playlist] = path
}

// oneFile gives a stream in one local file, for what ffmpeg must read. step is how many ticks one picture lasts, 0 for sound.
func (w *rendering) oneFile(ctx context.Context, s *rostrum.Stream, playlist string, step int64) (string, error) {
	w.mu.Lock()
	path := w.locals[playlist]
	w.mu.Unlock()
	if path != "" {
		return path, nil
	}
	path, err := w.join(ctx, s, step, "one-"+playlist+".mp4")
	if err == nil {
		w.keepLocal(playlist, path)
	}
	return path, err
}

// key is where a file of this revision alone lies: in a folder of this run, so that a late runner can't change what a newer one
// has handed over.
func (w *rendering) key(name string) string {
	return runPrefix(w.intervention.ID, w.revision.Number, w.fence) + "/" + strings.ToLower(name)
}

func runPrefix(id rostrum.InterventionID, revision int, fence int64) string {
	return fmt.Sprintf("interventions/%s/%d/%d", id, revision, fence)
}

// local is the path of a file that lives as long as the run.
func (w *rendering) local(name string) string { return filepath.Join(w.folder, name) }

// add stores a file of this revision and puts it on the manifest.
func (w *rendering) add(ctx context.Context, name, mediaType string, data []byte) error {
	if _, err := w.Store.Put(ctx, w.key(name), bytes.NewReader(data), int64(len(data))); err != nil {
		return err
	}
	w.list(name, rostrum.File{Key: w.key(name), Type: mediaType, Bytes: int64(len(data)), SHA256: digestOf(data)})
	return nil
}

func (w *rendering) list(name string, f rostrum.File) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manifest.Files[name] = f
}

func (w *rendering) notice(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manifest.Notices = append(w.manifest.Notices, fmt.Sprintf(format, args...))
}

const (
	playlistType = "application/vnd.apple.mpegurl"
	segmentType  = "video/iso.segment"
	mp4Type      = "video/mp4"
)

// writePlaylists writes the playlists, when everything they name exists.
func (w *rendering) writePlaylists(ctx context.Context) error {
	m := w.manifest
	for _, p := range m.Pictures {
		if err := w.add(ctx, p.Playlist, playlistType, []byte(hls.Media(&p.Stream))); err != nil {
			return err
		}
	}
	for _, s := range m.Sounds {
		if err := w.add(ctx, s.Playlist, playlistType, []byte(hls.Media(&s.Stream))); err != nil {
			return err
		}
	}
	for _, c := range m.Captions {
		if err := w.add(ctx, c.Playlist, playlistType, []byte(hls.Captions(hlsCaptions(c.Language), m.Duration.Seconds()))); err != nil {
			return err
		}
	}
	if len(m.Sounds) > 0 {
		if err := w.add(ctx, rostrum.AudioOnlyName, playlistType, []byte(hls.AudioMaster(m, hls.OwnName))); err != nil {
			return err
		}
	}
	return w.add(ctx, rostrum.MasterName, playlistType, []byte(hls.Master(m, hls.OwnName)))
}
