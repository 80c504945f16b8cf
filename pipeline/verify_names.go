package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/storage/catalogue"
	"rostrum/storage/uploads"
)

// named is an object that the catalogue names, and what is known of it.
type named struct {
	key          string
	bytes        int64          // -1 when it is not on record
	digest       rostrum.Digest // "" when it is not on record
	kind         ObjectKind
	recording    rostrum.RecordingID
	intervention rostrum.InterventionID
	name         string
	what         string // begins a sentence about it
}

var codecs = [...]rostrum.Codec{rostrum.H264, rostrum.AV1}

// namedBy lists the objects that must be there for a recording and for its interventions, each once.
func (p *Pipeline) namedBy(ctx context.Context, id rostrum.RecordingID) ([]named, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, err
	}
	all := namedOriginals(r)
	tracks, err := p.Catalogue.CaptionTracks(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range tracks {
		all = append(all, named{c.Object, -1, "", CaptionsObject, id, "", c.Name, fmt.Sprintf("The caption file %q of %q", c.Name, r.Name)})
	}
	for _, codec := range codecs {
		chunks, err := p.Catalogue.Chunks(ctx, id, codec)
		if err != nil {
			return nil, err
		}
		all = append(all, namedSegments(r, codec, chunks)...)
	}
	files, err := p.namedFiles(ctx, id)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, n := range all {
		at[n.key] = i
	}
	for _, n := range files {
		i, twice := at[n.key]
		switch {
		case !twice:
			at[n.key] = len(all)
			all = append(all, n)
		case all[i].digest == "": // the chunk does not know its initialisation segment's
			all[i].bytes, all[i].digest = n.bytes, n.digest
		}
	}
	return all, nil
}

func namedOriginals(r *rostrum.Recording) []named {
	var all []named
	if len(r.Source.Parts) == 0 {
		all = append(all, named{intake.Key(r.ID), r.Bytes, r.SHA256, OriginalObject, r.ID, "", r.Name, fmt.Sprintf("The recording %q, as it came,", r.Name)})
	}
	for _, part := range r.Source.Parts {
		all = append(all, named{intake.PartKey(r.ID, part.ID), part.Bytes, part.SHA256, OriginalObject, r.ID, "", part.Name,
			fmt.Sprintf("The part %q of the recording %q, as it came,", part.Name, r.Name)})
	}
	for _, f := range r.Source.Files {
		all = append(all, named{intake.PartKey(r.ID, f.ID), f.Bytes, f.SHA256, SoundObject, r.ID, "", f.Name,
			fmt.Sprintf("The sound file %q of the recording %q, as it came,", f.Name, r.Name)})
	}
	if key := mediaKey(r); key != intake.Key(r.ID) {
		all = append(all, named{key, -1, "", MediaObject, r.ID, "", r.Name, fmt.Sprintf("The copy of %q that is worked from", r.Name)})
	}
	return all
}

// namedSegments are the segments of the chunks that are done, and the initialisation segments that they need.
func namedSegments(r *rostrum.Recording, codec rostrum.Codec, chunks []catalogue.Chunk) []named {
	var all []named
	if slices.ContainsFunc(chunks, func(c catalogue.Chunk) bool { return c.Done }) {
		for _, rung := range r.Ladder(codec) {
			all = append(all, named{initKey(r, rung.Name), -1, "", SegmentObject, r.ID, "", rung.Name + "/init",
				fmt.Sprintf("The initialisation segment of %q at %s", r.Name, rung.Name)})
		}
	}
	for _, c := range chunks {
		if !c.Done {
			continue
		}
		for _, s := range c.Segments {
			span := r.Grid().Segment(s.Number)
			all = append(all, named{segmentKey(r, segmentName(r, s.Rung, s.Number, s.Run)), s.Bytes, s.SHA256, SegmentObject, r.ID, "",
				fmt.Sprintf("%s/%d", s.Rung, s.Number),
				fmt.Sprintf("The piece of %q from %s to %s at %s", r.Name, r.Timecode(span.In), r.Timecode(span.Out), s.Rung)})
		}
	}
	return all
}

// namedFiles are the files on the manifests of a recording's interventions, of the revision in force and of the newest, and the documents
// that were attached to their consents.
func (p *Pipeline) namedFiles(ctx context.Context, id rostrum.RecordingID) ([]named, error) {
	interventions, err := p.Catalogue.InterventionsOfRecording(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []named
	for _, x := range interventions {
		consents, err := p.Catalogue.Consents(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range consents {
			if d := c.Document; d != nil {
				all = append(all, named{d.Object, d.Bytes, d.SHA256, DocumentObject, id, x.ID, d.Name, fmt.Sprintf("The document %q about the consent for %q", d.Name, x.Title)})
			}
		}
		numbers := []int{x.Revision}
		if x.PublishedRevision != x.Revision && x.PublishedRevision > 0 {
			numbers = append(numbers, x.PublishedRevision)
		}
		for _, number := range numbers {
			revision, err := p.Catalogue.Revision(ctx, x.ID, number)
			if err != nil {
				return nil, err
			}
			if revision.Manifest == nil {
				continue
			}
			for name, f := range revision.Manifest.Files {
				all = append(all, named{f.Key, f.Bytes, f.SHA256, FileObject, id, x.ID, name, fmt.Sprintf("The file %s of %q", name, x.Title)})
			}
		}
	}
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.key+a.name, b.key+b.name) })
	return all, nil
}

// names are the objects of one owner that something in the catalogue speaks of: more than must be there.
type names struct {
	recording    rostrum.RecordingID
	intervention rostrum.InterventionID
	keys         map[string]bool
	prefixes     []string // all below them, because it is being made or can be made again
}

func (n *names) has(key string) bool {
	return n.keys[key] || slices.ContainsFunc(n.prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// namesOf gives the names of an owner; none where the catalogue knows no such owner.
func (p *Pipeline) namesOf(ctx context.Context, at home) (*names, error) {
	n := &names{keys: map[string]bool{}}
	var err error
	switch at.folder {
	case "originals", "recordings":
		err = p.namesOfRecording(ctx, rostrum.RecordingID(at.owner), n)
	case "interventions":
		err = p.namesOfIntervention(ctx, rostrum.InterventionID(at.owner), n)
	case "documents":
		n.keys["documents/"+at.owner], err = p.Catalogue.HasDocument(ctx, "documents/"+at.owner)
	case "arriving": // what is being sent has a row as long as it lies there
		if _, err = p.Catalogue.Upload(ctx, at.owner); err == nil {
			n.keys[uploads.Key(at.owner)] = true
		}
	}
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		err = nil
	}
	return n, err
}

func (p *Pipeline) namesOfRecording(ctx context.Context, id rostrum.RecordingID, n *names) error {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return err
	}
	n.recording = id
	for _, o := range namedOriginals(r) {
		n.keys[o.key] = true
	}
	tracks, err := p.Catalogue.CaptionTracks(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range tracks {
		n.keys[c.Object] = true
	}
	n.prefixes = append(n.prefixes, surveyKey(id, ""))
	for _, codec := range codecs {
		for _, rung := range r.Ladder(codec) {
			n.keys[initKey(r, rung.Name)] = true
		}
		chunks, err := p.Catalogue.Chunks(ctx, id, codec)
		if err != nil {
			return err
		}
		for _, s := range namedSegments(r, codec, chunks) {
			n.keys[s.key] = true
		}
		if len(r.Ladder(codec)) > 0 && !allDone(r, chunks) {
			n.prefixes = append(n.prefixes, segmentKey(r, "")) // nobody knows the names that a run makes before it hands over
		}
	}
	return nil
}

func (p *Pipeline) namesOfIntervention(ctx context.Context, id rostrum.InterventionID, n *names) error {
	x, err := p.Catalogue.Intervention(ctx, id)
	if err != nil {
		return err
	}
	n.recording, n.intervention = x.Recording, id
	for number := 1; number <= x.Revision; number++ {
		revision, err := p.Catalogue.Revision(ctx, id, number)
		if err != nil {
			return err
		}
		if revision.Manifest == nil { // in the making, or given up and perhaps taken up again
			n.prefixes = append(n.prefixes, fmt.Sprintf("interventions/%s/%d/", id, number))
			continue
		}
		for _, f := range revision.Manifest.Files {
			n.keys[f.Key] = true
		}
	}
	return nil
}
