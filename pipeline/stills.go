package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/pipeline/poster"
)

// makeStills makes the poster, from the original, and the storyboard, from the key frames of the smallest rung: one
// picture for each segment.
func (w *rendering) makeStills(ctx context.Context) error {
	m, r := w.manifest, w.recording
	if r.Source.Video == nil {
		return w.drawPoster(ctx)
	}
	if w.same(stillsPart, stillsPlan, m.Recipes[picturePart(rostrum.H264)]) {
		for name := range w.before.Files {
			if strings.HasPrefix(name, "poster") || strings.HasPrefix(name, "storyboard") {
				w.take(name)
			}
		}
		return nil
	}
	survey, err := w.stills(ctx, r.ID)
	if err != nil {
		return err
	}
	large, small, err := w.Tools.Poster(ctx, w.source, r.Source, r.Rate, posterFrame(m.Span, survey.Stills))
	if err != nil {
		return err
	}
	if err := w.add(ctx, rostrum.PosterName, "image/jpeg", large); err != nil {
		return err
	}
	if err := w.add(ctx, rostrum.SmallPosterName, "image/jpeg", small); err != nil {
		return err
	}

	smallest := w.smallest()
	path, err := w.oneFile(ctx, &smallest.Stream, smallest.Playlist, int64(smallest.Step())*media.Ticks(r.Rate))
	if err != nil {
		return err
	}
	board, err := w.Tools.Storyboard(ctx, path, smallest.Rung, r.Rate, func(i int, jpeg []byte) error {
		return w.add(ctx, sheetName(i), "image/jpeg", jpeg)
	})
	if err != nil {
		return err
	}
	if len(board.Stills) != len(smallest.Segments) {
		return fmt.Errorf("storyboard has %d pictures for %d segments", len(board.Stills), len(smallest.Segments))
	}
	return w.add(ctx, rostrum.StoryboardName, "text/vtt; charset=utf-8", []byte(storyboard(board, &smallest.Stream)))
}

// The part of the revision that the stills are, and what is part of its recipe: raise it when anything changes what they look like.
const (
	stillsPart = "stills"
	stillsPlan = "1"
)

// smallest is the smallest picture in H.264.
func (w *rendering) smallest() *rostrum.Picture {
	for i := range slices.Backward(w.manifest.Pictures) {
		if p := &w.manifest.Pictures[i]; p.Codec == rostrum.H264 {
			return p
		}
	}
	return nil
}

// drawPoster draws the poster of an intervention without a picture: its floor's waveform.
func (w *rendering) drawPoster(ctx context.Context) error {
	floor := w.recording.Source.Floor()
	if floor == nil {
		return nil
	}
	survey, err := w.soundSurvey(ctx, w.recording.ID, floor.Name)
	if err != nil {
		return err
	}
	at := func(f rostrum.Frame) int {
		return min(2*int(w.recording.Rate.Samples(f, media.PeaksPerSecond)), len(survey.Peaks))
	}
	peaks := survey.Peaks[at(w.revision.Span.In):at(w.revision.Span.Out)]
	for name, width := range map[string]int{rostrum.PosterName: media.PosterWidth, rostrum.SmallPosterName: media.SmallPosterWidth} {
		jpeg, err := poster.Draw(peaks, width, width*9/16)
		if err != nil {
			return err
		}
		if err := w.add(ctx, name, "image/jpeg", jpeg); err != nil {
			return err
		}
	}
	return nil
}

func sheetName(i int) string { return fmt.Sprintf("storyboard-%d.jpg", i) }

// storyboard writes the WebVTT by which players find the picture for a time.
func storyboard(board media.Stills, s *rostrum.Stream) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	at := int64(0)
	perSheet := media.SheetColumns * media.SheetRows
	for i, g := range s.Segments {
		n := i % perSheet
		fmt.Fprintf(&b, "\n%s --> %s\n%s#xywh=%d,%d,%d,%d\n", clock(at, s.Clock), clock(at+g.Time, s.Clock), sheetName(i/perSheet),
			n%media.SheetColumns*media.StillWidth, n/media.SheetColumns*board.Height, media.StillWidth, board.Height)
		at += g.Time
	}
	return b.String()
}

func clock(ticks, perSecond int64) string {
	ms := time.Duration(ticks*1000/perSecond) * time.Millisecond
	return fmt.Sprintf("%02d:%02d:%02d.%03d", int(ms.Hours()), int(ms.Minutes())%60, int(ms.Seconds())%60, ms.Milliseconds()%1000)
}

// Lumas between which a picture is neither too dark nor burnt out to stand for a speech (Recommendation ITU-R BT.709 codes
// black as 16 and white as 235).
const (
	darkest   = 40
	brightest = 215
)

// posterFrame chooses the still with the most contrast inside the span, away from its first seconds, where speakers still
// walk up; the frame at a third of the span when there is none.
func posterFrame(s rostrum.Span, stills []media.Still) rostrum.Frame {
	best, contrast := s.In+s.Len()/3, 0.0
	for _, x := range stills {
		if x.Frame < s.In+s.Len()/10 || x.Frame >= s.Out || x.Brightness < darkest || x.Brightness > brightest {
			continue
		}
		if x.Contrast > contrast {
			best, contrast = x.Frame, x.Contrast
		}
	}
	return best
}
