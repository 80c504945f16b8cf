package releasing

import (
	"context"
	"sync"

	"rostrum"
)

// digest is what lists tell of a revision that is ready. It never changes.
type digest struct {
	quality *rostrum.Quality
	silent  []rostrum.Language // booths that say nothing
}

type digestKey struct {
	intervention rostrum.InterventionID
	revision     int
}

// digests keeps digests, since a manifest is a thousand times as large.
type digests struct {
	mu   sync.Mutex
	kept map[digestKey]digest
}

const mostDigests = 20_000 // about 40 MB

func newDigests() *digests { return &digests{kept: map[digestKey]digest{}} }

func (d *digests) get(k digestKey) (digest, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	x, ok := d.kept[k]
	return x, ok
}

func (d *digests) put(k digestKey, x digest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) >= mostDigests {
		clear(d.kept)
	}
	d.kept[k] = x
}

// newest gives what is told of an intervention's newest revision, and whether it is ready.
func (a *area) newest(ctx context.Context, x *rostrum.Intervention) (digest, bool, error) {
	key := digestKey{x.ID, x.Revision}
	if d, ok := a.kept.get(key); ok {
		return d, true, nil
	}
	if x.Recording == "" || x.Revision == 0 {
		return digest{}, false, nil
	}
	r, err := a.p.Catalogue.Revision(ctx, x.ID, x.Revision)
	if err != nil || r.State != rostrum.Ready || r.Manifest == nil {
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			err = nil
		}
		return digest{}, false, err
	}
	d := digest{r.Manifest.Quality, r.Manifest.Silent}
	a.kept.put(key, d)
	return d, true, nil
}
