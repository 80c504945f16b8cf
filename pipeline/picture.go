package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"slices"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// cutPicture makes the picture by reference: the recording's shared segments that lie wholly inside, and an edge at each
// end encoded anew from the original.
func (w *rendering) cutPicture(ctx context.Context) error {
	r := w.recording
	if r.Source.Video == nil {
		return nil
	}
	grid := r.Grid()
	cut := grid.Cut(w.revision.Span)
	shared, err := w.sharedSegments(ctx)
	if err != nil {
		return err
	}
	pictures := make([]rostrum.Picture, len(r.Rungs))
	for i, rung := range r.Rungs {
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
		if edges[edge], err = w.encodeEdge(ctx, edge); err != nil {
			return err
		}
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
	w.manifest.Pictures = pictures
	return nil
}

// place is where a shared segment stands: its rung, and its number on the timeline.
type place struct {
	rung   string
	number int
}

// sharedSegments lists the recording's encoded segments.
func (w *rendering) sharedSegments(ctx context.Context) (map[place]rostrum.File, error) {
	chunks, err := w.Catalogue.Chunks(ctx, w.recording.ID)
	if err != nil {
		return nil, err
	}
	files := map[place]rostrum.File{}
	for _, c := range chunks {
		for _, s := range c.Segments {
			name := segmentName(w.recording, s.Rung, s.Number, s.Run)
			files[place{s.Rung, s.Number}] = rostrum.File{Key: segmentKey(w.recording, name), Type: segmentType, Bytes: s.Bytes, SHA256: s.SHA256, Shared: true}
		}
	}
	return files, nil
}

// encodeEdge encodes a span shorter than a segment, and gives its segment in each rung.
func (w *rendering) encodeEdge(ctx context.Context, edge rostrum.Span) ([]rostrum.Segment, error) {
	r := w.recording
	made := make([]rostrum.Segment, len(r.Rungs))
	padded, err := w.encodePictures(ctx, w.source, r, []rostrum.Span{edge}, func(rung int, s fmp4.Segment) error {
		name := secretName(r.Secret, "edge", w.intervention.ID, w.revision.Number, r.Rungs[rung].Name, edge.In)
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

// makeDownloads makes the files to take away, by stream copy: the picture at its largest and, for slow lines, at 360 lines,
// and the small sound.
func (w *rendering) makeDownloads(ctx context.Context) error {
	m := w.manifest
	sound := ""
	for i, s := range m.Sounds {
		if s.Quality == rostrum.SmallSound {
			if err := w.download(ctx, rostrum.AudioName, "audio/mp4", "", w.sounds[i], 0); err != nil {
				return err
			}
		} else if sound == "" {
			sound = w.sounds[i]
		}
	}
	if len(m.Pictures) == 0 {
		return nil
	}
	take := map[string]*rostrum.Picture{rostrum.MP4Name: &m.Pictures[0]}
	if i := slices.IndexFunc(m.Pictures, func(p rostrum.Picture) bool { return p.Name == "360" }); i > 0 {
		take[rostrum.SmallMP4Name] = &m.Pictures[i]
	}
	for name, p := range take {
		path, err := w.join(ctx, &p.Stream, int64(p.Step())*media.Ticks(w.recording.Rate), "picture-"+name)
		if err != nil {
			return err
		}
		if err := w.download(ctx, name, mp4Type, path, sound, int64(p.Pictures(m.Span.Len()))); err != nil {
			return err
		}
		os.Remove(path) // a long intervention need not lie here twice
	}
	return nil
}

// download makes one file to take away and checks that it has as many pictures as it should.
func (w *rendering) download(ctx context.Context, name, mediaType, picture, sound string, pictures int64) error {
	out := w.local("out-" + name)
	title := w.intervention.Title
	if w.intervention.Speaker != "" && w.intervention.Speaker != title {
		title = w.intervention.Speaker + ": " + title
	}
	if err := w.Tools.MuxMP4(ctx, picture, sound, out, title); err != nil {
		return err
	}
	found, err := w.Tools.Verify(ctx, out)
	if err != nil {
		return err
	}
	if found.Pictures != pictures {
		return fmt.Errorf("%s has %d pictures, not %d", name, found.Pictures, pictures)
	}
	digest, err := digestFile(out)
	if err != nil {
		return err
	}
	info, err := w.Store.Adopt(ctx, w.key(name), out)
	if err != nil {
		return err
	}
	w.list(name, rostrum.File{Key: w.key(name), Type: mediaType, Bytes: info.Size, SHA256: digest})
	return nil
}
