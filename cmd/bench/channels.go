package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"rostrum"
)

const channelsAbout = "a film with seven mono channels, all of it one intervention: survey, ladder, and of each channel three qualities, levelled, with an MP4 in " +
	"two sizes and two files of sound. Bare is one ffmpeg command with the same ladder, sounds and files, but no survey, measurement or report."

// channels are the floor and six booths.
func channels() []string { return []string{rostrum.Floor, "en", "fr", "es", "ar", "zh", "ru"} }

// channelRun is what one run of Rostrum took.
type channelRun struct {
	recording *rostrum.Recording
	all       cost // from the start of Receive until the intervention was ready
	cutting   cost // of that, what came after the recording was surveyed and encoded
	steps     []step
}

func channelsSection(ctx context.Context, b *bench) ([]line, error) {
	var voices []string
	for i := range channels() {
		voices = append(voices, noisyVoice(i))
	}
	f, err := b.makeFilm(ctx, "channels", b.length, voices)
	if err != nil {
		return nil, err
	}
	f.channels = channels()
	var ours []channelRun
	var bare []cost
	for i := range b.runs {
		say("run %d of %d", i+1, b.runs)
		o, err := b.runChannels(ctx, f, i == b.runs-1)
		if err != nil {
			return nil, err
		}
		c, err := b.bareChannels(ctx, f, o.recording)
		if err != nil {
			return nil, err
		}
		ours, bare = append(ours, o), append(bare, c)
	}
	return channelLines(ours, bare, b.level), nil
}

func channelLines(ours []channelRun, bare []cost, level string) []line {
	var wall, cpu, bareWall, bareCPU, cutting []float64
	for i, o := range ours {
		wall, cpu = append(wall, o.all.wall), append(cpu, o.all.cpu())
		bareWall, bareCPU = append(bareWall, bare[i].wall), append(bareCPU, bare[i].cpu())
		cutting = append(cutting, o.cutting.cpu())
	}
	lines := []line{
		compared("whole job, wall; bare with "+level, "s", wall, bareWall),
		compared("whole job, CPU; bare with "+level, "s", cpu, bareCPU),
		figure("cutting, which is part of it, CPU", "s", cutting),
	}
	last := ours[len(ours)-1]
	rest := last.cutting.cpu()
	for _, s := range last.steps {
		if !s.within {
			rest -= s.cpu
		}
		lines = append(lines, figure("  "+s.what, "% of cutting", []float64{100 * s.cpu / last.cutting.cpu()}))
	}
	return append(lines, figure("  all else: stills, playlists, storing, bookkeeping", "% of cutting", []float64{100 * rest / last.cutting.cpu()}))
}

// runChannels lets Rostrum do the whole job in a folder that it removes, and at the end, with steps, the parts of the cutting once more,
// one by one.
func (b *bench) runChannels(ctx context.Context, f film, steps bool) (o channelRun, err error) {
	folder := filepath.Join(b.folder, "ours")
	defer os.RemoveAll(folder)
	w, stop, err := openWork(ctx, b.tools, folder)
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
	cutting, err := now()
	if err != nil {
		return o, err
	}
	if err = ready(ctx, w.Catalogue, id); err != nil {
		return o, err
	}
	if o.all, err = since(begin); err != nil {
		return o, err
	}
	if o.cutting, err = since(cutting); err != nil {
		return o, err
	}
	if o.recording, err = w.Catalogue.Recording(ctx, id); err != nil || !steps {
		return o, err
	}
	m, err := w.made(ctx, receipt.Interventions[0])
	if err != nil {
		return o, err
	}
	o.steps, err = w.stepByStep(ctx, f, o.recording, m, filepath.Join(folder, "work"))
	return o, err
}

// made is the manifest of the only revision, which must have all sounds.
func (w *work) made(ctx context.Context, x *rostrum.Intervention) (*rostrum.Manifest, error) {
	revision, err := w.Catalogue.Revision(ctx, x.ID, x.Revision)
	if err != nil {
		return nil, err
	}
	m := revision.Manifest
	if want := len(channels()); m == nil || len(m.Sounds) != 3*want {
		return nil, fmt.Errorf("the intervention has not all sounds of %d channels", want)
	}
	return m, nil
}
