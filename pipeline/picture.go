package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// cutPictures makes the picture by reference, in H.264 and in the other codecs that the recording is encoded in by now.
func (w *rendering) cutPictures(ctx context.Context) error {
	for _, codec := range []rostrum.Codec{rostrum.H264, rostrum.AV1} {
		rungs := w.recording.Ladder(codec)
		if len(rungs) == 0 {
			continue
		}
		shared, ok, err := w.sharedSegments(ctx, codec)
		if err != nil {
			return err
		}
		if codec != rostrum.H264 && (!ok || encoderFits(w.recording, codec) != nil) {
			continue // it comes with a later revision
		}
		if err := w.cutPicture(ctx, codec, rungs, shared); err != nil {
			return err
		}
	}
	return nil
}

func picturePart(codec rostrum.Codec) string { return "picture/" + string(codec) }

// cutPicture makes the picture in one codec: the recording's shared segments that lie wholly inside, and an edge at each end encoded
// anew from the original.
func (w *rendering) cutPicture(ctx context.Context, codec rostrum.Codec, rungs []rostrum.Rung, shared map[place]rostrum.File) error {
	r := w.recording
	grid := r.Grid()
	cut := grid.Cut(w.revision.Span)
	var inside []rostrum.Digest
	for _, rung := range rungs {
		for n := cut.First; n < cut.End; n++ {
			inside = append(inside, shared[place{rung.Name, n}].SHA256)
		}
	}
	if w.same(picturePart(codec), w.revision.Span, rungs, r.Encoder, r.EncoderAV1, inside) {
		for _, p := range w.before.Pictures {
			if p.Codec == codec {
				w.takeStream(&p.Stream)
				w.manifest.Pictures = append(w.manifest.Pictures, p)
			}
		}
		return nil
	}
	pictures := make([]rostrum.Picture, len(rungs))
	for i, rung := range rungs {
		init, err := w.read(ctx, initKey(r, rung.Name))
		if err != nil {
			return err
		}
		codecs, err := fmp4.Codecs(init)
		if err != nil {
			return err
		}
		name := "init-" + string(digestOf(init)[:16]) + ".mp4"
		w.list(name, rostrum.File{Key: initKey(r, rung.Name), Type: mp4Type, Bytes: int64(len(init)), SHA256: digestOf(init), Shared: true})
		pictures[i] = rostrum.Picture{Rung: rung, Playlist: "picture-" + rung.Name + ".m3u8",
			Stream: rostrum.Stream{Codecs: codecs, Clock: media.Timescale(r.Rate), Init: name}}
	}
	edges := map[rostrum.Span][]rostrum.Segment{}
	for _, edge := range cut.Edges() {
		made, err := w.encodeEdge(ctx, codec, edge)
		if err != nil {
			return err
		}
		edges[edge] = made
		w.encoded += int64(edge.Len())
	}
	for i := range pictures {
		p := &pictures[i]
		if cut.Head.Len() > 0 {
			p.Segments = append(p.Segments, edges[cut.Head][i])
		}
		for n := cut.First; n < cut.End; n++ {
			f, ok := shared[place{p.Name, n}]
			name := path.Base(f.Key)
			if !ok {
				return fmt.Errorf("segment %d of rung %s is not recorded as encoded", n, p.Name)
			}
			w.list(name, f)
			p.Segments = append(p.Segments, rostrum.Segment{Name: name, Time: int64(grid.Segment(n).Len()) * media.Ticks(r.Rate), Bytes: f.Bytes})
		}
		if cut.Tail.Len() > 0 {
			p.Segments = append(p.Segments, edges[cut.Tail][i])
		}
	}
	w.manifest.Pictures = append(w.manifest.Pictures, pictures...)
	return nil
}

// place is where a shared segment stands: its rung, and its number on the timeline.
type place struct {
	rung   string
	number int
}

// sharedSegments lists the recording's encoded segments in a codec, and says whether those under the cut are all there.
func (w *rendering) sharedSegments(ctx context.Context, codec rostrum.Codec) (map[place]rostrum.File, bool, error) {
	chunks, err := w.Catalogue.Chunks(ctx, w.recording.ID, codec)
	if err != nil {
		return nil, false, err
	}
	files, done := map[place]rostrum.File{}, map[int]bool{}
	for _, c := range chunks {
		done[c.Number] = c.Done
		for _, s := range c.Segments {
			name := segmentName(w.recording, s.Rung, s.Number, s.Run)
			files[place{s.Rung, s.Number}] = rostrum.File{Key: segmentKey(w.recording, name), Type: segmentType, Bytes: s.Bytes, SHA256: s.SHA256, Shared: true}
		}
	}
	return files, covered(w.recording, done, w.revision.Span), nil
}

// encodeEdge encodes a span shorter than a segment, and gives its segment in each rung.
func (w *rendering) encodeEdge(ctx context.Context, codec rostrum.Codec, edge rostrum.Span) ([]rostrum.Segment, error) {
	r := w.recording
	rungs := r.Ladder(codec)
	made := make([]rostrum.Segment, len(rungs))
	padded, err := w.encodePictures(ctx, w.source, r, codec, []rostrum.Span{edge}, func(rung int, s fmp4.Segment) error {
		name := secretName(r.Secret, "edge", w.intervention.ID, w.revision.Number, rungs[rung].Name, edge.In)
		made[rung] = rostrum.Segment{Name: name, Time: s.Ticks, Bytes: int64(len(s.Data))}
		return w.add(ctx, name, segmentType, s.Data)
	}, nil)
	if padded {
		w.notice("Some pictures near %s could not be decoded; the last good one is held there.", r.Timecode(edge.In))
	}
	return made, err
}

// join writes a stream of this revision into one local file, for what ffmpeg must read.
func (w *rendering) join(ctx context.Context, s *rostrum.Stream, step int64, name string) (local string, err error) {
	local = w.local(name)
	out, err := os.Create(local)
	if err != nil {
		return "", rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	defer func() {
		if e := out.Close(); err == nil {
			err = e
		}
	}()
	init, err := w.read(ctx, w.manifest.Files[s.Init].Key)
	if err != nil {
		return "", err
	}
	j, err := fmp4.NewJoin(out, init, step)
	if err != nil {
		return "", err
	}
	for _, g := range s.Segments {
		data, err := w.read(ctx, w.manifest.Files[g.Name].Key)
		if err != nil {
			return "", err
		}
		if err := j.Add(bytes.NewReader(data)); err != nil {
			return "", err
		}
	}
	return local, nil
}
