package pipeline

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/storage/objects"
)

// unclaimedFor is how long an original may lie in the store without a recording: longer than any transfer takes from its last
// byte to the row.
const unclaimedFor = 24 * time.Hour

// Sweep removes what processes that were killed have left in the store: uploads that never ended, and originals whose
// intake was cut off before anybody was told that they had arrived; and what is left of interventions that were taken off their recording. The original of a recording is never touched.
func (p *Pipeline) Sweep(ctx context.Context) error {
	old := p.Now().Add(-unclaimedFor)
	if _, err := p.Store.SweepUnfinished(ctx, old); err != nil {
		return err
	}
	if err := p.sweepWork(old); err != nil {
		return err
	}
	if err := p.sweepUncut(ctx, old); err != nil {
		return err
	}
	var unclaimed []string
	err := p.Store.List(ctx, "originals", func(o objects.Info) error {
		if o.Modified.After(old) {
			return nil
		}
		id, part := intake.Owner(path.Base(o.Key))
		r, err := p.Catalogue.Recording(ctx, id)
		if rostrum.ErrorCode(err) == rostrum.NotFound || err == nil && !claims(r, part) {
			unclaimed, err = append(unclaimed, o.Key), nil
		}
		return err
	})
	for _, key := range unclaimed {
		if err == nil {
			err = p.Store.Delete(ctx, key)
		}
	}
	return err
}

// claims says whether an original is one of a recording's.
func claims(r *rostrum.Recording, part string) bool {
	return part == "" || r.Source.File(part) != nil || slices.ContainsFunc(r.Source.Parts, func(p rostrum.Part) bool { return p.ID == part })
}

// sweepWork removes the folders of recordings whose intake was cut off while their parts were being joined: nobody can tell
// whose a younger one is.
func (p *Pipeline) sweepWork(old time.Time) error {
	left, err := filepath.Glob(filepath.Join(p.Work, "media-*"))
	if err != nil {
		return err
	}
	for _, folder := range left {
		if info, err := os.Stat(folder); err == nil && info.ModTime().Before(old) {
			err = os.RemoveAll(folder)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
