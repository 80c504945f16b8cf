package pipeline

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
)

// mediaKey is where the file lies that a recording is read from: the original, or, where that came in parts, a copy of their streams in
// one file.
func mediaKey(r *rostrum.Recording) string {
	if len(r.Source.Parts) > 0 {
		return fmt.Sprintf("recordings/%s/media", r.ID)
	}
	return intake.Key(r.ID)
}

// taking is the intake of one recording: what has been stored for it so far, to be taken away again when it fails.
type taking struct {
	*Pipeline
	in       Incoming
	id       rostrum.RecordingID
	parts    []rostrum.Part
	digest   rostrum.Digest
	bytes    int64
	stored   []string          // keys of the originals
	arrived  map[string]string // of those that were in the store before, where they lay
	notices  []string
	releases []func()
}

func (t *taking) close() {
	for _, release := range t.releases {
		release()
	}
}

// step tells what is being done.
func (t *taking) step(what string) {
	if t.in.Step != nil {
		t.in.Step(what)
	}
}

// undo takes away all that was stored.
func (t *taking) undo(ctx context.Context) error {
	err := t.Store.DeletePrefix(ctx, "recordings/"+string(t.id))
	for _, key := range t.stored {
		if from, ok := t.arrived[key]; ok {
			_, e := t.Store.Move(ctx, from, key)
			err = errors.Join(err, e)
			continue
		}
		err = errors.Join(err, t.Store.Delete(ctx, key))
	}
	return err
}

// take stores one original.
func (t *taking) take(ctx context.Context, key string, f File) (intake.Original, error) {
	if f.Arrived != nil {
		return t.move(ctx, key, f)
	}
	var progress func(int64)
	if t.in.Progress != nil {
		before := t.bytes
		progress = func(n int64) { t.in.Progress(before + n) }
	}
	o, err := intake.Take(ctx, t.Store, key, f.Content, f.Bytes, t.Largest, progress)
	if err != nil {
		return o, err
	}
	t.stored, t.bytes = append(t.stored, o.Key), t.bytes+o.Bytes
	return o, nil
}

// move takes one that lies in the store already.
func (t *taking) move(ctx context.Context, key string, f File) (intake.Original, error) {
	if err := intake.Check(f.Bytes, t.Largest); err != nil {
		return intake.Original{}, err
	}
	info, err := t.Store.Move(ctx, key, f.Arrived.Key)
	if err != nil {
		return intake.Original{}, err
	}
	t.stored, t.bytes = append(t.stored, key), t.bytes+info.Size
	if t.arrived == nil {
		t.arrived = map[string]string{}
	}
	t.arrived[key] = f.Arrived.Key
	return intake.Original{Key: key, SHA256: f.Arrived.SHA256, Bytes: info.Size}, nil
}

// takeOriginals stores the recording as it came.
func (t *taking) takeOriginals(ctx context.Context) error {
	if len(t.in.More) == 0 {
		o, err := t.take(ctx, intake.Key(t.id), t.in.File)
		t.digest = o.SHA256
		return err
	}
	all := sha256.New()
	for _, f := range append([]File{t.in.File}, t.in.More...) {
		id := catalogue.NewID()
		o, err := t.take(ctx, intake.PartKey(t.id, id), f)
		if err != nil {
			return about(f.Name, err)
		}
		t.parts = append(t.parts, rostrum.Part{ID: id, Name: f.Name, SHA256: o.SHA256, Bytes: o.Bytes})
		fmt.Fprintln(all, o.SHA256)
	}
	t.digest = rostrum.Digest(hex.EncodeToString(all.Sum(nil)))
	return nil
}

// about says which of several files an error is about.
func about(name string, err error) error {
	if rostrum.ErrorCode(err) == rostrum.Internal {
		return err
	}
	return rostrum.Errorf(rostrum.ErrorCode(err), "%s: %s", name, rostrum.ErrorMessage(err)).Because(err)
}

// local gives a stored file on this machine, until the taking is closed.
func (t *taking) local(ctx context.Context, key string) (string, error) {
	path, release, err := t.Store.Local(ctx, key)
	if err == nil {
		t.releases = append(t.releases, release)
	}
	return path, err
}

// probe reads the containers and decides the timeline.
func (t *taking) probe(ctx context.Context) (*rostrum.Recording, error) {
	r := &rostrum.Recording{ID: t.id, Name: t.in.Name, SHA256: t.digest, Bytes: t.bytes, State: rostrum.Received, Encoder: media.EncoderID(),
		Secret: make([]byte, 32), Received: t.Now()}
	rand.Read(r.Secret)
	var facts media.Facts
	var err error
	if len(t.parts) > 0 {
		facts, err = t.joinParts(ctx)
	} else {
		facts, err = t.probeOne(ctx)
	}
	if err != nil {
		return nil, err
	}
	r.Rate, r.Frames, r.Source, r.Notices = facts.Rate, facts.Frames, facts.Source, facts.Notices
	if r.Source.Channels, err = rostrum.MapChannels(t.in.Channels, r.Source.Sound); err != nil {
		return nil, err
	}
	if n := suggestChannels(t.in, r.Source.Sound); n != "" {
		r.Notices = append(r.Notices, n)
	}
	if v := r.Source.Video; v != nil {
		r.Rungs = rostrum.Ladder(v.Width, v.Height)
		more, encoder := t.rungsAV1(v)
		r.Rungs, r.EncoderAV1 = append(r.Rungs, more...), encoder
	}
	return r, nil
}

// probeOne reads a recording that came in one file.
func (t *taking) probeOne(ctx context.Context) (media.Facts, error) {
	path, err := t.local(ctx, intake.Key(t.id))
	if err != nil {
		return media.Facts{}, err
	}
	return t.Tools.Probe(ctx, path)
}

// joinParts reads a recording that came in parts, and copies their streams into one file, in order.
func (t *taking) joinParts(ctx context.Context) (media.Facts, error) {
	parts, all, err := t.orderParts(ctx)
	if err != nil {
		return media.Facts{}, err
	}
	gaps, notices, err := media.CheckParts(all)
	if err != nil {
		return media.Facts{}, err
	}
	for i := range parts {
		parts[i].Gap = gaps[i]
		t.parts[i].Gap, t.parts[i].Length = gaps[i], all[i].Source.Duration
	}
	t.step(fmt.Sprintf("Joining %d parts, which takes about as long as copying them.", len(parts)))
	joined, err := t.keepMedia(ctx, func(out string) error { return t.Tools.Join(ctx, parts, out) })
	if err != nil {
		return media.Facts{}, err
	}
	found, err := t.Tools.Probe(ctx, joined)
	if err != nil {
		return found, err
	}
	facts := media.Joined(parts, found)
	facts.Source.Parts, facts.Source.Created = t.parts, all[0].Source.Created
	facts.Notices = append(append(facts.Notices, t.notices...), notices...)
	return facts, nil
}

// orderParts probes the parts and brings them into the order in which they were recorded.
func (t *taking) orderParts(ctx context.Context) ([]media.Part, []media.Facts, error) {
	var given []media.Part
	var all []media.Facts
	for _, p := range t.parts {
		path, err := t.local(ctx, intake.PartKey(t.id, p.ID))
		if err != nil {
			return nil, nil, err
		}
		facts, err := t.Tools.Probe(ctx, path)
		if err != nil {
			return nil, nil, about(p.Name, err)
		}
		all = append(all, facts)
		given = append(given, media.Part{Path: path, Facts: facts})
	}
	order, notice := media.OrderParts(all)
	if notice != "" {
		t.notices = append(t.notices, notice)
	}
	parts, facts, stored := make([]media.Part, len(order)), make([]media.Facts, len(order)), make([]rostrum.Part, len(order))
	for to, from := range order {
		parts[to], facts[to], stored[to] = given[from], all[from], t.parts[from]
	}
	t.parts = stored
	return parts, facts, nil
}

// keepMedia makes the file that the recording will be read from, stores it, and gives its local path.
func (t *taking) keepMedia(ctx context.Context, write func(out string) error) (string, error) {
	folder, err := os.MkdirTemp(t.Work, "media-")
	if err != nil {
		return "", rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	defer os.RemoveAll(folder)
	out := filepath.Join(folder, "media")
	if err := write(out); err != nil {
		return "", err
	}
	key := fmt.Sprintf("recordings/%s/media", t.id)
	if _, err := t.Store.Adopt(ctx, key, out); err != nil {
		return "", err
	}
	return t.local(ctx, key)
}

// suggestChannels says, when nobody has said what the channels carry, that there are more than the one that is taken, and what the
// container's tags make of them. The tags are a suggestion only: recorders write them wrong, or not at all.
func suggestChannels(in Incoming, sound []rostrum.SoundSource) string {
	places := rostrum.ChannelPlaces(sound)
	if len(in.Channels) > 0 || len(in.Beside) > 0 || len(places) < 2 {
		return ""
	}
	entries, tagged := []string{rostrum.Floor}, false
	for _, p := range places[1:] {
		entry := "-"
		if tag, err := language.All.Parse(p.Stream.Language); err == nil && p.Stream.Language != "" && len(p.Pick) == 0 && !slices.Contains(entries, tag.String()) {
			entry, tagged = tag.String(), true
		}
		entries = append(entries, entry)
	}
	what := fmt.Sprintf("The recording has %d sound channels, and only the first was taken, as the floor.", len(places))
	if !tagged {
		return what + " Say what they carry with --channels or --room, or with rostrum sound."
	}
	return what + " By its tags they may be " + strings.Join(entries, ",") + "; listen, and say so with --channels or --room, or with rostrum sound."
}
