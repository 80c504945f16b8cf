package pipeline

import (
	"context"
	"fmt"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions"
	"rostrum/pipeline/hls"
)

func captionName(l rostrum.Language, tail string) string {
	return "captions-" + strings.ToLower(string(l)) + tail
}

// hlsCaptions is the caption file of the playlist: its header ties it to the recording's time.
func hlsCaptions(l rostrum.Language) string { return captionName(l, "-hls.vtt") }

// sliceCaptions cuts every caption track of the recording to the intervention, re-timed. Nothing is dropped silently: a
// track without a caption here leaves a notice.
func (w *rendering) sliceCaptions(ctx context.Context) error {
	r, span := w.recording, w.revision.Span
	tracks, err := w.Catalogue.CaptionTracks(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, track := range tracks {
		data, err := w.read(ctx, track.Object)
		if err != nil {
			return err
		}
		whole, _, err := captions.Parse(data, track.Language)
		if err != nil {
			return err
		}
		slice := captions.Slice(whole, r.Rate.Duration(span.In), r.Rate.Duration(span.Out), captions.SliceOptions{})
		if len(slice.Cues) == 0 {
			w.notice("The captions in %s (%s) have nothing in this intervention.", hls.OwnName("", track.Language), track.Language)
			continue
		}
		c := rostrum.CaptionSlice{Language: track.Language, Cues: len(slice.Cues), Playlist: captionName(track.Language, ".m3u8"),
			VTT: captionName(track.Language, ".vtt"), SRT: captionName(track.Language, ".srt")}
		// Players count from the recording's own time, which the segments carry: 90 kHz ticks at the in point.
		start := captions.VTTOptions{TimestampMap: true, MPEGTS: r.Rate.Samples(span.In, 90_000)}
		for _, f := range []struct {
			name, mediaType string
			data            []byte
		}{
			{c.VTT, "text/vtt; charset=utf-8", captions.WriteVTT(slice, captions.VTTOptions{})},
			{hlsCaptions(track.Language), "text/vtt; charset=utf-8", captions.WriteVTT(slice, start)},
			{c.SRT, "application/x-subrip; charset=utf-8", captions.WriteSRT(slice)},
		} {
			if err := w.add(ctx, f.name, f.mediaType, f.data); err != nil {
				return fmt.Errorf("captions %s: %w", track.Language, err)
			}
		}
		w.manifest.Captions = append(w.manifest.Captions, c)
	}
	return nil
}
