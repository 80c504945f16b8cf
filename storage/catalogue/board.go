package catalogue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rostrum"
)

// onBoard chooses the recordings of which something is still to do, or was done lately: $1 is since when what is done counts, $2 since when
// what failed does.
const onBoard = `SELECT r.id FROM recordings r WHERE r.state IN ('received', 'surveyed', 'encoding') OR r.received >= $1 OR (r.state = 'failed' AND r.received >= $2)
	OR NOT EXISTS (SELECT 1 FROM interventions i WHERE i.recording = r.id)
	OR EXISTS (SELECT 1 FROM interventions i JOIN revisions v ON v.intervention = i.id AND v.number = i.revision WHERE i.recording = r.id AND (
		i.state IN ('cut', 'rendering', 'ready') OR i.published >= $1 OR i.withdrawn >= $1 OR i.publish_at > 0
		OR v.state = 'rendering' OR v.created >= $1 OR (v.state = 'failed' AND v.created >= $2)
		OR EXISTS (SELECT 1 FROM comments c WHERE c.intervention = i.id AND c.resolved = 0 AND c.kind <> 'approve')))`

// Lately says how far back a board looks.
type Lately struct {
	Done   time.Time // what is done counts since then
	Failed time.Time // what failed, since then
}

func (l Lately) args() []any { return []any{instant(l.Done), instant(l.Failed)} }

// RecordingsOnBoard lists the recordings of which something is still to do, or was done lately, newest first.
func (r reader) RecordingsOnBoard(ctx context.Context, l Lately) ([]*rostrum.Recording, error) {
	return list(ctx, r, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE id IN (`+onBoard+`) ORDER BY received DESC, id`, l.args()...)
}

// oneOf is a condition on a column: that it is one of some identities; args are its arguments, from $1 on.
func oneOf[T ~string](column string, ids []T) (condition string, args []any) {
	if len(ids) == 0 {
		return `1 = 0`, nil
	}
	places := make([]string, len(ids))
	for i, id := range ids {
		places[i], args = fmt.Sprintf("$%d", i+1), append(args, string(id))
	}
	return column + ` IN (` + strings.Join(places, ", ") + `)`, args
}

// InterventionsOfRecordings lists the interventions of several recordings, by their in points.
func (r reader) InterventionsOfRecordings(ctx context.Context, ids []rostrum.RecordingID) ([]*rostrum.Intervention, error) {
	condition, args := oneOf("i.recording", ids)
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE `+condition+` ORDER BY i.frame_in, i.id`, args...)
}

// NewestRevisions gives the newest revision of each intervention of several recordings, without its manifest.
func (r reader) NewestRevisions(ctx context.Context, ids []rostrum.RecordingID) (map[rostrum.InterventionID]rostrum.Revision, error) {
	condition, args := oneOf("x.recording", ids)
	all, err := list(ctx, r, func(r row) (v rostrum.Revision, err error) {
		err = r.Scan(&v.Intervention, &v.Number, &v.State, &v.Failure, asTime{&v.Created})
		return v, err
	}, `SELECT n.intervention, n.number, n.state, n.failure, n.created FROM interventions x JOIN revisions n ON n.intervention = x.id AND n.number = x.revision
		WHERE `+condition, args...)
	by := map[rostrum.InterventionID]rostrum.Revision{}
	for _, v := range all {
		by[v.Intervention] = v
	}
	return by, err
}

// RedsWaiting gives the red findings of revisions that are ready and not published. Only the manifests of those that have any are read.
func (r reader) RedsWaiting(ctx context.Context) (map[rostrum.InterventionID][]rostrum.Finding, error) {
	type found struct {
		id      rostrum.InterventionID
		quality struct {
			Quality *rostrum.Quality `json:"quality"`
		}
	}
	all, err := list(ctx, r, func(r row) (f found, err error) { err = r.Scan(&f.id, asJSON{&f.quality}); return f, err },
		`SELECT v.intervention, v.manifest FROM interventions i JOIN revisions v ON v.intervention = i.id AND v.number = i.revision
		WHERE i.revision > i.published_revision AND v.state = 'ready' AND v.manifest LIKE '%"grade":"red"%'`)
	by := map[rostrum.InterventionID][]rostrum.Finding{}
	for _, f := range all {
		by[f.id] = f.quality.Quality.Reds()
	}
	return by, err
}

// ChunksUnderWay lists the chunks in H.264 of the recordings that are not encoded yet or failed, without their segments, in order.
func (r reader) ChunksUnderWay(ctx context.Context) (map[rostrum.RecordingID][]Chunk, error) {
	all, err := list(ctx, r, scanChunk, `SELECT c.recording, c.codec, c.number, c.frame_in, c.frame_out, c.state, c.done, '' FROM chunks c
		WHERE c.recording IN (SELECT id FROM recordings WHERE state <> 'encoded') AND c.codec = $1 ORDER BY c.recording, c.number`, rostrum.H264)
	by := map[rostrum.RecordingID][]Chunk{}
	for _, c := range all {
		by[c.Recording] = append(by[c.Recording], c)
	}
	return by, err
}

// SharesIn says which share of a recording is encoded in a codec, from 0 to 1, for the recordings received since an instant of which some is
// still to do.
func (r reader) SharesIn(ctx context.Context, codec rostrum.Codec, since time.Time) (map[rostrum.RecordingID]float64, error) {
	type share struct {
		id        rostrum.RecordingID
		done, all int64
	}
	list, err := list(ctx, r, func(r row) (s share, err error) { err = r.Scan(&s.id, &s.done, &s.all); return s, err },
		`SELECT recording, CAST(SUM(done) AS BIGINT), CAST(SUM(frame_out - frame_in) AS BIGINT) FROM chunks
		WHERE recording IN (SELECT id FROM recordings WHERE received >= $2) AND codec = $1 GROUP BY recording
		HAVING SUM(CASE WHEN state = 'done' THEN 0 ELSE 1 END) > 0`, codec, instant(since))
	by := map[rostrum.RecordingID]float64{}
	for _, s := range list {
		by[s.id] = float64(s.done) / float64(max(1, s.all))
	}
	return by, err
}

// Wishes counts what reviewers said about an intervention that nobody has dealt with.
type Wishes struct {
	Comments int // all of them; approvals do not count
	Cuts     int // those that ask for another cut
}

// OpenWishes gives the wishes of all interventions that have any.
func (r reader) OpenWishes(ctx context.Context) (map[rostrum.InterventionID]Wishes, error) {
	type wish struct {
		id rostrum.InterventionID
		w  Wishes
	}
	all, err := list(ctx, r, func(r row) (w wish, err error) { err = r.Scan(&w.id, &w.w.Comments, &w.w.Cuts); return w, err },
		`SELECT intervention, COUNT(*), COUNT(CASE WHEN kind = $1 THEN 1 END) FROM comments WHERE resolved = 0 AND kind <> $2 GROUP BY intervention`,
		rostrum.AnotherCut, rostrum.Approval)
	by := map[rostrum.InterventionID]Wishes{}
	for _, w := range all {
		by[w.id] = w.w
	}
	return by, err
}

// PlannedBetween lists the interventions without a recording of the meetings that take place on days from first to last, in their order.
func (r reader) PlannedBetween(ctx context.Context, first, last rostrum.Date) ([]*rostrum.Intervention, error) {
	return list(ctx, r, scanIntervention, interventionSelect+`WHERE i.recording IS NULL AND i.state = $1 AND m.starts <= $2
		AND (CASE WHEN m.ends > m.starts THEN m.ends ELSE m.starts END) >= $3 ORDER BY m.starts, m.slug, i.position, i.id`, rostrum.Planned, last, first)
}

// SeriesWithSecondPerson lists the slugs of the series that ask for the approval of a second person.
func (r reader) SeriesWithSecondPerson(ctx context.Context) ([]string, error) {
	return list(ctx, r, func(r row) (s string, err error) { err = r.Scan(&s); return s, err }, `SELECT slug FROM series WHERE second_person <> 0 ORDER BY slug`)
}

// HasRecordings says whether anything was ever received.
func (r reader) HasRecordings(ctx context.Context) (bool, error) {
	return one(ctx, r, "", func(r row) (yes bool, err error) { err = r.Scan(&yes); return yes, err }, `SELECT EXISTS (SELECT 1 FROM recordings)`)
}
