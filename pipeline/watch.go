package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// Watch is a folder from which recordings are taken in by themselves. It holds a folder for each meeting, named by its slug; in that,
// what belongs to one recording has one name: x.mov, x.csv, x.en.srt, x.fr.wav. What has been taken is moved to "taken" there, what
// was refused to "refused", beside a text that says why. Nothing is ever deleted.
type Watch struct {
	Folder string
	Settle time.Duration // for which a file must not have changed; 0 is 10 s
	Every  time.Duration // between two looks; 0 is 5 s
}

// The folders below a meeting's.
const (
	takenFolder   = "taken"
	refusedFolder = "refused"
)

// unfinishedEndings are how programs that copy name what they have not finished.
var unfinishedEndings = []string{".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download"}

// WatchFolder takes in what appears in a folder, until ctx ends. One process watches a folder.
func (p *Pipeline) WatchFolder(ctx context.Context, w Watch) error {
	if w.Settle == 0 {
		w.Settle = 10 * time.Second
	}
	if w.Every == 0 {
		w.Every = 5 * time.Second
	}
	if info, err := os.Stat(w.Folder); err != nil || !info.IsDir() {
		return rostrum.Errorf(rostrum.Unavailable, "The watched folder can't be read; check that it is there, and its rights.").Because(err)
	}
	v := &vigil{Pipeline: p, Watch: w, seen: map[string]sight{}}
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		if err := v.look(ctx); err != nil && ctx.Err() == nil {
			p.Log.Warn("the watched folder could not be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// vigil remembers what was seen in the folder.
type vigil struct {
	*Pipeline
	Watch
	seen map[string]sight // by path
}

// sight is how a file looked, and since when.
type sight struct {
	size  int64
	mod   time.Time
	since time.Time
}

func (v *vigil) look(ctx context.Context) error {
	meetings, err := os.ReadDir(v.Folder)
	if err != nil {
		return err
	}
	there := map[string]sight{}
	for _, m := range meetings {
		if !m.IsDir() || strings.HasPrefix(m.Name(), ".") {
			continue
		}
		if err := v.lookAt(ctx, m.Name(), there); err != nil {
			return err
		}
	}
	v.seen = there
	return nil
}

// lookAt looks at one meeting's folder and takes in what is whole.
func (v *vigil) lookAt(ctx context.Context, meeting string, there map[string]sight) error {
	folder := filepath.Join(v.Folder, meeting)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	for _, b := range rostrum.Bundles(names) {
		var bundle []string
		main, whole := false, true
		for _, f := range b.Files {
			path := filepath.Join(folder, names[f.Index])
			s, settled := v.settled(path)
			there[path] = s
			main = main || f.Kind == rostrum.RecordingFile
			whole = whole && settled
			bundle = append(bundle, path)
		}
		if main && whole && ctx.Err() == nil {
			v.take(ctx, meeting, b, names, bundle)
		}
	}
	return nil
}

// settled says whether a file has been left alone for long enough and nobody has it open for writing.
func (v *vigil) settled(path string) (sight, bool) {
	for _, ending := range unfinishedEndings {
		if strings.EqualFold(filepath.Ext(path), ending) {
			return sight{}, false
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return sight{}, false
	}
	now := v.Now()
	s := sight{info.Size(), info.ModTime(), now}
	if before, ok := v.seen[path]; ok && before.size == s.size && before.mod.Equal(s.mod) {
		s.since = before.since
	}
	return s, now.Sub(s.since) >= v.Settle && !beingWritten(path)
}

// take takes one bundle in, and puts its files where everybody sees what became of it.
func (v *vigil) take(ctx context.Context, meeting string, b rostrum.Bundle, names, paths []string) {
	d := &rostrum.Delivery{ID: rostrum.DeliveryID(catalogue.NewID()), Origin: rostrum.FromFolder, Form: rostrum.DeliveryForm{Meeting: meeting},
		State: rostrum.DeliverySubmitted, Created: v.Now(), Touched: v.Now()}
	for i, f := range b.Files {
		size := int64(0)
		if info, err := os.Stat(paths[i]); err == nil {
			size = info.Size()
		}
		d.Files = append(d.Files, rostrum.DeliveryFile{Name: names[f.Index], Kind: f.Kind, Language: f.Language, Bytes: size, Received: size, Position: i})
	}
	receipt, err := v.receiveFrom(ctx, d, func(i int) (io.ReadCloser, error) { return os.Open(paths[i]) })
	if err != nil && (ctx.Err() != nil || rostrum.ErrorCode(err) == rostrum.Unavailable || rostrum.ErrorCode(err) == rostrum.Internal) {
		v.Log.Warn("a recording in the watched folder could not be taken in, and will be tried again", "name", b.Stem, "error", err)
		return
	}
	to := takenFolder
	if err != nil {
		to = refusedFolder
		d.State, d.Failure = rostrum.DeliveryRefused, rostrum.ErrorMessage(err)
	} else {
		d.State, d.Recording = rostrum.DeliveryTaken, receipt.Recording.ID
	}
	if err := v.setAside(paths, to, b.Stem, d.Failure); err != nil {
		v.Log.Warn("what was taken from the watched folder could not be moved aside", "name", b.Stem, "error", err)
	}
	if err := v.recordDelivery(ctx, d); err != nil {
		v.Log.Warn("what became of a recording in the watched folder could not be noted", "name", b.Stem, "error", err)
	}
}

// receiveFrom takes in what a delivery lists, with its files opened by open.
func (p *Pipeline) receiveFrom(ctx context.Context, d *rostrum.Delivery, open func(i int) (io.ReadCloser, error)) (*Receipt, error) {
	in, err := p.incoming(ctx, d, string(d.Origin), false)
	if err != nil {
		return nil, err
	}
	var opened []io.Closer
	defer func() {
		for _, c := range opened {
			c.Close()
		}
	}()
	main, beside := false, 0
	for i, f := range d.Files {
		content, err := open(i)
		if err != nil {
			return nil, rostrum.Errorf(rostrum.Unavailable, "%s can't be read; check its rights.", f.Name).Because(err)
		}
		opened = append(opened, content)
		switch f.Kind {
		case rostrum.RecordingFile:
			if main {
				return nil, rostrum.Errorf(rostrum.Invalid, "Two files could be the recording, %s and %s; give each its own name.", in.Name, f.Name)
			}
			in.Content, in.Arrived, main = content, nil, true
		case rostrum.SoundBesides:
			in.Beside[beside].Content, in.Beside[beside].Arrived = content, nil
			beside++
		default:
			data, err := io.ReadAll(io.LimitReader(content, largestSideFile+1))
			if err != nil || len(data) > largestSideFile {
				return nil, rostrum.Errorf(rostrum.TooLarge, "%s is larger than %d MB, or can't be read; please check that it is the right file.", f.Name, largestSideFile>>20).Because(err)
			}
			if f.Kind == rostrum.SheetFile {
				in.Sheet.Data = data
			} else {
				in.Captions[f.Language] = SideFile{Name: f.Name, Data: data}
			}
		}
	}
	return p.Receive(ctx, in)
}

// recordDelivery notes what became of a delivery that no browser has sent.
func (p *Pipeline) recordDelivery(ctx context.Context, d *rostrum.Delivery) error {
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		// What was refused before and has come again is settled by this.
		before, err := tx.Deliveries(ctx, p.Now())
		if err != nil {
			return err
		}
		for _, x := range before {
			if x.Origin == d.Origin && x.State == rostrum.DeliveryRefused && x.Form.Meeting == d.Form.Meeting && x.Files[0].Name == d.Files[0].Name {
				if err := tx.DeleteDelivery(ctx, x.ID); err != nil {
					return err
				}
			}
		}
		if err := tx.PutDelivery(ctx, d); err != nil {
			return err
		}
		what := "taken"
		if d.Failure != "" {
			what = d.Failure
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: string(d.Origin), Action: "send", Subject: string(d.ID), Detail: d.Form.Meeting + ": " + fileNames(d) + ": " + what})
	})
}

// setAside moves files into a folder beside them, with the reason as a text when there is one.
func (v *vigil) setAside(paths []string, to, stem, why string) error {
	folder := filepath.Join(filepath.Dir(paths[0]), to)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var err error
	for _, path := range paths {
		err = errors.Join(err, os.Rename(path, free(filepath.Join(folder, filepath.Base(path)))))
	}
	if why != "" {
		err = errors.Join(err, os.WriteFile(free(filepath.Join(folder, stem+".why.txt")), []byte(why+"\n"), 0o644))
	}
	return err
}

// free is a path that is not taken: the wanted one, or with a number before its ending.
func free(path string) string {
	ending := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ending)
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return path
		}
		path = fmt.Sprintf("%s (%d)%s", stem, n, ending)
	}
}
