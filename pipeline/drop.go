package pipeline

import (
	"context"
	"io"
	"path"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
)

// WatchDrop takes in what others put into a prefix of a bucket, until ctx ends: MEETING/x.mov with MEETING/x.csv and so on beside it. A
// bundle is taken once it looks the same twice, two looks apart; its files are then taken away, since the store has them. What is
// refused stays, beside x.why.txt, and is tried again when that text is deleted. One process watches a drop. every
// is the time between two looks; 0 is a minute.
func (p *Pipeline) WatchDrop(ctx context.Context, drop *objects.Drop, every time.Duration) {
	if every == 0 {
		every = time.Minute
	}
	w := &dropWatch{Pipeline: p, drop: drop, seen: map[string]objects.Info{}}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := w.look(ctx); err != nil && ctx.Err() == nil {
			p.Log.Warn("the drop could not be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type dropWatch struct {
	*Pipeline
	drop *objects.Drop
	seen map[string]objects.Info
}

// whyEnding is the name of the text that says why a bundle was refused.
const whyEnding = ".why.txt"

func (w *dropWatch) look(ctx context.Context) error {
	meetings, there, refused := map[string][]string{}, map[string]objects.Info{}, map[string]bool{}
	err := w.drop.List(ctx, func(o objects.Info) error {
		meeting, name, ok := strings.Cut(o.Key, "/")
		switch {
		case !ok || name == "" || strings.Contains(name, "/") || strings.HasPrefix(name, "."):
		case strings.HasSuffix(name, whyEnding):
			refused[strings.TrimSuffix(o.Key, whyEnding)] = true
		default:
			meetings[meeting] = append(meetings[meeting], name)
			there[o.Key] = o
		}
		return nil
	})
	if err != nil {
		return err
	}
	for meeting, names := range meetings {
		for _, b := range rostrum.Bundles(names) {
			main, still := false, true
			for _, f := range b.Files {
				key := meeting + "/" + names[f.Index]
				before, known := w.seen[key]
				now := there[key]
				main = main || f.Kind == rostrum.RecordingFile
				still = still && known && before.Size == now.Size && before.Modified.Equal(now.Modified)
			}
			if main && still && !refused[path.Join(meeting, b.Stem)] && ctx.Err() == nil {
				w.take(ctx, meeting, b, names, there)
			}
		}
	}
	w.seen = there
	return nil
}

func (w *dropWatch) take(ctx context.Context, meeting string, b rostrum.Bundle, names []string, there map[string]objects.Info) {
	d := &rostrum.Delivery{ID: rostrum.DeliveryID(catalogue.NewID()), Origin: rostrum.FromDrop, Form: rostrum.DeliveryForm{Meeting: meeting},
		State: rostrum.DeliverySubmitted, Created: w.Now(), Touched: w.Now()}
	key := func(i int) string { return meeting + "/" + names[b.Files[i].Index] }
	for i, f := range b.Files {
		size := there[key(i)].Size
		d.Files = append(d.Files, rostrum.DeliveryFile{Name: names[f.Index], Kind: f.Kind, Language: f.Language, Bytes: size, Received: size, Position: i})
	}
	receipt, err := w.receiveFrom(ctx, d, func(i int) (io.ReadCloser, error) { return w.drop.Open(ctx, key(i)) })
	switch {
	case err == nil:
		d.State, d.Recording = rostrum.DeliveryTaken, receipt.Recording.ID
		for i := range b.Files {
			if err := w.drop.Delete(ctx, key(i)); err != nil {
				w.Log.Warn("what was taken from the drop could not be taken away there", "name", key(i), "error", err)
			}
		}
	case ctx.Err() != nil || rostrum.ErrorCode(err) == rostrum.Unavailable || rostrum.ErrorCode(err) == rostrum.Internal:
		w.Log.Warn("a recording in the drop could not be taken in, and will be tried again", "name", b.Stem, "error", err)
		return
	default:
		d.State, d.Failure = rostrum.DeliveryRefused, rostrum.ErrorMessage(err)
		if err := w.drop.Put(ctx, meeting+"/"+b.Stem+whyEnding, d.Failure+" Correct it, delete this text, and it is tried again.\n"); err != nil {
			w.Log.Warn("the reason of a refusal could not be written into the drop", "name", b.Stem, "error", err)
		}
	}
	if err := w.recordDelivery(ctx, d); err != nil {
		w.Log.Warn("what became of a recording in the drop could not be noted", "name", b.Stem, "error", err)
	}
}
