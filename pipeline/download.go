package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// downloadPlan is part of the recipe of every file to take away; raise it when anything changes what is written into them.
const downloadPlan = "2"

// download is one file to take away that must be made.
type download struct {
	name      string
	mediaType string
	take      media.Take
	want      fmp4.Counts // zero when nothing can be counted
}

// makeDownloads makes the files to take away, by stream copy: with each sound the picture at its largest and, for slow lines, at 360
// lines; and each sound alone. What the revision before has, made of the same, is taken over.
func (w *rendering) makeDownloads(ctx context.Context) error {
	folder := w.local("downloads")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	var all []download
	for _, s := range w.soundsOrNone() {
		var more []download
		var err error
		if s == nil || s.Quality == rostrum.FullSound {
			more, err = w.planPictures(ctx, s)
		} else {
			more, err = w.planSound(ctx, s)
		}
		if err != nil {
			return err
		}
		all = append(all, more...)
	}
	if len(all) == 0 {
		return nil
	}
	var takes []media.Take
	for i := range all {
		all[i].take.Out = filepath.Join(folder, all[i].name)
		takes = append(takes, all[i].take)
	}
	if err := w.Tools.Mux(ctx, takes...); err != nil {
		return err
	}
	for _, d := range all {
		if err := w.keepDownload(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// soundsOrNone are the manifest's sounds; one nil when it has none.
func (w *rendering) soundsOrNone() []*rostrum.Sound {
	var all []*rostrum.Sound
	for i := range w.manifest.Sounds {
		all = append(all, &w.manifest.Sounds[i])
	}
	if len(all) == 0 {
		all = append(all, nil)
	}
	return all
}

// meta is what is written into a file with a channel's sound; nil for none.
func (w *rendering) meta(s *rostrum.Sound) media.Meta {
	x := w.intervention
	meta := media.Meta{Title: x.Title, Artist: x.Speaker}
	if s != nil {
		meta.Language = s.Language
		if s.Interpreted() {
			meta.Comment = rostrum.InterpretationNotice(s.Language)
		}
	}
	return meta
}

// soundRecipe is what a channel's sound was made from, "" for none.
func (w *rendering) soundRecipe(s *rostrum.Sound) rostrum.Digest {
	if s == nil {
		return ""
	}
	return w.manifest.Recipes[soundPart(s.Channel)]
}

// planPictures plans an MP4 with one sound, or none, for each size of picture that is offered.
func (w *rendering) planPictures(ctx context.Context, s *rostrum.Sound) ([]download, error) {
	var all []download
	for i := range w.manifest.Pictures {
		p := &w.manifest.Pictures[i]
		name := rostrum.SmallMP4Name
		switch {
		case i == 0:
			name = rostrum.MP4Name
		case p.Codec != rostrum.H264 || p.Name != "360":
			continue
		}
		if s != nil {
			name = rostrum.NameIn(name, s.Channel)
		}
		meta := w.meta(s)
		if w.same("download/"+name, downloadPlan, w.manifest.Recipes[picturePart(p.Codec)], p.Name, w.soundRecipe(s), meta) {
			w.take(name)
			continue
		}
		d := download{name: name, mediaType: mp4Type, take: media.Take{Meta: meta}, want: fmp4.Counts{Pictures: w.pictures(p.Rung), Packets: packets(s)}}
		var err error
		if d.take.Picture, err = w.oneFile(ctx, &p.Stream, p.Playlist, int64(p.Step())*media.Ticks(w.recording.Rate)); err != nil {
			return nil, err
		}
		if s != nil {
			if d.take.Sound, err = w.oneFile(ctx, &s.Stream, s.Playlist, 0); err != nil {
				return nil, err
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// packets is how many packets a sound has.
func packets(s *rostrum.Sound) int64 {
	for _, q := range media.Qualities() {
		if s != nil && s.Quality == q.Quality {
			return s.Ticks() / q.Packet
		}
	}
	return 0
}

// planSound plans the file of a sound alone.
func (w *rendering) planSound(ctx context.Context, s *rostrum.Sound) ([]download, error) {
	d := download{name: rostrum.NameIn(rostrum.AudioName, s.Channel), mediaType: "audio/mp4", want: fmp4.Counts{Packets: packets(s)}}
	if s.Quality == rostrum.OpusSound {
		d = download{name: rostrum.NameIn(rostrum.OpusName, s.Channel), mediaType: "audio/ogg", take: media.Take{Ogg: true}}
	}
	s.File, d.take.Meta = d.name, w.meta(s)
	if w.same("download/"+d.name, downloadPlan, w.soundRecipe(s), d.take.Meta) {
		w.take(d.name)
		return nil, nil
	}
	var err error
	d.take.Sound, err = w.oneFile(ctx, &s.Stream, s.Playlist, 0)
	return []download{d}, err
}

// keepDownload checks that a file has as many pictures and packets of sound as it should, notes how far they are apart, and
// stores it.
func (w *rendering) keepDownload(ctx context.Context, d download) error {
	if d.want != (fmp4.Counts{}) {
		found, err := fmp4.Count(d.take.Out)
		if err != nil {
			return err
		}
		if found.Late.Abs() > w.measured.Sync.Abs() {
			w.measured.Sync = found.Late
		}
		if d.want.Late = found.Late; found != d.want {
			return fmt.Errorf("%s has %+v, not %+v", d.name, found, d.want)
		}
	}
	digest, err := digestFile(d.take.Out)
	if err != nil {
		return err
	}
	info, err := w.Store.Adopt(ctx, w.key(d.name), d.take.Out)
	if err != nil {
		return err
	}
	w.list(d.name, rostrum.File{Key: w.key(d.name), Type: d.mediaType, Bytes: info.Size, SHA256: digest})
	return nil
}

func digestFile(path string) (rostrum.Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return rostrum.Digest(hex.EncodeToString(h.Sum(nil))), nil
}
