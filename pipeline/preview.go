package pipeline

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/pipeline/hls"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
)

// The preview is for those who cut a recording, and for nobody else: its names are easily guessed and cover the whole of it.
const (
	previewInit   = "init.mp4"
	previewLines  = 360 // enough to know a face by, at a tenth of the bytes of the largest
	leastLines    = 240
	segmentPrefix = "seg-"
	segmentSuffix = ".m4s"
)

// previewRung chooses the rung at the full rate whose size is nearest to 360 lines, and of two as near the smaller; nil without a picture.
func previewRung(r *rostrum.Recording) *rostrum.Rung {
	off := func(g *rostrum.Rung) int {
		short := min(g.Width, g.Height)
		worse := 0
		if g.HalfRate || short < leastLines { // only where there is no other
			worse = 1 << 20
		}
		return worse + max(short-previewLines, previewLines-short)
	}
	var best *rostrum.Rung
	ladder := r.Ladder(rostrum.H264)
	for i := range ladder {
		if g := &ladder[i]; best == nil || off(g) <= off(best) {
			best = g
		}
	}
	return best
}

// preview gives a recording with a picture, the rung of its preview, and its segments in that rung which are there, by number.
func (p *Pipeline) preview(ctx context.Context, id rostrum.RecordingID) (*rostrum.Recording, *rostrum.Rung, map[int]catalogue.ChunkSegment, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	rung := previewRung(r)
	if rung == nil {
		return nil, nil, nil, rostrum.Errorf(rostrum.NotFound, "The recording %q has no picture.", r.Name)
	}
	chunks, err := p.Catalogue.Chunks(ctx, id, rostrum.H264)
	if err != nil {
		return nil, nil, nil, err
	}
	there := map[int]catalogue.ChunkSegment{}
	for _, c := range chunks {
		for _, s := range c.Segments {
			if c.Done && s.Rung == rung.Name {
				there[s.Number] = s
			}
		}
	}
	if len(there) == 0 {
		return nil, nil, nil, rostrum.Errorf(rostrum.Conflict, "Nothing of the picture of %q is encoded yet; try again in a minute.", r.Name)
	}
	return r, rung, there, nil
}

// PreviewPlaylist writes a media playlist of the whole recording in one small size, with gaps where it is not encoded yet, and says which
// share of its length is there, from 0 to 1. At 1 it changes no more. PreviewFile finds the files that it names. It gives NotFound for a
// recording without a picture, and Conflict while nothing is encoded yet; then the caller tries again.
func (p *Pipeline) PreviewPlaylist(ctx context.Context, id rostrum.RecordingID) (playlist []byte, done float64, err error) {
	r, _, there, err := p.preview(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	grid := r.Grid()
	var pieces []hls.Piece
	have := rostrum.Frame(0)
	for n := range grid.Segments() {
		span := grid.Segment(n)
		s, ok := there[n]
		if ok {
			have += span.Len()
		}
		pieces = append(pieces, hls.Piece{Missing: !ok, Segment: rostrum.Segment{
			Name: fmt.Sprintf(segmentPrefix+"%d"+segmentSuffix, n), Time: int64(span.Len()) * media.Ticks(r.Rate), Bytes: s.Bytes}})
	}
	return []byte(hls.Preview(previewInit, media.Timescale(r.Rate), pieces)), float64(have) / float64(max(1, r.Frames)), nil
}

// PreviewFile finds a file that PreviewPlaylist names: where it lies in the store, and its media type. It gives NotFound for any other name,
// and for a segment that is not encoded yet.
func (p *Pipeline) PreviewFile(ctx context.Context, id rostrum.RecordingID, name string) (key, mediaType string, err error) {
	r, rung, there, err := p.preview(ctx, id)
	if err != nil {
		return "", "", err
	}
	if name == previewInit {
		return initKey(r, rung.Name), mp4Type, nil
	}
	number, isSegment := strings.CutPrefix(name, segmentPrefix)
	number, ends := strings.CutSuffix(number, segmentSuffix)
	n, err := strconv.Atoi(number)
	s, ok := there[n]
	if !isSegment || !ends || err != nil || !ok {
		return "", "", rostrum.Errorf(rostrum.NotFound, "The preview has no such piece, or not yet; load it anew.")
	}
	return segmentKey(r, segmentName(r, s.Rung, s.Number, s.Run)), segmentType, nil
}

// Original opens the file that a recording is read from, for browsers that play it, with its media type. It gives NotFound unless
// media.Playable says that they can be expected to. The caller closes it.
func (p *Pipeline) Original(ctx context.Context, id rostrum.RecordingID) (*objects.Object, string, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if !media.Playable(r.Source) {
		return nil, "", rostrum.Errorf(rostrum.NotFound, "Browsers can't be expected to play %q as it came; use the preview.", r.Name)
	}
	mediaType := mp4Type
	if r.Source.Container == "matroska" {
		mediaType = "video/webm"
	}
	o, err := p.Store.Open(ctx, mediaKey(r))
	return o, mediaType, err
}
