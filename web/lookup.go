package web

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"rostrum"
	"rostrum/web/playout"
)

// absent is the one sentence for all that a viewer may not know of, so that nobody can tell what
// exists unpublished from what does not exist.
func absent() error {
	return rostrum.Errorf(rostrum.NotFound, "There is no such intervention, or it has not been published.")
}

// watchable gives the intervention that find finds, if v may watch it now.
func (s *server) watchable(v rostrum.Viewer, find func() (*rostrum.Intervention, error)) (*rostrum.Intervention, error) {
	i, err := find()
	if err == nil {
		err = rostrum.MayWatch(v, i, s.Now())
	}
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		err = absent()
	}
	if err != nil {
		return nil, err
	}
	return i, nil
}

func (s *server) watchableByID(ctx context.Context, v rostrum.Viewer, id string) (*rostrum.Intervention, error) {
	return s.watchable(v, func() (*rostrum.Intervention, error) {
		return s.Catalogue.Intervention(ctx, rostrum.InterventionID(id))
	})
}

func (s *server) watchableAt(ctx context.Context, v rostrum.Viewer, meeting, slug string) (*rostrum.Intervention, error) {
	return s.watchable(v, func() (*rostrum.Intervention, error) { return s.Catalogue.InterventionAt(ctx, meeting, slug) })
}

// listed are a meeting's interventions that v may watch now, in their order.
func (s *server) listed(ctx context.Context, v rostrum.Viewer, m rostrum.MeetingID) ([]*rostrum.Intervention, error) {
	all, err := s.Catalogue.InterventionsOfMeeting(ctx, m)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	var list []*rostrum.Intervention
	for _, i := range all {
		if rostrum.MayWatch(v, i, now) == nil {
			list = append(list, i)
		}
	}
	return list, nil
}

// revisionKey names a revision. Its manifest never changes.
type revisionKey struct {
	intervention rostrum.InterventionID
	revision     int
}

// firstFile is the first of the names that the manifest has, or "".
func firstFile(m *rostrum.Manifest, names ...string) string {
	for _, name := range names {
		if _, ok := m.Files[name]; ok {
			return name
		}
	}
	return ""
}

// heard gives the manifest of an intervention's published revision without what v may not hear of it now.
func (s *server) heard(ctx context.Context, v rostrum.Viewer, i *rostrum.Intervention) (*rostrum.Manifest, error) {
	m, err := s.published(ctx, i)
	if err != nil {
		return nil, err
	}
	return playout.Heard(m, playout.For(v, i, s.Now())), nil
}

// published gives the manifest of an intervention's published revision.
func (s *server) published(ctx context.Context, i *rostrum.Intervention) (*rostrum.Manifest, error) {
	key := revisionKey{i.ID, i.PublishedRevision}
	if h, ok := s.manifests.get(key); ok {
		return h, nil
	}
	r, err := s.Catalogue.Revision(ctx, i.ID, i.PublishedRevision)
	if err != nil {
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return nil, fmt.Errorf("intervention %s is published at revision %d, which there is not", i.ID, i.PublishedRevision)
		}
		return nil, err
	}
	if r.Manifest == nil {
		return nil, fmt.Errorf("intervention %s is published at revision %d, which has no manifest", i.ID, i.PublishedRevision)
	}
	s.manifests.put(key, r.Manifest)
	return r.Manifest, nil
}

// summary is what lists tell of a revision, so that a long list need not hold every manifest.
type summary struct {
	duration   time.Duration
	soundBytes int64
	poster     string // name in Files
	spoken     []spoken
}

// spoken is a channel and the language that is heard in it.
type spoken struct {
	channel  string
	language rostrum.Language
}

func (s *server) summary(ctx context.Context, i *rostrum.Intervention) (summary, error) {
	key := revisionKey{i.ID, i.PublishedRevision}
	if x, ok := s.summaries.get(key); ok {
		return x, nil
	}
	m, err := s.published(ctx, i)
	if err != nil {
		return summary{}, err
	}
	x := summary{duration: m.Duration, soundBytes: m.Files[rostrum.AudioName].Bytes, poster: firstFile(m, rostrum.SmallPosterName, rostrum.PosterName)}
	for _, sound := range m.Sounds {
		if sound.Quality == rostrum.FullSound && sound.Language != "" {
			x.spoken = append(x.spoken, spoken{sound.Channel, sound.Language})
		}
	}
	s.summaries.put(key, x)
	return x, nil
}

// mediaPath is the root-relative address of a file, "" for the name "".
func (s *server) mediaPath(id rostrum.InterventionID, name string) string {
	if name == "" {
		return ""
	}
	return s.base + "/media/" + url.PathEscape(string(id)) + "/" + url.PathEscape(name)
}
