package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/media"
)

// ours is what one run of Rostrum took.
type ours struct {
	recording *rostrum.Recording
	first     float64 // s from the start of Receive until the first segment of every rung was in the store
	encoded   cost    // from the start of Receive until the recording was surveyed and encoded
	watchable cost    // … and until all of it, as one intervention, was ready
	cut       cost    // interventions of the encoded recording, all together
	cutLength float64 // s of film in them
	cutEdges  float64 // s of film encoded for them
	moved     cost    // one cut point, until the new revision was ready
	edge      float64 // s of that until the new edges were in the store
	all       cost    // everything
	memory    float64 // MB, peak of this process until then; of earlier runs too
}

// runOurs takes the film in, cuts it into n interventions and moves one cut point, in a folder that it removes.
func runOurs(ctx context.Context, tools media.Tools, folder string, f film, n int) (o ours, err error) {
	defer os.RemoveAll(folder)
	w, stop, err := openWork(ctx, tools, folder)
	if err != nil {
		return o, err
	}
	defer stop()
	begin, err := now()
	if err != nil {
		return o, err
	}
	receipt, err := w.take(ctx, f, nil)
	if err != nil {
		return o, err
	}
	id := receipt.Recording.ID
	if err = encoded(ctx, w.Catalogue, id); err != nil {
		return o, err
	}
	if o.encoded, err = since(begin); err != nil {
		return o, err
	}
	if err = ready(ctx, w.Catalogue, id); err != nil {
		return o, err
	}
	if o.watchable, err = since(begin); err != nil {
		return o, err
	}
	if o.recording, err = w.Catalogue.Recording(ctx, id); err != nil {
		return o, err
	}
	whole := receipt.Interventions[0]
	if o.first, err = w.lastStored(ctx, whole.ID, 1, begin.at, func(i int, _ rostrum.File) bool { return i == 0 }); err != nil {
		return o, err
	}
	if err = w.cut(ctx, f, n, &o); err != nil {
		return o, err
	}
	if err = w.move(ctx, whole, &o); err != nil {
		return o, err
	}
	o.all, err = since(begin)
	o.memory = peakMemory()
	return o, err
}

// cut brings the same film once more, now with a cut list: what is new in it is cut from what is encoded.
func (w *work) cut(ctx context.Context, f film, n int, o *ours) error {
	r := o.recording
	length := r.Frames * 3 / 4
	var sheet strings.Builder
	sheet.WriteString("in\tout\ttitle\n")
	for i := range rostrum.Frame(n) {
		in := 13 + i*(r.Frames-length-26)/rostrum.Frame(n) // odd, so that no cut falls on a segment's start
		fmt.Fprintf(&sheet, "%s\t%s\tIntervention %d\n", atSecond(r.Rate, in), atSecond(r.Rate, in+length), i+1)
	}
	begin, err := now()
	if err != nil {
		return err
	}
	receipt, err := w.take(ctx, f, &pipeline.SideFile{Name: "cuts.csv", Data: []byte(sheet.String())})
	if err != nil {
		return err
	}
	if err := ready(ctx, w.Catalogue, r.ID); err != nil {
		return err
	}
	if o.cut, err = since(begin); err != nil {
		return err
	}
	if len(receipt.Interventions) != n+1 {
		return fmt.Errorf("%d interventions after cutting, not %d", len(receipt.Interventions), n+1)
	}
	for _, x := range receipt.Interventions {
		if x.Span == (rostrum.Span{Out: r.Frames}) {
			continue
		}
		revision, err := w.Catalogue.Revision(ctx, x.ID, x.Revision)
		if err != nil {
			return err
		}
		o.cutLength += r.Rate.Duration(x.Span.Len()).Seconds()
		o.cutEdges += r.Rate.Duration(rostrum.Frame(revision.EncodedFrames)).Seconds()
	}
	return nil
}

func atSecond(rate rostrum.Rate, f rostrum.Frame) string {
	d := rate.Duration(f)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}

// move takes one cut point of the longest intervention back by a little over a second.
func (w *work) move(ctx context.Context, x *rostrum.Intervention, o *ours) error {
	begin, err := now()
	if err != nil {
		return err
	}
	number, err := w.Recut(ctx, x.ID, rostrum.Span{In: x.Span.In, Out: o.recording.Frames - 31}, "bench")
	if err != nil {
		return err
	}
	if err := ready(ctx, w.Catalogue, o.recording.ID); err != nil {
		return err
	}
	if o.moved, err = since(begin); err != nil {
		return err
	}
	o.edge, err = w.lastStored(ctx, x.ID, number, begin.at, func(_ int, f rostrum.File) bool { return !f.Shared })
	return err
}

// lastStored is how long after begin the last of those picture segments of a revision that are wanted came into the store, in seconds.
func (w *work) lastStored(ctx context.Context, id rostrum.InterventionID, number int, begin time.Time, want func(i int, f rostrum.File) bool) (float64, error) {
	revision, err := w.Catalogue.Revision(ctx, id, number)
	if err != nil {
		return 0, err
	}
	if revision.Manifest == nil {
		return 0, fmt.Errorf("revision %d of %s is %s: %s", number, id, revision.State, revision.Failure)
	}
	last := 0.0
	for _, p := range revision.Manifest.Pictures {
		for i, s := range p.Segments {
			file := revision.Manifest.Files[s.Name]
			if !want(i, file) {
				continue
			}
			info, err := w.Store.Stat(ctx, file.Key)
			if err != nil {
				return 0, err
			}
			last = max(last, info.Modified.Sub(begin).Seconds())
		}
	}
	return last, nil
}
